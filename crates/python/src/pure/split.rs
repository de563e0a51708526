//! Taking text and bytes apart: `split`, `rsplit`, `splitlines`, `partition`, `rpartition`.
//!
//! `most` is the argument `maxsplit`: how often to cut, without bound if it is negative. Parts are ranges of bytes of what
//! was given, so that the caller makes objects of them and counts what they take.

use std::ops::Range;

use memchr::memmem;

use super::error::{Error, Result};
use super::numerals::{is_space, is_space_byte};

fn cuts(most: i64) -> usize {
    usize::try_from(most).unwrap_or(usize::MAX)
}

/// `text.split(None, most)`.
pub fn words(text: &str, most: i64) -> Vec<Range<usize>> {
    words_of(text.char_indices().map(|(at, c)| (at, is_space(c))), text.len(), most)
}

/// `bytes.split(None, most)`.
pub fn words_bytes(bytes: &[u8], most: i64) -> Vec<Range<usize>> {
    words_of(bytes.iter().map(|b| is_space_byte(*b)).enumerate(), bytes.len(), most)
}

/// Runs of what is no space; the last takes all to the end, spaces too, when it may not be cut any more.
fn words_of(places: impl Iterator<Item = (usize, bool)>, len: usize, most: i64) -> Vec<Range<usize>> {
    let most = cuts(most);
    let (mut out, mut start): (Vec<Range<usize>>, Option<usize>) = (Vec::new(), None);
    for (at, space) in places {
        match start {
            None if !space => {
                if out.len() == most {
                    out.push(at..len);
                    return out;
                }
                start = Some(at);
            }
            Some(from) if space => {
                out.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    out.extend(start.map(|from| from..len));
    out
}

/// `text.rsplit(None, most)`.
pub fn words_from_end(text: &str, most: i64) -> Vec<Range<usize>> {
    words_back(text.char_indices().rev().map(|(at, c)| (at + c.len_utf8(), is_space(c))), most)
}

/// `bytes.rsplit(None, most)`.
pub fn words_from_end_bytes(bytes: &[u8], most: i64) -> Vec<Range<usize>> {
    words_back(bytes.iter().enumerate().rev().map(|(at, b)| (at + 1, is_space_byte(*b))), most)
}

/// As [`words_of`], from the end: places are those where a character ends.
fn words_back(places: impl Iterator<Item = (usize, bool)>, most: i64) -> Vec<Range<usize>> {
    let most = cuts(most);
    let (mut out, mut end): (Vec<Range<usize>>, Option<usize>) = (Vec::new(), None);
    for (at, space) in places {
        match end {
            None if !space => {
                if out.len() == most {
                    out.push(0..at);
                    out.reverse();
                    return out;
                }
                end = Some(at);
            }
            Some(to) if space => {
                out.push(at..to);
                end = None;
            }
            _ => {}
        }
    }
    out.extend(end.map(|to| 0..to));
    out.reverse();
    out
}

/// `split(separator, most)` of bytes, or of a text's bytes.
///
/// # Errors
/// `ValueError` if the separator is empty.
pub fn by(bytes: &[u8], separator: &[u8], most: i64) -> Result<Vec<Range<usize>>> {
    not_empty(separator)?;
    let (mut out, mut start) = (Vec::new(), 0);
    for at in memmem::find_iter(bytes, separator).take(cuts(most)) {
        out.push(start..at);
        start = at + separator.len();
    }
    out.push(start..bytes.len());
    Ok(out)
}

/// `rsplit(separator, most)` of bytes, or of a text's bytes.
///
/// # Errors
/// `ValueError` if the separator is empty.
pub fn by_from_end(bytes: &[u8], separator: &[u8], most: i64) -> Result<Vec<Range<usize>>> {
    not_empty(separator)?;
    let (mut out, mut end) = (Vec::new(), bytes.len());
    for at in memmem::rfind_iter(bytes, separator).take(cuts(most)) {
        out.push(at + separator.len()..end);
        end = at;
    }
    out.push(0..end);
    out.reverse();
    Ok(out)
}

fn not_empty(separator: &[u8]) -> Result<()> {
    if separator.is_empty() { Err(Error::value("empty separator")) } else { Ok(()) }
}

/// `partition(separator)`: where the separator is; none if it is not there, and then all is the first of the three.
///
/// # Errors
/// `ValueError` if the separator is empty.
pub fn partition(bytes: &[u8], separator: &[u8]) -> Result<Option<Range<usize>>> {
    not_empty(separator)?;
    Ok(memmem::find(bytes, separator).map(|at| at..at + separator.len()))
}

/// `rpartition(separator)`: as [`partition`], from the end; if it is not there, all is the last of the three.
///
/// # Errors
/// `ValueError` if the separator is empty.
pub fn partition_from_end(bytes: &[u8], separator: &[u8]) -> Result<Option<Range<usize>>> {
    not_empty(separator)?;
    Ok(memmem::rfind(bytes, separator).map(|at| at..at + separator.len()))
}

/// `text.splitlines(keepends)`: at the ends of lines of every script.
pub fn lines(text: &str, keep_ends: bool) -> Vec<Range<usize>> {
    let ends = |c: char| matches!(c, '\n'..='\r' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let places = text.char_indices().filter(|(_, c)| ends(*c)).map(|(at, c)| (at, c.len_utf8()));
    lines_of(text.as_bytes(), places, keep_ends)
}

/// `bytes.splitlines(keepends)`: at `\n`, `\r` and both.
pub fn lines_bytes(bytes: &[u8], keep_ends: bool) -> Vec<Range<usize>> {
    let places = bytes.iter().enumerate().filter(|(_, b)| matches!(b, b'\n' | b'\r')).map(|(at, _)| (at, 1));
    lines_of(bytes, places, keep_ends)
}

fn lines_of(bytes: &[u8], ends: impl Iterator<Item = (usize, usize)>, keep_ends: bool) -> Vec<Range<usize>> {
    let (mut out, mut start) = (Vec::new(), 0);
    for (at, len) in ends {
        // The second half of \r\n was taken with the first.
        if at < start {
            continue;
        }
        let next = if bytes[at..].starts_with(b"\r\n") { at + 2 } else { at + len };
        out.push(start..if keep_ends { next } else { at });
        start = next;
    }
    if start < bytes.len() {
        out.push(start..bytes.len());
    }
    out
}
