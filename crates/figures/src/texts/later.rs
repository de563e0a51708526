//! The review: questions that come again.

use std::fmt::Display;

pub(crate) const CHOOSE_AN_ANSWER_FIRST: &str = "Choose an answer first.";
pub(crate) const NOT_THAT_ONE: &str = "Not that one. Try another, or be told.";
pub(crate) const FILE_READ: &str = "The file was read: the review stands as it has it.";
pub(crate) const NO_SUCH_FILE: &str = "That file is no review that this page has saved. Nothing was changed.";
pub(crate) const KEEPS_NOTHING: &str =
    "This browser keeps nothing: what you answer is forgotten with this page. Save it as a file below.";
pub(crate) const YOUR_REVIEW: &str = "Your review";
pub(crate) const DONE_FOR_TODAY: &str = "Done for today";
pub(crate) const NOTHING_IS_DUE: &str = "Nothing is due";
pub(crate) const ONE_QUESTION: &str = "One question";

pub(crate) fn questions(left: impl Display, all: impl Display) -> String {
    format!("{left} questions, of {all}")
}

pub(crate) const LOOKING: &str = "Looking at what this browser remembers of your reading.";
pub(crate) const NEXT_TOMORROW: &str = "The next question comes tomorrow.";

pub(crate) fn next_in(days: impl Display) -> String {
    format!("The next question comes in {days} days.")
}

pub(crate) const NOTHING_READ_YET: &str =
    "Read a lesson to its end, or tick one below: its questions come here.";
pub(crate) const NOT_THIS_ONE: &str = "not this one";
pub(crate) const ANSWER: &str = "Answer";
pub(crate) const TELL_ME: &str = "Tell me";
pub(crate) const RIGHT: &str = "Right: ";
pub(crate) const IT_IS: &str = "It is: ";
pub(crate) const NEXT: &str = "Next";
pub(crate) const WHAT_YOU_ARE_ASKED_ABOUT: &str = "What you are asked about";
pub(crate) const TICKED_BY_THEMSELVES: &str =
    "Lessons that you have read to their end are ticked by themselves.";
pub(crate) const STAYS_HERE: &str =
    "What you answered stays in this browser. Take it to another one as a file.";
pub(crate) const SAVE_AS_A_FILE: &str = "Save as a file";
pub(crate) const READ_A_FILE: &str = "Read a file ";
