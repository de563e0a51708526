//! Hosts of our own: network namespaces, made by a helper process, with a wire between them that is a task of ours.
//!
//! A socket belongs to the namespace that it was made in, whoever uses it: the helper ([`helper_main`]) makes namespaces,
//! sockets and the wire's ends, and gives them away as descriptors. Such a host has no way out but the wire: what is not
//! in the lab's network is unreachable, and its own kernel says so.

mod client;
mod device;
mod failure;
mod helper;
mod message;
mod wire;

use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::{BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use syscall::{Address, Errno, HostId, SocketType};

use crate::network::{Network, Refusal};
use crate::{Answered, Targets, sys};

pub use client::{Helper, HelperProgram};
pub use failure::{Failure, Step};
pub use helper::helper_main;
pub(crate) use message::Cable;
pub use wire::Hand;

use message::Request;

/// The first argument of a program that is to be a helper.
pub const HELPER: &str = "lab-helper";
/// The second, where it shall not make a user namespace.
const PRIVILEGED: &str = "privileged";
/// Ports below it are for the privileged (`net.ipv4.ip_unprivileged_port_start`).
pub(crate) const FIRST_FREE_PORT: u16 = 1024;

/// What lies between hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Between {
    pub(crate) cable: Cable,
    /// The largest IP packet, in bytes.
    pub(crate) mtu: u16,
    /// How long a packet is under way.
    pub(crate) delay: Duration,
}

/// A network of real hosts. All of it goes when this is dropped.
pub struct Namespaces {
    helper: Arc<Helper>,
    /// The helper's number of each host.
    hosts: Vec<u32>,
    hand: Hand,
    wire: Option<tokio::task::JoinHandle<()>>,
}

impl Namespaces {
    /// So many hosts, at most 254, with lo up and their addresses; a single one needs no cable. To be called inside a
    /// tokio runtime, on which the wire then runs.
    pub(crate) fn new(helper: Arc<Helper>, hosts: u16, between: Between) -> Result<Self, Failure> {
        let hand = Hand::default();
        hand.delay(between.delay);
        let mut network = Self { helper, hosts: Vec::new(), hand, wire: None };
        let cable = if hosts == 1 { Cable::None } else { between.cable };
        let mut ends = Vec::new();
        for host in (0..hosts).map(HostId) {
            let (id, address) = (network.helper.next_host(), Targets::address(host));
            let request = Request::Host { host: id, address, mtu: between.mtu, cable };
            let (interface, end) = network.helper.ask(request, None)?;
            network.hosts.push(id);
            if let Some(fd) = end {
                let end = wire::End::new(fd, address, interface);
                ends.push(end.map_err(|e| Failure::new(Step::Configure, sys::io_errno(&e)))?);
            }
        }
        if !ends.is_empty() {
            network.wire = Some(tokio::spawn(wire::carry(ends, network.hand.clone())));
        }
        Ok(network)
    }

    /// The hand on the wire.
    pub(crate) fn hand(&self) -> &Hand {
        &self.hand
    }

    fn ask(&self, request: Request, fd: Option<BorrowedFd<'_>>) -> Result<Option<OwnedFd>, Refusal> {
        let asked = self.helper.ask(request, fd);
        asked.map(|(_, fd)| fd).map_err(|failure| match failure.step {
            Step::Socket | Step::Bind => (failure.errno, Answered::Kernel),
            // The helper is gone, or the host.
            _ => (Errno::ENETDOWN, Answered::Relay),
        })
    }
}

impl Network for Namespaces {
    fn mode(&self) -> &'static str {
        "namespaces"
    }

    fn hosts(&self) -> u16 {
        self.hosts.len() as u16
    }

    fn translates(&self) -> bool {
        false
    }

    fn socket(&mut self, host: HostId, kind: SocketType) -> Result<OwnedFd, Refusal> {
        let gone = (Errno::ENETDOWN, Answered::Relay);
        let host = *self.hosts.get(usize::from(host.0)).ok_or(gone)?;
        self.ask(Request::Socket { host, kind }, None)?.ok_or(gone)
    }

    fn bind(
        &mut self,
        _host: HostId,
        _kind: SocketType,
        fd: BorrowedFd<'_>,
        address: Address,
        privileged: bool,
    ) -> Result<(SocketAddrV4, SocketAddrV4), Refusal> {
        match address {
            // Whoever made the namespaces may bind everything in them; the helper has given that right up.
            Address::V4(low) if !privileged && (1..FIRST_FREE_PORT).contains(&low.port()) => {
                self.ask(Request::Bind { address: low }, Some(fd))?;
            }
            _ => sys::bind(fd, address).map_err(|errno| (errno, Answered::Kernel))?,
        }
        let unnamed = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0);
        Ok((unnamed, unnamed))
    }

    fn release(&mut self, _kind: SocketType, _real: SocketAddrV4) {}

    fn route(&mut self, _host: HostId, _kind: SocketType, to: Address) -> Result<Address, Errno> {
        Ok(to)
    }
}

impl Drop for Namespaces {
    fn drop(&mut self) {
        if let Some(wire) = self.wire.take() {
            wire.abort();
        }
        for host in self.hosts.drain(..) {
            let _ = self.helper.ask(Request::Drop { host }, None);
        }
    }
}
