//! The reference.

use std::fmt::Display;

pub(crate) const ERRORS_TITLE: &str = "Errors";
pub(crate) const ERRORS_ABOUT: &str =
    "Each error of these calls: what it means, which exception Python raises, and which calls answer it.";

/// The second program of the page of programs, which an example does without.
pub(crate) const NO_SECOND_PROGRAM: &str = "# This example needs no second program.\n";

pub(crate) const PEERS: &str = "Peers";
pub(crate) const PEERS_ABOUT: &str = "The programs at the other end, and what can be set of them.";
pub(crate) const REFERENCE: &str = "Reference";
pub(crate) const LEDE: &str =
    "What each call does, when it waits, what it returns, and each error with a program that is answered so.";
pub(crate) const CALLS: &str = "Calls";
pub(crate) const STATES_OPTIONS_WORDS: &str = "States, options, words";
pub(crate) const SAID_FOR_WHOM: &str = "What is said for whom";
pub(crate) const SAID_FOR_WHOM_ABOUT: &str = "Where nothing else is said, a sentence here holds for POSIX \
    and for Linux. What only Linux does, or only CPython, says so. Each program was run on this site’s \
    simulated kernel and, by CPython, on Linux 6.18, and printed the same on both. What no program here \
    shows is cited, with its source.";
pub(crate) const DESCRIPTION: &str =
    "The calls of stream sockets with their errors, the states of TCP, socket options and a glossary.";
pub(crate) const OF_GETADDRINFO: &str = "An error of <code>getaddrinfo</code> alone";

pub(crate) fn on_linux(number: impl Display) -> String {
    format!(", {number} on Linux")
}

pub(crate) fn means(text: impl Display, number: impl Display, exception: impl Display) -> String {
    format!("{text}{number}. In Python <code>{exception}</code>.")
}

pub(crate) const CALL: &str = "Call";
pub(crate) const WHEN: &str = "When";
pub(crate) const ERRORS_LEDE: &str = "A call that fails returns −1 in C and leaves its reason in \
    <code>errno</code>; Python raises <code>OSError</code>, or a class below it, with the same number.";
pub(crate) const ALL_OF_THE_REFERENCE: &str = "All of the reference";
pub(crate) const IN_PYTHON: &str = "Python";
pub(crate) const IN_C: &str = "C";
pub(crate) const READ_MORE: &str = "Read more";

pub(crate) fn read_more(links: impl Display) -> String {
    format!("Read more: {links}.")
}

pub(crate) fn cited(source: impl Display) -> String {
    format!("Cited: {source}")
}

pub(crate) const A_PROGRAM: &str = "A program";
pub(crate) const ANSWERED_SO: &str = "Programs that are answered so";
pub(crate) const ANSWERED_SO_ABOUT: &str = "Each printed the same on the simulated kernel and on Linux 6.18.";
pub(crate) const WHEN_IT_FAILS: &str = "When it fails";
pub(crate) const ERROR: &str = "Error";
pub(crate) const SHOWN_BY: &str = "Shown by";

pub(crate) fn prints(lines: impl Display, editor: impl Display) -> String {
    format!("It prints {lines}. <a href=\"{editor}\">Open it in the editor</a>.")
}

pub(crate) const THEN: &str = ", then ";
