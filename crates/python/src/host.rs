//! What a machine tells its host, and what the host answers.

use syscall::{Call, Micros, Origin, Outcome};

/// Where something stands in a program's text. Lines count from 1, columns are bytes from 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Place {
    /// The file, as a traceback names it.
    pub file: String,
    /// First line.
    pub line: u32,
    /// First byte of the first line that belongs to it.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// First byte of the last line that does not belong to it.
    pub end_column: u32,
}

/// Where a program writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// A thread of a machine: 0 is the one that runs the program's text.
pub type ThreadId = u32;

/// What a blocked thread waits for within its own machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wait {
    /// A lock that another thread holds, by its number as [`Machine::holder`](crate::Machine::holder) takes it.
    Lock(u32),
    /// The end of a thread.
    Join(ThreadId),
}

/// Why a machine stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// A line is about to run: only when [`Until`] asks for lines.
    Line(Place),
    /// The thread makes a system call. Answer with [`Answer::Outcome`].
    Call {
        /// The call.
        call: Call,
        /// The expression that makes it.
        place: Place,
        /// The variable that the bytes come from or go to.
        origin: Option<Origin>,
    },
    /// Text was written. Nothing is to be answered.
    Output {
        /// Where to.
        stream: Stream,
        /// The text.
        text: String,
    },
    /// The thread reads a line of standard input. Answer with [`Answer::Line`].
    Input,
    /// The thread sleeps so long, in microseconds. Answer with [`Answer::Done`] when the time has passed.
    Sleep(Micros),
    /// The thread asks the time. Answer with [`Answer::Time`].
    Now,
    /// The thread waits for another, at most so many microseconds. [`Machine::ready`](crate::Machine::ready) says when it
    /// need wait no longer; running it then goes on. Answer with [`Answer::TimedOut`] when the time has passed.
    Wait {
        /// What it waits for.
        wait: Wait,
        /// How long at most; none is for ever.
        timeout_us: Option<Micros>,
    },
    /// A thread has begun; it is run with its own number. Nothing is to be answered.
    Started(ThreadId),
    /// The thread has ended; the program has not.
    Ended,
    /// The program has ended with this status, after the main thread and all that are not daemons.
    Exit(i32),
    /// A limit was reached: the program cannot go on unless the limit is raised.
    Limit(Limit),
    /// The slice of instructions of this [`run`](crate::Machine::run) is used up; run it again.
    Slice,
}

/// What the host answers a thread that was stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A call's outcome.
    Outcome(Outcome),
    /// A line of standard input with its line end; none at the end of the input.
    Line(Option<String>),
    /// The time, in microseconds: monotonic, and since 1970.
    Time {
        /// Since the start of the story.
        monotonic_us: Micros,
        /// Since 1970.
        wall_us: Micros,
    },
    /// What was asked is done.
    Done,
    /// The time of a wait has passed.
    TimedOut,
}

/// How far to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// The next stop of any other kind than a line.
    Event,
    /// The next line, in whatever function.
    Line,
    /// The next line of this function, or of what called it.
    Over,
    /// The next line of what called this function.
    Out,
}

/// A limit that stops a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Instructions in all.
    Instructions(u64),
    /// Bytes of output in all.
    Output(u64),
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Instructions(n) => {
                write!(f, "stopped after {n} instructions (raise the limit `instructions`)")
            }
            Self::Output(n) => {
                write!(f, "stopped after {n} bytes of output (raise the limit `output_bytes`)")
            }
        }
    }
}

/// What a program may use. The memory limit is a MemoryError of the program, depth a RecursionError.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limits {
    /// Instructions in all.
    pub instructions: u64,
    /// Bytes of all objects together, by the machine's own measure.
    pub memory_bytes: u64,
    /// Frames on one thread's stack.
    pub depth: u32,
    /// Bits of the largest int.
    pub int_bits: u64,
    /// Bytes of output in all.
    pub output_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            instructions: 200_000_000,
            memory_bytes: 64 << 20,
            depth: 1000,
            int_bits: 4 << 20,
            output_bytes: 4 << 20,
        }
    }
}
