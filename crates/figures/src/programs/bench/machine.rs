//! What the workbench asks of the machine, one thing at a time, and what it makes of the answers.

use std::rc::Rc;

use scene::programs::{Command, Pane, ProgramsView, Stopped, TaskView};
use world::Profile;
use yew::prelude::*;

use super::exchange::{Answer, Begin, Kind};
use super::judge::is_judge;
use super::{Ask, Msg, Note, Workbench};
use crate::platform;
use crate::platform::programs::Told;
use crate::texts;

/// Steps of a run that are asked for at first; then as many as take about [`TURN_MS`].
pub(super) const MOST: u32 = 100;
/// Most of them.
const MOST_EVER: u32 = 20_000;
/// What one turn of a run takes, in milliseconds: a press of Pause waits so long.
const TURN_MS: u64 = 120;
/// Presses that wait for the machine; more are forgotten.
const QUEUE: usize = 16;

impl Workbench {
    /// Has the texts that stand there loaded, so that a press finds them so.
    pub(super) fn near(&mut self, ctx: &Context<Self>) {
        self.rest = None;
        if self.exchange.near() {
            let load = self.load();
            self.send(ctx, &load, Kind::Load);
        }
    }

    /// Begins with the texts that stand there.
    pub(super) fn begin(&mut self, ctx: &Context<Self>) {
        self.queue.clear();
        self.finder.begins();
        self.judging.stops();
        (self.stale, self.frame, self.task) = (false, None, None);
        match self.exchange.begin() {
            Begin::Load => {
                let load = Ask::Command(Box::new(self.load()));
                self.queue.push_back(load);
                self.pump(ctx);
            }
            Begin::Wait => {}
            Begin::Held(seq, view) => ctx.link().send_message(Msg::Told(Told::View(seq, view))),
        }
    }

    fn load(&self) -> Command {
        let mut spec = Box::new(self.work.spec(self.spec()));
        if self.posix {
            spec.scenario.profile = Profile::Posix;
        }
        Command::Load { spec, stops: self.breakpoints() }
    }

    /// Has something done, once what was asked before is.
    pub(super) fn ask(&mut self, ctx: &Context<Self>, ask: Ask) {
        if !self.exchange.is_loaded() {
            self.begin(ctx);
        }
        if self.queue.len() < QUEUE {
            self.queue.push_back(ask);
        }
        self.pump(ctx);
    }

    pub(super) fn pump(&mut self, ctx: &Context<Self>) {
        while self.exchange.is_free() {
            let Some(ask) = self.queue.pop_front() else { return };
            let command = match ask {
                Ask::Command(command) => *command,
                Ask::Run(back) => Command::Run { most: self.most, back },
                Ask::Line(way, back) => match self.chosen().map(|(_, task)| task.task) {
                    Some(task) => Command::Line { task, way, back },
                    None => continue,
                },
            };
            let kind = match command {
                Command::Load { .. } => Kind::Load,
                Command::Run { .. } => Kind::Run,
                Command::Hunt(_) | Command::Judge(_) => Kind::Hunt,
                _ => Kind::Other,
            };
            self.send(ctx, &command, kind);
        }
    }

    fn send(&mut self, ctx: &Context<Self>, command: &Command, kind: Kind) {
        let Ok(json) = serde_json::to_string(command) else { return };
        let seq = self.exchange.ask(kind, platform::now_ms());
        self.machine(ctx).send(seq, &json);
    }

    /// Whether that is to be drawn.
    pub(super) fn told(&mut self, ctx: &Context<Self>, told: Told) -> bool {
        match told {
            Told::View(seq, json) => {
                let draw = match self.exchange.answered(seq, json) {
                    Some(answer) => self.answered(ctx, &answer),
                    None => false,
                };
                self.pump(ctx);
                draw
            }
            Told::Slow => self.lost(texts::programs::STEP_TOO_LONG),
            Told::Broken(why) => self.lost(&texts::programs::machine_stopped(why)),
        }
    }

    /// The machine is gone. Who has not pressed anything need not know.
    fn lost(&mut self, says: &str) -> bool {
        // Whoever waits for a judgement waits for the machine.
        let told = self.exchange.lost() || self.judging.goes();
        if told {
            self.changed();
            self.note = Note { says: says.into(), bad: true };
        }
        told
    }

    fn answered(&mut self, ctx: &Context<Self>, answer: &Answer) -> bool {
        let Ok(mut view) = serde_json::from_str::<ProgramsView>(&answer.view) else {
            return self.lost(texts::programs::CANNOT_BE_READ);
        };
        let took = platform::now_ms().saturating_sub(answer.since_ms);
        if let Some(hunt) = view.hunt.take() {
            return self.hunted(ctx, *hunt, took);
        }
        if let Some(judge) = view.judge.take() {
            return self.judged(ctx, *judge, took);
        }
        if answer.kind == Kind::Hunt {
            // Nothing can be searched, or judged: the view says why.
            self.finder.stops();
            self.judging.stops();
        }
        self.takes(ctx, view, answer.kind == Kind::Run, took);
        // The machine goes on while this page draws.
        self.pump(ctx);
        if answer.kind == Kind::Load && self.running.is_none() && !self.exchange.is_free() {
            // A step was asked for: the picture before it nobody would see.
            return false;
        }
        self.shows(ctx);
        true
    }

    /// Takes what the machine answered for what is now.
    fn takes(&mut self, ctx: &Context<Self>, mut view: ProgramsView, run: bool, took: u64) {
        let record = view.record.take();
        let view = Rc::new(view);
        self.view = Some(Rc::clone(&view));
        if std::mem::take(&mut self.copying) {
            self.copy(ctx, record.map(|record| (record, None)));
        } else if record.is_some() && std::mem::take(&mut self.finder.owns) {
            self.finder.own = record;
        }
        if let Some(problem) = &view.problem {
            self.note = Note { says: problem.clone(), bad: true };
        }
        if !view.faults.is_empty() {
            (self.running, self.to_go_on) = (None, false);
            // A judgement says itself what it makes of them.
            self.queue.retain(is_judge);
            self.finder.stops();
            if let Some(fault) = view.faults.first() {
                self.tab = (fault.program as usize).min(self.work.files.len() - 1);
            }
        }
        match view.stopped {
            Some(Stopped::Line { program, .. }) => {
                (self.tab, self.task, self.frame) = (program as usize, None, None);
            }
            Some(Stopped::Call { task } | Stopped::Input { task }) => self.turn_to(task, &view),
            _ => {}
        }
        if run && let Some(back) = self.running {
            if view.stopped == Some(Stopped::Most) {
                self.most = match took {
                    0..TURN_MS => (self.most * 2).min(MOST_EVER),
                    _ => (self.most / 2).max(MOST / 4),
                };
                self.queue.push_back(Ask::Run(back));
            } else {
                let reads = matches!(view.stopped, Some(Stopped::Input { .. }));
                (self.running, self.to_go_on) = (None, reads && !back);
            }
        }
    }

    /// Tells editors and page what is now.
    fn shows(&self, ctx: &Context<Self>) {
        let Some(view) = &self.view else { return };
        self.mark(view);
        if view.ending.is_some() {
            platform::ran(&ctx.props().spec.id, false);
        }
        platform::at(&ctx.props().spec.id, view.stage.event, view.stage.known);
    }

    /// The program whose tab is chosen, and the thread of it that steps by line.
    pub(super) fn chosen(&self) -> Option<(&Pane, &TaskView)> {
        let pane = self.pane(self.tab)?;
        let task = pane.tasks.iter().find(|it| Some(it.task) == self.task);
        let alive = || pane.tasks.iter().find(|it| !it.ended);
        Some((pane, task.or_else(alive).or(pane.tasks.first())?))
    }

    pub(super) fn pane(&self, program: usize) -> Option<&Pane> {
        self.view.as_ref()?.panes.iter().find(|pane| pane.program as usize == program)
    }

    /// Shows the program of this thread.
    fn turn_to(&mut self, task: u32, view: &ProgramsView) {
        let has = |pane: &&Pane| pane.tasks.iter().any(|it| it.task == task);
        if let Some(pane) = view.panes.iter().find(has) {
            (self.tab, self.task, self.frame) = (pane.program as usize, Some(task), None);
        }
    }

    /// Puts into the editors which line runs next, and what cannot be read.
    fn mark(&self, view: &ProgramsView) {
        for (program, desk) in self.desks.iter().enumerate() {
            let Some(field) = &desk.field else { continue };
            let mut marks = Vec::new();
            for fault in view.faults.iter().filter(|fault| fault.program as usize == program) {
                marks.push(mark(fault.line, "bad", "!", &fault.says));
            }
            if let Some(found) =
                self.finder.found().filter(|it| it.program as usize == program && it.line > 0)
            {
                marks.push(mark(found.line, "bad", "!", &found.says));
            }
            let chosen = self.chosen().map(|(_, task)| task.task);
            for pane in view.panes.iter().filter(|pane| pane.program as usize == program) {
                for (at, task) in pane.tasks.iter().enumerate().filter(|(_, task)| !task.ended) {
                    let Some(line) = line_in(task, &pane.file).filter(|line| *line > 0) else { continue };
                    let now = pane.tasks.len() == 1 || chosen == Some(task.task);
                    let (kind, sign) =
                        if now { ("now", "›".into()) } else { ("note", (at + 1).to_string()) };
                    marks.push(mark(line, kind, &sign, &format!("{}: {}", task.name, task.doing)));
                }
            }
            field.mark(&serde_json::Value::Array(marks).to_string());
        }
    }
}

fn mark(line: u32, kind: &str, sign: &str, says: &str) -> serde_json::Value {
    serde_json::json!({ "line": line, "kind": kind, "sign": sign, "says": says })
}

/// The line of a program's own text at which a thread is: below a module's function, the line that called it.
fn line_in(task: &TaskView, file: &str) -> Option<u32> {
    let inner = task.stack.iter().rev().find(|frame| frame.file == file);
    inner.map(|frame| frame.line).or_else(|| task.stack.is_empty().then_some(task.line))
}
