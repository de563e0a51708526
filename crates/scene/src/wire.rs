//! The wire between two kernels: one lane a direction.

use serde::{Deserialize, Serialize};
use syscall::{Datagram, Event, HostId, Segment, What};
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

/// A packet that stands on a lane; put into words only where there is room for it.
struct Packet<'a> {
    id: u32,
    load: Load<'a>,
    /// Lost ones come last.
    due: u64,
    forward: bool,
    /// The event that sent it.
    sent_by: u32,
    /// Whether it belongs to the connection that is shown.
    shown: bool,
    /// Whether the last step lost it.
    lost: bool,
}

#[derive(Clone, Copy)]
enum Load<'a> {
    Segment(&'a Segment),
    Datagram(&'a Datagram),
}

impl Packet<'_> {
    fn flying(&self, keys: &[ChoiceKey], fate: Option<Fate>, tenths: u8) -> Flying {
        let (data, what, note, again) = match self.load {
            Load::Segment(segment) => {
                let data = !segment.range.is_empty();
                let note = match segment.flags {
                    _ if data => bytes(segment.range.len()),
                    flags if flags.rst || flags.syn => String::new(),
                    _ => format!("window {}", number(segment.window.into())),
                };
                (data, content(segment).to_string(), note, segment.retransmission.then_some(Fate::Again))
            }
            Load::Datagram(datagram) => {
                let what = format!("UDP {}", bytes(datagram.len.into()));
                (true, what, format!("to port {}", datagram.destination.port()), None)
            }
        };
        let deliver = ChoiceKey::Deliver(self.id);
        let place = keys.iter().position(|key| *key == deliver).filter(|_| !self.lost);
        let lost = self.lost.then_some(Fate::Lost);
        Flying {
            id: self.id,
            data,
            what,
            note,
            fate: fate.or(lost).or(again),
            shown: self.shown,
            tenths,
            choice: place.map(|at| at + 1),
        }
    }
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
    let packets = packets(cast, view, fresh);
    let lane = |forward: bool| {
        let mut on: Vec<_> = packets.iter().filter(|packet| packet.forward == forward).collect();
        in_order(&mut on, |a, b| (a.due, a.id) < (b.due, b.id));
        // What belongs to the connection that is shown goes first where there is not room for all.
        let shown = on.len().min(MOST);
        in_order(&mut on, |a, b| a.shown && !b.shown);
        let more = on.split_off(shown).len();
        in_order(&mut on, |a, b| (a.due, a.id) < (b.due, b.id));
        let place = |i: usize| ((shown - i) * 10 / (shown + 1)).clamp(1, 9) as u8;
        let on = on.iter().enumerate();
        let segments = on.map(|(i, p)| p.flying(keys, fate(events, p.id, p.sent_by), place(i)));
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

fn packets<'a>(cast: &Cast, view: &'a View, fresh: &'a [Event]) -> Vec<Packet<'a>> {
    let first = cast.first_host();
    let packet = |load: Load<'a>, from: HostId| {
        let (id, shown) = match load {
            Load::Segment(it) => (it.id, Some(it.range.connection) == cast.connection),
            Load::Datagram(it) => (it.id, true),
        };
        Packet { id, load, due: u64::MAX, forward: Some(from) == first, sent_by: 0, shown, lost: true }
    };
    let segments = view.wire.iter().map(|it| (Load::Segment(&it.segment), it.from, it.due, it.sent_by));
    let datagrams =
        view.datagrams.iter().map(|it| (Load::Datagram(&it.datagram), it.from, it.due, it.sent_by));
    let flying = segments.chain(datagrams);
    let flying =
        flying.map(|(load, from, due, sent_by)| Packet { due, sent_by, lost: false, ..packet(load, from) });
    let lost = fresh.iter().filter_map(|event| {
        let load = match &event.what {
            What::SegmentLost { segment } => Load::Segment(segment),
            What::DatagramLost { datagram } => Load::Datagram(datagram),
            _ => return None,
        };
        Some(Packet { sent_by: event.index, ..packet(load, event.host) })
    });
    flying.chain(lost).collect()
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
