//! A session's lab: the learner's processes and the peers on their hosts, and the wire between them.

mod visitors;

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddrV4;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use protocol::{LabSpec, WireRequest, WireSpec};
use syscall::{Address, Call, CallId, ConnectionId, Errno, HostId, Kernel as _, Micros, TaskId};
use tokio::sync::Semaphore;
use tokio::time::{Instant, Sleep, sleep};

use self::visitors::Visiting;
pub use self::visitors::Visitor;
use crate::kernel::next_of;
use crate::namespaces::{Between, Failure, Hand, Helper, HelperProgram, Hosts, Namespaces, Pool};
use crate::peer::{CONTROL, MakePeer, Peer};
use crate::report::{Held, OpenError, Report};
use crate::wire::{Declined, Told, check};
use crate::{Done, Limits, Loopback, Mode, Network, Pipe, ProcessId, RealKernel, Targets};

/// So many calls of peers in a row without waiting, then others run in between.
const CALLS_IN_A_ROW: u32 = 64;
/// Tasks of the learner's children by `fork` are their pids less one, and pids start here: below it, a task that was not
/// started is a thread of the learner's first process.
const FIRST_TASK: u32 = 1000;
/// The first hosts' names; later ones are host3, host4.
const NAMES: [&str; 2] = ["learner", "peer"];
/// Visitors' calls are numbered from here; a learner's must stay below.
const VISITOR_CALLS: u64 = 1 << 62;
/// Peers' calls are numbered from here.
const PEER_CALLS: u64 = 1 << 63;

/// Hosts return so often in one lab: each time takes new processes, whose numbers are never used again.
const MOST_RETURNS: u32 = 1000;
const OFTEN_ENOUGH: &str = "The hosts of this lab have returned often enough: open the lab again.";

/// Where labs are made: how hosts are kept apart, and by whom. One helper that runs already serves many labs.
#[derive(Clone, Debug)]
pub struct Ground {
    /// How.
    pub mode: Mode,
    /// The helper, for a mode with namespaces.
    pub helper: HelperProgram,
    /// Where a network may be ready.
    pub pool: Option<Arc<Pool>>,
}

impl Ground {
    /// On this machine's loopback, which every machine offers. There is no wire.
    pub const LOOPBACK: Self = Self { mode: Mode::Loopback, helper: HelperProgram::Own, pool: None };
}

/// A learner's processes and a lesson's peers on real sockets. All of them close with it.
///
/// Order of use, all of it from a tokio task: [`open`](Self::open); requests at any time; and
/// [`poll_report`](Self::poll_report) until it is pending. The first report but those of peers' calls is
/// [`Report::Opened`].
///
/// ```
/// # #[cfg(target_os = "linux")] {
/// use std::{future::poll_fn, sync::Arc};
/// use lab::{Ground, Limits, LiveRun, MakePeer, Report};
/// use protocol::{LabSpec, PeerSpec, WireRequest};
/// use syscall::{Call, CallId, Domain, SocketType, TaskId};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let make: MakePeer = Arc::new(|spec: &PeerSpec| {
///     let place = peers::Place { address: ([10, 0, 0, 2], spec.port).into(), rcvbuf: 4096 };
///     peers::build(&spec.name, place, &spec.settings, spec.seed).map_err(|wrong| wrong.to_string())
/// });
/// let budget = Arc::new(tokio::sync::Semaphore::new(100));
/// // `Ground { mode: Mode::best(&helper, 2), helper, pool: None }` where namespaces are to be had.
/// let spec = LabSpec::with(PeerSpec::named("echo"));
/// let mut lab = LiveRun::open(&spec, &Ground::LOOPBACK, make, Limits::default(), budget).unwrap();
/// let Err(why) = lab.wire(WireRequest::Deliver { packet: 1 }) else { panic!("loopback has no wire") };
/// lab.submit(CallId(1), TaskId(0), Call::Socket { domain: Domain::Inet, kind: SocketType::Stream });
/// loop {
///     match poll_fn(|cx| lab.poll_report(cx)).await {
///         Report::Opened(addresses) => assert_eq!(addresses[0].to_string(), "10.0.0.2:7000"),
///         Report::Learner(done, _at) => break assert!(done.outcome.is_ok()),
///         _ => {}
///     }
/// }
/// # }) }
/// ```
pub struct LiveRun {
    kernel: RealKernel,
    hosts: u16,
    peers: Vec<Peer>,
    make: MakePeer,
    /// The learner's processes, the first among them, by their tasks.
    processes: BTreeMap<TaskId, ProcessId>,
    most_processes: u32,
    /// Other sessions' processes, by their visitors' numbers.
    visitors: Vec<Option<Visiting>>,
    /// Whose connections were seen on the wire.
    met: BTreeMap<ConnectionId, Visitor>,
    /// Places for pipes.
    pipes: Arc<Semaphore>,
    opened: Instant,
    next_peer_call: u64,
    /// How often hosts may still return.
    returns: u32,
    said: VecDeque<Box<Report>>,
    /// Whether it was told that the lab is ready.
    told_ready: bool,
    /// When something happened last, and a timer that is set anew only when it is over: a call costs no timer.
    touched: Instant,
    silence: std::time::Duration,
    silent: Pin<Box<Sleep>>,
}

impl LiveRun {
    /// A lab as specified, with the learner's first process, task 0, on the first host. `budget` counts the sockets of
    /// all labs together. A host that is not ready in a pool takes about a millisecond; to be called inside a tokio runtime, which then carries the
    /// wire.
    ///
    /// # Errors
    /// If there can be no such lab, if the machine gives no hosts, or if the budget or the kernel's own limits are used
    /// up.
    pub fn open(
        spec: &LabSpec,
        ground: &Ground,
        make: MakePeer,
        limits: Limits,
        budget: Arc<Semaphore>,
    ) -> Result<Self, OpenError> {
        check_specification(spec, ground.mode, &limits).map_err(OpenError::Specification)?;
        let programs = spec.peers.iter().map(|peer| make(peer)).collect::<Result<Vec<_>, _>>();
        let programs = programs.map_err(OpenError::Specification)?;
        let network = network(spec, ground, &limits)?;
        let opened = network.hand().map_or_else(Instant::now, Hand::opened);
        let mut kernel = RealKernel::new(network, limits, budget).with_tasks_from(FIRST_TASK).since(opened);
        kernel.set_names(&NAMES);
        let learner = kernel.spawn(HostId(0));
        // The lab is all theirs.
        kernel.set_privileged(learner, true);
        let mut lab = Self {
            kernel,
            hosts: spec.hosts,
            peers: Vec::new(),
            make,
            processes: BTreeMap::from([(TaskId(0), learner)]),
            most_processes: limits.processes,
            visitors: Vec::new(),
            met: BTreeMap::new(),
            pipes: Arc::new(Semaphore::new(limits.sockets as usize)),
            opened,
            next_peer_call: PEER_CALLS,
            returns: MOST_RETURNS,
            said: VecDeque::new(),
            told_ready: false,
            touched: Instant::now(),
            silence: limits.silence,
            silent: Box::pin(sleep(limits.silence)),
        };
        for (peer, program) in spec.peers.iter().zip(programs) {
            let started = Peer::start(peer.clone(), program, &mut lab.kernel).map_err(OpenError::Sockets)?;
            lab.peers.push(started);
        }
        (0..lab.peers.len()).for_each(|peer| lab.resume_peer(peer, None));
        Ok(lab)
    }

    /// Starts a further process of the learner's with this task, on this host. Without effect if that task's process
    /// runs.
    ///
    /// # Errors
    /// A sentence for the learner: no such host, one that is off, no such task, or too many processes.
    pub fn start(&mut self, task: TaskId, host: HostId) -> Result<(), String> {
        self.touched = Instant::now();
        if task.0 >= FIRST_TASK {
            return Err(format!("Tasks that are started have numbers below {FIRST_TASK}."));
        }
        self.may_run_on(host)?;
        if self.processes.get(&task).is_some_and(|process| self.kernel.runs(*process)) {
            return Ok(());
        }
        let first = self.processes[&TaskId(0)];
        if self.kernel.living(first) >= self.most_processes as usize {
            return Err(format!("A lab has at most {} processes of yours at once.", self.most_processes));
        }
        let process = self.kernel.spawn_beside(first, host);
        self.kernel.set_privileged(process, true);
        self.processes.insert(task, process);
        Ok(())
    }

    /// Whether processes may begin on this host; if not, a sentence.
    fn may_run_on(&self, host: HostId) -> Result<(), String> {
        if host.0 >= self.hosts {
            return Err(Declined::NoHost(host).to_string());
        }
        if self.kernel.hand().is_some_and(|hand| hand.is_on(host) != Ok(true)) {
            return Err(format!("Host {host} is off: let it return first."));
        }
        Ok(())
    }

    /// Makes a call of a learner's task: of a process that was started with it, of a child that `fork` answered (its task
    /// is its pid less one), else of the first process. `id` is below 2^62.
    pub fn submit(&mut self, id: CallId, task: TaskId, call: Call) {
        let first = self.processes[&TaskId(0)];
        let process = if task.0 < FIRST_TASK {
            self.processes.get(&task).copied().unwrap_or(first)
        } else {
            // Whoever is gone, or is no child, is no process.
            let child = self.kernel.process(task).filter(|p| self.kernel.descends(*p, first));
            child.unwrap_or(ProcessId(usize::MAX))
        };
        self.kernel.submit_as(process, id, call);
        // Of one that has ended it is noted then.
        if self.kernel.is_waiting(id) {
            self.touched = Instant::now();
        }
    }

    /// Begins a connection from the first host to an address of the lab, for somebody who carries its bytes. There may be
    /// as many as descriptors of the learner, beside those. To be called inside a tokio runtime.
    ///
    /// # Errors
    /// EMFILE where there are as many as may be, and what `socket` and `connect` answer.
    pub fn pipe(&mut self, to: Address) -> Result<Pipe, Errno> {
        self.touched = Instant::now();
        let place = Arc::clone(&self.pipes).try_acquire_owned().map_err(|_| Errno::EMFILE)?;
        self.kernel.pipe_to(HostId(0), to, place)
    }

    /// Stops waiting in a call of the learner's.
    pub fn cancel(&mut self, id: CallId) {
        if id.0 < VISITOR_CALLS {
            self.kernel.cancel(id);
        }
    }

    /// Says a line on a peer's control channel.
    ///
    /// # Errors
    /// If there is no such peer, it has too many lines unread, or is gone.
    pub fn tell(&mut self, peer: u16, text: &str) -> std::io::Result<()> {
        self.touched = Instant::now();
        self.peers.get_mut(usize::from(peer)).ok_or(std::io::ErrorKind::NotFound)?.tell(text)
    }

    /// Does something to the wire, or to a host's power: with that, processes on it are gone, and its peers start anew
    /// when it returns.
    ///
    /// # Errors
    /// Why not, as a sentence.
    pub fn wire(&mut self, request: WireRequest) -> Result<(), Declined> {
        self.touched = Instant::now();
        let power = match &request {
            WireRequest::Power { host, on } => Some((*host, *on)),
            _ => None,
        };
        if let Some((_, true)) = power {
            self.returns = self.returns.checked_sub(1).ok_or(Declined::Property(OFTEN_ENOUGH))?;
        }
        self.kernel.wire(request)?;
        match power {
            Some((host, true)) => self.restart_peers(host),
            Some((host, false)) => {
                self.peers
                    .iter_mut()
                    .filter(|peer| peer.spec.host == host)
                    .for_each(|peer| peer.runs = false);
            }
            None => {}
        }
        Ok(())
    }

    /// The latest packets of the wire as a pcapng file.
    ///
    /// # Errors
    /// If there is no wire.
    pub fn capture(&mut self) -> Result<Vec<u8>, Declined> {
        self.touched = Instant::now();
        self.kernel.hand().map(Hand::capture).ok_or(Declined::NoWire)
    }

    /// The next thing that happened.
    pub fn poll_report(&mut self, cx: &mut Context<'_>) -> Poll<Report> {
        for _ in 0..CALLS_IN_A_ROW {
            if let Some(report) = next_of(&mut self.said) {
                return Poll::Ready(report);
            }
            if !self.told_ready && self.peers.iter().all(|peer| peer.ready) {
                self.told_ready = true;
                return Poll::Ready(Report::Opened(self.addresses()));
            }
            if let Some(Poll::Ready(told)) = self.kernel.hand().map(|hand| hand.poll_told(cx)) {
                return Poll::Ready(match told {
                    Told::Event(event) => Report::Happened(event),
                    Told::Missed(events) => Report::Missed(events),
                    Told::Released(packets) => Report::Released(packets),
                });
            }
            match self.kernel.next_done() {
                Some(done) => {
                    if let Some(report) = self.note(done) {
                        return Poll::Ready(report);
                    }
                }
                None if self.kernel.poll_wait(cx).is_ready() => {}
                None => return self.poll_rest(cx),
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn poll_rest(&mut self, cx: &mut Context<'_>) -> Poll<Report> {
        if let Poll::Ready((process, fd, observed)) = self.kernel.poll_holds(cx) {
            let peer = self.peers.iter().position(|peer| peer.process == process);
            let visitor = self.visitor(process);
            let started = self.processes.iter().find(|(_, p)| **p == process).map(|(task, _)| *task);
            let task = visitor.map(|visitor| self.task_of(visitor, process)).or(started);
            let task = peer.is_none().then(|| task.unwrap_or_else(|| self.kernel.task(process)));
            let peer = peer.map(|place| place as u16);
            return Poll::Ready(Report::Holds(Held {
                visitor,
                task,
                peer,
                fd,
                observed,
                at: self.at(Instant::now()),
            }));
        }
        loop {
            ready!(self.silent.as_mut().poll(cx));
            let left = self.silence.saturating_sub(self.touched.elapsed());
            if left.is_zero() {
                return Poll::Ready(Report::Silent);
            }
            self.silent.as_mut().reset(Instant::now() + left);
        }
    }

    fn addresses(&self) -> Vec<SocketAddrV4> {
        let address = |peer: &Peer| SocketAddrV4::new(Targets::address(peer.spec.host), peer.spec.port);
        self.peers.iter().map(address).collect()
    }

    /// This instant as microseconds since the lab was opened.
    fn at(&self, instant: Instant) -> Micros {
        u64::try_from(instant.saturating_duration_since(self.opened).as_micros()).unwrap_or(u64::MAX)
    }

    fn say(&mut self, report: Report) {
        self.said.push_back(Box::new(report));
    }

    /// Takes in that a call has ended; what is to be told first. To be asked when nothing else waits to be told.
    fn note(&mut self, done: Done) -> Option<Report> {
        self.touched = Instant::now();
        let at = self.at(self.touched);
        if done.id.0 < VISITOR_CALLS {
            return Some(Report::Learner(done, at));
        }
        if done.id.0 < PEER_CALLS {
            return Some(Self::visitors_own(done, at));
        }
        // A call of a peer that is gone, or was, tells nobody anything.
        let peer = self.peers.iter().position(|peer| peer.process == done.process && peer.runs);
        let place = peer?;
        self.peers[place].note(&done.call, &done.outcome);
        let outcome = done.outcome.clone();
        if done.call.fd() != Some(CONTROL) {
            self.say(Report::Peer(place as u16, done, at));
        }
        self.resume_peer(place, Some(outcome));
        None
    }

    fn resume_peer(&mut self, place: usize, outcome: Option<syscall::Outcome>) {
        let id = CallId(self.next_peer_call);
        self.next_peer_call += 1;
        if let Some(status) = self.peers[place].resume(outcome, id, &mut self.kernel) {
            self.say(Report::PeerExited(place as u16, status));
        }
    }

    /// A host that returns remembers nothing: its peers are new programs.
    fn restart_peers(&mut self, host: HostId) {
        for place in 0..self.peers.len() {
            let spec = self.peers[place].spec.clone();
            if spec.host != host {
                continue;
            }
            let program = (self.make)(&spec).map_err(|_| Errno::EINVAL);
            match program.and_then(|program| Peer::start(spec, program, &mut self.kernel)) {
                Ok(peer) => {
                    self.peers[place] = peer;
                    self.resume_peer(place, None);
                }
                Err(_) => self.say(Report::PeerExited(place as u16, 1)),
            }
        }
    }
}

/// Whether there can be such a lab; if not, a sentence for the learner.
fn check_specification(spec: &LabSpec, mode: Mode, limits: &Limits) -> Result<(), String> {
    let most = limits.hosts.min(254);
    if spec.hosts == 0 || spec.hosts > most {
        return Err(format!("A lab of this relay has 1 to {most} hosts."));
    }
    if spec.peers.len() > usize::from(limits.peers) {
        return Err(format!("A lab of this relay has at most {} peers.", limits.peers));
    }
    if let Some(peer) = spec.peers.iter().find(|peer| peer.host.0 >= spec.hosts) {
        return Err(format!("The peer {} is on host {}, which is not in the lab.", peer.name, peer.host));
    }
    if let Some(peer) = spec.peers.iter().find(|peer| peer.port == 0) {
        return Err(format!("The peer {} needs a port: 1 to 65535.", peer.name));
    }
    check(&spec.wire).map_err(|why| why.to_string())?;
    if mode.hosts().is_none() && spec.wire != WireSpec::default() {
        return Err(Declined::NoWire.to_string());
    }
    Ok(())
}

fn network(spec: &LabSpec, ground: &Ground, limits: &Limits) -> Result<Box<dyn Network>, OpenError> {
    let Some((cable, user_namespace)) = ground.mode.hosts() else {
        return Ok(Box::new(Loopback::new(spec.hosts)));
    };
    let mtu = spec.wire.mtu;
    let ready = ground.pool.as_ref().and_then(|pool| pool.take(spec.hosts, mtu));
    let made = || Hosts::make(Helper::start(&ground.helper, user_namespace)?, spec.hosts, cable, mtu);
    let mut hosts = ready.map_or_else(made, Ok);
    // On a machine with few namespaces, those that are ready for others are in the way of what is wanted now.
    while hosts.as_ref().is_err_and(Failure::is_lack_of_room)
        && ground.pool.as_ref().is_some_and(|pool| pool.give_way())
    {
        hosts = made();
    }
    let hosts = hosts.map_err(OpenError::Machine)?;
    let names = NAMES.map(String::from).to_vec();
    let between = Between { wire: spec.wire.clone(), limits: limits.wire, names };
    Ok(Box::new(Namespaces::new(hosts, between).map_err(OpenError::Machine)?))
}
