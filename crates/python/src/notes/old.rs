//! Python 2 in a listing, as patterns of words: what shows it, and what Python 3 writes instead.

use super::Found;
use super::draft::Edit;
use super::reader::{Kind, Words};
use super::tables::{GONE_MODULES, GONE_NAMES};

/// The row of the curriculum for what Python 3 does otherwise.
pub(super) const ROW: &str = "C37";

/// What of `words` is Python 2; `kind` says which sign it is.
pub(super) fn find(words: &Words<'_>) -> Vec<Found> {
    let mut old = Old { words, found: Vec::new() };
    for k in 0..words.words.len() {
        if words.words[k].first {
            old.statement(k);
        }
        old.word(k);
    }
    old.backticks();
    old.found
}

struct Old<'a, 'b> {
    words: &'b Words<'a>,
    found: Vec<Found>,
}

impl Old<'_, '_> {
    fn add(
        &mut self,
        kind: &'static str,
        words: std::ops::Range<usize>,
        what: impl Into<String>,
        edits: Vec<Edit>,
    ) {
        let all = &self.words.words;
        let Some(last) = words.end.checked_sub(1).and_then(|last| all.get(last)) else { return };
        let range = all[words.start].start..last.end.max(all[words.start].end);
        self.found.push(Found { kind, ..Found::sure(ROW, range, what) }.with(edits));
    }

    fn statement(&mut self, k: usize) {
        match self.words.at(k) {
            "print" => self.print(k),
            "except" => self.except(k),
            "raise" => self.raise(k),
            "exec" => self.exec(k),
            "import" => self.import(k),
            "from" => self.from(k),
            _ => {}
        }
    }

    fn print(&mut self, k: usize) {
        let words = self.words;
        let end = words.end_of(k);
        let starts_value = match words.kind(k + 1) {
            _ if k + 1 >= end => return self.bare_print(k, end),
            Some(Kind::Name) => !matches!(words.at(k + 1), "and" | "or" | "in" | "is" | "if" | "for"),
            Some(Kind::Number | Kind::Str) => true,
            Some(Kind::Op) => matches!(words.at(k + 1), "(" | "[" | "{" | "`" | ">>" | "-" | "~"),
            _ => false,
        };
        // `print[0] = x` and the like are of no program.
        if !starts_value
            || words.words[k + 1..end]
                .iter()
                .any(|it| it.depth == words.words[k].depth && words.text(it) == "=")
        {
            return;
        }
        if words.is(k + 1, "(") {
            let close = words.closing(k + 1);
            // In brackets as a whole: a call in Python 3, and the same in Python 2.
            let after = ["if", "and", "or", "in", "is", "not", "for", ".", ")", "]", "}"];
            if close.is_none_or(|close| close + 1 >= end || after.contains(&words.at(close + 1))) {
                return;
            }
        }
        let all = &words.words;
        let gap = all[k].end..all[k + 1].start;
        let mut edits = vec![Edit::replace(gap, "(")];
        let mut last = end - 1;
        let depth = all[k].depth;
        let mut tail = String::new();
        if words.is(k + 1, ">>") {
            let comma = (k + 2..end).find(|at| words.is(*at, ",") && all[*at].depth == depth);
            let file_end = comma.unwrap_or(end);
            let Some(first) = all.get(k + 2).filter(|_| k + 2 < file_end) else { return };
            tail.push_str(words.slice(first.start..all[file_end - 1].end));
            let rest =
                comma.and_then(|comma| all.get(comma + 1).filter(|_| comma + 1 < end)).map(|word| word.start);
            let gone = all[k].end..rest.unwrap_or(all[end - 1].end);
            edits = vec![Edit::replace(gone, "(")];
            tail = format!("{}file={tail}", if rest.is_some() { ", " } else { "" });
        } else if words.is(last, ",") && all[last].depth == depth && last > k + 1 {
            edits.push(Edit::replace(all[last].start..all[last].end, ""));
            tail.push_str(", end=\" \"");
            last -= 1;
        }
        edits.push(Edit::insert(all[last].end.max(edits[0].range.end), format!("{tail})")));
        let what = "`print` is a function in Python 3: without parentheses the program does not even start (SyntaxError).";
        self.add("print statement", k..end, what, edits);
    }

    /// `print` alone: an empty line in Python 2, nothing at all in Python 3. Only a sign if `print` is a statement elsewhere.
    fn bare_print(&mut self, k: usize, end: usize) {
        let elsewhere = self.found.iter().any(|found| found.kind == "print statement");
        if elsewhere {
            let edit = Edit::insert(self.words.words[k].end, "()");
            self.add(
                "print statement",
                k..end,
                "`print` alone prints an empty line in Python 2 and does nothing in Python 3.",
                vec![edit],
            );
        }
    }

    fn except(&mut self, k: usize) {
        let words = self.words;
        let all = &words.words;
        let depth = all[k].depth;
        let here = |at: &usize, text: &str| words.is(*at, text) && all[*at].depth == depth;
        let Some(colon) = (k + 1..words.end_of(k)).find(|at| here(at, ":")) else { return };
        let Some(comma) = (k + 1..colon).find(|at| here(at, ",")) else { return };
        if (k + 1..colon).any(|at| here(&at, "as")) || comma < k + 2 {
            return;
        }
        let what = "`except X, name` is Python 2; Python 3 wants `except X as name` (SyntaxError).";
        let gap = all[comma - 1].end..all[comma + 1].start;
        if comma + 2 == colon && words.kind(comma + 1) == Some(Kind::Name) {
            self.add("except X, name", k..colon, what, vec![Edit::replace(gap, " as ")]);
        } else if words.is(comma + 1, "(") && words.closing(comma + 1).is_some_and(|close| close + 1 == colon)
        {
            let parts = words.slice(all[comma + 2].start..all[colon - 1].start).trim().to_owned();
            let Some(first) = all.get(colon + 1) else { return };
            let body = (colon + 1..all.len())
                .find(|at| !matches!(words.kind(*at), Some(Kind::Newline | Kind::Comment)));
            let Some(body) = body.map(|at| &all[at]) else { return };
            let inline = !matches!(first.kind, Kind::Newline | Kind::Comment);
            let indent = words.indent(body.start);
            let with = if inline {
                format!("{parts} = error.args; ")
            } else {
                format!("{parts} = error.args\n{indent}")
            };
            let edits = vec![
                Edit::replace(all[comma - 1].end..all[colon].start, " as error"),
                Edit::insert(body.start, with),
            ];
            self.add("except X, name", k..colon, what, edits);
        }
    }

    fn raise(&mut self, k: usize) {
        let words = self.words;
        let all = &words.words;
        let end = words.end_of(k);
        let commas: Vec<_> =
            (k + 1..end).filter(|at| words.is(*at, ",") && all[*at].depth == all[k].depth).collect();
        let [comma] = commas[..] else { return };
        if comma == k + 1 || comma + 1 >= end {
            return;
        }
        let edits = vec![
            Edit::replace(all[comma - 1].end..all[comma + 1].start, "("),
            Edit::insert(all[end - 1].end, ")"),
        ];
        let what =
            "`raise X, text` is Python 2; Python 3 makes the exception first: `raise X(text)` (SyntaxError).";
        self.add("raise X, text", k..end, what, edits);
    }

    fn exec(&mut self, k: usize) {
        let words = self.words;
        let end = words.end_of(k);
        if matches!(words.kind(k + 1), Some(Kind::Name | Kind::Str)) && k + 1 < end {
            let gap = words.words[k].end..words.words[k + 1].start;
            let edits = vec![Edit::replace(gap, "("), Edit::insert(words.words[end - 1].end, ")")];
            self.add("exec statement", k..end, "`exec` is a function in Python 3 (SyntaxError).", edits);
        }
    }

    /// `import a, b`: modules that have another name now.
    fn import(&mut self, k: usize) {
        if self.tried(k) {
            return;
        }
        for at in k + 1..self.words.end_of(k) {
            let first = at == k + 1 || self.words.is(at - 1, ",");
            let Some(now) =
                first.then(|| GONE_MODULES.iter().find(|gone| gone.0 == self.words.at(at))).flatten()
            else {
                continue;
            };
            let word = &self.words.words[at];
            let named = self.words.is(at + 1, "as");
            let with = if named { now.1.to_owned() } else { format!("{} as {}", now.1, now.0) };
            let edit = Edit::replace(word.start..word.end, with);
            self.add("old module", at..at + 1, old_module(now), vec![edit]);
        }
    }

    fn from(&mut self, k: usize) {
        let Some(now) = GONE_MODULES.iter().find(|gone| gone.0 == self.words.at(k + 1)) else { return };
        if self.words.is(k + 2, "import") && !self.tried(k) {
            let word = &self.words.words[k + 1];
            let edit = Edit::replace(word.start..word.end, now.1);
            self.add("old module", k + 1..k + 2, old_module(now), vec![edit]);
        }
    }

    /// Whether the statement stands in a `try` or its `except`: there, programs ask which name a module has.
    fn tried(&self, k: usize) -> bool {
        let before = self.words.words[..k]
            .iter()
            .rev()
            .find(|word| !matches!(word.kind, Kind::Newline | Kind::Comment));
        let block = before.is_some_and(|word| self.words.text(word) == ":");
        let first = self.words.words[..k].iter().rposition(|word| word.first);
        block && first.is_some_and(|first| matches!(self.words.at(first), "try" | "except"))
    }

    fn word(&mut self, k: usize) {
        let words = self.words;
        let word = &words.words[k];
        let range = word.start..word.end;
        let text = words.text(word);
        match word.kind {
            Kind::Op if text == "<>" => {
                let what = "`<>` is Python 2 for `!=` (SyntaxError in Python 3).";
                self.add("`<>`", k..k + 1, what, vec![Edit::replace(range, "!=")]);
            }
            Kind::Number => self.number(k),
            Kind::Str => {
                let prefix = text.find(['"', '\'']).unwrap_or(0);
                if text[..prefix].eq_ignore_ascii_case("ur") {
                    let edit = Edit::replace(word.start..word.start + 1, "");
                    self.add(
                        "ur''",
                        k..k + 1,
                        "Python 3 has no `ur''`: every string is Unicode (SyntaxError).",
                        vec![edit],
                    );
                }
            }
            Kind::Name => self.name(k),
            _ => {}
        }
    }

    fn number(&mut self, k: usize) {
        let word = &self.words.words[k];
        let text = self.words.text(word);
        let digits = text.trim_end_matches(['l', 'L']);
        let hex = text.len() > 1 && !text.as_bytes()[1].is_ascii_digit() && text.starts_with('0');
        let plain = !digits.is_empty() && (hex || digits.bytes().all(|byte| byte.is_ascii_digit()));
        if digits.len() < text.len() && plain {
            let edit = Edit::replace(word.start + digits.len()..word.end, "");
            self.add(
                "10L",
                k..k + 1,
                "A long integer's `L` is Python 2: every int is long in Python 3 (SyntaxError).",
                vec![edit],
            );
        }
        let octal = digits.len() > 1
            && digits.starts_with('0')
            && digits.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
        if octal && digits.bytes().any(|byte| byte != b'0') {
            let edit = Edit::insert(word.start + 1, "o");
            let what = format!(
                "`{digits}` is octal in Python 2; Python 3 writes `0o{}` (SyntaxError).",
                &digits[1..]
            );
            self.add("octal 0777", k..k + 1, what, vec![edit]);
        }
    }

    /// Names and methods that are gone.
    fn name(&mut self, k: usize) {
        let words = self.words;
        let word = &words.words[k];
        let text = words.text(word);
        let after_dot = k > 0 && words.is(k - 1, ".");
        let called = words.is(k + 1, "(");
        if after_dot && called {
            let items = ["iteritems", "iterkeys", "itervalues"].contains(&text);
            if items && words.is(k + 2, ")") {
                let edit = Edit::replace(word.start..word.start + 4, "");
                let what = format!(
                    "`.{text}()` is Python 2; Python 3's `.{}()` does the same (AttributeError).",
                    &text[4..]
                );
                self.add(".iteritems()", k..k + 1, what, vec![edit]);
            }
            if text == "has_key" {
                self.has_key(k);
            }
            return;
        }
        let Some(gone) = GONE_NAMES.iter().find(|gone| gone.0 == text) else { return };
        let named = k > 0 && ["def", "class", "import", "as", "."].contains(&words.at(k - 1));
        let value = !words.is(k + 1, "=") && !named;
        let defined = (0..words.words.len()).any(|at| {
            words.at(at) == text
                && (words.is(at + 1, "=") && words.words[at].depth == 0
                    || at > 0 && ["def", "class", "import", "as", "for"].contains(&words.at(at - 1)))
        });
        // `long` and `file` are good names for a variable: they count only when they are called.
        if value && !defined && (called || !gone.2) {
            let edit = Edit::replace(word.start..word.end, gone.1);
            let what = format!("`{text}` is Python 2; in Python 3 it is `{}` (NameError).", gone.1);
            self.add(gone.0, k..k + 1, what, vec![edit]);
        }
    }

    /// `d.has_key(x)`, for a `d` that is a name with dots.
    fn has_key(&mut self, k: usize) {
        let words = self.words;
        let Some(close) = words.closing(k + 1) else { return };
        let mut from = k - 1;
        while from > 0
            && (words.kind(from - 1) == Some(Kind::Name) || words.is(from - 1, "."))
            && !words.words[from].first
        {
            if words.kind(from - 1) == Some(Kind::Name) && from != k - 1 && !words.is(from, ".") {
                break;
            }
            from -= 1;
        }
        let all = &words.words;
        if words.kind(from) != Some(Kind::Name) || close < k + 3 {
            return;
        }
        let dict = words.slice(all[from].start..all[k - 1].start);
        let key = words.slice(all[k + 2].start..all[close].start);
        let edit = Edit::replace(all[from].start..all[close].end, format!("({key} in {dict})"));
        self.add(
            ".has_key()",
            from..close + 1,
            "`.has_key(x)` is Python 2; Python 3 asks `x in …` (AttributeError).",
            vec![edit],
        );
    }

    /// Backticks, in pairs on a line.
    fn backticks(&mut self) {
        let mut open: Option<usize> = None;
        for k in 0..self.words.words.len() {
            match (self.words.at(k), open) {
                ("\n", _) => open = None,
                ("`", None) => open = Some(k),
                ("`", Some(from)) => {
                    let all = &self.words.words;
                    let edits = vec![
                        Edit::replace(all[from].start..all[from].end, "repr("),
                        Edit::replace(all[k].start..all[k].end, ")"),
                    ];
                    self.add(
                        "backticks",
                        from..k + 1,
                        "Backticks are Python 2 for `repr(…)` (SyntaxError in Python 3).",
                        edits,
                    );
                    open = None;
                }
                _ => {}
            }
        }
    }
}

fn old_module(gone: &(&str, &str)) -> String {
    format!("The module `{}` of Python 2 is `{}` in Python 3 (ModuleNotFoundError).", gone.0, gone.1)
}
