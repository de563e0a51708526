//! What a run tells.

use python::{Limit, Stream};

/// Something to tell about a process, which is told by its number: processes count from 0 in the order of their start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// It has written.
    Wrote {
        /// Who.
        process: usize,
        /// Where to.
        stream: Stream,
        /// What.
        text: String,
    },
    /// It reads standard input, and waits for [`Run::give`](crate::Run::give).
    Asks {
        /// Who.
        process: usize,
    },
    /// It has forked: this is the child.
    Forked {
        /// The new process.
        process: usize,
        /// Whose child it is.
        parent: usize,
    },
    /// It has ended.
    Exited {
        /// Who.
        process: usize,
        /// With what; 0 is fine.
        status: i32,
    },
    /// It reached a limit and goes no further.
    Limited {
        /// Who.
        process: usize,
        /// Which limit.
        limit: Limit,
    },
    /// Nothing will happen any more.
    Over(End),
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Every process has ended.
    Done,
    /// Those that have not ended wait for new connections, and nobody is left who would make one.
    Idle,
    /// Somebody waits for what cannot happen.
    Deadlock(Vec<Stuck>),
}

/// A thread that waits for ever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// Its process.
    pub process: usize,
    /// Its number in the process.
    pub thread: u32,
    /// What it waits for, as a phrase behind "waits": `in recv(4, 100)`.
    pub waits: String,
    /// The line of its text, from 1; 0 where it is not known.
    pub line: u32,
}
