//! Unfinished marks: what an author leaves in a text to come back to, and what must not be served.

use crate::problem::{Notes, newlines};

/// Marks that are words of capitals, as one writes them in notes to oneself.
const CAPITALS: [&str; 4] = ["TODO", "FIXME", "XXX", "TBD"];
/// Marks however they are written.
const PHRASES: [&str; 3] = ["lorem", "not written yet", "???"];
/// Keys of TOML whose text is a program's, or what a program prints.
const CODE: [&str; 6] = ["source", "listing", "prints", "python", "c", "args"];

/// Notes each unfinished mark in the text of a file, code aside: in a program, or between backticks, it is somebody's bytes.
pub(crate) fn check(text: &str, notes: &mut Notes<'_>) {
    let prose = without_code(text);
    // A phrase may go on in the next line.
    let flat = prose.replace('\n', " ");
    let lower = flat.to_ascii_lowercase();
    let capitals = CAPITALS.iter().flat_map(|mark| whole_words(&flat, mark));
    let mut found: Vec<_> =
        capitals.chain(PHRASES.iter().flat_map(|mark| whole_words(&lower, mark))).collect();
    found.sort_unstable();
    for (at, mark) in found {
        let line = 1 + newlines(&prose[..at]);
        notes.add(line, format!("unfinished: `{mark}`"), "Write what belongs there, or take it out");
    }
}

/// As [`check`], for a text that is a program: a comment is no excuse there.
pub(crate) fn check_program(text: &str, notes: &mut Notes<'_>) {
    for (at, mark) in CAPITALS.iter().flat_map(|mark| whole_words(text, mark)) {
        let how = "Write what belongs there; only starter.py leaves something to do";
        notes.add(1 + newlines(&text[..at]), format!("unfinished: `{mark}`"), how);
    }
}

/// Where `mark` stands, not as a part of a longer word.
fn whole_words<'m>(text: &'m str, mark: &'m str) -> impl Iterator<Item = (usize, &'m str)> {
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.match_indices(mark).map(move |(at, _)| (at, mark)).filter(move |(at, mark)| {
        !mark.starts_with(char::is_alphabetic)
            || !letter(text[..*at].chars().next_back()) && !letter(text[at + mark.len()..].chars().next())
    })
}

/// The text with blanks for code, byte for byte: listings, TOML's programs, and what stands between backticks.
fn without_code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut until: Option<&str> = None;
    for line in text.split_inclusive('\n') {
        let begins = line.trim_start();
        if let Some(end) = until {
            blank(line, &mut out);
            let ends = if end == "```" { begins.starts_with(end) } else { line.contains(end) };
            until = (!ends).then_some(end);
        } else if begins.starts_with("```python") || begins.starts_with("```text") {
            // Its title is text.
            out.push_str(line);
            until = Some("```");
        } else if let Some(value) = code_value(begins) {
            blank(line, &mut out);
            let quotes = ["'''", "\"\"\""].into_iter().find(|it| value.starts_with(it));
            until = quotes.filter(|it| !value[it.len()..].contains(it));
        } else {
            between_backticks(line, &mut out);
        }
    }
    out
}

/// What stands behind a key of TOML whose value is code.
fn code_value(line: &str) -> Option<&str> {
    let (key, value) = line.split_once('=')?;
    CODE.contains(&key.trim()).then(|| value.trim_start())
}

/// Code begins and ends with as many backticks.
fn between_backticks(line: &str, out: &mut String) {
    let mut rest = line;
    while let Some(at) = rest.find('`') {
        let ticks = rest[at..].bytes().take_while(|byte| *byte == b'`').count();
        let (fence, behind) = (&rest[at..at + ticks], &rest[at + ticks..]);
        let end = behind.find(fence).map_or(0, |end| end + ticks);
        out.push_str(&rest[..at]);
        blank(&rest[at..at + ticks + end], out);
        rest = &behind[end..];
    }
    out.push_str(rest);
}

fn blank(code: &str, out: &mut String) {
    out.extend(code.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let mut notes = Notes::new("x.md");
        check(text, &mut notes);
        notes.problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_mark_is_told_at_its_line() {
        let marks =
            ["TODO: more", "(FIXME)", "XXX", "it is TBD.", "Lorem ipsum", "Not written yet.", "why ???"];
        for mark in marks {
            let told = told(&format!("é one\n\n{mark}\n"));
            assert_eq!(told.len(), 1, "{mark}: {told:?}");
            assert!(told[0].starts_with("x.md:3: unfinished: `"), "{told:?}");
            assert!(told[0].ends_with("`. Write what belongs there, or take it out"), "{told:?}");
        }
        assert_eq!(told("It is not\nwritten\nyet.\nTODO\n").len(), 2);
    }

    #[test]
    fn words_that_are_none_and_code_are_let_be() {
        for text in [
            "MAXXX, TODOS, dolorem, a to-do; why??",
            "In `# TODO` and ``XXX`` somebody",
            "```python A listing\n# TODO\n```\n",
            "source = '''\n# TODO\n'''\n",
            "source = \"# TODO\"\n",
            "listing = \"\"\"\n???\n\"\"\"\n",
        ] {
            assert_eq!(told(text), Vec::<String>::new(), "{text}");
        }
        for text in [
            "```python TODO\n```\n",
            "```python A\n# TODO\n```\nTODO\n",
            "source = '''x'''\nask = \"TODO\"\n",
            "source = '''\n'''\nTODO\n",
            "a `code` and TODO\n",
            "one ` TODO\n",
        ] {
            assert_eq!(told(text).len(), 1, "{text}");
        }
    }
}
