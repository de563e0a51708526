//! Several processes: fork, signals, death, and what they have in common.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{fixture, scenario};
use syscall::{Errno, Pid, Signal, TaskId, What};
use world::{ChoiceKey, End, Faults, Input, Planned, ProgramView, Scenario, SocketKind, Status, World};

fn run(scenario: &Scenario) -> World {
    let mut world = World::new(scenario).unwrap();
    while world.step() {}
    world
}

fn program(world: &World, name: &str) -> ProgramView {
    world.view().programs.into_iter().find(|program| program.name == name).unwrap()
}

/// What a program's calls of that name answered.
fn outcomes(world: &World, pid: u32, name: &str) -> Vec<Result<String, Errno>> {
    let events = world.events().iter().filter(|event| event.pid == Some(Pid(pid)));
    let outcome = |event: &syscall::Event| match &event.what {
        What::Returned { call, outcome, .. } if call.name() == name => {
            Some(outcome.clone().map(|returned| returned.to_string()))
        }
        _ => None,
    };
    events.filter_map(outcome).collect()
}

#[test]
fn a_server_that_forks_serves_two_clients_at_once() {
    let mut world = World::new(&fixture("fork-server")).unwrap();
    let mut together = 0;
    while world.step() {
        let view = world.view();
        let children: Vec<_> = view.programs.iter().filter(|p| p.parent.is_some()).collect();
        together = together.max(children.iter().filter(|p| p.status == Status::Waits).count());
    }
    assert_eq!(together, 2);
    assert_eq!(world.end(), Some(End::Idle));
    let view = world.view();
    let named: Vec<_> =
        view.programs.iter().map(|p| (&*p.name, p.pid.0, p.parent.map(|p| p.0), p.program)).collect();
    assert_eq!(
        named,
        [
            ("Server", 1, None, 0),
            ("Left", 2, None, 1),
            ("Right", 3, None, 2),
            ("Server 4", 4, Some(1), 0),
            ("Server 5", 5, Some(1), 0),
        ]
    );
    let ends: Vec<_> = view.programs.iter().map(|p| p.status.clone()).collect();
    let ended = |status| Status::Ended { status };
    assert_eq!(ends, [ended(0), ended(0), ended(0), ended(7), ended(7)]);
    let got = |k: usize| view.programs[k].variables.iter().find(|v| v.name == "got").unwrap().text.clone();
    assert_eq!((got(1).as_str(), got(2).as_str()), ("b'left'", "b'right'"));
    let pid = |k: usize| view.programs[k].variables.iter().find(|v| v.name == "pid").unwrap().text.clone();
    assert_eq!((pid(0).as_str(), pid(3).as_str()), ("5", "0"));
    let again = World::replay(&fixture("fork-server"), world.taken()).unwrap();
    assert_eq!((again.digest(), again.view()), (world.digest(), world.view()));
}

#[test]
fn a_console_forks_another_console() {
    let text = "network = \"loopback\"\nhosts = [\"h\"]\n[[programs]]\nname = \"You\"\nhost = \"h\"\nruns = \"console\"\n";
    let mut world = World::new(&scenario(text)).unwrap();
    let give = |world: &mut World, task, input| {
        world.give(TaskId(task), input).unwrap();
        while world.step() {}
    };
    give(&mut world, 0, Input::Call(syscall::Call::Pipe));
    give(&mut world, 0, Input::Call(syscall::Call::Fork));
    assert_eq!(world.view().programs.len(), 2);
    let (reader, writer) = (syscall::Fd(3), syscall::Fd(4));
    give(&mut world, 0, Input::Call(syscall::Call::Read { fd: reader, len: 10 }));
    assert_eq!(world.end(), Some(End::Deadlock));
    let view = world.view();
    assert_eq!(view.waits[0].on, [TaskId(1)], "the child can write");
    give(&mut world, 1, Input::Call(syscall::Call::Write { fd: writer, data: "hello".into() }));
    assert_eq!(outcomes(&world, 1, "read"), [Ok("5".into())]);
    let view = world.view();
    let kinds: Vec<_> = view.hosts[0].sockets.iter().map(|s| (s.pid.0, s.kind)).collect();
    let (reads, writes) = (SocketKind::PipeReader, SocketKind::PipeWriter);
    assert_eq!(kinds, [(1, reads), (1, writes), (2, reads), (2, writes)]);
    assert_eq!(world.end(), Some(End::Idle));
}

#[test]
fn a_signal_interrupts_a_call_and_a_script_makes_it_again() {
    let planned = vec![Planned::Signal { program: "Receiver".into(), at_us: 0 }];
    let world = run(&Scenario { planned: planned.clone(), ..fixture("partial-send") });
    assert_eq!(outcomes(&world, 1, "accept")[0], Err(Errno::EINTR));
    assert!(outcomes(&world, 1, "accept")[1].is_ok());
    assert_eq!(world.end(), Some(End::Idle));
    assert_eq!(program(&world, "Receiver").status, Status::Ended { status: 0 });
    let mut handled = fixture("partial-send");
    handled.planned = planned;
    handled.programs[0].steps[4].on.insert(Errno::EINTR, 13);
    let world = run(&handled);
    assert_eq!(outcomes(&world, 1, "accept"), [Err(Errno::EINTR)]);
}

#[test]
fn a_signal_may_be_chosen_while_a_program_waits_and_not_else() {
    let faults = Faults { signal: true, ..Faults::default() };
    let mut world = World::new(&Scenario { faults, ..fixture("partial-send") }).unwrap();
    let signals = |world: &World| {
        let faults = world.choices().into_iter().map(|choice| choice.key).filter(|key| key.is_fault());
        faults.collect::<Vec<_>>()
    };
    assert_eq!(signals(&world), []);
    while signals(&world).is_empty() {
        world.step();
    }
    let key = signals(&world)[0];
    assert_eq!(key, ChoiceKey::Signal(Pid(1)));
    world.take(key).unwrap();
    assert!(!signals(&world).contains(&key), "it has not run since");
    while world.step() {}
    assert_eq!(world.end(), Some(End::Idle));
}

#[test]
fn a_kernel_closes_what_a_killed_program_had_open() {
    // After 100 ms the receiver sleeps with data unread.
    let planned = vec![Planned::Kill { program: "Receiver".into(), at_us: 100_000 }];
    let world = run(&Scenario { planned, ..fixture("partial-send") });
    assert_eq!(program(&world, "Receiver").status, Status::Killed { signal: Signal::Sigkill });
    let sender = program(&world, "Sender").status;
    assert!(matches!(sender, Status::Raised { errno: Errno::ECONNRESET, .. }), "{sender:?}");
    assert!(world.view().hosts.iter().all(|host| host.sockets.is_empty()));
    assert_eq!(world.end(), Some(End::Idle));
}

#[test]
fn worlds_that_differ_in_their_past_alone_have_one_future() {
    let faults = Faults { lose: true, duplicate: true, ..Faults::default() };
    let scenario = Scenario { faults, ..fixture("partial-send") };
    let after = |keys: &[&str]| {
        let mut world = World::new(&scenario).unwrap();
        while world.view().wire.is_empty() {
            world.step();
        }
        for key in keys {
            world.take(key.parse().unwrap()).unwrap();
        }
        world
    };
    // The wire copied the SYN, and then lost the copy.
    let (one, other) = (after(&[]), after(&["duplicate 1", "lose 2"]));
    assert_ne!(one.digest(), other.digest());
    assert_eq!(one.future_digest(), other.future_digest());
    assert_ne!(one.future_digest(), after(&["duplicate 1"]).future_digest());
    assert_ne!(one.future_digest(), after(&["lose 1"]).future_digest());
}

#[test]
fn a_program_that_writes_to_a_pipe_nobody_reads_gets_epipe_as_in_python() {
    let text = r#"
        network = "loopback"
        hosts = ["h"]
        [[programs]]
        name = "P"
        host = "h"
        source = "a\nb\nc\n"
        steps = [
            { line = 1, do = { call = "pipe" } },
            { line = 1, do = { call = { close = { fd = 3 } } } },
            { line = 2, do = { text = { name = "word", bytes = "x" } } },
            { line = 3, do = { write = { fd = 4, from = "word", count = "n" } } },
        ]
    "#;
    let world = run(&scenario(text));
    let status = program(&world, "P").status;
    assert_eq!(status, Status::Raised { errno: Errno::EPIPE, exception: "BrokenPipeError".into() });
}

#[test]
fn a_grandchild_has_the_name_of_the_program_and_its_own_number() {
    let text = "network = \"loopback\"\nhosts = [\"h\"]\n[[programs]]\nname = \"You\"\nhost = \"h\"\nruns = \"console\"\n";
    let mut world = World::new(&scenario(text)).unwrap();
    for task in 0..3 {
        world.give(TaskId(task), Input::Call(syscall::Call::Fork)).unwrap();
        while world.step() {}
    }
    let names: Vec<_> = world.view().programs.into_iter().map(|program| program.name).collect();
    assert_eq!(names, ["You", "You 2", "You 3", "You 4"]);
}
