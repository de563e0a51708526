//! What a room wants kept, and what follows once it is.

use protocol::room::{Answer, LearnerId, RoomSettings, Row};

use crate::effect::{Effect, Kept, Refused, SessionNo, Ticket, Write};
use crate::learner::Learner;
use crate::progress::weight;
use crate::room::Room;

/// A request that waits until something is kept.
#[derive(Debug)]
pub(crate) struct Waits {
    session: SessionNo,
    id: u32,
    what: Pending,
}

/// What then follows.
#[derive(Debug)]
enum Pending {
    /// `left` once the session is gone: then nobody is in the room as this learner.
    Join {
        nickname: String,
        folded: String,
        key: String,
        left: bool,
    },
    Rows {
        learner: LearnerId,
        device: String,
        rows: Vec<Row>,
        at: u64,
    },
    Settings {
        settings: RoomSettings,
        until: u64,
    },
    Remove(LearnerId),
    Forget(LearnerId),
    Roster,
    End,
}

impl Room {
    /// Asks for something to be kept; what waits for it goes on in [`Room::kept`].
    fn keep(&mut self, session: SessionNo, id: u32, write: Write, what: Pending) {
        let ticket = Ticket(self.next_ticket);
        self.next_ticket += 1;
        self.pending.insert(ticket, Waits { session, id, what });
        self.effects.push(Effect::Keep { ticket, write });
    }

    /// Keeps a learner of this name, written and as names are compared, with this key and its hash.
    pub(crate) fn keep_joined(
        &mut self,
        session: SessionNo,
        id: u32,
        (nickname, folded): (String, String),
        (key, hash): (String, [u8; 32]),
        at: u64,
    ) {
        let write = Write::Join { nickname: nickname.clone(), key: hash, at };
        self.keep(session, id, write, Pending::Join { nickname, folded, key, left: false });
    }

    /// This session is gone, even if a learner is being kept for it.
    pub(crate) fn left_while_joining(&mut self, session: SessionNo) {
        for waits in self.pending.values_mut().filter(|waits| waits.session == session) {
            if let Pending::Join { left, .. } = &mut waits.what {
                *left = true;
            }
        }
    }

    pub(crate) fn keep_rows(
        &mut self,
        session: SessionNo,
        id: u32,
        learner: LearnerId,
        device: String,
        rows: Vec<Row>,
        at: u64,
    ) {
        let write = Write::Rows { learner, device: device.clone(), rows: rows.clone(), at };
        self.keep(session, id, write, Pending::Rows { learner, device, rows, at });
    }

    pub(crate) fn keep_settings(&mut self, session: SessionNo, id: u32, settings: RoomSettings, until: u64) {
        let write = Write::Settings { settings: settings.clone(), until };
        self.keep(session, id, write, Pending::Settings { settings, until });
    }

    pub(crate) fn keep_removed(&mut self, session: SessionNo, id: u32, learner: LearnerId, at: u64) {
        self.keep(session, id, Write::Remove { learner, at }, Pending::Remove(learner));
    }

    pub(crate) fn keep_forgotten(&mut self, session: SessionNo, id: u32, learner: LearnerId) {
        self.keep(session, id, Write::Forget { learner }, Pending::Forget(learner));
    }

    pub(crate) fn keep_roster(&mut self, session: SessionNo, id: u32, csv: String) {
        self.keep(session, id, Write::Roster { csv }, Pending::Roster);
    }

    pub(crate) fn keep_ended(&mut self, session: SessionNo, id: u32) {
        self.keep(session, id, Write::End, Pending::End);
    }

    /// What was asked to be kept is, or is not.
    pub fn kept(&mut self, ticket: Ticket, result: Result<Kept, Refused>, now: u64) {
        let Some(Waits { session, id, what }) = self.pending.remove(&ticket) else { return };
        let kept = match result {
            Ok(kept) => kept,
            Err(refused) => return self.answer(session, id, refused.answer()),
        };
        match what {
            Pending::Join { nickname, folded, key, left } => {
                let Kept::Joined(learner) = kept else { return };
                self.learners.insert(learner, Learner::new(nickname.clone(), folded, now));
                self.news.tiles.insert(learner);
                self.news.teaching = true;
                if left {
                    return;
                }
                let answer = Answer::Joined { code: self.code.clone(), learner, nickname, key: Some(key) };
                self.answer(session, id, answer);
                self.attach_learner(session, learner, now);
            }
            Pending::Rows { learner, device, rows, at } => {
                let Kept::Rows(through) = kept else { return };
                self.rows_kept(learner, &device, &rows, at);
                self.answer(session, id, Answer::Saved { device, through });
            }
            Pending::Settings { settings, until } => {
                (self.settings, self.until) = (settings, until);
                (self.news.views, self.news.teaching) = (true, true);
                self.answer(session, id, Answer::Done);
            }
            Pending::Remove(learner) => {
                self.take_out(learner);
                self.answer(session, id, Answer::Done);
            }
            Pending::Forget(learner) => {
                self.take_out(learner);
                self.learners.remove(&learner);
                self.answer(session, id, Answer::Done);
            }
            Pending::Roster => {
                let Kept::Roster(names) = kept else { return };
                self.roster = names;
                self.news.teaching = true;
                self.answer(session, id, Answer::Done);
            }
            Pending::End => {
                self.answer(session, id, Answer::Done);
                self.end("The teacher ended this room; it is deleted with all its data.");
            }
        }
    }

    fn rows_kept(&mut self, learner: LearnerId, device: &str, rows: &[Row], at: u64) {
        if let Some(found) = self.learners.get_mut(&learner) {
            for row in rows {
                found.progress.add(device, row, at);
            }
            self.news.tiles.insert(learner);
            // The room's bytes.
            self.news.teaching = true;
        }
    }

    /// Names, as names are compared, of learners who are being kept.
    pub(crate) fn names_pending(&self) -> impl Iterator<Item = &str> {
        self.pending.values().filter_map(|waits| match &waits.what {
            Pending::Join { folded, .. } => Some(folded.as_str()),
            _ => None,
        })
    }

    /// Bytes that are being kept of it.
    pub(crate) fn bytes_pending(&self) -> u64 {
        let rows = self.pending.values().filter_map(|waits| match &waits.what {
            Pending::Rows { rows, .. } => Some(rows.iter().map(weight).sum::<u64>()),
            _ => None,
        });
        rows.sum()
    }
}
