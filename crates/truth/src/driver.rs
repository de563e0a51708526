//! What a kernel, simulated or real, must offer for scripts to run on it.

use syscall::{Call, CallId, Micros, Outcome, TaskId};

/// A kernel and its tasks, moved on by a script. Calls are submitted; then [`wait`](Self::wait) lets things happen.
pub trait Driver {
    /// A new process with one thread; its first descriptor is 3, and it ignores SIGPIPE, as a Python program does.
    fn spawn(&mut self) -> TaskId;

    /// Make a call, and let everything happen that happens without time passing.
    fn submit(&mut self, task: TaskId, call: Call) -> CallId;

    /// What a call returned, if it has.
    fn outcome(&mut self, id: CallId) -> Option<Outcome>;

    /// Let time pass until the call ends, at most so many microseconds.
    fn wait(&mut self, id: CallId, patience: Micros) -> Option<Outcome>;

    /// Let so many microseconds pass.
    fn pass(&mut self, us: Micros);

    /// Called between two lines: where what is sent is under way for a moment, lets it arrive.
    fn rest(&mut self) {}

    /// The time in microseconds, from any start.
    fn now(&self) -> Micros;

    /// A signal that the process catches interrupts what it waits in.
    ///
    /// # Errors
    /// Why this kernel cannot do it.
    fn signal(&mut self, task: TaskId) -> Result<(), String>;

    /// SIGKILL.
    ///
    /// # Errors
    /// Why this kernel cannot do it.
    fn kill(&mut self, task: TaskId) -> Result<(), String>;

    /// From now on SIGPIPE kills this process.
    ///
    /// # Errors
    /// Why this kernel cannot do it.
    fn sigpipe_default(&mut self, task: TaskId) -> Result<(), String>;

    /// Whether the process has died of a signal.
    fn is_dead(&mut self, task: TaskId) -> bool;

    /// Whether this is the kernel that the exact figures belong to.
    fn is_measured(&self) -> bool;

    /// Whether times mean something: not where lines [`rest`](Self::rest) between each other.
    fn keeps_time(&self) -> bool {
        true
    }

    /// How much later than the simulator's time things may come: a real machine has other work.
    fn tolerance(&self) -> Micros;
}
