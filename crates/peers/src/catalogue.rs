//! What peers there are, and what can be set about each.

use std::collections::BTreeMap;

use crate::{
    Wrong, calculator, chat, clumper, dialler, dribbler, echo, greedy, half_closer, http, resetter, sleepy,
    slow_accepter, splitter, vanisher,
};

/// Every peer, the simplest first.
pub const CATALOGUE: &[About] = &[
    echo::ABOUT,
    sleepy::ABOUT,
    dribbler::ABOUT,
    clumper::ABOUT,
    splitter::ABOUT,
    greedy::ABOUT,
    half_closer::ABOUT,
    resetter::ABOUT,
    vanisher::ABOUT,
    slow_accepter::ABOUT,
    http::ABOUT,
    calculator::ABOUT,
    chat::ABOUT,
    dialler::ABOUT,
];

/// A peer as its page tells of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// Its name, as lessons and commands write it.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// How it behaves: a few sentences, in Markdown.
    pub behaviour: &'static str,
    /// What can be set.
    pub settings: &'static [Setting],
    /// Whether it listens; if not, it connects.
    pub listens: bool,
    /// What a line on its control channel makes it do; empty where it takes none.
    pub orders: &'static str,
}

/// Something that can be set about a peer: a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// What it changes, in one sentence.
    pub meaning: &'static str,
    /// What is counted: `bytes`, `ms`; empty for a choice by number.
    pub unit: &'static str,
    /// The value where nobody sets it.
    pub default: i64,
    /// The least value.
    pub least: i64,
    /// The greatest value.
    pub most: i64,
}

impl Setting {
    /// Why it cannot have this value, in a sentence that speaks of it alone; none where it can.
    pub fn trouble(&self, value: i64) -> Option<String> {
        let Self { least, most, unit, .. } = self;
        let space = if unit.is_empty() { "" } else { " " };
        (!(*least..=*most).contains(&value)).then(|| format!("It may be {least} to {most}{space}{unit}."))
    }

    /// One of two ways, 0 where nobody chooses.
    pub(crate) const fn choice(name: &'static str, meaning: &'static str) -> Self {
        Self { name, meaning, unit: "", default: 0, least: 0, most: 1 }
    }

    /// How long a peer rests between two sends.
    pub(crate) const fn gap(default: i64) -> Self {
        Self {
            name: "gap_ms",
            meaning: "How long it rests between two sends.",
            unit: "ms",
            default,
            least: 0,
            most: 60_000,
        }
    }
}

/// The peer of that name.
pub fn about(name: &str) -> Option<&'static About> {
    CATALOGUE.iter().find(|about| about.name == name)
}

/// Whether the peer of that name listens; one that does not connects to the learner's first host.
pub fn listens(name: &str) -> bool {
    about(name).is_none_or(|about| about.listens)
}

/// The names of all peers.
pub fn names() -> impl Iterator<Item = &'static str> {
    CATALOGUE.iter().map(|about| about.name)
}

/// Settings that were found to be in order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Values<'s> {
    about: &'static About,
    set: &'s BTreeMap<String, i64>,
}

impl<'s> Values<'s> {
    pub(crate) fn check(name: &str, set: &'s BTreeMap<String, i64>) -> Result<Self, Wrong> {
        let about = about(name).ok_or_else(|| Wrong::Name { asked: name.into() })?;
        for (name, value) in set {
            let setting = about.settings.iter().find(|setting| setting.name == name);
            let setting = setting.ok_or_else(|| Wrong::Setting { about, asked: name.clone() })?;
            if setting.trouble(*value).is_some() {
                return Err(Wrong::Value { about, setting, asked: *value });
            }
        }
        Ok(Self { about, set })
    }

    /// The value of one of the peer's own settings.
    fn value(&self, name: &str) -> i64 {
        let setting = self.about.settings.iter().find(|setting| setting.name == name);
        let setting = setting.expect("a peer asks for its own settings");
        self.set.get(name).copied().unwrap_or(setting.default)
    }

    /// A count.
    pub(crate) fn count(&self, name: &str) -> u32 {
        u32::try_from(self.value(name)).expect("the catalogue has no count beyond 32 bits")
    }

    /// Milliseconds, as microseconds.
    pub(crate) fn ms(&self, name: &str) -> u64 {
        u64::from(self.count(name)) * 1000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_peer_and_setting_says_what_it_is() {
        for about in CATALOGUE {
            assert_eq!(CATALOGUE.iter().filter(|other| other.name == about.name).count(), 1);
            assert!(about.summary.ends_with('.') && !about.summary.trim_end_matches('.').contains(". "));
            assert!(about.behaviour.len() > 100, "{}", about.name);
            for setting in about.settings {
                let Setting { name, default, least, most, .. } = *setting;
                assert!((least..=most).contains(&default), "{} of {}", name, about.name);
                assert!(least >= 0 && u32::try_from(most).is_ok(), "{} of {}", name, about.name);
                assert!(setting.meaning.ends_with('.'), "{} of {}", name, about.name);
                assert_eq!(about.settings.iter().filter(|other| other.name == name).count(), 1);
            }
        }
    }
}
