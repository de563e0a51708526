//! The packets of a real wire as a ladder: time runs downwards, a row for each packet that was sent and for each thing that
//! befell a host.

use serde::{Deserialize, Serialize};
use syscall::{Datagram, Direction, Event, Segment, What};

use crate::text::{bytes, number, time};
use crate::transcript::content;
use crate::wire::Fate;

/// A packet, or what befell a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PacketRow {
    /// The packet's number; 0 where it is about a host.
    pub packet: u32,
    /// When it was sent: `0.41 ms`.
    pub at: String,
    /// The host that sent it, from 0.
    pub from: u8,
    /// What it is: `0–1448`, `SYN`; `The cable of 10.0.0.1 is cut.`
    pub what: String,
    /// What else its header says: `1448 bytes, PSH ACK 0, window 65,160`.
    pub note: String,
    /// What is special about it, in words, in the order in which it came about.
    pub fates: Vec<Fate>,
    /// Its way; none where it is about a host.
    pub passage: Option<Passage>,
}

/// A packet's way down the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// How far below the middle of its row it ends, in thousandths of a row.
    pub down: u32,
    /// Where it ends.
    pub end: End,
    /// Whether it carries bytes.
    pub data: bool,
    /// Which source its bytes have, as the stage colours it.
    pub source: u8,
}

/// Where a packet's way ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum End {
    /// At the other host.
    Arrived,
    /// Half-way: it is lost.
    Lost,
    /// Half-way: it is on the wire now.
    UnderWay,
}

/// The ladder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Packets {
    /// How many rows lie above those that are shown.
    pub before: usize,
    /// The rows.
    pub rows: Vec<PacketRow>,
    /// The packets that are on the wire now, also those of rows that are not shown any more.
    pub under_way: Vec<PacketRow>,
}

/// Most rows that are shown.
const MOST: usize = 100;

/// A row, and where its packet has ended: so many rows were there then, and so many had ended there before it.
struct Draft {
    row: PacketRow,
    ended: Option<(usize, usize)>,
}

impl Packets {
    /// The ladder of what the wire told, in that order.
    pub fn new(events: &[Event]) -> Self {
        let mut drafts: Vec<Draft> = Vec::new();
        // How many packets have ended since the row above.
        let mut ends: Vec<usize> = vec![0];
        for event in events {
            if let Some(row) = begins(event) {
                drafts.push(Draft { row, ended: None });
                ends.push(0);
                continue;
            }
            let copied = match &event.what {
                What::SegmentDuplicated { segment, copy } => Some((segment.id, *copy)),
                What::DatagramDuplicated { datagram, copy } => Some((datagram.id, *copy)),
                _ => None,
            };
            if let Some((id, copy)) = copied {
                if let Some(original) = drafts.iter().rev().find(|draft| draft.row.packet == id) {
                    let row = PacketRow {
                        packet: copy,
                        at: time(event.at),
                        fates: vec![Fate::Copy],
                        ..original.row.clone()
                    };
                    drafts.push(Draft { row, ended: None });
                    ends.push(0);
                }
                continue;
            }
            let Some((id, becomes)) = becomes(&event.what) else { continue };
            let Some(draft) = drafts.iter_mut().rev().find(|draft| draft.row.packet == id) else { continue };
            draft.row.fates.extend(match becomes {
                Becomes::Lost => Some(Fate::Lost),
                Becomes::HeldBack if !draft.row.fates.contains(&Fate::Held) => Some(Fate::Held),
                Becomes::HeldBack | Becomes::Arrived => None,
            });
            let Some(passage) = draft.row.passage.as_mut().filter(|_| becomes != Becomes::HeldBack) else {
                continue;
            };
            passage.end = if becomes == Becomes::Lost { End::Lost } else { End::Arrived };
            let now = ends.len() - 1;
            ends[now] += 1;
            draft.ended = Some((now, ends[now]));
        }
        let rows = drafts.len();
        for (at, draft) in drafts.iter_mut().enumerate() {
            let Some(passage) = &mut draft.row.passage else { continue };
            passage.down = match draft.ended {
                // Several that end between two rows share the room from the middle of the one to that of the other.
                Some((gap, nth)) => 1000 * (gap - at - 1) + 1000 * nth / (ends[gap] + 1),
                None => 1000 * (rows - at) - 500,
            } as u32;
        }
        let mut all: Vec<_> = drafts.into_iter().map(|draft| draft.row).collect();
        let on_the_wire = |row: &&PacketRow| row.passage.is_some_and(|passage| passage.end == End::UnderWay);
        let under_way = all.iter().filter(on_the_wire).cloned().collect();
        let before = rows.saturating_sub(MOST);
        Self { before, rows: all.split_off(before), under_way }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Becomes {
    Arrived,
    Lost,
    HeldBack,
}

const fn becomes(what: &What) -> Option<(u32, Becomes)> {
    Some(match what {
        What::SegmentArrived { segment, .. } => (segment.id, Becomes::Arrived),
        What::SegmentLost { segment } => (segment.id, Becomes::Lost),
        What::SegmentDelayed { segment } => (segment.id, Becomes::HeldBack),
        What::DatagramArrived { datagram, .. } => (datagram.id, Becomes::Arrived),
        What::DatagramLost { datagram } => (datagram.id, Becomes::Lost),
        What::DatagramDelayed { datagram } => (datagram.id, Becomes::HeldBack),
        _ => return None,
    })
}

/// The row that begins with an event, if one does.
fn begins(event: &Event) -> Option<PacketRow> {
    let host = event.host.0;
    let row = PacketRow {
        packet: 0,
        at: time(event.at),
        from: host.min(1) as u8,
        what: String::new(),
        note: String::new(),
        fates: vec![],
        passage: None,
    };
    let passage = |data, source| Some(Passage { down: 0, end: End::UnderWay, data, source });
    let about = |what: &str| PacketRow { what: format!("Host 10.0.0.{}{what}", host + 1), ..row.clone() };
    Some(match &event.what {
        What::SegmentSent { segment } => PacketRow {
            packet: segment.id,
            what: content(segment).to_string(),
            note: header(segment),
            fates: if segment.retransmission { vec![Fate::Again] } else { vec![] },
            passage: passage(!segment.range.is_empty(), u8::from(segment.range.direction == Direction::Back)),
            ..row
        },
        What::DatagramSent { datagram } => PacketRow {
            packet: datagram.id,
            what: format!("UDP {}", bytes(datagram.len.into())),
            note: ports(datagram),
            passage: passage(true, 0),
            ..row
        },
        What::HostCable { connected: false } => about(": the cable is cut."),
        What::HostCable { connected: true } => about(": the cable is mended."),
        What::HostPower { on: false } => about(" dies without a word."),
        What::HostPower { on: true } => about(" runs again and remembers nothing."),
        What::Unreachable { packet, errno } => {
            about(&format!(" is told that packet {packet} got nowhere: {errno}."))
        }
        _ => return None,
    })
}

/// What a segment's header says beside what [`content`] does.
fn header(segment: &Segment) -> String {
    let flags = segment.flags;
    let length = segment.range.len();
    let mut parts = Vec::new();
    if length > 0 {
        parts.push(bytes(length));
    }
    if length > 0 || flags.fin || flags.rst {
        let acknowledges = if flags.ack { format!(" {}", number(segment.ack)) } else { String::new() };
        parts.push(format!("{flags}{acknowledges}"));
    }
    if !flags.rst {
        parts.push(format!("window {}", number(segment.window.into())));
    }
    parts.join(", ")
}

fn ports(datagram: &Datagram) -> String {
    format!("port {} to {}", datagram.source.port(), datagram.destination.port())
}

#[cfg(test)]
mod tests {
    use super::*;
    use syscall::{ConnectionId, HostId, SegmentFlags, StreamRange};

    fn segment(id: u32, start: u64, end: u64, direction: Direction) -> Segment {
        let range = StreamRange { connection: ConnectionId(0), direction, start, end };
        let flags = SegmentFlags { ack: true, psh: end > start, ..SegmentFlags::default() };
        Segment { id, range, flags, ack: 0, window: 65_160, retransmission: false }
    }

    fn event(host: u16, what: What) -> Event {
        Event::of_host(410, HostId(host), what)
    }

    fn sent(id: u32) -> Event {
        event(0, What::SegmentSent { segment: segment(id, 0, 1448, Direction::Forth) })
    }

    fn arrived(id: u32) -> Event {
        event(1, What::SegmentArrived { segment: segment(id, 0, 1448, Direction::Forth), accepted: 1448 })
    }

    fn downs(packets: &Packets) -> Vec<u32> {
        packets.rows.iter().filter_map(|row| Some(row.passage?.down)).collect()
    }

    #[test]
    fn a_row_says_what_the_header_says() {
        let packets = Packets::new(&[
            sent(1),
            event(1, What::SegmentSent { segment: segment(2, 0, 0, Direction::Back) }),
        ]);
        let words: Vec<_> =
            packets.rows.iter().map(|row| format!("{}; {}; {}", row.at, row.what, row.note)).collect();
        assert_eq!(
            words,
            ["0.41 ms; 0–1448; 1448 bytes, PSH ACK 0, window 65,160", "0.41 ms; ACK 0; window 65,160"]
        );
        assert_eq!(packets.rows[1].from, 1);
    }

    #[test]
    fn a_way_ends_between_the_rows_where_its_packet_arrived() {
        // The first arrives at once; the second and third together behind the third's row; the fourth is under way.
        let packets = Packets::new(&[sent(1), arrived(1), sent(2), sent(3), arrived(3), arrived(2), sent(4)]);
        assert_eq!(downs(&packets), [500, 1666, 333, 500]);
        let ends: Vec<_> = packets.rows.iter().filter_map(|row| Some(row.passage?.end)).collect();
        assert_eq!(ends, [End::Arrived, End::Arrived, End::Arrived, End::UnderWay]);
        assert_eq!(packets.under_way.iter().map(|row| row.packet).collect::<Vec<_>>(), [4]);
    }

    #[test]
    fn what_befalls_a_packet_is_marked() {
        let it = || segment(1, 0, 1448, Direction::Forth);
        let again = Segment { id: 3, retransmission: true, ..it() };
        let packets = Packets::new(&[
            sent(1),
            event(0, What::SegmentDelayed { segment: it() }),
            event(0, What::SegmentDelayed { segment: it() }),
            event(0, What::SegmentDuplicated { segment: it(), copy: 2 }),
            event(0, What::SegmentLost { segment: it() }),
            event(1, What::HostCable { connected: false }),
            event(0, What::SegmentSent { segment: again }),
        ]);
        let fates: Vec<_> = packets.rows.iter().map(|row| row.fates.clone()).collect();
        assert_eq!(fates, [vec![Fate::Held, Fate::Lost], vec![Fate::Copy], vec![], vec![Fate::Again]]);
        assert_eq!(packets.rows[2].what, "Host 10.0.0.2: the cable is cut.");
        assert_eq!(packets.under_way.len(), 2, "the copy and the one sent again");
    }

    #[test]
    fn only_the_latest_rows_are_shown_and_what_is_older_but_under_way_stays_at_hand() {
        let events: Vec<_> =
            (1..=150).flat_map(|id| [Some(sent(id)), (id > 1).then(|| arrived(id))]).flatten().collect();
        let packets = Packets::new(&events);
        assert_eq!((packets.before, packets.rows.len()), (50, MOST));
        assert_eq!(packets.under_way.len(), 1);
        assert!(packets.under_way[0].packet == 1);
    }

    #[test]
    fn an_end_without_a_beginning_is_passed_over() {
        assert_eq!(
            Packets::new(&[
                arrived(9),
                event(0, What::SegmentLost { segment: segment(8, 0, 0, Direction::Forth) })
            ])
            .rows,
            []
        );
    }
}
