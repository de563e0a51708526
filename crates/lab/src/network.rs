//! Where sockets come from, and where lesson addresses lead.

use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::{BorrowedFd, OwnedFd};

use syscall::{Address, Errno, HostId};

use crate::{Answered, Targets, sys};

/// A refusal and who refused.
pub type Refusal = (Errno, Answered);

/// A network of hosts whose sockets are real. Loopback is the first; network namespaces come behind the same trait.
pub trait Network: Send {
    /// How sockets are kept apart: `loopback`.
    fn mode(&self) -> &'static str;

    /// A fresh non-blocking TCP socket of this host.
    ///
    /// # Errors
    /// The kernel's own.
    fn socket(&mut self, host: HostId) -> Result<OwnedFd, Errno>;

    /// Binds a socket of this host to a lesson address; answers its lesson address and its real one.
    ///
    /// # Errors
    /// The kernel's own, or the table's.
    fn bind(
        &mut self,
        host: HostId,
        fd: BorrowedFd<'_>,
        address: Address,
    ) -> Result<(SocketAddrV4, SocketAddrV4), Refusal>;

    /// Forgets what was bound to this real address.
    fn release(&mut self, real: SocketAddrV4);

    /// Where a connection from this host to this lesson address really goes.
    ///
    /// # Errors
    /// What the lesson's network answers in its stead.
    fn route(&self, host: HostId, to: Address) -> Result<SocketAddrV4, Errno>;
}

/// Every host is 127.0.0.1 with ports of the kernel's choice, kept apart by the owner table.
#[derive(Debug)]
pub struct Loopback {
    targets: Targets,
}

impl Loopback {
    /// A network of so many hosts, at most 254.
    pub fn new(hosts: u16) -> Self {
        Self { targets: Targets::new(hosts) }
    }
}

impl Network for Loopback {
    fn mode(&self) -> &'static str {
        "loopback"
    }

    fn socket(&mut self, _host: HostId) -> Result<OwnedFd, Errno> {
        sys::tcp_socket()
    }

    fn bind(
        &mut self,
        host: HostId,
        fd: BorrowedFd<'_>,
        address: Address,
    ) -> Result<(SocketAddrV4, SocketAddrV4), Refusal> {
        let mut lesson = self.targets.may_bind(host, address).map_err(|e| (e, Answered::Relay))?;
        let kernel = |e| (e, Answered::Kernel);
        sys::bind(fd, SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0)).map_err(kernel)?;
        let real = sys::local(fd).map_err(kernel)?;
        if lesson.port() == 0 {
            lesson.set_port(real.port());
        }
        self.targets.insert(host, lesson, real);
        Ok((lesson, real))
    }

    fn release(&mut self, real: SocketAddrV4) {
        self.targets.remove(real);
    }

    fn route(&self, host: HostId, to: Address) -> Result<SocketAddrV4, Errno> {
        self.targets.resolve(host, to)
    }
}
