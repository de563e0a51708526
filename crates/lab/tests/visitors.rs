//! Other sessions' processes in a lab: each on its own, none in another's reach, and a place that is free again when they go.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use lab::{Done, Ground, Held, Limits, LiveRun, Report, Visitor};
use protocol::{LabSpec, WireRequest, WireSpec};
use syscall::{
    Call, CallId, Domain, Errno, Event, Fd, HostId, How, MsgFlags, Outcome, Returned, SocketType, TaskId,
    What,
};
use tokio::sync::Semaphore;

const FD: Fd = Fd(3);
const TCP: Call = Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };
const FIRST: TaskId = TaskId(0);
const SERVER: &str = "10.0.0.1:80";
const LISTENS: Call = Call::Listen { fd: FD, backlog: 300 };

/// Who makes a call.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Who {
    Owner,
    Guest(Visitor),
}
use Who::{Guest, Owner};

struct Bench {
    lab: LiveRun,
    next: u64,
    story: Vec<(Event, Option<Visitor>)>,
    /// Calls that have ended and were not waited for yet.
    ended: Vec<(Who, Done)>,
    /// What the owner's connection was last told to hold between calls.
    held: Option<Held>,
}

impl Bench {
    fn on(ground: &Ground, limits: Limits) -> Self {
        let spec = LabSpec { hosts: 2, peers: vec![], wire: WireSpec::default() };
        let budget = Arc::new(Semaphore::new(4000));
        let lab = LiveRun::open(&spec, ground, common::make_peer(), limits, budget).unwrap();
        Self { lab, next: 0, story: Vec::new(), ended: Vec::new(), held: None }
    }

    fn submit(&mut self, who: Who, task: TaskId, call: Call) -> CallId {
        self.next += 1;
        let id = CallId(self.next);
        match who {
            Owner => self.lab.submit(id, task, call),
            Guest(visitor) => self.lab.submit_of(visitor, id, task, call),
        }
        id
    }

    async fn report(&mut self) {
        let next = poll_fn(|cx| self.lab.poll_report(cx));
        match tokio::time::timeout(Duration::from_secs(20), next).await.expect("the lab goes on") {
            Report::Happened(event) => {
                let visitor = self.lab.concerned(&event);
                self.story.push((event, visitor));
            }
            Report::Learner(done, _) => self.ended.push((Owner, done)),
            Report::Holds(held) if held.visitor.is_none() => self.held = Some(held),
            Report::Visitor(visitor, done, _) => self.ended.push((Guest(visitor), done)),
            _ => {}
        }
    }

    async fn end_of(&mut self, who: Who, id: CallId) -> Outcome {
        loop {
            if let Some(index) = self.ended.iter().position(|(of, done)| *of == who && done.id == id) {
                return self.ended.swap_remove(index).1.outcome;
            }
            self.report().await;
        }
    }

    async fn call_as(&mut self, who: Who, task: TaskId, call: Call) -> Outcome {
        let id = self.submit(who, task, call);
        self.end_of(who, id).await
    }

    async fn call(&mut self, who: Who, call: Call) -> Outcome {
        self.call_as(who, FIRST, call).await
    }

    async fn ok(&mut self, who: Who, call: Call) -> Returned {
        let said = call.to_string();
        self.call(who, call).await.unwrap_or_else(|errno| panic!("{who:?}: {said}: {errno}"))
    }

    fn come(&mut self, host: u16) -> Who {
        Guest(self.lab.welcome(HostId(host)).unwrap())
    }

    fn go(&mut self, who: Who) {
        if let Guest(visitor) = who {
            self.lab.part(visitor);
        }
    }

    async fn listens(&mut self) {
        self.ok(Owner, TCP).await;
        self.ok(Owner, Call::Bind { fd: FD, address: SERVER.parse().unwrap() }).await;
        self.ok(Owner, LISTENS).await;
    }

    async fn connected(&mut self, who: Who) -> Fd {
        self.ok(who, TCP).await;
        self.ok(who, Call::Connect { fd: FD, address: SERVER.parse().unwrap() }).await;
        let Returned::Accepted { fd, .. } = self.ok(Owner, Call::Accept { fd: FD }).await else { panic!() };
        fd
    }
}

fn send(fd: Fd, text: &str) -> Call {
    Call::Send { fd, data: text.into(), flags: MsgFlags::default() }
}
fn recv(fd: Fd) -> Call {
    Call::Recv { fd, len: 100, flags: MsgFlags::default() }
}

fn data(text: &str) -> Outcome {
    Ok(Returned::Data(text.into()))
}

#[tokio::test]
async fn a_visitor_is_the_other_end_of_the_owners_connection_and_both_half_close() {
    for ground in common::grounds().chain([Ground::LOOPBACK]) {
        let mut bench = Bench::on(&ground, Limits::default());
        let guest = bench.come(1);
        bench.listens().await;
        let fd = bench.connected(guest).await;
        bench.ok(guest, send(FD, "question")).await;
        bench.ok(guest, Call::Shutdown { fd: FD, how: How::Write }).await;
        assert_eq!(bench.call(Owner, recv(fd)).await, data("question"));
        assert_eq!(bench.call(Owner, recv(fd)).await, data(""));
        bench.ok(Owner, send(fd, "answer")).await;
        bench.ok(Owner, Call::Close { fd }).await;
        assert_eq!(bench.call(guest, recv(FD)).await, data("answer"));
        assert_eq!(bench.call(guest, recv(FD)).await, data(""));
        let Guest(visitor) = guest else { unreachable!() };
        assert!(bench.story.iter().all(|(_, of)| of.is_none_or(|of| of == visitor)));
        let syn = bench.story.iter().find(|(event, _)| matches!(&event.what, What::SegmentSent { .. }));
        assert!(
            syn.is_none_or(|(_, of)| *of == Some(visitor)),
            "the very first packet is known as the visitor's"
        );
    }
}

#[tokio::test]
async fn what_a_visitors_call_shows_of_the_owners_end_the_owner_is_told_too() {
    for ground in common::grounds() {
        let mut bench = Bench::on(&ground, Limits::default());
        let guest = bench.come(1);
        bench.listens().await;
        bench.connected(guest).await;
        bench.ok(guest, send(FD, "question")).await;
        // The bytes arrive while nobody asks; the first who sees them is the visitor.
        tokio::time::sleep(Duration::from_millis(20)).await;
        bench.ok(guest, Call::Getsockname { fd: FD }).await;
        while bench.held.as_ref().is_none_or(|held| held.observed.inq != 8) {
            bench.report().await;
        }
    }
}

#[tokio::test]
async fn nobody_reaches_the_descriptors_and_tasks_of_another() {
    let mut bench = Bench::on(&Ground::LOOPBACK, Limits::default());
    let (one, other) = (bench.come(0), bench.come(0));
    bench.listens().await;
    for guest in [one, other] {
        assert_eq!(
            bench.call(guest, Call::Accept { fd: FD }).await,
            Err(Errno::EBADF),
            "the owner's listener"
        );
    }
    bench.ok(one, TCP).await;
    let Returned::Forked(pid) = bench.ok(one, Call::Fork).await else { panic!() };
    let child = TaskId(pid.0 - 1);
    let name = || Call::Getsockname { fd: FD };
    assert!(bench.call_as(one, child, name()).await.is_ok(), "its own child has its descriptors");
    for who in [other, Owner] {
        assert_eq!(bench.call_as(who, child, name()).await, Err(Errno::ESRCH));
    }
    for task in [1, 7, 999] {
        // Tasks below 1000 are threads of one's own first process, whoever else has such a task.
        bench.lab.start(TaskId(task), HostId(0)).unwrap();
        assert_eq!(bench.call_as(other, TaskId(task), name()).await, Err(Errno::EBADF));
        if task == 1 {
            let busy = Call::Bind { fd: FD, address: "10.0.0.1:90".parse().unwrap() };
            assert_eq!(bench.call_as(other, TaskId(task), busy).await, Err(Errno::EBADF));
        }
    }
    // The same number of two sessions is two calls, and each ends its own alone.
    bench.next = 100;
    let waits = |bench: &mut Bench, who| {
        bench.next = 100;
        bench.submit(
            who,
            FIRST,
            Call::Select { read: vec![], write: vec![], except: vec![], timeout_us: None },
        )
    };
    let ids = [waits(&mut bench, one), waits(&mut bench, other)];
    assert_eq!(ids[0], ids[1]);
    if let Guest(visitor) = other {
        bench.lab.cancel_of(visitor, ids[1]);
    }
    assert_eq!(bench.end_of(other, ids[1]).await, Err(Errno::ECANCELED));
    assert!(bench.ended.is_empty());
}

#[tokio::test]
async fn a_visitor_that_goes_sends_fin_and_its_place_is_another_ones_who_hears_nothing_of_it() {
    for ground in common::grounds().chain([Ground::LOOPBACK]) {
        let mut bench = Bench::on(&ground, Limits { visitors: 2, ..Limits::default() });
        let (one, other) = (bench.come(0), bench.come(0));
        assert!(bench.lab.welcome(HostId(0)).unwrap_err().contains("at most 2"));
        bench.listens().await;
        let fd = bench.connected(one).await;
        let beside = bench.connected(other).await;
        bench.submit(one, FIRST, recv(FD));
        bench.go(one);
        assert_eq!(bench.call(Owner, recv(fd)).await, data(""), "FIN, as of a process that exits");
        let next = bench.come(0);
        assert_eq!(next, one, "the number is free again");
        assert_eq!(bench.call(next, recv(FD)).await, Err(Errno::EBADF), "with no descriptor of the former");
        assert!(bench.ended.is_empty(), "{:?}", bench.ended);
        bench.ok(other, send(FD, "still here")).await;
        assert_eq!(bench.call(Owner, recv(beside)).await, data("still here"));
        for _ in 0..2000 {
            bench.go(next);
            assert_eq!(bench.come(0), next);
            bench.submit(next, FIRST, Call::Fork);
        }
        assert!(bench.call(other, TCP).await.is_ok());
    }
}

#[tokio::test]
async fn a_visitors_sockets_are_few_whatever_others_have() {
    let mut bench = Bench::on(&Ground::LOOPBACK, Limits { visitor_sockets: 2, ..Limits::default() });
    let (one, other) = (bench.come(0), bench.come(0));
    for guest in [one, other] {
        bench.ok(guest, TCP).await;
        bench.ok(guest, TCP).await;
        assert_eq!(bench.call(guest, TCP).await, Err(Errno::EMFILE));
    }
    for _ in 0..3 {
        bench.ok(Owner, TCP).await;
    }
}

#[tokio::test]
async fn a_visitors_process_ends_with_its_host_and_begins_anew_when_that_returns() {
    for ground in common::grounds() {
        let mut bench = Bench::on(&ground, Limits::default());
        let guest = bench.come(1);
        let Guest(visitor) = guest else { unreachable!() };
        bench.ok(guest, TCP).await;
        let power = |on| WireRequest::Power { host: HostId(1), on };
        bench.lab.wire(power(false)).unwrap();
        assert_eq!(bench.call(guest, TCP).await, Err(Errno::ESRCH));
        assert!(bench.lab.restart_of(visitor).unwrap_err().contains("off"));
        bench.lab.wire(power(true)).unwrap();
        bench.lab.restart_of(visitor).unwrap();
        assert_eq!(bench.ok(guest, TCP).await, Returned::Fd(FD));
        bench.lab.restart_of(visitor).unwrap();
        assert_eq!(bench.ok(guest, TCP).await, Returned::Fd(Fd(4)), "one that runs goes on");
    }
}
