//! What a listing picks up on its way from a page into a text: prompts, numbers of lines, typographers' quotes, mixed tabs.

use super::Found;
use super::draft::Edit;
use super::reader::{Kind, Words};

/// The row of the curriculum for what does not even parse.
pub(super) const ROW: &str = "B23";

/// What is no program text at all, with its repair.
pub(super) fn find(words: &Words<'_>) -> Vec<Found> {
    let text = words.slice(0..words.len());
    let mut found = prompts(words, text);
    if found.is_empty() {
        found = numbers(text);
    }
    if found.is_empty() {
        found = fences(text);
    }
    if found.is_empty() {
        found = characters(words);
    }
    if found.is_empty() {
        found = tabs(words);
    }
    found
}

/// Each line with where it begins, without its end.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split('\n').map(move |line| {
        let start = at;
        at += line.len() + 1;
        (start, line)
    })
}

/// Lines copied from the interactive Python: prompts go, what it answered becomes a comment.
fn prompts(words: &Words<'_>, text: &str) -> Vec<Found> {
    let prompt = |line: &str| line.starts_with(">>> ") || line.trim_end() == ">>>";
    let strings: Vec<_> = words.words.iter().filter(|word| word.kind == Kind::Str).collect();
    let in_string = |at: usize| {
        let before = strings.partition_point(|word| word.start < at).checked_sub(1);
        before.is_some_and(|k| at < strings[k].end)
    };
    if !lines(text).any(|(start, line)| prompt(line) && !in_string(start)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (start, line) in lines(text) {
        let (edit, what) = if prompt(line) || line.starts_with("... ") || line.trim_end() == "..." {
            let end = start + line.len().min(4);
            (
                Edit::replace(start..end, ""),
                "`>>>` and `...` are the prompts of the interactive Python, no part of a program (SyntaxError).",
            )
        } else if !line.trim().is_empty() {
            (Edit::insert(start, "# "), "This is what the interactive Python answered, no part of a program.")
        } else {
            continue;
        };
        let kind = if what.starts_with("This") { "answer" } else { "prompt" };
        found.push(Found { kind, ..Found::sure(ROW, start..start + line.len(), what) }.with([edit]));
    }
    found
}

/// Numbers before every line.
fn numbers(text: &str) -> Vec<Found> {
    // For each line: where it begins, how long its number is with its mark, and with the spaces after it.
    let mut numbered: Vec<(usize, usize, usize)> = Vec::new();
    let mut last = 0;
    for (start, line) in lines(text).filter(|(_, line)| !line.trim().is_empty()) {
        let body = line.trim_start_matches([' ', '\t']);
        let digits = body.find(|c: char| !c.is_ascii_digit()).unwrap_or(body.len());
        let number: u32 = body[..digits].parse().unwrap_or(0);
        let after = &body[digits..];
        let mark = usize::from(after.starts_with(['.', ':', '|', ')']));
        let rest = &after[mark..];
        if number <= last || !rest.is_empty() && !rest.starts_with([' ', '\t']) {
            return Vec::new();
        }
        last = number;
        let len = line.len() - rest.len();
        let spaces = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        numbered.push((start, len, if rest.trim().is_empty() { usize::MAX } else { len + spaces }));
    }
    if numbered.len() < 3 {
        return Vec::new();
    }
    // Where all lines begin in one column, that is the program's first; else one space follows each number.
    let column = numbered.iter().map(|line| line.2).min().unwrap_or(0);
    let aligned = numbered.iter().all(|line| line.2 == usize::MAX || line.1 < column);
    let what = "The numbers of the lines were copied with the program (SyntaxError).";
    let found = numbered.into_iter().map(|(start, len, code)| {
        let end = start
            + if code == usize::MAX {
                len
            } else if aligned {
                column
            } else {
                len + 1
            };
        Found { kind: "number", ..Found::sure(ROW, start..end, what) }.with([Edit::replace(start..end, "")])
    });
    found.collect()
}

/// Fences of Markdown around a listing.
fn fences(text: &str) -> Vec<Found> {
    let fence = |line: &str| line.trim_start().starts_with("```");
    let what = "This line belongs to the page that the program stood on, not to the program (SyntaxError).";
    let found = lines(text).filter(|(_, line)| fence(line));
    found
        .map(|(start, line)| {
            Found { kind: "fence", ..Found::sure(ROW, start..start + line.len(), what) }
                .with([Edit::insert(start, "# ")])
        })
        .collect()
}

/// Characters that Python does not know, of which it is known what they were.
fn characters(words: &Words<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for word in words.words.iter().filter(|word| word.kind == Kind::Odd) {
        let text = words.text(word);
        let meant = match text {
            "“" | "”" | "„" | "″" => "\"",
            "‘" | "’" | "‚" | "′" => "'",
            "\u{a0}" | "\u{2002}" | "\u{2003}" | "\u{2009}" | "\u{202f}" | "\u{3000}" => " ",
            "\u{200b}" | "\u{200c}" | "\u{200d}" | "\u{2060}" | "\u{feff}" | "\0" => "",
            "–" | "−" => "-",
            "…" => "...",
            _ => continue,
        };
        let code = text.chars().next().map_or(0, |c| c as u32);
        let what = format!(
            "The character U+{code:04X} was put there by a page or a word processor; Python wants plain quotes, spaces and signs (SyntaxError)."
        );
        let range = word.start..word.end;
        found.push(
            Found { kind: "character", ..Found::sure(ROW, range.clone(), what) }
                .with([Edit::replace(range, meant)]),
        );
    }
    found
}

/// Indentation by tabs and spaces that Python 3 cannot compare.
fn tabs(words: &Words<'_>) -> Vec<Found> {
    let all = &words.words;
    let starts: Vec<_> = (0..all.len()).filter(|k| *k == 0 || all[k - 1].kind == Kind::Newline).collect();
    let mut stack = vec![(0, 0)];
    let mut bad = None;
    for word in starts.iter().map(|k| &all[*k]).filter(|word| word.first) {
        let indent = words.indent(word.start);
        let now = (wide(indent, 8), wide(indent, 1));
        while stack.last().is_some_and(|top| top.0 > now.0) {
            stack.pop();
        }
        let top = stack.last().copied().unwrap_or((0, 0));
        let agree = if now.0 > top.0 { now.1 > top.1 } else { now.1 == top.1 };
        if now.0 > top.0 {
            stack.push(now);
        }
        if !agree {
            bad = Some(word.start);
            break;
        }
    }
    let Some(bad) = bad else { return Vec::new() };
    let mut edits = Vec::new();
    let mut before = 0;
    for word in all {
        // Every line that begins outside of a string.
        let line = words.line_start(word.start);
        let indent = words.indent(word.start);
        if line >= before && line + indent.len() == word.start && indent.contains('\t') {
            edits.push(Edit::replace(line..word.start, " ".repeat(wide(indent, 8))));
        }
        before = word.end;
    }
    let what = "Tabs and spaces are mixed in the indentation: Python 2 took a tab for up to eight spaces, Python 3 refuses to guess (TabError).";
    vec![Found { kind: "tabs and spaces mixed", ..Found::sure("C37", bad..bad + 1, what) }.with(edits)]
}

/// How wide an indentation is if tabs stop at each `stop` columns.
fn wide(indent: &str, stop: usize) -> usize {
    indent.bytes().fold(0, |at, byte| if byte == b'\t' { (at / stop + 1) * stop } else { at + 1 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notes::draft::Draft;

    fn tidied(text: &str) -> String {
        let edits: Vec<_> = find(&Words::read(text))
            .into_iter()
            .flat_map(|found| found.edits)
            .map(|edit| (edit, None))
            .collect();
        Draft::new(text).with(&edits).text().to_owned()
    }

    #[test]
    fn prompts_numbers_quotes_and_tabs_go() {
        assert_eq!(tidied(">>> x = 1\n>>> x\n1\n"), "x = 1\nx\n# 1\n");
        let quoted = "'''\n>>> x\n'''\n";
        assert_eq!(tidied(quoted), quoted);
        assert_eq!(tidied("1 a\n2   b\n\n10 c\n"), "a\n  b\n\nc\n");
        assert_eq!(tidied("1   a:\n2     b\n10  c\n"), "a:\n  b\nc\n");
        assert_eq!(tidied("print(“a”)\u{a0}\n"), "print(\"a\") \n");
        assert_eq!(tidied("if x:\n\ta\t=\t1\n        b\n"), "if x:\n        a\t=\t1\n        b\n");
        assert_eq!(tidied("if x:\n\ta\n\tb = '''\n\t'''\n"), "if x:\n\ta\n\tb = '''\n\t'''\n");
    }
}
