//! A client and a server in Python, stopped within their calls: what a copy of both is measured with.

use std::cell::RefCell;
use std::hint::black_box;

use kernel::Network;
use python::{Limits, Machine, Program};
use runs::{Run, Simulated, Told};
use syscall::HostId;

/// Receives whole messages, and answers each.
const SERVER: &str = include_str!("../fork/server.py");
/// Sends a part of a message and waits for the answer to all of it.
const CLIENT: &str = include_str!("../fork/client.py");

/// Both programs and the kernel, at the moment when each waits in `recv` for the other.
///
/// # Panics
/// If the programs do something else: they are part of the measurement.
pub fn pair() -> Run<Simulated> {
    let mut run = Run::new(Simulated::new(Network::Loopback, &["localhost"]));
    for (file, text) in [("server.py", SERVER), ("client.py", CLIENT)] {
        run.start(file, HostId(0), machine(file, text));
    }
    loop {
        match run.step() {
            None | Some(Told::Wrote { .. }) => {}
            Some(Told::Over(runs::End::Deadlock(stuck))) if stuck.len() == 2 => return run,
            Some(told) => panic!("both should wait for each other: {told:?}"),
        }
    }
}

fn machine(file: &str, text: &str) -> Machine {
    let program = Program::compile(text, file).expect("it is Python");
    Machine::new(&program, &[], Limits::default())
}

/// Copies the pair so many times, and drops each copy.
pub fn copies(times: u32) {
    thread_local! {
        static PAIR: RefCell<Option<Run<Simulated>>> = const { RefCell::new(None) };
    }
    PAIR.with_borrow_mut(|made| {
        let pair = made.get_or_insert_with(pair);
        for _ in 0..times {
            drop(black_box(pair.clone()));
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
