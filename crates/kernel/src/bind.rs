//! Addresses of sockets: `bind`, `listen`, and the ports that nobody asked for.
//!
//! Linux draws such ports by a keyed hash, odd ones for `bind` and even ones for `connect` as long as there are any. Here
//! they rise by two, in the same two rows.

use std::net::Ipv4Addr;

use syscall::{Address, Errno, Fd, HostId, Returned, SocketId, SocketType, TcpState};

use crate::calls::{Step, done};
use crate::files::File;
use crate::kernel::{Kernel, Pending};
use crate::socket::{Listener, Phase};

/// How many ports there are, used and not.
const PORTS: usize = 1 << 16;

/// An address that a socket has, as far as others care.
struct Taken {
    id: SocketId,
    local: Address,
    remote: Option<Address>,
    reuse: bool,
    listens: bool,
    /// It was asked for, and does not go with a connection.
    bound: bool,
}

impl Kernel {
    /// The addresses that sockets of a host have, of those that speak the same protocol as `like`.
    fn taken(&self, like: SocketId) -> impl Iterator<Item = Taken> {
        let (host, same) = (self.file(like).host(), std::mem::discriminant(self.file(like)));
        let files =
            self.files.iter().filter(move |(_, f)| f.host() == host && std::mem::discriminant(*f) == same);
        files.filter_map(|(number, file)| {
            let id = SocketId(number);
            match file {
                File::Tcp(s)
                    if s.state != TcpState::Closed || (s.port_bound().is_some() && s.references > 0) =>
                {
                    Some(Taken {
                        id,
                        local: s.local?,
                        remote: s.remote.filter(|_| s.state != TcpState::Closed),
                        reuse: s.reuse_address,
                        listens: s.state == TcpState::Listen,
                        bound: s.port_bound().is_some() || s.state == TcpState::Listen,
                    })
                }
                File::Udp(s) => Some(Taken {
                    id,
                    local: s.local?,
                    remote: s.remote,
                    reuse: s.basics.reuse_address,
                    listens: false,
                    bound: true,
                }),
                File::Tcp(_) | File::Local(_) | File::Pipe(_) => None,
            }
        })
    }

    pub(crate) fn call_bind(&mut self, pending: &Pending, fd: Fd, address: Address) -> Step {
        let id = self.socket_file(pending, fd)?;
        if matches!(self.file(id), File::Local(_)) {
            return Err(Errno::EINVAL);
        }
        if !address.is_ipv4() {
            return Err(Errno::EAFNOSUPPORT);
        }
        let process = self.process(self.pid(pending.task));
        let (host, privileged) = (process.host, process.privileged);
        if !self.is_own(host, address.ip()) {
            return Err(Errno::EADDRNOTAVAIL);
        }
        let low = (1..self.host(host).unprivileged_from).contains(&address.port());
        if low && !privileged {
            return Err(Errno::EACCES);
        }
        let named = match self.file(id) {
            File::Tcp(socket) => socket.state != TcpState::Closed || socket.port_bound().is_some(),
            File::Udp(socket) => socket.local.is_some(),
            File::Local(_) | File::Pipe(_) => true,
        };
        if named {
            return Err(Errno::EINVAL);
        }
        let port_drawn = address.port() == 0;
        let address = if port_drawn {
            Address::new(address.ip(), self.port_for_bind(id, address)?)
        } else if self.taken(id).any(|other| self.keeps(&other, id, address)) {
            if let File::Tcp(socket) = self.file_mut(id) {
                // A socket that had a connection loses its address, not its port (`__inet_bind`).
                let any = |old: Address| Address::new(Ipv4Addr::UNSPECIFIED.into(), old.port());
                (socket.bound, socket.local) = (None, socket.local.map(any));
            }
            return Err(Errno::EADDRINUSE);
        } else {
            address
        };
        let (bound, local) = match self.file_mut(id) {
            File::Tcp(socket) => (&mut socket.bound, &mut socket.local),
            File::Udp(socket) => (&mut socket.bound, &mut socket.local),
            File::Local(_) | File::Pipe(_) => return Err(Errno::EINVAL),
        };
        (*bound, *local) = (Some(address), Some(address));
        if let File::Tcp(socket) = self.file_mut(id) {
            socket.port_drawn = port_drawn;
        }
        done(Returned::Done)
    }

    /// Whether another socket keeps this address from `id`. Both must have set SO_REUSEADDR to share it, and even
    /// then not with a listener (`inet_csk_bind_conflict`).
    fn keeps(&self, other: &Taken, id: SocketId, address: Address) -> bool {
        let same = other.local.port() == address.port()
            && (other.local.ip() == address.ip()
                || other.local.ip().is_unspecified()
                || address.ip().is_unspecified());
        let reuse = match self.file(id) {
            File::Tcp(socket) => socket.reuse_address,
            File::Udp(socket) => socket.basics.reuse_address,
            File::Local(_) | File::Pipe(_) => false,
        };
        let shared = other.reuse && !other.listens && reuse;
        other.id != id && same && !shared
    }

    /// A port that no socket of the host has; the odd ones first.
    pub(crate) fn port_for_bind(&mut self, id: SocketId, address: Address) -> Result<u16, Errno> {
        let host = self.file(id).host();
        let in_use = self.taken(id).filter(|other| {
            let ip = other.local.ip();
            ip == address.ip() || ip.is_unspecified() || address.ip().is_unspecified()
        });
        let mut ports = vec![false; PORTS];
        in_use.for_each(|other| ports[usize::from(other.local.port())] = true);
        self.draw_port(host, 1, &ports).ok_or(Errno::EADDRINUSE)
    }

    /// A port from which this connection is unlike every other; the even ones first.
    pub(crate) fn port_for_connect(&mut self, id: SocketId, ip: Address, to: Address) -> Result<u16, Errno> {
        let host = self.file(id).host();
        let in_use = self.taken(id).filter(|other| {
            other.id != id && (other.bound || (other.local.ip() == ip.ip() && other.remote == Some(to)))
        });
        let mut ports = vec![false; PORTS];
        in_use.for_each(|other| ports[usize::from(other.local.port())] = true);
        self.draw_port(host, 0, &ports).ok_or(Errno::EADDRNOTAVAIL)
    }

    /// Whether another connection has the same two addresses.
    pub(crate) fn is_taken(&self, id: SocketId, local: Address, remote: Address) -> bool {
        self.taken(id).any(|other| other.id != id && other.local == local && other.remote == Some(remote))
    }

    fn draw_port(&mut self, host: HostId, parity: u16, taken: &[bool]) -> Option<u16> {
        let (first, last) = self.host(host).ports;
        let next = &mut self.next_port[usize::from(host.0)][usize::from(parity)];
        let start = if (first..=last).contains(next) { *next } else { first };
        let free = |port: &u16| !taken[usize::from(*port)];
        let row = |parity: u16| (start..=last).chain(first..start).filter(move |port| port % 2 == parity);
        let port = row(parity).chain(row(1 - parity)).find(free)?;
        *next = port.saturating_add(2);
        Some(port)
    }

    pub(crate) fn call_listen(&mut self, pending: &Pending, fd: Fd, backlog: i32) -> Step {
        let id = self.socket_file(pending, fd)?;
        match self.file(id) {
            File::Tcp(_) => {}
            File::Local(socket) if socket.kind == SocketType::Stream => return Err(Errno::EINVAL),
            File::Local(_) | File::Udp(_) | File::Pipe(_) => return Err(Errno::EOPNOTSUPP),
        }
        // A negative backlog is a very large one; more than `net.core.somaxconn` is cut.
        let backlog = u32::try_from(backlog).unwrap_or(u32::MAX).min(4096);
        let socket = self.socket(id);
        if socket.phase != Phase::Unconnected || !matches!(socket.state, TcpState::Closed | TcpState::Listen)
        {
            return Err(Errno::EINVAL);
        }
        if socket.state == TcpState::Closed {
            let any = socket.bound.unwrap_or(Address::from((Ipv4Addr::UNSPECIFIED, 0)));
            let local = match socket.port_bound() {
                Some(bound) if self.taken(id).any(|other| self.keeps(&other, id, bound)) => {
                    return Err(Errno::EADDRINUSE);
                }
                Some(bound) => bound,
                None => Address::new(any.ip(), self.port_for_bind(id, any)?),
            };
            let socket = self.socket_mut(id);
            socket.local = Some(local);
            socket.remote = None;
            socket.state = TcpState::Listen;
            socket.receive.conversing = false;
        }
        self.socket_mut(id).listener.get_or_insert_with(Listener::default).backlog = backlog;
        done(Returned::Done)
    }
}
