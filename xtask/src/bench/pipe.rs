//! A stream there and back: the relay's pipe against tokio's `copy_bidirectional` before an equal lab, websockify and websocat.

use super::call::NO_DELAY;
use super::other::{Other, build, measure as client};
use super::{Figure, Rows};
use crate::artifacts::{self, Profile};
use crate::check::Server;
use crate::process::Result;
use crate::setup::{self, WEBSOCAT};

/// Most that a proxy before an equal lab may be faster, and that websockify may reach. What websocat reaches is published.
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
    let told = |own: &str| vec![own.into(), echo.address.clone()];
    let websockify = setup::websockify().and_then(|program| Other::told(program, told));
    // Binary messages of any size that fits a piece, and the subprotocol that the client offers.
    let heard = |own: &str| {
        let fixed = ["--binary", "--buffer-size", "65536", "--server-protocol-choose-first"];
        let ways = [format!("ws-l:{own}"), format!("tcp:{}", echo.address)];
        fixed.into_iter().map(String::from).chain(ways).collect()
    };
    let websocat = WEBSOCAT.program().and_then(|program| Other::told(program, heard));
    let bridges = [("websockify", websockify), ("websocat", websocat)];
    let bridges = bridges.map(|(name, bridge)| {
        (name, bridge.inspect_err(|problem| eprintln!("{name} is not measured: {problem}")).ok())
    });
    let run = client().args(["pipe", "--rounds", rounds, "--relay", &relay.address]);
    let run = run.args(["--lab-proxy", &lab_proxy.address, "--proxy", &proxy.address]);
    let named = bridges.iter().filter_map(|(name, bridge)| {
        bridge.as_ref().map(|bridge| format!("--bridge={name}={}", bridge.address))
    });
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
    let over = [("pipe_websockify_over_relay", Some(WEBSOCKIFY)), ("pipe_websocat_over_relay", None)];
    for ((name, bridge), (figure, most)) in bridges.iter().zip(over) {
        if bridge.is_some() {
            figures.push(Figure::new(figure, rate(name)?, most));
        }
    }
    Ok(figures)
}
