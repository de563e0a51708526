//! Floating-point numbers in hexadecimal: `float.hex`, `float.fromhex`, which lose nothing.

use num_bigint::{BigInt, BigUint, Sign};
use num_traits::{ToPrimitive, Zero};

use super::error::{Error, Result};
use super::float_math::taken_apart;
use super::float_text::unsigned_name;
use super::int_math::{to_float, true_div};
use super::numerals::is_space;

/// `x.hex()`
pub fn of_float(x: f64) -> String {
    let sign = if x.is_sign_negative() && !x.is_nan() { "-" } else { "" };
    if let Some(name) = unsigned_name(x) {
        return format!("{sign}{name}");
    }
    if x == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let (mantissa, exponent) = taken_apart(x);
    // 52 bits are 13 digits behind the point; a subnormal number has no one before it.
    let (first, rest) = (mantissa >> 52, mantissa & ((1 << 52) - 1));
    format!("{sign}0x{first}.{rest:013x}p{:+}", exponent + 52)
}

/// `float.fromhex(text)`: the nearest number, half to even.
///
/// # Errors
/// `ValueError` if it is none, `OverflowError` if it is too large.
pub fn parse(text: &str) -> Result<f64> {
    let invalid = || Error::value("invalid hexadecimal floating-point string");
    let trimmed = text.trim_matches(is_space);
    let (negative, unsigned) = match trimmed.as_bytes().first() {
        Some(b'-') => (true, &trimmed[1..]),
        Some(b'+') => (false, &trimmed[1..]),
        _ => (false, trimmed),
    };
    let magnitude = match unsigned.to_ascii_lowercase().as_str() {
        "inf" | "infinity" => f64::INFINITY,
        "nan" => f64::NAN,
        lower => value(lower.strip_prefix("0x").unwrap_or(lower)).ok_or_else(invalid)??,
    };
    Ok(if negative { -magnitude } else { magnitude })
}

/// Digits, a point among them, and an exponent; none if it is anything else.
fn value(text: &str) -> Option<Result<f64>> {
    let (digits, exponent) = match text.split_once('p') {
        Some((digits, exponent)) => (digits, power(exponent)?),
        None => (text, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{fraction}");
    if all.is_empty() || !all.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let mantissa = BigUint::parse_bytes(all.as_bytes(), 16)?;
    let exponent = exponent.saturating_sub(4 * i64::try_from(fraction.len()).unwrap_or(i64::MAX));
    Some(scaled(mantissa, exponent))
}

/// An exponent; one that is out of all bounds is cut off.
fn power(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let far = if text.starts_with('-') { i64::MIN / 2 } else { i64::MAX / 2 };
    Some(text.parse().unwrap_or(far).clamp(i64::MIN / 2, i64::MAX / 2))
}

fn scaled(mantissa: BigUint, exponent: i64) -> Result<f64> {
    let too_large = || Error::overflow("hexadecimal value too large to represent as a float");
    if mantissa.is_zero() {
        return Ok(0.0);
    }
    let top = exponent.saturating_add(i64::try_from(mantissa.bits()).unwrap_or(i64::MAX));
    if top > 1_100 {
        return Err(too_large());
    }
    if top < -1_100 {
        return Ok(0.0);
    }
    let whole = BigInt::from_biguint(Sign::Plus, mantissa);
    match exponent.to_u64() {
        Some(shift) => to_float(&(whole << shift)).map_err(|_| too_large()),
        None => true_div(&whole, &(BigInt::from(1) << exponent.unsigned_abs())).map_err(|_| too_large()),
    }
}
