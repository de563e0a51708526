//! Floating-point numbers as text and back: `repr(x)`, `float(text)`, and the digits that formatting asks for.

use super::error::{Error, Result};
use super::numerals::plain;
use super::quote::{repr_bytes, repr_str};
use super::shape::Shape;

/// Beyond this many places a double has nothing but zeros: the smallest has 1,074.
const MOST_PLACES: usize = 1_100;

/// `repr(x)` and `str(x)`: the fewest digits that read back as the same number, with an exponent if the number is at
/// least 1e16 or less than 1e-4.
pub fn repr(x: f64) -> String {
    let (digits, rest) = Shape { letter: None, precision: None, alternate: false }.of(x);
    let sign = if x.is_sign_negative() && !x.is_nan() { "-" } else { "" };
    format!("{sign}{digits}{rest}")
}

/// `inf` or `nan`; none if the number is finite.
pub(crate) const fn unsigned_name(x: f64) -> Option<&'static str> {
    if x.is_nan() {
        Some("nan")
    } else if x.is_infinite() {
        Some("inf")
    } else {
        None
    }
}

/// The fewest digits that read back as `x` (not negative, finite), and the power of ten of the first.
///
/// Rust prints the shortest digits and among these the nearest, as CPython does; the layout differs and is ours.
pub(crate) fn shortest(x: f64) -> (String, i32) {
    taken_apart(&format!("{x:e}"))
}

/// The first `count` digits of `x` (not negative, finite), rounded half to even, and the power of ten of the first.
pub(crate) fn significant(x: f64, count: usize) -> (String, i32) {
    let asked = count.clamp(1, MOST_PLACES);
    let (mut digits, exponent) = taken_apart(&format!("{x:.*e}", asked - 1));
    digits.extend(std::iter::repeat_n('0', count.saturating_sub(digits.len())));
    (digits, exponent)
}

/// `x` (not negative, finite) with `places` digits after the point, rounded half to even.
pub(crate) fn rounded(x: f64, places: usize) -> String {
    let asked = places.min(MOST_PLACES);
    let mut text = format!("{x:.asked$}");
    text.extend(std::iter::repeat_n('0', places - asked));
    text
}

fn taken_apart(text: &str) -> (String, i32) {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    (mantissa.replace('.', ""), exponent.parse().unwrap_or(0))
}

/// Digits with the point where the exponent says, with zeros where it lies outside of them.
pub(crate) fn fixed(digits: &str, exponent: i32) -> String {
    let Ok(whole) = usize::try_from(exponent) else {
        let zeros = usize::try_from(-1 - exponent).unwrap_or(0);
        return format!("0.{}{digits}", "0".repeat(zeros));
    };
    if digits.len() <= whole + 1 {
        return format!("{digits}{}", "0".repeat(whole + 1 - digits.len()));
    }
    format!("{}.{}", &digits[..=whole], &digits[whole + 1..])
}

/// `float(text)`.
///
/// # Errors
/// `ValueError` if it is no number.
pub fn parse(text: &str) -> Result<f64> {
    read(&plain(text)).ok_or_else(|| {
        refused(&repr_str(text, text.len().saturating_mul(10).saturating_add(2)).unwrap_or_default())
    })
}

/// `float(bytes)`.
///
/// # Errors
/// `ValueError` if it is no number.
pub fn parse_bytes(bytes: &[u8]) -> Result<f64> {
    std::str::from_utf8(bytes)
        .ok()
        .filter(|text| text.is_ascii())
        .and_then(|text| read(&plain(text)))
        .ok_or_else(|| refused(&repr_bytes(bytes, usize::MAX).unwrap_or_default()))
}

fn refused(shown: &str) -> Error {
    Error::value(format!("could not convert string to float: {shown}"))
}

/// Reads what both Rust and CPython take as a number, once the underscores between digits are gone.
fn read(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    let digit = |at: Option<&u8>| at.is_some_and(u8::is_ascii_digit);
    let misplaced = |at: usize| {
        !digit(at.checked_sub(1).and_then(|before| bytes.get(before))) || !digit(bytes.get(at + 1))
    };
    if bytes.iter().enumerate().any(|(at, byte)| *byte == b'_' && misplaced(at)) {
        return None;
    }
    let joined = text.replace('_', "");
    let unsigned = joined.strip_prefix(['+', '-']).unwrap_or(&joined);
    let named = ["inf", "infinity", "nan"].iter().any(|name| unsigned.eq_ignore_ascii_case(name));
    let plain = unsigned.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-'));
    if named || plain { joined.parse().ok() } else { None }
}
