//! `object[index]`.

use super::Machine;
use super::run::Next;
use super::thread::After;
use crate::classes::class;
use crate::names::sym;
use crate::native::{Flow, Raised, Res};
use crate::object::{Object, Range, View};
use crate::value::{Id, Value};

/// Built-in classes that take an index: `list[int]`.
const GENERIC: &[Id] =
    &[class::LIST, class::TUPLE, class::DICT, class::SET, class::FROZENSET, class::TYPE, class::ENUMERATE];

/// A slice over a length: where it begins, its step, and how many.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cut {
    pub(crate) start: i64,
    pub(crate) step: i64,
    pub(crate) count: usize,
}

impl Cut {
    pub(crate) fn places(self) -> impl Iterator<Item = usize> {
        (0..self.count as i64).map(move |i| (self.start + i * self.step) as usize)
    }
}

impl Machine {
    pub(super) fn subscript_op(&mut self) -> Res<Next> {
        let at = self.t.stack.len();
        let (object, index) = (self.t.stack[at - 2], self.t.stack[at - 1]);
        let flow = self.subscript(object, index)?;
        self.t.stack.truncate(at - 2);
        let next = self.flow(flow, After::Push);
        self.heap.dec(object);
        self.heap.dec(index);
        next
    }

    /// A slice over `len`.
    pub(crate) fn cut(&mut self, slice: Value, len: usize) -> Res<Cut> {
        let Object::Slice(parts) = self.heap.of(slice) else { return Err(self.type_error("not a slice")) };
        let parts = **parts;
        let mut numbers = [None; 3];
        for (part, number) in parts.iter().zip(&mut numbers) {
            if part.is_none() {
                continue;
            }
            match self.index_of(*part) {
                Some(n) => *number = Some(n),
                None => {
                    return Err(
                        self.type_error("slice indices must be integers or None or have an __index__ method")
                    );
                }
            }
        }
        let step = numbers[2].unwrap_or(1);
        if step == 0 {
            return Err(self.value_error("slice step cannot be zero"));
        }
        let step = step.max(-i64::MAX);
        let len = len as i64;
        let (least, most) = if step > 0 { (0, len) } else { (-1, len - 1) };
        let clamp = |n: i64| (if n < 0 { n.saturating_add(len) } else { n }).clamp(least, most);
        let start = numbers[0].map_or(if step > 0 { 0 } else { len - 1 }, clamp);
        let stop = numbers[1].map_or(if step > 0 { len } else { -1 }, clamp);
        let count = Range { start, stop, step }.len() as usize;
        Ok(Cut { start, step, count })
    }

    /// A place counted from either end.
    pub(crate) fn place(&mut self, index: i64, len: usize, what: &str) -> Res<usize> {
        let at = if index < 0 { index.saturating_add(len as i64) } else { index };
        if at < 0 || at >= len as i64 {
            return Err(self.error(class::INDEX_ERROR, what));
        }
        Ok(at as usize)
    }

    pub(crate) fn subscript(&mut self, object: Value, index: Value) -> Res<Flow> {
        let Value::Ref(id) = object else { return Err(self.not_subscriptable(object)) };
        match self.heap.get(id) {
            Object::Dict(_) => return self.dict_get(object, index),
            Object::Instance(instance) => {
                let class = instance.class;
                let method = self.class_attr(class, sym::GETITEM);
                if method.is_undefined() {
                    return Err(self.not_subscriptable(object));
                }
                return Ok(Flow::Call(method, vec![object, index]));
            }
            Object::Class(_) => {
                let method = self.class_attr(id, sym::CLASS_GETITEM);
                if matches!(method, Value::Undefined) {
                    if GENERIC.contains(&id) {
                        return Ok(Flow::Value(self.heap.alloc(Object::Alias(object))));
                    }
                    let name = self.class_name(id);
                    return Err(self.type_error(&format!("type '{name}' is not subscriptable")));
                }
                let inner = match self.heap.of(method) {
                    Object::ClassMethod(inner) => *inner,
                    _ => method,
                };
                return Ok(Flow::Call(inner, vec![object, index]));
            }
            Object::List(_)
            | Object::Tuple(_)
            | Object::Str(_)
            | Object::Range(_)
            | Object::Bytes(_)
            | Object::ByteArray(_)
            | Object::MemoryView(_) => {}
            _ => return Err(self.not_subscriptable(object)),
        }
        let len = self.plain_len(object).unwrap_or(0) as usize;
        if matches!(self.heap.of(index), Object::Slice(_)) {
            let cut = self.cut(index, len)?;
            return Ok(Flow::Value(self.sliced(object, id, cut)?));
        }
        let what = self.class_name_of(object);
        let Some(n) = self.index_of(index) else {
            let class = self.class_of(index);
            let method = self.class_attr(class, sym::INDEX);
            if matches!(self.heap.of(index), Object::Instance(_)) && !method.is_undefined() {
                let helper = self.helper("_getitem_index");
                return Ok(Flow::Call(helper, vec![object, index]));
            }
            let name = self.class_name_of(index);
            let says = match &*what {
                "str" => format!("string indices must be integers, not '{name}'"),
                "bytes" => format!("byte indices must be integers or slices, not {name}"),
                "memoryview" => "memoryview: invalid slice key".to_owned(),
                _ => format!("{what} indices must be integers or slices, not {name}"),
            };
            return Err(self.type_error(&says));
        };
        let out = match &*what {
            "str" => "string index out of range".to_owned(),
            "bytes" | "bytearray" => {
                if what == "bytes" {
                    "index out of range".into()
                } else {
                    "bytearray index out of range".into()
                }
            }
            "range" => "range object index out of range".to_owned(),
            "memoryview" => "index out of bounds on dimension 1".to_owned(),
            _ => format!("{what} index out of range"),
        };
        let at = self.place(n, len, &out)?;
        Ok(Flow::Value(self.item_at(object, at).unwrap_or(Value::None)))
    }

    pub(super) fn not_subscriptable(&mut self, object: Value) -> Raised {
        let name = self.class_name_of(object);
        self.type_error(&format!("'{name}' object is not subscriptable"))
    }

    pub(super) fn sliced(&mut self, object: Value, id: Id, cut: Cut) -> Res<Value> {
        let whole = cut.step == 1;
        let (start, end) = (cut.start as usize, cut.start as usize + if whole { cut.count } else { 0 });
        Ok(match self.heap.get(id) {
            Object::List(items) => {
                let items =
                    if whole { items[start..end].to_vec() } else { cut.places().map(|i| items[i]).collect() };
                self.room(items.len() as u64 * 16)?;
                self.list(items)
            }
            Object::Tuple(items) => {
                let items =
                    if whole { items[start..end].to_vec() } else { cut.places().map(|i| items[i]).collect() };
                self.tuple(items)
            }
            Object::Str(text) => {
                let text: String = if text.is_ascii() {
                    if whole {
                        text.text[start..end].to_owned()
                    } else {
                        cut.places().map(|i| char::from(text.text.as_bytes()[i])).collect()
                    }
                } else if whole {
                    text.text.chars().skip(start).take(cut.count).collect()
                } else {
                    let chars: Vec<char> = text.text.chars().collect();
                    cut.places().map(|i| chars[i]).collect()
                };
                self.room(text.len() as u64)?;
                self.string(text)
            }
            Object::Range(range) => {
                let range = **range;
                let step = range.step.saturating_mul(cut.step);
                let at = |i: i64| range.start.saturating_add(range.step.saturating_mul(i));
                let start = at(cut.start);
                let stop = start.saturating_add(step.saturating_mul(cut.count as i64));
                self.heap.alloc(Object::Range(Box::new(Range { start, stop, step })))
            }
            Object::MemoryView(view) => {
                if !whole {
                    return Err(self.error(
                        class::NOT_IMPLEMENTED_ERROR,
                        "memoryview slices with a step are not supported here",
                    ));
                }
                let view = View {
                    base: view.base,
                    start: view.start + cut.start as u32,
                    len: cut.count as u32,
                    readonly: view.readonly,
                };
                self.heap.alloc(Object::MemoryView(Box::new(view)))
            }
            other => {
                let array = matches!(other, Object::ByteArray(_));
                let bytes = self.buffer_of(object).unwrap_or_default();
                let part =
                    if whole { bytes[start..end].to_vec() } else { cut.places().map(|i| bytes[i]).collect() };
                self.room(part.len() as u64)?;
                if array { self.bytearray(part) } else { self.bytes(part) }
            }
        })
    }
}
