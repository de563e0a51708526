//! Floating-point numbers of 16 bits (IEEE 754 binary16), for the code `e` of `struct`.

use super::float_math::taken_apart;
use super::int_math::half_even;

/// The nearest number of 16 bits, half to even; infinity if it is too large.
pub(super) fn from_f64(x: f64) -> u16 {
    let sign = if x.is_sign_negative() { 0x8000 } else { 0 };
    if x.is_nan() {
        return sign | 0x7E00;
    }
    if x.is_infinite() {
        return sign | 0x7C00;
    }
    let (mantissa, exponent) = taken_apart(x);
    if mantissa == 0 {
        return sign;
    }
    // In units of the last place: 2 ** -24 below the smallest normal number, eleven bits above.
    let top = exponent + 63 - i64::from(mantissa.leading_zeros());
    let unit = (top - 10).max(-24);
    let lost = unit - exponent;
    let units = if lost > 63 { 0 } else { half_even(mantissa, false, lost.max(0)) };
    // 2,048 units are 1,024 of the next size, and counting goes on across that edge.
    let field = u64::try_from(unit + 24).unwrap_or(0);
    let bits = (field << 10) + units;
    sign | u16::try_from(bits.min(0x7C00)).unwrap_or(0x7C00)
}

/// The value of a number of 16 bits.
pub(super) fn to_f64(bits: u16) -> f64 {
    let (field, fraction) = (bits >> 10 & 0x1F, f64::from(bits & 0x3FF));
    let power = |n: i32| f64::from_bits(((1_023 + n) as u64) << 52);
    let value = match field {
        0 => fraction * power(-24),
        0x1F if fraction == 0.0 => f64::INFINITY,
        0x1F => f64::NAN,
        _ => (fraction + 1_024.0) * power(i32::from(field) - 25),
    };
    if bits & 0x8000 == 0 { value } else { -value }
}
