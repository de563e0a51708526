//! What sessions of the room ask, and of it what a teacher asks.

use protocol::room::{
    Answer, Ask, Direct, LearnerId, MOST_TEXT, Phase, Place, QuestionId, Refusal, RoomReport, RoomRequest,
    RoomSettings,
};

use crate::bounds::{MOST_PAGES, MOST_TITLE, MOST_UNREAD};
use crate::effect::{Effect, Refused, SessionNo, none, unfit};
use crate::learn::fit_place;
use crate::learner::Told;
use crate::question::Asked;
use crate::room::{Role, Room};
use crate::text;

/// A day in milliseconds.
const DAY_MS: u64 = 86_400_000;

/// Whether the answer is given already, or comes later.
enum Done {
    Now,
    Later,
}

impl Room {
    /// A session asks something. One that is not in the room, or asks for another part than its own, is refused.
    pub fn ask(&mut self, session: SessionNo, request: RoomRequest, now: u64) {
        let RoomRequest { id, ask } = request;
        let role = self.sessions.get(&session).map(|member| &member.role);
        match (role, ask) {
            (Some(Role::Learner(learner)), Ask::Learn(learn)) => {
                let learner = *learner;
                self.learn(session, id, learner, learn, now);
            }
            (Some(Role::Teacher(_)), Ask::Direct(direct)) => self.teacher_asks(session, id, direct, now),
            (_, Ask::Leave) => {
                self.answer(session, id, Answer::Done);
                self.left(session, now);
            }
            (_, _) => {
                let says = "That is not for you to ask in this room.";
                self.answer(session, id, Refused::new(Refusal::NotYours, says).answer());
            }
        }
    }

    fn teacher_asks(&mut self, session: SessionNo, id: u32, direct: Direct, now: u64) {
        let says = log_line(&direct);
        match self.direct(session, id, direct, now) {
            Err(refused) => self.answer(session, id, refused.answer()),
            Ok(done) => {
                if let Done::Now = done {
                    self.answer(session, id, Answer::Done);
                }
                if let Some(says) = says {
                    self.push(Effect::Log { at: now, says });
                }
            }
        }
    }

    fn direct(&mut self, session: SessionNo, id: u32, direct: Direct, now: u64) -> Result<Done, Refused> {
        match direct {
            Direct::Set { settings } => {
                let (settings, until) = fit_settings(settings, self.opened, self.bounds.days)?;
                self.keep_settings(session, id, settings, until);
                return Ok(Done::Later);
            }
            Direct::Remove { learner } => {
                self.learner(learner)?;
                self.keep_removed(session, id, learner, now);
                return Ok(Done::Later);
            }
            Direct::Forget { learner } => {
                // One who was put out can be forgotten too.
                if !self.learners.contains_key(&learner) {
                    return Err(none("There is no such learner in this room."));
                }
                self.keep_forgotten(session, id, learner);
                return Ok(Done::Later);
            }
            Direct::End => {
                self.keep_ended(session, id);
                return Ok(Done::Later);
            }
            Direct::Export { format } => {
                self.push(Effect::Export { to: session, id, format });
                return Ok(Done::Later);
            }
            Direct::Log => {
                self.push(Effect::SendLog { to: session, id });
                return Ok(Done::Later);
            }
            Direct::Roster { csv } => {
                self.keep_roster(session, id, csv);
                return Ok(Done::Later);
            }
            Direct::Tell { learner, text } => self.message(learner, &text)?,
            Direct::Lower { learner } => {
                self.learner(learner)?.hand = None;
                self.news.tiles.insert(learner);
                self.news.view_of.insert(learner);
            }
            Direct::Look { learner } => self.look(session, learner)?,
            Direct::Question { text, choices, right } => {
                let next = QuestionId(self.next_question);
                let asked = Asked::new(next, &text, &choices, right)?;
                self.next_question += 1;
                self.ask_all(Some(asked));
            }
            Direct::Phase { phase } => self.phase(phase)?,
            Direct::Clear => self.ask_all(None),
            Direct::Follow { place } => self.lead(place)?,
            Direct::Pair { one, other } => self.propose(one, other)?,
            Direct::PairAll => self.propose_all()?,
            Direct::Unpair { learner } => {
                self.learner(learner)?;
                if !self.part(learner) {
                    return Err(none("This learner has no partner."));
                }
            }
            Direct::Serve { on } => {
                // The last who lets the class in has it; who lets nobody in any more speaks for their own lab alone.
                if on {
                    self.serves = Some(session);
                } else if self.serves == Some(session) {
                    self.serves = None;
                }
                (self.news.views, self.news.teaching, self.news.ties) = (true, true, true);
            }
        }
        Ok(Done::Now)
    }

    fn message(&mut self, learner: Option<LearnerId>, text: &str) -> Result<(), Refused> {
        let text = text::lines("A message", text, MOST_TEXT)?;
        let all = learner.is_none();
        let to: Vec<_> = match learner {
            Some(learner) => {
                self.learner(learner)?;
                vec![learner]
            }
            None => self.known().map(|(id, _)| id).collect(),
        };
        let message = self.next_message;
        self.next_message += 1;
        for id in to {
            for session in self.sessions_of(id) {
                self.tell(session, RoomReport::Message { message, text: text.clone(), all });
            }
            let found = self.learner(id)?;
            if found.unread.len() >= MOST_UNREAD {
                found.unread.pop_front();
            }
            found.unread.push_back(Told { message, text: text.clone(), all });
        }
        Ok(())
    }

    fn look(&mut self, session: SessionNo, learner: Option<LearnerId>) -> Result<(), Refused> {
        if let Some(learner) = learner {
            self.learner(learner)?;
        }
        let Some(member) = self.sessions.get_mut(&session) else { return Ok(()) };
        if let Role::Teacher(teacher) = &mut member.role {
            let before = std::mem::replace(&mut teacher.looks_at, learner);
            self.news.view_of.extend(before.into_iter().chain(learner));
        }
        self.news.moved.extend(learner);
        self.news.teaching = true;
        Ok(())
    }

    /// Asks everybody this, or nothing any more.
    fn ask_all(&mut self, question: Option<Asked>) {
        self.question = question;
        for learner in self.learners.values_mut() {
            learner.votes = [None; 2];
        }
        (self.news.views, self.news.teaching) = (true, true);
    }

    fn phase(&mut self, phase: Phase) -> Result<(), Refused> {
        let asked = self.question.as_mut().ok_or_else(|| none("No question is asked."))?;
        asked.go(phase)?;
        (self.news.views, self.news.teaching) = (true, true);
        Ok(())
    }

    fn lead(&mut self, place: Option<Place>) -> Result<(), Refused> {
        self.follow = place.map(fit_place).transpose()?;
        (self.news.views, self.news.teaching) = (true, true);
        Ok(())
    }
}

/// Settings as they are kept, and when a room that was opened at that instant is deleted by them.
///
/// # Errors
/// If they are none: a sentence.
pub fn fit_settings(
    settings: RoomSettings,
    opened: u64,
    most_days: u16,
) -> Result<(RoomSettings, u64), Refused> {
    let title = text::line("A room's title", &settings.title, MOST_TITLE)?;
    if settings.pages.len() > MOST_PAGES || !settings.pages.iter().all(|page| text::is_page(page)) {
        return Err(unfit(format!(
            "Pages on offer are at most {MOST_PAGES} addresses, such as /lessons/send."
        )));
    }
    if settings.days > most_days {
        return Err(unfit(format!("This relay keeps a room for at most {most_days} days.")));
    }
    let days = if settings.days == 0 { most_days } else { settings.days };
    Ok((RoomSettings { title, ..settings }, opened + u64::from(days) * DAY_MS))
}

/// What the log says of it; nothing of a look into the log.
fn log_line(direct: &Direct) -> Option<String> {
    let number = |learner: &LearnerId| format!("learner {}", learner.0);
    Some(match direct {
        Direct::Set { settings } => {
            let word = |on: bool, word: &'static str| on.then_some(word);
            let words = [
                word(settings.locked, "locked"),
                word(settings.closed, "closed"),
                word(settings.no_live, "no live runs"),
            ];
            let words: Vec<_> = words.into_iter().flatten().collect();
            let how = if words.is_empty() { "open".into() } else { words.join(", ") };
            format!("set the room: {how}, {} pages chosen", settings.pages.len())
        }
        Direct::Remove { learner } => format!("took {} out", number(learner)),
        Direct::Forget { learner } => format!("deleted {} with all work", number(learner)),
        Direct::End => "ended the room".into(),
        Direct::Tell { learner, .. } => {
            format!("sent a message to {}", learner.as_ref().map_or("all".into(), number))
        }
        Direct::Lower { learner } => format!("lowered the hand of {}", number(learner)),
        Direct::Look { learner: Some(learner) } => format!("looked at {}", number(learner)),
        Direct::Look { learner: None } => "looked at nobody any more".into(),
        Direct::Question { choices, .. } => format!("asked a question with {} choices", choices.len()),
        Direct::Phase { phase } => format!("took the question on to {phase:?}").to_lowercase(),
        Direct::Clear => "took the question away".into(),
        Direct::Follow { place: Some(place) } => format!("led the class to {}", place.page),
        Direct::Follow { place: None } => "led the class no more".into(),
        Direct::Pair { one, other } => format!("proposed {} and {} as a pair", number(one), number(other)),
        Direct::PairAll => "proposed pairs to all".into(),
        Direct::Unpair { learner } => format!("parted {} from their partner", number(learner)),
        Direct::Serve { on: true } => "let the class be clients of the teacher's server".into(),
        Direct::Serve { on: false } => "let the class be clients of the server no more".into(),
        Direct::Export { .. } => "exported the record".into(),
        Direct::Roster { .. } => "replaced the roster".into(),
        Direct::Log => return None,
    })
}
