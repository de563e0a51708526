//! What goes wrong: only where the scenario allows it, by itself only where it is planned.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::fixture;
use syscall::{HostId, What};
use world::{ChoiceKey, End, Faults, Network, Planned, Profile, Scenario, Status, World};

fn partial_send(faults: Faults, planned: Vec<Planned>) -> Scenario {
    Scenario { faults, planned, ..fixture("partial-send") }
}

fn run(scenario: &Scenario) -> World {
    let mut world = World::new(scenario).unwrap();
    while world.step() {}
    world
}

/// Take default steps until a packet is on the wire.
fn until_something_travels(scenario: &Scenario) -> World {
    let mut world = World::new(scenario).unwrap();
    while world.view().wire.is_empty() && world.step() {}
    world
}

fn offered(world: &World) -> Vec<String> {
    world.choices().iter().map(|choice| choice.key.to_string()).collect()
}

#[test]
fn what_the_scenario_does_not_allow_is_not_on_offer() {
    let world = until_something_travels(&partial_send(Faults::default(), Vec::new()));
    assert!(world.choices().iter().all(|choice| !choice.key.is_fault()));
    let lose = Faults { lose: true, ..Faults::default() };
    let world = until_something_travels(&partial_send(lose, Vec::new()));
    assert_eq!(offered(&world).iter().filter(|key| key.starts_with("lose")).count(), 1);
    assert!(!offered(&world).iter().any(|key| key.starts_with("delay") || key.starts_with("kill")));
}

#[test]
fn everything_that_is_allowed_is_on_offer_behind_what_happens_by_itself() {
    let world = until_something_travels(&partial_send(Faults::ALL, Vec::new()));
    let keys = offered(&world);
    let packet = world.view().wire[0].segment.id;
    let faults = [
        format!("lose {packet}"),
        format!("duplicate {packet}"),
        format!("delay {packet}"),
        "signal 1".into(),
        "kill 1".into(),
        "kill 2".into(),
        "power-off 0".into(),
        "cut 0".into(),
        "power-off 1".into(),
        "cut 1".into(),
    ];
    for fault in &faults {
        assert!(keys.contains(fault), "{fault} is not among {keys:?}");
    }
    let first = keys.iter().position(|key| key.parse::<ChoiceKey>().unwrap().is_fault()).unwrap();
    assert!(keys[first..].iter().all(|key| key.parse::<ChoiceKey>().unwrap().is_fault()), "{keys:?}");
    assert_eq!(world.default_choice(), Some(keys[0].parse().unwrap()));
}

#[test]
fn a_run_with_faults_allowed_and_none_chosen_is_the_run_without() {
    let (without, with) = (run(&fixture("partial-send")), run(&partial_send(Faults::ALL, Vec::new())));
    assert_eq!(with.events(), without.events());
    assert_eq!(with.end(), Some(End::Idle));
}

#[test]
fn each_choice_says_in_words_what_it_does() {
    let mut world = until_something_travels(&partial_send(Faults::ALL, Vec::new()));
    world.take(ChoiceKey::PowerOff(HostId(0))).unwrap();
    world.take(ChoiceKey::Cut(HostId(1))).unwrap();
    let mut lines: Vec<_> = until_something_travels(&partial_send(Faults::ALL, Vec::new())).choices();
    lines.extend(world.choices());
    let text = lines.iter().fold(String::new(), |text, choice| {
        let touches: Vec<_> = choice.touches.iter().map(ToString::to_string).collect();
        format!("{text}{}: {} | {} | {}\n", choice.key, choice.label, choice.detail, touches.join(" "))
    });
    insta::assert_snapshot!(text);
}

#[test]
fn a_planned_loss_happens_by_itself_and_is_made_good() {
    let scenario = partial_send(Faults::default(), vec![Planned::Lose { from: "sender".into(), nth: 4 }]);
    let world = run(&scenario);
    let lost: Vec<_> = world.events().iter().filter(|e| matches!(e.what, What::SegmentLost { .. })).collect();
    assert_eq!(lost.len(), 1);
    let sent: Vec<_> = world
        .events()
        .iter()
        .filter(|e| e.host == lost[0].host && matches!(e.what, What::SegmentSent { .. }))
        .collect();
    assert_eq!(lost[0].cause, Some(sent[3].index), "the fourth that this host sends");
    assert!(sent.iter().any(|e| matches!(&e.what, What::SegmentSent { segment } if segment.retransmission)));
    assert_eq!(world.end(), Some(End::Idle));
    assert_eq!(world.view().connections[0].forth.read, 20_000);
    let again = World::replay(&scenario, world.taken()).unwrap();
    assert_eq!((again.digest(), again.events()), (world.digest(), world.events()));
}

#[test]
fn what_is_planned_for_a_time_happens_at_that_time() {
    let at_us = 3_500;
    let planned = vec![
        Planned::Mend { host: "receiver".into(), at_us: 2_000_000 },
        Planned::Cut { host: "receiver".into(), at_us },
    ];
    let scenario = partial_send(Faults::default(), planned);
    let world = run(&scenario);
    let cable: Vec<_> = world
        .events()
        .iter()
        .filter_map(|e| match e.what {
            What::HostCable { connected } => Some((e.at, connected)),
            _ => None,
        })
        .collect();
    assert_eq!(cable, [(at_us, false), (2_000_000, true)]);
    assert_eq!(world.end(), Some(End::Idle));
    assert_eq!(world.view().connections[0].forth.read, 20_000, "what was lost was sent again");
    let again = World::replay(&scenario, world.taken()).unwrap();
    assert_eq!(again.digest(), world.digest());
}

#[test]
fn a_host_that_dies_takes_its_programs_with_it() {
    let planned = vec![Planned::PowerOff { host: "receiver".into(), at_us: 3_500 }];
    let world = run(&partial_send(Faults::default(), planned));
    let view = world.view();
    assert_eq!(view.programs[0].status, Status::Vanished);
    assert!(!view.hosts[1].powered && view.hosts[1].sockets.is_empty());
    assert!(matches!(view.programs[1].status, Status::Raised { .. }), "{:?}", view.programs[1]);
    assert!(world.now() > 900_000_000, "the survivor waits through fifteen retransmissions");
    assert_eq!(world.end(), Some(End::Idle));
}

#[test]
fn a_part_of_a_call_may_be_chosen_in_the_posix_profile_only() {
    let mut scenario = partial_send(Faults::default(), Vec::new());
    let sends = |world: &World| {
        let choice = world.choices().into_iter().next().unwrap();
        (choice.detail.starts_with("send(")).then_some(choice)
    };
    let mut world = World::new(&scenario).unwrap();
    while sends(&world).is_none() && world.step() {}
    let linux = sends(&world).unwrap();
    assert_eq!(linux.most, None);
    let ChoiceKey::Run(task) = linux.key else { panic!("it runs") };
    assert!(world.take(ChoiceKey::Part(task, 1)).is_err());
    scenario.profile = Profile::Posix;
    let mut world = World::new(&scenario).unwrap();
    while sends(&world).is_none() && world.step() {}
    let most = sends(&world).unwrap().most.unwrap();
    assert_eq!(most, 5792);
    assert!(world.take(ChoiceKey::Part(task, most + 1)).is_err());
    assert!(world.take(ChoiceKey::Part(task, 0)).is_err());
}

#[test]
fn a_loopback_network_has_no_cable() {
    let scenario = Scenario { faults: Faults::ALL, ..fixture("partial-send-loopback") };
    assert_eq!(scenario.network, Network::Loopback);
    let keys = offered(&World::new(&scenario).unwrap());
    assert!(keys.contains(&"power-off 0".into()) && !keys.contains(&"cut 0".into()), "{keys:?}");
}
