//! The turns of a recorded run, taken in the same order on a ground: as far as its kernel lets it be.
//!
//! Who runs next is ours to say on any kernel, since it is ours to make the calls; what a call answers is the kernel's. So a thread whose turn
//! it is makes the call that it stands before, and where the recorded call had ended by the next turn, its end is waited for. What is not to be
//! had (a call that does not end as it did, a thread that is not there) ends the order, and everybody goes on as they can.

use std::collections::VecDeque;

use syscall::{Call, HostId, Micros, TaskId, What};
use world::{Act, ChoiceKey, Want, World};

use crate::process::Doing;
use crate::run::Went;
use crate::{Ground, Run, Turns, guest};

/// How long a call that had ended in the record may take, in microseconds.
const PATIENCE: Micros = 300_000;

/// How long what was sent may take to be on the wire, and how long the other kernel has to take it in, in microseconds.
const ON_THE_WIRE: Micros = 20_000;
const ARRIVES: Micros = 1_000;

/// Things that a thread does at once before its turn is over, as in a world.
const AT_ONCE: u32 = 1000;

/// One turn of a recorded run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// A thread makes its call, or runs its line.
    Takes {
        /// Which, in the order of their start.
        task: TaskId,
        /// Its call, or its wait, is over before anybody else goes on.
        ends: bool,
    },
    /// What this host has sent arrives: the next thing of it that is more than an acknowledgement.
    Arrives(HostId),
}

/// An order that is followed.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    /// The turns that are left.
    left: VecDeque<Turn>,
    /// What a turn is.
    turns: Turns,
    /// Until when the end of the first turn's call is waited for.
    until: Option<Micros>,
}

/// What came of a turn.
enum Took {
    Yes,
    /// Its call has not ended yet, or what it is about has not come; so many microseconds are waited.
    NotYet(Micros),
    /// It cannot be taken.
    No,
}

/// The turns of a run that begins with this world, in which nothing has happened yet. A call that waits for others and moves nothing until
/// then (`accept`, `recv`, `select` without a time-out) is made when it ended in the record: nobody can tell the difference.
///
/// # Errors
/// What was done that no order can bring about: a fault, an input by hand, or what is not on offer.
pub fn order(mut world: World, acts: impl IntoIterator<Item = Act>) -> Result<Vec<Turn>, Act> {
    let mut turns: Vec<Turn> = Vec::new();
    for act in acts {
        let task = match &act {
            Act::Take(ChoiceKey::Run(task) | ChoiceKey::Part(task, _) | ChoiceKey::Wake(task)) => Some(*task),
            Act::Take(ChoiceKey::Deliver(packet)) => {
                let from = sender(&world, *packet);
                turns.extend(from.map(Turn::Arrives));
                None
            }
            Act::Take(ChoiceKey::Timer(_)) => None,
            Act::Take(_) | Act::Give(..) => return Err(act),
        };
        let lets_others = task.is_some_and(|task| only_waits(&world, task));
        if world.act(act.clone()).is_err() {
            return Err(act);
        }
        match task {
            None => {}
            Some(task) if world.is_in_call(task) && lets_others => {}
            Some(task) => turns.push(Turn::Takes { task, ends: !world.is_in_call(task) }),
        }
    }
    Ok(turns)
}

/// Who has sent this packet, if it is more than an acknowledgement.
fn sender(world: &World, packet: u32) -> Option<HostId> {
    world.events().iter().rev().find_map(|event| match &event.what {
        What::SegmentSent { segment } if segment.id == packet => (!segment.is_bare()).then_some(event.host),
        What::DatagramSent { datagram } if datagram.id == packet => Some(event.host),
        _ => None,
    })
}

/// Whether a thread stands before a call, or is in one, that does nothing before it ends, and that only others end.
fn only_waits(world: &World, task: TaskId) -> bool {
    let wants = world.guest(task).map(|(guest, thread)| guest.wants(thread));
    let Some(Want::Call { call, .. }) = wants else { return false };
    matches!(
        call,
        Call::Accept { .. }
            | Call::Recv { .. }
            | Call::Recvfrom { .. }
            | Call::Read { .. }
            | Call::Select { timeout_us: None, .. }
            | Call::Poll { timeout_us: None, .. }
    )
}

impl<G: Ground> Run<G> {
    /// From the beginning, take these turns in this order, as far as that can be; then as everybody can. To be asked when all programs have been
    /// started, and none has run.
    pub fn in_order(&mut self, order: &[Turn], turns: Turns) {
        self.ground.hold(true);
        self.order = Some(Order { left: order.iter().copied().collect(), turns, until: None });
        for number in 0..self.processes.len() {
            self.run_on(number, 0, turns);
        }
    }

    /// Turns of the order that are still to be taken.
    pub fn left(&self) -> usize {
        self.order.as_ref().map_or(0, |order| order.left.len())
    }

    /// Take the next turn of the order, or wait for its end.
    pub(crate) fn follow(&mut self) {
        let Some(order) = &self.order else { return };
        let (next, turns, until) = (order.left.front().copied(), order.turns, order.until);
        self.hear(turns);
        self.wake(self.ground.now());
        let took = match next {
            None => Took::No,
            Some(Turn::Arrives(from)) => {
                let now = self.ground.now();
                // What this kernel has sent together with what came before comes no more.
                let through = self.ground.let_through(from) || until.is_some_and(|until| now >= until);
                self.ground.wait(Some(now + ARRIVES));
                if through { Took::Yes } else { Took::NotYet(ON_THE_WIRE) }
            }
            Some(Turn::Takes { task, ends }) => self.take(task, ends, turns),
        };
        let now = self.ground.now();
        let Some(order) = &mut self.order else { return };
        match took {
            Took::Yes => {
                order.left.pop_front();
                order.until = None;
            }
            Took::NotYet(patience) => {
                let until = *order.until.get_or_insert(now + patience);
                match next {
                    // It is looked for again.
                    Some(Turn::Arrives(_)) => {}
                    _ if now >= until => self.order = None,
                    _ => {
                        self.ground.wait(Some(until));
                    }
                }
            }
            Took::No => self.order = None,
        }
        if self.order.is_none() {
            self.ground.hold(false);
        }
    }

    fn take(&mut self, task: TaskId, ends: bool, turns: Turns) -> Took {
        let Some(&(number, place)) = self.tasks.get(task.0 as usize) else { return Took::No };
        let process = &mut self.processes[number];
        if process.ended.is_some() {
            return Took::No;
        }
        let doing = &mut process.threads[place].doing;
        if let Doing::Holds(_) = doing {
            if let Doing::Holds(held) = std::mem::replace(doing, Doing::Runs) {
                let (call, source) = *held;
                self.submit(number, place, call, source);
            }
            self.hear(turns);
        }
        if !ends {
            return Took::Yes;
        }
        let process = &self.processes[number];
        if process.can_run(place) {
            self.run_on(number, place, turns);
            return Took::Yes;
        }
        match process.threads[place].doing {
            // It takes the time that it takes.
            Doing::Sleeps(until) | Doing::Waits(_, Some(until)) => {
                if let Some(order) = &mut self.order {
                    order.until = Some(until + PATIENCE);
                }
                Took::NotYet(PATIENCE)
            }
            Doing::Call(..) | Doing::Waits(_, None) => Took::NotYet(PATIENCE),
            Doing::Runs | Doing::Holds(_) | Doing::Reads | Doing::Ended => Took::No,
        }
    }

    /// Hear which calls have ended; a child that was forked runs up to its first turn, as in a world.
    fn hear(&mut self, turns: Turns) {
        let before = self.processes.len();
        self.hand_out();
        for child in before..self.processes.len() {
            self.run_on(child, 0, turns);
        }
    }

    /// Run a thread up to its next turn: what it writes, and the threads that it begins, are part of this one.
    fn run_on(&mut self, number: usize, place: usize, turns: Turns) {
        for _ in 0..AT_ONCE {
            let process = &self.processes[number];
            let (thread, before) = (process.threads[place].number, process.threads.len());
            let went = self.run_to(number, place, guest::until(&process.machine, turns));
            for new in before..self.processes[number].threads.len() {
                self.run_on(number, new, turns);
            }
            let passes = || !guest::ends_at_line(&self.processes[number].machine, turns, thread);
            match went {
                Went::On => {}
                Went::ToALine if passes() => {}
                Went::ToALine | Went::ToItsTurn => return,
            }
        }
    }
}
