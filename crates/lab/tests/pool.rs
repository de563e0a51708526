//! Networks that are made before anybody asks for one. Where this machine offers no hosts, the tests say so and pass.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use lab::{Ground, Helper, HelperProgram, Limits, LiveRun, Pool, Report};
use protocol::{LabSpec, PeerSpec, WireSpec};
use syscall::{Call, CallId, Domain, Fd, Outcome, Returned, SocketType, TaskId};
use tokio::sync::Semaphore;

const FD: Fd = Fd(3);

/// The best ground of this machine with a full pool of its helper.
fn ground(most: usize) -> Option<(Ground, Arc<Pool>)> {
    let ground = common::grounds().next()?;
    let HelperProgram::Running(helper) = &ground.helper else { return None };
    let pool = Arc::new(Pool::new(Arc::clone(helper), ground.mode, most)?);
    for _ in 0..most {
        pool.fill().unwrap();
    }
    Some((Ground { pool: Some(Arc::clone(&pool)), ..ground }, pool))
}

fn open(spec: &LabSpec, ground: &Ground) -> Result<LiveRun, lab::OpenError> {
    LiveRun::open(spec, ground, common::make_peer(), Limits::default(), Arc::new(Semaphore::new(100)))
}

async fn call(lab: &mut LiveRun, id: u64, call: Call) -> Outcome {
    lab.submit(CallId(id), TaskId(0), call);
    loop {
        let next = poll_fn(|cx| lab.poll_report(cx));
        let report = tokio::time::timeout(Duration::from_secs(20), next).await.expect("the lab goes on");
        if let Report::Learner(done, _) = report {
            return done.outcome;
        }
    }
}

/// A listener on port 80, and a connection to the echo.
async fn works(lab: &mut LiveRun) {
    let tcp = Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };
    assert_eq!(call(lab, 1, tcp.clone()).await, Ok(Returned::Fd(FD)));
    let address = "10.0.0.1:80".parse().unwrap();
    call(lab, 2, Call::Bind { fd: FD, address }).await.unwrap();
    call(lab, 3, Call::Listen { fd: FD, backlog: 1 }).await.unwrap();
    assert_eq!(call(lab, 4, tcp).await, Ok(Returned::Fd(Fd(4))));
    let address = "10.0.0.2:7000".parse().unwrap();
    call(lab, 5, Call::Connect { fd: Fd(4), address }).await.unwrap();
}

#[tokio::test]
async fn a_ready_network_is_given_to_one_lab_and_never_to_a_second() {
    let Some((ground, pool)) = ground(2) else { return };
    assert!(pool.len() == 2 && !pool.lacks());
    let spec = LabSpec::with(PeerSpec::named("echo"));
    // The third one is made when it is asked for.
    let mut labs: Vec<_> = (0..3).map(|_| open(&spec, &ground).unwrap()).collect();
    assert!(pool.is_empty() && pool.lacks());
    for lab in &mut labs {
        // Each has port 80 to itself.
        works(lab).await;
    }
    drop(labs);
    assert!(pool.is_empty(), "what was used does not come back");
}

#[tokio::test]
async fn a_lab_of_another_shape_or_with_a_mistake_takes_nothing_that_is_ready() {
    let Some((ground, pool)) = ground(1) else { return };
    let hosts = |hosts, mtu| LabSpec { hosts, peers: vec![], wire: WireSpec { mtu, ..WireSpec::default() } };
    let mtu = WireSpec::default().mtu;
    for other in [hosts(1, mtu), hosts(3, mtu), hosts(2, 576)] {
        open(&other, &ground).unwrap();
    }
    open(&hosts(9, mtu), &ground).err().expect("too many hosts");
    open(&LabSpec::with(PeerSpec::named("nobody")), &ground).err().expect("no such peer");
    assert_eq!(pool.len(), 1);
    let delayed = WireSpec { delay_us: 1000, ..WireSpec::default() };
    let mut lab =
        open(&LabSpec { wire: delayed, ..LabSpec::with(PeerSpec::named("echo")) }, &ground).unwrap();
    assert!(pool.is_empty(), "how the wire is set is no part of the shape");
    works(&mut lab).await;
}

#[tokio::test]
async fn a_pool_that_is_closed_stays_empty() {
    let Some((ground, pool)) = ground(1) else { return };
    pool.close();
    pool.fill().unwrap();
    assert!(pool.is_empty() && !pool.lacks());
    works(&mut open(&LabSpec::with(PeerSpec::named("echo")), &ground).unwrap()).await;
}

#[tokio::test]
async fn the_pool_of_a_helper_that_is_gone_is_filled_no_more() {
    let Some((ground, _)) = ground(0) else { return };
    let program = HelperProgram::At(env!("CARGO_BIN_EXE_lab-helper").into());
    let helper = Helper::start(&program, !ground.mode.name().starts_with("privileged")).unwrap();
    let pool = Pool::new(Arc::clone(&helper), ground.mode, 2).unwrap();
    pool.fill().unwrap();
    let killed = std::process::Command::new("kill").args(["-9", &helper.pid().to_string()]).status().unwrap();
    assert!(killed.success());
    while helper.runs() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    pool.fill().expect_err("nobody makes another");
    pool.close();
    assert!(pool.is_empty());
}
