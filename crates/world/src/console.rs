//! A program whose calls are given one by one from outside: a person at a playground.

use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};
use syscall::{Action, Call, Outcome, Program};

use crate::guest::said_exit;
use crate::{Guest, Status};

/// What may be given to a [`Console`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Input {
    /// Make this call.
    Call(Call),
    /// End with this status.
    Exit(i32),
    /// Hear this line: to a peer, on its control channel.
    Tell(String),
    /// Read this from standard input: a line with its end; none is the end of the input.
    Line(Option<String>),
}

/// A process that waits to be told what to do next. It takes one input at a time.
#[derive(Clone, Debug)]
pub struct Console {
    next: Option<Action>,
    status: Status,
}

impl Console {
    /// A console that was told nothing.
    pub const fn new() -> Self {
        Self { next: None, status: Status::Ready }
    }
}

impl Default for Console {
    fn default() -> Self {
        Self::new()
    }
}

impl Program for Console {
    /// Answers a line without number while nothing was given: the world asks [`Guest::peek`], which tells them apart.
    fn resume(&mut self, _outcome: Option<Outcome>) -> Action {
        if let Some(exit) = said_exit(self.next.as_ref()) {
            return exit;
        }
        self.next = None;
        Action::Line(0)
    }
}

impl Guest for Console {
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
        self.next.hash(&mut hasher);
    }

    fn give(&mut self, _thread: u32, input: &Input) -> bool {
        if self.next.is_some() {
            return false;
        }
        self.next = Some(match input {
            Input::Call(call) => Action::Call { call: call.clone(), line: 0, origin: None },
            Input::Exit(status) => {
                self.status = Status::Ended { status: *status };
                Action::Exit(*status)
            }
            Input::Tell(_) | Input::Line(_) => return false,
        });
        true
    }
}
