//! Simulated calls a second, native and in wasm, in turn.

use super::{Figure, Rows};
use crate::process::{Cmd, Result};
use crate::project;
use crate::setup::Web;

pub(super) fn measure(rows: &Rows, short: bool) -> Result<Vec<Figure>> {
    let (turns, runs) = if short { (2, "200") } else { (10, "2000") };
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
    for _ in 0..turns {
        let native =
            Cmd::new(project::binary("release", "measure")).args(["sim", "--rounds", "1", "--runs", runs]);
        native.run_printing_into(&rows.append()?)?;
        let node = Cmd::new("node").arg("bench/sim.mjs").arg(&wasm).args(["1", runs]).dir(&root);
        node.run_printing_into(&rows.append()?)?;
    }
    let native = rows.median("native", "calls_per_second")?;
    let wasm = rows.median("wasm", "calls_per_second")?;
    Ok(vec![
        Figure::new("sim_native_calls_per_second", native, None),
        Figure::new("sim_wasm_calls_per_second", wasm, None),
        Figure::new("sim_native_over_wasm", native / wasm, None),
    ])
}
