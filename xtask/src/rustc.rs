//! The Rust compiler that is there: is it new enough, and which is it?

use crate::process::{Cmd, Result};

/// The root manifest holds the one number that says which compiler the project needs.
const MANIFEST: &str = include_str!("../../Cargo.toml");

/// Fails, with what to do, where the active compiler is older than the project needs.
pub(crate) fn check_version() -> Result {
    let said = version()?;
    let needed = needed(MANIFEST);
    if parse(&said).is_some_and(|found| found < needed) {
        return Err(format!(
            "this project needs Rust {}.{} or newer, and this is {said}.\n\
             Type `rustup update stable`, or install Rust from https://rustup.rs, then run the command again.",
            needed.0, needed.1
        )
        .into());
    }
    Ok(())
}

/// `rustc 1.95.0 (59807616e 2026-04-14)`, of the active toolchain.
pub(crate) fn version() -> Result<String> {
    Cmd::new("rustc").arg("--version").output().map_err(|problem| {
        format!("rustc did not answer ({problem}).\nInstall Rust from https://rustup.rs, then run the command again.")
            .into()
    })
}

/// Major and minor number in `rustc 1.95.0 (…)`.
fn parse(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.split_whitespace().nth(1)?.split(['.', '-']);
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

/// The workspace's `rust-version`.
fn needed(manifest: &str) -> (u32, u32) {
    manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = \""))
        .and_then(|rest| parse(&format!("rustc {}", rest.trim_end_matches('"'))))
        .expect("the root Cargo.toml has a line rust-version = \"MAJOR.MINOR\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number_not_by_letter() {
        assert!(parse("rustc 1.100.0 (abc 2027-01-01)") > parse("rustc 1.95.0"));
        assert!(parse("rustc 1.96.0-nightly (abc 2026-01-01)") > parse("rustc 1.95.0"));
        assert!(parse("rustc 1.85.1") < Some(needed(MANIFEST)));
    }

    #[test]
    fn a_compiler_that_speaks_otherwise_is_let_through() {
        assert_eq!(parse("gccrs something"), None);
    }
}
