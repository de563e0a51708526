//! A machine under a host that answers anything, with limits that are soon reached.

use python::{Limit, Limits, Machine, Program, Stop, Until};
use rng::Rng;

use super::answers::answer;

const LIMITS: Limits = Limits {
    instructions: 30_000,
    memory_bytes: 4 << 20,
    depth: 100,
    int_bits: 1 << 16,
    output_bytes: 1 << 14,
};

/// Turns of a program: one that waits for ever ends by it.
const TURNS: u32 = 2_000;

/// Runs a text to its end: what does not hold.
pub(crate) fn play(text: &str, seed: u64) -> Result<(), String> {
    let Ok(program) = Program::compile(text, "it.py") else { return Ok(()) };
    let mut rng = Rng::new(seed ^ 0x5eed);
    let mut machine = Machine::new(&program, &["7000".into()], LIMITS);
    let (mut thread, mut written) = (0, 0);
    for _ in 0..TURNS {
        let until = match rng.below(8) {
            0 => Until::Line,
            1 => Until::Over,
            2 => Until::Out,
            _ => Until::Event,
        };
        let before = machine.instructions();
        let budget = if rng.below(4) == 0 { rng.below(200) + 1 } else { LIMITS.instructions };
        let mut left = budget;
        let stop = machine.run(thread, until, &mut left);
        let used = machine.instructions() - before;
        if used > budget || machine.instructions() > LIMITS.instructions {
            return Err(format!("{used} instructions of {budget}, {} in all", machine.instructions()));
        }
        match stop {
            Stop::Output { text, .. } => {
                written += text.len() as u64;
                if written > LIMITS.output_bytes {
                    return Err(format!("{written} bytes were written"));
                }
            }
            Stop::Exit(_) => return counted(&machine),
            Stop::Limit(limit) => {
                let exact = limit != Limit::Instructions(LIMITS.instructions)
                    || machine.instructions() == LIMITS.instructions;
                return if exact { counted(&machine) } else { Err("the limit is not exact".into()) };
            }
            stop => answer(&mut machine, thread, &stop, &mut rng),
        }
        if machine.stack(thread).len() > LIMITS.depth as usize {
            return Err("the stack is too deep".into());
        }
        if rng.below(16) == 0 {
            counted(&machine)?;
        }
        // A copy that goes the same way is the same.
        if rng.below(64) == 0 {
            let mut copy = machine.clone();
            copy.run(thread, Until::Line, &mut 50);
            let mut again = machine.clone();
            again.run(thread, Until::Line, &mut 50);
            if copy.digest() != again.digest() {
                return Err("two copies go two ways".into());
            }
        }
        thread = rng.below(u64::from(machine.threads())) as u32;
        let ready = |thread: &u32| machine.ready(*thread);
        if !ready(&thread) {
            thread = (0..machine.threads()).find(ready).unwrap_or(thread);
        }
    }
    counted(&machine)
}

fn counted(machine: &Machine) -> Result<(), String> {
    match machine.miscounted().first() {
        None => Ok(()),
        Some(wrong) => Err(format!("miscounted: {wrong:.300}")),
    }
}
