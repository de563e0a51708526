//! Going on by lines, calls and breakpoints, in both directions.

use runs::Python;
use scene::Stage;
use scene::programs::{Breakpoints, Stopped, Way};
use syscall::TaskId;
use world::{Act, ChoiceKey, Want};

use crate::Studio;

/// Most steps of one command for a line: a program that never gets to another line stops there.
const MOST: u32 = 20_000;

/// Where a thread stands.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stands {
    /// About to run this line; none where it is in a call, waits or has ended.
    line: Option<u32>,
    /// How many functions deep.
    depth: usize,
    ended: bool,
}

impl Studio {
    /// Go on, or back, until a thread is about to run another line.
    pub(crate) fn line(&mut self, task: TaskId, way: Way, back: bool) -> Option<Stopped> {
        let stage = self.stage.as_mut()?;
        let start = stands(stage, task)?;
        let counts = |now: &Stands| match way {
            Way::Into => now.line.is_some(),
            Way::Over => now.line.is_some() && now.depth <= start.depth,
            Way::Out => now.line.is_some() && now.depth < start.depth,
        };
        if back {
            return Some(back_until(stage, MOST, |stage, ran| {
                let stood = stands(stage, task).filter(|_| ran == task);
                stood.is_some_and(|now| counts(&now)).then_some(Stopped::Step)
            }));
        }
        for _ in 0..MOST {
            // What was done here before comes first, then this thread as long as it can run.
            let own = ChoiceKey::Run(task);
            let act = (!knows_more(stage) && is_offered(stage, own)).then_some(Act::Take(own));
            if !stage.go_on_with(act) {
                return Some(why(stage));
            }
            let now = stands(stage, task)?;
            if now.ended || (last_ran(stage) == Some(task) && counts(&now)) {
                return Some(Stopped::Step);
            }
        }
        Some(Stopped::Most)
    }

    /// Go on, or back, until there is a reason to stop.
    pub(crate) fn run(&mut self, most: u32, back: bool) -> Option<Stopped> {
        let Breakpoints { lines, calls } = &self.stops;
        let stage = self.stage.as_mut()?;
        if back {
            return Some(back_until(stage, most, |stage, ran| breaks(stage, ran, lines, calls)));
        }
        for _ in 0..most {
            if !stage.go_on_with(None) {
                return Some(why(stage));
            }
            let stopped = last_ran(stage).and_then(|task| breaks(stage, task, lines, calls));
            if stopped.is_some() {
                return stopped;
            }
        }
        Some(Stopped::Most)
    }
}

/// Undo steps until `stop` says so of the state before a turn of a thread.
fn back_until(stage: &mut Stage, most: u32, stop: impl Fn(&Stage, TaskId) -> Option<Stopped>) -> Stopped {
    for _ in 0..most {
        let (_, at) = stage.acts();
        let Some(last) = at.checked_sub(1) else { return Stopped::End };
        let ran = last_ran(stage);
        stage.go(last);
        if let Some(stopped) = ran.and_then(|task| stop(stage, task)) {
            return stopped;
        }
    }
    Stopped::Most
}

/// Whose turn the last step was, if it was one.
fn last_ran(stage: &Stage) -> Option<TaskId> {
    let (mut acts, at) = stage.acts();
    match acts.nth(at.checked_sub(1)?)? {
        Act::Take(ChoiceKey::Run(task) | ChoiceKey::Part(task, _) | ChoiceKey::Wake(task)) => Some(*task),
        Act::Take(_) | Act::Give(..) => None,
    }
}

/// Whether steps were undone.
fn knows_more(stage: &Stage) -> bool {
    let (acts, at) = stage.acts();
    acts.len() > at
}

fn is_offered(stage: &Stage, key: ChoiceKey) -> bool {
    stage.world().offered().iter().any(|(offered, _)| *offered == key)
}

fn stands(stage: &Stage, task: TaskId) -> Option<Stands> {
    let (guest, thread) = stage.world().guest(task)?;
    let python = guest.as_any()?.downcast_ref::<Python>()?;
    let (line, ended) = match guest.wants(thread) {
        Want::Quiet(line) => (Some(line), false),
        Want::Exit(_) | Want::Nothing => (None, true),
        _ => (None, false),
    };
    Some(Stands { line, depth: python.machine().depth(thread), ended })
}

/// Whether a thread stands at a breakpoint.
fn breaks(stage: &Stage, task: TaskId, lines: &[(u32, u32)], calls: &[String]) -> Option<Stopped> {
    let world = stage.world();
    let (guest, thread) = world.guest(task)?;
    match guest.wants(thread) {
        Want::Quiet(line) if !guest.as_any()?.downcast_ref::<Python>()?.machine().is_in_library(thread) => {
            let program = world.program_of(task)?;
            lines.contains(&(program, line)).then_some(Stopped::Line { program, line })
        }
        Want::Call { call, .. } if !world.is_in_call(task) => {
            calls.iter().any(|name| *name == call.name()).then_some(Stopped::Call { task: task.0 })
        }
        _ => None,
    }
}

/// Why nothing more happens.
fn why(stage: &Stage) -> Stopped {
    if stage.asks() {
        return Stopped::Question;
    }
    stage.world().asks().map_or(Stopped::End, |task| Stopped::Input { task: task.0 })
}
