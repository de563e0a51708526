//! Where sockets come from, and where lesson addresses lead.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};

use syscall::{Address, Domain, Errno, HostId, SocketType};

use crate::namespaces::{FIRST_FREE_PORT, Hand};
use crate::wire::Declined;
use crate::{Answered, Targets, sys};

/// A refusal and who refused.
pub type Refusal = (Errno, Answered);

/// A network of hosts whose sockets are real: [`Loopback`], or [`Namespaces`](crate::Namespaces).
pub trait Network: Send {
    /// How sockets are kept apart: `loopback`, `namespaces`.
    fn mode(&self) -> &'static str;

    /// How many hosts it has.
    fn hosts(&self) -> u16;

    /// Whether the addresses of calls are names in an owner table. If not, the kernel itself answers for every address.
    fn translates(&self) -> bool;

    /// A fresh non-blocking Internet socket of this host.
    ///
    /// # Errors
    /// The kernel's own, or ENETDOWN where there is no such host any more.
    fn socket(&mut self, host: HostId, kind: SocketType) -> Result<OwnedFd, Refusal>;

    /// Binds a socket of this host to a lesson address; answers its lesson address and its real one, where the network
    /// translates. Ports below 1024 are for the privileged.
    ///
    /// # Errors
    /// The kernel's own, or the table's.
    fn bind(
        &mut self,
        host: HostId,
        kind: SocketType,
        fd: BorrowedFd<'_>,
        address: Address,
        privileged: bool,
    ) -> Result<(SocketAddrV4, SocketAddrV4), Refusal>;

    /// Forgets what was bound to this real address.
    fn release(&mut self, kind: SocketType, real: SocketAddrV4);

    /// Where a connection or datagram from this host to this lesson address really goes.
    ///
    /// # Errors
    /// What the lesson's network answers in its stead.
    fn route(&mut self, host: HostId, kind: SocketType, to: Address) -> Result<Address, Errno>;

    /// The hand on the wire between its hosts, if there is one.
    fn hand(&self) -> Option<&Hand> {
        None
    }

    /// Lets a host die without a word, or lets it return with no memory of anything. Its processes are the caller's.
    ///
    /// # Errors
    /// If there is no wire or no such host, if it is so already, or if the machine gives no new one.
    fn power(&mut self, host: HostId, on: bool) -> Result<(), Declined> {
        let _ = (host, on);
        Err(Declined::NoWire)
    }
}

/// Every host is 127.0.0.1 with ports of the kernel's choice, kept apart by the owner table.
#[derive(Debug)]
pub struct Loopback {
    tcp: Targets,
    udp: Targets,
    /// A real port on which nobody can be reached, for datagrams to a port that is not bound.
    closed: Option<(OwnedFd, SocketAddrV4)>,
}

/// Ports that are drawn until one can be had.
const TRIES: u32 = 16;
const ANY: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0);

impl Loopback {
    /// A network of so many hosts, at most 254.
    pub fn new(hosts: u16) -> Self {
        Self { tcp: Targets::new(hosts), udp: Targets::new(hosts), closed: None }
    }

    fn targets(&mut self, kind: SocketType) -> &mut Targets {
        match kind {
            SocketType::Stream => &mut self.tcp,
            SocketType::Dgram => &mut self.udp,
        }
    }

    /// A socket that is connected to itself takes datagrams from nobody else: its port answers as a closed one does, and
    /// no other program can get it.
    fn closed_port(&mut self) -> Result<SocketAddrV4, Errno> {
        if let Some((_, address)) = &self.closed {
            return Ok(*address);
        }
        let fd = sys::socket(Domain::Inet, SocketType::Dgram)?;
        sys::bind(fd.as_fd(), ANY.into())?;
        let address = sys::local(fd.as_fd())?;
        sys::connect(fd.as_fd(), address.into())?;
        self.closed = Some((fd, address));
        Ok(address)
    }
}

/// Binds to a port that nobody has and that stays this socket's until it closes. One that the kernel drew for it would be
/// free again after a reset, while the table still leads there: so another socket draws it, and this one asks for it by
/// its number, which locks it.
fn bind_for_good(kind: SocketType, fd: BorrowedFd<'_>) -> Result<SocketAddrV4, Errno> {
    for _ in 0..TRIES {
        let drawn = sys::socket(Domain::Inet, kind)?;
        sys::bind(drawn.as_fd(), ANY.into())?;
        let real = sys::local(drawn.as_fd())?;
        drop(sys::Owned::from(drawn));
        match sys::bind(fd, real.into()) {
            // Somebody on this machine was faster.
            Err(Errno::EADDRINUSE) => {}
            bound => return bound.map(|()| real),
        }
    }
    Err(Errno::EADDRINUSE)
}

impl Network for Loopback {
    fn mode(&self) -> &'static str {
        "loopback"
    }

    fn hosts(&self) -> u16 {
        self.tcp.hosts()
    }

    fn translates(&self) -> bool {
        true
    }

    fn socket(&mut self, _host: HostId, kind: SocketType) -> Result<OwnedFd, Refusal> {
        sys::socket(Domain::Inet, kind).map_err(|errno| (errno, Answered::Kernel))
    }

    fn bind(
        &mut self,
        host: HostId,
        kind: SocketType,
        fd: BorrowedFd<'_>,
        address: Address,
        privileged: bool,
    ) -> Result<(SocketAddrV4, SocketAddrV4), Refusal> {
        let targets = self.targets(kind);
        let mut lesson = targets.may_bind(host, address).map_err(|e| (e, Answered::Relay))?;
        if !privileged && (1..FIRST_FREE_PORT).contains(&address.port()) {
            return Err((Errno::EACCES, Answered::Relay));
        }
        let real = bind_for_good(kind, fd).map_err(|e| (e, Answered::Kernel))?;
        if lesson.port() == 0 {
            lesson.set_port(real.port());
        }
        targets.insert(host, lesson, real);
        Ok((lesson, real))
    }

    fn release(&mut self, kind: SocketType, real: SocketAddrV4) {
        self.targets(kind).remove(real);
    }

    fn route(&mut self, host: HostId, kind: SocketType, to: Address) -> Result<Address, Errno> {
        match (self.targets(kind).resolve(host, to), kind) {
            // A datagram is sent all the same; the closed port's answer comes back as the kernel's own.
            (Err(Errno::ECONNREFUSED), SocketType::Dgram) => self.closed_port().map(Into::into),
            (route, _) => route.map(Into::into),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_whose_connection_was_reset_keeps_its_port() {
        let socket = || sys::socket(Domain::Inet, SocketType::Stream).unwrap();
        let (listener, fd) = (std::net::TcpListener::bind(ANY).unwrap(), socket());
        let mut network = Loopback::new(1);
        let (_, real) = network.bind(HostId(0), SocketType::Stream, fd.as_fd(), ANY.into(), false).unwrap();
        let to = listener.local_addr().unwrap().port();
        let _ = sys::connect(fd.as_fd(), SocketAddrV4::new(Ipv4Addr::LOCALHOST, to).into());
        let (accepted, _) = listener.accept().unwrap();
        let linger = libc::linger { l_onoff: 1, l_linger: 0 };
        nix::sys::socket::setsockopt(&accepted, nix::sys::socket::sockopt::Linger, &linger).unwrap();
        drop(accepted);
        let reset = || sys::recvfrom(fd.as_fd(), &mut [0], syscall::MsgFlags::default()).map(|_| ());
        while reset() != Err(Errno::ECONNRESET) {
            std::thread::yield_now();
        }
        assert_eq!(sys::bind(fd.as_fd(), ANY.into()), Err(Errno::EINVAL), "it is bound still");
        assert_eq!(sys::bind(socket().as_fd(), real.into()), Err(Errno::EADDRINUSE));
    }

    #[test]
    fn a_datagram_to_nobody_is_refused_by_the_kernel_itself() {
        let mut network = Loopback::new(1);
        let sender = sys::socket(Domain::Inet, SocketType::Dgram).unwrap();
        let nobody = network.route(HostId(0), SocketType::Dgram, "127.0.0.1:9".parse().unwrap()).unwrap();
        assert_ne!(nobody.port(), 9);
        sys::connect(sender.as_fd(), nobody).unwrap();
        sys::send(sender.as_fd(), b"hello").unwrap();
        assert_eq!(sys::send(sender.as_fd(), b"again"), Err(Errno::ECONNREFUSED));
    }
}
