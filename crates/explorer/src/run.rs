//! A world with what is noted along its way.

use std::hash::{Hash, Hasher};

use syscall::{Call, TaskId, TcpState};
use world::{ChoiceKey, Digest, Drained, End, Status, Want, World};

use crate::watch::Watch;
use crate::{Broken, Check, Failure, Finding, Noted, Options};

/// Choices before every program has begun, at most.
const MOST_BEFORE: usize = 2000;

/// A run: a world at one moment, and what has to be known of the way there.
#[derive(Clone)]
pub struct Run {
    pub(crate) world: World,
    pub(crate) watch: Watch,
    /// What programs broke before their first call.
    pub(crate) broken: Option<Box<Failure>>,
}

impl Run {
    /// From this moment on.
    pub fn new(mut world: World, options: &Options) -> Self {
        let wants = options.checks.iter().any(|check| matches!(check, Check::Prints { .. }));
        let mut watch = Watch::new(wants, options.drops);
        let before = world.drain().events;
        let broken = watch.hear(&world, &before).map(Box::new);
        Self { world, watch, broken }
    }

    /// Let each program get as far as it gets before the next one starts: to its first call that waits, or its first `connect`. So
    /// a server that stands first listens before its clients come. Answers what was done, and what broke already.
    pub fn begin(&mut self) -> (Vec<ChoiceKey>, Option<Failure>) {
        let mut way = Vec::new();
        if let Some(broken) = self.broken.take() {
            return (way, Some(*broken));
        }
        let mut task = TaskId(0);
        while let Some((guest, thread)) = self.world.guest(task) {
            let connects = matches!(guest.wants(thread), Want::Call { call: Call::Connect { .. }, .. });
            let run = ChoiceKey::Run(task);
            let ready = self.world.moves().iter().any(|it| it.key == run);
            if connects || !ready || way.len() >= MOST_BEFORE {
                task.0 += 1;
                continue;
            }
            way.push(run);
            if let Some(failure) = self.take(run) {
                return (way, Some(failure));
            }
        }
        (way, None)
    }

    /// The world, to look at.
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// What was worth a word so far.
    pub fn findings(&self) -> &[Noted] {
        &self.watch.findings
    }

    /// Equal where the same may happen from now on, and would be judged alike.
    pub fn key(&self) -> u64 {
        let mut digest = Digest::new();
        (self.world.future_digest(), &self.watch).hash(&mut digest);
        digest.finish()
    }

    /// Let something happen that is on offer; answers what it breaks.
    pub fn take(&mut self, key: ChoiceKey) -> Option<Failure> {
        self.world.take_offered(key);
        self.hear(key)
    }

    /// As [`take`](Self::take), if it is on offer; none, and nothing has happened, if it is not.
    pub(crate) fn try_take(&mut self, key: ChoiceKey) -> Option<Option<Failure>> {
        self.world.take(key).ok()?;
        Some(self.hear(key))
    }

    /// What this choice, which has just been taken, breaks.
    fn hear(&mut self, key: ChoiceKey) -> Option<Failure> {
        let Drained { events, acts: _ } = self.world.drain();
        let failure = self.watch.hear(&self.world, &events);
        // What a fault kills is no failure of its program.
        failure.filter(|it| !(key.is_fault() && matches!(it.what, Broken::Killed { .. })))
    }

    /// What is broken when nothing happens any more.
    pub fn at_end(&mut self, options: &Options) -> Option<Failure> {
        let end = self.world.end()?;
        let view = self.world.view();
        let failure = |what, task: TaskId| {
            let program = view.programs.iter().find(|program| program.task == task);
            let (program, line) = program.map_or((0, 0), |it| (it.program, it.line));
            Some(Failure { what, task, program, line })
        };
        if end == End::Deadlock {
            // Who waits for an answer to what it has not sent has lost it.
            let receives = |task: TaskId| {
                let call = view.programs.iter().find(|it| it.task == task).and_then(|it| it.call.as_ref());
                matches!(call, Some(Call::Recv { .. } | Call::Read { .. } | Call::Accept { .. }))
            };
            if let Some((what, task, line)) = self.watch.take_lost(receives) {
                let program = self.world.program_of(task).unwrap_or(0);
                return Some(Failure { what, task, program, line });
            }
            let stuck = view.programs.iter().filter(|it| it.status == Status::Waits).map(|it| it.task);
            let stuck: Vec<_> = stuck.collect();
            let circle = view.circle();
            let first = circle.first().or(stuck.first()).copied().unwrap_or(TaskId(0));
            return failure(Broken::Deadlock { stuck, circle }, first);
        }
        for socket in view.hosts.iter().flat_map(|host| &host.sockets) {
            let holder = view.programs.iter().find(|it| it.pid == socket.pid && it.status == Status::Waits);
            if let (TcpState::CloseWait, Some(holder)) = (socket.state, holder) {
                return failure(Broken::Leak { fd: socket.fd }, holder.task);
            }
        }
        for (place, check) in options.checks.iter().enumerate() {
            let (program, wrong, wrote) = match check {
                Check::Prints { program, text } => {
                    let wrote = self.watch.wrote.as_ref().and_then(|wrote| wrote.get(*program as usize));
                    let wrote = wrote.cloned().unwrap_or_default();
                    (*program, wrote != *text, wrote)
                }
                Check::Ends { program } => {
                    let lives =
                        view.programs.iter().any(|it| it.program == *program && it.status == Status::Waits);
                    (*program, lives, String::new())
                }
            };
            if wrong {
                let task =
                    view.programs.iter().find(|it| it.program == program).map_or(TaskId(0), |it| it.task);
                return failure(Broken::Check { check: place, wrote }, task);
            }
        }
        for connection in &view.connections {
            for (stream, reader) in [
                (&connection.forth, &connection.ends.1),
                (&connection.back, &Some(connection.ends.0.clone())),
            ] {
                let over = reader.as_ref().is_none_or(|end| end.state == TcpState::Closed);
                if over && stream.arrived > stream.read {
                    self.watch.note(Noted { what: Finding::Unread, program: 0, line: 0 });
                }
            }
        }
        None
    }
}
