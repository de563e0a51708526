//! How fast schedules are searched, natively and in wasm, what a million states weigh, and how soon mistakes are found.

use std::fs;
use std::path::PathBuf;

use super::{Figure, Rows, fork, other};
use crate::artifacts::{self, Profile};
use crate::check::Server;
use crate::process::{Cmd, Result};
use crate::{project, setup};

/// Most microseconds a state: 50,000 in a second.
const STATE_US: f64 = 20.0;
/// Most that wasm may take over the native time.
const WASM: f64 = 3.0;
/// Most MB of a million states.
const MILLION_MB: f64 = 512.0;
/// Most milliseconds until a mistake has its name,
const FIND_MS: f64 = 300.0;
/// and until a browser shows it.
const SHOWN_MS: f64 = 1000.0;

pub(super) fn measure(rows: &Rows, short: bool) -> Result<Vec<Figure>> {
    let (rounds, most) = if short { (1, "20000") } else { (7, "100000") };
    let wasm = fork::wasm()?;
    other::build()?;
    for round in 0..rounds {
        let round = round.to_string();
        let native = other::measure().args(["states", "--round", &round, "--most", most]);
        native.run_printing_into(&rows.append()?)?;
        let node = Cmd::new("node").arg("bench/explore.mjs").arg(&wasm).args([&*round, most]);
        node.dir(&project::at("")).run_printing_into(&rows.append()?)?;
    }
    if !short {
        other::measure().args(["weight"]).run_printing_into(&rows.append()?)?;
    }
    for (round, case) in wrong()?.iter().enumerate() {
        let find = other::measure().args(["find", "--round", &round.to_string()]);
        find.arg("--case").arg(case).run_printing_into(&rows.append()?)?;
    }
    in_a_browser(rows, short)?;
    let mut figures = vec![
        Figure::new("explore_us_a_state", rows.median("native", "us")?, Some(STATE_US)),
        Figure::new("explore_us_a_state_worst", rows.largest("native", "us")?, None),
        Figure::new("explore_wasm_us_a_state", rows.median("wasm", "us")?, Some(WASM * STATE_US)),
        Figure::new("explore_wasm_over_native", rows.ratio("wasm", "native", "us")?, Some(WASM)),
        Figure::new("explore_serialised_over_ours", rows.ratio("serialised", "native", "us")?, None),
        Figure::new("explore_find_worst_ms", rows.largest("find", "ms")?, Some(FIND_MS)),
        Figure::new("explore_find_median_ms", rows.median("find", "ms")?, None),
        Figure::new("explore_browser_worst_ms", rows.median("browser", "worst_ms")?, Some(SHOWN_MS)),
        Figure::new("explore_browser_median_ms", rows.median("browser", "median_ms")?, None),
    ];
    if !short {
        figures.push(Figure::new("explore_million_mb", rows.median("million", "MB")?, Some(MILLION_MB)));
    }
    Ok(figures)
}

/// From the click until the answer is on the page, with the programs of the bug clinic.
fn in_a_browser(rows: &Rows, short: bool) -> Result {
    let server = Server::start(&artifacts::build(Profile::Release)?)?;
    let chromium = setup::chromium()?;
    setup::link_modules("e2e")?;
    let look = Cmd::new("node").arg("e2e/bench-find.mjs").args(["--rounds", if short { "1" } else { "7" }]);
    let look = look.arg("--url").arg(format!("http://{}/", server.address));
    look.arg("--chromium").arg(chromium).dir(&project::at("")).run_printing_into(&rows.append()?)
}

/// The wrong programs that the tests of the clinic name.
fn wrong() -> Result<Vec<PathBuf>> {
    let mut cases = Vec::new();
    for row in fs::read_dir(project::at("crates/clinic/tests/rows"))?.flatten() {
        for case in fs::read_dir(row.path()).into_iter().flatten().flatten() {
            let about = fs::read_to_string(case.path().join("case.toml")).unwrap_or_default();
            if about.contains("row = ") && about.contains("expect = \"wrong\"") {
                cases.push(case.path());
            }
        }
    }
    cases.sort();
    Ok(cases)
}
