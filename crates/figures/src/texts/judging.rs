//! Judging an exercise.

use std::fmt::Display;

pub(crate) const TEXT_HAS_CHANGED: &str = "The text has changed: judging was stopped.";

pub(crate) fn file_and_peers(file: impl Display, peers: impl Display) -> String {
    format!("{file}, and {peers}")
}

pub(crate) const JUDGING_WAS_STOPPED: &str = "Judging was stopped.";
pub(crate) const AS_BEFORE: &str = "The peers that stood here before, and your file as it is.";
pub(crate) const JUDGING_HAS_BEGUN: &str = "Judging has begun.";

pub(crate) fn round_shown(round: impl Display, peers: impl Display) -> String {
    format!("The other tabs hold round {round} now, with {peers}; your file is as it was.")
}

pub(crate) const STOP_JUDGING: &str = "Stop judging";
pub(crate) const JUDGE_HINT: &str = "Every round of the exercise, and every schedule up to its bound";
pub(crate) const JUDGE_IT: &str = "Judge it";
pub(crate) const BACK_TO_THE_FIRST_ROUND: &str = "Back to the first round";
pub(crate) const BACK_TO_THE_PEERS_BEFORE: &str = "Back to the peers before";
pub(crate) const ROUNDS_STOOD: &str = "Rounds that it stands, of all";
pub(crate) const PASSED: &str = "Passed";

pub(crate) fn round_breaks_it(round: impl Display) -> String {
    format!("Round {round} breaks it")
}

pub(crate) const NOT_JUDGED: &str = "Not judged";
pub(crate) const NOT_DECIDED: &str = "Not decided";
pub(crate) const CLOSE_THE_REPORT: &str = "Close the report";
pub(crate) const CLOSE: &str = "Close";
pub(crate) const FILE_HAS_CHANGED: &str = "Of your file as it was: it has changed since.";
pub(crate) const THE_ROUNDS: &str = "The rounds";
pub(crate) const NOT_LIVE: &str = "Not run on a real kernel here: ";

pub(crate) fn command_grade(exercise: impl Display, file: impl Display) -> String {
    format!("socketscope grade {exercise} {file} --live")
}

pub(crate) const DOES_THAT: &str = " does.";

pub(crate) fn what_is_judged(file: impl Display) -> String {
    format!("Judged is {file} alone, with the exercise’s own peers, whatever the other tabs hold.")
}

pub(crate) const OPEN_THE_RUN: &str = "Open the run that breaks it";
