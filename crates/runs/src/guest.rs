//! A program in Python as a program of a world.

use std::any::Any;
use std::hash::{Hash, Hasher};

use python::{Answer, Limit, Limits, Machine, Program, Stop, Stream, Until};
use syscall::{Action, Call, Micros, Origin, Outcome};
use world::{Guest, Input, News, Status, Variable, Want};

use crate::{START, Turns};

/// Instructions that run in one turn at most: then it is somebody else's choice.
const SLICE: u64 = 200_000;
/// The same with [`Turns::Threads`]: whoever looks at many runs sees sooner that one gets nowhere.
const SHORT: u64 = 20_000;

/// A Python machine in a world.
///
/// A turn is one line or one call, or as [`Turns`] says.
#[derive(Clone)]
pub struct Python {
    machine: Machine,
    /// By their numbers.
    threads: Vec<Thread>,
    status: Status,
    turns: Turns,
    limited: Option<Limit>,
    /// It has looked at the clock since it was last resumed.
    timely: bool,
}

/// A thread of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Thread {
    doing: Doing,
    /// The line of the program's own text that runs next, or whose call it is in; 0 where there is none.
    line: u32,
    /// The line that ran before.
    ran: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Doing {
    Call {
        call: Call,
        origin: Option<Origin>,
    },
    /// `time.sleep`, which is a `select` of nothing.
    Sleep {
        call: Call,
    },
    Line,
    Sibling(Option<Micros>),
    Wrote {
        error: bool,
        text: String,
    },
    Began(u32),
    Input,
    Exit(i32),
    Nothing,
}

impl Python {
    /// A program before its first line.
    pub fn new(program: &Program, args: &[String], limits: Limits) -> Self {
        let machine = Machine::new(program, args, limits);
        Self {
            machine,
            threads: Vec::new(),
            status: Status::Ready,
            turns: Turns::Lines,
            limited: None,
            timely: false,
        }
    }

    /// The same with other turns.
    #[must_use]
    pub const fn with_turns(mut self, turns: Turns) -> Self {
        self.turns = turns;
        self
    }

    /// Whether a turn of [`Turns::Threads`] ends where a thread stands, before a line.
    pub fn is_turn_of_threads(&self, thread: u32) -> bool {
        !self.machine.is_alone() && !self.machine.is_in_library(thread)
    }

    /// The machine, to look into.
    pub const fn machine(&self) -> &Machine {
        &self.machine
    }

    /// The limit that ended it.
    pub const fn limited(&self) -> Option<Limit> {
        self.limited
    }

    /// Whether a thread reads standard input.
    pub fn reads(&self, thread: u32) -> bool {
        self.threads.get(thread as usize).is_some_and(|thread| thread.doing == Doing::Input)
    }

    fn thread(&mut self, number: u32) -> &mut Thread {
        let place = number as usize;
        if place >= self.threads.len() {
            self.threads.resize(place + 1, Thread { doing: Doing::Nothing, line: 0, ran: 0 });
        }
        &mut self.threads[place]
    }

    /// Tell the machine what came of what a thread did.
    fn answer(&mut self, number: u32, news: News) {
        let timed_out = news.timed_out && !self.machine.ready(number);
        let answer = match (&self.thread(number).doing, news.outcome) {
            (Doing::Call { .. }, Some(outcome)) => Answer::Outcome(outcome),
            (Doing::Sleep { .. }, Some(_)) | (Doing::Began(_), _) => Answer::Done,
            (Doing::Sibling(_), _) if timed_out => Answer::TimedOut,
            _ => return,
        };
        self.machine.answer(number, answer);
    }

    /// Run a thread up to what it does next.
    fn run(&mut self, number: u32, now: Micros) {
        let mut slice = if self.turns == Turns::Threads { SHORT } else { SLICE };
        let doing = loop {
            match self.machine.run(number, until(&self.machine, self.turns), &mut slice) {
                Stop::Line(_) if !ends_at_line(&self.machine, self.turns, number) => {}
                Stop::Line(_) => break Doing::Line,
                Stop::Slice => break Doing::Line,
                Stop::Output { stream, text } => {
                    break Doing::Wrote { error: stream == Stream::Stderr, text };
                }
                Stop::Call { call, origin, .. } => break Doing::Call { call, origin },
                Stop::Input => break Doing::Input,
                Stop::Sleep(us) => {
                    let none = Vec::new;
                    let (read, write, except, timeout_us) = (none(), none(), none(), Some(us));
                    break Doing::Sleep { call: Call::Select { read, write, except, timeout_us } };
                }
                Stop::Now => {
                    self.timely = true;
                    let time = Answer::Time { monotonic_us: now, wall_us: START.saturating_add(now) };
                    self.machine.answer(number, time);
                }
                Stop::Wait { timeout_us, .. } => break Doing::Sibling(timeout_us),
                Stop::Started(new) => break Doing::Began(new),
                Stop::Ended => break Doing::Nothing,
                Stop::Exit(status) => {
                    self.status = Status::Ended { status };
                    break Doing::Exit(status);
                }
                Stop::Limit(limit) if self.limited.is_none() => {
                    self.limited = Some(limit);
                    break Doing::Wrote { error: true, text: format!("{limit}\n") };
                }
                Stop::Limit(_) => {
                    self.status = Status::Ended { status: 1 };
                    break Doing::Exit(1);
                }
            }
        };
        let line = match doing {
            Doing::Exit(_) | Doing::Nothing => 0,
            _ => self.machine.own_line(number),
        };
        let thread = self.thread(number);
        if thread.line != line {
            (thread.ran, thread.line) = (thread.line, line);
        }
        thread.doing = doing;
    }
}

/// Where a machine is run to for a turn.
pub(crate) fn until(machine: &Machine, turns: Turns) -> Until {
    match turns {
        Turns::Lines => Until::Line,
        Turns::Calls => Until::Event,
        Turns::Threads if machine.is_alone() => Until::Event,
        Turns::Threads => Until::Line,
    }
}

/// Whether a turn ends where a thread stands, before a line.
pub(crate) fn ends_at_line(machine: &Machine, turns: Turns, thread: u32) -> bool {
    let stands = !machine.is_alone() && !machine.is_in_library(thread);
    // A module of the library that is imported has no lines to be looked at; its functions have, later.
    !(turns == Turns::Threads && !stands || imports(machine, thread))
}

/// Whether a thread is in the middle of importing a module: its text runs within the program's own.
fn imports(machine: &Machine, thread: u32) -> bool {
    machine.is_in_library(thread)
        && machine.stack(thread).iter().skip(1).any(|frame| frame.function == "<module>")
}

impl syscall::Program for Python {
    /// A world resumes it by thread; this is its first thread without a world.
    fn resume(&mut self, outcome: Option<Outcome>) -> Action {
        self.go_on(0, News { outcome, timed_out: false, now: 0 });
        match self.wants(0) {
            Want::Call { call, line, origin } => {
                Action::Call { call: call.clone(), line, origin: origin.cloned() }
            }
            Want::Exit(status) => Action::Exit(status),
            _ => Action::Line(self.line(0)),
        }
    }
}

impl Guest for Python {
    fn peek(&self) -> Option<&Action> {
        None
    }

    fn wants(&self, thread: u32) -> Want<'_> {
        let Some(thread) = self.threads.get(thread as usize) else { return Want::Nothing };
        let line = thread.line;
        match &thread.doing {
            Doing::Call { call, origin } => Want::Call { call, line, origin: origin.as_ref() },
            Doing::Sleep { call } => Want::Call { call, line, origin: None },
            Doing::Line => Want::Quiet(line),
            Doing::Sibling(timeout) => Want::Sibling(*timeout),
            Doing::Wrote { error, text } => Want::Wrote { line, error: *error, text },
            Doing::Began(number) => Want::Thread(*number),
            Doing::Input => Want::Input,
            Doing::Exit(status) => Want::Exit(*status),
            Doing::Nothing => Want::Nothing,
        }
    }

    fn go_on(&mut self, thread: u32, news: News) {
        let now = news.now;
        self.timely = false;
        self.answer(thread, news);
        self.run(thread, now);
    }

    fn awaited(&self, thread: u32) -> (bool, Vec<u32>) {
        let others = match self.machine.waits(thread) {
            Some(python::Wait::Join(other)) => vec![other],
            Some(python::Wait::Lock(lock)) => self.machine.holder(lock).into_iter().collect(),
            None => Vec::new(),
        };
        (self.machine.ready(thread), others)
    }

    fn forked(&mut self, thread: u32) {
        self.machine.forked(thread);
        for (number, each) in self.threads.iter_mut().enumerate() {
            if number != thread as usize {
                each.doing = Doing::Nothing;
            }
        }
    }

    fn is_paced(&self) -> bool {
        true
    }

    fn as_any(&self) -> Option<&dyn Any> {
        Some(self)
    }

    fn status(&self) -> &Status {
        &self.status
    }

    fn line(&self, thread: u32) -> u32 {
        self.threads.get(thread as usize).map_or(0, |thread| thread.line)
    }

    fn ran(&self, thread: u32) -> u32 {
        self.threads.get(thread as usize).map_or(0, |thread| thread.ran)
    }

    fn variables(&self, thread: u32) -> Vec<Variable> {
        let locals = self.machine.stack(thread).pop().filter(|frame| frame.function != "<module>");
        let shown = locals.map_or_else(|| self.machine.globals(), |frame| frame.locals);
        let variable =
            |v: python::Variable| Variable { name: v.name, text: v.value.text, changed: false, bytes: None };
        shown.into_iter().filter(python::Variable::is_news).map(variable).collect()
    }

    fn copy(&self) -> Box<dyn Guest> {
        Box::new(self.clone())
    }

    fn hash_state(&self, mut hasher: &mut dyn Hasher) {
        self.machine.digest().hash(&mut hasher);
        self.threads.hash(&mut hasher);
        self.limited.is_some().hash(&mut hasher);
    }

    fn hash_future(&self, mut hasher: &mut dyn Hasher) {
        self.machine.digest_of_future().hash(&mut hasher);
        self.threads.iter().for_each(|thread| thread.doing.hash(&mut hasher));
    }

    fn anchor(&mut self) {
        self.machine.anchor();
    }

    fn is_timely(&self) -> bool {
        self.timely
    }

    fn give(&mut self, thread: u32, input: &Input) -> bool {
        match input {
            Input::Line(line) if self.reads(thread) => {
                self.machine.answer(thread, Answer::Line(line.clone()));
                self.thread(thread).doing = Doing::Line;
                true
            }
            _ => false,
        }
    }
}
