//! Segments out: handshake, data, acknowledgements, resets, and the way they take.

use syscall::{
    Address, ConnectionId, Direction, HostId, Segment, SegmentFlags, SocketId, StreamRange, TcpState, What,
};

use crate::kernel::{Connection, Kernel, Network, Packet};
use crate::send::{Emission, Fin};
use crate::sizes::{GSO_LIMIT, LINK_HEADERS, SYN_RETRY, TIMESTAMP_OPTION};
use crate::socket::Socket;

pub(crate) const SYN: SegmentFlags =
    SegmentFlags { syn: true, ack: false, fin: false, rst: false, psh: false };
pub(crate) const SYN_ACK: SegmentFlags = SegmentFlags { ack: true, ..SYN };
pub(crate) const ACK: SegmentFlags = SegmentFlags { syn: false, ..SYN_ACK };
pub(crate) const RST_ACK: SegmentFlags = SegmentFlags { rst: true, ..ACK };

/// What a segment of an end carries.
#[derive(Default)]
pub(crate) struct Load {
    pub(crate) seq: u64,
    pub(crate) len: u32,
    pub(crate) flags: SegmentFlags,
    pub(crate) gso: u32,
    pub(crate) skb: Option<u32>,
    pub(crate) probe: bool,
}

/// Where a segment goes from and to.
pub(crate) struct Ends {
    pub(crate) from: HostId,
    pub(crate) to: HostId,
    pub(crate) source: Address,
    pub(crate) destination: Address,
    pub(crate) socket: Option<SocketId>,
}

impl Kernel {
    /// Begin a connection: SYN. The other end's host was found by the caller.
    pub(crate) fn open_connection(&mut self, id: SocketId, to: HostId) {
        let ends = [Some(id), None];
        let connection =
            ConnectionId(self.connections.push(Connection { ends, ..Connection::without_ends() }));
        let mss = self.mss_between(self.socket(id).host, to);
        let socket = self.socket_mut(id);
        socket.connection = Some((connection, Direction::Forth));
        socket.receive.open(mss + TIMESTAMP_OPTION, mss);
        self.set_state(id, TcpState::SynSent);
        self.send_syn(id, false);
    }

    /// Send the SYN, or send it again, and set its timer.
    pub(crate) fn send_syn(&mut self, id: SocketId, again: bool) {
        let due = self.now + (SYN_RETRY << self.socket(id).syn_tries);
        let socket = self.socket_mut(id);
        socket.syn_due = Some(due);
        let window = socket.receive.promised_edge() as u32;
        self.send_handshake(id, SYN, window.min(65_535), again);
    }

    pub(crate) fn send_handshake(
        &mut self,
        id: SocketId,
        flags: SegmentFlags,
        window: u32,
        retransmission: bool,
    ) {
        let Some((connection, direction)) = self.socket(id).connection else { return };
        let range = StreamRange { connection, direction, start: 0, end: 0 };
        let segment = Segment { id: 0, range, flags, ack: 0, window, retransmission };
        self.launch_from(id, segment, &Load::default(), 0);
    }

    /// Put what the sending half lets go on the wire.
    pub(crate) fn emit(&mut self, id: SocketId, emissions: Vec<Emission>) {
        for emission in emissions {
            let socket = self.socket(id);
            let mss = socket.send.mss;
            let over_wire = self.goes_over_wire(socket);
            let whole = emission.segments <= 1 || !(over_wire || emission.len + LINK_HEADERS >= GSO_LIMIT);
            let step = if whole { emission.len.max(1) } else { mss };
            let mut offset = 0;
            loop {
                let len = step.min(emission.len - offset);
                let last = offset + len == emission.len;
                let flags = SegmentFlags { psh: emission.push && last, fin: emission.fin && last, ..ACK };
                self.send_segment(
                    id,
                    &Load {
                        seq: emission.seq + u64::from(offset),
                        len,
                        flags,
                        gso: if whole && emission.segments > 1 { mss } else { 0 },
                        skb: emission.skb.filter(|_| whole && !over_wire),
                        probe: emission.probe,
                    },
                );
                offset += len;
                if last {
                    break;
                }
            }
        }
    }

    fn goes_over_wire(&self, socket: &Socket) -> bool {
        match (self.network, socket.remote) {
            (Network::Wire { .. }, Some(remote)) => self.route(socket.host, remote.ip()) != Ok(socket.host),
            _ => false,
        }
    }

    fn send_segment(&mut self, id: SocketId, load: &Load) {
        let socket = self.socket_mut(id);
        let Some((connection, direction)) = socket.connection else { return };
        let stamp = socket.receive.stamp();
        let range =
            StreamRange { connection, direction, start: load.seq, end: load.seq + u64::from(load.len) };
        let segment = Segment {
            id: 0,
            range,
            flags: load.flags,
            ack: stamp.ack,
            window: stamp.window,
            retransmission: false,
        };
        self.launch_from(id, segment, load, stamp.duplicates);
    }

    /// Acknowledge at once.
    pub(crate) fn send_ack(&mut self, id: SocketId) {
        let socket = self.socket(id);
        if socket.synchronized() {
            let seq =
                socket.send.snd_nxt + u64::from(matches!(socket.send.fin, Fin::Sent | Fin::Acknowledged));
            self.send_segment(id, &Load { seq, flags: ACK, ..Load::default() });
        }
    }

    /// Tell the other end that this connection is no more.
    pub(crate) fn send_reset(&mut self, id: SocketId) {
        let seq = self.socket(id).send.snd_nxt;
        self.send_segment(id, &Load { seq, flags: RST_ACK, ..Load::default() });
    }

    fn launch_from(&mut self, id: SocketId, segment: Segment, load: &Load, duplicates: u32) {
        let socket = self.socket(id);
        let (Some(source), Some(destination)) = (socket.local, socket.remote) else { return };
        let from = socket.host;
        // A route that was there when the connection began is there still: hosts do not move.
        let Ok(to) = self.route(from, destination.ip()) else { return };
        let ends = Ends { from, to, source, destination, socket: Some(id) };
        self.launch(ends, segment, load, duplicates);
    }

    pub(crate) fn launch(&mut self, ends: Ends, mut segment: Segment, load: &Load, duplicates: u32) {
        self.next_segment += 1;
        segment.id = self.next_segment;
        let place = Self::kernel_place(ends.from, ends.socket);
        let sent = What::SegmentSent { segment: segment.clone() };
        let sent_by = self.push_event(place, None, Some(segment.range), sent);
        let over_wire = ends.from != ends.to;
        let delay = match self.network {
            Network::Wire { delay_us, .. } if over_wire => delay_us,
            Network::Wire { .. } | Network::Loopback => 0,
        };
        let packet = Packet {
            segment,
            from: ends.from,
            to: ends.to,
            source: ends.source,
            destination: ends.destination,
            sent_by,
            due: self.now + delay,
            gso: load.gso,
            skb: load.skb,
            probe: load.probe,
            duplicates,
            over_wire,
            arrived_as: 0,
        };
        if over_wire {
            self.wire.push(packet);
        } else {
            self.loopback.push_back(packet);
            self.run_loopback();
        }
    }

    /// What a host sends to itself arrives at once; what that makes it send, after it.
    fn run_loopback(&mut self) {
        if self.processing {
            return;
        }
        self.processing = true;
        while let Some(packet) = self.loopback.pop_front() {
            self.arrive(packet);
        }
        self.processing = false;
    }
}
