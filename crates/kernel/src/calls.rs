//! The calls: each is handed to the kind of file that it is about. Errors are those that Linux gives, in its order of
//! checking.

use syscall::{
    Address, Bytes, Call, Domain, Errno, Fd, IoctlRequest, MsgFlags, Outcome, Returned, SocketType,
    StreamRange, TaskId, TcpState,
};

use crate::files::File;
use crate::kernel::{END_OF_TIME, Kernel, Pending};
use crate::udp::UdpSocket;

/// How far a call has come.
pub(crate) enum Progress {
    /// It has to wait.
    Waits,
    /// It has ended.
    Done(Outcome),
    /// It has ended, and these bytes moved.
    Moved(Outcome, StreamRange),
    /// SIGPIPE has ended the process that made it.
    Killed,
}

pub(crate) type Step = Result<Progress, Errno>;

pub(crate) fn done(returned: Returned) -> Step {
    Ok(Progress::Done(Ok(returned)))
}

impl Kernel {
    /// Do what can be done now.
    pub(crate) fn attempt(&mut self, pending: &mut Pending) -> Progress {
        let task = pending.task;
        let no_flags = MsgFlags::default();
        // Lent out while it is done: a copy would share its bytes once more.
        let call = std::mem::replace(&mut pending.call, Call::Pipe);
        let step = match call {
            Call::Socket { domain, kind } => self.call_socket(task, domain, kind),
            Call::Bind { fd, address } => self.call_bind(pending, fd, address),
            Call::Listen { fd, backlog } => self.call_listen(pending, fd, backlog),
            Call::Accept { fd } => self.call_accept(pending, fd),
            Call::Connect { fd, address } => self.call_connect(pending, fd, address),
            Call::Send { fd, ref data, flags } => self.call_send(pending, fd, data, flags, None),
            Call::Sendto { fd, ref data, flags, address } => {
                self.call_send(pending, fd, data, flags, Some(address))
            }
            Call::Write { fd, ref data } => match self.file_of(pending, fd) {
                Ok(id) if matches!(self.file(id), File::Pipe(_)) => self.write_pipe(pending, id, data),
                _ => self.call_send(pending, fd, data, no_flags, None),
            },
            Call::Recv { fd, len, flags } => self.call_recv(pending, fd, len, flags, false),
            Call::Recvfrom { fd, len, flags } => self.call_recv(pending, fd, len, flags, true),
            Call::Read { fd, len } => self.call_read(pending, fd, len),
            Call::Shutdown { fd, how } => self.call_shutdown(pending, fd, how),
            Call::Close { fd } => self.call_close(pending, fd),
            Call::Dup { fd } => self.lookup(task, fd).and_then(|id| {
                let fd = self.open_descriptor(task, id)?;
                done(Returned::Fd(fd))
            }),
            Call::Fork => self.call_fork(task),
            Call::Socketpair { domain, kind } => self.call_socketpair(task, domain, kind),
            Call::Pipe => self.call_pipe(task),
            Call::Ioctl { fd, request } => self.call_ioctl(task, fd, request),
            Call::Gethostname => {
                let host = self.process(self.pid(task)).host;
                done(Returned::Name(self.host(host).name.clone()))
            }
            Call::Getaddrinfo { ref name } => {
                let host = self.process(self.pid(task)).host;
                done(Returned::Addresses(self.addresses_of_name(host, name)))
            }
            Call::Select { ref read, ref write, ref except, timeout_us } => {
                self.set_deadline(pending, timeout_us);
                self.call_select(pending, read, write, except)
            }
            Call::Poll { ref fds, timeout_us } => {
                self.set_deadline(pending, timeout_us);
                self.call_poll(pending, fds)
            }
            Call::Setsockopt { fd, option, value } => self.call_setsockopt(pending, fd, option, value),
            Call::Getsockopt { fd, option } => self.call_getsockopt(pending, fd, option),
            Call::Getsockname { fd } => self.call_getsockname(pending, fd),
            Call::Getpeername { fd } => self.call_getpeername(pending, fd),
            Call::SetBlocking { fd, blocking } => self.lookup(task, fd).and_then(|id| {
                *self.file_mut(id).blocking() = blocking;
                done(Returned::Done)
            }),
        };
        pending.call = call;
        step.unwrap_or_else(|errno| Progress::Done(Err(errno)))
    }

    /// How long a call that has just begun may wait.
    pub(crate) fn set_deadline(&self, pending: &mut Pending, timeout_us: Option<u64>) {
        if !pending.waits {
            pending.deadline = timeout_us.map(|us| self.now.saturating_add(us).min(END_OF_TIME));
        }
    }

    /// The same as an option gives it: 0 is no limit.
    pub(crate) fn set_time_limit(&self, pending: &mut Pending, limit_us: u64) {
        self.set_deadline(pending, Some(limit_us).filter(|us| *us > 0));
    }

    fn call_socket(&mut self, task: TaskId, domain: Domain, kind: SocketType) -> Step {
        if domain == Domain::Inet6 {
            return Err(Errno::EAFNOSUPPORT);
        }
        self.free_descriptor(task)?;
        let host = self.process(self.pid(task)).host;
        let id = match (domain, kind) {
            (Domain::Unix, kind) => self.lone_local(host, kind),
            (_, SocketType::Stream) => self.add_socket(self.fresh_socket(host)),
            (_, SocketType::Dgram) => self.add_file(File::Udp(UdpSocket::new(host))),
        };
        done(Returned::Fd(self.open_descriptor(task, id)?))
    }

    fn call_send(
        &mut self,
        pending: &mut Pending,
        fd: Fd,
        data: &Bytes,
        flags: MsgFlags,
        to: Option<Address>,
    ) -> Step {
        let id = self.socket_file(pending, fd)?;
        match self.file(id) {
            // TCP takes no notice of an address.
            File::Tcp(_) => self.tcp_send(pending, id, data, flags),
            File::Local(_) => self.local_send(pending, id, data, flags, to),
            File::Udp(_) => self.udp_send(id, data, to),
            File::Pipe(_) => Err(Errno::ENOTSOCK),
        }
    }

    /// A stream does not tell who sent: `recvfrom` answers as `recv`.
    fn call_recv(
        &mut self,
        pending: &mut Pending,
        fd: Fd,
        len: u32,
        flags: MsgFlags,
        tell_sender: bool,
    ) -> Step {
        let id = self.socket_file(pending, fd)?;
        match self.file(id) {
            File::Tcp(_) => self.tcp_recv(pending, id, len, flags),
            File::Local(_) => self.local_recv(pending, id, len, flags),
            File::Udp(_) => self.udp_recv(pending, id, len, flags, tell_sender),
            File::Pipe(_) => Err(Errno::ENOTSOCK),
        }
    }

    fn call_read(&mut self, pending: &mut Pending, fd: Fd, len: u32) -> Step {
        let id = self.file_of(pending, fd)?;
        match self.file(id) {
            File::Pipe(_) => self.read_pipe(pending, id, len),
            // Where `recv` of nothing looks at the socket, `read` of nothing does not.
            File::Tcp(_) | File::Local(_) | File::Udp(_) if len == 0 => done(Returned::Data(Bytes::new())),
            File::Tcp(_) | File::Local(_) | File::Udp(_) => {
                self.call_recv(pending, fd, len, MsgFlags::default(), false)
            }
        }
    }

    fn call_getsockname(&self, pending: &Pending, fd: Fd) -> Step {
        let id = self.socket_file(pending, fd)?;
        match self.file(id) {
            File::Tcp(socket) => {
                let unbound = Address::from(([0, 0, 0, 0], 0));
                done(Returned::Address(socket.local.unwrap_or(unbound)))
            }
            File::Udp(socket) => {
                let unbound = Address::from(([0, 0, 0, 0], 0));
                done(Returned::Address(socket.local.unwrap_or(unbound)))
            }
            // Its name is empty, and no Internet address.
            File::Local(_) | File::Pipe(_) => Err(Errno::EAFNOSUPPORT),
        }
    }

    fn call_getpeername(&self, pending: &Pending, fd: Fd) -> Step {
        let id = self.socket_file(pending, fd)?;
        match self.file(id) {
            File::Tcp(socket) => {
                // In TIME-WAIT the connection has left its socket.
                let there = socket.synchronized() && socket.state != TcpState::TimeWait;
                let remote = socket.remote.filter(|_| there).ok_or(Errno::ENOTCONN)?;
                done(Returned::Address(remote))
            }
            File::Udp(socket) => {
                // Port 0 is as good as none (`inet_getname`).
                let remote = socket.remote.filter(|remote| remote.port() != 0);
                done(Returned::Address(remote.ok_or(Errno::ENOTCONN)?))
            }
            File::Local(socket) if !socket.has_peer() => Err(Errno::ENOTCONN),
            File::Local(_) | File::Pipe(_) => Err(Errno::EAFNOSUPPORT),
        }
    }

    fn call_ioctl(&self, task: TaskId, fd: Fd, request: IoctlRequest) -> Step {
        let id = self.lookup(task, fd)?;
        let count = match (self.file(id), request) {
            (File::Tcp(socket), _) if socket.state == TcpState::Listen => return Err(Errno::EINVAL),
            (File::Tcp(_), IoctlRequest::Siocinq) => self.observe(id).inq,
            (File::Tcp(_), IoctlRequest::Siocoutq) => self.observe(id).outq,
            (File::Tcp(_), IoctlRequest::Siocoutqnsd) => self.observe(id).outq_unsent,
            (File::Local(socket), IoctlRequest::Siocinq) => socket.inq(),
            (File::Local(socket), IoctlRequest::Siocoutq) => socket.outq(),
            (File::Pipe(_), IoctlRequest::Siocinq) => self.pipe_held(id),
            (File::Udp(socket), IoctlRequest::Siocinq) => socket.inq(),
            // What is sent has left at once.
            (File::Udp(_), IoctlRequest::Siocoutq) => 0,
            (File::Local(_) | File::Udp(_) | File::Pipe(_), _) => return Err(Errno::ENOTTY),
        };
        done(Returned::Count(count))
    }
}
