//! What a world asks of a program that runs in it, beyond making calls.

use std::hash::{Hash, Hasher};

use syscall::{Action, Call, Outcome, Program};

use crate::{Input, Status, Variable};

/// A program that a world can run: it can be looked into, copied (the world is, and `fork` copies a process) and told
/// apart from others.
///
/// The world resumes it first with `None`, before anything happens. Between two resumes [`peek`](Self::peek) answers
/// what [`resume`](Program::resume) answered last.
pub trait Guest: Program + Send + Sync {
    /// What it does next, or is waiting for; none for a console that was told nothing.
    fn peek(&self) -> Option<&Action>;

    /// `Ready` until it has ended; it does not know whether its call waits.
    fn status(&self) -> &Status;

    /// The line that runs next, or that is waiting, from 1; 0 where there is none.
    fn line(&self) -> u32 {
        0
    }

    /// The line that ran last, from 1; 0 where there is none.
    fn ran(&self) -> u32 {
        0
    }

    /// Its variables, in the order of their first value. `changed`: by the last resume.
    fn variables(&self) -> Vec<Variable> {
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

    /// Take what comes from outside; `false` if it takes nothing, or not now.
    fn give(&mut self, _input: &Input) -> bool {
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

/// What a guest does next, in one call.
pub(crate) fn upcoming(guest: &dyn Guest) -> Option<&Call> {
    match guest.peek() {
        Some(Action::Call { call, .. }) => Some(call),
        Some(Action::Line(_) | Action::Exit(_)) | None => None,
    }
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
