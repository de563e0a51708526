//! The host's own kernel behind the vocabulary of calls.

use std::collections::VecDeque;
use std::net::SocketAddrV4;
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::task::{Context, Poll};

use syscall::{
    Call, CallId, Completed, Errno, Fd, HostId, Kernel, Observed, Outcome, RealCall, RealSteps, Returned,
    TaskId,
};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::calls::Start;
use crate::file::{File, FileId, Files, Kind, Left, set_linger};
use crate::holds::Holds;
use crate::process::Process;
use crate::sys::Owned;
use crate::trace::{self, Tape};
use crate::waiting::{Progress, Raw, Waiting, Woken, nothing_ready, so_far};
use crate::{Answered, Hand, Limits, Network, sys};

/// A process of the lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProcessId(pub(crate) usize);

impl Done {
    /// Bytes received, for `recv`; else 0.
    pub fn received(&self) -> u32 {
        match &self.outcome {
            Ok(Returned::Data(data)) => u32::try_from(data.len()).unwrap_or(u32::MAX),
            _ => 0,
        }
    }
}

/// A call that has ended, with what the kernel held directly after.
#[derive(Clone, Debug)]
pub struct Done {
    /// The call's number.
    pub id: CallId,
    /// Who made it.
    pub process: ProcessId,
    /// The real calls that were made for it, and the waits between them.
    pub real: RealSteps,
    /// Those that only looked at what kernels held after it, if they [are kept](RealKernel::keep_looks).
    pub looks: Vec<RealCall>,
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
    /// Places in it of processes that nobody asks for any more.
    pub(crate) retired: Vec<usize>,
    pub(crate) files: Files,
    pub(crate) next_file: FileId,
    pub(crate) waiting: Vec<Waiting>,
    pub(crate) done: VecDeque<Box<Done>>,
    /// Whether a file may be open that no descriptor refers to.
    pub(crate) orphans: bool,
    /// Real and lesson addresses of datagram sockets that are closed, oldest first: what they sent may still be read.
    pub(crate) senders: VecDeque<(SocketAddrV4, SocketAddrV4)>,
    /// The hosts' names.
    pub(crate) names: Vec<String>,
    /// The task of the first process.
    pub(crate) first_task: u32,
    /// What is to be told of connections between calls.
    pub(crate) holds: Holds,
    /// Connections that may still be accepted though the socket that made them is closed, oldest first.
    pub(crate) left: VecDeque<Left>,
    opened: Instant,
    looks: bool,
}

/// Entries of [`RealKernel::left`] and [`RealKernel::senders`]; beyond it the oldest is forgotten.
const MOST_LEFT: usize = 256;

/// Takes the first out of a queue, which holds little memory while it is empty: a lab is silent most of its time. What is in
/// it is large, so a queue of places for it would be dear to make for each call.
pub(crate) fn next_of<T>(queue: &mut VecDeque<Box<T>>) -> Option<T> {
    /// The least that a queue makes, kept so that it is not made anew for each call.
    const FEW: usize = 4;
    let next = queue.pop_front();
    if queue.is_empty() && queue.capacity() > FEW {
        *queue = VecDeque::new();
    }
    next.map(|next| *next)
}

impl RealKernel {
    /// A kernel without a process. `budget` counts the open files of all labs together.
    pub fn new(network: Box<dyn Network>, limits: Limits, budget: Arc<Semaphore>) -> Self {
        Self {
            network,
            limits,
            budget,
            processes: Vec::new(),
            retired: Vec::new(),
            files: Files::new(),
            next_file: 0,
            waiting: Vec::new(),
            done: VecDeque::new(),
            orphans: false,
            senders: VecDeque::new(),
            names: Vec::new(),
            first_task: 0,
            holds: Holds::default(),
            left: VecDeque::new(),
            opened: Instant::now(),
            looks: false,
        }
    }

    /// The same, with times counted from `opened`.
    #[must_use]
    pub fn since(mut self, opened: Instant) -> Self {
        self.opened = opened;
        self
    }

    /// From now on [`Done::looks`] tells of them.
    pub fn keep_looks(&mut self) {
        self.looks = true;
    }

    /// The same, with tasks numbered from `first`.
    #[must_use]
    pub fn with_tasks_from(mut self, first: u32) -> Self {
        self.first_task = first;
        self
    }

    /// Gives the hosts their names, in their order; else they are host1, host2.
    pub fn set_names(&mut self, names: &[&str]) {
        self.names = names.iter().map(ToString::to_string).collect();
    }

    /// How sockets are kept apart.
    pub fn mode(&self) -> &'static str {
        self.network.mode()
    }

    /// The hand on the wire between hosts, if there is one.
    pub fn hand(&self) -> Option<&Hand> {
        self.network.hand()
    }

    /// Whether a call waits.
    pub fn is_waiting(&self, id: CallId) -> bool {
        self.waiting.iter().any(|waiting| waiting.id == id)
    }

    /// As [`Kernel::submit`], for a task of this process.
    pub fn submit_as(&mut self, process: ProcessId, id: CallId, call: Call) {
        // Nobody is told what a peer's calls come to.
        let told = self.processes.get(process.0).is_none_or(|p| !p.is_peer());
        let mut tape = Tape::new(self.opened, if told { self.limits.steps } else { 0 }, self.looks);
        if self.processes.get(process.0).is_none_or(|p| p.ended) {
            return self.end(process, (id, call), (Err(Errno::ESRCH), Answered::Relay), None, tape);
        }
        let other = call.fd().and_then(|fd| self.file(process, fd)).and_then(|f| f.other);
        let start = trace::on(&mut tape, || self.start(process, &call));
        let answer = match start {
            Start::Ended(outcome) => (outcome, Answered::Kernel),
            Start::Refused(errno) => (Err(errno), Answered::Relay),
            Start::Told(returned) => (Ok(returned), Answered::Relay),
            Start::Waits { progress, .. } if !self.may_wait(process, &call) => {
                match (so_far_of(&call, progress), &call) {
                    (Some(outcome), _) => (Ok(outcome), Answered::Kernel),
                    (None, Call::Close { .. }) => (Ok(Returned::Done), Answered::Kernel),
                    (None, _) => (Err(Errno::ENOBUFS), Answered::Relay),
                }
            }
            Start::Waits { files, progress, timeout_us } => {
                let (most, so_far) = (self.most(process, &call), (progress, tape));
                // One at a time, for few wait and each is large.
                self.waiting.reserve_exact(1);
                self.waiting.push(Waiting::new((id, process.0), call, files, so_far, most, timeout_us));
                return;
            }
        };
        self.end(process, (id, call), answer, other, tape);
    }

    /// Whether one more call of this process may wait, so many and so large as those are that do.
    fn may_wait(&self, process: ProcessId, call: &Call) -> bool {
        let (mut calls, mut bytes) = (0, self.weight(process, call));
        let family = self.processes[process.0].family;
        for waiting in self.waiting.iter().filter(|w| self.processes[w.process].family == family) {
            calls += 1;
            bytes += self.weight(process, &waiting.call);
        }
        calls < self.limits.waiting && bytes <= self.limits.waiting_bytes
    }

    /// Bytes that a call holds while it waits.
    fn weight(&self, process: ProcessId, call: &Call) -> usize {
        match call {
            Call::Send { data, .. } | Call::Sendto { data, .. } | Call::Write { data, .. } => data.len(),
            Call::Recv { flags, .. } | Call::Recvfrom { flags, .. } if flags.waitall => {
                self.most(process, call)
            }
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
        next_of(&mut self.done)
    }

    /// The lesson address that a descriptor's socket was given.
    pub fn lesson_address(&self, process: ProcessId, fd: Fd) -> Option<SocketAddrV4> {
        self.file(process, fd)?.lesson_local
    }

    fn wake(&mut self, mut waiting: Waiting, woken: Woken) {
        let process = ProcessId(waiting.process);
        let mut tape = std::mem::take(&mut waiting.tape);
        let Some(outcome) = trace::on(&mut tape, || self.outcome_of(process, &mut waiting, woken)) else {
            // A stranger was turned away; the wait goes on, looked at again at once.
            waiting.tape = tape;
            return self.waiting.push(waiting);
        };
        self.orphans |= matches!(waiting.call, Call::Close { .. });
        self.end(process, (waiting.id, waiting.call), (outcome, Answered::Kernel), None, tape);
    }

    /// What a call that has waited returns.
    fn outcome_of(&mut self, process: ProcessId, waiting: &mut Waiting, woken: Woken) -> Option<Outcome> {
        Some(match woken {
            Woken::Ended(Ok(raw)) => return self.finish(process, &waiting.call, raw),
            Woken::Ended(Err(errno)) => {
                if let Call::Connect { .. } = waiting.call {
                    self.connect_failed(waiting.files.first().map(|f| f.0));
                }
                Err(errno)
            }
            Woken::TimedOut => {
                let so_far = so_far_of(&waiting.call, std::mem::take(&mut waiting.progress));
                match (&waiting.call, so_far) {
                    (Call::Select { .. } | Call::Poll { .. }, _) => {
                        nothing_ready(&waiting.call).ok_or(Errno::EINVAL)
                    }
                    // Whatever its connection still has to do, the kernel goes on with it by itself.
                    (Call::Close { .. }, _) => Ok(Returned::Done),
                    (_, Some(returned)) => Ok(returned),
                    (Call::Connect { .. }, None) => Err(Errno::EINPROGRESS),
                    (_, None) => Err(Errno::EAGAIN),
                }
            }
        })
    }

    /// A call has ended: what it let go is closed, and the kernel is asked what it holds then. Whoever was answered
    /// without a real call was not answered by a kernel.
    pub(crate) fn end(
        &mut self,
        process: ProcessId,
        (id, call): (CallId, Call),
        (outcome, by): (Outcome, Answered),
        other: Option<FileId>,
        mut tape: Tape,
    ) {
        let about = match &outcome {
            Ok(Returned::Accepted { fd, .. }) => Some(*fd),
            _ => call.fd(),
        };
        let own = about.and_then(|fd| self.id(process, fd));
        let own =
            own.filter(|id| self.files.get(id).is_some_and(|f| f.kind == Kind::Tcp && f.pair.is_some()));
        let other = own.and_then(|id| self.files.get(&id)?.other).or(other);
        if self.orphans {
            trace::on(&mut tape, || self.forget_unused());
        }
        let look =
            || (own.and_then(|id| self.observe(id)), other.and_then(|id| self.observe_across(process, id)));
        let (here, there) = trace::looking(&mut tape, look);
        let (real, looks) = tape.finish();
        let by = if real.calls() == 0 { Answered::Relay } else { by };
        self.done.push_back(Box::new(Done { id, process, real, looks, call, outcome, by, here, there }));
    }

    /// What the kernel holds for a connection now, which is thereby told.
    fn observe(&mut self, id: FileId) -> Option<Observed> {
        let file = self.files.get_mut(&id)?;
        let observed = sys::observe(file.fd());
        file.told = Some(observed.clone());
        Some(observed)
    }

    /// The same of the other end, for a call of this process. That is told to whom the process belongs alone: a guest's call
    /// tells its host nothing.
    fn observe_across(&mut self, process: ProcessId, id: FileId) -> Option<Observed> {
        let told_before = self.files.get(&id)?.told.clone();
        let observed = self.observe(id);
        let known = |id: ProcessId| self.processes.get(id.0).map(|p| (p.family, p.is_peer()));
        let others = known(process).zip(self.owner(id).and_then(|(owner, _)| known(owner)));
        if others.is_some_and(|((mine, is_peer), (theirs, of_peer))| mine != theirs && !is_peer && !of_peer)
            && let Some(file) = self.files.get_mut(&id)
        {
            file.told = told_before;
        }
        observed
    }

    /// Drops what only calls that have ended still held open.
    pub(crate) fn forget_unused(&mut self) {
        if std::mem::take(&mut self.orphans) {
            let (processes, waiting) = (&self.processes, &self.waiting);
            let used = |id: &FileId| {
                processes.iter().any(|p| p.holds(*id)) || waiting.iter().any(|w| w.waits_for(*id))
            };
            let (network, left, senders) = (&mut self.network, &mut self.left, &mut self.senders);
            self.files.retain(|id, file| {
                let keep = used(id);
                if keep {
                    return true;
                }
                if let (Some(real), Some(kind)) = (file.bound, file.kind.socket_type()) {
                    network.release(kind, real);
                    senders
                        .extend(file.source.filter(|_| file.kind == Kind::Udp).map(|lesson| (real, lesson)));
                    // Whoever has not been accepted never will be.
                    left.retain(|left| left.pair.1 != real);
                }
                left.extend(file.left());
                false
            });
            self.left.drain(..self.left.len().saturating_sub(MOST_LEFT));
            self.senders.drain(..self.senders.len().saturating_sub(MOST_LEFT));
            self.orphans = self.files.keys().any(|id| !self.processes.iter().any(|p| p.holds(*id)));
        }
    }

    pub(crate) fn id(&self, process: ProcessId, fd: Fd) -> Option<FileId> {
        self.processes.get(process.0)?.file(fd)
    }

    pub(crate) fn file(&self, process: ProcessId, fd: Fd) -> Option<&File> {
        self.files.get(&self.id(process, fd)?).map(AsRef::as_ref)
    }

    pub(crate) fn add(&mut self, fd: Owned, host: HostId, kind: Kind) -> Result<FileId, Errno> {
        let Ok(permit) = Arc::clone(&self.budget).try_acquire_owned() else {
            // What was accepted has its listener's guard, and is to end by FIN.
            if kind == Kind::Tcp {
                let _ = set_linger(fd.as_fd(), None);
            }
            return Err(Errno::EMFILE);
        };
        self.next_file += 1;
        let mut file = File::new(fd, host, kind, permit);
        // A network that lives in its sockets alone.
        if !self.network.translates() {
            file.guard();
        }
        self.files.insert(self.next_file, Box::new(file));
        Ok(self.next_file)
    }

    /// Remembers a connection that may be accepted though none of its ends is a file here.
    pub(crate) fn leave(&mut self, left: Left) {
        self.left.push_back(left);
        self.left.drain(..self.left.len().saturating_sub(MOST_LEFT));
    }

    /// The most bytes that one `recv` of this process takes.
    pub(crate) fn most(&self, process: ProcessId, call: &Call) -> usize {
        let peer = self.processes[process.0].is_peer();
        let limit = if peer { self.limits.peer_recv } else { self.limits.recv };
        match call {
            Call::Recv { len, .. } | Call::Recvfrom { len, .. } | Call::Read { len, .. } => {
                limit.min(*len as usize)
            }
            _ => 0,
        }
    }
}

impl Drop for RealKernel {
    /// A network of its own goes with its last socket.
    fn drop(&mut self) {
        if !self.network.translates() {
            self.abort(|_| true);
        }
    }
}

/// What a call that stops half-way returns, if it has done anything.
pub(crate) fn so_far_of(call: &Call, mut progress: Progress) -> Option<Returned> {
    match (so_far(&mut progress)?, call) {
        (Raw::Count(count), _) => Some(Returned::Count(count)),
        (Raw::Data(data, from), Call::Recvfrom { .. }) => {
            Some(Returned::Datagram { data, from: from.into() })
        }
        (Raw::Data(data, _), _) => Some(Returned::Data(data)),
        (Raw::Accepted(..) | Raw::Done | Raw::Ready(_), _) => None,
    }
}

impl Kernel for RealKernel {
    fn submit(&mut self, id: CallId, task: TaskId, call: Call) {
        let process = self.process(task).unwrap_or(ProcessId(usize::MAX));
        self.submit_as(process, id, call);
    }

    fn cancel(&mut self, id: CallId) {
        self.stop_call(id, Errno::ECANCELED);
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

    const LEARNER: ProcessId = ProcessId(0);

    const SOCKET: Call = Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };

    struct Bench(RealKernel, u64);

    impl Bench {
        fn with_budget(sockets: usize) -> Self {
            let budget = Arc::new(Semaphore::new(sockets));
            let mut kernel = RealKernel::new(Box::new(Loopback::new(2)), Limits::default(), budget);
            let learner = kernel.spawn(HostId(0));
            kernel.set_privileged(learner, true);
            Self(kernel, 0)
        }
        fn submit(&mut self, call: Call) {
            self.1 += 1;
            self.0.submit_as(LEARNER, CallId(self.1), call);
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
        let real = sys::local(bench.0.file(LEARNER, fd).unwrap().fd()).unwrap();
        assert!(real.ip().is_loopback(), "{real}");
        let lesson = bench.0.lesson_address(LEARNER, fd).unwrap();
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
