//! Threads: stacks of frames.

use crate::host::Answer;
use crate::names::Sym;
use crate::native::Ask;
use crate::value::{Id, Value};

/// What becomes of the value that a frame returns, in the frame beneath.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// It is pushed.
    Push,
    Discard,
    /// It is the next value of the loop whose instruction is at hand; StopIteration ends the loop.
    ForIter,
    /// Its truth decides what the instruction at hand does.
    Truth,
    /// It is what `yield from` yields next; StopIteration ends it.
    Send,
    /// The generator was closed: nothing may be yielded.
    Close,
    /// It must be an iterator, of `__iter__`.
    Iterator,
}

/// What kind of frame it is, beyond a function's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Plain,
    /// It must return None; `extra` is given on in its place: a new instance of `__init__`, a module that was imported.
    Init,
    Module,
    /// A class body: `extra` is its namespace.
    Class,
    /// A generator: `extra`.
    Generator,
    /// Called to finalise an object: what it raises is told and forgotten.
    Finaliser,
}

/// A call in progress. Its locals lie on the thread's stack from `base`, its own values behind them; the value below
/// `base` is what was called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub(crate) code: u32,
    /// The instruction that runs next.
    pub(crate) pc: u32,
    pub(crate) base: u32,
    pub(crate) module: Id,
    pub(crate) after: After,
    pub(crate) role: Role,
    pub(crate) extra: Value,
    /// Of a generator: what its caller was handling.
    pub(crate) handled: Value,
}

/// A native function that waits for an answer.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) callee: Value,
    pub(crate) args: Vec<Value>,
    pub(crate) kw: Vec<(Sym, Value)>,
    pub(crate) ask: Ask,
    pub(crate) after: After,
    /// The answer, when it is there.
    pub(crate) answer: Option<Answer>,
}

/// A thread.
#[derive(Clone, Debug, Default)]
pub(crate) struct Thread {
    pub(crate) frames: Vec<Frame>,
    pub(crate) stack: Vec<Value>,
    /// The exception that is being handled.
    pub(crate) handled: Value,
    pub(crate) pending: Option<Pending>,
    /// Whether it was ever run, for a step's sake only: no digest has it.
    pub(crate) begun: bool,
    pub(crate) ended: bool,
    pub(crate) daemon: bool,
    /// What it shows the program as: an object of the threading module, if it gave one.
    pub(crate) object: Value,
}
