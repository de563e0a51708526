//! What really happened for a call of a live run: the system calls that a relay made for it, and the waits between them.

use std::fmt;

use crate::{Errno, Micros};

/// A system call that was really made, as `strace` tells it, but for two things: bytes are told by their number, and
/// addresses as `10.0.0.2:7000`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RealCall {
    /// Its name; Linux has no `recv`, so that one is `recvfrom`.
    pub name: std::borrow::Cow<'static, str>,
    /// Its arguments, with what the kernel wrote into them. Descriptors are numbers of the process that made it.
    pub arguments: String,
    /// What it returned.
    pub outcome: Result<i64, Errno>,
    /// When it had returned, in microseconds since the lab was opened.
    pub at: Micros,
    /// Whether a helper process made it, in the host's network.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "std::ops::Not::not"))]
    pub helper: bool,
}

/// What ends a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Woke {
    /// The kernel called a socket readable.
    Readable,
    /// The kernel called a socket writable.
    Writable,
    /// Nobody: it was time to look again.
    Again,
    /// The call's own time is over.
    TimeOut,
    /// Somebody stopped the call.
    Stopped,
}

/// A call or a wait.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum RealStep {
    /// A system call was made.
    Made(RealCall),
    /// Nothing was done for a while.
    Waited {
        /// What ended that.
        until: Woke,
        /// How long it lasted, in microseconds.
        us: u64,
    },
}

/// What was done for one call, in order; of much only the beginning and the end.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct RealSteps {
    /// The first.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub first: Vec<RealStep>,
    /// How many calls follow that are not told.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "RealSteps::is_zero"))]
    pub between: u32,
    /// The last, after those.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub last: Vec<RealStep>,
}

impl RealSteps {
    /// Whether nothing was done.
    pub fn is_empty(&self) -> bool {
        self.first.is_empty() && self.between == 0 && self.last.is_empty()
    }

    /// How many system calls were made.
    pub fn calls(&self) -> u32 {
        let told = self.first.iter().chain(&self.last).filter(|step| matches!(step, RealStep::Made(_)));
        self.between + u32::try_from(told.count()).unwrap_or(u32::MAX)
    }

    /// One line for each step, and one for those that are not told.
    pub fn lines(&self) -> Vec<String> {
        let between = (self.between > 0).then(|| format!("... and {} more calls", self.between));
        let first = self.first.iter().map(ToString::to_string).chain(between);
        first.chain(self.last.iter().map(ToString::to_string)).collect()
    }

    #[cfg(feature = "serde")]
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
    fn is_zero(count: &u32) -> bool {
        *count == 0
    }
}

/// `recvfrom(5, 16384, MSG_DONTWAIT) = EAGAIN`.
impl fmt::Display for RealCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.helper {
            f.write_str("helper: ")?;
        }
        write!(f, "{}({}) = ", self.name, self.arguments)?;
        match self.outcome {
            Ok(number) => number.fmt(f),
            Err(errno) => errno.fmt(f),
        }
    }
}

/// A call, or `readable after 12 ms`.
impl fmt::Display for RealStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (until, us) = match self {
            Self::Made(call) => return call.fmt(f),
            Self::Waited { until, us } => (until, us),
        };
        f.write_str(match until {
            Woke::Readable => "readable after ",
            Woke::Writable => "writable after ",
            Woke::Again => "looked again after ",
            Woke::TimeOut => "its time was over after ",
            Woke::Stopped => "stopped after ",
        })?;
        match us {
            0..10_000 => write!(f, "{}.{} ms", us / 1000, us / 100 % 10),
            _ => write!(f, "{} ms", us / 1000),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(outcome: Result<i64, Errno>, helper: bool) -> RealStep {
        let (name, arguments) = ("recvfrom".into(), "5, 16384, MSG_DONTWAIT".into());
        RealStep::Made(RealCall { name, arguments, outcome, at: 7, helper })
    }

    #[test]
    fn steps_read_as_strace_shows_them_with_the_waits_between() {
        let wait = |until, us| RealStep::Waited { until, us };
        let steps = RealSteps {
            first: vec![made(Err(Errno::EAGAIN), false), wait(Woke::Readable, 12_345)],
            between: 3,
            last: vec![wait(Woke::Again, 980), made(Ok(512), true)],
        };
        let lines = [
            "recvfrom(5, 16384, MSG_DONTWAIT) = EAGAIN",
            "readable after 12 ms",
            "... and 3 more calls",
            "looked again after 0.9 ms",
            "helper: recvfrom(5, 16384, MSG_DONTWAIT) = 512",
        ];
        assert_eq!(steps.lines(), lines);
        assert_eq!((steps.calls(), steps.is_empty()), (5, false));
        assert!(RealSteps::default().is_empty());
    }
}
