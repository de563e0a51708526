//! A call through the relay, against a plain axum handler that makes the same system calls, and a bare echo.

use super::other::{Other, build, measure as client};
use super::{Figure, Rows};
use crate::artifacts::{self, Profile};
use crate::check::Server;
use crate::process::Result;

/// Most that the relay may cost, as a multiple of the plain handler: one call, and the slowest hundredth at 64 sessions.
const MOST: f64 = 1.2;
const MOST_OF_MANY: f64 = 1.25;
/// The relay delays who calls faster than a learner; what is measured here is not that delay.
pub(super) const NO_DELAY: [&str; 6] =
    ["--calls-per-second", "10000000", "--bytes-per-second", "1000000000", "--lab-mode", "loopback"];

pub(super) fn measure(rows: &Rows, short: bool) -> Result<Vec<Figure>> {
    let (rounds, of_many) = if short { ("20", "5") } else { ("300", "60") };
    let relay = Server::start_with(&artifacts::build(Profile::Release)?, &NO_DELAY)?;
    build()?;
    let plain = Other::measure(&["plain"])?;
    let both = ["--relay", &relay.address, "--plain", &plain.address];
    let one = client().args(["call", "--rounds", rounds]).args(both);
    let one = one.arg("--relay-pid").arg(relay.id().to_string()).arg("--plain-pid").arg(plain.id());
    one.run_printing_into(&rows.append()?)?;
    let many = client().args(["many", "--sessions", "64", "--rounds", of_many]).args(both);
    many.run_printing_into(&rows.append()?)?;
    // What disturbs a round disturbs all three.
    let over = |peer, unit| rows.ratio("relay", peer, unit);
    Ok(vec![
        Figure::new("call_p50_over_plain", over("plain", "together_ns")?, Some(MOST)),
        Figure::new("call_cpu_over_plain", over("plain", "together_cpu_ns")?, Some(MOST)),
        Figure::new("call_apart_p50_over_plain", over("plain", "apart_ns")?, Some(MOST)),
        Figure::new("call_apart_cpu_over_plain", over("plain", "apart_cpu_ns")?, Some(MOST)),
        Figure::new("call_p99_at_64_over_plain", over("plain", "many_p99_ns")?, Some(MOST_OF_MANY)),
        Figure::new("call_p50_over_echo", over("echo", "together_ns")?, None),
        Figure::new("call_p50_us", rows.median("relay", "together_ns")? / 1000.0, None),
    ])
}
