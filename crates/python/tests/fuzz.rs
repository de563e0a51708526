//! Damaged programs: whatever a text says and whatever the kernel answers, the machine neither panics nor miscounts, and its
//! limits hold.
//!
//! `cargo xtask soak fuzz --only programs` runs two million; `FUZZ_SEED=n` one of them again.

mod fuzzing;

use std::cell::Cell;

use fuzzing::{mutant, play};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// A stack as small as a browser's worker has; unoptimised frames are several times as large.
const STACK: usize = if cfg!(debug_assertions) { 8 << 20 } else { 1 << 20 };

#[test]
fn a_damaged_program_runs_or_is_refused() {
    let test = std::thread::Builder::new().stack_size(STACK).spawn(|| {
        let seeds = fuzzing::programs();
        if let Some(seed) = std::env::var("FUZZ_SEED").ok().and_then(|seed| seed.parse().ok()) {
            let text = mutant::of(&seeds, seed);
            println!("{text}");
            return play::play(&text, seed).expect("it holds");
        }
        // A number has no smaller form that would say more.
        let config = Config { max_shrink_iters: 0, failure_persistence: None, ..Config::default() };
        let last = Cell::new(0);
        let done = TestRunner::new(config).run(&any::<u64>(), |seed| {
            last.set(seed);
            play::play(&mutant::of(&seeds, seed), seed).map_err(TestCaseError::fail)
        });
        if let Err(problem) = done {
            let seed = last.get();
            panic!("FUZZ_SEED={seed}: {problem}\n{}", mutant::of(&seeds, seed));
        }
    });
    test.expect("a thread starts").join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}
