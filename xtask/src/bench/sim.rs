//! Simulated calls a second, native and in wasm, in turn; and one exchange on this kernel, smoltcp and turmoil-net.

use super::{Figure, Rows};
use crate::process::{Cmd, Result};
use crate::project;
use crate::setup::Web;

pub(super) fn measure(rows: &Rows, short: bool) -> Result<Vec<Figure>> {
    let (rounds, runs, turns) = if short { (2, "200", "2000") } else { (10, "2000", "20000") };
    let web = Web::set_up()?;
    let root = project::at("");
    Cmd::cargo("build")
        .args(["--quiet", "--release", "--package", "bench", "--bin", "measure"])
        .dir(&root)
        .run()?;
    // As the product is built: for size.
    let wasm = Cmd::cargo("build").args(["--quiet", "--profile", "wasm", "--package", "bench", "--lib"]);
    wasm.args(["--target", "wasm32-unknown-unknown"]).with(&web.env()).dir(&root).run()?;
    let wasm = project::web_target().join("wasm32-unknown-unknown/wasm/bench.wasm");
    for _ in 0..rounds {
        let native = Cmd::new(project::binary("release", "measure"))
            .args(["sim", "--rounds", "1", "--runs", runs])
            .args(["--turns", turns]);
        native.run_printing_into(&rows.append()?)?;
        let node = Cmd::new("node").arg("bench/sim.mjs").arg(&wasm).args(["1", runs, turns]).dir(&root);
        node.run_printing_into(&rows.append()?)?;
    }
    let native = rows.median("native", "calls_per_second")?;
    let wasm = rows.median("wasm", "calls_per_second")?;
    let exchange = |what: &str| rows.median(what, "calls_per_second");
    let faster = exchange("smoltcp")?.max(exchange("turmoil")?);
    Ok(vec![
        Figure::new("exchange_calls_per_second", exchange("ours")?, None),
        Figure::new("exchange_smoltcp_calls_per_second", exchange("smoltcp")?, None),
        Figure::new("exchange_turmoil_calls_per_second", exchange("turmoil")?, None),
        Figure::new("exchange_faster_peer_over_ours", faster / exchange("ours")?, Some(1.0)),
        Figure::new("exchange_wasm_calls_per_second", exchange("wasm_ours")?, None),
        Figure::new("exchange_wasm_smoltcp_calls_per_second", exchange("wasm_smoltcp")?, None),
        Figure::new(
            "exchange_wasm_smoltcp_over_ours",
            exchange("wasm_smoltcp")? / exchange("wasm_ours")?,
            Some(1.0),
        ),
        Figure::new("sim_native_calls_per_second", native, None),
        Figure::new("sim_wasm_calls_per_second", wasm, None),
        Figure::new("sim_native_over_wasm", native / wasm, None),
    ])
}
