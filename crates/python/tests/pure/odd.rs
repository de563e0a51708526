//! Generated values: odd ones more often than chance would give them.

use num_bigint::{BigInt, Sign};
use rng::Rng;

/// Values of a seed.
pub(crate) struct Odd(Rng);

impl Odd {
    /// The values of this seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(Rng::new(seed))
    }

    /// A number from 0 to `n` - 1.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.0.below(n as u64)).expect("it is below a usize")
    }

    /// One of these.
    pub(crate) fn of<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }

    /// A number near zero, near a power of two, or anything of some hundred bits.
    pub(crate) fn int(&mut self) -> BigInt {
        let n = match self.below(4) {
            0 => BigInt::from(self.below(21)),
            1 => (BigInt::from(1) << self.below(140)) + BigInt::from(self.below(3)) - 1,
            2 => {
                BigInt::from(10).pow(u32::try_from(self.below(40)).expect("small"))
                    + BigInt::from(self.below(3))
                    - 1
            }
            _ => {
                let bytes: Vec<u8> = (0..self.below(40)).map(|_| self.byte()).collect();
                BigInt::from_bytes_be(Sign::Plus, &bytes)
            }
        };
        if self.below(3) == 0 { -n } else { n }
    }

    /// A byte.
    pub(crate) fn byte(&mut self) -> u8 {
        self.below(256) as u8
    }

    /// A floating-point number: special, simple, or any bits.
    pub(crate) fn float(&mut self) -> f64 {
        const ODD: [f64; 16] = [
            0.0,
            -0.0,
            1.0,
            0.5,
            2.5,
            1e16,
            1e15,
            9_999_999_999_999_998.0,
            1e-4,
            9.999e-5,
            1e22,
            5e-324,
            f64::MAX,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
        ];
        match self.below(6) {
            0 => ODD[self.below(16)],
            1 => self.below(2_000_001) as f64 / 1000.0 - 1000.0,
            2 => (self.below(20_001) as f64 - 10_000.0) / 8.0,
            3 => self.below(1_000_000) as f64 * 10_f64.powi(self.below(40) as i32 - 20),
            _ => f64::from_bits(self.0.word()),
        }
    }

    /// Up to `most` of these pieces, one after the other.
    pub(crate) fn joined(&mut self, pieces: &[&str], most: usize) -> String {
        (0..self.below(most + 1)).map(|_| self.of(pieces)).collect()
    }

    /// Up to `most` of these bytes.
    pub(crate) fn octets(&mut self, pieces: &[u8], most: usize) -> Vec<u8> {
        (0..self.below(most + 1)).map(|_| pieces[self.below(pieces.len())]).collect()
    }
}
