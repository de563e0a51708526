//! Hosts: their names and addresses, what they may reach, and which ports they give away.

use std::hash::{Hash, Hasher};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use syscall::{Errno, HostId};

use crate::kernel::{Kernel, Network};
use crate::sizes::{
    BUFFER_MAX, FIRST_EPHEMERAL_PORT, LAST_EPHEMERAL_PORT, RMEM_MAX, UNPRIVILEGED_PORT_START,
};
use crate::socket::Socket;

/// The buffers of TCP sockets that set none: `net.ipv4.tcp_wmem` and `net.ipv4.tcp_rmem`, where default and most are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Buffers {
    /// SO_SNDBUF, in bytes of memory.
    pub sndbuf: u32,
    /// SO_RCVBUF, in bytes of memory.
    pub rcvbuf: u32,
}

/// A host's settings.
#[derive(Clone, Debug)]
pub(crate) struct Host {
    pub(crate) name: String,
    /// `/etc/hosts` gives the host's own name 127.0.1.1, as Debian writes it.
    pub(crate) debian: bool,
    /// `net.ipv4.ip_local_port_range`, both ends included.
    pub(crate) ports: (u16, u16),
    /// `net.ipv4.ip_unprivileged_port_start`.
    pub(crate) unprivileged_from: u16,
    /// None: as Linux has them unless told.
    buffers: Option<Buffers>,
}

/// Buffers that nobody has set leave the digest as it was before there were any to set.
impl Hash for Host {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        (&self.name, self.debian, self.ports, self.unprivileged_from).hash(hasher);
        if let Some(buffers) = self.buffers {
            buffers.hash(hasher);
        }
    }
}

impl Host {
    pub(crate) fn numbered(number: u16) -> Self {
        Self {
            name: format!("host{}", u32::from(number) + 1),
            debian: false,
            ports: (FIRST_EPHEMERAL_PORT, LAST_EPHEMERAL_PORT),
            unprivileged_from: UNPRIVILEGED_PORT_START,
            buffers: None,
        }
    }
}

impl Kernel {
    /// Give the hosts their names, in their order; more names than hosts are without effect.
    pub fn set_names<S: AsRef<str>>(&mut self, names: &[S]) {
        for (host, name) in Arc::make_mut(&mut self.hosts).iter_mut().zip(names) {
            host.name = name.as_ref().into();
        }
    }

    /// Whether a host's own name stands for 127.0.1.1 on that host, as on Debian, and not for its address on the wire.
    ///
    /// # Panics
    /// If there is no such host.
    pub fn set_debian_names(&mut self, host: HostId, debian: bool) {
        self.host_mut(host).debian = debian;
    }

    /// From which port on everybody may bind: `net.ipv4.ip_unprivileged_port_start`, 1024 unless set.
    ///
    /// # Panics
    /// If there is no such host.
    pub fn set_unprivileged_port_start(&mut self, host: HostId, port: u16) {
        self.host_mut(host).unprivileged_from = port;
    }

    /// Which ports a host gives to sockets that ask for none: `net.ipv4.ip_local_port_range`, 32768 to 60999 unless set.
    ///
    /// # Panics
    /// If there is no such host.
    pub fn set_port_range(&mut self, host: HostId, first: u16, last: u16) {
        self.host_mut(host).ports = (first.max(1), last.max(first).max(1));
    }

    /// Which buffers a host's new TCP sockets have; they do not grow.
    ///
    /// # Panics
    /// If there is no such host.
    pub fn set_buffers(&mut self, host: HostId, buffers: Buffers) {
        self.host_mut(host).buffers = Some(buffers);
    }

    /// A TCP socket as `socket` makes it on a host.
    pub(crate) fn fresh_socket(&self, host: HostId) -> Socket {
        let mut socket = Socket::new(host);
        if let Some(buffers) = self.host(host).buffers {
            socket.receive.rcvbuf = buffers.rcvbuf;
            // What may not grow is as good as set.
            (socket.send.sndbuf, socket.send.locked) = (buffers.sndbuf, true);
        }
        socket
    }

    /// What a host's receive buffers may grow to by themselves, or be set to: decides the window scale.
    pub(crate) fn most_rcvbuf(&self, host: HostId) -> u32 {
        self.host(host).buffers.map_or(RMEM_MAX, |buffers| buffers.rcvbuf.max(BUFFER_MAX))
    }

    /// How many hosts there are.
    pub fn host_count(&self) -> u16 {
        self.hosts.len() as u16
    }

    pub(crate) fn host(&self, host: HostId) -> &Host {
        &self.hosts[usize::from(host.0)]
    }

    fn host_mut(&mut self, host: HostId) -> &mut Host {
        &mut Arc::make_mut(&mut self.hosts)[usize::from(host.0)]
    }

    /// A host's own address on the wire.
    pub fn address_of(host: HostId) -> IpAddr {
        IpAddr::V4(Ipv4Addr::from(0x0a00_0001 + u32::from(host.0)))
    }

    /// The host that a packet of `from` to this address reaches.
    pub(crate) fn route(&self, from: HostId, to: IpAddr) -> Result<HostId, Errno> {
        let IpAddr::V4(to) = to else { return Err(Errno::EAFNOSUPPORT) };
        if to.is_loopback() || to.is_unspecified() {
            return Ok(from);
        }
        let own = |host: &HostId| Self::address_of(*host) == IpAddr::V4(to);
        if let Some(host) = (0..self.host_count()).map(HostId).find(own) {
            return if host == from || self.network != Network::Loopback {
                Ok(host)
            } else {
                Err(Errno::ENETUNREACH)
            };
        }
        if to.octets()[0] >= 240 && !to.is_broadcast() {
            return Err(Errno::EINVAL);
        }
        let neighbour = to.octets()[..3] == [10, 0, 0] && matches!(self.network, Network::Wire { .. });
        Err(if neighbour { Errno::EHOSTUNREACH } else { Errno::ENETUNREACH })
    }

    /// Whether a socket of this host may have that address.
    pub(crate) fn is_own(&self, host: HostId, ip: IpAddr) -> bool {
        ip.is_unspecified() || self.route(host, ip) == Ok(host)
    }

    /// The address that a packet to `to` says it comes from. Loopback's is 127.0.0.1, whatever 127.x.y.z is asked.
    pub(crate) fn source_for(host: HostId, to: IpAddr) -> IpAddr {
        if to.is_loopback() { Ipv4Addr::LOCALHOST.into() } else { Self::address_of(host) }
    }

    /// What `/etc/hosts` and numbers tell: no network is asked. The empty name is every address of this host, as Python
    /// takes it.
    pub(crate) fn addresses_of_name(&self, host: HostId, name: &str) -> Vec<IpAddr> {
        if name.is_empty() {
            return vec![Ipv4Addr::UNSPECIFIED.into()];
        }
        if let Ok(ip) = name.parse() {
            return vec![ip];
        }
        if name.eq_ignore_ascii_case("localhost") {
            return vec![Ipv4Addr::LOCALHOST.into()];
        }
        let named = |k: &HostId| self.host(*k).name.eq_ignore_ascii_case(name);
        if named(&host) && self.host(host).debian {
            return vec![Ipv4Addr::new(127, 0, 1, 1).into()];
        }
        (0..self.host_count()).map(HostId).filter(named).map(Self::address_of).collect()
    }
}
