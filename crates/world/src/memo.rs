//! What guests have done before: they do the same when they are the same and hear the same.

use std::collections::BTreeMap;
use std::hash::{Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::digest::Digest;
use crate::world::Held;
use crate::{News, World};

/// Moments of guests that are kept: a machine takes some 25 kB.
const MOST: usize = 1 << 13;

/// Resumes guests in a world's stead. A world that nobody searches has none, and its module carries none.
pub(crate) trait Memory: Send + Sync {
    /// Resume a thread of a guest; where it did so before, it need not do so again.
    fn resume(&self, world: &mut World, guest: usize, thread: u32, news: News);
}

/// What became of guests, by what they were and what they heard. Shared by all copies of a world.
#[derive(Default)]
pub(crate) struct Memo(Mutex<Kept>);

/// Of two ages: what has been of no use for as long as one of them lasts is forgotten.
#[derive(Default)]
struct Kept {
    young: BTreeMap<u64, Arc<Held>>,
    old: BTreeMap<u64, Arc<Held>>,
}

impl Kept {
    fn get(&mut self, key: u64) -> Option<Arc<Held>> {
        if let Some(became) = self.young.get(&key) {
            return Some(Arc::clone(became));
        }
        let became = self.old.remove(&key)?;
        self.keep(key, &became);
        Some(became)
    }

    fn keep(&mut self, key: u64, became: &Arc<Held>) {
        if self.young.len() >= MOST / 2 {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, Arc::clone(became));
    }
}

impl Memo {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory for Memo {
    fn resume(&self, world: &mut World, guest: usize, thread: u32, news: News) {
        let mut digest = Digest::new();
        let held = &world.guests[guest];
        (held.program, held.future(), thread, &news.outcome, news.timed_out).hash(&mut digest);
        let key = digest.finish();
        if let Some(became) = self.kept().get(key) {
            world.guests[guest] = became;
            return;
        }
        world.guest_mut(guest).go_on(thread, news);
        if !world.guests[guest].guest.is_timely() {
            self.kept().keep(key, &world.guests[guest]);
        }
    }
}
