//! The lessons: their text, how it is read, and how it is checked.
//!
//! A lesson is a Markdown file in `content/` with TOML front matter and fenced blocks for figures, predictions, live
//! runs and measurements; `README.md` shows the form. Reading reports every mistake at once, with file and line, so the
//! contract is: [`Lessons::embedded`] or [`Lessons::with_folder`] answers lessons without a mistake, or the mistakes.

pub mod boxes;
mod check;
pub mod clinic;
mod course;
mod coverage;
mod exercise;
mod experiments;
mod front;
mod home;
mod lesson;
mod library;
mod link;
mod listing;
mod marks;
mod moments;
mod problem;
mod prose;
pub mod questions;
mod read;
pub mod reference;
mod shelf;
mod words;

pub use course::{Course, Entry, Part, Planned};
pub use coverage::{Coverage, Place, Test, is_row, rows};
pub use exercise::Exercise;
pub use experiments::PART as EXPERIMENTS;
pub use front::Front;
pub use home::Home;
pub use lesson::{Block, Lesson, Link, Measured, Truth};
pub use library::{Lessons, coverage_json};
pub use link::{PAGES, Target};
pub use listing::html as listing;
pub use problem::Problem;
pub use prose::{Prose, Whereabouts, escape, inline_html, inline_text};
pub use read::read;
pub use shelf::exercise;
pub use words::{Unused, Words};
