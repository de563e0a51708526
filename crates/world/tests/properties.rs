//! What must hold whatever is chosen.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::fixture;
use proptest::prelude::*;
use syscall::{Event, Returned, What};
use world::{ConnectionView, End, World};

const STEPS: usize = 5_000;
/// Default steps until the receiver listens.
const LISTENS: usize = 4;

/// What `data` sends: the bytes that arrive are compared with it.
fn numbered(len: usize) -> Vec<u8> {
    (0..).flat_map(|n| format!("{n:07}\n").into_bytes()).take(len).collect()
}

/// What the programs have received, in the order of their calls.
fn received(world: &World) -> Vec<u8> {
    let mut bytes = Vec::new();
    for event in world.events() {
        if let What::Returned { outcome: Ok(Returned::Data(data)), .. } = &event.what {
            bytes.extend_from_slice(data);
        }
    }
    bytes
}

fn check_streams(connection: &ConnectionView) {
    for s in [connection.forth, connection.back] {
        assert!(s.acknowledged <= s.sent && s.sent <= s.written, "{s:?}");
        assert!(s.read <= s.arrived && s.arrived <= s.sent, "{s:?}");
        assert!(s.acknowledged <= s.arrived, "{s:?}");
        assert!(s.sent <= s.promised_edge || s.arrived == s.sent, "{s:?}");
    }
}

fn check_events(world: &World, seen: &mut usize) {
    for (k, event) in world.events().iter().enumerate().skip(*seen) {
        assert_eq!(event.index as usize, k + 1, "indexes are dense");
        assert!(event.cause.is_none_or(|cause| cause < event.index), "causes come first: {event:?}");
        assert!(k == 0 || world.events()[k - 1].at <= event.at, "time does not go back");
    }
    *seen = world.events().len();
}

/// Let the receiver listen, take choices as the numbers say, then the default ones to the end.
fn schedule(name: &str, picks: &[u8]) -> World {
    let mut world = World::new(&fixture(name)).unwrap();
    let mut seen = 0;
    let mut step = 0;
    for _ in 0..LISTENS {
        world.step();
    }
    loop {
        let choices = world.choices();
        if choices.is_empty() {
            assert!(world.end().is_some(), "nothing is offered only at the end");
            break;
        }
        match picks.get(step) {
            Some(pick) => world.take(choices[usize::from(*pick) % choices.len()].key).unwrap(),
            None if world.step() => {}
            None => break,
        }
        check_events(&world, &mut seen);
        if step < picks.len() {
            world.view().connections.iter().for_each(check_streams);
        }
        step += 1;
        assert!(step < STEPS, "the story comes to an end");
    }
    assert!(world.end().is_some());
    world
}

fn every_byte_arrives(name: &str, picks: &[u8]) {
    let world = schedule(name, picks);
    let late = |e: &Event| matches!(e.what, What::Exited { status: 1, .. });
    if world.events().iter().any(late) {
        // What it sent was held back until it gave up: what came is whole as far as it goes.
        assert!(numbered(20_000).starts_with(&received(&world)));
        return;
    }
    assert!(received(&world) == numbered(20_000), "{} bytes came", received(&world).len());
    assert_eq!(world.end(), Some(End::Idle));
    let view = world.view();
    let forth = view.connections[0].forth;
    assert_eq!((forth.written, forth.arrived, forth.read), (20_000, 20_000, 20_000));
    assert!(view.wire.is_empty());
}

fn replays_alike(name: &str, picks: &[u8]) {
    let scenario = fixture(name);
    let world = schedule(name, picks);
    let again = World::replay(&scenario, world.taken()).unwrap();
    assert_eq!(again.digest(), world.digest());
    assert_eq!(again.events(), world.events());
    assert_eq!(again.view(), world.view());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_byte_arrives_in_order_exactly_once_over_a_wire(picks in prop::collection::vec(any::<u8>(), 0..300)) {
        every_byte_arrives("partial-send", &picks);
    }

    #[test]
    fn every_byte_arrives_in_order_exactly_once_on_loopback(picks in prop::collection::vec(any::<u8>(), 0..150)) {
        every_byte_arrives("partial-send-loopback", &picks);
    }

    #[test]
    fn the_same_choices_make_the_same_story(picks in prop::collection::vec(any::<u8>(), 0..200)) {
        replays_alike("partial-send", &picks);
    }

    #[test]
    fn a_copy_and_its_original_go_the_same_way(picks in prop::collection::vec(any::<u8>(), 0..60), more in 0..60_usize) {
        let mut world = World::new(&fixture("partial-send")).unwrap();
        for pick in picks {
            let choices = world.choices();
            if choices.is_empty() { break; }
            world.take(choices[usize::from(pick) % choices.len()].key).unwrap();
        }
        let mut copy = world.clone();
        prop_assert_eq!(copy.digest(), world.digest());
        for _ in 0..more {
            prop_assert_eq!(copy.step(), world.step());
        }
        prop_assert_eq!(copy.digest(), world.digest());
        prop_assert_eq!(copy.events(), world.events());
    }
}

#[test]
fn different_moments_have_different_digests() {
    let mut world = World::new(&fixture("partial-send")).unwrap();
    let mut digests = vec![world.digest()];
    while world.step() {
        digests.push(world.digest());
    }
    let count = digests.len();
    digests.sort_unstable();
    digests.dedup();
    assert_eq!(digests.len(), count);
}

#[test]
fn the_room_that_a_view_tells_is_what_a_send_then_takes() {
    let mut world = World::new(&fixture("partial-send")).unwrap();
    let mut checked = 0;
    while !world.choices().is_empty() {
        let view = world.view();
        let room = view.connections.first().map_or(0, |c| c.ends.0.room);
        if !world.step() {
            break;
        }
        if let Some(What::Returned { call, outcome, .. }) = world.events().last().map(|e| &e.what)
            && let syscall::Call::Send { data, .. } = call
        {
            let expected = (room > 0).then_some(room.min(data.len() as u64) as u32);
            assert_eq!(outcome.clone().ok(), expected.map(Returned::Count));
            assert_eq!(
                view.connections[0].forth.written + u64::from(expected.unwrap_or(0)),
                world.view().connections[0].forth.written
            );
            checked += 1;
        }
    }
    assert!(checked > 5);
}
