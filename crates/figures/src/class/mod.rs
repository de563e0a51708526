//! A learner's parts of a page: the form to join a class's room, and the bar of the room that this browser is in.
//!
//! `learner` decides what the room's words mean, `delivery` how the record of work gets there, `hub` lets both drive the
//! browser; `line` is a learner's process in a shared lab; `join`, `bar`, `cards` and `work` draw. One page has one hub, whichever of them is awake.

use crate::texts;

mod bar;
mod cards;
mod delivery;
mod hub;
mod join;
mod kept;
mod learner;
mod line;
mod line_card;
mod work;

pub use bar::{BarIsland, BarProps};
pub use join::{JoinIsland, JoinProps, JoinSpec};

/// The name of a page, from its address: what the room says is an address alone.
fn page_name(page: &str) -> String {
    let slug = page.rsplit('/').next().unwrap_or_default().replace('-', " ");
    let mut letters = slug.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => texts::class::THE_HOME_PAGE.into(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_page_is_called_by_its_address() {
        assert_eq!(super::page_name("/lessons/how-much-did-send-take"), "How much did send take");
        assert_eq!(super::page_name("/"), "The home page");
    }
}
