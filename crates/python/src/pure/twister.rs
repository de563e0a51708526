//! The Mersenne Twister (MT19937; Matsumoto and Nishimura, 1998) as the module `random` seeds and draws it.
//!
//! Its state is kept by programs as bytes of an object on their heap, so that it is forked and compared with it.

use num_bigint::BigInt;
use sha2::{Digest, Sha512};

const WORDS: usize = 624;
const MIDDLE: usize = 397;

/// How many bytes a state has: the words and the place of the next.
pub const STATE_BYTES: usize = (WORDS + 1) * 4;

/// The state: numbers come out of it in a fixed order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Twister {
    words: [u32; WORDS],
    next: usize,
}

/// The key of `random.seed(text)`: the bytes followed by their SHA-512, as one number.
pub fn key_of_bytes(bytes: &[u8]) -> BigInt {
    let digest = Sha512::digest(bytes);
    BigInt::from_bytes_be(num_bigint::Sign::Plus, &[bytes, digest.as_slice()].concat())
}

impl Twister {
    /// `random.seed(number)`: its sign makes no difference.
    pub fn seeded(key: &BigInt) -> Self {
        let digits = key.magnitude().to_u32_digits();
        let key = if digits.is_empty() { vec![0] } else { digits };
        let mut words = [0_u32; WORDS];
        words[0] = 19_650_218;
        for i in 1..WORDS {
            let before = words[i - 1];
            words[i] = 1_812_433_253_u32.wrapping_mul(before ^ (before >> 30)).wrapping_add(i as u32);
        }
        let (mut at, mut place) = (1, 0);
        let step = |words: &mut [u32; WORDS], at: &mut usize| {
            *at += 1;
            if *at >= WORDS {
                words[0] = words[WORDS - 1];
                *at = 1;
            }
        };
        let mixed = |words: &[u32; WORDS], at: usize, by: u32| {
            words[at] ^ (words[at - 1] ^ (words[at - 1] >> 30)).wrapping_mul(by)
        };
        for _ in 0..WORDS.max(key.len()) {
            words[at] = mixed(&words, at, 1_664_525).wrapping_add(key[place]).wrapping_add(place as u32);
            place = (place + 1) % key.len();
            step(&mut words, &mut at);
        }
        for _ in 1..WORDS {
            words[at] = mixed(&words, at, 1_566_083_941).wrapping_sub(at as u32);
            step(&mut words, &mut at);
        }
        words[0] = 0x8000_0000;
        Self { words, next: WORDS }
    }

    /// A state as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let words = self.words.iter().copied().chain([self.next as u32]);
        words.flat_map(u32::to_le_bytes).collect()
    }

    /// A state from its bytes; none if they are not one.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != STATE_BYTES {
            return None;
        }
        let word = |at: usize| {
            u32::from_le_bytes([bytes[4 * at], bytes[4 * at + 1], bytes[4 * at + 2], bytes[4 * at + 3]])
        };
        let next = usize::try_from(word(WORDS)).ok().filter(|next| *next <= WORDS)?;
        Some(Self { words: std::array::from_fn(word), next })
    }

    /// The next 32 bits.
    pub fn word(&mut self) -> u32 {
        if self.next >= WORDS {
            self.turn();
        }
        let mut y = self.words[self.next];
        self.next += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9D2C_5680;
        y ^= (y << 15) & 0xEFC6_0000;
        y ^ (y >> 18)
    }

    fn turn(&mut self) {
        for i in 0..WORDS {
            let y = (self.words[i] & 0x8000_0000) | (self.words[(i + 1) % WORDS] & 0x7FFF_FFFF);
            let odd = if y & 1 == 1 { 0x9908_B0DF } else { 0 };
            self.words[i] = self.words[(i + MIDDLE) % WORDS] ^ (y >> 1) ^ odd;
        }
        self.next = 0;
    }

    /// `random.random()`: 53 bits, at least 0 and less than 1.
    pub fn random(&mut self) -> f64 {
        let (high, low) = (self.word() >> 5, self.word() >> 6);
        (f64::from(high) * 67_108_864.0 + f64::from(low)) / 9_007_199_254_740_992.0
    }

    /// `random.getrandbits(bits)`.
    pub fn bits(&mut self, bits: u32) -> BigInt {
        let mut digits = Vec::new();
        let mut left = bits;
        while left > 0 {
            let word = self.word();
            digits.push(if left < 32 { word >> (32 - left) } else { word });
            left = left.saturating_sub(32);
        }
        BigInt::new(num_bigint::Sign::Plus, digits)
    }
}
