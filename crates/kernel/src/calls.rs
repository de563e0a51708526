//! The calls: what each does, answers, and waits for. Errors are those that Linux gives, in its order of checking.

use syscall::{
    Address, Call, Domain, Errno, Fd, How, Outcome, Returned, SocketId, SocketType, StreamRange, TaskId,
    TcpState,
};

use crate::kernel::{Kernel, Pending, end_index};
use crate::sizes::FIRST_EPHEMERAL_PORT;
use crate::socket::{Listener, Socket};

/// How far a call has come.
pub(crate) enum Progress {
    /// It has to wait.
    Waits,
    /// It has ended.
    Done(Outcome),
    /// It has ended, and these bytes moved.
    Moved(Outcome, StreamRange),
}

pub(crate) type Step = Result<Progress, Errno>;

pub(crate) fn done(returned: Returned) -> Step {
    Ok(Progress::Done(Ok(returned)))
}

impl Kernel {
    /// Do what can be done now.
    pub(crate) fn attempt(&mut self, pending: &mut Pending) -> Progress {
        let task = pending.task;
        let step = match pending.call.clone() {
            Call::Socket { domain, kind } => self.call_socket(task, domain, kind),
            Call::Bind { fd, address } => self.call_bind(task, fd, address),
            Call::Listen { fd, backlog } => self.call_listen(task, fd, backlog),
            Call::Accept { fd } => self.call_accept(task, fd),
            Call::Connect { fd, address } => self.call_connect(task, fd, address, pending.waits),
            Call::Send { fd, data, flags } => self.call_send(pending, fd, &data, flags),
            Call::Recv { fd, len, flags } => self.call_recv(pending, fd, len, flags),
            Call::Shutdown { fd, how } => self.call_shutdown(task, fd, how),
            Call::Close { fd } => self.call_close(task, fd),
            Call::Select { read, write, except, timeout_us } => {
                self.set_deadline(pending, timeout_us);
                self.call_select(pending, &read, &write, &except)
            }
            Call::Poll { fds, timeout_us } => {
                self.set_deadline(pending, timeout_us);
                self.call_poll(pending, &fds)
            }
            Call::Setsockopt { fd, option, value } => self.call_setsockopt(task, fd, option, value),
            Call::Getsockopt { fd, option } => self.call_getsockopt(task, fd, option),
            Call::Getsockname { fd } => self.lookup(task, fd).and_then(|id| {
                let unbound = Address::from(([0, 0, 0, 0], 0));
                done(Returned::Address(self.socket(id).local.unwrap_or(unbound)))
            }),
            Call::Getpeername { fd } => self.lookup(task, fd).and_then(|id| {
                let socket = self.socket(id);
                let remote = socket.remote.filter(|_| socket.synchronized()).ok_or(Errno::ENOTCONN)?;
                done(Returned::Address(remote))
            }),
            Call::SetBlocking { fd, blocking } => self.lookup(task, fd).and_then(|id| {
                self.socket_mut(id).blocking = blocking;
                done(Returned::Done)
            }),
            Call::Sendto { .. }
            | Call::Recvfrom { .. }
            | Call::Dup { .. }
            | Call::Fork
            | Call::Socketpair { .. }
            | Call::Pipe
            | Call::Read { .. }
            | Call::Write { .. }
            | Call::Ioctl { .. }
            | Call::Gethostname
            | Call::Getaddrinfo { .. } => Err(Errno::ENOSYS),
        };
        step.unwrap_or_else(|errno| Progress::Done(Err(errno)))
    }

    fn set_deadline(&self, pending: &mut Pending, timeout_us: Option<u64>) {
        if !pending.waits {
            pending.deadline = timeout_us.map(|us| self.now.saturating_add(us));
        }
    }

    fn call_socket(&mut self, task: TaskId, domain: Domain, kind: SocketType) -> Step {
        match (domain, kind) {
            (Domain::Inet, SocketType::Stream) => {}
            (Domain::Unix | Domain::Inet6, _) | (Domain::Inet, SocketType::Dgram) => {
                return Err(Errno::ENOSYS);
            }
        }
        let host = self.process(self.pid(task)).host;
        self.free_descriptor(task)?;
        let id = self.add_socket(Socket::new(host));
        done(Returned::Fd(self.open_descriptor(task, id)?))
    }

    fn call_bind(&mut self, task: TaskId, fd: Fd, address: Address) -> Step {
        let id = self.lookup(task, fd)?;
        let host = self.socket(id).host;
        if !address.is_ipv4() {
            return Err(Errno::EAFNOSUPPORT);
        }
        let own = address.ip().is_unspecified() || self.route(host, address.ip()) == Ok(host);
        if !own {
            return Err(Errno::EADDRNOTAVAIL);
        }
        if (1..1024).contains(&address.port()) {
            return Err(Errno::EACCES);
        }
        if self.socket(id).local.is_some() || self.socket(id).state != TcpState::Closed {
            return Err(Errno::EINVAL);
        }
        let port = if address.port() == 0 { self.free_port(id) } else { address.port() };
        let address = Address::new(address.ip(), port);
        if self.address_in_use(id, address) {
            return Err(Errno::EADDRINUSE);
        }
        self.socket_mut(id).local = Some(address);
        done(Returned::Done)
    }

    /// Whether another socket keeps this address from `id`. Both must have set SO_REUSEADDR to share it, and even
    /// then not with a listener.
    fn address_in_use(&self, id: SocketId, address: Address) -> bool {
        let wanted = self.socket(id);
        self.sockets().any(|(other_id, other)| {
            let Some(local) = other.local else { return false };
            let living = other.references > 0 || other.parent.is_some() || other.state != TcpState::Closed;
            let same = local.port() == address.port()
                && (local.ip() == address.ip()
                    || local.ip().is_unspecified()
                    || address.ip().is_unspecified());
            let shared = wanted.reuse_address && other.reuse_address && other.state != TcpState::Listen;
            other_id != id && other.host == wanted.host && living && same && !shared
        })
    }

    /// A port of the host that was not given before. Simplified: they rise by one, Linux draws them.
    fn free_port(&mut self, id: SocketId) -> u16 {
        let host = usize::from(self.socket(id).host.0);
        let port = self.next_port[host];
        self.next_port[host] = port.checked_add(1).unwrap_or(FIRST_EPHEMERAL_PORT);
        port
    }

    fn call_listen(&mut self, task: TaskId, fd: Fd, backlog: i32) -> Step {
        let id = self.lookup(task, fd)?;
        let backlog = u32::try_from(backlog).unwrap_or(4096);
        match self.socket(id).state {
            TcpState::Closed if self.socket(id).connection.is_none() => {}
            TcpState::Listen => {}
            _ => return Err(Errno::EINVAL),
        }
        if self.socket(id).local.is_none() {
            let port = self.free_port(id);
            self.socket_mut(id).local = Some(Address::from(([0, 0, 0, 0], port)));
        }
        let socket = self.socket_mut(id);
        socket.state = TcpState::Listen;
        socket.listener.get_or_insert_with(Listener::default).backlog = backlog;
        done(Returned::Done)
    }

    fn call_accept(&mut self, task: TaskId, fd: Fd) -> Step {
        let id = self.lookup(task, fd)?;
        let blocking = self.socket(id).blocking;
        let Some(listener) = &mut self.socket_mut(id).listener else { return Err(Errno::EINVAL) };
        let Some(&child) = listener.queue.front() else {
            return if blocking { Ok(Progress::Waits) } else { Err(Errno::EAGAIN) };
        };
        let new = self.open_descriptor(task, child)?;
        if let Some(listener) = &mut self.socket_mut(id).listener {
            listener.queue.pop_front();
        }
        let socket = self.socket_mut(child);
        socket.parent = None;
        let peer = socket.remote.expect("an accepted connection has another end");
        done(Returned::Accepted { fd: new, peer })
    }

    fn call_connect(&mut self, task: TaskId, fd: Fd, address: Address, waited: bool) -> Step {
        let id = self.lookup(task, fd)?;
        let socket = self.socket(id);
        let blocking = socket.blocking;
        match socket.state {
            TcpState::SynSent if waited || blocking => return Ok(Progress::Waits),
            TcpState::SynSent => return Err(Errno::EALREADY),
            TcpState::Closed if socket.connecting => {
                let socket = self.socket_mut(id);
                socket.connecting = false;
                return Err(socket.error.take().unwrap_or(Errno::ECONNABORTED));
            }
            TcpState::Closed => {}
            TcpState::Listen => return Err(Errno::EISCONN),
            _ if socket.connecting => {
                self.socket_mut(id).connecting = false;
                return done(Returned::Done);
            }
            _ => return Err(Errno::EISCONN),
        }
        self.start_connect(id, address)?;
        if !blocking {
            return Err(Errno::EINPROGRESS);
        }
        // On loopback the answer is here already.
        if self.socket(id).state == TcpState::SynSent {
            return Ok(Progress::Waits);
        }
        self.call_connect(task, fd, address, true)
    }

    fn start_connect(&mut self, id: SocketId, address: Address) -> Result<(), Errno> {
        let host = self.socket(id).host;
        let to = self.route(host, address.ip())?;
        if let Some((connection, direction)) = self.socket(id).connection {
            // What is still under way of the connection that failed finds nobody.
            self.connection_mut(connection).ends[end_index(direction)] = None;
            let mut fresh = Socket::new(host);
            let old = self.socket(id);
            fresh.references = old.references;
            fresh.blocking = old.blocking;
            fresh.reuse_address = old.reuse_address;
            fresh.local = old.local;
            fresh.take_options(old);
            *self.socket_mut(id) = fresh;
        }
        let unspecified = address.ip().is_unspecified();
        let ip = if unspecified { std::net::Ipv4Addr::LOCALHOST.into() } else { address.ip() };
        let own = if to == host { ip } else { Self::address_of(host) };
        let port = match self.socket(id).local {
            Some(local) => local.port(),
            None => self.free_port(id),
        };
        let socket = self.socket_mut(id);
        socket.local = Some(Address::new(own, port));
        socket.remote = Some(Address::new(ip, address.port()));
        socket.connecting = true;
        self.own(id);
        self.open_connection(id, to);
        self.release(id);
        Ok(())
    }

    fn call_shutdown(&mut self, task: TaskId, fd: Fd, how: How) -> Step {
        let id = self.lookup(task, fd)?;
        let (read, write) = (how != How::Write, how != How::Read);
        match self.socket(id).state {
            TcpState::Closed => return Err(Errno::ENOTCONN),
            TcpState::Listen if read => self.close_listener(id),
            TcpState::Listen => {}
            _ => {
                self.own(id);
                self.socket_mut(id).read_shut |= read;
                if write && !self.socket(id).write_shut {
                    self.socket_mut(id).write_shut = true;
                    self.send_fin(id);
                }
                self.release(id);
            }
        }
        done(Returned::Done)
    }

    fn call_close(&mut self, task: TaskId, fd: Fd) -> Step {
        let pid = self.pid(task);
        let id = self.process_mut(pid).descriptors.remove(&fd).ok_or(Errno::EBADF)?;
        self.release_reference(id);
        done(Returned::Done)
    }
}
