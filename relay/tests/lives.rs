//! The lessons' live runs, through the relay as their pages make them: each comes to its end, what must hold of it does, and
//! of the answers on offer one is right.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::Relay;
use lessons::Lessons;
use protocol::{Answered, LabReport, LabSpec, PeerSpec};
use relay::Limits;
use scene::{FigureSpec, Holds, LiveSpec, Real, holds, must_hold};
use syscall::{Action, Call, Program as _};
use world::Script;

/// A busy machine lets an acknowledgement come between two calls that otherwise follow each other at once: an answer that was
/// right of one run may not be of the next.
const TRIES: u32 = 5;

fn lives() -> Vec<LiveSpec> {
    let lessons = Lessons::embedded().unwrap_or_else(|problems| panic!("{problems:?}")).lessons;
    let live = |figure: &FigureSpec| match figure {
        FigureSpec::Live(live) => Some(live.clone()),
        FigureSpec::Stage(_) | FigureSpec::Programs(_) => None,
    };
    lessons.iter().flat_map(|lesson| lesson.figures()).filter_map(live).collect()
}

/// Every call of the run's program; a peer that reads when it is told is told as long as the program waits for it.
async fn run(relay: &Relay, spec: &LiveSpec) -> Vec<Real> {
    let mut client = relay.session().await;
    let alone = spec.peer.is_empty();
    let peer = PeerSpec::named(if alone { "echo" } else { &spec.peer });
    client.open(LabSpec::with(PeerSpec { rcvbuf: spec.rcvbuf, ..peer })).await.unwrap();
    let program = spec.scenario.programs.iter().find(|program| program.name == spec.run).unwrap();
    let mut script = Script::new(program).unwrap();
    let (mut real, mut outcome) = (Vec::new(), None);
    loop {
        let call = match script.resume(outcome.take()) {
            Action::Line(_) => continue,
            Action::Exit(_) => break,
            Action::Call { call: Call::Connect { fd, .. }, .. } if !alone => {
                Call::Connect { fd, address: "10.0.0.2:7000".parse().unwrap() }
            }
            Action::Call { call, .. } => call,
        };
        let submitted = client.submit(call.clone()).await;
        let waits_for_peer = spec.read > 0 && matches!(call, Call::Select { .. } | Call::Poll { .. });
        if waits_for_peer {
            client.tell(&spec.read.to_string()).await;
        }
        while outcome.is_none() {
            match client.report().await {
                LabReport::Completed { id, outcome: came, by, .. } => {
                    assert_eq!(id, submitted, "{}", spec.id);
                    let mut made = Real::call(call.clone(), Some(came.clone()));
                    if let Real::Call { by_kernel, .. } = &mut made {
                        *by_kernel = by == Answered::Kernel;
                    }
                    real.push(made);
                    outcome = Some(came);
                }
                LabReport::Peer { received: count @ 1.., .. } => {
                    real.push(Real::PeerRead { count });
                    // That may have been too little room.
                    if waits_for_peer {
                        client.tell(&spec.read.to_string()).await;
                    }
                }
                LabReport::Refused { reason } | LabReport::Closed { reason } => {
                    panic!("{}: {reason}", spec.id)
                }
                _ => {}
            }
        }
    }
    client.finish().await;
    real
}

async fn every_run_comes_out_through(relay: &Relay) {
    let lives = lives();
    assert!(lives.len() > 10, "the lessons have live runs");
    for spec in lives {
        for left in (0..TRIES).rev() {
            let real = run(relay, &spec).await;
            for relation in must_hold(&spec, &real) {
                assert_eq!(relation.holds, Holds::Yes, "{}: {}: {real:#?}", spec.id, relation.says);
            }
            let Some(guess) = &spec.guess else { break };
            let right = guess.options.iter().filter(|option| holds(option, &real) == Holds::Yes).count();
            if right == 1 {
                break;
            }
            assert!(left > 0, "{}: {right} answers are right: {real:#?}", spec.id);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_live_run_comes_out_on_loopback() {
    every_run_comes_out_through(&common::start(Limits::default()).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_live_run_comes_out_on_hosts_of_their_own() {
    if let Some(relay) = common::with_hosts(Limits::default()).await {
        every_run_comes_out_through(&relay).await;
    }
}
