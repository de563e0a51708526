//! What a world asks of a program that runs in it, beyond making calls.

use std::hash::{Hash, Hasher};

use syscall::{Action, Call, Micros, Origin, Outcome, Program};

use crate::{Input, Status, Variable};

/// What a thread of a guest does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want<'g> {
    /// Makes a call, or is in it.
    Call {
        /// The call.
        call: &'g Call,
        /// The line of the text that makes it, from 1; 0 where there is no text.
        line: u32,
        /// The variable that the bytes come from or go to.
        origin: Option<&'g Origin>,
    },
    /// Runs a line that makes no call, and the story tells it.
    Line(u32),
    /// Runs a line of which the story tells nothing.
    Quiet(u32),
    /// Waits for another thread of its program, at most so long: [`Guest::awaited`].
    Sibling(Option<Micros>),
    /// Has written this. Told at once, without a choice.
    Wrote {
        /// The line that did, from 1.
        line: u32,
        /// Whether to standard error.
        error: bool,
        /// The text.
        text: &'g str,
    },
    /// Has begun the thread of this number. So at once, without a choice.
    Thread(u32),
    /// Waits until it is given something.
    Input,
    /// The program ends with this status, with all its threads.
    Exit(i32),
    /// Nothing: this thread has ended.
    Nothing,
}

impl<'g> From<Option<&'g Action>> for Want<'g> {
    fn from(action: Option<&'g Action>) -> Self {
        match action {
            Some(Action::Call { call, line, origin }) => {
                Self::Call { call, line: *line, origin: origin.as_ref() }
            }
            Some(Action::Line(line)) => Self::Line(*line),
            Some(Action::Exit(status)) => Self::Exit(*status),
            None => Self::Input,
        }
    }
}

/// What a thread learns when it is resumed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// Of the call that it was in, if it was in one.
    pub outcome: Option<Outcome>,
    /// Whether its wait for another thread has lasted too long.
    pub timed_out: bool,
    /// The world's time.
    pub now: Micros,
}

/// A program that a world can run: it can be looked into, copied (the world is, and `fork` copies a process) and told
/// apart from others.
///
/// The world resumes it first with `None`, before anything happens. Between two resumes [`peek`](Self::peek) answers
/// what [`resume`](Program::resume) answered last.
pub trait Guest: Program + Send + Sync {
    /// What it does next, or is waiting for; none for a console that was told nothing.
    fn peek(&self) -> Option<&Action>;

    /// What one of its threads does next; 0 is the first. Only a guest with threads, output or Python's waits says this itself.
    fn wants(&self, _thread: u32) -> Want<'_> {
        self.peek().into()
    }

    /// Resume one of its threads.
    fn go_on(&mut self, _thread: u32, news: News) {
        self.resume(news.outcome);
    }

    /// For a thread that waits for another: whether it need not wait any more, and for which threads it waits.
    fn awaited(&self, _thread: u32) -> (bool, Vec<u32>) {
        (true, Vec::new())
    }

    /// It is the copy that `fork` made for the child: of its threads only this one is there.
    fn forked(&mut self, _thread: u32) {}

    /// Whether it may run for ever without a call: then its turns take time, and others have theirs.
    fn is_paced(&self) -> bool {
        false
    }

    /// The guest itself, to be looked into by who made it.
    fn as_any(&self) -> Option<&dyn std::any::Any> {
        None
    }

    /// `Ready` until it has ended; it does not know whether its call waits.
    fn status(&self) -> &Status;

    /// The line that runs next, or that is waiting, from 1; 0 where there is none.
    fn line(&self, _thread: u32) -> u32 {
        0
    }

    /// The line that ran last, from 1; 0 where there is none.
    fn ran(&self, _thread: u32) -> u32 {
        0
    }

    /// Its variables, in the order of their first value. `changed`: by the last resume.
    fn variables(&self, _thread: u32) -> Vec<Variable> {
        Vec::new()
    }

    /// Another one at the same point.
    fn copy(&self) -> Box<dyn Guest>;

    /// Everything that tells two moments of the same program apart. Without addresses, `usize` and orders that chance makes.
    fn hash_state(&self, hasher: &mut dyn Hasher);

    /// As [`hash_state`](Self::hash_state), without what has no effect on anything that follows.
    fn hash_future(&self, hasher: &mut dyn Hasher) {
        self.hash_state(hasher);
    }

    /// Many futures of this moment are going to be compared ([`hash_future`](Self::hash_future)): what is shared by all of them need not be
    /// looked at again.
    fn anchor(&mut self) {}

    /// Whether what it did when it was last resumed depends on the time of the world.
    fn is_timely(&self) -> bool {
        false
    }

    /// Take what comes from outside; `false` if it takes nothing, or not now.
    fn give(&mut self, _thread: u32, _input: &Input) -> bool {
        false
    }
}

impl Clone for Box<dyn Guest> {
    fn clone(&self) -> Self {
        self.copy()
    }
}

/// The exit of a guest that has ended: it says so again whenever it is asked.
pub(crate) fn said_exit(next: Option<&Action>) -> Option<Action> {
    next.filter(|action| matches!(action, Action::Exit(_))).cloned()
}

/// Makes a guest of a program without text: a lesson's peer.
#[derive(Clone, Debug)]
pub struct Adapter<P> {
    program: P,
    next: Option<Action>,
    status: Status,
}

impl<P> Adapter<P> {
    /// A guest before its first call.
    pub const fn new(program: P) -> Self {
        Self { program, next: None, status: Status::Ready }
    }
}

impl<P: Program> Program for Adapter<P> {
    fn resume(&mut self, outcome: Option<Outcome>) -> Action {
        if let Some(exit) = said_exit(self.next.as_ref()) {
            return exit;
        }
        let action = self.program.resume(outcome);
        if let Action::Exit(status) = action {
            self.status = Status::Ended { status };
        }
        self.next = Some(action.clone());
        action
    }
}

impl<P: Program + Clone + Hash + Send + Sync + 'static> Guest for Adapter<P> {
    fn peek(&self) -> Option<&Action> {
        self.next.as_ref()
    }

    fn status(&self) -> &Status {
        &self.status
    }

    fn copy(&self) -> Box<dyn Guest> {
        Box::new(self.clone())
    }

    fn hash_state(&self, mut hasher: &mut dyn Hasher) {
        self.program.hash(&mut hasher);
        self.next.hash(&mut hasher);
    }
}
