//! The CSV: RFC 4180 with a header, and no cell that a spreadsheet would take for a formula.

use std::borrow::Cow;

use super::{Said, instant};
use crate::{LearnerRecord, StoredRow};

/// The columns of version 1.
const COLUMNS: [&str; 12] = [
    "seq",
    "learner",
    "nickname",
    "page",
    "what",
    "subject",
    "said",
    "right",
    "seconds",
    "live",
    "received",
    "device_time",
];

pub(super) fn header() -> Vec<u8> {
    written(|csv| csv.write_record(COLUMNS))
}

pub(super) fn rows(rows: &[(&LearnerRecord, &StoredRow)]) -> Vec<u8> {
    written(|csv| {
        rows.iter().try_for_each(|(learner, row)| {
            csv.write_record(cells(learner, row).iter().map(|cell| cell.as_bytes()))
        })
    })
}

fn written(write: impl FnOnce(&mut csv::Writer<Vec<u8>>) -> csv::Result<()>) -> Vec<u8> {
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    write(&mut csv).expect("memory takes every record, and all have as many cells");
    csv.into_inner().expect("memory takes everything")
}

fn cells<'a>(learner: &'a LearnerRecord, row: &'a StoredRow) -> [Cow<'a, str>; COLUMNS.len()] {
    let said = Said::of(row);
    let text = |text: Option<&'a str>| text.map_or(Cow::Borrowed(""), plain);
    let truth =
        |truth: Option<bool>| Cow::Borrowed(truth.map_or("", |yes| if yes { "true" } else { "false" }));
    [
        row.seq.to_string().into(),
        learner.learner.0.to_string().into(),
        plain(&learner.nickname),
        plain(&row.row.page),
        said.what.into(),
        text(said.subject),
        text(said.said),
        truth(said.right),
        said.seconds.map(|seconds| seconds.to_string()).unwrap_or_default().into(),
        truth(said.live),
        instant(row.received).into(),
        instant(row.row.at).into(),
    ]
}

/// A text that no spreadsheet takes for a formula: one that begins like one has an apostrophe before it. Numbers are left as they are:
/// `-1` is what many a call returns.
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !is_number(text) {
        format!("'{text}").into()
    } else {
        text.into()
    }
}

/// A sign, digits, and perhaps a point with more of them.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, rest) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    digits(whole) && digits(rest)
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_begins_like_a_formula_is_text_and_numbers_stay() {
        for formula in
            ["=1+1", "+cmd|' /C calc'!A0", "-1+2", "@SUM(A1)", "\t=1", "\r=1", "-", "+", "-1.", "--1"]
        {
            assert_eq!(plain(formula), format!("'{formula}"));
        }
        for text in ["-1", "+3", "-0.5", "Anna", "", "'=1", " =1", "1=1", "a@b"] {
            assert_eq!(plain(text), text);
        }
    }
}
