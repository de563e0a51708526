//! The first step of a program, from the click, in a real browser.

use super::{Figure, Rows};
use crate::artifacts::{self, Profile};
use crate::check::Server;
use crate::process::{Cmd, Result};
use crate::{project, setup};

/// Most milliseconds from the click to the marked line, on a page whose files are in the browser's cache.
const FIRST_MS: f64 = 300.0;

pub(super) fn measure(rows: &Rows, short: bool) -> Result<Vec<Figure>> {
    let rounds = if short { "3" } else { "30" };
    let server = Server::start(&artifacts::build(Profile::Release)?)?;
    let chromium = setup::chromium()?;
    setup::link_modules("e2e")?;
    let look = Cmd::new("node").arg("e2e/bench-first.mjs").args(["--rounds", rounds]);
    let look = look.arg("--url").arg(format!("http://{}/programs", server.address));
    look.arg("--chromium").arg(chromium).dir(&project::at("")).run_printing_into(&rows.append()?)?;
    Ok(vec![
        Figure::new("first_step_median_ms", rows.median("first", "median_ms")?, Some(FIRST_MS)),
        Figure::new("first_step_worst_ms", rows.median("first", "worst_ms")?, None),
        Figure::new("first_bare_median_ms", rows.median("bare", "median_ms")?, None),
        Figure::new("first_pointed_median_ms", rows.median("pointed", "median_ms")?, None),
        Figure::new("first_next_step_median_ms", rows.median("next", "median_ms")?, None),
    ])
}
