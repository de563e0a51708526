//! What must hold whatever goes wrong, for every seed.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{any_key, fixture};
use proptest::prelude::*;
use syscall::{ConnectionId, Direction, Returned, TaskId, What};
use world::{Act, ChoiceKey, ConnectionView, Faults, Input, Profile, Rng, Scenario, StreamView, View, World};

/// More steps than any run below takes.
const STEPS: usize = 20_000;

/// Everything that the wire may do, and no death.
const WIRE: Faults = Faults { signal: false, kill: false, power: false, ..Faults::ALL };

fn scenario(name: &str, faults: Faults, profile: Profile) -> Scenario {
    Scenario { faults, profile, ..fixture(name) }
}

/// What crossed the line between programs and kernels on one stream.
#[derive(Default)]
struct Story {
    given: Vec<u8>,
    taken: Vec<u8>,
}

/// The bytes that were given to and taken from a stream; each event names its place in it.
fn story(world: &World, connection: ConnectionId, direction: Direction) -> Story {
    let mut story = Story::default();
    for event in world.events() {
        let Some(range) = event.range.filter(|r| (r.connection, r.direction) == (connection, direction))
        else {
            continue;
        };
        let What::Returned { call, outcome: Ok(returned), .. } = &event.what else { continue };
        let (place, bytes) = match (call, returned) {
            (syscall::Call::Send { data, .. }, Returned::Count(n)) => {
                (&mut story.given, &data[..*n as usize])
            }
            (_, Returned::Data(data)) => (&mut story.taken, &data[..]),
            _ => continue,
        };
        assert_eq!(range.start, place.len() as u64, "a stream's bytes come in their order: {event:?}");
        assert_eq!(range.len(), bytes.len() as u64);
        place.extend_from_slice(bytes);
    }
    story
}

/// No byte is lost, invented, doubled or exchanged.
fn check_bytes(world: &World, view: &View) {
    for connection in &view.connections {
        for (direction, stream) in [(Direction::Forth, connection.forth), (Direction::Back, connection.back)]
        {
            let story = story(world, connection.id, direction);
            assert!(story.given.starts_with(&story.taken), "{direction:?} of {}", connection.id);
            // A host that died knows nothing of what its programs had read.
            assert!(story.taken.len() as u64 == stream.read || stream.read == 0);
        }
    }
}

/// A byte that a program gave is in its send buffer, in a receive buffer, or with the other program: the rest of
/// what the kernels tell agrees with that.
fn check_places(connection: &ConnectionView) {
    let check = |s: StreamView| {
        assert!(
            s.read <= s.arrived && s.arrived <= s.sent.max(s.written) && s.acknowledged <= s.sent,
            "{s:?}"
        );
        assert!(s.acknowledged <= s.arrived, "nothing is forgotten that has not arrived: {s:?}");
    };
    let (here, there) = (&connection.ends.0, connection.ends.1.as_ref());
    let Some(there) = there.filter(|there| open(there.state) && open(here.state)) else { return };
    check(connection.forth);
    check(connection.back);
    for (from, to, stream) in [(here, there, connection.forth), (there, here, connection.back)] {
        assert_eq!(u64::from(to.observed.inq), stream.arrived - stream.read, "{connection:?}");
        if !stream.finished {
            assert_eq!(u64::from(from.observed.outq), stream.written - stream.acknowledged, "{connection:?}");
        }
    }
}

fn open(state: syscall::TcpState) -> bool {
    use syscall::TcpState::{CloseWait, Established, FinWait1, FinWait2};
    matches!(state, Established | CloseWait | FinWait1 | FinWait2)
}

/// A run by a seed, looked at now and then, and at the end.
fn run(scenario: &Scenario, seed: u64) -> World {
    let mut world = World::new(scenario).unwrap();
    let mut rng = Rng::new(seed);
    let mut steps = 0;
    while world.step_seeded(&mut rng) {
        steps += 1;
        assert!(steps < STEPS, "the story comes to an end");
        if steps % 7 == 0 {
            assert_eq!(world.oversleeper(), None);
            world.view().connections.iter().for_each(check_places);
        }
    }
    assert!(world.end().is_some());
    let view = world.view();
    check_bytes(&world, &view);
    world
}

fn names() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["partial-send", "partial-send-loopback", "two-clients", "fork-server"])
}

fn profiles() -> impl Strategy<Value = Profile> {
    prop::sample::select(vec![Profile::Linux, Profile::Posix])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_wire_does_no_byte_is_lost_or_exchanged(name in names(), profile in profiles(), seed: u64) {
        let world = run(&scenario(name, WIRE, profile), seed);
        let view = world.view();
        let fine = |p: &world::ProgramView| p.status == world::Status::Ended { status: 0 };
        if view.programs.iter().all(fine) {
            for (connection, direction) in
                view.connections.iter().flat_map(|c| [(c.id, Direction::Forth), (c.id, Direction::Back)])
            {
                let Story { given, taken } = story(&world, connection, direction);
                prop_assert_eq!(given.len(), taken.len(), "who reads to the end without an error has read all");
            }
        }
    }

    #[test]
    fn whoever_dies_no_byte_is_exchanged_and_everybody_wakes(name in names(), profile in profiles(), seed: u64) {
        run(&scenario(name, Faults::ALL, profile), seed);
    }

    #[test]
    fn what_was_done_can_be_done_again(name in names(), profile in profiles(), seed: u64) {
        let scenario = scenario(name, Faults::ALL, profile);
        let world = run(&scenario, seed);
        let again = World::replay(&scenario, world.taken()).unwrap();
        prop_assert_eq!(again.digest(), world.digest());
        prop_assert_eq!(again.events(), world.events());
        prop_assert_eq!(again.view(), world.view());
    }

    #[test]
    fn no_key_and_no_input_whatever_panics(
        name in names(), keys in prop::collection::vec((any_key(prop_oneof![0..3000_u32, any::<u32>()]), any::<bool>()), 0..80),
    ) {
        let mut world = World::new(&scenario(name, Faults::ALL, Profile::Posix)).unwrap();
        for (key, step) in keys {
            let before = world.digest();
            if world.take(key).is_err() {
                prop_assert_eq!(world.digest(), before, "what is refused changes nothing");
            }
            prop_assert!(world.act(Act::Give(TaskId(key.to_string().len() as u32), Input::Exit(1))).is_err());
            prop_assert_eq!(key.to_string().parse::<ChoiceKey>().is_ok(), !matches!(key, ChoiceKey::Part(_, 0)));
            if step {
                world.step();
            }
            let _ = (world.choices(), world.view());
        }
    }
}

#[test]
fn without_faults_two_clients_get_back_what_they_sent() {
    let mut world = World::new(&fixture("two-clients")).unwrap();
    while world.step() {}
    let view = world.view();
    let streams: Vec<_> = view.connections.iter().map(|c| (c.forth.read, c.back.read)).collect();
    assert_eq!(streams, [(4000, 4000), (4000, 4000)]);
    assert_eq!(world.end(), Some(world::End::Idle));
}
