//! The plain pages: keys, licence, and the one for addresses that lead nowhere.

use lessons::Lessons;

use crate::layout::{Content, Section};
use crate::map;
use crate::urls::Urls;

/// What each key does while a stage, or anything in it, has the focus.
const KEYS: [(&str, &str); 11] = [
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

/// The list of keys.
pub(crate) fn keys() -> Content<'static> {
    let rows =
        KEYS.iter().map(|(key, what)| format!("<tr><th scope=\"row\">{key}</th><td>{what}</td></tr>\n"));
    let main = format!(
        "<div class=\"page\">\n<header class=\"opening\"><h1>Keys</h1>\n\
         <p class=\"lede\">Everything that a mouse can do here, keys can do too.</p></header>\n<div class=\"prose\">\n\
         <h2>On a stage</h2>\n<p>These act while a stage, or anything in it, has the focus.</p>\n\
         <table class=\"keys\"><tbody>\n{}</tbody></table>\n\
         <h2>Everywhere</h2>\n<p><kbd>?</kbd> shows this list, <kbd>Esc</kbd> closes it. <kbd>/</kbd> searches. <kbd>Tab</kbd> moves through a \
         stage in the order in which bytes travel: one program, its kernel, the wire, the other kernel, the other program, \
         then what may happen next, the question and the transcript. Inside a field that you type into, keys type.</p>\n\
         <h2>In the editor</h2>\n<p><kbd>Tab</kbd> indents. <kbd>Esc</kbd>, then <kbd>Tab</kbd>, leaves it. Where \
         programs run, <kbd>F9</kbd> sets a breakpoint at the line or takes it away.</p>\n\
         </div></div>\n",
        rows.collect::<String>()
    );
    Content {
        title: "Keys",
        description: "The keys that step through a figure.",
        section: Section::Keys,
        main,
    }
}

/// Who may do what with it.
pub(crate) fn licence(urls: &Urls<'_>) -> Content<'static> {
    let main = format!(
        "<div class=\"page\">\n<header class=\"opening\"><h1>Licence</h1></header>\n<div class=\"prose\">\n\
         <p>Socketscope, its program text, its lessons and its figures, may be used, changed and passed on under either \
         of two licences, as you prefer: the <strong>MIT licence</strong> or the <strong>Apache License, version \
         2.0</strong>. Their texts come with the source, in <code>LICENSE-MIT</code> and <code>LICENSE-APACHE</code>.</p>\n\
         <h2>Fonts</h2>\n<p>The text is set in Commissioner, copyright 2019 The Commissioner Project Authors, and code in \
         JetBrains Mono, copyright 2020 The JetBrains Mono Project Authors. Both are under the SIL Open Font License, \
         version 1.1: <a href=\"{}\">Commissioner’s</a>, <a href=\"{}\">JetBrains Mono’s</a>. The files here are cut \
         down to the letters that the site uses.</p>\n\
         <h2>Editor and search</h2>\n<p>Programs are written in CodeMirror, copyright Marijn Haverbeke and others; what you search is found by \
         MiniSearch, copyright Luca Ongaro; what is kept for reading offline is kept by Workbox, copyright Google. All under the MIT licence: \
         <a href=\"{}\">what is inside, and under which terms</a>.</p>\n</div></div>\n",
        urls.asset("fonts/OFL-commissioner.txt"),
        urls.asset("fonts/OFL-jetbrains-mono.txt"),
        urls.asset("editor.txt")
    );
    Content {
        title: "Licence",
        description: "Who may use Socketscope, and how.",
        section: Section::None,
        main,
    }
}

/// There is no such page; the map shows what there is.
pub(crate) fn not_found(lessons: &Lessons, urls: &Urls<'_>) -> Content<'static> {
    let main = format!(
        "<div class=\"page\">\n<header class=\"opening\"><p class=\"over\">404</p><h1>There is no such page</h1>\n\
         <p class=\"lede\">The address may be misspelt. Here is all that there is.</p></header>\n{}</div>\n",
        map::html(lessons, urls)
    );
    Content {
        title: "No such page",
        description: "This address leads nowhere.",
        section: Section::None,
        main,
    }
}
