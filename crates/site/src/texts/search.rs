//! The page of search.

use std::fmt::Display;

pub(crate) const SEARCH: &str = "Search";
pub(crate) const LEDE: &str = "In the lessons, the reference, experiments, exercises and the bug clinic. \
    Nothing that you type leaves this browser.";
pub(crate) const SCRIPTS_ARE_OFF: &str =
    "Scripts are off, so nothing is searched here. Your browser can search the page of all lessons, below.";
pub(crate) const WHAT_TO_LOOK_FOR: &str = "Words, a call or an error";
pub(crate) const WHAT_IS_FOUND: &str = "What is found";

pub(crate) fn what_is_found(
    calls: impl Display,
    errors: impl Display,
    words: impl Display,
    map: impl Display,
    whole: impl Display,
) -> String {
    format!(
        "Beginnings of words are enough, and a letter or two of a long one may be wrong. Several words \
         have to stand in one section. There are lists to look through as well: <a href=\"{calls}\">all \
         calls</a>, <a href=\"{errors}\">all errors</a>, <a href=\"{words}\">the glossary</a>, \
         <a href=\"{map}\">the course map</a>, and <a href=\"{whole}\">all lessons on one page</a>, which \
         your browser can search by itself."
    )
}

pub(crate) const DESCRIPTION: &str =
    "Search all lessons, the reference, experiments, exercises and the bug clinic.";
