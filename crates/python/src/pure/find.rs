//! Looking for a part of a text or of bytes: `find`, `rfind`, `count`, `startswith`, `endswith`, `replace`.
//!
//! Places are counted in characters for text, in bytes for bytes. `start` and `end` are the methods' own arguments: none
//! when absent or `None`, negative ones from the end, what is too large cut off.

use memchr::memmem;

use super::error::{Error, Result, within};

/// What `start` and `end` mean in something of `len`; none if they cross, so that not even an empty part is found.
pub fn window(len: usize, start: Option<i64>, end: Option<i64>) -> Option<(usize, usize)> {
    let place = |at: i64| {
        let from_end = usize::try_from(at.unsigned_abs()).unwrap_or(usize::MAX);
        if at < 0 { len.saturating_sub(from_end) } else { from_end }
    };
    let start = start.map_or(0, place);
    let end = end.map_or(len, place).min(len);
    (start <= end).then_some((start, end))
}

/// The places of a window of a text: in characters where it starts, and what it holds.
fn part(text: &str, start: Option<i64>, end: Option<i64>) -> Option<(usize, &str)> {
    if start.is_none() && end.is_none() {
        return Some((0, text));
    }
    if text.is_ascii() {
        return window(text.len(), start, end).map(|(start, end)| (start, &text[start..end]));
    }
    let (start, end) = window(text.chars().count(), start, end)?;
    let place = |n: usize| text.char_indices().nth(n).map_or(text.len(), |(at, _)| at);
    Some((start, &text[place(start)..place(end)]))
}

/// `text.find(wanted, start, end)`; none where that is -1.
pub fn find(text: &str, wanted: &str, start: Option<i64>, end: Option<i64>) -> Option<usize> {
    let (before, part) = part(text, start, end)?;
    let at = memmem::find(part.as_bytes(), wanted.as_bytes())?;
    Some(before + part[..at].chars().count())
}

/// `text.rfind(wanted, start, end)`; none where that is -1.
pub fn rfind(text: &str, wanted: &str, start: Option<i64>, end: Option<i64>) -> Option<usize> {
    let (before, part) = part(text, start, end)?;
    let at = memmem::rfind(part.as_bytes(), wanted.as_bytes())?;
    Some(before + part[..at].chars().count())
}

/// `text.count(wanted, start, end)`: those that do not overlap.
pub fn count(text: &str, wanted: &str, start: Option<i64>, end: Option<i64>) -> usize {
    match part(text, start, end) {
        None => 0,
        Some((_, part)) if wanted.is_empty() => part.chars().count() + 1,
        Some((_, part)) => memmem::find_iter(part.as_bytes(), wanted.as_bytes()).count(),
    }
}

/// `text.startswith(prefix, start, end)` for one prefix.
pub fn starts_with(text: &str, prefix: &str, start: Option<i64>, end: Option<i64>) -> bool {
    part(text, start, end).is_some_and(|(_, part)| part.starts_with(prefix))
}

/// `text.endswith(suffix, start, end)` for one suffix.
pub fn ends_with(text: &str, suffix: &str, start: Option<i64>, end: Option<i64>) -> bool {
    part(text, start, end).is_some_and(|(_, part)| part.ends_with(suffix))
}

/// `text.replace(old, new, count)`; all if the count is negative.
///
/// # Errors
/// `MemoryError` if the result is longer than `limit` bytes.
pub fn replace(text: &str, old: &str, new: &str, count: i64, limit: usize) -> Result<String> {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let found = text.matches(old).take(count).count();
    within(replaced_len(text.len(), old.len(), new.len(), found)?, limit)?;
    Ok(text.replacen(old, new, count))
}

fn replaced_len(len: usize, old: usize, new: usize, found: usize) -> Result<usize> {
    let added = new.checked_mul(found).ok_or_else(Error::too_large)?;
    (len - old * found).checked_add(added).ok_or_else(Error::too_large)
}

/// `bytes.find(wanted, start, end)`; none where that is -1.
pub fn find_bytes(bytes: &[u8], wanted: &[u8], start: Option<i64>, end: Option<i64>) -> Option<usize> {
    let (start, end) = window(bytes.len(), start, end)?;
    Some(start + memmem::find(&bytes[start..end], wanted)?)
}

/// `bytes.rfind(wanted, start, end)`; none where that is -1.
pub fn rfind_bytes(bytes: &[u8], wanted: &[u8], start: Option<i64>, end: Option<i64>) -> Option<usize> {
    let (start, end) = window(bytes.len(), start, end)?;
    Some(start + memmem::rfind(&bytes[start..end], wanted)?)
}

/// `bytes.count(wanted, start, end)`: those that do not overlap.
pub fn count_bytes(bytes: &[u8], wanted: &[u8], start: Option<i64>, end: Option<i64>) -> usize {
    match window(bytes.len(), start, end) {
        None => 0,
        Some((start, end)) if wanted.is_empty() => end - start + 1,
        Some((start, end)) => memmem::find_iter(&bytes[start..end], wanted).count(),
    }
}

/// `bytes.startswith(prefix, start, end)` for one prefix.
pub fn starts_with_bytes(bytes: &[u8], prefix: &[u8], start: Option<i64>, end: Option<i64>) -> bool {
    window(bytes.len(), start, end).is_some_and(|(start, end)| bytes[start..end].starts_with(prefix))
}

/// `bytes.endswith(suffix, start, end)` for one suffix.
pub fn ends_with_bytes(bytes: &[u8], suffix: &[u8], start: Option<i64>, end: Option<i64>) -> bool {
    window(bytes.len(), start, end).is_some_and(|(start, end)| bytes[start..end].ends_with(suffix))
}

/// `bytes.replace(old, new, count)`; all if the count is negative.
///
/// # Errors
/// `MemoryError` if the result is longer than `limit` bytes.
pub fn replace_bytes(bytes: &[u8], old: &[u8], new: &[u8], count: i64, limit: usize) -> Result<Vec<u8>> {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let places: Vec<usize> = if old.is_empty() {
        (0..=bytes.len()).take(count).collect()
    } else {
        memmem::find_iter(bytes, old).take(count).collect()
    };
    let len = replaced_len(bytes.len(), old.len(), new.len(), places.len())?;
    within(len, limit)?;
    let (mut out, mut done) = (Vec::with_capacity(len), 0);
    for at in places {
        out.extend_from_slice(&bytes[done..at]);
        out.extend_from_slice(new);
        done = at + old.len();
    }
    out.extend_from_slice(&bytes[done..]);
    Ok(out)
}
