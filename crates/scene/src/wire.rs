//! The wire between two kernels: one lane a direction.

use serde::{Deserialize, Serialize};
use world::{ChoiceKey, View};

use crate::cast::Cast;
use crate::cast::ends;
use crate::text::{bytes, number};
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
    /// How far it has come, in tenths of the way from sender to receiver, 1 to 9.
    pub tenths: u8,
    /// The number of the choice that lets it arrive.
    pub choice: Option<usize>,
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

/// The lanes: from the first side to the second, then back. None where both ends are on one host.
pub(crate) fn lanes(cast: &Cast, view: &View, keys: &[ChoiceKey]) -> Vec<Lane> {
    if cast.hosts.len() < 2 {
        return vec![];
    }
    let first = cast.first_host(view);
    [true, false]
        .into_iter()
        .map(|forward| {
            let mut on: Vec<_> = view.wire.iter().filter(|s| (Some(s.from) == first) == forward).collect();
            on.sort_unstable_by_key(|s| (s.due, s.segment.id));
            let shown = on.len().min(MOST);
            let segments = on[..shown].iter().enumerate().map(|(i, flight)| {
                let segment = &flight.segment;
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
                    tenths: ((shown - i) * 10 / (shown + 1)).clamp(1, 9) as u8,
                    choice: keys
                        .iter()
                        .position(|key| *key == ChoiceKey::Deliver(segment.id))
                        .map(|at| at + 1),
                }
            });
            let segments: Vec<_> = segments.collect();
            let gate =
                cast.sides.get(usize::from(!forward)).and_then(|side| ends(view, side)).and_then(|ends| {
                    let stream = ends.out;
                    (stream.sent < stream.written && stream.sent >= stream.window_edge)
                        .then_some(stream.window_edge)
                });
            Lane {
                forward,
                more: on.len() - shown,
                says: match (segments.is_empty(), gate) {
                    (true, Some(edge)) => Some(format!("nothing past {} may leave", number(edge))),
                    (true, None) => Some("nothing under way".into()),
                    (false, _) => None,
                },
                shut: gate.is_some(),
                segments,
            }
        })
        .collect()
}
