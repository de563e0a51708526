//! The ways from a page to others of its kind.

use std::fmt::Display;

pub(crate) fn next(title: impl Display) -> String {
    format!("Next: {title}")
}

pub(crate) fn previous(title: impl Display) -> String {
    format!("Previous: {title}")
}

pub(crate) const ONWARD: &str = "Onward";
