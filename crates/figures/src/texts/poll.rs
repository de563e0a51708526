//! A teacher's question to the class.

use std::fmt::Display;

pub(crate) const WRITE_THE_QUESTION_FIRST: &str = "Write the question first.";
pub(crate) const TOO_FEW_CHOICES: &str = "A question needs two choices at least.";
pub(crate) const THE_QUESTION_IS_ASKED: &str = "The question is asked.";
pub(crate) const A_QUESTION_THAT_IS_READY: &str = "A question that is ready";
pub(crate) const NO_READY_QUESTION: &str = "none: write your own";
pub(crate) const THE_QUESTION: &str = "The question";
pub(crate) const CHOICES: &str = "Choices, and which of them is right";

pub(crate) fn choice_is_right(number: impl Display) -> String {
    format!("choice {number} is right")
}

pub(crate) fn choice(number: impl Display) -> String {
    format!("choice {number}")
}

pub(crate) const NO_CHOICE_IS_RIGHT: &str = "no choice is right: it is a matter of opinion";
pub(crate) const ONE_CHOICE_MORE: &str = "One choice more";
pub(crate) const ASK_EVERYBODY: &str = "Ask everybody";
pub(crate) const THE_QUESTION_IS_TAKEN_AWAY: &str = "The question is taken away.";
pub(crate) const SAID_SO_FAR: &str =
    "What has been said so far (only here: not on the wall, not at the learners)";
pub(crate) const THEY_TALK_NOW: &str = "They talk now; nothing is taken.";
pub(crate) const TALK_TO_YOUR_NEIGHBOUR: &str = "Talk to your neighbour";
pub(crate) const THE_SECOND_VOTE_IS_OPEN: &str = "The second vote is open.";
pub(crate) const TO_THE_SECOND_VOTE: &str = "Second vote";
pub(crate) const EVERYBODY_SEES: &str = "Everybody sees what was said.";
pub(crate) const REVEAL: &str = "Reveal";
pub(crate) const TAKE_THE_QUESTION_AWAY: &str = "Take the question away";
pub(crate) const EACH_FOR_THEMSELVES: &str = "Each for themselves";
pub(crate) const EACH_AGAIN: &str = "Each again";
pub(crate) const WHAT_WAS_SAID: &str = "What was said";

pub(crate) fn have_answered(answered: impl Display, present: impl Display) -> String {
    format!(": {answered} of {present} have answered")
}

pub(crate) const FIRST_VOTE: &str = "first vote";
pub(crate) const SECOND_VOTE: &str = "second vote";
pub(crate) const NOBODY_HAS_SAID_ANYTHING_YET: &str = "Nobody has said anything yet.";
pub(crate) const CHOICE: &str = "Choice";
pub(crate) const RIGHT: &str = "Right: ";
