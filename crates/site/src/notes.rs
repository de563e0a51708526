//! "Paste the listing from your notes": the desk on which a listing is read, and one worked example as text, made by the same
//! code that the browser runs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use lessons::Lessons;
use listing::{At, Place};
use python::notes;

use crate::layout::{Content, Section};
use crate::lesson;
use crate::texts::notes::{
    self as texts, A_WORKED_EXAMPLE, ABOUT, CLEAR, COPY, DESCRIPTION, DOWNLOAD, LEDE, NOTHING_IS_READ,
    PASTE_OR_TYPE, PUT_THE_EXAMPLE_HERE, READ_IT, SCRIPTS_ARE_OFF, STAYS_HERE, STOP_READING, THE_LISTING,
    THE_REPAIRED_PROGRAM, TITLE, VALID_PYTHON, WHAT_IS_SAID_OF_IT, YOUR_LISTING,
};
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
        "<link rel=\"stylesheet\" href=\"{css}\">\n<div class=\"page notes-page\">\n{}{}{}<div class=\"prose\">\n{ABOUT}\
         <p>{in_the_clinic}</p>\n\
         <p>{which_python}</p>\n</div></div>\n\
         <script type=\"application/json\" id=\"notes-lessons\">{}</script>\n\
         <script type=\"application/json\" id=\"notes-example\">{}</script>\n<script type=\"module\" src=\"{script}\"></script>\n",
        opening(),
        desk(),
        worked(review, &place),
        in_script(&written),
        in_script(EXAMPLE),
        css = urls.asset("notes.css"),
        script = urls.asset("notes.js"),
        in_the_clinic = texts::in_the_clinic(urls.page("/clinic", None)),
        which_python = texts::which_python(urls.page("/python/language", None)),
    );
    Content { title: TITLE, description: DESCRIPTION, section: Section::None, main }
}

/// A value as JSON that may stand in a script element.
fn in_script<T: serde::Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("texts have a JSON form").replace('<', "\\u003c")
}

fn opening() -> String {
    format!(
        "<header class=\"opening\"><h1>{TITLE}</h1>\n\
         <p class=\"lede\">{LEDE}</p>\n\
         <noscript><p class=\"still\">{SCRIPTS_ARE_OFF}</p></noscript></header>\n"
    )
}

/// What needs scripts: the field, its buttons, and a place for what is said.
fn desk() -> String {
    format!(
        "<div class=\"desk wide\" id=\"notes\" data-most=\"{}\">\n<section class=\"write\" aria-labelledby=\"listing-title\">\n\
     <h2 id=\"listing-title\"><label for=\"listing\">{YOUR_LISTING}</label></h2>\n\
     <p class=\"hint\" id=\"listing-hint\">{STAYS_HERE}</p>\n\
     <textarea id=\"listing\" rows=\"18\" spellcheck=\"false\" autocapitalize=\"off\" autocomplete=\"off\" wrap=\"soft\" \
     placeholder=\"{PASTE_OR_TYPE}\" aria-describedby=\"listing-hint\"></textarea>\n\
     <p class=\"acts\"><button type=\"button\" class=\"btn main\" data-do=\"read\">{READ_IT}</button>\
     <button type=\"button\" class=\"btn\" data-do=\"example\">{PUT_THE_EXAMPLE_HERE}</button>\
     <button type=\"button\" class=\"btn\" data-do=\"clear\">{CLEAR}</button></p>\n</section>\n\
     <section class=\"said\" aria-labelledby=\"said-title\">\n<h2 id=\"said-title\" tabindex=\"-1\">{WHAT_IS_SAID_OF_IT}</h2>\n\
     <p class=\"told\" role=\"status\" data-part=\"state\">{NOTHING_IS_READ}</p>\n\
     <p class=\"acts\" data-part=\"stop\" hidden><button type=\"button\" class=\"btn\" data-do=\"stop\">{STOP_READING}</button></p>\n\
     <div data-part=\"review\"></div>\n</section>\n\
     <section class=\"mended-part\" aria-labelledby=\"mended-title\" data-part=\"mended\" hidden>\n\
     <h2 id=\"mended-title\" tabindex=\"-1\">{THE_REPAIRED_PROGRAM}</h2>\n\
     <p class=\"hint\">{VALID_PYTHON}</p>\n\
     <p class=\"acts\"><button type=\"button\" class=\"btn\" data-do=\"copy\">{COPY}</button>\
     <button type=\"button\" class=\"btn\" data-do=\"save\">{DOWNLOAD}</button>\
     <span class=\"told\" role=\"status\" data-part=\"copied\"></span></p>\n\
     <div data-part=\"program\"></div>\n</section>\n</div>\n",
        notes::MAX_TEXT
    )
}

/// One listing with all that is said of it.
fn worked(review: &notes::Review, place: &Place<'_>) -> String {
    let mut out = format!(
        "<section class=\"worked wide\" aria-labelledby=\"worked-title\">\n<h2 id=\"worked-title\">{A_WORKED_EXAMPLE}</h2>\n\
         <div class=\"pair\">\n<div>\n<h3>{THE_LISTING}</h3>\n{}</div>\n<div class=\"review\">\n<h3>{WHAT_IS_SAID_OF_IT}</h3>\n{}</div>\n",
        listing::program(EXAMPLE, &At::findings(review), place.id),
        listing::review(EXAMPLE, review, place),
    );
    if let Some(repaired) = &review.repaired {
        let _ = write!(
            out,
            "<div>\n<h3>{THE_REPAIRED_PROGRAM}</h3>\n{}</div>\n",
            listing::repaired(repaired, place)
        );
    }
    out.push_str("</div>\n</section>\n");
    out
}
