//! A class: what learners and teachers ask of a room, and what it tells them.
//!
//! Whoever is in a room is told the whole of what concerns them whenever it changes ([`RoomReport::View`],
//! [`RoomReport::Teaching`]), and of the board what changed ([`RoomReport::Tiles`]): whoever missed a report needs only the
//! next one. Instants are milliseconds since 1970 by the relay's clock, but for [`Row::at`].

mod told;

use serde::{Deserialize, Serialize};

pub use told::{
    Answer, Format, Logged, Pair, Phase, Question, Refusal, RoomReport, Stuck, Teaching, Tile, View,
};

/// A learner's number in the room, from 1. It is never given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LearnerId(pub u32);

/// A question's number in the room, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct QuestionId(pub u32);

/// To a room. Each is answered once, by [`RoomReport::Answer`] with the same number. A number that is not above all before it
/// in the session is passed over, so that after a resumption whatever has no answer yet may be said again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomRequest {
    /// The client's number of it, rising within the session.
    pub id: u32,
    /// What is asked.
    pub ask: Ask,
}

/// What may be asked. A session is in one room at most, as a learner or as a teacher; the first four say as whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Open a new room and be its teacher. Answered by [`Answer::Opened`].
    Open {
        /// How it is to be.
        settings: RoomSettings,
    },
    /// Be a teacher of this room. Answered by [`Answer::Teaching`].
    Teach {
        /// The room's code.
        code: String,
        /// The teacher's secret.
        secret: String,
    },
    /// Join this room. Answered by [`Answer::Joined`].
    Join {
        /// The room's code, in any case, blanks and hyphens ignored.
        code: String,
        /// The name to be known by.
        nickname: String,
    },
    /// Be this learner again, here too. Answered by [`Answer::Joined`].
    Return {
        /// The room's code.
        code: String,
        /// The learner's return key.
        key: String,
    },
    /// Be in no room any more. A learner's work is kept, and may be returned to.
    Leave,
    /// What a learner asks.
    Learn(Learn),
    /// What a teacher asks.
    Direct(Direct),
}

/// What a learner asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Learn {
    /// Keep this work. Answered by [`Answer::Saved`] once it is durable. Rows that are kept already are passed over, so that all
    /// of them may be sent again.
    Save {
        /// The browser's own name: 16 hexadecimal digits, of its choice.
        device: String,
        /// At most [`MOST_ROWS`], by rising number.
        rows: Vec<Row>,
    },
    /// Here I am now. Not kept.
    At {
        /// Where.
        place: Place,
    },
    /// Raise a hand, or lower it.
    Hand {
        /// Whether it is up.
        up: bool,
    },
    /// An answer to the room's question; the last one before the vote ends counts.
    Vote {
        /// Which question.
        question: QuestionId,
        /// The place of the choice.
        choice: u32,
    },
    /// The teacher's message was read.
    Read {
        /// Its number.
        message: u32,
    },
    /// Agree to be joined with the partner whom the teacher proposes, or not, or no longer.
    Pair {
        /// Whether.
        agree: bool,
    },
}

/// What a teacher asks. Each is written into the room's log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direct {
    /// Let the room be like this from now on.
    Set {
        /// How.
        settings: RoomSettings,
    },
    /// Take a learner out; their key does not open the room again, and their work stays.
    Remove {
        /// Whom.
        learner: LearnerId,
    },
    /// Delete a learner with all their work.
    Forget {
        /// Whom.
        learner: LearnerId,
    },
    /// End the room and delete it with all its data.
    End,
    /// A message to one learner, or to all.
    Tell {
        /// To whom; to all where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        learner: Option<LearnerId>,
        /// The text, at most [`MOST_TEXT`] bytes.
        text: String,
    },
    /// Lower a learner's hand.
    Lower {
        /// Whose.
        learner: LearnerId,
    },
    /// See this learner's stage, which the learner is told; none: nobody's. Answered at each change by
    /// [`RoomReport::Looking`].
    Look {
        /// At whom.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        learner: Option<LearnerId>,
    },
    /// Ask everybody this. The question before is over.
    Question {
        /// The text, at most [`MOST_TEXT`] bytes.
        text: String,
        /// Two to eight choices, of at most 200 bytes each.
        choices: Vec<String>,
        /// The place of the right one, if there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        right: Option<u32>,
    },
    /// Let the question go on to this phase.
    Phase {
        /// Which.
        phase: Phase,
    },
    /// Take the question away.
    Clear,
    /// Let the learners' stages follow: be at this place. None: follow no more.
    Follow {
        /// Where.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<Place>,
    },
    /// Propose to two learners to be joined by one wire; both must agree.
    Pair {
        /// One, on the first host.
        one: LearnerId,
        /// The other, on the second.
        other: LearnerId,
    },
    /// Propose it to all who have no partner, two by two.
    PairAll,
    /// Let a pair be none.
    Unpair {
        /// One of the two.
        learner: LearnerId,
    },
    /// Let the whole class be clients of this session's lab, or no longer.
    Serve {
        /// Whether.
        on: bool,
    },
    /// The whole record, in parts ([`RoomReport::Exported`]).
    Export {
        /// In which form.
        format: Format,
    },
    /// Names that are expected: CSV, the first column a name. Replaces the roster before. A line that cannot be read is named, and
    /// then nothing is changed.
    Roster {
        /// The file.
        csv: String,
    },
    /// What teachers did in this room, the newest [`MOST_LOGGED`]. Answered by [`Answer::Log`].
    Log,
}

/// Most rows in one [`Learn::Save`].
pub const MOST_ROWS: usize = 100;
/// Most bytes of a message's or a question's text.
pub const MOST_TEXT: usize = 2000;
/// Most bytes of a nickname.
pub const MOST_NICKNAME: usize = 60;
/// Most bytes of a link in a [`Place`].
pub const MOST_LINK: usize = 8 * 1024;
/// Most entries of a log that are told at once.
pub const MOST_LOGGED: usize = 200;

/// How a room is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RoomSettings {
    /// What the teacher calls it.
    pub title: String,
    /// Lessons and experiments on offer, by their addresses (`/lessons/SLUG`); all where empty.
    pub pages: Vec<String>,
    /// Whether live runs are closed.
    pub no_live: bool,
    /// Whether nobody new may join.
    pub locked: bool,
    /// Whether nothing more is taken from learners: they may read on.
    pub closed: bool,
    /// Days until the room is deleted with all its data, from when it was opened; the relay's most where 0.
    pub days: u16,
}

/// Something that a learner did, to be kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The browser's number of it, from 1, rising by one.
    pub n: u64,
    /// When, in milliseconds since 1970 by the browser's clock.
    pub at: u64,
    /// The page: `/lessons/SLUG`.
    pub page: String,
    /// What.
    pub what: Did,
}

/// What a learner did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Did {
    /// Opened the page.
    Opened,
    /// Predicted.
    Predicted {
        /// The figure and the question in it: `the-send/1`.
        question: String,
        /// What they said, cut to 200 bytes.
        said: String,
        /// Whether it came so.
        right: bool,
    },
    /// Ran a figure, simulated or live.
    Ran {
        /// The figure.
        figure: String,
        /// Whether on a real kernel.
        live: bool,
    },
    /// Got a verdict on an exercise.
    Verdict {
        /// The exercise.
        exercise: String,
        /// Whether passed.
        passed: bool,
        /// The sentence, cut to 200 bytes.
        says: String,
    },
    /// Was on the page for so long, beyond what was said before.
    Spent {
        /// Seconds in which they did something.
        seconds: u32,
    },
    /// Reached the page's end.
    Finished,
}

/// Where somebody is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// The page: `/lessons/SLUG`.
    pub page: String,
    /// The figure; empty where none was touched.
    pub figure: String,
    /// The step of its run.
    pub step: u32,
    /// Of so many.
    pub of: u32,
    /// The link to this moment, as the figure writes it (a stage `12.lose_12.3`, the playground `v1.…`); empty where there is
    /// none. At most [`MOST_LINK`] bytes.
    pub link: String,
}
