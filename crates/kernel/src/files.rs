//! Open files and connections: where they are kept, who refers to them, and when they are forgotten.

use syscall::{ConnectionId, Errno, Fd, HostId, SocketId, TaskId, TcpState};

use crate::kernel::{Connection, Kernel, Pending};
use crate::local::LocalSocket;
use crate::pipe::PipeEnd;
use crate::socket::Socket;
use crate::udp::UdpSocket;

/// Connections that are over and still shown; of older ones nothing is kept.
const REMEMBERED: usize = 32;

/// An open file description (`open(2)`): what descriptors of one or several processes refer to.
#[derive(Clone, Debug, Hash)]
#[allow(
    clippy::large_enum_variant,
    reason = "each is alone in its Arc, in the table: a box would be one more step"
)]
pub(crate) enum File {
    /// A TCP socket, or the rest of one that nobody has open any more.
    Tcp(Socket),
    /// A socket of one host only: AF_UNIX.
    Local(LocalSocket),
    /// A UDP socket.
    Udp(UdpSocket),
    /// One end of a pipe.
    Pipe(PipeEnd),
}

impl File {
    pub(crate) const fn host(&self) -> HostId {
        match self {
            Self::Tcp(socket) => socket.host,
            Self::Local(socket) => socket.host,
            Self::Udp(socket) => socket.host,
            Self::Pipe(end) => end.host,
        }
    }

    /// Descriptors, and calls that wait, that refer to it.
    pub(crate) const fn references(&mut self) -> &mut u32 {
        match self {
            Self::Tcp(socket) => &mut socket.references,
            Self::Local(socket) => &mut socket.references,
            Self::Udp(socket) => &mut socket.references,
            Self::Pipe(end) => &mut end.references,
        }
    }

    /// Whether calls on it may wait: O_NONBLOCK is not set.
    pub(crate) const fn blocking(&mut self) -> &mut bool {
        match self {
            Self::Tcp(socket) => &mut socket.blocking,
            Self::Local(socket) => &mut socket.blocking,
            Self::Udp(socket) => &mut socket.blocking,
            Self::Pipe(end) => &mut end.blocking,
        }
    }
}

impl Kernel {
    pub(crate) fn file(&self, id: SocketId) -> &File {
        self.files.get(id.0).expect("a descriptor refers to an open file")
    }

    pub(crate) fn file_mut(&mut self, id: SocketId) -> &mut File {
        self.files.get_mut(id.0).expect("a descriptor refers to an open file")
    }

    /// A file, if it is a TCP socket and not forgotten.
    pub(crate) fn tcp(&self, id: SocketId) -> Option<&Socket> {
        match self.files.get(id.0) {
            Some(File::Tcp(socket)) => Some(socket),
            Some(File::Local(_) | File::Udp(_) | File::Pipe(_)) | None => None,
        }
    }

    /// A TCP socket.
    ///
    /// # Panics
    /// If that file is none: calls find out before they ask.
    pub(crate) fn socket(&self, id: SocketId) -> &Socket {
        match self.file(id) {
            File::Tcp(socket) => socket,
            File::Local(_) | File::Udp(_) | File::Pipe(_) => panic!("{id} is no TCP socket"),
        }
    }

    /// A TCP socket, to write it. A copy of this kernel keeps it as it was.
    pub(crate) fn socket_mut(&mut self, id: SocketId) -> &mut Socket {
        match self.file_mut(id) {
            File::Tcp(socket) => socket,
            File::Local(_) | File::Udp(_) | File::Pipe(_) => panic!("{id} is no TCP socket"),
        }
    }

    pub(crate) fn add_file(&mut self, file: File) -> SocketId {
        SocketId(self.files.push(file))
    }

    pub(crate) fn add_socket(&mut self, socket: Socket) -> SocketId {
        self.add_file(File::Tcp(socket))
    }

    /// Every TCP socket, the oldest first.
    pub(crate) fn sockets(&self) -> impl Iterator<Item = (SocketId, &Socket)> {
        self.files.iter().filter_map(|(number, file)| match file {
            File::Tcp(socket) => Some((SocketId(number), socket)),
            File::Local(_) | File::Udp(_) | File::Pipe(_) => None,
        })
    }

    /// A connection; one without ends if it is over and forgotten.
    pub(crate) fn connection(&self, id: ConnectionId) -> &Connection {
        static FORGOTTEN: Connection = Connection::without_ends();
        self.connections.get(id.0).unwrap_or(&FORGOTTEN)
    }

    /// A connection that is not over.
    ///
    /// # Panics
    /// If it is forgotten: a connection stays known while a socket or a segment names it.
    pub(crate) fn connection_mut(&mut self, id: ConnectionId) -> &mut Connection {
        self.connections.get_mut(id.0).expect("a socket's connection is known")
    }

    /// The file that a task's descriptor stands for.
    pub(crate) fn lookup(&self, task: TaskId, fd: Fd) -> Result<SocketId, Errno> {
        self.process(self.pid(task)).descriptors.get(fd).ok_or(Errno::EBADF)
    }

    /// The file that a call is about: a call that waits stays with it, whatever becomes of the descriptor.
    pub(crate) fn file_of(&self, pending: &Pending, fd: Fd) -> Result<SocketId, Errno> {
        pending.file.map_or_else(|| self.lookup(pending.task, fd), Ok)
    }

    /// The same where it has to be a socket.
    pub(crate) fn socket_file(&self, pending: &Pending, fd: Fd) -> Result<SocketId, Errno> {
        let id = self.file_of(pending, fd)?;
        if matches!(self.file(id), File::Pipe(_)) { Err(Errno::ENOTSOCK) } else { Ok(id) }
    }

    /// The lowest free descriptor. 0 to 2 are the terminal's, which is not simulated.
    pub(crate) fn free_descriptor(&self, task: TaskId) -> Result<Fd, Errno> {
        let process = self.process(self.pid(task));
        let free = |fd: &Fd| process.descriptors.get(*fd).is_none();
        (3..process.descriptor_limit).map(Fd).find(free).ok_or(Errno::EMFILE)
    }

    /// The lowest free descriptor, which stands for `id` from now on.
    pub(crate) fn open_descriptor(&mut self, task: TaskId, id: SocketId) -> Result<Fd, Errno> {
        let fd = self.free_descriptor(task)?;
        let pid = self.pid(task);
        self.process_mut(pid).descriptors.insert(fd, id);
        *self.file_mut(id).references() += 1;
        Ok(fd)
    }

    /// Two descriptors of two new files; both or none.
    pub(crate) fn open_two(&mut self, task: TaskId, a: SocketId, b: SocketId) -> Result<(Fd, Fd), Errno> {
        let first = self.open_descriptor(task, a);
        let second = self.open_descriptor(task, b);
        match (first, second) {
            (Ok(first), Ok(second)) => Ok((first, second)),
            (first, _) => {
                let pid = self.pid(task);
                if let Ok(fd) = first {
                    self.process_mut(pid).descriptors.remove(fd);
                }
                self.files.retain(|number, _| number != a.0 && number != b.0);
                Err(Errno::EMFILE)
            }
        }
    }

    /// One descriptor less refers to it; the last one closes it.
    pub(crate) fn release_reference(&mut self, id: SocketId) {
        let references = self.file_mut(id).references();
        *references -= 1;
        if *references == 0 {
            self.something_died = true;
            match self.file(id) {
                File::Tcp(_) => {
                    self.own(id);
                    self.close_socket(id);
                    self.release(id);
                }
                File::Local(_) => self.close_local(id),
                File::Udp(_) => {}
                File::Pipe(_) => self.close_pipe(id),
            }
        }
    }

    /// A call that waited refers to its file no more.
    pub(crate) fn let_go(&mut self, pending: &Pending) {
        if let (Some(id), true) = (pending.file, pending.holds) {
            self.release_reference(id);
        }
    }

    /// Whether a connection is over, and nothing of it is under way.
    pub(crate) fn is_past(&self, id: ConnectionId) -> bool {
        let mut ends = self.connection(id).ends.iter().flatten();
        ends.all(|end| self.tcp(*end).is_none_or(is_over))
            && !self.wire.iter().any(|packet| packet.segment.range.connection == id)
    }

    /// Forget what nobody can see any more. Some connections that are over are kept for those who look.
    pub(crate) fn forget_the_dead(&mut self) {
        if !std::mem::take(&mut self.something_died) {
            return;
        }
        let all = self.connections.iter().map(|(number, _)| ConnectionId(number));
        let mut past: Vec<ConnectionId> = all.filter(|id| self.is_past(*id)).collect();
        past.truncate(past.len().saturating_sub(REMEMBERED));
        self.connections.retain(|number, _| past.binary_search(&ConnectionId(number)).is_err());
        let known = &self.connections;
        self.files.retain(|_, file| match file {
            File::Tcp(s) => !is_over(s) || s.connection.is_some_and(|(id, _)| known.get(id.0).is_some()),
            File::Local(s) => s.references > 0,
            File::Udp(s) => s.references > 0,
            File::Pipe(end) => end.references > 0,
        });
    }
}

/// Whether nobody can do anything with a socket any more.
fn is_over(socket: &Socket) -> bool {
    socket.state == TcpState::Closed && socket.references == 0 && socket.parent.is_none()
}

#[cfg(test)]
mod tests {
    use syscall::{Call, CallId, Domain, Fd, HostId, Kernel as _, Outcome, Returned, SocketType, TaskId};

    use super::REMEMBERED;
    use crate::{Kernel, Network};

    const CLIENT: TaskId = TaskId(0);
    const SERVER: TaskId = TaskId(1);

    fn call(kernel: &mut Kernel, task: TaskId, call: Call) -> Outcome {
        kernel.submit(CallId(1), task, call);
        assert!(kernel.run(CallId(1)), "this call does not wait");
        kernel.poll_completed().expect("it has just completed").outcome
    }

    fn fd(outcome: Outcome) -> Fd {
        match outcome {
            Ok(Returned::Fd(fd) | Returned::Accepted { fd, .. }) => fd,
            other => panic!("a descriptor, not {other:?}"),
        }
    }

    #[test]
    fn ten_thousand_connections_one_after_another_leave_nothing_behind() {
        let mut kernel = Kernel::new(Network::Loopback, 1);
        kernel.spawn(HostId(0));
        kernel.spawn(HostId(0));
        let address = "127.0.0.1:7000".parse().expect("an address");
        let socket = Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };
        let listener = fd(call(&mut kernel, SERVER, socket.clone()));
        call(&mut kernel, SERVER, Call::Bind { fd: listener, address }).expect("a free port");
        call(&mut kernel, SERVER, Call::Listen { fd: listener, backlog: 1 }).expect("a bound socket");
        for _ in 0..10_000 {
            let client = fd(call(&mut kernel, CLIENT, socket.clone()));
            call(&mut kernel, CLIENT, Call::Connect { fd: client, address }).expect("somebody listens");
            let server = fd(call(&mut kernel, SERVER, Call::Accept { fd: listener }));
            call(&mut kernel, CLIENT, Call::Close { fd: client }).expect("it is open");
            call(&mut kernel, SERVER, Call::Close { fd: server }).expect("it is open");
            while kernel.fire_timer(HostId(0)) {}
            assert!(kernel.files.iter().count() <= 2 * REMEMBERED + 3);
            assert!(kernel.connections.iter().count() <= REMEMBERED + 1);
            kernel.drain_events();
        }
        assert_eq!(kernel.connection_count(), 10_000);
    }
}
