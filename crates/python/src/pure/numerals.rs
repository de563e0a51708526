//! The digits and the white space of numbers in text: of every script, as `int()` and `float()` take them.

use std::borrow::Cow;

use unicode_general_category::{GeneralCategory, get_general_category};

/// The value of a decimal digit of any script (`str.isdecimal`), 0 to 9.
///
/// In Unicode each script's ten digits stand in a row that begins with zero; the rows begin at multiples of 16 or six
/// beyond, but for those of mathematical letters, which follow one another without a gap from U+1D7CE.
pub fn decimal(c: char) -> Option<u32> {
    if c.is_ascii() {
        return c.to_digit(10);
    }
    if get_general_category(c) != GeneralCategory::DecimalNumber {
        return None;
    }
    let code = u32::from(c);
    if (0x1D7CE..=0x1D7FF).contains(&code) {
        return Some((code - 0x1D7CE) % 10);
    }
    Some(if code % 16 >= 6 && !is_digit(code - code % 16) { code % 16 - 6 } else { code % 16 })
}

fn is_digit(code: u32) -> bool {
    char::from_u32(code).is_some_and(|c| get_general_category(c) == GeneralCategory::DecimalNumber)
}

/// Whether `str.isspace` holds for a character: Unicode's white space and the four separators of ASCII (0x1C to 0x1F).
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\x1c'..='\x1f').contains(&c)
}

/// Whether `bytes.isspace` holds for a byte: the six of C's `isspace`.
pub const fn is_space_byte(b: u8) -> bool {
    matches!(b, b'\t'..=b'\r' | b' ')
}

/// The text that `int()` and `float()` look at: without white space around it, digits of other scripts as ASCII's. A
/// character that is neither stays, and will be refused; so will ASCII's separators, which these two do not pass over.
pub(crate) fn plain(text: &str) -> Cow<'_, str> {
    let trimmed = text.trim_matches(|c| is_space(c) && !('\x1c'..='\x1f').contains(&c));
    if trimmed.is_ascii() {
        return Cow::Borrowed(trimmed);
    }
    Cow::Owned(
        trimmed.chars().map(|c| decimal(c).and_then(|d| char::from_digit(d, 10)).unwrap_or(c)).collect(),
    )
}
