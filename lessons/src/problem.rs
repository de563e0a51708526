//! A mistake in a lesson: where, what, and how to mend it.

use std::fmt;

/// A mistake in a lesson or in the course's tables.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, as the author knows it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// What is wrong, without a full stop.
    pub what: String,
    /// How to mend it, without a full stop.
    pub how: String,
}

/// `content/x.md:12: unknown block `figur`. Write figure, predict, live, truth or python`
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}. {}", self.file, self.line, self.what, self.how)
    }
}

impl std::error::Error for Problem {}

/// Collects the mistakes of one file.
#[derive(Debug)]
pub(crate) struct Notes<'f> {
    file: &'f str,
    pub(crate) problems: Vec<Problem>,
}

impl<'f> Notes<'f> {
    pub(crate) fn new(file: &'f str) -> Self {
        Self { file, problems: Vec::new() }
    }

    pub(crate) fn add(&mut self, line: u32, what: impl Into<String>, how: impl Into<String>) {
        self.problems.push(Problem { file: self.file.into(), line, what: what.into(), how: how.into() });
    }

    /// A TOML error in `text`, whose first line is line `first` of the file.
    pub(crate) fn toml(&mut self, first: u32, text: &str, error: &toml::de::Error, how: &str) {
        let line = error.span().map_or(0, |span| newlines(&text[..span.start.min(text.len())]));
        let what = error.message().lines().collect::<Vec<_>>().join(", ").replace('`', "'");
        self.add(first + line, what, how);
    }
}

/// How many lines end in `text`.
pub(crate) fn newlines(text: &str) -> u32 {
    text.bytes().filter(|b| *b == b'\n').count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_one_line_that_an_editor_can_follow() {
        let mut notes = Notes::new("content/x.md");
        notes.add(3, "no title", "Add title = \"…\"");
        assert_eq!(notes.problems[0].to_string(), "content/x.md:3: no title. Add title = \"…\"");
    }

    #[test]
    fn a_toml_error_is_told_at_its_own_line() {
        let mut notes = Notes::new("x.md");
        let text = "a = 1\nb = =\n";
        let error = toml::from_str::<toml::Table>(text).unwrap_err();
        notes.toml(10, text, &error, "Mend it");
        assert_eq!(notes.problems[0].line, 11);
    }
}
