//! Coverage: which lesson and figure teaches each row of the curriculum.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::boxes;
use crate::clinic::Case;
use crate::course::Course;
use crate::exercise::Exercise;
use crate::lesson::Lesson;
use crate::problem::{Notes, newlines};
use crate::questions::Questions;
use scene::FigureSpec;

/// How many rows each table of the curriculum has: concepts, half-truths, bugs.
const TABLES: [(char, u32); 3] = [('C', 37), ('T', 20), ('B', 23)];

/// Whether `row` is a row of the curriculum: `C1` to `C37`, `T1` to `T20`, `B1` to `B23`.
pub fn is_row(row: &str) -> bool {
    rows().any(|r| r == row)
}

/// Every row of the curriculum.
pub fn rows() -> impl Iterator<Item = String> {
    TABLES.into_iter().flat_map(|(table, last)| (1..=last).map(move |n| format!("{table}{n}")))
}

/// Where a row is taught.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Place {
    /// In a lesson that is written.
    Written {
        /// Its name.
        lesson: String,
        /// The figure that shows it.
        figure: String,
    },
    /// On a page of the bug clinic.
    Clinic {
        /// Its name.
        clinic: String,
    },
    /// In a lesson that is not written yet.
    Planned {
        /// Its name in `course.toml`.
        planned: String,
    },
}

/// What tests a row: the reader, or the claim itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Test {
    /// A question for later, below a lesson.
    Question {
        /// The lesson.
        lesson: String,
        /// The question's name in it.
        id: String,
    },
    /// A question before a step of the row's figure, which the simulator grades.
    Prediction {
        /// The lesson.
        lesson: String,
        /// The figure.
        figure: String,
        /// What it asks about: the call and which of them.
        before: String,
    },
    /// A guess before the row's live run, which the kernel grades.
    Guess {
        /// The lesson.
        lesson: String,
        /// The figure.
        figure: String,
    },
    /// An exercise, which all schedules grade.
    Exercise {
        /// Its name.
        exercise: String,
    },
    /// The question of a page of the clinic, whose programs are run again by a test.
    Clinic {
        /// Its name.
        clinic: String,
    },
    /// A program that measures the claim again.
    Measurement {
        /// Its file.
        file: String,
    },
}

/// What may test a row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Texts<'l> {
    pub(crate) lessons: &'l [Lesson],
    pub(crate) clinic: &'l [Case],
    pub(crate) exercises: &'l [Exercise],
    pub(crate) questions: &'l [Questions],
}

impl Texts<'_> {
    /// What asks about the row by its name. A prediction does not: its figure may show several rows.
    fn named(&self, row: &str) -> Vec<Test> {
        let names = |rows: &[String]| rows.iter().any(|it| it == row);
        let questions = self.questions.iter().flat_map(|of| {
            let asking = of.questions.iter().filter(|it| names(&it.rows));
            asking.map(|it| Test::Question { lesson: of.lesson.clone(), id: it.id.clone() })
        });
        let exercises = self.exercises.iter().filter(|it| names(&it.rows));
        let exercises = exercises.map(|it| Test::Exercise { exercise: it.slug().into() });
        let clinic = self.clinic.iter().filter(|it| it.row() == row);
        let clinic = clinic.map(|it| Test::Clinic { clinic: it.page.slug.clone() });
        questions.chain(exercises).chain(clinic).collect()
    }

    /// What its figure asks.
    fn at(&self, place: Option<&Place>) -> Vec<Test> {
        let Some(Place::Written { lesson, figure }) = place else { return Vec::new() };
        let figures = self.lessons.iter().filter(|it| it.slug == *lesson).flat_map(Lesson::figures);
        let asks = figures.filter(|it| it.id() == figure).flat_map(|it| match it {
            FigureSpec::Stage(stage) | FigureSpec::Programs(stage) => {
                let before = stage.predictions.iter().map(|it| &it.before);
                let before = before.map(|it| format!("{} {} of {}", it.call, it.nth, it.program));
                let test =
                    |before| Test::Prediction { lesson: lesson.clone(), figure: figure.clone(), before };
                before.map(test).collect()
            }
            FigureSpec::Live(live) => {
                let guess = Test::Guess { lesson: lesson.clone(), figure: figure.clone() };
                live.guess.iter().map(|_| guess.clone()).collect::<Vec<_>>()
            }
        });
        asks.collect()
    }
}

/// Where each row is taught (`coverage.toml`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Coverage {
    /// The place of each row.
    pub rows: BTreeMap<String, Place>,
}

impl Coverage {
    /// Reads `coverage.toml`.
    pub(crate) fn read(text: &str, notes: &mut Notes<'_>) -> Self {
        toml::from_str(text).unwrap_or_else(|e| {
            let how = "Write C1 = { lesson = \"…\", figure = \"…\" } or C1 = { planned = \"…\" }";
            notes.toml(1, text, &e, how);
            Self::default()
        })
    }

    /// What tests a row.
    pub(crate) fn tests(&self, row: &str, texts: Texts<'_>) -> Vec<Test> {
        let mut tests = texts.named(row);
        tests.extend(texts.at(self.rows.get(row)));
        if boxes::has_program(row) {
            tests.push(Test::Measurement { file: format!("lessons/truth/{row}.py") });
        }
        tests
    }

    /// Notes rows without a place or a test, places that are not there, and lessons that disagree with the table.
    pub(crate) fn check(&self, text: &str, course: &Course, texts: Texts<'_>, notes: &mut Notes<'_>) {
        let Texts { lessons, clinic, .. } = texts;
        let line = |row: &str| {
            let at = text.lines().position(|l| l.split('=').next().is_some_and(|key| key.trim() == row));
            at.map_or(1, |at| 1 + at as u32)
        };
        for row in rows().filter(|row| !self.rows.contains_key(row)) {
            let how = "Name the lesson and figure that teaches it, or the lesson that is planned to";
            notes.add(1 + newlines(text.trim_end()), format!("row {row} is taught nowhere"), how);
        }
        for (row, place) in &self.rows {
            if !is_row(row) {
                notes.add(
                    line(row),
                    format!("unknown curriculum row `{row}`"),
                    "Rows are C1 to C37, T1 to T20, B1 to B23",
                );
            }
            if !matches!(place, Place::Planned { .. }) && texts.named(row).is_empty() {
                let how =
                    "Ask about it: a question below its lesson, or an exercise, with the row among its rows";
                notes.add(line(row), format!("row {row} has no test"), how);
            }
            if row.starts_with('T')
                && !lessons.iter().any(|it| boxes::of(&it.blocks).iter().any(|it| it.row == *row))
            {
                let how = "Write a ```truth block with its measurement";
                notes.add(line(row), format!("row {row} has no box in any lesson"), how);
            }
            match place {
                Place::Planned { planned } => {
                    if !course.planned().any(|p| p.slug == *planned) {
                        let what =
                            format!("row {row} is planned for `{planned}`, which course.toml does not plan");
                        notes.add(
                            line(row),
                            what,
                            "Name a planned lesson, or the written one and its figure",
                        );
                    }
                }
                Place::Clinic { clinic: slug } => {
                    if !clinic.iter().any(|it| it.page.slug == *slug && it.row() == row) {
                        let what = format!("row {row} names the clinic's page `{slug}`, which is not there");
                        notes.add(line(row), what, "Name the page of this row");
                    }
                }
                Place::Written { lesson: slug, figure } => {
                    let Some(lesson) = lessons.iter().find(|l| l.slug == *slug) else {
                        let what = format!("row {row} names the lesson `{slug}`, which is not written");
                        notes.add(line(row), what, format!("Write {row} = {{ planned = \"{slug}\" }}"));
                        continue;
                    };
                    if !lesson.front.rows.contains(row) {
                        let what = format!("row {row} is not among the rows of `{slug}`");
                        notes.add(line(row), what, "Add it to the lesson's front matter");
                    }
                    if !lesson.figures().iter().any(|f| f.id() == figure) {
                        let what =
                            format!("row {row} names the figure `{figure}`, which `{slug}` does not have");
                        notes.add(line(row), what, "Name one of its figures");
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curriculum_has_eighty_rows() {
        assert_eq!(rows().count(), 80);
        assert!(is_row("C37") && is_row("T20") && is_row("B23"));
        assert!(!is_row("C38") && !is_row("C0") && !is_row("X1") && !is_row("C01"));
    }

    #[test]
    fn a_row_that_nobody_asks_about_is_a_mistake() {
        let all = crate::Lessons::embedded().expect("lessons without a mistake");
        let told = |texts: Texts<'_>| {
            let mut notes = Notes::new("coverage.toml");
            all.coverage.check("\nC5 = 1\n", &all.course, texts, &mut notes);
            notes.problems.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(told(all.texts()), Vec::<String>::new());
        let mut questions = all.questions.clone();
        for question in questions.iter_mut().flat_map(|of| &mut of.questions) {
            question.rows.retain(|row| row != "C5");
        }
        assert_eq!(
            told(Texts { questions: &questions, ..all.texts() }),
            [
                "coverage.toml:2: row C5 has no test. Ask about it: a question below its lesson, or an exercise, with the row among its rows"
            ]
        );
        let mut lessons = all.lessons.clone();
        for lesson in &mut lessons {
            lesson.blocks.retain(|block| !matches!(block, crate::Block::Truth(truth) if truth.row == "T5"));
        }
        let told = told(Texts { lessons: &lessons, ..all.texts() });
        assert_eq!(
            told,
            ["coverage.toml:1: row T5 has no box in any lesson. Write a ```truth block with its measurement"]
        );
    }
}
