//! The world: programs, the kernel, and what may happen next.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use kernel::Kernel;
use syscall::{
    Action, CallId, ConnectionId, Direction, Event, HostId, Kernel as _, Micros, Program, SourceRange,
    TaskId, What,
};

use crate::digest::Digest;
use crate::{
    Choice, ChoiceKey, End, Network, NotOffered, ReplayError, Scenario, ScenarioError, Script, Status, check,
};

/// Programs and a kernel, at one moment. Copy it to try something.
///
/// Order of use: look at [`choices`](Self::choices), [`take`](Self::take) one or [`step`](Self::step) with the default,
/// read [`events`](Self::events) and [`view`](Self::view). Running takes no time; time passes when a segment arrives, a
/// timer fires or a wait is over. Same scenario and choices, same events, on every platform.
#[derive(Clone)]
pub struct World {
    pub(crate) names: Arc<Names>,
    pub(crate) kernel: Kernel,
    pub(crate) programs: Vec<Running>,
    taken: Vec<ChoiceKey>,
    last_ran: Option<TaskId>,
    next_call: u64,
}

/// What a scenario calls things.
pub(crate) struct Names {
    pub(crate) hosts: Vec<String>,
    pub(crate) programs: Vec<String>,
}

/// A program in the middle of its run.
#[derive(Clone)]
pub(crate) struct Running {
    pub(crate) task: TaskId,
    pub(crate) host: HostId,
    pub(crate) script: Script,
    /// The call that it is in.
    pub(crate) call: Option<CallId>,
    /// The streams that its bytes variables belong to.
    pub(crate) streams: Vec<(String, ConnectionId, Direction)>,
}

/// Something that may happen, and how the default orders it.
struct Offer {
    key: ChoiceKey,
    due: Micros,
    /// It would tell nobody anything new.
    futile: bool,
}

impl World {
    /// The scenario before anything has happened.
    ///
    /// # Errors
    /// Every mistake in the scenario.
    pub fn new(scenario: &Scenario) -> Result<Self, ScenarioError> {
        check::scenario(scenario)?;
        let network = match scenario.network {
            Network::Loopback => kernel::Network::Loopback,
            Network::Wire { mtu, delay_us } => kernel::Network::Wire { mtu, delay_us },
        };
        let mut kernel = Kernel::new(network, scenario.hosts.len() as u16);
        let mut programs = Vec::new();
        for spec in &scenario.programs {
            let host =
                scenario.hosts.iter().position(|h| *h == spec.host).expect("the check found every host");
            let host = HostId(host as u16);
            let mut script = Script::new(spec).map_err(|problems| ScenarioError { problems })?;
            script.resume(None);
            programs.push(Running {
                task: kernel.spawn(host),
                host,
                script,
                call: None,
                streams: Vec::new(),
            });
        }
        let names = Names {
            hosts: scenario.hosts.clone(),
            programs: scenario.programs.iter().map(|p| p.name.clone()).collect(),
        };
        let mut world =
            Self { names: names.into(), kernel, programs, taken: Vec::new(), last_ran: None, next_call: 1 };
        for index in 0..world.programs.len() {
            world.end_if_over(index);
        }
        Ok(world)
    }

    /// A world in which these choices were taken, in this order.
    ///
    /// # Errors
    /// If the scenario is wrong, or a choice was not on offer in its turn.
    pub fn replay(scenario: &Scenario, choices: &[ChoiceKey]) -> Result<Self, ReplayError> {
        let mut world = Self::new(scenario).map_err(ReplayError::Scenario)?;
        for (at, &key) in choices.iter().enumerate() {
            world.take(key).map_err(|reason| ReplayError::Diverged { at, reason })?;
        }
        Ok(world)
    }

    /// What may happen next; the default comes first. At the end only probes that find nothing new are left, if any.
    pub fn choices(&self) -> Vec<Choice> {
        self.offers().into_iter().map(|offer| self.describe(offer.key, offer.due)).collect()
    }

    /// Let this happen.
    ///
    /// # Errors
    /// If it is not on offer.
    pub fn take(&mut self, key: ChoiceKey) -> Result<(), NotOffered> {
        let offered: Vec<_> = self.offers().into_iter().map(|offer| offer.key).collect();
        if !offered.contains(&key) {
            let ended = offered.is_empty();
            return Err(if ended {
                NotOffered::Ended { asked: key }
            } else {
                NotOffered::Other { asked: key, offered }
            });
        }
        self.perform(key);
        Ok(())
    }

    /// Let the default happen: a ready program (the one that ran last, else the first of the scenario), else what is
    /// due first. `false` when nothing can happen any more.
    pub fn step(&mut self) -> bool {
        let offers = self.offers();
        if offers.iter().all(|offer| offer.futile) {
            return false;
        }
        self.perform(offers[0].key);
        true
    }

    /// What has happened, in order; event k of the list, from 0, has the index k + 1.
    pub fn events(&self) -> &[Event] {
        self.kernel.events()
    }

    /// The choices taken, in order.
    pub fn taken(&self) -> &[ChoiceKey] {
        &self.taken
    }

    /// The world's time, in microseconds.
    pub fn now(&self) -> Micros {
        self.kernel.now()
    }

    /// A number that tells states apart: equal on every platform for equal scenarios and choices. The list of choices
    /// itself is not part of it.
    pub fn digest(&self) -> u64 {
        let mut digest = Digest::new();
        self.kernel.hash_state(&mut digest);
        for program in &self.programs {
            program.script.hash(&mut digest);
            program.call.hash(&mut digest);
        }
        self.last_ran.hash(&mut digest);
        self.next_call.hash(&mut digest);
        digest.finish()
    }

    /// How the run has ended, if it has.
    pub fn end(&self) -> Option<End> {
        if !self.offers().iter().all(|offer| offer.futile) {
            return None;
        }
        let fine = |p: &Running| {
            *p.script.status() != Status::Ready
                || p.call.is_some_and(|call| self.kernel.waits_for_clients(call))
        };
        Some(if self.programs.iter().all(fine) { End::Idle } else { End::Deadlock })
    }

    /// Whether a program can run.
    pub(crate) fn is_ready(&self, program: &Running) -> bool {
        *program.script.status() == Status::Ready
            && program.call.is_none_or(|call| self.kernel.can_go_on(call))
    }

    /// Everything on offer, the default first.
    fn offers(&self) -> Vec<Offer> {
        let mut offers = Vec::new();
        for program in &self.programs {
            if self.is_ready(program) {
                let offer = Offer { key: ChoiceKey::Run(program.task), due: 0, futile: false };
                let place = if self.last_ran == Some(program.task) { 0 } else { offers.len() };
                offers.insert(place, offer);
            }
        }
        let mut waiting = Vec::new();
        let deliverable = self.kernel.deliverable();
        for packet in self.kernel.in_flight().filter(|p| deliverable.contains(&p.segment.id)) {
            let key = ChoiceKey::Deliver(packet.segment.id);
            waiting.push(Offer { key, due: packet.due, futile: false });
        }
        for host in (0..self.names.hosts.len()).map(|h| HostId(h as u16)) {
            if let Some((due, timer, socket)) = self.kernel.next_timer(host) {
                let futile = self.kernel.is_futile(timer, socket);
                waiting.push(Offer { key: ChoiceKey::Timer(host), due, futile });
            }
        }
        for program in self.programs.iter().filter(|p| !self.is_ready(p)) {
            if let Some(due) = program.call.and_then(|call| self.kernel.deadline(call)) {
                waiting.push(Offer { key: ChoiceKey::Wake(program.task), due, futile: false });
            }
        }
        // A stable sort: of what is due together, segments come first, then timers, then wake-ups.
        waiting.sort_by_key(|offer| offer.due);
        offers.extend(waiting);
        offers
    }

    fn perform(&mut self, key: ChoiceKey) {
        match key {
            ChoiceKey::Run(task) | ChoiceKey::Part(task, _) => self.run(task),
            ChoiceKey::Deliver(segment) => {
                self.kernel.deliver(segment);
            }
            ChoiceKey::Timer(host) => {
                self.kernel.fire_timer(host);
            }
            ChoiceKey::Wake(task) => {
                let call = self.programs[task.0 as usize].call;
                if let Some(due) = call.and_then(|call| self.kernel.deadline(call)) {
                    self.kernel.pass_time(due);
                }
                self.run(task);
            }
            // Never on offer yet.
            ChoiceKey::Lose(_)
            | ChoiceKey::Duplicate(_)
            | ChoiceKey::Delay(_)
            | ChoiceKey::Signal(_)
            | ChoiceKey::Kill(_)
            | ChoiceKey::PowerOff(_)
            | ChoiceKey::PowerOn(_)
            | ChoiceKey::Cut(_)
            | ChoiceKey::Mend(_) => {}
        }
        self.taken.push(key);
    }

    /// One call or one line of a program.
    fn run(&mut self, task: TaskId) {
        let index = task.0 as usize;
        self.last_ran = Some(task);
        let running = &mut self.programs[index];
        let call = match (running.call, running.script.peek()) {
            (Some(call), _) => call,
            (None, Some(Action::Call { call, line, origin })) => {
                let id = CallId(self.next_call);
                self.next_call += 1;
                let source = SourceRange { line: *line, origin: origin.clone() };
                self.kernel.submit_from(id, task, call.clone(), Some(source));
                running.call = Some(id);
                id
            }
            (None, Some(Action::Line(line))) => {
                self.kernel.log_line(task, *line);
                running.script.resume(None);
                self.end_if_over(index);
                return;
            }
            (None, Some(Action::Exit(_)) | None) => return,
        };
        self.kernel.run(call);
        while let Some(completed) = self.kernel.poll_completed() {
            self.learn_stream(index);
            let running = &mut self.programs[index];
            running.call = None;
            running.script.resume(Some(completed.outcome));
            self.end_if_over(index);
        }
    }

    /// Remember which stream the bytes of a variable belong to.
    fn learn_stream(&mut self, index: usize) {
        let Some(Event { source: Some(source), range: Some(range), .. }) = self.kernel.events().last() else {
            return;
        };
        let Some(origin) = &source.origin else { return };
        let streams = &mut self.programs[index].streams;
        if !streams.iter().any(|(name, ..)| *name == origin.name) {
            streams.push((origin.name.clone(), range.connection, range.direction));
        }
    }

    /// A program that has ended is gone at once: its kernel closes what it left open.
    fn end_if_over(&mut self, index: usize) {
        let running = &self.programs[index];
        if let Some(Action::Exit(status)) = running.script.peek() {
            self.kernel.exit(running.task, *status);
        }
    }

    /// Whether the last thing told is what this program did: a call that ended, or a line.
    pub(crate) fn spoke_last(&self, program: &Running) -> bool {
        let pid = self.kernel.pid(program.task);
        // Its end is told after what it did last.
        let last = self.events().iter().rev().find(|e| !matches!(e.what, What::Exited { .. }));
        last.is_some_and(|event| {
            event.pid == Some(pid) && matches!(event.what, What::Returned { .. } | What::Line { .. })
        })
    }
}
