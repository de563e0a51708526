//! The words of the interface stand in `src/texts` and nowhere else.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Literals that look like words of the interface and are none: the file, the literal (any in that file where it is
/// empty), and why.
const OTHERS: [(&str, &str, &str); 6] = [
    ("board/join.rs", "/join", "the end of an address"),
    ("board/ready.rs", "", "questions about sockets, as a lesson asks them"),
    ("board/server/program.rs", r"You are client {number}.\n", "the program sends it to its clients"),
    ("class/line_card.rs", "btn main", "classes of a button"),
    ("programs/traceback.rs", r#"File \""#, "Python writes it"),
    ("programs/traceback.rs", ", line ", "Python writes it"),
];

/// What browsers call keys.
const KEYS: [&str; 5] = ["ArrowLeft", "ArrowRight", "End", "Escape", "Home"];

/// A file's literals outside tests and attributes that look like words, and the modules that it has for tests alone.
#[derive(Default)]
struct Read {
    words: Vec<String>,
    tests: BTreeSet<String>,
}

impl Read {
    fn tokens(&mut self, tokens: TokenStream) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            match token {
                TokenTree::Punct(sign) if sign.as_char() == '#' => {
                    at += usize::from(is(&tokens, at + 1, '!')) + 1;
                    if tokens.get(at).is_some_and(|it| it.to_string().replace(' ', "") == "[cfg(test)]") {
                        at = self.past_tests(&tokens, at + 1);
                    }
                }
                TokenTree::Group(group) => match child(&tokens, at) {
                    Some(text) => self.words.extend(Some(text).filter(|it| it.contains(char::is_alphabetic))),
                    None => self.tokens(group.stream()),
                },
                TokenTree::Literal(_) => {
                    let words = |it: &String| !is_class(&tokens, at) && (speaks(it) || is_label(&tokens, at));
                    self.words.extend(text(token).filter(words));
                }
                _ => {}
            }
            at += 1;
        }
    }

    /// Where the item ends that is there for tests alone.
    fn past_tests(&mut self, tokens: &[TokenTree], from: usize) -> usize {
        let ends = |it: &TokenTree| match it {
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            it => it.to_string() == ";",
        };
        let end = tokens[from..].iter().position(ends).map_or(tokens.len(), |at| from + at);
        if is(tokens, end, ';') && tokens[from..end].iter().any(|it| it.to_string() == "mod") {
            self.tests.extend(tokens[from..end].iter().flat_map(module));
        }
        end
    }
}

fn is(tokens: &[TokenTree], at: usize, sign: char) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(it)) if it.as_char() == sign)
}

/// A module's name, or the file that an attribute says it is in.
fn module(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Ident(name) if name != "mod" => Some(name.to_string()),
        TokenTree::Group(path) => {
            Some(text(&path.stream().into_iter().last()?)?.trim_end_matches(".rs").to_owned())
        }
        _ => None,
    }
}

/// What a string says, as it is written.
fn text(token: &TokenTree) -> Option<String> {
    let literal = token.to_string();
    let text = literal.trim_start_matches('r').trim_matches('#').strip_prefix('"')?.strip_suffix('"')?;
    Some(text.to_owned())
}

/// A string alone in braces beside a tag: a child of an element.
fn child(tokens: &[TokenTree], at: usize) -> Option<String> {
    let TokenTree::Group(group) = &tokens[at] else { return None };
    let inside: Vec<_> = group.stream().into_iter().collect();
    let [one] = &inside[..] else { return None };
    let beside =
        is(tokens, at + 1, '<') || at > 0 && is(tokens, at - 1, '>') && !(at > 1 && is(tokens, at - 2, '='));
    text(one).filter(|_| group.delimiter() == Delimiter::Brace && beside)
}

/// What stands before `= "…"`.
fn attribute(tokens: &[TokenTree], at: usize) -> String {
    let name = if at > 1 && is(tokens, at - 1, '=') { tokens.get(at - 2) } else { None };
    name.map(ToString::to_string).unwrap_or_default()
}

fn is_class(tokens: &[TokenTree], at: usize) -> bool {
    attribute(tokens, at) == "class"
}

/// Whether it names an element for those who do not see it, or says more of it.
fn is_label(tokens: &[TokenTree], at: usize) -> bool {
    ["label", "title", "placeholder", "alt", "description"].contains(&attribute(tokens, at).as_str())
}

/// Whether it has a word with a capital letter, or a word beside a space.
fn speaks(text: &str) -> bool {
    let words: Vec<_> = text.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '{').collect();
    let capital = |word: &&str| {
        let mut letters = word.chars();
        letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
    };
    let plain = |word: &str| word.len() > 1 && word.chars().all(char::is_lowercase);
    words.iter().any(capital)
        || text.split(' ').collect::<Vec<_>>().windows(2).any(|two| two.iter().any(|word| plain(word)))
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else {
            into.push(path);
        }
    }
}

#[test]
fn the_words_of_the_interface_stand_together() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = vec![];
    sources(&root, &mut paths);
    paths.retain(|path| !path.starts_with(root.join("texts")));
    let (mut found, mut tests) = (vec![], BTreeSet::new());
    for path in &paths {
        let mut read = Read::default();
        read.tokens(fs::read_to_string(path).unwrap().parse().unwrap());
        tests.append(&mut read.tests);
        found.extend(read.words.into_iter().map(|words| (path, words)));
    }
    found.retain(|(path, _)| !tests.contains(path.file_stem().unwrap().to_str().unwrap()));
    found.retain(|(_, words)| !KEYS.contains(&words.as_str()));
    let mut unused: BTreeSet<_> = OTHERS.iter().collect();
    let mut astray = vec![];
    for (path, words) in found {
        let file = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        match OTHERS.iter().find(|(place, other, _)| *place == file && (other.is_empty() || *other == words))
        {
            Some(other) => drop(unused.remove(other)),
            None => astray.push(format!("{file}: {words:?}")),
        }
    }
    assert!(astray.is_empty(), "in `src/texts` belongs:\n{}", astray.join("\n"));
    assert!(unused.is_empty(), "no longer there: {unused:?}");
}
