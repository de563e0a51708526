//! What is told of the room's state, when it has changed: everything at once, and never what has not changed.

use std::collections::BTreeSet;

use protocol::room::{LearnerId, RoomReport, Teaching, Tile, View};

use crate::effect::SessionNo;
use crate::room::{GRACE_MS, News, Role, Room, Teacher};

impl Room {
    /// Whether [`Room::flush`] has something to tell.
    pub fn has_news(&self) -> bool {
        let News { views, view_of, teaching, tiles, moved, counts: _, ties: _ } = &self.news;
        let taught = self.teachers().next().is_some();
        *views || !view_of.is_empty() || taught && (*teaching || !tiles.is_empty() || !moved.is_empty())
    }

    /// A second has passed, about: counts are told, whoever stays away is away, and who may need help is looked at again.
    pub fn tick(&mut self, now: u64) {
        let gone = |since: u64| now.saturating_sub(since) >= GRACE_MS;
        let mut went = Vec::new();
        for (id, learner) in &mut self.learners {
            if learner.present && learner.away_since.is_some_and(gone) {
                learner.present = false;
                went.push(*id);
            }
        }
        if !went.is_empty() {
            (self.news.counts, self.news.teaching) = (true, true);
            self.news.tiles.extend(went);
        }
        self.news.views |= std::mem::take(&mut self.news.counts);
        if self.teachers().next().is_some() {
            let here = self.known().filter(|(_, learner)| learner.present).map(|(id, _)| id);
            let here: BTreeSet<_> = here.collect();
            // Only those whose tile is another by now.
            let stale = here.into_iter().filter(|id| {
                let stuck = self.board.get(id).map(|tile| tile.stuck);
                stuck != self.tile(*id, now).map(|tile| tile.stuck)
            });
            let stale: Vec<_> = stale.collect();
            self.news.tiles.extend(stale);
        }
    }

    /// Tells everybody what has changed for them since the last time.
    pub fn flush(&mut self, now: u64) {
        self.flush_views();
        if self.teachers().next().is_none() {
            return;
        }
        self.flush_tiles(now);
        let moved = std::mem::take(&mut self.news.moved);
        let looking: Vec<_> = self
            .teachers()
            .filter_map(|(no, teacher)| Some((no, teacher.looks_at.filter(|id| moved.contains(id))?)))
            .collect();
        for (no, learner) in looking {
            self.tell_place(no, learner);
        }
        if std::mem::take(&mut self.news.teaching) {
            let teachers: Vec<_> = self.teachers().map(|(no, teacher)| (no, teacher.looks_at)).collect();
            for (no, looks_at) in teachers {
                let report = RoomReport::Teaching(Box::new(self.teaching(no, looks_at, now)));
                self.tell(no, report);
            }
        }
    }

    fn teachers(&self) -> impl Iterator<Item = (SessionNo, &Teacher)> {
        self.sessions.iter().filter_map(|(no, member)| match &member.role {
            Role::Teacher(teacher) => Some((*no, teacher)),
            Role::Learner(_) => None,
        })
    }

    fn flush_views(&mut self) {
        let all = std::mem::take(&mut self.news.views);
        let these = std::mem::take(&mut self.news.view_of);
        let due: Vec<_> = self
            .sessions
            .iter()
            .filter_map(|(no, member)| match member.role {
                Role::Learner(id) if all || these.contains(&id) => Some((*no, id)),
                _ => None,
            })
            .collect();
        for (no, id) in due {
            if let Some(view) = self.view(id) {
                self.tell(no, RoomReport::View(Box::new(view)));
            }
        }
    }

    fn flush_tiles(&mut self, now: u64) {
        let changed = std::mem::take(&mut self.news.tiles);
        let (mut tiles, mut gone) = (Vec::new(), Vec::new());
        for id in changed {
            match self.tile(id, now) {
                Some(tile) if self.board.get(&id) != Some(&tile) => {
                    self.board.insert(id, tile.clone());
                    tiles.push(tile);
                }
                Some(_) => {}
                None => gone.extend(self.board.remove(&id).map(|_| id)),
            }
        }
        let teachers: Vec<_> = self.teachers().map(|(no, teacher)| (no, teacher.has_board)).collect();
        for (no, has_board) in teachers {
            if !has_board {
                let all = self.board.values().cloned().collect();
                self.tell(no, RoomReport::Tiles { tiles: all, gone: Vec::new() });
            } else if !tiles.is_empty() || !gone.is_empty() {
                self.tell(no, RoomReport::Tiles { tiles: tiles.clone(), gone: gone.clone() });
            }
        }
        for member in self.sessions.values_mut() {
            if let Role::Teacher(teacher) = &mut member.role {
                teacher.has_board = true;
            }
        }
    }

    /// What the board shows of a learner; nothing of one who was put out.
    pub(crate) fn tile(&self, id: LearnerId, now: u64) -> Option<Tile> {
        let learner = self.learners.get(&id).filter(|learner| !learner.removed)?;
        Some(learner.tile(id, self.partner_agreed(learner.pair), now))
    }

    /// Where a learner is, to this teacher.
    pub(crate) fn tell_place(&mut self, to: SessionNo, learner: LearnerId) {
        if let Some(found) = self.learners.get(&learner) {
            let place = found.place.clone();
            self.tell(to, RoomReport::Looking { learner, place });
        }
    }

    fn present(&self) -> u32 {
        u32::try_from(self.known().filter(|(_, learner)| learner.present).count()).unwrap_or(u32::MAX)
    }

    fn view(&self, id: LearnerId) -> Option<View> {
        let learner = self.learners.get(&id)?;
        let known = || self.known().map(|(_, learner)| learner);
        Some(View {
            code: self.code.clone(),
            settings: self.settings.clone(),
            present: self.present(),
            hand: learner.hand.is_some(),
            looked_at: self.teachers().any(|(_, teacher)| teacher.looks_at == Some(id)),
            question: self.question.as_ref().map(|asked| asked.told(known(), false)),
            votes: learner.votes,
            follow: self.follow.clone(),
            pair: self.told_pair(learner.pair),
            serves: self.serves.is_some(),
        })
    }

    fn teaching(&self, session: SessionNo, looks_at: Option<LearnerId>, now: u64) -> Teaching {
        let known = || self.known().map(|(_, learner)| learner);
        let here: BTreeSet<_> = known().map(|learner| learner.folded.as_str()).collect();
        Teaching {
            code: self.code.clone(),
            settings: self.settings.clone(),
            now,
            opened: self.opened,
            until: self.until,
            addresses: self.addresses.clone(),
            question: self.question.as_ref().map(|asked| asked.told(known(), true)),
            follow: self.follow.clone(),
            looks_at,
            missing: self
                .roster
                .iter()
                .filter(|name| !here.contains((self.fold)(name).as_str()))
                .cloned()
                .collect(),
            serves: self.serves == Some(session),
            served_elsewhere: self.serves.is_some_and(|it| it != session),
            bytes: self.bytes(),
        }
    }
}
