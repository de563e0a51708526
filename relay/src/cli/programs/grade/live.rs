//! A submission on this machine's own kernel: each round once, as the kernel has it.

use exercises::{Exercise, LIMITS, Live, Round};
use lab::Lab;

use super::super::LIVE_MOST;
use super::super::seen::{self, Play};

/// Runs every round.
pub(super) fn run(exercise: &Exercise, submission: &str) -> Live {
    for round in exercise.rounds.iter().filter(|round| !round.simulated) {
        let lab = match seen::lab(&exercise.scenario(round, submission).hosts) {
            Ok(lab) => lab,
            Err(why) => return Live::NotRun(why),
        };
        if let Err(seen) = one(exercise, round, submission, lab) {
            return Live::Failed(format!("With {}: {seen}", round.says));
        }
    }
    Live::Passed
}

/// One round: what was seen if it did not end well.
fn one(exercise: &Exercise, round: &Round, submission: &str, lab: Lab) -> Result<(), String> {
    let scenario = exercise.scenario(round, submission);
    let play = Play { scenario: &scenario, limits: LIMITS, most: LIVE_MOST, order: None };
    let mut seen = play.on(lab, |seen| seen.limited.is_some())?;
    if let Some(wrong) = seen.wrong() {
        return Err(wrong);
    }
    if let Some(place) = exercise.must_end(round).into_iter().find(|place| !seen.status.contains_key(place)) {
        return Err(format!("{} still waited when nothing more happened", seen.name(place)));
    }
    let wrote = exercise.place(round).and_then(|place| seen.wrote.remove(&place)).unwrap_or_default();
    match &round.prints {
        Some(wanted) if *wanted != wrote => {
            Err(format!("{} printed {wrote:?}, not {wanted:?}", exercise.file))
        }
        _ => Ok(()),
    }
}
