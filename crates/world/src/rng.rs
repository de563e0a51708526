//! A chooser by seed.

use crate::offers::Offer;
use crate::{ChoiceKey, World};

/// Of how many steps one is a fault, where faults are on offer.
const FAULT_EVERY: u64 = 12;

/// Numbers that look random and are the same for the same seed on every platform: SplitMix64 (Steele, Lea and Flood,
/// "Fast splittable pseudorandom number generators", 2014).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rng(u64);

impl Rng {
    /// The numbers of this seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
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

impl World {
    /// Let something happen that `rng` picks among all that is on offer: faults now and then where the scenario allows
    /// them, parts of calls in the POSIX profile. `false` when nothing but faults is left, as [`step`](Self::step).
    pub fn step_seeded(&mut self, rng: &mut Rng) -> bool {
        let Some(key) = self.pick(rng) else { return false };
        self.perform(key);
        true
    }

    /// What [`step_seeded`](Self::step_seeded) would take.
    pub fn pick(&self, rng: &mut Rng) -> Option<ChoiceKey> {
        let offers = self.offers();
        let (usual, extra): (Vec<&Offer>, Vec<&Offer>) = offers.iter().partition(|offer| !offer.extra);
        if usual.iter().all(|offer| offer.futile) {
            return None;
        }
        let list = if !extra.is_empty() && rng.below(FAULT_EVERY) == 0 { extra } else { usual };
        let key = list[rng.below(list.len() as u64) as usize].key;
        if let ChoiceKey::Run(task) = key
            && let Some(most) = self.most(task).filter(|most| *most > 1)
            && rng.below(2) == 0
        {
            return Some(ChoiceKey::Part(task, 1 + rng.below(most.into()) as u32));
        }
        Some(key)
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
    }
}
