//! Segments out: handshake, data, acknowledgements, resets.

use syscall::{ConnectionId, Direction, HostId, Segment, SegmentFlags, SocketId, StreamRange, TcpState};

use crate::acknowledge::SackBlocks;
use crate::kernel::{Connection, Kernel, Network, Packet};
use crate::send::Emission;
use crate::sizes::{GSO_LIMIT, LINK_HEADERS, RTO_FIRST, RTO_MAX, SYN_LINEAR, TIMESTAMP_OPTION};
use crate::socket::Socket;
use crate::wire::Ends;

pub(crate) const SYN: SegmentFlags =
    SegmentFlags { syn: true, ack: false, fin: false, rst: false, psh: false };
pub(crate) const SYN_ACK: SegmentFlags = SegmentFlags { ack: true, ..SYN };
pub(crate) const ACK: SegmentFlags = SegmentFlags { syn: false, ..SYN_ACK };
const RST: SegmentFlags = SegmentFlags { rst: true, syn: false, ..SYN };
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
    pub(crate) retransmission: bool,
    pub(crate) mss: u32,
    pub(crate) duplicates: u32,
    pub(crate) sack: SackBlocks,
}

impl Kernel {
    /// Begin a connection: SYN. The other end's host was found by the caller.
    pub(crate) fn open_connection(&mut self, id: SocketId, to: HostId) {
        let ends = [Some(id), None];
        let connection =
            ConnectionId(self.connections.push(Connection { ends, ..Connection::without_ends() }));
        let host = self.socket(id).host;
        let (mss, most) = (self.mss_between(host, to), self.most_rcvbuf(host));
        let socket = self.socket_mut(id);
        let mss = socket.limit_mss(mss);
        socket.connection = Some((connection, Direction::Forth));
        socket.receive.open(mss + TIMESTAMP_OPTION, mss, most);
        self.set_state(id, TcpState::SynSent);
        self.send_syn(id, false);
    }

    /// Send the SYN, or send it again, and set its timer (`tcp_syn_linear_timeouts`: the first waits are equal).
    pub(crate) fn send_syn(&mut self, id: SocketId, again: bool) {
        let now = self.now;
        let socket = self.socket_mut(id);
        let doublings = socket.syn_tries.saturating_sub(SYN_LINEAR).min(16);
        socket.syn_due = Some(now + (RTO_FIRST << doublings).min(RTO_MAX));
        socket.syn_sent_at = now;
        let window = socket.receive.promised_edge() as u32;
        self.send_handshake(id, SYN, window.min(65_535), again);
    }

    /// Send the SYN-ACK, or send it again, and set its timer.
    pub(crate) fn send_syn_ack(&mut self, id: SocketId, again: bool) {
        let now = self.now;
        let socket = self.socket_mut(id);
        socket.syn_due = Some(now + (RTO_FIRST << socket.syn_tries.min(16)).min(RTO_MAX));
        socket.syn_sent_at = now;
        let window = socket.receive.promised_edge() as u32;
        self.send_handshake(id, SYN_ACK, window.min(65_535), again);
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
        let mss = self.socket(id).receive.mss_limit;
        self.launch_from(id, segment, &Load { mss, ..Load::default() });
    }

    /// Put what the sending half lets go on the wire.
    pub(crate) fn emit(&mut self, id: SocketId, emissions: &[Emission]) {
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
                    Load {
                        seq: emission.seq + u64::from(offset),
                        len,
                        flags,
                        gso: if whole && emission.segments > 1 { mss } else { 0 },
                        skb: emission.skb.filter(|_| whole && !over_wire),
                        probe: emission.probe,
                        retransmission: emission.retransmission,
                        ..Load::default()
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

    /// Send a segment of a connection's end: whatever it carries, it acknowledges what has come.
    fn send_segment(&mut self, id: SocketId, mut load: Load) {
        let now = self.now;
        let socket = self.socket_mut(id);
        let Some((connection, direction)) = socket.connection else { return };
        let stamp = socket.receive.stamp();
        if load.len > 0 {
            socket.receive.data_sent(now);
        }
        (load.duplicates, load.sack) = (stamp.duplicates, stamp.sack);
        let range =
            StreamRange { connection, direction, start: load.seq, end: load.seq + u64::from(load.len) };
        let segment = Segment {
            id: 0,
            range,
            flags: load.flags,
            ack: stamp.ack,
            window: stamp.window,
            retransmission: load.retransmission,
        };
        self.launch_from(id, segment, &load);
    }

    /// Acknowledge at once.
    pub(crate) fn send_ack(&mut self, id: SocketId) {
        let socket = self.socket(id);
        if socket.synchronized() {
            let seq = socket.send.next_seq();
            self.send_segment(id, Load { seq, flags: ACK, ..Load::default() });
        }
    }

    /// Tell the other end that this connection is no more.
    pub(crate) fn send_reset(&mut self, id: SocketId) {
        let seq = self.socket(id).send.next_seq();
        self.send_segment(id, Load { seq, flags: RST_ACK, ..Load::default() });
    }

    /// A segment that no socket sends: nobody listens there, or the connection is no more (RFC 9293 section 3.10.7.1).
    pub(crate) fn refuse(&mut self, packet: &Packet) {
        let range = packet.segment.range;
        let start = packet.segment.ack;
        let segment = Segment {
            id: 0,
            range: StreamRange { direction: range.direction.reversed(), start, end: start, ..range },
            flags: if packet.segment.flags.ack { RST } else { RST_ACK },
            ack: range.end + u64::from(packet.segment.flags.fin),
            window: 0,
            retransmission: false,
        };
        let ends = Ends {
            from: packet.to,
            to: packet.from,
            source: packet.destination,
            destination: packet.source,
            socket: None,
        };
        self.launch(ends, segment, &Load::default());
    }

    fn launch_from(&mut self, id: SocketId, segment: Segment, load: &Load) {
        let socket = self.socket(id);
        let (Some(source), Some(destination)) = (socket.local, socket.remote) else { return };
        let from = socket.host;
        // A route that was there when the connection began is there still: hosts do not move.
        let Ok(to) = self.next_hop(from, destination.ip()) else { return };
        self.launch(Ends { from, to, source, destination, socket: Some(id) }, segment, load);
    }
}
