//! `item in container`.

use super::Machine;
use super::compare::Trouble;
use super::run::Next;
use super::thread::After;
use crate::names::sym;
use crate::native::{Flow, Res};
use crate::object::Object;
use crate::value::Value;

impl Machine {
    pub(super) fn contains_op(&mut self, inverted: bool) -> Res<Next> {
        let at = self.t.stack.len();
        let (item, container) = (self.t.stack[at - 2], self.t.stack[at - 1]);
        let answer = self.contains(container, item)?;
        self.t.stack.truncate(at - 2);
        let next = match answer {
            Ok(truth) => {
                self.t.stack.push(Value::Bool(truth != inverted));
                Ok(Next::Same)
            }
            Err(flow) => self.flow(flow, After::Truth),
        };
        self.heap.dec_all(&[item, container]);
        next
    }

    /// Whether `container` has `item`; or the call whose truth says so.
    pub(crate) fn contains(&mut self, container: Value, item: Value) -> Res<Result<bool, Flow>> {
        let found = match self.heap.of(container) {
            Object::Dict(_) => self.dict_find(container, item).map(|place| place.is_some()),
            Object::Set(_) | Object::FrozenSet(_) => self.set_find(container, item).map(|p| p.is_some()),
            Object::DictView(dict, 0) => self.dict_find(Value::Ref(*dict), item).map(|place| place.is_some()),
            Object::DictView(dict, 2) => {
                let dict = Value::Ref(*dict);
                match self.heap.of(item) {
                    Object::Tuple(pair) if pair.len() == 2 => match self.dict_find(dict, pair[0]) {
                        Ok(Some(place)) => self.same(self.dict_value(dict, place), pair[1], 0),
                        Ok(None) => Ok(false),
                        Err(trouble) => Err(trouble),
                    },
                    _ => Ok(false),
                }
            }
            Object::Str(text) => match self.heap.of(item) {
                Object::Str(part) => Ok(text.text.contains(&*part.text)),
                _ => {
                    let name = self.class_name_of(item);
                    return Err(self
                        .type_error(&format!("'in <string>' requires string as left operand, not {name}")));
                }
            },
            Object::List(items) => self.among(items, item),
            Object::Tuple(items) => self.among(items, item),
            Object::Range(range) => match item {
                Value::Int(n) => Ok(range.len() > 0
                    && (if range.step > 0 {
                        range.start <= n && n < range.stop
                    } else {
                        range.stop < n && n <= range.start
                    })
                    && (i128::from(n) - i128::from(range.start)) % i128::from(range.step) == 0),
                _ => Ok(false),
            },
            Object::Bytes(_) | Object::ByteArray(_) | Object::MemoryView(_) => {
                let bytes = self.buffer_of(container).unwrap_or_default().to_vec();
                if let Some(part) = self.buffer_of(item) {
                    Ok(part.is_empty() || bytes.windows(part.len()).any(|window| window == part))
                } else if let Some(n) = self.index_of(item) {
                    let Ok(byte) = u8::try_from(n) else {
                        return Err(self.value_error("byte must be in range(0, 256)"));
                    };
                    Ok(bytes.contains(&byte))
                } else {
                    let name = self.class_name_of(item);
                    return Err(self.type_error(&format!("a bytes-like object is required, not '{name}'")));
                }
            }
            Object::Instance(instance) => {
                let class = instance.class;
                let method = self.class_attr(class, sym::CONTAINS);
                if !method.is_undefined() {
                    return Ok(Err(Flow::Call(method, vec![container, item])));
                }
                if self.class_attr(class, sym::ITER).is_undefined()
                    && self.class_attr(class, sym::GETITEM).is_undefined()
                {
                    let name = self.class_name(class);
                    return Err(self.type_error(&format!("argument of type '{name}' is not iterable")));
                }
                Err(Trouble::Python)
            }
            Object::Generator(_) => Err(Trouble::Python),
            Object::Iter(_) | Object::DictView(..) => match self.collect(container)? {
                Some(items) => self.among(&items, item),
                None => Err(Trouble::Python),
            },
            _ => {
                let name = self.class_name_of(container);
                return Err(self.type_error(&format!("argument of type '{name}' is not iterable")));
            }
        };
        match found {
            Ok(truth) => Ok(Ok(truth)),
            Err(Trouble::Python) => {
                if matches!(self.heap.of(container), Object::Dict(_) | Object::Set(_) | Object::FrozenSet(_))
                {
                    let again = self.boot_function("_contains");
                    return Ok(Err(self.resolve(again, container, item, &[container, item])));
                }
                let helper = self.helper("_contains_by_iter");
                Ok(Err(Flow::Call(helper, vec![container, item])))
            }
            Err(trouble) => Err(self.trouble(trouble, "==")),
        }
    }

    pub(super) fn among(&self, items: &[Value], item: Value) -> Result<bool, Trouble> {
        for &each in items {
            if self.same(each, item, 0)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
