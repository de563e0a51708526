//! What every kernel, simulated or real, answers.

use crate::{Call, CallId, Outcome, TaskId};

/// A call's end.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Completed {
    /// The call, as submitted.
    pub id: CallId,
    /// What it returned.
    pub outcome: Outcome,
}

/// A kernel: takes calls, completes them later.
///
/// Order of use: [`submit`](Self::submit) any number of calls, each under a fresh id; then take what has completed with
/// [`poll_completed`](Self::poll_completed) until it answers `None`. A kernel never completes a call inside `submit`.
/// Each submitted call completes exactly once; a cancelled one completes with what it had already done, or
/// [`Errno::ECANCELED`](crate::Errno::ECANCELED). How the caller learns that something new has completed (a step of the
/// simulated world, a wake-up of the runtime) is each kernel's own.
pub trait Kernel {
    /// Start `call` for `task`. A non-blocking call maps one to one to a system call.
    fn submit(&mut self, id: CallId, task: TaskId, call: Call);

    /// Stop waiting in this call. Without effect on one that is complete or unknown.
    fn cancel(&mut self, id: CallId);

    /// The next completed call, in the order of completion.
    fn poll_completed(&mut self) -> Option<Completed>;
}
