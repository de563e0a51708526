//! A submission on this machine's own kernel: each round once, as the kernel has it.

use std::collections::BTreeMap;
use std::time::Instant;

use ::python::{Machine, Program, Stream};
use exercises::{Exercise, LIMITS, Live, Round};
use lab::{Lab, Mode, Setup};
use runs::{End, Run, Tells as _, Told};
use syscall::HostId;

use super::super::real::Real;
use super::LIVE_MOST;

/// Turns that those who were started have before the next one is.
const TURNS: u32 = 10_000;

/// Runs every round.
pub(super) fn run(exercise: &Exercise, submission: &str) -> Live {
    for round in exercise.rounds.iter().filter(|round| !round.simulated) {
        let mut setup = Setup::new(Mode::Loopback, 1);
        setup.mode = Mode::best(&setup.helper, 1);
        let lab = match setup.open() {
            Ok(lab) => lab,
            Err(failure) => return Live::NotRun(format!("there is no lab: {failure}. {}", failure.remedy())),
        };
        if let Err(seen) = one(exercise, round, submission, lab) {
            return Live::Failed(format!("With {}: {seen}", round.says));
        }
    }
    Live::Passed
}

/// What was seen of each process.
#[derive(Default)]
struct Seen {
    wrote: BTreeMap<usize, String>,
    complained: BTreeMap<usize, String>,
    status: BTreeMap<usize, i32>,
}

/// One round: what was seen if it did not end well.
fn one(exercise: &Exercise, round: &Round, submission: &str, lab: Lab) -> Result<(), String> {
    let scenario = exercise.scenario(round, submission);
    let mut run = Run::new(Real::new(lab).patient_for(super::super::live::QUIET));
    for spec in &scenario.programs {
        let program =
            Program::compile(&spec.source, &spec.file).map_err(|_| format!("{} cannot be run", spec.file))?;
        run.start(&spec.name, HostId(0), Machine::new(&program, &spec.args, LIMITS));
        run.settle(TURNS);
    }
    let name = |process: usize| scenario.programs.get(process).map_or("a child", |it| it.name.as_str());
    let mut seen = Seen::default();
    let until = Instant::now() + LIVE_MOST;
    let end = loop {
        match run.step() {
            Some(Told::Over(end)) => break end,
            Some(Told::Wrote { process, stream, text }) => {
                let of = if stream == Stream::Stdout { &mut seen.wrote } else { &mut seen.complained };
                of.entry(process).or_default().push_str(&text);
            }
            Some(Told::Exited { process, status }) => drop(seen.status.insert(process, status)),
            Some(Told::Limited { process, limit }) => {
                return Err(format!("{} was ended: {limit}", name(process)));
            }
            Some(Told::Asks { process }) => run.give(process, None),
            Some(Told::Returned { .. } | Told::Forked { .. }) | None => {}
        }
        if Instant::now() >= until {
            return Err(format!("not over after {} seconds", LIVE_MOST.as_secs()));
        }
    };
    if let Some((process, status)) = seen.status.iter().find(|(_, status)| **status != 0) {
        let last = seen.complained.get(process).and_then(|it| it.trim_end().lines().last());
        let last = last.map(|it| format!(": {it}")).unwrap_or_default();
        return Err(format!("{} ended with status {status}{last}", name(*process)));
    }
    if let End::Deadlock { stuck, .. } = &end {
        let told =
            stuck.iter().map(|it| format!("{} waits {}, line {}", name(it.process), it.waits, it.line));
        return Err(told.collect::<Vec<_>>().join("; "));
    }
    if let Some(place) = exercise.must_end(round).into_iter().find(|place| !seen.status.contains_key(place)) {
        return Err(format!("{} still waited when nothing more happened", name(place)));
    }
    let wrote = exercise.place(round).and_then(|place| seen.wrote.remove(&place)).unwrap_or_default();
    match &round.prints {
        Some(wanted) if *wanted != wrote => {
            Err(format!("{} printed {wrote:?}, not {wanted:?}", exercise.file))
        }
        _ => Ok(()),
    }
}
