//! The simulated twin of a live run: the same program against a simulated peer, call by call.

use std::net::{Ipv4Addr, SocketAddrV4};

use protocol::WireSpec;
use scene::{LiveSpec, Twin as Told};
use syscall::{Call, Pid, TaskId, What};
use world::{ChoiceKey, Network, Op, Scenario, World};

use crate::texts;

/// Most steps that the twin takes to answer one call.
const MOST_STEPS: usize = 2000;

/// The twin. Its peer reads only when told, as the real one does.
pub(crate) struct Twin {
    world: World,
    /// The process of the program that also runs for real.
    pid: Option<Pid>,
    peer: Option<(TaskId, Pid)>,
    /// Whether the peer reads when told only; else it reads by itself.
    told: bool,
    /// How many bytes the peer may still read.
    may_read: u64,
}

impl Twin {
    /// The twin before its first call, over the network that the real run has: `wire`, or one host's loopback. None if the
    /// scenario cannot run.
    pub(crate) fn new(spec: &LiveSpec, wire: Option<&WireSpec>) -> Option<Self> {
        let world = match wire {
            Some(wire) => World::new(&over(wire, &spec.scenario, &spec.peer_program)),
            None => World::new(&spec.scenario),
        };
        let world = world.ok()?;
        let view = world.view();
        let find = |name: &str| view.programs.iter().find(|program| program.name == name);
        Some(Self {
            pid: find(&spec.run).map(|program| program.pid),
            peer: find(&spec.peer_program).map(|program| (program.task, program.pid)),
            told: spec.read > 0,
            may_read: 0,
            world,
        })
    }

    /// Let the peer read so many bytes.
    pub(crate) fn tell(&mut self, count: u32) {
        self.may_read += u64::from(count);
    }

    /// Go on until the program's first `count` calls have ended, or it waits for what has not been allowed.
    pub(crate) fn advance(&mut self, count: usize) {
        for _ in 0..MOST_STEPS {
            let ended = self.calls().iter().filter(|(_, outcome)| outcome.is_some()).count();
            if ended >= count {
                return;
            }
            let allowed =
                self.world.choices().into_iter().map(|choice| choice.key).find(|key| self.allows(*key));
            let Some(key) = allowed else { return };
            let before = self.world.events().len();
            if self.world.take(key).is_err() {
                return;
            }
            let Some((_, peer)) = self.peer else { continue };
            for event in self.world.events()[before..].iter().filter(|event| event.pid == Some(peer)) {
                if let (What::Returned { call: Call::Recv { .. }, .. }, Some(range)) =
                    (&event.what, event.range)
                {
                    self.may_read = self.may_read.saturating_sub(range.len());
                }
            }
        }
    }

    fn allows(&self, key: ChoiceKey) -> bool {
        let Some((peer, _)) = self.peer else { return true };
        if key != ChoiceKey::Run(peer) || self.may_read > 0 || !self.told {
            return true;
        }
        let view = self.world.view();
        let next = view
            .programs
            .iter()
            .find(|program| program.task == peer)
            .and_then(|program| program.call.as_ref());
        !matches!(next, Some(Call::Recv { .. }))
    }

    /// The MSS of the connection that the program used last, in bytes; 0 before it has one.
    pub(crate) fn mss(&self) -> u32 {
        let events =
            self.world.events().iter().rev().filter(|event| event.pid.is_some() && event.pid == self.pid);
        let mss = |event: &syscall::Event| match &event.what {
            What::Returned { observed: Some(it), .. } if it.state.is_some() && it.mss > 0 => Some(it.mss),
            _ => None,
        };
        events.filter_map(mss).next().unwrap_or(0)
    }

    /// The program's calls so far; the last may wait.
    pub(crate) fn calls(&self) -> Vec<Told> {
        let mut calls: Vec<Told> = Vec::new();
        for event in self.world.events().iter().filter(|event| event.pid.is_some() && event.pid == self.pid) {
            match &event.what {
                What::Waits { call } => calls.push((call.clone(), None)),
                What::Returned { call, outcome, .. } => match calls.last_mut() {
                    Some((_, waiting @ None)) => *waiting = Some(outcome.clone()),
                    _ => calls.push((call.clone(), Some(outcome.clone()))),
                },
                _ => {}
            }
        }
        calls
    }
}

/// The peer's host in a lab, as in a simulated network.
const PEER: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);

/// The scenario over a wire, its peer on a second host: as a lab with a wire has them. Lessons write it for loopback, where
/// every relay can run it. What chance does to the wire is left to the real one.
fn over(wire: &WireSpec, scenario: &Scenario, peer: &str) -> Scenario {
    let mut scenario = scenario.clone();
    scenario.network = Network::Wire { mtu: wire.mtu.into(), delay_us: wire.delay_us.into() };
    if scenario.hosts.len() != 1 {
        return scenario;
    }
    let away = texts::live::peer_of(&scenario.hosts[0]);
    scenario.hosts.push(away.clone());
    for program in &mut scenario.programs {
        if program.name == peer {
            program.host.clone_from(&away);
        }
        for step in &mut program.steps {
            if let Op::Call(Call::Bind { address, .. } | Call::Connect { address, .. }) = &mut step.op {
                *address = SocketAddrV4::new(PEER, address.port()).into();
            }
        }
    }
    scenario
}
