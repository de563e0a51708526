//! What is seen of programs that run on this machine's own kernel: for `grade`, `explore` and `replay` with `--live`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use ::python::{Limits, Machine, Program, Stream};
use lab::{Lab, Mode, Setup};
use runs::{End, Run, Tells as _, Told, Turn, Turns};
use syscall::{Bytes, Call, Errno, Fd, HostId, How, Returned};
use world::{Runs, Scenario};

use super::live::QUIET;
use super::real::{Made, Real, Tape};

/// Turns that those who were started have before the next one is.
const TURNS: u32 = 10_000;

/// Programs that are run once.
pub(super) struct Play<'p> {
    /// They, and their hosts. A real kernel keeps its own buffers.
    pub(super) scenario: &'p Scenario,
    /// What each may use.
    pub(super) limits: Limits,
    /// How long it may take.
    pub(super) most: Duration,
    /// The turns to take, and what one is; none: each program gets to its first wait before the next is started.
    pub(super) order: Option<(&'p [Turn], Turns)>,
}

/// What was seen. Processes are told by their numbers.
#[derive(Debug, Default)]
pub(super) struct Seen {
    names: Vec<String>,
    most: Duration,
    /// Standard output.
    pub(super) wrote: BTreeMap<usize, String>,
    /// Standard error.
    pub(super) complained: BTreeMap<usize, String>,
    /// What those that have ended ended with.
    pub(super) status: BTreeMap<usize, i32>,
    /// Who reached a limit, and which.
    pub(super) limited: Option<(usize, String)>,
    /// A send that took a part, and nobody sent the rest.
    pub(super) lost: Option<Rest>,
    /// Descriptors that are open though the other side has finished, at the end.
    pub(super) left_open: Vec<(usize, Fd)>,
    /// How it ended; none: nobody waited any longer.
    pub(super) end: Option<End>,
    rests: Vec<Rest>,
}

/// Bytes that a send did not take.
#[derive(Clone, Debug)]
pub(super) struct Rest {
    pub(super) process: usize,
    fd: Fd,
    /// The line of the send.
    pub(super) line: u32,
    /// Bytes that it was given, and of them taken.
    pub(super) given: usize,
    pub(super) taken: usize,
    rest: Bytes,
}

/// The best lab that this machine offers for so many hosts; or why there is none, and what helps.
pub(super) fn lab(hosts: &[String]) -> Result<Lab, String> {
    let count = u16::try_from(hosts.len()).ok().filter(|count| (1..=254).contains(count));
    let count = count.ok_or_else(|| format!("{} hosts are too many for a lab", hosts.len()))?;
    let mut setup = Setup::new(Mode::Loopback, count);
    setup.mode = Mode::best(&setup.helper, count);
    let lab = setup.open();
    let mut lab = lab.map_err(|failure| format!("there is no lab: {failure}. {}", failure.remedy()))?;
    lab.set_names(&hosts.iter().map(String::as_str).collect::<Vec<_>>());
    Ok(lab)
}

impl Play<'_> {
    /// Runs them once, until it is over, takes too long, or enough was seen.
    ///
    /// # Errors
    /// Which program cannot be run.
    pub(super) fn on(&self, lab: Lab, enough: impl Fn(&Seen) -> bool) -> Result<Seen, String> {
        let until = Instant::now() + self.most;
        let tape: Tape = Rc::new(RefCell::default());
        let ground = Real::new(lab).patient_for(QUIET).no_later_than(until).noting(Rc::clone(&tape));
        let mut run = Run::new(ground);
        for spec in &self.scenario.programs {
            if spec.runs != Runs::Python {
                return Err(format!("{} is no program in Python", spec.name));
            }
            let program = Program::compile(&spec.source, &spec.file);
            let program = program.map_err(|_| format!("{} cannot be run", spec.file))?;
            let host = self.scenario.hosts.iter().position(|host| *host == spec.host).unwrap_or_default();
            let host = HostId(u16::try_from(host).unwrap_or(u16::MAX));
            run.start(&spec.name, host, Machine::new(&program, &spec.args, self.limits));
            if self.order.is_none() {
                run.settle(TURNS);
            }
        }
        if let Some((order, turns)) = self.order {
            run.in_order(order, turns);
        }
        let names = self.scenario.programs.iter().map(|it| it.name.clone()).collect();
        let mut seen = Seen { names, most: self.most, ..Seen::default() };
        while seen.end.is_none() && !enough(&seen) && Instant::now() < until {
            let told = run.step();
            tape.borrow_mut().drain(..).for_each(|made| seen.hear_call(&made));
            seen.hear(&mut run, told);
        }
        if seen.end == Some(End::Idle) {
            seen.left_open = run.ground_mut().in_close_wait();
        }
        Ok(seen)
    }
}

impl Seen {
    fn hear(&mut self, run: &mut Run<Real>, told: Option<Told>) {
        match told {
            Some(Told::Over(end)) => {
                // Who waits for an answer to what was never sent has lost it.
                if matches!(end, End::Deadlock { .. }) && self.lost.is_none() {
                    self.lost = self.rests.pop();
                }
                self.end = Some(end);
            }
            Some(Told::Wrote { process, stream, text }) => {
                let of = if stream == Stream::Stdout { &mut self.wrote } else { &mut self.complained };
                of.entry(process).or_default().push_str(&text);
            }
            Some(Told::Exited { process, status }) => {
                self.status.insert(process, status);
                let rest = self.take_rest(|rest| rest.process == process);
                self.lost = self.lost.take().or(rest.filter(|_| status == 0));
            }
            Some(Told::Limited { process, limit }) => self.limited = Some((process, limit.to_string())),
            Some(Told::Asks { process }) => run.give(process, None),
            Some(Told::Forked { process, parent }) => {
                self.names.resize(self.names.len().max(process), "a program".into());
                self.names.push(format!("a child of {}", self.names[parent]));
            }
            Some(Told::Returned { .. }) | None => {}
        }
    }

    fn take_rest(&mut self, of: impl Fn(&Rest) -> bool) -> Option<Rest> {
        self.rests.iter().position(of).map(|place| self.rests.remove(place))
    }

    /// What a send did not take has to be sent next on that descriptor, or is lost.
    fn hear_call(&mut self, made: &Made) {
        let (process, line) = (made.process, made.line);
        match (&made.done.call, &made.done.outcome) {
            (Call::Send { fd, data, .. } | Call::Write { fd, data }, Ok(Returned::Count(taken))) => {
                let taken = (*taken as usize).min(data.len());
                let before = self.take_rest(|rest| (rest.process, rest.fd) == (process, *fd));
                let goes_on =
                    before.as_ref().is_some_and(|it| data.starts_with(&it.rest) || it.rest.starts_with(data));
                if before.is_some() && !goes_on {
                    self.lost = self.lost.take().or(before);
                    return;
                }
                let mut now = before.unwrap_or_else(|| {
                    let rest = data.clone();
                    Rest { process, fd: *fd, line, given: data.len(), taken: 0, rest }
                });
                if data.len() > now.rest.len() {
                    now.given += data.len() - now.rest.len();
                    now.rest = data.clone();
                }
                now.taken += taken;
                now.rest = now.rest.slice(taken..now.rest.len());
                if !now.rest.is_empty() {
                    self.rests.push(now);
                }
            }
            (Call::Send { .. } | Call::Write { .. }, Err(Errno::EAGAIN | Errno::EINTR)) => {}
            // What cannot be sent any more is not lost by the program.
            (Call::Send { fd, .. } | Call::Write { fd, .. }, _) => {
                self.take_rest(|rest| (rest.process, rest.fd) == (process, *fd));
            }
            (Call::Close { fd } | Call::Shutdown { fd, how: How::Write | How::Both }, Ok(_)) => {
                let rest = self.take_rest(|rest| (rest.process, rest.fd) == (process, *fd));
                self.lost = self.lost.take().or(rest);
            }
            _ => {}
        }
    }

    /// A process by its name.
    pub(super) fn name(&self, process: usize) -> &str {
        self.names.get(process).map_or("a program", String::as_str)
    }

    /// What went wrong, as it was observed; none where nothing did.
    pub(super) fn wrong(&self) -> Option<String> {
        if let Some((process, limit)) = &self.limited {
            return Some(format!("{} was ended: {limit}", self.name(*process)));
        }
        if let Some((process, status)) = self.status.iter().find(|(_, status)| **status != 0) {
            let last = self.complained.get(process).and_then(|it| it.trim_end().lines().last());
            let last = last.map(|it| format!(": {it}")).unwrap_or_default();
            return Some(format!("{} ended with status {status}{last}", self.name(*process)));
        }
        match &self.end {
            None => Some(format!("not over after {} seconds", self.most.as_secs())),
            Some(End::Deadlock { stuck, .. }) => {
                let told = stuck
                    .iter()
                    .map(|it| format!("{} waits {}, line {}", self.name(it.process), it.waits, it.line));
                Some(told.collect::<Vec<_>>().join("; "))
            }
            Some(End::Crowded(most)) => Some(format!("more than {most} threads and processes")),
            Some(End::Done | End::Idle) => None,
        }
    }
}
