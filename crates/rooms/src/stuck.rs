//! Who may need help. The rules see what is kept and when somebody last did something, and nothing else: a teacher looks, and decides.

use protocol::room::Stuck;

use crate::learner::Learner;

/// So many failures of the same question or exercise in a row.
pub const FAILS: u32 = 3;
/// At the same page and step for so long, though they do things: 5 minutes.
pub const NO_PROGRESS_MS: u64 = 5 * 60_000;
/// Nothing done for so long: 3 minutes.
pub const IDLE_MS: u64 = 3 * 60_000;

/// Why this learner may need somebody at this instant: failures before standing still before silence. Nobody who is away or who has
/// reached the end of their page stands still, and nobody who is away is silent; who has passed the exercise that they are at is
/// done, and may rest.
pub(crate) fn stuck(learner: &Learner, now: u64) -> Option<Stuck> {
    if !learner.present {
        return None;
    }
    if let Some(row) = learner.progress.fails.as_ref().filter(|row| row.times >= FAILS) {
        return Some(Stuck::Fails { times: row.times, since: row.since });
    }
    if learner.progress.has_passed(&learner.place.page) {
        return None;
    }
    if now.saturating_sub(learner.active) >= IDLE_MS {
        return Some(Stuck::Idle { since: learner.active });
    }
    let still = now.saturating_sub(learner.placed) >= NO_PROGRESS_MS;
    let done = learner.place.page.is_empty() || learner.progress.has_finished(&learner.place.page);
    (still && !done).then_some(Stuck::NoProgress { since: learner.placed })
}
