//! The world: programs, the kernel, and what may happen next.

use syscall::{Event, Micros};

use crate::{Choice, ChoiceKey, NotOffered, ReplayError, Scenario, ScenarioError, View};

/// Programs and a kernel, at one moment. Copy it to try something.
#[derive(Clone)]
pub struct World {
    events: Vec<Event>,
    taken: Vec<ChoiceKey>,
}

impl World {
    /// The scenario before anything has happened.
    ///
    /// # Errors
    /// Every mistake in the scenario.
    pub fn new(_scenario: &Scenario) -> Result<Self, ScenarioError> {
        Ok(Self { events: Vec::new(), taken: Vec::new() })
    }

    /// A world in which these choices were taken, in this order.
    ///
    /// # Errors
    /// If the scenario is wrong, or a choice was not on offer in its turn.
    pub fn replay(scenario: &Scenario, choices: &[ChoiceKey]) -> Result<Self, ReplayError> {
        let mut world = Self::new(scenario).map_err(ReplayError::Scenario)?;
        for (at, &key) in choices.iter().enumerate() {
            world.take(key).map_err(|reason| ReplayError::Diverged { at, reason })?;
        }
        Ok(world)
    }

    /// What may happen next; the default comes first. Empty at the end.
    pub fn choices(&self) -> Vec<Choice> {
        Vec::new()
    }

    /// Let this happen.
    ///
    /// # Errors
    /// If it is not on offer.
    pub fn take(&mut self, key: ChoiceKey) -> Result<(), NotOffered> {
        Err(NotOffered::Ended { asked: key })
    }

    /// Let the default happen; `false` when nothing can.
    pub fn step(&mut self) -> bool {
        false
    }

    /// What has happened, in order; event k has the index k + 1.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The choices taken, in order.
    pub fn taken(&self) -> &[ChoiceKey] {
        &self.taken
    }

    /// The world's time.
    pub fn now(&self) -> Micros {
        0
    }

    /// A number that tells states apart: equal on every platform for equal scenarios and choices.
    pub fn digest(&self) -> u64 {
        0
    }

    /// The state as plain data.
    pub fn view(&self) -> View {
        View {
            events: 0,
            now: 0,
            hosts: Vec::new(),
            programs: Vec::new(),
            connections: Vec::new(),
            wire: Vec::new(),
            end: None,
        }
    }
}
