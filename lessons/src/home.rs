//! The small stage of the home page (`home.toml`).

use scene::StageSpec;
use serde::Deserialize;

use crate::check::{self, Source};
use crate::marks;
use crate::problem::{Notes, Problem};
use crate::prose::check_inline;

const TEXT: &str = include_str!("../home.toml");

/// A stage to try at once, and what is said under it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Home {
    /// What to look for, in Markdown without blocks.
    pub about: String,
    /// The stage.
    pub figure: StageSpec,
}

impl Home {
    /// Reads and checks it.
    pub(crate) fn read() -> (Option<Self>, Vec<Problem>) {
        let mut notes = Notes::new("lessons/home.toml");
        marks::check(TEXT, &mut notes);
        let home = match toml::from_str::<Self>(TEXT) {
            Ok(home) => home,
            Err(error) => {
                notes.toml(1, TEXT, &error, "Mend the stage; lessons/README.md has its form");
                return (None, notes.problems);
            }
        };
        check_inline(&home.about, "about", 2, &mut notes);
        check::scenario(&Source { text: TEXT, first: 1, at: &["figure"] }, &home.figure.scenario, &mut notes);
        (Some(home), notes.problems)
    }
}
