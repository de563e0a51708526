//! Making objects, and growing them.

use std::sync::Arc;

use num_bigint::BigInt;

use super::Machine;
use crate::names::Sym;
use crate::native::{Raised, Res};
use crate::object::{Object, Text};
use crate::pure::error::{Error, Kind};
use crate::set::Set;
use crate::table::Table;
use crate::value::{Id, Value};
use crate::{classes::class, names::sym};

impl Machine {
    pub(crate) fn str(&mut self, text: &str) -> Value {
        if let [byte @ 0..=127] = text.as_bytes() {
            return self.boot.chars[*byte as usize];
        }
        self.heap.alloc(Object::Str(Text::new(text.into())))
    }

    pub(crate) fn string(&mut self, text: String) -> Value {
        if text.len() < 2 { self.str(&text) } else { self.heap.alloc(Object::Str(Text::new(text.into()))) }
    }

    pub(crate) fn shared_str(&mut self, text: Arc<str>) -> Value {
        self.heap.alloc(Object::Str(Text::new(text)))
    }

    pub(crate) fn char(&mut self, c: char) -> Value {
        self.str(c.encode_utf8(&mut [0; 4]))
    }

    pub(crate) fn str_of_sym(&mut self, name: Sym) -> Value {
        let text = self.name(name);
        self.shared_str(text)
    }

    pub(crate) fn int(&mut self, n: BigInt) -> Value {
        match i64::try_from(&n) {
            Ok(small) => Value::Int(small),
            Err(_) => self.heap.alloc(Object::Int(n)),
        }
    }

    pub(crate) fn bytes(&mut self, bytes: Vec<u8>) -> Value {
        self.heap.alloc(Object::Bytes(bytes.into()))
    }

    pub(crate) fn bytearray(&mut self, bytes: Vec<u8>) -> Value {
        self.heap.alloc(Object::ByteArray(bytes))
    }

    pub(crate) fn list(&mut self, items: Vec<Value>) -> Value {
        self.heap.alloc(Object::List(items))
    }

    pub(crate) fn tuple(&mut self, items: Vec<Value>) -> Value {
        if items.is_empty() {
            return self.boot.empty_tuple;
        }
        self.heap.alloc(Object::Tuple(items.into()))
    }

    pub(crate) fn dict(&mut self) -> Value {
        self.heap.alloc(Object::Dict(Box::<Table>::default()))
    }

    pub(crate) fn new_set(&mut self, frozen: bool) -> Value {
        let set = Box::<Set>::default();
        self.heap.alloc(if frozen { Object::FrozenSet(set) } else { Object::Set(set) })
    }

    pub(crate) fn bound(&mut self, function: Value, this: Value) -> Value {
        self.heap.alloc(Object::Bound(function, this))
    }

    /// Whether there is room for so many bytes more.
    pub(crate) fn room(&mut self, bytes: u64) -> Res<()> {
        if self.heap.bytes.saturating_add(bytes) > self.limits.memory_bytes {
            return Err(self.memory_error());
        }
        Ok(())
    }

    /// How large a result of a pure function may be.
    pub(crate) fn limit(&self) -> usize {
        self.limits.memory_bytes.saturating_sub(self.heap.bytes) as usize
    }

    /// What a pure function answered.
    pub(crate) fn pure<T>(&mut self, result: Result<T, Error>) -> Res<T> {
        result.map_err(|error| self.pure_error(&error))
    }

    fn pure_error(&mut self, error: &Error) -> Raised {
        let class = match error.kind {
            Kind::Type => class::TYPE_ERROR,
            Kind::Value => class::VALUE_ERROR,
            Kind::Overflow => class::OVERFLOW_ERROR,
            Kind::ZeroDivision => class::ZERO_DIVISION_ERROR,
            Kind::Index => class::INDEX_ERROR,
            Kind::Key => class::KEY_ERROR,
            Kind::Lookup => class::LOOKUP_ERROR,
            Kind::Memory => return self.memory_error(),
            Kind::Struct => class::VALUE_ERROR,
            Kind::Decode => class::UNICODE_DECODE_ERROR,
            Kind::Encode => class::UNICODE_ENCODE_ERROR,
            Kind::Os => class::OVERFLOW_ERROR,
        };
        if error.kind == Kind::Os {
            let text = self.str("Numerical result out of range");
            return self.exception(class, &[Value::Int(34), text]);
        }
        let raised = self.error(class, &error.message);
        if let Some(fault) = &error.codec {
            let (encoding, reason) = (self.str(fault.encoding), self.str(fault.reason));
            self.set_exception_attr(raised.0, sym::ENCODING, encoding);
            self.set_exception_attr(raised.0, sym::REASON, reason);
            self.set_exception_attr(raised.0, sym::START, Value::Int(fault.start as i64));
            self.set_exception_attr(raised.0, sym::END, Value::Int(fault.end as i64));
        }
        raised
    }

    /// The text of a str; empty for anything else.
    pub(crate) fn plain_str(&self, value: Value) -> String {
        self.text(value).map(|text| text.to_string()).unwrap_or_default()
    }

    pub(crate) fn text(&self, value: Value) -> Option<Arc<str>> {
        match self.heap.of(value) {
            Object::Str(text) => Some(text.text.clone()),
            _ => None,
        }
    }

    /// The bytes of a bytes-like object.
    pub(crate) fn buffer(&self, value: Value) -> Option<&[u8]> {
        self.buffer_of(value)
    }

    /// Append to a list.
    pub(crate) fn list_push(&mut self, list: Value, value: Value) -> Res<()> {
        self.room(16)?;
        if let Value::Ref(id) = list
            && let Object::List(items) = self.heap.get_mut(id)
        {
            items.push(value);
            self.heap.inc(value);
            self.heap.bytes += 16;
        }
        Ok(())
    }

    pub(crate) fn list_extend(&mut self, list: Value, more: &[Value]) -> Res<()> {
        self.room(16 * more.len() as u64)?;
        if let Value::Ref(id) = list
            && let Object::List(items) = self.heap.get_mut(id)
        {
            items.extend_from_slice(more);
            self.heap.inc_all(more);
            self.heap.bytes += 16 * more.len() as u64;
        }
        Ok(())
    }

    pub(crate) fn bytearray_extend(&mut self, array: Value, more: &[u8]) {
        if let Value::Ref(id) = array
            && let Object::ByteArray(bytes) = self.heap.get_mut(id)
        {
            bytes.extend_from_slice(more);
            self.heap.bytes += more.len() as u64;
        }
    }

    /// An int of 0 to 255.
    pub(crate) fn byte_of(&mut self, value: Value) -> Res<u8> {
        let Some(n) = self.index_of(value) else {
            let name = self.class_name_of(value);
            return Err(self.type_error(&format!("'{name}' object cannot be interpreted as an integer")));
        };
        u8::try_from(n).map_err(|_| self.value_error("byte must be in range(0, 256)"))
    }

    pub(crate) fn bytes_of(&mut self, items: &[Value]) -> Res<Vec<u8>> {
        items.iter().map(|&item| self.byte_of(item)).collect()
    }

    /// A function of the prelude.
    pub(crate) fn helper(&self, name: &str) -> Value {
        self.boot.helpers.iter().find(|(known, _)| known == name).map_or(Value::None, |(_, value)| *value)
    }

    /// A native function that the prelude knows.
    pub(crate) fn boot_function(&self, name: &str) -> Value {
        self.boot.inner.iter().find(|(known, _)| *known == name).map_or(Value::None, |(_, value)| *value)
    }

    pub(crate) fn is_subclass(&self, class: Id, of: Id) -> bool {
        class == of
            || match self.heap.get(class) {
                Object::Class(class) => class.mro.contains(&of),
                _ => false,
            }
    }

    pub(crate) fn is_instance(&self, value: Value, class: Id) -> bool {
        self.is_subclass(self.class_of(value), class)
    }
}
