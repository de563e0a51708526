//! Coverage: which lesson and figure teaches each row of the curriculum.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clinic::Case;
use crate::course::Course;
use crate::lesson::Lesson;
use crate::problem::{Notes, newlines};

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

    /// Notes rows without a place, places that are not there, and lessons that disagree with the table.
    pub(crate) fn check(
        &self,
        text: &str,
        course: &Course,
        lessons: &[Lesson],
        clinic: &[Case],
        notes: &mut Notes<'_>,
    ) {
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
}
