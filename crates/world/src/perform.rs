//! Letting things happen: programs run, packets travel, faults strike.

use std::sync::Arc;

use syscall::{
    Call, CallId, Event, Kernel as _, Micros, Outcome, Pid, Returned, Signal, SourceRange, TaskId, What,
};

use crate::world::{Gone, Running};
use crate::{Act, ChoiceKey, News, Want, World};

/// Things that a program does at once before it is somebody's choice again.
const AT_ONCE: u32 = 1000;
/// Turns of programs that never wait before time passes.
pub(crate) const TURNS: u32 = 400;
/// Turns of a program that never waits before it is another's turn.
pub const SHARE: u32 = 100;
/// How much time passes then, in microseconds.
pub(crate) const MOMENT: Micros = 100;

impl World {
    /// Let something happen that is on offer.
    pub(crate) fn perform(&mut self, key: ChoiceKey) {
        let before = self.kernel.event_count();
        if let Some((due, _)) = self.plan.next().filter(|(_, planned)| *planned == key) {
            self.kernel.pass_time(due);
            self.plan.advance();
        }
        self.pace(key);
        match key {
            ChoiceKey::Run(task) => self.run(task, None),
            ChoiceKey::Part(task, most) => self.run(task, Some(most)),
            ChoiceKey::Deliver(packet) => drop(self.kernel.deliver(packet)),
            ChoiceKey::Timer(host) => drop(self.kernel.fire_timer(host)),
            ChoiceKey::Wake(task) => {
                let program = &self.programs[task.0 as usize];
                let due = program.call.and_then(|call| self.kernel.deadline(call)).or(program.until);
                if let Some(due) = due {
                    self.kernel.pass_time(due);
                }
                self.run(task, None);
            }
            fault => self.strike(fault),
        }
        self.settle();
        self.note_events(before);
        self.note_act(Act::Take(key));
    }

    fn strike(&mut self, fault: ChoiceKey) {
        match fault {
            ChoiceKey::Lose(packet) => drop(self.kernel.lose(packet)),
            ChoiceKey::Duplicate(packet) => drop(self.kernel.duplicate(packet)),
            ChoiceKey::Delay(packet) => drop(self.kernel.delay(packet)),
            ChoiceKey::Signal(pid) => drop(self.kernel.send_signal(pid, Signal::Sigusr1)),
            ChoiceKey::Kill(pid) => drop(self.kernel.send_signal(pid, Signal::Sigkill)),
            ChoiceKey::PowerOff(host) => {
                self.kernel.host_down(host);
                let there: Vec<_> = (0..self.programs.len())
                    .filter(|at| self.programs[*at].host == host && self.lives(&self.programs[*at]))
                    .collect();
                for at in there {
                    let program = Arc::make_mut(&mut self.programs[at]);
                    (program.gone, program.call) = (Some(Gone::Vanished), None);
                }
            }
            ChoiceKey::PowerOn(host) => drop(self.kernel.host_up(host)),
            ChoiceKey::Cut(host) => drop(self.kernel.cut(host)),
            ChoiceKey::Mend(host) => drop(self.kernel.mend(host)),
            ChoiceKey::Run(_)
            | ChoiceKey::Part(..)
            | ChoiceKey::Deliver(_)
            | ChoiceKey::Timer(_)
            | ChoiceKey::Wake(_) => {}
        }
    }

    /// One call or one line of a program; the call moves at most so many bytes.
    fn run(&mut self, task: TaskId, most: Option<u32>) {
        let index = task.0 as usize;
        self.last_ran = Some(task);
        let id = CallId(self.next_call);
        let program = &self.programs[index];
        let call = match (program.call, self.wants(program)) {
            (Some(call), _) => call,
            (None, Want::Call { call, line, origin }) => {
                let source = (line > 0).then(|| SourceRange { line, origin: origin.cloned() });
                let call = call.clone();
                self.next_call += 1;
                self.kernel.submit_from(id, task, call, source);
                Arc::make_mut(&mut self.programs[index]).call = Some(id);
                id
            }
            (None, Want::Line(line)) => {
                self.kernel.log_line(task, line);
                return self.go_on(index, None);
            }
            (None, Want::Quiet(_) | Want::Sibling(_)) => return self.go_on(index, None),
            (None, Want::Wrote { .. } | Want::Thread(_)) => return self.follow(index),
            (None, Want::Input | Want::Exit(_) | Want::Nothing) => return,
        };
        match most {
            Some(most) => drop(self.kernel.run_at_most(call, most)),
            None => drop(self.kernel.run(call)),
        }
    }

    /// Tell the programs what has completed, and notice who was killed.
    fn settle(&mut self) {
        while let Some(completed) = self.kernel.poll_completed() {
            let Some(index) = self.programs.iter().position(|p| p.call == Some(completed.id)) else {
                continue;
            };
            self.learn_stream(index);
            if let Ok(Returned::Forked(child)) = completed.outcome {
                self.adopt(index, child);
            }
            self.go_on(index, Some(completed.outcome));
        }
        for index in 0..self.programs.len() {
            let program = &self.programs[index];
            if self.lives(program)
                && let Some(signal) = self.kernel.ended_by(program.pid)
            {
                let program = Arc::make_mut(&mut self.programs[index]);
                (program.gone, program.call) = (Some(Gone::Killed(signal)), None);
            }
        }
    }

    /// Resume a program or thread, and see what it does at once.
    pub(crate) fn go_on(&mut self, index: usize, outcome: Option<Outcome>) {
        let now = self.now();
        let (guest, thread, until) = {
            let running = &self.programs[index];
            (running.guest, running.thread, running.until)
        };
        if until.is_some() || self.programs[index].call.is_some() {
            let running = Arc::make_mut(&mut self.programs[index]);
            (running.call, running.until) = (None, None);
        }
        let timed_out = until.is_some_and(|until| until <= now);
        self.resume(guest, thread, News { outcome, timed_out, now });
        self.follow(index);
    }

    /// What a program does without a choice: it writes, begins a thread, ends. A program that only writes gets to choices
    /// again and again.
    pub(crate) fn follow(&mut self, index: usize) {
        let (task, now) = (self.programs[index].task, self.now());
        for _ in 0..AT_ONCE {
            let program = &self.programs[index];
            let (guest, thread) = (program.guest, program.thread);
            match self.wants(program) {
                Want::Wrote { line, error, text } => {
                    let text = text.to_owned();
                    self.kernel.log_wrote(task, line, error, text);
                }
                Want::Thread(number) => self.begin_thread(index, number),
                Want::Sibling(timeout) => {
                    Arc::make_mut(&mut self.programs[index]).until = timeout.map(|us| now.saturating_add(us));
                    return;
                }
                Want::Exit(status) => return self.kernel.exit(task, status),
                Want::Call { .. } | Want::Line(_) | Want::Quiet(_) | Want::Input | Want::Nothing => return,
            }
            self.resume(guest, thread, News { outcome: None, timed_out: false, now });
        }
    }

    /// A program begins a thread: it is a task of its own in the same process.
    fn begin_thread(&mut self, index: usize, thread: u32) {
        let by = Running::clone(&self.programs[index]);
        let task = self.kernel.spawn_thread(by.task);
        let program = &self.programs[self.leader(&by)].name;
        let name = format!("{program}, thread {thread}").into();
        let new =
            self.add(Running { task, thread, name, call: None, until: None, streams: Vec::new(), ..by });
        self.go_on(new, None);
    }

    /// The place of the first task of a program's process.
    fn leader(&self, program: &Running) -> usize {
        self.programs.iter().position(|other| other.guest == program.guest).expect("it is one of them itself")
    }

    /// Time passes for programs that never wait: see [`World::usual`].
    fn pace(&mut self, key: ChoiceKey) {
        let runs = match key {
            ChoiceKey::Run(task) | ChoiceKey::Part(task, _) => {
                self.programs.get(task.0 as usize).is_some_and(|program| self.guest_of(program).is_paced())
            }
            _ => false,
        };
        if !runs {
            self.turns = 0;
        } else if self.turns < TURNS {
            self.turns += 1;
        } else {
            let soon = self.now() + MOMENT;
            let due = self.waiting().first().map_or(soon, |offer| offer.due.min(soon));
            self.kernel.pass_time(due.max(self.now()));
            self.turns = 0;
        }
    }

    /// A process was forked: its program goes on beside its parent's, from the same point.
    fn adopt(&mut self, parent: usize, pid: Pid) {
        let Some(task) = self.kernel.next_forked() else { return };
        let parent = Running::clone(&self.programs[parent]);
        // Its own number is enough: a name that told all its forebears would grow with each.
        let first = self.programs.iter().find(|p| p.parent.is_none() && p.program == parent.program);
        let name = format!("{} {pid}", first.map_or(&parent.name, |first| &first.name)).into();
        let guest = self.copy_guest(parent.guest);
        self.guest_mut(guest).forked(parent.thread);
        let index = self.add(Running { task, pid, parent: Some(parent.pid), name, guest, ..parent });
        self.go_on(index, Some(Ok(Returned::Forked(Pid(0)))));
    }

    /// Remember which stream the bytes of a variable belong to.
    fn learn_stream(&mut self, index: usize) {
        let Some(Event { source: Some(source), range: Some(range), .. }) = self.kernel.events().last() else {
            return;
        };
        let Some(origin) = &source.origin else { return };
        if !self.programs[index].streams.iter().any(|(name, ..)| *name == origin.name) {
            let stream = (origin.name.clone(), range.connection, range.direction);
            Arc::make_mut(&mut self.programs[index]).streams.push(stream);
        }
    }

    /// Learn from the events after this one.
    fn note_events(&mut self, before: u32) {
        let events = self.kernel.events();
        let fresh = &events[events.len() - (self.kernel.event_count() - before) as usize..];
        // A program's end is told after what it did last.
        if let Some(last) = fresh.iter().rev().find(|e| !matches!(e.what, What::Exited { .. })) {
            let did = matches!(last.what, What::Returned { .. } | What::Line { .. });
            self.spoke = last.pid.filter(|_| did);
        }
        if self.plan.counts() {
            let travels: Vec<u32> = self.packets().map(|packet| packet.id).collect();
            for event in fresh {
                let packet = match &event.what {
                    What::SegmentSent { segment } => segment.id,
                    What::DatagramSent { datagram } => datagram.id,
                    _ => continue,
                };
                if travels.contains(&packet) {
                    self.plan.note_sent(event.host, packet);
                }
            }
            self.plan.keep(|packet| travels.contains(&packet));
        }
    }

    /// How many bytes the next run of a program would move, if it is of a call that may move fewer.
    pub(crate) fn would_move(&self, program: &Running) -> Option<u32> {
        let most = match (program.call, self.wants(program)) {
            (Some(call), _) => self.kernel.most(call),
            (None, Want::Call { call, .. }) if moves_bytes(call) => self.kernel.most_of(program.task, call),
            (None, _) => None,
        };
        most.filter(|most| *most > 0)
    }
}

/// Whether a call can move bytes at all.
const fn moves_bytes(call: &Call) -> bool {
    matches!(
        call,
        Call::Send { .. }
            | Call::Sendto { .. }
            | Call::Write { .. }
            | Call::Recv { .. }
            | Call::Recvfrom { .. }
            | Call::Read { .. }
    )
}
