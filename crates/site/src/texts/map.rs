//! The course map.

use std::fmt::Display;

pub(crate) fn lessons(written: impl Display) -> String {
    format!("{written} lessons.")
}

pub(crate) fn lessons_of(written: impl Display, all: impl Display) -> String {
    format!("{written} of {all} lessons written. The others are marked <em>not written yet</em>.")
}

pub(crate) const COURSE_MAP: &str = "Course map";

pub(crate) fn ways(
    how_many: impl Display,
    inventory: impl Display,
    review: impl Display,
    reference: impl Display,
    whole: impl Display,
) -> String {
    format!(
        "{how_many} Before you begin, and once more at the end: <a href=\"{inventory}\">the socket \
         inventory</a>. In between: <a href=\"{review}\">your review</a>. Calls, errors and words stand in \
         the <a href=\"{reference}\">reference</a>. For paper: <a href=\"{whole}\">all lessons on one \
         page</a>."
    )
}

pub(crate) fn minutes(minutes: impl Display) -> String {
    format!("{minutes} minutes")
}

pub(crate) const NOT_WRITTEN_YET: &str = "not written yet";

pub(crate) fn mistakes(mistakes: impl Display) -> String {
    format!("{mistakes} mistakes of study notes, each with its repair")
}

pub(crate) const MINUTES_A_MISTAKE: &str = "3 minutes each";
