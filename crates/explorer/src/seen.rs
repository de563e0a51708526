//! What is known of states, by their digests.

#![expect(clippy::disallowed_types, reason = "it is asked and never gone through: no order shows")]

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A digest is its own hash.
#[derive(Default)]
struct Same(u64);

impl Hasher for Same {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0 << 8 | u64::from(*byte);
        }
    }
    fn write_u64(&mut self, digest: u64) {
        self.0 = digest;
    }
}

/// Something about each of many states.
pub(crate) struct Seen<T>(HashMap<u64, T, BuildHasherDefault<Same>>);

impl<T> Seen<T> {
    pub(crate) fn new() -> Self {
        Self(HashMap::default())
    }

    /// Whether it was not known before.
    pub(crate) fn insert(&mut self, digest: u64, what: T) -> bool {
        self.0.insert(digest, what).is_none()
    }

    pub(crate) fn get_mut(&mut self, digest: u64) -> Option<&mut T> {
        self.0.get_mut(&digest)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}
