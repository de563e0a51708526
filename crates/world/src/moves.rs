//! What may happen next as a search sees it: quickly told, with what each run touches.

use syscall::{Call, ConnectionId, SocketId, TaskId};

use crate::world::Running;
use crate::{ChoiceKey, Profile, Want, World};

/// Something that may happen next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    /// Its stable name.
    pub key: ChoiceKey,
    /// For a run whose call moves bytes, in the POSIX profile: [`ChoiceKey::Part`] may be taken with 1 to this many bytes.
    pub most: Option<u32>,
    /// It happens by itself, or can: it is no fault that somebody must choose.
    pub usual: bool,
}

/// What a run of a task changes or depends on: two runs that touch nothing in common may be exchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touch {
    /// Its process, by the place of its first task.
    process: usize,
    /// Other things than its process's own.
    things: Vec<Thing>,
    /// Anything: it cannot be said, or it is too much to say.
    everything: bool,
    /// It gives its process something that nobody else has, and nobody else is in its process.
    private: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Thing {
    Connection(ConnectionId),
    File(SocketId),
}

impl Touch {
    /// What touches everything.
    pub const fn everything() -> Self {
        Self { process: usize::MAX, things: Vec::new(), everything: true, private: false }
    }

    /// Whether it makes something new for a process that has one thread, and touches nothing else: it may as well come first. A program
    /// cannot go on like that for ever.
    pub const fn is_private(&self) -> bool {
        self.private
    }

    /// Whether two runs may be exchanged.
    pub fn is_apart_from(&self, other: &Self) -> bool {
        let shared = self.things.iter().any(|thing| other.things.contains(thing));
        !self.everything && !other.everything && self.process != other.process && !shared
    }
}

impl World {
    /// What may happen next, what [`step`](Self::step) would take first; none: nothing happens by itself any more.
    pub fn moves(&self) -> Vec<Move> {
        let offers = self.offers();
        if offers.iter().all(|offer| offer.futile || offer.extra) {
            return Vec::new();
        }
        let posix = self.names.profile == Profile::Posix;
        let most = |key| match key {
            ChoiceKey::Run(task) if posix => self.would_move(&self.programs[task.0 as usize]),
            _ => None,
        };
        offers
            .into_iter()
            .map(|offer| Move { key: offer.key, most: most(offer.key), usual: !offer.extra })
            .collect()
    }

    /// What the next run of a task touches, as far as its call tells. What the program does behind its call touches its own
    /// process alone, unless it ends.
    pub fn touch(&self, task: TaskId) -> Touch {
        let Some(program) = self.programs.get(task.0 as usize) else { return Touch::everything() };
        let others = self.programs.iter().filter(|it| it.guest == program.guest && it.task != task);
        let mut touch = Touch {
            process: program.guest,
            things: Vec::new(),
            everything: false,
            private: false,
        };
        let alone = others.filter(|it| self.lives(it)).count() == 0;
        match self.wants(program) {
            Want::Call { call: Call::Socket { .. }, .. } => touch.private = alone,
            Want::Call { call, .. } => self.touched(program, call, &mut touch),
            Want::Line(_) | Want::Quiet(_) => {}
            _ => touch.everything = true,
        }
        touch
    }

    fn touched(&self, program: &Running, call: &Call, touch: &mut Touch) {
        match call {
            Call::Send { fd, .. }
            | Call::Recv { fd, .. }
            | Call::Read { fd, .. }
            | Call::Write { fd, .. }
            | Call::Getsockname { fd }
            | Call::Getpeername { fd }
            | Call::Shutdown { fd, .. } => {
                let files = self.kernel.descriptors(program.task);
                let Some((_, socket)) = files.iter().find(|(open, _)| open == fd) else { return };
                match self.kernel.socket_info(*socket).connection {
                    Some(connection) => touch.things.push(Thing::Connection(connection)),
                    None => touch.everything = true,
                }
            }
            Call::Accept { fd } => {
                let files = self.kernel.descriptors(program.task);
                let file = files.iter().find(|(open, _)| open == fd);
                // Who connects touches everything.
                touch.things.extend(file.map(|(_, socket)| Thing::File(*socket)));
            }
            _ => touch.everything = true,
        }
    }
}
