//! `repr()` and `ascii()` of text and bytes: which quotes, which escapes.

use unicode_general_category::{GeneralCategory as Category, get_general_category};

use super::error::{Result, within};

/// Whether a character is shown as itself in a `repr()` (`str.isprintable`): anything but controls, separators other
/// than the space, and what Unicode 14 has not assigned.
pub fn is_printable(c: char) -> bool {
    if c.is_ascii() {
        return (' '..='~').contains(&c);
    }
    !matches!(
        get_general_category(c),
        Category::Control
            | Category::Format
            | Category::Surrogate
            | Category::PrivateUse
            | Category::Unassigned
            | Category::LineSeparator
            | Category::ParagraphSeparator
            | Category::SpaceSeparator
    )
}

/// `repr(text)`.
///
/// # Errors
/// `MemoryError` if the result is longer than `limit` bytes.
pub fn repr_str(text: &str, limit: usize) -> Result<String> {
    quoted(text, limit, is_printable)
}

/// `ascii(text)`: as `repr`, and everything beyond ASCII is escaped.
///
/// # Errors
/// `MemoryError` if the result is longer than `limit` bytes.
pub fn ascii_str(text: &str, limit: usize) -> Result<String> {
    quoted(text, limit, |c| (' '..='~').contains(&c))
}

/// `ascii()` of any other object: its `repr()` with everything beyond ASCII escaped.
///
/// # Errors
/// `MemoryError` if the result is longer than `limit` bytes.
pub fn ascii_of_repr(repr: &str, limit: usize) -> Result<String> {
    let mut out = String::new();
    for c in repr.chars() {
        if c.is_ascii() {
            out.push(c)
        } else {
            escape(c, &mut out)
        }
        within(out.len(), limit)?;
    }
    Ok(out)
}

/// `repr(bytes)`.
///
/// # Errors
/// `MemoryError` if the result is longer than `limit` bytes.
pub fn repr_bytes(bytes: &[u8], limit: usize) -> Result<String> {
    let quote = quote_for(bytes.contains(&b'\''), bytes.contains(&b'"'));
    let mut out = String::from("b");
    out.push(quote);
    for byte in bytes {
        let c = char::from(*byte);
        if c == quote || c == '\\' {
            out.push('\\');
            out.push(c);
        } else if (' '..='~').contains(&c) {
            out.push(c);
        } else {
            escape(c, &mut out);
        }
        within(out.len(), limit)?;
    }
    out.push(quote);
    within(out.len(), limit)?;
    Ok(out)
}

/// `repr(bytearray)`.
///
/// # Errors
/// `MemoryError` if the result is longer than `limit` bytes.
pub fn repr_bytearray(bytes: &[u8], limit: usize) -> Result<String> {
    // It turns to double quotes as bytes do, yet escapes the single quote all the same.
    let inner = repr_bytes(bytes, limit)?;
    let shown = if inner.starts_with("b\"") { inner.replace('\'', "\\'") } else { inner };
    within(shown.len() + 11, limit)?;
    Ok(format!("bytearray({shown})"))
}

/// The first `n` characters of `repr(text)`, as messages with `%.200R` show it.
pub(crate) fn repr_cut(text: &str, n: usize) -> String {
    // A character takes at most ten in the repr, and at least one.
    let head: String = text.chars().take(n).collect();
    let quote = quote_for(text.contains('\''), text.contains('"'));
    let mut out = inner(&head, quote, is_printable);
    out.insert(0, quote);
    if head.len() == text.len() {
        out.push(quote);
    }
    out.chars().take(n).collect()
}

fn quoted(text: &str, limit: usize, shown: impl Fn(char) -> bool) -> Result<String> {
    within(text.len(), limit)?;
    let quote = quote_for(text.contains('\''), text.contains('"'));
    let inner = inner(text, quote, shown);
    within(inner.len() + 2, limit)?;
    Ok(format!("{quote}{inner}{quote}"))
}

/// Single quotes, unless the text has them and no double ones.
const fn quote_for(single: bool, double: bool) -> char {
    if single && !double { '"' } else { '\'' }
}

fn inner(text: &str, quote: char, shown: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    for c in text.chars() {
        if c == quote || c == '\\' {
            out.push('\\');
            out.push(c);
        } else if shown(c) {
            out.push(c);
        } else {
            escape(c, &mut out);
        }
    }
    out
}

/// One character as a backslash escape, in the shortest of its forms.
pub(crate) fn escape(c: char, out: &mut String) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let (letter, digits) = match c {
        '\t' => return out.push_str("\\t"),
        '\n' => return out.push_str("\\n"),
        '\r' => return out.push_str("\\r"),
        '\0'..='\u{ff}' => ('x', 2),
        '\u{100}'..='\u{ffff}' => ('u', 4),
        _ => ('U', 8),
    };
    out.push('\\');
    out.push(letter);
    for place in (0..digits).rev() {
        out.push(char::from(HEX[(u32::from(c) >> (4 * place) & 15) as usize]));
    }
}
