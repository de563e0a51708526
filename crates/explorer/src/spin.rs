//! Whether programs run for ever without getting anywhere.

use world::ChoiceKey;

use crate::{Broken, Failure, Finding, Noted, Run};

/// Choices without progress that make somebody look closer.
pub(crate) const SUSPICIOUS: u32 = 48;
/// Choices without progress, left to themselves, that are enough.
const ENOUGH: u32 = 900;
/// Times that time is let pass meanwhile.
const PASSES: u32 = 24;

/// Leave a run to itself that got nowhere for a while, and see whether it ever does.
///
/// Answers the failure, if it is one. A program that only asks again and again whether there is something yet is correct: that
/// is noted.
pub(crate) fn verdict(run: &Run) -> Result<Option<Noted>, Failure> {
    let mut run = run.clone();
    let (task, line) = run.watch.last;
    let program = run.world.program_of(task).unwrap_or(0);
    let noted = Noted { what: Finding::Busy, program, line };
    let asked = run.watch.asked;
    run.watch.still = 0;
    let mut passes = 0;
    loop {
        if run.watch.still >= ENOUGH {
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
        } else {
            let Some(key) = run.world.default_choice() else { return Ok(None) };
            run.take(key);
        }
        // Somebody got somewhere.
        if run.watch.still == 0 {
            return Ok(asked.then_some(noted));
        }
    }
    if run.watch.asked {
        return Ok(Some(noted));
    }
    let line = if run.watch.last.0 == task { run.watch.last.1 } else { line };
    Err(Failure { what: Broken::Spin, task, program, line })
}
