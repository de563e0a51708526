//! A stream there and back: the relay's pipe against tokio's `copy_bidirectional` before an equal lab, and websockify.

use super::call::NO_DELAY;
use super::other::{Other, build, measure as client};
use super::{Figure, Rows};
use crate::artifacts::{self, Profile};
use crate::check::Server;
use crate::process::Result;
use crate::setup;

/// Most that a proxy before an equal lab may be faster, and that websockify may reach.
const PROXY: f64 = 1.0 / 0.9;
const WEBSOCKIFY: f64 = 0.5;

pub(super) fn measure(rows: &Rows, short: bool) -> Result<Vec<Figure>> {
    let rounds = if short { "3" } else { "30" };
    // As many bytes as a measurement moves, and the buffers that the others have too.
    let endless = ["--session-bytes", "1000000000000", "--lab-buffer", "0"];
    let options = [&NO_DELAY[..], &endless].concat();
    let relay = Server::start_with(&artifacts::build(Profile::Release)?, &options)?;
    build()?;
    let echo = Other::measure(&["echo"])?;
    let proxy = Other::measure(&["proxy", "--to", &echo.address])?;
    let lab_proxy = Other::measure(&["lab-proxy"])?;
    let told = |program| Other::told(program, |own| vec![own.into(), echo.address.clone()]);
    let websockify = setup::websockify().and_then(told);
    let websockify =
        websockify.inspect_err(|problem| eprintln!("websockify is not measured: {problem}")).ok();
    let run = client().args(["pipe", "--rounds", rounds, "--relay", &relay.address]);
    let run = run.args(["--lab-proxy", &lab_proxy.address, "--proxy", &proxy.address]);
    let named = websockify.iter().map(|other| format!("--bridge=websockify={}", other.address));
    run.args(named).run_printing_into(&rows.append()?)?;
    let rate = |over: &str| rows.ratio(over, "relay", "bytes_per_second");
    let time = |over: &str| rows.ratio("relay", over, "round_trip_ns");
    let mut figures = vec![
        Figure::new("pipe_proxy_over_relay", rate("lab_proxy")?, Some(PROXY)),
        Figure::new("pipe_round_trip_over_proxy", time("lab_proxy")?, None),
        // These stand before a plain echo, which does less.
        Figure::new("pipe_plain_proxy_over_relay", rate("proxy")?, None),
        Figure::new("pipe_round_trip_over_plain_proxy", time("proxy")?, None),
        Figure::new("pipe_megabytes_per_second", rows.median("relay", "bytes_per_second")? / 1e6, None),
    ];
    if websockify.is_some() {
        figures.push(Figure::new("pipe_websockify_over_relay", rate("websockify")?, Some(WEBSOCKIFY)));
    }
    Ok(figures)
}
