//! What goes wrong by itself: the scenario's planned faults, as far as they have not happened.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use kernel::in_order;
use syscall::{HostId, Micros, Pid};

use crate::{ChoiceKey, Planned, Scenario};

/// Planned faults. Names were checked.
#[derive(Clone, Hash)]
pub(crate) struct Plan {
    /// What happens at a time, the earliest first.
    timed: Arc<[(Micros, ChoiceKey)]>,
    /// How many of these have happened.
    done: u32,
    /// Which packets of a host are lost, counted from 1.
    lost: Arc<[(HostId, u32)]>,
    /// How many packets a host has put on the wire; kept only where somebody counts.
    sent: BTreeMap<HostId, u32>,
    /// Packets on the wire that are to be lost.
    doomed: Vec<u32>,
}

impl Plan {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        let host = |name: &str| {
            let place = scenario.hosts.iter().position(|host| host == name);
            HostId(place.expect("the check found every host") as u16)
        };
        // Programs are started in their order, each in a process of its own.
        let process = |name: &str| {
            let place = scenario.programs.iter().position(|program| program.name == name);
            Pid(place.expect("the check found every program") as u32 + 1)
        };
        let (mut timed, mut lost) = (Vec::new(), Vec::new());
        for planned in &scenario.planned {
            timed.push(match planned {
                Planned::Lose { from, nth } => {
                    lost.push((host(from), *nth));
                    continue;
                }
                Planned::Signal { program, at_us } => (*at_us, ChoiceKey::Signal(process(program))),
                Planned::Kill { program, at_us } => (*at_us, ChoiceKey::Kill(process(program))),
                Planned::PowerOff { host: name, at_us } => (*at_us, ChoiceKey::PowerOff(host(name))),
                Planned::PowerOn { host: name, at_us } => (*at_us, ChoiceKey::PowerOn(host(name))),
                Planned::Cut { host: name, at_us } => (*at_us, ChoiceKey::Cut(host(name))),
                Planned::Mend { host: name, at_us } => (*at_us, ChoiceKey::Mend(host(name))),
            });
        }
        in_order(&mut timed, |a, b| a.0 < b.0);
        let (timed, lost) = (timed.into(), lost.into());
        Self { timed, done: 0, lost, sent: BTreeMap::new(), doomed: Vec::new() }
    }

    /// What happens next by the clock, and when.
    pub(crate) fn next(&self) -> Option<(Micros, ChoiceKey)> {
        self.timed.get(self.done as usize).copied()
    }

    /// The next has happened.
    pub(crate) fn advance(&mut self) {
        self.done += 1;
    }

    /// Whether anybody counts packets.
    pub(crate) fn counts(&self) -> bool {
        !self.lost.is_empty()
    }

    /// A host has put a packet on the wire.
    pub(crate) fn note_sent(&mut self, from: HostId, packet: u32) {
        let sent = self.sent.entry(from).or_default();
        *sent += 1;
        if self.lost.contains(&(from, *sent)) {
            self.doomed.push(packet);
        }
    }

    /// Only what this says is still on the wire.
    pub(crate) fn keep(&mut self, travels: impl Fn(u32) -> bool) {
        self.doomed.retain(|packet| travels(*packet));
    }

    pub(crate) fn doomed(&self) -> impl Iterator<Item = u32> {
        self.doomed.iter().copied()
    }

    pub(crate) fn dooms(&self, packet: u32) -> bool {
        self.doomed.contains(&packet)
    }

    /// What is still to happen, as times from now. `wire` is what is on the wire, in order.
    pub(crate) fn hash_future(&self, now: Micros, wire: impl Iterator<Item = u32>, hasher: &mut impl Hasher) {
        for (at, key) in &self.timed[self.done as usize..] {
            (at.saturating_sub(now), key).hash(hasher);
        }
        if self.counts() {
            wire.for_each(|packet| self.dooms(packet).hash(hasher));
        }
        for (host, nth) in self.lost.iter() {
            let sent = self.sent.get(host).copied().unwrap_or_default();
            (host, nth.saturating_sub(sent)).hash(hasher);
        }
    }
}
