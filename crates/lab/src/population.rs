//! The processes of a lab: how they begin, how they end, and how they end with their host.

use std::os::fd::{AsFd as _, OwnedFd};

use protocol::WireRequest;
use syscall::{Call, CallId, Domain, Errno, HostId, OptionValue, SocketOption, SocketType, TaskId, Woke};

use crate::file::{File, Kind};
use crate::kernel::{ProcessId, RealKernel, so_far_of};
use crate::process::Process;
use crate::wire::Declined;
use crate::{Answered, sys};

/// SO_SNDBUF of the end that talks to a peer's control channel, in bytes: room for some tens of lines.
const CONTROL_BUFFER: i32 = 16 << 10;

impl RealKernel {
    /// Does something to the wire, or to a host's power: with that, the calls of the host's processes end with
    /// [`Errno::ECANCELED`], the processes and their sockets are gone, and nobody else hears of it. To be called inside a
    /// tokio runtime.
    ///
    /// # Errors
    /// Why not, as a sentence.
    pub fn wire(&mut self, request: WireRequest) -> Result<(), Declined> {
        let WireRequest::Power { host, on } = request else {
            return self.hand().ok_or(Declined::NoWire)?.request(request);
        };
        self.network.power(host, on)?;
        if !on {
            // The helper has destroyed its sockets. Where it could not, they close without a FIN all the same.
            self.abort(|file| file.host == host);
            let processes = self.processes.iter().enumerate().filter(|(_, p)| p.host == host && !p.ended);
            let ids: Vec<_> = processes.map(|(index, _)| ProcessId(index)).collect();
            ids.into_iter().for_each(|process| self.exit(process));
        }
        Ok(())
    }

    /// A further process on this host. It may not bind ports below 1024.
    pub fn spawn(&mut self, host: HostId) -> ProcessId {
        let id = self.processes.len();
        self.processes.push(Process::new(host, id, self.limits.sockets, 3));
        ProcessId(id)
    }

    /// A further process on this host that shares its limits with another one and its children.
    pub fn spawn_beside(&mut self, other: ProcessId, host: HostId) -> ProcessId {
        let id = self.processes.len();
        let family = self.processes.get(other.0).map_or(id, |p| p.family);
        self.processes.push(Process::new(host, family, self.limits.sockets, 3));
        ProcessId(id)
    }

    /// A process of somebody else, in the place of one that is retired, if there is one.
    pub(crate) fn spawn_visitor(&mut self, host: HostId) -> ProcessId {
        let id = self.retired.last().copied().unwrap_or(self.processes.len());
        self.enrol(Process::new(host, id, self.limits.visitor_sockets, 3))
    }

    /// Gives a process the place of one that is retired, or a new one.
    pub(crate) fn enrol(&mut self, process: Process) -> ProcessId {
        let Some(id) = self.retired.pop() else {
            self.processes.push(process);
            return ProcessId(self.processes.len() - 1);
        };
        self.processes[id] = process;
        ProcessId(id)
    }

    /// Ends a process and those that descend from it, whose calls tell nobody anything any more, and whose places others may have.
    pub(crate) fn retire(&mut self, process: ProcessId) {
        let family = |p: &Process| p.family == process.0;
        let ids: Vec<_> = (0..self.processes.len()).filter(|id| family(&self.processes[*id])).collect();
        for id in ids {
            self.exit(ProcessId(id));
            self.processes[id].family = usize::MAX;
            self.done.retain(|done| done.process.0 != id);
            self.holds.forget(ProcessId(id));
            self.retired.push(id);
        }
    }

    /// A further process, whose descriptor 0 is one end of a socket pair; the other end is answered.
    ///
    /// # Errors
    /// The kernel's own, or EMFILE where the budget is used up.
    pub fn spawn_peer(&mut self, host: HostId) -> Result<(ProcessId, OwnedFd), Errno> {
        let (inner, outer) = sys::pair(Domain::Unix, SocketType::Stream)?;
        let size = OptionValue::Int(CONTROL_BUFFER);
        sys::set_option(outer.as_fd(), SocketOption::SoSndbuf, size)?;
        let id = self.processes.len();
        let mut process = Process::new(host, id, u32::MAX, 0);
        let file = self.add(inner.into(), host, Kind::Unix)?;
        process.insert(file, false);
        self.processes.push(process);
        Ok((ProcessId(id), outer))
    }

    /// How many of the processes that share limits with this one have not ended.
    pub fn living(&self, process: ProcessId) -> usize {
        self.family(process).filter(|p| !p.ended).count()
    }

    /// Whether a process has not ended.
    pub fn runs(&self, process: ProcessId) -> bool {
        self.processes.get(process.0).is_some_and(|p| !p.ended)
    }

    /// The task of a process: its pid less one.
    pub fn task(&self, process: ProcessId) -> TaskId {
        TaskId(self.first_task + process.0 as u32)
    }

    /// The process of a task that runs.
    pub fn process(&self, task: TaskId) -> Option<ProcessId> {
        let index = task.0.checked_sub(self.first_task)? as usize;
        self.processes.get(index).filter(|p| !p.ended).map(|_| ProcessId(index))
    }

    /// Whether a process is `ancestor` or descends from it by `fork`.
    pub fn descends(&self, process: ProcessId, ancestor: ProcessId) -> bool {
        self.processes.get(process.0).is_some_and(|p| p.family == ancestor.0)
    }

    /// The processes that share limits with this one, itself among them.
    pub(crate) fn family(&self, process: ProcessId) -> impl Iterator<Item = &Process> {
        let family = self.processes[process.0].family;
        self.processes.iter().filter(move |p| p.family == family)
    }

    /// Whether this process, and its later children, may bind ports below 1024.
    pub fn set_privileged(&mut self, process: ProcessId, privileged: bool) {
        if let Some(process) = self.processes.get_mut(process.0) {
            process.privileged = privileged;
        }
    }

    /// Ends a process as SIGKILL does: its calls end with [`Errno::ECANCELED`], its descriptors close, and none of
    /// those closes waits.
    pub fn exit(&mut self, process: ProcessId) {
        self.stop(process, Errno::ECANCELED);
        let Some(ending) = self.processes.get_mut(process.0) else { return };
        for id in ending.end() {
            let file = self.files.get_mut(&id).filter(|_| self.processes.iter().any(|p| p.holds(id)));
            file.and_then(|file| file.duplicates.pop());
        }
        self.orphans = true;
        self.forget_unused();
    }

    /// A signal that the process catches interrupts what it waits in: EINTR, or what was done so far.
    pub fn interrupt(&mut self, process: ProcessId) {
        self.stop(process, Errno::EINTR);
    }

    /// Lets connections close by RST and at once: a FIN that nobody acknowledges would keep a host's network for minutes.
    pub(crate) fn abort(&mut self, which: impl Fn(&File) -> bool) {
        for file in self.files.values_mut().filter(|file| file.kind == Kind::Tcp && which(file)) {
            let _ = file.set_linger(Some(0));
            file.linger = Some(0);
        }
    }

    fn stop(&mut self, process: ProcessId, errno: Errno) {
        let ids: Vec<_> = self.waiting.iter().filter(|w| w.process == process.0).map(|w| w.id).collect();
        ids.into_iter().for_each(|id| self.stop_call(id, errno));
    }

    pub(crate) fn stop_call(&mut self, id: CallId, errno: Errno) {
        let Some(index) = self.waiting.iter().position(|w| w.id == id) else { return };
        let mut waiting = self.waiting.remove(index);
        let process = ProcessId(waiting.process);
        waiting.tape.woke(Woke::Stopped);
        let (outcome, by) = match so_far_of(&waiting.call, waiting.progress) {
            Some(returned) => (Ok(returned), Answered::Kernel),
            None => (Err(errno), Answered::Relay),
        };
        self.orphans |= matches!(waiting.call, Call::Close { .. });
        self.end(process, (waiting.id, waiting.call), (outcome, by), None, waiting.tape);
    }
}
