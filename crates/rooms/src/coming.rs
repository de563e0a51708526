//! How sessions come into a room and go.

use protocol::room::{Answer, LearnerId, Refusal, RoomReport};

use crate::bounds::{MOST_SESSIONS, MOST_TEACHERS};
use crate::effect::{Effect, Refused, SessionNo};
use crate::room::{Member, Role, Room, Teacher};
use crate::text::name;

impl Room {
    /// This session asks to be a new learner, by a key whose SHA-256 is `hash`. Answered when they are kept.
    pub fn join(
        &mut self,
        session: SessionNo,
        id: u32,
        nickname: &str,
        key: String,
        hash: [u8; 32],
        now: u64,
    ) {
        match self.may_join(nickname) {
            Err(refused) => self.answer(session, id, refused.answer()),
            Ok((nickname, folded)) => {
                self.keep_joined(session, id, (nickname, folded), (key, hash), now);
            }
        }
    }

    /// The name, and as names are compared.
    fn may_join(&self, nickname: &str) -> Result<(String, String), Refused> {
        // The same as for a wrong code: who is outside is not told that there is a room.
        if self.settings.closed || self.ended {
            return Err(Refused::no_such_room());
        }
        if self.settings.locked {
            let says = "This room is locked: nobody new may join. Ask your teacher to unlock it; a return key opens it all the same.";
            return Err(Refused::new(Refusal::Locked, says));
        }
        let nickname = name(nickname)?;
        let joining = self.names_pending();
        let names: Vec<_> = self.known().map(|(_, learner)| learner.folded.as_str()).chain(joining).collect();
        if names.len() >= self.bounds.learners {
            let says = format!(
                "This room has {} places, and all are taken. Your teacher can take somebody out.",
                self.bounds.learners
            );
            return Err(Refused::new(Refusal::Full, says));
        }
        let wanted = (self.fold)(&nickname);
        if names.contains(&wanted.as_str()) {
            let says = format!(
                "Somebody is called {nickname} here already. If that is you, return with your return key; else choose another name."
            );
            return Err(Refused::new(Refusal::NicknameTaken, says));
        }
        Ok((nickname, wanted))
    }

    /// This session is this learner again, whose key it has shown.
    pub fn return_as(&mut self, session: SessionNo, id: u32, learner: LearnerId, now: u64) {
        match self.learner(learner).map(|found| found.nickname.clone()) {
            Err(_) => self.answer(session, id, Refused::no_such_room().answer()),
            Ok(nickname) => {
                let answer = Answer::Joined { code: self.code.clone(), learner, nickname, key: None };
                self.answer(session, id, answer);
                self.attach_learner(session, learner, now);
            }
        }
    }

    /// This session teaches the room, whose secret it has shown or made. `opened` is its first answer, where it opened the room.
    pub fn teach(&mut self, session: SessionNo, id: u32, opened: Option<Answer>, now: u64) {
        self.make_room_for(|role| matches!(role, Role::Teacher(_)), MOST_TEACHERS);
        self.answer(session, id, opened.unwrap_or(Answer::Teaching));
        self.sessions.insert(session, Member { role: Role::Teacher(Teacher::default()), here: true });
        self.push(Effect::Log { at: now, says: "a teacher came".into() });
        self.news.teaching = true;
        self.news.tiles.extend(self.learners.keys());
    }

    pub(crate) fn attach_learner(&mut self, session: SessionNo, learner: LearnerId, now: u64) {
        self.make_room_for(|role| matches!(role, Role::Learner(id) if *id == learner), MOST_SESSIONS);
        self.sessions.insert(session, Member { role: Role::Learner(learner), here: true });
        if let Ok(found) = self.learner(learner) {
            found.away_since = None;
            found.active = now;
            let unread: Vec<_> = found.unread.iter().cloned().collect();
            if !std::mem::replace(&mut found.present, true) {
                self.news.counts = true;
                self.news.teaching = true;
            }
            for told in unread {
                let report = RoomReport::Message { message: told.message, text: told.text, all: told.all };
                self.tell(session, report);
            }
        }
        self.news.view_of.insert(learner);
        self.news.tiles.insert(learner);
    }

    /// Puts out one of these sessions if there are as many as may be: one whose client is away before one that is here.
    fn make_room_for(&mut self, of: impl Fn(&Role) -> bool, most: usize) {
        let these: Vec<_> = self.sessions.iter().filter(|(_, member)| of(&member.role)).collect();
        if these.len() < most {
            return;
        }
        let away = these.iter().find(|(_, member)| !member.here);
        if let Some(no) = away.or(these.first()).map(|(no, _)| **no) {
            self.put_out(no, "You opened this room in too many other pages.", false);
        }
    }

    /// This session is told that it is in the room no more, and is not.
    pub(crate) fn put_out(&mut self, session: SessionNo, says: &str, for_good: bool) {
        self.tell(session, RoomReport::Out { says: says.into(), for_good });
        if let Some(member) = self.sessions.remove(&session) {
            self.went(session, member.role);
        }
    }

    /// This session's client is connected again, or is not.
    pub fn connected(&mut self, session: SessionNo, here: bool, now: u64) {
        let Some(member) = self.sessions.get_mut(&session) else { return };
        member.here = here;
        if let Role::Learner(learner) = member.role {
            self.whereabouts(learner, now);
        }
    }

    /// This session is in the room no more: it ended, or asked to leave.
    pub fn left(&mut self, session: SessionNo, now: u64) {
        self.left_while_joining(session);
        let Some(member) = self.sessions.remove(&session) else { return };
        let learner = match member.role {
            Role::Learner(learner) => Some(learner),
            Role::Teacher(_) => None,
        };
        self.went(session, member.role);
        if let Some(learner) = learner {
            self.whereabouts(learner, now);
        }
    }

    fn went(&mut self, session: SessionNo, role: Role) {
        let Role::Teacher(teacher) = role else { return };
        self.news.view_of.extend(teacher.looks_at);
        if self.serves == Some(session) {
            self.serves = None;
            (self.news.views, self.news.teaching, self.news.ties) = (true, true, true);
        }
    }

    /// Notes since when no client of this learner is connected, if none is.
    fn whereabouts(&mut self, learner: LearnerId, now: u64) {
        let of = |member: &Member| matches!(member.role, Role::Learner(id) if id == learner);
        let here = self.sessions.values().any(|member| of(member) && member.here);
        let Ok(found) = self.learner(learner) else { return };
        if here {
            found.away_since = None;
            if !std::mem::replace(&mut found.present, true) {
                self.news.counts = true;
                self.news.tiles.insert(learner);
            }
        } else if found.away_since.is_none() {
            found.away_since = Some(now);
        }
    }
}
