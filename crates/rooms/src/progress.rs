//! What a learner has done so far, as the board sums it up, and which rows of it are kept.

use std::collections::BTreeSet;

use protocol::room::{Did, Row};
use serde::{Deserialize, Serialize};

use crate::bounds::{MOST_DEVICES, MOST_PAGES};

/// A learner's work in sum. It is kept so ([`Sum`](crate::Sum)): a field that changes its meaning changes its name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Progress {
    /// The last verdict or prediction.
    pub(crate) last: Option<(bool, String)>,
    /// Failures of one thing in a row, the latest.
    pub(crate) fails: Option<Fails>,
    /// The page of the exercise that the last verdict passed; empty where it did not, or where there was none.
    passed: String,
    pub(crate) attempts: u32,
    pub(crate) right: u32,
    pub(crate) judged: u32,
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    finished: BTreeSet<String>,
    /// Each browser, with the highest number that is kept of it.
    devices: Vec<(String, u64)>,
}

/// The same thing failed several times, with nothing right between.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fails {
    page: String,
    thing: String,
    pub(crate) times: u32,
    pub(crate) since: u64,
}

/// What a row takes where it is kept, about.
pub(crate) fn weight(row: &Row) -> u64 {
    let texts = match &row.what {
        Did::Opened | Did::Spent { .. } | Did::Finished => 0,
        Did::Predicted { question, said, .. } => question.len() + said.len(),
        Did::Ran { figure, .. } => figure.len(),
        Did::Verdict { exercise, says, .. } => exercise.len() + says.len(),
    };
    (96 + row.page.len() + texts) as u64
}

impl Progress {
    /// Whether another browser of theirs finds a place.
    pub(crate) fn takes_device(&self, device: &str) -> bool {
        self.devices.len() < MOST_DEVICES || self.devices.iter().any(|(name, _)| name == device)
    }

    /// The highest number that is kept of this browser; 0 where there is none.
    pub(crate) fn highest(&self, device: &str) -> u64 {
        self.devices.iter().find(|(name, _)| name == device).map_or(0, |(_, highest)| *highest)
    }

    pub(crate) fn finished(&self) -> u32 {
        u32::try_from(self.finished.len()).unwrap_or(u32::MAX)
    }

    pub(crate) fn has_finished(&self, page: &str) -> bool {
        self.finished.contains(page)
    }

    /// Whether the last verdict passed the exercise of this page.
    pub(crate) fn has_passed(&self, page: &str) -> bool {
        !page.is_empty() && self.passed == page
    }

    /// A row is kept, and came at that instant. False if it, or a later one of that browser, was kept before.
    pub(crate) fn add(&mut self, device: &str, row: &Row, at: u64) -> bool {
        let index = self.devices.iter().position(|(name, _)| name == device);
        let index = index.unwrap_or_else(|| {
            self.devices.push((device.into(), 0));
            self.devices.len() - 1
        });
        if row.n <= self.devices[index].1 {
            return false;
        }
        self.devices[index].1 = row.n;
        self.rows += 1;
        self.bytes += weight(row);
        match &row.what {
            Did::Opened | Did::Spent { .. } => {}
            Did::Predicted { question, said, right } => self.judged(&row.page, question, *right, said, at),
            Did::Ran { .. } => self.attempts = self.attempts.saturating_add(1),
            Did::Verdict { exercise, passed, says } => {
                self.attempts = self.attempts.saturating_add(1);
                self.passed = if *passed { row.page.clone() } else { String::new() };
                self.judged(&row.page, exercise, *passed, says, at);
            }
            Did::Finished if self.finished.len() < MOST_PAGES => {
                self.finished.insert(row.page.clone());
            }
            Did::Finished => {}
        }
        true
    }

    fn judged(&mut self, page: &str, thing: &str, right: bool, says: &str, at: u64) {
        self.judged = self.judged.saturating_add(1);
        self.last = Some((right, says.into()));
        if right {
            self.right = self.right.saturating_add(1);
            self.fails = None;
            return;
        }
        match &mut self.fails {
            Some(fails) if fails.thing == thing && fails.page == page => {
                fails.times = fails.times.saturating_add(1)
            }
            fails => *fails = Some(Fails { page: page.into(), thing: thing.into(), times: 1, since: at }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(n: u64, what: Did) -> Row {
        Row { n, at: 0, page: "/lessons/send".into(), what }
    }
    fn verdict(n: u64, exercise: &str, passed: bool) -> Row {
        row(n, Did::Verdict { exercise: exercise.into(), passed, says: format!("{exercise} {passed}") })
    }

    #[test]
    fn failures_count_in_a_row_of_the_same_thing_and_something_right_ends_them() {
        let mut progress = Progress::default();
        for (n, (exercise, passed)) in
            [("a", false), ("a", false), ("b", false), ("b", false), ("b", false)].into_iter().enumerate()
        {
            progress.add("d", &verdict(n as u64 + 1, exercise, passed), 100 + n as u64);
        }
        let fails = progress.fails.clone().unwrap();
        assert_eq!((fails.times, fails.since), (3, 102));
        progress.add("d", &verdict(6, "a", true), 200);
        assert_eq!(progress.fails, None);
        assert_eq!((progress.right, progress.judged, progress.attempts), (1, 6, 6));
        assert_eq!(progress.last, Some((true, "a true".into())));
    }

    #[test]
    fn a_row_counts_once_for_each_browser() {
        let mut progress = Progress::default();
        assert!(progress.add("d", &row(1, Did::Finished), 1));
        assert!(!progress.add("d", &row(1, Did::Finished), 2));
        assert!(progress.add("e", &row(1, Did::Finished), 3));
        assert_eq!((progress.rows, progress.finished()), (2, 1));
        assert_eq!((progress.highest("d"), progress.highest("f")), (1, 0));
    }
}
