//! Simulated calls a second, native and in wasm, in turn; one exchange on this kernel, smoltcp and turmoil-net; the copy of
//! a world.

use super::{Figure, Rows, fork, other};
use crate::process::{Cmd, Result};
use crate::project;

/// Most microseconds that a copy of a world with 8 connections may take.
const COPY_US: f64 = 5.0;

pub(super) fn measure(rows: &Rows, short: bool) -> Result<Vec<Figure>> {
    let (rounds, runs, turns) = if short { (2, "200", "2000") } else { (20, "1000", "20000") };
    let root = project::at("");
    other::build()?;
    let wasm = fork::wasm()?;
    for round in 0..rounds {
        let round = round.to_string();
        let native =
            other::measure().args(["sim", "--round", &round, "--runs", runs]).args(["--turns", turns]);
        native.run_printing_into(&rows.append()?)?;
        let node = Cmd::new("node").arg("bench/sim.mjs").arg(&wasm).args([&*round, runs, turns]).dir(&root);
        node.run_printing_into(&rows.append()?)?;
    }
    let native = rows.median("native", "calls_per_second")?;
    let wasm = rows.median("wasm", "calls_per_second")?;
    let exchange = |what: &str| rows.median(what, "calls_per_second");
    let over = |peer: &str, own: &str| rows.ratio(peer, own, "calls_per_second");
    Ok(vec![
        Figure::new("exchange_calls_per_second", exchange("ours")?, None),
        Figure::new("exchange_smoltcp_calls_per_second", exchange("smoltcp")?, None),
        Figure::new("exchange_turmoil_calls_per_second", exchange("turmoil")?, None),
        Figure::new("exchange_smoltcp_over_ours", over("smoltcp", "ours")?, Some(1.0)),
        Figure::new("exchange_turmoil_over_ours", over("turmoil", "ours")?, Some(1.0)),
        Figure::new("exchange_wasm_calls_per_second", exchange("wasm_ours")?, None),
        Figure::new("exchange_wasm_smoltcp_calls_per_second", exchange("wasm_smoltcp")?, None),
        Figure::new("exchange_wasm_smoltcp_over_ours", over("wasm_smoltcp", "wasm_ours")?, Some(1.0)),
        Figure::new("copy_of_eight_connections_us", rows.median("copy", "ns")? / 1000.0, Some(COPY_US)),
        Figure::new("sim_native_calls_per_second", native, None),
        Figure::new("sim_wasm_calls_per_second", wasm, None),
        Figure::new("sim_native_over_wasm", native / wasm, None),
    ])
}
