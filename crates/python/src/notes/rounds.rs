//! Looking and repairing in rounds: what one repair uncovers, the next round sees.

use std::collections::BTreeSet;
use std::ops::Range;

use super::draft::{Draft, Edit, Edits};
use super::facts::Facts;
use super::reader::Words;
use super::{Finding, Found, Lines, MAX_FINDINGS, MAX_TEXT, Mark, Python, Repaired, Review, Sign};
use super::{flow, loops, old, scopes, selves, syntax, tables, tidy, version};

/// The most rounds; each but the last repairs something.
const MAX_ROUNDS: usize = 60;

/// Says what is wrong with a text and how it is repaired. Takes any text; what is longer than [`MAX_TEXT`] is not read.
pub fn review(text: &str) -> Review {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > MAX_TEXT {
        let unread = format!("The text has {} bytes; at most {MAX_TEXT} are read.", text.len());
        return Review {
            python: Python::Either,
            signs: vec![],
            findings: vec![],
            repaired: None,
            unread: Some(unread),
        };
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut rounds = Rounds::new(&text);
    while rounds.round < MAX_ROUNDS && rounds.step() {
        rounds.round += 1;
    }
    rounds.end()
}

/// What the rounds have found so far.
struct Rounds<'a> {
    lines: Lines<'a>,
    draft: Draft,
    round: usize,
    /// The signs, once the text is tidy.
    signs: Option<Vec<Sign>>,
    found: Vec<Told>,
    /// Repairs that made the program worse: they are not tried again.
    hopeless: BTreeSet<(String, usize)>,
    unread: Option<String>,
}

/// A finding, with its place in the original.
struct Told {
    found: Found,
    range: Range<usize>,
    also: BTreeSet<u32>,
    repaired: bool,
}

impl<'a> Rounds<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            lines: Lines::new(text),
            draft: Draft::new(text),
            round: 0,
            signs: None,
            found: Vec::new(),
            hopeless: BTreeSet::new(),
            unread: None,
        }
    }

    /// One round; whether another may find more.
    fn step(&mut self) -> bool {
        let text = self.draft.text().to_owned();
        let words = Words::read(&text);
        let untidy = tidy::find(&words);
        if self.apply(untidy, false) {
            return true;
        }
        let old = old::find(&words);
        if self.signs.is_none() {
            let place = |range: Range<usize>| self.lines.place(self.origin(&range));
            self.signs = Some(version::signs(&words, place, &old));
        }
        if self.apply(old, false) {
            return true;
        }
        let Some(parsed) = syntax::parse(&words) else {
            self.unread = Some("Something in it is nested too deeply to be read.".into());
            return false;
        };
        let problems = syntax::problems(&parsed);
        if let Some(found) = syntax::repair(&words, &problems) {
            if self.apply(vec![found], false) {
                return true;
            }
            let place = self.lines.place(self.origin(&problems[0].0));
            self.unread = Some(format!(
                "Line {} is no Python that could be repaired; what needs the whole program was not looked for.",
                place.line
            ));
            return false;
        }
        let facts = Facts::of(parsed.suite());
        let mut found = loops::find(&words, &facts, parsed.suite());
        found.extend(flow::find(&words, &facts, parsed.suite(), self.python() == Python::Two));
        found.extend(scopes::find(&words, &facts, parsed.suite()));
        found.extend(selves::find(parsed.suite()));
        self.apply(found, true)
    }

    /// The Python that the signs speak for.
    fn python(&self) -> Python {
        version::verdict(self.signs.as_deref().unwrap_or_default())
    }

    /// The range of the original that a range of the draft came from.
    fn origin(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.draft.origin(range.start);
        let end = if range.end > range.start { self.draft.origin(range.end - 1) + 1 } else { start };
        start..end.max(start)
    }

    /// Notes what was found and makes the repairs that fit together; whether any was made. With `whole`, the program was
    /// valid, and a repair that makes it invalid is left out.
    fn apply(&mut self, found: Vec<Found>, whole: bool) -> bool {
        let mut repairs: Vec<(usize, (String, usize), Vec<Edit>)> = Vec::new();
        for one in found {
            let key = (one.what.clone(), self.draft.origin(one.range.start));
            let edits = one.edits.clone();
            let Some(told) = self.tell(one) else { continue };
            if !edits.is_empty() && !self.hopeless.contains(&key) {
                repairs.push((told, key, edits));
            }
        }
        let mut taken = Edits::default();
        repairs.retain(|(told, _, edits)| taken.add(edits, Some(*told)));
        if whole && !valid(self.draft.with(taken.all()).text()) {
            // One of them does harm: each is tried with those that do none.
            taken = Edits::default();
            repairs.retain(|(told, key, edits)| {
                let mut trial = taken.clone();
                let good = trial.add(edits, Some(*told)) && valid(self.draft.with(trial.all()).text());
                if good {
                    taken = trial;
                } else {
                    self.hopeless.insert(key.clone());
                }
                good
            });
        }
        let next = self.draft.with(taken.all());
        if repairs.is_empty() || next.text() == self.draft.text() || next.text().len() > 2 * MAX_TEXT {
            return false;
        }
        for (told, ..) in repairs {
            self.found[told].repaired = true;
        }
        self.draft = next;
        true
    }

    /// Notes a finding, or finds it among those that were noted; its place in `found`.
    fn tell(&mut self, found: Found) -> Option<usize> {
        let range = self.origin(&found.range);
        let line = self.lines.place(range.clone()).line;
        let same = |told: &Told| {
            let told_line = self.lines.line(told.range.start) as u32 + 1;
            let kind = !found.kind.is_empty()
                && told.found.kind == found.kind
                && (found.kind != "name" || told.found.what == found.what);
            kind || told.found.row == found.row && told.found.what == found.what && told_line == line
        };
        if let Some(k) = self.found.iter().position(same) {
            let first = self.lines.line(self.found[k].range.start) as u32 + 1;
            if first != line {
                self.found[k].also.insert(line);
            }
            return Some(k);
        }
        if self.found.len() >= MAX_FINDINGS {
            return None;
        }
        self.found.push(Told { found, range, also: BTreeSet::new(), repaired: false });
        Some(self.found.len() - 1)
    }

    fn end(self) -> Review {
        let mut order: Vec<usize> = (0..self.found.len()).collect();
        order.sort_by_key(|k| (self.found[*k].range.start, self.found[*k].range.end, *k));
        let new_place = |k: usize| order.iter().position(|old| *old == k);
        let marks = self.draft.marks().into_iter();
        let marks: Vec<Mark> =
            marks.filter_map(|(k, from, to)| Some(Mark { finding: new_place(k)?, from, to })).collect();
        let changed = self.draft.text() != self.lines.text;
        let repaired = changed && valid(self.draft.text());
        let finding = |k: &usize| {
            let told = &self.found[*k];
            Finding {
                row: told.found.row,
                place: self.lines.place(told.range.clone()),
                also: told.also.iter().copied().collect(),
                sure: told.found.sure,
                what: told.found.what.clone(),
                lesson: tables::lesson(told.found.row),
                repaired: told.repaired && repaired,
            }
        };
        let findings = order.iter().map(finding).collect();
        let mut signs = self.signs.unwrap_or_default();
        if signs.is_empty() {
            let confused = order.iter().map(|k| &self.found[*k]).find(|told| {
                let kind = ["text handed to send", "str and bytes added", "text with bytes"]
                    .contains(&told.found.kind);
                kind || matches!(told.found.row, "B5" | "B6")
            });
            // Whoever asks by `input` and gets a str writes Python 3.
            let three = Words::read(self.lines.text);
            let three = (0..three.words.len()).any(|k| three.is(k, "input") && three.is(k + 1, "("));
            signs.extend(confused.filter(|_| !three).map(|told| Sign {
                python: 2,
                since: None,
                what: "str where sockets have bytes",
                place: self.lines.place(told.range.clone()),
            }));
        }
        Review {
            python: version::verdict(&signs),
            signs,
            findings,
            repaired: repaired.then(|| Repaired { text: self.draft.text().to_owned(), marks }),
            unread: self.unread,
        }
    }
}

/// Whether a text is Python 3.11.
fn valid(text: &str) -> bool {
    syntax::parse(&Words::read(text)).is_some_and(|parsed| syntax::problems(&parsed).is_empty())
}
