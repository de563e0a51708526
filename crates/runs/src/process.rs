//! A process: a machine, and what each of its threads is doing.

use python::{Machine, ThreadId, Wait};
use syscall::{Call, CallId, Micros, SourceRange, TaskId};

/// A machine that is a process.
#[derive(Clone)]
pub(crate) struct Process {
    pub(crate) name: String,
    pub(crate) machine: Machine,
    /// In the order of their start.
    pub(crate) threads: Vec<Thread>,
    /// What it ended with.
    pub(crate) ended: Option<i32>,
}

/// A thread of a process.
#[derive(Clone, Debug)]
pub(crate) struct Thread {
    pub(crate) number: ThreadId,
    pub(crate) task: TaskId,
    pub(crate) doing: Doing,
    /// The line of its last call, from 1.
    pub(crate) line: u32,
}

/// What a thread is doing.
#[derive(Clone, Debug)]
pub(crate) enum Doing {
    /// It can run.
    Runs,
    /// It stands before a call that is not made yet: when, an order says.
    Holds(Box<(Call, SourceRange)>),
    /// It waits for a call's end.
    Call(CallId, String),
    /// It sleeps until then.
    Sleeps(Micros),
    /// It waits for another thread, until then at most.
    Waits(Wait, Option<Micros>),
    /// It waits for a line of standard input.
    Reads,
    /// Nothing any more.
    Ended,
}

impl Process {
    pub(crate) fn new(name: &str, machine: Machine, task: TaskId) -> Self {
        let main = Thread { number: 0, task, doing: Doing::Runs, line: 0 };
        Self { name: name.into(), machine, threads: vec![main], ended: None }
    }

    /// The task of its first thread.
    pub(crate) fn task(&self) -> TaskId {
        self.threads[0].task
    }

    /// Whether a thread can run now.
    pub(crate) fn can_run(&self, place: usize) -> bool {
        let Some(thread) = self.threads.get(place).filter(|_| self.ended.is_none()) else { return false };
        match thread.doing {
            Doing::Runs | Doing::Holds(_) => true,
            Doing::Waits(..) => self.machine.ready(thread.number),
            Doing::Call(..) | Doing::Sleeps(_) | Doing::Reads | Doing::Ended => false,
        }
    }

    /// When the first of its threads need wait no longer, whatever happens.
    pub(crate) fn due(&self) -> Option<Micros> {
        let due = |thread: &Thread| match thread.doing {
            Doing::Sleeps(until) => Some(until),
            Doing::Waits(_, until) => until,
            Doing::Runs | Doing::Holds(_) | Doing::Call(..) | Doing::Reads | Doing::Ended => None,
        };
        self.threads.iter().filter(|_| self.ended.is_none()).filter_map(due).min()
    }
}
