//! The ladder: time runs to the right, one column an event; slanted lines lead from what was sent to its arrival.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use syscall::{Direction, Event, What};
use world::{ChoiceKey, View};

use crate::cast::Cast;

/// How an event is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// A call's end: a square.
    Call,
    /// A call that waits: a hollow square.
    Waits,
    /// A segment leaves or arrives: a circle.
    Net,
    /// A packet is lost: a cross.
    Lost,
    /// Anything else: a small bar.
    Note,
}

impl Mark {
    const fn of(what: &What) -> Self {
        match what {
            What::Returned { .. } | What::Exited { .. } => Self::Call,
            What::Waits { .. } => Self::Waits,
            What::SegmentSent { .. }
            | What::SegmentArrived { .. }
            | What::SegmentDuplicated { .. }
            | What::SegmentDelayed { .. }
            | What::DatagramSent { .. }
            | What::DatagramArrived { .. }
            | What::DatagramDuplicated { .. }
            | What::DatagramDelayed { .. } => Self::Net,
            What::SegmentLost { .. } | What::DatagramLost { .. } => Self::Lost,
            What::Timer { .. }
            | What::State { .. }
            | What::Told { .. }
            | What::Wrote { .. }
            | What::Line { .. }
            | What::Unreachable { .. }
            | What::HostPower { .. }
            | What::HostCable { .. }
            | What::Signalled { .. }
            | What::Killed { .. } => Self::Note,
        }
    }
}

/// An event on the ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rung {
    /// The event.
    pub event: u32,
    /// Its column, from 0.
    pub column: u32,
    /// Its line: 0 is the stage's first side; 2 is for those who are not on the stage, and for the wire.
    pub side: u8,
    /// How it is drawn.
    pub mark: Mark,
    /// Whether the last step made it.
    pub fresh: bool,
}

/// A packet's way over the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slant {
    /// The packet.
    pub segment: u32,
    /// The column it left in; none where that lies left of the ladder.
    pub from: Option<u32>,
    /// The line that it left from.
    pub side: u8,
    /// The column it arrived or was lost in; none while it is under way.
    pub to: Option<u32>,
    /// Whether it was lost there.
    pub lost: bool,
    /// Whether it carries bytes.
    pub data: bool,
    /// Whether its bytes were sent before.
    pub again: bool,
    /// Which source its bytes have.
    pub source: u8,
}

/// What may happen next, at the ladder's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stub {
    /// The choice's number.
    pub number: usize,
    /// Its line: 0 the first side, 1 between the two, 2 the second side.
    pub line: u8,
}

/// The ladder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ladder {
    /// The lines' names.
    pub names: Vec<String>,
    /// How many events lie left of it.
    pub before: u32,
    /// The events.
    pub rungs: Vec<Rung>,
    /// The packets.
    pub slants: Vec<Slant>,
    /// The choices.
    pub stubs: Vec<Stub>,
    /// All of it in a sentence.
    pub spoken: String,
}

/// How many columns the ladder has.
pub const COLUMNS: u32 = 14;

impl Ladder {
    pub(crate) fn new(
        cast: &Cast,
        view: &View,
        events: &[Event],
        fresh: &Range<u32>,
        keys: &[ChoiceKey],
    ) -> Self {
        let before = (events.len() as u32).saturating_sub(COLUMNS);
        let away = |side: Option<usize>| side.map_or(2, |side| side as u8);
        let lane = |event: &Event| -> u8 { away(cast.side_of(event.pid, event.host)) };
        let shown = &events[before as usize..];
        let rungs = shown.iter().enumerate().map(|(column, event)| Rung {
            event: event.index,
            column: column as u32,
            side: lane(event),
            mark: Mark::of(&event.what),
            fresh: fresh.contains(&event.index),
        });
        let rungs: Vec<_> = rungs.collect();
        let slants = slants(view, events, before, &lane);
        let stubs =
            keys.iter().enumerate().map(|(i, key)| Stub { number: i + 1, line: line(cast, view, *key) });
        let stubs: Vec<_> = stubs.collect();
        let names: Vec<_> = cast.sides.iter().map(|side| side.program.to_ascii_lowercase()).collect();
        let spoken = match events.len() {
            0 => "Ladder of events: nothing has happened yet.".into(),
            n => format!(
                "Ladder of events, time runs to the right: {} to {n}; the transcript tells each.",
                before + 1
            ),
        };
        Self { names, before, rungs, slants, stubs, spoken }
    }
}

/// The line of a choice: 0 the first side, 2 the second; in between the wire, and whoever is not on the stage.
fn line(cast: &Cast, view: &View, key: ChoiceKey) -> u8 {
    let side = match key {
        ChoiceKey::Run(task) | ChoiceKey::Part(task, _) | ChoiceKey::Wake(task) => {
            let program = view.programs.iter().find(|program| program.task == task);
            program.and_then(|program| cast.side_of(Some(program.pid), program.host))
        }
        ChoiceKey::Signal(pid) | ChoiceKey::Kill(pid) => cast.sides.iter().position(|side| side.pid == pid),
        ChoiceKey::Deliver(_) | ChoiceKey::Lose(_) | ChoiceKey::Duplicate(_) | ChoiceKey::Delay(_) => None,
        ChoiceKey::Timer(host)
        | ChoiceKey::PowerOff(host)
        | ChoiceKey::PowerOn(host)
        | ChoiceKey::Cut(host)
        | ChoiceKey::Mend(host) => cast.side_of(None, host),
    };
    side.map_or(1, |side| 2 * side as u8)
}

/// A packet in an event.
struct Packet {
    id: u32,
    data: bool,
    again: bool,
    source: u8,
}

fn packet(event: &Event) -> Option<Packet> {
    match &event.what {
        What::SegmentSent { segment }
        | What::SegmentArrived { segment, .. }
        | What::SegmentLost { segment } => Some(Packet {
            id: segment.id,
            data: !segment.range.is_empty(),
            again: segment.retransmission,
            source: u8::from(segment.range.direction == Direction::Back),
        }),
        What::DatagramSent { datagram }
        | What::DatagramArrived { datagram, .. }
        | What::DatagramLost { datagram } => {
            Some(Packet { id: datagram.id, data: true, again: false, source: 0 })
        }
        _ => None,
    }
}

/// The ways of what arrived or left within the ladder, and of what is under way. What leads from or to somebody who is
/// not on the stage has no line to be drawn on.
fn slants(view: &View, events: &[Event], before: u32, lane: &dyn Fn(&Event) -> u8) -> Vec<Slant> {
    let column = |index: u32| index.checked_sub(before + 1);
    let mut out: Vec<Slant> = Vec::new();
    for event in &events[before as usize..] {
        let Some(packet) = packet(event) else { continue };
        let arrives = !matches!(event.what, What::SegmentSent { .. } | What::DatagramSent { .. });
        let lost = matches!(event.what, What::SegmentLost { .. } | What::DatagramLost { .. });
        let known = out.iter_mut().find(|slant| slant.segment == packet.id);
        match known {
            Some(slant) => (slant.to, slant.lost) = (column(event.index), lost),
            None => out.push(Slant {
                segment: packet.id,
                from: if arrives { None } else { column(event.index) },
                side: if arrives && !lost { 1 - lane(event).min(1) } else { lane(event) },
                to: if arrives { column(event.index) } else { None },
                lost,
                data: packet.data,
                again: packet.again,
                source: packet.source,
            }),
        }
    }
    let segments = view.wire.iter().map(|flight| (flight.segment.id, flight.sent_by));
    let flying: Vec<_> = segments.chain(view.datagrams.iter().map(|f| (f.datagram.id, f.sent_by))).collect();
    for (id, sent_by) in &flying {
        let sent = events.get((*sent_by as usize).wrapping_sub(1));
        if out.iter().any(|slant| slant.segment == *id) {
            continue;
        }
        // It left before the ladder's left edge; of many such, one line is all that can be seen.
        if let Some((event, Packet { data, again, source, .. })) =
            sent.and_then(|event| Some((event, packet(event)?)))
        {
            let (from, side) = (column(*sent_by), lane(event));
            let slant = Slant { segment: *id, from, side, to: None, lost: false, data, again, source };
            if from.is_some() || !out.iter().any(|other| Slant { segment: *id, ..*other } == slant) {
                out.push(slant);
            }
        }
    }
    out.retain(|slant| {
        slant.side < 2 && (slant.to.is_some() || flying.iter().any(|(id, _)| *id == slant.segment))
    });
    out
}
