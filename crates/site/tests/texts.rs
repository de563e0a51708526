//! The words of the pages stand in `src/texts` and nowhere else, and those of their scripts in a `texts.js` each.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Literals that look like words of the pages and are none: the file, the literal (any in that file where it is empty), and why.
const OTHERS: [(&str, &str, &str); 10] = [
    ("assets.rs", "", "whoever starts the server without assets is told this in a terminal"),
    ("lesson.rs", " open", "an attribute"),
    ("peers/example.rs", "are you there?\n", "the client sends it"),
    ("peers/example.rs", "Gr\u{fc}\u{df}e", "the client sends it"),
    ("peers/example.rs", "me too\n", "the client sends it"),
    ("peers/example.rs", "still here\n", "the client sends it"),
    ("peers/mod.rs", "socketscope calls --lab --peer ", "a command"),
    ("programs/mod.rs", "socketscope run server.py client.py", "a command"),
    ("site.rs", "Make the assets anew with `cargo xtask serve --build-only`", "told in a terminal"),
    ("site.rs", "the asset `` is missing", "told in a terminal"),
];

/// The same of scripts.
const OTHERS_OF_SCRIPTS: [(&str, &str, &str); 6] = [
    ("looks.js", "", "style sheets"),
    ("main.js", "Escape", "a key"),
    ("main.js", "Shift", "a key"),
    ("main.js", "Tab", "a key"),
    ("record.js", "main :is(:is(h2, h3)[id]:not([data-figure] *), [data-figure])", "a selector"),
    ("sign.js", "sign ", "a class"),
];

/// Attributes that are read or heard.
const READ: [&str; 4] = ["alt", "aria-label", "placeholder", "title"];

/// What stands before words for whoever finds a mistake in the program.
const FOR_PROGRAMMERS: [&str; 4] = ["assert", "expect", "panic", "unreachable"];

/// The literals of a file that have words, without tests, attributes and what is for programmers.
fn words(tokens: TokenStream, into: &mut Vec<String>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token {
            TokenTree::Punct(sign) if sign.as_char() == '#' => {
                at += usize::from(is(&tokens, at + 1, '!')) + 1;
                if tokens.get(at).is_some_and(|it| it.to_string().replace(' ', "") == "[cfg(test)]") {
                    at = end_of_item(&tokens, at + 1);
                }
            }
            TokenTree::Group(group) if !is_for_programmers(&tokens[..at]) => words(group.stream(), into),
            TokenTree::Literal(_) => {
                into.extend(text(token).map(|it| without_places(&it)).filter(|it| speaks(it)))
            }
            _ => {}
        }
        at += 1;
    }
}

fn is(tokens: &[TokenTree], at: usize, sign: char) -> bool {
    matches!(tokens.get(at), Some(TokenTree::Punct(it)) if it.as_char() == sign)
}

fn end_of_item(tokens: &[TokenTree], from: usize) -> usize {
    let ends = |it: &TokenTree| match it {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        it => it.to_string() == ";",
    };
    tokens[from..].iter().position(ends).map_or(tokens.len(), |at| from + at)
}

/// Whether what follows are the arguments of `expect`, `panic!` and the like.
fn is_for_programmers(before: &[TokenTree]) -> bool {
    let name = before.iter().rev().find(|it| it.to_string() != "!");
    name.is_some_and(|it| FOR_PROGRAMMERS.contains(&it.to_string().as_str()))
}

/// What a string says.
fn text(token: &TokenTree) -> Option<String> {
    let literal = token.to_string();
    if let Some(raw) = literal.strip_prefix('r') {
        return Some(raw.trim_matches('#').strip_prefix('"')?.strip_suffix('"')?.to_owned());
    }
    let mut rest = literal.strip_prefix('"')?.strip_suffix('"')?.chars().peekable();
    let mut text = String::new();
    while let Some(c) = rest.next() {
        match (c, if c == '\\' { rest.next() } else { None }) {
            (_, Some('n')) => text.push('\n'),
            (_, Some('r' | 't' | '0')) => text.push('\t'),
            (_, Some('u')) => {
                let digits: String = rest.by_ref().skip(1).take_while(|it| *it != '}').collect();
                text.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
            }
            (_, Some('\n')) => while rest.next_if(|it| it.is_whitespace()).is_some() {},
            (_, Some(other)) => text.push(other),
            (c, None) => text.push(c),
        }
    }
    Some(text)
}

/// A text without the places for values in it.
fn without_places(text: &str) -> String {
    let mut parts = text.split('{');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| out + part.split_once('}').map_or(part, |(_, behind)| behind))
}

/// Whether there is something in a text that people read.
fn speaks(text: &str) -> bool {
    let mut seen = String::new();
    let (mut rest, mut marked, mut in_code) = (text, false, false);
    while let Some((before, tag)) = rest.split_once('<') {
        let (tag, behind) = past_tag(tag);
        if !in_code {
            seen.push_str(before);
        }
        in_code = ["code", "kbd", "script"].iter().any(|it| tag.starts_with(it));
        seen.extend(heard(tag));
        (rest, marked) = (behind, true);
    }
    // What is left of a tag that began elsewhere, or is an attribute.
    if let Some((name, value)) = rest.split_once("=\"") {
        let (before, name) = name.rsplit_once(' ').unwrap_or(("", name));
        seen.push_str(before);
        seen.push_str(if READ.contains(&name) { value } else { "" });
        return seen.contains(char::is_alphabetic);
    }
    if !in_code {
        seen.push_str(rest);
    }
    if marked { seen.contains(char::is_alphabetic) } else { is_prose(&seen) }
}

/// What stands in a tag, and what behind it.
fn past_tag(text: &str) -> (&str, &str) {
    let mut quoted = false;
    let end = text.find(|c: char| {
        quoted ^= c == '"';
        c == '>' && !quoted
    });
    end.map_or((text, ""), |end| (&text[..end], &text[end + 1..]))
}

/// What a tag's attributes say to people.
fn heard(tag: &str) -> impl Iterator<Item = &str> {
    let describes = tag.contains("name=\"description\"");
    let names = READ.into_iter().chain(describes.then_some("content"));
    names.filter_map(move |name| {
        let (before, value) = tag.split_once(&format!("{name}=\""))?;
        let value = value.split('"').next()?;
        before.ends_with(' ').then_some(value)
    })
}

/// Whether a text without markup has a word with a capital letter, or a word beside a space. Names of Python's exceptions have none.
fn is_prose(text: &str) -> bool {
    if text.len() > "Error".len() && text.ends_with("Error") && text.chars().all(char::is_alphabetic) {
        return false;
    }
    let words: Vec<_> = text.split(|c: char| !c.is_alphanumeric() && c != '-').collect();
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

/// The strings and templates of a script, without places for values, comments, and what goes to the console.
fn strings(script: &str) -> Vec<String> {
    let mut found = vec![];
    let mut rest = script;
    while let Some(at) = rest.find(['\'', '`', '/']) {
        let here = &rest[at..];
        let quote = here.chars().next().unwrap();
        let ends = match quote {
            '/' if here.starts_with("//") => here.find('\n'),
            '/' if here.starts_with("/*") => here.find("*/"),
            '/' => Some(0),
            quote => {
                let (text, end) = string(&here[1..], quote);
                let before = &script[..script.len() - here.len()];
                let to_console = before.rsplit('\n').next().is_some_and(|line| line.contains("console."));
                found.extend(Some(text).filter(|_| !to_console));
                Some(end + 1)
            }
        };
        rest = &here[ends.unwrap_or(here.len() - 1) + 1..];
    }
    found
}

/// What stands up to a quotation mark, without places for values; and where that is.
fn string(text: &str, quote: char) -> (String, usize) {
    let (mut out, mut depth, mut before) = (String::new(), 0, ' ');
    for (at, c) in text.char_indices() {
        match (before, c) {
            ('\\', c) if depth == 0 => out.push(c),
            ('$', '{') if quote == '`' => {
                depth += 1;
                out.pop();
            }
            (_, '{') if depth > 0 => depth += 1,
            (_, '}') if depth > 0 => depth -= 1,
            (_, c) if c == quote && depth == 0 => return (out, at),
            (_, c) if depth == 0 && c != '\\' => out.push(c),
            _ => {}
        }
        before = if before == '\\' { ' ' } else { c };
    }
    (out, text.len() - 1)
}

#[test]
fn the_words_of_the_scripts_stand_together() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut unused: BTreeSet<_> = OTHERS_OF_SCRIPTS.iter().collect();
    let mut astray = vec![];
    for folder in ["static/js", "editor/src"] {
        let mut paths = vec![];
        sources(&root.join(folder), &mut paths);
        paths.retain(|path| !path.ends_with("texts.js"));
        assert!(!paths.is_empty(), "{folder}");
        for path in paths {
            let file = path.file_name().unwrap().to_str().unwrap();
            for words in strings(&fs::read_to_string(&path).unwrap()).into_iter().filter(|it| speaks(it)) {
                match OTHERS_OF_SCRIPTS
                    .iter()
                    .find(|(it, other, _)| *it == file && (other.is_empty() || *other == words))
                {
                    Some(other) => drop(unused.remove(other)),
                    None => astray.push(format!("{folder}/{file}: {words:?}")),
                }
            }
        }
    }
    assert!(astray.is_empty(), "in `texts.js` beside it belongs:\n{}", astray.join("\n"));
    assert!(unused.is_empty(), "no longer there: {unused:?}");
}

#[test]
fn the_words_of_the_pages_stand_together() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = vec![];
    sources(&root, &mut paths);
    paths.retain(|path| {
        !path.starts_with(root.join("texts")) && path.extension().is_some_and(|it| it == "rs")
    });
    let mut unused: BTreeSet<_> = OTHERS.iter().collect();
    let mut astray = vec![];
    for path in paths {
        let file = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        let mut found = vec![];
        words(fs::read_to_string(&path).unwrap().parse().unwrap(), &mut found);
        for words in found {
            match OTHERS.iter().find(|(place, it, _)| *place == file && (it.is_empty() || *it == words)) {
                Some(other) => drop(unused.remove(other)),
                None => astray.push(format!("{file}: {words:?}")),
            }
        }
    }
    assert!(astray.is_empty(), "in `src/texts` belongs:\n{}", astray.join("\n"));
    assert!(unused.is_empty(), "no longer there: {unused:?}");
}

#[test]
fn strings_of_a_script_are_found() {
    let script = "// it's\nconst a = 'it\\'s'; /* `no` */ say(`${b ? `x` : {}} pages`);\nconsole.warn('no:', 'no');\nx = y / 2 + 'z';";
    assert_eq!(strings(script), ["it's", " pages", "z"]);
}

#[test]
fn words_are_told_from_markup() {
    let said = [
        "<p>waits</p>",
        "<nav aria-label=\"About\">",
        "<input placeholder=\"words\">",
        "<meta name=\"description\" content=\"a figure\">",
        "Hint {} of {}",
        " times",
        "<a href=\"{}\">More</a>",
        "</code> stays</p>",
        " title=\"Go on\"",
        "more of it href=\"{}\"",
    ];
    for text in said {
        assert!(speaks(&without_places(text)), "{text}");
    }
    let unsaid = [
        "<p class=\"no words\">{LEDE}</p>\n",
        "<a href=\"{}\"{}>{}</a>",
        "<pre aria-label=\"{HOW}\"><code>socketscope grade {name}</code></pre>",
        " aria-current=\"true\"",
        "BrokenPipeError",
        "{number}. {}",
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
    ];
    for text in unsaid {
        assert!(!speaks(&without_places(text)), "{text}");
    }
}
