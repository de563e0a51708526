//! A program's lines with their numbers, and signs at some of them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::text::escape;

/// A sign at a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    /// The line, from 1.
    pub line: u32,
    /// The number in the sign: a finding's, from 1.
    pub sign: usize,
    /// The class of sign and line: `bad`, `note` or `mended`.
    pub kind: &'static str,
    /// What whoever listens hears in front of the line.
    pub says: String,
}

/// The lines of `text` as a list; line 3 has the id `ID-line-3`.
#[must_use]
pub fn program(text: &str, signs: &[At], id: &str) -> String {
    let mut at_line: BTreeMap<u32, Vec<&At>> = BTreeMap::new();
    for sign in signs {
        at_line.entry(sign.line).or_default().push(sign);
    }
    let mut out = String::from("<ol class=\"numbered\" translate=\"no\">\n");
    for (number, line) in (1_u32..).zip(text.lines()) {
        let here = at_line.get(&number).map(Vec::as_slice).unwrap_or_default();
        let kinds = || here.iter().map(|at| at.kind);
        let kind = kinds().find(|kind| *kind != "note").or(kinds().next());
        let class = kind.map(|kind| format!(" class=\"{kind}\"")).unwrap_or_default();
        let _ = write!(out, "<li id=\"{id}-line-{number}\"{class}>");
        if !here.is_empty() {
            out.push_str("<span class=\"signs-here\">");
        }
        for at in here {
            let _ = write!(
                out,
                "<span class=\"sign {}\"><span class=\"sr\">{} </span>{}</span>",
                at.kind,
                escape(&at.says),
                at.sign
            );
        }
        if !here.is_empty() {
            out.push_str("</span>");
        }
        let _ = writeln!(out, "<code>{}</code></li>", escape(line));
    }
    out.push_str("</ol>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_has_its_number_and_its_signs() {
        let at = |line, sign, kind| At { line, sign, kind, says: "Mistake".into() };
        let html = program("a < b\n\nc\n", &[at(3, 1, "note"), at(3, 2, "bad")], "x");
        assert!(html.contains("<li id=\"x-line-1\"><code>a &lt; b</code></li>"), "{html}");
        assert!(html.contains("<li id=\"x-line-2\"><code></code></li>"), "{html}");
        assert!(
            html.contains(
                "<li id=\"x-line-3\" class=\"bad\"><span class=\"signs-here\"><span class=\"sign note\">"
            ),
            "{html}"
        );
        assert_eq!(html.matches("<li").count(), 3);
    }
}
