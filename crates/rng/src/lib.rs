//! Numbers that look random and are the same for the same seed on every platform, now and in later versions: links,
//! peers and the lab's wire depend on each of them.

/// The numbers of a seed: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
///
/// Unlike those of the libraries it can be hashed, as the state of a simulated world must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rng(u64);

impl Rng {
    /// The numbers of this seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number. The first one of a seed depends on every bit of the seed.
    pub const fn word(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 to `n` - 1.
    ///
    /// # Panics
    /// If `n` is 0.
    pub const fn below(&mut self, n: u64) -> u64 {
        assert!(n > 0, "there is no number below 0");
        // The high half of a product: no modulo, and hardly any bias for the small numbers that choices are.
        ((self.word() as u128 * n as u128) >> 64) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::Rng;

    #[test]
    fn the_numbers_of_a_seed_are_those_of_the_paper() {
        let mut rng = Rng::new(1_234_567);
        let words = [rng.word(), rng.word(), rng.word()];
        assert_eq!(words, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn a_number_below_three_is_each_of_the_three() {
        let mut rng = Rng::new(0);
        let mut seen = [0; 3];
        (0..300).for_each(|_| seen[rng.below(3) as usize] += 1);
        assert!(seen.iter().all(|n| *n > 60), "{seen:?}");
        assert_eq!(rng.below(1), 0);
    }
}
