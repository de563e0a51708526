//! Signs of Python 3 in a listing, and what all signs together say.

use std::ops::Range;

use super::reader::{Kind, Words};
use super::tables::NEW_NAMES;
use super::{Found, Place, Python, Sign};

/// The signs of both Pythons, each kind once, in the order of the text. `old` is what was found of Python 2.
pub(super) fn signs(words: &Words<'_>, place: impl Fn(Range<usize>) -> Place, old: &[Found]) -> Vec<Sign> {
    let mut signs = Vec::new();
    for found in old {
        let sign = Sign { python: 2, since: None, what: found.kind, place: place(found.range.clone()) };
        signs.push((found.range.start, sign));
    }
    for k in 0..words.words.len() {
        if let Some((what, since)) = new_at(words, k) {
            let word = &words.words[k];
            let sign = Sign { python: 3, since, what, place: place(word.start..word.end) };
            signs.push((word.start, sign));
        }
    }
    signs.sort_by_key(|(at, sign)| (*at, sign.what));
    let mut seen = std::collections::BTreeSet::new();
    signs.into_iter().map(|(_, sign)| sign).filter(|sign| seen.insert(sign.what)).collect()
}

/// What the signs say together.
pub(super) fn verdict(signs: &[Sign]) -> Python {
    let has = |python| signs.iter().any(|sign| sign.python == python);
    match (has(2), has(3)) {
        (true, true) => Python::Mixed,
        (true, false) => Python::Two,
        (false, true) => Python::Three,
        (false, false) => Python::Either,
    }
}

/// The sign of Python 3 that word `k` is, and since when.
fn new_at(words: &Words<'_>, k: usize) -> Option<(&'static str, Option<&'static str>)> {
    let word = &words.words[k];
    let text = words.text(word);
    match word.kind {
        Kind::Str => {
            let prefix = text.find(['"', '\'']).unwrap_or(0);
            text[..prefix].contains(['f', 'F']).then_some(("f-string", Some("3.6")))
        }
        Kind::Number if text.contains('_') => Some(("digits in groups: 1_000", Some("3.6"))),
        Kind::Op if text == ":=" => Some(("walrus :=", Some("3.8"))),
        Kind::Op if text == "->" => Some(("annotation ->", None)),
        Kind::Name => name(words, k, text),
        _ => None,
    }
}

fn name(words: &Words<'_>, k: usize, text: &str) -> Option<(&'static str, Option<&'static str>)> {
    let first = words.words[k].first;
    let end = words.end_of(k);
    match text {
        "nonlocal" if first => Some(("nonlocal", None)),
        "async" if first && words.is(k + 1, "def") => Some(("async def", Some("3.5"))),
        "yield" if words.is(k + 1, "from") => Some(("yield from", Some("3.3"))),
        "raise" if first => {
            let from = (k + 1..end).any(|at| words.is(at, "from") && words.words[at].depth == 0);
            from.then_some(("raise … from", None))
        }
        "match" if first && end > k + 2 && words.is(end - 1, ":") => {
            let next = (end..words.words.len()).find(|at| words.words[*at].first);
            next.filter(|next| words.is(*next, "case")).map(|_| ("match", Some("3.10")))
        }
        "print" if words.is(k + 1, "(") && !(k > 0 && words.is(k - 1, "def")) => {
            let close = words.closing(k + 1)?;
            let keyword = |at: usize| {
                ["end", "sep", "file", "flush"].contains(&words.at(at))
                    && words.is(at + 1, "=")
                    && words.words[at].depth == words.words[k].depth + 1
            };
            (k + 2..close).any(keyword).then_some(("print with end=, sep=, file= or flush=", None))
        }
        "super" if words.is(k + 1, "(") && words.is(k + 2, ")") => Some(("super() without arguments", None)),
        _ => NEW_NAMES
            .iter()
            .find(|new| new.0 == text)
            .filter(|_| !words.is(k + 1, "="))
            .map(|new| (new.0, new.1)),
    }
}
