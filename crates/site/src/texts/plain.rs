//! The list of keys, the licence, and the page for addresses that lead nowhere.

use std::fmt::Display;

/// What each key does while a stage, or anything in it, has the focus.
pub(crate) const KEYS: [(&str, &str); 11] = [
    ("<kbd>→</kbd>", "one step forward: the first thing on offer happens"),
    ("<kbd>←</kbd>", "one step back"),
    ("<kbd>Shift</kbd> <kbd>→</kbd>", "on to the end of the next call"),
    ("<kbd>Shift</kbd> <kbd>←</kbd>", "back to before the last call"),
    ("<kbd>Home</kbd>", "to where the stage opened; pressed again, to the very beginning"),
    ("<kbd>End</kbd>", "to the end of the run, or to the next question"),
    ("<kbd>N</kbd>", "be the network: show or hide what it may do, where a figure allows it"),
    ("<kbd>Space</kbd>", "play, and stop; on a button it presses the button"),
    ("<kbd>1</kbd> to <kbd>9</kbd>", "the thing on offer with that number happens"),
    ("<kbd>P</kbd>", "to the question, or to what came of the last one"),
    ("<kbd>T</kbd>", "to the transcript"),
];

pub(crate) const THE_KEYS: &str = "Keys";
pub(crate) const KEYS_LEDE: &str = "Everything that a mouse can do here, keys can do too.";
pub(crate) const ON_A_STAGE: &str = "On a stage";
pub(crate) const ON_A_STAGE_ABOUT: &str = "These act while a stage, or anything in it, has the focus.";
pub(crate) const EVERYWHERE: &str = "Everywhere";
pub(crate) const EVERYWHERE_ABOUT: &str = "<kbd>?</kbd> shows this list, <kbd>Esc</kbd> closes it. \
    <kbd>/</kbd> searches. <kbd>Tab</kbd> moves through a stage in the order in which bytes travel: one \
    program, its kernel, the wire, the other kernel, the other program, then what may happen next, the \
    question and the transcript. Inside a field that you type into, keys type.";
pub(crate) const IN_THE_EDITOR: &str = "In the editor";
pub(crate) const IN_THE_EDITOR_ABOUT: &str = "<kbd>Tab</kbd> indents. <kbd>Esc</kbd>, then <kbd>Tab</kbd>, \
    leaves it. Where programs run, <kbd>F9</kbd> sets a breakpoint at the line or takes it away.";
pub(crate) const KEYS_DESCRIPTION: &str = "The keys that step through a figure.";
pub(crate) const LICENCE: &str = "Licence";
pub(crate) const TWO_LICENCES: &str = "Socketscope, its program text, its lessons and its figures, may be \
    used, changed and passed on under either of two licences, as you prefer: the <strong>MIT \
    licence</strong> or the <strong>Apache License, version 2.0</strong>. Their texts come with the \
    source, in <code>LICENSE-MIT</code> and <code>LICENSE-APACHE</code>.";
pub(crate) const FONTS: &str = "Fonts";

pub(crate) fn whose_fonts(commissioner: impl Display, jetbrains_mono: impl Display) -> String {
    format!(
        "The text is set in Commissioner, copyright 2019 The Commissioner Project Authors, and code in \
         JetBrains Mono, copyright 2020 The JetBrains Mono Project Authors. Both are under the SIL Open \
         Font License, version 1.1: <a href=\"{commissioner}\">Commissioner’s</a>, \
         <a href=\"{jetbrains_mono}\">JetBrains Mono’s</a>. The files here are cut down to the letters \
         that the site uses."
    )
}

pub(crate) const EDITOR_AND_SEARCH: &str = "Editor and search";

pub(crate) fn whose_editor_and_search(licences: impl Display) -> String {
    format!(
        "Programs are written in CodeMirror, copyright Marijn Haverbeke and others; what you search is \
         found by MiniSearch, copyright Luca Ongaro; what is kept for reading offline is kept by Workbox, \
         copyright Google. All under the MIT licence: <a href=\"{licences}\">what is inside, and under \
         which terms</a>."
    )
}

pub(crate) const LICENCE_DESCRIPTION: &str = "Who may use Socketscope, and how.";
pub(crate) const NO_SUCH_PAGE: &str = "There is no such page";
pub(crate) const NO_SUCH_PAGE_LEDE: &str = "The address may be misspelt. Here is all that there is.";
pub(crate) const NO_SUCH_PAGE_TITLE: &str = "No such page";
pub(crate) const NO_SUCH_PAGE_DESCRIPTION: &str = "This address leads nowhere.";
