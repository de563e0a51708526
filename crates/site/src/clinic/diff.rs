//! Programs by lines: as they stand, and as they change.

use std::fmt::Write as _;

use lessons::escape;
use similar::{Algorithm, Change, ChangeTag, capture_diff_slices};

use crate::texts::clinic::{ADDED, REMOVED};

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line<'t> {
    Stays(&'t str),
    Goes(&'t str),
    Comes(&'t str),
}

/// The lines of `text` with their numbers; line 3 has the id `ID-line-3`.
pub(crate) fn plain(text: &str, id: &str) -> String {
    let mut out = String::from("<ol class=\"lines\" translate=\"no\">\n");
    for (number, line) in (1..).zip(text.lines()) {
        let _ = writeln!(out, "<li id=\"{}-line-{number}\"><code>{}</code></li>", escape(id), escape(line));
    }
    out + "</ol>\n"
}

/// All lines of both texts, those that go and those that come marked. A line that comes has a number, one that goes has none.
pub(crate) fn changed(old: &str, new: &str) -> String {
    let mut out = String::from("<ol class=\"lines\" translate=\"no\">\n");
    for line in diff(old, new) {
        let _ = match line {
            Line::Stays(text) => writeln!(out, "<li><code>{}</code></li>", escape(text)),
            Line::Goes(text) => writeln!(
                out,
                "<li class=\"goes\"><span class=\"sr\">{REMOVED}</span><del><code>{}</code></del></li>",
                escape(text)
            ),
            Line::Comes(text) => writeln!(
                out,
                "<li class=\"comes\"><span class=\"sr\">{ADDED}</span><ins><code>{}</code></ins></li>",
                escape(text)
            ),
        };
    }
    out + "</ol>\n"
}

/// The lines of both texts in order; what goes stands before what comes in its place.
fn diff<'t>(old: &'t str, new: &'t str) -> Vec<Line<'t>> {
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    let lines = capture_diff_slices(Algorithm::Myers, &old, &new);
    let line = |change: Change<&'t str>| match change.tag() {
        ChangeTag::Equal => Line::Stays(change.value()),
        ChangeTag::Delete => Line::Goes(change.value()),
        ChangeTag::Insert => Line::Comes(change.value()),
    };
    lines.iter().flat_map(|it| it.iter_changes(&old, &new)).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_few_lines_change_as_can() {
        use Line::{Comes, Goes, Stays};
        let found = diff("a\nb\nc\nd\n", "a\nB\nc\ne\nd\n");
        assert_eq!(found, [Stays("a"), Goes("b"), Comes("B"), Stays("c"), Comes("e"), Stays("d")]);
        assert_eq!(diff("a\n", ""), [Goes("a")]);
    }

    #[test]
    fn whoever_listens_hears_what_changes() {
        let html = changed("a < b\n", "a > b\n");
        assert!(html.contains("Removed: </span><del><code>a &lt; b</code></del>"), "{html}");
        assert!(html.contains("Added: </span><ins><code>a &gt; b</code></ins>"), "{html}");
    }
}
