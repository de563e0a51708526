//! Steps through a run of ten thousand events in a real browser, and what its history takes.

use super::{Figure, Rows};
use crate::artifacts::{self, Profile};
use crate::check::Server;
use crate::process::{Cmd, Result};
use crate::{project, setup};

/// Milliseconds that a step may take: one picture of a screen that shows sixty a second.
const STEP_MS: f64 = 16.0;
/// Megabytes that the history of ten thousand events may take.
const HISTORY_MB: f64 = 64.0;

pub(super) fn measure(rows: &Rows, short: bool) -> Result<Vec<Figure>> {
    let steps = if short { "40" } else { "400" };
    let server = Server::start(&artifacts::build(Profile::Release)?)?;
    let chromium = setup::chromium()?;
    setup::link_modules("e2e")?;
    // The browser's library is that of the journeys.
    let look = Cmd::new("node").arg("e2e/bench-stage.mjs").args(["--steps", steps]);
    let look = look.arg("--url").arg(format!("http://{}/playground", server.address));
    look.arg("--chromium").arg(chromium).dir(&project::at("")).run_printing_into(&rows.append()?)?;
    Ok(vec![
        Figure::new("stage_events", rows.median("history", "events")?, None),
        Figure::new("stage_step_forward_median_ms", rows.median("forward", "median_ms")?, None),
        Figure::new("stage_step_back_median_ms", rows.median("back", "median_ms")?, None),
        Figure::new("stage_step_forward_p99_ms", rows.median("forward", "p99_ms")?, Some(STEP_MS)),
        Figure::new("stage_step_back_p99_ms", rows.median("back", "p99_ms")?, Some(STEP_MS)),
        Figure::new("stage_history_megabytes", rows.median("history", "megabytes")?, Some(HISTORY_MB)),
    ])
}
