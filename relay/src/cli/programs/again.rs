//! A failing run once more, on this machine's own kernel: whether that does the same.
//!
//! The programs are run first in the usual order, as `live` runs them, then in the order of the record: who makes a call next is ours to say.
//! What a call answers is the kernel's alone: it is not made to take fewer bytes than it takes.
#![cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "real kernels need Linux"))]

#[cfg(target_os = "linux")]
mod linux;

use std::collections::BTreeMap;

use ::python::Limits;
use clap::Args;
use clinic::{Broken, Case, Check, Diagnosis};
use runs::{Programs, Turn, Turns};
use serde_json::{Value, json};
use syscall::{Fd, TaskId, What};
use world::{Act, End, Record, Replayed, Scenario, Status, View, World};

/// Whether a failing run is run live.
#[derive(Args, Clone, Debug)]
pub(in crate::cli) struct Asked {
    /// Run what breaks on this machine's own kernel as well, at most N times, and say whether it does the same [N: 3]
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "3",
          value_parser = clap::value_parser!(u32).range(1..=20))]
    pub(in crate::cli) live: Option<u32>,
}

/// A run that broke its programs, and what is looked for on a real kernel.
pub(in crate::cli) struct Failing {
    scenario: Scenario,
    limits: Limits,
    wanted: Wanted,
    /// The turns that were taken, and what one is.
    order: (Vec<Turn>, Turns),
}

/// What broke. Processes are told by their numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Wanted {
    /// It ended with this status and this complaint.
    Exit { process: usize, status: i32, complaint: Complaint },
    /// These wait in calls, each at its line, and nothing happens any more.
    Deadlock(Vec<(usize, u32)>),
    /// At this line a send took a part, and nobody sent the rest.
    Lost { process: usize, line: u32 },
    /// It goes on for ever.
    Spin { process: usize },
    /// Its descriptor is left open.
    Leak { process: usize, fd: Fd },
    /// This is not so when the run is over.
    Check(Check),
    /// What no run on a real kernel shows here.
    Nothing,
}

/// What a program that failed says last: the exception, and the line of its own text that it came from; 0 for none.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Complaint {
    class: String,
    line: u32,
}

impl Complaint {
    fn of(said: &str, file: &str) -> Self {
        let last = said.trim_end().lines().last().unwrap_or_default();
        let class = last.split(':').next().unwrap_or_default().to_owned();
        let own = format!("File \"{file}\", line ");
        let mut lines = said.lines().filter_map(|line| line.trim_start().strip_prefix(&own));
        let number =
            lines.next_back().map(|rest| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
        Self { class, line: number.and_then(|it| it.parse().ok()).unwrap_or(0) }
    }
}

/// What came of it on a real kernel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Live {
    /// It did the same.
    Same {
        /// What was seen.
        seen: String,
        /// In which run, from 1.
        run: u32,
        /// Which kernel.
        kernel: String,
    },
    /// It did not.
    NotSeen {
        /// What was seen instead.
        seen: String,
        /// In how many runs.
        runs: u32,
        /// Which kernel.
        kernel: String,
    },
    /// Nothing was run: why, and what helps.
    NotRun(String),
}

/// The order of this run, from 1.
const fn order_of(run: u32) -> &'static str {
    if run == 1 { "usual" } else { "record" }
}

impl Live {
    /// In a sentence.
    pub(in crate::cli) fn says(&self) -> String {
        match self {
            Self::Same { seen, run, kernel } => {
                let order = if *run == 1 { "in the usual order" } else { "in the order of the record" };
                format!("live: this kernel did the same: {} ({kernel}; run {run}, {order})", stopped(seen))
            }
            Self::NotSeen { seen, runs, kernel } => {
                let orders = match runs {
                    1 => "in the usual order",
                    _ => {
                        "the first in the usual order, then in the order of the record as far as this kernel lets it be"
                    }
                };
                let runs = if *runs == 1 { "1 run".to_owned() } else { format!("{runs} runs") };
                format!("live: not in {runs} here: {} ({kernel}; {orders})", stopped(seen))
            }
            Self::NotRun(why) => format!("not run live: {}", stopped(why)),
        }
    }

    /// The same for programs.
    pub(in crate::cli) fn json(&self) -> Value {
        let says = self.says();
        match self {
            Self::Same { seen, run, kernel } => json!({
                "live": "same", "says": says, "seen": seen, "runs": run, "order": order_of(*run), "kernel": kernel,
            }),
            Self::NotSeen { seen, runs, kernel } => {
                json!({ "live": "not_seen", "says": says, "seen": seen, "runs": runs, "kernel": kernel })
            }
            Self::NotRun(why) => json!({ "live": "not_run", "says": says, "why": why }),
        }
    }
}

/// With a stop behind it.
fn stopped(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?']) { text.into() } else { format!("{text}.") }
}

impl Failing {
    /// What a search found.
    ///
    /// # Errors
    /// Why it is not run live.
    pub(super) fn found(found: &Diagnosis, programs: &Programs, case: &Case) -> Result<Self, String> {
        let scenario = Scenario { buffers: case.scenario.buffers, ..found.scenario.clone() };
        let world = || programs.world(&scenario, Turns::Threads, case.limits).map_err(|it| it.to_string());
        let turns = order(world()?, found.way.iter().map(|key| Act::Take(*key)))?;
        let mut world = world()?;
        found.way.iter().for_each(|key| world.take_offered(*key));
        let view = world.view();
        let failure = &found.failure;
        let process = process_of(&view, failure.task);
        let file = scenario.programs.get(failure.program as usize).map_or("", |it| &it.file);
        let wanted = match &failure.what {
            Broken::Exit { status, said } => {
                Wanted::Exit { process, status: *status, complaint: Complaint::of(said, file) }
            }
            Broken::Deadlock { .. } => Wanted::Deadlock(waiting(&view)),
            Broken::Lost { .. } => Wanted::Lost { process, line: failure.line },
            Broken::Spin => Wanted::Spin { process },
            Broken::Leak { fd } => Wanted::Leak { process, fd: *fd },
            Broken::Check { check, .. } => {
                case.options.checks.get(*check).cloned().map_or(Wanted::Nothing, Wanted::Check)
            }
            Broken::Killed { .. } => Wanted::Nothing,
        };
        Ok(Self { scenario, limits: case.limits, wanted, order: (turns, Turns::Threads) })
    }

    /// What was replayed.
    ///
    /// # Errors
    /// Why it is not run live.
    pub(in crate::cli) fn replayed(
        record: &Record,
        scenario: &Scenario,
        replayed: &Replayed,
    ) -> Result<Self, String> {
        if replayed.difference.is_some() {
            return Err("this is another run than was recorded".into());
        }
        let limits = Limits::default();
        let wanted = broken(scenario, replayed)
            .ok_or("no program failed in this run, and none waits for ever: of the rest only `explore --live` knows what was wrong")?;
        let world = runs::world(scenario, Turns::Lines, limits).map_err(|error| error.to_string())?;
        let turns = order(world, record.acts.iter().cloned())?;
        Ok(Self { scenario: scenario.clone(), limits, wanted, order: (turns, Turns::Lines) })
    }
}

/// The turns to take.
fn order(world: World, acts: impl Iterator<Item = Act>) -> Result<Vec<Turn>, String> {
    runs::order(world, acts).map_err(|act| match act {
        Act::Take(key) if key.is_fault() => {
            format!("it takes a fault (`{key}`), which is not done to this machine; without --faults only what programs do is searched")
        }
        Act::Take(key) => format!("`{key}` cannot be told in turns of programs"),
        Act::Give(..) => "it takes what somebody typed".into(),
    })
}

fn process_of(view: &View, task: TaskId) -> usize {
    let program = view.programs.iter().find(|program| program.task == task);
    program.map_or(0, |program| program.pid.0 as usize - 1)
}

/// Who waits in a call, and where.
fn waiting(view: &View) -> Vec<(usize, u32)> {
    let stuck = view.programs.iter().filter(|it| it.status == Status::Waits && it.call.is_some());
    let mut stuck: Vec<_> = stuck.map(|it| (it.pid.0 as usize - 1, it.line)).collect();
    stuck.sort_unstable();
    stuck
}

/// What broke in a run that was replayed.
fn broken(scenario: &Scenario, replayed: &Replayed) -> Option<Wanted> {
    let world = &replayed.world;
    let mut said: BTreeMap<u32, String> = BTreeMap::new();
    for event in world.events() {
        let Some(pid) = event.pid else { continue };
        match &event.what {
            What::Wrote { error: true, text } => said.entry(pid.0).or_default().push_str(text),
            What::Exited { status, .. } if *status != 0 => {
                let program = event.tid.and_then(|tid| world.program_of(TaskId(tid.0 - 1)));
                let spec = program.and_then(|program| scenario.programs.get(program as usize));
                let file = spec.map_or("", |spec| &spec.file);
                let complaint = Complaint::of(said.get(&pid.0).map_or("", String::as_str), file);
                return Some(Wanted::Exit { process: pid.0 as usize - 1, status: *status, complaint });
            }
            _ => {}
        }
    }
    (world.end() == Some(End::Deadlock)).then(|| Wanted::Deadlock(waiting(&world.view())))
}

/// Runs it on this machine's own kernel, at most so many times.
#[cfg(not(target_os = "linux"))]
pub(in crate::cli) fn again(_failing: &Failing, _runs: u32) -> Live {
    Live::NotRun("real kernels need Linux".into())
}

/// Runs it on this machine's own kernel, at most so many times.
#[cfg(target_os = "linux")]
pub(in crate::cli) fn again(failing: &Failing, runs: u32) -> Live {
    failing.again(runs).unwrap_or_else(Live::NotRun)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_is_its_exception_and_the_last_line_of_the_programs_own_text() {
        let said = "Traceback (most recent call last):\n  File \"server.py\", line 9, in <module>\n    f()\n  File \"server.py\", line 4, in f\n    \
            json.loads(x)\n  File \"/lib/json.py\", line 346, in loads\nValueError: no: json\n";
        assert_eq!(Complaint::of(said, "server.py"), Complaint { class: "ValueError".into(), line: 4 });
        assert_eq!(Complaint::of("gone\n", "server.py"), Complaint { class: "gone".into(), line: 0 });
    }

    #[test]
    fn what_is_said_is_one_of_three() {
        let kernel = || "Linux 6, loopback".to_owned();
        let all = [
            Live::Same { seen: "client failed".into(), run: 2, kernel: kernel() },
            Live::NotSeen { seen: "nothing broke".into(), runs: 3, kernel: kernel() },
            Live::NotRun("real kernels need Linux".into()),
        ];
        let says = all.map(|it| it.says());
        assert_eq!(
            says[0],
            "live: this kernel did the same: client failed. (Linux 6, loopback; run 2, in the order of the record)"
        );
        assert!(says[1].starts_with("live: not in 3 runs here: nothing broke. (Linux 6"), "{}", says[1]);
        assert_eq!(says[2], "not run live: real kernels need Linux.");
    }
}
