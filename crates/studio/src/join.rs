//! Which bytes of a stream a variable holds: told by what the program's own calls gave and took.

use std::collections::BTreeMap;

use syscall::{Call, ConnectionId, Direction, Event, Pid, Returned, StreamRange, What};

/// Events that are looked at, the latest first.
const EVENTS: usize = 500;
/// Bytes of a stream that are put together again.
const TOGETHER: usize = 64 << 10;

/// The stretch of a stream that these bytes are: those of a send, with what of them was given before, or a part of what was
/// received. None for bytes that no call of the process gave or took.
pub(crate) fn stretch(story: &[Event], pid: Pid, held: &[u8]) -> Option<StreamRange> {
    if held.is_empty() || held.len() > TOGETHER {
        return None;
    }
    // What was received of each stream, from some byte on to the last.
    let mut received: BTreeMap<(ConnectionId, Direction), Vec<u8>> = BTreeMap::new();
    for event in story.iter().rev().take(EVENTS).filter(|event| event.pid == Some(pid)) {
        let (What::Returned { call, outcome: Ok(returned), .. }, Some(range)) = (&event.what, event.range)
        else {
            continue;
        };
        match (call, returned) {
            (Call::Send { data, .. } | Call::Write { data, .. }, _) => {
                let before = held.len().checked_sub(data.len()).map(|before| before as u64);
                if let Some(start) = before.and_then(|before| range.start.checked_sub(before))
                    && held.ends_with(data)
                {
                    return Some(StreamRange { start, end: start + held.len() as u64, ..range });
                }
            }
            (_, Returned::Data(data)) => {
                let tail = received.entry((range.connection, range.direction)).or_default();
                tail.splice(0..0, data.iter().copied());
                if tail.len() > TOGETHER {
                    return None;
                }
                // Only what begins in this call's bytes is new.
                if let Some(place) = (0..data.len()).rev().find(|place| tail[*place..].starts_with(held)) {
                    let start = range.start + place as u64;
                    return Some(StreamRange { start, end: start + held.len() as u64, ..range });
                }
            }
            _ => {}
        }
    }
    None
}
