//! How many bytes: counts, lengths and how numbers are written (B8, B14, B18, B19, B21).

use explorer::Broken;
use syscall::{Call, ConnectionId, Direction};

use super::Place;
use super::framing::asks_on;
use crate::source::{Source, byte_order, has_word, targets};
use crate::story::{Done, Story};
use crate::uses::{Made, made_of};

pub(super) fn count_ignored(story: &Story) -> Option<Place> {
    let lost = matches!(story.failure.what, Broken::Lost { .. }) && went_on_at(story).is_none();
    lost.then_some((story.failure.program, story.failure.line))
}

/// Where in its message a loop went on, in bytes, that looks at what send took and yet does not go on behind it. None where nothing
/// more of that message was sent.
pub(crate) fn went_on_at(story: &Story) -> Option<usize> {
    let Broken::Lost { fd, .. } = story.failure.what else { return None };
    let data = |it: &Done| match &it.call {
        Call::Send { fd: on, data, .. } | Call::Write { fd: on, data } => (*on == fd).then(|| data.clone()),
        _ => None,
    };
    let mut own = story.calls.iter().rev().filter(|it| it.task == story.failure.task);
    let next = own.next()?;
    let again = data(next)?;
    let (first, given) = own.find_map(|it| Some((it, data(it)?)))?;
    let taken = first.sent()?.len();
    let source = story.source(story.failure.program)?;
    if next.line != first.line || again.is_empty() || !goes_by_count(source, first.line) {
        return None;
    }
    let at = if given.starts_with(&again) { 0 } else { given.len().checked_sub(again.len())? };
    (at != taken && given[at..].starts_with(&again)).then_some(at)
}

/// Whether a loop around a line that sends asks how much has been sent.
fn goes_by_count(source: &Source, line: u32) -> bool {
    let Some(name) = targets(source.line(line)).next().map(|it| it.trim_end_matches(['+', '-', ' '])) else {
        return false;
    };
    let Some(head) = source.loop_around(line).filter(|head| source.line(*head).starts_with("while ")) else {
        return false;
    };
    let counts = |line: &str| has_word(line, name) && ["while ", "if "].iter().any(|it| line.starts_with(it));
    let sums = |line: &str| has_word(line, name) && (line.contains("+=") || line.contains("-="));
    (head..=source.end_of(head)).any(|at| counts(source.line(at)) || at != line && sums(source.line(at)))
}

/// A loop that sends up to a fixed length stops before the end of a longer message.
pub(super) fn cut_short(story: &Story) -> Option<Place> {
    let Broken::Lost { taken, given, .. } = story.failure.what else { return None };
    let (program, line) = wrong_length(story)?;
    let near = program == story.failure.program && line.abs_diff(story.failure.line) <= 3;
    (near && taken > 0 && taken < given).then_some((program, line))
}

/// A loop that runs up to a constant where it should run up to what the message has: the stream has another number of bytes.
pub(super) fn wrong_length(story: &Story) -> Option<Place> {
    story.sources.iter().enumerate().find_map(|(program, source)| {
        let line = source.find(|line| constant(line).is_some())?;
        let name = constant(source.line(line))?;
        let value = source.all(|line| line.starts_with(name)).into_iter().find_map(|at| {
            let (known, value) = source.line(at).split_once('=')?;
            (known.trim() == name).then(|| value.trim().parse::<u64>().ok())?
        });
        let near =
            story.calls.iter().filter(|it| it.program == program as u32 && it.line.abs_diff(line) <= 3);
        let moves = |it: &&Done| matches!(it.call, Call::Send { .. } | Call::Recv { .. });
        let fits = |it: &Done| {
            let sent = it.range.map(|range| sent_on(story, (range.connection, range.direction)));
            // As many messages of that length as there may be.
            sent.zip(value).is_some_and(|(sent, value)| sent > 0 && value > 0 && sent % value == 0)
        };
        let mut near = near.filter(moves).peekable();
        // What was cut off at the constant has just that length.
        let lost = matches!(story.failure.what, Broken::Lost { .. });
        (near.peek().is_some() && (lost || !near.any(fits))).then_some((program as u32, line))
    })
}

/// The constant up to which a loop of this line runs.
fn constant(line: &str) -> Option<&str> {
    let (_, limit) = line.strip_prefix("while ")?.split_once('<')?;
    let limit = limit.trim_start_matches('=').trim().trim_end_matches(':').trim();
    let name = limit.rsplit('.').next().unwrap_or(limit);
    let is_constant =
        name.len() > 1 && name.chars().all(|c| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit());
    is_constant.then_some(name)
}

/// How many bytes were sent on a stream in all.
fn sent_on(story: &Story, stream: (ConnectionId, Direction)) -> u64 {
    let sends = story.calls.iter().filter(|it| it.sent().is_some()).filter_map(|it| it.range);
    let ends = sends.filter(|range| (range.connection, range.direction) == stream).map(|range| range.end);
    ends.max().unwrap_or(0)
}

pub(super) fn two_orders(story: &Story) -> Option<Place> {
    let mut found: [Option<Place>; 2] = [None, None];
    for (program, source) in story.sources.iter().enumerate() {
        for little in [true, false] {
            let line = source.find(|line| byte_order(line) == Some(little));
            let place = &mut found[usize::from(little)];
            *place = place.or(line.map(|line| (program as u32, line)));
        }
    }
    let [big, little] = found;
    big.zip(little).map(|(_, little)| little)
}

pub(super) fn letters_counted(story: &Story) -> Option<Place> {
    let has_letters = |line: &str| !line.is_ascii() || line.contains("\\u") || line.contains("\\x");
    // It counts what it encodes only afterwards, and not to say or to ask how much it is.
    let counts = |source: &Source, line: &str| {
        if ["print(", "assert ", "if ", "elif "].iter().any(|it| line.starts_with(it)) {
            return false;
        }
        let mut counted = line.split("len(").skip(1).filter_map(|inner| inner.split(')').next());
        let later = |name: &str| source.has(&format!("{name}.encode("));
        counted.any(later) || line.contains("just(") && line.contains(").encode(")
    };
    if !story.sources.iter().any(|source| source.find(has_letters).is_some()) {
        return None;
    }
    // Who has the letters comes first.
    let mut sources: Vec<_> = story.sources.iter().enumerate().collect();
    sources.sort_by_key(|(_, source)| source.find(has_letters).is_none());
    sources.into_iter().find_map(|(program, source)| {
        source.find(|line| counts(source, line)).map(|line| (program as u32, line))
    })
}

pub(super) fn length_in_pieces(story: &Story) -> Option<Place> {
    let reads_number =
        |line: &str| line.contains("int(") || line.contains("unpack") || line.contains("from_bytes");
    story.calls.iter().enumerate().find_map(|(place, it)| {
        let (data, asked) = it.received()?;
        let cut = !data.is_empty() && (data.len() as u32) < asked && asked <= 10 && !asks_on(story, place);
        let source = story.source(it.program).filter(|_| cut)?;
        let read = made_of(source, it.line) != Made::Kept;
        source.near(it.line, 3, |line, _| read && reads_number(line)).map(|_| (it.program, it.line))
    })
}
