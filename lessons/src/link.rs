//! Where a link in a lesson leads.

use std::collections::{BTreeMap, BTreeSet};

use crate::clinic::Case;
use crate::exercise::Exercise;
use crate::lesson::Lesson;
use crate::problem::Notes;
use crate::reference::{self, Reference};

/// The pages beside the lessons that a lesson may link to; so it may to each experiment, `/experiments/SLUG`, page of the clinic, and
/// exercise.
pub const PAGES: [&str; 14] = [
    "/",
    "/clinic",
    "/exercises",
    "/experiments",
    "/inventory",
    "/keys",
    "/licence",
    "/notes",
    "/peers",
    "/playground",
    "/programs",
    "/reference",
    "/review",
    "/truth",
];

/// Where a link leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'l> {
    /// To another site: `https://…`.
    Outside(&'l str),
    /// Within the page: `#heading`.
    Here(&'l str),
    /// To another lesson: `slug` or `slug#heading`.
    Lesson(&'l str, Option<&'l str>),
    /// To one of [`PAGES`], perhaps with a place in it.
    Page(&'l str, Option<&'l str>),
}

impl<'l> Target<'l> {
    /// Reads a link as an author writes it.
    pub fn parse(link: &'l str) -> Self {
        if link.contains("://") || link.starts_with("mailto:") {
            return Self::Outside(link);
        }
        let (page, place) = match link.split_once('#') {
            Some((page, place)) => (page, Some(place)),
            None => (link, None),
        };
        match (page, place) {
            ("", Some(place)) => Self::Here(place),
            (page, place) if page.starts_with('/') => Self::Page(page, place),
            (slug, place) => Self::Lesson(slug, place),
        }
    }
}

/// The pages that have an address of their own, and of those of the reference the places in them.
pub(crate) struct Pages(BTreeMap<String, Option<BTreeSet<String>>>);

impl Pages {
    pub(crate) fn of(
        experiments: &[Lesson],
        clinic: &[Case],
        exercises: &[Exercise],
        reference: &Reference,
    ) -> Self {
        let experiments = experiments.iter().map(|it| format!("/experiments/{}", it.slug));
        let clinic = clinic.iter().map(|it| format!("/clinic/{}", it.page.slug));
        let exercises = exercises.iter().map(|it| format!("/exercises/{}", it.slug()));
        let fixed = PAGES.into_iter().map(String::from);
        let plain = fixed.chain(experiments).chain(clinic).chain(exercises).map(|path| (path, None));
        let pages = reference.pages.iter().map(|page| {
            let ids = page.text.ids.iter().cloned().collect();
            (format!("/reference/{}", page.slug()), Some(ids))
        });
        let errors = reference.errors().into_iter().map(reference::errno_id).collect();
        let errors = (format!("/reference/{}", reference::ERRORS), Some(errors));
        Self(plain.chain(pages).chain([errors]).collect())
    }

    /// Whether there is this page, with this place in it where places are known.
    fn has(&self, page: &str, place: Option<&str>) -> bool {
        let places = self.0.get(page);
        places.is_some_and(|it| it.as_ref().zip(place).is_none_or(|(ids, place)| ids.contains(place)))
    }
}

/// Notes links of `lesson` that lead nowhere.
pub(crate) fn check(
    lesson: &Lesson,
    lessons: &[Lesson],
    pages: &Pages,
    planned: &BTreeSet<&str>,
    notes: &mut Notes<'_>,
) {
    for link in &lesson.links {
        let has = |other: &Lesson, place: &str| {
            other.ids.iter().any(|id| id == place) || other.figures().iter().any(|f| f.id() == place)
        };
        let wrong = |what: &str| format!("the link `{}` leads to {what}", link.target);
        match Target::parse(&link.target) {
            Target::Outside(url) if url.starts_with("https://") || url.starts_with("mailto:") => {}
            Target::Outside(_) => notes.add(link.line, wrong("an unsafe address"), "Use https://"),
            Target::Here(place) if has(lesson, place) => {}
            Target::Page(page, place) if pages.has(page, place) => {}
            Target::Page(..) => {
                notes.add(
                    link.line,
                    wrong("a page that does not exist"),
                    format!("Pages: {}", PAGES.join(", ")),
                );
            }
            Target::Here(_) => {
                notes.add(link.line, wrong("no heading here"), "Name a heading's or a figure's id")
            }
            Target::Lesson(slug, place) => match (lessons.iter().find(|l| l.slug == slug), place) {
                (Some(_), None) => {}
                (Some(other), Some(place)) if has(other, place) => {}
                (Some(_), Some(_)) => {
                    notes.add(link.line, wrong("no heading there"), "Name a heading of that lesson")
                }
                (None, _) if planned.contains(slug) => {
                    notes.add(link.line, wrong("a lesson that is not written yet"), "Name it without a link");
                }
                (None, _) => {
                    notes.add(
                        link.line,
                        wrong("a page that does not exist"),
                        "Write a lesson's file name without .md",
                    );
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Target;

    #[test]
    fn links_are_read_as_authors_write_them() {
        assert_eq!(Target::parse("https://a.example/#b"), Target::Outside("https://a.example/#b"));
        assert_eq!(Target::parse("#b"), Target::Here("b"));
        assert_eq!(Target::parse("other#b"), Target::Lesson("other", Some("b")));
        assert_eq!(Target::parse("/keys"), Target::Page("/keys", None));
    }
}
