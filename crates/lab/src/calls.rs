//! What each call does: once, on the real socket, or answered from the table and the limits.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::Arc;

use syscall::{
    Address, Call, Domain, Errno, Fd, MsgFlags, OptionValue, Outcome, PollFd, Readiness, Returned,
    SocketOption, SocketType,
};

use crate::file::{File, FileId, Kind, Pair};
use crate::kernel::{ProcessId, RealKernel};
use crate::waiting::{Progress, Raw, attempt, nothing_ready, receive, selected};
use crate::{Answered, network::Refusal, sys};

/// How a call starts.
pub(crate) enum Start {
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
    /// Performs a call as far as it gets without waiting.
    pub(crate) fn start(&mut self, process: ProcessId, call: &Call) -> Start {
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
            Call::Listen { backlog, .. } => self.listen(id, *backlog),
            Call::Shutdown { how, .. } => {
                let result = sys::shutdown(file.fd(), *how);
                // A connect that is under way ends here: what it was to reach may be another's by the next one.
                if result.is_ok() && file.pair.is_some() && sys::is_closed(file.fd()) {
                    self.connect_failed(Some(id));
                }
                done(result)
            }
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
            Call::Sendto { .. }
            | Call::Recvfrom { .. }
            | Call::Read { .. }
            | Call::Write { .. }
            | Call::Ioctl { .. } => Start::Refused(Errno::ENOSYS),
            Call::Gethostname
            | Call::Getaddrinfo { .. }
            | Call::Socket { .. }
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
            Call::Select { read, write, except, .. }
                if [read, write, except].iter().any(|list| list.len() > self.limits.entries()) =>
            {
                Start::Refused(Errno::EINVAL)
            }
            Call::Poll { fds, .. } if fds.len() > self.limits.entries() => Start::Refused(Errno::EINVAL),
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
                // POLLNVAL is an answer: such a poll does not wait.
                let known = |fd: &Fd| fd.0 < 0 || self.id(process, *fd).is_some();
                let at_once = !asked.iter().all(|(fd, _)| known(fd));
                self.look(process, call, asked, if at_once { Some(0) } else { *timeout_us })
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
                let outcome = self.finish(process, call, raw);
                outcome.map_or(Start::Ended(Err(Errno::EAGAIN)), Start::Ended)
            }
            Some(Err(errno)) => Start::Ended(Err(errno)),
            None => match (timeout_us, call) {
                (Some(0), Call::Poll { fds, .. }) => {
                    Start::Ended(Ok(Returned::Polled(self.polled(process, fds, &[]))))
                }
                (Some(0), Call::Select { .. }) => Start::Ended(nothing_ready(call).ok_or(Errno::EINVAL)),
                _ => Start::Waits { files, progress, timeout_us },
            },
        }
    }

    /// What each entry of `poll` is answered: an unknown descriptor is POLLNVAL, a negative one nothing.
    fn polled(&self, process: ProcessId, fds: &[PollFd], said: &[Readiness]) -> Vec<Readiness> {
        let mut said = said.iter();
        let mut answer = |fd: Fd| match self.id(process, fd) {
            Some(_) => said.next().copied().unwrap_or_default(),
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

    /// A socket without an address gets one first: left to itself, the kernel would listen on every interface of the
    /// machine.
    fn listen(&mut self, id: FileId, backlog: i32) -> Start {
        let Self { files, network, .. } = self;
        let Some(file) = files.get_mut(&id) else { return Start::Ended(Err(Errno::EBADF)) };
        if file.kind == Kind::Tcp && file.bound.is_none() && file.pair.is_none() {
            let any = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0);
            match network.bind(file.host, file.fd(), any.into()) {
                Ok((lesson, real)) => {
                    file.lesson_local = Some(lesson);
                    file.bound = Some(real);
                }
                Err(refusal) => return refusal.into(),
            }
        }
        let result = sys::listen(file.fd(), backlog);
        file.watchable |= result.is_ok();
        Start::Ended(result.map(|()| Returned::Done))
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

    pub(crate) fn connect_failed(&mut self, id: Option<FileId>) {
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
        let Ok(permit) = Arc::clone(&self.budget).try_acquire_owned() else {
            return Start::Refused(Errno::EMFILE);
        };
        match sys::dup(file.fd()) {
            Ok(duplicate) => {
                file.duplicates.push((duplicate, permit));
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
                Call::Recv { .. } => receive(file.fd(), most, flags).map(Raw::Data),
                _ => sys::accept(file.fd()).map(Raw::Accepted),
            };
            let outcome = raw.map(|raw| self.finish(process, call, raw));
            return Start::Ended(outcome.and_then(|outcome| outcome.unwrap_or(Err(Errno::EAGAIN))));
        }
        let writes = matches!(call, Call::Send { .. });
        let limit = if writes { file.send_timeout_us } else { file.receive_timeout_us };
        let files = vec![(id, Readiness { readable: !writes, writable: writes, ..Readiness::default() })];
        let result = attempt(call, &files, &self.files, &mut progress, most);
        let outcome = match result {
            Some(Ok(raw)) => self.finish(process, call, raw),
            Some(Err(errno)) => Some(Err(errno)),
            None => None,
        };
        match outcome {
            Some(outcome) => Start::Ended(outcome),
            None => Start::Waits { files, progress, timeout_us: (limit > 0).then_some(limit) },
        }
    }

    /// The outcome that a try's result means; `None` where it was a stranger's connection, which is turned away.
    pub(crate) fn finish(&mut self, process: ProcessId, call: &Call, raw: Raw) -> Option<Outcome> {
        Some(match raw {
            Raw::Count(count) => Ok(Returned::Count(count)),
            Raw::Data(data) => Ok(Returned::Data(data)),
            Raw::Connected => Ok(Returned::Done),
            Raw::Accepted(fd) => return self.accepted(process, fd),
            Raw::Ready(ready) => {
                match call {
                    Call::Poll { fds, .. } => Ok(Returned::Polled(self.polled(process, fds, &ready))),
                    // Its descriptors were looked at in their order, each once.
                    Call::Select { read, write, except, .. } => {
                        let fds: BTreeSet<Fd> = read.iter().chain(write).chain(except).copied().collect();
                        Ok(selected([read, write, except], &fds.into_iter().zip(ready).collect()))
                    }
                    _ => Err(Errno::ENOSYS),
                }
            }
        })
    }

    /// Who of this lab made the connection from and to these real addresses: its file, if that is still open, and its
    /// lesson addresses, own and other. `None` is a stranger.
    fn connecting(&mut self, pair: Pair) -> Option<(Option<FileId>, SocketAddrV4, SocketAddrV4)> {
        if let Some((id, file)) = self.files.iter().find(|(_, file)| file.pair == Some(pair)) {
            return Some((Some(*id), file.lesson_local?, file.lesson_remote?));
        }
        let index = self.left.iter().position(|left| left.pair == pair)?;
        let left = self.left.remove(index)?;
        Some((None, left.lesson_local, left.lesson_remote))
    }

    fn accepted(&mut self, process: ProcessId, fd: OwnedFd) -> Option<Outcome> {
        let (local, remote) = (sys::local(fd.as_fd()).ok()?, sys::remote(fd.as_fd()).ok()?);
        let (other, its_local, its_remote) = self.connecting((remote, local))?;
        let host = self.processes[process.0].host;
        let Ok(id) = self.add(fd, host, Kind::Tcp) else { return Some(Err(Errno::EMFILE)) };
        if let Some(file) = self.files.get_mut(&id) {
            file.pair = Some((local, remote));
            file.other = other;
            file.accepted = true;
            file.lesson_local = Some(its_remote);
            file.lesson_remote = Some(its_local);
            file.watchable = true;
        }
        if let Some(file) = other.and_then(|other| self.files.get_mut(&other)) {
            file.other = Some(id);
        }
        let fd = self.processes[process.0].insert(id, true);
        Some(Ok(Returned::Accepted { fd, peer: its_local.into() }))
    }
}
