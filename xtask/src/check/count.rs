//! How many things passed and failed in a step.

use std::fmt;

use crate::process::Problem;

/// A step that runs no single tests counts as one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) passed: u32,
    pub(super) failed: u32,
    /// What a reader should know, for example what was left out.
    pub(super) note: String,
}

impl Count {
    pub(super) const PASSED: Self = Self { passed: 1, failed: 0, note: String::new() };
    pub(super) const FAILED: Self = Self { passed: 0, failed: 1, note: String::new() };

    /// One passed, and a remark.
    pub(super) fn passed_with(note: impl Into<String>) -> Self {
        Self { note: note.into(), ..Self::PASSED }
    }

    pub(super) fn plus(&self, other: &Self) -> Self {
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed, note: String::new() }
    }

    pub(super) fn problem(&self) -> Option<Problem> {
        (self.failed > 0).then(|| format!("{} of {} failed", self.failed, self.passed + self.failed).into())
    }

    /// The sum of Cargo's lines `test result: ok. 3 passed; 0 failed; …`.
    pub(super) fn of_cargo(log: &str) -> Self {
        let results = log.lines().filter_map(|line| line.trim().strip_prefix("test result: "));
        results.fold(Self::default(), |sum, line| {
            let number = |word: &str| {
                let before = line.split(word).next().unwrap_or_default();
                before.split_whitespace().next_back().and_then(|n| n.parse().ok()).unwrap_or(0)
            };
            sum.plus(&Self { passed: number(" passed"), failed: number(" failed"), note: String::new() })
        })
    }
}

/// What libtest says of each test that failed, of all the binaries of a log.
pub(super) fn failures(log: &str) -> String {
    let mut told = String::new();
    let mut tells = false;
    for line in log.lines() {
        // It begins twice: with what the tests said, and with their names alone.
        let line_ends = line.starts_with("test result: ");
        tells = (tells || line == "failures:") && !line_ends;
        if tells && line != "failures:" && !line.is_empty() {
            told.push_str(line);
            told.push('\n');
        }
    }
    told
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ok")?;
        if self.passed > 1 {
            write!(f, ", {} passed", self.passed)?;
        }
        if !self.note.is_empty() {
            write!(f, ", {}", self.note)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_cargos_result_lines_are_added_up() {
        let log = "running 3 tests\ntest result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n\
                   test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n";
        let count = Count::of_cargo(log);
        assert_eq!((count.passed, count.failed), (16, 2));
        assert!(count.problem().is_some());
    }

    #[test]
    fn what_failed_is_told_wherever_it_is_in_the_log() {
        let log = "running 2 tests\n.F\nfailures:\n\n---- a stdout ----\npanicked at wire.rs:3\n\n\nfailures:\n    a\n\n\
                   test result: FAILED. 1 passed; 1 failed\n\nrunning 0 tests\n\ntest result: ok. 0 passed; 0 failed\n";
        assert_eq!(failures(log), "---- a stdout ----\npanicked at wire.rs:3\n    a\n");
        assert_eq!(failures("failures are not told so\ntest result: ok. 1 passed; 0 failed"), "");
    }
}
