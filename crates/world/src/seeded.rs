//! Letting a seed choose.

use rng::Rng;

use crate::offers::Offer;
use crate::{ChoiceKey, World};

/// Of how many steps one is a fault, where faults are on offer.
const FAULT_EVERY: u64 = 12;

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
