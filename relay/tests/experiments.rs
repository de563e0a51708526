//! The experiments, run on this machine's own kernel: what must hold does, one answer is right, and what their pages say was
//! measured is so on the kernel that they name.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use lab::{HelperProgram, Lab, Mode, Setup};
use lessons::{Block, Lesson, Lessons, Measured};
use scene::{FigureSpec, Holds, LiveSpec, MustHold, Real, holds, must_hold};
use syscall::{Action, CallId, HostId, Kernel as _, Program as _};
use world::Script;

/// No call of an experiment takes that long.
const PATIENCE: Duration = Duration::from_secs(20);
/// The kernel on which the pages' figures were measured.
const MEASURED_ON: &str = "6.18";
/// A busy machine lets an acknowledgement come between two calls that otherwise follow each other at once.
const TRIES: u32 = 10;

fn experiments() -> Vec<Lesson> {
    Lessons::embedded().unwrap_or_else(|problems| panic!("{problems:?}")).experiments
}

fn live(experiment: &Lesson) -> LiveSpec {
    match experiment.figures()[..] {
        [FigureSpec::Live(live)] => live.clone(),
        _ => panic!("{}: not one live run", experiment.slug),
    }
}

fn measured(blocks: &[Block]) -> Option<&Measured> {
    blocks.iter().find_map(|block| match block {
        Block::Measured(measured) => Some(measured),
        Block::After { blocks, .. }
        | Block::Side { blocks, .. }
        | Block::Hint { blocks }
        | Block::Part { blocks, .. } => self::measured(blocks),
        Block::Prose(_)
        | Block::Figure(_)
        | Block::Truth(_)
        | Block::Mistake(_)
        | Block::Repair(_)
        | Block::Fails(_)
        | Block::Term(_) => None,
    })
}

/// Every call of the program on a real kernel.
fn run(spec: &LiveSpec, setup: &Setup) -> Vec<Real> {
    let mut lab: Lab = setup.open().unwrap();
    let task = lab.spawn(HostId(0));
    let program = spec.scenario.programs.iter().find(|program| program.name == spec.run).unwrap();
    let mut script = Script::new(program).unwrap();
    let (mut real, mut outcome) = (Vec::new(), None);
    loop {
        match script.resume(outcome.take()) {
            Action::Line(_) => {}
            Action::Exit(_) => return real,
            Action::Call { call, .. } => {
                lab.submit(CallId(real.len() as u64 + 1), task, call.clone());
                let done = lab.next_done(PATIENCE).unwrap_or_else(|| panic!("{}: {call} waits", spec.id));
                outcome = Some(done.outcome.clone());
                let mut made = Real::call(call, Some(done.outcome));
                if let Real::Call { by_kernel, .. } = &mut made {
                    *by_kernel = done.by == lab::Answered::Kernel;
                }
                real.push(made);
            }
        }
    }
}

/// The rows that do not hold of a run.
fn otherwise<'r>(rows: &'r [MustHold], real: &[Real]) -> Vec<&'r str> {
    let wrong = rows.iter().filter(|row| holds(row, real) != Holds::Yes);
    wrong.map(|row| row.says.as_str()).collect()
}

fn release() -> String {
    std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default()
}

fn every_experiment_comes_out_in(setup: &Setup) {
    for experiment in experiments() {
        let (slug, spec) = (&experiment.slug, live(&experiment));
        let rows = &measured(&experiment.blocks).unwrap().rows;
        for left in (0..TRIES).rev() {
            let real = run(&spec, setup);
            for relation in must_hold(&spec, &real) {
                assert_eq!(relation.holds, Holds::Yes, "{slug}: {}: {real:#?}", relation.says);
            }
            let options = spec.guess.iter().flat_map(|guess| &guess.options);
            let right = options.filter(|option| holds(option, &real) == Holds::Yes).count();
            let wrong = otherwise(rows, &real);
            let exact = !release().starts_with(MEASURED_ON) || wrong.is_empty();
            if right == 1 && exact {
                break;
            }
            assert!(left > 0, "{slug}: {right} answers are right; otherwise: {wrong:?}: {real:#?}");
        }
    }
}

#[test]
fn every_experiment_comes_out_as_its_page_says_on_loopback() {
    every_experiment_comes_out_in(&Setup::new(Mode::Loopback, 1));
}

#[test]
fn every_experiment_comes_out_as_its_page_says_inside_a_host_of_its_own() {
    let helper = HelperProgram::At(env!("CARGO_BIN_EXE_socketscope").into());
    let offered = Mode::ALL.into_iter().filter(|mode| *mode != Mode::Loopback);
    let setups = offered.map(|mode| Setup { helper: helper.clone(), ..Setup::new(mode, 1) });
    match setups.into_iter().find(|setup| setup.open().is_ok()) {
        Some(setup) => every_experiment_comes_out_in(&setup),
        None => eprintln!("NOT TESTED HERE: this machine offers no host of its own"),
    }
}
