//! The host's own kernel behind the vocabulary of calls.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddrV4;
use std::sync::Arc;
use std::task::{Context, Poll};

use syscall::{Call, CallId, Completed, Errno, Fd, HostId, Kernel, Observed, Outcome, Returned, TaskId};
use tokio::sync::Semaphore;

use crate::calls::Start;
use crate::file::{File, FileId, Kind};
use crate::process::Process;
use crate::waiting::{Raw, Waiting, Woken, nothing_ready, so_far};
use crate::{Answered, Limits, Network, sys};

/// A process of the lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProcessId(pub(crate) usize);

/// A call that has ended, with what the kernel held directly after.
#[derive(Clone, Debug)]
pub struct Done {
    /// The call's number.
    pub id: CallId,
    /// Who made it.
    pub process: ProcessId,
    /// The call.
    pub call: Call,
    /// Its outcome.
    pub outcome: Outcome,
    /// Who answered.
    pub by: Answered,
    /// What the kernel held for this end; absent where the call was about no connection.
    pub here: Option<Observed>,
    /// The same for the other end, once it is accepted in this lab.
    pub there: Option<Observed>,
}

/// Real sockets of a few processes. A call on a non-blocking descriptor is one system call; a blocking one waits
/// without a thread and is made again when its socket is ready.
///
/// Order of use: that of [`Kernel`], and [`poll_wait`](Self::poll_wait) from a tokio task so that waiting calls go on.
/// All sockets close with it.
pub struct RealKernel {
    pub(crate) network: Box<dyn Network>,
    pub(crate) limits: Limits,
    pub(crate) budget: Arc<Semaphore>,
    pub(crate) processes: Vec<Process>,
    pub(crate) files: BTreeMap<FileId, File>,
    pub(crate) next_file: FileId,
    pub(crate) waiting: Vec<Waiting>,
    pub(crate) done: VecDeque<Done>,
    /// Whether a file may be open that no descriptor refers to.
    pub(crate) orphans: bool,
}

impl RealKernel {
    /// A kernel with one process, the learner's, on host 0. `budget` counts the sockets of all labs together.
    pub fn new(network: Box<dyn Network>, limits: Limits, budget: Arc<Semaphore>) -> Self {
        let learner = Process::new(HostId(0), limits.sockets, 3);
        Self {
            network,
            limits,
            budget,
            processes: vec![learner],
            files: BTreeMap::new(),
            next_file: 0,
            waiting: Vec::new(),
            done: VecDeque::new(),
            orphans: false,
        }
    }

    /// The learner's process: that of every task that is submitted through [`Kernel::submit`].
    pub const LEARNER: ProcessId = ProcessId(0);

    /// How sockets are kept apart.
    pub fn mode(&self) -> &'static str {
        self.network.mode()
    }

    /// A further process, whose descriptor 0 is one end of a socket pair; the other end is answered.
    ///
    /// # Errors
    /// The kernel's own, or EMFILE where the budget is used up.
    pub fn spawn(&mut self, host: HostId) -> Result<(ProcessId, std::os::fd::OwnedFd), Errno> {
        let (inner, outer) = sys::unix_pair()?;
        let mut process = Process::new(host, u32::MAX, 0);
        let file = self.add(inner, host, Kind::Unix)?;
        process.insert(file, false);
        self.processes.push(process);
        Ok((ProcessId(self.processes.len() - 1), outer))
    }

    /// As [`Kernel::submit`], for a task of this process.
    pub fn submit_as(&mut self, process: ProcessId, id: CallId, call: Call) {
        let other = call.fd().and_then(|fd| self.file(process, fd)).and_then(|f| f.other);
        let waiting_calls = self.waiting.iter().filter(|w| w.process == process.0).count();
        let (outcome, by) = match self.start(process, &call) {
            Start::Ended(outcome) => (outcome, Answered::Kernel),
            Start::Refused(errno) => (Err(errno), Answered::Relay),
            Start::Waits { .. } if waiting_calls >= self.limits.waiting => {
                (Err(Errno::ENOBUFS), Answered::Relay)
            }
            Start::Waits { files, progress, timeout_us } => {
                let most = self.most(process, &call);
                self.waiting.push(Waiting::new((id, process.0), call, files, progress, most, timeout_us));
                return;
            }
        };
        self.end(process, id, call, outcome, by, other);
    }

    /// Lets waiting calls go on; ready when a call has ended, which [`next_done`](Self::next_done) then gives.
    pub fn poll_wait(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut index = 0;
        while index < self.waiting.len() {
            match self.waiting[index].poll(&mut self.files, cx) {
                Poll::Pending => index += 1,
                Poll::Ready(woken) => {
                    let waiting = self.waiting.remove(index);
                    self.wake(waiting, woken);
                }
            }
        }
        if self.done.is_empty() { Poll::Pending } else { Poll::Ready(()) }
    }

    /// The next ended call, in the order of ending.
    pub fn next_done(&mut self) -> Option<Done> {
        self.done.pop_front()
    }

    /// The lesson address of a descriptor's socket.
    pub fn lesson_address(&self, process: ProcessId, fd: Fd) -> Option<SocketAddrV4> {
        self.file(process, fd)?.lesson_local
    }

    fn wake(&mut self, mut waiting: Waiting, woken: Woken) {
        let process = ProcessId(waiting.process);
        let outcome = match woken {
            Woken::Ended(Ok(raw)) => match self.finish(process, &waiting.call, raw) {
                Some(outcome) => outcome,
                // A stranger's connection was turned away; the wait goes on, looked at again at once.
                None => return self.waiting.push(waiting),
            },
            Woken::Ended(Err(errno)) => {
                if let Call::Connect { .. } = waiting.call {
                    self.connect_failed(waiting.files.first().map(|f| f.0));
                }
                Err(errno)
            }
            Woken::TimedOut => match (nothing_ready(&waiting.call), so_far(&mut waiting.progress)) {
                (Some(nothing), _) => Ok(nothing),
                (None, Some(Raw::Count(count))) => Ok(Returned::Count(count)),
                (None, Some(Raw::Data(data))) => Ok(Returned::Data(data)),
                (None, _) if matches!(waiting.call, Call::Connect { .. }) => Err(Errno::EINPROGRESS),
                (None, _) => Err(Errno::EAGAIN),
            },
        };
        self.end(process, waiting.id, waiting.call, outcome, Answered::Kernel, None);
    }

    fn end(
        &mut self,
        process: ProcessId,
        id: CallId,
        call: Call,
        outcome: Outcome,
        by: Answered,
        other: Option<FileId>,
    ) {
        let about = match &outcome {
            Ok(Returned::Accepted { fd, .. }) => Some(*fd),
            _ => call.fd(),
        };
        let file = about.and_then(|fd| self.file(process, fd)).filter(|f| f.pair.is_some());
        let here = file.map(|f| sys::observe(f.fd()));
        let there = file.and_then(|f| f.other).or(other).and_then(|id| self.files.get(&id));
        let there = there.map(|f| sys::observe(f.fd()));
        self.done.push_back(Done { id, process, call, outcome, by, here, there });
        self.forget_unused();
    }

    /// Drops what only calls that have ended still held open.
    fn forget_unused(&mut self) {
        if std::mem::take(&mut self.orphans) {
            let (processes, waiting) = (&self.processes, &self.waiting);
            let used = |id: &FileId| {
                processes.iter().any(|p| p.holds(*id)) || waiting.iter().any(|w| w.waits_for(*id))
            };
            let network = &mut self.network;
            self.files.retain(|id, file| {
                let keep = used(id);
                if let (false, Some(real)) = (keep, file.bound) {
                    network.release(real);
                }
                keep
            });
            self.orphans = self.files.keys().any(|id| !self.processes.iter().any(|p| p.holds(*id)));
        }
    }

    pub(crate) fn id(&self, process: ProcessId, fd: Fd) -> Option<FileId> {
        self.processes.get(process.0)?.file(fd)
    }

    pub(crate) fn file(&self, process: ProcessId, fd: Fd) -> Option<&File> {
        self.files.get(&self.id(process, fd)?)
    }

    pub(crate) fn add(
        &mut self,
        fd: std::os::fd::OwnedFd,
        host: HostId,
        kind: Kind,
    ) -> Result<FileId, Errno> {
        let permit = Arc::clone(&self.budget).try_acquire_owned().map_err(|_| Errno::EMFILE)?;
        self.next_file += 1;
        self.files.insert(self.next_file, File::new(fd, host, kind, permit));
        Ok(self.next_file)
    }

    /// The most bytes that one `recv` of this process takes.
    pub(crate) fn most(&self, process: ProcessId, call: &Call) -> usize {
        let limit = if process == Self::LEARNER { self.limits.recv } else { self.limits.peer_recv };
        match call {
            Call::Recv { len, .. } => limit.min(*len as usize),
            _ => 0,
        }
    }
}

impl Kernel for RealKernel {
    fn submit(&mut self, id: CallId, _task: TaskId, call: Call) {
        self.submit_as(Self::LEARNER, id, call);
    }

    fn cancel(&mut self, id: CallId) {
        let Some(index) = self.waiting.iter().position(|w| w.id == id) else { return };
        let mut waiting = self.waiting.remove(index);
        let process = ProcessId(waiting.process);
        let (outcome, by) = match so_far(&mut waiting.progress) {
            Some(Raw::Count(count)) => (Ok(Returned::Count(count)), Answered::Kernel),
            Some(Raw::Data(data)) => (Ok(Returned::Data(data)), Answered::Kernel),
            _ => (Err(Errno::ECANCELED), Answered::Relay),
        };
        self.end(process, waiting.id, waiting.call, outcome, by, None);
    }

    fn poll_completed(&mut self) -> Option<Completed> {
        self.next_done().map(|done| Completed { id: done.id, outcome: done.outcome })
    }
}
