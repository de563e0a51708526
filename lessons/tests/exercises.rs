//! The exercises: each solution stands, each starter fails with a clear sentence, and submissions as learners write them
//! (`tests/submissions`) are caught for what they do wrong.
//!
//! `ONLY=send-all/once cargo test -p lessons --test exercises -- --nocapture` shows what is said of some of them. The whole bound takes a
//! release build: `cargo test --release -p lessons --test exercises -- --ignored`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use exercises::{Report, Verdict};
use lessons::{Exercise, Lessons};
use scene::FigureSpec;

/// States of a round in a test of a debug build.
const FEW: u64 = 400;

fn exercises() -> Vec<Exercise> {
    static ALL: LazyLock<Vec<Exercise>> = LazyLock::new(read);
    ALL.clone()
}

fn read() -> Vec<Exercise> {
    match Lessons::embedded() {
        Ok(lessons) => lessons.exercises,
        Err(problems) => {
            panic!("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
        }
    }
}

fn wanted(what: &str) -> bool {
    std::env::var("ONLY").map_or(true, |only| what.contains(&only))
}

fn judge(exercise: &Exercise, what: &str, text: &str, states: Option<u64>) -> Report {
    let mut judged = exercise.judged.clone();
    judged.states = states.unwrap_or(judged.states);
    // What has too many states in one round is tried in the next all the same.
    let mut all: Option<Report> = None;
    for round in &exercise.judged.rounds {
        judged.rounds = vec![round.clone()];
        let start = std::time::Instant::now();
        let report = judged.judge(text).finish().clone();
        if std::env::var_os("ONLY").is_some() {
            let row = report.broken.as_ref().and_then(|it| it.row.as_deref()).unwrap_or("no row");
            println!("{what}: {:?}, {row}: {} {:?}", report.verdict, report.says, start.elapsed());
            for step in report.broken.iter().flat_map(|it| &it.steps) {
                let why = step.unusual.as_deref().unwrap_or_default();
                println!("    {}:{} {} {why}", step.program, step.line, step.says);
            }
        }
        let done = !matches!(report.verdict, Verdict::Passed | Verdict::Undecided);
        let worse = report.verdict != Verdict::Passed;
        if all.is_none() || worse {
            all = Some(report);
        }
        if done {
            break;
        }
    }
    all.expect("an exercise has rounds")
}

/// The submissions of an exercise: their names and texts.
fn submissions(exercise: &Exercise) -> Vec<(String, String)> {
    let folder: PathBuf =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/submissions").join(exercise.slug());
    let found = fs::read_dir(&folder).unwrap_or_else(|_| panic!("{} is there", folder.display()));
    let mut found: Vec<_> = found.map(|it| it.expect("it can be read").path()).collect();
    found.sort();
    let read = |path: PathBuf| {
        let name = format!("{}/{}", exercise.slug(), path.file_stem().expect("a name").to_string_lossy());
        (name, fs::read_to_string(&path).expect("a text"))
    };
    found.into_iter().map(read).collect()
}

#[test]
fn every_solution_stands() {
    for exercise in exercises() {
        let what = format!("{}/solution", exercise.slug());
        if wanted(&what) {
            let report = judge(&exercise, &what, &exercise.solution, Some(FEW));
            assert!(
                matches!(report.verdict, Verdict::Passed | Verdict::Undecided),
                "{what}: {}",
                report.says
            );
        }
    }
}

#[test]
fn the_chat_server_that_the_lesson_explains_is_whole_and_stands() {
    let lessons = Lessons::embedded().unwrap_or_else(|problems| panic!("{problems:?}"));
    let lesson = lessons.lesson("a-chat-server").expect("the lesson is there");
    let figures = lesson.figures();
    let whole = figures.iter().find_map(|figure| match figure {
        FigureSpec::Programs(stage) if stage.id == "a-whole-chat" => Some(&stage.scenario.programs[0].source),
        FigureSpec::Programs(_) | FigureSpec::Stage(_) | FigureSpec::Live(_) => None,
    });
    let whole = whole.expect("its server is there");

    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/content/a-chat-server.md"));
    let page = page.expect("its text is there");
    let listings = page.split("```text server.py").skip(1).map(|rest| {
        let (_, listing) = rest.split_once('\n').expect("a title ends its line");
        listing.split("```").next().unwrap_or_default()
    });
    let explained = listings.collect::<Vec<_>>().join("\n\n");
    for block in explained.split("\n\n") {
        assert!(whole.contains(block.trim()), "what is explained is not in the program:\n{block}");
    }
    for line in whole.lines().filter(|line| !line.starts_with("import")) {
        assert!(explained.contains(line), "not explained: {line}");
    }

    let chat = exercises().into_iter().find(|exercise| exercise.slug() == "chat").expect("it is there");
    let report = judge(&chat, "chat/lesson", whole, None);
    assert_eq!(report.verdict, Verdict::Passed, "{}", report.says);
}

#[test]
#[ignore = "takes a release build"]
fn every_solution_stands_every_schedule_up_to_the_bound() {
    for exercise in exercises() {
        let what = format!("{}/solution", exercise.slug());
        if wanted(&what) {
            let report = judge(&exercise, &what, &exercise.solution, None);
            assert_eq!(report.verdict, Verdict::Passed, "{what}: {}", report.says);
        }
    }
}

#[test]
fn every_starter_runs_and_does_not_pass() {
    for exercise in exercises() {
        let what = format!("{}/starter", exercise.slug());
        if wanted(&what) {
            let report = judge(&exercise, &what, &exercise.judged.starter, Some(FEW * 4));
            assert_eq!(report.verdict, Verdict::Broken, "{what}: {}", report.says);
        }
    }
}

#[test]
fn submissions_are_caught_for_what_they_do_wrong() {
    let mut wrong = Vec::new();
    for exercise in exercises() {
        let mut caught = 0;
        for (what, text) in submissions(&exercise) {
            caught += 1;
            if wanted(&what)
                && let Err(why) = as_it_says(&judge(&exercise, &what, &text, Some(FEW * 4)), &text)
            {
                wrong.push(format!("{what}: {why}"));
            }
        }
        assert!(caught >= 2, "{} has two submissions that are wrong", exercise.slug());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The first line of a submission says what is to be said of it: `# row: B8`, `# row: none, …` with what is observed,
/// `# says: …` whatever its row, `# unfit: …`, or `# fine`.
fn as_it_says(report: &Report, text: &str) -> Result<(), String> {
    let first = text.lines().next().unwrap_or_default();
    let (kind, wanted) = first.trim_start_matches("# ").split_once(':').unwrap_or((first, ""));
    let row = report.broken.as_ref().and_then(|it| it.row.as_deref()).unwrap_or_default();
    let fine = match kind {
        "row" => {
            let (named, says) = wanted.trim().split_once(", ").unwrap_or((wanted.trim(), ""));
            let same = row == if named == "none" { "" } else { named };
            report.verdict == Verdict::Broken && same && report.says.contains(says)
        }
        "says" => report.verdict == Verdict::Broken && report.says.contains(wanted.trim()),
        "unfit" => report.verdict == Verdict::Unfit && report.says.contains(wanted.trim()),
        "# fine" => matches!(report.verdict, Verdict::Passed | Verdict::Undecided),
        _ => return Err(format!("its first line says nothing: {first}")),
    };
    if fine { Ok(()) } else { Err(format!("{:?} {row}: {}, not {first}", report.verdict, report.says)) }
}
