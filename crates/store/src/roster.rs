//! Names that are expected, from CSV: the first column of each line, with or without a first line `name`.
//!
//! Columns are parted by commas, semicolons or tabs, whichever stands in the first line. Other columns are passed over, and blank
//! lines too. Whatever cannot be read is named by its line, and then there are no names at all.

use std::collections::HashMap;

use protocol::room::MOST_NICKNAME;

use crate::{Error, folded};

/// Most names of a roster.
pub const MOST_NAMES: usize = 1000;

/// Reads the names, in their order.
///
/// # Errors
/// [`Error::Roster`] with the first line that cannot be read.
pub fn names(text: &str) -> Result<Vec<String>, Error> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let (mut names, mut places) = (Vec::new(), HashMap::new());
    for (nth, record) in reader.records().enumerate() {
        let record = record.map_err(|e| broken(text, place(e.position()), e.to_string()))?;
        let at = place(record.position());
        let name = record.get(0).unwrap_or_default().trim();
        if nth == 0 && folded(name) == "name" || record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        fit(name).map_err(|why| broken(text, at, why))?;
        if let Some(before) = places.insert(folded(name), at) {
            return Err(broken(text, at, format!("{name} stands in line {} already", line(text, before))));
        }
        names.push(name.to_owned());
        if names.len() > MOST_NAMES {
            return Err(broken(text, at, format!("a roster has {MOST_NAMES} names at most")));
        }
    }
    if names.is_empty() {
        let why = "there is no name in it: the first column of each line is one".into();
        return Err(Error::Roster { line: 1, why });
    }
    Ok(names)
}

fn broken(text: &str, place: usize, why: String) -> Error {
    Error::Roster { line: line(text, place), why }
}

/// Where a record begins, in bytes; blank lines before it are taken as part of it.
fn place(position: Option<&csv::Position>) -> usize {
    position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(0)
}

/// The line, from 1, of the first that is not blank from this place on.
fn line(text: &str, place: usize) -> u64 {
    let (before, rest) = text.split_at_checked(place).unwrap_or((text, ""));
    let blank = rest.len() - rest.trim_start_matches(['\r', '\n']).len();
    let until = &text.as_bytes()[..before.len() + blank];
    let ends = |two: &[u8]| two[0] == b'\n' || two[0] == b'\r' && two[1] != b'\n';
    let last = until.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r'));
    1 + until.windows(2).filter(|two| ends(two)).count() as u64 + u64::from(last)
}

/// What parts the columns: spreadsheets of some countries write semicolons.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    *[b',', b';', b'\t'].iter().find(|one| first.as_bytes().contains(one)).unwrap_or(&b',')
}

/// Whether it can be a name.
fn fit(name: &str) -> Result<(), String> {
    if name.contains(['\n', '\r']) {
        return Err("a name goes over several lines: is there a quotation mark too many?".into());
    }
    if name.is_empty() || folded(name).is_empty() {
        return Err("there is no name in the first column".into());
    }
    if name.len() > MOST_NICKNAME {
        return Err(format!("a name has at most {MOST_NICKNAME} bytes"));
    }
    if name.chars().any(char::is_control) {
        return Err("there is a control character in the name: is this a text file?".into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_with_and_without_a_header_and_other_columns() {
        for text in [
            "Anna\nBen Li\nZo\u{eb}\n",
            "Name\r\nAnna\r\nBen Li\r\nZo\u{eb}",
            "\u{feff}name,class\n Anna ,5b\n\n\"Ben Li\",5b\nZo\u{eb}\n",
            "NAME;class\nAnna;5b\n;\nBen Li;5b\nZo\u{eb};\n",
            "Anna\t5b\nBen Li\t5b\nZo\u{eb}\t5c",
        ] {
            assert_eq!(names(text).unwrap(), ["Anna", "Ben Li", "Zo\u{eb}"], "{text:?}");
        }
        assert_eq!(names("\"Li, Ben\",5b\n\"A \"\"B\"\" C\"").unwrap(), ["Li, Ben", "A \"B\" C"]);
    }

    #[test]
    fn a_broken_line_is_named_by_its_number() {
        let long = format!("Anna\nBen\n{}", "x".repeat(MOST_NICKNAME + 1));
        let many = "x\n".to_owned() + &(0..MOST_NAMES).map(|n| format!("{n}\n")).collect::<String>();
        for (text, line, why) in [
            ("name\nAnna\n,5b\n", 3, "no name in the first column"),
            ("Anna\n\n\nanna \n", 4, "line 1 already"),
            ("\r\n\r\nAnna\r\nBen\r\n\r\nANNA\r\n", 6, "line 3 already"),
            ("Anna\rBen\r,5b", 3, "no name"),
            ("Anna\n\"Ben\nZoe\n", 2, "quotation mark"),
            ("Anna\nB\u{0}n\n", 2, "control character"),
            ("\u{200b},5b", 1, "no name"),
            ("\n\n", 1, "no name"),
            ("", 1, "no name"),
            ("name\n", 1, "no name"),
            (long.as_str(), 3, "at most 60 bytes"),
            (many.as_str(), 1001, "1000 names at most"),
        ] {
            let Err(Error::Roster { line: found, why: says }) = names(text) else { panic!("{text:?}") };
            assert!(found == line && says.contains(why), "{text:?}: {found} {says}");
        }
    }
}
