//! What guests have done before: they do the same when they are the same and hear the same.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::world::Held;

/// Moments of guests that are kept: a machine takes some 25 kB.
const MOST: usize = 1 << 12;

/// What became of guests, by what they were and what they heard. Shared by all copies of a world.
#[derive(Default)]
pub(crate) struct Memo(Mutex<BTreeMap<u64, Arc<Held>>>);

impl Memo {
    pub(crate) fn get(&self, key: u64) -> Option<Arc<Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
    }

    pub(crate) fn keep(&self, key: u64, became: &Arc<Held>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(key, Arc::clone(became));
    }
}
