//! The search for a schedule that breaks programs: a pair in Python with a loop of sends and one of receives, in the POSIX profile.

use std::collections::{BTreeSet, VecDeque};

use explorer::{Options, Search};
use python::Limits;
use runs::Turns;
use world::{Act, ChoiceKey, Network, Profile, ProgramSpec, Record, Runs, Scenario, Start, World};

/// Receives a message of so many bytes.
const SERVER: &str = include_str!("../explore/server.py");
/// Sends it.
const CLIENT: &str = include_str!("../explore/client.py");

fn scenario(size: u32) -> Scenario {
    let programs = [("server", SERVER), ("client", CLIENT)].map(|(name, source)| ProgramSpec {
        runs: Runs::Python,
        file: format!("{name}.py"),
        source: source.into(),
        args: vec![size.to_string()],
        ..ProgramSpec::console(name, "localhost")
    });
    let network = Network::Loopback;
    Scenario { profile: Profile::Posix, ..Scenario::new(network, vec!["localhost".into()], programs.into()) }
}

fn world(scenario: &Scenario) -> World {
    runs::world(scenario, Turns::Threads, Limits::default()).expect("they are Python")
}

/// Looks at so many states of a pair with a message of so many bytes; how many there were.
///
/// # Panics
/// If the programs break: they are right.
pub fn states(size: u32, most: u64) -> u64 {
    let options = Options { states: most, every_count: size, ..Options::default() };
    let mut search = Search::new(world(&scenario(size)), options);
    assert!(!matches!(search.finish(), explorer::Verdict::Broken(_)), "the pair is right");
    search.progress().states
}

/// The same by snapshots that are bytes: each state is kept as a record of its run, and made again from that.
pub fn serialised(size: u32, most: u64) -> u64 {
    let scenario = scenario(size);
    let (mut seen, mut queue) = (BTreeSet::new(), VecDeque::new());
    let start = || Start::Scenario(Box::new(scenario.clone()));
    queue.push_back(Record::new(start(), Vec::new(), &world(&scenario)).to_bytes());
    while let Some(bytes) = queue.pop_front() {
        let record = Record::from_bytes(&bytes).expect("it was just made");
        let run = record.replay_in(world(&scenario)).world;
        for key in keys(&run) {
            let mut next = run.clone();
            next.take_offered(key);
            if seen.insert(next.future_digest()) {
                let acts = record.acts.iter().cloned().chain([Act::Take(key)]).collect();
                queue.push_back(Record::new(start(), acts, &next).to_bytes());
            }
            if seen.len() as u64 >= most {
                return most;
            }
        }
    }
    seen.len() as u64
}

fn keys(world: &World) -> Vec<ChoiceKey> {
    let mut keys = Vec::new();
    for it in world.moves() {
        keys.push(it.key);
        if let (ChoiceKey::Run(task), Some(most)) = (it.key, it.most) {
            keys.extend((1..most).map(|count| ChoiceKey::Part(task, count)));
        }
    }
    keys
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_pair_is_right_and_both_ways_find_its_states() {
        assert_eq!(super::states(3, u64::MAX), super::states(3, 100_000));
        assert!(super::serialised(3, 40) == 40);
    }
}
