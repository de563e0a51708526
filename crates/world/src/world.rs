//! The world: programs, the kernel, and what may happen next.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use kernel::Kernel;
use syscall::{Call, CallId, ConnectionId, Direction, Event, HostId, Micros, Pid, Signal, TaskId};

use crate::digest::Digest;
use crate::memo::{Memo, Memory};
use crate::plan::Plan;
use crate::{
    Act, Buffers, Choice, ChoiceKey, Console, Drained, Faults, Guest, Input, Network, News, NotOffered,
    Profile, ProgramSpec, ReplayError, Runs, Scenario, ScenarioError, Script, Status, Want, check,
};

/// Programs and a kernel, at one moment. Copying it is cheap: copies share what neither has changed. So a copy is a
/// snapshot, and putting it back restores it.
///
/// Order of use: look at [`choices`](Self::choices), [`take`](Self::take) one or [`step`](Self::step) with the default,
/// read [`events`](Self::events) and [`view`](Self::view). Running takes no time; time passes when a packet arrives, a
/// timer fires, a wait is over or something planned happens. Same scenario and acts, same events, on every platform.
///
/// Whoever keeps many copies [`drain`](Self::drain)s the story first, so that they do not carry it.
#[derive(Clone)]
pub struct World {
    pub(crate) names: Arc<Names>,
    pub(crate) kernel: Kernel,
    /// By task.
    pub(crate) programs: Vec<Arc<Running>>,
    /// One a process, in the order of their start: see [`Running::guest`].
    pub(crate) guests: Vec<Arc<Held>>,
    pub(crate) plan: Plan,
    acts: Vec<Act>,
    /// How many acts there ever were.
    act_count: u32,
    pub(crate) last_ran: Option<TaskId>,
    /// How many turns guests that are paced have had since something else happened.
    pub(crate) turns: u32,
    pub(crate) next_call: u64,
    /// What guests have done before, where that is kept.
    memo: Option<Arc<dyn Memory>>,
    /// The process that did the last thing told: a call that ended, or a line. Its end is told after what it did last.
    pub(crate) spoke: Option<Pid>,
}

/// A guest, and the digest of its future where somebody has asked for it.
#[derive(Clone)]
pub(crate) struct Held {
    pub(crate) guest: Box<dyn Guest>,
    /// Which program of the scenario it runs: its digest tells its moments apart, not programs.
    pub(crate) program: u32,
    future: OnceLock<u64>,
}

impl Held {
    const fn new(guest: Box<dyn Guest>, program: u32) -> Self {
        Self { guest, program, future: OnceLock::new() }
    }

    pub(crate) fn future(&self) -> u64 {
        *self.future.get_or_init(|| {
            let mut digest = Digest::new();
            self.guest.hash_future(&mut digest);
            digest.finish()
        })
    }
}

/// What a scenario calls things, and what it allows.
pub(crate) struct Names {
    pub(crate) hosts: Vec<String>,
    pub(crate) profile: Profile,
    pub(crate) faults: Faults,
}

/// A program, or a thread of one, in the middle of its run.
#[derive(Clone)]
pub(crate) struct Running {
    pub(crate) task: TaskId,
    pub(crate) host: HostId,
    pub(crate) pid: Pid,
    /// Who forked it.
    pub(crate) parent: Option<Pid>,
    /// Which program of the scenario it runs.
    pub(crate) program: u32,
    pub(crate) name: Arc<str>,
    /// The place of its process's guest.
    pub(crate) guest: usize,
    /// Which thread of the guest it is.
    pub(crate) thread: u32,
    /// The call that it is in.
    pub(crate) call: Option<CallId>,
    /// When its wait for another thread is over, whatever happens.
    pub(crate) until: Option<Micros>,
    /// How it was ended from outside.
    pub(crate) gone: Option<Gone>,
    /// The streams that its bytes variables belong to.
    pub(crate) streams: Vec<(String, ConnectionId, Direction)>,
}

/// How a program was ended from outside.
#[derive(Clone, Copy, Hash)]
pub(crate) enum Gone {
    Killed(Signal),
    /// Its host died.
    Vanished,
}

#[cfg(feature = "peers")]
use crate::peer::guest as peer;

/// The peer that a program of the scenario is.
#[cfg(not(feature = "peers"))]
fn peer(_scenario: &Scenario, spec: &ProgramSpec) -> Result<Box<dyn Guest>, String> {
    Err(format!("program `{}` is a peer of the catalogue, and this page has none", spec.name))
}

impl World {
    /// The scenario before anything has happened.
    ///
    /// # Errors
    /// Every mistake in the scenario.
    pub fn new(scenario: &Scenario) -> Result<Self, ScenarioError> {
        Self::with(scenario, |_| None)
    }

    /// As [`new`](Self::new), with guests of the caller's for those programs for which it has one; the others run their
    /// steps, or wait for input.
    ///
    /// # Errors
    /// Every mistake in the scenario.
    pub fn with(
        scenario: &Scenario,
        mut guests: impl FnMut(&ProgramSpec) -> Option<Box<dyn Guest>>,
    ) -> Result<Self, ScenarioError> {
        check::scenario(scenario)?;
        let network = match scenario.network {
            Network::Loopback => kernel::Network::Loopback,
            Network::Wire { mtu, delay_us } => kernel::Network::Wire { mtu, delay_us },
        };
        let (hosts, profile, faults) = (scenario.hosts.clone(), scenario.profile, scenario.faults);
        let mut world = Self {
            kernel: Kernel::new(network, hosts.len() as u16),
            names: Arc::new(Names { hosts, profile, faults }),
            programs: Vec::new(),
            guests: Vec::new(),
            plan: Plan::new(scenario),
            acts: Vec::new(),
            act_count: 0,
            last_ran: None,
            turns: 0,
            next_call: 1,
            memo: None,
            spoke: None,
        };
        world.kernel.set_names(&scenario.hosts);
        if let Some(Buffers { sndbuf, rcvbuf }) = scenario.buffers {
            let set = |host| world.kernel.set_buffers(HostId(host), kernel::Buffers { sndbuf, rcvbuf });
            (0..scenario.hosts.len() as u16).for_each(set);
        }
        for spec in &scenario.programs {
            let guest = match (guests(spec), spec.runs) {
                (Some(guest), _) => guest,
                (None, Runs::Script) if spec.peer.is_some() => {
                    peer(scenario, spec).map_err(|problem| ScenarioError { problems: vec![problem] })?
                }
                (None, Runs::Script) => {
                    Box::new(Script::new(spec).map_err(|problems| ScenarioError { problems })?)
                }
                (None, Runs::Console) => Box::new(Console::new()),
                (None, Runs::Python) => {
                    let problem =
                        format!("program `{}` is Python, and there is no machine for it here", spec.name);
                    return Err(ScenarioError { problems: vec![problem] });
                }
            };
            world.start(spec, guest);
        }
        Ok(world)
    }

    fn start(&mut self, spec: &ProgramSpec, guest: Box<dyn Guest>) {
        let host = self.names.hosts.iter().position(|h| *h == spec.host);
        let host = HostId(host.expect("the check found every host") as u16);
        let task = self.kernel.spawn(host);
        // Python ignores SIGPIPE: a program sees EPIPE.
        self.kernel.set_ignores_sigpipe(self.kernel.pid(task), true);
        // Only programs of the scenario have been started; threads of those before may lie between.
        let program = self.guests.len() as u32;
        let index = self.add(Running {
            task,
            host,
            pid: self.kernel.pid(task),
            parent: None,
            program,
            name: spec.name.as_str().into(),
            guest: self.guests.len(),
            thread: 0,
            call: None,
            until: None,
            gone: None,
            streams: Vec::new(),
        });
        self.guests.push(Arc::new(Held::new(guest, program)));
        self.go_on(index, None);
    }

    /// Add a program or a thread; answers its place.
    pub(crate) fn add(&mut self, running: Running) -> usize {
        assert_eq!(
            running.task.0 as usize,
            self.programs.len(),
            "tasks are numbered in the order of their start"
        );
        self.programs.push(Arc::new(running));
        self.programs.len() - 1
    }

    /// The guest that a program is, or whose thread it is.
    pub(crate) fn guest_of(&self, program: &Running) -> &dyn Guest {
        &*self.guests[program.guest].guest
    }

    pub(crate) fn guest_mut(&mut self, guest: usize) -> &mut dyn Guest {
        let held = Arc::make_mut(&mut self.guests[guest]);
        held.future.take();
        &mut *held.guest
    }

    /// Resume a thread of a guest.
    pub(crate) fn resume(&mut self, guest: usize, thread: u32, news: News) {
        match self.memo.clone() {
            Some(memo) => memo.resume(self, guest, thread, news),
            None => self.guest_mut(guest).go_on(thread, news),
        }
    }

    /// Copy a guest for a forked process; answers its place.
    pub(crate) fn copy_guest(&mut self, guest: usize) -> usize {
        self.guests.push(Arc::clone(&self.guests[guest]));
        self.guests.len() - 1
    }

    /// The guest that a task runs, or whose thread it is, and its number there.
    pub fn guest(&self, task: TaskId) -> Option<(&dyn Guest, u32)> {
        let program = self.programs.get(task.0 as usize)?;
        Some((self.guest_of(program), program.thread))
    }

    /// Which program of the scenario a task runs.
    pub fn program_of(&self, task: TaskId) -> Option<u32> {
        self.programs.get(task.0 as usize).map(|program| program.program)
    }

    /// How many tasks there ever were, and how many of them live.
    pub fn tasks(&self) -> (usize, usize) {
        (self.programs.len(), self.programs.iter().filter(|program| self.lives(program)).count())
    }

    /// Whether a task has made a call that has not ended.
    pub fn is_in_call(&self, task: TaskId) -> bool {
        self.programs.get(task.0 as usize).is_some_and(|program| program.call.is_some())
    }

    /// What a program does next.
    pub(crate) fn wants(&self, program: &Running) -> Want<'_> {
        self.guest_of(program).wants(program.thread)
    }

    /// The call that a program makes next, or is in.
    pub(crate) fn upcoming(&self, program: &Running) -> Option<&Call> {
        match self.wants(program) {
            Want::Call { call, .. } => Some(call),
            _ => None,
        }
    }

    /// Whether a program has not ended.
    pub(crate) fn lives(&self, program: &Running) -> bool {
        program.gone.is_none()
            && *self.guest_of(program).status() == Status::Ready
            && self.wants(program) != Want::Nothing
    }

    /// A world in which this was done, in this order.
    ///
    /// # Errors
    /// If the scenario is wrong, or something could not be done in its turn.
    pub fn replay<A: Clone + Into<Act>>(scenario: &Scenario, acts: &[A]) -> Result<Self, ReplayError> {
        let mut world = Self::new(scenario).map_err(ReplayError::Scenario)?;
        for (at, act) in acts.iter().enumerate() {
            world.act(act.clone().into()).map_err(|reason| ReplayError::Diverged { at, reason })?;
        }
        Ok(world)
    }

    /// What may happen next. What [`step`](Self::step) would take comes first; what happens only when somebody chooses it
    /// comes last: see [`default_choice`](Self::default_choice).
    pub fn choices(&self) -> Vec<Choice> {
        self.offers().into_iter().map(|offer| self.describe(offer.key, offer.due)).collect()
    }

    /// The names of the [`choices`](Self::choices), each with when it happens if nobody interferes.
    pub fn offered(&self) -> Vec<(ChoiceKey, Micros)> {
        self.offers().into_iter().map(|offer| (offer.key, offer.due)).collect()
    }

    /// One of [`offered`](Self::offered) in words: where many packets are under way, words are most of the work.
    pub fn in_words(&self, (key, due): (ChoiceKey, Micros)) -> Choice {
        self.describe(key, due)
    }

    /// What [`step`](Self::step) would take: none when nothing happens by itself any more, but for probes that find
    /// nothing new.
    pub fn default_choice(&self) -> Option<ChoiceKey> {
        // Who can run goes before whatever is due, which need not be looked for then.
        if let Some(next) = self.turns_of_programs().first().filter(|_| !self.time_is_up()) {
            return Some(next.key);
        }
        let offers = self.usual();
        let over = offers.iter().all(|offer| offer.futile);
        offers.first().filter(|_| !over).map(|offer| offer.key)
    }

    /// Let this happen.
    ///
    /// # Errors
    /// If it is not on offer.
    pub fn take(&mut self, key: ChoiceKey) -> Result<(), NotOffered> {
        let mut offers = self.usual();
        if !self.is_offered(key, &offers) {
            self.extras(&mut offers);
        }
        if self.is_offered(key, &offers) {
            self.perform(key);
            return Ok(());
        }
        let offered: Vec<_> = offers.into_iter().map(|offer| offer.key).collect();
        Err(if offered.is_empty() {
            NotOffered::Ended { asked: key }
        } else {
            NotOffered::Other { asked: key, offered }
        })
    }

    /// [`take`](Self::take) of what was just [`offered`](Self::offered) here, without looking again whether it is. Of anything else nothing
    /// is promised but that it does not panic.
    pub fn take_offered(&mut self, key: ChoiceKey) {
        self.perform(key);
    }

    /// Tell a console what to do next. It does so when it runs: that is a choice of its own.
    ///
    /// # Errors
    /// If that task is no console that lives and has done what it was told before.
    pub fn give(&mut self, task: TaskId, input: Input) -> Result<(), NotOffered> {
        let program = self.programs.get(task.0 as usize).filter(|program| self.lives(program));
        let guest = program.map(|program| (program.guest, program.thread));
        if !guest.is_some_and(|(guest, thread)| self.guest_mut(guest).give(thread, &input)) {
            return Err(NotOffered::Deaf { task });
        }
        self.follow(task.0 as usize);
        self.note_act(Act::Give(task, input));
        Ok(())
    }

    /// [`take`](Self::take) or [`give`](Self::give).
    ///
    /// # Errors
    /// As these.
    pub fn act(&mut self, act: Act) -> Result<(), NotOffered> {
        match act {
            Act::Take(key) => self.take(key),
            Act::Give(task, input) => self.give(task, input),
        }
    }

    /// Let the default happen: a ready program (the one that ran last, else the first of the scenario), else what is
    /// due first. `false` when nothing can happen any more. Faults happen only when they are planned.
    pub fn step(&mut self) -> bool {
        let Some(key) = self.default_choice() else { return false };
        self.perform(key);
        true
    }

    pub(crate) fn note_act(&mut self, act: Act) {
        self.acts.push(act);
        self.act_count += 1;
    }

    /// What has happened since the story was last drained, in order.
    pub fn events(&self) -> &[Event] {
        self.kernel.events()
    }

    /// How many events there ever were: the index of the last.
    pub fn event_count(&self) -> u32 {
        self.kernel.event_count()
    }

    /// What was done since the story was last drained, in order.
    pub fn taken(&self) -> &[Act] {
        &self.acts
    }

    /// How many acts there ever were.
    pub const fn act_count(&self) -> u32 {
        self.act_count
    }

    /// Take the story out: copies made from now on do not carry it.
    pub fn drain(&mut self) -> Drained {
        Drained { events: self.kernel.drain_events(), acts: std::mem::take(&mut self.acts) }
    }

    /// The world's time, in microseconds.
    pub fn now(&self) -> Micros {
        self.kernel.now()
    }

    /// A number that tells states apart: equal on every platform for equal scenarios and acts. The list of acts
    /// itself is not part of it.
    pub fn digest(&self) -> u64 {
        let mut digest = Digest::new();
        self.kernel.hash_state(&mut digest);
        for program in &self.programs {
            if self.leads(program) {
                self.guest_of(program).hash_state(&mut digest);
            }
            if program.thread > 0 {
                (program.guest as u64, program.thread).hash(&mut digest);
            }
            (program.call, program.gone, program.parent).hash(&mut digest);
            if let Some(until) = program.until {
                until.hash(&mut digest);
            }
        }
        if self.turns > 0 {
            self.turns.hash(&mut digest);
        }
        self.plan.hash(&mut digest);
        self.last_ran.hash(&mut digest);
        self.next_call.hash(&mut digest);
        digest.finish()
    }

    /// Whether a program is the first of its process: threads come behind it.
    pub(crate) fn leads(&self, program: &Running) -> bool {
        let first = self.programs.iter().find(|other| other.guest == program.guest);
        first.is_some_and(|first| first.task == program.task)
    }

    /// Many futures of this moment are going to be compared: makes [`future_digest`](Self::future_digest) of it and of its copies quicker.
    pub fn anchor(&mut self) {
        for guest in 0..self.guests.len() {
            self.guest_mut(guest).anchor();
        }
        self.memo = Some(Arc::new(Memo::default()));
    }

    /// As [`digest`](Self::digest), of what may still happen alone: without clocks, counters, absolute sequence numbers
    /// and where bytes came from. Of two worlds with the same number the same may happen from now on, but for what
    /// things are called.
    pub fn future_digest(&self) -> u64 {
        let mut digest = Digest::new();
        self.kernel.hash_future(&mut digest);
        for program in &self.programs {
            let lives = self.lives(program);
            lives.hash(&mut digest);
            if lives && self.leads(program) {
                self.guests[program.guest].future().hash(&mut digest);
            }
            if let Some(until) = program.until {
                until.saturating_sub(self.now()).hash(&mut digest);
            }
        }
        self.plan.hash_future(self.now(), self.packets().map(|packet| packet.id), &mut digest);
        digest.finish()
    }
}
