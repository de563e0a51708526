//! The hash table of a set: in the order that CPython's has, which programs print.

use crate::value::Value;

/// How many neighbours are tried before the search jumps (CPython's `setobject.c` has the same number).
const PROBES: usize = 9;

/// A set's items.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Set {
    slots: Vec<Slot>,
    /// Places taken, deleted ones among them.
    fill: usize,
    used: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Slot {
    hash: i64,
    item: Value,
    deleted: bool,
}

impl Default for Set {
    fn default() -> Self {
        Self { slots: vec![Slot::default(); 8], fill: 0, used: 0 }
    }
}

impl Set {
    pub(crate) fn len(&self) -> usize {
        self.used
    }

    pub(crate) fn items(&self) -> impl Iterator<Item = Value> + '_ {
        self.slots.iter().filter_map(|slot| slot.item.defined())
    }

    pub(crate) fn hashed(&self) -> impl Iterator<Item = (i64, Value)> + '_ {
        self.slots.iter().filter_map(|slot| slot.item.defined().map(|item| (slot.hash, item)))
    }

    /// The first item at or behind a place, and the place behind it.
    pub(crate) fn from(&self, place: usize) -> Option<(Value, usize)> {
        let found = (place..self.slots.len()).find(|&i| !self.slots[i].item.is_undefined())?;
        Some((self.slots[found].item, found + 1))
    }

    fn walk<E>(
        &self,
        hash: i64,
        mut visit: impl FnMut(usize) -> Result<bool, E>,
    ) -> Result<Option<usize>, E> {
        let mask = self.slots.len() - 1;
        let mut perturb = hash as u64;
        let mut at = perturb as usize & mask;
        // Every place is reached before this ends; the table is never full.
        loop {
            let last = if at + PROBES <= mask { at + PROBES } else { at };
            for place in at..=last {
                if visit(place)? {
                    return Ok(Some(place));
                }
            }
            perturb >>= 5;
            at = (at.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb as usize)) & mask;
        }
    }

    /// The place of an item with this hash for which `same` says yes.
    pub(crate) fn find<E>(
        &self,
        hash: i64,
        mut same: impl FnMut(Value) -> Result<bool, E>,
    ) -> Result<Option<usize>, E> {
        let mut hit = false;
        let place = self.walk(hash, |place| {
            let slot = &self.slots[place];
            if slot.item.is_undefined() {
                return Ok(!slot.deleted);
            }
            hit = slot.hash == hash && same(slot.item)?;
            Ok(hit)
        })?;
        Ok(place.filter(|_| hit))
    }

    /// Every item with this hash.
    pub(crate) fn candidates(&self, hash: i64) -> Vec<usize> {
        (0..self.slots.len())
            .filter(|&i| self.slots[i].hash == hash && !self.slots[i].item.is_undefined())
            .collect()
    }

    pub(crate) fn at(&self, place: usize) -> Value {
        self.slots.get(place).map_or(Value::Undefined, |slot| slot.item)
    }

    fn place_for(&self, hash: i64) -> usize {
        let free =
            self.walk(hash, |p| Ok::<_, ()>(self.slots[p].item.is_undefined() && !self.slots[p].deleted));
        free.ok().flatten().unwrap_or(0)
    }

    /// Add an item that is not there.
    pub(crate) fn insert(&mut self, hash: i64, item: Value) {
        let place = self.place_for(hash);
        self.fill += 1;
        self.slots[place] = Slot { hash, item, deleted: false };
        self.used += 1;
        let mask = self.slots.len() - 1;
        if self.fill * 5 >= mask * 3 {
            self.resize(if self.used > 50_000 { self.used * 2 } else { self.used * 4 });
        }
    }

    /// Make room as CPython does when it is told how many come.
    pub(crate) fn resize(&mut self, more_than: usize) {
        let mut size = 8;
        while size <= more_than {
            size <<= 1;
        }
        let old = std::mem::replace(&mut self.slots, vec![Slot::default(); size]);
        (self.fill, self.used) = (0, 0);
        for slot in old.into_iter().filter(|slot| !slot.item.is_undefined()) {
            let place = self.place_for(slot.hash);
            self.slots[place] = slot;
            self.fill += 1;
            self.used += 1;
        }
    }

    /// Remove what lies at a place.
    pub(crate) fn remove(&mut self, place: usize) -> Option<Value> {
        let slot = self.slots.get_mut(place)?;
        let item = std::mem::take(&mut slot.item).defined()?;
        slot.deleted = true;
        self.used -= 1;
        Some(item)
    }
}
