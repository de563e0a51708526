//! What may happen next.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use syscall::{HostId, Pid, TaskId};

/// The stable name of a choice: it means the same whatever else is on offer, so links keep their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum ChoiceKey {
    /// This task runs until its next call has ended or waits, or its next line is reached: `run 0`.
    Run(TaskId),
    /// As `Run`, but its call moves at most so many bytes (POSIX profile): `run 0 up to 17`.
    Part(TaskId, u32),
    /// This packet arrives: `deliver 12`.
    Deliver(u32),
    /// The wire loses this packet: `lose 12`.
    Lose(u32),
    /// The wire copies this packet: `duplicate 12`.
    Duplicate(u32),
    /// The wire holds this packet back behind the others of its way: `delay 12`.
    Delay(u32),
    /// Time passes until the next timer of this host fires: `timer 1`.
    Timer(HostId),
    /// Time passes until this task's wait is over: `wake 0`.
    Wake(TaskId),
    /// A signal that its handler catches interrupts what this process waits in: `signal 1`.
    Signal(Pid),
    /// This process is killed; its kernel closes what it had open: `kill 1`.
    Kill(Pid),
    /// This host dies without a word: `power-off 1`.
    PowerOff(HostId),
    /// This host is back and has forgotten everything: `power-on 1`.
    PowerOn(HostId),
    /// This host's cable is cut: `cut 1`.
    Cut(HostId),
    /// This host's cable is mended: `mend 1`.
    Mend(HostId),
}

impl ChoiceKey {
    /// Whether it is a fault: something that a network or a machine does to programs, and only where the scenario
    /// allows it.
    pub const fn is_fault(self) -> bool {
        match self {
            Self::Run(_) | Self::Part(..) | Self::Deliver(_) | Self::Timer(_) | Self::Wake(_) => false,
            Self::Lose(_)
            | Self::Duplicate(_)
            | Self::Delay(_)
            | Self::Signal(_)
            | Self::Kill(_)
            | Self::PowerOff(_)
            | Self::PowerOn(_)
            | Self::Cut(_)
            | Self::Mend(_) => true,
        }
    }
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
    /// What it touches: two choices that touch nothing in common may be exchanged.
    pub touches: Vec<HostId>,
    /// For a run whose call moves bytes, in the POSIX profile: `Part` may be taken with 1 to this many bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most: Option<u32>,
}

/// Text that is no choice's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAChoice(pub String);

impl fmt::Display for NotAChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` names no choice: say `run 0`, `run 0 up to 17`, `deliver 12`, `timer 1`, `wake 0`, or a fault: `lose 12`, \
             `duplicate 12`, `delay 12`, `signal 1`, `kill 1`, `power-off 1`, `power-on 1`, `cut 1`, `mend 1`",
            self.0
        )
    }
}
impl std::error::Error for NotAChoice {}

impl fmt::Display for ChoiceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(task) => write!(f, "run {task}"),
            Self::Part(task, most) => write!(f, "run {task} up to {most}"),
            Self::Deliver(packet) => write!(f, "deliver {packet}"),
            Self::Lose(packet) => write!(f, "lose {packet}"),
            Self::Duplicate(packet) => write!(f, "duplicate {packet}"),
            Self::Delay(packet) => write!(f, "delay {packet}"),
            Self::Timer(host) => write!(f, "timer {host}"),
            Self::Wake(task) => write!(f, "wake {task}"),
            Self::Signal(pid) => write!(f, "signal {pid}"),
            Self::Kill(pid) => write!(f, "kill {pid}"),
            Self::PowerOff(host) => write!(f, "power-off {host}"),
            Self::PowerOn(host) => write!(f, "power-on {host}"),
            Self::Cut(host) => write!(f, "cut {host}"),
            Self::Mend(host) => write!(f, "mend {host}"),
        }
    }
}

impl FromStr for ChoiceKey {
    type Err = NotAChoice;
    fn from_str(text: &str) -> Result<Self, NotAChoice> {
        let wrong = || NotAChoice(text.into());
        let (verb, number) = text.split_once(' ').ok_or_else(wrong)?;
        if let Some((task, most)) = number.split_once(" up to ") {
            let (task, most) = (task.parse().map_err(|_| wrong())?, most.parse().map_err(|_| wrong())?);
            return if verb == "run" && most > 0 { Ok(Self::Part(TaskId(task), most)) } else { Err(wrong()) };
        }
        let number: u32 = number.parse().map_err(|_| wrong())?;
        let host = || u16::try_from(number).map(HostId).map_err(|_| wrong());
        match verb {
            "run" => Ok(Self::Run(TaskId(number))),
            "deliver" => Ok(Self::Deliver(number)),
            "lose" => Ok(Self::Lose(number)),
            "duplicate" => Ok(Self::Duplicate(number)),
            "delay" => Ok(Self::Delay(number)),
            "timer" => Ok(Self::Timer(host()?)),
            "wake" => Ok(Self::Wake(TaskId(number))),
            "signal" => Ok(Self::Signal(Pid(number))),
            "kill" => Ok(Self::Kill(Pid(number))),
            "power-off" => Ok(Self::PowerOff(host()?)),
            "power-on" => Ok(Self::PowerOn(host()?)),
            "cut" => Ok(Self::Cut(host()?)),
            "mend" => Ok(Self::Mend(host()?)),
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
