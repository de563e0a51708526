//! Runs a script on a kernel, step by step, and records what can be seen.

use std::collections::BTreeMap;

use syscall::{Address, Call, CallId, Micros, OptionValue, Outcome, Returned, TaskId, TcpInfo, TcpState};
use truth::Driver;

/// One step of a script.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// A task makes a call.
    Call(usize, Call),
    /// Time passes, in microseconds.
    Pass(Micros),
    /// A caught signal.
    Signal(usize),
    /// SIGKILL.
    Kill(usize),
}

/// How a call stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    Outcome(Outcome),
    Waits,
}

/// What can be seen of a step.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// How the step's own call stands.
    pub(crate) own: Option<Ended>,
    /// Calls of others that have ended meanwhile.
    pub(crate) others: Vec<(usize, Call, Outcome)>,
    /// The kernel's driver cannot do this.
    pub(crate) cannot: Option<String>,
    /// When that was seen, in microseconds since the script began. It is not compared.
    pub(crate) clock: Micros,
}

impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        self.own == other.own && self.others == other.others
    }
}

/// A script in the middle of its run.
pub(crate) struct Run<'d> {
    pub(crate) driver: &'d mut dyn Driver,
    pub(crate) tasks: Tasks,
}

/// Everything of a run but the kernel.
#[derive(Clone)]
pub(crate) struct Tasks {
    tasks: Vec<TaskId>,
    waiting: Vec<Option<(CallId, Call)>>,
    killed: Vec<bool>,
    /// Every call that had to wait.
    pub(crate) waited: Vec<Call>,
    ports: BTreeMap<u16, u16>,
}

/// The first port that a kernel chooses by itself, and the first that stands for one such in a record.
const EPHEMERAL: u16 = 32_768;

impl<'d> Run<'d> {
    pub(crate) fn new(driver: &'d mut dyn Driver, tasks: usize) -> Self {
        let ids = (0..tasks).map(|_| driver.spawn()).collect();
        let tasks = Tasks {
            tasks: ids,
            waiting: vec![None; tasks],
            killed: vec![false; tasks],
            waited: Vec::new(),
            ports: BTreeMap::new(),
        };
        Self { driver, tasks }
    }

    /// Whether a task lives and waits in no call.
    pub(crate) fn is_free(&self, task: usize) -> bool {
        self.tasks.waiting[task].is_none() && !self.tasks.killed[task]
    }

    pub(crate) fn step(&mut self, step: &Step) -> Record {
        let (mut record, called) = self.begin(step);
        self.gather(&mut record, called);
        record.clock = self.driver.now();
        record
    }

    /// Do it; answers who called.
    pub(crate) fn begin(&mut self, step: &Step) -> (Record, Option<usize>) {
        let mut record = Record { own: None, others: Vec::new(), cannot: None, clock: 0 };
        let mut called = None;
        match step {
            // The simulated task that the script was made with waits no more; this one does, and cannot call.
            Step::Call(task, _) if self.tasks.waiting[*task].is_some() => record.own = Some(Ended::Waits),
            Step::Call(task, call) => {
                let id = self.driver.submit(self.tasks.tasks[*task], call.clone());
                let outcome = self.driver.outcome(id);
                record.own = Some(match outcome {
                    Some(outcome) => Ended::Outcome(self.tasks.plain(outcome)),
                    None => {
                        self.tasks.waited.push(call.clone());
                        self.tasks.waiting[*task] = Some((id, call.clone()));
                        Ended::Waits
                    }
                });
                called = Some(*task);
            }
            Step::Pass(us) => self.driver.pass(*us),
            Step::Signal(task) if self.tasks.killed[*task] => {}
            Step::Signal(task) => record.cannot = self.driver.signal(self.tasks.tasks[*task]).err(),
            Step::Kill(task) if self.tasks.killed[*task] => {}
            Step::Kill(task) => {
                self.tasks.killed[*task] = true;
                self.tasks.waiting[*task] = None;
                record.cannot = self.driver.kill(self.tasks.tasks[*task]).err();
            }
        }
        (record, called)
    }

    /// Note which calls have ended.
    pub(crate) fn gather(&mut self, record: &mut Record, called: Option<usize>) {
        for task in 0..self.tasks.waiting.len() {
            let Some((id, _)) = &self.tasks.waiting[task] else { continue };
            if let Some(outcome) = self.driver.outcome(*id)
                && let Some((_, call)) = self.tasks.waiting[task].take()
            {
                let outcome = self.tasks.plain(outcome);
                if called == Some(task) {
                    record.own = Some(Ended::Outcome(outcome));
                } else {
                    record.others.push((task, call, outcome));
                }
            }
        }
    }
}

/// TCP_INFO without what cannot be compared.
fn comparable(info: TcpInfo) -> TcpInfo {
    if info.state == TcpState::Closed {
        // Linux leaves there what the connection was, or makes it anew, field by field.
        return TcpInfo::default();
    }
    TcpInfo {
        // Whether a probe went out already is a matter of milliseconds on a machine that has other work.
        retransmits: 0,
        probes: 0,
        backoff: 0,
        total_retrans: 0,
        // Measured times, and what congestion control makes of them.
        rto_us: 0,
        rtt_us: 0,
        rttvar_us: 0,
        snd_cwnd: 0,
        ..info
    }
}

impl Tasks {
    pub(crate) fn id(&self, task: usize) -> TaskId {
        self.tasks[task]
    }

    /// Without what differs from run to run: which ports the kernel chose, and times.
    fn plain(&mut self, outcome: Outcome) -> Outcome {
        outcome.map(|returned| match returned {
            Returned::Accepted { fd, peer } => Returned::Accepted { fd, peer: self.port(peer) },
            Returned::Address(address) => Returned::Address(self.port(address)),
            Returned::Datagram { data, from } => Returned::Datagram { data, from: self.port(from) },
            Returned::Option(OptionValue::TcpInfo(info)) => {
                Returned::Option(OptionValue::TcpInfo(comparable(info)))
            }
            // A send buffer that nobody has set grows to what the route has learnt.
            Returned::Option(OptionValue::Int(grown)) if grown > 2_000_000 => {
                Returned::Option(OptionValue::Int(i32::MAX))
            }
            other => other,
        })
    }

    fn port(&mut self, address: Address) -> Address {
        if address.port() < EPHEMERAL {
            return address;
        }
        let next = EPHEMERAL + self.ports.len() as u16;
        let port = *self.ports.entry(address.port()).or_insert(next);
        Address::new(address.ip(), port)
    }
}
