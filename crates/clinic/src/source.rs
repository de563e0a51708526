//! What a program's text says of itself: enough to tell one mistake from another, once a run has shown that there is one.

/// A program's text by lines, comments and blank space around them left out.
pub(crate) struct Source {
    lines: Vec<String>,
}

impl Source {
    pub(crate) fn new(text: &str) -> Self {
        let mut quote = None;
        Self { lines: text.lines().map(|line| code(line, &mut quote).trim().to_owned()).collect() }
    }

    /// The line of this number, from 1.
    pub(crate) fn line(&self, number: u32) -> &str {
        let at = (number as usize).checked_sub(1);
        at.and_then(|at| self.lines.get(at)).map_or("", String::as_str)
    }

    /// The first line for which this is so.
    pub(crate) fn find(&self, says: impl Fn(&str) -> bool) -> Option<u32> {
        self.lines.iter().position(|line| says(line)).map(|at| at as u32 + 1)
    }

    /// The line nearest to this one for which this is so, at most so many lines away.
    pub(crate) fn near(&self, line: u32, far: u32, says: impl Fn(&str) -> bool) -> Option<u32> {
        let places =
            (1..=self.lines.len() as u32).filter(|at| at.abs_diff(line) <= far && says(self.line(*at)));
        places.min_by_key(|at| at.abs_diff(line))
    }

    /// Every line for which this is so.
    pub(crate) fn all(&self, says: impl Fn(&str) -> bool) -> Vec<u32> {
        (1..=self.lines.len() as u32).filter(|at| says(self.line(*at))).collect()
    }

    /// Whether any line has this text.
    pub(crate) fn has(&self, text: &str) -> bool {
        self.find(|line| line.contains(text)).is_some()
    }
}

/// What of a line is no comment. `quote` is what ends the string that it begins in, if it begins in one.
fn code<'t>(line: &'t str, quote: &mut Option<&'static str>) -> &'t str {
    const QUOTES: [&str; 4] = ["\"\"\"", "'''", "\"", "'"];
    let mut at = 0;
    while let Some(next) = line[at..].chars().next() {
        let rest = &line[at..];
        at += next.len_utf8();
        match *quote {
            Some(_) if next == '\\' => at += line[at..].chars().next().map_or(0, char::len_utf8),
            Some(end) if rest.starts_with(end) => {
                at += end.len() - 1;
                *quote = None;
            }
            Some(_) => {}
            None if next == '#' => return &line[..at - 1],
            None => {
                *quote = QUOTES.into_iter().find(|it| rest.starts_with(it));
                at += quote.map_or(0, |it| it.len() - 1);
            }
        }
    }
    // Only three quotes go on behind the end of a line.
    *quote = quote.filter(|it| it.len() == 3);
    line
}

/// Whether a line sends without looking at what was taken.
pub(crate) fn ignores_count(line: &str) -> bool {
    let object = line.split(".send(").next().unwrap_or_default();
    object.len() < line.len()
        && object.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']'))
}

/// Whether a line compares something with the empty text.
pub(crate) fn compares_with_no_text(line: &str) -> bool {
    [
        "== ''",
        "!= ''",
        "== \"\"",
        "!= \"\"",
        "==''",
        "==\"\"",
        "!=''",
        "!=\"\"",
        "iter(",
        "in ('', ",
        "in (\"\", ",
    ]
    .iter()
    .any(|it| line.contains(it))
        && (!line.contains("iter(") || line.contains("''") || line.contains("\"\""))
        && !line.contains("b''")
        && !line.contains("b\"\"")
}

/// Whether a line asks whether something is None.
pub(crate) fn compares_with_none(line: &str) -> bool {
    ["is None", "is not None", "== None", "!= None"].iter().any(|it| line.contains(it))
}

/// The order of bytes that a line names for `struct`.
pub(crate) fn byte_order(line: &str) -> Option<bool> {
    // Without a sign it is the machine's own, which is little on all that matter here.
    let native = line.split("pack").skip(1).any(|rest| {
        let format =
            rest.trim_start_matches("_into").trim_start_matches("_from").trim_start_matches(['(', '\'', '"']);
        rest.starts_with(['(', '_']) && format.starts_with(['H', 'I', 'L', 'Q', 'h', 'i', 'l', 'q'])
    });
    let packs = line.contains("pack") || line.contains("Struct(") || line.contains("calcsize");
    let little = native || ["'<", "\"<", "'little'", "\"little\""].iter().any(|it| line.contains(it));
    let big = ["'>", "\">", "'!", "\"!", "'big'", "\"big\""].iter().any(|it| line.contains(it));
    match (packs || line.contains("_bytes("), little, big) {
        (true, true, false) => Some(true),
        (true, false, true) => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    #[test]
    fn a_comment_begins_outside_of_strings_alone() {
        let text = "s.send(b'#1')  # one\nx = \"it's # \\\" #\"#\n# all\ny = '''a # b\nc # d'\n''' # e\nz = '' # f\n";
        let source = Source::new(text);
        let lines: Vec<_> = (1..=7).map(|line| source.line(line)).collect();
        let code = ["s.send(b'#1')", "x = \"it's # \\\" #\"", "", "y = '''a # b", "c # d'", "'''", "z = ''"];
        assert_eq!(lines, code);
    }
}
