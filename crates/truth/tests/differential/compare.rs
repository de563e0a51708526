//! Whether what the real kernel did is something that the simulator allows.

use syscall::{OptionValue, Returned};
use truth::Sim;

use crate::run::{Ended, Record, Run, Step, Tasks};

/// A real machine is never in time: a timer that is due within so many microseconds may have fired already.
const SLACK: u64 = 60_000;
/// How much longer or shorter a pause may have been, in hundredths.
const PAUSES: [u64; 3] = [100, 75, 140];
/// Steps of simulated worlds that are tried before giving up.
const BUDGET: u32 = 4_000;

/// How a script compares.
pub(crate) enum Verdict {
    /// The simulator did the same, or allows it.
    Same {
        /// Whether another timing had to be looked for.
        by_timing: bool,
    },
    /// It does something else whatever the timing.
    Different(Box<Difference>),
}

/// Where they part.
pub(crate) struct Difference {
    pub(crate) step: usize,
    pub(crate) real: Record,
    pub(crate) simulated: Record,
}

/// A simulated world in the middle of a script.
#[derive(Clone)]
struct World {
    sim: Sim,
    tasks: Tasks,
}

impl World {
    fn step(&mut self, step: &Step) -> Record {
        let mut run = Run { driver: &mut self.sim, tasks: self.tasks.clone() };
        let record = run.step(step);
        self.tasks = run.tasks;
        record
    }
}

/// Compare the real records with what simulated worlds do.
pub(crate) fn compare(steps: &[Step], real: &[Record], tasks: usize) -> Verdict {
    let mut sim = Sim::new();
    let tasks = Run::new(&mut sim, tasks).tasks;
    let start = World { sim, tasks };
    let mut straight = start.clone();
    for (at, step) in steps.iter().enumerate() {
        let simulated = straight.step(step);
        if simulated != real[at] {
            let mut search = Search { steps, real, budget: BUDGET, furthest: at, seen: simulated };
            return match search.from(&start, 0, 0) {
                true => Verdict::Same { by_timing: true },
                false => Verdict::Different(Box::new(Difference {
                    step: search.furthest,
                    real: real[search.furthest].clone(),
                    simulated: search.seen,
                })),
            };
        }
    }
    Verdict::Same { by_timing: false }
}

struct Search<'s> {
    steps: &'s [Step],
    real: &'s [Record],
    budget: u32,
    /// The furthest step that some world disagrees with, and what it did there.
    furthest: usize,
    seen: Record,
}

impl Search<'_> {
    /// Whether some timing from here on leads to what was observed. `fired` bounds how many timers fire early.
    fn from(&mut self, world: &World, at: usize, fired: u32) -> bool {
        /// Timers that fire early in one script.
        const MOST_FIRED: u32 = 3;
        let Some(step) = self.steps.get(at) else { return true };
        for variant in variants(step) {
            if self.budget == 0 {
                return false;
            }
            self.budget -= 1;
            let mut next = world.clone();
            let record = next.step(&variant);
            if record == self.real[at] {
                if self.from(&next, at + 1, fired) {
                    return true;
                }
            } else if at > self.furthest {
                self.furthest = at;
                self.seen = record;
            }
        }
        if fired < MOST_FIRED {
            let mut next = world.clone();
            if next.sim.fire_within(SLACK) {
                return self.from(&next, at, fired + 1);
            }
        }
        false
    }
}

/// A pause may have been shorter or longer.
fn variants(step: &Step) -> Vec<Step> {
    match step {
        Step::Pass(us) => PAUSES.iter().map(|percent| Step::Pass(us * percent / 100)).collect(),
        other => vec![other.clone()],
    }
}

/// A record in words.
pub(crate) fn say(record: &Record) -> String {
    let end = |outcome: &syscall::Outcome| match outcome {
        Ok(Returned::Data(data)) => format!("{} {data:?}", data.len()),
        Ok(Returned::Option(OptionValue::TcpInfo(info))) => info.state.to_string(),
        Ok(returned) => returned.to_string(),
        Err(errno) => errno.to_string(),
    };
    let mut text = match &record.own {
        Some(Ended::Outcome(outcome)) => end(outcome),
        Some(Ended::Waits) => "waits".into(),
        None => String::new(),
    };
    for (task, call, outcome) in &record.others {
        text.push_str(&format!("; {}: {call} -> {}", letter(*task), end(outcome)));
    }
    text
}

pub(crate) fn letter(task: usize) -> char {
    char::from(b'A' + task as u8)
}
