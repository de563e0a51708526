//! What the kernel cannot do yet: nothing of this is on offer, or it changes nothing.

use kernel::Kernel;
use syscall::{CallId, Pid, Signal, TaskId};

/// Stands in for the kernel's own functions of the same names, which are taken once there are any.
pub(crate) trait Ahead {
    fn send_signal(&mut self, _pid: Pid, _signal: Signal) -> bool {
        false
    }
    fn ended_by(&self, _pid: Pid) -> Option<Signal> {
        None
    }
    fn next_forked(&mut self) -> Option<TaskId> {
        None
    }
    fn run_at_most(&mut self, call: CallId, most: u32) -> bool;
}

impl Ahead for Kernel {
    fn run_at_most(&mut self, call: CallId, _most: u32) -> bool {
        self.run(call)
    }
}
