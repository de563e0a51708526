//! The program that runs a [`ProgramSpec`]'s steps.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use syscall::{Action, Bytes, Call, Errno, Origin, Outcome, Pid, Program, Returned};

use crate::digest::Digest;
use crate::values::{SHOWN, Slot, Value, exception, number, numbered_lines};
use crate::{Guest, Op, ProgramSpec, Status, Step, Variable, check};

/// Lines a script may reach without making a call before it is ended as endless.
const MAX_LINES_WITHOUT_CALL: u32 = 10_000;

/// A script in the middle of its run. It knows nothing of the kernel that answers it, so that the same script runs
/// against a simulated and a real one.
///
/// Order of use: [`resume`](Program::resume) with `None`, then as the trait says. Between two resumes the accessors
/// tell where it stands; the effect of a line shows once that line has run.
#[derive(Clone, Debug)]
pub struct Script {
    steps: Arc<[Step]>,
    /// The step whose action was given last.
    at: Option<usize>,
    next: Option<Action>,
    status: Status,
    ran: u32,
    variables: Vec<Slot>,
    /// What the last `recv` or `read` gave.
    received: Bytes,
    /// Whether that was none.
    ended: bool,
    /// Whether the last `fork` made this process.
    child: bool,
    lines_without_call: u32,
}

impl Script {
    /// The exit status of a script that was ended because it went round without making a call.
    pub const ENDLESS: i32 = 75;

    /// The script before its first step.
    ///
    /// # Errors
    /// Every mistake in the steps, each a sentence.
    pub fn new(spec: &ProgramSpec) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        check::program(spec, &mut problems);
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self {
            steps: spec.steps.as_slice().into(),
            at: None,
            next: None,
            status: Status::Ready,
            ran: 0,
            variables: Vec::new(),
            received: Bytes::new(),
            ended: false,
            child: false,
            lines_without_call: 0,
        })
    }

    /// The line that runs next, or that is waiting, from 1; 0 after the last.
    pub fn line(&self) -> u32 {
        self.at.map_or(0, |at| self.steps[at].line)
    }

    /// The line that ran last, from 1; 0 before the first.
    pub fn ran(&self) -> u32 {
        self.ran
    }

    /// `Ready` until the script has ended; it does not know whether its call waits.
    pub fn status(&self) -> &Status {
        &self.status
    }

    /// What it does next, or is waiting for; none before the first `resume`.
    pub fn peek(&self) -> Option<&Action> {
        self.next.as_ref()
    }

    /// The call that it makes next, or in which it waits.
    pub fn upcoming(&self) -> Option<&Call> {
        match &self.next {
            Some(Action::Call { call, .. }) => Some(call),
            Some(Action::Line(_) | Action::Exit(_)) | None => None,
        }
    }

    /// Its variables, in the order of their first value. `changed`: by the last `resume`.
    pub fn variables(&self) -> Vec<Variable> {
        self.variables.iter().map(Slot::show).collect()
    }

    fn set(&mut self, name: &str, value: Value) {
        match self.variables.iter_mut().find(|v| v.name == name) {
            Some(slot) => {
                slot.value = value;
                slot.changed = true;
            }
            None => self.variables.push(Slot { name: name.into(), value, changed: true }),
        }
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.variables.iter().find(|v| v.name == name).map(|v| &v.value)
    }

    fn number(&self, name: &str) -> i64 {
        match self.value(name) {
            Some(Value::Number(n)) => *n,
            _ => 0,
        }
    }

    /// What of a variable no kernel has taken, and where that begins.
    fn rest(&self, name: &str) -> (Bytes, u64) {
        match self.value(name) {
            Some(Value::Outgoing { bytes, taken, .. }) => (bytes.slice(*taken as usize..bytes.len()), *taken),
            _ => (Bytes::new(), 0),
        }
    }

    fn collected(&self, name: &str) -> u64 {
        match self.value(name) {
            Some(Value::Collected { len, .. }) => *len,
            _ => 0,
        }
    }

    /// The first step of a line. That there is one was checked.
    fn step_of(&self, line: u32) -> usize {
        self.steps.iter().position(|s| s.line == line).unwrap_or(self.steps.len())
    }

    /// The effect of the step that was waited for; answers the step to go on with.
    fn finish(&mut self, at: usize, outcome: Option<Outcome>) -> Result<usize, Errno> {
        let steps = Arc::clone(&self.steps);
        let step = &steps[at];
        self.ran = step.line;
        if makes_call(&step.op) {
            match outcome.unwrap_or(Err(Errno::ECANCELED)) {
                Ok(returned) => self.store(&step.op, returned),
                Err(Errno::EINTR) if !step.on.contains_key(&Errno::EINTR) => return Ok(at),
                Err(errno) => return step.on.get(&errno).map(|line| self.step_of(*line)).ok_or(errno),
            }
        } else {
            self.apply(&step.op);
        }
        Ok(at + 1)
    }

    /// Keep what a call returned.
    fn store(&mut self, op: &Op, returned: Returned) {
        match (op, returned) {
            (Op::Send { from, count, .. } | Op::Write { from, count, .. }, Returned::Count(n)) => {
                if let Some(Value::Outgoing { bytes, taken, mark }) = self.value(from).cloned() {
                    self.set(from, Value::Outgoing { bytes, taken: taken + u64::from(n), mark });
                }
                self.set(count, Value::Number(i64::from(n)));
            }
            (Op::Recv { into, .. } | Op::Read { into, .. }, Returned::Data(data)) => {
                if let Some(Value::Collected { mut head, len }) = self.value(into).cloned()
                    && !data.is_empty()
                {
                    let kept = data.len().min((SHOWN + 1).saturating_sub(head.len()));
                    head.extend_from_slice(&data[..kept]);
                    self.set(into, Value::Collected { head, len: len + data.len() as u64 });
                }
                self.receive(data);
            }
            (_, Returned::Data(data) | Returned::Datagram { data, .. }) => self.receive(data),
            (op, returned) => {
                if let Returned::Forked(pid) = returned {
                    self.child = pid == Pid(0);
                }
                if let Op::Ask { into, .. } = op {
                    self.set(into, Value::Number(number(&returned)));
                }
            }
        }
    }

    fn receive(&mut self, data: Bytes) {
        self.ended = data.is_empty();
        self.received = data;
    }

    /// The effect of a step that makes no call.
    fn apply(&mut self, op: &Op) {
        match op {
            Op::Data { name, len } => {
                let (bytes, mark) = (numbered_lines(*len), u64::from(*len));
                self.set(name, Value::Outgoing { bytes, taken: 0, mark });
            }
            Op::Text { name, bytes } => self.give_away(name, bytes.clone()),
            Op::Received { name } => self.give_away(name, self.received.clone()),
            Op::Empty { name } => self.set(name, Value::Collected { head: Vec::new(), len: 0 }),
            Op::Set { name, value } => self.set(name, Value::Number(*value)),
            Op::Add { to, from } => {
                let sum = self.number(to).saturating_add(self.number(from));
                self.set(to, Value::Number(sum));
            }
            Op::Call(_)
            | Op::Ask { .. }
            | Op::Send { .. }
            | Op::Recv { .. }
            | Op::Write { .. }
            | Op::Read { .. }
            | Op::Sleep { .. }
            | Op::IfAllTaken { .. }
            | Op::IfHas { .. }
            | Op::IfEnd { .. }
            | Op::IfChild { .. }
            | Op::Goto(_)
            | Op::Exit(_)
            | Op::Pass => {}
        }
    }

    /// A bytes variable of which no kernel has taken anything.
    fn give_away(&mut self, name: &str, bytes: Bytes) {
        let mut digest = Digest::new();
        bytes.hash(&mut digest);
        self.set(name, Value::Outgoing { bytes, taken: 0, mark: digest.finish() });
    }

    /// Follow the steps that nobody sees to the next one that somebody does.
    fn advance(&mut self, mut place: usize) -> Action {
        // Such steps change nothing: passing more of them than there are is going round for ever.
        for _ in 0..=self.steps.len() {
            let Some(step) = self.steps.get(place) else { return self.end(Status::Ended { status: 0 }) };
            place = match &step.op {
                Op::Goto(line) => self.step_of(*line),
                Op::IfAllTaken { name, goto } if self.rest(name).0.is_empty() => self.step_of(*goto),
                Op::IfHas { name, len, goto } if self.collected(name) >= u64::from(*len) => {
                    self.step_of(*goto)
                }
                Op::IfEnd { goto } if self.ended => self.step_of(*goto),
                Op::IfChild { goto } if self.child => self.step_of(*goto),
                Op::IfAllTaken { .. } | Op::IfHas { .. } | Op::IfEnd { .. } | Op::IfChild { .. } => place + 1,
                Op::Exit(status) => {
                    self.ran = step.line;
                    return self.end(Status::Ended { status: *status });
                }
                op => {
                    let action = self.action(op, step.line);
                    let silent = matches!(action, Action::Line(_));
                    self.lines_without_call = if silent { self.lines_without_call + 1 } else { 0 };
                    if self.lines_without_call > MAX_LINES_WITHOUT_CALL {
                        break;
                    }
                    self.at = Some(place);
                    return action;
                }
            };
        }
        self.end(Status::Ended { status: Self::ENDLESS })
    }

    fn action(&self, op: &Op, line: u32) -> Action {
        match op {
            Op::Call(call) | Op::Ask { call, .. } => Action::Call { call: call.clone(), line, origin: None },
            Op::Send { fd, from, most, flags, .. } => {
                let (rest, offset) = self.rest(from);
                let len = most.map_or(rest.len(), |most| rest.len().min(most as usize));
                let call = Call::Send { fd: *fd, data: rest.slice(0..len), flags: *flags };
                Action::Call { call, line, origin: Some(Origin { name: from.clone(), offset }) }
            }
            Op::Recv { fd, len, total, into, flags } => {
                let has = self.collected(into);
                let lacks = total.map_or(*len, |total| u64::from(total).saturating_sub(has) as u32);
                let call = Call::Recv { fd: *fd, len: lacks.min(*len), flags: *flags };
                let origin = Origin { name: into.clone(), offset: has };
                Action::Call { call, line, origin: Some(origin) }
            }
            Op::Write { fd, from, .. } => {
                let (data, offset) = self.rest(from);
                let origin = Some(Origin { name: from.clone(), offset });
                Action::Call { call: Call::Write { fd: *fd, data }, line, origin }
            }
            Op::Read { fd, len, into } => {
                let origin = Some(Origin { name: into.clone(), offset: self.collected(into) });
                Action::Call { call: Call::Read { fd: *fd, len: *len }, line, origin }
            }
            Op::Sleep { us } => {
                let (read, write, except) = (Vec::new(), Vec::new(), Vec::new());
                let call = Call::Select { read, write, except, timeout_us: Some(*us) };
                Action::Call { call, line, origin: None }
            }
            _ => Action::Line(line),
        }
    }

    fn end(&mut self, status: Status) -> Action {
        let code = match &status {
            Status::Ended { status } => *status,
            Status::Raised { .. }
            | Status::Ready
            | Status::Waits
            | Status::Killed { .. }
            | Status::Vanished => 1,
        };
        self.status = status;
        self.at = None;
        Action::Exit(code)
    }
}

impl Program for Script {
    fn resume(&mut self, outcome: Option<Outcome>) -> Action {
        for slot in &mut self.variables {
            slot.changed = false;
        }
        if let Some(exit @ Action::Exit(_)) = &self.next {
            return exit.clone();
        }
        let action = match self.at.map_or(Ok(0), |at| self.finish(at, outcome)) {
            Ok(place) => self.advance(place),
            Err(errno) => self.end(Status::Raised { errno, exception: exception(errno).into() }),
        };
        self.next = Some(action.clone());
        action
    }
}

impl Guest for Script {
    fn peek(&self) -> Option<&Action> {
        self.next.as_ref()
    }

    fn status(&self) -> &Status {
        &self.status
    }

    fn line(&self, _thread: u32) -> u32 {
        self.line()
    }

    fn ran(&self, _thread: u32) -> u32 {
        self.ran
    }

    fn variables(&self, _thread: u32) -> Vec<Variable> {
        self.variables()
    }

    fn copy(&self) -> Box<dyn Guest> {
        Box::new(self.clone())
    }

    fn hash_state(&self, mut hasher: &mut dyn Hasher) {
        self.ran.hash(&mut hasher);
        self.hash_future(hasher);
    }

    fn hash_future(&self, mut state: &mut dyn Hasher) {
        let state = &mut state;
        self.at.hash(state);
        (self.ended, self.child, self.lines_without_call).hash(state);
        match &self.status {
            Status::Ready | Status::Waits | Status::Killed { .. } | Status::Vanished => 0.hash(state),
            Status::Ended { status } => (1, status).hash(state),
            Status::Raised { errno, .. } => (2, errno.linux()).hash(state),
        }
        if self.steps.iter().any(|step| matches!(step.op, Op::Received { .. })) {
            self.received.hash(state);
        }
        for slot in &self.variables {
            slot.name.hash(state);
            match &slot.value {
                Value::Number(n) => n.hash(state),
                Value::Outgoing { bytes, taken, mark } => (bytes.len(), taken, mark).hash(state),
                Value::Collected { head, len } => (head, len).hash(state),
            }
        }
    }
}

/// Whether a step is answered by a kernel.
pub(crate) const fn makes_call(op: &Op) -> bool {
    matches!(
        op,
        Op::Call(_)
            | Op::Ask { .. }
            | Op::Send { .. }
            | Op::Recv { .. }
            | Op::Write { .. }
            | Op::Read { .. }
            | Op::Sleep { .. }
    )
}
