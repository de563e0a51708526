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
pub(crate) use sizes::{LESSON, Weight, heaviest};

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
    /// The steps that must have run before.
    needs: &'static [&'static str],
    browser: bool,
    run: fn(&mut Context) -> Result<Count>,
}

const fn step(name: &'static str, usual: &'static str, run: fn(&mut Context) -> Result<Count>) -> Step {
    Step { name, usual, needs: &[], browser: false, run }
}

impl Step {
    const fn after(self, needs: &'static [&'static str]) -> Self {
        Self { needs, ..self }
    }

    const fn in_browser(self) -> Self {
        Self { browser: true, ..self }
    }
}

const BUILD: &[&str] = &["set-up", "front end", "files", "build"];

const STEPS: [Step; 14] = [
    step("set-up", "seconds; 20 minutes on a machine that has none of the tools", set_up),
    step("format", "2 s", cargo::format),
    step("arrows", "1 s", arrows::check),
    step("front end", "60 s", front_end).after(&["set-up"]),
    step("files", "60 s", files).after(&["set-up", "front end"]),
    step("build", "400 s", cargo::build).after(&["set-up", "front end", "files"]),
    step("lints, host", "60 s", cargo::clippy_host),
    step("lints, wasm", "40 s", cargo::clippy_wasm).after(&["set-up"]),
    step("tests", "400 s", cargo::tests).after(&["build"]),
    step("links, wasm", "60 s", cargo::tests_wasm).after(&["set-up"]),
    step("docs", "60 s", cargo::docs),
    step("licences", "5 s", cargo::deny),
    step("sizes", "2 s", sizes::check).after(BUILD),
    step("journeys", "60 s", journeys::check).after(BUILD).in_browser(),
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
    artifacts::ensure_dist()?;
    let mut context = Context::default();
    let mut ended = Vec::new();
    for step in wanted(quick, only) {
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
            let failures = count::failures(&fs::read_to_string(&context.log).unwrap_or_default());
            let shown = if failures.is_empty() { tail(&context.log, TAIL_LINES) } else { failures };
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

/// The steps that were asked for, and those that they need, in order.
fn wanted(quick: bool, only: &[String]) -> Vec<&'static Step> {
    let named = |step: &Step| only.is_empty() || only.iter().any(|word| step.name.contains(word.as_str()));
    let asked: Vec<&Step> = STEPS.iter().filter(|step| !(quick && step.browser) && named(step)).collect();
    let is_needed =
        |step: &Step| asked.iter().any(|later| later.name == step.name || later.needs.contains(&step.name));
    STEPS.iter().filter(|step| is_needed(step)).collect()
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
    setup::CARGO_DENY.set_up()?;
    Ok(Count::PASSED)
}

fn front_end(context: &mut Context) -> Result<Count> {
    artifacts::front_end(context.web()?, Profile::Check)?;
    artifacts::editor()?;
    Ok(Count::PASSED)
}

fn files(_: &mut Context) -> Result<Count> {
    artifacts::assets(Profile::Check)?;
    Ok(Count::PASSED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(quick: bool, only: &[&str]) -> Vec<&'static str> {
        let only: Vec<String> = only.iter().map(ToString::to_string).collect();
        wanted(quick, &only).iter().map(|step| step.name).collect()
    }

    #[test]
    fn everything_is_wanted_unless_something_is_named() {
        assert_eq!(names(false, &[]).len(), STEPS.len());
        assert_eq!(names(true, &[]).len(), STEPS.len() - 1);
        assert_eq!(names(false, &["format"]), ["format"]);
    }

    #[test]
    fn a_step_brings_those_that_it_needs_and_they_come_first() {
        assert_eq!(names(false, &["journeys"]), ["set-up", "front end", "files", "build", "journeys"]);
        assert_eq!(names(true, &["journeys"]), Vec::<&str>::new());
    }

    #[test]
    fn what_a_step_needs_is_a_step_before_it() {
        for (place, step) in STEPS.iter().enumerate() {
            for need in step.needs {
                assert!(
                    STEPS[..place].iter().any(|earlier| earlier.name == *need),
                    "{} needs {need}",
                    step.name
                );
            }
        }
    }
}
