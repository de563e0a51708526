//! When what a class did is on its teacher's board.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use protocol::room::{LearnerId, Tile};
use tokio::time::Instant;

/// What was asked and is not on the board yet.
#[derive(Default)]
pub(super) struct Board(RefCell<Inside>);

#[derive(Default)]
struct Inside {
    /// By learner: rows and steps by rising number, with the instant when each was due.
    due: BTreeMap<LearnerId, Due>,
    times: Vec<Duration>,
}

#[derive(Default)]
struct Due {
    rows: VecDeque<(u64, Instant)>,
    steps: VecDeque<(u64, Instant)>,
}

impl Board {
    /// This learner goes to this step and saves this row, due at that instant.
    pub(super) fn expect(&self, learner: LearnerId, n: u64, due: Instant) {
        let mut inside = self.0.borrow_mut();
        let of = inside.due.entry(learner).or_default();
        of.rows.push_back((n, due));
        of.steps.push_back((n, due));
    }

    /// This tile came.
    pub(super) fn came(&self, tile: &Tile) {
        let mut inside = self.0.borrow_mut();
        let Inside { due, times } = &mut *inside;
        let Some(Due { rows, steps }) = due.get_mut(&tile.learner) else { return };
        for (queue, reached) in [(rows, tile.rows), (steps, tile.place.step.into())] {
            while let Some((_, due)) = queue.pop_front_if(|(n, _)| *n <= reached) {
                times.push(due.elapsed());
            }
        }
    }

    /// Whether nothing is missing.
    pub(super) fn is_whole(&self) -> bool {
        self.0.borrow().due.values().all(|due| due.rows.is_empty() && due.steps.is_empty())
    }

    /// How long each thing took.
    pub(super) fn into_times(self) -> Vec<Duration> {
        self.0.into_inner().times
    }
}
