//! `object[index] = value` and `del object[index]`.

use super::Machine;
use super::compare::Trouble;
use super::run::Next;
use super::subscript::Cut;
use super::thread::After;
use crate::classes::class;
use crate::names::sym;
use crate::native::{Flow, Res};
use crate::object::Object;
use crate::value::Value;

impl Machine {
    pub(super) fn store_subscript_op(&mut self) -> Res<Next> {
        let at = self.t.stack.len();
        let (value, object, index) = (self.t.stack[at - 3], self.t.stack[at - 2], self.t.stack[at - 1]);
        let flow = self.store_subscript(object, index, value)?;
        self.t.stack.truncate(at - 3);
        let next = match flow {
            None => Ok(Next::Same),
            Some(flow) => self.flow(flow, After::Discard),
        };
        self.heap.dec_all(&[value, object, index]);
        next
    }

    pub(crate) fn store_subscript(&mut self, object: Value, index: Value, value: Value) -> Res<Option<Flow>> {
        match self.heap.of(object) {
            Object::Dict(_) => return self.dict_set(object, index, value),
            Object::Instance(instance) => {
                let class = instance.class;
                let method = self.class_attr(class, sym::SETITEM);
                if !method.is_undefined() {
                    return Ok(Some(Flow::Call(method, vec![object, index, value])));
                }
            }
            Object::List(items) => {
                let len = items.len();
                if matches!(self.heap.of(index), Object::Slice(_)) {
                    return self.store_slice(object, index, value, len);
                }
                let Some(n) = self.index_of(index) else {
                    let name = self.class_name_of(index);
                    return Err(
                        self.type_error(&format!("list indices must be integers or slices, not {name}"))
                    );
                };
                let at = self.place(n, len, "list assignment index out of range")?;
                self.heap.inc(value);
                if let Value::Ref(id) = object
                    && let Object::List(items) = self.heap.get_mut(id)
                {
                    let old = std::mem::replace(&mut items[at], value);
                    self.heap.dec(old);
                }
                return Ok(None);
            }
            Object::ByteArray(_) | Object::MemoryView(_) => return self.store_bytes(object, index, value),
            _ => {}
        }
        let name = self.class_name_of(object);
        Err(self.type_error(&format!("'{name}' object does not support item assignment")))
    }

    pub(super) fn store_slice(
        &mut self,
        object: Value,
        index: Value,
        value: Value,
        len: usize,
    ) -> Res<Option<Flow>> {
        let cut = self.cut(index, len)?;
        let new = match self.collect(value) {
            Ok(Some(items)) => items,
            Ok(None) => {
                let helper = self.helper("_store_slice");
                return Ok(Some(Flow::Call(helper, vec![object, index, value])));
            }
            Err(_) => return Err(self.type_error("can only assign an iterable")),
        };
        self.room(new.len() as u64 * 16)?;
        if cut.step != 1 && new.len() != cut.count {
            let says = format!(
                "attempt to assign sequence of size {} to extended slice of size {}",
                new.len(),
                cut.count
            );
            return Err(self.value_error(&says));
        }
        self.heap.inc_all(&new);
        let Value::Ref(id) = object else { return Ok(None) };
        let mut old = Vec::new();
        if let Object::List(items) = self.heap.get_mut(id) {
            if cut.step == 1 {
                let from = cut.start as usize;
                old = items.splice(from..from + cut.count, new.iter().copied()).collect();
            } else {
                for (place, value) in cut.places().zip(&new) {
                    old.push(std::mem::replace(&mut items[place], *value));
                }
            }
        }
        self.heap.resized(16 * old.len() as u64, 16 * new.len() as u64);
        self.heap.dec_all(&old);
        Ok(None)
    }

    pub(super) fn store_bytes(&mut self, object: Value, index: Value, value: Value) -> Res<Option<Flow>> {
        let len = self.plain_len(object).unwrap_or(0) as usize;
        let view = match self.heap.of(object) {
            Object::MemoryView(view) => Some((**view).clone()),
            _ => None,
        };
        if view.as_ref().is_some_and(|view| view.readonly) {
            return Err(self.type_error("cannot modify read-only memory"));
        }
        let target = view.as_ref().map_or(object, |view| view.base);
        let shift = view.as_ref().map_or(0, |view| view.start as usize);
        let Value::Ref(id) = target else { return Ok(None) };
        if matches!(self.heap.of(index), Object::Slice(_)) {
            let cut = self.cut(index, len)?;
            let new = match self.buffer_of(value) {
                Some(bytes) => bytes.to_vec(),
                None => {
                    let items = self.collect(value)?.unwrap_or_default();
                    self.bytes_of(&items)?
                }
            };
            if (view.is_some() || cut.step != 1) && new.len() != cut.count {
                if view.is_some() {
                    return Err(self
                        .value_error("memoryview assignment: lvalue and rvalue have different structures"));
                }
                let says = format!(
                    "attempt to assign bytes of size {} to extended slice of size {}",
                    new.len(),
                    cut.count
                );
                return Err(self.value_error(&says));
            }
            self.room(new.len() as u64)?;
            if let Object::ByteArray(bytes) = self.heap.get_mut(id) {
                if cut.step == 1 {
                    let from = cut.start as usize + shift;
                    bytes.splice(from..from + cut.count, new.iter().copied());
                    self.heap.resized(cut.count as u64, new.len() as u64);
                } else {
                    for (place, byte) in cut.places().zip(new) {
                        bytes[place + shift] = byte;
                    }
                }
            }
            return Ok(None);
        }
        let Some(n) = self.index_of(index) else {
            let name = self.class_name_of(index);
            return Err(self.type_error(&format!("bytearray indices must be integers or slices, not {name}")));
        };
        let out = if view.is_some() {
            "index out of bounds on dimension 1"
        } else {
            "bytearray index out of range"
        };
        let at = self.place(n, len, out)?;
        let byte = self.byte_of(value)?;
        if let Object::ByteArray(bytes) = self.heap.get_mut(id) {
            bytes[at + shift] = byte;
        }
        Ok(None)
    }

    pub(super) fn delete_subscript_op(&mut self) -> Res<Next> {
        let at = self.t.stack.len();
        let (object, index) = (self.t.stack[at - 2], self.t.stack[at - 1]);
        let flow = self.delete_subscript(object, index)?;
        self.t.stack.truncate(at - 2);
        let next = match flow {
            None => Ok(Next::Same),
            Some(flow) => self.flow(flow, After::Discard),
        };
        self.heap.dec_all(&[object, index]);
        next
    }

    pub(crate) fn delete_subscript(&mut self, object: Value, index: Value) -> Res<Option<Flow>> {
        match self.heap.of(object) {
            Object::Dict(_) => {
                match self.dict_find(object, index) {
                    Ok(Some(place)) => {
                        self.dict_take(object, place);
                    }
                    Ok(None) => return Err(self.exception(class::KEY_ERROR, &[index])),
                    Err(Trouble::Python) => {
                        let again = self.boot_function("_delitem");
                        return Ok(Some(self.resolve(again, object, index, &[object, index])));
                    }
                    Err(trouble) => return Err(self.trouble(trouble, "==")),
                }
                return Ok(None);
            }
            Object::Instance(instance) => {
                let class = instance.class;
                let method = self.class_attr(class, sym::DELITEM);
                if !method.is_undefined() {
                    return Ok(Some(Flow::Call(method, vec![object, index])));
                }
            }
            Object::List(_) | Object::ByteArray(_) => {
                let len = self.plain_len(object).unwrap_or(0) as usize;
                let cut = if matches!(self.heap.of(index), Object::Slice(_)) {
                    self.cut(index, len)?
                } else {
                    let what = self.class_name_of(object);
                    let Some(n) = self.index_of(index) else {
                        let name = self.class_name_of(index);
                        return Err(self
                            .type_error(&format!("{what} indices must be integers or slices, not {name}")));
                    };
                    let out = if what == "list" {
                        "list assignment index out of range"
                    } else {
                        "bytearray index out of range"
                    };
                    Cut { start: self.place(n, len, out)? as i64, step: 1, count: 1 }
                };
                let mut places: Vec<usize> = cut.places().collect();
                places.sort_unstable();
                self.remove_places(object, &places);
                return Ok(None);
            }
            _ => {}
        }
        let name = self.class_name_of(object);
        let word = if matches!(
            self.class_of(object),
            class::LIST | class::TUPLE | class::STR | class::BYTES | class::RANGE
        ) {
            "doesn't"
        } else {
            "does not"
        };
        Err(self.type_error(&format!("'{name}' object {word} support item deletion")))
    }

    /// Remove items at rising places.
    pub(super) fn remove_places(&mut self, object: Value, places: &[usize]) {
        let Value::Ref(id) = object else { return };
        let mut old = Vec::new();
        let mut at = 0;
        let mut gone = |place: usize| {
            let hit = places.get(at) == Some(&place);
            at += usize::from(hit);
            hit
        };
        let mut place = 0;
        match self.heap.get_mut(id) {
            Object::List(items) => items.retain(|&item| {
                let hit = gone(place);
                place += 1;
                if hit {
                    old.push(item);
                }
                !hit
            }),
            Object::ByteArray(bytes) => bytes.retain(|_| {
                let hit = gone(place);
                place += 1;
                !hit
            }),
            _ => {}
        }
        self.heap.resized(16 * old.len() as u64, 0);
        self.heap.dec_all(&old);
    }
}
