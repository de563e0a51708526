//! What the kernel cannot do yet: nothing of this is on offer, or it changes nothing.

use kernel::Kernel;
use syscall::{CallId, HostId, Pid, Signal, TaskId};

/// Stands in for the kernel's own functions of the same names, which are taken once there are any.
pub(crate) trait Ahead {
    fn lose(&mut self, _packet: u32) -> bool {
        false
    }
    fn duplicate(&mut self, _packet: u32) -> bool {
        false
    }
    fn delay(&mut self, _packet: u32) -> bool {
        false
    }
    fn cut(&mut self, _host: HostId) -> bool {
        false
    }
    fn mend(&mut self, _host: HostId) -> bool {
        false
    }
    fn host_down(&mut self, _host: HostId) -> bool {
        false
    }
    fn host_up(&mut self, _host: HostId) -> bool {
        false
    }
    fn is_up(&self, _host: HostId) -> bool {
        true
    }
    fn is_connected(&self, _host: HostId) -> bool {
        true
    }
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
