//! The wire between two kernels: one lane a direction.

use serde::{Deserialize, Serialize};
use syscall::{Event, What};
use world::{ChoiceKey, View};

use crate::cast::Cast;
use crate::text::{bytes, in_order, number};
use crate::transcript::content;

/// A segment under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flying {
    /// Its number.
    pub id: u32,
    /// Whether it carries bytes.
    pub data: bool,
    /// What it is: `0–1448`, `ACK 4096`.
    pub what: String,
    /// What else it says: `window 0`.
    pub note: String,
    /// What became of it, where that is to be marked.
    pub fate: Option<Fate>,
    /// Whether it belongs to the connection that is shown.
    pub shown: bool,
    /// How far it has come, in tenths of the way from sender to receiver, 1 to 9.
    pub tenths: u8,
    /// The number of the choice that lets it arrive.
    pub choice: Option<usize>,
}

/// What is special about a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// Its bytes were sent before.
    Again,
    /// The last step lost it.
    Lost,
    /// It is held back: others may overtake it.
    Held,
    /// A copy that the wire made.
    Copy,
}

impl Fate {
    /// In a word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Again => "sent again",
            Self::Lost => "lost",
            Self::Held => "held back",
            Self::Copy => "copy",
        }
    }
}

/// One direction of the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lane {
    /// Whether it leads from the stage's first side to its second.
    pub forward: bool,
    /// What is on it: the one that arrives first comes first.
    pub segments: Vec<Flying>,
    /// How many more there are than are shown.
    pub more: usize,
    /// What is to be said of an empty lane: `nothing past 4096 may leave`.
    pub says: Option<String>,
    /// Whether the window keeps bytes from leaving.
    pub shut: bool,
}

/// Most segments that a lane shows.
const MOST: usize = 4;

/// A packet that stands on a lane.
struct Packet {
    /// Lost ones come last.
    due: u64,
    forward: bool,
    /// The event that sent it.
    sent_by: u32,
    flying: Flying,
}

/// The lanes: from the first side to the second, then back. None where both ends are on one host.
pub(crate) fn lanes(
    cast: &Cast,
    view: &View,
    events: &[Event],
    fresh: &[Event],
    keys: &[ChoiceKey],
) -> Vec<Lane> {
    if cast.alone {
        return vec![];
    }
    let packets = packets(cast, view, fresh, keys);
    let lane = |forward: bool| {
        let mut on: Vec<_> = packets.iter().filter(|packet| packet.forward == forward).collect();
        in_order(&mut on, |a, b| (a.due, a.flying.id) < (b.due, b.flying.id));
        // What belongs to the connection that is shown goes first where there is not room for all.
        let shown = on.len().min(MOST);
        in_order(&mut on, |a, b| a.flying.shown && !b.flying.shown);
        let more = on.split_off(shown).len();
        in_order(&mut on, |a, b| (a.due, a.flying.id) < (b.due, b.flying.id));
        let place = |i: usize| ((shown - i) * 10 / (shown + 1)).clamp(1, 9) as u8;
        let on = on.iter().enumerate();
        let segments = on.map(|(i, p)| {
            let fate = fate(events, p.flying.id, p.sent_by).or(p.flying.fate);
            Flying { tenths: place(i), fate, ..p.flying.clone() }
        });
        let segments: Vec<_> = segments.collect();
        let gate =
            cast.sides.get(usize::from(!forward)).and_then(|side| cast.ends(view, side)).and_then(|ends| {
                let stream = ends.out;
                (stream.sent < stream.written && stream.sent >= stream.window_edge)
                    .then_some(stream.window_edge)
            });
        Lane {
            forward,
            more,
            says: match (segments.is_empty(), gate) {
                (true, Some(edge)) => Some(format!("nothing past {} may leave", number(edge))),
                (true, None) => Some("nothing under way".into()),
                (false, _) => None,
            },
            shut: gate.is_some(),
            segments,
        }
    };
    vec![lane(true), lane(false)]
}

fn packets(cast: &Cast, view: &View, fresh: &[Event], keys: &[ChoiceKey]) -> Vec<Packet> {
    let first = cast.first_host();
    let choice = |id: u32| keys.iter().position(|key| *key == ChoiceKey::Deliver(id)).map(|at| at + 1);
    let segment = |segment: &syscall::Segment| {
        let data = !segment.range.is_empty();
        Flying {
            id: segment.id,
            data,
            what: content(segment).to_string(),
            note: if data {
                bytes(segment.range.len())
            } else if segment.flags.rst || segment.flags.syn {
                String::new()
            } else {
                format!("window {}", number(segment.window.into()))
            },
            fate: segment.retransmission.then_some(Fate::Again),
            shown: Some(segment.range.connection) == cast.connection,
            tenths: 5,
            choice: choice(segment.id),
        }
    };
    let datagram = |datagram: &syscall::Datagram| Flying {
        id: datagram.id,
        data: true,
        what: format!("UDP {}", bytes(datagram.len.into())),
        note: format!("to port {}", datagram.destination.port()),
        fate: None,
        shown: true,
        tenths: 5,
        choice: choice(datagram.id),
    };
    let mut out = Vec::new();
    for flight in &view.wire {
        let (flying, sent_by) = (segment(&flight.segment), flight.sent_by);
        out.push(Packet { due: flight.due, forward: Some(flight.from) == first, sent_by, flying });
    }
    for flight in &view.datagrams {
        let (flying, sent_by) = (datagram(&flight.datagram), flight.sent_by);
        out.push(Packet { due: flight.due, forward: Some(flight.from) == first, sent_by, flying });
    }
    for event in fresh {
        let lost = match &event.what {
            What::SegmentLost { segment: it } => segment(it),
            What::DatagramLost { datagram: it } => datagram(it),
            _ => continue,
        };
        let flying = Flying { fate: Some(Fate::Lost), choice: None, ..lost };
        out.push(Packet { due: u64::MAX, forward: Some(event.host) == first, sent_by: event.index, flying });
    }
    out
}

/// What the wire has done to a packet since it was sent.
fn fate(events: &[Event], id: u32, sent_by: u32) -> Option<Fate> {
    let is = |event: &Event| match &event.what {
        What::SegmentDelayed { segment } if segment.id == id => Some(Fate::Held),
        What::DatagramDelayed { datagram } if datagram.id == id => Some(Fate::Held),
        What::SegmentDuplicated { copy, .. } | What::DatagramDuplicated { copy, .. } if *copy == id => {
            Some(Fate::Copy)
        }
        _ => None,
    };
    events.get(sent_by as usize..)?.iter().find_map(is)
}
