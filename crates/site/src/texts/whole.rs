//! All lessons on one page.

use std::fmt::Display;

pub(crate) const HINT: &str = "After the stage’s questions.";
pub(crate) const THE_WHOLE_COURSE: &str = "The whole course";

pub(crate) fn lede(lessons: impl Display) -> String {
    format!(
        "All {lessons} lessons on one page, for paper and for your browser’s own search. Figures lie still \
         here; each leads to its lesson, where it moves."
    )
}

pub(crate) const CONTENTS: &str = "Contents";
pub(crate) const DESCRIPTION: &str =
    "All lessons of the course on one page, with their programs, questions and answers.";
