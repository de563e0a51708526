//! What guests have done before: they do the same when they are the same and hear the same.

use std::collections::BTreeMap;
use std::hash::{Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, PoisonError};

use crate::digest::Digest;
use crate::world::Held;
use crate::{News, World};

/// Moments of guests that are kept: a machine takes some 25 kB.
const MOST: usize = 1 << 12;

/// Resumes guests in a world's stead. A world that nobody searches has none, and its module carries none.
pub(crate) trait Memory: Send + Sync {
    /// Resume a thread of a guest; where it did so before, it need not do so again.
    fn resume(&self, world: &mut World, guest: usize, thread: u32, news: News);
}

/// What became of guests, by what they were and what they heard. Shared by all copies of a world.
#[derive(Default)]
pub(crate) struct Memo(Mutex<BTreeMap<u64, Arc<Held>>>);

impl Memo {
    fn get(&self, key: u64) -> Option<Arc<Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned()
    }

    fn keep(&self, key: u64, became: &Arc<Held>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(key, Arc::clone(became));
    }
}

impl Memory for Memo {
    fn resume(&self, world: &mut World, guest: usize, thread: u32, news: News) {
        let mut digest = Digest::new();
        let held = &world.guests[guest];
        (held.program, held.future(), thread, &news.outcome, news.timed_out).hash(&mut digest);
        let key = digest.finish();
        if let Some(kept) = self.get(key) {
            world.guests[guest] = kept;
            return;
        }
        world.guest_mut(guest).go_on(thread, news);
        if !world.guests[guest].guest.is_timely() {
            self.keep(key, &world.guests[guest]);
        }
    }
}
