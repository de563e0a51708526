//! What a copy of two Python programs costs, with the sockets that they hold and the kernel beneath, natively and in wasm.

use super::{Figure, Rows, other};
use crate::process::{Cmd, Result};
use crate::project;
use crate::setup::Web;

/// Most microseconds that a copy may take, natively and in wasm.
const NATIVE_US: f64 = 10.0;
const WASM_US: f64 = 40.0;

pub(super) fn measure(rows: &Rows, short: bool) -> Result<Vec<Figure>> {
    let (rounds, copies) = if short { (2, "1000") } else { (20, "10000") };
    let wasm = wasm()?;
    other::build()?;
    for round in 0..rounds {
        let round = round.to_string();
        other::measure().args(["fork", "--round", &round]).run_printing_into(&rows.append()?)?;
        let node = Cmd::new("node").arg("bench/fork.mjs").arg(&wasm).args([&*round, copies]);
        node.dir(&project::at("")).run_printing_into(&rows.append()?)?;
    }
    let us = |what: &str| rows.median(what, "ns").map(|ns| ns / 1000.0);
    Ok(vec![
        Figure::new("fork_us", us("native")?, Some(NATIVE_US)),
        Figure::new("fork_wasm_us", us("wasm")?, Some(WASM_US)),
    ])
}

/// What is measured in wasm, built as the product is: for size.
pub(super) fn wasm() -> Result<std::path::PathBuf> {
    let web = Web::set_up()?;
    let build = Cmd::cargo("build").args(["--quiet", "--profile", "wasm", "--package", "bench", "--lib"]);
    let build = build.args(["--target", "wasm32-unknown-unknown"]).with(&web.env());
    build.dir(&project::at("")).run()?;
    Ok(project::web_target().join("wasm32-unknown-unknown/wasm/bench.wasm"))
}
