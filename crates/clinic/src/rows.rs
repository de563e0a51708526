//! The mistakes, and how each is known by what happened.

use std::fmt;

use explorer::{Broken, Finding};
use syscall::{Call, ConnectionId, Direction, Fd, Pid, Returned, TaskId};

use crate::source::{Source, byte_order, compares_with_no_text, compares_with_none, keeps_for_all};
use crate::story::{Done, Story};

/// A mistake of the curriculum, by its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row(pub u8);

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "B{}", self.0)
    }
}

impl Row {
    /// The mistake in a few words.
    pub const fn title(self) -> &'static str {
        match self.0 {
            4 => "A thread that is run, not started",
            5 => "Waiting for a text that bytes never equal",
            7 => "Waiting for None, which recv never answers",
            8 => "A count that nobody looked at",
            9 => "One recv taken for one message",
            10 => "One name for every connection",
            11 => "Listening again",
            12 => "One client at a time",
            13 => "What came behind the end was thrown away",
            14 => "A length that came in pieces",
            15 => "Written, and never flushed",
            16 => "Both send, and nobody receives",
            17 => "Never closed",
            18 => "Letters counted, bytes sent",
            19 => "Two orders of bytes",
            20 => "Asking again and again",
            21 => "Measured against the wrong length",
            22 => "Nobody says that it has finished",
            _ => "A mistake",
        }
    }

    /// The lesson about it, by its name on the site.
    pub const fn lesson(self) -> &'static str {
        match self.0 {
            5 | 7 => "recv-gave-nothing",
            8 => "how-much-did-send-take",
            9 => "how-much-did-recv-give",
            11 => "the-seventh-client",
            13 => "up-to-the-newline",
            14 => "length-first",
            15 => "the-buffer-in-front",
            16 => "a-call-that-never-returns",
            17 => "who-still-holds-it",
            18 | 19 => "bytes-and-numbers",
            20 => "not-now-ask-later",
            21 => "four-framings",
            22 => "one-exchange-or-many",
            _ => "three-ways",
        }
    }
}

/// The row of something that is no failure.
pub(crate) const fn of_finding(finding: Finding) -> Option<Row> {
    match finding {
        Finding::Busy => Some(Row(20)),
        Finding::ListensAgain => Some(Row(11)),
        Finding::Ignored => Some(Row(8)),
        Finding::Unread => None,
    }
}

/// Program and line.
type Place = (u32, u32);
type Rule = fn(&Story) -> Option<Place>;

/// The rules, the most particular first: the first that holds names the mistake.
const RULES: [(Row, Rule); 17] = [
    (Row(21), cut_short),
    (Row(8), count_ignored),
    (Row(5), waits_for_no_text),
    (Row(7), waits_for_none),
    (Row(17), never_closed),
    (Row(4), run_not_started),
    (Row(12), one_at_a_time),
    (Row(10), one_name),
    (Row(19), two_orders),
    (Row(18), letters_counted),
    (Row(16), both_send),
    (Row(15), never_flushed),
    (Row(21), wrong_length),
    (Row(14), length_in_pieces),
    (Row(13), thrown_away),
    (Row(9), one_recv),
    (Row(22), nobody_finishes),
];

/// The mistake that this story shows, and where it stands.
pub(crate) fn named(story: &Story) -> Option<(Row, Place)> {
    RULES.iter().find_map(|(row, rule)| Some((*row, rule(story)?)))
}

/// Whether the programs wait for each other.
const fn waits(story: &Story) -> bool {
    matches!(story.failure.what, Broken::Deadlock { .. })
}

fn count_ignored(story: &Story) -> Option<Place> {
    matches!(story.failure.what, Broken::Lost { .. }).then_some((story.failure.program, story.failure.line))
}

/// A loop that sends up to a fixed length stops before the end of a longer message.
fn cut_short(story: &Story) -> Option<Place> {
    let Broken::Lost { taken, given, .. } = story.failure.what else { return None };
    let (program, line) = wrong_length(story)?;
    let near = program == story.failure.program && line.abs_diff(story.failure.line) <= 3;
    (near && taken > 0 && taken < given).then_some((program, line))
}

/// The last receive of a program answered nothing, and a line near it asks for something else than that.
fn at_the_end(story: &Story, asks: fn(&str) -> bool) -> Option<Place> {
    let ended = |it: &&Done| it.received().is_some_and(|(data, asked)| data.is_empty() && asked > 0);
    let last = match story.failure.what {
        Broken::Spin => {
            story.calls.iter().rev().filter(|it| it.program == story.failure.program).find(ended)?
        }
        Broken::Deadlock { .. } => return None,
        _ => story.calls.iter().rev().find(ended)?,
    };
    let line = story.source(last.program)?.near(last.line, 12, asks)?;
    Some((last.program, line))
}

fn waits_for_no_text(story: &Story) -> Option<Place> {
    matches!(story.failure.what, Broken::Spin).then(|| at_the_end(story, compares_with_no_text))?
}

fn waits_for_none(story: &Story) -> Option<Place> {
    matches!(story.failure.what, Broken::Spin).then(|| at_the_end(story, compares_with_none))?
}

fn never_closed(story: &Story) -> Option<Place> {
    match &story.failure.what {
        Broken::Leak { fd } => {
            let made = |it: &&Done| matches!(it.outcome, Ok(Returned::Accepted { fd: new, .. } | Returned::Fd(new)) if new == *fd);
            let mut own = story.calls.iter().rev().filter(|it| it.program == story.failure.program);
            let line = own.find(made).map_or(story.failure.line, |it| it.line);
            Some((story.failure.program, line))
        }
        Broken::Exit { said, .. } if said.contains("Address already in use") => {
            let bound = story
                .calls
                .iter()
                .rev()
                .find(|it| matches!(it.call, Call::Bind { .. }) && it.outcome.is_err());
            Some(bound.map_or((story.failure.program, story.failure.line), |it| (it.program, it.line)))
        }
        _ => None,
    }
}

/// The process that somebody waits for to accept, where all its threads wait for something else.
fn busy_listener(story: &Story) -> Option<(Pid, u32)> {
    if !waits(story) {
        return None;
    }
    let mut listeners =
        story.view.hosts.iter().flat_map(|host| &host.sockets).filter(|socket| socket.queue > 0);
    listeners.find_map(|listener| {
        let mut threads = story.view.programs.iter().filter(|it| it.pid == listener.pid);
        let accepts = threads.clone().any(|it| matches!(it.call, Some(Call::Accept { .. })));
        threads.next().filter(|_| !accepts).map(|it| (listener.pid, it.program))
    })
}

fn run_not_started(story: &Story) -> Option<Place> {
    let (_, program) = busy_listener(story).or_else(|| {
        // All clients were accepted before, and one after the other is served.
        let served = |program: u32| story.source(program).is_some_and(|it| it.has("Thread"));
        let stuck = story.waiting().find(|(_, program, ..)| served(*program));
        stuck.filter(|_| waits(story)).map(|(_, program, ..)| (Pid(0), program))
    })?;
    let source = story.source(program).filter(|it| it.has("Thread"))?;
    let line = source.find(|line| line.ends_with(".run()"))?;
    Some((program, line))
}

fn one_at_a_time(story: &Story) -> Option<Place> {
    let (pid, program) = busy_listener(story)?;
    let waits = story.view.programs.iter().find(|it| it.pid == pid && it.line > 0)?;
    Some((program, waits.line))
}

/// Two threads of one process used a connection that it had accepted, or one thread received on one and sent on another, and the
/// connection has a name that all of them share.
fn one_name(story: &Story) -> Option<Place> {
    let made = story.calls.iter().filter_map(|it| match it.outcome {
        Ok(Returned::Accepted { fd, .. }) => Some((it.program, fd, it.line)),
        _ => None,
    });
    let made: Vec<_> = made.collect();
    let uses = |call: &Call| {
        matches!(call, Call::Recv { .. } | Call::Send { .. } | Call::Read { .. } | Call::Write { .. })
    };
    let done = story.calls.iter().map(|it| (it.task, it.program, &it.call));
    let used = done.chain(story.waiting().map(|(task, program, _, call)| (task, program, call)));
    let used: Vec<_> = used
        .filter(|(.., call)| uses(call))
        .filter_map(|(task, program, call)| Some((task, program, call.fd()?)))
        .collect();
    made.iter().find_map(|(program, fd, line)| {
        if made.iter().filter(|(other, ..)| other == program).count() < 2 {
            return None;
        }
        let own = used.iter().filter(|(_, other, _)| other == program);
        let users: Vec<_> = own.clone().filter(|(.., other)| other == fd).map(|(task, ..)| *task).collect();
        let shared = users.iter().any(|task| *task != users[0] && threads_of_one(story, *task, users[0]));
        let crossed = users.first().is_some_and(|user| {
            let thread = story
                .view
                .programs
                .iter()
                .any(|it| it.task != *user && threads_of_one(story, it.task, *user));
            let another =
                |other: &Fd| other != fd && made.iter().any(|(at, made, _)| at == program && made == other);
            thread && own.clone().any(|(task, _, other)| task == user && another(other))
        });
        // It was let go before anybody used it, and the next one has its name.
        let again = made.iter().filter(|(at, _, same)| at == program && same == line).count() > 1;
        let closed =
            story.calls.iter().any(|it| it.program == *program && it.call == Call::Close { fd: *fd });
        let let_go = users.is_empty() && again && closed;
        let one = || story.source(*program).is_some_and(|source| keeps_for_all(source, *line));
        ((shared || crossed || let_go) && one()).then_some((*program, *line))
    })
}

fn threads_of_one(story: &Story, one: TaskId, other: TaskId) -> bool {
    let pid = |task| story.view.programs.iter().find(|it| it.task == task).map(|it| it.pid);
    pid(one) == pid(other)
}

fn two_orders(story: &Story) -> Option<Place> {
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

fn letters_counted(story: &Story) -> Option<Place> {
    let has_letters = |line: &str| !line.is_ascii() || line.contains("\\u") || line.contains("\\x");
    // It counts what it encodes only afterwards.
    let counts = |source: &Source, line: &str| {
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

fn both_send(story: &Story) -> Option<Place> {
    let sends = |call: &Call| matches!(call, Call::Send { .. } | Call::Write { .. } | Call::Sendto { .. });
    let mut waiting = story.waiting().filter(|(.., call)| sends(call));
    let first = waiting.next()?;
    waiting.next().filter(|_| waits(story)).map(|_| (first.1, first.2))
}

fn never_flushed(story: &Story) -> Option<Place> {
    if !waits(story) {
        return None;
    }
    story.waiting().find_map(|(task, program, line, call)| {
        let source = story.source(program).filter(|it| it.has("makefile("))?;
        let receives = matches!(call, Call::Recv { .. } | Call::Read { .. });
        let writes =
            |line: &str| line.contains(".write(") || line.contains("file=") || line.contains(".writelines(");
        let sent =
            story.calls.iter().any(|it| it.task == task && it.sent().is_some_and(|sent| !sent.is_empty()));
        // Of a loop over lines, what is written stands behind.
        let loops = ["for ", "while "].iter().any(|it| source.line(line).starts_with(it));
        let behind = || (line..=line + 10).find(|at| loops && writes(source.line(*at)));
        let line = (1..line).rev().find(|at| writes(source.line(*at))).or_else(behind)?;
        (receives && !sent).then_some((program, line))
    })
}

/// A loop that runs up to a constant where it should run up to what the message has: the stream has another number of bytes.
fn wrong_length(story: &Story) -> Option<Place> {
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
            it.range.is_some_and(|range| Some(sent_on(story, (range.connection, range.direction))) == value)
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

/// How a receive lies to the messages of its stream.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    Whole,
    /// It ends within one.
    Cut,
    /// It ends one and begins the next.
    Spans,
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
fn asks_on(story: &Story, place: usize) -> bool {
    let receive = &story.calls[place];
    let next = story.calls[place + 1..].iter().find(|it| it.task == receive.task);
    let waits = || story.waiting().any(|(task, _, line, _)| task == receive.task && line == receive.line);
    next.map_or_else(waits, |next| next.line == receive.line && next.received().is_some())
}

fn length_in_pieces(story: &Story) -> Option<Place> {
    let reads_number =
        |line: &str| line.contains("int(") || line.contains("unpack") || line.contains("from_bytes");
    story.calls.iter().enumerate().find_map(|(place, it)| {
        let (data, asked) = it.received()?;
        let cut = !data.is_empty() && (data.len() as u32) < asked && asked <= 10 && !asks_on(story, place);
        let source = story.source(it.program).filter(|_| cut)?;
        source.near(it.line, 3, reads_number).map(|_| (it.program, it.line))
    })
}

fn thrown_away(story: &Story) -> Option<Place> {
    story.calls.iter().find_map(|it| {
        let (data, _) = it.received()?;
        let inside =
            [b'\n', b';', b'|', 0].iter().any(|end| data[..data.len().saturating_sub(1)].contains(end));
        let source = story.source(it.program).filter(|_| inside || fit(story, it) == Fit::Spans)?;
        let line = source.near(it.line, 12, looks_for_end)?;
        Some((it.program, line))
    })
}

fn one_recv(story: &Story) -> Option<Place> {
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

fn nobody_finishes(story: &Story) -> Option<Place> {
    let Broken::Deadlock { circle, .. } = &story.failure.what else { return None };
    let in_recv = |task: &TaskId| {
        story.waiting().any(|(waits, _, _, call)| {
            waits == *task && matches!(call, Call::Recv { .. } | Call::Read { .. })
        })
    };
    let all = circle.len() > 1 && circle.iter().all(in_recv);
    all.then_some((story.failure.program, story.failure.line))
}
