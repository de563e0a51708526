//! The ladder: time runs to the right, one column an event; slanted lines lead from what was sent to its arrival.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use syscall::{Direction, Event, What};
use world::{ChoiceKey, View};

use crate::cast::Cast;
use crate::transcript::content;

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
    /// Anything else: a small bar.
    Note,
}

/// An event on the ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rung {
    /// The event.
    pub event: u32,
    /// Its column, from 0.
    pub column: u32,
    /// Its line: 0 is the stage's first side.
    pub side: u8,
    /// How it is drawn.
    pub mark: Mark,
    /// Whether the last step made it.
    pub fresh: bool,
}

/// A segment's way over the ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slant {
    /// The segment.
    pub segment: u32,
    /// The column it left in; none where that lies left of the ladder.
    pub from: Option<u32>,
    /// The line that it left from.
    pub side: u8,
    /// The column it arrived in; none while it is under way.
    pub to: Option<u32>,
    /// Whether it carries bytes.
    pub data: bool,
    /// Which source its bytes have.
    pub source: u8,
    /// What it is.
    pub what: String,
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
    /// The segments.
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
        let first_host = cast.first_host(view);
        let lane = |event: &Event| -> u8 {
            let by_pid = event.pid.and_then(|pid| view.programs.iter().position(|p| p.pid == pid));
            u8::from(!by_pid.map_or(Some(event.host) == first_host, |place| cast.is_first(place)))
        };
        let column = |index: u32| index.checked_sub(before + 1);
        let shown = &events[before as usize..];
        let rungs = shown.iter().map(|event| Rung {
            event: event.index,
            column: column(event.index).unwrap_or(0),
            side: lane(event),
            mark: match event.what {
                What::Returned { .. } | What::Exited { .. } => Mark::Call,
                What::Waits { .. } => Mark::Waits,
                What::SegmentSent { .. }
                | What::SegmentArrived { .. }
                | What::SegmentLost { .. }
                | What::SegmentDuplicated { .. }
                | What::SegmentDelayed { .. }
                | What::DatagramSent { .. }
                | What::DatagramArrived { .. }
                | What::DatagramLost { .. }
                | What::DatagramDuplicated { .. }
                | What::DatagramDelayed { .. } => Mark::Net,
                What::Timer { .. }
                | What::State { .. }
                | What::Told { .. }
                | What::Line { .. }
                | What::Unreachable { .. }
                | What::HostPower { .. }
                | What::HostCable { .. }
                | What::Signalled { .. }
                | What::Killed { .. } => Mark::Note,
            },
            fresh: fresh.contains(&event.index),
        });
        let rungs: Vec<_> = rungs.collect();
        let slants = slants(view, events, &lane, &column);
        let stubs = keys.iter().enumerate().map(|(i, key)| {
            let line = match key {
                ChoiceKey::Run(task) | ChoiceKey::Part(task, _) | ChoiceKey::Wake(task) => {
                    let place = view.programs.iter().position(|p| p.task == *task);
                    2 * u8::from(!place.is_some_and(|place| cast.is_first(place)))
                }
                ChoiceKey::Signal(pid) | ChoiceKey::Kill(pid) => {
                    let place = view.programs.iter().position(|p| p.pid == *pid);
                    2 * u8::from(!place.is_some_and(|place| cast.is_first(place)))
                }
                ChoiceKey::Deliver(_)
                | ChoiceKey::Lose(_)
                | ChoiceKey::Duplicate(_)
                | ChoiceKey::Delay(_) => 1,
                ChoiceKey::Timer(host)
                | ChoiceKey::PowerOff(host)
                | ChoiceKey::PowerOn(host)
                | ChoiceKey::Cut(host)
                | ChoiceKey::Mend(host) => 2 * u8::from(Some(*host) != first_host),
            };
            Stub { number: i + 1, line }
        });
        let stubs: Vec<_> = stubs.collect();
        let names: Vec<_> = cast.sides.iter().take(2).map(|side| side.program.to_ascii_lowercase()).collect();
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

fn slants(
    view: &View,
    events: &[Event],
    lane: &dyn Fn(&Event) -> u8,
    column: &dyn Fn(u32) -> Option<u32>,
) -> Vec<Slant> {
    let mut out: Vec<Slant> = Vec::new();
    for event in events {
        match &event.what {
            What::SegmentSent { segment } => out.push(Slant {
                segment: segment.id,
                from: column(event.index),
                side: lane(event),
                to: None,
                data: !segment.range.is_empty(),
                source: u8::from(segment.range.direction == Direction::Back),
                what: content(segment).to_string(),
            }),
            What::SegmentArrived { segment, .. } | What::SegmentLost { segment } => {
                match (out.iter().position(|slant| slant.segment == segment.id), column(event.index)) {
                    (Some(at), Some(column)) => out[at].to = Some(column),
                    (Some(at), None) => drop(out.remove(at)),
                    (None, _) => {}
                }
            }
            _ => {}
        }
    }
    // What left before the ladder's left edge is drawn only while it is under way or arrives on it.
    let flying = |id: u32| view.wire.iter().any(|flight| flight.segment.id == id);
    out.retain(|slant| slant.to.is_some() || flying(slant.segment));
    out
}
