//! What stands in for a figure while scripts are off, and on paper.

use std::fmt::Display;

pub(crate) const LIVE_WITHOUT_SCRIPTS: &str = "Scripts are off, so nothing can be run from here. On a \
    machine that has <code>socketscope</code>, <code>socketscope calls</code> makes the same calls in a \
    terminal.";
pub(crate) const THINK_FIRST: &str = " Think of an answer to each question, then open it.";

pub(crate) fn stage_without_scripts(think_first: impl Display) -> String {
    format!(
        "Scripts are off, so this stage does not move.{think_first} Here is its run when nobody \
         interferes, call by call."
    )
}

pub(crate) fn calls(calls: impl Display) -> String {
    format!("{calls} calls, simulated")
}

pub(crate) const STEP_IT: &str = "Step it";
pub(crate) const STEP_AND_CHANGE_IT: &str = "Step and change it";
pub(crate) const RUN_IT: &str = "Run it on a real kernel";

pub(crate) fn file_of(figure: impl Display, file: impl Display) -> String {
    format!("{figure}: {file}")
}

pub(crate) fn more_calls(more: impl Display) -> String {
    format!("And {more} calls more.")
}

pub(crate) fn what_wrote(figure: impl Display, program: impl Display) -> String {
    format!("{figure}: what {program} wrote")
}

pub(crate) fn wrote_simulated(program: impl Display) -> String {
    format!("{program} wrote, on a simulated kernel:")
}

pub(crate) fn wrote(program: impl Display) -> String {
    format!("{program} wrote")
}

pub(crate) const PROGRAMS_WITHOUT_SCRIPTS: &str = "Scripts are off, so these programs are neither edited \
    nor stepped here.";
pub(crate) const THIS_CAME_OF_THEM: &str = "This came of them on a simulated kernel, when nobody interfered.";
pub(crate) const THEY_WROTE_NOTHING: &str =
    "On a simulated kernel, when nobody interfered, they wrote nothing.";
