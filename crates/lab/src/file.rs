//! An open file description: what one or several descriptors of a process refer to.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::BorrowedFd;

use syscall::{Domain, Errno, HostId, Observed, OptionValue, SocketOption, SocketType};
use tokio::io::unix::AsyncFd;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use crate::sys::Owned;
use crate::{Targets, sys};

/// A real socket, in epoll or not yet.
pub(crate) enum Io {
    Plain(Owned),
    Watched(AsyncFd<Owned>),
}

/// Its number in the lab.
pub(crate) type FileId = u32;

/// The files of a lab: few, so that a node of the map with room for eleven of them would be mostly air.
pub(crate) type Files = BTreeMap<FileId, Box<File>>;

/// A real socket and what the lab knows of it.
pub(crate) struct File {
    io: Option<Io>,
    /// Real duplicates, one for each further descriptor.
    pub(crate) duplicates: Vec<(Owned, OwnedSemaphorePermit)>,
    pub(crate) host: HostId,
    pub(crate) kind: Kind,
    /// Whether the learner's calls on it may wait. The real socket never does.
    pub(crate) blocking: bool,
    /// Whether it may join epoll: after connect, listen or accept.
    pub(crate) watchable: bool,
    /// Where it is really bound, if a lesson address leads to it.
    pub(crate) bound: Option<SocketAddrV4>,
    /// Real own and other address, once there is a connection.
    pub(crate) pair: Option<Pair>,
    /// The connection's other end, where that is in this lab and accepted.
    pub(crate) other: Option<FileId>,
    /// Whether it came from accept.
    pub(crate) accepted: bool,
    /// Own and other address as the lesson has them.
    pub(crate) lesson_local: Option<SocketAddrV4>,
    pub(crate) lesson_remote: Option<SocketAddrV4>,
    /// Where its last datagram came from, as the lesson has it.
    pub(crate) source: Option<SocketAddrV4>,
    /// SO_LINGER as its program has set it: the seconds that a close waits, if any.
    pub(crate) linger: Option<u16>,
    /// The seconds that it had last, which the kernel remembers.
    pub(crate) lingered: u16,
    /// Whether the real socket has SO_LINGER 0 instead, so that its connection ends at once if this process is killed. A
    /// FIN that nobody acknowledges any more would keep a host's network for minutes.
    pub(crate) guarded: bool,
    /// SO_RCVTIMEO and SO_SNDTIMEO in microseconds; 0 is none.
    pub(crate) receive_timeout_us: u64,
    pub(crate) send_timeout_us: u64,
    /// What was told last of what the kernel holds for it, and when it was looked at beside calls.
    pub(crate) told: Option<Observed>,
    pub(crate) looked: Option<Instant>,
    _permit: OwnedSemaphorePermit,
}

/// SO_LINGER of a socket.
pub(crate) fn set_linger(fd: BorrowedFd<'_>, seconds: Option<u16>) -> Result<(), Errno> {
    let value = OptionValue::Linger { on: seconds.is_some(), seconds: seconds.unwrap_or(0) };
    sys::set_option(fd, SocketOption::SoLinger, value)
}

/// Real own and other address of a connection.
pub(crate) type Pair = (SocketAddrV4, SocketAddrV4);

/// A connection whose first end was closed before the other was accepted: it is accepted all the same.
pub(crate) struct Left {
    pub(crate) pair: Pair,
    pub(crate) lesson_local: SocketAddrV4,
    pub(crate) lesson_remote: SocketAddrV4,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Tcp,
    Udp,
    Unix,
    UnixDgram,
    Pipe,
}

impl Kind {
    pub(crate) fn of(domain: Domain, kind: SocketType) -> Self {
        match (domain, kind) {
            (Domain::Unix, SocketType::Stream) => Self::Unix,
            (Domain::Unix, SocketType::Dgram) => Self::UnixDgram,
            (_, SocketType::Stream) => Self::Tcp,
            (_, SocketType::Dgram) => Self::Udp,
        }
    }

    /// For a socket of the Internet.
    pub(crate) fn socket_type(self) -> Option<SocketType> {
        match self {
            Self::Tcp => Some(SocketType::Stream),
            Self::Udp => Some(SocketType::Dgram),
            Self::Unix | Self::UnixDgram | Self::Pipe => None,
        }
    }

    /// Whether its bytes have no borders.
    pub(crate) fn is_stream(self) -> bool {
        matches!(self, Self::Tcp | Self::Unix | Self::Pipe)
    }
}

impl Drop for File {
    /// A close that waits would hold our thread: whoever is to wait has done so before.
    fn drop(&mut self) {
        let waits = self.linger.is_some_and(|seconds| seconds > 0);
        if waits || (self.guarded && self.linger.is_none()) {
            let _ = self.set_linger(None);
        }
        self.unwatch();
    }
}

impl File {
    pub(crate) fn new(fd: Owned, host: HostId, kind: Kind, permit: OwnedSemaphorePermit) -> Self {
        Self {
            io: Some(Io::Plain(fd)),
            duplicates: Vec::new(),
            host,
            kind,
            blocking: true,
            watchable: kind != Kind::Tcp,
            bound: None,
            pair: None,
            other: None,
            accepted: false,
            lesson_local: None,
            lesson_remote: None,
            source: None,
            linger: None,
            lingered: 0,
            guarded: false,
            receive_timeout_us: 0,
            send_timeout_us: 0,
            told: None,
            looked: None,
            _permit: permit,
        }
    }

    /// What is to be known of it after it is closed, if its other end is still to be accepted.
    pub(crate) fn left(&self) -> Option<Left> {
        let (pair, None, false) = (self.pair?, self.other, self.accepted) else { return None };
        Some(Left { pair, lesson_local: self.lesson_local?, lesson_remote: self.lesson_remote? })
    }

    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        sys::borrow(self.io.as_ref().expect("a file has its socket between any two calls"))
    }

    /// SO_LINGER of the real socket.
    pub(crate) fn set_linger(&self, seconds: Option<u16>) -> Result<(), Errno> {
        set_linger(self.fd(), seconds)
    }

    /// Lets its connection end with this process, however that ends.
    pub(crate) fn guard(&mut self) {
        self.guarded = self.kind == Kind::Tcp && self.set_linger(Some(0)).is_ok();
    }

    /// Does something with its program's own SO_LINGER in place.
    pub(crate) fn with_own_linger<T>(&mut self, act: impl FnOnce(&mut Self) -> T) -> T {
        if !self.guarded {
            return act(self);
        }
        let _ = self.set_linger(Some(self.lingered));
        if self.linger.is_none() {
            let _ = self.set_linger(None);
        }
        let answer = act(self);
        self.guard();
        answer
    }

    /// The lesson address that this socket's bytes to `to` come from, as Linux chooses it.
    pub(crate) fn source_to(&self, to: SocketAddrV4) -> SocketAddrV4 {
        let own = self.lesson_local.unwrap_or(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0));
        let to_self = to.ip().is_loopback() || to.ip().is_unspecified();
        let near = if to_self { Ipv4Addr::LOCALHOST } else { Targets::address(self.host) };
        SocketAddrV4::new(if own.ip().is_unspecified() { near } else { *own.ip() }, own.port())
    }

    /// Notes a connection that is made or under way, from the real `local` to the real `remote`, which the lesson
    /// calls `to`.
    pub(crate) fn connected(&mut self, local: SocketAddrV4, remote: SocketAddrV4, to: SocketAddrV4) {
        let far = if to.ip().is_unspecified() { Ipv4Addr::LOCALHOST } else { *to.ip() };
        self.lesson_local.get_or_insert(SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, local.port()));
        let source = self.source_to(to);
        self.lesson_local = Some(source);
        self.source = Some(source);
        self.lesson_remote = Some(SocketAddrV4::new(far, to.port()));
        self.pair = Some((local, remote));
        self.watchable = true;
    }

    /// Joins epoll, if it may.
    pub(crate) fn watch(&mut self) -> Result<(), Errno> {
        if !self.watchable || matches!(self.io, Some(Io::Watched(_))) {
            return Ok(());
        }
        let Some(Io::Plain(fd)) = self.io.take() else { return Ok(()) };
        let (io, result) = match sys::watch(fd) {
            Ok(watched) => (Io::Watched(watched), Ok(())),
            Err((fd, errno)) => (Io::Plain(fd), Err(errno)),
        };
        self.io = Some(io);
        result
    }

    /// Leaves epoll, so that what was seen of an earlier, failed connection is forgotten.
    pub(crate) fn unwatch(&mut self) {
        self.io = match self.io.take() {
            Some(Io::Watched(fd)) => Some(Io::Plain(sys::unwatch(fd))),
            other => other,
        };
    }

    pub(crate) fn watched(&self) -> Option<&AsyncFd<Owned>> {
        match &self.io {
            Some(Io::Watched(fd)) => Some(fd),
            _ => None,
        }
    }
}
