//! Hosts of our own: network namespaces, made by a helper process, with a wire between them that is a task of ours.
//!
//! A socket belongs to the namespace that it was made in, whoever uses it: the helper ([`helper_main`]) makes namespaces,
//! sockets and the wire's ends, and gives them away as descriptors. Such a host has no way out but the wire: what is not
//! in the lab's network is unreachable, and its own kernel says so.

mod client;
mod confine;
mod device;
mod failure;
mod helper;
mod hosts;
mod message;
mod pool;
mod wire;

use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::{BorrowedFd, OwnedFd};
use std::sync::Arc;

use protocol::WireSpec;
use syscall::{Address, Errno, HostId, SocketType};

use crate::WireLimits;
use crate::network::{Network, Refusal};
use crate::wire::Declined;
use crate::{Answered, Targets, sys};

pub use client::{Helper, HelperProgram};
pub use failure::{Failure, Step};
pub use helper::helper_main;
pub(crate) use hosts::Hosts;
pub(crate) use message::Cable;
pub use pool::Pool;
pub use wire::Hand;

use hosts::Born;

use message::Request;

/// The first argument of a program that is to be a helper.
pub const HELPER: &str = "lab-helper";
/// The second, where it shall not make a user namespace.
const PRIVILEGED: &str = "privileged";
/// Ports below it are for the privileged (`net.ipv4.ip_unprivileged_port_start`).
pub(crate) const FIRST_FREE_PORT: u16 = 1024;

/// What lies between hosts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Between {
    pub(crate) wire: WireSpec,
    pub(crate) limits: WireLimits,
    /// The hosts' names in a capture; else they are host1, host2.
    pub(crate) names: Vec<String>,
}

/// A network of real hosts. All of it goes when this is dropped.
pub struct Namespaces {
    helper: Arc<Helper>,
    cable: Cable,
    mtu: u16,
    /// The helper's number of each host, which is also the life that it lives; none while it is off.
    hosts: Vec<Option<u32>>,
    /// None for a single host.
    hand: Option<Hand>,
    wire: Option<tokio::task::JoinHandle<()>>,
}

impl Namespaces {
    /// These hosts, and a wire between them if there are several. To be called inside a tokio runtime, on which the wire
    /// then runs.
    pub(crate) fn new(mut hosts: Hosts, between: Between) -> Result<Self, Failure> {
        let born = std::mem::take(&mut hosts.born);
        let name = |index: usize| {
            let given = between.names.get(index);
            given.cloned().unwrap_or_else(|| format!("host{}", index + 1))
        };
        let named: Vec<_> =
            (0..born.len()).map(|index| (Targets::address(HostId(index as u16)), name(index))).collect();
        let mtu = hosts.mtu;
        let mut network = Self {
            helper: Arc::clone(&hosts.helper),
            cable: hosts.cable,
            mtu,
            hosts: born.iter().map(|born| Some(born.id)).collect(),
            hand: (born.len() > 1).then(|| Hand::new(between.wire, between.limits, &named)),
            wire: None,
        };
        for (host, born) in (0..).map(HostId).zip(born) {
            if let (Some(hand), Some(end)) = (&network.hand, born.end()?) {
                hand.born(host, end);
            }
        }
        network.wire = network.hand.clone().map(|hand| tokio::spawn(wire::carry(hand, mtu)));
        Ok(network)
    }

    /// A host's next life: the helper's number of it, and its end of the wire.
    fn make_host(&self, host: HostId) -> Result<(u32, Option<wire::End>), Failure> {
        let born = Born::make(&self.helper, host, self.cable, self.mtu)?;
        let id = born.id;
        let end = born.end().inspect_err(|_| {
            self.helper.forget([id]);
        })?;
        Ok((id, end))
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
        let host = self.hosts.get(usize::from(host.0)).copied().flatten().ok_or(gone)?;
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

    fn hand(&self) -> Option<&Hand> {
        self.hand.as_ref()
    }

    /// A host that dies loses its device first, so that nothing that its kernel still says gets out; then the helper ends
    /// its connections. One that returns is a new one.
    fn power(&mut self, host: HostId, on: bool) -> Result<(), Declined> {
        let hand = self.hand.as_ref().ok_or(Declined::NoWire)?;
        if hand.is_on(host)? == on {
            return Err(Declined::Already(host, on));
        }
        let index = usize::from(host.0);
        if on {
            let (id, end) = self.make_host(host).map_err(|failure| Declined::Machine(failure.to_string()))?;
            self.hosts[index] = Some(id);
            hand.power(host, end);
        } else {
            hand.power(host, None);
            if let Some(host) = self.hosts[index].take() {
                let _ = self.helper.ask(Request::Drop { host }, None);
            }
        }
        Ok(())
    }
}

impl Drop for Namespaces {
    fn drop(&mut self) {
        if let Some(wire) = self.wire.take() {
            wire.abort();
        }
        // Nothing of what a helper does to its connections gets out any more; one that is gone can do nothing.
        let helper_is_gone = !self.helper.runs();
        if let Some(hand) = &self.hand {
            hand.end(helper_is_gone);
        }
        self.helper.forget(self.hosts.drain(..).flatten());
    }
}
