//! Simulated calls a second, natively.

use std::time::Instant;

/// Prints a row a round, after one round to warm up.
pub(crate) fn measure(rounds: u32, runs: u32) {
    bench::simulate(runs / 10);
    for round in 0..rounds {
        let start = Instant::now();
        let calls = bench::simulate(runs);
        println!("native,calls_per_second,{round},{:.0}", calls as f64 / start.elapsed().as_secs_f64());
    }
}
