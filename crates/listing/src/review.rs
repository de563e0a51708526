//! What was found in a listing, in the order of its lines, and what the repaired program looks like.

use std::fmt::Write as _;

use python::notes::{Finding, Python, Repaired, Review};

use crate::Place;
use crate::program::{At, program};
use crate::text::{count, escape, list, sentence};

/// The most of a line that is quoted, in characters.
const QUOTE: usize = 90;
/// The most further lines that a sentence names; of more it says how many.
const ALSO: usize = 12;

/// The verdict and the findings. Each finding is `li[data-line]` with the number of its sign and its kind, `bad` or `note`.
#[must_use]
pub fn review(text: &str, review: &Review, place: &Place<'_>) -> String {
    let mut out = verdict(review, place);
    if let Some(why) = &review.unread {
        let _ = writeln!(out, "<p class=\"unread\">{}</p>", sentence(why));
    }
    let _ = writeln!(out, "<p class=\"count\">{}</p>", tally(review));
    if !review.findings.is_empty() {
        let lines: Vec<&str> = text.lines().collect();
        out.push_str("<ol class=\"finds\">\n");
        for (k, finding) in review.findings.iter().enumerate() {
            out.push_str(&item(k, finding, &lines, review.repaired.as_ref(), place));
        }
        out.push_str("</ol>\n");
    }
    out
}

/// The repaired program with the lines that changed, each with the number of the mistake that it mends.
#[must_use]
pub fn repaired(repaired: &Repaired, place: &Place<'_>) -> String {
    let signs = repaired.marks.iter().flat_map(|mark| {
        (mark.from..=mark.to).map(|line| At {
            line,
            sign: mark.finding + 1,
            kind: "mended",
            says: "Changed for".into(),
        })
    });
    program(&repaired.text, &signs.collect::<Vec<_>>(), &format!("{}-mended", place.id))
}

impl At {
    /// The signs of all findings, for the lines of the listing itself.
    #[must_use]
    pub fn findings(review: &Review) -> Vec<Self> {
        let all = review.findings.iter().enumerate();
        let signs = all.flat_map(|(k, finding)| {
            lines_of(finding).map(move |line| Self {
                line,
                sign: k + 1,
                kind: kind(finding),
                says: word(finding).into(),
            })
        });
        signs.collect()
    }
}

fn lines_of(finding: &Finding) -> impl Iterator<Item = u32> {
    std::iter::once(finding.place.line).chain(finding.also.iter().copied())
}

const fn kind(finding: &Finding) -> &'static str {
    if finding.sure { "bad" } else { "note" }
}

const fn word(finding: &Finding) -> &'static str {
    if finding.sure { "Mistake" } else { "May go wrong" }
}

fn line_link(line: u32, words: &str, place: &Place<'_>) -> String {
    format!("<a href=\"#{}-line-{line}\" data-go=\"{line}\">{words}{line}</a>", place.id)
}

fn verdict(review: &Review, place: &Place<'_>) -> String {
    let says = match review.python {
        Python::Two => "Written for Python 2.",
        Python::Three => "Written for Python 3.",
        Python::Mixed => "Part Python 2, part Python 3: an old program, half converted.",
        Python::Either => "Nothing in it shows which Python it was written for.",
    };
    let mut out = format!("<p class=\"which\"><strong>{says}</strong></p>\n");
    if !review.signs.is_empty() {
        out.push_str("<ul class=\"signs\">\n");
        for sign in &review.signs {
            // Where all show the same, the verdict has said it.
            let python = match (review.python, sign.since) {
                (_, Some(since)) => format!(", since Python {since}"),
                (Python::Mixed, None) => format!(", Python {}", sign.python),
                _ => String::new(),
            };
            let line = line_link(sign.place.line, "line ", place);
            let _ = writeln!(out, "<li>{line}: {}{python}</li>", escape(sign.what));
        }
        out.push_str("</ul>\n");
    }
    out
}

fn tally(review: &Review) -> String {
    let all = review.findings.len();
    let mended = review.findings.iter().filter(|finding| finding.repaired).count();
    match (all, mended) {
        (0, _) => "No mistake found of the kinds that can be seen without running a program.".into(),
        (_, _) if review.repaired.is_none() => {
            format!("{}. There is no repaired program.", count(all, "mistake", "mistakes"))
        }
        (all, mended) if all == mended => {
            format!("{}, repaired below.", count(all, "mistake", "mistakes"))
        }
        (all, mended) => {
            format!("{}; {} repaired below.", count(all, "mistake", "mistakes"), count(mended, "is", "are"))
        }
    }
}

fn item(
    k: usize,
    finding: &Finding,
    lines: &[&str],
    repaired: Option<&Repaired>,
    place: &Place<'_>,
) -> String {
    let (line, kind) = (finding.place.line, kind(finding));
    let mut also: Vec<String> =
        finding.also.iter().take(ALSO).map(|line| line_link(*line, "", place)).collect();
    if finding.also.len() > ALSO {
        also.push(format!("{} more", finding.also.len() - ALSO));
    }
    let numbers: Vec<String> = finding.also.iter().map(ToString::to_string).collect();
    let mut out = format!(
        "<li id=\"{id}-found-{n}\" data-line=\"{line}\" data-also=\"{}\" data-kind=\"{kind}\">\n\
         <p class=\"where\"><span class=\"sign {kind}\">{n}</span> {} <span class=\"word\">{}</span></p>\n",
        numbers.join(" "),
        line_link(line, "Line ", place),
        word(finding),
        id = place.id,
        n = k + 1,
    );
    let source = lines.get(line as usize - 1).copied().unwrap_or_default();
    let _ = writeln!(out, "<pre class=\"quote\"><code>{}</code></pre>", quote(source, finding));
    let _ = write!(out, "<p>{}", sentence(&finding.what));
    if !also.is_empty() {
        let on = if also.len() == 1 { "line" } else { "lines" };
        let _ = write!(out, " The same on {on} {}.", list(&also));
    }
    out.push_str("</p>\n");
    let mut more = Vec::new();
    let mended = repaired.and_then(|it| it.marks.iter().find(|mark| mark.finding == k));
    if let Some(mark) = mended {
        more.push(format!(
            "<a href=\"#{}-mended-line-{}\">Repaired in line {}</a>",
            place.id, mark.from, mark.from
        ));
    } else if repaired.is_some() && !finding.repaired {
        more.push("Left as it is in the repaired program".into());
    }
    if let Some((address, title)) = finding.lesson.and_then(|slug| (place.lesson)(slug)) {
        more.push(format!("Lesson: <a href=\"{}\">{}</a>", escape(&address), escape(&title)));
    }
    if !more.is_empty() {
        let _ = writeln!(out, "<p class=\"more\">{}</p>", more.join(" · "));
    }
    out.push_str("</li>\n");
    out
}

/// A line without its indentation, what is meant in it marked.
fn quote(line: &str, finding: &Finding) -> String {
    let all: Vec<char> = line.chars().collect();
    let (from, to) = (finding.place.from as usize - 1, finding.place.to as usize - 1);
    let begin = all.iter().take_while(|c| c.is_whitespace()).count().min(from);
    let end = all.len().min(begin + QUOTE);
    let (from, to) = (from.clamp(begin, end), to.clamp(begin, end).max(from.clamp(begin, end)));
    let text = |range: std::ops::Range<usize>| escape(&all[range].iter().collect::<String>());
    let rest = if end < all.len() { "…" } else { "" };
    let meant = if from == to { String::new() } else { format!("<em>{}</em>", text(from..to)) };
    format!("{}{meant}{}{rest}", text(begin..from), text(to..end))
}

#[cfg(test)]
mod tests {
    use python::notes;

    use super::*;

    const NONE: Place<'_> = Place { id: "x", lesson: &|_| None };

    fn said(text: &str) -> String {
        review(text, &notes::review(text), &NONE)
    }

    #[test]
    fn what_is_pasted_is_quoted_and_never_markup() {
        let html = said("print \"<script>alert(1)</script>\"\n");
        assert!(!html.contains("<script") && html.contains("&lt;script&gt;"), "{html}");
    }

    #[test]
    fn a_listing_without_mistakes_says_so() {
        let html = said("x = 1\n");
        assert!(html.contains("Nothing in it shows") && html.contains("No mistake found"), "{html}");
        assert!(!html.contains("<ol"), "{html}");
    }

    #[test]
    fn a_mistake_stands_with_its_line_its_sign_and_its_repair() {
        let text = "import socket\nprint \"a\"\n";
        let found = notes::review(text);
        let html =
            review(text, &found, &Place { lesson: &|slug| Some((format!("/l/{slug}"), "T".into())), ..NONE });
        assert!(html.contains("<strong>Written for Python 2.</strong>"), "{html}");
        assert!(
            html.contains("data-line=\"2\"") && html.contains("<span class=\"sign bad\">1</span>"),
            "{html}"
        );
        assert!(html.contains("<a href=\"#x-mended-line-2\">Repaired in line 2</a>"), "{html}");
        let program = repaired(found.repaired.as_ref().expect("it can be repaired"), &NONE);
        assert!(program.contains("<li id=\"x-mended-line-2\" class=\"mended\">"), "{program}");
    }

    #[test]
    fn of_many_lines_with_the_same_mistake_a_few_are_named() {
        let html = said(&"print \"a\"\n".repeat(40));
        assert!(html.contains("data-go=\"13\">13</a> and 27 more."), "{html}");
        assert_eq!(html.matches("data-line").count(), 1);
    }
}
