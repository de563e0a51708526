//! `calls` on the simulated kernel: calls take no time, and time passes while one waits or a line says so.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Value, json};
use syscall::{
    Call, CallId, Direction, Errno, Event, Fd, HostId, Kernel as _, Micros, Observed, Outcome, Pid, Signal,
    TaskId,
};

use super::lines::{Fault, Order};
use super::peer::{Act, Peer};
use super::session::{Happened, Machine, fields};
use super::{Network, Options, Profile, Stop, no_host, no_wire};

/// The wire's delay where none is asked for: 100 us from end to end.
const DELAY_US: u64 = 100;

/// The simulated world of a few calls.
pub(super) struct Sim {
    kernel: kernel::Kernel,
    peer: Option<Peer>,
    /// Calls under way, in their order.
    running: Vec<Running>,
    ended: VecDeque<Ended>,
    /// The state of what chooses counts in the POSIX profile.
    posix: Option<u64>,
    /// Whether there is a wire between hosts.
    wired: bool,
    /// How many of the next packets of a host are lost.
    to_lose: BTreeMap<HostId, u32>,
    /// The packet that was looked at last for that.
    looked_at: u32,
}

/// A call under way: whose it is, and what it is about.
type Running = (CallId, TaskId, Option<Fd>);
/// A call that has ended, and whose descriptor it was about.
type Ended = (CallId, Outcome, Option<(TaskId, Fd)>);

impl Sim {
    pub(super) fn new(options: &Options) -> Self {
        let network = match options.network {
            Network::Loopback => kernel::Network::Loopback,
            Network::Wire => kernel::Network::Wire {
                mtu: options.mtu.into(),
                delay_us: options.delay_us.unwrap_or(DELAY_US),
            },
        };
        let posix = (options.profile == Profile::Posix).then_some(options.seed);
        let kernel = kernel::Kernel::new(network, options.hosts());
        Self {
            kernel,
            peer: None,
            running: Vec::new(),
            ended: VecDeque::new(),
            posix,
            wired: options.network == Network::Wire,
            to_lose: BTreeMap::new(),
            looked_at: 0,
        }
    }

    /// Lets every call go on that can, and the peer in between.
    fn settle(&mut self) {
        loop {
            let ready = |(id, ..): &&Running| self.kernel.can_go_on(*id);
            let call = self.running.iter().find(ready).map(|(id, ..)| *id);
            let peer = self.peer.as_ref().and_then(|peer| peer.call);
            match call.or(peer.filter(|id| self.kernel.can_go_on(*id))) {
                Some(id) => self.run(id),
                None => break,
            }
            self.collect();
        }
    }

    fn run(&mut self, id: CallId) {
        let most = self.posix.and_then(|_| self.kernel.most(id)).filter(|most| *most > 0);
        match (most, &mut self.posix) {
            (Some(most), Some(state)) => {
                // Knuth's MMIX generator: any row of numbers will do.
                *state =
                    state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let count = 1 + (*state >> 33) as u32 % most;
                self.kernel.run_at_most(id, count);
            }
            _ => {
                self.kernel.run(id);
            }
        }
    }

    fn collect(&mut self) {
        while let Some(completed) = self.kernel.poll_completed() {
            if let Some(peer) = self.peer.as_mut().filter(|peer| peer.call == Some(completed.id)) {
                let act = peer.resume(Some(completed.outcome));
                self.act(act);
            } else if let Some(index) = self.running.iter().position(|(id, ..)| *id == completed.id) {
                let (id, task, fd) = self.running.remove(index);
                self.ended.push_back((id, completed.outcome, fd.map(|fd| (task, fd))));
            }
        }
    }

    fn act(&mut self, act: Option<Act>) {
        let Some(peer) = &self.peer else { return };
        match act {
            Some(Act::Call(id, call)) => self.kernel.submit(id, peer.task, call),
            Some(Act::Exit(status)) => self.kernel.exit(peer.task, status),
            None => {}
        }
    }

    /// Loses of the packets that have been sent since this was done last those that shall be.
    fn lose_what_is_sent(&mut self) {
        let segments = self.kernel.in_flight().map(|packet| (packet.segment.id, packet.from));
        let datagrams = self.kernel.datagrams_in_flight().map(|packet| (packet.datagram.id, packet.from));
        let fresh = |(id, _): &(u32, HostId)| *id > self.looked_at;
        let mut sent: Vec<_> = segments.chain(datagrams).filter(fresh).collect();
        sent.sort_unstable();
        for (id, host) in sent {
            self.looked_at = id;
            if let Some(left) = self.to_lose.get_mut(&host).filter(|left| **left > 0) {
                *left -= 1;
                self.kernel.lose(id);
            }
        }
    }

    /// Lets what is due first happen, if it is due by then; false if nothing is.
    fn advance(&mut self, until: Option<Micros>) -> bool {
        self.lose_what_is_sent();
        let deliverable = self.kernel.deliverable();
        let segments = self.kernel.in_flight().map(|packet| (packet.due, packet.segment.id));
        let datagrams = self.kernel.datagrams_in_flight().map(|packet| (packet.due, packet.datagram.id));
        let segment = segments.chain(datagrams).filter(|(_, id)| deliverable.contains(id)).min();
        let timer = (0..self.kernel.host_count())
            .map(HostId)
            .filter_map(|host| {
                let (due, timer, socket) = self.kernel.next_timer(host)?;
                (until.is_some() || !self.kernel.is_futile(timer, socket)).then_some((due, host))
            })
            .min();
        let peer = self.peer.as_ref().and_then(|peer| peer.call);
        let waiting = self.running.iter().map(|(id, ..)| *id).chain(peer);
        let wait = waiting.filter_map(|id| self.kernel.deadline(id)).min();
        let first = [segment.map(|s| s.0), timer.map(|t| t.0), wait].into_iter().flatten().min();
        let Some(first) = first.filter(|due| until.is_none_or(|until| *due <= until)) else { return false };
        match (segment, timer) {
            (Some((due, id)), _) if due == first => {
                self.kernel.deliver(id);
            }
            (_, Some((due, host))) if due == first => {
                self.kernel.fire_timer(host);
            }
            _ => self.kernel.pass_time(first),
        }
        true
    }

    fn observed(&self, task: TaskId, fd: Fd) -> Option<Observed> {
        let (_, socket) = self.kernel.descriptors(task).into_iter().find(|(other, _)| *other == fd)?;
        let connection = self.kernel.socket_info(socket).connection?;
        [Direction::Forth, Direction::Back]
            .into_iter()
            .filter_map(|sends| self.kernel.end_info(connection, sends))
            .find(|end| end.socket == socket)
            .map(|end| end.observed)
    }
}

impl Machine for Sim {
    fn open(&mut self, options: &Options) -> Result<Vec<Value>, Stop> {
        let mode = if options.network == Network::Loopback { "loopback" } else { "wire" };
        let mut told = vec![json!({ "kernel": { "system": "simulated", "mode": mode } })];
        if options.peer().is_some() {
            let task = self.spawn(options.hosts() - 1)?;
            let mut peer = Peer::new(options, task)?;
            let act = peer.resume(None);
            self.peer = Some(peer);
            self.act(act);
            self.settle();
            let mut opened = json!({ "opened": options.peer_address() });
            opened["events"] = self.events().unwrap_or_default();
            told.push(opened);
        }
        Ok(told)
    }

    fn spawn(&mut self, host: u16) -> Result<TaskId, Stop> {
        if host >= self.kernel.host_count() {
            return Err(no_host(host, self.kernel.host_count()));
        }
        let task = self.kernel.spawn(HostId(host));
        // As in every Rust and Python program.
        self.kernel.set_ignores_sigpipe(self.kernel.pid(task), true);
        Ok(task)
    }

    fn child(&mut self, pid: Pid) -> TaskId {
        // Children are told in the order of the forks, and each is asked for at once.
        self.kernel.next_forked().unwrap_or(TaskId(pid.0 - 1))
    }

    fn submit(&mut self, id: CallId, task: TaskId, call: Call) -> Result<(), Stop> {
        if !self.kernel.is_alive(task) {
            self.ended.push_back((id, Err(Errno::ESRCH), None));
            return Ok(());
        }
        self.running.push((id, task, call.fd()));
        self.kernel.submit(id, task, call);
        Ok(())
    }

    fn cancel(&mut self, id: CallId) -> Result<(), Stop> {
        self.kernel.cancel(id);
        self.collect();
        Ok(())
    }

    fn order(&mut self, task: TaskId, order: Order) -> Result<(), Stop> {
        let pid = self.kernel.pid(task);
        match order {
            Order::Privileged(on) => self.kernel.set_privileged(pid, on),
            Order::Signal => {
                self.kernel.send_signal(pid, Signal::Sigusr1);
            }
            Order::Kill => {
                self.kernel.send_signal(pid, Signal::Sigkill);
                let gone = |(_, of, _): &mut Running| *of == task;
                let ids: Vec<_> = self.running.extract_if(.., gone).map(|(id, ..)| id).collect();
                self.ended.extend(ids.into_iter().map(|id| (id, Err(Errno::ECANCELED), None)));
            }
        }
        Ok(())
    }

    fn wire(&mut self, host: u16, fault: Fault) -> Result<(), Stop> {
        if host >= self.kernel.host_count() {
            return Err(no_host(host, self.kernel.host_count()));
        }
        if !self.wired {
            return Err(no_wire());
        }
        // What was sent before is not meant.
        self.lose_what_is_sent();
        match fault {
            Fault::Cut => drop(self.kernel.cut(HostId(host))),
            Fault::Mend => drop(self.kernel.mend(HostId(host))),
            Fault::Lose(packets) => drop(self.to_lose.insert(HostId(host), packets)),
        }
        Ok(())
    }

    fn tell(&mut self, text: &str) -> Result<(), Stop> {
        let act = Peer::told(self.peer.as_mut(), text)?;
        self.act(act);
        self.settle();
        Ok(())
    }

    fn next(&mut self, until: Option<Micros>) -> Result<Happened, Stop> {
        loop {
            self.settle();
            if let Some((id, outcome, about)) = self.ended.pop_front() {
                let here = about.and_then(|(task, fd)| self.observed(task, fd));
                let told = json!({ "by": "simulator", "at": self.kernel.now(), "here": here });
                return Ok(Happened::Ended(id, outcome, fields(told)));
            }
            if !self.advance(until) {
                return Ok(match until {
                    Some(until) => {
                        self.kernel.pass_time(until);
                        Happened::TimeUp
                    }
                    None => Happened::Never,
                });
            }
        }
    }

    fn now(&self) -> Micros {
        self.kernel.now()
    }

    fn patience(&self) -> Option<Micros> {
        None
    }

    fn events(&mut self) -> Option<Value> {
        let events: Vec<Event> = self.kernel.drain_events();
        Some(json!(events))
    }
}
