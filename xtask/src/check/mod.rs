//! `cargo xtask test`: every check there is, one after the other, with the seconds that each took.
//!
//! A step that fails stops no other; all failures are listed at the end, and the last line counts.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use crate::artifacts::{self, Profile};
use crate::process::{Problem, Result, tail};
use crate::project;
use crate::setup::{self, Web};

mod arrows;
mod cargo;
mod count;
mod journeys;
mod server;
mod sizes;

use count::Count;
pub(crate) use server::Server;
pub(crate) use sizes::{LESSON, Weight};

/// How much of a failed step's output is shown.
const TAIL_LINES: usize = 200;

/// What steps hand on to later ones.
#[derive(Default)]
struct Context {
    web: Option<Web>,
    binary: Option<PathBuf>,
    log: PathBuf,
}

impl Context {
    fn web(&self) -> Result<&Web> {
        self.web.as_ref().ok_or_else(|| "the set-up for the browser's side did not succeed".into())
    }

    fn binary(&self) -> Result<&PathBuf> {
        self.binary.as_ref().ok_or_else(|| "the binary was not built".into())
    }

    /// The file that the step's output goes to.
    fn log(&self) -> Result<File> {
        Ok(File::options().append(true).open(&self.log)?)
    }
}

/// One check.
struct Step {
    name: &'static str,
    usual: &'static str,
    browser: bool,
    run: fn(&mut Context) -> Result<Count>,
}

const fn step(name: &'static str, usual: &'static str, run: fn(&mut Context) -> Result<Count>) -> Step {
    Step { name, usual, browser: false, run }
}

const STEPS: [Step; 13] = [
    step("set-up", "seconds; 20 minutes on a machine that has none of the tools", set_up),
    step("format", "2 s", cargo::format),
    step("arrows", "1 s", arrows::check),
    step("front end", "60 s", front_end),
    step("files", "60 s", files),
    step("binary", "120 s", binary),
    step("lints, host", "60 s", cargo::clippy_host),
    step("lints, wasm", "40 s", cargo::clippy_wasm),
    step("tests", "180 s", cargo::tests),
    step("docs", "60 s", cargo::docs),
    step("licences", "5 s", cargo::deny),
    step("sizes", "2 s", sizes::check),
    Step { name: "journeys", usual: "60 s", browser: true, run: journeys::check },
];

/// How one step ended.
struct Ended {
    name: &'static str,
    seconds: f64,
    count: Count,
    problem: Option<Problem>,
}

/// Runs the steps and reports.
pub(crate) fn test(quick: bool, only: &[String]) -> Result<ExitCode> {
    let logs = project::target().join("xtask/log");
    fs::create_dir_all(&logs)?;
    let mut context = Context::default();
    let mut ended = Vec::new();
    for step in STEPS.iter().filter(|step| is_wanted(step, quick, only)) {
        context.log = logs.join(format!("{}.log", step.name.replace([' ', ','], "-")));
        File::create(&context.log)?;
        eprintln!("--- {}: usually takes {}", step.name, step.usual);
        let start = Instant::now();
        let done = (step.run)(&mut context);
        let seconds = start.elapsed().as_secs_f64();
        let end = match done {
            Ok(count) => Ended { name: step.name, seconds, problem: count.problem(), count },
            Err(problem) => Ended { name: step.name, seconds, count: Count::FAILED, problem: Some(problem) },
        };
        if let Some(problem) = &end.problem {
            let shown = tail(&context.log, TAIL_LINES);
            eprintln!(
                "{shown}\nFAILED {}: {problem}\n       all of it: {}",
                step.name,
                context.log.display()
            );
        } else {
            eprintln!("    ok {} ({seconds:.1} s)", step.name);
        }
        ended.push(end);
    }
    Ok(report(&ended, quick))
}

/// Steps that others build on are always run.
fn is_wanted(step: &Step, quick: bool, only: &[String]) -> bool {
    if quick && step.browser {
        return false;
    }
    let base = ["set-up", "front end", "files", "binary"].contains(&step.name);
    only.is_empty() || base || only.iter().any(|word| step.name.contains(word.as_str()))
}

fn report(ended: &[Ended], quick: bool) -> ExitCode {
    println!("\n{:<14} {:>8}  result", "step", "seconds");
    for end in ended {
        let result = match &end.problem {
            Some(problem) => format!("FAILED: {}", problem.to_string().lines().next().unwrap_or_default()),
            None => end.count.to_string(),
        };
        println!("{:<14} {:>8.1}  {result}", end.name, end.seconds);
    }
    println!("{:<14} {:>8.1}", "together", ended.iter().map(|end| end.seconds).sum::<f64>());
    if quick {
        println!("left out (--quick): the journeys in a browser");
    }
    let total = ended.iter().fold(Count::default(), |sum, end| sum.plus(&end.count));
    println!("{} passed, {} failed", total.passed, total.failed);
    if ended.iter().all(|end| end.problem.is_none()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn set_up(context: &mut Context) -> Result<Count> {
    context.web = Some(Web::set_up()?);
    artifacts::ensure_dist()?;
    setup::CARGO_DENY.set_up()?;
    Ok(Count::PASSED)
}

fn front_end(context: &mut Context) -> Result<Count> {
    artifacts::front_end(context.web()?, Profile::Release)?;
    Ok(Count::PASSED)
}

fn files(_: &mut Context) -> Result<Count> {
    artifacts::assets(Profile::Release)?;
    Ok(Count::PASSED)
}

fn binary(context: &mut Context) -> Result<Count> {
    context.binary = Some(artifacts::binary(Profile::Release)?);
    Ok(Count::PASSED)
}
