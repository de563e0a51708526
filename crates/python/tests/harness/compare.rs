//! When two runs are equal, and how a difference is told.
//!
//! The rules are in README.md beside the programs.

use super::programs::Record;

/// What CPython writes to standard error, without what no other Python can agree on: paths are reduced to the file's
/// name, carets go, and so do the frames of its own library (`own` is the program's file).
pub(crate) fn reduced(stderr: &str, own: &str) -> String {
    let mut kept = String::new();
    let mut library = false;
    for line in stderr.split_inclusive('\n') {
        if let Some((file, rest)) = frame(line) {
            library = file != own;
            if !library {
                kept += &format!("  File \"{file}\"{rest}");
            }
            continue;
        }
        // A frame's own line of text is indented by four blanks, as nothing else of a traceback is.
        if library && line.starts_with("    ") {
            continue;
        }
        library = false;
        if !is_carets(line) {
            kept += &without_address(line);
        }
    }
    kept
}

/// Where an object is in memory is told as ` at 0x`, with nothing behind it.
fn without_address(line: &str) -> String {
    let Some((before, after)) = line.split_once(" at 0x") else { return line.to_owned() };
    format!("{before} at 0x{}", after.trim_start_matches(|digit: char| digit.is_ascii_hexdigit()))
}

/// The file's name and what follows it, of the first line of a frame.
fn frame(line: &str) -> Option<(&str, &str)> {
    let (path, rest) = line.strip_prefix("  File \"")?.split_once('"')?;
    Some((path.rsplit('/').next().unwrap_or(path), rest))
}

fn is_carets(line: &str) -> bool {
    let marks = line.trim();
    line.starts_with("    ") && !marks.is_empty() && marks.chars().all(|mark| mark == '^' || mark == '~')
}

/// How `got` differs from `want`, for a person; none if it does not.
pub(crate) fn difference(want: &Record, got: &Record) -> Option<String> {
    let mut told = String::new();
    for (what, want, got) in [("stdout", &want.stdout, &got.stdout), ("stderr", &want.stderr, &got.stderr)] {
        if want != got {
            told += &lines_apart(what, want, got);
        }
    }
    if want.status != got.status {
        told += &format!("  status {} should be {}\n", got.status, want.status);
    }
    (!told.is_empty()).then_some(told)
}

/// The first line that differs, with the two that follow it.
fn lines_apart(what: &str, want: &[String], got: &[String]) -> String {
    const SHOWN: usize = 3;
    let equal = want.iter().zip(got).take_while(|(want, got)| want == got).count();
    let mut told = format!("  {what}, line {}:\n", equal + 1);
    for (sign, list) in [('-', want), ('+', got)] {
        let rest = list.iter().skip(equal);
        for line in rest.clone().take(SHOWN) {
            told += &format!("  {sign} {}\n", clipped(line));
        }
        match rest.len() {
            0 => told += &format!("  {sign} (end)\n"),
            more if more > SHOWN => told += &format!("  {sign} ({} more)\n", more - SHOWN),
            _ => {}
        }
    }
    told
}

fn clipped(line: &str) -> String {
    const SHOWN: usize = 160;
    let shown: String = line.trim_end_matches('\n').chars().take(SHOWN).collect();
    if line.ends_with('\n') { shown } else { shown + " (no end of line)" }
}

#[test]
fn carets_paths_and_frames_of_the_library_are_left_out() {
    let seen = "Traceback (most recent call last):\n  File \"/here/mine.py\", line 3, in <module>\n    queue.get()\n    \
                ^^^^^^^~~\n  File \"/usr/lib/queue.py\", line 9, in get\n    raise Empty\n_queue.Empty\n";
    let kept = "Traceback (most recent call last):\n  File \"mine.py\", line 3, in <module>\n    queue.get()\n_queue.Empty\n";
    assert_eq!(reduced(seen, "mine.py"), kept);
}

#[test]
fn addresses_in_memory_are_left_out() {
    let seen = "Exception ignored in: <function Bad.__del__ at 0x7f11a0>\n";
    assert_eq!(reduced(seen, "mine.py"), "Exception ignored in: <function Bad.__del__ at 0x>\n");
}

#[test]
fn the_first_line_that_differs_is_told() {
    let want = Record { stdout: vec!["a\n".into(), "b\n".into()], ..Record::default() };
    let got = Record { stdout: vec!["a\n".into(), "c\n".into()], status: 1, ..Record::default() };
    let told = difference(&want, &got).expect("they differ");
    assert_eq!(told, "  stdout, line 2:\n  - b\n  + c\n  status 1 should be 0\n");
    assert_eq!(difference(&want, &want), None);
}
