//! “Paste the listing from your notes”.

use std::fmt::Display;

pub(crate) const TITLE: &str = "Paste the listing from your notes";
pub(crate) const DESCRIPTION: &str = "Paste a socket program: which Python it was written for, what is \
    wrong line by line, and the repaired program.";
pub(crate) const LEDE: &str = "Any program of sockets, mistakes and all. You are told which Python it was \
    written for, what is wrong on which line, and what the repaired program looks like.";
pub(crate) const SCRIPTS_ARE_OFF: &str =
    "Scripts are off, so nothing can be read here. Below is one listing and all that is said of it.";

pub(crate) fn in_the_clinic(clinic: impl Display) -> String {
    format!(
        "The <a href=\"{clinic}\">bug clinic</a> has a page for each of these mistakes, and for those that \
         only a run can show."
    )
}

pub(crate) fn which_python(language: impl Display) -> String {
    format!("<a href=\"{language}\">Which Python programs here are written in</a>, and what is refused.")
}

pub(crate) const ABOUT: &str = "<h2>What is looked for</h2>\n<p>What study notes on sockets get wrong most \
    often, as far as it can be seen without running the program:</p>\n<ul>\n<li>Python 2: \
    <code>print</code> as a statement, <code>raw_input</code>, <code>except E, e</code>, text where bytes \
    are wanted.</li>\n<li>An address that is no pair: <code>connect((\"host\"), 80)</code>.</li>\n\
    <li>Constants and names spelt two ways, or never defined; brackets that are never closed.</li>\n\
    <li>Calls on the module that belong on a socket, and results kept of calls that have none.</li>\n\
    <li>End tests that never hold: <code>if chunk == ''</code>, <code>if data is None</code>.</li>\n\
    <li>Clean-up after a loop that never ends; a send loop that counts to a constant and not to the \
    message’s length.</li>\n</ul>\n<p>“Mistake” is said of what goes wrong whenever its line is reached, \
    “may go wrong” of what depends on what arrives. A listing in which nothing is found may still be \
    wrong: much shows only when a program runs.</p>\n";
pub(crate) const YOUR_LISTING: &str = "Your listing";
pub(crate) const STAYS_HERE: &str =
    "It is read in this browser, is sent to nobody, and stays here until you clear it.";
pub(crate) const PASTE_OR_TYPE: &str = "Paste or type a program here";
pub(crate) const READ_IT: &str = "Read it";
pub(crate) const PUT_THE_EXAMPLE_HERE: &str = "Put the example here";
pub(crate) const CLEAR: &str = "Clear";
pub(crate) const NOTHING_IS_READ: &str = "Nothing is read yet.";
pub(crate) const STOP_READING: &str = "Stop reading";
pub(crate) const VALID_PYTHON: &str =
    "Valid Python 3.11. A changed line has a bar, and the number of the mistake that it mends.";
pub(crate) const COPY: &str = "Copy";
pub(crate) const DOWNLOAD: &str = "Download as .py";
pub(crate) const A_WORKED_EXAMPLE: &str = "A worked example";
pub(crate) const THE_LISTING: &str = "The listing";
pub(crate) const WHAT_IS_SAID_OF_IT: &str = "What is said of it";
pub(crate) const THE_REPAIRED_PROGRAM: &str = "The repaired program";
