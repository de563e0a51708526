//! What a run asks of the kernel beneath it.

use syscall::{Call, CallId, Completed, HostId, Micros, Pid, SourceRange, TaskId};

/// A kernel with its clock.
///
/// Order of use: [`submit`](Self::submit) any number of calls, take what has completed until
/// [`next_completed`](Self::next_completed) answers none, and only then [`wait`](Self::wait).
pub trait Ground {
    /// Start a process with one thread, as Python has them: it sees EPIPE, and no SIGPIPE.
    fn spawn(&mut self, host: HostId) -> TaskId;

    /// Start another thread of a task's process.
    fn thread(&mut self, of: TaskId) -> TaskId;

    /// The task of a process that `fork` has answered.
    fn child(&mut self, pid: Pid) -> TaskId;

    /// End a task's process: what it left open closes.
    fn exit(&mut self, task: TaskId, status: i32);

    /// Make a call.
    fn submit(&mut self, id: CallId, task: TaskId, call: Call, source: SourceRange);

    /// The next call that has completed.
    fn next_completed(&mut self) -> Option<Completed>;

    /// Let time pass until a call has completed, and no longer than `until`. `false` if nothing can complete and no time
    /// was given.
    fn wait(&mut self, until: Option<Micros>) -> bool;

    /// Let a moment pass while somebody runs without ever waiting: so that what is due comes to those who look for it in a
    /// loop.
    fn moment(&mut self);

    /// Hold what hosts send each other until it is let through; or let everything through from now on. Without a wire nothing is held.
    fn hold(&mut self, _held: bool) {}

    /// Let the next thing through that this host has sent and that is more than an acknowledgement. `false` if there is none yet.
    fn let_through(&mut self, _from: HostId) -> bool {
        true
    }

    /// The time since the start, in microseconds.
    fn now(&self) -> Micros;

    /// The time since 1970, in microseconds.
    fn wall(&self) -> Micros;

    /// Whether this call waits for nothing but new connections.
    fn waits_for_clients(&self, id: CallId) -> bool;
}
