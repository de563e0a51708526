//! The course: its parts in order, and the lessons that are planned but not yet written.

use serde::Deserialize;

use crate::lesson::Lesson;
use crate::problem::{Notes, newlines};

/// The parts of the course and what is planned (`course.toml`).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Course {
    /// The parts, in order.
    pub parts: Vec<Part>,
}

/// A part of the course.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its name in lessons' front matter.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// What it is about, in one line.
    pub about: String,
    /// Lessons that are not written yet.
    #[serde(default)]
    pub planned: Vec<Planned>,
}

/// A lesson that is not written yet.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    /// Its name in addresses.
    pub slug: String,
    /// Its title, in Markdown without blocks.
    pub title: String,
    /// Its place in the part, from 1.
    pub order: u32,
    /// About how long it will take, in minutes.
    pub minutes: u32,
    /// One plain sentence about it.
    pub about: String,
}

/// A lesson's place on the course map, written or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'c> {
    /// Its name in addresses.
    pub slug: &'c str,
    /// Its title, in Markdown without blocks.
    pub title: &'c str,
    /// Its place in the part.
    pub order: u32,
    /// About how long it takes, in minutes.
    pub minutes: u32,
    /// One plain sentence about it.
    pub about: &'c str,
    /// Whether there is a page to go to.
    pub written: bool,
}

impl Course {
    /// The lessons of `part`, written and planned, in order.
    pub fn entries<'c>(part: &'c Part, lessons: &'c [Lesson]) -> Vec<Entry<'c>> {
        let written = lessons.iter().filter(|l| l.front.part == part.slug).map(|l| Entry {
            slug: &l.slug,
            title: &l.front.title,
            order: l.front.order,
            minutes: l.front.minutes,
            about: &l.front.about,
            written: true,
        });
        let planned = part.planned.iter().map(|p| Entry {
            slug: &p.slug,
            title: &p.title,
            order: p.order,
            minutes: p.minutes,
            about: &p.about,
            written: false,
        });
        let mut entries: Vec<_> = written.chain(planned).collect();
        entries.sort_by_key(|e| (e.order, e.slug));
        entries
    }

    /// Every planned lesson.
    pub fn planned(&self) -> impl Iterator<Item = &Planned> {
        self.parts.iter().flat_map(|p| &p.planned)
    }

    /// Reads `course.toml`.
    pub(crate) fn read(text: &str, notes: &mut Notes<'_>) -> Self {
        toml::from_str(text).unwrap_or_else(|e| {
            notes.toml(1, text, &e, "Mend the table of parts and planned lessons");
            Self { parts: Vec::new() }
        })
    }

    /// What somebody has written is planned no longer.
    pub(crate) fn make_way(&mut self, lessons: &[Lesson]) {
        for part in &mut self.parts {
            part.planned.retain(|planned| !lessons.iter().any(|lesson| lesson.slug == planned.slug));
        }
    }

    /// Notes planned lessons that are written, and places that are taken twice.
    pub(crate) fn check(&self, text: &str, lessons: &[Lesson], notes: &mut Notes<'_>) {
        for part in &self.parts {
            let entries = Self::entries(part, lessons);
            for (entry, next) in entries.iter().zip(entries.iter().skip(1)) {
                if entry.order == next.order {
                    let what = format!("`{}` and `{}` are both number {}", entry.slug, next.slug, next.order);
                    notes.add(
                        line_of(text, next.slug),
                        what,
                        format!("Number the lessons of `{}` anew", part.slug),
                    );
                }
            }
        }
        for planned in self.planned() {
            if lessons.iter().any(|l| l.slug == planned.slug) {
                let what = format!("`{}` is planned, yet it is written", planned.slug);
                notes.add(line_of(text, &planned.slug), what, "Take it off the list");
            }
        }
    }
}

/// The line of `text` that names `slug`, else the first.
fn line_of(text: &str, slug: &str) -> u32 {
    text.find(&format!("\"{slug}\"")).map_or(1, |at| 1 + newlines(&text[..at]))
}
