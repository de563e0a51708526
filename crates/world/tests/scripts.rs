//! Scripts without a world, and what a scenario's author is told.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{fixture, scenario};
use syscall::{Action, Call, Errno, Program, Returned};
use world::{End, Network, NotOffered, ReplayError, Scenario, Script, Status, World};

fn sender() -> Script {
    Script::new(&fixture("partial-send").programs[1]).unwrap()
}

/// Answer every call up to the first send as a kernel would.
fn up_to_send(script: &mut Script) -> Action {
    let mut action = script.resume(None);
    loop {
        let outcome = match &action {
            Action::Call { call: Call::Send { .. }, .. } | Action::Exit(_) => return action,
            Action::Call { call: Call::Socket { .. }, .. } => Some(Ok(Returned::Fd(syscall::Fd(3)))),
            Action::Call { .. } => Some(Ok(Returned::Done)),
            Action::Line(_) => None,
        };
        action = script.resume(outcome);
    }
}

#[test]
fn a_script_offers_what_no_kernel_has_taken_yet() {
    let mut script = sender();
    assert_eq!(script.line(), 0);
    let Action::Call { call, line, origin } = up_to_send(&mut script) else { panic!("it sends") };
    assert_eq!((call.to_string().as_str(), line), ("send(3, 20000 bytes)", 12));
    assert_eq!(origin.unwrap().offset, 0);
    assert_eq!((script.line(), script.ran()), (12, 9));
    assert_eq!(script.upcoming(), Some(&call));
    assert_eq!(script.resume(Some(Ok(Returned::Count(5792)))), Action::Line(16));
    let texts: Vec<_> =
        script.variables().iter().map(|v| (v.name.clone(), v.text.clone(), v.changed)).collect();
    assert_eq!(
        texts,
        [
            ("data".into(), r"b'0000000\n0000001\n…'".into(), true),
            ("sent".into(), "0".into(), false),
            ("n".into(), "5792".into(), true),
        ]
    );
    let next = script.resume(None);
    assert_eq!(script.variables()[1].text, "5792", "a line's effect shows once it has run");
    let Action::Call { call, origin, .. } = next else { panic!("it sends again") };
    assert_eq!(call.to_string(), "send(3, 14208 bytes)");
    assert_eq!(origin.unwrap().offset, 5792);
}

#[test]
fn a_handled_error_goes_on_and_any_other_ends_the_script() {
    let mut script = sender();
    up_to_send(&mut script);
    let Action::Call { call, line, .. } = script.resume(Some(Err(Errno::EAGAIN))) else { panic!("it waits") };
    assert_eq!((call.name(), line), ("select", 14));
    let mut script = sender();
    up_to_send(&mut script);
    assert_eq!(script.resume(Some(Err(Errno::EPIPE))), Action::Exit(1));
    assert_eq!(*script.status(), Status::Raised { errno: Errno::EPIPE, exception: "BrokenPipeError".into() });
    assert_eq!((script.line(), script.ran()), (0, 12));
    assert_eq!(script.resume(None), Action::Exit(1), "it stays ended");
}

/// One host, one program with these steps.
fn alone(steps: &str) -> String {
    format!(
        "network = \"loopback\"\nhosts = [\"h\"]\n[[programs]]\nname = \"P\"\nhost = \"h\"\nfile = \"p.py\"\n\
         source = \"a\\nb\\nc\\n\"\nsteps = [{steps}]\n"
    )
}

#[test]
fn a_script_that_goes_round_without_a_call_is_ended() {
    let world = World::new(&scenario(&alone("{ line = 1, do = { goto = 1 } }"))).unwrap();
    assert_eq!(world.view().programs[0].status, Status::Ended { status: Script::ENDLESS });
    assert_eq!(world.end(), Some(End::Idle));
    let mut world =
        World::new(&scenario(&alone("{ line = 1, do = \"pass\" }, { line = 2, do = { goto = 1 } }")))
            .unwrap();
    let mut steps = 0;
    while world.step() {
        steps += 1;
    }
    assert_eq!(world.view().programs[0].status, Status::Ended { status: Script::ENDLESS });
    assert_eq!(steps, 10_000);
}

#[test]
fn a_receive_of_a_total_asks_for_what_is_missing_until_it_has_it() {
    let steps = "{ line = 1, do = { empty = { name = \"got\" } } }, \
        { line = 1, do = { recv = { fd = 3, len = 9, total = 10, into = \"got\" } } }, \
        { line = 1, do = { if_has = { name = \"got\", len = 10, goto = 3 } } }, \
        { line = 2, do = { recv = { fd = 3, len = 9, total = 10, into = \"got\" } } }, \
        { line = 3, do = \"pass\" }";
    let mut script = Script::new(&scenario(&alone(steps)).programs[0]).unwrap();
    assert_eq!(script.resume(None), Action::Line(1));
    let mut asked = |outcome| match script.resume(outcome) {
        Action::Call { call: Call::Recv { len, .. }, .. } => Some(len),
        _ => None,
    };
    assert_eq!(asked(None), Some(9));
    assert_eq!(asked(Some(Ok(Returned::Data("seven..".into())))), Some(3), "the rest");
    let mut script =
        Script::new(&scenario(&alone(&steps.replace("len = 9", "len = 12"))).programs[0]).unwrap();
    script.resume(None);
    script.resume(None);
    assert_eq!(script.resume(Some(Ok(Returned::Data("all of ten".into())))), Action::Line(3));
}

#[test]
fn an_early_connect_is_refused_and_nobody_catches_it() {
    let mut world = World::new(&fixture("partial-send")).unwrap();
    for key in ["run 1", "run 1", "run 1", "run 1", "deliver 1", "deliver 2", "run 1"] {
        world.take(key.parse().unwrap()).unwrap();
    }
    let status = &world.view().programs[1].status;
    assert_eq!(
        *status,
        Status::Raised { errno: Errno::ECONNREFUSED, exception: "ConnectionRefusedError".into() }
    );
}

#[test]
fn what_is_not_on_offer_is_refused_with_what_is() {
    let mut world = World::new(&fixture("partial-send")).unwrap();
    let refused = world.take("deliver 9".parse().unwrap()).unwrap_err();
    assert_eq!(refused.to_string(), "`deliver 9` is not on offer; these are: `run 0`, `run 1`");
    let mut taken = world.taken().to_vec();
    taken.push("wake 1".parse::<world::ChoiceKey>().unwrap().into());
    let diverged = World::replay(&fixture("partial-send"), &taken).err().unwrap();
    assert!(matches!(diverged, ReplayError::Diverged { at: 0, reason: NotOffered::Other { .. } }));
}

#[test]
fn two_programs_that_wait_for_each_other_are_in_deadlock() {
    let mut scenario = fixture("partial-send");
    // The receiver never reads: line 11 pauses for ever.
    let forever = Call::Select { read: vec![], write: vec![], except: vec![], timeout_us: None };
    scenario.programs[0].steps[7].op = world::Op::Call(forever);
    let mut world = World::new(&scenario).unwrap();
    while world.step() {}
    assert_eq!(world.end(), Some(End::Deadlock));
    assert_eq!(world.choices().len(), 1, "the zero-window probe may still be tried");
    assert!(!world.step());
    world.take(world.choices()[0].key).unwrap();
    while world.step() {}
    assert_eq!(world.end(), Some(End::Deadlock));
}

#[test]
fn a_client_that_nobody_accepts_fills_the_buffers_and_is_stuck() {
    let mut scenario = fixture("partial-send");
    let forever = Call::Select { read: vec![], write: vec![], except: vec![], timeout_us: None };
    scenario.programs[0].steps[4].op = world::Op::Call(forever);
    let mut world = World::new(&scenario).unwrap();
    let steps = (0..1000).take_while(|_| world.step()).count();
    assert!(steps < 1000, "the story comes to an end");
    assert_eq!(world.end(), Some(End::Deadlock));
    assert_eq!(world.view().connections[0].forth.written, 13_032);
}

#[test]
fn a_server_that_waits_for_clients_is_idle() {
    let mut scenario = fixture("partial-send");
    scenario.programs.truncate(1);
    let mut world = World::new(&scenario).unwrap();
    while world.step() {}
    assert_eq!(world.end(), Some(End::Idle));
    assert_eq!(world.view().programs[0].status, Status::Waits);
}

#[test]
fn every_mistake_in_a_scenario_is_told_at_once() {
    let text = r#"
        network = "loopback"
        hosts = ["a", "a"]
        [[programs]]
        name = "P"
        host = "b"
        file = "p.py"
        source = "one line"
        steps = [
            { line = 1, do = { goto = 7 } },
            { line = 2, do = "pass" },
            { line = 1, do = "pass", on = { EAGAIN = 9 } },
            { line = 1, do = { send = { fd = 3, from = "x", count = "n" } } },
            { line = 1, do = { add = { to = "sum", from = "n" } } },
            { line = 1, do = { empty = { name = "n" } } },
            { line = 1, do = { received = { name = "back" } } },
            { line = 1, do = { if_child = { goto = 1 } } },
            { line = 1, do = { ask = { call = "fork", into = "back" } }, on = { EINTR = 1 } },
            { line = 1, do = { exit = 2 }, on = { EINTR = 1 } },
        ]
        [[programs]]
        name = "C"
        host = "a"
        runs = "console"
        source = "x"
        steps = [{ line = 1, do = "pass" }]
        [[planned]]
        lose = { from = "nowhere", nth = 0 }
        [[planned]]
        kill = { program = "Q", at_us = 5 }
        [[planned]]
        cut = { host = "a", at_us = 5 }
    "#;
    let problems = World::new(&scenario(text)).err().unwrap();
    insta::assert_snapshot!(problems);
}

#[test]
fn a_wire_longer_than_an_hour_is_refused() {
    let scenario = |delay_us| {
        let hosts = vec!["a".into(), "b".into()];
        Scenario::new(Network::Wire { mtu: 1500, delay_us }, hosts, vec![])
    };
    assert!(World::new(&scenario(3_600_000_000)).is_ok());
    let problems = World::new(&scenario(u64::MAX)).err().unwrap().problems;
    assert_eq!(problems, ["`delay_us` is 18446744073709551615; it may be up to 3600000000 microseconds"]);
}
