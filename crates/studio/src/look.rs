//! What is shown of programs: threads, calls in progress, variables, output.

use std::collections::BTreeMap;

use crate::{c, join};
use runs::{Ending, Python};
use scene::programs::{FrameView, Pane, TaskView, VariableView, Written};
use scene::{Sentence, Stage};
use syscall::{Event, Pid, TaskId, What};
use world::{ProgramView, Scenario, Status, View, Want};

/// Variables as they were shown: by task, place of the frame (0: global) and name.
pub(crate) type Before = BTreeMap<(u32, usize, String), String>;

/// Bytes of a program's output that are shown.
const OUTPUT: usize = 64 << 10;
/// Parts of a container that are shown.
const PARTS: usize = 32;

/// The programs before anything can run.
pub(crate) fn empty(scenario: &Scenario) -> Vec<Pane> {
    let programs = scenario.programs.iter().enumerate();
    programs
        .map(|(place, spec)| Pane {
            program: place as u32,
            name: spec.name.clone(),
            host: spec.host.clone(),
            file: spec.file.clone(),
            ..Pane::default()
        })
        .collect()
}

/// The programs as they are now.
pub(crate) fn panes(stage: &Stage, scenario: &Scenario, before: &mut Before) -> Vec<Pane> {
    let view = stage.world().view();
    let mut after = Before::new();
    let mut panes = empty(scenario);
    for pane in &mut panes {
        let own: Vec<&ProgramView> = view.programs.iter().filter(|it| it.program == pane.program).collect();
        pane.tasks =
            own.iter().map(|it| Look { stage, view: &view, before, after: &mut after }.task(it)).collect();
        let pids: Vec<Pid> = own.iter().map(|it| it.pid).collect();
        (pane.output, pane.cut) = output(stage.story(), &pids);
    }
    *before = after;
    panes
}

/// What processes have written; whether earlier parts are left out.
fn output(story: &[Event], pids: &[Pid]) -> (Vec<Written>, bool) {
    let mut output = Vec::new();
    let mut len = 0;
    for event in story.iter().rev().filter(|event| event.pid.is_some_and(|pid| pids.contains(&pid))) {
        if let What::Wrote { error, text } = &event.what {
            len += text.len();
            if len > OUTPUT {
                output.reverse();
                return (output, true);
            }
            output.push(Written { event: event.index, error: *error, text: text.clone() });
        }
    }
    output.reverse();
    (output, false)
}

struct Look<'l> {
    stage: &'l Stage,
    view: &'l View,
    before: &'l Before,
    after: &'l mut Before,
}

impl Look<'_> {
    fn task(&mut self, program: &ProgramView) -> TaskView {
        let task = program.task.0;
        let ended = !matches!(program.status, Status::Ready | Status::Waits);
        let mut shown = TaskView {
            task,
            pid: program.pid.0,
            name: program.name.clone(),
            doing: doing(self.stage, self.view, program),
            line: program.line,
            ready: program.status == Status::Ready,
            ended,
            ..TaskView::default()
        };
        let guest = self.stage.world().guest(program.task);
        let Some((guest, thread)) = guest else { return shown };
        if let Want::Call { call, .. } = guest.wants(thread)
            && !ended
        {
            shown.c = c::spelled(call);
        }
        shown.reads = !ended && guest.wants(thread) == Want::Input;
        let Some(python) = guest.as_any().and_then(|any| any.downcast_ref::<Python>()) else { return shown };
        let machine = python.machine();
        for (place, frame) in machine.stack(thread).into_iter().enumerate() {
            let locals = match &*frame.function {
                "<module>" => Vec::new(),
                _ => self.variables(python, (task, program.pid), place + 1, frame.locals),
            };
            let (file, line) = (frame.place.file, frame.place.line);
            shown.stack.push(FrameView { function: frame.function, file, line, locals });
        }
        if let Some(inner) = shown.stack.last().filter(|_| machine.is_in_library(thread) && !ended) {
            shown.line = inner.line;
            if matches!(guest.wants(thread), Want::Quiet(_)) {
                shown.doing = format!("is about to run line {} of {}", inner.line, inner.file);
            }
            shown.library = python::library(&inner.file).map(Into::into);
        }
        shown.globals = self.variables(python, (task, program.pid), 0, machine.globals());
        shown
    }

    fn variables(
        &mut self,
        python: &Python,
        (task, pid): (u32, Pid),
        frame: usize,
        variables: Vec<python::Variable>,
    ) -> Vec<VariableView> {
        let told = variables.into_iter().filter(python::Variable::is_news);
        told.map(|variable| {
            let key = (task, frame, variable.name.clone());
            let parts = variable.value.object.map(|object| python.machine().parts(object, PARTS));
            let parts: Vec<_> =
                parts.into_iter().flatten().map(|part| (part.name, part.value.text)).collect();
            // A container that holds other things now has changed, though its text may be cut.
            let whole = parts.iter().fold(variable.value.text.clone(), |all, (name, text)| all + name + text);
            let known = self.before.get(&key);
            // At the first look at a program nothing has changed.
            let changed = !self.before.is_empty() && known != Some(&whole);
            self.after.insert(key, whole);
            let held = variable.value.object.and_then(|object| python.machine().bytes_of_object(object));
            let bytes = held.and_then(|held| join::stretch(self.stage.story(), pid, held));
            VariableView {
                name: variable.name,
                text: variable.value.text,
                class: variable.value.class,
                changed,
                parts,
                bytes,
            }
        })
        .collect()
    }
}

/// What a thread does, as a phrase.
fn doing(stage: &Stage, view: &View, program: &ProgramView) -> String {
    match &program.status {
        Status::Ended { status: 0 } => return "has ended".into(),
        Status::Ended { status } => return format!("has ended with status {status}"),
        Status::Raised { exception, .. } => return format!("has ended by {exception}"),
        Status::Killed { signal } => return format!("was killed by {}", signal.name()),
        Status::Vanished => return "is gone with its host".into(),
        Status::Ready | Status::Waits => {}
    }
    let waits = program.status == Status::Waits;
    let Some((guest, thread)) = stage.world().guest(program.task) else { return String::new() };
    match guest.wants(thread) {
        Want::Call { call, .. } if !waits => format!("is about to make {call}"),
        Want::Line(line) | Want::Quiet(line) => format!("is about to run line {line}"),
        Want::Call { .. } | Want::Sibling(_) | Want::Input => {
            format!("waits {}", runs::waits(stage.world(), view, program.task))
        }
        Want::Wrote { .. } | Want::Thread(_) => "runs".into(),
        Want::Exit(_) | Want::Nothing => "has ended".into(),
    }
}

/// Why nothing more happens, in a sentence.
pub(crate) fn ending(stage: &Stage) -> Option<Sentence> {
    let world = stage.world();
    let ending = runs::ending(world)?;
    let view = world.view();
    let find = |task: &TaskId| view.programs.iter().find(|it| it.task == *task);
    let named = |task: &TaskId| find(task).map_or("another", |it| it.name.as_str());
    let said = |task: &TaskId| find(task).map(|it| format!("{} {}", it.name, doing(stage, &view, it)));
    let all = |tasks: &[TaskId]| tasks.iter().filter_map(said).collect::<Vec<_>>().join("; ");
    let text = match ending {
        Ending::Reads(task) => format!("{} waits for a line of input.", named(&task)),
        Ending::Done => "Every program has ended.".into(),
        Ending::Idle => "Those that have not ended wait for new connections, and nobody is left to make one. That is a good end.".into(),
        Ending::Deadlock { stuck, circle } if circle.is_empty() => {
            format!("Nothing more can happen: {}.", all(&stuck))
        }
        Ending::Deadlock { circle, .. } => {
            let names: Vec<_> = circle.iter().chain(circle.first()).map(named).collect();
            format!("A deadlock: {}. Each waits for the next: {}.", all(&circle), names.join(" → "))
        }
    };
    Some(Sentence::text(text))
}
