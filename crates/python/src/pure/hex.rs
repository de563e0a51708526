//! Bytes as pairs of hexadecimal digits and back: `bytes.hex`, `bytes.fromhex`.

use super::error::{Error, Result, within};
use super::numerals::is_space_byte;

/// `bytes.hex(separator, group)`: a positive group is counted from the right, a negative one from the left.
///
/// # Errors
/// `ValueError` if the separator is not one ASCII character, `MemoryError` if the result is longer than `limit` bytes.
pub fn of_bytes(bytes: &[u8], separator: Option<&str>, group: i64, limit: usize) -> Result<String> {
    let separator = match separator {
        Some(text) if text.chars().count() != 1 => return Err(Error::value("sep must be length 1.")),
        Some(text) if !text.is_ascii() => return Err(Error::value("sep must be ASCII.")),
        other => other.filter(|_| group != 0),
    };
    within(bytes.len().saturating_mul(3), limit)?;
    let every = usize::try_from(group.unsigned_abs()).unwrap_or(usize::MAX);
    let mut out = String::new();
    for (at, byte) in bytes.iter().enumerate() {
        let counted = if group < 0 { at } else { bytes.len() - at };
        if let Some(separator) = separator.filter(|_| at > 0 && counted.is_multiple_of(every)) {
            out.push_str(separator);
        }
        for digit in [byte >> 4, byte & 15] {
            out.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    Ok(out)
}

/// `bytes.fromhex(text)`: white space may stand between pairs.
///
/// # Errors
/// `ValueError` if there is anything else.
pub fn to_bytes(text: &str) -> Result<Vec<u8>> {
    let refused =
        |at: usize| Error::value(format!("non-hexadecimal number found in fromhex() arg at position {at}"));
    if let Some(at) = text.chars().position(|c| !c.is_ascii()) {
        return Err(refused(at));
    }
    let bytes = text.as_bytes();
    let digit =
        |at: usize| bytes.get(at).and_then(|b| char::from(*b).to_digit(16)).ok_or_else(|| refused(at));
    let (mut out, mut at) = (Vec::with_capacity(bytes.len() / 2), 0);
    while at < bytes.len() {
        if is_space_byte(bytes[at]) {
            at += 1;
            continue;
        }
        out.push((digit(at)? * 16 + digit(at + 1)?) as u8);
        at += 2;
    }
    Ok(out)
}
