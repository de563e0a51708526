//! `calls` on the simulated kernel: the learner's host, the peer's, and a wire between them.

use protocol::PeerSpec;
use serde_json::json;
use syscall::{Action, Call, CallId, Errno, HostId, Kernel as _, Micros, Outcome, Program, Returned, TaskId};

use super::{Line, Stop, heading, print};

/// The wire: Ethernet's packets, 100 us from end to end.
const NETWORK: kernel::Network = kernel::Network::Wire { mtu: 1500, delay_us: 100 };
const PEER: &str = "10.0.0.2:7000";

/// The simulated world of a few calls: calls take no time, and time passes while one waits or a line says so.
struct Sim {
    kernel: kernel::Kernel,
    learner: TaskId,
    peer: TaskId,
    program: Box<dyn Program + Send>,
    /// The peer's call under way; none while it waits on its control channel or has ended.
    peer_call: Option<CallId>,
    /// Whether it waits on its control channel, and what was said there that it has not read.
    listens: bool,
    told: Vec<u8>,
    /// The learner's call under way.
    waiting: Option<CallId>,
    next: u64,
    /// How many events have been printed.
    printed: usize,
}

pub(super) fn run(peer: &PeerSpec, lines: Vec<(usize, Line)>) -> Result<(), Stop> {
    let address = PEER.parse().expect("an address");
    let listen = peers::Listen::new(address, i32::try_from(peer.rcvbuf.unwrap_or(4096)).unwrap_or(i32::MAX));
    let program = peers::by_name(&peer.name, listen)
        .ok_or_else(|| Stop::Failed(format!("there is no peer `{}`", peer.name)))?;
    let mut kernel = kernel::Kernel::new(NETWORK, 2);
    let (learner, task) = (kernel.spawn(HostId(0)), kernel.spawn(HostId(1)));
    for task in [learner, task] {
        kernel.set_ignores_sigpipe(kernel.pid(task), true);
    }
    let mut sim = Sim {
        kernel,
        learner,
        peer: task,
        program,
        peer_call: None,
        listens: false,
        told: Vec::new(),
        waiting: None,
        next: 1,
        printed: 0,
    };
    sim.resume_peer(None);
    sim.run_peer();
    print(json!({ "kernel": { "system": "simulated", "mode": "wire" } }))?;
    print(json!({ "opened": PEER, "events": sim.events() }))?;
    for (number, line) in lines {
        match line {
            Line::Tell(text) => {
                sim.told.extend_from_slice(format!("{text}\n").as_bytes());
                sim.run_peer();
                print(json!({ "line": number, "tell": text, "events": sim.events() }))?;
            }
            Line::Sleep(ms) => {
                let until = sim.kernel.now().saturating_add(ms.saturating_mul(1000));
                while sim.advance(Some(until)) {}
                sim.kernel.pass_time(until);
                print(json!({ "line": number, "sleep_ms": ms, "events": sim.events() }))?;
            }
            Line::Call(call) => sim.call(number, call)?,
        }
    }
    Ok(())
}

impl Sim {
    fn call(&mut self, number: usize, call: Call) -> Result<(), Stop> {
        let mut object = heading(number, &call);
        let (id, fd) = (self.fresh(), call.fd());
        self.kernel.submit(id, self.learner, call);
        self.waiting = Some(id);
        let mut deadlock = false;
        let outcome = loop {
            if let Some(outcome) = self.go_on(id) {
                break outcome;
            }
            if !self.advance(None) {
                deadlock = true;
                self.kernel.cancel(id);
                break self.taken(id).unwrap_or(Err(Errno::ECANCELED));
            }
        };
        self.waiting = None;
        self.run_peer();
        if let Some(object) = object.as_object_mut() {
            object.insert("outcome".into(), json!(outcome));
            object.insert("by".into(), "simulator".into());
            object.insert("at".into(), self.kernel.now().into());
            if let Some(here) = fd.and_then(|fd| self.observed(fd)) {
                object.insert("here".into(), json!(here));
            }
            object.insert("events".into(), self.events());
        }
        print(object)?;
        if deadlock { Err(Stop::Deadlock) } else { Ok(()) }
    }

    fn fresh(&mut self) -> CallId {
        self.next += 1;
        CallId(self.next)
    }

    fn go_on(&mut self, id: CallId) -> Option<Outcome> {
        if self.kernel.can_go_on(id) && self.kernel.run(id) { self.taken(id) } else { None }
    }

    fn taken(&mut self, id: CallId) -> Option<Outcome> {
        let mut found = None;
        while let Some(completed) = self.kernel.poll_completed() {
            if completed.id == id {
                found = Some(completed.outcome);
            }
        }
        found
    }

    /// Lets the peer run until it waits.
    fn run_peer(&mut self) {
        loop {
            if self.listens && !self.told.is_empty() {
                self.listens = false;
                let text = std::mem::take(&mut self.told);
                self.resume_peer(Some(Ok(Returned::Data(text.into()))));
            }
            let Some(id) = self.peer_call else { return };
            let Some(outcome) = self.go_on(id) else { return };
            self.peer_call = None;
            self.resume_peer(Some(outcome));
        }
    }

    fn resume_peer(&mut self, mut outcome: Option<Outcome>) {
        loop {
            match self.program.resume(outcome.take()) {
                Action::Line(_) => {}
                Action::Exit(status) => return self.kernel.exit(self.peer, status),
                Action::Call { call: Call::Recv { fd, .. }, .. } if fd == peers::CONTROL => {
                    return self.listens = true;
                }
                Action::Call { call, .. } => {
                    let id = self.fresh();
                    self.kernel.submit(id, self.peer, call);
                    return self.peer_call = Some(id);
                }
            }
        }
    }

    /// Lets what is due first happen, if it is due by then; false if nothing is.
    fn advance(&mut self, until: Option<Micros>) -> bool {
        let deliverable = self.kernel.deliverable();
        let segment = self
            .kernel
            .in_flight()
            .filter(|s| deliverable.contains(&s.segment.id))
            .map(|s| (s.due, s.segment.id))
            .min();
        let timer = [HostId(0), HostId(1)]
            .into_iter()
            .filter_map(|host| {
                let (due, timer, socket) = self.kernel.next_timer(host)?;
                (until.is_some() || !self.kernel.is_futile(timer, socket)).then_some((due, host))
            })
            .min();
        let wait = self.waiting.and_then(|id| self.kernel.deadline(id));
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
        self.run_peer();
        true
    }

    fn observed(&self, fd: syscall::Fd) -> Option<syscall::Observed> {
        let (_, socket) =
            self.kernel.descriptors(self.learner).into_iter().find(|(other, _)| *other == fd)?;
        let connection = self.kernel.socket_info(socket).connection?;
        [syscall::Direction::Forth, syscall::Direction::Back]
            .into_iter()
            .filter_map(|sends| self.kernel.end_info(connection, sends))
            .find(|end| end.socket == socket)
            .map(|end| end.observed)
    }

    fn events(&mut self) -> serde_json::Value {
        let events = self.kernel.events();
        let fresh = json!(&events[self.printed..]);
        self.printed = events.len();
        fresh
    }
}
