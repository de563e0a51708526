//! The tables behind dict and set.

use super::Machine;
use super::compare::Trouble;
use crate::classes::class;
use crate::native::{Flow, Res};
use crate::object::Object;
use crate::value::Value;

impl Machine {
    pub(crate) fn dict_find(&self, dict: Value, key: Value) -> Result<Option<usize>, Trouble> {
        if let Some((table, known, place)) = self.hint
            && table.is(dict)
            && known.is(key)
        {
            return Ok(place);
        }
        let Object::Dict(table) = self.heap.of(dict) else { return Ok(None) };
        let hash = self.hash(key, 0)?;
        table.find(hash, |other| self.same(key, other, 0))
    }

    pub(crate) fn dict_value(&self, dict: Value, place: usize) -> Value {
        match self.heap.of(dict) {
            Object::Dict(table) => table.value(place),
            _ => Value::Undefined,
        }
    }

    /// The hash of a key that a search has looked for.
    pub(crate) fn key_hash(&self, key: Value) -> Result<i64, Trouble> {
        match self.hint_hash {
            Some((known, hash)) if known.is(key) => Ok(hash),
            _ => self.hash(key, 0),
        }
    }

    /// Set an entry whose key needs no code of the program.
    pub(crate) fn dict_put(&mut self, dict: Value, key: Value, value: Value) -> Res<()> {
        match self.dict_try_put(dict, key, value) {
            Ok(()) => Ok(()),
            Err(trouble) => Err(self.trouble(trouble, "==")),
        }
    }

    pub(crate) fn dict_try_put(&mut self, dict: Value, key: Value, value: Value) -> Result<(), Trouble> {
        let (place, hash) = match self.hint {
            Some((table, known, place)) if table.is(dict) && known.is(key) => (place, self.key_hash(key)?),
            _ => {
                let Object::Dict(table) = self.heap.of(dict) else { return Ok(()) };
                let hash = self.hash(key, 0)?;
                (table.find(hash, |other| self.same(key, other, 0))?, hash)
            }
        };
        self.heap.inc(value);
        let Value::Ref(id) = dict else { return Ok(()) };
        let Object::Dict(table) = self.heap.get_mut(id) else { return Ok(()) };
        match place {
            Some(place) => {
                let old = table.replace(place, value);
                self.heap.dec(old);
            }
            None => {
                table.insert(hash, key, value);
                self.heap.inc(key);
                self.heap.resized(0, 32);
            }
        }
        Ok(())
    }

    /// `dict[key] = value`, or the call that does.
    pub(crate) fn dict_set(&mut self, dict: Value, key: Value, value: Value) -> Res<Option<Flow>> {
        self.room(64)?;
        match self.dict_try_put(dict, key, value) {
            Ok(()) => Ok(None),
            Err(Trouble::Python) => {
                let again = self.boot_function("_setitem");
                Ok(Some(self.resolve(again, dict, key, &[dict, key, value])))
            }
            Err(trouble) => Err(self.trouble(trouble, "==")),
        }
    }

    /// Let the prelude find the place of a key that has its own mind about equality, then call `again`.
    pub(crate) fn resolve(&mut self, again: Value, table: Value, key: Value, args: &[Value]) -> Flow {
        let args = self.tuple(args.to_vec());
        let helper = self.helper("_resolve");
        Flow::Call(helper, vec![again, table, key, args])
    }

    pub(super) fn dict_get(&mut self, dict: Value, key: Value) -> Res<Flow> {
        match self.dict_find(dict, key) {
            Ok(Some(place)) => Ok(Flow::Value(self.dict_value(dict, place))),
            Ok(None) => Err(self.exception(class::KEY_ERROR, &[key])),
            Err(Trouble::Python) => {
                let again = self.boot_function("_getitem");
                Ok(self.resolve(again, dict, key, &[dict, key]))
            }
            Err(trouble) => Err(self.trouble(trouble, "==")),
        }
    }

    /// Remove a key: its value, if it was there.
    pub(crate) fn dict_take(&mut self, dict: Value, place: usize) -> Value {
        let Value::Ref(id) = dict else { return Value::Undefined };
        let Object::Dict(table) = self.heap.get_mut(id) else { return Value::Undefined };
        let Some((key, value)) = table.remove(place) else { return Value::Undefined };
        self.heap.dec(key);
        self.heap.dec(value);
        self.heap.resized(32, 0);
        value
    }

    // Sets.

    pub(crate) fn set_find(&self, set: Value, item: Value) -> Result<Option<usize>, Trouble> {
        if let Some((table, known, place)) = self.hint
            && table.is(set)
            && known.is(item)
        {
            return Ok(place);
        }
        let (Object::Set(items) | Object::FrozenSet(items)) = self.heap.of(set) else { return Ok(None) };
        let hash = self.hash(item, 0)?;
        items.find(hash, |other| self.same(item, other, 0))
    }

    pub(crate) fn set_try_add(&mut self, set: Value, item: Value) -> Result<(), Trouble> {
        if self.set_find(set, item)?.is_some() {
            return Ok(());
        }
        let hash = self.key_hash(item)?;
        let Value::Ref(id) = set else { return Ok(()) };
        if let Object::Set(items) | Object::FrozenSet(items) = self.heap.get_mut(id) {
            items.insert(hash, item);
            self.heap.inc(item);
            self.heap.resized(0, 32);
        }
        Ok(())
    }

    /// Add items, or the call that adds those that need the program's code.
    pub(crate) fn set_add_all(&mut self, set: Value, items: &[Value]) -> Res<Option<Flow>> {
        self.room(items.len() as u64 * 64)?;
        for (i, &item) in items.iter().enumerate() {
            match self.set_try_add(set, item) {
                Ok(()) => {}
                Err(Trouble::Python) => {
                    let rest = self.tuple(items[i..].to_vec());
                    let helper = self.helper("_set_add_all");
                    return Ok(Some(Flow::Call(helper, vec![set, rest])));
                }
                Err(trouble) => return Err(self.trouble(trouble, "==")),
            }
        }
        Ok(None)
    }
}
