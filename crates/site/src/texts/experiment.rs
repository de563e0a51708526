//! The experiments.

use std::fmt::Display;

pub(crate) const HINT: &str = "Run it first, or open this now.";
pub(crate) const WEIRD_EXPERIMENTS: &str = "Weird experiments";
pub(crate) const LEDE: &str = "Questions of a few calls each, to which only a kernel knows the answer. Say \
    what you expect, run it on the real kernel of the machine that serves this page, then read why.";
pub(crate) const ABOUT: &str = "Each program holds both ends of its connection, so nothing else takes \
    part: it talks to itself, over loopback. Its calls come from your browser one by one, and the way \
    there and back takes its time; where that matters, the page says so. What was measured names its \
    kernel. On another one the numbers may differ.";
pub(crate) const DESCRIPTION: &str =
    "Questions of a few calls each, to which only a real kernel knows the answer.";

pub(crate) fn place(number: impl Display, of: impl Display) -> String {
    format!("Experiment {number} of {of}")
}

pub(crate) const EXPERIMENTS: &str = "Experiments";
pub(crate) const THE_PROGRAM: &str = "The program";

pub(crate) fn runs_anywhere(file: impl Display) -> String {
    format!("It runs on a machine of your own, too: <code>python3 {file}</code>")
}

pub(crate) const ALL_EXPERIMENTS: &str = "All experiments";
