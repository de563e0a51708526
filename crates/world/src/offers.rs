//! Everything that may happen next, in the order of the default.

use kernel::in_order;
use syscall::{HostId, Micros, TaskId};

use crate::perform::{MOMENT, SHARE, TURNS};
use crate::world::Running;
use crate::{ChoiceKey, Profile, Want, World};

/// Something that may happen.
pub(crate) struct Offer {
    pub(crate) key: ChoiceKey,
    /// When it happens if nobody interferes; 0 for a program that can run.
    pub(crate) due: Micros,
    /// It would tell nobody anything new.
    pub(crate) futile: bool,
    /// It does not happen by itself: somebody must choose it.
    pub(crate) extra: bool,
}

impl Offer {
    const fn usual(key: ChoiceKey, due: Micros) -> Self {
        Self { key, due, futile: false, extra: false }
    }

    const fn extra(key: ChoiceKey) -> Self {
        Self { key, due: 0, futile: false, extra: true }
    }
}

impl World {
    /// Whether a program can run.
    pub(crate) fn is_ready(&self, program: &Running) -> bool {
        self.lives(program)
            && match (program.call, self.wants(program)) {
                (Some(call), _) => self.kernel.can_go_on(call),
                (None, Want::Sibling(_)) => {
                    program.until.is_some_and(|until| until <= self.now())
                        || self.guest_of(program).awaited(program.thread).0
                }
                (None, Want::Input | Want::Exit(_) | Want::Nothing) => false,
                (None, _) => true,
            }
    }

    /// Everything on offer, the default first; what somebody must choose comes last.
    pub(crate) fn offers(&self) -> Vec<Offer> {
        let mut offers = self.usual();
        self.extras(&mut offers);
        offers
    }

    /// What happens by itself, the default first.
    ///
    /// Who ran last goes on. Of programs that may run for ever ([`Guest::is_paced`](crate::Guest::is_paced)) it is the
    /// next one's turn after a while, and when all of them together have run for long, what is due soon comes first.
    pub(crate) fn usual(&self) -> Vec<Offer> {
        let mut offers = self.turns_of_programs();
        let mut waiting = self.waiting();
        if self.time_is_up() && waiting.first().is_some_and(|offer| offer.due <= self.now() + MOMENT) {
            offers.insert(0, waiting.remove(0));
        }
        offers.extend(waiting);
        offers
    }

    /// Whether what is due soon comes before programs that can run.
    pub(crate) const fn time_is_up(&self) -> bool {
        self.turns >= TURNS
    }

    /// The programs that can run, in the order of their turns.
    pub(crate) fn turns_of_programs(&self) -> Vec<Offer> {
        let mut offers = Vec::new();
        let mut from = self.last_ran.unwrap_or(TaskId(0));
        if self.turns > 0 && self.turns.is_multiple_of(SHARE) {
            from.0 += 1;
        }
        let mut before = 0;
        for program in &self.programs {
            if self.is_ready(program) {
                let first = if self.turns > 0 { program.task >= from } else { program.task == from };
                let place = if first { offers.len() - before } else { offers.len() };
                offers.insert(place, Offer::usual(ChoiceKey::Run(program.task), 0));
                before += usize::from(!first);
            }
        }
        offers
    }

    /// What happens by itself when time passes, the next first.
    pub(crate) fn waiting(&self) -> Vec<Offer> {
        let mut waiting: Vec<_> =
            self.plan.doomed().map(|packet| Offer::usual(ChoiceKey::Lose(packet), 0)).collect();
        let deliverable = self.kernel.deliverable();
        for packet in self.packets().filter(|p| deliverable.contains(&p.id) && !self.plan.dooms(p.id)) {
            waiting.push(Offer::usual(ChoiceKey::Deliver(packet.id), packet.due));
        }
        for host in self.hosts() {
            if let Some((due, timer, socket)) = self.kernel.next_timer(host) {
                let futile = self.kernel.is_futile(timer, socket);
                waiting.push(Offer { futile, ..Offer::usual(ChoiceKey::Timer(host), due) });
            }
        }
        for program in self.programs.iter().filter(|p| self.lives(p) && !self.is_ready(p)) {
            let call = program.call.and_then(|call| self.kernel.deadline(call));
            if let Some(due) = call.or(program.until) {
                waiting.push(Offer::usual(ChoiceKey::Wake(program.task), due));
            }
        }
        if let Some((due, key)) = self.plan.next() {
            let futile = !self.can_happen(key);
            waiting.push(Offer { futile, ..Offer::usual(key, due) });
        }
        // What is equal keeps its place: of what is due together, segments come first, then timers, wake-ups, and what is planned.
        in_order(&mut waiting, |a, b| a.due < b.due);
        waiting
    }

    /// What the scenario allows and nobody needs, behind what happens by itself.
    pub(crate) fn extras(&self, offers: &mut Vec<Offer>) {
        let faults = self.names.faults;
        // Each of these is named once; only what is on offer anyway could be named twice.
        let mut usual: Vec<_> = offers.iter().map(|offer| offer.key).collect();
        in_order(&mut usual, |a, b| a < b);
        let mut add = |key: ChoiceKey| {
            if usual.binary_search(&key).is_err() {
                offers.push(Offer::extra(key));
            }
        };
        let packets: Vec<u32> = self.packets().map(|packet| packet.id).collect();
        let each = |allowed: bool, key: fn(u32) -> ChoiceKey| {
            packets.iter().filter(move |_| allowed).map(move |packet| key(*packet))
        };
        each(faults.reorder, ChoiceKey::Deliver).for_each(&mut add);
        each(faults.lose, ChoiceKey::Lose).for_each(&mut add);
        each(faults.duplicate, ChoiceKey::Duplicate).for_each(&mut add);
        each(faults.reorder, ChoiceKey::Delay).for_each(&mut add);
        for program in self.programs.iter().filter(|program| self.lives(program)) {
            if faults.signal && program.call.is_some() && !self.is_ready(program) {
                add(ChoiceKey::Signal(program.pid));
            }
            if faults.kill {
                add(ChoiceKey::Kill(program.pid));
            }
        }
        for host in self.hosts() {
            let up = self.kernel.is_up(host);
            if faults.power {
                add(if up { ChoiceKey::PowerOff(host) } else { ChoiceKey::PowerOn(host) });
            }
            if faults.cable && self.names.hosts.len() > 1 {
                let whole = self.kernel.is_connected(host);
                add(if whole { ChoiceKey::Cut(host) } else { ChoiceKey::Mend(host) });
            }
        }
    }

    /// Whether a fault would change anything now.
    pub(crate) fn can_happen(&self, key: ChoiceKey) -> bool {
        match key {
            ChoiceKey::Signal(pid) | ChoiceKey::Kill(pid) => {
                self.programs.iter().any(|program| program.pid == pid && self.lives(program))
            }
            ChoiceKey::PowerOff(host) => self.kernel.is_up(host),
            ChoiceKey::PowerOn(host) => !self.kernel.is_up(host),
            ChoiceKey::Cut(host) => self.kernel.is_connected(host),
            ChoiceKey::Mend(host) => !self.kernel.is_connected(host),
            ChoiceKey::Lose(packet) | ChoiceKey::Duplicate(packet) | ChoiceKey::Delay(packet) => {
                self.packets().any(|p| p.id == packet)
            }
            ChoiceKey::Run(_)
            | ChoiceKey::Part(..)
            | ChoiceKey::Deliver(_)
            | ChoiceKey::Timer(_)
            | ChoiceKey::Wake(_) => true,
        }
    }

    /// Whether this may be taken now.
    pub(crate) fn is_offered(&self, key: ChoiceKey, offers: &[Offer]) -> bool {
        match key {
            ChoiceKey::Part(task, part) => self.most(task).is_some_and(|most| (1..=most).contains(&part)),
            key => offers.iter().any(|offer| offer.key == key),
        }
    }

    /// In the POSIX profile: how many bytes the call of a task that can run would move now, if it would move any.
    pub(crate) fn most(&self, task: TaskId) -> Option<u32> {
        if self.names.profile == Profile::Linux {
            return None;
        }
        let program = self.programs.get(task.0 as usize).filter(|program| self.is_ready(program))?;
        self.would_move(program)
    }

    /// The hosts, in the order of the scenario.
    pub(crate) fn hosts(&self) -> impl Iterator<Item = HostId> + use<> {
        (0..self.names.hosts.len()).map(|host| HostId(host as u16))
    }
}
