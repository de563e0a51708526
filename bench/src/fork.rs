//! A client and a server in Python, stopped within their calls: what a copy of both is measured with.

use std::cell::RefCell;
use std::hint::black_box;

use python::Limits;
use runs::Turns;
use syscall::TaskId;
use world::{End, Guest, Network, ProgramSpec, Runs, Scenario, World};

/// Receives whole messages, and answers each.
const SERVER: &str = include_str!("../fork/server.py");
/// Sends a part of a message and waits for the answer to all of it.
const CLIENT: &str = include_str!("../fork/client.py");

/// Both programs and the kernel, at the moment when each waits in `recv` for the other.
///
/// # Panics
/// If the programs do something else: they are part of the measurement.
pub fn pair() -> World {
    let programs = [("server", SERVER), ("client", CLIENT)].map(|(name, source)| ProgramSpec {
        runs: Runs::Python,
        file: format!("{name}.py"),
        source: source.into(),
        ..ProgramSpec::console(name, "localhost")
    });
    let scenario = Scenario::new(Network::Loopback, vec!["localhost".into()], programs.into());
    let mut world = runs::world(&scenario, Turns::Calls, Limits::default()).expect("they are Python");
    while world.step() {}
    world.drain();
    assert_eq!((world.end(), world.view().waits.len()), (Some(End::Deadlock), 2), "both wait for each other");
    world
}

/// A copy of all of it. A world's copy has its programs in common with the first until they go on: here they are copied too.
pub fn copy(pair: &World) -> (World, Vec<Box<dyn Guest>>) {
    let guests = (0..2).filter_map(|task| pair.guest(TaskId(task)));
    (pair.clone(), guests.map(|(guest, _)| guest.copy()).collect())
}

/// Copies the pair so many times, and drops each copy.
pub fn copies(times: u32) {
    thread_local! {
        static PAIR: RefCell<Option<World>> = const { RefCell::new(None) };
    }
    PAIR.with_borrow_mut(|made| {
        let pair = made.get_or_insert_with(pair);
        for _ in 0..times {
            drop(black_box(copy(pair)));
        }
    });
}

#[cfg(test)]
mod tests {
    #[test]
    fn both_programs_wait_within_their_calls() {
        super::copies(2);
    }
}
