//! What a descriptor is ready for: `select`, `poll`, and whether a waiting call can go on.

use syscall::{Call, CallId, Errno, Fd, PollFd, Readiness, Returned, SocketId, TaskId, TcpState};

use crate::calls::Progress;
use crate::files::File;
use crate::kernel::{Kernel, Pending};
use crate::socket::Socket;

impl Kernel {
    /// What a file is ready for.
    pub(crate) fn readiness(&self, id: SocketId) -> Readiness {
        match self.file(id) {
            File::Tcp(socket) => Self::tcp_readiness(socket),
            File::Local(_) => self.local_readiness(id),
            File::Udp(socket) => socket.readiness(),
            File::Pipe(_) => self.pipe_readiness(id),
        }
    }

    /// As `tcp_poll` tells it.
    fn tcp_readiness(socket: &Socket) -> Readiness {
        if let Some(listener) = &socket.listener {
            return Readiness { readable: !listener.queue.is_empty(), ..Readiness::default() };
        }
        let finished = socket.receive.fin || socket.read_shut;
        let both = finished && socket.write_shut;
        let connecting = matches!(socket.state, TcpState::SynSent | TcpState::SynReceived);
        Readiness {
            readable: finished || (!connecting && socket.receive.inq() > 0),
            writable: !connecting && (socket.write_shut || socket.send.writable()),
            error: socket.error.is_some(),
            hangup: both || socket.state == TcpState::Closed,
            peer_finished: finished,
            ..Readiness::default()
        }
    }

    fn select_ready(
        &self,
        task: TaskId,
        fds: &[Fd],
        is: impl Fn(Readiness) -> bool,
    ) -> Result<Vec<Fd>, Errno> {
        let mut ready = Vec::new();
        for &fd in fds {
            if is(self.readiness(self.lookup(task, fd)?)) {
                ready.push(fd);
            }
        }
        Ok(ready)
    }

    pub(crate) fn call_select(
        &self,
        pending: &Pending,
        read: &[Fd],
        write: &[Fd],
        except: &[Fd],
    ) -> Result<Progress, Errno> {
        let task = pending.task;
        let read = self.select_ready(task, read, |r| r.readable || r.hangup || r.error)?;
        let write = self.select_ready(task, write, |r| r.writable || r.error)?;
        let except = self.select_ready(task, except, |r| r.priority)?;
        let none = read.is_empty() && write.is_empty() && except.is_empty();
        if none && pending.interrupted {
            return Err(Errno::EINTR);
        }
        if none && !self.is_over(pending) {
            return Ok(Progress::Waits);
        }
        Ok(Progress::Done(Ok(Returned::Selected { read, write, except })))
    }

    pub(crate) fn call_poll(&self, pending: &Pending, fds: &[PollFd]) -> Result<Progress, Errno> {
        let entry = |p: &PollFd| match self.lookup(pending.task, p.fd) {
            Err(_) => Readiness { invalid: p.fd.0 >= 0, ..Readiness::default() },
            Ok(id) => {
                let ready = self.readiness(id);
                Readiness {
                    readable: ready.readable && p.events.readable,
                    writable: ready.writable && p.events.writable,
                    priority: ready.priority && p.events.priority,
                    peer_finished: ready.peer_finished && p.events.peer_finished,
                    error: ready.error,
                    hangup: ready.hangup,
                    invalid: false,
                }
            }
        };
        let entries: Vec<_> = fds.iter().map(entry).collect();
        let none = entries.iter().all(|e| *e == Readiness::default());
        if none && pending.interrupted {
            return Err(Errno::EINTR);
        }
        if none && !self.is_over(pending) {
            return Ok(Progress::Waits);
        }
        Ok(Progress::Done(Ok(Returned::Polled(entries))))
    }

    /// Whether a call has waited as long as it may.
    pub(crate) fn is_over(&self, pending: &Pending) -> bool {
        pending.deadline.is_some_and(|due| due <= self.now)
    }

    /// Whether running this call would get further than the last time.
    pub fn can_go_on(&self, id: CallId) -> bool {
        self.pending.iter().find(|p| p.id == id).is_some_and(|p| self.could_progress(p))
    }

    fn could_progress(&self, pending: &Pending) -> bool {
        if !pending.waits || pending.interrupted || self.is_over(pending) {
            return true;
        }
        match &pending.call {
            Call::Select { read, write, except, .. } => {
                !matches!(self.call_select(pending, read, write, except), Ok(Progress::Waits))
            }
            Call::Poll { fds, .. } => !matches!(self.call_poll(pending, fds), Ok(Progress::Waits)),
            Call::Close { .. } => !pending.file.is_some_and(|id| self.lingers(id)),
            call => {
                let file = call.fd().and_then(|fd| self.file_of(pending, fd).ok());
                file.is_none_or(|id| self.unblocked(id, call))
            }
        }
    }

    /// Whether a call that waits on this file would get further.
    fn unblocked(&self, id: SocketId, call: &Call) -> bool {
        let reads = matches!(call, Call::Recv { .. } | Call::Recvfrom { .. } | Call::Read { .. });
        match self.file(id) {
            File::Tcp(socket) => Self::tcp_unblocked(socket, call),
            File::Local(socket) if reads => self.readiness(id).readable || socket.ended(),
            File::Local(_) => self.local_has_room(id),
            File::Udp(socket) => !reads || socket.readiness().readable || socket.readiness().error,
            File::Pipe(_) => {
                let ready = self.readiness(id);
                ready.hangup || ready.error || if reads { ready.readable } else { ready.writable }
            }
        }
    }

    fn tcp_unblocked(socket: &Socket, call: &Call) -> bool {
        let connecting = matches!(socket.state, TcpState::SynSent | TcpState::SynReceived);
        let broken = socket.error.is_some() || socket.state == TcpState::Closed;
        match call {
            Call::Accept { .. } => socket.listener.as_ref().is_none_or(|l| !l.queue.is_empty()),
            Call::Connect { .. } => !connecting,
            Call::Send { .. } | Call::Sendto { .. } | Call::Write { .. } => {
                broken || socket.write_shut || (!connecting && socket.send.memory_free())
            }
            Call::Recv { len, flags, .. } | Call::Recvfrom { len, flags, .. } => {
                let ended = socket.receive.fin || socket.read_shut || broken;
                let enough = if flags.peek && flags.waitall { u64::from(*len) } else { 1 };
                ended || (!connecting && socket.receive.inq() >= enough)
            }
            Call::Read { .. } => {
                let ended = socket.receive.fin || socket.read_shut || broken;
                ended || (!connecting && socket.receive.inq() > 0)
            }
            _ => true,
        }
    }

    /// Whether this call waits for nothing but new connections.
    pub fn waits_for_clients(&self, id: CallId) -> bool {
        let Some(pending) = self.pending.iter().find(|p| p.id == id) else { return false };
        let listens = |fd: &Fd| {
            self.lookup(pending.task, *fd).is_ok_and(|id| self.tcp(id).is_some_and(|s| s.listener.is_some()))
        };
        match &pending.call {
            Call::Accept { .. } => pending.deadline.is_none(),
            Call::Select { read, write, except, .. } => {
                let mut fds = read.iter().chain(write).chain(except);
                pending.deadline.is_none() && !read.is_empty() && fds.all(listens)
            }
            Call::Poll { fds, .. } => {
                pending.deadline.is_none() && !fds.is_empty() && fds.iter().all(|p| listens(&p.fd))
            }
            _ => false,
        }
    }

    /// When the wait in this call is over whatever happens, in microseconds.
    pub fn deadline(&self, id: CallId) -> Option<u64> {
        self.pending.iter().find(|p| p.id == id && p.waits).and_then(|p| p.deadline)
    }

    /// Remember what let waiting calls go on.
    pub(crate) fn note_wakeups(&mut self, event: u32) {
        for k in 0..self.pending.len() {
            let pending = &self.pending[k];
            if pending.waits && pending.woken_by.is_none() && self.could_progress(pending) {
                self.pending[k].woken_by = Some(event);
            }
        }
    }
}
