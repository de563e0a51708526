//! Calls about addresses: what they stand for in the lesson's network, and what the kernel makes of them.

use std::net::{IpAddr, Ipv4Addr, SocketAddrV4};

use syscall::{Address, Call, Errno, HostId, MsgFlags, Readiness, Returned, SocketType};

use crate::calls::Start;
use crate::file::{File, FileId, Kind};
use crate::kernel::{ProcessId, RealKernel};
use crate::waiting::Progress;
use crate::{Answered, Targets, network::Refusal, sys};

/// A socket without an address.
const UNNAMED: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0);

impl RealKernel {
    /// The kernel is asked; where the network translates, its address is said in the lesson's terms.
    pub(crate) fn name(
        &self,
        id: FileId,
        ask: impl Fn(&File) -> (Result<SocketAddrV4, Errno>, Option<SocketAddrV4>),
    ) -> Start {
        let file = &self.files[&id];
        let (real, lesson) = ask(file);
        let translated = self.network.translates() && matches!(file.kind, Kind::Tcp | Kind::Udp);
        let told = |real| if translated { lesson.unwrap_or(UNNAMED) } else { real };
        if real.is_ok() && matches!(file.kind, Kind::Unix | Kind::UnixDgram) {
            // Its name is empty, and no Internet address.
            return Start::Refused(Errno::EAFNOSUPPORT);
        }
        real.map(|real| Returned::Address(told(real).into())).into()
    }

    pub(crate) fn bind(&mut self, process: ProcessId, id: FileId, address: Address) -> Start {
        let privileged = self.processes[process.0].privileged;
        let Self { files, network, .. } = self;
        let Some(file) = files.get_mut(&id) else { return Start::Ended(Err(Errno::EBADF)) };
        let Some(kind) = file.kind.socket_type() else {
            return sys::bind(file.fd(), address).map(|()| Returned::Done).into();
        };
        if network.translates() && (file.bound.is_some() || file.pair.is_some()) {
            // The table knows one address a socket, and the kernel says so too.
            let again = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0);
            return sys::bind(file.fd(), again.into()).map(|()| Returned::Done).into();
        }
        match network.bind(file.host, kind, file.fd(), address, privileged) {
            Ok((lesson, real)) => {
                if network.translates() {
                    file.lesson_local = Some(lesson);
                    file.bound = Some(real);
                }
                Start::Ended(Ok(Returned::Done))
            }
            Err(refusal) => refusal.into(),
        }
    }

    /// Gives a socket an address of this lab before the kernel gives it one of its own: left to itself, the kernel
    /// would put it on every interface of the machine.
    pub(crate) fn bind_first(&mut self, id: FileId) -> Result<(), Refusal> {
        let Self { files, network, .. } = self;
        let Some(file) = files.get_mut(&id) else { return Ok(()) };
        let kind = file.kind.socket_type().filter(|_| network.translates());
        if let (Some(kind), None, None) = (kind, file.bound, file.pair) {
            let (lesson, real) = network.bind(file.host, kind, file.fd(), UNNAMED.into(), false)?;
            file.lesson_local = Some(lesson);
            file.bound = Some(real);
        }
        Ok(())
    }

    pub(crate) fn listen(&mut self, id: FileId, backlog: i32) -> Start {
        if self.files[&id].kind == Kind::Tcp
            && let Err(refusal) = self.bind_first(id)
        {
            return refusal.into();
        }
        let Some(file) = self.files.get_mut(&id) else { return Start::Ended(Err(Errno::EBADF)) };
        let result = sys::listen(file.fd(), backlog);
        file.watchable |= result.is_ok();
        Start::Ended(result.map(|()| Returned::Done))
    }

    pub(crate) fn connect(&mut self, id: FileId, to: Address) -> Start {
        if self.files[&id].kind == Kind::Udp
            && let Err(refusal) = self.bind_first(id)
        {
            return refusal.into();
        }
        let Self { files, network, .. } = self;
        let Some(file) = files.get_mut(&id) else { return Start::Ended(Err(Errno::EBADF)) };
        let Some(kind) = file.kind.socket_type() else {
            return sys::connect(file.fd(), to).map(|()| Returned::Done).into();
        };
        // Whoever is connected already hears so from the kernel, whatever the address.
        let real = match (network.route(file.host, kind, to), file.pair) {
            (Ok(real), _) => real,
            (Err(_), Some((_, real))) if kind == SocketType::Stream => real.into(),
            (Err(errno), _) => return Start::Refused(errno),
        };
        let fresh = file.pair.is_none() || kind == SocketType::Dgram;
        if file.pair.is_none() && kind == SocketType::Stream {
            file.unwatch();
        }
        let result = sys::connect(file.fd(), real);
        if let (Ok(()) | Err(Errno::EINPROGRESS), true) = (result, fresh)
            && let (Address::V4(real), Address::V4(to)) = (real, to)
        {
            match sys::local(file.fd()) {
                Ok(local) => file.connected(local, real, to),
                Err(errno) => return Start::Ended(Err(errno)),
            }
        }
        let (blocking, limit) = (file.blocking, file.send_timeout_us);
        match result {
            Err(Errno::EINPROGRESS | Errno::EALREADY) if blocking => {
                let files = vec![(id, Readiness { writable: true, ..Readiness::default() })];
                let timeout_us = (limit > 0).then_some(limit);
                Start::Waits { files, progress: Progress::default(), timeout_us }
            }
            other => {
                if let Err(Errno::ECONNREFUSED | Errno::ECONNABORTED) = other {
                    self.connect_failed(Some(id));
                }
                Start::Ended(other.map(|()| Returned::Done))
            }
        }
    }

    pub(crate) fn connect_failed(&mut self, id: Option<FileId>) {
        if let Some(file) = id.and_then(|id| self.files.get_mut(&id)).filter(|f| f.other.is_none()) {
            file.pair = None;
            file.lesson_remote = None;
        }
    }

    /// Where a datagram to this lesson address really goes. A stream's kernel does not look at the address.
    pub(crate) fn datagram_route(&mut self, id: FileId, to: Address) -> Result<Address, Refusal> {
        if self.files[&id].kind != Kind::Udp {
            return Ok(to);
        }
        let host = self.files[&id].host;
        let real = self.network.route(host, SocketType::Dgram, to).map_err(|e| (e, Answered::Relay))?;
        self.bind_first(id)?;
        if let (Some(file), Address::V4(to)) = (self.files.get_mut(&id), to) {
            file.source = Some(file.source_to(to));
        }
        Ok(real)
    }

    /// Who sent what was received, in the lesson's terms; `None` is a stranger, whose datagram is thrown away.
    pub(crate) fn sender(
        &mut self,
        process: ProcessId,
        call: &Call,
        real: SocketAddrV4,
    ) -> Option<SocketAddrV4> {
        let file = call.fd().and_then(|fd| self.file(process, fd)).filter(|f| f.kind == Kind::Udp);
        let (Some(file), true) = (file, self.network.translates()) else { return Some(real) };
        let sender = self.files.values().find(|f| f.kind == Kind::Udp && f.bound == Some(real));
        let known = match sender {
            Some(sender) => sender.source.or(sender.lesson_local),
            None => self.senders.iter().rev().find(|(left, _)| *left == real).map(|(_, lesson)| *lesson),
        };
        if known.is_none()
            && matches!(call, Call::Recv { flags, .. } | Call::Recvfrom { flags, .. } if flags.peek)
        {
            let _ = sys::recvfrom(file.fd(), &mut [], MsgFlags::default());
        }
        known
    }

    /// The host's own name.
    pub(crate) fn host_name(&self, host: HostId) -> String {
        let given = self.names.get(usize::from(host.0));
        given.cloned().unwrap_or_else(|| format!("host{}", u32::from(host.0) + 1))
    }

    /// What the hosts' common table of names says, as /etc/hosts would; an address stands for itself, and the empty name
    /// for every address of the host, as Python takes it.
    pub(crate) fn addresses_of(&self, name: &str) -> Vec<IpAddr> {
        if name.is_empty() {
            return vec![Ipv4Addr::UNSPECIFIED.into()];
        }
        if let Ok(address) = name.parse::<IpAddr>() {
            return vec![address];
        }
        if name.eq_ignore_ascii_case("localhost") {
            return vec![Ipv4Addr::LOCALHOST.into()];
        }
        let named = |host: &HostId| self.host_name(*host).eq_ignore_ascii_case(name);
        let hosts = (0..self.network.hosts()).map(HostId).filter(named);
        hosts.map(|host| Targets::address(host).into()).collect()
    }
}
