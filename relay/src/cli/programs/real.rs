//! This machine's own kernel as ground for programs: the hosts of a lab, or its loopback.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use lab::{Done, EndsBy, Lab, Told};
use protocol::{WireRequest, WireSpec};
use runs::Ground;
use syscall::{
    Call, CallId, Completed, Fd, HostId, Kernel as _, Micros, OptionValue, Pid, Returned, SocketOption,
    SourceRange, TaskId, TcpState, What,
};

/// How long to wait where nobody says how long: then again.
const LONG: Duration = Duration::from_secs(3600);

/// Descriptors that are looked at when it is asked what was left open.
const LOOKED_AT: std::ops::Range<i32> = 3..64;

/// How often the wire is looked at while what hosts send is held.
const LOOK: Duration = Duration::from_millis(1);

/// A call of a program that has ended.
pub(super) struct Made {
    /// The program, by the number of its process in the run.
    pub(super) process: usize,
    /// The line of its text, from 1; 0 where it is not known.
    pub(super) line: u32,
    pub(super) done: Done,
    /// When, in microseconds since the lab was opened.
    pub(super) at: Micros,
}

/// The calls that have ended and have not been told yet.
pub(super) type Tape = Rc<RefCell<VecDeque<Made>>>;

/// A lab whose programs reach each other and nobody else.
pub(super) struct Real {
    lab: Lab,
    done: VecDeque<Done>,
    /// Calls that have not completed, with the lines that they came from.
    outstanding: BTreeMap<CallId, (TaskId, u32)>,
    /// How long nothing may happen, while no wait ends by itself, before it is taken that nothing will; none is for ever.
    patience: Option<Duration>,
    /// When nobody waits any longer.
    until: Option<Instant>,
    /// The number of each process, by its task.
    processes: BTreeMap<TaskId, usize>,
    tape: Option<Tape>,
    /// What hosts have sent and is held; none while nothing is.
    held: Option<VecDeque<(HostId, u32)>>,
}

impl Real {
    /// This lab, without a program.
    pub(super) fn new(lab: Lab) -> Self {
        let (done, outstanding, processes) = (VecDeque::new(), BTreeMap::new(), BTreeMap::new());
        Self { lab, done, outstanding, patience: None, until: None, processes, tape: None, held: None }
    }

    /// The same, which ends when nothing has happened for so long and no wait ends by itself.
    pub(super) fn patient_for(mut self, patience: Duration) -> Self {
        self.patience = Some(patience);
        self
    }

    /// The same, in which no wait lasts longer than until then, whatever is waited for.
    pub(super) fn no_later_than(mut self, until: Instant) -> Self {
        self.until = Some(until);
        self
    }

    /// The descriptors that are open though the other side has finished, by the numbers of their processes.
    pub(super) fn in_close_wait(&mut self) -> Vec<(usize, Fd)> {
        let (mut found, mut id) = (Vec::new(), CallId(u64::MAX));
        for (task, process) in self.processes.clone() {
            for fd in LOOKED_AT.map(Fd) {
                // No call of a program has such a number.
                id.0 -= 1;
                self.lab.submit(id, task, Call::Getsockopt { fd, option: SocketOption::TcpInfo });
                let outcome = self.lab.next_done(Duration::ZERO).filter(|done| done.id == id);
                if let Some(Ok(Returned::Option(OptionValue::TcpInfo(info)))) = outcome.map(|it| it.outcome)
                    && info.state == TcpState::CloseWait
                {
                    found.push((process, fd));
                }
            }
        }
        found
    }

    /// The same, with every call that ends noted.
    pub(super) fn noting(mut self, tape: Tape) -> Self {
        self.tape = Some(tape);
        self
    }

    fn started(&mut self, task: TaskId) -> TaskId {
        self.processes.insert(task, self.processes.len());
        task
    }

    /// What has been put on the wire: acknowledgements go on at once, everything else is held.
    fn sort(&mut self) {
        while let Some(held) = &mut self.held
            && let Some(told) = self.lab.next_told(Duration::ZERO)
        {
            let Told::Event(event) = told else { continue };
            match event.what {
                What::SegmentSent { segment } if segment.is_bare() => {
                    // It may have been let through by the wire itself.
                    let _ = self.lab.wire(WireRequest::Deliver { packet: segment.id });
                }
                What::SegmentSent { segment } => held.push_back((event.host, segment.id)),
                What::DatagramSent { datagram } => held.push_back((event.host, datagram.id)),
                _ => {}
            }
        }
    }

    /// How long to wait for something to happen; none where a wait ends by itself.
    fn patience(&self) -> Option<Duration> {
        let by_itself = |id: &CallId| self.lab.ends_by(*id) == Some(EndsBy::Time);
        self.patience.filter(|_| !self.outstanding.keys().any(by_itself))
    }
}

impl Ground for Real {
    fn spawn(&mut self, host: HostId) -> TaskId {
        let task = self.lab.spawn(host);
        self.started(task)
    }

    /// A lab knows processes, and takes several calls of each at once.
    fn thread(&mut self, of: TaskId) -> TaskId {
        of
    }

    fn child(&mut self, pid: Pid) -> TaskId {
        self.started(Lab::task_of(pid))
    }

    fn exit(&mut self, task: TaskId, _status: i32) {
        self.lab.exit(task);
    }

    fn submit(&mut self, id: CallId, task: TaskId, call: Call, source: SourceRange) {
        // A connection that is given up after a time of its own ends waits by itself, and later than others.
        if let (Some(patience), Call::Setsockopt { option, value, .. }) = (&mut self.patience, &call)
            && let (SocketOption::TcpUserTimeout, OptionValue::Int(ms)) = (option, value)
        {
            *patience = (*patience).max(Duration::from_millis(u64::try_from(*ms).unwrap_or(0)) * 2);
        }
        self.outstanding.insert(id, (task, source.line));
        self.lab.submit(id, task, call);
    }

    fn next_completed(&mut self) -> Option<Completed> {
        let done = self.done.pop_front().or_else(|| self.lab.poll_done())?;
        let (id, outcome) = (done.id, done.outcome.clone());
        let made = self.outstanding.remove(&id);
        if let (Some(tape), Some((task, line))) = (&self.tape, made) {
            let process = self.processes.get(&task).copied().unwrap_or_default();
            tape.borrow_mut().push_back(Made { process, line, done, at: self.lab.now() });
        }
        Some(Completed { id, outcome })
    }

    fn wait(&mut self, until: Option<Micros>) -> bool {
        if self.outstanding.is_empty() && until.is_none() {
            return false;
        }
        loop {
            let patience = self.patience();
            let left = until.map(|until| Duration::from_micros(until.saturating_sub(self.now())));
            let most = self.until.map_or(LONG, |until| until.saturating_duration_since(Instant::now()));
            self.sort();
            let looks = self.held.is_some();
            let wait = left.or(patience).unwrap_or(LONG).min(most);
            let done = self.lab.next_done(if looks { wait.min(LOOK) } else { wait });
            let came = done.is_some();
            if looks && !came && wait > LOOK {
                continue;
            }
            self.done.extend(done);
            if came || until.is_some() || self.until.is_some_and(|until| Instant::now() >= until) {
                return true;
            }
            if patience.is_some() {
                return false;
            }
        }
    }

    fn hold(&mut self, held: bool) {
        // Without a wire nothing can be held.
        let wire = WireSpec { held, ..WireSpec::default() };
        let done = self.lab.wire(WireRequest::Set(wire)).is_ok();
        self.held = (held && done).then(VecDeque::new);
    }

    fn let_through(&mut self, from: HostId) -> bool {
        self.sort();
        let Some(held) = &mut self.held else { return true };
        let Some(place) = held.iter().position(|(host, _)| *host == from) else { return false };
        let packet = held.remove(place).map_or(0, |(_, packet)| packet);
        // Lost on the way, or gone already: then something else is next.
        self.lab.wire(WireRequest::Deliver { packet }).is_ok()
    }

    fn moment(&mut self) {
        self.wait(Some(self.now()));
    }

    fn now(&self) -> Micros {
        self.lab.now()
    }

    fn wall(&self) -> Micros {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Micros::try_from(since.as_micros()).unwrap_or(Micros::MAX)
    }

    fn waits_for_clients(&self, id: CallId) -> bool {
        self.lab.ends_by(id) == Some(EndsBy::Clients)
    }
}
