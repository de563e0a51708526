//! Whole numbers as text and back: `str(n)`, `hex(n)`, `int(text, base)`.

use num_bigint::{BigInt, BigUint, Sign};

use super::error::{Error, Result, within};
use super::numerals::plain;
use super::quote::{repr_bytes, repr_cut};

/// The most decimal digits that are converted either way (`sys.get_int_max_str_digits()`), because the work grows with
/// their square.
pub const MAX_DIGITS: usize = 4_300;

/// `str(n)`.
///
/// # Errors
/// `ValueError` if it has more than [`MAX_DIGITS`] digits.
pub fn decimal(n: &BigInt) -> Result<String> {
    let sign = if n.sign() == Sign::Minus { "-" } else { "" };
    Ok(format!("{sign}{}", decimal_digits(n.magnitude())?))
}

/// The decimal digits of a magnitude.
pub(crate) fn decimal_digits(n: &BigUint) -> Result<String> {
    let refused = || {
        Error::value(format!(
            "Exceeds the limit ({MAX_DIGITS} digits) for integer string conversion; \
             use sys.set_int_max_str_digits() to increase the limit"
        ))
    };
    // A digit is 3.32 bits: what has more bits than this has too many digits, and is not converted to find out.
    if n.bits() > MAX_DIGITS as u64 * 10 / 3 {
        return Err(refused());
    }
    let digits = n.to_str_radix(10);
    if digits.len() > MAX_DIGITS { Err(refused()) } else { Ok(digits) }
}

/// `bin(n)`, `oct(n)` and `hex(n)`: the digits in base 2, 8 or 16 with their prefix.
///
/// # Errors
/// `MemoryError` if the result is longer than `limit` bytes.
pub fn prefixed(n: &BigInt, base: u32, limit: usize) -> Result<String> {
    let sign = if n.sign() == Sign::Minus { "-" } else { "" };
    Ok(format!("{sign}{}{}", prefix(base), binary_digits(n.magnitude(), base, limit)?))
}

/// What stands before the digits of a base.
pub(crate) const fn prefix(base: u32) -> &'static str {
    match base {
        2 => "0b",
        8 => "0o",
        16 => "0x",
        _ => "",
    }
}

/// The digits of a magnitude in a base that is a power of two.
pub(crate) fn binary_digits(n: &BigUint, base: u32, limit: usize) -> Result<String> {
    within(
        usize::try_from(n.bits() / u64::from(base.ilog2())).unwrap_or(usize::MAX).saturating_add(4),
        limit,
    )?;
    Ok(n.to_str_radix(base))
}

/// `int(text, base)`: white space around it, a sign, a prefix that fits the base, single underscores between digits.
///
/// # Errors
/// `ValueError` if it is no such number, the base is none, or it has more than [`MAX_DIGITS`] digits in a base that is
/// not a power of two.
pub fn parse(text: &str, base: i64) -> Result<BigInt> {
    let shown = || repr_cut(text, 200);
    parse_plain(&plain(text), base, &shown)
}

/// `int(bytes, base)`.
///
/// # Errors
/// As [`parse`].
pub fn parse_bytes(bytes: &[u8], base: i64) -> Result<BigInt> {
    let shown = || cut(&repr_bytes(bytes, usize::MAX).unwrap_or_default(), 200);
    match std::str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => parse_plain(&plain(text), base, &shown),
        _ => Err(invalid(base, &shown())),
    }
}

pub(crate) fn cut(text: &str, n: usize) -> String {
    text.chars().take(n).collect()
}

fn invalid(base: i64, shown: &str) -> Error {
    Error::value(format!("invalid literal for int() with base {base}: {shown}"))
}

fn parse_plain(text: &str, base: i64, shown: &dyn Fn() -> String) -> Result<BigInt> {
    if base != 0 && !(2..=36).contains(&base) {
        return Err(Error::value("int() base must be >= 2 and <= 36, or 0"));
    }
    let (negative, unsigned) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (radix, digits, prefixed) = radix_of(unsigned, base);
    let digits = joined(digits, prefixed).ok_or_else(|| invalid(base, &shown()))?;
    if !digits.bytes().all(|b| char::from(b).is_digit(radix)) {
        return Err(invalid(base, &shown()));
    }
    if base == 0 && !prefixed && digits.starts_with('0') && digits.bytes().any(|b| b != b'0') {
        return Err(invalid(base, &shown()));
    }
    if !radix.is_power_of_two() && digits.len() > MAX_DIGITS {
        return Err(Error::value(format!(
            "Exceeds the limit ({MAX_DIGITS} digits) for integer string conversion: value has {} digits; \
             use sys.set_int_max_str_digits() to increase the limit",
            digits.len()
        )));
    }
    let magnitude = BigUint::parse_bytes(digits.as_bytes(), radix).ok_or_else(|| invalid(base, &shown()))?;
    Ok(BigInt::from_biguint(if negative { Sign::Minus } else { Sign::Plus }, magnitude))
}

/// The base that a text without sign is in, what follows its prefix, and whether it has one.
fn radix_of(text: &str, base: i64) -> (u32, &str, bool) {
    let named = match text.as_bytes() {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    if named != 0 && (base == 0 || base == i64::from(named)) {
        return (named, &text[2..], true);
    }
    (if base == 0 { 10 } else { u32::try_from(base).unwrap_or(10) }, text, false)
}

/// The digits without the underscores between them; none if there is no digit or an underscore stands elsewhere. One
/// may follow a prefix.
pub(crate) fn joined(digits: &str, after_prefix: bool) -> Option<String> {
    let body = if after_prefix { digits.strip_prefix('_').unwrap_or(digits) } else { digits };
    if body.is_empty() || body.starts_with('_') || body.ends_with('_') || body.contains("__") {
        return None;
    }
    Some(body.replace('_', ""))
}
