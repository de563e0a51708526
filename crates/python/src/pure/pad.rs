//! Making text and bytes wider: `center`, `ljust`, `rjust`, `zfill`, `expandtabs`. Widths are in characters.

use super::error::{Error, Result, within};

/// Where the text stands in its width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// `ljust`
    Left,
    /// `center`
    Center,
    /// `rjust`
    Right,
}

impl Side {
    /// How much of the padding comes first. In the middle an odd one goes right, unless the width is odd as well.
    const fn first(self, padding: usize, width: usize) -> usize {
        match self {
            Self::Left => 0,
            Self::Center => padding / 2 + (padding & width & 1),
            Self::Right => padding,
        }
    }
}

/// How many characters are missing, and the width.
fn missing(len: usize, width: i64, each: usize, limit: usize) -> Result<(usize, usize)> {
    let width = usize::try_from(width.max(0)).map_err(|_| Error::too_large())?;
    let padding = width.saturating_sub(len);
    within(padding.saturating_mul(each), limit)?;
    Ok((padding, width))
}

/// `text.ljust(width, fill)` and its two relatives.
///
/// # Errors
/// `MemoryError` if the result is longer than `limit` bytes.
pub fn pad(text: &str, width: i64, fill: char, side: Side, limit: usize) -> Result<String> {
    let (padding, width) =
        missing(text.chars().count(), width, fill.len_utf8(), limit.saturating_sub(text.len()))?;
    let first = side.first(padding, width);
    let run = |count| std::iter::repeat_n(fill, count);
    Ok(run(first).chain(text.chars()).chain(run(padding - first)).collect())
}

/// `bytes.ljust(width, fill)` and its two relatives.
///
/// # Errors
/// `MemoryError` if the result is longer than `limit` bytes.
pub fn pad_bytes(bytes: &[u8], width: i64, fill: u8, side: Side, limit: usize) -> Result<Vec<u8>> {
    let (padding, width) = missing(bytes.len(), width, 1, limit.saturating_sub(bytes.len()))?;
    let first = side.first(padding, width);
    let run = |count| std::iter::repeat_n(fill, count);
    Ok(run(first).chain(bytes.iter().copied()).chain(run(padding - first)).collect())
}

/// `text.zfill(width)`: zeros after the sign.
///
/// # Errors
/// `MemoryError` if the result is longer than `limit` bytes.
pub fn zero_fill(text: &str, width: i64, limit: usize) -> Result<String> {
    let (padding, _) = missing(text.chars().count(), width, 1, limit.saturating_sub(text.len()))?;
    let sign = usize::from(text.starts_with(['+', '-']));
    Ok(format!("{}{}{}", &text[..sign], "0".repeat(padding), &text[sign..]))
}

/// `bytes.zfill(width)`: zeros after the sign.
///
/// # Errors
/// `MemoryError` if the result is longer than `limit` bytes.
pub fn zero_fill_bytes(bytes: &[u8], width: i64, limit: usize) -> Result<Vec<u8>> {
    let (padding, _) = missing(bytes.len(), width, 1, limit.saturating_sub(bytes.len()))?;
    let (sign, digits) = bytes.split_at(usize::from(matches!(bytes.first(), Some(b'+' | b'-'))));
    Ok([sign, &vec![b'0'; padding], digits].concat())
}

/// `text.expandtabs(size)`.
///
/// # Errors
/// `MemoryError` if the result is longer than `limit` bytes.
pub fn expand_tabs(text: &str, size: i64, limit: usize) -> Result<String> {
    let mut out = String::new();
    let mut column = 0_u64;
    for c in text.chars() {
        match c {
            '\t' => {
                let spaces = to_next_stop(column, size);
                let count = usize::try_from(spaces).map_err(|_| Error::too_large())?;
                within(out.len().saturating_add(count), limit)?;
                out.extend(std::iter::repeat_n(' ', count));
                column += spaces;
            }
            _ => {
                column = if matches!(c, '\n' | '\r') { 0 } else { column + 1 };
                out.push(c);
                within(out.len(), limit)?;
            }
        }
    }
    Ok(out)
}

/// `bytes.expandtabs(size)`.
///
/// # Errors
/// `MemoryError` if the result is longer than `limit` bytes.
pub fn expand_tabs_bytes(bytes: &[u8], size: i64, limit: usize) -> Result<Vec<u8>> {
    // Latin-1 gives each byte a character of its own, and only \n and \r end a line in both.
    let text: String = bytes.iter().map(|b| char::from(*b)).collect();
    let out = expand_tabs(&text, size, limit.saturating_mul(2))?;
    within(out.chars().count(), limit)?;
    Ok(out.chars().filter_map(|c| u8::try_from(c).ok()).collect())
}

fn to_next_stop(column: u64, size: i64) -> u64 {
    match u64::try_from(size) {
        Ok(size) if size > 0 => size - column % size,
        _ => 0,
    }
}
