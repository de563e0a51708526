//! What a program is to its driver.

use crate::{Call, Outcome};

/// Where the bytes of a send come from, or those of a receive go to: a variable of the program.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Origin {
    /// The variable's name.
    pub name: String,
    /// The place in the variable of the first byte given or taken.
    pub offset: u64,
}

/// What a program does next.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Make a call and wait for its outcome.
    Call {
        /// The call.
        call: Call,
        /// The line of the program's text that makes it, from 1; 0 where there is no text.
        line: u32,
        /// The variable that the bytes come from or go to.
        origin: Option<Origin>,
    },
    /// A line is reached that makes no call, from 1.
    Line(u32),
    /// The program has ended with this status; it is not resumed again.
    Exit(i32),
}

/// A program: a script, a lesson's peer, the learner's own text in the Python machine.
///
/// Resumed first with `None`; then, after each [`Action::Call`], with that call's outcome, and after each
/// [`Action::Line`] with `None`. It has no other way to learn anything.
pub trait Program {
    /// Go on until the next action.
    fn resume(&mut self, outcome: Option<Outcome>) -> Action;
}
