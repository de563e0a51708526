//! Simulated calls a second, natively, and what a copy of a world costs.

use std::hint::black_box;
use std::time::Instant;

use bench::{crowd, exchange};

/// Batches of copies in a round, and copies in a batch.
const BATCHES: u32 = 100;
const COPIES: u32 = 50;

/// Prints the rows of a round, each measured warm: the partial send, the exchange of each stack, the copy.
pub(crate) fn measure(round: u32, runs: u32, turns: u32) {
    bench::simulate(runs / 10);
    row("native", round, || bench::simulate(runs));
    for (what, run) in
        [("ours", exchange::ours as fn(u32)), ("smoltcp", exchange::smoltcp), ("turmoil", exchange::turmoil)]
    {
        run(turns / 10);
        row(what, round, || {
            run(turns);
            exchange::CALLS * u64::from(turns)
        });
    }
    println!("copy,ns,{round},{}", copy());
}

/// The best of many batches, in nanoseconds a copy: other work on the machine only adds.
fn copy() -> u128 {
    let world = crowd::crowd();
    let batch = || {
        let start = Instant::now();
        for _ in 0..COPIES {
            black_box(world.clone());
        }
        start.elapsed().as_nanos() / u128::from(COPIES)
    };
    (0..BATCHES).map(|_| batch()).min().expect("there are batches")
}

fn row(what: &str, round: u32, work: impl FnOnce() -> u64) {
    let start = Instant::now();
    let calls = work();
    println!("{what},calls_per_second,{round},{:.0}", calls as f64 / start.elapsed().as_secs_f64());
}
