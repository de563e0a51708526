//! The listings are run by CPython, and the figures' programs end there, on this machine's kernel, as they do in the
//! simulator.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use lessons::questions::{INVENTORY, Kind, Question, Questions};
use lessons::{Lessons, inline_text};
use python::Limits;
use runs::Turns;
use scene::FigureSpec;
use serde_json::{Value, json};
use syscall::What;
use world::{Network, ProgramSpec, Runs, Scenario, Status};

/// Runs programs as `tests/run_programs.py` describes.
const RUNNER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/run_programs.py");

/// The experiment that ends otherwise in the simulator, as its page says: there no socket connects to itself.
const OTHERWISE: &str = "self";

/// Lists of programs at once: most of them sleep.
const AT_ONCE: usize = 6;
/// A busy machine may upset programs that wait for time: what ended otherwise beside others runs so often alone.
const ALONE: usize = 3;

/// Programs to start one after the other, and how they should end.
struct Job {
    name: String,
    programs: Vec<(String, Runs)>,
    ends: Vec<String>,
}

impl Job {
    /// How its programs ended, in the words of `ends`: of a guest in Python the simulator knows the exit status, not the
    /// exception.
    fn ended(&self, real: &Value) -> Vec<String> {
        let ended = real.as_array().unwrap().iter().map(|end| end.as_str().unwrap());
        let ended = ended.zip(&self.programs).map(|(end, (_, runs))| {
            let raised = end != "waits" && end.parse::<i32>().is_err();
            if raised && *runs == Runs::Python { "1" } else { end }
        });
        ended.map(String::from).collect()
    }
}

fn embedded() -> Lessons {
    Lessons::embedded().unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// How the programs of each job ended; `None` where network namespaces are not to be had.
fn run(jobs: &[Job], at_once: usize) -> Option<Vec<Vec<String>>> {
    let sources = |job: &Job| job.programs.iter().map(|(source, _)| source.clone()).collect::<Vec<_>>();
    let lists: Vec<_> = jobs.iter().map(sources).collect();
    for unshare in [&["--net"][..], &["--user", "--map-root-user"]] {
        let mut runner = Command::new("unshare")
            .args(unshare)
            .args(["python3", RUNNER])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .ok()?;
        let asked = json!({ "together": lists, "at_once": at_once });
        runner.stdin.take().unwrap().write_all(asked.to_string().as_bytes()).ok();
        let output = runner.wait_with_output().unwrap();
        if output.status.success() {
            let real: Value = serde_json::from_slice(&output.stdout).unwrap();
            let real = real["together"].as_array().unwrap();
            return Some(jobs.iter().zip(real).map(|(job, real)| job.ended(real)).collect());
        }
        eprintln!("unshare {unshare:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    eprintln!("skipped: no network namespaces, so the programs were not run for real");
    None
}

/// Runs them all, and checks how they ended.
fn check(jobs: Vec<Job>) {
    let Some(ended) = run(&jobs, AT_ONCE) else { return };
    let upset = jobs.into_iter().zip(ended).filter(|(job, ended)| *ended != job.ends);
    let wrong = upset.filter_map(|(job, mut ended)| {
        let job = [job];
        for _ in 0..ALONE {
            ended = run(&job, 1)?.remove(0);
            if ended == job[0].ends {
                return None;
            }
        }
        Some(format!("{}: its programs ended with {ended:?}, and should with {:?}", job[0].name, job[0].ends))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
    let scenarios = scenarios.filter(|(_, scenario)| scenario.planned.is_empty());
    let program = |program: &ProgramSpec| (program.source.clone(), program.runs);
    let jobs = scenarios.map(|(name, scenario)| Job {
        name,
        programs: scenario.programs.iter().map(program).collect(),
        ends: simulated(scenario),
    });
    check(jobs.collect());
}

/// The program of an example of the reference, which fails where it prints something else.
fn held_to(source: &str, prints: &str) -> String {
    let said = json!(prints);
    format!(
        "import builtins\n_said = []\nbuiltins.print = lambda *words: _said.append(' '.join(map(str, words)) + '\\n')\n{source}\n\
         assert ''.join(_said) == {said}, _said\n"
    )
}

#[test]
fn what_the_reference_shows_is_printed_by_cpython() {
    let reference = embedded().reference;
    let examples = reference.calls().flat_map(|page| page.fails.iter().map(move |fails| (page, fails)));
    let examples = examples.filter(|(_, fails)| !fails.source.is_empty());
    let jobs = examples.map(|(page, fails)| Job {
        name: format!("{}, {}", page.slug(), fails.errno),
        programs: vec![(held_to(&fails.source, &fails.prints), Runs::Script)],
        ends: vec!["0".into()],
    });
    let options = Job {
        name: "options".into(),
        programs: vec![(held_to(include_str!("options.py"), include_str!("options.txt")), Runs::Script)],
        ends: vec!["0".into()],
    };
    check(jobs.chain([options]).collect());
}

#[test]
fn every_listing_runs_to_its_end() {
    let mut jobs = Vec::new();
    for lesson in embedded().lessons {
        let path = format!("{}/content/{}.md", env!("CARGO_MANIFEST_DIR"), lesson.slug);
        let text = std::fs::read_to_string(path).unwrap();
        for block in text.split("```python ").skip(1) {
            let (title, rest) = block.split_once('\n').unwrap();
            jobs.push(Job {
                name: format!("{}: {title}", lesson.slug),
                programs: vec![(rest.split("```").next().unwrap().to_owned(), Runs::Script)],
                ends: vec!["0".into()],
            });
        }
    }
    check(jobs);
}

/// A variant of a question whose answer is what programs print.
struct Prediction {
    /// `LESSON/ID VARIANT`, for messages and for the record.
    name: String,
    /// Whether its question has others.
    varied: bool,
    question: Question,
}

fn predictions(all: &[Questions]) -> Vec<Prediction> {
    let questions = all.iter().flat_map(|of| of.questions.iter().map(|it| (&of.lesson, it)));
    let questions = questions.filter(|(_, it)| !it.programs.is_empty());
    let variants = questions.flat_map(|(lesson, question)| {
        question.variants().enumerate().map(move |(at, it)| Prediction {
            name: format!("{lesson}/{} {at}", it.id),
            varied: question.form.is_some(),
            question: it.clone(),
        })
    });
    variants.collect()
}

/// The last line that the last program of a question prints in the simulator.
fn printed(question: &Question) -> String {
    let program = |text: &lessons::clinic::Text| ProgramSpec {
        runs: Runs::Python,
        file: text.file.clone(),
        source: text.source.clone(),
        ..ProgramSpec::console(&text.file, "here")
    };
    let programs = question.programs.iter().map(program).collect();
    let scenario = Scenario::new(Network::Loopback, vec!["here".into()], programs);
    let mut world = runs::world(&scenario, Turns::Calls, Limits::default()).unwrap();
    while world.step() {}
    let last = world.view().programs[question.programs.len() - 1].pid;
    let printed = world.events().iter().filter(|it| it.pid == Some(last)).filter_map(|it| match &it.what {
        What::Wrote { error: false, text } => Some(text.as_str()),
        _ => None,
    });
    printed.collect::<String>().lines().last().unwrap_or_default().to_owned()
}

#[test]
fn what_a_question_says_is_printed_the_simulator_prints() {
    let all = predictions(&lessons::questions::unrecorded());
    let all: Vec<_> = all.into_iter().map(|it| (printed(&it.question), it)).collect();
    let varied = all.iter().filter(|(_, it)| it.varied);
    let record: String = varied.map(|(printed, it)| format!("{} {printed}\n", it.name)).collect();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/questions/printed.txt");
    if std::env::var_os("RECORD").is_some() {
        return std::fs::write(path, record).unwrap();
    }
    let wrong = all.iter().filter_map(|(printed, Prediction { name, question, .. })| {
        let right = inline_text(question.right());
        (*printed != right).then(|| format!("{name}: {printed:?} is printed, and {right:?} should"))
    });
    let wrong: Vec<_> = wrong.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(
        std::fs::read_to_string(path).unwrap(),
        record,
        "RECORD=1 cargo test -p lessons --test python simulator_prints"
    );
}

#[test]
fn what_a_question_says_is_printed_cpython_prints() {
    let jobs = predictions(&embedded().questions).into_iter().map(|Prediction { name, question, .. }| {
        // JSON's strings are Python's, too.
        let text = |text: &str| serde_json::to_string(text).unwrap();
        let mut programs: Vec<_> =
            question.programs.iter().map(|it| (it.source.clone(), Runs::Python)).collect();
        let (last, _) = programs.last_mut().unwrap();
        *last = format!(
            "import contextlib, io\nsaid = io.StringIO()\nwith contextlib.redirect_stdout(said):\n    \
             exec(compile({}, 'it', 'exec'), {{'__name__': '__main__'}})\nassert said.getvalue().splitlines()[-1] == {}\n",
            text(last),
            text(&inline_text(question.right())),
        );
        let before = programs.len() - 1;
        let ends = std::iter::repeat_n("0".to_owned(), before + 1).collect();
        Job { name, programs, ends }
    });
    check(jobs.collect());
}

#[test]
fn variants_have_answers_that_differ() {
    let all: Vec<_> = embedded().questions.into_iter().flat_map(|of| of.questions).collect();
    let varied: Vec<_> = all.iter().filter(|it| it.variants().count() >= 3).collect();
    assert!(varied.len() >= 20, "{}", varied.len());
    for question in varied {
        let answers: BTreeSet<_> = question.variants().map(Question::right).collect();
        let places: BTreeSet<_> = question.variants().map(|it| it.answer).collect();
        assert!(answers.len() > 1 && places.len() > 1, "{}: {answers:?} at {places:?}", question.id);
    }
}

#[test]
fn the_course_asks_enough_of_every_kind() {
    let lessons = embedded();
    let unasked: Vec<_> =
        lessons.lessons.iter().filter(|it| lessons.questions(&it.slug).is_empty()).collect();
    assert!(unasked.is_empty(), "{:?}", unasked.iter().map(|it| &it.slug).collect::<Vec<_>>());
    let all: Vec<_> = lessons.questions.iter().flat_map(|of| &of.questions).collect();
    assert!(all.len() >= 60, "{}", all.len());
    for kind in [Kind::Why, Kind::Predict, Kind::Order, Kind::Find, Kind::Trace] {
        let of = all.iter().filter(|it| it.kind == kind).count();
        assert!(of >= 3, "{kind:?}: {of}");
    }
    assert_eq!(lessons.inventory().count(), INVENTORY);
    // Whoever always takes the same place is not right more often than by chance.
    for place in 1..=3 {
        let there = all.iter().filter(|it| it.answer == place).count();
        assert!(there * 5 > all.len() && there * 2 < all.len(), "place {place}: {there} of {}", all.len());
    }
}
