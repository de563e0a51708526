//! The owner table: which addresses of the lesson's network a session may reach, and where each really is.
//!
//! A session reaches its own listeners and its peers, nothing else: whatever is not in this table is answered from the
//! table, and no packet leaves. Loopback addresses are no isolation by themselves, hence the table.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

use syscall::{Address, Errno, HostId};

/// The lesson's network is 10.0.0.0/24; host k (from 0) is 10.0.0.(k + 1).
const NETWORK: [u8; 3] = [10, 0, 0];

/// Which lesson addresses are bound, by whom, and to what real address.
#[derive(Debug)]
pub struct Targets {
    hosts: u16,
    bound: Vec<Bound>,
}

#[derive(Debug)]
struct Bound {
    host: HostId,
    lesson: SocketAddrV4,
    real: SocketAddrV4,
}

impl Targets {
    /// A network of so many hosts, at most 254, on which nothing is bound.
    ///
    /// # Panics
    /// If there are more hosts than addresses.
    pub fn new(hosts: u16) -> Self {
        assert!(hosts <= 254, "{hosts} hosts in a network of 254 addresses");
        Self { hosts, bound: Vec::new() }
    }

    /// How many hosts there are.
    pub const fn hosts(&self) -> u16 {
        self.hosts
    }

    /// The host's own address.
    pub fn address(host: HostId) -> Ipv4Addr {
        let [a, b, c] = NETWORK;
        Ipv4Addr::new(a, b, c, u8::try_from(host.0 + 1).unwrap_or(u8::MAX))
    }

    /// Whether this host may bind this address now. Port 0 asks for any.
    ///
    /// # Errors
    /// As `bind(2)`: EAFNOSUPPORT (only IPv4), EADDRNOTAVAIL (another host's), EADDRINUSE.
    pub fn may_bind(&self, host: HostId, address: Address) -> Result<SocketAddrV4, Errno> {
        let SocketAddr::V4(address) = address else { return Err(Errno::EAFNOSUPPORT) };
        let ip = *address.ip();
        if !ip.is_unspecified() && !ip.is_loopback() && ip != Self::address(host) {
            return Err(Errno::EADDRNOTAVAIL);
        }
        let overlaps = |b: &Bound| {
            let other = *b.lesson.ip();
            let same_ip = other == ip || other.is_unspecified() || ip.is_unspecified();
            b.host == host && b.lesson.port() == address.port() && same_ip
        };
        if address.port() != 0 && self.bound.iter().any(overlaps) {
            Err(Errno::EADDRINUSE)
        } else {
            Ok(address)
        }
    }

    /// Notes that a socket of this host, which the lesson sees at `lesson`, really is at `real`.
    pub fn insert(&mut self, host: HostId, lesson: SocketAddrV4, real: SocketAddrV4) {
        self.bound.push(Bound { host, lesson, real });
    }

    /// Forgets the socket that really was at `real`.
    pub fn remove(&mut self, real: SocketAddrV4) {
        self.bound.retain(|b| b.real != real);
    }

    /// Where a connection from this host to this lesson address really goes.
    ///
    /// # Errors
    /// What the lesson's network answers where nobody can be reached: ECONNREFUSED (a host without such a listener),
    /// EHOSTUNREACH (no such host in the network), ENETUNREACH (not in the network), EAFNOSUPPORT (only IPv4).
    pub fn resolve(&self, from: HostId, to: Address) -> Result<SocketAddrV4, Errno> {
        let SocketAddr::V4(to) = to else { return Err(Errno::EAFNOSUPPORT) };
        let ip = *to.ip();
        let local = ip.is_unspecified() || ip.is_loopback();
        let host = if local { from } else { self.host_at(ip)? };
        let reached = |b: &&Bound| {
            let other = *b.lesson.ip();
            b.host == host
                && b.lesson.port() == to.port()
                && (other.is_unspecified() || other == ip || (ip.is_unspecified() && other.is_loopback()))
        };
        self.bound.iter().find(reached).map(|b| b.real).ok_or(Errno::ECONNREFUSED)
    }

    fn host_at(&self, ip: Ipv4Addr) -> Result<HostId, Errno> {
        let [a, b, c, last] = ip.octets();
        if [a, b, c] != NETWORK {
            return Err(Errno::ENETUNREACH);
        }
        let known = (1..=self.hosts).contains(&u16::from(last));
        if known { Ok(HostId(u16::from(last) - 1)) } else { Err(Errno::EHOSTUNREACH) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEARNER: HostId = HostId(0);
    const PEER: HostId = HostId(1);

    fn at(text: &str) -> Address {
        text.parse().unwrap()
    }
    fn v4(text: &str) -> SocketAddrV4 {
        text.parse().unwrap()
    }
    fn with_peer() -> Targets {
        let mut targets = Targets::new(2);
        targets.insert(PEER, v4("10.0.0.2:7000"), v4("127.0.0.1:40000"));
        targets
    }

    #[test]
    fn a_listener_of_the_peer_is_reached_by_its_lesson_address_only() {
        let targets = with_peer();
        assert_eq!(targets.resolve(LEARNER, at("10.0.0.2:7000")), Ok(v4("127.0.0.1:40000")));
        assert_eq!(targets.resolve(LEARNER, at("127.0.0.1:7000")), Err(Errno::ECONNREFUSED));
        assert_eq!(targets.resolve(LEARNER, at("127.0.0.1:40000")), Err(Errno::ECONNREFUSED));
        assert_eq!(targets.resolve(LEARNER, at("0.0.0.0:40000")), Err(Errno::ECONNREFUSED));
    }

    #[test]
    fn what_is_not_in_the_table_is_answered_as_a_network_would() {
        let targets = with_peer();
        for (to, errno) in [
            ("10.0.0.2:7001", Errno::ECONNREFUSED),
            ("10.0.0.1:7000", Errno::ECONNREFUSED),
            ("10.0.0.9:7000", Errno::EHOSTUNREACH),
            ("10.0.0.255:7000", Errno::EHOSTUNREACH),
            ("10.0.1.2:7000", Errno::ENETUNREACH),
            ("169.254.169.254:80", Errno::ENETUNREACH),
            ("8.8.8.8:53", Errno::ENETUNREACH),
            ("[::1]:7000", Errno::EAFNOSUPPORT),
            ("[::ffff:10.0.0.2]:7000", Errno::EAFNOSUPPORT),
        ] {
            assert_eq!(targets.resolve(LEARNER, at(to)), Err(errno), "{to}");
        }
    }

    #[test]
    fn a_wildcard_listener_is_reached_on_each_of_its_hosts_addresses() {
        let mut targets = with_peer();
        targets.insert(LEARNER, v4("0.0.0.0:80"), v4("127.0.0.1:40001"));
        for (from, to) in [
            (LEARNER, "127.0.0.1:80"),
            (LEARNER, "0.0.0.0:80"),
            (LEARNER, "10.0.0.1:80"),
            (PEER, "10.0.0.1:80"),
        ] {
            assert_eq!(targets.resolve(from, at(to)), Ok(v4("127.0.0.1:40001")), "{to}");
        }
        assert_eq!(targets.resolve(PEER, at("127.0.0.1:80")), Err(Errno::ECONNREFUSED));
    }

    #[test]
    fn a_port_is_bound_once_a_host_and_free_again_after_removal() {
        let mut targets = with_peer();
        assert_eq!(targets.may_bind(PEER, at("0.0.0.0:7000")), Err(Errno::EADDRINUSE));
        assert_eq!(targets.may_bind(LEARNER, at("10.0.0.1:7000")), Ok(v4("10.0.0.1:7000")));
        assert_eq!(targets.may_bind(LEARNER, at("10.0.0.2:7000")), Err(Errno::EADDRNOTAVAIL));
        assert_eq!(targets.may_bind(LEARNER, at("[::]:7000")), Err(Errno::EAFNOSUPPORT));
        assert!(targets.may_bind(PEER, at("0.0.0.0:0")).is_ok());
        targets.remove(v4("127.0.0.1:40000"));
        assert!(targets.may_bind(PEER, at("10.0.0.2:7000")).is_ok());
    }
}
