//! What can be wrong with an order for a peer.

use std::fmt;

use crate::{About, Setting, names};

/// Why there is no such peer: one sentence that says what there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// No peer has that name.
    Name {
        /// The name.
        asked: String,
    },
    /// The peer has no such setting.
    Setting {
        /// The peer.
        about: &'static About,
        /// The setting's name.
        asked: String,
    },
    /// The setting cannot have that value.
    Value {
        /// The peer.
        about: &'static About,
        /// The setting.
        setting: &'static Setting,
        /// The value.
        asked: i64,
    },
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name { asked } => {
                let names: Vec<_> = names().collect();
                write!(f, "There is no peer `{asked}`; there are: {}.", names.join(", "))
            }
            Self::Setting { about, asked } if about.settings.is_empty() => {
                write!(f, "The peer `{}` has no setting `{asked}`: it has none at all.", about.name)
            }
            Self::Setting { about, asked } => {
                let names: Vec<_> = about.settings.iter().map(|setting| setting.name).collect();
                write!(f, "The peer `{}` has no setting `{asked}`; it has: {}.", about.name, names.join(", "))
            }
            Self::Value { about, setting: Setting { name, unit, least, most, .. }, asked } => {
                let space = if unit.is_empty() { "" } else { " " };
                let who = about.name;
                write!(
                    f,
                    "The setting `{name}` of `{who}` may be {least} to {most}{space}{unit}, not {asked}."
                )
            }
        }
    }
}

impl std::error::Error for Wrong {}
