//! Hashes as CPython has them on 64 bits: equal numbers have equal hashes, and a set of small numbers its order.
//!
//! Those of text and bytes differ from run to run in CPython; nothing may depend on them.

use num_bigint::{BigInt, Sign};
use num_traits::ToPrimitive;

/// Numbers hash to their remainder by this prime, 2 ** 61 - 1.
const MODULUS: u64 = (1 << 61) - 1;

/// `hash(n)` of a whole number.
pub fn int(n: &BigInt) -> i64 {
    let rest = (n.magnitude() % MODULUS).to_u64().unwrap_or(0);
    signed(rest, n.sign() == Sign::Minus)
}

/// `hash(n)` of a whole number of 64 bits.
pub fn small(n: i64) -> i64 {
    signed(n.unsigned_abs() % MODULUS, n < 0)
}

fn signed(rest: u64, negative: bool) -> i64 {
    // Below 2 ** 61: it fits. -1 means an error in C, so that no object hashes to it.
    let rest = rest as i64;
    match if negative { -rest } else { rest } {
        -1 => -2,
        hash => hash,
    }
}

/// `hash(x)` of a floating-point number: the same as of the whole number that it equals. NaN hashes by its address in
/// CPython; here it is 0.
pub fn float(x: f64) -> i64 {
    if x.is_nan() {
        return 0;
    }
    if x.is_infinite() {
        return if x > 0.0 { 314_159 } else { -314_159 };
    }
    let (mantissa, exponent) = super::float_math::taken_apart(x);
    // 2 ** 61 is 1, so that a power of two is a rotation by as many bits.
    let turn = exponent.rem_euclid(61) as u32;
    let rest = (u128::from(mantissa) << turn) % u128::from(MODULUS);
    signed(rest as u64, x < 0.0)
}

/// The hash of a tuple whose elements have these hashes (xxHash's round, as in CPython since 3.8).
pub fn tuple(hashes: &[i64]) -> i64 {
    const PRIMES: [u64; 3] =
        [11_400_714_785_074_694_791, 14_029_467_366_897_019_727, 2_870_177_450_012_600_261];
    let mut lane = PRIMES[2];
    for hash in hashes {
        lane = lane.wrapping_add((*hash as u64).wrapping_mul(PRIMES[1]));
        lane = lane.rotate_left(31).wrapping_mul(PRIMES[0]);
    }
    lane = lane.wrapping_add(hashes.len() as u64 ^ (PRIMES[2] ^ 3_527_539));
    if lane == u64::MAX { 1_546_275_796 } else { lane as i64 }
}
