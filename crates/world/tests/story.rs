//! The partial-send story, told event by event.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{fixture, tell};
use syscall::{Outcome, Returned, What};
use world::{End, World};

fn told(name: &str) -> String {
    let mut world = World::new(&fixture(name)).unwrap();
    while world.step() {}
    assert_eq!(world.end(), Some(End::Idle));
    tell(&world)
}

#[test]
fn a_partial_send_over_a_wire() {
    insta::assert_snapshot!(told("partial-send"));
}

#[test]
fn a_partial_send_on_loopback() {
    insta::assert_snapshot!(told("partial-send-loopback"));
}

#[test]
fn the_first_counts_are_those_of_linux() {
    let counts = |name: &str| {
        let mut world = World::new(&fixture(name)).unwrap();
        while world.step() {}
        let sends = world.events().iter().filter_map(|e| match &e.what {
            What::Returned { call, outcome, .. } if call.name() == "send" => Some(outcome.clone()),
            _ => None,
        });
        let until_full: Vec<_> = sends.take_while(Outcome::is_ok).collect();
        until_full
            .into_iter()
            .map(|o| match o {
                Ok(Returned::Count(n)) => n,
                _ => 0,
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(counts("partial-send"), [5792]);
    assert_eq!(counts("partial-send-loopback"), [6144, 2048, 2048]);
}
