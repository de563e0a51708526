//! The host's own kernel behind the vocabulary of calls.

use std::collections::{BTreeMap, VecDeque};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::sync::Arc;
use std::task::{Context, Poll};

use syscall::{
    Address, Call, CallId, Completed, Domain, Errno, Fd, HostId, Kernel, MsgFlags, Observed, OptionValue,
    Outcome, Readiness, Returned, SocketOption, SocketType, TaskId,
};
use tokio::sync::Semaphore;

use crate::file::{File, FileId, Kind};
use crate::process::Process;
use crate::waiting::{Progress, Raw, Waiting, Woken, attempt, nothing_ready, selected, so_far};
use crate::{Answered, Limits, Network, network::Refusal, sys};

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
    network: Box<dyn Network>,
    limits: Limits,
    budget: Arc<Semaphore>,
    processes: Vec<Process>,
    files: BTreeMap<FileId, File>,
    next_file: FileId,
    waiting: Vec<Waiting>,
    done: VecDeque<Done>,
    /// Whether a file may be open that no descriptor refers to.
    orphans: bool,
}

enum Start {
    Ended(Outcome),
    Refused(Errno),
    Waits { files: Vec<(FileId, Readiness)>, progress: Progress, timeout_us: Option<u64> },
}

impl From<Result<Returned, Errno>> for Start {
    fn from(outcome: Outcome) -> Self {
        Self::Ended(outcome)
    }
}

impl From<Refusal> for Start {
    fn from((errno, by): Refusal) -> Self {
        match by {
            Answered::Kernel => Self::Ended(Err(errno)),
            Answered::Relay => Self::Refused(errno),
        }
    }
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
            Woken::Ended(Ok(raw)) => match self.finish(process, &waiting.call, &waiting.files, raw) {
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

    fn id(&self, process: ProcessId, fd: Fd) -> Option<FileId> {
        self.processes.get(process.0)?.file(fd)
    }

    fn file(&self, process: ProcessId, fd: Fd) -> Option<&File> {
        self.files.get(&self.id(process, fd)?)
    }

    fn add(&mut self, fd: std::os::fd::OwnedFd, host: HostId, kind: Kind) -> Result<FileId, Errno> {
        let permit = Arc::clone(&self.budget).try_acquire_owned().map_err(|_| Errno::EMFILE)?;
        self.next_file += 1;
        self.files.insert(self.next_file, File::new(fd, host, kind, permit));
        Ok(self.next_file)
    }

    /// The most bytes that one `recv` of this process takes.
    fn most(&self, process: ProcessId, call: &Call) -> usize {
        let limit = if process == Self::LEARNER { self.limits.recv } else { self.limits.peer_recv };
        match call {
            Call::Recv { len, .. } => limit.min(*len as usize),
            _ => 0,
        }
    }

    fn start(&mut self, process: ProcessId, call: &Call) -> Start {
        let Some(fd) = call.fd() else { return self.start_without_fd(process, call) };
        let Some(id) = self.id(process, fd) else { return Start::Ended(Err(Errno::EBADF)) };
        let Some(file) = self.files.get_mut(&id) else { return Start::Ended(Err(Errno::EBADF)) };
        let done = |result: Result<(), Errno>| Start::Ended(result.map(|()| Returned::Done));
        match call {
            Call::Send { flags, .. } | Call::Recv { flags, .. } => self.transfer(process, id, call, *flags),
            Call::Accept { .. } => {
                if self.processes[process.0].accepted() >= self.limits.accepted {
                    return Start::Refused(Errno::EMFILE);
                }
                self.transfer(process, id, call, MsgFlags::default())
            }
            Call::Connect { address, .. } => self.connect(id, *address),
            Call::Bind { address, .. } => self.bind(id, *address),
            Call::Listen { backlog, .. } => {
                let result = sys::listen(file.fd(), *backlog);
                file.watchable |= result.is_ok();
                done(result)
            }
            Call::Shutdown { how, .. } => done(sys::shutdown(file.fd(), *how)),
            Call::Close { .. } => self.close(process, fd, id),
            Call::Dup { .. } => self.dup(process, id),
            Call::Setsockopt { option, value, .. } => self.set_option(id, *option, *value),
            Call::Getsockopt { option, .. } => {
                let value = sys::option(file.fd(), *option);
                if let (SocketOption::SoError, Ok(OptionValue::Error(Some(_)))) = (option, &value) {
                    self.connect_failed(Some(id));
                }
                value.map(Returned::Option).into()
            }
            Call::Getsockname { .. } => Self::name(file, sys::local(file.fd()), file.lesson_local),
            Call::Getpeername { .. } => Self::name(file, sys::remote(file.fd()), file.lesson_remote),
            Call::SetBlocking { blocking, .. } => {
                file.blocking = *blocking;
                done(Ok(()))
            }
            Call::Sendto { .. } | Call::Recvfrom { .. } => Start::Refused(Errno::ENOSYS),
            Call::Socket { .. }
            | Call::Socketpair { .. }
            | Call::Fork
            | Call::Pipe
            | Call::Select { .. }
            | Call::Poll { .. } => Start::Refused(Errno::EBADF),
        }
    }

    /// The kernel is asked; its address is said in the lesson's terms.
    fn name(file: &File, real: Result<SocketAddrV4, Errno>, lesson: Option<SocketAddrV4>) -> Start {
        let unnamed = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0);
        match real {
            Ok(_) if file.kind == Kind::Unix => Start::Refused(Errno::ENOSYS),
            real => real.map(|_| Returned::Address(lesson.unwrap_or(unnamed).into())).into(),
        }
    }

    fn start_without_fd(&mut self, process: ProcessId, call: &Call) -> Start {
        match call {
            Call::Socket { domain: Domain::Inet, kind: SocketType::Stream } => self.socket(process),
            Call::Socketpair { domain: Domain::Unix, kind: SocketType::Stream } => self.socketpair(process),
            Call::Socketpair { domain: Domain::Inet, .. } => Start::Refused(Errno::EOPNOTSUPP),
            Call::Select { read, write, except, timeout_us } => {
                let mut asked: BTreeMap<Fd, Readiness> = BTreeMap::new();
                read.iter().for_each(|fd| asked.entry(*fd).or_default().readable = true);
                write.iter().for_each(|fd| asked.entry(*fd).or_default().writable = true);
                except.iter().for_each(|fd| asked.entry(*fd).or_default().priority = true);
                if asked.keys().any(|fd| self.id(process, *fd).is_none()) {
                    return Start::Ended(Err(Errno::EBADF));
                }
                self.look(process, call, asked.into_iter().collect(), *timeout_us)
            }
            Call::Poll { fds, timeout_us } => {
                let asked: Vec<_> = fds.iter().map(|p| (p.fd, p.events)).collect();
                if asked.iter().any(|(fd, _)| fd.0 >= 0 && self.id(process, *fd).is_none()) {
                    return Start::Ended(Ok(Returned::Polled(self.polled(process, fds, &[]))));
                }
                self.look(process, call, asked, *timeout_us)
            }
            _ => Start::Refused(Errno::ENOSYS),
        }
    }

    fn look(
        &mut self,
        process: ProcessId,
        call: &Call,
        asked: Vec<(Fd, Readiness)>,
        timeout_us: Option<u64>,
    ) -> Start {
        let asked = asked.into_iter().filter_map(|(fd, events)| Some((self.id(process, fd)?, events)));
        let files: Vec<_> = asked.collect();
        let mut progress = Progress::default();
        match attempt(call, &files, &self.files, &mut progress, 0) {
            Some(Ok(raw)) => {
                let outcome = self.finish(process, call, &files, raw);
                outcome.map_or(Start::Ended(Err(Errno::EAGAIN)), Start::Ended)
            }
            Some(Err(errno)) => Start::Ended(Err(errno)),
            None => match (timeout_us, nothing_ready(call)) {
                (Some(0), Some(nothing)) => Start::Ended(Ok(nothing)),
                _ => Start::Waits { files, progress, timeout_us },
            },
        }
    }

    /// What each entry of `poll` is answered: an unknown descriptor is POLLNVAL, a negative one nothing.
    fn polled(
        &self,
        process: ProcessId,
        fds: &[syscall::PollFd],
        said: &[(FileId, Readiness)],
    ) -> Vec<Readiness> {
        let mut said = said.iter();
        let mut answer = |fd: Fd| match self.id(process, fd) {
            Some(_) => said.next().map_or_else(Readiness::default, |(_, ready)| *ready),
            None => Readiness { invalid: fd.0 >= 0, ..Readiness::default() },
        };
        fds.iter().map(|p| answer(p.fd)).collect()
    }

    fn socket(&mut self, process: ProcessId) -> Start {
        if self.processes[process.0].is_full() {
            return Start::Refused(Errno::EMFILE);
        }
        let host = self.processes[process.0].host;
        let fd = match self.network.socket(host) {
            Ok(fd) => fd,
            Err(errno) => return Start::Ended(Err(errno)),
        };
        let Ok(id) = self.add(fd, host, Kind::Tcp) else { return Start::Refused(Errno::EMFILE) };
        for option in [SocketOption::SoSndbuf, SocketOption::SoRcvbuf] {
            let size = OptionValue::Int(self.limits.buffer);
            if let Err(errno) = sys::set_option(self.files[&id].fd(), option, size) {
                self.orphans = true;
                return Start::Ended(Err(errno));
            }
        }
        Start::Ended(Ok(Returned::Fd(self.processes[process.0].insert(id, false))))
    }

    fn socketpair(&mut self, process: ProcessId) -> Start {
        if self.processes[process.0].left() < 2 {
            return Start::Refused(Errno::EMFILE);
        }
        let host = self.processes[process.0].host;
        let (a, b) = match sys::unix_pair() {
            Ok(pair) => pair,
            Err(errno) => return Start::Ended(Err(errno)),
        };
        let (Ok(a), Ok(b)) = (self.add(a, host, Kind::Unix), self.add(b, host, Kind::Unix)) else {
            self.orphans = true;
            return Start::Refused(Errno::EMFILE);
        };
        for id in [a, b] {
            for option in [SocketOption::SoSndbuf, SocketOption::SoRcvbuf] {
                // A pair's buffers only bound memory: no lesson reads them.
                let _ = sys::set_option(self.files[&id].fd(), option, OptionValue::Int(self.limits.buffer));
            }
        }
        let process = &mut self.processes[process.0];
        Start::Ended(Ok(Returned::Pair(process.insert(a, false), process.insert(b, false))))
    }

    fn bind(&mut self, id: FileId, address: Address) -> Start {
        let Some(file) = self.files.get_mut(&id) else { return Start::Ended(Err(Errno::EBADF)) };
        if file.bound.is_some() || file.pair.is_some() || file.kind == Kind::Unix {
            return Start::Ended(Err(Errno::EINVAL));
        }
        match self.network.bind(file.host, file.fd(), address) {
            Ok((lesson, real)) => {
                file.lesson_local = Some(lesson);
                file.bound = Some(real);
                Start::Ended(Ok(Returned::Done))
            }
            Err(refusal) => refusal.into(),
        }
    }

    fn connect(&mut self, id: FileId, to: Address) -> Start {
        let Self { files, network, .. } = self;
        let Some(file) = files.get_mut(&id) else { return Start::Ended(Err(Errno::EBADF)) };
        // Whoever is connected already hears so from the kernel, whatever the address.
        let route = network.route(file.host, to);
        let (real, to) = match (route, file.pair, to) {
            (Ok(real), _, Address::V4(to)) => (real, to),
            (Err(_), Some((_, real)), Address::V4(to)) => (real, to),
            (Err(errno), ..) => return Start::Refused(errno),
            (Ok(_), _, Address::V6(_)) => return Start::Refused(Errno::EAFNOSUPPORT),
        };
        if file.pair.is_none() {
            file.unwatch();
        }
        let result = sys::connect(file.fd(), real);
        if matches!(result, Ok(()) | Err(Errno::EINPROGRESS)) && file.pair.is_none() {
            match sys::local(file.fd()) {
                Ok(local) => file.connected(local, real, to),
                Err(errno) => return Start::Ended(Err(errno)),
            }
        }
        let (blocking, limit) = (file.blocking, file.send_timeout_us);
        match result {
            Err(Errno::EINPROGRESS | Errno::EALREADY) if blocking => {
                let files = vec![(id, Readiness { writable: true, ..Readiness::default() })];
                let timeout_us = (limit > 0).then_some(limit);
                Start::Waits { files, progress: Progress::default(), timeout_us }
            }
            other => {
                if let Err(Errno::ECONNREFUSED | Errno::ECONNABORTED) = other {
                    self.connect_failed(Some(id));
                }
                Start::Ended(other.map(|()| Returned::Done))
            }
        }
    }

    fn connect_failed(&mut self, id: Option<FileId>) {
        if let Some(file) = id.and_then(|id| self.files.get_mut(&id)).filter(|f| f.other.is_none()) {
            file.pair = None;
            file.lesson_remote = None;
        }
    }

    fn close(&mut self, process: ProcessId, fd: Fd, id: FileId) -> Start {
        self.processes[process.0].remove(fd);
        let still_open = self.processes.iter().any(|p| p.holds(id));
        if still_open {
            // One of several descriptors: a real duplicate goes, the socket stays.
            if let Some(file) = self.files.get_mut(&id) {
                file.duplicates.pop();
            }
        } else {
            // Now, or when the last call that waits on it has ended.
            self.orphans = true;
        }
        Start::Ended(Ok(Returned::Done))
    }

    fn dup(&mut self, process: ProcessId, id: FileId) -> Start {
        if self.processes[process.0].is_full() {
            return Start::Refused(Errno::EMFILE);
        }
        let Some(file) = self.files.get_mut(&id) else { return Start::Ended(Err(Errno::EBADF)) };
        match sys::dup(file.fd()) {
            Ok(duplicate) => {
                file.duplicates.push(duplicate);
                Start::Ended(Ok(Returned::Fd(self.processes[process.0].insert(id, false))))
            }
            Err(errno) => Start::Ended(Err(errno)),
        }
    }

    fn set_option(&mut self, id: FileId, option: SocketOption, value: OptionValue) -> Start {
        let Some(file) = self.files.get_mut(&id) else { return Start::Ended(Err(Errno::EBADF)) };
        let value = match (option, value) {
            (SocketOption::SoSndbuf | SocketOption::SoRcvbuf, OptionValue::Int(asked)) => {
                // Negative numbers are read as huge ones by the kernel.
                let most = self.limits.buffer;
                OptionValue::Int(if (0..=most).contains(&asked) { asked } else { most })
            }
            // Such a close would hold our thread, not the learner's.
            (SocketOption::SoLinger, OptionValue::Linger { on: true, seconds: 1.. }) => {
                return Start::Refused(Errno::ENOSYS);
            }
            (_, value) => value,
        };
        let result = sys::set_option(file.fd(), option, value);
        if let (Ok(()), OptionValue::TimeMicros(us)) = (&result, value) {
            match option {
                SocketOption::SoRcvtimeo => file.receive_timeout_us = us,
                SocketOption::SoSndtimeo => file.send_timeout_us = us,
                _ => {}
            }
        }
        result.map(|()| Returned::Done).into()
    }

    /// `send`, `recv` and `accept`: one try, and a wait if the descriptor and the flags allow one.
    fn transfer(&mut self, process: ProcessId, id: FileId, call: &Call, flags: MsgFlags) -> Start {
        let most = self.most(process, call);
        let file = &self.files[&id];
        let may_wait = file.blocking && !flags.dontwait;
        let mut progress = Progress::default();
        if !may_wait {
            let raw = match call {
                Call::Send { data, .. } => sys::send(file.fd(), data).map(|count| Raw::Count(count as u32)),
                Call::Recv { .. } => crate::waiting::receive(file.fd(), most, flags).map(Raw::Data),
                _ => sys::accept(file.fd()).map(Raw::Accepted),
            };
            let outcome = raw.map(|raw| self.finish(process, call, &[(id, Readiness::default())], raw));
            return Start::Ended(outcome.and_then(|outcome| outcome.unwrap_or(Err(Errno::EAGAIN))));
        }
        let writes = matches!(call, Call::Send { .. });
        let limit = if writes { file.send_timeout_us } else { file.receive_timeout_us };
        let files = vec![(id, Readiness { readable: !writes, writable: writes, ..Readiness::default() })];
        let result = attempt(call, &files, &self.files, &mut progress, most);
        let outcome = match result {
            Some(Ok(raw)) => self.finish(process, call, &files, raw),
            Some(Err(errno)) => Some(Err(errno)),
            None => None,
        };
        match outcome {
            Some(outcome) => Start::Ended(outcome),
            None => Start::Waits { files, progress, timeout_us: (limit > 0).then_some(limit) },
        }
    }

    /// The outcome that a try's result means; `None` where it was a stranger's connection, which is turned away.
    fn finish(
        &mut self,
        process: ProcessId,
        call: &Call,
        files: &[(FileId, Readiness)],
        raw: Raw,
    ) -> Option<Outcome> {
        Some(match raw {
            Raw::Count(count) => Ok(Returned::Count(count)),
            Raw::Data(data) => Ok(Returned::Data(data)),
            Raw::Connected => Ok(Returned::Done),
            Raw::Accepted(fd) => return self.accepted(process, fd),
            Raw::Ready(ready) => {
                let said: Vec<_> = files.iter().map(|(id, _)| *id).zip(ready).collect();
                match call {
                    Call::Poll { fds, .. } => Ok(Returned::Polled(self.polled(process, fds, &said))),
                    Call::Select { read, write, except, .. } => {
                        let by_fd = |fd: &Fd| {
                            let id = self.id(process, *fd)?;
                            Some((*fd, said.iter().find(|(other, _)| *other == id)?.1))
                        };
                        let all = read.iter().chain(write).chain(except);
                        Ok(selected([read, write, except], &all.filter_map(by_fd).collect()))
                    }
                    _ => Err(Errno::ENOSYS),
                }
            }
        })
    }

    fn accepted(&mut self, process: ProcessId, fd: std::os::fd::OwnedFd) -> Option<Outcome> {
        use std::os::fd::AsFd;
        let (local, remote) = (sys::local(fd.as_fd()).ok()?, sys::remote(fd.as_fd()).ok()?);
        let connecting = |(_, file): &(&FileId, &File)| file.pair == Some((remote, local));
        let (other, its_local, its_remote) = {
            let (id, file) = self.files.iter().find(connecting)?;
            (*id, file.lesson_local?, file.lesson_remote?)
        };
        let host = self.processes[process.0].host;
        let Ok(id) = self.add(fd, host, Kind::Tcp) else { return Some(Err(Errno::EMFILE)) };
        if let Some(file) = self.files.get_mut(&id) {
            file.pair = Some((local, remote));
            file.other = Some(other);
            file.lesson_local = Some(its_remote);
            file.lesson_remote = Some(its_local);
            file.watchable = true;
        }
        if let Some(file) = self.files.get_mut(&other) {
            file.other = Some(id);
        }
        let fd = self.processes[process.0].insert(id, true);
        Some(Ok(Returned::Accepted { fd, peer: its_local.into() }))
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
