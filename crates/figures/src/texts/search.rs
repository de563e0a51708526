//! The search for a run that breaks the programs.

use std::fmt::Display;

pub(crate) const THE_SEARCH_WAS_STOPPED: &str = "The search was stopped.";
pub(crate) const YOUR_OWN_RUN: &str = "Your own run, where it was.";
pub(crate) const THE_SEARCH_HAS_BEGUN: &str = "The search has begun.";
pub(crate) const AT_THIS_STEP: &str = "The run that breaks it, at this step.";
pub(crate) const AT_ITS_FIRST_UNUSUAL_STEP: &str = "The run that breaks it, at its first unusual step.";
pub(crate) const AT_ITS_END: &str = "The run that breaks it, at its end.";
pub(crate) const ANY_COUNT: &str = "any count that POSIX permits";
pub(crate) const WHAT_LINUX_DOES: &str = "what Linux does";
pub(crate) const NO_UNUSUAL_CHOICE: &str = "runs with no unusual choice";
pub(crate) const ONE_UNUSUAL_CHOICE: &str = "runs with up to 1 unusual choice";

pub(crate) fn unusual_choices(most: impl Display) -> String {
    format!("runs with up to {most} unusual choices")
}

pub(crate) const ANY_UNUSUAL_CHOICES: &str = "runs with any number of unusual choices";

pub(crate) fn progress(states: impl Display, whose: impl Display, runs: impl Display) -> String {
    format!("{states} states tried: {whose}, {runs}")
}

pub(crate) const PACKETS_ARE_LOST: &str = "packets are lost";
pub(crate) const PACKETS_COME_TWICE: &str = "packets come twice";
pub(crate) const PACKETS_OVERTAKE_EACH_OTHER: &str = "packets overtake each other";
pub(crate) const CABLE_CUT: &str = "a cable is cut, and mended";
pub(crate) const HOST_DIES: &str = "a host dies without a word";
pub(crate) const A_PROGRAM_IS_KILLED: &str = "a program is killed";
pub(crate) const A_SIGNAL_INTERRUPTS_A_CALL: &str = "a signal interrupts a call";

pub(crate) const STOP_THE_SEARCH: &str = "Stop the search";
pub(crate) const FIND_HINT: &str = "Try every schedule, for one that breaks the programs";
pub(crate) const CANCEL_THE_SEARCH: &str = "Cancel the search";
pub(crate) const FIND_WHAT_BREAKS_IT: &str = "Find what breaks it";
pub(crate) const WHAT_MAY_GO_WRONG: &str = "What may go wrong besides, in a search";

pub(crate) fn besides(faults: impl Display) -> String {
    format!("In a search, besides: {faults}")
}

pub(crate) const BE_THE_SCHEDULER: &str = "Be the scheduler";
pub(crate) const SCHEDULER_HINT: &str =
    "Under the programs stands what may happen next, at every step: who goes on, what arrives. Choose there.";
pub(crate) const ANY_NUMBER_OF_BYTES: &str =
    "Choose also how many bytes a call moves: any number, as POSIX permits (begins anew)";
pub(crate) const STATES_TRIED: &str = "States tried, of the most that are";
pub(crate) const WHAT_BREAKS_IT: &str = "What breaks it";
pub(crate) const NOTHING_BREAKS_IT: &str = "Nothing breaks it";
pub(crate) const NOTHING_FOUND_SO_FAR: &str = "Nothing found so far";
pub(crate) const CLOSE_WHAT_WAS_FOUND: &str = "Close what was found";
pub(crate) const CLOSE: &str = "Close";
pub(crate) const TEXTS_HAVE_CHANGED: &str = "Of the texts before: they have changed since.";
pub(crate) const LOOK_FURTHER: &str = "Look further";
pub(crate) const ALSO_NOTICED: &str = "Also noticed";

pub(crate) fn verdict(verdict: impl Display, states: impl Display) -> String {
    format!("{verdict} {states} states tried.")
}

pub(crate) fn line_of(file: impl Display, line: impl Display) -> String {
    format!("{file}, line {line}")
}

pub(crate) const THE_LESSON_ABOUT_IT: &str = "The lesson about it";
pub(crate) const OPEN_AT_THE_FIRST_UNUSUAL_STEP: &str = "Open at the first unusual step";
pub(crate) const OPEN_WHERE_IT_BREAKS: &str = "Open where it breaks";
pub(crate) const COPY_A_LINK: &str = "Copy a link to this run";
pub(crate) const BACK_TO_YOUR_OWN_RUN: &str = "Back to your own run";
pub(crate) const THE_RUN_THAT_BREAKS_IT: &str = "The run that breaks it";
pub(crate) const BREAKING_RUN_STEPS: &str = "The run that breaks it, step by step";
pub(crate) const THE_USUAL_RUN: &str = "The usual run of the same programs";
pub(crate) const USUAL_RUN_STEPS: &str = "The usual run of the same programs, step by step";
pub(crate) const THE_FIRST_DIFFERENCE: &str = "The first difference";
pub(crate) const UNUSUAL: &str = "Unusual: ";
