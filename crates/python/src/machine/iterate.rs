//! Iterators, and everything that takes something apart.

use super::Machine;
use super::run::Next;
use super::thread::After;
use crate::classes::class;
use crate::names::sym;
use crate::native::{Flow, Raised, Res};
use crate::object::{Iter, Object};
use crate::value::{Id, Value};

/// What an iterator gives.
pub(crate) enum Step {
    Value(Value),
    End,
    /// The program's code gives it.
    Call(Value, Vec<Value>),
    Generator(Id),
}

impl Machine {
    pub(crate) fn alloc_iter(&mut self, iter: Iter) -> Value {
        self.heap.alloc(Object::Iter(Box::new(iter)))
    }

    /// The built-in iterator of a built-in object; None where the class says.
    pub(crate) fn plain_iter(&mut self, value: Value) -> Option<Value> {
        let Value::Ref(id) = value else { return None };
        let iter = match self.heap.get(id) {
            Object::List(_)
            | Object::Tuple(_)
            | Object::Bytes(_)
            | Object::ByteArray(_)
            | Object::MemoryView(_) => Iter::Sequence(value, 0),
            Object::Str(text) if text.is_ascii() => Iter::Sequence(value, 0),
            Object::Str(_) => Iter::Chars(value, 0),
            Object::Range(range) => Iter::Range(range.start, range.step, range.len()),
            Object::Dict(table) => Iter::Dict(id, 0, 0, table.len() as u32),
            Object::DictView(dict, which) => match self.heap.get(*dict) {
                Object::Dict(table) => Iter::Dict(*dict, *which, 0, table.len() as u32),
                _ => return None,
            },
            Object::Set(set) | Object::FrozenSet(set) => Iter::Set(id, 0, set.len() as u32),
            Object::Iter(_) | Object::Generator(_) => return Some(value),
            _ => return None,
        };
        Some(self.alloc_iter(iter))
    }

    pub(crate) fn is_iterator(&mut self, value: Value) -> bool {
        match self.heap.of(value) {
            Object::Iter(_) | Object::Generator(_) => true,
            Object::Instance(instance) => {
                let class = instance.class;
                !self.class_attr(class, sym::NEXT).is_undefined()
            }
            _ => false,
        }
    }

    /// `iter(value)`, or the call that gives it.
    pub(crate) fn iter(&mut self, value: Value) -> Res<Flow> {
        if let Some(iter) = self.plain_iter(value) {
            return Ok(Flow::Value(iter));
        }
        if let Object::Instance(instance) = self.heap.of(value) {
            let class = instance.class;
            let method = self.class_attr(class, sym::ITER);
            if !method.is_undefined() && !method.is_none() {
                return Ok(Flow::Call(method, vec![value]));
            }
            if !self.class_attr(class, sym::GETITEM).is_undefined() {
                let helper = self.helper("_getitem_iter");
                return Ok(Flow::Call(helper, vec![value]));
            }
        }
        let name = self.class_name_of(value);
        Err(self.type_error(&format!("'{name}' object is not iterable")))
    }

    pub(super) fn get_iter_op(&mut self) -> Res<Next> {
        let value = self.pop();
        let flow = self.iter(value);
        self.heap.dec(value);
        let flow = flow?;
        let after = if matches!(flow, Flow::Call(..)) { After::Iterator } else { After::Push };
        self.flow(flow, after)
    }

    /// The next value of an iterator.
    pub(crate) fn next_value(&mut self, iterator: Value) -> Res<Step> {
        let Value::Ref(id) = iterator else { return Err(self.not_iterator(iterator)) };
        match self.heap.get(id) {
            Object::Generator(_) => return Ok(Step::Generator(id)),
            Object::Iter(_) => {}
            Object::Instance(instance) => {
                let class = instance.class;
                let method = self.class_attr(class, sym::NEXT);
                if method.is_undefined() {
                    return Err(self.not_iterator(iterator));
                }
                return Ok(Step::Call(method, vec![iterator]));
            }
            _ => return Err(self.not_iterator(iterator)),
        }
        match self.next_plain(id) {
            Ok(Some(value)) => Ok(Step::Value(value)),
            Ok(None) => {
                self.finish_iter(id);
                Ok(Step::End)
            }
            Err(raised) => Err(raised),
        }
    }

    fn not_iterator(&mut self, value: Value) -> Raised {
        let name = self.class_name_of(value);
        self.type_error(&format!("'{name}' object is not an iterator"))
    }

    fn finish_iter(&mut self, id: Id) {
        let mut held = Vec::new();
        crate::heap::children(self.heap.get(id), &mut |value| held.push(value));
        if let Object::Iter(iter) = self.heap.get_mut(id) {
            **iter = Iter::Done;
        }
        self.heap.dec_all(&held);
    }

    /// The next value of a built-in iterator; it is not yet marked as ended.
    pub(crate) fn next_plain(&mut self, id: Id) -> Res<Option<Value>> {
        let Object::Iter(iter) = self.heap.get_mut(id) else { return Ok(None) };
        match &mut **iter {
            Iter::Done => Ok(None),
            Iter::Range(next, step, left) => {
                if *left == 0 {
                    return Ok(None);
                }
                let value = Value::Int(*next);
                *next = next.wrapping_add(*step);
                *left -= 1;
                Ok(Some(value))
            }
            Iter::Sequence(sequence, place) => {
                let (sequence, at) = (*sequence, *place as usize);
                *place += 1;
                Ok(self.item_at(sequence, at))
            }
            Iter::Reversed(sequence, left) => {
                if *left == 0 {
                    return Ok(None);
                }
                *left -= 1;
                let (sequence, at) = (*sequence, *left as usize);
                Ok(self.item_at(sequence, at))
            }
            Iter::Chars(text, place) => {
                let (text, at) = (*text, *place as usize);
                let Object::Str(string) = self.heap.of(text) else { return Ok(None) };
                let Some(c) = string.text[at..].chars().next() else { return Ok(None) };
                if let Object::Iter(iter) = self.heap.get_mut(id)
                    && let Iter::Chars(_, place) = &mut **iter
                {
                    *place += c.len_utf8() as u32;
                }
                Ok(Some(self.char(c)))
            }
            Iter::Dict(dict, which, place, len) => {
                let (dict, which, at, len) = (*dict, *which, *place as usize, *len);
                self.next_of_dict(id, dict, which, at, len)
            }
            Iter::Set(set, place, len) => {
                let (set, at, len) = (*set, *place as usize, *len);
                let (Object::Set(items) | Object::FrozenSet(items)) = self.heap.get(set) else {
                    return Ok(None);
                };
                if items.len() as u32 != len {
                    return Err(self.error(class::RUNTIME_ERROR, "Set changed size during iteration"));
                }
                let Some((value, next)) = items.from(at) else { return Ok(None) };
                if let Object::Iter(iter) = self.heap.get_mut(id)
                    && let Iter::Set(_, place, _) = &mut **iter
                {
                    *place = next as u32;
                }
                Ok(Some(value))
            }
            Iter::Enumerate(inner, number) => {
                let (inner, at) = (*inner, *number);
                *number += 1;
                let Value::Ref(inner) = inner else { return Ok(None) };
                let Some(value) = self.next_plain(inner)? else { return Ok(None) };
                Ok(Some(self.tuple(vec![Value::Int(at), value])))
            }
            Iter::Zip(inner) => {
                let inner = inner.clone();
                let mut values = Vec::with_capacity(inner.len());
                for each in inner {
                    let Value::Ref(each) = each else { return Ok(None) };
                    let Some(value) = self.next_plain(each)? else { return Ok(None) };
                    values.push(value);
                }
                Ok(if values.is_empty() { None } else { Some(self.tuple(values)) })
            }
        }
    }

    fn next_of_dict(&mut self, id: Id, dict: Id, which: u8, mut at: usize, len: u32) -> Res<Option<Value>> {
        let Object::Dict(table) = self.heap.get(dict) else { return Ok(None) };
        if table.len() as u32 != len {
            return Err(self.error(class::RUNTIME_ERROR, "dictionary changed size during iteration"));
        }
        let backwards = which >= 4;
        let places = table.places();
        let found = loop {
            if at >= places {
                return Ok(None);
            }
            let place = if backwards { places - 1 - at } else { at };
            at += 1;
            if let Some(found) = table.at(place) {
                break found;
            }
        };
        if let Object::Iter(iter) = self.heap.get_mut(id)
            && let Iter::Dict(_, _, place, _) = &mut **iter
        {
            *place = at as u32;
        }
        Ok(Some(match which & 3 {
            0 => found.0,
            1 => found.1,
            _ => self.tuple(vec![found.0, found.1]),
        }))
    }

    /// An item of a built-in sequence, if there is one at that place.
    pub(crate) fn item_at(&mut self, sequence: Value, at: usize) -> Option<Value> {
        match self.heap.of(sequence) {
            Object::List(items) => items.get(at).copied(),
            Object::Tuple(items) => items.get(at).copied(),
            Object::Bytes(bytes) => bytes.get(at).map(|&b| Value::Int(i64::from(b))),
            Object::ByteArray(bytes) => bytes.get(at).map(|&b| Value::Int(i64::from(b))),
            Object::Range(range) => ((at as u64) < range.len()).then(|| Value::Int(range.at(at as u64))),
            Object::Str(text) if text.is_ascii() => {
                let byte = text.text.as_bytes().get(at).copied()?;
                Some(self.char(char::from(byte)))
            }
            Object::Str(text) => {
                let c = text.text.chars().nth(at)?;
                Some(self.char(c))
            }
            Object::MemoryView(_) => {
                let byte = self.buffer(sequence)?.get(at).copied()?;
                Some(Value::Int(i64::from(byte)))
            }
            _ => None,
        }
    }

    /// The instruction of a loop: None at the end.
    pub(super) fn for_iter(&mut self, iterator: Value) -> Res<Option<Next>> {
        match self.next_value(iterator)? {
            Step::Value(value) => {
                self.push(value);
                Ok(Some(Next::Same))
            }
            Step::End => Ok(None),
            Step::Call(callee, args) => self.flow(Flow::Call(callee, args), After::ForIter).map(Some),
            Step::Generator(id) => self.resume_generator(id, Value::None, None, After::ForIter).map(Some),
        }
    }

    /// Every value of something that needs no code of the program to be taken apart: None where it does.
    pub(crate) fn collect(&mut self, value: Value) -> Res<Option<Vec<Value>>> {
        match self.heap.of(value) {
            Object::List(items) => return Ok(Some(items.clone())),
            Object::Tuple(items) => return Ok(Some(items.to_vec())),
            Object::Dict(table) => return Ok(Some(table.entries().map(|(key, _)| key).collect())),
            Object::Set(set) | Object::FrozenSet(set) => return Ok(Some(set.items().collect())),
            Object::Range(range) => {
                let range = **range;
                self.room(range.len().saturating_mul(16))?;
                return Ok(Some((0..range.len()).map(|i| Value::Int(range.at(i))).collect()));
            }
            Object::Iter(iter) if let Iter::Range(_, _, left) = **iter => {
                self.room(left.saturating_mul(16))?
            }
            _ => {}
        }
        let Some(iter) = self.plain_iter(value) else {
            if matches!(self.heap.of(value), Object::Instance(_)) {
                return Ok(None);
            }
            let name = self.class_name_of(value);
            return Err(self.type_error(&format!("'{name}' object is not iterable")));
        };
        let Value::Ref(id) = iter else { return Ok(None) };
        if matches!(self.heap.get(id), Object::Generator(_)) {
            return Ok(None);
        }
        let mut values = Vec::new();
        while let Some(value) = self.next_plain(id)? {
            if values.len() % 4096 == 4095 {
                self.room(values.len() as u64 * 32)?;
            }
            values.push(value);
        }
        self.finish_iter(id);
        Ok(Some(values))
    }

    /// `a, b = value`: the values are pushed, the first on top.
    pub(super) fn unpack_op(&mut self, wanted: usize) -> Res<Next> {
        let value = self.t.stack.last().copied().unwrap_or_default();
        if self.is_lazy(value) {
            return self.list_first(value);
        }
        let Some(values) = self.collect_for_unpack(value)? else { return self.list_first(value) };
        if values.len() != wanted {
            let says = if values.len() < wanted {
                format!("not enough values to unpack (expected {wanted}, got {})", values.len())
            } else {
                format!("too many values to unpack (expected {wanted})")
            };
            return Err(self.value_error(&says));
        }
        self.pop();
        for &each in values.iter().rev() {
            self.push(each);
        }
        self.heap.dec(value);
        Ok(Next::Same)
    }

    fn collect_for_unpack(&mut self, value: Value) -> Res<Option<Vec<Value>>> {
        let takes = match self.heap.of(value) {
            Object::Instance(_) => return Ok(None),
            Object::Free => false,
            _ => self.plain_iter(value).is_some(),
        };
        if !takes {
            let name = self.class_name_of(value);
            return Err(self.type_error(&format!("cannot unpack non-iterable {name} object")));
        }
        self.collect(value)
    }

    fn is_lazy(&self, value: Value) -> bool {
        matches!(self.heap.of(value), Object::Generator(_))
    }

    /// A list of the value's items first; then the instruction again.
    fn list_first(&mut self, value: Value) -> Res<Next> {
        if let Object::Instance(instance) = self.heap.of(value) {
            let class = instance.class;
            if self.class_attr(class, sym::ITER).is_undefined()
                && self.class_attr(class, sym::GETITEM).is_undefined()
            {
                let name = self.class_name_of(value);
                return Err(self.type_error(&format!("cannot unpack non-iterable {name} object")));
            }
        }
        self.pop();
        if let Some(frame) = self.t.frames.last_mut() {
            frame.pc -= 1;
        }
        let helper = self.helper("_list");
        let next = self.flow(Flow::Call(helper, vec![value]), After::Push);
        self.heap.dec(value);
        next
    }

    /// `a, *b, c = value`
    pub(super) fn unpack_ex_op(&mut self, before: usize, after: usize) -> Res<Next> {
        let value = self.t.stack.last().copied().unwrap_or_default();
        if self.is_lazy(value) {
            return self.list_first(value);
        }
        let Some(values) = self.collect_for_unpack(value)? else { return self.list_first(value) };
        if values.len() < before + after {
            let says = format!(
                "not enough values to unpack (expected at least {}, got {})",
                before + after,
                values.len()
            );
            return Err(self.value_error(&says));
        }
        self.pop();
        let end = values.len() - after;
        for &each in values[end..].iter().rev() {
            self.push(each);
        }
        let middle = self.list(values[before..end].to_vec());
        self.push(middle);
        for &each in values[..before].iter().rev() {
            self.push(each);
        }
        self.heap.dec(value);
        Ok(Next::Same)
    }
}
