//! A text while it is being repaired: every byte knows where it came from and which finding put it there.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// One replacement: `range` of the text becomes `with`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub(super) range: Range<usize>,
    pub(super) with: String,
}

impl Edit {
    pub(super) fn insert(at: usize, with: impl Into<String>) -> Self {
        Self { range: at..at, with: with.into() }
    }

    pub(super) fn replace(range: Range<usize>, with: impl Into<String>) -> Self {
        Self { range, with: with.into() }
    }
}

/// Edits that are made together: no two of them share a byte, and none is made inside of another.
#[derive(Clone, Debug, Default)]
pub(super) struct Edits {
    all: Vec<(Edit, Option<usize>)>,
    /// What is replaced: where each range begins and ends.
    ranges: BTreeMap<usize, usize>,
    /// Where something is put in.
    points: BTreeSet<usize>,
}

impl Edits {
    /// Adds the edits of a finding, or of nobody; says whether they fit with those that are there. If not, none is added.
    pub(super) fn add(&mut self, edits: &[Edit], finding: Option<usize>) -> bool {
        if edits.iter().any(|edit| self.meets(edit)) {
            return false;
        }
        for edit in edits {
            if edit.range.is_empty() {
                self.points.insert(edit.range.start);
            } else {
                self.ranges.insert(edit.range.start, edit.range.end);
            }
            self.all.push((edit.clone(), finding));
        }
        true
    }

    pub(super) fn all(&self) -> &[(Edit, Option<usize>)] {
        &self.all
    }

    fn meets(&self, edit: &Edit) -> bool {
        let Range { start, end } = edit.range;
        // Of the ranges that begin before the edit's end, the last one reaches farthest: they do not overlap.
        let before = |end| self.ranges.range(..end).next_back().map_or(0, |(_, end)| *end);
        if start == end {
            return before(start) > start;
        }
        before(end) > start || self.points.range(start + 1..end).next().is_some()
    }
}

/// Stands for "put there by no finding".
const NOBODY: u32 = u32::MAX;

/// A text, where its bytes came from, and who changed it.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    text: String,
    /// For each byte, and for the end: the byte of the original that it was, or stands before.
    origin: Vec<u32>,
    /// For each byte, and for the end: the finding whose repair put it there or took something away before it.
    by: Vec<u32>,
}

impl Draft {
    pub(super) fn new(text: &str) -> Self {
        let origin = (0..=text.len() as u32).collect();
        Self { text: text.into(), origin, by: vec![NOBODY; text.len() + 1] }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The place in the original of a place in the text.
    pub(super) fn origin(&self, at: usize) -> usize {
        self.origin.get(at).or(self.origin.last()).map_or(0, |at| *at as usize)
    }

    /// The draft with edits made; each edit belongs to a finding, or to nobody. Edits that do not fit (outside of the text,
    /// in the middle of a character, or meeting an earlier one) are left out.
    pub(super) fn with(&self, edits: &[(Edit, Option<usize>)]) -> Self {
        let mut sorted: Vec<_> = edits.iter().collect();
        sorted.sort_by_key(|(edit, _)| (edit.range.start, edit.range.end));
        let mut new = Self { text: String::new(), origin: Vec::new(), by: Vec::new() };
        let mut at = 0;
        for (edit, finding) in sorted {
            let Range { start, end } = edit.range.clone();
            let fits = start >= at && end >= start && end <= self.text.len();
            if !fits || !self.text.is_char_boundary(start) || !self.text.is_char_boundary(end) {
                continue;
            }
            new.keep(self, at..start);
            let by = finding.map_or(NOBODY, |finding| finding as u32);
            new.text.push_str(&edit.with);
            new.origin.extend(edit.with.bytes().map(|_| self.origin[start]));
            new.by.extend(edit.with.bytes().map(|_| by));
            at = end;
            if edit.with.is_empty() && !edit.range.is_empty() {
                new.owe(self, &mut at, by);
            }
        }
        new.keep(self, at..self.text.len());
        new.origin.push(self.origin[self.text.len()]);
        new.by.push(NOBODY);
        new
    }

    /// Copies a part of `old`.
    fn keep(&mut self, old: &Self, range: Range<usize>) {
        self.text.push_str(&old.text[range.clone()]);
        self.origin.extend_from_slice(&old.origin[range.clone()]);
        self.by.extend_from_slice(&old.by[range]);
    }

    /// Something was taken away: the character after it, or else before it, bears the mark.
    fn owe(&mut self, old: &Self, at: &mut usize, by: u32) {
        match old.text[*at..].chars().next() {
            Some(c) if c != '\n' => {
                let end = *at + c.len_utf8();
                self.keep(old, *at..end);
                let from = self.by.len() - c.len_utf8();
                self.by[from..].fill(by);
                *at = end;
            }
            _ => {
                if let Some(last) = self.by.last_mut() {
                    *last = by;
                }
            }
        }
    }

    /// For each finding that changed something: the first and last line of each run of lines that it changed.
    pub(super) fn marks(&self) -> Vec<(usize, u32, u32)> {
        let mut marks: Vec<(usize, u32, u32)> = Vec::new();
        let mut line = 1;
        for (k, byte) in self.text.bytes().enumerate() {
            let by = self.by[k];
            if by != NOBODY {
                let by = by as usize;
                match marks.iter_mut().rev().find(|mark| mark.0 == by) {
                    Some(mark) if mark.2 + 1 >= line => mark.2 = line,
                    _ => marks.push((by, line, line)),
                }
            }
            line += u32::from(byte == b'\n');
        }
        marks.sort_by_key(|mark| (mark.1, mark.2, mark.0));
        marks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_know_their_origin_and_their_finding() {
        let draft = Draft::new("one\ntwo\nthree\n");
        let draft = draft.with(&[(Edit::replace(4..7, "2"), Some(5)), (Edit::insert(0, "zero\n"), None)]);
        assert_eq!(draft.text(), "zero\none\n2\nthree\n");
        assert_eq!(draft.origin(draft.text().find("three").expect("it is there")), 8);
        assert_eq!(draft.marks(), [(5, 3, 3)]);
    }

    #[test]
    fn what_was_taken_away_marks_its_line() {
        let draft = Draft::new("a = s.bind()\nb\n").with(&[(Edit::replace(0..4, ""), Some(0))]);
        assert_eq!(draft.text(), "s.bind()\nb\n");
        assert_eq!(draft.marks(), [(0, 1, 1)]);
    }

    #[test]
    fn edits_that_share_a_byte_are_not_both_made() {
        let draft = Draft::new("abcdef");
        let draft = draft.with(&[(Edit::replace(1..4, "X"), None), (Edit::replace(3..5, "Y"), None)]);
        assert_eq!(draft.text(), "aXef");
        let mut edits = Edits::default();
        assert!(edits.add(&[Edit::replace(1..3, "")], None));
        assert!(!edits.add(&[Edit::insert(2, "x")], None) && !edits.add(&[Edit::replace(2..5, "x")], None));
        assert!(edits.add(&[Edit::insert(3, "x")], None) && edits.add(&[Edit::insert(3, "y")], None));
        assert!(!edits.add(&[Edit::replace(3..4, ""), Edit::replace(0..2, "")], None));
    }
}
