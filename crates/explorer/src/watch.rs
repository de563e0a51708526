//! What is noted along a run: what the state of a world does not tell and a failure is known by.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use syscall::{Bytes, Call, Errno, Event, Fd, How, Outcome, Pid, Readiness, Returned, TaskId, What};
use world::World;

use crate::{Broken, Failure, Finding, Noted};

/// Most text of a program that is kept.
const MOST_SAID: usize = 64 << 10;

/// Bytes that a send did not take and that have to be sent next.
#[derive(Clone, Debug, Hash)]
struct Rest {
    pid: Pid,
    fd: Fd,
    task: TaskId,
    line: u32,
    given: u32,
    rest: Bytes,
}

/// What is noted.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    rests: Vec<Rest>,
    /// What a send did not take may be given up.
    drops: bool,
    /// Standard error of each process, as far as it was written.
    said: Arc<Vec<(Pid, String)>>,
    /// Standard output of each program, where a check asks for it.
    pub(crate) wrote: Option<Arc<Vec<String>>>,
    listens: Vec<(Pid, Fd)>,
    /// Choices since somebody got anywhere.
    pub(crate) still: u32,
    /// Calls that returned meanwhile.
    pub(crate) calls: u32,
    /// Whether calls meanwhile said that there was nothing yet.
    pub(crate) asked: bool,
    /// The line that ran last meanwhile, and of which task.
    pub(crate) last: (TaskId, u32),
    pub(crate) findings: Arc<Vec<Noted>>,
}

impl Hash for Watch {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        for rest in &self.rests {
            (rest.pid, rest.fd, rest.task, &rest.rest).hash(hasher);
        }
        self.wrote.hash(hasher);
    }
}

impl Watch {
    /// At the beginning; standard output is noted where somebody asks for it. `drops`: as in the options.
    pub(crate) fn new(outputs: bool, drops: bool) -> Self {
        Self {
            rests: Vec::new(),
            drops,
            said: Arc::default(),
            wrote: outputs.then(Arc::default),
            listens: Vec::new(),
            still: 0,
            calls: 0,
            asked: false,
            last: (TaskId(0), 0),
            findings: Arc::default(),
        }
    }

    pub(crate) fn note(&mut self, noted: Noted) {
        if !self.findings.contains(&noted) {
            Arc::make_mut(&mut self.findings).push(noted);
        }
    }

    /// What somebody for whom this is so should have sent before.
    pub(crate) fn take_lost(&mut self, of: impl Fn(TaskId) -> bool) -> Option<(Broken, TaskId, u32)> {
        let place = self.rests.iter().position(|rest| of(rest.task))?;
        Some(self.rests.remove(place).lost())
    }

    /// Hear what one choice has brought.
    pub(crate) fn hear(&mut self, world: &World, events: &[Event]) -> Option<Failure> {
        let (mut failure, mut moved) = (None, false);
        for event in events {
            let Some(tid) = event.tid else { continue };
            let (task, pid) = (TaskId(tid.0 - 1), event.pid.unwrap_or(Pid(0)));
            let line = event.source.as_ref().map_or(0, |source| source.line);
            let broken = match &event.what {
                What::Returned { call, outcome, .. } => {
                    self.last = (task, line);
                    self.calls += 1;
                    self.asked |= says_not_yet(outcome);
                    moved |= gets_somewhere(call, outcome);
                    self.returned(world, (task, pid, line), call, outcome)
                }
                What::Wrote { error, text } => {
                    moved = true;
                    self.hear_text(world, (task, pid), *error, text);
                    None
                }
                What::Exited { status, .. } => {
                    moved = true;
                    self.exited(pid, task, *status, line)
                }
                What::Killed { signal, .. } => {
                    moved = true;
                    self.rests.retain(|rest| rest.pid != pid);
                    Some((Broken::Killed { signal: *signal }, task, line))
                }
                _ => None,
            };
            if failure.is_none() {
                failure = broken.map(|(what, task, line)| {
                    let program = world.program_of(task).unwrap_or(0);
                    Failure { what, task, program, line }
                });
            }
        }
        if moved {
            (self.still, self.calls, self.asked) = (0, 0, false);
        } else {
            self.still += 1;
        }
        failure
    }

    fn hear_text(&mut self, world: &World, (task, pid): (TaskId, Pid), error: bool, text: &str) {
        if error {
            let said = Arc::make_mut(&mut self.said);
            let place = said.iter().position(|(known, _)| *known == pid).unwrap_or_else(|| {
                said.push((pid, String::new()));
                said.len() - 1
            });
            if said[place].1.len() < MOST_SAID {
                said[place].1.push_str(text);
            }
        } else if let (Some(wrote), Some(program)) = (&mut self.wrote, world.program_of(task)) {
            let wrote = Arc::make_mut(wrote);
            let program = program as usize;
            if wrote.len() <= program {
                wrote.resize(program + 1, String::new());
            }
            if wrote[program].len() < MOST_SAID {
                wrote[program].push_str(text);
            }
        }
    }

    fn exited(&mut self, pid: Pid, task: TaskId, status: i32, line: u32) -> Option<(Broken, TaskId, u32)> {
        let place = self.rests.iter().position(|rest| rest.pid == pid);
        let lost = place.map(|place| self.rests.remove(place).lost());
        self.rests.retain(|rest| rest.pid != pid);
        if status == 0 {
            return lost;
        }
        let said = self.said.iter().find(|(known, _)| *known == pid);
        let said = said.map_or_else(String::new, |(_, said)| said.clone());
        Some((Broken::Exit { status, said }, task, line))
    }

    fn returned(
        &mut self,
        world: &World,
        (task, pid, line): (TaskId, Pid, u32),
        call: &Call,
        outcome: &Outcome,
    ) -> Option<(Broken, TaskId, u32)> {
        match (call, outcome) {
            (Call::Send { fd, data, .. } | Call::Write { fd, data }, outcome) => {
                self.sent(Rest { pid, fd: *fd, task, line, given: 0, rest: data.clone() }, outcome)
            }
            (Call::Close { fd } | Call::Shutdown { fd, how: How::Write | How::Both }, Ok(_)) => {
                if matches!(call, Call::Close { .. }) {
                    self.listens.retain(|open| *open != (pid, *fd));
                }
                let place = self.rests.iter().position(|rest| rest.is_on(pid, *fd))?;
                let lost = self.rests.remove(place).lost();
                self.rests.retain(|rest| !rest.is_on(pid, *fd));
                Some(lost)
            }
            (Call::Listen { fd, .. }, Ok(_)) => {
                if self.listens.contains(&(pid, *fd)) {
                    let program = world.program_of(task).unwrap_or(0);
                    self.note(Noted { what: Finding::ListensAgain, program, line });
                } else {
                    self.listens.push((pid, *fd));
                }
                None
            }
            _ => None,
        }
    }

    /// What was not taken has to come first in what is sent next.
    fn sent(&mut self, now: Rest, outcome: &Outcome) -> Option<(Broken, TaskId, u32)> {
        let taken = match outcome {
            Ok(Returned::Count(taken)) => *taken as usize,
            // It is tried again, or given up with the connection.
            Err(Errno::EAGAIN | Errno::EINTR) => return None,
            _ => {
                self.rests.retain(|rest| !rest.is_on(now.pid, now.fd));
                return None;
            }
        };
        let own = |rest: &Rest| rest.is_on(now.pid, now.fd) && rest.task == now.task;
        let goes_on = |rest: &Rest| rest.is_on(now.pid, now.fd) && rest.goes_on_with(&now.rest);
        let place = self.rests.iter().position(|rest| own(rest) && goes_on(rest));
        let place = place.or_else(|| self.rests.iter().position(goes_on));
        if let Some(place) = place {
            let rest = &mut self.rests[place];
            if now.rest.len() > rest.rest.len() {
                // Something new comes with it.
                rest.given += (now.rest.len() - rest.rest.len()) as u32;
                rest.rest = now.rest;
            }
            rest.rest = rest.rest.slice(taken.min(rest.rest.len())..rest.rest.len());
            if rest.rest.is_empty() {
                self.rests.remove(place);
            }
            return None;
        }
        // Another thread may well send something of its own in between.
        if let Some(place) = self.rests.iter().position(own) {
            return Some(self.rests.remove(place).lost());
        }
        if taken < now.rest.len() && !self.drops {
            let rest = now.rest.slice(taken..now.rest.len());
            self.rests.push(Rest { given: now.rest.len() as u32, rest, ..now });
        }
        None
    }
}

impl Rest {
    fn is_on(&self, pid: Pid, fd: Fd) -> bool {
        (self.pid, self.fd) == (pid, fd)
    }

    /// Whether somebody who sends this goes on where it was left: with all of it and more, or with a piece of it.
    fn goes_on_with(&self, data: &Bytes) -> bool {
        data.starts_with(&self.rest) || self.rest.starts_with(data)
    }

    fn lost(self) -> (Broken, TaskId, u32) {
        let taken = self.given.saturating_sub(self.rest.len() as u32);
        (Broken::Lost { fd: self.fd, given: self.given, taken }, self.task, self.line)
    }
}

/// Whether a call says that there is nothing yet.
fn says_not_yet(outcome: &Outcome) -> bool {
    match outcome {
        Err(Errno::EAGAIN) => true,
        Ok(Returned::Selected { read, write, except }) => {
            read.is_empty() && write.is_empty() && except.is_empty()
        }
        Ok(Returned::Polled(found)) => found.iter().all(|it| *it == Readiness::default()),
        _ => false,
    }
}

/// Whether a call that ended this way brings its program further.
fn gets_somewhere(call: &Call, outcome: &Outcome) -> bool {
    match (call, outcome) {
        (_, Err(Errno::EAGAIN | Errno::EINTR | Errno::EINPROGRESS | Errno::EALREADY | Errno::ETIMEDOUT)) => {
            false
        }
        (_, Ok(Returned::Count(0))) => false,
        (Call::Recv { len, .. } | Call::Read { len, .. }, Ok(Returned::Data(data))) => {
            !data.is_empty() || *len == 0
        }
        (Call::Select { .. } | Call::Poll { .. }, _) => false,
        (
            Call::Getsockname { .. }
            | Call::Getpeername { .. }
            | Call::Getsockopt { .. }
            | Call::SetBlocking { .. },
            _,
        ) => false,
        (_, Err(_)) => false,
        _ => true,
    }
}
