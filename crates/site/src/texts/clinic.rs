//! The bug clinic.

use std::fmt::Display;

pub(crate) const THEY_END_IN_AN_EXCEPTION: &str = "They end in an exception";
pub(crate) const THEY_END_IN_AN_EXCEPTION_ABOUT: &str = "Whatever the network does and whoever comes \
    first: Python itself says no. Shown for what they are, and mended.";
pub(crate) const A_RUN_BREAKS_THEM: &str = "A run breaks them";
pub(crate) const A_RUN_BREAKS_THEM_ABOUT: &str = "Many of them pass a test. Who goes on first, and how \
    many bytes a call moves, is for others to decide; each page has the plainest run that was found to \
    break them.";
pub(crate) const THEY_BREAK_NOTHING: &str = "They break nothing";
pub(crate) const THEY_BREAK_NOTHING_ABOUT: &str =
    "Habits that are right under every schedule, and worth a word.";
pub(crate) const BUG_CLINIC: &str = "Bug clinic";
pub(crate) const LEDE: &str = "Mistakes that study notes on sockets are full of, one a page: a short \
    program, a question, the shortest run that breaks it, and the repair, which has to stand every run \
    that can be tried.";
pub(crate) const WHERE_THE_RUNS_COME_FROM: &str = "Where the runs come from";

pub(crate) fn search(notes: impl Display) -> String {
    format!(
        "From a search, not from a pen. <code>socketscope explore server.py client.py</code> tries the \
         schedules that two programs must bear, the plainest first, on simulated kernels: first what Linux \
         does, then whatever POSIX permits. It stops at the first that breaks them and leaves out of it \
         what can be left out. With <code>--live</code> it runs them on the real kernel of your machine as \
         well, and says whether that did the same. Try it on programs of your own; or \
         <a href=\"{notes}\">paste the listing from your notes</a>, where some of these mistakes are seen \
         without running anything."
    )
}

pub(crate) const DESCRIPTION: &str =
    "Mistakes of study notes on sockets: a program, the shortest run that breaks it, and the repair.";

pub(crate) fn place(row: impl Display) -> String {
    format!("Bug clinic, {row}")
}

pub(crate) const THE_PROGRAM: &str = "The program";
pub(crate) const THE_PROGRAMS: &str = "The programs";
pub(crate) const WHAT_DO_YOU_EXPECT: &str = "What do you expect?";
pub(crate) const THE_ANSWER: &str = "The answer";

pub(crate) fn stays(file: impl Display) -> String {
    format!("<code>{file}</code> stays as it is.")
}

pub(crate) const IT_RUNS_TO_ITS_END: &str = "It runs to its end.";

pub(crate) fn repaired(says: impl Display) -> String {
    format!("The repaired programs: <strong>{says}</strong>.")
}

pub(crate) const ALL_MISTAKES: &str = "All mistakes";
pub(crate) const REMOVED: &str = "Removed: ";
pub(crate) const ADDED: &str = "Added: ";
pub(crate) const WHAT_PYTHON_SAYS: &str = "What Python says";
pub(crate) const THE_MESSAGE: &str = "The message";
pub(crate) const THE_SHORTEST_RUN: &str = "The shortest run that breaks it";
pub(crate) const WHAT_A_SEARCH_SAYS: &str = "What a search says";
pub(crate) const NETWORK: &str = "network";
pub(crate) const UNUSUAL: &str = "Unusual:";
pub(crate) const AND_SO_ON: &str = "And so on, round and round.";
pub(crate) const OPEN_ON_THE_STAGE: &str = "Open this run on the stage";
