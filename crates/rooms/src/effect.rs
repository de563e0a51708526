//! What comes out of a room.

use protocol::room::{Answer, Format, LearnerId, Refusal, RoomReport, RoomSettings, Row};

/// A session, by a number that its relay gives it and gives to no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionNo(pub u64);

/// Something that is being kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// What a room wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Tell this session. After [`RoomReport::Out`] it is in the room no more.
    Tell {
        /// Which.
        to: SessionNo,
        /// What.
        report: RoomReport,
    },
    /// Keep this, then say so by [`Room::kept`](crate::Room::kept). What was asked to be kept earlier is kept earlier.
    Keep {
        /// By which it is known then.
        ticket: Ticket,
        /// What.
        write: Write,
    },
    /// A teacher did this: a sentence without names and texts, which deleting a learner would have to find again.
    Log {
        /// When.
        at: u64,
        /// What.
        says: String,
    },
    /// Send the room's log as the answer to this request.
    SendLog {
        /// To this session.
        to: SessionNo,
        /// Its request.
        id: u32,
    },
    /// Send all that is kept of the room, in parts; the answer to this request says how it went.
    Export {
        /// To this session.
        to: SessionNo,
        /// Its request.
        id: u32,
        /// In which form.
        format: Format,
    },
    /// The room is over and deleted: nobody is in it any more.
    Ended,
}

/// What is to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Write {
    /// A new learner.
    Join {
        /// Their name.
        nickname: String,
        /// SHA-256 of their return key.
        key: [u8; 32],
        /// When.
        at: u64,
    },
    /// Rows of a learner's work. Those at or below the highest number that is kept of the browser are passed over.
    Rows {
        /// Whose.
        learner: LearnerId,
        /// The browser.
        device: String,
        /// By rising number.
        rows: Vec<Row>,
        /// When they came.
        at: u64,
    },
    /// How the room is from now on.
    Settings {
        /// How.
        settings: RoomSettings,
        /// When it will be deleted.
        until: u64,
    },
    /// A learner who may not return.
    Remove {
        /// Who.
        learner: LearnerId,
        /// When.
        at: u64,
    },
    /// A learner who is deleted with all their rows.
    Forget {
        /// Who.
        learner: LearnerId,
    },
    /// Names that are expected, instead of those before.
    Roster {
        /// CSV, the first column a name.
        csv: String,
    },
    /// The room is deleted with all that is kept of it.
    End,
}

/// It is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The learner has this number, which was never given before.
    Joined(LearnerId),
    /// Rows of that browser up to this number.
    Rows(u64),
    /// These names are expected.
    Roster(Vec<String>),
    /// All else.
    Done,
}

/// Why something is not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// For programs.
    pub why: Refusal,
    /// A sentence.
    pub says: String,
    /// In so many seconds again.
    pub again_s: Option<u32>,
}

impl Refused {
    /// For this reason.
    pub fn new(why: Refusal, says: impl Into<String>) -> Self {
        Self { why, says: says.into(), again_s: None }
    }

    /// As an answer.
    pub fn answer(self) -> Answer {
        Answer::Refused { why: self.why, says: self.says, again_s: self.again_s }
    }
}

/// No, since that cannot be a name, a text, a row.
pub(crate) fn unfit(says: impl Into<String>) -> Refused {
    Refused::new(Refusal::Unfit, says)
}

/// No, since there is none such.
pub(crate) fn none(says: impl Into<String>) -> Refused {
    Refused::new(Refusal::NoSuch, says)
}
