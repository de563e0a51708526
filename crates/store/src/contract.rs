//! The trait, and what is put in and comes out.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use protocol::room::{LearnerId, RoomSettings, Row};
use tokio::sync::broadcast;

use crate::Error;

/// What a [`Store`] will have said.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, Error>>;

/// Where rooms are kept.
///
/// Shaped so that several relays may share one: a room is written by one process at a time (whose sessions of it are), work is
/// read by its sequence, and [`changed`](Self::changed) only wakes. Every request names the room by its code, as it is written.
/// Instants are milliseconds since 1970; who asks says what time it is.
///
/// A write is whole or not at all, and durable when it answers. It is done even where nobody waits for its answer any more.
/// All but [`create`](Self::create), [`room`](Self::room), [`rooms`](Self::rooms) and [`expire`](Self::expire) answer
/// [`Error::NoRoom`] where there is no such room.
pub trait Store: Send + Sync {
    /// Opens a room.
    ///
    /// # Errors
    /// [`Error::CodeTaken`].
    fn create(&self, room: NewRoom) -> Answer<'_, ()>;

    /// The room with this code.
    fn room<'a>(&'a self, code: &'a str) -> Answer<'a, Option<RoomRecord>>;

    /// All rooms, the oldest first.
    fn rooms(&self) -> Answer<'_, Vec<RoomRecord>>;

    /// Lets a room be like this, until then.
    fn set<'a>(&'a self, code: &'a str, settings: &RoomSettings, until: u64) -> Answer<'a, ()>;

    /// A new learner, by the next number: one is never given twice. Names are compared as [`folded`](crate::folded) has them;
    /// the name of a learner who was removed is free.
    ///
    /// # Errors
    /// [`Error::NicknameTaken`].
    fn enter<'a>(
        &'a self,
        code: &'a str,
        nickname: &str,
        key_hash: &[u8],
        joined: u64,
    ) -> Answer<'a, LearnerId>;

    /// All learners, removed ones too, by rising number.
    fn learners<'a>(&'a self, code: &'a str) -> Answer<'a, Vec<LearnerRecord>>;

    /// The learner with this key, unless removed.
    fn learner_by_key<'a>(&'a self, code: &'a str, key_hash: &[u8]) -> Answer<'a, Option<LearnerRecord>>;

    /// Takes a learner out: their key opens the room no more, their name is free, their work stays. Again: nothing.
    ///
    /// # Errors
    /// [`Error::NoLearner`].
    fn remove<'a>(&'a self, code: &'a str, learner: LearnerId, at: u64) -> Answer<'a, ()>;

    /// Deletes a learner with all their work.
    ///
    /// # Errors
    /// [`Error::NoLearner`].
    fn forget<'a>(&'a self, code: &'a str, learner: LearnerId) -> Answer<'a, ()>;

    /// Keeps work, by rising `n`, and answers the highest `n` that is kept of that learner and device. Rows at or below the
    /// highest that was kept are passed over, so that everything may be sent again; a gap is no mistake. Each row that is kept gets the
    /// room's next sequence number.
    ///
    /// # Errors
    /// [`Error::NoLearner`]; [`Error::Unfit`] where `n` does not rise, or a number is beyond 2^63.
    fn append<'a>(
        &'a self,
        code: &'a str,
        learner: LearnerId,
        device: &str,
        rows: Vec<Row>,
        received: u64,
    ) -> Answer<'a, u64>;

    /// The highest `n` that is kept of this learner and device; 0 where there is none.
    fn highest<'a>(&'a self, code: &'a str, learner: LearnerId, device: &str) -> Answer<'a, u64>;

    /// Work after that sequence number, at most so much, by rising number. Numbers of forgotten work are missing.
    fn since<'a>(&'a self, code: &'a str, seq: u64, most: u32) -> Answer<'a, Vec<StoredRow>>;

    /// What was last summed up of the learners' work. The sum of a learner who was forgotten is gone.
    fn sums<'a>(&'a self, code: &'a str) -> Answer<'a, Sums>;

    /// Keeps these sums, instead of those before. That of a learner who is not there is passed over.
    fn set_sums<'a>(&'a self, code: &'a str, sums: Sums) -> Answer<'a, ()>;

    /// Writes down what a teacher did, as JSON.
    fn log<'a>(&'a self, code: &'a str, at: u64, action: String) -> Answer<'a, ()>;

    /// What was written down, the oldest first.
    fn actions<'a>(&'a self, code: &'a str) -> Answer<'a, Vec<Action>>;

    /// The names that are expected, in their order.
    fn roster<'a>(&'a self, code: &'a str) -> Answer<'a, Vec<String>>;

    /// Lets these be the names that are expected.
    fn set_roster<'a>(&'a self, code: &'a str, names: Vec<String>) -> Answer<'a, ()>;

    /// Deletes a room with everything of it.
    fn end<'a>(&'a self, code: &'a str) -> Answer<'a, ()>;

    /// Deletes every room whose time is over, and answers their codes.
    fn expire(&self, now: u64) -> Answer<'_, Vec<String>>;

    /// About how many bytes of work are kept of this room.
    fn bytes<'a>(&'a self, code: &'a str) -> Answer<'a, u64>;

    /// Codes of rooms that have new work. A wake-up only: whoever hears it, or hears that some were missed, reads
    /// [`since`](Self::since) what they read last.
    fn changed(&self) -> broadcast::Receiver<Arc<str>>;

    /// Ends the keeping: what was asked before is done, what is asked later answers [`Error::Closed`].
    fn close(&self) -> Answer<'_, ()>;
}

/// A room that is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRoom {
    /// Its code, as it is written.
    pub code: String,
    /// The hash of its teacher's secret.
    pub secret_hash: Vec<u8>,
    /// How it is.
    pub settings: RoomSettings,
    /// When it was opened.
    pub opened: u64,
    /// When it is to be deleted.
    pub until: u64,
}

/// A room that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomRecord {
    /// Its code.
    pub code: String,
    /// The hash of its teacher's secret.
    pub secret_hash: Vec<u8>,
    /// How it is.
    pub settings: RoomSettings,
    /// When it was opened.
    pub opened: u64,
    /// When it is to be deleted.
    pub until: u64,
    /// The last sequence number that was given.
    pub seq: u64,
}

/// A learner who is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LearnerRecord {
    /// Who.
    pub learner: LearnerId,
    /// Their name.
    pub nickname: String,
    /// Since when.
    pub joined: u64,
    /// When they were taken out.
    pub removed: Option<u64>,
}

/// Work that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRow {
    /// The room's number of it, from 1, rising.
    pub seq: u64,
    /// Whose.
    pub learner: LearnerId,
    /// From which browser.
    pub device: String,
    /// When it came.
    pub received: u64,
    /// What.
    pub row: Row,
}

/// Learners' work, summed up by whoever needs it so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// The sequence number up to which all work is in it; 0 where nothing was summed up.
    pub through: u64,
    /// Each learner's, as JSON.
    pub of: BTreeMap<LearnerId, String>,
}

/// What a teacher did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// When.
    pub at: u64,
    /// What, as JSON.
    pub action: String,
}
