//! Whose lab a session may be a guest in, and who may be one in its own: what both learners of a pair agreed to, and what a teacher lets
//! the class do. Nobody names anybody: who somebody is and with whom they are paired says it all.

use std::collections::BTreeMap;

use protocol::Share;
use protocol::room::LearnerId;

use crate::effect::SessionNo;
use crate::room::Room;

/// All that joins labs in a room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ties {
    /// The room's code.
    pub room: String,
    /// Pairs to which both agreed: who is on host 0, and with whom.
    pairs: BTreeMap<LearnerId, LearnerId>,
    /// The teacher's session whose lab takes the class.
    serves: Option<SessionNo>,
}

/// Which lab it is: the one of a pair, or where there is none the class's; and on which of its hosts the session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tie {
    /// The pair, the first of it on host 0.
    pub pair: Option<(LearnerId, LearnerId)>,
    /// The session's host.
    pub host: u16,
}

const OF_CLASS: Tie = Tie { pair: None, host: 0 };

impl Ties {
    /// As what this session, a teacher's or this learner's, may offer its lab.
    ///
    /// # Errors
    /// A sentence.
    pub fn offer(
        &self,
        share: Share,
        session: SessionNo,
        learner: Option<LearnerId>,
    ) -> Result<Tie, &'static str> {
        match share {
            Share::Pair => match self.pair(learner)? {
                tie @ Tie { host: 0, .. } => Ok(tie),
                _ => Err("Your partner is on the first host and opens the lab: visit that."),
            },
            Share::Class if learner.is_some() => Err("It is the teacher's lab that takes the class."),
            Share::Class if self.serves == Some(session) => Ok(OF_CLASS),
            Share::Class if self.serves.is_some() => {
                Err("Another page that teaches this room has let the class in: it is the clients of that.")
            }
            Share::Class => Err("Let the class in first."),
        }
    }

    /// As what this session may visit another's lab.
    ///
    /// # Errors
    /// A sentence.
    pub fn visit(&self, share: Share, learner: Option<LearnerId>) -> Result<Tie, &'static str> {
        match share {
            Share::Pair => match self.pair(learner)? {
                Tie { host: 0, .. } => {
                    Err("You are on the first host and open the lab; your partner visits it.")
                }
                tie => Ok(tie),
            },
            Share::Class if learner.is_none() => Err("The class's lab is for learners to visit."),
            Share::Class if self.serves.is_some() => Ok(OF_CLASS),
            Share::Class => Err("Your teacher's server takes no clients now."),
        }
    }

    fn pair(&self, learner: Option<LearnerId>) -> Result<Tie, &'static str> {
        let me = learner.ok_or("A pair is two learners.")?;
        let first = self.pairs.get(&me).map(|with| Tie { pair: Some((me, *with)), host: 0 });
        let second = || self.pairs.iter().find(|(_, with)| **with == me);
        let tie = first.or_else(|| second().map(|(first, _)| Tie { pair: Some((*first, me)), host: 1 }));
        tie.ok_or("You have no partner yet: your teacher proposes one, and both of you agree.")
    }
}

impl Room {
    /// What joins labs from now on, if that has changed since it was asked for last.
    pub fn new_ties(&mut self) -> Option<Ties> {
        std::mem::take(&mut self.news.ties).then(|| self.ties())
    }

    /// What joins labs now.
    pub fn ties(&self) -> Ties {
        let agreed = |id: &LearnerId| self.learners.get(id).and_then(|l| l.pair).is_some_and(|p| p.agreed);
        let pairs = self.learners.iter().filter_map(|(id, learner)| {
            let pair = learner.pair.filter(|pair| pair.host == 0)?;
            (agreed(id) && agreed(&pair.with)).then_some((*id, pair.with))
        });
        Ties { room: self.code.clone(), pairs: pairs.collect(), serves: self.serves }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: LearnerId = LearnerId(1);
    const B: LearnerId = LearnerId(2);
    const C: LearnerId = LearnerId(3);
    const DESK: SessionNo = SessionNo(9);

    #[test]
    fn the_first_of_a_pair_offers_and_the_second_visits() {
        let ties = Ties { pairs: [(A, B)].into(), ..Ties::default() };
        let pair = Some((A, B));
        assert_eq!(ties.offer(Share::Pair, DESK, Some(A)), Ok(Tie { pair, host: 0 }));
        assert_eq!(ties.visit(Share::Pair, Some(B)), Ok(Tie { pair, host: 1 }));
        for (learner, says) in [(Some(A), "first host"), (Some(C), "no partner"), (None, "two learners")] {
            assert!(ties.visit(Share::Pair, learner).unwrap_err().contains(says), "{learner:?}");
        }
        for learner in [Some(B), Some(C), None] {
            assert!(ties.offer(Share::Pair, DESK, learner).is_err(), "{learner:?}");
        }
    }

    #[test]
    fn one_session_of_a_teacher_takes_the_class_and_learners_visit_it() {
        let none = Ties::default();
        assert!(none.visit(Share::Class, Some(A)).is_err() && none.offer(Share::Class, DESK, None).is_err());
        let ties = Ties { serves: Some(DESK), ..none };
        assert_eq!(ties.offer(Share::Class, DESK, None), Ok(OF_CLASS));
        assert_eq!(ties.visit(Share::Class, Some(A)), Ok(OF_CLASS));
        assert!(ties.offer(Share::Class, SessionNo(8), None).is_err(), "another session of the teacher");
        assert!(ties.offer(Share::Class, DESK, Some(A)).is_err() && ties.visit(Share::Class, None).is_err());
    }
}
