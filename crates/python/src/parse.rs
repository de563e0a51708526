//! Parsing, behind a scan that keeps any text from exhausting the stack.

use ruff_python_ast::{Mod, PythonVersion, Stmt};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};

use crate::complaints;
use crate::syntax::SyntaxFault;

/// Brackets within brackets (CPython takes 200; a debug build of the parser needs more stack than that has).
const BRACKETS: usize = 90;
/// Operators, attributes, calls and indexes in one expression.
const CHAIN: usize = 1000;
/// Operators before an operand, and others whose right side is parsed within the left.
const PREFIXES: usize = 90;
/// Indentation levels (CPython's own limit is 100).
const LEVELS: usize = 60;

/// The text as it is parsed: line ends made one character, a byte order mark dropped.
pub(crate) fn prepare(text: &str, file: &str) -> Result<String, SyntaxFault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    if let Some(at) = text.find('\0') {
        let says = "source code cannot contain null bytes".into();
        return Err(SyntaxFault::new(&text, file, at, "SyntaxError", says));
    }
    if let Some((at, class, says)) = too_deep(&text) {
        return Err(SyntaxFault::new(&text, file, at, class, says.into()));
    }
    Ok(text)
}

/// How deep one logical line goes so far.
#[derive(Default)]
struct Level {
    chain: usize,
    prefixes: usize,
}

/// Where a text nests deeper than is parsed.
fn too_deep(text: &str) -> Option<(usize, &'static str, &'static str)> {
    let bytes = text.as_bytes();
    let mut levels = vec![Level::default()];
    let (mut at, mut operand) = (0, false);
    let mut indents = vec![0_usize];
    let mut fresh = true;
    while at < bytes.len() {
        if fresh && levels.len() == 1 {
            let width = bytes[at..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
            let first = bytes.get(at + width);
            if !matches!(first, None | Some(b'\n' | b'#')) {
                while indents.last().is_some_and(|&top| top > width) {
                    indents.pop();
                }
                if indents.last() != Some(&width) {
                    indents.push(width);
                }
                if indents.len() > LEVELS {
                    return Some((at, "IndentationError", "too many levels of indentation"));
                }
            }
            at += width;
            fresh = false;
            continue;
        }
        let byte = bytes[at];
        match byte {
            b'#' => {
                at += bytes[at..].iter().take_while(|b| **b != b'\n').count();
                continue;
            }
            b'"' | b'\'' => {
                let end = skip_string(bytes, at);
                // What an f-string nests is parsed as well.
                let prefix = &bytes[at.saturating_sub(2)..at];
                if prefix.iter().any(|b| matches!(b, b'f' | b'F')) && nesting(&bytes[at..end]) > BRACKETS / 2
                {
                    return Some((at, "SyntaxError", "f-string: too many nested parentheses"));
                }
                at = end;
                operand = true;
                continue;
            }
            b'\n' | b',' | b';' => {
                fresh = byte == b'\n';
                if !levels.is_empty() && (byte != b'\n' || levels.len() == 1) {
                    levels.pop();
                    levels.push(Level::default());
                }
                operand = false;
            }
            b'(' | b'[' | b'{' => {
                if operand {
                    levels.last_mut()?.chain += 1;
                }
                levels.push(Level::default());
                operand = false;
                if levels.len() > BRACKETS {
                    return Some((at, "SyntaxError", "too many nested parentheses"));
                }
            }
            b')' | b']' | b'}' => {
                if levels.len() > 1 {
                    levels.pop();
                }
                operand = true;
            }
            b'+' | b'-' | b'~' | b'*' | b'/' | b'%' | b'@' | b'&' | b'|' | b'^' | b'<' | b'>' | b'='
            | b'!' => {
                let level = levels.last_mut()?;
                if operand {
                    level.chain += 1
                } else {
                    level.prefixes += 1
                }
                if byte == b'*' && bytes.get(at + 1) == Some(&b'*') {
                    level.prefixes += 1;
                    at += 1;
                }
                operand = false;
            }
            b'.' => levels.last_mut()?.chain += 1,
            b'_' | b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | 128.. => {
                let len = bytes[at..]
                    .iter()
                    .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_' || **b >= 128)
                    .count();
                let word = &text[at..at + len];
                let level = levels.last_mut()?;
                match word {
                    "not" | "lambda" | "await" | "yield" | "else" | "elif" => {
                        level.prefixes += 1;
                        operand = false;
                    }
                    "and" | "or" | "in" | "is" | "if" | "for" => {
                        level.chain += 1;
                        operand = false;
                    }
                    "return" | "del" | "assert" | "raise" | "from" | "import" | "while" | "with" => {
                        operand = false;
                    }
                    _ => operand = true,
                }
                at += len;
                if level.prefixes > PREFIXES || level.chain > CHAIN {
                    break;
                }
                continue;
            }
            _ => {}
        }
        let (chain, prefixes) =
            levels.iter().fold((0, 0), |sum, level| (sum.0 + level.chain, sum.1 + level.prefixes));
        if prefixes + levels.len() > PREFIXES + 2 || chain > CHAIN {
            return Some((at, "RecursionError", "maximum recursion depth exceeded during compilation"));
        }
        at += 1;
    }
    let deep = levels.iter().any(|level| level.prefixes > PREFIXES || level.chain > CHAIN);
    deep.then_some((at, "RecursionError", "maximum recursion depth exceeded during compilation"))
}

/// How deep the brackets of a text go, and how many of its operators stand in a row.
fn nesting(bytes: &[u8]) -> usize {
    let (mut depth, mut most, mut row) = (0_usize, 0, 0);
    for byte in bytes {
        row = if matches!(byte, b'-' | b'+' | b'~' | b' ') { row + usize::from(*byte != b' ') } else { 0 };
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        most = most.max(depth).max(row);
    }
    let words = bytes
        .windows(4)
        .filter(|word| matches!(*word, b"not " | b"lamb" | b"else" | b"*2**" | b"yiel"))
        .count();
    most.max(words)
}

/// The end of a string that begins at a quote.
fn skip_string(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let triple = bytes[start..].starts_with(&[quote; 3]);
    let mut at = start + if triple { 3 } else { 1 };
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'\n' if !triple => return at,
            b if b == quote && (!triple || bytes[at..].starts_with(&[quote; 3])) => {
                return at + if triple { 3 } else { 1 };
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// Parse a text that [`prepare`] has let through, as Python 3.11.
pub(crate) fn parse(text: &str, file: &str) -> Result<Vec<Stmt>, SyntaxFault> {
    let options = ParseOptions::from(Mode::Module).with_target_version(PythonVersion::PY311);
    let parsed = parse_unchecked(text, options);
    let wrong = parsed.errors().first().map(|error| complaints::of(text, error));
    let newer = || parsed.unsupported_syntax_errors().first().map(complaints::of_newer);
    if let Some(found) = complaints::of_tabs(text).or(wrong).or_else(newer) {
        return Err(SyntaxFault::new(text, file, found.at, found.class, found.says));
    }
    match parsed.into_syntax() {
        Mod::Module(module) => Ok(module.body.into_iter().collect()),
        // Only `Mode::Expression` makes one.
        Mod::Expression(_) => Ok(Vec::new()),
    }
}
