//! The page of programs.

use std::fmt::Display;

pub(crate) const SERVER: &str = "Server";
pub(crate) const CLIENT: &str = "Client";
pub(crate) const A_SERVER_AND_ITS_CLIENT: &str = "A server and its client";
pub(crate) const PROGRAMS: &str = "Programs";
pub(crate) const LEDE: &str = "Socket programs in Python, to change, run and step: line by line or call by \
    call, forwards and backwards, several at once, with what each kernel holds beside them.";
pub(crate) const WHAT_RUNS_HERE: &str = "What runs here";
pub(crate) const WHAT_RUNS_HERE_ABOUT: &str = "A Python machine of this site’s own, in your browser, on \
    simulated kernels. It has the modules that socket programs use; whatever it does not have it refuses \
    before the run, with the line and what to write instead. The same text, unchanged, runs on a machine \
    of your own: each program can be downloaded.";
pub(crate) const WHERE_THEY_MEET: &str = "On one host the programs reach each other at \
    <code>127.0.0.1</code>. They start in the order of their tabs. What you write is kept in this browser, \
    and “Copy link” puts it into an address.";
pub(crate) const WHAT_BREAKS_IT: &str = "What breaks it";
pub(crate) const WHAT_BREAKS_IT_ABOUT: &str = "A run that went well is one of many. “Find what breaks it” \
    tries the others: who goes on when, how many bytes each call moves, when a wait ends; first what Linux \
    does, then what POSIX permits. What it finds opens at its first unusual step. Where it tried all and \
    found nothing it says so, and else how much it tried.";
pub(crate) const IN_A_TERMINAL: &str = "In a terminal";

pub(crate) fn in_a_terminal(command: impl Display, notes: impl Display) -> String {
    format!(
        "<code>{command}</code> runs the same programs as processes of one simulated host, \
         <code>python3</code> on your own machine’s kernel. Listings from notes, mistakes and all, are \
         read <a href=\"{notes}\">on a page of their own</a>."
    )
}

pub(crate) const DESCRIPTION: &str = "Edit socket programs in Python, run them on simulated kernels, and \
    step them line by line, forwards and backwards.";
