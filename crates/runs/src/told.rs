//! What a run tells.

use python::{Limit, Stream};
use syscall::{Call, Micros, Outcome};

/// A run that is told piece by piece.
///
/// Order of use: [`step`](Self::step) until it tells [`Told::Over`]. When it tells [`Told::Asks`], [`give`](Self::give) a line.
pub trait Tells {
    /// Do a little. Tells what came of it, if there is anything to tell.
    fn step(&mut self) -> Option<Told>;

    /// Give a process that asks for it a line of standard input with its end; none is the end of the input.
    fn give(&mut self, process: usize, line: Option<String>);
}

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
    /// A call of it has ended. A [`Run`](crate::Run) does not tell it: its ground knows more of it.
    Returned {
        /// Who.
        process: usize,
        /// The line of its text, from 1; 0 where it is not known.
        line: u32,
        /// The call.
        call: Call,
        /// What came of it.
        outcome: Outcome,
        /// When, in microseconds since the start.
        at: Micros,
    },
    /// It reads standard input, and waits for [`Tells::give`].
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
    Deadlock {
        /// Every thread that waits.
        stuck: Vec<Stuck>,
        /// Those that wait each for the next, the last for the first, by their places in `stuck`; none where there is no such
        /// circle, or nobody knows.
        circle: Vec<usize>,
    },
    /// More threads and processes were started than these.
    Crowded(u32),
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
