//! The view of a world.

use std::net::Ipv4Addr;

use kernel::{FileKind, Kernel, Timer};
use syscall::{ConnectionId, Direction, Fd, HostId, Micros, SocketId};

use crate::world::{Gone, Running};
use crate::{
    ConnectionView, DatagramInFlight, EndView, HostView, InFlight, ProgramView, SocketKind, SocketView,
    Status, StreamView, TimerView, View, World,
};

impl World {
    /// The state as plain data.
    pub fn view(&self) -> View {
        View {
            events: self.event_count(),
            now: self.now(),
            hosts: self.hosts().map(|host| self.host_view(host)).collect(),
            programs: self.programs.iter().map(|p| self.program_view(p)).collect(),
            connections: (0..self.kernel.connection_count())
                .filter_map(|k| self.connection_view(ConnectionId(k)))
                .collect(),
            wire: self
                .kernel
                .in_flight()
                .map(|p| InFlight {
                    segment: p.segment.clone(),
                    sent_by: p.sent_by,
                    from: p.from,
                    to: p.to,
                    due: p.due,
                })
                .collect(),
            datagrams: self
                .kernel
                .datagrams_in_flight()
                .map(|p| DatagramInFlight {
                    datagram: p.datagram.clone(),
                    sent_by: p.sent_by,
                    from: p.from,
                    to: p.to,
                    due: p.due,
                })
                .collect(),
            waits: self.waits(),
            end: self.end(),
        }
    }

    fn host_view(&self, id: HostId) -> HostView {
        let mut sockets = Vec::new();
        // A process has its descriptors once, however many threads it has.
        for program in self.programs.iter().filter(|p| p.host == id && self.leads(p)) {
            for (fd, socket) in self.kernel.descriptors(program.task) {
                sockets.push(self.socket_view(program, fd, socket));
            }
        }
        HostView {
            id,
            name: self.names.hosts[usize::from(id.0)].clone(),
            addresses: vec![Ipv4Addr::LOCALHOST.into(), Kernel::address_of(id)],
            powered: self.kernel.is_up(id),
            connected: self.kernel.is_connected(id),
            sockets,
            timers: self.kernel.timers(id).into_iter().map(|t| self.timer_view(t)).collect(),
        }
    }

    fn timer_view(&self, (due, timer, socket): (Micros, Timer, SocketId)) -> TimerView {
        let connection = self.kernel.socket_info(socket).connection;
        TimerView { name: timer.name().into(), due, socket, connection }
    }

    fn socket_view(&self, program: &Running, fd: Fd, socket: SocketId) -> SocketView {
        let info = self.kernel.socket_info(socket);
        let listener = self.kernel.listener_info(socket);
        let backlog = listener.as_ref().map(|listener| listener.backlog);
        let (waiting, half_open) = listener.map_or_else(Default::default, |l| (l.waiting, l.half_open));
        SocketView {
            pid: program.pid,
            fd,
            socket,
            kind: match info.kind {
                FileKind::Tcp => SocketKind::Tcp,
                FileKind::Udp => SocketKind::Udp,
                FileKind::Local => SocketKind::Local,
                FileKind::PipeReader => SocketKind::PipeReader,
                FileKind::PipeWriter => SocketKind::PipeWriter,
            },
            state: info.state,
            local: info.local,
            remote: info.remote,
            connection: info.connection,
            blocking: info.blocking,
            queue: info.queue,
            waiting,
            half_open,
            backlog,
            unread: info.unread,
        }
    }

    fn program_view(&self, program: &Running) -> ProgramView {
        let guest = self.guest_of(program);
        let status = match (guest.status(), program.gone) {
            (Status::Ready, Some(Gone::Killed(signal))) => Status::Killed { signal },
            (Status::Ready, Some(Gone::Vanished)) => Status::Vanished,
            // A thread that has ended before its program.
            (Status::Ready, None) if !self.lives(program) => Status::Ended { status: 0 },
            (Status::Ready, None) if !self.is_ready(program) => Status::Waits,
            (status, _) => status.clone(),
        };
        let spoke = self.spoke == Some(program.pid);
        let mut variables = guest.variables(program.thread);
        for variable in &mut variables {
            variable.changed &= spoke;
            if let Some(bytes) = &mut variable.bytes {
                let known = program.streams.iter().find(|(name, ..)| *name == variable.name);
                bytes.stream = known.map(|(_, connection, direction)| (*connection, *direction));
            }
        }
        ProgramView {
            task: program.task,
            host: program.host,
            pid: program.pid,
            parent: program.parent,
            program: program.program,
            name: program.name.to_string(),
            status,
            line: guest.line(program.thread),
            ran: guest.ran(program.thread),
            call: self.upcoming(program).filter(|_| self.lives(program)).cloned(),
            variables,
        }
    }

    fn connection_view(&self, id: ConnectionId) -> Option<ConnectionView> {
        let ends = (self.end_view(id, Direction::Forth)?, self.end_view(id, Direction::Back));
        let (forth, back) = (self.stream_view(id, Direction::Forth), self.stream_view(id, Direction::Back));
        Some(ConnectionView { id, ends, forth, back })
    }

    fn end_view(&self, id: ConnectionId, sends: Direction) -> Option<EndView> {
        let end = self.kernel.end_info(id, sends)?;
        Some(EndView {
            host: end.host,
            state: end.state,
            local: end.local,
            observed: end.observed,
            sndbuf: end.sndbuf,
            rcvbuf: end.rcvbuf,
            charged: end.charged,
            room: self.kernel.room(end.socket),
            writable: end.writable,
        })
    }

    fn stream_view(&self, id: ConnectionId, direction: Direction) -> StreamView {
        let stream = self.kernel.stream_info(id, direction);
        StreamView {
            written: stream.written,
            sent: stream.sent,
            acknowledged: stream.acknowledged,
            window_edge: stream.window_edge,
            arrived: stream.arrived,
            read: stream.read,
            promised_edge: stream.promised_edge,
            finished: stream.finished,
        }
    }
}
