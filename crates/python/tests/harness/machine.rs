//! The machine on the simulated kernel, alone on its host.

use python::{Limits, Program, Unfit};
use runs::Turns;
use syscall::{Pid, TaskId, What};
use world::{End, Input, Network, ProgramSpec, Runs, Scenario};

use super::compare::reduced;
use super::programs::{Record, lines};

/// What the machine was seen to do.
pub(crate) struct Ended {
    /// As of CPython.
    pub(crate) record: Record,
    /// Why it went no further, if it did not come to its end.
    pub(crate) limit: Option<String>,
    /// Whether it was refused before the run.
    pub(crate) refused: bool,
}

/// Instructions of one program: far more than any here needs, and soon used up by one that never ends.
const INSTRUCTIONS: u64 = 10_000_000;

/// Run a program's text to its end, by calls, or by lines where TURNS=lines asks so.
pub(crate) fn play(file: &str, text: &str, argv: &[String], stdin: &[String]) -> Ended {
    let lines_asked = std::env::var_os("TURNS").is_some_and(|value| value == "lines");
    let turns = if lines_asked { Turns::Lines } else { Turns::Calls };
    let given = Record { argv: argv.to_vec(), stdin: stdin.to_vec(), ..Record::default() };
    match Program::compile(text, file) {
        Ok(_) => {}
        Err(Unfit::Syntax(fault)) => {
            let stderr = lines(&reduced(&fault.to_string(), file));
            return Ended { record: Record { stderr, status: 1, ..given }, limit: None, refused: false };
        }
        Err(Unfit::Refused(refusals)) => {
            let first =
                refusals.first().map(|refusal| format!("refused: line {}: {}", refusal.line, refusal.says));
            return Ended { record: given, limit: first, refused: true };
        }
    }
    let spec = ProgramSpec {
        runs: Runs::Python,
        file: file.into(),
        source: text.into(),
        args: argv.to_vec(),
        ..ProgramSpec::console("program", "localhost")
    };
    let scenario = Scenario::new(Network::Loopback, vec!["localhost".into()], vec![spec]);
    let limits = Limits { instructions: INSTRUCTIONS, ..Limits::default() };
    let mut world = runs::world(&scenario, turns, limits).expect("it compiles");
    let (mut stdout, mut stderr, mut status) = (String::new(), String::new(), 0);
    let mut input = stdin.iter().cloned();
    loop {
        let went_on = world.step();
        for event in world.drain().events {
            match event.what {
                What::Wrote { error: false, text } => stdout += &text,
                What::Wrote { error: true, text } => stderr += &text,
                What::Exited { status: its, .. } if event.pid == Some(Pid(1)) => status = its & 0xff,
                _ => {}
            }
        }
        if !went_on && world.give(TaskId(0), Input::Line(input.next())).is_err() {
            break;
        }
    }
    let guest = world.guest(TaskId(0)).and_then(|(guest, _)| guest.as_any()?.downcast_ref::<runs::Python>());
    let limit = guest.and_then(runs::Python::limited).map(|limit| limit.to_string());
    let stuck = matches!(world.end(), Some(End::Deadlock)).then(|| format!("{:?}", world.view().waits));
    let limit = limit.or(stuck);
    let (stdout, stderr) = (lines(&stdout), lines(&reduced(&stderr, file)));
    Ended { record: Record { stdout, stderr, status, ..given }, limit, refused: false }
}
