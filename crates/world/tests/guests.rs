//! Programs that are no scripts: consoles, and the peers of lessons.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::collections::BTreeMap;

use common::scenario;
use syscall::{Call, Domain, Errno, Fd, MsgFlags, Returned, SocketType, TaskId, What};
use world::{Act, Adapter, Choice, End, Guest, Input, NotOffered, Rng, Status, World};

const ME: TaskId = TaskId(0);

/// A console on one host, another program on the other.
fn with_console(more: &str) -> world::Scenario {
    scenario(&format!(
        "network = {{ wire = {{ mtu = 1500, delay_us = 100 }} }}\nhosts = [\"a\", \"b\"]\n\
         [[programs]]\nname = \"You\"\nhost = \"a\"\nruns = \"console\"\n{more}"
    ))
}

const PEER: &str = "[[programs]]\nname = \"Peer\"\nhost = \"b\"\n";

/// You, and an echo on the other host.
fn with_echo() -> World {
    let place = peers::Place { address: "10.0.0.2:7000".parse().unwrap(), rcvbuf: 4096 };
    let echo = Adapter::new(peers::Peer::new("echo", place, &BTreeMap::new(), 0).unwrap());
    let guest = |name: &str| (name == "Peer").then(|| Box::new(echo.clone()) as Box<dyn Guest>);
    World::with(&with_console(PEER), |spec| guest(&spec.name)).unwrap()
}

/// Make a call and let happen what happens; what it answered.
fn call(world: &mut World, call: Call) -> Option<Result<Returned, Errno>> {
    let before = world.event_count();
    world.give(ME, Input::Call(call)).unwrap();
    while world.step() {}
    world.events().iter().filter(|e| e.index > before && e.host.0 == 0).find_map(|e| match &e.what {
        What::Returned { outcome, .. } => Some(outcome.clone()),
        _ => None,
    })
}

fn socket() -> Call {
    Call::Socket { domain: Domain::Inet, kind: SocketType::Stream }
}

#[test]
fn a_console_does_what_it_is_told_and_nothing_else() {
    let mut world = World::new(&with_console("")).unwrap();
    assert_eq!(world.end(), Some(End::Idle));
    assert!(world.choices().is_empty());
    world.give(ME, Input::Call(socket())).unwrap();
    let labels: Vec<_> =
        world.choices().into_iter().map(|Choice { label, detail, .. }| (label, detail)).collect();
    assert_eq!(labels, [("You runs".into(), "socket(AF_INET, SOCK_STREAM)".into())]);
    assert_eq!(world.give(ME, Input::Exit(0)), Err(NotOffered::Deaf { task: ME }), "one thing at a time");
    assert_eq!(world.give(TaskId(7), Input::Exit(0)), Err(NotOffered::Deaf { task: TaskId(7) }));
    while world.step() {}
    assert_eq!(world.end(), Some(End::Idle));
    assert_eq!(world.view().hosts[0].sockets[0].fd, Fd(3));
    world.give(ME, Input::Exit(4)).unwrap();
    assert_eq!(world.view().programs[0].status, Status::Ended { status: 4 });
    assert!(world.view().hosts[0].sockets.is_empty());
    assert_eq!(world.give(ME, Input::Exit(0)), Err(NotOffered::Deaf { task: ME }));
    let again = World::replay(&with_console(""), world.taken()).unwrap();
    assert_eq!((again.digest(), again.events()), (world.digest(), world.events()));
    assert_eq!(world.taken().len(), 3);
    assert!(matches!(world.taken()[0], Act::Give(ME, Input::Call(_))));
}

#[test]
fn a_console_talks_to_a_peer_of_the_lessons() {
    let mut world = with_echo();
    while world.step() {}
    assert_eq!(world.end(), Some(End::Idle));
    let (fd, flags) = (Fd(3), MsgFlags::default());
    call(&mut world, socket()).unwrap().unwrap();
    let address = "10.0.0.2:7000".parse().unwrap();
    assert_eq!(call(&mut world, Call::Connect { fd, address }), Some(Ok(Returned::Done)));
    assert_eq!(
        call(&mut world, Call::Send { fd, data: "hello".into(), flags }),
        Some(Ok(Returned::Count(5)))
    );
    assert_eq!(
        call(&mut world, Call::Recv { fd, len: 100, flags }),
        Some(Ok(Returned::Data("hello".into())))
    );
    assert_eq!(call(&mut world, Call::Recv { fd, len: 100, flags }), None);
    assert_eq!(world.end(), Some(End::Deadlock));
    let view = world.view();
    assert_eq!(
        view.waits.iter().map(|w| (w.task.0, w.on.clone())).collect::<Vec<_>>(),
        [(0, vec![TaskId(1)]), (1, vec![TaskId(0)])]
    );
    assert_eq!(view.circle(), [TaskId(0), TaskId(1)]);
}

#[test]
fn a_copy_of_a_world_has_guests_of_its_own() {
    let mut world = with_echo();
    world.step();
    let (copy, before) = (world.clone(), world.digest());
    world.give(ME, Input::Call(socket())).unwrap();
    while world.step() {}
    assert_ne!(world.digest(), before);
    assert_eq!(copy.digest(), before);
    assert!(copy.view().hosts[0].sockets.is_empty());
}

#[test]
fn what_was_drained_and_what_is_left_are_the_whole_story() {
    let whole = {
        let mut world = with_echo();
        while world.step() {}
        world
    };
    let mut world = with_echo();
    let (mut events, mut acts) = (Vec::new(), Vec::new());
    while world.step() {
        let view = world.view();
        let drained = world.drain();
        assert_eq!(world.view(), view, "draining changes nothing that is seen");
        events.extend(drained.events);
        acts.extend(drained.acts);
        assert!(world.events().is_empty() && world.taken().is_empty());
    }
    assert_eq!((events.as_slice(), acts.as_slice()), (whole.events(), whole.taken()));
    assert_eq!((world.event_count(), world.act_count()), (whole.event_count(), whole.act_count()));
    assert_eq!(world.digest(), whole.digest());
}

#[test]
fn a_seed_chooses_the_same_again_and_another_seed_otherwise() {
    let run = |seed| {
        let mut world = World::new(&common::fixture("partial-send")).unwrap();
        let mut rng = Rng::new(seed);
        while world.step_seeded(&mut rng) {}
        (world.digest(), world.taken().to_vec())
    };
    assert_eq!(run(1), run(1));
    let different: std::collections::BTreeSet<u64> = (0..8).map(|seed| run(seed).0).collect();
    assert!(different.len() > 4, "{different:?}");
}
