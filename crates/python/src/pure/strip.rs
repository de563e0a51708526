//! Taking characters off the ends of text and bytes: `strip`, `lstrip`, `rstrip`.

use super::numerals::{is_space, is_space_byte};

/// The ends that are stripped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// `strip`
    Both,
    /// `lstrip`
    Left,
    /// `rstrip`
    Right,
}

/// `text.strip(chars)` and its two relatives; white space if no characters are given.
pub fn strip<'a>(text: &'a str, chars: Option<&str>, ends: Ends) -> &'a str {
    let off = |c: char| chars.map_or_else(|| is_space(c), |chars| chars.contains(c));
    match ends {
        Ends::Both => text.trim_matches(off),
        Ends::Left => text.trim_start_matches(off),
        Ends::Right => text.trim_end_matches(off),
    }
}

/// `bytes.strip(set)` and its two relatives; white space if no bytes are given.
pub fn strip_bytes<'a>(bytes: &'a [u8], set: Option<&[u8]>, ends: Ends) -> &'a [u8] {
    let stays = |b: &u8| !set.map_or_else(|| is_space_byte(*b), |set| set.contains(b));
    let start = if ends == Ends::Right { Some(0) } else { bytes.iter().position(stays) };
    let end =
        if ends == Ends::Left { Some(bytes.len()) } else { bytes.iter().rposition(stays).map(|at| at + 1) };
    match (start, end) {
        (Some(start), Some(end)) => &bytes[start..end],
        _ => &[],
    }
}
