//! The hash table of a dict: entries in the order of insertion, and an index to find them.

use crate::value::Value;

const EMPTY: u32 = u32::MAX;
const DELETED: u32 = u32::MAX - 1;

/// A dict's entries.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Table {
    /// Deleted ones have no key.
    entries: Vec<Entry>,
    index: Vec<u32>,
    live: usize,
    /// Places of the index that are not empty, deleted ones among them.
    filled: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Entry {
    hash: i64,
    key: Value,
    value: Value,
}

/// Spread a hash over an index.
fn spread(hash: i64) -> usize {
    let mixed = (hash as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 32) as usize
}

impl Table {
    pub(crate) fn len(&self) -> usize {
        self.live
    }

    /// Key and value in the order of insertion.
    pub(crate) fn entries(&self) -> impl DoubleEndedIterator<Item = (Value, Value)> + '_ {
        self.entries.iter().filter(|entry| !entry.key.is_undefined()).map(|entry| (entry.key, entry.value))
    }

    /// With their hashes.
    pub(crate) fn hashed(&self) -> impl Iterator<Item = (i64, Value, Value)> + '_ {
        self.entries.iter().filter(|e| !e.key.is_undefined()).map(|e| (e.hash, e.key, e.value))
    }

    /// How many places, deleted ones among them: what [`at`](Self::at) takes.
    pub(crate) fn places(&self) -> usize {
        self.entries.len()
    }

    /// The entry at a place, unless it is deleted.
    pub(crate) fn at(&self, place: usize) -> Option<(Value, Value)> {
        self.entries
            .get(place)
            .filter(|entry| !entry.key.is_undefined())
            .map(|entry| (entry.key, entry.value))
    }

    /// The place of a key with this hash for which `same` says yes; an error of `same` ends the search.
    pub(crate) fn find<E>(
        &self,
        hash: i64,
        mut same: impl FnMut(Value) -> Result<bool, E>,
    ) -> Result<Option<usize>, E> {
        if self.index.is_empty() {
            return Ok(None);
        }
        let mask = self.index.len() - 1;
        let mut slot = spread(hash) & mask;
        loop {
            match self.index[slot] {
                EMPTY => return Ok(None),
                DELETED => {}
                place => {
                    let entry = &self.entries[place as usize];
                    if entry.hash == hash && same(entry.key)? {
                        return Ok(Some(place as usize));
                    }
                }
            }
            slot = (slot + 1) & mask;
        }
    }

    /// Every place whose key has this hash.
    pub(crate) fn candidates(&self, hash: i64) -> Vec<usize> {
        (0..self.entries.len())
            .filter(|&i| self.entries[i].hash == hash && !self.entries[i].key.is_undefined())
            .collect()
    }

    pub(crate) fn value(&self, place: usize) -> Value {
        self.entries.get(place).map_or(Value::Undefined, |entry| entry.value)
    }

    /// A new value at a place: the old one.
    pub(crate) fn replace(&mut self, place: usize, value: Value) -> Value {
        self.entries
            .get_mut(place)
            .map_or(Value::Undefined, |entry| std::mem::replace(&mut entry.value, value))
    }

    /// Add a key that is not there.
    pub(crate) fn insert(&mut self, hash: i64, key: Value, value: Value) {
        if (self.filled.max(self.entries.len()) + 1) * 3 > self.index.len() * 2 {
            self.rebuild();
        }
        let place = self.entries.len() as u32;
        self.entries.push(Entry { hash, key, value });
        self.live += 1;
        self.put(hash, place);
    }

    fn put(&mut self, hash: i64, place: u32) {
        let mask = self.index.len() - 1;
        let mut slot = spread(hash) & mask;
        while self.index[slot] < DELETED {
            slot = (slot + 1) & mask;
        }
        self.filled += usize::from(self.index[slot] == EMPTY);
        self.index[slot] = place;
    }

    /// Remove what lies at a place: key and value.
    pub(crate) fn remove(&mut self, place: usize) -> Option<(Value, Value)> {
        let entry = *self.entries.get(place)?;
        if entry.key.is_undefined() {
            return None;
        }
        let mask = self.index.len() - 1;
        let mut slot = spread(entry.hash) & mask;
        while self.index[slot] != place as u32 {
            if self.index[slot] == EMPTY {
                return None;
            }
            slot = (slot + 1) & mask;
        }
        self.index[slot] = DELETED;
        self.entries[place].key = Value::Undefined;
        self.entries[place].value = Value::Undefined;
        self.live -= 1;
        if place + 1 == self.entries.len() {
            while self.entries.last().is_some_and(|last| last.key.is_undefined()) {
                self.entries.pop();
            }
        }
        Some((entry.key, entry.value))
    }

    /// The place of the last entry.
    pub(crate) fn last(&self) -> Option<usize> {
        self.entries.iter().rposition(|entry| !entry.key.is_undefined())
    }

    fn rebuild(&mut self) {
        self.entries.retain(|entry| !entry.key.is_undefined());
        let size = ((self.entries.len() + 1) * 3).next_power_of_two().max(8);
        self.index.clear();
        self.filled = 0;
        self.index.resize(size, EMPTY);
        for place in 0..self.entries.len() {
            self.put(self.entries[place].hash, place as u32);
        }
    }
}
