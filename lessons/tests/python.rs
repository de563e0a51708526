//! The listings are run by CPython, and the figures' programs end there, on this machine's kernel, as they do in the
//! simulator.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::Write as _;
use std::process::{Command, Stdio};

use lessons::Lessons;
use python::Limits;
use runs::Turns;
use scene::FigureSpec;
use serde_json::{Value, json};
use world::{ProgramSpec, Runs, Scenario, Status};

/// Runs programs as `tests/run_programs.py` describes.
const RUNNER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/run_programs.py");

/// The experiment that ends otherwise in the simulator, as its page says: there no socket connects to itself.
const OTHERWISE: &str = "self";

fn embedded() -> Lessons {
    Lessons::embedded().unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// What `run_programs.py` answers; `None` where network namespaces are not to be had.
fn run_all(scenarios: &Value) -> Option<Value> {
    for unshare in [&["--net"][..], &["--user", "--map-root-user"]] {
        let mut runner = Command::new("unshare")
            .args(unshare)
            .args(["python3", RUNNER])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .ok()?;
        runner.stdin.take().unwrap().write_all(scenarios.to_string().as_bytes()).ok();
        let output = runner.wait_with_output().unwrap();
        if output.status.success() {
            return Some(serde_json::from_slice(&output.stdout).unwrap());
        }
        eprintln!("unshare {unshare:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    eprintln!("skipped: no network namespaces, so the programs were not run for real");
    None
}

/// How a program of the simulated run ended, as the runner says it.
fn end(status: &Status) -> String {
    match status {
        Status::Ended { status } => status.to_string(),
        Status::Raised { exception, .. } => exception.clone(),
        Status::Ready | Status::Waits => "waits".into(),
        Status::Killed { signal } => signal.to_string(),
        Status::Vanished => "vanished".into(),
    }
}

/// How the programs ended for real; of a guest in Python the simulator knows the exit status, not the exception.
fn ended(real: &Value, scenario: &Scenario) -> Vec<String> {
    let ends = real.as_array().unwrap().iter().map(|end| end.as_str().unwrap());
    let ends = ends.zip(&scenario.programs).map(|(end, program)| {
        let raised = end != "waits" && end.parse::<i32>().is_err();
        if raised && program.runs == Runs::Python { "1" } else { end }
    });
    ends.map(String::from).collect()
}

fn simulated(scenario: &Scenario) -> Vec<String> {
    let mut world = runs::world(scenario, Turns::Calls, Limits::default()).unwrap();
    while world.step() {}
    // Children by `fork` stand behind the programs that they came from; only these are watched for real.
    let programs = world.view().programs;
    programs.iter().take(scenario.programs.len()).map(|program| end(&program.status)).collect()
}

#[test]
fn the_figures_programs_end_in_cpython_as_they_do_in_the_simulator() {
    let lessons = embedded();
    let pages = lessons.lessons.iter().chain(&lessons.experiments);
    let figures = pages.flat_map(|page| page.figures()).filter(|figure| figure.id() != OTHERWISE);
    let scenarios = figures.map(|figure| match figure {
        FigureSpec::Stage(stage) | FigureSpec::Programs(stage) => (stage.id.clone(), &stage.scenario),
        FigureSpec::Live(live) => (live.id.clone(), &live.scenario),
    });
    let scenarios = scenarios.chain([("home".into(), &lessons.home.figure.scenario)]);
    // Hosts do not die for a test.
    let scenarios: Vec<_> = scenarios.filter(|(_, scenario)| scenario.planned.is_empty()).collect();
    let sources = |programs: &[ProgramSpec]| programs.iter().map(|p| p.source.clone()).collect::<Vec<_>>();
    let jobs: Vec<_> = scenarios.iter().map(|(_, scenario)| json!(sources(&scenario.programs))).collect();
    let Some(real) = run_all(&json!({ "together": jobs })) else { return };
    for (k, (id, scenario)) in scenarios.iter().enumerate() {
        let ended = ended(&real["together"][k], scenario);
        assert_eq!(ended, simulated(scenario), "{id}: how its programs ended");
    }
}

#[test]
fn every_listing_runs_to_its_end() {
    let mut listings = Vec::new();
    for lesson in embedded().lessons {
        let path = format!("{}/content/{}.md", env!("CARGO_MANIFEST_DIR"), lesson.slug);
        let text = std::fs::read_to_string(path).unwrap();
        for block in text.split("```python ").skip(1) {
            let (title, rest) = block.split_once('\n').unwrap();
            listings
                .push((format!("{}: {title}", lesson.slug), rest.split("```").next().unwrap().to_owned()));
        }
    }
    let jobs: Vec<_> = listings.iter().map(|(_, text)| json!([text])).collect();
    let Some(real) = run_all(&json!({ "together": jobs })) else { return };
    for (k, (name, _)) in listings.iter().enumerate() {
        assert_eq!(real["together"][k], json!(["0"]), "{name}");
    }
}
