//! Scripts on the simulated kernel.

use std::collections::BTreeMap;

use kernel::{FileKind, Kernel, Network};
use syscall::{
    Call, CallId, ConnectionId, Direction, Fd, HostId, Kernel as _, Micros, Outcome, Signal, TaskId, TcpState,
};

use crate::Driver;

/// One host that talks to itself, in the simulator.
#[derive(Clone)]
pub struct Sim {
    /// The kernel.
    pub kernel: Kernel,
    calls: u64,
    waiting: Vec<CallId>,
    done: BTreeMap<CallId, Outcome>,
    went_on: bool,
}

/// Things that may happen while one call waits; beyond it the wait is given up.
const MOST_STEPS: u32 = 1_000_000;

impl Sim {
    /// A fresh host.
    pub fn new() -> Self {
        Self {
            kernel: Kernel::new(Network::Loopback, 1),
            calls: 0,
            waiting: Vec::new(),
            done: BTreeMap::new(),
            went_on: false,
        }
    }

    fn collect(&mut self) {
        // Scripts need no story, and copies are cheaper without one.
        drop(self.kernel.drain_events());
        while let Some(completed) = self.kernel.poll_completed() {
            self.waiting.retain(|id| *id != completed.id);
            self.done.insert(completed.id, completed.outcome);
        }
    }

    /// Let every call go on that can.
    fn settle(&mut self) {
        for _ in 0..MOST_STEPS {
            let Some(&id) = self.waiting.iter().find(|id| self.kernel.can_go_on(**id)) else { break };
            self.kernel.run(id);
            self.collect();
        }
    }

    /// When the next thing happens by itself.
    fn next_moment(&self) -> Option<(Micros, Moment)> {
        let segment =
            self.kernel.in_flight().map(|p| (p.due, Moment::Deliver(p.segment.id))).min_by_key(|m| m.0);
        let timer = self.kernel.next_timer(HostId(0)).map(|(due, ..)| (due, Moment::Timer));
        let deadlines = self.waiting.iter().filter_map(|id| self.kernel.deadline(*id));
        let deadline = deadlines.min().map(|due| (due, Moment::Deadline));
        [segment, timer, deadline].into_iter().flatten().min_by_key(|m| m.0)
    }

    fn happen(&mut self, due: Micros, moment: Moment) {
        match moment {
            Moment::Deliver(segment) => drop(self.kernel.deliver(segment)),
            Moment::Timer => drop(self.kernel.fire_timer(HostId(0))),
            Moment::Deadline => self.kernel.pass_time(due),
        }
        self.settle();
    }

    /// The state of the TCP socket behind a descriptor, if there is one.
    pub fn tcp_state(&self, task: TaskId, fd: Fd) -> Option<TcpState> {
        let descriptors = self.kernel.descriptors(task);
        let (_, id) = descriptors.into_iter().find(|(open, _)| *open == fd)?;
        let info = self.kernel.socket_info(id);
        (info.kind == FileKind::Tcp).then_some(info.state)
    }

    /// Whether some receive buffer holds more than it may: Linux drops what comes then, this kernel does not.
    pub fn is_overfull(&self) -> bool {
        let connections = (0..self.kernel.connection_count()).map(ConnectionId);
        let mut ends = connections
            .flat_map(|id| [Direction::Forth, Direction::Back].map(|way| self.kernel.end_info(id, way)));
        ends.any(|end| end.is_some_and(|end| end.receive_charged > end.rcvbuf))
    }

    /// Whether some receive buffer that nobody has set has taken so much that Linux would begin to resize it, or some such
    /// send buffer holds so much that its size matters.
    pub fn would_resize(&self) -> bool {
        /// SO_RCVBUF of a fresh socket, and how much may come before Linux measures.
        const FRESH: u32 = 131_072;
        const ENOUGH: u64 = 32_768;
        /// SO_SNDBUF of a connection here, and two thirds of the least that Linux gives it.
        const GROWN: u32 = 4_194_304;
        const MUCH: u32 = 2_626_560 / 3 * 2;
        let connections = (0..self.kernel.connection_count()).map(ConnectionId);
        let mut ways = connections.flat_map(|id| [(id, Direction::Forth), (id, Direction::Back)]);
        ways.any(|(id, way)| {
            let reader = self.kernel.end_info(id, way.reversed());
            let writer = self.kernel.end_info(id, way);
            writer.is_some_and(|end| end.sndbuf == GROWN && end.charged > MUCH)
                || reader.is_some_and(|end| end.rcvbuf == FRESH)
                    && self.kernel.stream_info(id, way).arrived > ENOUGH
        })
    }

    /// Whether so much was sent one way that Linux would have begun to pace it by what it has measured.
    pub fn would_pace(&self) -> bool {
        /// Two segments of loopback.
        const FREE: u64 = 131_072;
        let connections = (0..self.kernel.connection_count()).map(ConnectionId);
        let mut ways = connections.flat_map(|id| [(id, Direction::Forth), (id, Direction::Back)]);
        ways.any(|(id, way)| self.kernel.stream_info(id, way).sent > FREE)
    }

    /// Whether the last call had to wait for something that came at once.
    pub fn went_on(&self) -> bool {
        self.went_on
    }

    /// Let the next timer fire now, long before it is due or not: what a real machine that was busy may have seen.
    /// Answers whether there was one due within `us`.
    pub fn fire_within(&mut self, us: Micros) -> bool {
        let limit = self.now() + us;
        match self.next_moment() {
            Some((due, moment)) if due <= limit => {
                self.happen(due, moment);
                true
            }
            _ => false,
        }
    }
}

impl Default for Sim {
    fn default() -> Self {
        Self::new()
    }
}

enum Moment {
    Deliver(u32),
    Timer,
    Deadline,
}

impl Driver for Sim {
    fn spawn(&mut self) -> TaskId {
        let task = self.kernel.spawn(HostId(0));
        self.kernel.set_ignores_sigpipe(self.kernel.pid(task), true);
        task
    }

    fn submit(&mut self, task: TaskId, call: Call) -> CallId {
        self.calls += 1;
        let id = CallId(self.calls);
        self.waiting.push(id);
        self.kernel.submit(id, task, call);
        self.kernel.run(id);
        self.collect();
        let waits = self.waiting.contains(&id);
        self.settle();
        self.went_on = waits && !self.waiting.contains(&id);
        id
    }

    fn outcome(&mut self, id: CallId) -> Option<Outcome> {
        self.done.get(&id).cloned()
    }

    fn wait(&mut self, id: CallId, patience: Micros) -> Option<Outcome> {
        let limit = self.now() + patience;
        for _ in 0..MOST_STEPS {
            if let Some(outcome) = self.outcome(id) {
                return Some(outcome);
            }
            match self.next_moment() {
                Some((due, moment)) if due <= limit => self.happen(due, moment),
                _ => break,
            }
        }
        self.kernel.pass_time(limit);
        None
    }

    fn pass(&mut self, us: Micros) {
        let limit = self.now() + us;
        for _ in 0..MOST_STEPS {
            match self.next_moment() {
                Some((due, moment)) if due <= limit => self.happen(due, moment),
                _ => break,
            }
        }
        self.kernel.pass_time(limit);
        self.settle();
    }

    fn now(&self) -> Micros {
        self.kernel.now()
    }

    fn signal(&mut self, task: TaskId) -> Result<(), String> {
        self.kernel.send_signal(self.kernel.pid(task), Signal::Sigusr1);
        self.collect();
        self.settle();
        Ok(())
    }

    fn kill(&mut self, task: TaskId) -> Result<(), String> {
        self.kernel.send_signal(self.kernel.pid(task), Signal::Sigkill);
        self.collect();
        self.settle();
        Ok(())
    }

    fn sigpipe_default(&mut self, task: TaskId) -> Result<(), String> {
        self.kernel.set_ignores_sigpipe(self.kernel.pid(task), false);
        Ok(())
    }

    fn is_dead(&mut self, task: TaskId) -> bool {
        !self.kernel.is_alive(task)
    }

    fn is_measured(&self) -> bool {
        true
    }

    fn tolerance(&self) -> Micros {
        0
    }
}
