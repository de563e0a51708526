//! What stands behind the boxes of claim and measurement: for each row T a program that measures its lines (`truth/T2.py`), and what it
//! measured once (`truth/recorded.toml`). A line of a box says what is recorded, and nothing else.
//!
//! `RECORD=1 cargo test -p lessons --test boxes` writes the recording; without `RECORD` that test runs the programs again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::lesson::{Block, Lesson, Truth};
use crate::problem::{Notes, Problem};

/// The recording, as problems tell it.
const RECORDED: &str = "lessons/truth/recorded.toml";
const HOW: &str = "RECORD=1 cargo test -p lessons --test boxes records it";

#[derive(rust_embed::RustEmbed)]
#[folder = "truth"]
struct Files;

/// What the programs measured once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// The kernel's release: `6.18.44`.
    pub kernel: String,
    /// Python's version: `3.11.7`.
    pub python: String,
    /// The day.
    pub date: String,
    /// By row of the curriculum, then by the box's line.
    pub rows: BTreeMap<String, BTreeMap<String, Line>>,
}

/// What was measured, and how much of it another run must say again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Line {
    /// The same on every run of this kernel.
    Exact(String),
    /// It depends on settings, ports or the order in which things happen.
    About(String),
    /// It depends on the clock.
    Timing(String),
    /// Measured otherwise; the program says how.
    #[serde(rename = "by hand")]
    ByHand(String),
    /// Why this system does not let it be measured.
    Unable(String),
}

impl Line {
    /// What the box says.
    pub fn says(&self) -> &str {
        match self {
            Self::Exact(says)
            | Self::About(says)
            | Self::Timing(says)
            | Self::ByHand(says)
            | Self::Unable(says) => says,
        }
    }
}

/// Whether the row has a program.
pub(crate) fn has_program(row: &str) -> bool {
    Files::get(&format!("{row}.py")).is_some()
}

/// The boxes of a lesson, wherever they stand.
pub(crate) fn of(blocks: &[Block]) -> Vec<&Truth> {
    let boxes = blocks.iter().flat_map(|block| match block {
        Block::Truth(truth) => vec![truth],
        Block::After { blocks, .. }
        | Block::Side { blocks, .. }
        | Block::Hint { blocks }
        | Block::Part { blocks, .. } => of(blocks),
        Block::Prose(_)
        | Block::Figure(_)
        | Block::Measured(_)
        | Block::Mistake(_)
        | Block::Repair(_)
        | Block::Fails(_)
        | Block::Term(_) => Vec::new(),
    });
    boxes.collect()
}

/// What is wrong between the lessons' boxes, their programs and the recording.
pub(crate) fn check(lessons: &[Lesson]) -> Vec<Problem> {
    let text = Files::get("recorded.toml").map(|file| String::from_utf8_lossy(&file.data).into_owned());
    let mut notes = Notes::new(RECORDED);
    let recorded = match text {
        Some(text) => toml::from_str(&text).unwrap_or_else(|error| {
            notes.toml(1, &text, &error, HOW);
            Recorded::default()
        }),
        None => Recorded::default(),
    };
    // One that cannot be read is one mistake, not one for each line.
    if !notes.problems.is_empty() {
        return notes.problems;
    }
    compare(lessons, &recorded, has_program)
}

fn compare(lessons: &[Lesson], recorded: &Recorded, has_program: impl Fn(&str) -> bool) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut shown: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for lesson in lessons {
        let mut notes = Notes::new(&lesson.file);
        for truth in of(&lesson.blocks) {
            let row = truth.row.as_str();
            shown.entry(row).or_default().extend(truth.rows.iter().map(|(label, _)| label.as_str()));
            if !has_program(row) {
                let how = format!("Write lessons/truth/{row}.py; lessons/README.md has the form");
                notes.add(truth.line, format!("the box of {row} has no program that measures it"), how);
                continue;
            }
            let Some(lines) = recorded.rows.get(row) else {
                notes.add(truth.line, format!("the box of {row} has no recorded run"), HOW);
                continue;
            };
            for (label, says) in &truth.rows {
                match lines.get(label) {
                    None => {
                        let what = format!("the box of {row} has a line that is not recorded: {label}");
                        notes.add(truth.line, what, format!("Let lessons/truth/{row}.py measure it; {HOW}"));
                    }
                    Some(line) if line.says() != says => {
                        let what = format!(
                            "the box of {row} says “{says}” of “{label}”, and recorded is “{}”",
                            line.says()
                        );
                        notes.add(truth.line, what, "Let it say what was recorded");
                    }
                    Some(_) => {}
                }
            }
        }
        problems.extend(notes.problems);
    }
    let mut notes = Notes::new(RECORDED);
    for (row, lines) in &recorded.rows {
        let shown = shown.get(row.as_str());
        for label in lines.keys().filter(|label| !shown.is_some_and(|it| it.contains(&label.as_str()))) {
            let what = format!("what is recorded of {row} stands in no box: {label}");
            notes.add(1, what, "Show it, or measure it no longer");
        }
    }
    problems.extend(notes.problems);
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lesson(rows: &[(&str, &str)]) -> Lesson {
        let rows = rows.iter().map(|(label, says)| ((*label).into(), (*says).into())).collect();
        let truth = Truth { row: "T2".into(), rows, line: 7, ..Truth::default() };
        let blocks = vec![Block::Side { title: "S".into(), blocks: vec![Block::Truth(truth)] }];
        Lesson { file: "x.md".into(), blocks, ..Lesson::default() }
    }

    fn recorded(row: &str) -> Recorded {
        let text = format!(
            "kernel = \"6.18\"\npython = \"3.11\"\ndate = \"2026-01-01\"\n[rows.{row}]\n\"a `b`\" = {{ exact = \"1\" }}\nc = {{ \"by hand\" = \"2\" }}\n"
        );
        toml::from_str(&text).expect("the form of a recording")
    }

    fn told(lesson: Lesson, recorded: &Recorded, has_program: bool) -> Vec<String> {
        compare(&[lesson], recorded, |_| has_program).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_box_says_what_is_recorded() {
        let good = || lesson(&[("a `b`", "1"), ("c", "2")]);
        assert_eq!(told(good(), &recorded("T2"), true), Vec::<String>::new());
        assert_eq!(
            told(good(), &Recorded::default(), false),
            [
                "x.md:7: the box of T2 has no program that measures it. Write lessons/truth/T2.py; lessons/README.md has the form"
            ]
        );
        assert_eq!(
            told(good(), &Recorded::default(), true),
            [format!("x.md:7: the box of T2 has no recorded run. {HOW}")]
        );
        assert_eq!(
            told(lesson(&[("a `b`", "3"), ("c", "2")]), &recorded("T2"), true),
            ["x.md:7: the box of T2 says “3” of “a `b`”, and recorded is “1”. Let it say what was recorded"]
        );
        assert_eq!(told(good(), &recorded("T2"), false).len(), 1, "one mistake, told once");
        let two = told(lesson(&[("a `b`", "1"), ("d", "2")]), &recorded("T2"), true);
        assert_eq!(two.len(), 2, "{two:?}");
        assert!(two[0].starts_with("x.md:7: the box of T2 has a line that is not recorded: d"), "{two:?}");
        assert!(
            two[1].starts_with("lessons/truth/recorded.toml:1: what is recorded of T2 stands in no box: c")
        );
    }
}
