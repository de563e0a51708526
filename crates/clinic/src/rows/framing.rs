//! Where one message ends and the next begins (B9, B13).

use explorer::Broken;
use syscall::{Call, ConnectionId, Direction};

use super::Place;
use crate::source::Source;
use crate::story::{Done, Story};
use crate::uses::{Made, decodes_piece, made_of, stops_by_content, throws_away};

/// Lines between a receive and what is made of what it brought, at most.
const NEAR: u32 = 12;

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

/// What was received held the end of one message and more, and a line near it throws away what is behind the end.
pub(super) fn thrown_away(story: &Story) -> Option<Place> {
    story.calls.iter().find_map(|it| {
        let (data, _) = it.received()?;
        let inside =
            [b'\n', b';', b'|', 0].iter().any(|end| data[..data.len().saturating_sub(1)].contains(end));
        let source = story.source(it.program).filter(|_| inside || fit(story, it) == Fit::Spans)?;
        let part = made_of(source, it.line) != Made::Kept && fit(story, it) == Fit::Cut;
        if part || keeps_rest(source, it.line) {
            return None;
        }
        let line = source.near(it.line, NEAR, |_, at| throws_away(source, at) == Some(true))?;
        Some((it.program, line))
    })
}

fn keeps_rest(source: &Source, line: u32) -> bool {
    source.near(line, NEAR, |_, at| throws_away(source, at) == Some(false)).is_some()
}

/// What one receive brought ends within a letter, and it was decoded.
pub(crate) fn letter_cut(story: &Story) -> Option<Place> {
    let Broken::Exit { said, .. } = &story.failure.what else { return None };
    let last = said.trim_end().lines().last()?;
    if !last.starts_with("UnicodeDecodeError") || !last.contains("unexpected end of data") {
        return None;
    }
    let program = story.failure.program;
    let mut own = story.calls.iter().rev().filter(|it| it.program == program);
    let received = own.find(|it| it.received().is_some_and(|(data, _)| !data.is_empty()))?;
    let raised =
        said.lines().rev().find_map(|it| it.trim_start().strip_prefix("File ")?.split_once(", line "));
    let line = raised.and_then(|(_, line)| line.split(',').next()?.trim().parse().ok())?;
    decodes_piece(story.source(program)?, received.line, line).then_some((program, line))
}

/// A receive that brought a part of a message, or more than one, and the program made of it what it makes of one.
pub(super) fn one_recv(story: &Story) -> Option<Place> {
    let taken = story.calls.iter().enumerate().find(|(place, it)| {
        // Who waits to send lacks nothing.
        let sends = |call: &Call| matches!(call, Call::Send { .. } | Call::Write { .. });
        if story.waiting().any(|(task, .., call)| task == it.task && sends(call)) {
            return false;
        }
        let Some(source) = story.source(it.program) else { return false };
        let made = made_of(source, it.line);
        match fit(story, it) {
            Fit::Whole => false,
            Fit::Cut => made != Made::Kept && !asks_on(story, *place) && !reads_on(story, *place),
            Fit::Spans if made == Made::Kept => takes_more(source, it.line),
            Fit::Spans => !asks_on(story, *place) || !frames(source),
        }
    });
    taken.map(|(_, it)| (it.program, it.line))
}

/// Whether a program looks for the end of a message, or counts.
fn frames(source: &Source) -> bool {
    let ends = ["partition(", "split(", "splitlines(", ".find(", ".index(", "endswith("];
    source.find(|line| ends.iter().any(|it| line.contains(it)) || stops_by_content(line)).is_some()
}

/// Whether a loop that stops when it has a message may have more than that, and does not keep it.
fn takes_more(source: &Source, line: u32) -> bool {
    let stops = source.loop_around(line).is_some_and(|head| stops_by_content(source.line(head)));
    let asks_for_the_rest = source.line(line).contains(" - ") || source.line(line).contains("min(");
    stops && !asks_for_the_rest && !keeps_rest(source, line)
}

/// Whether a receive brought all that it asked for, and the program goes on to receive on its connection.
fn reads_on(story: &Story, place: usize) -> bool {
    let receive = &story.calls[place];
    let full = receive.received().is_some_and(|(data, asked)| data.len() as u64 == u64::from(asked));
    let own = |program: u32, call: &Call| {
        let receives = matches!(call, Call::Recv { .. } | Call::Read { .. });
        receives && program == receive.program && call.fd() == receive.call.fd()
    };
    let later = || story.calls[place + 1..].iter().any(|it| own(it.program, &it.call));
    full && (later() || story.waiting().any(|(_, program, _, call)| own(program, call)))
}
