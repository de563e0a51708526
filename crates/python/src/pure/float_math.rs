//! Arithmetic of floating-point numbers where Python's differs from Rust's.

use num_bigint::{BigInt, BigUint, Sign};

use super::error::{Error, Kind, Result};
use super::float_text::rounded;
use super::int_math::from_float;

fn by_zero(message: &str) -> Error {
    Error::new(Kind::ZeroDivision, message)
}

/// `a / b`.
///
/// # Errors
/// `ZeroDivisionError`.
pub fn true_div(a: f64, b: f64) -> Result<f64> {
    if b == 0.0 { Err(by_zero("float division by zero")) } else { Ok(a / b) }
}

/// `a // b`.
///
/// # Errors
/// `ZeroDivisionError`.
pub fn floor_div(a: f64, b: f64) -> Result<f64> {
    if b == 0.0 { Err(by_zero("float floor division by zero")) } else { Ok(quotient_and_rest(a, b).0) }
}

/// `a % b`, with the sign of `b`.
///
/// # Errors
/// `ZeroDivisionError`.
pub fn modulo(a: f64, b: f64) -> Result<f64> {
    if b == 0.0 { Err(by_zero("float modulo")) } else { Ok(quotient_and_rest(a, b).1) }
}

/// `divmod(a, b)`.
///
/// # Errors
/// `ZeroDivisionError`.
pub fn div_mod(a: f64, b: f64) -> Result<(f64, f64)> {
    if b == 0.0 { Err(by_zero("float divmod()")) } else { Ok(quotient_and_rest(a, b)) }
}

fn quotient_and_rest(a: f64, b: f64) -> (f64, f64) {
    let mut rest = a % b;
    let mut quotient = (a - rest) / b;
    if rest == 0.0 {
        rest = 0.0_f64.copysign(b);
    } else if (b < 0.0) != (rest < 0.0) {
        rest += b;
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return (0.0_f64.copysign(a / b), rest);
    }
    // The quotient is whole but for what the division lost.
    let floor = quotient.floor();
    (if quotient - floor > 0.5 { floor + 1.0 } else { floor }, rest)
}

/// `a ** b`, the same on every platform: exact to the last bit for whole exponents of up to 64 and for a half, else as
/// `libm` has it, which may be one bit off. A negative base with a fraction as exponent is a complex number in CPython: there are none here.
///
/// # Errors
/// `ZeroDivisionError`; `OverflowError` with `(34, 'Numerical result out of range')` as text; `ValueError` for what
/// would be complex.
pub fn power(a: f64, b: f64) -> Result<f64> {
    if a == 0.0 && b < 0.0 && b.is_finite() {
        return Err(by_zero("0.0 cannot be raised to a negative power"));
    }
    if a < 0.0 && a.is_finite() && b.is_finite() && b.fract() != 0.0 {
        return Err(Error::value("complex numbers are not supported"));
    }
    let result = exact_power(a, b).unwrap_or_else(|| libm::pow(a, b));
    if result.is_infinite() && a.is_finite() && b.is_finite() {
        return Err(Error::overflow("(34, 'Numerical result out of range')"));
    }
    Ok(result)
}

/// The exponents that programs use, where a wrong last bit would show; none for the others and near the ends of the
/// range.
fn exact_power(a: f64, b: f64) -> Option<f64> {
    if !a.is_normal() {
        return None;
    }
    if b == 0.5 && a > 0.0 {
        return Some(a.sqrt());
    }
    if b.fract() != 0.0 || b.abs() > 64.0 {
        return None;
    }
    let mut result = (1.0, 0.0);
    for _ in 0..b.abs() as u32 {
        result = times(result, a);
        if !(1e-250..1e250).contains(&result.0.abs()) {
            return None;
        }
    }
    if b < 0.0 {
        let first = 1.0 / result.0;
        // What is left of 1 when the first guess is taken from it says how far off that is.
        let (product, lost) = exact_product(first, result.0);
        let rest = (1.0 - product) - lost - first * result.1;
        return Some(first + rest * first);
    }
    Some(result.0 + result.1)
}

/// A number of twice the usual digits, as an unevaluated sum, times a factor.
fn times((high, low): (f64, f64), factor: f64) -> (f64, f64) {
    let (product, lost) = exact_product(high, factor);
    let rest = lost + low * factor;
    let sum = product + rest;
    (sum, rest - (sum - product))
}

/// A product and what rounding it loses (Dekker, "A floating-point technique for extending the available precision",
/// 1971). `mul_add` would be a call of a library in the browser.
fn exact_product(a: f64, b: f64) -> (f64, f64) {
    let halves = |x: f64| {
        let high = f64::from_bits(x.to_bits() & !0x7FF_FFFF);
        (high, x - high)
    };
    let (product, (a1, a2), (b1, b2)) = (a * b, halves(a), halves(b));
    (product, ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2)
}

/// `int(x)`: what follows the point is cut off.
///
/// # Errors
/// `ValueError` for NaN, `OverflowError` for infinity.
pub fn to_int(x: f64) -> Result<BigInt> {
    from_float(x).ok_or_else(|| {
        if x.is_nan() {
            Error::value("cannot convert float NaN to integer")
        } else {
            Error::overflow("cannot convert float infinity to integer")
        }
    })
}

/// `round(x)`: to the nearest whole number, half to even.
///
/// # Errors
/// As [`to_int`].
pub fn round_to_int(x: f64) -> Result<BigInt> {
    to_int(x.round_ties_even())
}

/// `round(x, digits)`: the number nearest to the decimal rounding of the exact value, half to even.
///
/// # Errors
/// `OverflowError` if the rounded value is too large.
pub fn round(x: f64, digits: i64) -> Result<f64> {
    // A double has no more than 323 places that count, and is never as large as 1e309.
    if !x.is_finite() || x == 0.0 || digits > 323 {
        return Ok(x);
    }
    if digits < -308 {
        return Ok(0.0_f64.copysign(x));
    }
    let text = match usize::try_from(digits) {
        Ok(places) => rounded(x.abs(), places),
        Err(_) => {
            let whole = from_float(x.abs().floor()).unwrap_or_default();
            let odd = x.fract() != 0.0;
            tens(&whole, digits.unsigned_abs(), odd).to_string()
        }
    };
    let value: f64 = text.parse().unwrap_or(f64::INFINITY);
    if value.is_infinite() {
        return Err(Error::overflow("rounded value too large to represent"));
    }
    Ok(value.copysign(x))
}

/// A whole number rounded to a multiple of a power of ten, half to even; `more` says that the exact value is a little
/// larger.
fn tens(n: &BigInt, places: u64, more: bool) -> BigInt {
    let places = BigInt::from(places);
    let down = super::int_math::round(n, &-&places);
    let unit = BigInt::from(10).pow(u32::try_from(&places).unwrap_or(0));
    // Only a value that lay exactly in the middle and was rounded down is changed by what follows the point.
    if more && (n - &down) * 2_i32 == unit { down + unit } else { down }
}

/// `n * 2 ** exponent`, which must be a double or too large for one.
pub(crate) fn scaled(n: u64, exponent: i64) -> f64 {
    let mut value = n as f64;
    let mut left = exponent;
    while left != 0 && value.is_finite() && value != 0.0 {
        let step = left.clamp(-1_022, 1_023);
        value *= f64::from_bits(((step + 1_023) as u64) << 52);
        left -= step;
    }
    value
}

/// `x.is_integer()`.
pub fn is_integer(x: f64) -> bool {
    x.is_finite() && x.fract() == 0.0
}

/// `x.as_integer_ratio()`.
///
/// # Errors
/// `ValueError` for NaN, `OverflowError` for infinity.
pub fn as_integer_ratio(x: f64) -> Result<(BigInt, BigInt)> {
    if x.is_nan() {
        return Err(Error::value("cannot convert NaN to integer ratio"));
    }
    if x.is_infinite() {
        return Err(Error::overflow("cannot convert Infinity to integer ratio"));
    }
    let (mantissa, exponent) = taken_apart(x);
    let sign = if x < 0.0 { Sign::Minus } else { Sign::Plus };
    let zeros = i64::from(mantissa.trailing_zeros().min(63)).min((-exponent).max(0));
    let (mantissa, exponent) = (BigUint::from(mantissa >> zeros), exponent + zeros);
    let one = BigInt::from(1);
    if exponent >= 0 {
        return Ok((BigInt::from_biguint(sign, mantissa << exponent), one));
    }
    if mantissa == BigUint::default() {
        return Ok((BigInt::default(), one));
    }
    Ok((BigInt::from_biguint(sign, mantissa), one << exponent.unsigned_abs()))
}

/// The magnitude of a finite number as a whole number of units of 2 ** exponent.
pub(crate) fn taken_apart(x: f64) -> (u64, i64) {
    let (field, fraction) = ((x.to_bits() >> 52 & 0x7FF) as i64, x.to_bits() & ((1 << 52) - 1));
    if field == 0 { (fraction, -1_074) } else { (fraction | 1 << 52, field - 1_075) }
}
