//! What may happen next.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use syscall::{HostId, TaskId};

/// The stable name of a choice: it means the same whatever else is on offer, so links keep their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum ChoiceKey {
    /// This task runs until its next call has ended or waits, or its next line is reached: `run 0`.
    Run(TaskId),
    /// This segment arrives: `deliver 12`.
    Deliver(u32),
    /// Time passes until the next timer of this host fires: `timer 1`.
    Timer(HostId),
    /// Time passes until this task's wait is over: `wake 0`.
    Wake(TaskId),
}

/// Something that may happen next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Its stable name.
    pub key: ChoiceKey,
    /// Who or what acts, as a short sentence: `The sender runs`.
    pub label: String,
    /// What that does: `send(3, 9760 bytes)`, `frees 2048–4096`.
    pub detail: String,
    /// What it touches: two choices that touch nothing in common may be exchanged. Hosts are enough for this slice.
    pub touches: Vec<HostId>,
}

/// Text that is no choice's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAChoice(pub String);

impl fmt::Display for NotAChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` names no choice: say `run 0`, `deliver 12`, `timer 1` or `wake 0`", self.0)
    }
}
impl std::error::Error for NotAChoice {}

impl fmt::Display for ChoiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(task) => write!(f, "run {task}"),
            Self::Deliver(segment) => write!(f, "deliver {segment}"),
            Self::Timer(host) => write!(f, "timer {host}"),
            Self::Wake(task) => write!(f, "wake {task}"),
        }
    }
}

impl FromStr for ChoiceKey {
    type Err = NotAChoice;
    fn from_str(text: &str) -> Result<Self, NotAChoice> {
        let wrong = || NotAChoice(text.into());
        let (verb, number) = text.split_once(' ').ok_or_else(wrong)?;
        let number: u32 = number.parse().map_err(|_| wrong())?;
        let host = || u16::try_from(number).map(HostId).map_err(|_| wrong());
        match verb {
            "run" => Ok(Self::Run(TaskId(number))),
            "deliver" => Ok(Self::Deliver(number)),
            "timer" => Ok(Self::Timer(host()?)),
            "wake" => Ok(Self::Wake(TaskId(number))),
            _ => Err(wrong()),
        }
    }
}

impl From<ChoiceKey> for String {
    fn from(key: ChoiceKey) -> Self {
        key.to_string()
    }
}

impl TryFrom<String> for ChoiceKey {
    type Error = NotAChoice;
    fn try_from(text: String) -> Result<Self, NotAChoice> {
        text.parse()
    }
}
