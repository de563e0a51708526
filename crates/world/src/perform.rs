//! Letting things happen: programs run, packets travel, faults strike.

use std::sync::Arc;

use syscall::{
    Action, CallId, Event, Kernel as _, Outcome, Pid, Returned, Signal, SourceRange, TaskId, What,
};

use crate::world::{Gone, Running};
use crate::{Act, ChoiceKey, World};

impl World {
    /// Let something happen that is on offer.
    pub(crate) fn perform(&mut self, key: ChoiceKey) {
        let before = self.kernel.event_count();
        if let Some((due, _)) = self.plan.next().filter(|(_, planned)| *planned == key) {
            self.kernel.pass_time(due);
            self.plan.advance();
        }
        match key {
            ChoiceKey::Run(task) => self.run(task, None),
            ChoiceKey::Part(task, most) => self.run(task, Some(most)),
            ChoiceKey::Deliver(packet) => drop(self.kernel.deliver(packet)),
            ChoiceKey::Timer(host) => drop(self.kernel.fire_timer(host)),
            ChoiceKey::Wake(task) => {
                let call = self.programs[task.0 as usize].call;
                if let Some(due) = call.and_then(|call| self.kernel.deadline(call)) {
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
                for program in self.programs.iter_mut().filter(|p| p.host == host && p.lives()) {
                    let program = Arc::make_mut(program);
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
        let running = Arc::make_mut(&mut self.programs[index]);
        let call = match (running.call, running.guest.peek()) {
            (Some(call), _) => call,
            (None, Some(Action::Call { call, line, origin })) => {
                self.next_call += 1;
                let source = (*line > 0).then(|| SourceRange { line: *line, origin: origin.clone() });
                self.kernel.submit_from(id, task, call.clone(), source);
                running.call = Some(id);
                id
            }
            (None, Some(Action::Line(line))) => {
                self.kernel.log_line(task, *line);
                running.guest.resume(None);
                self.end_if_over(index);
                return;
            }
            (None, Some(Action::Exit(_)) | None) => return,
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
            self.resume(index, completed.outcome);
        }
        for index in 0..self.programs.len() {
            let program = &self.programs[index];
            if program.lives()
                && let Some(signal) = self.kernel.ended_by(program.pid)
            {
                let program = Arc::make_mut(&mut self.programs[index]);
                (program.gone, program.call) = (Some(Gone::Killed(signal)), None);
            }
        }
    }

    fn resume(&mut self, index: usize, outcome: Outcome) {
        let running = Arc::make_mut(&mut self.programs[index]);
        running.call = None;
        running.guest.resume(Some(outcome));
        self.end_if_over(index);
    }

    /// A process was forked: its program goes on beside its parent's, from the same point.
    fn adopt(&mut self, parent: usize, pid: Pid) {
        let Some(task) = self.kernel.next_forked() else { return };
        assert_eq!(task.0 as usize, self.programs.len(), "tasks are numbered in the order of their start");
        let parent = &self.programs[parent];
        // Its own number is enough: a name that told all its forebears would grow with each.
        let program = &self.programs[parent.program as usize].name;
        let child = Running {
            task,
            pid,
            parent: Some(parent.pid),
            name: format!("{program} {pid}").into(),
            ..Running::clone(parent)
        };
        self.programs.push(Arc::new(child));
        self.resume(task.0 as usize, Ok(Returned::Forked(Pid(0))));
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

    /// A program that has ended is gone at once: its kernel closes what it left open.
    pub(crate) fn end_if_over(&mut self, index: usize) {
        let running = &self.programs[index];
        if let Some(Action::Exit(status)) = running.guest.peek() {
            self.kernel.exit(running.task, *status);
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
        let most = match (program.call, program.guest.peek()) {
            (Some(call), _) => self.kernel.most(call),
            (None, Some(Action::Call { call, .. })) => {
                let mut trial = self.kernel.trial();
                let id = CallId(self.next_call);
                trial.submit(id, program.task, call.clone());
                trial.most(id)
            }
            (None, Some(Action::Line(_) | Action::Exit(_)) | None) => None,
        };
        most.filter(|most| *most > 0)
    }
}
