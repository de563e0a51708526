//! What the parser says of a listing, and repairs of what it does not take: each is tried, and kept if the parser is happier.

use std::ops::Range;

use ruff_python_ast::{ModModule, PythonVersion};
use ruff_python_parser::{Mode, ParseOptions, Parsed, parse_unchecked};
use ruff_text_size::{Ranged, TextRange};

use super::Found;
use super::draft::{Draft, Edit};
use super::reader::{COMPOUND, Kind, Unclosed, Words};
use super::tidy::ROW;

/// How deep brackets, operators and blocks may be nested in what is given to the parser: it calls itself for each.
const MAX_NESTING: usize = 100;

/// A range of Ruff's as bytes.
pub(super) fn bytes(range: TextRange) -> Range<usize> {
    range.start().to_usize()..range.end().to_usize()
}

/// A parsed listing; `None` if it is nested too deeply to be parsed.
pub(super) fn parse(words: &Words<'_>) -> Option<Parsed<ModModule>> {
    if nesting(words) > MAX_NESTING {
        return None;
    }
    let options = ParseOptions::from(Mode::Module).with_target_version(PythonVersion { major: 3, minor: 11 });
    parse_unchecked(words.slice(0..words.len()), options).try_into_module()
}

/// What is no Python 3.11 in a parsed listing, in the order of the text.
pub(super) fn problems(parsed: &Parsed<ModModule>) -> Vec<(Range<usize>, String)> {
    let errors = parsed.errors().iter().map(|error| (bytes(error.location), error.error.to_string()));
    let newer =
        parsed.unsupported_syntax_errors().iter().map(|error| (bytes(error.range()), error.to_string()));
    let mut all: Vec<_> = errors.chain(newer).collect();
    all.sort_by_key(|(range, _)| (range.start, range.end));
    all
}

/// How deeply the text may be nested for a parser: brackets and operators of an expression, blocks of a statement.
fn nesting(words: &Words<'_>) -> usize {
    let mut deepest = 0;
    let mut blocks: Vec<usize> = vec![0];
    // For each open bracket: the depth at its beginning and now.
    let mut levels = vec![(0, 0)];
    let mut lambdas = 0;
    for word in &words.words {
        let text = words.text(word);
        if word.first && words.indent(word.start).len() + words.line_start(word.start) == word.start {
            let indent = words.indent(word.start).len();
            while blocks.last().is_some_and(|last| *last > indent) {
                blocks.pop();
            }
            if blocks.last().is_some_and(|last| *last < indent) {
                blocks.push(indent);
            }
        }
        let level = levels.last_mut().map_or((0, 0), |level| {
            match (word.kind, text) {
                (Kind::Op, ",") => level.1 = level.0,
                (Kind::Op, "(" | "[" | "{") => level.1 += 2,
                (Kind::Op, ":") => {}
                (Kind::Op | Kind::Odd, _) => level.1 += 1,
                (Kind::Str, _) => {
                    let inside = text.bytes().filter(|byte| b"([{.+-*/%~".contains(byte)).count();
                    level.1 += if text[..text.find(['"', '\'']).unwrap_or(0)].contains(['f', 'F', 't', 'T']) {
                        inside
                    } else {
                        0
                    };
                }
                (Kind::Name, "lambda" | "await" | "yield") => lambdas += 1,
                (Kind::Name, "not" | "if" | "else" | "for" | "in" | "and" | "or" | "is" | "case") => {
                    level.1 += 1
                }
                _ => {}
            }
            *level
        });
        deepest = deepest.max(level.1 + lambdas).max(blocks.len() * 2);
        match (word.kind, text) {
            (Kind::Newline, _) => (levels, lambdas) = (vec![(0, 0)], 0),
            (Kind::Op, "(" | "[" | "{") => levels.push((level.1, level.1)),
            (Kind::Op, ")" | "]" | "}") if levels.len() > 1 => {
                levels.pop();
            }
            _ => {}
        }
    }
    deepest
}

/// The first syntax error, with a repair if one is found that the parser accepts.
pub(super) fn repair(words: &Words<'_>, problems: &[(Range<usize>, String)]) -> Option<Found> {
    let (first, message) = problems.first()?;
    let text = words.slice(0..words.len());
    let draft = Draft::new(text);
    for candidate in candidates(words, first) {
        let edits: Vec<_> = candidate.edits.iter().map(|edit| (edit.clone(), None)).collect();
        let trial = draft.with(&edits);
        let Some(parsed) = parse(&Words::read(trial.text())) else { continue };
        let left = self::problems(&parsed);
        let later = left.first().is_none_or(|(range, _)| trial.origin(range.start) > first.start);
        if left.len() < problems.len() || left.len() == problems.len() && later {
            return Some(candidate);
        }
    }
    let at = first.start.min(text.len().saturating_sub(1));
    Some(Found::sure(
        ROW,
        at..first.end.max(at),
        format!("Python 3.11 does not understand this line (SyntaxError). The parser says: {message}."),
    ))
}

/// Repairs to try, the likeliest first.
fn candidates(words: &Words<'_>, first: &Range<usize>) -> Vec<Found> {
    let mut all = unclosed(words);
    all.extend(words.extra.iter().take(4).map(|at| {
        let what = "This bracket closes nothing: one was opened less, or this is one too many (SyntaxError: unmatched bracket).";
        Found::sure(ROW, *at..at + 1, what).with([Edit::replace(*at..at + 1, "")])
    }));
    for range in words.open_strings.iter().take(4) {
        all.extend(open_string(words, range.clone()));
    }
    let line = words.line_start(first.start.min(words.len()));
    let statements = (0..words.words.len()).filter(|k| words.words[*k].first);
    let near: Vec<_> = statements
        .filter(|k| words.words[*k].start >= line.saturating_sub(400) && words.words[*k].start <= first.end)
        .collect();
    for k in near.into_iter().rev().take(4) {
        all.extend(colon(words, k));
        all.extend(equals(words, k));
        all.extend(block(words, k));
    }
    all
}

/// Closing brackets where they are missing, those of one statement together.
fn unclosed(words: &Words<'_>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut groups: Vec<Vec<&Unclosed>> = Vec::new();
    for one in words.unclosed.iter().take(64) {
        match groups.last_mut() {
            Some(group) if group[0].missing == one.missing => group.push(one),
            _ => groups.push(vec![one]),
        }
    }
    for group in groups.into_iter().take(8) {
        let closers: String = group.iter().map(|one| one.closer).collect();
        let missing = group[0].missing;
        let last = words.words.iter().rposition(|word| word.end <= missing);
        let outermost = group.last().map_or(missing, |one| one.opened);
        let start = (0..words.words.len())
            .rev()
            .find(|k| words.words[*k].first && words.words[*k].start <= outermost);
        let block = start.is_some_and(|k| COMPOUND.contains(&words.at(k)));
        let at = match last {
            Some(k) if block && words.is(k, ":") => words.words[k].start,
            _ => missing,
        };
        let opener = words.slice(outermost..outermost + 1);
        let what = format!(
            "This bracket is never closed: Python reads on into the next lines and then gives up (SyntaxError: '{opener}' was never closed)."
        );
        found.push(Found::sure(ROW, outermost..missing, what).with([Edit::insert(at, closers)]));
    }
    found
}

/// A quote where a string should end: before the brackets that close the line, or at its end.
fn open_string(words: &Words<'_>, range: Range<usize>) -> Vec<Found> {
    let text = words.slice(range.clone());
    let prefix = text.find(['"', '\'']).unwrap_or(0);
    let quote = &text[prefix..(prefix + 1).min(text.len())];
    let body = text.trim_end();
    let closers = body.trim_end_matches([')', ']', '}', ':', ' ']);
    let what = "This string has no closing quote on its line (SyntaxError: unterminated string literal).";
    let ends = [closers.len().max(prefix + 1), body.len().max(prefix + 1)];
    ends.map(|end| {
        Found::sure(ROW, range.clone(), what).with([Edit::insert(range.start + end.min(text.len()), quote)])
    })
    .into()
}

/// A colon at the end of a line that begins a block.
fn colon(words: &Words<'_>, k: usize) -> Option<Found> {
    let end = words.end_of(k);
    if !COMPOUND.contains(&words.at(k)) || words.is(end.checked_sub(1)?, ":") {
        return None;
    }
    let last = &words.words[end - 1];
    let what =
        format!("A line that begins with `{}` ends with a colon (SyntaxError: expected ':').", words.at(k));
    Some(Found::sure(ROW, words.words[k].start..last.end, what).with([Edit::insert(last.end, ":")]))
}

/// `if x = y`.
fn equals(words: &Words<'_>, k: usize) -> Option<Found> {
    if !matches!(words.at(k), "if" | "while" | "elif") {
        return None;
    }
    let end = words.end_of(k);
    let depth = words.words[k].depth;
    let at = (k..end).find(|at| words.is(*at, "=") && words.words[*at].depth == depth)?;
    let range = words.words[at].start..words.words[at].end;
    let what = "`=` gives a name a value; to compare, Python writes `==` (SyntaxError).";
    Some(Found::sure(ROW, range.clone(), what).with([Edit::replace(range, "==")]))
}

/// A block of which the listing shows nothing, or only a comment.
fn block(words: &Words<'_>, k: usize) -> Option<Found> {
    let end = words.end_of(k);
    let colon = &words.words[end.checked_sub(1)?];
    if !COMPOUND.contains(&words.at(k)) || words.text(colon) != ":" {
        return None;
    }
    let indent = words.indent(words.words[k].start);
    let next = words.words[end..].iter().find(|word| word.first);
    if next.is_some_and(|next| words.indent(next.start).len() > indent.len()) {
        return None;
    }
    let what = "The block after this line is empty: the listing leaves it out, and Python wants at least `pass` (IndentationError).";
    let step = if indent.contains('\t') { "\t" } else { "    " };
    let edit = Edit::insert(colon.end, format!("\n{indent}{step}pass"));
    Some(Found::sure(ROW, words.words[k].start..colon.end, what).with([edit]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, repaired: &str) {
        let words = Words::read(text);
        let found =
            repair(&words, &problems(&parse(&words).expect("it is not nested"))).expect("it is wrong");
        let edits: Vec<_> = found.edits.into_iter().map(|edit| (edit, None)).collect();
        assert_eq!(Draft::new(text).with(&edits).text(), repaired, "{}", found.what);
    }

    #[test]
    fn what_the_parser_refuses_is_repaired_where_that_makes_it_happier() {
        check("s.bind(('', 9000)\ns.listen(5)\n", "s.bind(('', 9000))\ns.listen(5)\n");
        check("while (a < (b:\n    pass\n", "while (a < (b)):\n    pass\n");
        check("f(1))\ng()\n", "f(1)\ng()\n");
        check("print('a)\nb = 1\n", "print('a')\nb = 1\n");
        check("while True\n    pass\n", "while True:\n    pass\n");
        check("if a = 1:\n    pass\n", "if a == 1:\n    pass\n");
        check("def f(a):\n    # more here\n\nf(1)\n", "def f(a):\n    pass\n    # more here\n\nf(1)\n");
    }

    #[test]
    fn what_cannot_be_repaired_is_told() {
        check("this is no program\n", "this is no program\n");
    }

    #[test]
    fn deep_nesting_is_not_given_to_the_parser() {
        let deep = [
            "(".repeat(5000),
            "-".repeat(5000),
            "a.".repeat(5000),
            "not ".repeat(5000),
            "lambda a,:".repeat(5000),
        ];
        for text in deep {
            assert!(parse(&Words::read(&text)).is_none(), "{}", &text[..10]);
        }
        assert!(parse(&Words::read(&format!("x = [{}]", "-1, a.b, ".repeat(5000)))).is_some());
    }
}
