//! From packets to the story's segments: whose connection, which direction, which bytes of the stream.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddrV4;

use syscall::{ConnectionId, Datagram, Direction, Segment, StreamRange};

use super::packet::{Tcp, Udp, Unreachable, reset};

/// Connections that are remembered; beyond it the one that was silent longest is forgotten.
const CONNECTIONS: usize = 512;
/// Datagrams that an ICMP message may still be about.
const DATAGRAMS: usize = 64;

/// Reads the packets of one wire in the order in which hosts sent them.
#[derive(Debug, Default)]
pub(super) struct Tracker {
    /// By the address that connected and the one that it connected to.
    connections: BTreeMap<(SocketAddrV4, SocketAddrV4), Connection>,
    next: u32,
    /// Rises with each segment.
    clock: u64,
    datagrams: VecDeque<(u32, Udp)>,
}

#[derive(Debug)]
struct Connection {
    id: ConnectionId,
    forth: Stream,
    back: Stream,
    last_seen: u64,
}

/// What is known of one direction.
#[derive(Debug, Default)]
struct Stream {
    /// The number of its SYN; byte 0 is the next one (RFC 9293 section 3.4).
    isn: Option<u32>,
    /// The scale that its sender asked for.
    scale: Option<u8>,
    /// Behind the last byte that was sent.
    sent: u64,
    finished: bool,
    /// Before it, the other end has all.
    acked: u64,
    /// The number on the wire that its sender expects next from the other end, as it said last.
    expects: Option<u32>,
    /// The number on the wire behind all that it sent.
    next: u32,
}

impl Stream {
    /// A sequence number as an offset: of all that it may stand for the one nearest to what was sent.
    fn offset(&self, number: u32) -> u64 {
        let Some(isn) = self.isn else { return 0 };
        let low = number.wrapping_sub(isn).wrapping_sub(1);
        let distance = low.wrapping_sub(self.sent as u32) as i32;
        self.sent.saturating_add_signed(distance.into())
    }
}

impl Connection {
    fn new(id: u32) -> Self {
        Self { id: ConnectionId(id), forth: Stream::default(), back: Stream::default(), last_seen: 0 }
    }

    fn streams(&mut self, direction: Direction) -> (&mut Stream, &mut Stream) {
        match direction {
            Direction::Forth => (&mut self.forth, &mut self.back),
            Direction::Back => (&mut self.back, &mut self.forth),
        }
    }
}

impl Tracker {
    /// Who made a connection, and to whom, if it is remembered.
    pub(super) fn between(&self, id: ConnectionId) -> Option<(SocketAddrV4, SocketAddrV4)> {
        self.connections.iter().find(|(_, connection)| connection.id == id).map(|(pair, _)| *pair)
    }

    /// A segment that a host sent, under this number.
    pub(super) fn segment(&mut self, id: u32, tcp: &Tcp) -> Segment {
        self.clock += 1;
        let (key, direction) = self.find(tcp);
        let clock = self.clock;
        let connection = self.connections.get_mut(&key).expect("it was there, or was made just now");
        connection.last_seen = clock;
        let number = connection.id;
        let (own, other) = connection.streams(direction);
        let flags = tcp.flags;
        let again = flags.syn && own.isn == Some(tcp.seq);
        if flags.syn && !again {
            *own = Stream { isn: Some(tcp.seq), scale: tcp.scale, acked: 0, ..Stream::default() };
        } else if own.isn.is_none() && !flags.rst {
            // Its beginning was not seen: this is the beginning.
            own.isn = Some(tcp.seq.wrapping_sub(1));
        }
        let start = if flags.syn { 0 } else { own.offset(tcp.seq) };
        let end = start + u64::from(tcp.len);
        let repeats = tcp.len > 0 && start < own.sent || flags.fin && own.finished;
        own.sent = own.sent.max(end);
        own.finished |= flags.fin;
        own.expects = Some(tcp.ack).filter(|_| flags.ack).or(own.expects);
        own.next = tcp.seq.wrapping_add(tcp.len).wrapping_add(u32::from(flags.syn) + u32::from(flags.fin));
        let ack = if flags.ack { other.offset(tcp.ack) } else { 0 };
        other.acked = other.acked.max(ack);
        // The window of a SYN itself is never scaled (RFC 7323 section 2.2).
        let scale = match (own.scale, other.scale) {
            (Some(scale), Some(_)) if !flags.syn => scale,
            _ => 0,
        };
        Segment {
            id,
            range: StreamRange { connection: number, direction, start, end },
            flags,
            ack,
            window: u32::from(tcp.window) << scale,
            retransmission: again || repeats,
        }
    }

    /// Where a segment belongs: a new connection if it opens one, or if nothing is known of it.
    fn find(&mut self, tcp: &Tcp) -> ((SocketAddrV4, SocketAddrV4), Direction) {
        let (forth, back) = ((tcp.source, tcp.destination), (tcp.destination, tcp.source));
        let opens = tcp.flags.syn && !tcp.flags.ack;
        let fresh = |stream: &Stream| stream.isn.is_none_or(|isn| isn == tcp.seq);
        if let Some(known) = self.connections.get(&forth)
            && (!opens || fresh(&known.forth))
        {
            return (forth, Direction::Forth);
        }
        if let Some(known) = self.connections.get(&back)
            && (!opens || fresh(&known.back))
        {
            return (back, Direction::Back);
        }
        // The other end's SYN may have been lost on its way through a host that was off: who accepts is `Back`.
        let (key, direction) =
            if tcp.flags.syn && tcp.flags.ack { (back, Direction::Back) } else { (forth, Direction::Forth) };
        self.connections.remove(&back);
        self.connections.remove(&forth);
        if self.connections.len() >= CONNECTIONS {
            let oldest = self.connections.iter().min_by_key(|(_, c)| c.last_seen).map(|(key, _)| *key);
            oldest.and_then(|key| self.connections.remove(&key));
        }
        self.connections.insert(key, Connection::new(self.next));
        self.next = self.next.wrapping_add(1);
        (key, direction)
    }

    /// At most how many bytes of an arriving segment are new to its receiver: those that it has not acknowledged yet. What
    /// its buffer took of them, no packet says. `ends` are its source and its destination.
    pub(super) fn new_bytes(&self, segment: &Segment, ends: (SocketAddrV4, SocketAddrV4)) -> u32 {
        let range = segment.range;
        let acked = match range.direction {
            Direction::Forth => self.connections.get(&ends).map(|c| (c.id, c.forth.acked)),
            Direction::Back => self.connections.get(&(ends.1, ends.0)).map(|c| (c.id, c.back.acked)),
        };
        let acked = acked.filter(|(id, _)| *id == range.connection).map_or(0, |(_, acked)| acked);
        u32::try_from(range.end.saturating_sub(range.start.max(acked))).unwrap_or(u32::MAX)
    }

    /// Segments that end every connection at both its ends, each as if the other end had sent it: with the number that the
    /// end expects next (RFC 5961 section 3.2), be it the one that it said last, the first, or the one behind all that was
    /// sent to it.
    pub(super) fn resets(&self) -> Vec<(SocketAddrV4, Vec<u8>)> {
        let mut resets = Vec::new();
        for ((client, server), connection) in &self.connections {
            let ends = [
                (client, server, &connection.forth, &connection.back),
                (server, client, &connection.back, &connection.forth),
            ];
            for (own, other, said, sent) in ends.into_iter().filter(|end| end.2.isn.is_some()) {
                let first = sent.isn.map_or(0, |isn| isn.wrapping_add(1));
                let mut numbers = vec![said.expects.unwrap_or(first), first, sent.next];
                numbers.dedup();
                resets.extend(numbers.into_iter().map(|seq| (*own, reset(*other, *own, seq, said.next))));
            }
        }
        resets
    }

    /// A datagram that a host sent, under this number.
    pub(super) fn datagram(&mut self, id: u32, udp: &Udp) -> Datagram {
        self.datagrams.push_back((id, *udp));
        self.datagrams.drain(..self.datagrams.len().saturating_sub(DATAGRAMS));
        Datagram { id, source: udp.source.into(), destination: udp.destination.into(), len: udp.len }
    }

    /// The number of the datagram that an ICMP message is about.
    pub(super) fn quoted(&self, said: &Unreachable) -> Option<u32> {
        let same =
            |udp: &Udp| (udp.source, udp.destination, udp.id) == (said.source, said.destination, said.id);
        self.datagrams.iter().rev().find(|(_, udp)| same(udp)).map(|(number, _)| *number)
    }
}

#[cfg(test)]
mod tests {
    use syscall::SegmentFlags;

    use super::*;

    const NONE: SegmentFlags = SegmentFlags { syn: false, ack: false, fin: false, rst: false, psh: false };
    const SYN: SegmentFlags = SegmentFlags { syn: true, ..NONE };
    const ACK: SegmentFlags = SegmentFlags { ack: true, ..NONE };
    const SYN_ACK: SegmentFlags = SegmentFlags { syn: true, ..ACK };
    const FIN: SegmentFlags = SegmentFlags { fin: true, ..ACK };
    const RST: SegmentFlags = SegmentFlags { rst: true, ..NONE };

    fn ends() -> [SocketAddrV4; 2] {
        [(1, 40000), (2, 7000)].map(|(host, port)| SocketAddrV4::new([10, 0, 0, host].into(), port))
    }

    struct Bench(Tracker, u32);

    impl Bench {
        fn new() -> Self {
            Self(Tracker::default(), 0)
        }

        fn send(&mut self, from: u8, flags: SegmentFlags, seq: u32, ack: u32, len: u32) -> Segment {
            self.send_from(40000, (from, flags), seq, ack, len)
        }

        fn send_from(
            &mut self,
            port: u16,
            (from, flags): (u8, SegmentFlags),
            seq: u32,
            ack: u32,
            len: u32,
        ) -> Segment {
            let [mut client, server] = ends();
            client.set_port(port);
            let [source, destination] = if from == 1 { [client, server] } else { [server, client] };
            let scale = flags.syn.then_some(7);
            self.1 += 1;
            self.0.segment(self.1, &Tcp { source, destination, seq, ack, flags, window: 10, scale, len })
        }

        /// Numbers just below the turn of 32 bits on one side, above half of them on the other.
        fn connected() -> Self {
            let mut bench = Self::new();
            bench.send(1, SYN, u32::MAX - 1, 0, 0);
            bench.send(2, SYN_ACK, 0x8000_0000, u32::MAX, 0);
            bench.send(1, ACK, u32::MAX, 0x8000_0001, 0);
            bench
        }
    }

    #[test]
    fn numbers_are_relative_and_go_on_where_those_of_the_wire_begin_anew() {
        let mut bench = Bench::connected();
        let first = bench.send(1, ACK, u32::MAX, 0x8000_0001, 1448);
        assert_eq!((first.range.start, first.range.end, first.ack), (0, 1448, 0));
        assert_eq!(first.range.direction, Direction::Forth);
        let second = bench.send(1, ACK, 1447, 0x8000_0001, 1448);
        assert_eq!((second.range.start, second.range.end, second.retransmission), (1448, 2896, false));
        let answer = bench.send(2, ACK, 0x8000_0001, 2895, 0);
        assert_eq!((answer.range.direction, answer.ack, answer.range.end), (Direction::Back, 2896, 0));
    }

    #[test]
    fn the_window_is_scaled_once_both_have_said_so_and_never_in_a_syn() {
        let mut bench = Bench::new();
        assert_eq!(bench.send(1, SYN, 1, 0, 0).window, 10);
        assert_eq!(bench.send(2, SYN_ACK, 100, 2, 0).window, 10);
        assert_eq!(bench.send(1, ACK, 2, 101, 0).window, 10 << 7);
        let mut unseen = Bench::new();
        assert_eq!(unseen.send(1, ACK, 2, 101, 5).window, 10, "nobody knows its scale");
    }

    #[test]
    fn what_was_sent_before_is_a_retransmission_and_a_bare_acknowledgement_never_is() {
        let mut bench = Bench::connected();
        assert!(!bench.send(1, ACK, u32::MAX, 0x8000_0001, 10).retransmission);
        assert!(bench.send(1, ACK, u32::MAX, 0x8000_0001, 10).retransmission);
        assert!(bench.send(1, ACK, 4, 0x8000_0001, 20).retransmission, "half of it is new");
        assert!(!bench.send(1, ACK, 4, 0x8000_0001, 0).retransmission);
        assert!(!bench.send(1, FIN, 24, 0x8000_0001, 0).retransmission);
        assert!(bench.send(1, FIN, 24, 0x8000_0001, 0).retransmission);
        let probe = bench.send(2, ACK, 0x8000_0000, 9, 0);
        assert_eq!((probe.range.start, probe.retransmission), (0, false), "a probe is one before the start");
    }

    #[test]
    fn connections_are_counted_by_their_first_syn_and_a_port_that_is_used_again_is_another() {
        let mut bench = Bench::connected();
        assert_eq!(bench.send_from(40001, (1, SYN), 5, 0, 0).range.connection, ConnectionId(1));
        assert!(bench.send_from(40001, (1, SYN), 5, 0, 0).retransmission);
        assert_eq!(bench.send(2, ACK, 0x8000_0001, u32::MAX, 0).range.connection, ConnectionId(0));
        let again = bench.send(1, SYN, 77, 0, 0);
        assert_eq!((again.range.connection, again.retransmission), (ConnectionId(2), false));
        assert_eq!(bench.send(2, RST, 0, 78, 0).range.connection, ConnectionId(2));
        // Both ends open at once: one connection.
        let mut both = Bench::new();
        both.send(1, SYN, 1, 0, 0);
        let other = both.send(2, SYN, 9, 0, 0);
        assert_eq!((other.range.connection, other.range.direction), (ConnectionId(0), Direction::Back));
    }

    #[test]
    fn memory_is_bounded_and_the_connection_that_was_silent_longest_goes_first() {
        let mut bench = Bench::connected();
        for port in 1..=2000 {
            bench.send_from(port, (1, SYN), 5, 0, 0);
            bench.send(1, ACK, u32::MAX, 0x8000_0001, 0);
        }
        assert_eq!(bench.0.connections.len(), CONNECTIONS);
        assert_eq!(bench.send(1, ACK, u32::MAX, 0x8000_0001, 3).range.connection, ConnectionId(0));
    }

    #[test]
    fn only_bytes_that_the_receiver_has_not_acknowledged_are_new_to_it() {
        let mut bench = Bench::connected();
        let first = bench.send(1, ACK, u32::MAX, 0x8000_0001, 10);
        let ends = (ends()[0], ends()[1]);
        assert_eq!(bench.0.new_bytes(&first, ends), 10);
        bench.send(2, ACK, 0x8000_0001, 4, 0);
        assert_eq!(bench.0.new_bytes(&first, ends), 5);
        bench.send(2, ACK, 0x8000_0001, 9, 0);
        assert_eq!(bench.0.new_bytes(&first, ends), 0);
    }
}
