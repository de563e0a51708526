//! Who is joined with whom: proposed by the teacher, agreed to by both.

use protocol::room::{LearnerId, Pair};

use crate::effect::{Refused, none, unfit};
use crate::learner::Partner;
use crate::room::Room;

impl Room {
    /// Proposes two learners to each other; pairs that they were in are none any more.
    pub(crate) fn propose(&mut self, one: LearnerId, other: LearnerId) -> Result<(), Refused> {
        if one == other {
            return Err(unfit("A pair is two learners."));
        }
        self.learner(one)?;
        self.learner(other)?;
        self.part(one);
        self.part(other);
        for (host, (id, with)) in [(one, other), (other, one)].into_iter().enumerate() {
            let host = u16::try_from(host).unwrap_or_default();
            self.learner(id)?.pair = Some(Partner { with, host, agreed: false });
            self.news.view_of.insert(id);
            self.news.tiles.insert(id);
        }
        Ok(())
    }

    /// Proposes all who are here and have no partner to each other, two by two.
    pub(crate) fn propose_all(&mut self) -> Result<(), Refused> {
        let free: Vec<_> = self
            .known()
            .filter(|(_, learner)| learner.present && learner.pair.is_none())
            .map(|(id, _)| id)
            .collect();
        if free.len() < 2 {
            return Err(none("There are no two learners here without a partner."));
        }
        for pair in free.chunks_exact(2) {
            self.propose(pair[0], pair[1])?;
        }
        Ok(())
    }

    /// This learner's pair, if there is one, is none any more. Answers whether there was one.
    pub(crate) fn part(&mut self, learner: LearnerId) -> bool {
        let pair = self.learners.get_mut(&learner).and_then(|found| found.pair.take());
        let Some(Partner { with, .. }) = pair else { return false };
        self.news.ties = true;
        if let Some(partner) = self.learners.get_mut(&with) {
            partner.pair = None;
        }
        for id in [learner, with] {
            self.news.view_of.insert(id);
            self.news.tiles.insert(id);
        }
        true
    }

    /// A learner agrees, or parts.
    pub(crate) fn agree(&mut self, learner: LearnerId, agree: bool, now: u64) -> Result<(), Refused> {
        let found = self.learner(learner)?;
        found.active = now;
        let Some(pair) = &mut found.pair else { return Err(none("Nobody is proposed to you as a partner.")) };
        pair.agreed = agree;
        let with = pair.with;
        self.news.ties = true;
        if !agree {
            self.part(learner);
        }
        for id in [learner, with] {
            self.news.view_of.insert(id);
            self.news.tiles.insert(id);
        }
        Ok(())
    }

    /// Whether this learner's partner agreed.
    pub(crate) fn partner_agreed(&self, pair: Option<Partner>) -> bool {
        let partner = pair.and_then(|pair| self.learners.get(&pair.with));
        partner.and_then(|partner| partner.pair).is_some_and(|pair| pair.agreed)
    }

    /// A learner's pair as they are told of it.
    pub(crate) fn told_pair(&self, pair: Option<Partner>) -> Option<Pair> {
        let Partner { with, host, agreed } = pair?;
        let partner_agreed = self.partner_agreed(pair);
        let with = self.learners.get(&with)?.nickname.clone();
        Some(Pair { with, host, agreed, partner_agreed })
    }
}
