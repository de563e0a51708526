//! `str`, `repr` and `format` of values, where no code of the program is needed.

use super::Machine;
use super::compare::{DEEP, Trouble};
use crate::classes::class;
use crate::names::sym;
use crate::native::{Flow, Res};
use crate::object::{Iter, Object};
use crate::pure::{float_text, format, int_text, quote};
use crate::value::{Id, Value};

impl Machine {
    /// `repr(value)`, or the call that gives it.
    pub(crate) fn repr(&mut self, value: Value) -> Res<Flow> {
        match self.plain_repr(value)? {
            Some(text) => Ok(Flow::Value(self.string(text))),
            None => {
                if let Some(flow) = self.own_method(value, sym::REPR) {
                    return Ok(flow);
                }
                let helper = self.helper("_repr");
                Ok(Flow::Call(helper, vec![value]))
            }
        }
    }

    /// The call of a special method that the program's class defines.
    fn own_method(&mut self, value: Value, name: crate::names::Sym) -> Option<Flow> {
        if !matches!(self.heap.of(value), Object::Instance(_) | Object::Exception(_)) {
            return None;
        }
        let class = self.class_of(value);
        let method = self.class_attr(class, name);
        if matches!(method, Value::Undefined | Value::Native(_)) {
            return None;
        }
        let helper = self.helper("_checked_str");
        let name = self.str_of_sym(name);
        Some(Flow::Call(helper, vec![value, method, name]))
    }

    /// `repr(value)` where no code of the program is needed.
    pub(crate) fn plain_repr(&mut self, value: Value) -> Res<Option<String>> {
        let mut text = String::new();
        let mut open = Vec::new();
        match self.write_repr(value, &mut text, &mut open) {
            Ok(()) => Ok(Some(text)),
            Err(Trouble::Python) => Ok(None),
            Err(_) if open.len() as u32 >= DEEP => Err(self.error(
                class::RECURSION_ERROR,
                "maximum recursion depth exceeded while getting the repr of an object",
            )),
            Err(Trouble::Unhashable(_)) => {
                let says = format!(
                    "Exceeds the limit ({} digits) for integer string conversion",
                    int_text::MAX_DIGITS
                );
                Err(self
                    .value_error(&format!("{says}; use sys.set_int_max_str_digits() to increase the limit")))
            }
            Err(_) => Err(self.memory_error()),
        }
    }

    #[allow(clippy::too_many_lines, reason = "a table of kinds")]
    fn write_repr(&self, value: Value, out: &mut String, open: &mut Vec<Id>) -> Result<(), Trouble> {
        let id = match value {
            Value::None | Value::Undefined => return push(out, "None"),
            Value::Bool(b) => return push(out, if b { "True" } else { "False" }),
            Value::Int(n) => return push(out, &n.to_string()),
            Value::Float(x) => return push(out, &float_text::repr(x)),
            Value::NotImplemented => return push(out, "NotImplemented"),
            Value::Ellipsis => return push(out, "Ellipsis"),
            Value::Native(id) => {
                let name = self.boot.native(id).name;
                return match name.split_once('.') {
                    Some((class, name)) => push(out, &format!("<method '{name}' of '{class}' objects>")),
                    None => push(out, &format!("<built-in function {name}>")),
                };
            }
            Value::Ref(id) => id,
        };
        if open.len() as u32 >= DEEP || out.len() > self.limit() {
            return Err(Trouble::Deep);
        }
        match self.heap.get(id) {
            Object::Int(n) => push(out, &int_text::decimal(n).map_err(|_| Trouble::Unhashable(value))?),
            Object::Str(text) => {
                push(out, &quote::repr_str(&text.text, self.limit()).map_err(|_| Trouble::Deep)?)
            }
            Object::Bytes(bytes) => {
                push(out, &quote::repr_bytes(bytes, self.limit()).map_err(|_| Trouble::Deep)?)
            }
            Object::ByteArray(bytes) => {
                push(out, &quote::repr_bytearray(bytes, self.limit()).map_err(|_| Trouble::Deep)?)
            }
            Object::List(items) => {
                self.write_items(id, items.iter().copied(), ("[", "]", "[...]"), out, open)
            }
            Object::Tuple(items) => {
                let end = if items.len() == 1 { ",)" } else { ")" };
                self.write_items(id, items.iter().copied(), ("(", end, "(...)"), out, open)
            }
            Object::Set(set) if set.len() == 0 => push(out, "set()"),
            Object::FrozenSet(set) if set.len() == 0 => push(out, "frozenset()"),
            Object::Set(set) => self.write_items(id, set.items(), ("{", "}", "{...}"), out, open),
            Object::FrozenSet(set) => {
                self.write_items(id, set.items(), ("frozenset({", "})", "frozenset({...})"), out, open)
            }
            Object::Dict(table) => {
                if open.contains(&id) {
                    return push(out, "{...}");
                }
                open.push(id);
                out.push('{');
                for (i, (key, value)) in table.entries().enumerate() {
                    if i > 0 {
                        out.push_str(", ");
                    }
                    self.write_repr(key, out, open)?;
                    out.push_str(": ");
                    self.write_repr(value, out, open)?;
                }
                out.push('}');
                open.pop();
                Ok(())
            }
            Object::DictView(dict, which) => {
                let Object::Dict(table) = self.heap.get(*dict) else { return Ok(()) };
                let name = ["dict_keys", "dict_values", "dict_items"][usize::from(*which).min(2)];
                push(out, &format!("{name}(["))?;
                open.push(id);
                for (i, (key, value)) in table.entries().enumerate() {
                    if i > 0 {
                        out.push_str(", ");
                    }
                    match which {
                        0 => self.write_repr(key, out, open)?,
                        1 => self.write_repr(value, out, open)?,
                        _ => {
                            out.push('(');
                            self.write_repr(key, out, open)?;
                            out.push_str(", ");
                            self.write_repr(value, out, open)?;
                            out.push(')');
                        }
                    }
                }
                open.pop();
                push(out, "])")
            }
            Object::Range(range) => push(
                out,
                &if range.step == 1 {
                    format!("range({}, {})", range.start, range.stop)
                } else {
                    format!("range({}, {}, {})", range.start, range.stop, range.step)
                },
            ),
            Object::Slice(parts) => {
                self.write_items(id, parts.iter().copied(), ("slice(", ")", "slice(...)"), out, open)
            }
            Object::Class(_) => push(out, &format!("<class '{}'>", self.type_shown(value))),
            Object::Alias(inner) => push(out, &format!("{}[...]", self.type_shown(*inner))),
            Object::Function(function) => {
                let name = self.plain_str(function.qualname);
                push(out, &format!("<function {name} at {}>", self.address(id)))
            }
            Object::Bound(Value::Native(native), this) => {
                let name = self.boot.native(*native).name.rsplit('.').next().unwrap_or_default();
                let (class, at) = (self.class_name_of(*this), this.id().map_or(0, |id| id.0));
                push(out, &format!("<built-in method {name} of {class} object at {}>", self.address(Id(at))))
            }
            Object::Bound(function, this) => {
                let name = match self.heap.of(*function) {
                    Object::Function(function) => self.plain_str(function.qualname),
                    _ => "?".to_owned(),
                };
                push(out, &format!("<bound method {name} of "))?;
                open.push(id);
                self.write_repr(*this, out, open)?;
                open.pop();
                push(out, ">")
            }
            Object::Module(module) => push(
                out,
                &match module.source {
                    Some(source) => {
                        let file = &self.image.sources[source as usize].file;
                        format!("<module '{}' from '{file}'>", module.name)
                    }
                    None => format!("<module '{}' (built-in)>", module.name),
                },
            ),
            Object::Generator(generator) => {
                let name = self.plain_str(generator.qualname);
                push(out, &format!("<generator object {name} at {}>", self.address(id)))
            }
            Object::Exception(exception) => {
                if self.own_text(exception.class, sym::REPR) {
                    return Err(Trouble::Python);
                }
                let name = self.class_name(exception.class);
                match self.heap.of(exception.args) {
                    Object::Tuple(items) if items.len() == 1 => {
                        open.push(id);
                        push(out, &format!("{name}("))?;
                        self.write_repr(items[0], out, open)?;
                        open.pop();
                        push(out, ")")
                    }
                    _ => {
                        push(out, &name)?;
                        open.push(id);
                        self.write_repr(exception.args, out, open)?;
                        open.pop();
                        Ok(())
                    }
                }
            }
            Object::Instance(instance) => {
                if self.own_text(instance.class, sym::REPR) {
                    return Err(Trouble::Python);
                }
                let class = self.type_shown(Value::Ref(instance.class));
                push(out, &format!("<{class} object at {}>", self.address(id)))
            }
            Object::Cell(_) => push(out, &format!("<cell at {}>", self.address(id))),
            Object::Iter(iter) if matches!(**iter, Iter::Done) => push(out, "<iterator at its end>"),
            Object::Lock(lock) => {
                let state = if lock.owner.is_some() { "locked" } else { "unlocked" };
                push(out, &format!("<{state} {} object at {}>", self.class_name_of(value), self.address(id)))
            }
            Object::MemoryView(_) => push(out, &format!("<memory at {}>", self.address(id))),
            _ => push(out, &format!("<{} object at {}>", self.class_name_of(value), self.address(id))),
        }
    }

    fn address(&self, id: Id) -> String {
        format!("{:#x}", self.identity(id))
    }

    /// Whether a class defines this method in the program's code.
    pub(crate) fn own_text(&self, class: Id, name: crate::names::Sym) -> bool {
        !matches!(self.find_class_attr(class, name), Value::Undefined | Value::Native(_))
    }

    fn write_items(
        &self,
        id: Id,
        items: impl Iterator<Item = Value>,
        (begin, end, again): (&str, &str, &str),
        out: &mut String,
        open: &mut Vec<Id>,
    ) -> Result<(), Trouble> {
        if open.contains(&id) {
            return push(out, again);
        }
        open.push(id);
        out.push_str(begin);
        for (i, item) in items.enumerate() {
            if i > 0 {
                out.push_str(", ");
            }
            self.write_repr(item, out, open)?;
        }
        out.push_str(end);
        open.pop();
        Ok(())
    }

    /// `str(value)`, or the call that gives it.
    pub(crate) fn str_of(&mut self, value: Value) -> Res<Flow> {
        if matches!(self.heap.of(value), Object::Str(_)) {
            return Ok(Flow::Value(value));
        }
        if let Some(flow) = self.own_method(value, sym::STR) {
            return Ok(flow);
        }
        match self.plain_exception_text(value)? {
            Some(Some(text)) => return Ok(Flow::Value(self.string(text))),
            Some(None) => {
                let helper = self.helper("_str_exception");
                return Ok(Flow::Call(helper, vec![value]));
            }
            None => {}
        }
        self.repr(value)
    }

    /// `str(value)` where no code of the program is needed.
    pub(crate) fn plain_str_of(&mut self, value: Value) -> Res<Option<String>> {
        if let Object::Str(text) = self.heap.of(value) {
            return Ok(Some(text.text.to_string()));
        }
        if matches!(self.heap.of(value), Object::Instance(_) | Object::Exception(_)) {
            let class = self.class_of(value);
            if self.own_text(class, sym::STR) {
                return Ok(None);
            }
        }
        match self.plain_exception_text(value)? {
            Some(text) => Ok(text),
            None => self.plain_repr(value),
        }
    }

    /// The text of an exception; none if it is no exception, or if the program's code must be asked.
    pub(crate) fn plain_exception_text(&mut self, value: Value) -> Res<Option<Option<String>>> {
        let Object::Exception(exception) = self.heap.of(value) else { return Ok(None) };
        let items = match self.heap.of(exception.args) {
            Object::Tuple(items) => items.to_vec(),
            _ => Vec::new(),
        };
        let attr = |name| exception.attrs.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        let (errno, strerror, filename) = (attr(sym::ERRNO), attr(sym::STRERROR), attr(sym::FILENAME));
        if self.is_instance(value, class::OS_ERROR)
            && let (Some(errno), Some(strerror)) = (errno, strerror)
        {
            let (errno, strerror) = (self.plain_str_of(errno)?, self.plain_str_of(strerror)?);
            let mut text = format!("[Errno {}] {}", errno.unwrap_or_default(), strerror.unwrap_or_default());
            if let Some(filename) = filename {
                text += &format!(": {}", self.plain_repr(filename)?.unwrap_or_default());
            }
            return Ok(Some(Some(text)));
        }
        Ok(Some(match &items[..] {
            [] => Some(String::new()),
            [one] if self.is_instance(value, class::KEY_ERROR) => self.plain_repr(*one)?,
            [one] => self.plain_str_of(*one)?,
            _ => {
                let tuple = self.tuple(items.clone());
                self.plain_repr(tuple)?
            }
        }))
    }

    /// A field of an f-string.
    pub(super) fn format_field(&mut self, value: Value, conversion: u8, spec: Value) -> Res<Flow> {
        let spec_text = self.plain_str(spec);
        let converted = match conversion {
            b'r' | b'a' => self.plain_repr(value)?,
            b's' => self.plain_str_of(value)?,
            _ if spec_text.is_empty() && !self.has_own_format(value) => self.plain_str_of(value)?,
            _ => {
                if !self.has_own_format(value) && !matches!(self.heap.of(value), Object::Instance(_)) {
                    let text = self.formatted(value, &spec_text)?;
                    return Ok(Flow::Value(self.string(text)));
                }
                None
            }
        };
        let Some(mut text) = converted else {
            let helper = self.helper("_format_field");
            let spec = self.string(spec_text);
            return Ok(Flow::Call(helper, vec![value, Value::Int(conversion.into()), spec]));
        };
        if conversion == b'a' {
            let ascii = quote::ascii_of_repr(&text, self.limit());
            text = self.pure(ascii)?;
        }
        if !spec_text.is_empty() {
            let done = format::of_str(&text, &spec_text, self.limit());
            text = self.pure(done)?;
        }
        self.room(text.len() as u64)?;
        Ok(Flow::Value(self.string(text)))
    }

    pub(crate) fn has_own_format(&mut self, value: Value) -> bool {
        if !matches!(self.heap.of(value), Object::Instance(_) | Object::Exception(_)) {
            return false;
        }
        let class = self.class_of(value);
        self.own_text(class, sym::FORMAT)
    }

    /// `format(value, spec)` of a built-in value.
    pub(crate) fn formatted(&mut self, value: Value, spec: &str) -> Res<String> {
        let limit = self.limit();
        if let Value::Bool(b) = value {
            if spec.is_empty() {
                return Ok(if b { "True" } else { "False" }.to_owned());
            }
            let done = format::of_int(&i64::from(b).into(), spec, "bool", limit);
            return self.pure(done);
        }
        let done = match self.number(value) {
            Some(super::compare::Number::Float(x)) => format::of_float(x, spec, limit),
            Some(number) => {
                let number = number.big();
                format::of_int(&number, spec, "int", limit)
            }
            None => match self.heap.of(value) {
                Object::Str(text) => format::of_str(&text.text, spec, limit),
                _ if spec.is_empty() => return Ok(self.plain_str_of(value)?.unwrap_or_default()),
                _ => {
                    let name = self.class_name_of(value);
                    return Err(
                        self.type_error(&format!("unsupported format string passed to {name}.__format__"))
                    );
                }
            },
        };
        self.pure(done)
    }
}

fn push(out: &mut String, text: &str) -> Result<(), Trouble> {
    out.push_str(text);
    Ok(())
}
