//! What was done to a world: the choices taken and the inputs given, in their order.

use serde::{Deserialize, Serialize};
use syscall::{Event, TaskId};

use crate::{ChoiceKey, Input};

/// One step of a run, enough to take it again.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// This was chosen.
    Take(ChoiceKey),
    /// This console was given an input.
    Give(TaskId, Input),
}

impl From<ChoiceKey> for Act {
    fn from(key: ChoiceKey) -> Self {
        Self::Take(key)
    }
}

/// What has happened in a world since the last time, taken out of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drained {
    /// What has happened. Indices go on from one time to the next.
    pub events: Vec<Event>,
    /// What was done.
    pub acts: Vec<Act>,
}
