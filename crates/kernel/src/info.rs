//! What may be known of the kernel's tables from outside.

use syscall::{
    Address, ConnectionId, Datagram, Direction, HostId, Micros, Observed, Segment, SocketId, TcpInfo,
    TcpState,
};

use crate::files::File;
use crate::kernel::{Kernel, end_index};
use crate::local::Peer;
use crate::send::Fin;
use crate::sizes::RCV_MSS_MIN;

/// What an open file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// AF_UNIX.
    Local,
    /// The reading end of a pipe.
    PipeReader,
    /// The writing end of a pipe.
    PipeWriter,
}

/// An open file, as `ss` would list it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SocketInfo {
    /// What it is.
    pub kind: FileKind,
    /// Its state; a fresh socket is closed, and so is what is not TCP.
    pub state: TcpState,
    /// Its own address.
    pub local: Option<Address>,
    /// The other end's address.
    pub remote: Option<Address>,
    /// Its connection.
    pub connection: Option<ConnectionId>,
    /// Whether calls on it may wait.
    pub blocking: bool,
    /// Connections that wait to be accepted.
    pub queue: u32,
    /// Bytes that wait to be read, where it is no TCP connection.
    pub unread: u32,
    /// The other end of a pair or a pipe, while it is open.
    pub other: Option<SocketId>,
}

/// A listener's queues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListenerInfo {
    /// As `listen` was told.
    pub backlog: u32,
    /// Who waits to be accepted, the oldest first.
    pub waiting: Vec<Address>,
    /// Who is in the middle of a handshake.
    pub half_open: Vec<Address>,
}

/// One end of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndInfo {
    /// Its socket.
    pub socket: SocketId,
    /// Its host.
    pub host: HostId,
    /// Its state.
    pub state: TcpState,
    /// Its address.
    pub local: Address,
    /// What its kernel would tell.
    pub observed: Observed,
    /// SO_SNDBUF, in bytes of charge.
    pub sndbuf: u32,
    /// SO_RCVBUF, in bytes of charge.
    pub rcvbuf: u32,
    /// What the send buffer is charged.
    pub charged: u32,
    /// What the receive buffer is charged.
    pub receive_charged: u32,
    /// Whether `select` would say writable.
    pub writable: bool,
}

/// One direction of a connection, as offsets from its first byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StreamInfo {
    /// Given by the program.
    pub written: u64,
    /// Sent at least once.
    pub sent: u64,
    /// Acknowledged.
    pub acknowledged: u64,
    /// The sender may send up to here.
    pub window_edge: u64,
    /// Arrived.
    pub arrived: u64,
    /// Read by the program.
    pub read: u64,
    /// The receiver has promised room up to here.
    pub promised_edge: u64,
    /// The sender has finished: its FIN is queued, sent or acknowledged.
    pub finished: bool,
}

/// A segment on the wire.
#[derive(Clone, Copy, Debug)]
pub struct InFlight<'k> {
    /// The segment.
    pub segment: &'k Segment,
    /// The event that sent it.
    pub sent_by: u32,
    /// Where it comes from.
    pub from: HostId,
    /// Where it goes.
    pub to: HostId,
    /// When it arrives if nobody interferes.
    pub due: Micros,
}

/// A datagram on the wire.
#[derive(Clone, Copy, Debug)]
pub struct DatagramInFlight<'k> {
    /// The datagram.
    pub datagram: &'k Datagram,
    /// The event that sent it.
    pub sent_by: u32,
    /// Where it comes from.
    pub from: HostId,
    /// Where it goes.
    pub to: HostId,
    /// When it arrives if nobody interferes.
    pub due: Micros,
}

impl Kernel {
    /// One open file.
    pub fn socket_info(&self, id: SocketId) -> SocketInfo {
        let plain = |kind, blocking, unread, other| SocketInfo {
            kind,
            state: TcpState::Closed,
            local: None,
            remote: None,
            connection: None,
            blocking,
            queue: 0,
            unread,
            other,
        };
        match self.file(id) {
            File::Tcp(socket) => SocketInfo {
                state: socket.state,
                local: socket.local,
                remote: socket.remote,
                connection: socket.connection.map(|(connection, _)| connection),
                queue: socket.listener.as_ref().map_or(0, |l| l.queue.len() as u32),
                ..plain(FileKind::Tcp, socket.blocking, 0, None)
            },
            File::Udp(socket) => SocketInfo {
                local: socket.local,
                remote: socket.remote,
                ..plain(FileKind::Udp, socket.blocking, socket.unread(), None)
            },
            File::Local(socket) => {
                let other = match socket.peer {
                    Peer::Open(other) => Some(other),
                    Peer::None | Peer::Closed => None,
                };
                plain(FileKind::Local, socket.blocking, socket.inq(), other)
            }
            File::Pipe(end) if end.reads() => {
                plain(FileKind::PipeReader, end.blocking, self.pipe_held(id), end.other)
            }
            File::Pipe(end) => plain(FileKind::PipeWriter, end.blocking, 0, end.other),
        }
    }

    /// What TCP knows of a connection (TCP_INFO).
    pub fn tcp_info(&self, id: SocketId) -> TcpInfo {
        let socket = self.socket(id);
        let (send, receive) = (&socket.send, &socket.receive);
        let small = |n: u32| u8::try_from(n).unwrap_or(u8::MAX);
        let micros = |n: Micros| u32::try_from(n).unwrap_or(u32::MAX);
        let connecting = socket.state == TcpState::SynSent || socket.state == TcpState::SynReceived;
        // A connection in TIME-WAIT has left its socket (`tcp_time_wait`), which is as good as closed.
        let gone = socket.state == TcpState::TimeWait;
        if let Some(listener) = &socket.listener {
            // Of a listener nothing but its queue is told (`tcp_get_info`).
            let unacked = listener.queue.len() as u32;
            return TcpInfo { state: TcpState::Listen, unacked, ..TcpInfo::default() };
        }
        // SYN and FIN count as a byte each, but for the SYN of the other end: `accept` has forgotten it.
        let marks = |syn: bool, fin: bool| u64::from(syn) + u64::from(fin);
        let connected = matches!(socket.connection, Some((_, Direction::Forth))) && !connecting;
        TcpInfo {
            state: if gone { TcpState::Closed } else { socket.state },
            retransmits: small(send.retransmits + socket.syn_tries),
            probes: small(send.probes + socket.keepalive.probes),
            backoff: small(send.backoff),
            rto_us: micros(send.rtt.time_out(send.backoff)),
            rtt_us: micros(send.rtt.smoothed().unwrap_or(0)),
            rttvar_us: micros(send.rtt.deviation()),
            snd_mss: send.mss,
            // Before the other end has said anything, Linux has no window to guess from.
            rcv_mss: if socket.state == TcpState::SynSent { RCV_MSS_MIN } else { receive.rcv_mss },
            unacked: if connecting { 1 } else { send.segments_in_flight },
            snd_cwnd: send.cwnd,
            total_retrans: send.total_retransmitted,
            notsent_bytes: u32::try_from(send.unsent_bytes() + marks(false, send.fin == Fin::Queued))
                .unwrap_or(u32::MAX),
            snd_wnd: send.snd_wnd,
            rcv_wnd: receive.offered(),
            bytes_acked: send.snd_una + marks(connected, send.fin == Fin::Acknowledged),
            bytes_received: receive.rcv_nxt + marks(false, receive.fin),
        }
    }

    /// The queues of a listener; none for any other socket.
    pub fn listener_info(&self, id: SocketId) -> Option<ListenerInfo> {
        let listener = self.tcp(id)?.listener.as_ref()?;
        let remote = |id: &SocketId| self.socket(*id).remote;
        Some(ListenerInfo {
            backlog: listener.backlog,
            waiting: listener.queue.iter().filter_map(remote).collect(),
            half_open: listener.half_open.iter().filter_map(remote).collect(),
        })
    }

    /// The listener whose queue holds this socket, until it is accepted.
    pub fn queued_at(&self, id: SocketId) -> Option<SocketId> {
        self.tcp(id)?.parent
    }

    /// How many connections there ever were; the oldest of those that are over may be forgotten.
    pub fn connection_count(&self) -> u32 {
        self.connections.next()
    }

    /// The end of a connection that sends in this direction, once its kernel knows of it and until the connection is
    /// forgotten.
    pub fn end_info(&self, connection: ConnectionId, sends: Direction) -> Option<EndInfo> {
        let id = self.connection(connection).ends[end_index(sends)]?;
        let socket = self.socket(id);
        Some(EndInfo {
            socket: id,
            host: socket.host,
            state: socket.state,
            local: socket.local?,
            observed: self.observe(id),
            sndbuf: socket.send.sndbuf,
            rcvbuf: socket.receive.rcvbuf,
            charged: socket.send.queued,
            receive_charged: socket.receive.charged,
            writable: self.readiness(id).writable,
        })
    }

    /// One direction of a connection; all 0 once it is forgotten.
    pub fn stream_info(&self, connection: ConnectionId, direction: Direction) -> StreamInfo {
        let ends = &self.connection(connection).ends;
        let mut info = StreamInfo::default();
        if let Some(sender) = ends[end_index(direction)] {
            let send = &self.socket(sender).send;
            info.written = send.write_seq;
            info.sent = send.snd_nxt;
            info.acknowledged = send.snd_una;
            info.window_edge = send.window_edge();
            info.finished = send.fin != Fin::None;
        }
        if let Some(receiver) = ends[end_index(direction.reversed())] {
            let receive = &self.socket(receiver).receive;
            info.arrived = receive.rcv_nxt;
            info.read = receive.copied;
            info.promised_edge = receive.promised_edge();
        }
        info
    }

    /// The datagrams on the wire, the oldest first.
    pub fn datagrams_in_flight(&self) -> impl Iterator<Item = DatagramInFlight<'_>> {
        self.datagrams.iter().map(|t| DatagramInFlight {
            datagram: &t.datagram,
            sent_by: t.sent_by,
            from: t.from,
            to: t.to,
            due: t.due,
        })
    }

    /// The segments on the wire, the oldest first.
    pub fn in_flight(&self) -> impl Iterator<Item = InFlight<'_>> {
        self.wire.iter().map(|p| InFlight {
            segment: &p.segment,
            sent_by: p.sent_by,
            from: p.from,
            to: p.to,
            due: p.due,
        })
    }
}
