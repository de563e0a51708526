//! What is said of a listing from somebody's notes, as HTML: natively for the worked example in the page `/notes`, in a worker for
//! what is pasted there. One function each, so that both say the same: [`review()`] and [`repaired`]; [`program()`] draws lines.

mod program;
mod review;
mod text;

pub use program::{At, program};
pub use review::{repaired, review};

/// Where a review stands, and where it leads.
pub struct Place<'a> {
    /// What its ids begin with: there may be two in a page.
    pub id: &'a str,
    /// The address and the title of the lesson with this slug, if it is written.
    pub lesson: &'a dyn Fn(&str) -> Option<(String, String)>,
}
