//! The lessons that come with the program are without a mistake, and their listings are Python.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::io::Write as _;
use std::process::{Command, Stdio};

use lessons::questions::FEWEST;
use lessons::{Lessons, rows};
use scene::{Command as Do, FigureSpec, StageSpec};
use syscall::{Call, Outcome, Returned, What};
use world::{Scenario, World};

fn embedded() -> Lessons {
    Lessons::embedded().unwrap_or_else(|problems| {
        let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
        panic!("the lessons have mistakes:\n{}", lines.join("\n"));
    })
}

#[test]
fn every_lesson_is_without_a_mistake() {
    assert!(!embedded().lessons.is_empty());
}

#[test]
fn every_lesson_shows_asks_and_lets_its_reader_do_something() {
    let lessons = embedded();
    let mut lacks = Vec::new();
    for lesson in &lessons.lessons {
        let text =
            std::fs::read_to_string(format!("{}/content/{}.md", env!("CARGO_MANIFEST_DIR"), lesson.slug))
                .unwrap();
        let count = |what: &str| text.lines().filter(|line| line.starts_with(what)).count();
        let exercise = lessons.exercises.iter().any(|it| it.lessons.contains(&lesson.slug));
        let leads = text.contains("](/experiments/") || text.contains("](/exercises/");
        for (is, what) in [
            (!lesson.figures().is_empty(), "a figure"),
            (count("```predict") >= 2, "two predictions"),
            (count("```live") > 0 || exercise || leads, "a live run, an experiment or an exercise"),
            (text.contains("\n## Further reading\n"), "further reading"),
            (lessons.questions(&lesson.slug).len() >= FEWEST, "questions for later"),
        ] {
            if !is {
                lacks.push(format!("{}: {what}", lesson.slug));
            }
        }
    }
    assert!(lacks.is_empty(), "{}", lacks.join("\n"));
}

#[test]
fn every_row_of_the_curriculum_has_a_place() {
    let lessons = embedded();
    let missing: Vec<_> = rows().filter(|row| !lessons.coverage.rows.contains_key(row)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_coverage_says_what_is_taught_where() {
    let json = lessons::coverage_json().unwrap();
    assert_eq!(json["version"], 2);
    assert_eq!(json["rows"].as_object().unwrap().len(), 80);
    assert_eq!(json["rows"]["C12"]["lesson"], "how-much-did-send-take");
    assert_eq!(json["rows"]["C36"]["lesson"], "choosing");
    for (row, of) in json["rows"].as_object().unwrap() {
        let placed = of["lesson"].is_string() && of["figure"].is_string() || of["clinic"].is_string();
        let kinds: Vec<_> =
            of["tests"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
        assert!(placed && !kinds.is_empty(), "{row}: {of}");
        assert_eq!(row.starts_with('T'), kinds.contains(&"measurement"), "{row}: {of}");
        assert_eq!(row.starts_with('B'), kinds.contains(&"clinic"), "{row}: {of}");
    }
    let tests = json["rows"]["C12"]["tests"].as_array().unwrap();
    let has = |wanted: serde_json::Value| assert!(tests.contains(&wanted), "{wanted}: {tests:#?}");
    has(
        serde_json::json!({ "kind": "question", "lesson": "how-much-did-send-take", "id": "why-only-a-part" }),
    );
    has(
        serde_json::json!({ "kind": "prediction", "lesson": "how-much-did-send-take", "figure": "partial-send", "before": "send 1 of Sender" }),
    );
    has(serde_json::json!({ "kind": "exercise", "exercise": "send-all" }));
    let lessons = json["lessons"].as_array().unwrap();
    let lesson = lessons.iter().find(|l| l["slug"] == "how-much-did-send-take").unwrap();
    assert_eq!(lesson["title"], "How much did send take?");
    assert!(lesson["figures"].as_array().unwrap().iter().any(|f| f["id"] == "partial-send"));
}

/// Every text of Python in a lesson: listings, and what the figures' programs show.
fn listings(lessons: &Lessons) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for lesson in &lessons.lessons {
        let text =
            std::fs::read_to_string(format!("{}/content/{}.md", env!("CARGO_MANIFEST_DIR"), lesson.slug))
                .unwrap();
        let mut blocks = text.split("```python ");
        blocks.next();
        for block in blocks {
            let (title, rest) = block.split_once('\n').unwrap();
            found.push((format!("{}: {title}", lesson.file), rest.split("```").next().unwrap().into()));
        }
        for figure in lesson.figures() {
            let scenario = match figure {
                FigureSpec::Stage(stage) | FigureSpec::Programs(stage) => &stage.scenario,
                FigureSpec::Live(live) => &live.scenario,
            };
            for program in &scenario.programs {
                let name = format!("{}: {}: {}", lesson.file, figure.id(), program.file);
                found.push((name, program.source.clone()));
            }
        }
    }
    found
}

#[test]
fn every_listing_is_python_that_can_be_read() {
    let listings = listings(&embedded());
    assert!(listings.len() >= 5, "{} listings", listings.len());
    for (name, text) in listings {
        let python = Command::new("python3")
            .args(["-c", "import ast, sys; ast.parse(sys.stdin.read())"])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let Ok(mut python) = python else {
            eprintln!("skipped: python3 is not installed, so the listings were not read by it");
            return;
        };
        python.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = python.wait_with_output().unwrap();
        assert!(output.status.success(), "{name}:\n{}", String::from_utf8_lossy(&output.stderr));
    }
}

fn stages(lessons: &Lessons) -> Vec<&StageSpec> {
    let figures = lessons.lessons.iter().flat_map(|lesson| lesson.figures());
    let stages = figures.filter_map(|figure| match figure {
        FigureSpec::Stage(stage) | FigureSpec::Programs(stage) => Some(stage),
        FigureSpec::Live(_) => None,
    });
    stages.chain([&lessons.home.figure]).collect()
}

#[test]
fn every_stage_comes_to_an_end_and_asks_all_its_questions() {
    for spec in stages(&embedded()) {
        let mut stage = common::stage(spec.clone());
        let mut asked = 0;
        for _ in 0..100 {
            stage.handle(Do::ToEnd);
            if stage.view().question.is_none() {
                break;
            }
            asked += 1;
            stage.handle(Do::Show);
        }
        assert!(stage.view().ending.is_some(), "{}: no end", spec.id);
        assert_eq!(asked, spec.predictions.len(), "{}: questions asked", spec.id);
    }
}

/// What each `send` of a run returned when nobody interferes.
fn sends(scenario: &Scenario) -> Vec<Outcome> {
    let mut world = World::new(scenario).unwrap();
    while world.step() {}
    let ended = world.events().iter().filter_map(|event| match &event.what {
        What::Returned { call: Call::Send { .. }, outcome, .. } => Some(outcome.clone()),
        _ => None,
    });
    ended.collect()
}

#[test]
fn the_simulator_answers_what_the_lesson_on_partial_sends_says() {
    let lessons = embedded();
    let figures = lessons.lesson("how-much-did-send-take").unwrap().figures();
    let of = |id: &str| figures.iter().find(|figure| figure.id() == id).unwrap();
    let FigureSpec::Stage(stage) = of("partial-send") else { panic!("partial-send is a stage") };
    let FigureSpec::Live(live) = of("partial-send-live") else { panic!("partial-send-live is live") };
    let count = |n| Ok(Returned::Count(n));
    let again = Err(syscall::Errno::EAGAIN);

    let wire = sends(&stage.scenario);
    assert_eq!(wire[..2], [count(5792), again.clone()], "four segments, then not now");
    let blocked = wire.iter().enumerate().skip(2).find(|(_, outcome)| **outcome == again).unwrap().0;
    let taken = |outcomes: &[Outcome]| {
        let counts = outcomes.iter().filter_map(|outcome| match outcome {
            Ok(Returned::Count(n)) => Some(*n),
            _ => None,
        });
        counts.sum::<u32>()
    };
    assert_eq!(taken(&wire[..blocked]), 13_032, "while nobody reads");
    assert_eq!(taken(&wire), 20_000, "in the end");

    let loopback = sends(&live.scenario);
    assert_eq!(loopback[..4], [count(6144), count(2048), count(2048), again]);
}
