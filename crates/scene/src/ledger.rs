//! Which event moved which bytes, read from the list of events.

use std::collections::BTreeMap;

use syscall::{Call, ConnectionId, Direction, Event, Pid, Returned, SocketId, SocketType, What};

/// Bytes that one event moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Offset of the first byte.
    pub(crate) start: u64,
    /// Offset behind the last byte.
    pub(crate) end: u64,
    /// The event.
    pub(crate) event: u32,
}

/// The history of one stream, each list by rising offset.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ledger {
    /// Given to the sending kernel.
    pub(crate) given: Vec<Piece>,
    /// Taken in by the receiving kernel.
    pub(crate) arrived: Vec<Piece>,
    /// Read by the receiving program.
    pub(crate) read: Vec<Piece>,
    /// How far it was acknowledged, each time that this rose: the event and the offset.
    acknowledged: Vec<(u32, u64)>,
}

impl Ledger {
    /// Of a stream of which nothing is known.
    pub(crate) const EMPTY: &'static Self =
        &Self { given: Vec::new(), arrived: Vec::new(), read: Vec::new(), acknowledged: Vec::new() };

    /// How far the stream was acknowledged before this event.
    pub(crate) fn acknowledged_before(&self, event: u32) -> u64 {
        let behind = self.acknowledged.partition_point(|(at, _)| *at < event);
        behind.checked_sub(1).map_or(0, |last| self.acknowledged[last].1)
    }

    fn forget_after(&mut self, events: u32) {
        for list in [&mut self.given, &mut self.arrived, &mut self.read] {
            list.retain(|piece| piece.event <= events);
        }
        self.acknowledged.retain(|(event, _)| *event <= events);
    }
}

/// Add what a list does not have yet of some bytes: a retransmission may bring bytes that are already there.
fn add(list: &mut Vec<Piece>, start: u64, end: u64, event: u32) {
    let mut at = start;
    let mut place = list.partition_point(|piece| piece.end <= start);
    while at < end {
        let next = list.get(place).map_or(end, |piece| piece.start.clamp(at, end));
        if at < next {
            list.insert(place, Piece { start: at, end: next, event });
            place += 1;
        }
        at = list.get(place).map_or(end, |piece| piece.end.max(next));
        place += 1;
    }
}

/// What views ask the list of events for again and again, read once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    streams: BTreeMap<(ConnectionId, Direction), Ledger>,
    /// The events in which an end of a connection changed its state.
    states: Vec<u32>,
    /// The events in which a process's calls ended or began to wait.
    calls: BTreeMap<Pid, Vec<u32>>,
    /// The sockets that carry datagrams, with the events that made them.
    datagrams: Vec<(SocketId, u32)>,
}

impl Index {
    /// The history of one stream.
    pub(crate) fn stream(&self, connection: ConnectionId, direction: Direction) -> Option<&Ledger> {
        self.streams.get(&(connection, direction))
    }

    /// The events in which an end of a connection changed its state, undone ones too.
    pub(crate) fn states(&self) -> &[u32] {
        &self.states
    }

    /// The events in which a process's calls ended or began to wait, undone ones too.
    pub(crate) fn calls(&self, pid: Pid) -> &[u32] {
        self.calls.get(&pid).map_or(&[], Vec::as_slice)
    }

    /// Whether the socket that the event is about carries datagrams.
    pub(crate) fn is_datagram(&self, event: &Event) -> bool {
        self.datagrams.iter().any(|(socket, _)| Some(*socket) == event.socket)
    }

    pub(crate) fn learn(&mut self, event: &Event) {
        if let (What::Returned { call: Call::Socket { kind: SocketType::Dgram, .. }, .. }, Some(socket)) =
            (&event.what, event.socket)
        {
            self.datagrams.push((socket, event.index));
        }
        if let What::SegmentArrived { segment, .. } = &event.what
            && segment.flags.ack
        {
            let stream = (segment.range.connection, segment.range.direction.reversed());
            let list = &mut self.streams.entry(stream).or_default().acknowledged;
            if list.last().map_or(0, |(_, to)| *to) < segment.ack {
                list.push((event.index, segment.ack));
            }
        }
        if let (What::Returned { .. } | What::Waits { .. }, Some(pid)) = (&event.what, event.pid) {
            self.calls.entry(pid).or_default().push(event.index);
        }
        if let What::State { .. } = event.what {
            self.states.push(event.index);
        }
        let Some(range) = event.range.filter(|range| !range.is_empty()) else { return };
        let ledger = self.streams.entry((range.connection, range.direction)).or_default();
        let list = match &event.what {
            What::Returned { outcome: Ok(Returned::Count(_)), .. } => &mut ledger.given,
            What::Returned { outcome: Ok(Returned::Data(_)), .. } => &mut ledger.read,
            What::SegmentArrived { .. } => &mut ledger.arrived,
            _ => return,
        };
        add(list, range.start, range.end, event.index);
    }

    pub(crate) fn forget_after(&mut self, events: u32) {
        self.streams.values_mut().for_each(|ledger| ledger.forget_after(events));
        self.states.retain(|event| *event <= events);
        self.datagrams.retain(|(_, event)| *event <= events);
        self.calls.values_mut().for_each(|calls| calls.retain(|event| *event <= events));
    }
}

/// Most pieces that a tape tells apart; of a longer history the older ones are one.
const MOST: usize = 48;

/// The pieces of the first `events` events that lie in a range, cut to it; what no piece covers has the event 0.
pub(crate) fn cut(pieces: &[Piece], start: u64, end: u64, events: u32) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut at = start;
    let first = pieces.partition_point(|piece| piece.end <= start);
    for piece in pieces[first..].iter().take_while(|piece| piece.start < end) {
        let (from, to) = (piece.start.max(at), piece.end.min(end));
        if from >= to || piece.event > events {
            continue;
        }
        if at < from {
            out.push(Piece { start: at, end: from, event: 0 });
        }
        out.push(Piece { start: from, end: to, event: piece.event });
        at = to;
    }
    if at < end {
        out.push(Piece { start: at, end, event: 0 });
    }
    if out.len() > MOST {
        let old = out.len() - MOST;
        let end = out[old].end;
        out.drain(..old);
        out[0] = Piece { start, end, event: 0 };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_keeps_every_byte_and_its_event() {
        let pieces = [Piece { start: 0, end: 100, event: 3 }, Piece { start: 100, end: 250, event: 5 }];
        let cut = cut(&pieces, 50, 300, 9);
        let told: Vec<_> = cut.iter().map(|p| (p.start, p.end, p.event)).collect();
        assert_eq!(told, [(50, 100, 3), (100, 250, 5), (250, 300, 0)]);
        assert_eq!(super::cut(&pieces, 30, 30, 9), []);
        let then: Vec<_> =
            super::cut(&pieces, 50, 300, 4).iter().map(|p| (p.start, p.end, p.event)).collect();
        assert_eq!(then, [(50, 100, 3), (100, 300, 0)], "before the event its piece is not there");
    }

    #[test]
    fn what_comes_out_of_order_or_twice_keeps_its_first_event() {
        let mut list = Vec::new();
        for (start, end, event) in [(100, 200, 1), (0, 50, 2), (0, 300, 3), (120, 180, 4), (250, 400, 5)] {
            add(&mut list, start, end, event);
        }
        let told: Vec<_> = list.iter().map(|p| (p.start, p.end, p.event)).collect();
        assert_eq!(told, [(0, 50, 2), (50, 100, 3), (100, 200, 1), (200, 300, 3), (300, 400, 5)]);
    }

    #[test]
    fn a_long_history_is_told_as_one_old_piece_and_the_newest_ones() {
        let pieces: Vec<_> =
            (0..1000).map(|n| Piece { start: n * 10, end: n * 10 + 10, event: n as u32 + 1 }).collect();
        let cut = cut(&pieces, 0, 10_000, 1000);
        assert_eq!(cut.len(), MOST);
        assert_eq!((cut[0].start, cut[0].event), (0, 0));
        assert_eq!(cut[0].end, cut[1].start);
        assert_eq!(cut[MOST - 1].event, 1000);
    }
}
