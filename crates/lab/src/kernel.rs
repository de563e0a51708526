//! The host's own kernel behind the vocabulary of calls.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddrV4;
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::task::{Context, Poll};

use syscall::{
    Call, CallId, Completed, Errno, Fd, HostId, Kernel, Observed, OptionValue, Outcome, Returned,
    SocketOption, TaskId,
};
use tokio::sync::Semaphore;

use crate::calls::Start;
use crate::file::{File, FileId, Kind, Left};
use crate::process::Process;
use crate::waiting::{Progress, Raw, Waiting, Woken, nothing_ready, so_far};
use crate::{Answered, Limits, Network, sys};

/// SO_SNDBUF of the end that talks to a peer's control channel, in bytes: room for some tens of lines.
const CONTROL_BUFFER: i32 = 16 << 10;

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
    /// Connections that may still be accepted though the socket that made them is closed, oldest first.
    pub(crate) left: VecDeque<Left>,
}

/// Connections in [`RealKernel::left`]; beyond it the oldest is forgotten.
const MOST_LEFT: usize = 256;

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
            left: VecDeque::new(),
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
        let size = OptionValue::Int(CONTROL_BUFFER);
        sys::set_option(outer.as_fd(), SocketOption::SoSndbuf, size)?;
        let mut process = Process::new(host, u32::MAX, 0);
        let file = self.add(inner, host, Kind::Unix)?;
        process.insert(file, false);
        self.processes.push(process);
        Ok((ProcessId(self.processes.len() - 1), outer))
    }

    /// As [`Kernel::submit`], for a task of this process.
    pub fn submit_as(&mut self, process: ProcessId, id: CallId, call: Call) {
        let other = call.fd().and_then(|fd| self.file(process, fd)).and_then(|f| f.other);
        let (outcome, by) = match self.start(process, &call) {
            Start::Ended(outcome) => (outcome, Answered::Kernel),
            Start::Refused(errno) => (Err(errno), Answered::Relay),
            Start::Waits { progress, .. } if !self.may_wait(process, &call) => match so_far_of(progress) {
                Some(outcome) => (Ok(outcome), Answered::Kernel),
                None => (Err(Errno::ENOBUFS), Answered::Relay),
            },
            Start::Waits { files, progress, timeout_us } => {
                let most = self.most(process, &call);
                self.waiting.push(Waiting::new((id, process.0), call, files, progress, most, timeout_us));
                return;
            }
        };
        self.end(process, id, call, outcome, by, other);
    }

    /// Whether one more call of this process may wait, so many and so large as those are that do.
    fn may_wait(&self, process: ProcessId, call: &Call) -> bool {
        let (mut calls, mut bytes) = (0, self.weight(process, call));
        for waiting in self.waiting.iter().filter(|w| w.process == process.0) {
            calls += 1;
            bytes += self.weight(process, &waiting.call);
        }
        calls < self.limits.waiting && bytes <= self.limits.waiting_bytes
    }

    /// Bytes that a call holds while it waits.
    fn weight(&self, process: ProcessId, call: &Call) -> usize {
        match call {
            Call::Send { data, .. } => data.len(),
            Call::Recv { flags, .. } if flags.waitall => self.most(process, call),
            _ => 0,
        }
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

    fn wake(&mut self, waiting: Waiting, woken: Woken) {
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
            Woken::TimedOut => match (nothing_ready(&waiting.call), so_far_of(waiting.progress)) {
                (Some(nothing), _) => Ok(nothing),
                (None, Some(returned)) => Ok(returned),
                (None, None) if matches!(waiting.call, Call::Connect { .. }) => Err(Errno::EINPROGRESS),
                (None, None) => Err(Errno::EAGAIN),
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
            let (network, left) = (&mut self.network, &mut self.left);
            self.files.retain(|id, file| {
                let keep = used(id);
                if keep {
                    return true;
                }
                if let Some(real) = file.bound {
                    network.release(real);
                    // Whoever has not been accepted never will be.
                    left.retain(|left| left.pair.1 != real);
                }
                left.extend(file.left());
                false
            });
            self.left.drain(..self.left.len().saturating_sub(MOST_LEFT));
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

/// What a call that stops half-way returns, if it has done anything.
fn so_far_of(mut progress: Progress) -> Option<Returned> {
    match so_far(&mut progress)? {
        Raw::Count(count) => Some(Returned::Count(count)),
        Raw::Data(data) => Some(Returned::Data(data)),
        Raw::Accepted(_) | Raw::Connected | Raw::Ready(_) => None,
    }
}

impl Kernel for RealKernel {
    fn submit(&mut self, id: CallId, _task: TaskId, call: Call) {
        self.submit_as(Self::LEARNER, id, call);
    }

    fn cancel(&mut self, id: CallId) {
        let Some(index) = self.waiting.iter().position(|w| w.id == id) else { return };
        let waiting = self.waiting.remove(index);
        let process = ProcessId(waiting.process);
        let (outcome, by) = match so_far_of(waiting.progress) {
            Some(returned) => (Ok(returned), Answered::Kernel),
            None => (Err(Errno::ECANCELED), Answered::Relay),
        };
        self.end(process, waiting.id, waiting.call, outcome, by, None);
    }

    fn poll_completed(&mut self) -> Option<Completed> {
        self.next_done().map(|done| Completed { id: done.id, outcome: done.outcome })
    }
}

#[cfg(test)]
mod tests {
    use syscall::{Domain, How, SocketType};

    use super::*;
    use crate::Loopback;

    const SOCKET: Call = Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };

    struct Bench(RealKernel, u64);

    impl Bench {
        fn with_budget(sockets: usize) -> Self {
            let budget = Arc::new(Semaphore::new(sockets));
            Self(RealKernel::new(Box::new(Loopback::new(2)), Limits::default(), budget), 0)
        }
        fn submit(&mut self, call: Call) {
            self.1 += 1;
            self.0.submit_as(RealKernel::LEARNER, CallId(self.1), call);
        }
        async fn ended(&mut self) -> (Outcome, Answered) {
            std::future::poll_fn(|cx| self.0.poll_wait(cx)).await;
            let done = self.0.next_done().unwrap();
            (done.outcome, done.by)
        }
        async fn call(&mut self, call: Call) -> (Outcome, Answered) {
            self.submit(call);
            self.ended().await
        }
        async fn ok(&mut self, call: Call) -> Returned {
            self.call(call).await.0.unwrap()
        }
        fn connect(fd: Fd, address: &str) -> Call {
            Call::Connect { fd, address: address.parse().unwrap() }
        }
    }

    #[tokio::test]
    async fn a_listener_without_an_address_is_on_loopback_only() {
        let mut bench = Bench::with_budget(10);
        let fd = Fd(3);
        bench.ok(SOCKET).await;
        bench.ok(Call::Listen { fd, backlog: 1 }).await;
        let real = sys::local(bench.0.file(RealKernel::LEARNER, fd).unwrap().fd()).unwrap();
        assert!(real.ip().is_loopback(), "{real}");
        let lesson = bench.0.lesson_address(RealKernel::LEARNER, fd).unwrap();
        assert!(lesson.ip().is_unspecified());
        bench.ok(SOCKET).await;
        bench.ok(Bench::connect(Fd(4), &format!("127.0.0.1:{}", lesson.port()))).await;
    }

    #[tokio::test]
    async fn a_duplicate_counts_to_the_budget_of_all_labs() {
        let mut bench = Bench::with_budget(2);
        bench.ok(SOCKET).await;
        let dup = Call::Dup { fd: Fd(3) };
        bench.ok(dup.clone()).await;
        assert_eq!(bench.call(dup.clone()).await, (Err(Errno::EMFILE), Answered::Relay));
        bench.ok(Call::Close { fd: Fd(4) }).await;
        bench.ok(dup).await;
    }

    #[tokio::test]
    async fn a_connect_that_is_shut_down_does_not_lead_to_where_it_went() {
        let mut bench = Bench::with_budget(10);
        bench.ok(SOCKET).await;
        bench.ok(Call::Bind { fd: Fd(3), address: "127.0.0.1:80".parse().unwrap() }).await;
        bench.ok(Call::Listen { fd: Fd(3), backlog: 0 }).await;
        bench.ok(SOCKET).await;
        bench.ok(Bench::connect(Fd(4), "127.0.0.1:80")).await;
        // The one place in the queue is taken: this one waits in SYN-SENT.
        bench.ok(SOCKET).await;
        bench.submit(Bench::connect(Fd(5), "127.0.0.1:80"));
        assert!(bench.0.next_done().is_none());
        bench.ok(Call::Shutdown { fd: Fd(5), how: How::Read }).await;
        assert_eq!(bench.ended().await.0, Err(Errno::ECONNABORTED));
        let foreign = bench.call(Bench::connect(Fd(5), "192.0.2.1:80")).await;
        assert_eq!(foreign, (Err(Errno::ENETUNREACH), Answered::Relay));
    }
}
