//! Arithmetic of whole numbers where Python's differs from Rust's, and their way to floating point.

use std::cmp::Ordering;

use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{One, Signed, ToPrimitive, Zero};

use super::error::{Error, Kind, Result};
use super::float_math::scaled;

fn by_zero(message: &str) -> Error {
    Error::new(Kind::ZeroDivision, message)
}

/// `a // b`, rounded down.
///
/// # Errors
/// `ZeroDivisionError`.
pub fn floor_div(a: &BigInt, b: &BigInt) -> Result<BigInt> {
    if b.is_zero() { Err(by_zero("integer division or modulo by zero")) } else { Ok(a.div_floor(b)) }
}

/// `a % b`, with the sign of `b`.
///
/// # Errors
/// `ZeroDivisionError`.
pub fn modulo(a: &BigInt, b: &BigInt) -> Result<BigInt> {
    if b.is_zero() { Err(by_zero("integer modulo by zero")) } else { Ok(a.mod_floor(b)) }
}

/// `divmod(a, b)`.
///
/// # Errors
/// `ZeroDivisionError`.
pub fn div_mod(a: &BigInt, b: &BigInt) -> Result<(BigInt, BigInt)> {
    if b.is_zero() { Err(by_zero("integer division or modulo by zero")) } else { Ok(a.div_mod_floor(b)) }
}

/// `a ** b` for `b` of at least 0; a negative exponent is the caller's: it makes floating-point numbers.
///
/// # Errors
/// `MemoryError` if the result has more than `limit_bits` bits.
pub fn power(base: &BigInt, exponent: &BigInt, limit_bits: u64) -> Result<BigInt> {
    if exponent.is_zero() {
        return Ok(BigInt::one());
    }
    if base.magnitude().is_one() || base.is_zero() {
        return Ok(if base.is_negative() && exponent.is_even() { -base } else { base.clone() });
    }
    let n = exponent.to_u32().ok_or_else(Error::too_large)?;
    // A number of k bits is at least 2 ** (k - 1), so that its power has more than (k - 1) * n bits.
    if (base.bits() - 1).saturating_mul(u64::from(n)) > limit_bits {
        return Err(Error::too_large());
    }
    Ok(base.pow(n))
}

/// The most steps that [`power_modulo`] may take: bits of the exponent times the square of the modulus' words. It is a
/// second or so, and a thousand times what keys of 4,096 bits need.
const MOST_STEPS: u64 = 1 << 34;

/// `pow(base, exponent, modulus)`.
///
/// # Errors
/// `ValueError` if the modulus is 0, or the exponent is negative and the base has no inverse; `MemoryError` if it would take
/// longer than anybody waits.
pub fn power_modulo(base: &BigInt, exponent: &BigInt, modulus: &BigInt) -> Result<BigInt> {
    if modulus.is_zero() {
        return Err(Error::value("pow() 3rd argument cannot be 0"));
    }
    let words = modulus.bits() / 64 + 1;
    if words.saturating_mul(words).saturating_mul(exponent.bits()) > MOST_STEPS {
        return Err(Error::too_large());
    }
    if exponent.is_negative() {
        let inverse = base
            .modinv(modulus)
            .ok_or_else(|| Error::value("base is not invertible for the given modulus"))?;
        return Ok(inverse.modpow(&-exponent, modulus));
    }
    Ok(base.modpow(exponent, modulus))
}

/// `a << b`.
///
/// # Errors
/// `ValueError` if `b` is negative, `MemoryError` if the result has more than `limit_bits` bits.
pub fn shift_left(a: &BigInt, b: &BigInt, limit_bits: u64) -> Result<BigInt> {
    if b.is_negative() {
        return Err(Error::value("negative shift count"));
    }
    if a.is_zero() {
        return Ok(BigInt::zero());
    }
    let count =
        b.to_u64().filter(|n| a.bits().saturating_add(*n) <= limit_bits).ok_or_else(Error::too_large)?;
    Ok(a << count)
}

/// `a >> b`, rounded down.
///
/// # Errors
/// `ValueError` if `b` is negative.
pub fn shift_right(a: &BigInt, b: &BigInt) -> Result<BigInt> {
    if b.is_negative() {
        return Err(Error::value("negative shift count"));
    }
    let gone = if a.is_negative() { -BigInt::one() } else { BigInt::zero() };
    Ok(match b.to_u64() {
        Some(count) if count <= a.bits() => a >> count,
        _ => gone,
    })
}

/// `float(n)`, rounded half to even.
///
/// # Errors
/// `OverflowError` if it is too large.
pub fn to_float(n: &BigInt) -> Result<f64> {
    n.to_f64().filter(|x| x.is_finite()).ok_or_else(|| Error::overflow("int too large to convert to float"))
}

/// `a / b`, rounded half to even from the exact quotient.
///
/// # Errors
/// `ZeroDivisionError`; `OverflowError` if the quotient is too large for a float.
pub fn true_div(a: &BigInt, b: &BigInt) -> Result<f64> {
    if b.is_zero() {
        return Err(by_zero("division by zero"));
    }
    if a.is_zero() {
        return Ok(if b.is_negative() { -0.0 } else { 0.0 });
    }
    let (negative, a, b) = (a.is_negative() != b.is_negative(), a.magnitude(), b.magnitude());
    let span = i64::try_from(a.bits()).unwrap_or(i64::MAX) - i64::try_from(b.bits()).unwrap_or(i64::MAX);
    if span > 1_025 {
        return Err(Error::overflow("integer division result too large for a float"));
    }
    if span < -1_080 {
        return Ok(if negative { -0.0 } else { 0.0 });
    }
    // The quotient in units of 2 ** shift has 55 or 56 bits: two or three more than a double keeps, fewer below the
    // smallest normal number.
    let shift = span.max(-1_022) - 55;
    let (numerator, denominator) = match shift {
        ..=0 => (a << shift.unsigned_abs(), b.clone()),
        _ => (a.clone(), b << shift.unsigned_abs()),
    };
    let (quotient, rest) = numerator.div_rem(&denominator);
    let quotient = quotient.to_u64().unwrap_or(u64::MAX);
    let bits = i64::from(64 - quotient.leading_zeros());
    let extra = (bits - 53).max(-1_074 - shift).clamp(0, 63);
    let value = scaled(half_even(quotient, !rest.is_zero(), extra), shift + extra);
    if value.is_infinite() {
        return Err(Error::overflow("integer division result too large for a float"));
    }
    Ok(if negative { -value } else { value })
}

/// `n / 2 ** extra`, rounded half to even; `more` says that the exact value is a little larger than `n`.
pub(crate) fn half_even(n: u64, more: bool, extra: i64) -> u64 {
    if extra == 0 {
        return n;
    }
    let (kept, lost, half) = (n >> extra, n & ((1 << extra) - 1), 1_u64 << (extra - 1));
    let up = lost > half || (lost == half && (more || kept & 1 == 1));
    kept + u64::from(up)
}

/// The order of a whole number and a floating-point number, by their exact values; none for NaN.
pub fn compare_float(n: &BigInt, x: f64) -> Option<Ordering> {
    if x.is_nan() {
        return None;
    }
    if x.is_infinite() {
        return Some(if x > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    let whole = from_float(x.floor())?;
    Some(n.cmp(&whole).then(if x.fract() == 0.0 { Ordering::Equal } else { Ordering::Less }))
}

/// A finite floating-point number that is whole, as a whole number; what follows its point is cut off.
pub fn from_float(x: f64) -> Option<BigInt> {
    if !x.is_finite() {
        return None;
    }
    let bits = x.to_bits();
    let (field, fraction) = (bits >> 52 & 0x7FF, bits & ((1 << 52) - 1));
    if field < 1_023 {
        return Some(BigInt::zero());
    }
    let (mantissa, shift) = (fraction | 1 << 52, field as i64 - 1_075);
    let magnitude = if shift < 0 {
        (mantissa >> shift.unsigned_abs()).into()
    } else {
        num_bigint::BigUint::from(mantissa) << shift
    };
    Some(BigInt::from_biguint(if x < 0.0 { Sign::Minus } else { Sign::Plus }, magnitude))
}

/// `round(n, digits)` of a whole number: to a multiple of a power of ten when `digits` is negative, half to even.
pub fn round(n: &BigInt, digits: &BigInt) -> BigInt {
    if !digits.is_negative() {
        return n.clone();
    }
    // Beyond its own number of digits nothing is left: three bits are less than a digit.
    let Some(places) = (-digits).to_u32().filter(|places| u64::from(*places) <= n.bits() / 3 + 1) else {
        return BigInt::zero();
    };
    let unit = BigInt::from(10).pow(places);
    let (quotient, rest) = n.div_mod_floor(&unit);
    let up = match (&rest * 2_i32).cmp(&unit) {
        Ordering::Less => false,
        Ordering::Equal => quotient.is_odd(),
        Ordering::Greater => true,
    };
    (quotient + i32::from(up)) * unit
}
