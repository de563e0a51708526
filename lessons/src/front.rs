//! Front matter: the TOML between two `+++` lines at the top of a lesson.

use toml::{Table, Value};

use crate::coverage::is_row;
use crate::problem::{Notes, newlines};

/// What a lesson says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Front {
    /// Its title, in Markdown without blocks.
    pub title: String,
    /// The part of the course, by its slug.
    pub part: String,
    /// Its place in the part, from 1.
    pub order: u32,
    /// About how long it takes, in minutes.
    pub minutes: u32,
    /// Its opening sentences, in Markdown without blocks.
    pub lede: String,
    /// One plain sentence for search results and the course map.
    pub about: String,
    /// The rows of the curriculum that it teaches.
    pub rows: Vec<String>,
}

const FIELDS: &str = "title, part, order, minutes, lede, about, rows";
const FENCE: &str = "+++";

/// Splits a file into front matter and body, each with the line of the file that it begins at.
///
/// Answers `None`, with a note, where there is no front matter; then the whole file is body.
pub(crate) fn split<'t>(text: &'t str, notes: &mut Notes<'_>) -> (Option<&'t str>, &'t str, u32) {
    let how = "Begin the file with a line +++, then title = \"…\" and so on, then another line +++";
    let Some(rest) = text.strip_prefix("+++\n") else {
        notes.add(1, "the front matter is missing", how);
        return (None, text, 1);
    };
    let mut offset = 0;
    for line in rest.split_inclusive('\n') {
        if line.trim_end() == FENCE {
            let body = &rest[offset + line.len()..];
            return (Some(&rest[..offset]), body, 3 + newlines(&rest[..offset]));
        }
        offset += line.len();
    }
    notes.add(1, "the front matter does not end", "Close it with a line +++");
    (None, "", 1)
}

/// Reads the front matter; answers the body too, and the line it begins at.
pub(crate) fn read<'t>(text: &'t str, notes: &mut Notes<'_>) -> (Front, &'t str, u32) {
    let mut front = Front::default();
    let (Some(toml), body, body_line) = split(text, notes) else {
        return (front, text, 1);
    };
    let table: Table = match toml::from_str(toml) {
        Ok(table) => table,
        Err(error) => {
            notes.toml(2, toml, &error, "Mend the front matter; lessons/README.md has its form");
            return (front, body, body_line);
        }
    };
    let line_of = |key: &str| {
        let at =
            toml.lines().position(|l| l.strip_prefix(key).is_some_and(|r| r.trim_start().starts_with('=')));
        2 + at.unwrap_or(0) as u32
    };
    for key in table.keys().filter(|k| !FIELDS.split(", ").any(|f| f == *k)) {
        notes.add(line_of(key), format!("unknown field `{key}`"), format!("The fields are {FIELDS}"));
    }
    for (key, field) in [
        ("title", &mut front.title),
        ("part", &mut front.part),
        ("lede", &mut front.lede),
        ("about", &mut front.about),
    ] {
        match table.get(key) {
            Some(Value::String(text)) if !text.trim().is_empty() => *field = text.trim().into(),
            Some(_) => {
                notes.add(line_of(key), format!("`{key}` is not a text"), format!("Write {key} = \"…\""))
            }
            None => notes.add(1, format!("no `{key}`"), format!("Add {key} = \"…\"")),
        }
    }
    for (key, field) in [("order", &mut front.order), ("minutes", &mut front.minutes)] {
        match table.get(key) {
            Some(Value::Integer(n @ 1..=999)) => *field = *n as u32,
            Some(_) => {
                notes.add(
                    line_of(key),
                    format!("`{key}` is not a number from 1 to 999"),
                    format!("Write {key} = 12"),
                );
            }
            None => notes.add(1, format!("no `{key}`"), format!("Add {key} = 1")),
        }
    }
    match table.get("rows") {
        Some(Value::Array(rows)) => {
            for row in rows {
                match row.as_str() {
                    Some(row) if is_row(row) => front.rows.push(row.into()),
                    _ => notes.add(
                        line_of("rows"),
                        format!("unknown curriculum row {row}"),
                        "Rows are \"C1\" to \"C37\", \"T1\" to \"T20\" and \"B1\" to \"B23\"",
                    ),
                }
            }
        }
        Some(_) => notes.add(line_of("rows"), "`rows` is not a list", "Write rows = [\"C12\", \"T2\"]"),
        None => {}
    }
    (front, body, body_line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(text: &str) -> (Front, Vec<String>) {
        let mut notes = Notes::new("x.md");
        let (front, _, _) = read(text, &mut notes);
        (front, notes.problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_body_begins_on_the_line_after_the_second_fence() {
        let mut notes = Notes::new("x.md");
        let (_, body, line) = read("+++\ntitle = \"A\"\n+++\nText\n", &mut notes);
        assert_eq!((body, line), ("Text\n", 4));
    }

    #[test]
    fn every_mistake_in_the_front_matter_is_told_at_once() {
        let text = "+++\ntitle = 3\ncolour = \"red\"\npart = \"p\"\norder = 0\nminutes = 5\nlede = \"l\"\nabout = \"a\"\nrows = [\"C99\"]\n+++\n";
        let (front, problems) = read_all(text);
        assert_eq!(front.minutes, 5);
        let at: Vec<_> = problems.iter().map(|p| p.split(". ").next().unwrap()).collect();
        assert_eq!(
            at,
            [
                "x.md:3: unknown field `colour`",
                "x.md:2: `title` is not a text",
                "x.md:5: `order` is not a number from 1 to 999",
                "x.md:9: unknown curriculum row \"C99\"",
            ]
        );
    }

    #[test]
    fn a_file_without_front_matter_says_how_to_begin() {
        assert!(read_all("# Hello\n").1[0].starts_with("x.md:1: the front matter is missing. Begin"));
        assert!(read_all("+++\ntitle = \"A\"\n").1[0].starts_with("x.md:1: the front matter does not end"));
    }
}
