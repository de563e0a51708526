//! One side of the stage at one moment: program, kernel, tapes.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use syscall::{ConnectionId, Direction, Event, Pid, TcpState};
use world::{ChoiceKey, ProgramView, Scenario, Status, View};

use crate::cast::{Cast, Ends, Side};
use crate::host::{Machine, Queue, WaitsFor, machine, queue, waits_for};
use crate::ledger::{Index, Ledger, Piece, cut};
use crate::tape::{Frame, Kind, Run, Tape, TapePart};
use crate::text::number;
use crate::transcript::{Row, Teller};

/// A line of a program's text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceLine {
    /// Its number, from 1.
    pub number: u32,
    /// Its text.
    pub text: String,
    /// Whether it runs next or waits.
    pub current: bool,
    /// Whether it ran in the last step.
    pub just: bool,
    /// Whether it is far from the lines that matter now and may be folded away.
    pub far: bool,
}

/// What a program is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// It can run.
    Ready,
    /// It waits in this call: `recv`.
    Waits(String),
    /// It waits for nothing but time.
    Sleeps,
    /// It has ended.
    Ended(i32),
    /// It has ended by this exception.
    Raised(String),
    /// It waits to be told what to call.
    Free,
    /// This signal has ended it.
    Killed(String),
    /// Its host has died.
    Vanished,
}

/// A variable that is no tape.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    /// Its name.
    pub name: String,
    /// Its value.
    pub text: String,
    /// Whether the last event changed it.
    pub changed: bool,
}

/// A descriptor and its socket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SocketLine {
    /// The descriptor.
    pub fd: i32,
    /// The state.
    pub state: TcpState,
    /// Where it is and to whom it talks.
    pub address: String,
    /// Whether the tapes show its connection.
    pub shown: bool,
    /// Its connection, if it has one.
    pub connection: Option<ConnectionId>,
    /// Who waits at it, for a listener.
    pub queue: Option<Queue>,
}

/// A side of the stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SideScene {
    /// The program's name.
    pub name: String,
    /// The file's name.
    pub file: String,
    /// What it is doing.
    pub doing: Doing,
    /// The number of the choice that lets it run, if it can run.
    pub choice: Option<usize>,
    /// The program's text.
    pub source: Vec<SourceLine>,
    /// A few words on the current line: `will ask for 9760 bytes`.
    pub aside: Option<String>,
    /// Variables other than tapes.
    pub values: Vec<Value>,
    /// The program's tapes.
    pub program: Vec<Tape>,
    /// The kernel's tapes.
    pub kernel: Vec<Tape>,
    /// What the kernel's other buffer holds, in a sentence.
    pub other: Option<String>,
    /// The call that copies over the system-call line here, and whether it copies down.
    pub copies: Vec<(String, bool)>,
    /// The program's descriptors.
    pub sockets: Vec<SocketLine>,
    /// Its task.
    pub task: u32,
    /// What a program without text has called last, the newest last.
    pub calls: Vec<Row>,
    /// What it waits for, where its call names descriptors to wait for.
    pub waits_for: Option<WaitsFor>,
    /// The machine that it runs on.
    pub machine: Machine,
}

/// How many calls of a program without text are shown.
const CALLS: usize = 6;

/// Everything that a side is drawn from.
pub(crate) struct Moment<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) cast: &'a Cast,
    pub(crate) view: &'a View,
    pub(crate) events: &'a [Event],
    pub(crate) index: &'a Index,
    /// The events of the last step.
    pub(crate) fresh: Range<u32>,
    /// What may happen next, in the order of its numbers.
    pub(crate) keys: &'a [ChoiceKey],
    /// Programs of whose next send a question is open: what their send buffers have room for would be its answer.
    pub(crate) asked: &'a [&'a str],
}

impl SideScene {
    pub(crate) fn new(moment: &Moment<'_>, side: &Side) -> Option<Self> {
        let spec = moment.scenario.programs.get(side.place)?;
        let program = moment.view.programs.iter().find(|program| program.task == side.task)?;
        let host = moment.view.hosts.iter().find(|host| host.id == program.host)?;
        let ends = moment.cast.ends(moment.view, side);
        let (mut on_program, mut in_kernel) = (vec![], vec![]);
        let mut copies = vec![];
        if side.sends {
            copies.push(("send".into(), true));
            on_program.extend(side.gives.as_ref().map(|name| data_tape(moment, side, program, name, ends)));
            in_kernel.push(send_buffer(moment, side, ends));
        }
        if side.receives {
            copies.push(("recv".into(), false));
            on_program.extend(side.takes.as_ref().map(|name| got_tape(moment, side, program, name, ends)));
            in_kernel.push(receive_buffer(moment, side, ends));
        }
        let is_tape = |name: &String| Some(name) == side.gives.as_ref() || Some(name) == side.takes.as_ref();
        Some(Self {
            name: program.name.clone(),
            file: spec.file.clone(),
            doing: doing(program),
            choice: moment.keys.iter().position(|key| acts_for(key, program)).map(|at| at + 1),
            source: source_lines(&spec.source, program, ran_now(moment, program)),
            aside: aside(program),
            values: program
                .variables
                .iter()
                .filter(|v| !is_tape(&v.name))
                .map(|v| Value { name: v.name.clone(), text: v.text.clone(), changed: v.changed })
                .collect(),
            program: on_program,
            kernel: in_kernel,
            other: other(side, ends),
            copies,
            sockets: sockets(moment, program),
            task: program.task.0,
            calls: if spec.source.is_empty() { calls(moment, program.pid) } else { vec![] },
            waits_for: waits_for(moment.view, host, program),
            machine: machine(moment, host),
        })
    }
}

/// The last calls of a process, as the transcript tells them.
fn calls(moment: &Moment<'_>, pid: Pid) -> Vec<Row> {
    use syscall::What;
    let calls = moment.index.calls(pid);
    let calls = &calls[..calls.partition_point(|event| *event as usize <= moment.events.len())];
    let newest = calls.last().copied();
    // Of a call that waited and has ended, its end is told.
    let told = |event: &&Event| !matches!(event.what, What::Waits { .. }) || Some(event.index) == newest;
    let events = calls.iter().rev().map(|event| &moment.events[*event as usize - 1]);
    let mut last: Vec<_> = events.filter(told).take(CALLS).cloned().collect();
    last.reverse();
    Teller { scenario: moment.scenario, view: moment.view, index: moment.index }.rows(&last)
}

pub(crate) fn acts_for(key: &ChoiceKey, program: &ProgramView) -> bool {
    matches!(key, ChoiceKey::Run(task) | ChoiceKey::Wake(task) if *task == program.task)
}

fn ran_now(moment: &Moment<'_>, program: &ProgramView) -> bool {
    // What is fresh is the end of the list.
    let mut fresh = moment.events.iter().rev().take_while(|e| moment.fresh.contains(&e.index));
    fresh.any(|e| e.pid == Some(program.pid))
}

pub(crate) fn doing(program: &ProgramView) -> Doing {
    match &program.status {
        Status::Ready => Doing::Ready,
        Status::Waits if program.call.is_none() => Doing::Free,
        Status::Waits if program.call.as_ref().is_some_and(sleeps) => Doing::Sleeps,
        Status::Waits => Doing::Waits(program.call.as_ref().map_or("a call", |call| call.name()).into()),
        Status::Ended { status } => Doing::Ended(*status),
        Status::Raised { exception, .. } => Doing::Raised(exception.clone()),
        Status::Killed { signal } => Doing::Killed(signal.to_string()),
        Status::Vanished => Doing::Vanished,
    }
}

/// Whether a call waits for time alone: `time.sleep` of a program is such a `select`.
pub(crate) fn sleeps(call: &syscall::Call) -> bool {
    matches!(call, syscall::Call::Select { read, write, except, .. } if read.is_empty() && write.is_empty() && except.is_empty())
}

fn aside(program: &ProgramView) -> Option<String> {
    use syscall::Call;
    match (&program.status, program.call.as_ref()?) {
        (Status::Ready, Call::Send { data, .. }) => {
            Some(format!("offers {}", crate::text::bytes(data.len() as u64)))
        }
        (Status::Ready, Call::Recv { len, .. }) => Some(format!("asks for {}", number((*len).into()))),
        (Status::Waits, _) => Some("waits here".into()),
        (Status::Raised { .. }, _) => Some("raised here".into()),
        (Status::Ready | Status::Ended { .. } | Status::Killed { .. } | Status::Vanished, _) => None,
    }
}

/// Programs up to this many lines are shown whole.
const WHOLE: usize = 11;
/// How many lines of a longer program are shown.
const SHOWN: usize = 8;
/// By how many lines the part that is shown moves on, so that it does not creep.
const PAGE: usize = 3;

fn source_lines(source: &str, program: &ProgramView, just: bool) -> Vec<SourceLine> {
    let lines: Vec<_> = source.lines().collect();
    let at = if program.line == 0 { program.ran } else { program.line }.max(1) as usize;
    let first = (at.saturating_sub(3) / PAGE * PAGE).min(lines.len().saturating_sub(SHOWN));
    let near = |i: usize| lines.len() <= WHOLE || (first..first + SHOWN).contains(&i);
    let raised = matches!(program.status, Status::Raised { .. });
    lines
        .iter()
        .enumerate()
        .map(|(i, text)| {
            let number = i as u32 + 1;
            SourceLine {
                number,
                text: (*text).into(),
                current: number == program.line || (raised && program.line == 0 && number == program.ran),
                just: just && number == program.ran,
                far: !near(i),
            }
        })
        .collect()
}

fn sockets(moment: &Moment<'_>, program: &ProgramView) -> Vec<SocketLine> {
    let shown = moment.cast.connection;
    let host = moment.view.hosts.iter().find(|host| host.id == program.host);
    let mine = host.iter().flat_map(|host| &host.sockets).filter(|socket| socket.pid == program.pid);
    mine.map(|socket| SocketLine {
        fd: socket.fd.0,
        state: socket.state,
        address: match (socket.local, socket.remote) {
            (Some(local), Some(remote)) => format!("{local} to {remote}"),
            (Some(local), None) => format!("port {}", local.port()),
            (None, _) => "no address yet".into(),
        },
        shown: socket.connection.is_some() && socket.connection == shown,
        connection: socket.connection,
        queue: queue(socket),
    })
    .collect()
}

fn other(side: &Side, ends: Option<Ends<'_>>) -> Option<String> {
    let ends = ends?;
    let (unread, unsent) = (ends.back.arrived - ends.back.read, ends.out.written - ends.out.acknowledged);
    match (side.sends, side.receives) {
        (true, false) if unread == 0 => Some("Receive buffer empty: nothing comes back.".into()),
        (true, false) => Some(format!("Receive buffer: {} unread.", crate::text::bytes(unread))),
        (false, true) if unsent == 0 => Some("Send buffer empty: nothing to say.".into()),
        (false, true) => Some(format!("Send buffer: {} held.", crate::text::bytes(unsent))),
        (true, true) | (false, false) => None,
    }
}

fn source_of(cast: &Cast, direction: Direction) -> u8 {
    let senders = cast.sides.iter().filter(|side| side.sends);
    senders.take_while(|side| side.outward() != direction).count().min(3) as u8
}

/// A tape of this direction without anything on it, and what is known of its stream.
fn begin<'a>(
    moment: &Moment<'a>,
    part: TapePart,
    direction: Direction,
    name: &str,
    ends: Option<Ends<'_>>,
) -> (Tape, &'a Ledger) {
    let stream = ends.and_then(|ends| moment.index.stream(ends.connection, direction));
    let tape = Tape {
        part,
        source: source_of(moment.cast, direction),
        name: name.into(),
        from: moment.cast.scale.start,
        total: moment.cast.scale.end,
        whole: moment.cast.total,
        used: 0,
        value: (String::new(), String::new()),
        runs: vec![],
        frame: None,
        gate: None,
        caret: None,
        drop: None,
        ticks: vec![],
        empty: None,
        spoken: String::new(),
    };
    (tape, stream.unwrap_or(Ledger::EMPTY))
}

/// The tape of a buffer that has no connection.
fn unconnected(mut tape: Tape) -> Tape {
    tape.value.1 = "no connection yet".into();
    tape.finish(0..0)
}

fn runs(pieces: Vec<Piece>, kind: Kind, moment: &Moment<'_>) -> impl Iterator<Item = Run> {
    let Range { start, end } = moment.cast.scale;
    pieces.into_iter().filter(move |p| p.start < end && start < p.end).map(move |p| Run {
        start: p.start.max(start),
        end: p.end.min(end),
        kind,
        event: p.event,
        label: None,
        wide_label: false,
        fresh: false,
    })
}

/// What the last step moved, as far as the scale shows it.
fn hull(pieces: &[Piece], moment: &Moment<'_>) -> Option<(u64, u64)> {
    let mut moved = pieces.iter().filter(|p| moment.fresh.contains(&p.event));
    let first = moved.next()?;
    let Range { start, end } = moment.cast.scale;
    let (from, to) = (first.start.max(start), moved.next_back().unwrap_or(first).end.min(end));
    (from < to).then_some((from, to))
}

fn data_tape(
    moment: &Moment<'_>,
    side: &Side,
    program: &ProgramView,
    name: &str,
    ends: Option<Ends<'_>>,
) -> Tape {
    let now = moment.events.len() as u32;
    let (mut tape, ledger) = begin(moment, TapePart::Data, side.outward(), name, ends);
    let Some(bytes) = program.variables.iter().find(|v| v.name == name).and_then(|v| v.bytes.as_ref()) else {
        tape.empty = Some("not made yet".into());
        return tape.finish(0..0);
    };
    tape.used = bytes.len - bytes.moved;
    tape.value = match tape.used {
        0 => (String::new(), "all given".into()),
        left => (number(left), "still to give".into()),
    };
    tape.runs = runs(cut(&ledger.given, 0, bytes.moved, now), Kind::Given, moment)
        .chain(runs(cut(&[], bytes.moved, bytes.len, now), Kind::NotGiven, moment))
        .collect();
    tape.caret = (tape.from..=tape.total).contains(&bytes.moved).then_some(bytes.moved);
    tape.drop = hull(&ledger.given, moment);
    tape.finish(moment.fresh.clone())
}

fn got_tape(
    moment: &Moment<'_>,
    side: &Side,
    program: &ProgramView,
    name: &str,
    ends: Option<Ends<'_>>,
) -> Tape {
    let now = moment.events.len() as u32;
    let (mut tape, ledger) = begin(moment, TapePart::Got, side.outward().reversed(), name, ends);
    let bytes = program.variables.iter().find(|v| v.name == name).and_then(|v| v.bytes.as_ref());
    tape.used = bytes.map_or(0, |b| b.len);
    tape.value = (number(tape.used), format!("of {}", number(tape.whole)));
    if tape.used == 0 {
        tape.empty = Some("nothing read yet".into());
        return tape.finish(0..0);
    }
    tape.runs = runs(cut(&ledger.read, 0, tape.used, now), Kind::Read, moment).collect();
    tape.drop = hull(&ledger.read, moment);
    tape.finish(moment.fresh.clone())
}

fn frame(start: u64, end: u64, scale: &Range<u64>) -> Option<Frame> {
    let (from, to) = (start.max(scale.start), end.min(scale.end));
    (from < to).then_some(Frame { start: from, end: to, open: end > scale.end })
}

fn held(used: u64, capacity: u64) -> (String, String) {
    let full = if used >= capacity && capacity > 0 { ", full" } else { "" };
    (number(used), format!("of {}{full}", number(capacity)))
}

fn send_buffer(moment: &Moment<'_>, side: &Side, ends: Option<Ends<'_>>) -> Tape {
    let now = moment.events.len() as u32;
    let (mut tape, ledger) = begin(moment, TapePart::SendBuffer, side.outward(), "Send buffer", ends);
    let Some(stream) = ends.map(|ends| ends.out) else { return unconnected(tape) };
    let room = ends.map_or(0, |ends| ends.here.room);
    tape.used = stream.written - stream.acknowledged;
    if moment.asked.contains(&side.program.as_str()) {
        tape.value = (number(tape.used), "held; how much fits is the question".into());
    } else if stream.finished {
        // There is no room, but for another reason than a full buffer's.
        tape.value = (number(tape.used), "held; no more can be given".into());
    } else {
        tape.value = held(tape.used, tape.used + room);
        tape.frame = frame(stream.acknowledged, stream.written + room, &moment.cast.scale);
    }
    tape.gate = moment.cast.scale.contains(&stream.window_edge).then_some(stream.window_edge);
    tape.runs = runs(cut(&[], 0, stream.acknowledged, now), Kind::Gone, moment)
        .chain(runs(cut(&ledger.given, stream.acknowledged, stream.sent, now), Kind::Unacknowledged, moment))
        .chain(runs(
            cut(&ledger.given, stream.sent.max(stream.acknowledged), stream.written, now),
            Kind::Unsent,
            moment,
        ))
        .collect();
    tape.drop = hull(&ledger.given, moment);
    tape.finish(moment.fresh.clone())
}

fn receive_buffer(moment: &Moment<'_>, side: &Side, ends: Option<Ends<'_>>) -> Tape {
    let now = moment.events.len() as u32;
    let inward = side.outward().reversed();
    let (mut tape, ledger) = begin(moment, TapePart::ReceiveBuffer, inward, "Receive buffer", ends);
    let Some(stream) = ends.map(|ends| ends.back) else { return unconnected(tape) };
    tape.used = stream.arrived - stream.read;
    tape.value = held(tape.used, stream.promised_edge.max(stream.arrived) - stream.read);
    tape.frame = frame(stream.read, stream.promised_edge.max(stream.arrived), &moment.cast.scale);
    tape.runs = runs(cut(&[], 0, stream.read, now), Kind::Gone, moment)
        .chain(runs(cut(&ledger.arrived, stream.read, stream.arrived, now), Kind::Unread, moment))
        .collect();
    tape.drop = hull(&ledger.read, moment);
    tape.finish(moment.fresh.clone())
}
