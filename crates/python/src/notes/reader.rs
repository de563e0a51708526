//! Words of a listing, read without a grammar: strings, names, brackets and where statements begin, for either Python and for
//! text that is neither.

use std::ops::Range;

/// What a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Name,
    Number,
    /// A string with its prefix and quotes, closed or not.
    Str,
    /// An operator or bracket.
    Op,
    /// The end of a statement's line.
    Newline,
    Comment,
    /// A character that Python does not know.
    Odd,
}

/// One word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// How many brackets are open before it.
    pub(super) depth: u32,
    /// A statement begins here.
    pub(super) first: bool,
}

/// A bracket that was opened and never closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unclosed {
    pub(super) opened: usize,
    /// Where its closing bracket is missing: after the last word of its statement.
    pub(super) missing: usize,
    pub(super) closer: char,
}

/// A listing's words.
#[derive(Clone, Debug, Default)]
pub(super) struct Words<'a> {
    text: &'a str,
    pub(super) words: Vec<Word>,
    pub(super) unclosed: Vec<Unclosed>,
    /// Closing brackets that close nothing.
    pub(super) extra: Vec<usize>,
    /// Strings without their closing quote.
    pub(super) open_strings: Vec<Range<usize>>,
}

/// Words with which a statement with a block begins.
pub(super) const COMPOUND: [&str; 13] = [
    "async", "class", "def", "elif", "else", "except", "finally", "for", "if", "match", "try", "while",
    "with",
];
/// Words that only a statement begins with.
const STARTS: [&str; 17] = [
    "assert", "break", "class", "continue", "def", "del", "elif", "except", "finally", "global", "import",
    "nonlocal", "pass", "raise", "return", "try", "while",
];
/// Words that may stand between two operands.
const INFIX: [&str; 9] = ["and", "as", "else", "for", "from", "if", "in", "is", "or"];

impl<'a> Words<'a> {
    pub(super) fn read(text: &'a str) -> Self {
        let mut reader = Reader { out: Words { text, ..Words::default() }, at: 0, open: Vec::new() };
        reader.run();
        reader.out.mark_statements();
        reader.out
    }

    pub(super) fn text(&self, word: &Word) -> &'a str {
        &self.text[word.start..word.end]
    }

    /// The text of word `k`, or nothing.
    pub(super) fn at(&self, k: usize) -> &'a str {
        self.words.get(k).map_or("", |word| self.text(word))
    }

    /// Whether word `k` is this operator or name.
    pub(super) fn is(&self, k: usize, text: &str) -> bool {
        self.words
            .get(k)
            .is_some_and(|word| matches!(word.kind, Kind::Op | Kind::Name) && self.text(word) == text)
    }

    pub(super) fn kind(&self, k: usize) -> Option<Kind> {
        self.words.get(k).map(|word| word.kind)
    }

    /// The length of the text, in bytes.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Where the line with byte `at` begins.
    pub(super) fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |n| n + 1)
    }

    /// A part of the text.
    pub(super) fn slice(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or("")
    }

    /// The white space that the line with byte `at` begins with.
    pub(super) fn indent(&self, at: usize) -> &'a str {
        let line = &self.text[self.line_start(at)..];
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    }

    /// The word that ends the statement that begins with word `k`: its newline, comment or semicolon, or the number of words.
    pub(super) fn end_of(&self, k: usize) -> usize {
        let depth = self.words.get(k).map_or(0, |word| word.depth);
        let ends = |word: &Word| {
            word.kind == Kind::Newline
                || word.depth <= depth
                    && (word.kind == Kind::Comment || word.kind == Kind::Op && self.text(word) == ";")
        };
        self.words[k.min(self.words.len())..].iter().position(ends).map_or(self.words.len(), |n| k + n)
    }

    /// The word that closes the bracket that is word `k`.
    pub(super) fn closing(&self, k: usize) -> Option<usize> {
        let depth = self.words.get(k)?.depth;
        let closes = |word: &Word| {
            word.kind == Kind::Op && word.depth == depth + 1 && matches!(self.text(word), ")" | "]" | "}")
        };
        self.words[k + 1..].iter().position(closes).map(|n| k + 1 + n)
    }

    /// Says of each word whether a statement begins there.
    fn mark_statements(&mut self) {
        let mut begins = true;
        let mut compound = false;
        let mut lambdas = 0;
        for k in 0..self.words.len() {
            let (kind, depth) = (self.words[k].kind, self.words[k].depth);
            let text = self.at(k);
            match kind {
                Kind::Newline => begins = true,
                Kind::Comment => {}
                _ => {
                    self.words[k].first = begins;
                    if begins {
                        compound = kind == Kind::Name && COMPOUND.contains(&text);
                        lambdas = 0;
                        begins = false;
                    }
                    match text {
                        ";" if depth == 0 => begins = true,
                        "lambda" if depth == 0 => lambdas += 1,
                        ":" if depth == 0 && lambdas > 0 => lambdas -= 1,
                        ":" if depth == 0 && compound => begins = true,
                        _ => {}
                    }
                }
            }
        }
    }
}

/// Reads on from a place in the text.
struct Reader<'a> {
    out: Words<'a>,
    at: usize,
    /// The brackets that are open.
    open: Vec<(usize, char)>,
}

impl Reader<'_> {
    fn run(&mut self) {
        while let Some(c) = self.rest().chars().next() {
            match c {
                ' ' | '\t' | '\r' | '\u{c}' => self.at += 1,
                '\n' => self.newline(),
                '#' => {
                    let len = self.rest().find('\n').unwrap_or(self.rest().len());
                    self.push(Kind::Comment, len);
                }
                '\\' if self.rest()[1..].trim_start_matches([' ', '\r']).starts_with('\n') => {
                    self.at += self.rest().find('\n').map_or(1, |n| n + 1);
                }
                _ => self.word(c),
            }
        }
        self.give_up();
    }

    fn rest(&self) -> &str {
        &self.out.text[self.at..]
    }

    fn push(&mut self, kind: Kind, len: usize) {
        let (start, end) = (self.at, self.at + len);
        self.out.words.push(Word { kind, start, end, depth: self.open.len() as u32, first: false });
        self.at = end;
    }

    fn word(&mut self, c: char) {
        let rest = self.rest();
        let prefix = rest.find(|c: char| !"rRbBuUfFtT".contains(c)).unwrap_or(rest.len());
        if prefix <= 2 && rest[prefix..].starts_with(['"', '\'']) {
            return self.string(prefix);
        }
        if c.is_alphabetic() || c == '_' {
            let len = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            return self.push(Kind::Name, len);
        }
        if c.is_ascii_digit() || c == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit()) {
            let len = number_len(rest);
            return self.push(Kind::Number, len);
        }
        match c {
            '(' | '[' | '{' => {
                let closer = if c == '(' {
                    ')'
                } else if c == '[' {
                    ']'
                } else {
                    '}'
                };
                let opened = self.at;
                self.push(Kind::Op, 1);
                self.open.push((opened, closer));
            }
            ')' | ']' | '}' => {
                let at = self.at;
                self.push(Kind::Op, 1);
                if self.open.pop().is_none() {
                    self.out.extra.push(at);
                }
            }
            _ => {
                let len = operator_len(rest);
                let kind = if len == 0 { Kind::Odd } else { Kind::Op };
                self.push(kind, len.max(c.len_utf8()));
            }
        }
    }

    /// A string whose quotes begin after `prefix` bytes.
    fn string(&mut self, prefix: usize) {
        let body = &self.rest()[prefix..];
        let quote = &body[..1];
        let triple = quote.repeat(3);
        let (len, closed) = if body.starts_with(&triple) {
            body[3..].find(&triple).map_or((body.len(), false), |at| (at + 6, true))
        } else {
            short_len(body)
        };
        if !closed {
            let start = self.at;
            self.out.open_strings.push(start..start + prefix + len);
        }
        self.push(Kind::Str, prefix + len);
    }

    /// The end of a line: of a statement, unless brackets are open and the next line can go on with what this one began.
    fn newline(&mut self) {
        if !self.open.is_empty() {
            if self.goes_on() {
                self.at += 1;
                return;
            }
            self.give_up();
        }
        if self.out.words.last().is_some_and(|word| word.kind != Kind::Newline) {
            self.push(Kind::Newline, 1);
        } else {
            self.at += 1;
        }
    }

    /// Notes every open bracket as never closed.
    fn give_up(&mut self) {
        let missing =
            self.out.words.iter().rev().find(|word| !matches!(word.kind, Kind::Newline | Kind::Comment));
        let missing = missing.map_or(0, |word| word.end);
        while let Some((opened, closer)) = self.open.pop() {
            self.out.unclosed.push(Unclosed { opened, missing, closer });
        }
    }

    /// Whether the next line may be a part of what stands in the open brackets.
    fn goes_on(&self) -> bool {
        let next = self.rest().trim_start();
        let next = next.split('\n').map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
        let Some(line) = next else { return true };
        let len = line.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(line.len());
        let (name, after) = line.split_at(len);
        if name.is_empty() {
            return true;
        }
        let other = |c: char| !c.is_alphanumeric() && c != '_';
        if STARTS.contains(&name) && (after.is_empty() || after.starts_with(other)) {
            return false;
        }
        if after.starts_with(['"', '\'']) || INFIX.contains(&name) || name == "not" {
            return true;
        }
        let last = self.out.words.iter().rev().find(|word| !matches!(word.kind, Kind::Comment));
        let Some(last) = last else { return true };
        let operand = match last.kind {
            Kind::Name => {
                !INFIX.contains(&self.out.text(last))
                    && !["lambda", "not", "print"].contains(&self.out.text(last))
            }
            Kind::Number | Kind::Str => true,
            Kind::Op => matches!(self.out.text(last), ")" | "]" | "}"),
            Kind::Newline | Kind::Comment | Kind::Odd => false,
        };
        !operand
    }
}

/// The length of a string in single quotes that `body` begins with, and whether it is closed on its line.
fn short_len(body: &str) -> (usize, bool) {
    let quote = body.as_bytes()[0];
    let mut escaped = false;
    for (at, byte) in body.bytes().enumerate().skip(1) {
        match byte {
            b'\n' if !escaped => return (at, false),
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            _ if byte == quote => return (at + 1, true),
            _ => {}
        }
    }
    (body.len(), false)
}

fn number_len(rest: &str) -> usize {
    let mut len = 0;
    let bytes = rest.as_bytes();
    while let Some(&byte) = bytes.get(len) {
        let exponent = matches!(byte, b'+' | b'-')
            && len > 0
            && matches!(bytes[len - 1], b'e' | b'E')
            && !rest.starts_with("0x")
            && !rest.starts_with("0X");
        if !byte.is_ascii_alphanumeric() && byte != b'.' && byte != b'_' && !exponent {
            break;
        }
        len += 1;
    }
    len
}

/// The length of the operator that `rest` begins with; 0 for none.
fn operator_len(rest: &str) -> usize {
    const OPERATORS: [&str; 26] = [
        "**=", "//=", ">>=", "<<=", "...", "!=", "<>", "==", "<=", ">=", ":=", "->", "**", "//", ">>", "<<",
        "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@=", "&&",
    ];
    if let Some(operator) = OPERATORS.iter().find(|operator| rest.starts_with(**operator)) {
        return operator.len();
    }
    usize::from(rest.starts_with(|c: char| "+-*/%@<>=.,:;&|^~`".contains(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        let words = Words::read(text);
        words.words.iter().map(|word| words.text(word)).collect()
    }

    #[test]
    fn strings_numbers_and_operators_are_words() {
        assert_eq!(words("ur'a b' + 0777L<>b\"\\\"\""), ["ur'a b'", "+", "0777L", "<>", "b\"\\\"\""]);
        assert_eq!(words("x = '''a\nb''' # c\n"), ["x", "=", "'''a\nb'''", "# c", "\n"]);
        assert_eq!(words("1e-5 0x1e-5"), ["1e-5", "0x1e", "-", "5"]);
    }

    #[test]
    fn statements_begin_after_newlines_semicolons_and_blocks() {
        let words = Words::read("if x: print 1; print {1: lambda: 2}\ny\n");
        let first: Vec<_> =
            words.words.iter().filter(|word| word.first).map(|word| words.text(word)).collect();
        assert_eq!(first, ["if", "print", "print", "y"]);
    }

    #[test]
    fn a_bracket_is_given_up_where_the_next_line_cannot_go_on() {
        let missing = |text: &str| Words::read(text).unclosed.iter().map(|it| it.missing).collect::<Vec<_>>();
        assert_eq!(missing("s.bind(('', 9000)\ns.listen(5)\n"), [17]);
        assert_eq!(missing("f(1,\n  2)\n"), [] as [usize; 0]);
        assert_eq!(missing("f(a\n  for a in b\n  if a)\n"), [] as [usize; 0]);
        assert_eq!(missing("f(('a'\nwhile True:\n  pass\n"), [6, 6]);
        assert_eq!(missing("print('a'\n      'b')\n"), [] as [usize; 0]);
        assert_eq!(Words::read("f(1))\n").extra, [4]);
    }
}
