//! What each call does: once, on the real socket, or answered from the table and the limits.

use std::collections::{BTreeMap, BTreeSet};

use syscall::{
    Call, Errno, Fd, How, IoctlRequest, MsgFlags, OptionValue, Outcome, PollFd, Readiness, Returned,
    SocketOption, TcpState,
};

use crate::file::{FileId, Kind};
use crate::kernel::{ProcessId, RealKernel};
use crate::waiting::{Progress, Raw, attempt, nothing_ready, once, selected};
use crate::{Answered, network::Refusal, sys};

/// How a call starts.
pub(crate) enum Start {
    Ended(Outcome),
    Refused(Errno),
    /// The relay answers it, and well.
    Told(Returned),
    Waits {
        files: Vec<(FileId, Readiness)>,
        progress: Progress,
        timeout_us: Option<u64>,
    },
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

/// Datagrams of strangers that one call throws away before it lets others run.
const STRANGERS_IN_A_ROW: u32 = 64;

impl RealKernel {
    /// Performs a call as far as it gets without waiting.
    pub(crate) fn start(&mut self, process: ProcessId, call: &Call) -> Start {
        let Some(fd) = call.fd() else { return self.start_without_fd(process, call) };
        let Some(id) = self.id(process, fd) else { return Start::Ended(Err(Errno::EBADF)) };
        let Some(file) = self.files.get_mut(&id) else { return Start::Ended(Err(Errno::EBADF)) };
        let done = |result: Result<(), Errno>| Start::Ended(result.map(|()| Returned::Done));
        match call {
            Call::Send { flags, .. } => self.output(process, id, call, *flags),
            Call::Write { .. } => self.output(process, id, call, MsgFlags::default()),
            Call::Recv { flags, .. } | Call::Recvfrom { flags, .. } => {
                self.transfer(process, id, call, *flags, Progress::default())
            }
            Call::Read { .. } => self.transfer(process, id, call, MsgFlags::default(), Progress::default()),
            Call::Sendto { flags, address, .. } => match self.datagram_route(id, *address) {
                Ok(to) => {
                    let progress = Progress { to: Some(to), ..Progress::default() };
                    self.transfer(process, id, call, *flags, progress)
                }
                Err(refusal) => refusal.into(),
            },
            Call::Accept { .. } => {
                if self.may_accept(process) {
                    self.transfer(process, id, call, MsgFlags::default(), Progress::default())
                } else {
                    Start::Refused(Errno::EMFILE)
                }
            }
            Call::Connect { address, .. } => self.connect(id, *address),
            Call::Bind { address, .. } => self.bind(process, id, *address),
            Call::Listen { backlog, .. } => self.listen(id, *backlog),
            Call::Shutdown { how, .. } => {
                let result = sys::shutdown(file.fd(), *how);
                // A connect that is under way ends here: what it was to reach may be another's by the next one.
                let closed = || sys::tcp_state(file.fd()) == Some(TcpState::Closed);
                if result.is_ok() && file.kind == Kind::Tcp && file.pair.is_some() && closed() {
                    self.connect_failed(Some(id));
                }
                done(result)
            }
            Call::Close { .. } => self.close(process, fd, id),
            Call::Dup { .. } => self.dup(process, id),
            Call::Setsockopt { option, value, .. } => self.set_option(id, *option, *value),
            Call::Getsockopt { option, .. } => {
                let value = match option {
                    SocketOption::SoLinger => file.with_own_linger(|file| sys::option(file.fd(), *option)),
                    _ => sys::option(file.fd(), *option),
                };
                if let (SocketOption::SoError, Ok(OptionValue::Error(Some(_)))) = (option, &value)
                    && file.kind == Kind::Tcp
                {
                    self.connect_failed(Some(id));
                }
                value.map(Returned::Option).into()
            }
            Call::Ioctl { request, .. } => sys::ioctl(file.fd(), *request).map(Returned::Count).into(),
            Call::Getsockname { .. } => self.name(id, |file| (sys::local(file.fd()), file.lesson_local)),
            Call::Getpeername { .. } => self.name(id, |file| (sys::remote(file.fd()), file.lesson_remote)),
            Call::SetBlocking { blocking, .. } => {
                file.blocking = *blocking;
                // The real socket never waits: who may, for that the relay waits.
                done(if *blocking { Ok(()) } else { sys::set_nonblocking(file.fd()) })
            }
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

    fn start_without_fd(&mut self, process: ProcessId, call: &Call) -> Start {
        match call {
            Call::Socket { domain, kind } => self.socket(process, *domain, *kind),
            Call::Socketpair { domain, kind } => self.socketpair(process, *domain, *kind),
            Call::Pipe => self.pipe(process),
            Call::Fork => self.fork(process),
            Call::Gethostname => Start::Told(Returned::Name(self.host_name(self.processes[process.0].host))),
            Call::Getaddrinfo { name } => Start::Told(Returned::Addresses(self.addresses_of(name))),
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

    /// Drops one descriptor. The last one of a socket whose SO_LINGER says so waits until its FIN is acknowledged:
    /// `close(2)` would hold our thread, so that `shutdown` starts it, and the socket is closed when that has ended.
    fn close(&mut self, process: ProcessId, fd: Fd, id: FileId) -> Start {
        self.processes[process.0].remove(fd);
        let Some(file) = self.files.get_mut(&id) else { return Start::Ended(Err(Errno::EBADF)) };
        if self.processes.iter().any(|p| p.holds(id)) {
            // One of several descriptors: a real duplicate goes, the socket stays.
            file.duplicates.pop();
            return Start::Ended(Ok(Returned::Done));
        }
        // Now, or when the last call that waits on it has ended.
        self.orphans = true;
        let seconds = file.linger.unwrap_or(0);
        let lingers = seconds > 0
            && file.kind == Kind::Tcp
            && sys::tcp_state(file.fd()).is_some_and(unacknowledged_after_close)
            // Unread bytes make the kernel answer with RST at once.
            && sys::ioctl(file.fd(), IoctlRequest::Siocinq) == Ok(0)
            && !self.waiting.iter().any(|w| w.waits_for(id));
        if !lingers || sys::shutdown(file.fd(), How::Both).is_err() {
            return Start::Ended(Ok(Returned::Done));
        }
        let timeout_us = Some(u64::from(seconds) * 1_000_000);
        let asked = Readiness { readable: true, writable: true, ..Readiness::default() };
        Start::Waits { files: vec![(id, asked)], progress: Progress::default(), timeout_us }
    }

    fn set_option(&mut self, id: FileId, option: SocketOption, value: OptionValue) -> Start {
        let Some(file) = self.files.get_mut(&id) else { return Start::Ended(Err(Errno::EBADF)) };
        let value = match (option, value.as_int(), self.limits.buffer) {
            (SocketOption::SoSndbuf | SocketOption::SoRcvbuf, Some(asked), Some(most)) => {
                // Negative numbers are read as huge ones by the kernel.
                OptionValue::Int(if (0..=most).contains(&asked) { asked } else { most })
            }
            _ => value,
        };
        let result = sys::set_option(file.fd(), option, value);
        match (&result, option, value) {
            (Ok(()), SocketOption::SoRcvtimeo, OptionValue::TimeMicros(us)) => file.receive_timeout_us = us,
            (Ok(()), SocketOption::SoSndtimeo, OptionValue::TimeMicros(us)) => file.send_timeout_us = us,
            (Ok(()), SocketOption::SoLinger, value) => {
                let (on, seconds) = match value {
                    OptionValue::Linger { on, seconds } => (on, seconds),
                    // A `struct timeval` is long enough to be read as one: the upper half of its seconds is
                    // `l_linger`, for which a close of ours would hold its thread.
                    OptionValue::TimeMicros(us) => {
                        let whole = us / 1_000_000;
                        (whole as u32 != 0, (whole >> 32) as u16)
                    }
                    other => (other.as_int() != Some(0), 0),
                };
                file.linger = on.then_some(seconds);
                file.lingered = if on { seconds } else { file.lingered };
                if file.guarded {
                    file.guard();
                }
            }
            _ => {}
        }
        result.map(|()| Returned::Done).into()
    }

    /// `send` and `write`. On a datagram socket without an address either gives it one, even if it then fails.
    fn output(&mut self, process: ProcessId, id: FileId, call: &Call, flags: MsgFlags) -> Start {
        if self.files[&id].kind == Kind::Udp
            && let Err(refusal) = self.bind_first(id)
        {
            return refusal.into();
        }
        self.transfer(process, id, call, flags, Progress::default())
    }

    /// What sends, receives or accepts: one try, and a wait if the descriptor and the flags allow one.
    fn transfer(
        &mut self,
        process: ProcessId,
        id: FileId,
        call: &Call,
        flags: MsgFlags,
        mut progress: Progress,
    ) -> Start {
        let most = self.most(process, call);
        let may_wait = self.files[&id].blocking && !flags.dontwait;
        for _ in 0..STRANGERS_IN_A_ROW {
            let file = &self.files[&id];
            let writes = matches!(call, Call::Send { .. } | Call::Sendto { .. } | Call::Write { .. });
            let limit = if writes { file.send_timeout_us } else { file.receive_timeout_us };
            let files = vec![(id, Readiness { readable: !writes, writable: writes, ..Readiness::default() })];
            let result = if may_wait {
                attempt(call, &files, &self.files, &mut progress, most)
            } else {
                Some(once(call, file, &progress, most))
            };
            match result {
                Some(Ok(raw)) => {
                    if let Some(outcome) = self.finish(process, call, raw) {
                        return Start::Ended(outcome);
                    }
                }
                Some(Err(errno)) => return Start::Ended(Err(errno)),
                None => return Start::Waits { files, progress, timeout_us: (limit > 0).then_some(limit) },
            }
        }
        Start::Ended(Err(Errno::EAGAIN))
    }

    /// The outcome that a try's result means; `None` where it came from a stranger, who is turned away.
    pub(crate) fn finish(&mut self, process: ProcessId, call: &Call, raw: Raw) -> Option<Outcome> {
        Some(match raw {
            Raw::Count(count) => Ok(Returned::Count(count)),
            Raw::Data(data, from) => {
                let from = self.sender(process, call, from)?;
                match call {
                    Call::Recvfrom { .. } => Ok(Returned::Datagram { data, from: from.into() }),
                    _ => Ok(Returned::Data(data)),
                }
            }
            Raw::Done => Ok(Returned::Done),
            Raw::Accepted(fd, from) => {
                let listener = call.fd().and_then(|fd| self.file(process, fd));
                let linger = listener.map_or((None, 0), |file| (file.linger, file.lingered));
                return self.accepted(process, fd, from, linger);
            }
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
}

/// Whether an end in this state, when it closes, has a FIN to be acknowledged.
fn unacknowledged_after_close(state: TcpState) -> bool {
    use TcpState as S;
    matches!(state, S::Established | S::CloseWait | S::SynReceived) || is_closing(state)
}

/// Whether an end waits for its FIN to be acknowledged.
pub(crate) fn is_closing(state: TcpState) -> bool {
    matches!(state, TcpState::FinWait1 | TcpState::Closing | TcpState::LastAck)
}
