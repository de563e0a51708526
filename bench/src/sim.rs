//! Simulated calls a second, natively.

use std::time::Instant;

use bench::exchange;

/// Prints rows a round, after one round to warm up: the partial send, then the exchange of each stack.
pub(crate) fn measure(rounds: u32, runs: u32, turns: u32) {
    bench::simulate(runs / 10);
    for round in 0..rounds {
        row("native", round, || bench::simulate(runs));
        for (what, run) in [
            ("ours", exchange::ours as fn(u32)),
            ("smoltcp", exchange::smoltcp),
            ("turmoil", exchange::turmoil),
        ] {
            run(turns / 10);
            row(what, round, || {
                run(turns);
                exchange::CALLS * u64::from(turns)
            });
        }
    }
}

fn row(what: &str, round: u32, work: impl FnOnce() -> u64) {
    let start = Instant::now();
    let calls = work();
    println!("{what},calls_per_second,{round},{:.0}", calls as f64 / start.elapsed().as_secs_f64());
}
