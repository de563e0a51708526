//! Which blocks of scripts are taken and done, and how far a long run is.

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::{Duration, Instant};

use crate::{BLOCK, Tally};

/// How often a long run says how far it is.
const PERIOD: Duration = Duration::from_secs(10);

/// The blocks of a run.
pub(crate) struct Progress {
    left: Range<u64>,
    taken: BTreeSet<u64>,
    scripts: u64,
    start: Instant,
    said: Instant,
}

impl Progress {
    /// Nothing is done yet.
    pub(crate) fn new(blocks: Range<u64>, scripts: u64) -> Self {
        let now = Instant::now();
        Self { left: blocks, taken: BTreeSet::new(), scripts, start: now, said: now }
    }

    /// The next block that nobody has taken.
    pub(crate) fn take(&mut self) -> Option<u64> {
        let block = self.left.next()?;
        self.taken.insert(block);
        Some(block)
    }

    /// The first block that is not done, if any is not.
    pub(crate) fn next(&self) -> Option<u64> {
        self.taken.first().copied().or_else(|| self.left.clone().next())
    }

    /// A block is done. Answers what to say, when it is time to say something.
    pub(crate) fn done(&mut self, block: u64, tally: &Tally) -> Option<String> {
        self.taken.remove(&block);
        if self.said.elapsed() < PERIOD {
            return None;
        }
        self.said = Instant::now();
        let next = self.next()?;
        let seconds = self.start.elapsed().as_secs_f64();
        let rate = tally.scripts as f64 / seconds;
        let left = self.scripts.saturating_sub(tally.scripts);
        let minutes = (left as f64 / rate / 60.0).ceil() as u64;
        Some(format!(
            "{} of {} scripts, {} steps; {rate:.0} scripts a second, {} h {:02} min left; \
             if stopped now, --seed {next} --scripts {} goes on",
            tally.scripts,
            self.scripts,
            tally.calls,
            minutes / 60,
            minutes % 60,
            (self.left.end - next) * BLOCK,
        ))
    }
}
