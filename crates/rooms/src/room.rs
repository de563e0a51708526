//! The room: who is in it, by which sessions, and what is to be told of it.

use std::collections::{BTreeMap, BTreeSet};

use protocol::room::{Answer, LearnerId, Place, Refusal, RoomReport, RoomSettings, Row, Tile};

use crate::bounds::Bounds;
use crate::effect::{Effect, Refused, SessionNo, Ticket, none};
use crate::keeping::Waits;
use crate::learner::{Learner, Sum};
use crate::question::Asked;

/// A browser that goes to another page of the site is away for a moment: so long nobody is shown as gone.
pub(crate) const GRACE_MS: u64 = 5000;

/// What a room is made of, new or stored.
#[derive(Clone, Debug)]
pub struct Start {
    /// Its code.
    pub code: String,
    /// How it is.
    pub settings: RoomSettings,
    /// When it was opened.
    pub opened: u64,
    /// When it will be deleted.
    pub until: u64,
    /// Under which addresses it can be reached.
    pub addresses: Vec<String>,
    /// Names that are expected.
    pub roster: Vec<String>,
    /// How names are compared: two that it makes one are one name.
    pub fold: fn(&str) -> String,
}

/// A learner as stored.
#[derive(Clone, Debug)]
pub struct KeptLearner {
    /// Their number.
    pub learner: LearnerId,
    /// Their name.
    pub nickname: String,
    /// When they joined.
    pub joined: u64,
    /// Whether they were put out for good.
    pub removed: bool,
    /// What all their rows up to some time came to, if that was kept.
    pub sum: Option<Sum>,
}

/// A row as stored.
#[derive(Clone, Debug)]
pub struct KeptRow {
    /// Whose.
    pub learner: LearnerId,
    /// Of which browser.
    pub device: String,
    /// When it came.
    pub at: u64,
    /// The row.
    pub row: Row,
}

/// A room.
#[derive(Debug)]
pub struct Room {
    pub(crate) code: String,
    pub(crate) settings: RoomSettings,
    pub(crate) opened: u64,
    pub(crate) until: u64,
    pub(crate) addresses: Vec<String>,
    pub(crate) bounds: Bounds,
    pub(crate) learners: BTreeMap<LearnerId, Learner>,
    pub(crate) sessions: BTreeMap<SessionNo, Member>,
    pub(crate) question: Option<Asked>,
    pub(crate) next_question: u32,
    pub(crate) follow: Option<Place>,
    /// The teacher's session whose lab the class are clients of.
    pub(crate) serves: Option<SessionNo>,
    pub(crate) next_message: u32,
    pub(crate) roster: Vec<String>,
    pub(crate) fold: fn(&str) -> String,
    pub(crate) pending: BTreeMap<Ticket, Waits>,
    pub(crate) next_ticket: u64,
    /// The tiles as teachers were last told.
    pub(crate) board: BTreeMap<LearnerId, Tile>,
    pub(crate) news: News,
    pub(crate) effects: Vec<Effect>,
    pub(crate) ended: bool,
}

/// A session that is in the room.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) role: Role,
    /// Whether its client is connected.
    pub(crate) here: bool,
}

#[derive(Debug)]
pub(crate) enum Role {
    Learner(LearnerId),
    Teacher(Teacher),
}

#[derive(Debug, Default)]
pub(crate) struct Teacher {
    pub(crate) looks_at: Option<LearnerId>,
    /// Whether it has been told the board.
    pub(crate) has_board: bool,
}

/// What has changed since it was last told.
#[derive(Debug, Default)]
pub(crate) struct News {
    /// Everybody's view.
    pub(crate) views: bool,
    /// These learners' views.
    pub(crate) view_of: BTreeSet<LearnerId>,
    /// How many are here, or have answered: told at the next tick.
    pub(crate) counts: bool,
    pub(crate) teaching: bool,
    /// What joins labs.
    pub(crate) ties: bool,
    pub(crate) tiles: BTreeSet<LearnerId>,
    /// These are somewhere else, for whoever looks at them.
    pub(crate) moved: BTreeSet<LearnerId>,
}

impl Room {
    /// A room as it was stored; rows in the order in which they were kept, those that are in the learners' sums passed over.
    pub fn restore(
        start: Start,
        bounds: Bounds,
        learners: impl IntoIterator<Item = KeptLearner>,
        rows: impl IntoIterator<Item = KeptRow>,
    ) -> Self {
        let learners = learners.into_iter().map(|kept| {
            let folded = (start.fold)(&kept.nickname);
            let mut learner = Learner::new(kept.nickname, folded, kept.joined);
            learner.removed = kept.removed;
            if let Some(sum) = kept.sum {
                learner.restore_sum(sum);
            }
            (kept.learner, learner)
        });
        let mut learners: BTreeMap<_, _> = learners.collect();
        for KeptRow { learner, device, at, row } in rows {
            if let Some(learner) = learners.get_mut(&learner) {
                learner.restore(&device, row, at);
            }
        }
        Self {
            code: start.code,
            settings: start.settings,
            opened: start.opened,
            until: start.until,
            addresses: start.addresses,
            bounds,
            learners,
            sessions: BTreeMap::new(),
            question: None,
            next_question: 1,
            follow: None,
            serves: None,
            next_message: 1,
            roster: start.roster,
            fold: start.fold,
            pending: BTreeMap::new(),
            next_ticket: 1,
            board: BTreeMap::new(),
            news: News::default(),
            effects: Vec::new(),
            ended: false,
        }
    }

    /// What the rows of each learner who has some come to, for a room that was only just restored: kept with the number of the last row,
    /// it spares the next to read them.
    pub fn sums(&self) -> BTreeMap<LearnerId, Sum> {
        self.learners.iter().filter_map(|(learner, found)| Some((*learner, found.sum()?))).collect()
    }

    /// What is to be done, in this order. What was taken comes no more.
    pub fn effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// Whether nobody is in it and nothing is being kept.
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty() && self.pending.is_empty()
    }

    /// When it will be deleted.
    pub fn until(&self) -> u64 {
        self.until
    }

    /// How many learners are known, those who are away included and those who were put out not.
    pub fn learners(&self) -> usize {
        self.known().count()
    }

    pub(crate) fn known(&self) -> impl Iterator<Item = (LearnerId, &Learner)> {
        self.learners.iter().filter(|(_, learner)| !learner.removed).map(|(id, learner)| (*id, learner))
    }

    /// The learner of that number, unless they were put out.
    pub(crate) fn learner(&mut self, id: LearnerId) -> Result<&mut Learner, Refused> {
        let found = self.learners.get_mut(&id).filter(|learner| !learner.removed);
        found.ok_or_else(|| none("There is no such learner in this room."))
    }

    pub(crate) fn tell(&mut self, to: SessionNo, report: RoomReport) {
        self.effects.push(Effect::Tell { to, report });
    }

    pub(crate) fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    pub(crate) fn answer(&mut self, to: SessionNo, id: u32, answer: Answer) {
        self.tell(to, RoomReport::Answer { id, answer });
    }

    pub(crate) fn sessions_of(&self, learner: LearnerId) -> Vec<SessionNo> {
        let of = |member: &Member| matches!(member.role, Role::Learner(id) if id == learner);
        self.sessions.iter().filter(|(_, member)| of(member)).map(|(no, _)| *no).collect()
    }

    /// A learner's sessions are told and put out, and the learner is as one who never comes back.
    pub(crate) fn take_out(&mut self, learner: LearnerId) {
        for session in self.sessions_of(learner) {
            self.put_out(session, "The teacher took you out of this room.", true);
        }
        self.part(learner);
        if let Some(found) = self.learners.get_mut(&learner) {
            found.removed = true;
            (found.present, found.hand, found.votes) = (false, None, [None; 2]);
            found.unread.clear();
        }
        for member in self.sessions.values_mut() {
            if let Role::Teacher(teacher) = &mut member.role
                && teacher.looks_at == Some(learner)
            {
                teacher.looks_at = None;
            }
        }
        (self.news.counts, self.news.teaching) = (true, true);
        self.news.tiles.insert(learner);
    }

    /// The room is over: everybody is told and put out.
    pub fn end(&mut self, says: &str) {
        self.ended = true;
        let all: Vec<_> = self.sessions.keys().copied().collect();
        for session in all {
            self.put_out(session, says, true);
        }
        self.effects.push(Effect::Ended);
    }

    /// Bytes that are kept of it, about.
    pub(crate) fn bytes(&self) -> u64 {
        self.learners.values().map(|learner| 200 + learner.progress.bytes).sum()
    }
}

impl Refused {
    /// For a code, a secret or a key that opens nothing.
    pub fn no_such_room() -> Self {
        let says = "There is no open room with this code. Compare it with what your teacher shows.";
        Self::new(Refusal::NoSuchRoom, says)
    }
}
