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

#[test]
fn a_variable_is_changed_by_the_last_event_only() {
    let mut world = World::new(&fixture("partial-send")).unwrap();
    let changed = |world: &World| -> Vec<String> {
        let view = world.view();
        let variables = view.programs.into_iter().flat_map(|p| p.variables);
        variables.filter(|v| v.changed).map(|v| v.name).collect()
    };
    let mut seen = Vec::new();
    while world.step() && seen.len() < 9 {
        let names = changed(&world);
        match &world.events().last().unwrap().what {
            What::Returned { call, outcome: Ok(_), .. } if call.name() == "send" => {
                assert_eq!(names, ["data", "n"])
            }
            What::Line { .. } => assert_eq!(names.len(), 1),
            _ => assert_eq!(names, [""; 0]),
        }
        seen.extend(names);
    }
    assert_eq!(seen[..5], ["data", "sent", "data", "n", "sent"]);
    let view = world.view();
    let data = view.programs[1].variables[0].bytes.clone().unwrap();
    let connection = syscall::ConnectionId(0);
    assert_eq!(data.stream, Some((connection, syscall::Direction::Forth)));
}
