//! Where one message ends and the next begins (B9, B13).

use syscall::{Call, ConnectionId, Direction};

use super::Place;
use crate::story::{Done, Story};

/// How a receive lies to the messages of its stream.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    Whole,
    /// It ends within one.
    Cut,
    /// It ends one and begins the next.
    Spans,
}

/// Where the messages of a stream end, as far as calls say: behind a send that took all it was given.
fn message_ends(story: &Story, stream: (ConnectionId, Direction)) -> Vec<u64> {
    let whole = |it: &&Done| match &it.call {
        Call::Send { data, .. } | Call::Write { data, .. } => {
            it.sent().is_some_and(|sent| sent.len() == data.len())
        }
        _ => false,
    };
    let ends = story.calls.iter().filter(whole).filter_map(|it| it.range);
    ends.filter(|range| (range.connection, range.direction) == stream).map(|range| range.end).collect()
}

fn fit(story: &Story, receive: &Done) -> Fit {
    let (Some(range), Some((data, _))) = (receive.range, receive.received()) else { return Fit::Whole };
    if data.is_empty() {
        return Fit::Whole;
    }
    let ends = message_ends(story, (range.connection, range.direction));
    if ends.iter().any(|end| range.start < *end && *end < range.end) {
        Fit::Spans
    } else if ends.contains(&range.end) {
        Fit::Whole
    } else {
        Fit::Cut
    }
}

/// Whether the program asks for more in the same line before it does anything else.
pub(super) fn asks_on(story: &Story, place: usize) -> bool {
    let receive = &story.calls[place];
    let next = story.calls[place + 1..].iter().find(|it| it.task == receive.task);
    let waits = || story.waiting().any(|(task, _, line, _)| task == receive.task && line == receive.line);
    next.map_or_else(waits, |next| next.line == receive.line && next.received().is_some())
}

pub(super) fn thrown_away(story: &Story) -> Option<Place> {
    story.calls.iter().find_map(|it| {
        let (data, _) = it.received()?;
        let inside =
            [b'\n', b';', b'|', 0].iter().any(|end| data[..data.len().saturating_sub(1)].contains(end));
        let source = story.source(it.program).filter(|_| inside || fit(story, it) == Fit::Spans)?;
        let line = source.near(it.line, 12, looks_for_end)?;
        Some((it.program, line))
    })
}

pub(super) fn one_recv(story: &Story) -> Option<Place> {
    // Whoever looks for the end of a message, or counts, may receive as it likes.
    let frames = |it: &Done| {
        story
            .source(it.program)
            .is_some_and(|source| source.find(|line| looks_for_end(line) || counts_up(line)).is_some())
    };
    let taken = story.calls.iter().enumerate().find(|(place, it)| match fit(story, it) {
        Fit::Whole => false,
        Fit::Cut => !asks_on(story, *place),
        Fit::Spans => !asks_on(story, *place) || !frames(it),
    });
    taken.map(|(_, it)| (it.program, it.line))
}

/// Whether a line looks for where a message ends.
fn looks_for_end(line: &str) -> bool {
    ["partition(", "split(", "splitlines(", ".find(", ".index(", "endswith("]
        .iter()
        .any(|it| line.contains(it))
}

/// Whether a loop runs until there is enough.
fn counts_up(line: &str) -> bool {
    line.starts_with("while ") && line.contains('<')
}
