//! Questions for later: below a lesson, in the review, and the socket inventory.

use std::fmt::Display;

pub(crate) const FOR_LATER: &str = "For later";

pub(crate) fn for_later(review: impl Display) -> String {
    format!(
        "Better in a few days than now: what you can answer then, you know. <a href=\"{review}\">Your review</a> \
         asks them, and again after growing intervals."
    )
}

pub(crate) const THE_LISTING: &str = "The listing";
pub(crate) const YOUR_REVIEW: &str = "Review";
pub(crate) const REVIEW_LEDE: &str = "What you have read comes back as questions: after a day, after \
    three, after a week, and further apart as long as you know it.";
pub(crate) const SCRIPTS_ARE_OFF: &str =
    "Scripts are off, so nobody keeps count of the days here. The questions stand below each lesson.";
pub(crate) const ALL_QUESTIONS: &str = "All questions";

pub(crate) fn all_questions(inventory: impl Display) -> String {
    format!(
        "They stand below their lessons, with their answers folded. Twenty of them are \
         <a href=\"{inventory}\">the socket inventory</a>."
    )
}

pub(crate) const REVIEW_DESCRIPTION: &str = "Questions about what you have read, again after growing \
    intervals. What you answer stays in your browser.";

pub(crate) fn more(href: impl Display, lesson: impl Display) -> String {
    format!("More: <a href=\"{href}\">{lesson}</a>")
}

pub(crate) const THE_SOCKET_INVENTORY: &str = "The socket inventory";
pub(crate) const INVENTORY_LEDE: &str = "Twenty times why. Each wrong answer is one that people who have \
    written socket programs do give. Answer them before the course, and once more after it.";

pub(crate) fn inventory_about(room: impl Display) -> String {
    format!(
        "Write your letters down before you open an answer. Whoever teaches: print this page twice, or \
         open <a href=\"{room}\">a room</a>, where each of them is ready to be voted on; what changes \
         between the two is what the course has done."
    )
}

pub(crate) const QUESTIONS: &str = "Questions";
pub(crate) const INVENTORY_DESCRIPTION: &str =
    "Twenty questions on what sockets do and why, for before and after the course.";
pub(crate) const THE_ANSWER: &str = "The answer";
