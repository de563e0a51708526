//! `calls` on this machine's own kernel.

use std::collections::VecDeque;
use std::time::Duration;

use lab::{Answered, Done, Lab, Mode, Setup};
use protocol::LabReport;
use serde_json::{Value, json};
use syscall::{Call, CallId, HostId, Kernel as _, Micros, Pid, Returned, TaskId};

use super::lines::{Fault, Order};
use super::peer::{Act, Peer};
use super::session::{Happened, Machine, fields};
use super::{Network, Options, Stop, no_host, no_wire};

/// How long a call may wait before it is cancelled, in microseconds.
const PATIENCE: Micros = 60_000_000;

/// A lab of our own, with the peer in it.
pub(super) struct Real {
    lab: Lab,
    peer: Option<Peer>,
    said: VecDeque<Value>,
    hosts: u16,
}

impl Real {
    pub(super) fn open(options: &Options) -> Result<Self, Stop> {
        let hosts = options.hosts();
        let mut setup = Setup::new(Mode::Loopback, hosts);
        setup.mode = match &options.mode {
            Some(name) => name.parse().map_err(|e: lab::UnknownMode| Stop::Usage(e.to_string()))?,
            None => Mode::best(&setup.helper, hosts),
        };
        setup.wire.mtu = options.mtu;
        setup.wire.delay_us = u32::try_from(options.delay_us.unwrap_or(0)).unwrap_or(u32::MAX);
        let lab = setup.open().map_err(|failure| {
            Stop::Failed(format!("no lab in mode {}: {failure}. {}", setup.mode, failure.remedy()))
        })?;
        Ok(Self { lab, peer: None, said: VecDeque::new(), hosts })
    }

    fn act(&mut self, act: Option<Act>) {
        let Some(peer) = &self.peer else { return };
        match act {
            Some(Act::Call(id, call)) => self.lab.submit(id, peer.task, call),
            Some(Act::Exit(_)) => self.lab.exit(peer.task),
            None => {}
        }
    }

    /// A call of the peer has ended.
    fn peer_did(&mut self, done: Done) {
        let at = self.lab.now();
        let outcome = match &done.outcome {
            Ok(Returned::Data(data)) => Ok(Returned::Data(LabReport::excerpt(data))),
            other => other.clone(),
        };
        self.said.push_back(json!({ "peer": { "call": done.call.to_string(), "outcome": outcome, "received": done.received(), "here": done.here, "at": at } }));
        let act = self.peer.as_mut().and_then(|peer| peer.resume(Some(done.outcome)));
        self.act(act);
    }
}

impl Machine for Real {
    fn open(&mut self, options: &Options) -> Result<Vec<Value>, Stop> {
        let kernel = crate::kernel(self.lab.mode().name());
        let mut told = vec![json!({ "kernel": kernel })];
        if options.network == Network::Wire && self.lab.mode() == Mode::Loopback {
            told[0]["note"] = "these hosts share this machine's loopback: there is no wire".into();
        }
        if options.peer().is_some() {
            let task = self.spawn(options.hosts() - 1)?;
            let mut peer = Peer::new(options, task)?;
            let act = peer.resume(None);
            self.peer = Some(peer);
            self.act(act);
            while options.peer_listens() {
                let done = self.lab.next_done(Duration::from_secs(5));
                let done = done.ok_or_else(|| Stop::Failed("the peer does not start".into()))?;
                let listens = matches!(done.call, Call::Listen { .. });
                if let Err(errno) = &done.outcome {
                    return Err(Stop::Failed(format!("the peer's {} failed: {errno}", done.call.name())));
                }
                self.peer_did(done);
                if listens {
                    break;
                }
            }
            told.extend(self.said.drain(..));
            told.push(json!({ "opened": options.peer_address() }));
        }
        Ok(told)
    }

    fn spawn(&mut self, host: u16) -> Result<TaskId, Stop> {
        if host >= self.hosts {
            return Err(no_host(host, self.hosts));
        }
        Ok(self.lab.spawn(HostId(host)))
    }

    fn child(&mut self, pid: Pid) -> TaskId {
        Lab::task_of(pid)
    }

    fn submit(&mut self, id: CallId, task: TaskId, call: Call) -> Result<(), Stop> {
        self.lab.submit(id, task, call);
        Ok(())
    }

    fn cancel(&mut self, id: CallId) -> Result<(), Stop> {
        self.lab.cancel(id);
        Ok(())
    }

    fn order(&mut self, task: TaskId, order: Order) -> Result<(), Stop> {
        match order {
            Order::Kill => self.lab.exit(task),
            Order::Signal => self.lab.interrupt(task),
            Order::Privileged(on) => self.lab.set_privileged(task, on),
        }
        Ok(())
    }

    fn wire(&mut self, host: u16, fault: Fault) -> Result<(), Stop> {
        if host >= self.hosts {
            return Err(no_host(host, self.hosts));
        }
        let wire = self.lab.hand().ok_or_else(no_wire)?;
        match fault {
            Fault::Cut => wire.cut(HostId(host), true),
            Fault::Mend => wire.cut(HostId(host), false),
            Fault::Lose(packets) => wire.lose(HostId(host), packets),
        }
        Ok(())
    }

    fn tell(&mut self, text: &str) -> Result<(), Stop> {
        let act = Peer::told(self.peer.as_mut(), text)?;
        self.act(act);
        Ok(())
    }

    fn next(&mut self, until: Option<Micros>) -> Result<Happened, Stop> {
        loop {
            if let Some(said) = self.said.pop_front() {
                return Ok(Happened::Said(said));
            }
            let left = until.unwrap_or(Micros::MAX).saturating_sub(self.lab.now());
            let Some(done) = self.lab.next_done(Duration::from_micros(left)) else {
                return Ok(Happened::TimeUp);
            };
            if self.peer.as_ref().is_some_and(|peer| peer.call == Some(done.id)) {
                self.peer_did(done);
                continue;
            }
            let by = match done.by {
                Answered::Kernel => "kernel",
                Answered::Relay => "relay",
            };
            let told = json!({ "by": by, "real": done.real.lines(), "here": done.here, "there": done.there, "at": self.lab.now() });
            return Ok(Happened::Ended(done.id, done.outcome, fields(told)));
        }
    }

    fn now(&self) -> Micros {
        self.lab.now()
    }

    fn patience(&self) -> Option<Micros> {
        Some(PATIENCE)
    }
}
