//! Programs as learners write them, wrong and right (`tests/rows`): each wrong one is broken, and its mistake named; no right one is
//! accused.
//!
//! `ONLY=B08/wrong-1 cargo test -p clinic --test rows -- --nocapture` shows what is said of some of them, and `STATES` says how many
//! states are looked at: the more, the more a right program has borne.

mod common;

use std::path::Path;

use clinic::{Answer, Broken, Case, Diagnosis, Finding, Hunt, Lines, Options, by_lines};
use common::{cases, scenario, text};
use python::Limits;
use runs::{Programs, Turns};
use serde::Deserialize;
use world::{Act, Record, World};

/// What is known of a case.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    #[serde(default)]
    row: String,
    expect: String,
    #[serde(default)]
    kind: Kinds,
    #[serde(default)]
    line: u32,
    #[serde(default)]
    file: String,
    programs: Vec<String>,
    buffers: Option<(u32, u32)>,
    #[serde(default)]
    circle: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(untagged)]
enum Kinds {
    #[default]
    None,
    One(String),
    Some(Vec<String>),
}

impl Kinds {
    fn has(&self, kind: &str) -> bool {
        match self {
            Self::None => true,
            Self::One(it) => it == kind,
            Self::Some(all) => all.iter().any(|it| it == kind),
        }
    }
}

fn kind(what: &Broken) -> &'static str {
    match what {
        Broken::Exit { said, .. } if said.starts_with("Traceback") => "exception",
        Broken::Exit { .. } | Broken::Killed { .. } => "exit",
        Broken::Deadlock { .. } => "deadlock",
        Broken::Spin => "spin",
        Broken::Lost { .. } => "lost",
        Broken::Leak { .. } => "leak",
        Broken::Check { .. } => "check",
    }
}

/// What is wrong with what is said of a case; nothing if it is right.
fn judge(folder: &Path) -> Result<(), String> {
    let expected: Expected = toml::from_str(&text(folder, "case.toml")).map_err(|error| error.to_string())?;
    let programs = expected.programs.iter().map(|file| (file.clone(), text(folder, file)));
    let scenario = scenario(programs.collect(), expected.buffers);
    let programs = runs::compile(&scenario).map_err(|_| "a program cannot be run".to_owned())?;
    let states = std::env::var("STATES").ok().and_then(|it| it.parse().ok()).unwrap_or(1_500);
    let options = Options { states, ..Options::default() };
    let limits = Limits { instructions: 1 << 40, ..Limits::default() };
    let case = Case { scenario, options, draws: 20, limits };
    let mut hunt = Hunt::new(case, programs.clone()).map_err(|error| error.to_string())?;
    let answer = hunt.finish().clone();
    let told = |what: &str| match &answer {
        Answer::Broken(it) => {
            Err(format!("{what}: {} [{:?} {:?} {:?}]", it.says, it.failure.what, it.who, it.unusual))
        }
        other => Err(format!("{what}: {other:?}")),
    };
    if std::env::var_os("ONLY").is_some() {
        let says = if let Answer::Broken(it) = &answer { it.says.clone() } else { format!("{answer:?}") };
        println!("{}: {:?} {says}", folder.display(), hunt.progress());
        if let Answer::Broken(it) = &answer {
            for step in it.steps(&programs, limits) {
                println!(
                    "  {:?}:{} {} {}",
                    step.program,
                    step.line,
                    step.says,
                    step.unusual.unwrap_or_default()
                );
            }
        }
    }
    match (expected.expect.as_str(), &answer) {
        ("wrong", Answer::Broken(it)) => {
            same_by_lines(it, &programs, limits)?;
            let named = it.row.map(|row| row.to_string()).unwrap_or_default();
            let wanted = if expected.row == "none" { "" } else { &expected.row };
            if !expected.row.is_empty() && named != wanted {
                return told(&format!("{named:?} is named for {}", expected.row));
            }
            if !expected.kind.has(kind(&it.failure.what)) {
                return told("another kind of failure");
            }
            let place = expected.programs.get(it.place.0 as usize);
            // Where both do the same, either place is right.
            let either = matches!(expected.row.as_str(), "" | "none" | "B16" | "B17" | "B18" | "B19" | "B22");
            if expected.line > 0
                && !either
                && (place != Some(&expected.file) || it.place.1.abs_diff(expected.line) > 6)
            {
                return told(&format!(
                    "told of line {} of {place:?}, not of {} of {}",
                    it.place.1, expected.line, expected.file
                ));
            }
            if let Broken::Deadlock { circle, .. } = &it.failure.what
                && circle.is_empty()
                && !expected.circle.is_empty()
            {
                return told("without its circle");
            }
            Ok(())
        }
        ("wrong", _) => told("nothing is found"),
        (_, Answer::Broken(_)) => told("a right program is accused"),
        ("finding", _) => {
            let findings = hunt.findings();
            let kinds = findings.iter().map(|it| match it.what {
                Finding::Busy => "busy",
                Finding::ListensAgain => "relisten",
                Finding::Unread => "unread",
                Finding::Ignored => "ignored",
            });
            let found: Vec<_> = kinds.collect();
            if found.iter().any(|it| expected.kind.has(it)) {
                Ok(())
            } else {
                told(&format!("not noted, but {found:?}"))
            }
        }
        _ => Ok(()),
    }
}

/// The failing run goes the same way line by line, as a page opens it.
fn same_by_lines(found: &Diagnosis, programs: &Programs, limits: Limits) -> Result<(), String> {
    let world = |turns| programs.world(&found.scenario, turns, limits).map_err(|error| error.to_string());
    let mut calls = world(Turns::Threads)?;
    found.way.iter().for_each(|key| calls.take_offered(*key));
    let Lines { acts, world: lines, .. } = by_lines(world(Turns::Lines)?, &found.way);
    let told = |world: &World| -> Vec<String> {
        world.events().iter().map(|event| format!("{:?} {:?}", event.tid, event.what)).collect()
    };
    let (calls, lines) = (told(&calls), told(&lines));
    if let Some(at) = (0..calls.len().max(lines.len())).find(|at| calls.get(*at) != lines.get(*at)) {
        return Err(format!("goes another way line by line: {:?}, {:?}", calls.get(at), lines.get(at)));
    }
    let record = found.record(programs, limits).map_err(|error| error.to_string())?;
    let unusual = found.first_unusual().map(|place| (found.way[place], &acts[record.places[place]]));
    if let Some((key, act)) = unusual.filter(|(key, act)| **act != Act::Take(*key)) {
        return Err(format!("{key} stands at another place line by line: {act:?}"));
    }
    let again = Record::from_bytes(&record.record.to_bytes()).map_err(|error| error.to_string())?;
    let replayed = again.replay_in(world(Turns::Lines)?);
    match (replayed.difference, replayed.done == acts.len()) {
        (None, true) => Ok(()),
        (difference, _) => Err(format!("its record does not replay: {difference:?}")),
    }
}

#[test]
fn every_mistake_is_found_and_named_and_nothing_else_is() {
    let only = std::env::var("ONLY").unwrap_or_default();
    let cases: Vec<_> = cases().into_iter().filter(|case| case.to_string_lossy().contains(&only)).collect();
    assert!(!cases.is_empty(), "there are cases");
    let problems: Vec<_> = cases
        .iter()
        .filter_map(|case| judge(case).err().map(|problem| format!("{}: {problem}", case.display())))
        .collect();
    assert!(problems.is_empty(), "{} of {} cases:\n{}", problems.len(), cases.len(), problems.join("\n"));
}

#[test]
fn what_breaks_before_others_begin_is_told_of_the_one_that_it_breaks() {
    let server = "import socket\ns = socket.socket()\ns.bind('127.0.0.1', 7000)\n";
    let client = "import socket\nsocket.create_connection(('127.0.0.1', 7000))\n";
    let scenario =
        scenario(vec![("server.py".into(), server.into()), ("client.py".into(), client.into())], None);
    let programs = runs::compile(&scenario).expect("they can be run");
    let case = Case { scenario, options: Options::default(), draws: 0, limits: Limits::default() };
    let mut hunt = Hunt::new(case, programs).expect("the scenario is right");
    let Answer::Broken(found) = hunt.finish() else { panic!("the server ends in an exception") };
    assert!(found.says.starts_with("server.py ended with an exception: TypeError"), "{}", found.says);
}
