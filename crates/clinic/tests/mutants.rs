//! Small changes that a slip of the hand makes to right programs (`tests/rows/*/right-*`): a loop that runs once, a condition turned
//! round, a count off by one, an assignment for an addition. How many of them are caught, and which are not.
//!
//! `cargo test --release -p clinic --test mutants -- --ignored --nocapture` writes `tests/mutants.txt`; why each survivor may live
//! stands in `tests/mutants.md`.

mod common;

use std::fs;
use std::path::Path;

use clinic::{Answer, Case, Hunt, Options};
use common::{cases, scenario, text};
use python::Limits;
use serde::Deserialize;
use world::Scenario;

/// Mutants that are tried.
const MANY: usize = 60;
/// States that each of them has to stand.
const STATES: u64 = 30_000;

#[derive(Deserialize)]
struct Known {
    programs: Vec<String>,
    buffers: Option<(u32, u32)>,
}

/// A change of one line; none where it does not apply.
type Change = fn(&str) -> Option<String>;

const CHANGES: [(&str, Change); 7] = [
    ("a loop runs once", |line| {
        let at = line.find("while ")?;
        line[..at].trim().is_empty().then(|| line.replacen("while ", "if ", 1))
    }),
    ("a condition turned round", |line| {
        let (before, condition) = line.split_once("if ")?;
        let condition = condition.strip_suffix(':')?;
        before.trim().is_empty().then(|| format!("{before}if not ({condition}):"))
    }),
    ("added anew", |line| line.contains(" += ").then(|| line.replacen(" += ", " = ", 1))),
    ("one byte too far", |line| line.contains("sent:]").then(|| line.replacen("sent:]", "sent + 1:]", 1))),
    ("one too few asked for", |line| {
        let asks = line.contains("recv(") && line.contains(" - ");
        asks.then(|| line.replacen("recv(", "recv(-1 + ", 1))
    }),
    ("once more", |line| line.contains(" < ").then(|| line.replacen(" < ", " <= ", 1))),
    ("send for sendall", |line| line.contains(".sendall(").then(|| line.replacen(".sendall(", ".send(", 1))),
];

struct Mutant {
    name: String,
    scenario: Scenario,
}

/// Every mutant that can be run, of one kind after the other so that any beginning of the list has some of each.
fn mutants() -> Vec<Mutant> {
    let cases = cases();
    let mut kinds: Vec<Vec<Mutant>> = CHANGES.iter().map(|_| Vec::new()).collect();
    for case in cases.iter().filter(|it| it.to_string_lossy().contains("/right-")) {
        let known: Known = toml::from_str(&text(case, "case.toml")).expect("it can be read");
        let texts: Vec<_> = known.programs.iter().map(|file| text(case, file)).collect();
        for (place, whole) in texts.iter().enumerate() {
            for (number, line) in whole.lines().enumerate() {
                for (kind, (what, change)) in CHANGES.iter().enumerate() {
                    let Some(changed) = change(line) else { continue };
                    let mut lines: Vec<_> = whole.lines().map(str::to_owned).collect();
                    lines[number] = changed;
                    let mut sources = texts.clone();
                    sources[place] = lines.join("\n") + "\n";
                    let programs = known.programs.iter().cloned().zip(sources).collect();
                    let scenario = scenario(programs, known.buffers);
                    let folder: Vec<_> = case.iter().rev().take(2).map(|it| it.to_string_lossy()).collect();
                    let name = format!(
                        "{}/{} {}:{}: {what}",
                        folder[1],
                        folder[0],
                        known.programs[place],
                        number + 1
                    );
                    if runs::compile(&scenario).is_ok() {
                        kinds[kind].push(Mutant { name, scenario });
                    }
                }
            }
        }
    }
    let mut all = Vec::new();
    let mut kinds: Vec<_> = kinds.into_iter().map(Vec::into_iter).collect();
    loop {
        let round: Vec<_> = kinds.iter_mut().filter_map(Iterator::next).collect();
        if round.is_empty() {
            return all;
        }
        all.extend(round);
    }
}

fn caught(mutant: &Mutant) -> Result<String, String> {
    let programs = runs::compile(&mutant.scenario).map_err(|_| "it cannot be run".to_owned())?;
    let options = Options { states: STATES, ..Options::default() };
    let limits = Limits { instructions: 1 << 40, ..Limits::default() };
    let case = Case { scenario: mutant.scenario.clone(), options, draws: 50, limits };
    let mut hunt = Hunt::new(case, programs).map_err(|error| error.to_string())?;
    match hunt.finish() {
        Answer::Broken(found) => Ok(found.says.clone()),
        answer => Err(format!("{answer:?}")),
    }
}

#[test]
#[ignore = "a measurement: minutes"]
fn mutants_are_caught() {
    let all = mutants();
    assert!(all.len() >= MANY, "there are {}", all.len());
    // Evenly from the whole list.
    let chosen: Vec<_> = (0..MANY).map(|number| &all[number * all.len() / MANY]).collect();
    let (mut lines, mut count) = (Vec::new(), 0);
    for mutant in chosen {
        match caught(mutant) {
            Ok(says) => {
                count += 1;
                lines.push(format!("caught   {}\n         {says}", mutant.name));
            }
            Err(why) => lines.push(format!("survives {}\n         {why}", mutant.name)),
        }
    }
    let text = format!("{count} of {MANY} caught\n\n{}\n", lines.join("\n"));
    println!("{text}");
    fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mutants.txt"), text).expect("it is written");
}
