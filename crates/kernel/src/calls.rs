//! The calls: what each does, answers, and waits for. Errors are those that Linux gives, in its order of checking.

use syscall::{
    Address, Bytes, Call, Domain, Errno, Fd, How, MsgFlags, OptionValue, Outcome, Returned, SocketId,
    SocketOption, SocketType, StreamRange, TaskId, TcpState,
};

use crate::kernel::{Kernel, Pending, end_index};
use crate::receive::AckWhen;
use crate::send::{Emission, Pass};
use crate::sizes::{BACKLOG_EVERY, BUFFER_MAX, FIRST_EPHEMERAL_PORT, MAX_DESCRIPTORS, SNDBUF_MIN};
use crate::socket::{Listener, Socket};
use crate::tcp::reads;

/// How far a call has come.
pub(crate) enum Progress {
    /// It has to wait.
    Waits,
    /// It has ended.
    Done(Outcome),
    /// It has ended, and these bytes moved.
    Moved(Outcome, StreamRange),
}

type Step = Result<Progress, Errno>;

fn done(returned: Returned) -> Step {
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
            | Call::Pipe => Err(Errno::ENOSYS),
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
        let id = SocketId(self.sockets.len() as u32);
        let fd = self.open_descriptor(task, id)?;
        let mut socket = Socket::new(host);
        socket.references = 1;
        self.sockets.push(socket);
        done(Returned::Fd(fd))
    }

    /// The lowest free descriptor, which stands for `id` from now on. 0 to 2 are the terminal's.
    fn open_descriptor(&mut self, task: TaskId, id: SocketId) -> Result<Fd, Errno> {
        let pid = self.pid(task);
        let table = &mut self.process_mut(pid).descriptors;
        let fd = (3..MAX_DESCRIPTORS).map(Fd).find(|fd| !table.contains_key(fd)).ok_or(Errno::EMFILE)?;
        table.insert(fd, id);
        Ok(fd)
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
        self.sockets.iter().enumerate().any(|(k, other)| {
            let Some(local) = other.local else { return false };
            let living = other.references > 0 || other.parent.is_some() || other.state != TcpState::Closed;
            let same = local.port() == address.port()
                && (local.ip() == address.ip()
                    || local.ip().is_unspecified()
                    || address.ip().is_unspecified());
            let shared = wanted.reuse_address && other.reuse_address && other.state != TcpState::Listen;
            k != id.0 as usize && other.host == wanted.host && living && same && !shared
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
        socket.references = 1;
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
        if self.socket(id).connection.is_some() {
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

    fn call_send(&mut self, pending: &mut Pending, fd: Fd, data: &Bytes, flags: MsgFlags) -> Step {
        let id = self.lookup(pending.task, fd)?;
        let socket = self.socket_mut(id);
        let may_wait = socket.blocking && !flags.dontwait;
        if matches!(socket.state, TcpState::SynSent | TcpState::SynReceived) {
            return if may_wait { Ok(Progress::Waits) } else { Err(Errno::EAGAIN) };
        }
        let open = matches!(socket.state, TcpState::Established | TcpState::CloseWait) && !socket.write_shut;
        if !open || socket.error.is_some() {
            if pending.done > 0 {
                return Ok(self.sent(id, pending.done));
            }
            return Err(socket.error.take().unwrap_or(Errno::EPIPE));
        }
        let left = u32::try_from(data.len()).unwrap_or(u32::MAX) - pending.done;
        let taken = self.copy_in(id, left);
        let from = pending.done as usize;
        self.append_to_stream(id, data.slice(from..from + taken as usize));
        pending.done += taken;
        if taken == left || (!may_wait && pending.done > 0) {
            return Ok(self.sent(id, pending.done));
        }
        if may_wait { Ok(Progress::Waits) } else { Err(Errno::EAGAIN) }
    }

    fn append_to_stream(&mut self, id: SocketId, bytes: Bytes) {
        if let Some((connection, direction)) = self.socket(id).connection {
            self.connections[connection.0 as usize].streams[end_index(direction)].append(bytes);
        }
    }

    pub(crate) fn sent(&self, id: SocketId, count: u32) -> Progress {
        let outcome = Ok(Returned::Count(count));
        let socket = self.socket(id);
        match socket.connection {
            Some((connection, direction)) if count > 0 => {
                let end = socket.send.write_seq;
                let range = StreamRange { connection, direction, start: end - u64::from(count), end };
                Progress::Moved(outcome, range)
            }
            _ => Progress::Done(outcome),
        }
    }

    /// Give up to `len` bytes to the sending half, buffer by buffer (`tcp_sendmsg`); answers how many it took.
    pub(crate) fn copy_in(&mut self, id: SocketId, len: u32) -> u32 {
        self.own(id);
        let (mut taken, mut fresh) = (0, 0);
        let mut goal = self.socket(id).send.size_goal();
        while taken < len {
            let arrived_meanwhile = !self.backlog.is_empty();
            let send = &mut self.socket_mut(id).send;
            let room = match send.tail_room(goal) {
                Some(room) => room,
                None if !send.memory_free() => {
                    send.note_no_space();
                    if taken > 0 {
                        self.output(id, |send, now, out| send.push(false, now, out));
                    }
                    break;
                }
                None if fresh >= BACKLOG_EVERY && arrived_meanwhile => {
                    fresh = 0;
                    self.process_backlog();
                    goal = self.socket(id).send.size_goal();
                    if self.socket(id).write_shut {
                        break;
                    }
                    continue;
                }
                None => {
                    fresh = if fresh >= BACKLOG_EVERY { 1 } else { fresh + 1 };
                    send.new_tail();
                    goal
                }
            };
            let part = room.min(len - taken);
            let send = &mut self.socket_mut(id).send;
            let full = send.append(part, goal);
            taken += part;
            if taken < len && full {
                match send.mid_call_push() {
                    Some(Pass::All) => self.output(id, |send, now, out| send.push(false, now, out)),
                    Some(Pass::One) => {
                        self.output(id, |send, now, out| send.transmit(false, Pass::One, now, out))
                    }
                    None => {}
                }
            }
        }
        if taken > 0 {
            self.output(id, |send, now, out| send.push(!send.nodelay, now, out));
        }
        self.release(id);
        taken
    }

    fn output(
        &mut self,
        id: SocketId,
        pass: impl FnOnce(&mut crate::send::SendHalf, u64, &mut Vec<Emission>),
    ) {
        let now = self.now;
        let mut out = Vec::new();
        pass(&mut self.socket_mut(id).send, now, &mut out);
        self.emit(id, out);
    }

    fn call_recv(&mut self, pending: &mut Pending, fd: Fd, len: u32, flags: MsgFlags) -> Step {
        let id = self.lookup(pending.task, fd)?;
        let socket = self.socket(id);
        let may_wait = socket.blocking && !flags.dontwait;
        let Some((connection, direction)) = socket.connection else { return Err(Errno::ENOTCONN) };
        if len == 0 {
            return done(Returned::Data(Bytes::new()));
        }
        if flags.peek && socket.receive.inq() > 0 {
            let start = socket.receive.copied;
            let count = socket.receive.inq().min(u64::from(len)) as u32;
            let data = self.connection(connection).streams[reads(direction)].copy(start, count);
            let range = StreamRange {
                connection,
                direction: direction.reversed(),
                start,
                end: start + u64::from(count),
            };
            return Ok(Progress::Moved(Ok(Returned::Data(data)), range));
        }
        if socket.receive.inq() > 0 {
            pending.done += self.copy_out(id, len - pending.done);
        }
        let socket = self.socket_mut(id);
        let ended = socket.receive.fin || socket.read_shut;
        if pending.done == len || (pending.done > 0 && (!flags.waitall || ended || socket.error.is_some())) {
            return Ok(self.received(id, pending.done));
        }
        if socket.receive.fin {
            return Ok(self.received(id, 0));
        }
        if let Some(error) = socket.error.take() {
            return Err(error);
        }
        if socket.read_shut {
            return Ok(self.received(id, 0));
        }
        if may_wait {
            return Ok(Progress::Waits);
        }
        if pending.done > 0 { Ok(self.received(id, pending.done)) } else { Err(Errno::EAGAIN) }
    }

    /// Let the program read up to `len` bytes (`tcp_recvmsg`).
    fn copy_out(&mut self, id: SocketId, len: u32) -> u32 {
        self.own(id);
        let (read, ack) = self.socket_mut(id).receive.read(len);
        if ack == AckWhen::Now {
            self.send_ack(id);
        }
        self.release(id);
        read
    }

    /// The last `count` bytes that were read, as the call's outcome; nobody needs them any more.
    pub(crate) fn received(&mut self, id: SocketId, count: u32) -> Progress {
        let socket = self.socket(id);
        let end = socket.receive.copied;
        match socket.connection {
            Some((connection, direction)) if count > 0 => {
                let start = end - u64::from(count);
                let stream = &mut self.connections[connection.0 as usize].streams[reads(direction)];
                let data = stream.copy(start, count);
                stream.forget(end);
                let range = StreamRange { connection, direction: direction.reversed(), start, end };
                Progress::Moved(Ok(Returned::Data(data)), range)
            }
            _ => Progress::Done(Ok(Returned::Data(Bytes::new()))),
        }
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

    fn call_setsockopt(&mut self, task: TaskId, fd: Fd, option: SocketOption, value: OptionValue) -> Step {
        let id = self.lookup(task, fd)?;
        let OptionValue::Int(value) = value else { return Err(Errno::EINVAL) };
        let socket = self.socket_mut(id);
        match option {
            // A negative size is a very large one, as on Linux.
            SocketOption::SoSndbuf => {
                socket.send.sndbuf = (2 * (value as u32).min(BUFFER_MAX)).max(SNDBUF_MIN);
                socket.send.locked = true;
            }
            SocketOption::SoRcvbuf => socket.receive.set_rcvbuf(value as u32),
            SocketOption::SoReuseaddr => socket.reuse_address = value != 0,
            SocketOption::TcpNodelay => {
                socket.send.nodelay = value != 0;
                if value != 0 && socket.synchronized() {
                    self.own(id);
                    self.output(id, |send, now, out| send.push(false, now, out));
                    self.release(id);
                }
            }
            SocketOption::SoError | SocketOption::SoType | SocketOption::SoAcceptconn => {
                return Err(Errno::ENOPROTOOPT);
            }
            _ => return Err(Errno::ENOSYS),
        }
        done(Returned::Done)
    }

    fn call_getsockopt(&mut self, task: TaskId, fd: Fd, option: SocketOption) -> Step {
        let id = self.lookup(task, fd)?;
        let socket = self.socket_mut(id);
        let value = match option {
            SocketOption::SoSndbuf => OptionValue::Int(socket.send.sndbuf as i32),
            SocketOption::SoRcvbuf => OptionValue::Int(socket.receive.rcvbuf as i32),
            SocketOption::SoReuseaddr => OptionValue::Int(i32::from(socket.reuse_address)),
            SocketOption::SoError => OptionValue::Error(socket.error.take()),
            SocketOption::SoType => OptionValue::Int(1),
            SocketOption::SoAcceptconn => OptionValue::Int(i32::from(socket.state == TcpState::Listen)),
            SocketOption::TcpNodelay => OptionValue::Int(i32::from(socket.send.nodelay)),
            SocketOption::TcpMaxseg => OptionValue::Int(socket.send.mss as i32),
            _ => return Err(Errno::ENOSYS),
        };
        done(Returned::Option(value))
    }
}
