//! Calls that make descriptors: socket, socketpair, pipe, dup, fork, and accept's last step.

use std::net::SocketAddrV4;
use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::Arc;

use syscall::{Domain, Errno, Fd, HostId, OptionValue, Outcome, Pid, Returned, SocketOption, SocketType};

use crate::calls::Start;
use crate::file::{FileId, Kind, Pair};
use crate::kernel::{ProcessId, RealKernel};
use crate::sys::Owned;
use crate::{Answered, sys};

const BUFFERS: [SocketOption; 2] = [SocketOption::SoSndbuf, SocketOption::SoRcvbuf];

impl RealKernel {
    /// How many more descriptors this process may open itself; its family shares them.
    fn room(&self, process: ProcessId) -> u32 {
        let most = self.processes[process.0].most();
        self.family(process).fold(most, |left, p| left.saturating_sub(p.own()))
    }

    pub(crate) fn may_accept(&self, process: ProcessId) -> bool {
        self.family(process).map(|p| p.accepted()).sum::<u32>() < self.limits.accepted
    }

    pub(crate) fn socket(&mut self, process: ProcessId, domain: Domain, kind: SocketType) -> Start {
        if self.room(process) == 0 {
            return Start::Refused(Errno::EMFILE);
        }
        let host = self.processes[process.0].host;
        let made = match domain {
            Domain::Inet => self.network.socket(host, kind),
            Domain::Unix => sys::socket(domain, kind).map_err(|errno| (errno, Answered::Kernel)),
            // The lesson's network has no IPv6.
            Domain::Inet6 => return Start::Refused(Errno::EAFNOSUPPORT),
        };
        match made {
            Ok(fd) => match self.open(process, vec![fd.into()], Kind::of(domain, kind)) {
                Ok(fds) => Start::Ended(Ok(Returned::Fd(fds[0]))),
                Err(start) => start,
            },
            Err(refusal) => refusal.into(),
        }
    }

    pub(crate) fn socketpair(&mut self, process: ProcessId, domain: Domain, kind: SocketType) -> Start {
        self.two(process, Kind::of(domain, kind), || sys::pair(domain, kind))
    }

    pub(crate) fn pipe(&mut self, process: ProcessId) -> Start {
        self.two(process, Kind::Pipe, sys::pipe)
    }

    fn two(
        &mut self,
        process: ProcessId,
        kind: Kind,
        make: impl FnOnce() -> Result<(OwnedFd, OwnedFd), Errno>,
    ) -> Start {
        if self.room(process) < 2 {
            return Start::Refused(Errno::EMFILE);
        }
        match make() {
            Ok((a, b)) => match self.open(process, vec![a.into(), b.into()], kind) {
                Ok(fds) => Start::Ended(Ok(Returned::Pair(fds[0], fds[1]))),
                Err(start) => start,
            },
            Err(errno) => Start::Ended(Err(errno)),
        }
    }

    /// Descriptors for what was made; all of them or none.
    fn open(&mut self, process: ProcessId, made: Vec<Owned>, kind: Kind) -> Result<Vec<Fd>, Start> {
        let host = self.processes[process.0].host;
        let mut ids = Vec::with_capacity(made.len());
        for fd in made {
            // If one fails, nobody holds those before it.
            self.orphans = true;
            let id = self.add(fd, host, kind).map_err(Start::Refused)?;
            ids.push(id);
            if let (Some(most), true) = (self.limits.buffer, kind != Kind::Pipe) {
                for option in BUFFERS {
                    let size = OptionValue::Int(most);
                    sys::set_option(self.files[&id].fd(), option, size)
                        .map_err(|errno| Start::Ended(Err(errno)))?;
                }
            }
        }
        Ok(ids.into_iter().map(|id| self.processes[process.0].insert(id, false)).collect())
    }

    /// One more real descriptor of an open file.
    fn duplicate(&mut self, id: FileId) -> Result<(), Start> {
        let file = self.files.get_mut(&id).ok_or(Start::Ended(Err(Errno::EBADF)))?;
        let permit = Arc::clone(&self.budget);
        let permit = permit.try_acquire_owned().map_err(|_| Start::Refused(Errno::EMFILE))?;
        let duplicate = sys::dup(file.fd()).map_err(|errno| Start::Ended(Err(errno)))?;
        file.duplicates.push((duplicate.into(), permit));
        Ok(())
    }

    pub(crate) fn dup(&mut self, process: ProcessId, id: FileId) -> Start {
        if self.room(process) == 0 {
            return Start::Refused(Errno::EMFILE);
        }
        match self.duplicate(id) {
            Ok(()) => Start::Ended(Ok(Returned::Fd(self.processes[process.0].insert(id, false)))),
            Err(start) => start,
        }
    }

    /// A process that shares every open file. No program of this machine forks: a real duplicate of each descriptor
    /// stands for the child's.
    pub(crate) fn fork(&mut self, process: ProcessId) -> Start {
        let child = self.processes[process.0].forked();
        let (own, accepted) = (self.room(process), self.family(process).map(|p| p.accepted()).sum::<u32>());
        if self.living(process) as u32 >= self.limits.processes
            || child.own() > own
            || child.accepted() + accepted > self.limits.accepted
        {
            return Start::Refused(Errno::EAGAIN);
        }
        let files: Vec<_> = child.files().collect();
        for (done, id) in files.iter().enumerate() {
            if let Err(start) = self.duplicate(*id) {
                for id in &files[..done] {
                    self.files.get_mut(id).and_then(|file| file.duplicates.pop());
                }
                return match start {
                    Start::Refused(_) => Start::Refused(Errno::EAGAIN),
                    other => other,
                };
            }
        }
        let child = self.enrol(child);
        Start::Told(Returned::Forked(self.pid(child)))
    }

    pub(crate) fn pid(&self, process: ProcessId) -> Pid {
        Pid(self.task(process).0 + 1)
    }

    /// Who of this lab made the connection from and to these real addresses: its file, if that is still open, and its
    /// lesson addresses, own and other.
    fn connecting(&mut self, host: HostId, pair: Pair) -> Connecting {
        let here = !self.network.translates() && pair.1.ip().is_loopback();
        let made = self.files.iter().find(|(_, file)| {
            file.kind == Kind::Tcp && file.pair == Some(pair) && (!here || file.host == host)
        });
        if let Some((id, file)) = made {
            return Connecting { file: Some(*id), lesson: file.lesson_local.zip(file.lesson_remote) };
        }
        let index = self.left.iter().position(|left| left.pair == pair);
        let left = index.and_then(|index| self.left.remove(index));
        Connecting { file: None, lesson: left.map(|left| (left.lesson_local, left.lesson_remote)) }
    }

    /// A connection that was accepted, with its listener's SO_LINGER; `None` where the owner table knows nothing of who made it.
    pub(crate) fn accepted(
        &mut self,
        process: ProcessId,
        fd: Owned,
        remote: SocketAddrV4,
        (linger, lingered): (Option<u16>, u16),
    ) -> Option<Outcome> {
        let host = self.processes[process.0].host;
        let local = sys::local(fd.as_fd()).ok()?;
        let Connecting { file: other, lesson } = self.connecting(host, (remote, local));
        let (its_local, its_remote) = if self.network.translates() { lesson? } else { (remote, local) };
        let id = match self.add(fd, host, Kind::Tcp) {
            Ok(id) => id,
            Err(errno) => return Some(Err(errno)),
        };
        if let Some(file) = self.files.get_mut(&id) {
            file.pair = Some((local, remote));
            file.other = other;
            file.accepted = true;
            (file.linger, file.lingered) = (linger, lingered);
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

/// Who made a connection.
struct Connecting {
    file: Option<FileId>,
    /// Its lesson addresses, own and other; none of a stranger.
    lesson: Option<(SocketAddrV4, SocketAddrV4)>,
}
