//! Which event moved which bytes, read from the list of events.

use syscall::{ConnectionId, Direction, Event, Returned, What};

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
    /// Put on the wire for the first time.
    pub(crate) sent: Vec<Piece>,
    /// Taken in by the receiving kernel.
    pub(crate) arrived: Vec<Piece>,
    /// Read by the receiving program.
    pub(crate) read: Vec<Piece>,
}

impl Ledger {
    /// What the events say about this stream.
    pub(crate) fn new(events: &[Event], connection: ConnectionId, direction: Direction) -> Self {
        let mut ledger = Self::default();
        for event in events {
            let list = match &event.what {
                What::Returned { outcome: Ok(Returned::Count(_)), .. } => &mut ledger.given,
                What::Returned { outcome: Ok(Returned::Data(_)), .. } => &mut ledger.read,
                What::SegmentSent { segment } if !segment.retransmission => &mut ledger.sent,
                What::SegmentArrived { .. } => &mut ledger.arrived,
                _ => continue,
            };
            let Some(range) = event.range else { continue };
            if range.connection != connection || range.direction != direction {
                continue;
            }
            // Only what is new: a retransmission may bring bytes that are already there.
            let start = list.last().map_or(range.start, |last: &Piece| last.end.max(range.start));
            if start < range.end {
                list.push(Piece { start, end: range.end, event: event.index });
            }
        }
        ledger
    }
}

/// The pieces that lie in a range, cut to it; what no piece covers has the event 0.
pub(crate) fn cut(pieces: &[Piece], start: u64, end: u64) -> Vec<Piece> {
    let mut out = Vec::new();
    let mut at = start;
    for piece in pieces {
        let (from, to) = (piece.start.max(at), piece.end.min(end));
        if from >= to {
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
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_keeps_every_byte_and_its_event() {
        let pieces = [Piece { start: 0, end: 100, event: 3 }, Piece { start: 100, end: 250, event: 5 }];
        let cut = cut(&pieces, 50, 300);
        let told: Vec<_> = cut.iter().map(|p| (p.start, p.end, p.event)).collect();
        assert_eq!(told, [(50, 100, 3), (100, 250, 5), (250, 300, 0)]);
        assert_eq!(super::cut(&pieces, 30, 30), []);
    }
}
