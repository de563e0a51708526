//! Prints how many simulated calls a second this machine makes: `sim_native,calls,seconds`.
#![allow(clippy::disallowed_types, reason = "a measurement needs a clock; the crate itself has none")]

use std::time::Instant;

fn main() {
    let rounds = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(2000);
    let start = Instant::now();
    let calls = world::bench::run(rounds);
    println!("sim_native,{calls},{:.3}", start.elapsed().as_secs_f64());
}
