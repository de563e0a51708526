//! What a room tells whoever is in it.

use serde::{Deserialize, Serialize};

use super::{LearnerId, Place, QuestionId, RoomSettings};

/// From a room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomReport {
    /// The answer to a request.
    Answer {
        /// The request's number.
        id: u32,
        /// The answer.
        answer: Answer,
    },
    /// To a learner: the room as it is for them now.
    View(Box<View>),
    /// To a learner: a message of the teacher's.
    Message {
        /// Its number, for [`Learn::Read`](super::Learn::Read).
        message: u32,
        /// The text.
        text: String,
        /// Whether to all.
        all: bool,
    },
    /// To a teacher: the room as it is now, without its tiles.
    Teaching(Box<Teaching>),
    /// To a teacher: tiles that are new or changed, and learners who are no more.
    Tiles {
        /// Those, by rising number.
        tiles: Vec<Tile>,
        /// These are gone.
        gone: Vec<LearnerId>,
    },
    /// To a teacher: where the learner is whom they look at.
    Looking {
        /// Who.
        learner: LearnerId,
        /// Where.
        place: Place,
    },
    /// To a teacher: the next part of an export.
    Exported {
        /// Bytes.
        part: syscall::Bytes,
        /// How many bytes follow.
        left: u64,
    },
    /// This session is in no room any more: it ended, or the teacher took the learner out.
    Out {
        /// A sentence.
        says: String,
        /// Whether the key opens it no more.
        for_good: bool,
    },
}

impl RoomReport {
    /// The answer no.
    pub fn refused(id: u32, why: Refusal, says: impl Into<String>) -> Self {
        Self::Answer { id, answer: Answer::Refused { why, says: says.into(), again_s: None } }
    }
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Done.
    Done,
    /// The room is there. This is the only time that its secret is told.
    Opened {
        /// Its code, eight characters.
        code: String,
        /// The teacher's secret.
        secret: String,
    },
    /// You teach this room; [`RoomReport::Teaching`] and all its tiles follow.
    Teaching,
    /// What teachers did, the newest last.
    Log {
        /// Each thing.
        entries: Vec<Logged>,
    },
    /// You are in the room; a [`RoomReport::View`] follows.
    Joined {
        /// The room's code as it is written.
        code: String,
        /// Your number.
        learner: LearnerId,
        /// Your name.
        nickname: String,
        /// The key to return with, after a [`Ask::Join`](super::Ask::Join). It is told once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
    },
    /// Rows up to this number are durable.
    Saved {
        /// Whose.
        device: String,
        /// The number.
        through: u64,
    },
    /// No.
    Refused {
        /// Why, for programs.
        why: Refusal,
        /// A sentence: what it is, and what to do.
        says: String,
        /// For [`Refusal::TooOften`] and [`Refusal::NotSaved`]: in so many seconds again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        again_s: Option<u32>,
    },
}

/// Something that a teacher did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Logged {
    /// When.
    pub at: u64,
    /// What, as a sentence.
    pub says: String,
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// There is no such room, or it is over, or the secret or the key is another: which of them is not told.
    NoSuchRoom,
    /// Nobody new may join.
    Locked,
    /// Nothing is taken from learners now.
    Closed,
    /// As many are in it as may be.
    Full,
    /// Somebody has that name here.
    NicknameTaken,
    /// That cannot be a name, a text, a choice, a row, a file: the sentence says what is wrong.
    Unfit,
    /// There were too many wrong codes from this address.
    TooOften,
    /// It could not be kept: the disk is full, or the database is locked. It may be sent again.
    NotSaved,
    /// Not for whom this session is: a learner's request of a teacher, or a teacher's of a learner, or of nobody.
    NotYours,
    /// The teacher's requests need an encrypted connection here.
    NotEncrypted,
    /// There is no such learner, question, message or pair.
    NoSuch,
    /// This relay has no rooms.
    NoRooms,
}

impl Refusal {
    /// Its name, as it is written.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoSuchRoom => "no_such_room",
            Self::Locked => "locked",
            Self::Closed => "closed",
            Self::Full => "full",
            Self::NicknameTaken => "nickname_taken",
            Self::Unfit => "unfit",
            Self::TooOften => "too_often",
            Self::NotSaved => "not_saved",
            Self::NotYours => "not_yours",
            Self::NotEncrypted => "not_encrypted",
            Self::NoSuch => "no_such",
            Self::NoRooms => "no_rooms",
        }
    }
}

/// The form of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// A row a thing done, with a header; RFC 4180.
    Csv,
    /// One object; its `version` says its shape.
    Json,
}

impl Format {
    /// The version of columns and fields (docs/export.md), raised whenever one changes its meaning or goes.
    pub const VERSION: u32 = 1;

    /// The name of a room's record as a file: `ABCDEFGH-v1.csv`.
    pub fn file_name(self, code: &str) -> String {
        let ending = match self {
            Self::Csv => "csv",
            Self::Json => "json",
        };
        format!("{code}-v{}.{ending}", Self::VERSION)
    }
}

/// The room as a learner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Its code.
    pub code: String,
    /// How it is.
    pub settings: RoomSettings,
    /// How many are here now.
    pub present: u32,
    /// Whether your hand is up.
    pub hand: bool,
    /// Whether the teacher looks at your stage.
    pub looked_at: bool,
    /// The question that is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<Question>,
    /// What you said to it: in the first vote, and in the second.
    pub votes: [Option<u32>; 2],
    /// Where the teacher is, whom all follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow: Option<Place>,
    /// With whom you may be joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pair: Option<Pair>,
    /// Whether the teacher's lab takes the class as clients.
    pub serves: bool,
}

/// A question to all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// Its number.
    pub id: QuestionId,
    /// The text.
    pub text: String,
    /// What may be said.
    pub choices: Vec<String>,
    /// How far it is.
    pub phase: Phase,
    /// How many have said something in this vote.
    pub answered: u32,
    /// The place of the right choice; to learners only once revealed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub right: Option<u32>,
    /// How many said what in the first vote, and in the second; to learners only once revealed, else empty.
    #[serde(default)]
    pub counts: [Vec<u32>; 2],
}

/// How far a question is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Each for themselves.
    First,
    /// Talk to your neighbour: nothing is taken.
    Talk,
    /// Each again.
    Second,
    /// Nothing is taken any more; everybody sees what was said and what is right.
    Revealed,
}

/// Two learners who are, or may be, joined by one wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// The partner's name.
    pub with: String,
    /// Your host: 0 or 1.
    pub host: u16,
    /// Whether you agreed.
    pub agreed: bool,
    /// Whether the partner did.
    pub partner_agreed: bool,
}

/// The room as its teacher sees it, without its tiles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Teaching {
    /// Its code.
    pub code: String,
    /// How it is.
    pub settings: RoomSettings,
    /// The relay's clock as this was said: a browser's own may be wrong.
    pub now: u64,
    /// When it was opened.
    pub opened: u64,
    /// When it will be deleted.
    pub until: u64,
    /// The addresses under which this relay can be reached, as it knows them: `http://192.168.1.5:8080`.
    pub addresses: Vec<String>,
    /// The question that is asked, with its counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<Question>,
    /// Where the class follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow: Option<Place>,
    /// Whom you look at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub looks_at: Option<LearnerId>,
    /// Names of the roster who have not come.
    pub missing: Vec<String>,
    /// Whether the class is a client of this session's lab.
    pub serves: bool,
    /// Whether it is a client of another's: of a teacher's page that let the class in later, or that you would take it from.
    #[serde(default)]
    pub served_elsewhere: bool,
    /// Bytes kept of this room.
    pub bytes: u64,
}

/// What the board shows of a learner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tile {
    /// Who.
    pub learner: LearnerId,
    /// Their name.
    pub nickname: String,
    /// Whether somebody is there.
    pub present: bool,
    /// Where they are; without the link.
    pub place: Place,
    /// The last verdict or prediction: whether right, and the sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<(bool, String)>,
    /// Why they may need somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stuck: Option<Stuck>,
    /// Since when their hand is up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand: Option<u64>,
    /// When they last did something.
    pub active: u64,
    /// Runs of figures and exercises.
    pub attempts: u32,
    /// Predictions and verdicts that were right, and how many there were.
    pub right: (u32, u32),
    /// Pages finished.
    pub finished: u32,
    /// Their partner, where there is one; whether both agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pair: Option<(LearnerId, bool)>,
    /// Rows kept of them.
    pub rows: u64,
}

/// Why somebody may need help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stuck {
    /// The same thing failed so often in a row.
    Fails {
        /// How often.
        times: u32,
        /// Since when.
        since: u64,
    },
    /// At the same place, though they do things.
    NoProgress {
        /// Since when.
        since: u64,
    },
    /// Nothing was done.
    Idle {
        /// Since when.
        since: u64,
    },
}
