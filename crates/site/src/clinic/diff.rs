//! Programs by lines: as they stand, and as they change.

use std::fmt::Write as _;

use lessons::escape;

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
                "<li class=\"goes\"><span class=\"sr\">Removed: </span><del><code>{}</code></del></li>",
                escape(text)
            ),
            Line::Comes(text) => writeln!(
                out,
                "<li class=\"comes\"><span class=\"sr\">Added: </span><ins><code>{}</code></ins></li>",
                escape(text)
            ),
        };
    }
    out + "</ol>\n"
}

/// The shortest way from one text to the other; what goes stands before what comes in its place.
fn diff<'t>(old: &'t str, new: &'t str) -> Vec<Line<'t>> {
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    // How many lines from here on can stay.
    let mut stay = vec![vec![0_u32; new.len() + 1]; old.len() + 1];
    for a in (0..old.len()).rev() {
        for b in (0..new.len()).rev() {
            stay[a][b] =
                if old[a] == new[b] { stay[a + 1][b + 1] + 1 } else { stay[a + 1][b].max(stay[a][b + 1]) };
        }
    }
    let (mut a, mut b, mut lines) = (0, 0, Vec::new());
    while a < old.len() || b < new.len() {
        if a < old.len() && b < new.len() && old[a] == new[b] {
            lines.push(Line::Stays(old[a]));
            (a, b) = (a + 1, b + 1);
        } else if a < old.len() && (b == new.len() || stay[a + 1][b] >= stay[a][b + 1]) {
            lines.push(Line::Goes(old[a]));
            a += 1;
        } else {
            lines.push(Line::Comes(new[b]));
            b += 1;
        }
    }
    lines
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
