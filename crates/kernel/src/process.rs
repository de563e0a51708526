//! Processes: how they start, fork and end, and the signals that reach them.

use std::sync::Arc;

use syscall::{Fd, HostId, Pid, Returned, Signal, SocketId, SourceRange, TaskId, Tid, What};

use crate::calls::{Step, done};
use crate::kernel::{Kernel, Task};
use crate::sizes::DESCRIPTOR_LIMIT;

/// What runs on a host.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Process {
    pub(crate) host: HostId,
    pub(crate) descriptors: Descriptors,
    /// RLIMIT_NOFILE: every descriptor is below it.
    pub(crate) descriptor_limit: i32,
    /// CAP_NET_BIND_SERVICE.
    pub(crate) privileged: bool,
    pub(crate) ignores_sigpipe: bool,
    pub(crate) alive: bool,
    pub(crate) ended_by: Option<Signal>,
}

/// What a process's descriptors stand for. They are few: a list in their order is found through faster than a tree.
#[derive(Clone, Debug, Default, Hash)]
pub(crate) struct Descriptors(Vec<(Fd, SocketId)>);

impl Descriptors {
    fn place(&self, fd: Fd) -> Result<usize, usize> {
        self.0.binary_search_by_key(&fd, |(known, _)| *known)
    }

    pub(crate) fn get(&self, fd: Fd) -> Option<SocketId> {
        self.place(fd).ok().map(|place| self.0[place].1)
    }

    /// Let it stand for this file.
    pub(crate) fn insert(&mut self, fd: Fd, id: SocketId) {
        match self.place(fd) {
            Ok(place) => self.0[place].1 = id,
            Err(place) => self.0.insert(place, (fd, id)),
        }
    }

    pub(crate) fn remove(&mut self, fd: Fd) -> Option<SocketId> {
        self.place(fd).ok().map(|place| self.0.remove(place).1)
    }

    /// All of them, rising.
    pub(crate) fn all(&self) -> &[(Fd, SocketId)] {
        &self.0
    }
}

impl Kernel {
    /// Start a process with one thread on a host. It has no privilege, at most 1024 descriptors, and SIGPIPE ends it.
    ///
    /// # Panics
    /// If there is no such host.
    pub fn spawn(&mut self, host: HostId) -> TaskId {
        assert!(host.0 < self.host_count(), "host {host} is one of {}", self.host_count());
        self.add_process(Process {
            host,
            descriptors: Descriptors::default(),
            descriptor_limit: DESCRIPTOR_LIMIT,
            privileged: false,
            ignores_sigpipe: false,
            alive: true,
            ended_by: None,
        })
    }

    fn add_process(&mut self, process: Process) -> TaskId {
        self.processes.push(Arc::new(process));
        let pid = Pid(self.processes.len() as u32);
        let task = TaskId(self.tasks.len() as u32);
        self.tasks.push(Task { pid, tid: Tid(task.0 + 1) });
        task
    }

    /// Start another thread of a task's process: it has the same descriptors.
    pub fn spawn_thread(&mut self, of: TaskId) -> TaskId {
        let task = TaskId(self.tasks.len() as u32);
        self.tasks.push(Task { pid: self.pid(of), tid: Tid(task.0 + 1) });
        task
    }

    /// The process of a task.
    pub fn pid(&self, task: TaskId) -> Pid {
        self.tasks[task.0 as usize].pid
    }

    /// Whether a task's process runs: it has not exited and no signal has ended it.
    pub fn is_alive(&self, task: TaskId) -> bool {
        self.process(self.pid(task)).alive
    }

    /// The signal that has ended a process, if one has.
    ///
    /// # Panics
    /// If there was never such a process.
    pub fn ended_by(&self, pid: Pid) -> Option<Signal> {
        self.process(pid).ended_by
    }

    /// RLIMIT_NOFILE of a process: its descriptors are smaller than that. 1024 unless set.
    ///
    /// # Panics
    /// If there was never such a process.
    pub fn set_descriptor_limit(&mut self, pid: Pid, limit: u32) {
        self.process_mut(pid).descriptor_limit = i32::try_from(limit).unwrap_or(i32::MAX);
    }

    /// Whether a process may bind any port: CAP_NET_BIND_SERVICE.
    ///
    /// # Panics
    /// If there was never such a process.
    pub fn set_privileged(&mut self, pid: Pid, privileged: bool) {
        self.process_mut(pid).privileged = privileged;
    }

    /// Whether a process ignores SIGPIPE, as Python's do. It is ended by it unless set.
    ///
    /// # Panics
    /// If there was never such a process.
    pub fn set_ignores_sigpipe(&mut self, pid: Pid, ignores: bool) {
        self.process_mut(pid).ignores_sigpipe = ignores;
    }

    pub(crate) fn process(&self, pid: Pid) -> &Process {
        &self.processes[pid.0 as usize - 1]
    }

    pub(crate) fn process_mut(&mut self, pid: Pid) -> &mut Process {
        Arc::make_mut(&mut self.processes[pid.0 as usize - 1])
    }

    /// The child has every descriptor of the parent; both refer to the same open files.
    pub(crate) fn call_fork(&mut self, parent: TaskId) -> Step {
        let process = self.process(self.pid(parent)).clone();
        for (_, id) in process.descriptors.all() {
            *self.file_mut(*id).references() += 1;
        }
        let child = self.add_process(process);
        self.forked.push_back(child);
        done(Returned::Forked(self.pid(child)))
    }

    /// The task of the next child that the driver has not heard of, in the order of the forks. It goes on where its parent
    /// is, and is to be told `Forked(0)`.
    pub fn next_forked(&mut self) -> Option<TaskId> {
        self.forked.pop_front()
    }

    /// End a task's process: its calls end without an outcome, its descriptors are closed as the kernel closes them.
    pub fn exit(&mut self, task: TaskId, status: i32) {
        let pid = self.pid(task);
        self.log.cause = None;
        if self.process(pid).alive {
            let left_open = self.open_descriptors(pid);
            let place = self.place_of(task, None);
            let index = self.push_event(place, None, None, What::Exited { status, left_open });
            self.end_process(pid, index);
        }
    }

    /// Send a process a signal; answers whether it was alive.
    ///
    /// SIGKILL ends it, its kernel closes what it had open, and the calls that it was in never complete. SIGUSR1 stands
    /// for every signal with a handler (installed without SA_RESTART): one call that waits returns what it has done so
    /// far, or EINTR. SIGPIPE ends it unless it ignores that.
    ///
    /// # Panics
    /// If there was never such a process.
    pub fn send_signal(&mut self, pid: Pid, signal: Signal) -> bool {
        if !self.process(pid).alive {
            return false;
        }
        self.log.cause = None;
        match signal {
            Signal::Sigkill => self.end_by_signal(pid, signal, None),
            Signal::Sigpipe if self.process(pid).ignores_sigpipe => {}
            Signal::Sigpipe => self.end_by_signal(pid, signal, None),
            Signal::Sigusr1 => self.interrupt(pid),
        }
        true
    }

    fn interrupt(&mut self, pid: Pid) {
        let tasks = &self.tasks;
        let waiting = self.pending.iter().position(|p| p.waits && tasks[p.task.0 as usize].pid == pid);
        let task = waiting.map_or_else(|| self.first_task(pid), |place| self.pending[place].task);
        let place = self.place_of(task, None);
        let index = self.push_event(place, None, None, What::Signalled { signal: Signal::Sigusr1 });
        if let Some(place) = waiting {
            self.pending[place].interrupted = true;
            self.pending[place].woken_by = Some(index);
        }
    }

    /// A signal ends a process; `source` is the place of the call that brought it about.
    pub(crate) fn end_by_signal(&mut self, pid: Pid, signal: Signal, source: Option<SourceRange>) {
        let left_open = self.open_descriptors(pid);
        let place = self.place_of(self.first_task(pid), None);
        let index = self.push_event(place, source, None, What::Killed { signal, left_open });
        self.process_mut(pid).ended_by = Some(signal);
        self.end_process(pid, index);
    }

    fn first_task(&self, pid: Pid) -> TaskId {
        let place = self.tasks.iter().position(|task| task.pid == pid);
        TaskId(place.expect("a process has a thread") as u32)
    }

    fn open_descriptors(&self, pid: Pid) -> Vec<Fd> {
        self.process(pid).descriptors.all().iter().map(|(fd, _)| *fd).collect()
    }

    fn end_process(&mut self, pid: Pid, cause: u32) {
        self.log.cause = Some(cause);
        let mut k = 0;
        while k < self.pending.len() {
            if self.pid(self.pending[k].task) == pid {
                let pending = self.pending.remove(k);
                self.let_go(&pending);
            } else {
                k += 1;
            }
        }
        self.process_mut(pid).alive = false;
        for (_, id) in std::mem::take(&mut self.process_mut(pid).descriptors).0 {
            self.release_reference(id);
        }
        self.note_wakeups(cause);
        self.log.cause = None;
        self.forget_the_dead();
    }
}
