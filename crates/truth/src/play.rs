//! Plays a script on a kernel and notes what came of each line.

use std::collections::BTreeMap;

use syscall::{
    Call, CallId, Errno, Fd, Micros, MsgFlags, OptionValue, Outcome, PollFd, Readiness, Returned, TaskId,
};

use crate::line::{Line, Name, Op};
use crate::{Came, Driver, Expect};

/// How long a call may take that is not said to wait, in microseconds.
const PATIENCE: Micros = 10_000_000;
/// How long reading lets the other end think before it goes on.
const A_MOMENT: Micros = 60_000;
/// Non-blocking calls of one line.
const MOST_CALLS: usize = 100_000;

/// A line and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Played {
    /// The line.
    pub line: String,
    /// What came of it; empty where nothing comes of it.
    pub came: String,
    /// How long it took, in microseconds.
    pub took: Micros,
    /// Whether that was expected.
    pub fine: bool,
}

/// Play every line; what goes wrong in one does not keep the next from being played.
pub fn play(driver: &mut dyn Driver, script: &[Line]) -> Vec<Played> {
    let mut player = Player { driver, tasks: BTreeMap::new(), waiting: BTreeMap::new() };
    let mut story = Vec::new();
    for line in script {
        player.line(line, &mut story);
    }
    story
}

struct Player<'d> {
    driver: &'d mut dyn Driver,
    tasks: BTreeMap<Name, TaskId>,
    /// The call that a task waits in, and since when.
    waiting: BTreeMap<Name, (CallId, Micros)>,
}

impl Player<'_> {
    fn task(&mut self, name: Name) -> TaskId {
        let driver = &mut self.driver;
        *self.tasks.entry(name).or_insert_with(|| driver.spawn())
    }

    fn line(&mut self, line: &Line, story: &mut Vec<Played>) {
        self.driver.rest();
        let start = self.driver.now();
        let (came, expect) = match line {
            Line::Note(_) => (None, None),
            Line::Pass(us) => {
                self.driver.pass(*us);
                (None, None)
            }
            Line::Signal(name) => (self.happen(*name, |d, task| d.signal(task)), None),
            Line::Kill(name) => (self.happen(*name, |d, task| d.kill(task)), None),
            Line::Repeat(times, lines) => return self.repeat(line, *times, lines, story),
            Line::Do { task, op, expect } => (Some(self.op(*task, op, expect.as_ref())), expect.as_ref()),
            Line::Ends { task, expect } => (Some(self.ends(*task, expect)), Some(expect)),
        };
        let since = match line {
            Line::Ends { task, .. } => self.waiting.get(task).map_or(start, |w| w.1),
            _ => start,
        };
        if let (Line::Ends { task, .. }, Some(came)) = (line, &came)
            && *came != Came::Waits
        {
            self.waiting.remove(task);
        }
        let took = self.driver.now() - since;
        let fine = match (expect, &came) {
            (Some(expect), Some(came)) => {
                expect.holds(came, self.driver.is_measured()) && self.in_time(expect, took)
            }
            (_, Some(Came::Cannot(_))) => false,
            _ => true,
        };
        let came = came.map_or_else(String::new, |came| came.text());
        story.push(Played { line: line.to_string(), came, took, fine });
    }

    fn in_time(&self, expect: &Expect, took: Micros) -> bool {
        let judged = expect.after.filter(|_| self.driver.keeps_time());
        judged.is_none_or(|(low, high)| (low..=high + self.driver.tolerance()).contains(&took))
    }

    /// What comes of the last round stands for all, unless one went wrong.
    fn repeat(&mut self, line: &Line, times: u32, lines: &[Line], story: &mut Vec<Played>) {
        let start = self.driver.now();
        let mut shown = Vec::new();
        for _ in 0..times {
            let mut round = Vec::new();
            for line in lines {
                self.line(line, &mut round);
            }
            let wrong = round.iter().any(|played| !played.fine);
            shown = round;
            if wrong {
                break;
            }
        }
        let came: Vec<_> = shown.iter().map(|p| p.came.as_str()).filter(|t| !t.is_empty()).collect();
        let (fine, took) = (shown.iter().all(|p| p.fine), self.driver.now() - start);
        story.push(Played { line: line.to_string(), came: came.join("; "), took, fine });
    }

    fn happen(
        &mut self,
        name: Name,
        what: impl Fn(&mut dyn Driver, TaskId) -> Result<(), String>,
    ) -> Option<Came> {
        let task = self.task(name);
        what(self.driver, task).err().map(Came::Cannot)
    }

    fn op(&mut self, name: Name, op: &Op, expect: Option<&Expect>) -> Came {
        let task = self.task(name);
        if self.waiting.contains_key(&name) {
            return Came::Cannot(format!("{name} still waits in a call"));
        }
        match op {
            Op::Call(call) => {
                let start = self.driver.now();
                let id = self.driver.submit(task, call.clone());
                if expect.is_some_and(Expect::waits) {
                    if let Some(outcome) = self.driver.outcome(id) {
                        return Came::Outcome(outcome);
                    }
                    self.waiting.insert(name, (id, start));
                    return Came::Waits;
                }
                self.end_of(task, id)
            }
            Op::Sends(fd, data) => self.sends(task, *fd, data),
            Op::Recvs(fd, len) => self.recvs(task, *fd, *len),
            Op::State(fd) => {
                match self.now(task, Call::Getsockopt { fd: *fd, option: syscall::SocketOption::TcpInfo }) {
                    Ok(Returned::Option(OptionValue::TcpInfo(info))) => Came::Word(info.state.to_string()),
                    outcome => Came::Outcome(outcome),
                }
            }
            Op::ReadsUntilWritable(fd, len, other, other_fd) => {
                let other = self.task(*other);
                self.reads_until_writable((task, *fd), *len, (other, *other_fd))
            }
            Op::SigpipeDefault => match self.driver.sigpipe_default(task) {
                Ok(()) => Came::Word("0".into()),
                Err(why) => Came::Cannot(why),
            },
        }
    }

    fn end_of(&mut self, task: TaskId, id: CallId) -> Came {
        match self.driver.wait(id, PATIENCE) {
            Some(outcome) => Came::Outcome(outcome),
            None if self.driver.is_dead(task) => Came::Killed,
            None => Came::Waits,
        }
    }

    fn ends(&mut self, name: Name, expect: &Expect) -> Came {
        let task = self.task(name);
        let Some((id, _)) = self.waiting.get(&name).copied() else {
            return Came::Cannot(format!("{name} waits in no call"));
        };
        if expect.waits() {
            return self.driver.outcome(id).map_or(Came::Waits, Came::Outcome);
        }
        self.end_of(task, id)
    }

    fn now(&mut self, task: TaskId, call: Call) -> Outcome {
        let id = self.driver.submit(task, call);
        self.driver.wait(id, PATIENCE).unwrap_or(Err(Errno::ECANCELED))
    }

    fn sends(&mut self, task: TaskId, fd: Fd, data: &syscall::Bytes) -> Came {
        let flags = MsgFlags { dontwait: true, nosignal: true, ..MsgFlags::default() };
        let mut counts = Vec::new();
        loop {
            match self.now(task, Call::Send { fd, data: data.clone(), flags }) {
                Ok(Returned::Count(n)) if counts.len() < MOST_CALLS => counts.push(n),
                end if counts.is_empty() && end != Err(Errno::EAGAIN) => return Came::Outcome(end),
                end => return Came::Counts(counts, end),
            }
        }
    }

    fn recvs(&mut self, task: TaskId, fd: Fd, len: u32) -> Came {
        let flags = MsgFlags { dontwait: true, ..MsgFlags::default() };
        let mut counts = Vec::new();
        loop {
            match self.now(task, Call::Recv { fd, len, flags }) {
                Ok(Returned::Data(data)) if !data.is_empty() && counts.len() < MOST_CALLS => {
                    counts.push(data.len() as u32);
                }
                end => return Came::Counts(counts, end),
            }
        }
    }

    fn reads_until_writable(&mut self, reader: (TaskId, Fd), len: u32, writer: (TaskId, Fd)) -> Came {
        let events = Readiness { writable: true, ..Readiness::default() };
        let poll = || Call::Poll { fds: vec![PollFd { fd: writer.1, events }], timeout_us: Some(A_MOMENT) };
        let flags = MsgFlags { dontwait: true, ..MsgFlags::default() };
        let mut read = 0;
        loop {
            match self.now(writer.0, poll()) {
                Ok(Returned::Polled(entries)) if entries.iter().any(|e| e.writable) => {
                    return Came::Counts(vec![read], Ok(Returned::Done));
                }
                Ok(Returned::Polled(_)) => {}
                end => return Came::Outcome(end),
            }
            match self.now(reader.0, Call::Recv { fd: reader.1, len, flags }) {
                Ok(Returned::Data(data)) if !data.is_empty() => read += data.len() as u32,
                end => return Came::Outcome(end),
            }
        }
    }
}
