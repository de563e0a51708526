//! What a program's text says of itself: enough to tell one mistake from another, once a run has shown that there is one.

use std::ops::RangeInclusive;

/// A program's text by lines, comments and blank space around them left out.
pub(crate) struct Source {
    lines: Vec<String>,
    /// How far each line is set in.
    insets: Vec<usize>,
}

impl Source {
    pub(crate) fn new(text: &str) -> Self {
        let text = python::without_comments(text);
        let lines = text.lines().map(|line| line.trim().to_owned()).collect();
        let insets = text.lines().map(|line| line.len() - line.trim_start().len()).collect();
        Self { lines, insets }
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
    pub(crate) fn near(&self, line: u32, far: u32, says: impl Fn(&str, u32) -> bool) -> Option<u32> {
        let places =
            (1..=self.lines.len() as u32).filter(|at| at.abs_diff(line) <= far && says(self.line(*at), *at));
        places.min_by_key(|at| at.abs_diff(line))
    }

    /// Every line for which this is so.
    pub(crate) fn all(&self, says: impl Fn(&str) -> bool) -> Vec<u32> {
        (1..=self.lines.len() as u32).filter(|at| says(self.line(*at))).collect()
    }

    /// Whether a function uses this name and has it from outside: neither as a parameter nor by setting it.
    pub(crate) fn shares(&self, name: &str) -> bool {
        self.all(|line| line.starts_with("def ")).into_iter().any(|def| {
            let first = def as usize;
            let inset = self.insets[first - 1];
            let inside = |at: &usize| self.lines[*at].is_empty() || self.insets[*at] > inset;
            let body: Vec<_> =
                (first..self.lines.len()).take_while(inside).map(|at| &self.lines[at]).collect();
            let uses = body.iter().any(|line| has_word(line, name));
            let global = body.iter().any(|line| line.starts_with("global ") && has_word(line, name));
            let own = has_word(self.line(def), name) || body.iter().any(|line| sets(line, name));
            uses && (global || !own)
        })
    }

    /// The head of the nearest loop around a line, in the same function; the line itself where it is one.
    pub(crate) fn loop_around(&self, line: u32) -> Option<u32> {
        let is_loop = |at: u32| ["while ", "for "].iter().any(|it| self.line(at).starts_with(it));
        let mut outside = self.around(line);
        if is_loop(line) {
            return Some(line);
        }
        outside.find(|at| is_loop(*at) || self.line(*at).starts_with("def ")).filter(|at| is_loop(*at))
    }

    /// The lines of the function around a line; all where there is none.
    pub(crate) fn function_around(&self, line: u32) -> RangeInclusive<u32> {
        let def = self.around(line).find(|at| self.line(*at).starts_with("def "));
        def.map_or(1..=self.lines.len() as u32, |def| def..=self.end_of(def))
    }

    /// The last line of what this line is the head of.
    pub(crate) fn end_of(&self, head: u32) -> u32 {
        let inset = self.insets[head as usize - 1];
        let inside = |at: &u32| self.line(*at).is_empty() || self.insets[*at as usize - 1] > inset;
        (head + 1..=self.lines.len() as u32).take_while(inside).last().unwrap_or(head)
    }

    /// The heads that a line stands below, the nearest first.
    fn around(&self, line: u32) -> impl Iterator<Item = u32> {
        let inset = |at: u32| self.insets.get((at as usize).wrapping_sub(1)).copied().unwrap_or_default();
        let mut least = inset(line);
        (1..line).rev().filter(move |at| {
            let outside = !self.line(*at).is_empty() && inset(*at) < least;
            if outside {
                least = inset(*at);
            }
            outside
        })
    }

    /// Whether any line has this text.
    pub(crate) fn has(&self, text: &str) -> bool {
        self.find(|line| line.contains(text)).is_some()
    }
}

pub(crate) fn is_part_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

pub(crate) fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back().is_some_and(|c| is_part_of_word(c) || c == '.');
        let behind = line[at + word.len()..].chars().next().is_some_and(is_part_of_word);
        !before && !behind
    })
}

/// What a line sets: what stands before its `=`, behind `for` and behind `as`.
pub(crate) fn targets(line: &str) -> impl Iterator<Item = &str> {
    let comes = |line: &str| line.find('=').filter(|at| !line[at + 1..].starts_with('='));
    let set = comes(line)
        .map(|at| line[..at].trim_end_matches(':'))
        .filter(|it| !it.contains(['(', '[', '<', '>', '!']) || it.starts_with('('));
    let each = line.strip_prefix("for ").and_then(|rest| rest.split(" in ").next());
    let as_name = line.split_once(" as ").map(|(_, rest)| rest.trim_end_matches(':'));
    let all = set.into_iter().chain(each).chain(as_name).flat_map(|it| it.split(','));
    all.map(|it| it.trim_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')')))
}

fn sets(line: &str, name: &str) -> bool {
    targets(line).any(|it| it == name)
}

/// Where the connection that a line accepts is kept: its first target, and what is set to that elsewhere.
pub(crate) fn keeps_for_all(source: &Source, line: u32) -> bool {
    let Some(name) = targets(source.line(line)).next() else { return false };
    let another = |line: &str| {
        let is_copy = line.split_once('=').is_some_and(|(_, value)| value.trim() == name);
        is_copy.then(|| targets(line).next().map(str::to_owned)).flatten()
    };
    let copies = source.lines.iter().filter_map(|line| another(line));
    copies.chain([name.to_owned()]).any(|it| it.contains('.') || source.shares(&it))
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
    use super::{Source, keeps_for_all};

    #[test]
    fn a_connection_is_kept_for_all_in_a_global_an_attribute_or_a_copy_and_not_where_each_has_its_own() {
        let kept = |text: &str| {
            let source = Source::new(text);
            let line = source.find(|line| line.contains("accept"));
            keeps_for_all(&source, line.expect("it accepts"))
        };
        assert!(kept("def serve():\n    conn.recv(1)\nconn, addr = sock.accept()\n"));
        assert!(kept("def main():\n    global conn\n    conn = sock.accept()[0]\n"));
        assert!(kept("def run(self):\n    self.conn, addr = self.sock.accept()\n"));
        assert!(kept("def say():\n    now.send(b'')\nconn, addr = sock.accept()\nnow = conn\n"));
        assert!(!kept("def serve(conn):\n    conn.recv(1)\nconn, addr = sock.accept()\n"));
        assert!(!kept(
            "def tell():\n    for conn in all:\n        conn.send(b'')\nconn, addr = sock.accept()\n"
        ));
        assert!(!kept("def main():\n    conn, addr = sock.accept()\n    conn.recv(1)\n"));
        assert!(!kept("def serve(connection):\n    connection.close()\nconn, addr = sock.accept()\n"));
    }
}
