//! "Paste the listing from your notes": what is wrong with a program of sockets, seen without running it.
//!
//! [`review`] takes any text. It says which Python the text was written for and what shows it, names mistakes line by line (rows
//! of the curriculum: the bug clinic's, and C37 for what changed from Python 2 to 3), and offers the repaired program, which is
//! valid Python 3.11. What cannot be known without running is said as "may" or not at all.
//!
//! - `reader`: words and statements, for either Python. `old`: Python 2 as patterns of words. `version`: signs of Python 3.
//! - `syntax`: what the parser of Ruff says, and repairs that it accepts.
//! - `facts`: how the listing uses its names. `flow`: what names may stand for (`kinds`); `rules` and `calls`: the mistakes seen with that. `loops`: mistakes of whole
//!   loops. `scopes` and `selves`: names that nothing defines.
//! - `draft`: a text while it is being repaired. `rounds`: look, repair, look again, until nothing more is found.

mod calls;
mod draft;
mod facts;
mod flow;
mod kinds;
mod loops;
mod old;
mod reader;
mod rounds;
mod rules;
mod scopes;
mod selves;
mod syntax;
mod tables;
mod tidy;
mod version;

use serde::Serialize;

pub use rounds::review;

/// The longest text that is reviewed, in bytes.
pub const MAX_TEXT: usize = 100_000;
/// The most findings that a review names.
pub const MAX_FINDINGS: usize = 200;

/// A place in a text: a line and some columns of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The line, from 1.
    pub line: u32,
    /// The first column, in characters from 1.
    pub from: u32,
    /// The column after the last one.
    pub to: u32,
}

/// The Python that a text was written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Python {
    /// Python 2: something in it is no Python 3.
    Two,
    /// Python 3: something in it is no Python 2.
    Three,
    /// Nothing shows it.
    Either,
    /// It has signs of both: most often an old program, half converted.
    Mixed,
}

/// Something that shows which Python a text was written for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sign {
    /// 2 or 3.
    pub python: u8,
    /// The first version of Python 3 that has it, for instance `3.6`, where that is not the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<&'static str>,
    /// What it is, for instance "print statement".
    pub what: &'static str,
    /// Where it stands first.
    pub place: Place,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The row of the curriculum: `B1` to `B23`, or `C37` for what Python 3 does otherwise.
    pub row: &'static str,
    /// Where it stands in the text that was pasted.
    pub place: Place,
    /// Further lines with the same mistake.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<u32>,
    /// Whether it goes wrong whenever the line is reached; otherwise it may.
    pub sure: bool,
    /// What is wrong, and why it bites.
    pub what: String,
    /// The lesson that explains it: its address is `/lessons/` and this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lesson: Option<&'static str>,
    /// Whether the repaired program repairs it.
    pub repaired: bool,
}

/// Lines of the repaired program that a repair changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mark {
    /// The finding that it repairs: its place in [`Review::findings`].
    pub finding: usize,
    /// The first line, from 1.
    pub from: u32,
    /// The last line.
    pub to: u32,
}

/// The program after its repairs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Repaired {
    /// Its text: valid Python 3.11.
    pub text: String,
    /// What was repaired where.
    pub marks: Vec<Mark>,
}

/// What there is to say about a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Review {
    /// The Python that it was written for.
    pub python: Python,
    /// What shows it, in the order of the text.
    pub signs: Vec<Sign>,
    /// Its mistakes, in the order of the text.
    pub findings: Vec<Finding>,
    /// The repaired program; none if nothing was to repair, or if it could not be made valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repaired: Option<Repaired>,
    /// Why the text, or a part of it, was not looked at: for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
}

/// Where lines begin in a text.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    /// The number of the line with byte `at`, from 0.
    fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at).saturating_sub(1)
    }

    /// The text of line `line` (from 0) without its end.
    fn text(&self, line: usize) -> &'a str {
        let Some(&start) = self.starts.get(line) else { return "" };
        let end = self.starts.get(line + 1).map_or(self.text.len(), |next| next - 1);
        self.text[start..end].trim_end_matches('\r')
    }

    /// The place of a range: what of it stands on its first line.
    fn place(&self, range: std::ops::Range<usize>) -> Place {
        let line = self.line(range.start);
        let start = self.starts[line];
        let text = self.text(line);
        let column = |at: usize| {
            let at = at.saturating_sub(start).min(text.len());
            1 + text.char_indices().take_while(|(k, _)| *k < at).count() as u32
        };
        let (from, to) = (column(range.start), column(range.end.max(range.start)));
        Place { line: line as u32 + 1, from, to: to.max(from) }
    }
}

/// A mistake while it is being looked for, with its repair.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    row: &'static str,
    range: std::ops::Range<usize>,
    sure: bool,
    what: String,
    edits: Vec<draft::Edit>,
    /// Which kind of mistake it is, where findings of one kind are told as one.
    kind: &'static str,
}

impl Found {
    /// A mistake that goes wrong whenever its line is reached.
    fn sure(row: &'static str, range: std::ops::Range<usize>, what: impl Into<String>) -> Self {
        Self { row, range, sure: true, what: what.into(), edits: Vec::new(), kind: "" }
    }

    /// A mistake that may go wrong.
    fn may(row: &'static str, range: std::ops::Range<usize>, what: impl Into<String>) -> Self {
        Self { sure: false, ..Self::sure(row, range, what) }
    }

    fn with(mut self, edits: impl IntoIterator<Item = draft::Edit>) -> Self {
        self.edits.extend(edits);
        self
    }
}
