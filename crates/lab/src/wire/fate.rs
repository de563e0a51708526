//! What chance does to a packet. It depends on the wire's seed and on the packet's place in its direction alone: the same
//! seed does the same to the same packets, however late they come.

use protocol::WireSpec;
use rng::Rng;

/// What chance wants of one packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fate {
    pub(super) lose: bool,
    pub(super) duplicate: bool,
    pub(super) reorder: bool,
}

impl Fate {
    /// Of the packet that is the `place`th, from 0, between these hosts.
    pub(super) fn of(spec: &WireSpec, from: u16, to: u16, place: u64) -> Self {
        let drawn = |kind: u64, thousandths: u16| {
            let way = kind << 32 | u64::from(from) << 16 | u64::from(to);
            let mixed = mix(mix(mix(spec.seed).wrapping_add(way)).wrapping_add(place));
            mixed % 1000 < u64::from(thousandths)
        };
        Self {
            lose: drawn(1, spec.lose),
            duplicate: drawn(2, spec.duplicate),
            reorder: drawn(3, spec.reorder),
        }
    }
}

/// Every bit of the answer depends on every bit of the number.
const fn mix(number: u64) -> u64 {
    Rng::new(number).word()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fates(spec: &WireSpec, from: u16) -> Vec<Fate> {
        (0..10_000).map(|place| Fate::of(spec, from, 1 - from, place)).collect()
    }

    #[test]
    fn the_same_seed_does_the_same_and_another_seed_or_direction_something_else() {
        let spec = WireSpec { lose: 100, duplicate: 50, reorder: 20, seed: 7, ..WireSpec::default() };
        let there = fates(&spec, 0);
        assert_eq!(there, fates(&spec, 0));
        assert_ne!(there, fates(&spec, 1));
        assert_ne!(there, fates(&WireSpec { seed: 8, ..spec.clone() }, 0));
        let share = |of: fn(&Fate) -> bool| there.iter().filter(|fate| of(fate)).count();
        assert!((900..1100).contains(&share(|f| f.lose)), "{}", share(|f| f.lose));
        assert!((430..570).contains(&share(|f| f.duplicate)), "{}", share(|f| f.duplicate));
        assert!((150..250).contains(&share(|f| f.reorder)), "{}", share(|f| f.reorder));
        assert!(share(|f| f.lose && f.duplicate) < 100, "one does not follow from the other");
    }

    #[test]
    fn none_and_all_are_exact() {
        let none = WireSpec { seed: 3, ..WireSpec::default() };
        assert!(fates(&none, 0).iter().all(|fate| *fate == Fate::default()));
        let all = WireSpec { lose: 1000, ..none };
        assert!(fates(&all, 0).iter().all(|fate| fate.lose && !fate.duplicate));
    }
}
