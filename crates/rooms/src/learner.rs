//! One learner of a room.

use std::collections::VecDeque;

use protocol::room::{LearnerId, Place, Row, Tile};
use serde::{Deserialize, Serialize};

use crate::progress::Progress;
use crate::stuck::stuck;

/// A learner, here or away, removed or not.
#[derive(Clone, Debug)]
pub(crate) struct Learner {
    pub(crate) nickname: String,
    /// The name as names are compared.
    pub(crate) folded: String,
    /// Put out for good.
    pub(crate) removed: bool,
    /// Whether somebody is there, or was a moment ago: a browser that opens another page is away for that long.
    pub(crate) present: bool,
    /// Since when no connected session of theirs is here.
    pub(crate) away_since: Option<u64>,
    pub(crate) place: Place,
    /// Since when at this page, figure and step.
    pub(crate) placed: u64,
    /// When they last did something.
    pub(crate) active: u64,
    pub(crate) hand: Option<u64>,
    pub(crate) progress: Progress,
    /// Messages that were not read, by rising number.
    pub(crate) unread: VecDeque<Told>,
    pub(crate) pair: Option<Partner>,
    pub(crate) votes: [Option<u32>; 2],
}

/// What rows tell of a learner, summed up: kept, it stands for all rows up to then. One that was written by another version may not be
/// readable; the rows are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sum {
    progress: Progress,
    page: String,
    placed: u64,
    active: u64,
}

/// A message of the teacher's.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    pub(crate) message: u32,
    pub(crate) text: String,
    pub(crate) all: bool,
}

/// Half of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Partner {
    pub(crate) with: LearnerId,
    pub(crate) host: u16,
    pub(crate) agreed: bool,
}

impl Learner {
    pub(crate) fn new(nickname: String, folded: String, at: u64) -> Self {
        Self {
            nickname,
            folded,
            removed: false,
            present: false,
            away_since: None,
            place: Place::default(),
            placed: at,
            active: at,
            hand: None,
            progress: Progress::default(),
            unread: VecDeque::new(),
            pair: None,
            votes: [None; 2],
        }
    }

    /// They are there now, which is something done. True if that is another page, figure or step.
    pub(crate) fn go(&mut self, place: Place, now: u64) -> bool {
        let here = |place: &Place| (place.page.clone(), place.figure.clone(), place.step);
        let moved = here(&self.place) != here(&place);
        if moved {
            self.placed = now;
        }
        self.place = place;
        self.active = now;
        moved
    }

    /// A row that was kept, and came at that instant.
    pub(crate) fn restore(&mut self, device: &str, row: Row, at: u64) {
        self.progress.add(device, &row, at);
        self.go(Place { page: row.page, ..Place::default() }, at);
    }

    /// What all rows before came to.
    pub(crate) fn restore_sum(&mut self, sum: Sum) {
        self.progress = sum.progress;
        self.place = Place { page: sum.page, ..Place::default() };
        (self.placed, self.active) = (sum.placed, sum.active);
    }

    /// What [`Self::restore_sum`] makes of another learner this one, as far as rows made them; none where there are no rows.
    pub(crate) fn sum(&self) -> Option<Sum> {
        let Self { progress, place, placed, active, .. } = self;
        let sum =
            Sum { progress: progress.clone(), page: place.page.clone(), placed: *placed, active: *active };
        (progress.rows > 0).then_some(sum)
    }

    pub(crate) fn tile(&self, learner: LearnerId, partner_agreed: bool, now: u64) -> Tile {
        let Place { page, figure, step, of, .. } = &self.place;
        Tile {
            learner,
            nickname: self.nickname.clone(),
            present: self.present,
            place: Place {
                page: page.clone(),
                figure: figure.clone(),
                step: *step,
                of: *of,
                link: String::new(),
            },
            last: self.progress.last.clone(),
            stuck: stuck(self, now),
            hand: self.hand,
            active: self.active,
            attempts: self.progress.attempts,
            right: (self.progress.right, self.progress.judged),
            finished: self.progress.finished(),
            pair: self.pair.map(|pair| (pair.with, pair.agreed && partner_agreed)),
            rows: self.progress.rows,
        }
    }
}
