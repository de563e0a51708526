//! Peers of the catalogue as programs of a scenario, by name.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::scenario;
use syscall::{Call, Domain, Fd, MsgFlags, Returned, SocketType, TaskId, What};
use world::{ChoiceKey, Input, NotOffered, Record, Start, World};

const YOU: TaskId = TaskId(0);
const PEER: TaskId = TaskId(1);

fn with(peer: &str) -> String {
    format!(
        "network = {{ wire = {{ mtu = 1500, delay_us = 100 }} }}\nhosts = [\"a\", \"b\"]\n\
         [[programs]]\nname = \"You\"\nhost = \"a\"\nruns = \"console\"\n\
         [[programs]]\nname = \"Peer\"\nhost = \"b\"\npeer = {peer}\n"
    )
}

/// Makes this call and lets happen what happens.
fn call(world: &mut World, call: Call) {
    world.give(YOU, Input::Call(call)).unwrap();
    while world.step() {}
}

fn connected(world: &mut World, text: &str) {
    let (fd, flags) = (Fd(3), MsgFlags::default());
    call(world, Call::Socket { domain: Domain::Inet, kind: SocketType::Stream });
    call(world, Call::Connect { fd, address: "10.0.0.2:7000".parse().unwrap() });
    call(world, Call::Send { fd, data: text.into(), flags });
}

/// What the peer received, piece by piece.
fn received(world: &World) -> Vec<String> {
    let data = |what: &What| match what {
        What::Returned { outcome: Ok(Returned::Data(data)), .. } => {
            Some(String::from_utf8(data.to_vec()).unwrap())
        }
        _ => None,
    };
    world.events().iter().filter(|event| event.host.0 == 1).filter_map(|event| data(&event.what)).collect()
}

#[test]
fn a_peer_hears_what_it_is_told_and_a_record_carries_it() {
    let scenario = scenario(&with("{ name = \"sleepy\", rcvbuf = 4096, seed = 3 }"));
    let mut world = World::new(&scenario).unwrap();
    connected(&mut world, "0123456789");
    for line in ["3", "no count", "4"] {
        world.give(PEER, Input::Tell(line.into())).unwrap();
        while world.step() {}
    }
    assert_eq!(received(&world), ["012", "3456"]);
    assert_eq!(
        world.give(PEER, Input::Exit(0)),
        Err(NotOffered::Deaf { task: PEER }),
        "a peer is no console"
    );
    assert_eq!(world.give(YOU, Input::Tell("1".into())), Err(NotOffered::Deaf { task: YOU }));

    let record = Record::new(Start::Scenario(Box::new(scenario.clone())), world.taken().to_vec(), &world);
    let read = Record::from_bytes(&record.to_bytes()).unwrap();
    assert_eq!(read, record);
    assert_eq!(read.start.scenario(|_| None), Some(scenario.clone()), "name, settings and seed");
    let again = read.replay(&scenario).unwrap();
    assert_eq!(again.difference, None);
    assert_eq!(again.world.events(), world.events());
}

#[test]
fn settings_and_seed_decide_what_a_peer_does() {
    let story = |seed: u64| {
        let peer = format!("{{ name = \"dribbler\", settings = {{ piece = 9 }}, seed = {seed} }}");
        let mut world = World::new(&scenario(&with(&peer))).unwrap();
        connected(&mut world, &"x".repeat(100));
        (world.events().to_vec(), world.digest())
    };
    assert_eq!(story(1), story(1));
    assert_ne!(story(1), story(2));
}

#[test]
fn a_copy_of_a_world_has_a_peer_of_its_own() {
    let mut world = World::new(&scenario(&with("{ name = \"sleepy\" }"))).unwrap();
    connected(&mut world, "0123456789");
    let (copy, before) = (world.clone(), world.digest());
    world.give(PEER, Input::Tell("4".into())).unwrap();
    world.take(ChoiceKey::Run(PEER)).unwrap();
    assert_ne!(world.digest(), before);
    assert_eq!(copy.digest(), before);
    assert_eq!(received(&copy), [""; 0]);
}

#[test]
fn what_is_wrong_with_a_peer_is_said() {
    for (peer, why) in [
        ("{ name = \"nobody\" }", "program `Peer`: There is no peer `nobody`"),
        ("{ name = \"echo\", settings = { chunk = 0 } }", "may be 1 to 65536 bytes, not 0"),
        ("{ name = \"dialler\", to = \"c\" }", "connects to host `c`, which is not among `hosts`"),
        (
            "{ name = \"echo\" }\nruns = \"console\"",
            "program `Peer` is a peer; it may have no steps and be no console",
        ),
    ] {
        let error = World::new(&scenario(&with(peer))).err().unwrap().to_string();
        assert!(error.contains(why), "{error}");
    }
}
