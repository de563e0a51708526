//! The digest of what may still happen: two states that behave alike from now on should have the same, whenever and after
//! whatever they were reached.
//!
//! Left out: the clock (times count from now), stream offsets (they count from the first unread byte), numbers of
//! packets, calls, files and connections (they count by order), events and places in programs, connections that are
//! over. Ephemeral ports are names and count by order too, so a program that knows one has to put it into its own digest.
//! Counters that only TCP_INFO tells (segments ever sent again, bytes ever moved) are left out as well.

use std::hash::{Hash, Hasher};

use syscall::{Address, ConnectionId, Direction, HostId, Micros, SocketId, TcpState};

use crate::files::File;
use crate::kernel::{Connection, Kernel, Packet, Pending, end_index};
use crate::local::Peer;
use crate::receive::ReceiveHalf;
use crate::send::SendHalf;
use crate::socket::Socket;
use crate::timers::Keepalive;

/// The kernel as seen from now on.
struct Relative<'k> {
    kernel: &'k Kernel,
    now: Micros,
    /// What still matters, by rising number.
    files: Vec<SocketId>,
    connections: Vec<ConnectionId>,
    /// Ports that the kernel chose, by the order of the sockets.
    ports: Vec<(HostId, u16)>,
}

impl Kernel {
    /// Put into a digest what may still happen, without the past: without clocks, counters, absolute sequence numbers and
    /// provenance.
    pub fn hash_future(&self, hasher: &mut impl Hasher) {
        let connections = self.connections.iter().map(|(number, _)| ConnectionId(number));
        let connections: Vec<_> = connections.filter(|id| !self.is_past(*id)).collect();
        let matters = |file: &File| match file {
            File::Tcp(s) => {
                s.references > 0
                    || s.parent.is_some()
                    || s.state != TcpState::Closed
                    || s.connection.is_some_and(|(id, _)| connections.binary_search(&id).is_ok())
            }
            File::Local(_) | File::Udp(_) | File::Pipe(_) => true,
        };
        let files = self.files.iter().filter(|(_, file)| matters(file));
        let files: Vec<_> = files.map(|(number, _)| SocketId(number)).collect();
        let relative =
            Relative { kernel: self, now: self.now, ports: self.chosen_ports(&files), files, connections };
        relative.hash_tables(hasher);
        relative.hash_wire(hasher);
        relative.hash_calls(hasher);
    }

    /// Ports that no program asked for.
    fn chosen_ports(&self, files: &[SocketId]) -> Vec<(HostId, u16)> {
        let mut ports = Vec::new();
        for socket in files.iter().filter_map(|id| self.tcp(*id)) {
            if let (None, Some(local)) = (socket.port_bound(), socket.local)
                && socket.parent.is_none()
                && socket.connection.is_none_or(|(_, direction)| direction == Direction::Forth)
                && !ports.contains(&(socket.host, local.port()))
            {
                ports.push((socket.host, local.port()));
            }
        }
        ports
    }
}

impl Relative<'_> {
    fn file(&self, id: SocketId) -> Option<usize> {
        self.files.binary_search(&id).ok()
    }

    fn connection(&self, id: ConnectionId) -> Option<usize> {
        self.connections.binary_search(&id).ok()
    }

    /// An address; a port that was chosen for its socket counts as the how-manieth it is.
    fn address(&self, address: Address) -> (std::net::IpAddr, Option<usize>, u16) {
        let host = (0..self.kernel.host_count())
            .map(HostId)
            .find(|host| Kernel::address_of(*host) == address.ip())
            .filter(|_| !address.ip().is_loopback());
        let same =
            |(at, port): &&(HostId, u16)| *port == address.port() && host.is_none_or(|host| host == *at);
        match self.kernel_port(same) {
            Some(rank) => (address.ip(), Some(rank), 0),
            None => (address.ip(), None, address.port()),
        }
    }

    fn kernel_port(&self, same: impl Fn(&&(HostId, u16)) -> bool) -> Option<usize> {
        self.ports.iter().position(|port| same(&port))
    }

    /// Where a direction of a connection begins, for this purpose.
    fn base(&self, connection: &Connection, direction: Direction) -> u64 {
        let end = |sends| connection.ends[end_index(sends)].and_then(|id| self.kernel.tcp(id));
        let reader = end(direction.reversed());
        match (reader, end(direction)) {
            (Some(reader), _) if reader.state != TcpState::Closed || reader.receive.inq() > 0 => {
                reader.receive.copied
            }
            (_, Some(sender)) => sender.send.snd_una,
            (Some(reader), None) => reader.receive.copied,
            (None, None) => 0,
        }
    }

    /// A socket's halves and times as seen from now on.
    fn socket(&self, socket: &Socket) -> Socket {
        let now = self.now;
        let (send, receive) = self.halves(socket);
        Socket {
            connection: None,
            bound: None,
            local: None,
            remote: None,
            listener: None,
            parent: None,
            end_due: socket.end_due.map(|due| due.wrapping_sub(now)),
            syn_due: socket.syn_due.map(|due| due.wrapping_sub(now)),
            syn_sent_at: if socket.syn_due.is_some() { now - socket.syn_sent_at } else { 0 },
            unreachable: socket.unreachable.map(|(due, _)| (due.wrapping_sub(now), 0)),
            keepalive: if socket.options.keepalive {
                socket.keepalive.relative(now)
            } else {
                Keepalive::default()
            },
            send,
            receive,
            // Copied field by field: a copy of the whole would copy both halves once more.
            host: socket.host,
            references: socket.references,
            state: socket.state,
            port_drawn: socket.port_drawn,
            blocking: socket.blocking,
            reuse_address: socket.reuse_address,
            options: socket.options.clone(),
            error: socket.error,
            read_shut: socket.read_shut,
            write_shut: socket.write_shut,
            phase: socket.phase,
            syn_tries: socket.syn_tries,
        }
    }

    fn halves(&self, socket: &Socket) -> (SendHalf, ReceiveHalf) {
        // Of a connection that is over only what programs can still see matters.
        if socket.state == TcpState::Closed && socket.receive.inq() == 0 {
            let mut fresh = Socket::new(socket.host);
            fresh.take_options(socket);
            fresh.receive.fin = socket.receive.fin;
            return (fresh.send, fresh.receive);
        }
        let Some((id, direction)) = socket.connection else {
            return (socket.send.clone(), socket.receive.clone());
        };
        let connection = self.kernel.connection(id);
        let (base, other) = (self.base(connection, direction), self.base(connection, direction.reversed()));
        let peer = connection.ends[end_index(direction.reversed())].and_then(|id| self.kernel.tcp(id));
        let shared = peer.and_then(|peer| {
            let skb = socket.receive.tail_from().filter(|skb| peer.send.shares(*skb))?;
            Some(peer.send.relative_skb(skb))
        });
        let now = self.now;
        (socket.send.relative(base, other, now), socket.receive.relative(other, shared, now))
    }

    fn hash_tables(&self, hasher: &mut impl Hasher) {
        let kernel = self.kernel;
        kernel.network.hash(hasher);
        kernel.hosts.hash(hasher);
        kernel.status.hash(hasher);
        kernel.tasks.hash(hasher);
        for process in &kernel.processes {
            let process = &**process;
            (process.host, process.descriptor_limit, process.privileged, process.ignores_sigpipe)
                .hash(hasher);
            (process.alive, process.ended_by, process.descriptors.all().len()).hash(hasher);
            for (fd, id) in process.descriptors.all() {
                (fd, self.file(*id)).hash(hasher);
            }
        }
        for id in &self.files {
            match kernel.file(*id) {
                File::Tcp(socket) => self.hash_socket(socket, hasher),
                File::Udp(socket) => socket.hash(hasher),
                File::Local(socket) => {
                    let peer = match socket.peer {
                        Peer::Open(peer) => self.file(peer),
                        Peer::None | Peer::Closed => None,
                    };
                    peer.hash(hasher);
                    socket.hash_future(hasher);
                }
                File::Pipe(end) => {
                    end.other.and_then(|other| self.file(other)).hash(hasher);
                    end.hash_future(hasher);
                }
            }
        }
        for id in &self.connections {
            let connection = kernel.connection(*id);
            for direction in [Direction::Forth, Direction::Back] {
                connection.ends[end_index(direction)].and_then(|end| self.file(end)).hash(hasher);
                connection.streams[end_index(direction)]
                    .hash_future(self.base(connection, direction), hasher);
            }
        }
    }

    fn hash_socket(&self, socket: &Socket, hasher: &mut impl Hasher) {
        self.socket(socket).hash(hasher);
        for address in
            [socket.bound, socket.local, socket.remote.filter(|_| socket.state != TcpState::Closed)]
        {
            address.map(|address| self.address(address)).hash(hasher);
        }
        let connection = socket.connection.map(|(id, direction)| (self.connection(id), direction));
        connection.filter(|(rank, _)| rank.is_some()).hash(hasher);
        socket.parent.map(|parent| self.file(parent)).hash(hasher);
        if let Some(listener) = &socket.listener {
            listener.backlog.hash(hasher);
            for list in [Vec::from_iter(&listener.queue), Vec::from_iter(&listener.half_open)] {
                list.len().hash(hasher);
                list.into_iter().for_each(|child| self.file(*child).hash(hasher));
            }
        }
    }

    fn hash_wire(&self, hasher: &mut impl Hasher) {
        for traveller in &self.kernel.datagrams {
            (&traveller.bytes, traveller.from, traveller.to, traveller.due.wrapping_sub(self.now))
                .hash(hasher);
            (traveller.datagram.source, traveller.datagram.destination).hash(hasher);
        }
        self.kernel.wire.len().hash(hasher);
        for packet in &self.kernel.wire {
            let connection = self.kernel.connection(packet.segment.range.connection);
            let direction = packet.segment.range.direction;
            let mut seen = packet.clone();
            seen.shift(
                self.base(connection, direction),
                self.base(connection, direction.reversed()),
                self.now,
            );
            seen.hash(hasher);
            self.connection(packet.segment.range.connection).hash(hasher);
            (self.address(packet.source), self.address(packet.destination)).hash(hasher);
        }
    }

    fn hash_calls(&self, hasher: &mut impl Hasher) {
        self.kernel.pending.len().hash(hasher);
        for pending in &self.kernel.pending {
            (pending.task, &pending.call, pending.waits, pending.interrupted, pending.done).hash(hasher);
            pending.deadline.map(|due| due.wrapping_sub(self.now)).hash(hasher);
            pending.file.map(|id| self.file(id)).hash(hasher);
            (pending.holds, pending.most, pending.got_bytes()).hash(hasher);
        }
        self.kernel.completed.iter().for_each(|completed| completed.outcome.hash(hasher));
        self.kernel.forked.hash(hasher);
    }
}

impl Packet {
    /// Count its numbers from where its direction and the other begin, its time from now; forget its name and history.
    fn shift(&mut self, base: u64, other: u64, now: Micros) {
        let segment = &mut self.segment;
        (segment.id, segment.retransmission) = (0, false);
        segment.range.connection = ConnectionId(0);
        segment.range.start = segment.range.start.wrapping_sub(base);
        segment.range.end = segment.range.end.wrapping_sub(base);
        if segment.flags.ack {
            segment.ack = segment.ack.wrapping_sub(other);
        }
        for (start, end) in self.sack.iter_mut().filter(|(start, end)| start < end) {
            (*start, *end) = (start.wrapping_sub(other), end.wrapping_sub(other));
        }
        let nowhere = Address::from(([0, 0, 0, 0], 0));
        (self.source, self.destination) = (nowhere, nowhere);
        (self.sent_by, self.arrived_as) = (0, 0);
        self.due = self.due.wrapping_sub(now);
    }
}

impl Pending {
    fn got_bytes(&self) -> Vec<u8> {
        self.got.pieces().flat_map(|bytes| bytes.iter().copied()).collect()
    }
}
