//! The story so far: a world, the steps that led to it, and copies of the world to go back to.
//!
//! The list of events is kept once, for all that is known; a world that is gone back to makes the same ones again.

use syscall::{Event, What};
use world::{Act, World};

use crate::ledger::Index;

/// A copy of the world is kept every so many steps, and of a long story of fewer; the steps between are taken again. A copy
/// of a busy connection weighs up to a hundred kilobytes, a step some tens of microseconds.
const CHECKPOINT: usize = 16;
/// Most copies of one story.
const COPIES: usize = 2 * MAX_STEPS / CHECKPOINT;
/// Most steps of one stage; a program that never ends is stopped there.
pub const MAX_STEPS: usize = 20_000;

/// A step that was taken.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) act: Act,
    /// How many events had happened after it.
    pub(crate) events: u32,
    /// Whether a program's call ended or began to wait in it.
    pub(crate) call: bool,
    /// Whether it would have come by itself.
    pub(crate) usual: bool,
}

/// A world and the way to it.
#[derive(Clone)]
pub(crate) struct Story {
    world: World,
    /// Every event known, those of undone steps at the end.
    events: Vec<Event>,
    index: Index,
    /// Every step known, undone ones at the end.
    steps: Vec<Taken>,
    /// How many of them have been taken.
    at: usize,
    /// The world after 0, 16, 32, ... steps.
    copies: Vec<World>,
    /// A copy is kept every so many steps.
    spacing: usize,
    /// Most steps.
    most: usize,
}

impl Story {
    /// Before the first event.
    pub(crate) fn new(world: World, most: usize) -> Self {
        let mut story = Self {
            events: Vec::new(),
            index: Index::default(),
            steps: Vec::new(),
            at: 0,
            copies: vec![],
            spacing: CHECKPOINT,
            most,
            world,
        };
        story.learn();
        story.copies.push(story.world.clone());
        story
    }

    pub(crate) fn world(&self) -> &World {
        &self.world
    }

    pub(crate) fn index(&self) -> &Index {
        &self.index
    }

    /// What has happened, in order.
    pub(crate) fn events(&self) -> &[Event] {
        &self.events[..self.count() as usize]
    }

    /// How many events have happened.
    pub(crate) fn count(&self) -> u32 {
        self.world.event_count()
    }

    /// How many events are known, undone ones included.
    pub(crate) fn known(&self) -> u32 {
        self.events.len() as u32
    }

    /// Every step known, and how many of them have been taken.
    pub(crate) fn steps(&self) -> (&[Taken], usize) {
        (&self.steps, self.at)
    }

    /// How many events had happened before the last step.
    pub(crate) fn before_last(&self) -> u32 {
        self.at.checked_sub(2).map_or(0, |step| self.steps[step].events)
    }

    /// Whether no more steps are taken.
    pub(crate) fn is_full(&self) -> bool {
        self.at >= self.most
    }

    /// What a step does: what was done here before, else the default.
    pub(crate) fn next_act(&self) -> Option<Act> {
        let known = self.steps.get(self.at).map(|taken| taken.act.clone());
        known.or_else(|| self.world.default_choice().map(Act::Take))
    }

    /// What was done in the last step.
    pub(crate) fn last_act(&self) -> Option<&Act> {
        self.at.checked_sub(1).map(|last| &self.steps[last].act)
    }

    /// Do this; steps that were undone are forgotten when it is another thing than they did.
    pub(crate) fn act(&mut self, act: Act) -> bool {
        let usual = self.world.default_choice();
        if self.at >= self.most || self.world.act(act.clone()).is_err() {
            return false;
        }
        if self.steps.get(self.at).is_some_and(|taken| taken.act == act) {
            // The same story again.
            self.world.drain();
        } else {
            self.forget(self.at);
            let before = self.events.len();
            self.learn();
            let new = &self.events[before..];
            let call = new.iter().any(|e| matches!(e.what, What::Returned { .. } | What::Waits { .. }));
            let usual = usual.is_some_and(|key| act == Act::Take(key));
            self.steps.push(Taken { act, events: self.count(), call, usual });
        }
        self.at += 1;
        if self.at.is_multiple_of(self.spacing) && self.copies.len() == self.at / self.spacing {
            self.copies.push(self.world.clone());
            if self.copies.len() > COPIES {
                let mut place = 0;
                self.copies.retain(|_| {
                    place += 1;
                    place % 2 == 1
                });
                self.spacing *= 2;
            }
        }
        true
    }

    /// Go to the state after this many of the known steps.
    pub(crate) fn go(&mut self, steps: usize) {
        let steps = steps.min(self.steps.len());
        // Forwards, what lies between is taken again unless a copy is nearer.
        let copy = (steps / self.spacing).min(self.copies.len() - 1);
        if steps < self.at || copy * self.spacing > self.at {
            self.world = self.copies[copy].clone();
            self.at = copy * self.spacing;
        }
        while self.at < steps && self.act(self.steps[self.at].act.clone()) {}
    }

    /// Go back to the state after this many steps and forget the rest.
    pub(crate) fn cut(&mut self, steps: usize) {
        self.go(steps);
        self.forget(steps);
    }

    fn forget(&mut self, steps: usize) {
        let events = steps.checked_sub(1).map_or(0, |last| self.steps[last].events);
        self.steps.truncate(steps);
        self.copies.truncate(steps / self.spacing + 1);
        self.events.truncate(events as usize);
        self.index.forget_after(events);
    }

    /// Add what the world has told since. Copies do not carry the story.
    fn learn(&mut self) {
        for event in self.world.drain().events {
            self.index.learn(&event);
            self.events.push(event);
        }
    }
}
