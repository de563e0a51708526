//! What the simulated kernel does otherwise, and which of its rules are watched.

use serde::Deserialize;

/// Something that the simulated kernel does otherwise than Linux.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// Its name in tests.
    pub id: String,
    /// What the simulated kernel does.
    pub what: String,
    /// What Linux does, and why it is left so.
    pub why: String,
}

/// A rule that was switched off, and who noticed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caught {
    /// The rule.
    pub rule: String,
    /// Who noticed; empty is nobody.
    pub by: String,
}

/// A rule of the simulated kernel, and how it is switched off.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutation {
    /// The rule.
    pub rule: String,
    /// The file of the workspace in which it stands.
    pub file: String,
    /// Text that stands there once.
    pub from: String,
    /// What takes its place.
    pub to: String,
}

/// Every listed difference.
///
/// # Panics
/// If the file has a mistake, which its test would have told.
pub fn differences() -> Vec<Difference> {
    #[derive(Deserialize)]
    struct File {
        difference: Vec<Difference>,
    }
    let file: File = toml::from_str(include_str!("../differences.toml")).expect("the list is tested");
    file.difference
}

/// Every rule that can be switched off.
///
/// # Panics
/// If the file has a mistake, which its test would have told.
pub fn mutations() -> Vec<Mutation> {
    #[derive(Deserialize)]
    struct File {
        mutation: Vec<Mutation>,
    }
    let file: File = toml::from_str(include_str!("../mutations.toml")).expect("the list is tested");
    file.mutation
}

/// Every rule that was switched off, as `cargo xtask mutate` noted last.
///
/// # Panics
/// If the file has a mistake, which its test would have told.
pub fn caught() -> Vec<Caught> {
    #[derive(Deserialize)]
    struct File {
        #[serde(default)]
        caught: Vec<Caught>,
    }
    let file: File = toml::from_str(include_str!("../mutations-caught.toml")).expect("the list is tested");
    file.caught
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_difference_has_a_name_of_its_own_and_a_reason() {
        let mut ids: Vec<_> = differences().into_iter().map(|d| d.id).collect();
        let count = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), count);
        assert!(differences().iter().all(|d| !d.what.is_empty() && !d.why.is_empty()));
    }

    #[test]
    fn each_mutation_still_finds_its_line() {
        for mutation in mutations() {
            let path = format!("{}/../../{}", env!("CARGO_MANIFEST_DIR"), mutation.file);
            let text = std::fs::read_to_string(path).unwrap();
            assert_eq!(text.matches(&mutation.from).count(), 1, "{}", mutation.rule);
        }
    }

    #[test]
    fn somebody_notices_each_rule_that_is_switched_off() {
        let mutations = mutations();
        let caught = caught();
        let rules: Vec<_> = caught.iter().map(|c| &c.rule).collect();
        assert_eq!(rules, mutations.iter().map(|m| &m.rule).collect::<Vec<_>>(), "run cargo xtask mutate");
        assert!(caught.iter().all(|c| !c.by.is_empty()), "{caught:?}");
    }
}
