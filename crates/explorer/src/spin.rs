//! Whether programs run for ever without getting anywhere.

use syscall::TaskId;
use world::ChoiceKey;

use crate::{Broken, Failure, Finding, Noted, Run};

/// Choices without progress that make somebody look closer.
pub(crate) const SUSPICIOUS: u32 = 48;
/// Choices without progress, left to themselves, that are enough,
const ENOUGH: u32 = 900;
/// if so many of them are calls, or long computations. Who computes for a few lines may well get somewhere.
const HEAVY: u32 = 100;
/// Choices after which nobody waits for the end of a computation.
const MOST: u32 = 10_000;
/// Times that time is let pass meanwhile.
const PASSES: u32 = 24;

/// What comes of a run that is left to itself.
pub(crate) enum Ahead {
    /// Somebody gets somewhere.
    Somewhere,
    /// A program asks again and again whether there is something yet. That is correct.
    Asks(Noted),
    /// Programs compute, for how long nobody knows.
    Computes,
}

/// Leave a run to itself that got nowhere for a while, and see whether it ever does. Answers the failure, if it never will.
pub(crate) fn verdict(run: &Run) -> Result<Ahead, Failure> {
    let mut run = run.clone();
    let (task, line) = run.watch.last;
    let program = run.world.program_of(task).unwrap_or(0);
    let noted = Noted { what: Finding::Busy, program, line };
    let asked = run.watch.asked;
    (run.watch.still, run.watch.calls) = (0, 0);
    let mut passes = 0;
    let mut round = Round::new(&run);
    let (mut ran, mut long) = (task, 0);
    loop {
        let circles = round.closes(&run);
        if circles || (run.watch.still >= ENOUGH && run.watch.calls + long >= HEAVY) {
            // Only time can help now.
            let moves = run.world.moves();
            let passing = moves.iter().find(|it| {
                matches!(it.key, ChoiceKey::Deliver(_) | ChoiceKey::Wake(_) | ChoiceKey::Timer(_))
            });
            let Some(passing) = passing.filter(|_| passes < PASSES) else { break };
            passes += 1;
            let asked_now = run.watch.asked;
            run.watch.still = ENOUGH / 2;
            run.take(passing.key);
            run.watch.asked |= asked_now;
            round = Round::new(&run);
        } else if run.watch.still >= MOST {
            return Ok(Ahead::Computes);
        } else {
            let Some(key) = run.world.default_choice() else { return Ok(Ahead::Somewhere) };
            let calls = run.watch.calls;
            run.take(key);
            if let ChoiceKey::Run(task) = key {
                ran = task;
                long += u32::from(run.watch.calls == calls && is_alone(&run, task));
            }
        }
        // Somebody got somewhere.
        if run.watch.still == 0 {
            return Ok(if asked { Ahead::Asks(noted) } else { Ahead::Somewhere });
        }
    }
    if run.watch.asked {
        return Ok(Ahead::Asks(noted));
    }
    let calls = run.watch.calls > 0;
    let task = if calls { task } else { ran };
    let line = if calls && run.watch.last.0 == task {
        run.watch.last.1
    } else {
        line_of(&run, task).unwrap_or(line)
    };
    let program = run.world.program_of(task).unwrap_or(program);
    Err(Failure { what: Broken::Spin, task, program, line })
}

/// Whether a task is its process's only one: its turn ends at a call, or when it has computed for long, and not at each line.
fn is_alone(run: &Run, task: TaskId) -> bool {
    let view = run.world.view();
    let pid = view.programs.iter().find(|program| program.task == task).map(|program| program.pid);
    view.programs.iter().filter(|program| Some(program.pid) == pid).count() == 1
}

/// Where a task is, that makes no calls.
fn line_of(run: &Run, task: TaskId) -> Option<u32> {
    run.world.view().programs.iter().find(|program| program.task == task).map(|program| program.line)
}

/// Whether a run comes back to where it was: it is held against a state that is put further ahead each time it was not (R. P. Brent).
struct Round {
    state: u64,
    steps: u32,
    until: u32,
    /// Choices in which everybody has had a turn.
    least: u32,
}

impl Round {
    /// Choices between two looks: a look takes longer than a choice.
    const EVERY: u32 = 16;
    /// A task that can go on has its turn after at most so many choices of another; with some room, for a wait ends in between.
    const SHARE: u32 = world::SHARE.next_power_of_two();

    fn new(run: &Run) -> Self {
        let least = Self::SHARE * run.world.tasks().1 as u32;
        Self { state: run.world.future_digest(), steps: 0, until: 2 * least, least }
    }

    /// After each choice.
    fn closes(&mut self, run: &Run) -> bool {
        self.steps += 1;
        if self.steps < self.least || !self.steps.is_multiple_of(Self::EVERY) {
            return false;
        }
        let state = run.world.future_digest();
        if state == self.state {
            return true;
        }
        if self.steps >= self.until {
            (self.state, self.until, self.steps) = (state, self.until * 2, 0);
        }
        false
    }
}
