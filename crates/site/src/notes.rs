//! "Paste the listing from your notes": the desk on which a listing is read, and one worked example as text, made by the same
//! code that the browser runs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use lessons::Lessons;
use listing::{At, Place};
use python::notes;

use crate::layout::{Content, Section};
use crate::lesson;
use crate::urls::Urls;

/// The listing of the example: our own, with mistakes as study notes have them.
const EXAMPLE: &str = include_str!("notes.py");

/// The example, read once for all forms of the page.
pub(crate) fn example() -> notes::Review {
    notes::review(EXAMPLE)
}

/// The page.
pub(crate) fn content(review: &notes::Review, lessons: &Lessons, urls: &Urls<'_>) -> Content<'static> {
    let written: BTreeMap<&str, (String, String)> = lessons
        .lessons
        .iter()
        .map(|lesson| {
            let slug = lesson.slug.as_str();
            (slug, (urls.page(&format!("/lessons/{slug}"), None), lesson::title(lesson)))
        })
        .collect();
    let place = Place { id: "example", lesson: &|slug| written.get(slug).cloned() };
    let main = format!(
        "<link rel=\"stylesheet\" href=\"{css}\">\n<div class=\"page notes-page\">\n{OPENING}{}{}<div class=\"prose\">\n{ABOUT}\
         <p>The <a href=\"{clinic}\">bug clinic</a> has a page for each of these mistakes, and for those that only a run can show.</p>\n\
         <p><a href=\"{language}\">Which Python programs here are written in</a>, and what is refused.</p>\n</div></div>\n\
         <script type=\"application/json\" id=\"notes-lessons\">{}</script>\n\
         <script type=\"application/json\" id=\"notes-example\">{}</script>\n<script type=\"module\" src=\"{script}\"></script>\n",
        desk(),
        worked(review, &place),
        in_script(&written),
        in_script(EXAMPLE),
        css = urls.asset("notes.css"),
        script = urls.asset("notes.js"),
        clinic = urls.page("/clinic", None),
        language = urls.page("/python/language", None),
    );
    Content {
        title: "Paste the listing from your notes",
        description: "Paste a socket program: which Python it was written for, what is wrong line by line, and the repaired program.",
        section: Section::None,
        main,
    }
}

/// A value as JSON that may stand in a script element.
fn in_script<T: serde::Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("texts have a JSON form").replace('<', "\\u003c")
}

const OPENING: &str = "<header class=\"opening\"><h1>Paste the listing from your notes</h1>\n\
     <p class=\"lede\">Any program of sockets, mistakes and all. You are told which Python it was written for, what is wrong on which \
     line, and what the repaired program looks like.</p>\n\
     <noscript><p class=\"still\">Scripts are off, so nothing can be read here. Below is one listing and all that is said \
     of it.</p></noscript></header>\n";

/// What needs scripts: the field, its buttons, and a place for what is said.
fn desk() -> String {
    format!(
        "<div class=\"desk wide\" id=\"notes\" data-most=\"{}\">\n<section class=\"write\" aria-labelledby=\"listing-title\">\n\
     <h2 id=\"listing-title\"><label for=\"listing\">Your listing</label></h2>\n\
     <p class=\"hint\" id=\"listing-hint\">It is read in this browser, is sent to nobody, and stays here until you clear it.</p>\n\
     <textarea id=\"listing\" rows=\"18\" spellcheck=\"false\" autocapitalize=\"off\" autocomplete=\"off\" wrap=\"soft\" \
     placeholder=\"Paste or type a program here\" aria-describedby=\"listing-hint\"></textarea>\n\
     <p class=\"acts\"><button type=\"button\" class=\"btn main\" data-do=\"read\">Read it</button>\
     <button type=\"button\" class=\"btn\" data-do=\"example\">Put the example here</button>\
     <button type=\"button\" class=\"btn\" data-do=\"clear\">Clear</button></p>\n</section>\n\
     <section class=\"said\" aria-labelledby=\"said-title\">\n<h2 id=\"said-title\" tabindex=\"-1\">What is said of it</h2>\n\
     <p class=\"told\" role=\"status\" data-part=\"state\">Nothing is read yet.</p>\n\
     <p class=\"acts\" data-part=\"stop\" hidden><button type=\"button\" class=\"btn\" data-do=\"stop\">Stop reading</button></p>\n\
     <div data-part=\"review\"></div>\n</section>\n\
     <section class=\"mended-part\" aria-labelledby=\"mended-title\" data-part=\"mended\" hidden>\n\
     <h2 id=\"mended-title\" tabindex=\"-1\">The repaired program</h2>\n\
     <p class=\"hint\">Valid Python 3.11. A changed line has a bar, and the number of the mistake that it mends.</p>\n\
     <p class=\"acts\"><button type=\"button\" class=\"btn\" data-do=\"copy\">Copy</button>\
     <button type=\"button\" class=\"btn\" data-do=\"save\">Download as .py</button>\
     <span class=\"told\" role=\"status\" data-part=\"copied\"></span></p>\n\
     <div data-part=\"program\"></div>\n</section>\n</div>\n",
        notes::MAX_TEXT
    )
}

/// One listing with all that is said of it.
fn worked(review: &notes::Review, place: &Place<'_>) -> String {
    let mut out = format!(
        "<section class=\"worked wide\" aria-labelledby=\"worked-title\">\n<h2 id=\"worked-title\">A worked example</h2>\n\
         <div class=\"pair\">\n<div>\n<h3>The listing</h3>\n{}</div>\n<div class=\"review\">\n<h3>What is said of it</h3>\n{}</div>\n",
        listing::program(EXAMPLE, &At::findings(review), place.id),
        listing::review(EXAMPLE, review, place),
    );
    if let Some(repaired) = &review.repaired {
        let _ = write!(
            out,
            "<div>\n<h3>The repaired program</h3>\n{}</div>\n",
            listing::repaired(repaired, place)
        );
    }
    out.push_str("</div>\n</section>\n");
    out
}

const ABOUT: &str = "<h2>What is looked for</h2>\n\
     <p>What study notes on sockets get wrong most often, as far as it can be seen without running the program:</p>\n<ul>\n\
     <li>Python 2: <code>print</code> as a statement, <code>raw_input</code>, <code>except E, e</code>, text where bytes are wanted.</li>\n\
     <li>An address that is no pair: <code>connect((\"host\"), 80)</code>.</li>\n\
     <li>Constants and names spelt two ways, or never defined; brackets that are never closed.</li>\n\
     <li>Calls on the module that belong on a socket, and results kept of calls that have none.</li>\n\
     <li>End tests that never hold: <code>if chunk == ''</code>, <code>if data is None</code>.</li>\n\
     <li>Clean-up after a loop that never ends; a send loop that counts to a constant and not to the message’s length.</li>\n</ul>\n\
     <p>“Mistake” is said of what goes wrong whenever its line is reached, “may go wrong” of what depends on what arrives. A listing in which \
     nothing is found may still be wrong: much shows only when a program runs.</p>\n";
