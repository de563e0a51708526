//! What counts as broken, and what is worth a word though it is not.

use syscall::{Fd, Signal, TaskId};

/// How programs were broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// A program ended with another status than 0: an uncaught exception, an assertion.
    Exit {
        /// The status.
        status: i32,
        /// What it wrote to its standard error.
        said: String,
    },
    /// A signal ended a program, and no fault of the scenario sent it.
    Killed {
        /// Which.
        signal: Signal,
    },
    /// Programs wait, and nothing that could wake them is under way.
    Deadlock {
        /// All of them, in the order of the tasks.
        stuck: Vec<TaskId>,
        /// Those that wait each for the next, the last for the first; none where there is no such circle.
        circle: Vec<TaskId>,
    },
    /// A program runs for ever and gets nowhere.
    Spin,
    /// A send took fewer bytes than it was given, and the rest was never sent.
    Lost {
        /// The descriptor.
        fd: Fd,
        /// Bytes that it was given.
        given: u32,
        /// Bytes that it took.
        taken: u32,
    },
    /// A program waits for new connections and still has one open whose other end has long gone.
    Leak {
        /// The descriptor.
        fd: Fd,
    },
    /// What was to be so when the run was over is not so.
    Check {
        /// Which, by its place in the options.
        check: usize,
        /// What the program wrote instead.
        wrote: String,
    },
}

/// A failure: what, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What.
    pub what: Broken,
    /// The task in which it shows; for a deadlock the first that is stuck.
    pub task: TaskId,
    /// The program of the scenario that it runs.
    pub program: u32,
    /// The line where it shows, from 1; 0 where there is none.
    pub line: u32,
}

impl Failure {
    /// Whether this is the same failure as another that was met on another way: the same kind in the same program, at the same line.
    pub fn is_like(&self, other: &Self) -> bool {
        let kind = |failure: &Self| std::mem::discriminant(&failure.what);
        // Everybody who waits is stuck: who of them comes first is of no weight.
        let deadlock = matches!(self.what, Broken::Deadlock { .. });
        kind(self) == kind(other) && (deadlock || (self.program, self.line) == (other.program, other.line))
    }
}

/// Something that is no failure and worth a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Finding {
    /// A program asks again and again instead of waiting: correct, and it burns a processor.
    Busy,
    /// `listen` on a socket that listens already.
    ListensAgain,
    /// Bytes that were delivered and never read, of a connection that is over.
    Unread,
    /// Nobody looks at what a send answers; it did no harm here.
    Ignored,
}

/// A finding: what, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Noted {
    /// What.
    pub what: Finding,
    /// The program of the scenario.
    pub program: u32,
    /// The line, from 1; 0 where there is none.
    pub line: u32,
}
