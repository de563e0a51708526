//! Classes: whose instance a value is, what a class statement makes, and what every object has.

use std::sync::Arc;

use super::Machine;
use super::run::Next;
use super::thread::After;
use crate::classes::class;
use crate::names::{Sym, sym};
use crate::native::{Flow, Res};
use crate::object::{Class, Iter, Layout, Object};
use crate::value::{Id, Value};

impl Machine {
    pub(crate) fn class_of(&self, value: Value) -> Id {
        match value {
            Value::None | Value::Undefined => class::NONE,
            Value::Bool(_) => class::BOOL,
            Value::Int(_) => class::INT,
            Value::Float(_) => class::FLOAT,
            Value::NotImplemented => class::NOT_IMPLEMENTED,
            Value::Ellipsis => class::ELLIPSIS,
            Value::Native(_) => class::NATIVE,
            Value::Ref(id) => match self.heap.get(id) {
                Object::Instance(instance) => instance.class,
                Object::Exception(exception) => exception.class,
                Object::Free | Object::Plain | Object::Namespace(_) => class::OBJECT,
                Object::Int(_) => class::INT,
                Object::Str(_) => class::STR,
                Object::Bytes(_) => class::BYTES,
                Object::ByteArray(_) => class::BYTEARRAY,
                Object::MemoryView(_) => class::MEMORYVIEW,
                Object::List(_) => class::LIST,
                Object::Tuple(_) => class::TUPLE,
                Object::Dict(_) => class::DICT,
                Object::Set(_) => class::SET,
                Object::FrozenSet(_) => class::FROZENSET,
                Object::Range(_) => class::RANGE,
                Object::Slice(_) => class::SLICE,
                Object::Cell(_) => class::CELL,
                Object::Function(_) => class::FUNCTION,
                Object::Bound(Value::Native(_), _) => class::NATIVE,
                Object::Bound(..) => class::METHOD,
                Object::Class(_) => class::TYPE,
                Object::Property(_) => class::PROPERTY,
                Object::StaticMethod(_) => class::STATICMETHOD,
                Object::ClassMethod(_) => class::CLASSMETHOD,
                Object::Super(..) => class::SUPER,
                Object::Generator(_) => class::GENERATOR,
                Object::Module(_) => class::MODULE,
                Object::Lock(lock) if lock.reentrant => class::RLOCK,
                Object::Lock(_) => class::LOCK,
                Object::DictView(_, 0) => class::DICT_KEYS,
                Object::DictView(_, 1) => class::DICT_VALUES,
                Object::DictView(..) => class::DICT_ITEMS,
                Object::Traceback(..) => class::TRACEBACK,
                Object::Alias(_) => class::ALIAS,
                Object::Iter(iter) => match &**iter {
                    Iter::Range(..) | Iter::Done => class::RANGE_ITERATOR,
                    Iter::Sequence(value, _) => match self.heap.of(*value) {
                        Object::List(_) => class::LIST_ITERATOR,
                        Object::Tuple(_) => class::TUPLE_ITERATOR,
                        Object::ByteArray(_) => class::BYTEARRAY_ITERATOR,
                        Object::Str(_) => class::STR_ITERATOR,
                        _ => class::BYTES_ITERATOR,
                    },
                    Iter::Chars(..) => class::STR_ITERATOR,
                    Iter::Reversed(..) => class::REVERSED,
                    Iter::Dict(_, which, ..) => match which & 3 {
                        0 => class::DICT_KEYITERATOR,
                        1 => class::DICT_VALUEITERATOR,
                        _ => class::DICT_ITEMITERATOR,
                    },
                    Iter::Set(..) => class::SET_ITERATOR,
                    Iter::Enumerate(..) => class::ENUMERATE,
                    Iter::Zip(_) => class::ZIP,
                },
            },
        }
    }

    pub(crate) fn class_name(&self, class: Id) -> String {
        match self.heap.get(class) {
            Object::Class(class) => class.name.to_string(),
            _ => "object".to_owned(),
        }
    }

    pub(crate) fn class_name_of(&self, value: Value) -> String {
        self.class_name(self.class_of(value))
    }

    /// As `__module__.__qualname__`, the module left out for built-in ones.
    pub(crate) fn type_shown(&self, value: Value) -> String {
        let Object::Class(class) = self.heap.of(value) else { return String::new() };
        match &*self.plain_str(class.module) {
            "" | "builtins" => class.qualname.to_string(),
            module => format!("{module}.{}", class.qualname),
        }
    }

    pub(crate) fn qualname_of(&self, function: Id) -> String {
        match self.heap.get(function) {
            Object::Function(function) => self.plain_str(function.qualname),
            _ => String::new(),
        }
    }

    /// The class body has run: `cell` is where its methods look for the class.
    pub(super) fn finish_class(&mut self, namespace: Value, cell: Value) -> Res<Next> {
        let top = self.t.stack.len();
        let (name, bases, keywords) = (self.t.stack[top - 3], self.t.stack[top - 2], self.t.stack[top - 1]);
        let bases = match self.heap.of(bases) {
            Object::Tuple(items) => items.to_vec(),
            _ => Vec::new(),
        };
        let attrs = match self.heap.of(namespace) {
            Object::Namespace(attrs) => attrs.clone(),
            _ => Vec::new(),
        };
        let name: Arc<str> = self.plain_str(name).into();
        let made = self.new_class(name, &bases, attrs)?;
        if matches!(self.heap.of(cell), Object::Cell(_)) {
            self.heap.inc(made);
            self.set_cell(cell, made);
        }
        let hooks = self.class_hooks(made, keywords)?;
        // function, name, bases and keywords go; the class comes.
        self.heap.inc(made);
        for _ in 0..4 {
            let value = self.pop();
            self.heap.dec(value);
        }
        if let Some(flow) = hooks {
            let next = self.flow(flow, After::Push);
            self.heap.dec(made);
            return next;
        }
        self.t.stack.push(made);
        Ok(Next::Same)
    }

    /// `__set_name__` of its attributes and `__init_subclass__` of its bases: the prelude calls them and answers the class.
    fn class_hooks(&mut self, made: Value, keywords: Value) -> Res<Option<Flow>> {
        let Value::Ref(id) = made else { return Ok(None) };
        let Object::Class(object) = self.heap.get(id) else { return Ok(None) };
        let (attrs, bases) = (object.attrs.clone(), object.mro[1..].to_vec());
        let mut named = Vec::new();
        for (name, value) in attrs {
            if let Object::Instance(instance) = self.heap.of(value) {
                let class = instance.class;
                if !self.class_attr(class, sym::SET_NAME).is_undefined() {
                    let text = self.str_of_sym(name);
                    named.push(self.tuple(vec![value, text]));
                }
            }
        }
        let init = bases.iter().any(|&base| {
            let found = self.find_class_attr(base, sym::INIT_SUBCLASS);
            !matches!(found, Value::Undefined | Value::Native(_))
        });
        let some = matches!(self.heap.of(keywords), Object::Dict(table) if table.len() > 0);
        if named.is_empty() && !init {
            if some {
                let name = self.class_name(id);
                return Err(
                    self.type_error(&format!("{name}.__init_subclass__() takes no keyword arguments"))
                );
            }
            return Ok(None);
        }
        let named = self.list(named);
        let helper = self.helper("_class_hooks");
        Ok(Some(Flow::Call(helper, vec![made, named, Value::Bool(init), keywords])))
    }

    pub(crate) fn new_class(
        &mut self,
        name: Arc<str>,
        bases: &[Value],
        mut attrs: crate::object::Attrs,
    ) -> Res<Value> {
        let mut ids = Vec::new();
        for &base in bases {
            let base = match self.heap.of(base) {
                Object::Alias(inner) => *inner,
                _ => base,
            };
            match (base, self.heap.of(base)) {
                (Value::Ref(id), Object::Class(_)) => {
                    if ids.contains(&id) {
                        let name = self.class_name(id);
                        return Err(self.type_error(&format!("duplicate base class {name}")));
                    }
                    ids.push(id);
                }
                _ => return Err(self.type_error("bases must be types")),
            }
        }
        if ids.is_empty() {
            ids.push(class::OBJECT);
        }
        let mut layout = Layout::Instance;
        for &id in &ids {
            let Object::Class(base) = self.heap.get(id) else { continue };
            let name = base.name.clone();
            if id == class::BOOL || id == class::FUNCTION || id == class::NONE || id == class::RANGE {
                return Err(self.type_error(&format!("type '{name}' is not an acceptable base type")));
            }
            if base.layout == Layout::Native && id != class::OBJECT {
                let says = format!("a class that descends from {name} is not supported here");
                return Err(self.type_error(&says));
            }
            layout = if base.layout == Layout::Exception { Layout::Exception } else { layout };
        }
        let mro = self.mro(&ids)?;
        let find = |m: &Self, attrs: &crate::object::Attrs, name: Sym| {
            let own = attrs.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
            own.or_else(|| {
                mro.iter().find_map(|&id| match m.heap.get(id) {
                    Object::Class(c) => c.attrs.iter().find(|(k, _)| *k == name).map(|(_, v)| *v),
                    _ => None,
                })
            })
        };
        let own = |value: Option<Value>| !matches!(value, None | Some(Value::Native(_)));
        let defines = |name: Sym| attrs.iter().any(|(known, _)| *known == name);
        let unhashable = if defines(sym::EQ) && !defines(sym::HASH) {
            true
        } else if defines(sym::HASH) {
            attrs.iter().any(|(known, value)| *known == sym::HASH && value.is_none())
        } else {
            mro.iter().any(|&id| matches!(self.heap.get(id), Object::Class(c) if c.unhashable))
                && !own(find(self, &attrs, sym::HASH))
        };
        let special = |m: &Self, name: Sym| own(find(m, &attrs, name));
        let (del, getattr) = (special(self, sym::DEL), special(self, sym::GETATTR));
        let (setattr, eq, hash) =
            (special(self, sym::SETATTR), special(self, sym::EQ), special(self, sym::HASH));
        let take = |attrs: &mut crate::object::Attrs, name: Sym| super::attr::take(attrs, name).defined();
        let qualname = take(&mut attrs, sym::QUALNAME).map(|value| self.plain_str(value));
        let module =
            attrs.iter().find(|(known, _)| *known == sym::MODULE).map_or(Value::None, |(_, value)| *value);
        for (name, value) in &mut attrs {
            // Methods that are static or of the class without saying so.
            let wraps = matches!(*name, sym::INIT_SUBCLASS | sym::CLASS_GETITEM);
            if wraps && matches!(self.heap.of(*value), Object::Function(_)) {
                *value = self.heap.alloc(Object::ClassMethod(*value));
            }
        }
        let class = Class {
            qualname: qualname.map_or_else(|| name.clone(), Arc::from),
            name,
            module,
            bases: ids,
            mro: Vec::new(),
            attrs,
            layout,
            builtin: false,
            del,
            getattr,
            setattr,
            eq,
            hash,
            unhashable,
        };
        let made = self.heap.alloc(Object::Class(Box::new(class)));
        if let Value::Ref(id) = made {
            for &each in &mro {
                self.heap.inc(Value::Ref(each));
            }
            if let Object::Class(class) = self.heap.get_mut(id) {
                class.mro = std::iter::once(id).chain(mro).collect();
            }
        }
        self.forget_class_attrs();
        Ok(made)
    }

    /// The order in which bases are searched (C3), without the class itself.
    fn mro(&mut self, bases: &[Id]) -> Res<Vec<Id>> {
        let mut lists: Vec<Vec<Id>> = bases
            .iter()
            .map(|&base| match self.heap.get(base) {
                Object::Class(class) => class.mro.clone(),
                _ => Vec::new(),
            })
            .collect();
        lists.push(bases.to_vec());
        let mut order = Vec::new();
        loop {
            lists.retain(|list| !list.is_empty());
            if lists.is_empty() {
                return Ok(order);
            }
            let good = lists.iter().map(|l| l[0]).find(|head| !lists.iter().any(|l| l[1..].contains(head)));
            let Some(head) = good else {
                let names: Vec<String> = bases.iter().map(|&base| self.class_name(base)).collect();
                return Err(self.type_error(&format!(
                    "Cannot create a consistent method resolution\norder (MRO) for bases {}",
                    names.join(", ")
                )));
            };
            order.push(head);
            lists.iter_mut().for_each(|list| list.retain(|&each| each != head));
        }
    }

    /// A class got a special method after it was made.
    pub(super) fn note_special(&mut self, id: Id, name: Sym) {
        if let Object::Class(class) = self.heap.get_mut(id) {
            class.del |= name == sym::DEL;
            class.getattr |= name == sym::GETATTR;
            class.setattr |= name == sym::SETATTR;
            class.eq |= name == sym::EQ;
            class.hash |= name == sym::HASH;
        }
    }

    /// What every object has.
    pub(super) fn common_attr(&mut self, object: Value, class: Id, name: Sym) -> Option<Value> {
        Some(match name {
            sym::CLASS => Value::Ref(class),
            sym::DOC => Value::None,
            _ if self.number(object).is_some() => {
                let float = matches!(object, Value::Float(_));
                match &*self.name(name) {
                    "real" | "numerator" if !float => match object {
                        Value::Bool(b) => Value::Int(b.into()),
                        _ => object,
                    },
                    "imag" if !float => Value::Int(0),
                    "denominator" if !float => Value::Int(1),
                    "real" => object,
                    "imag" => Value::Float(0.0),
                    _ => return None,
                }
            }
            sym::NAME | sym::QUALNAME => match object {
                Value::Native(id) => {
                    let text = self.boot.native(id).name;
                    self.str(text.rsplit('.').next().unwrap_or(text))
                }
                _ => return None,
            },
            _ => return None,
        })
    }

    /// What objects of a kind have that is no attribute of their class.
    pub(super) fn special_attr(&mut self, object: Value, id: Id, name: Sym) -> Option<Value> {
        match (self.heap.get(id), name) {
            (Object::Instance(instance), sym::DICT) => {
                let attrs = instance.attrs.clone();
                return Some(self.dict_of(&attrs));
            }
            (Object::Function(function), _) => {
                let (code, module) = (function.code, function.module);
                return match name {
                    sym::NAME => {
                        let attr = function.attrs.iter().find(|(known, _)| *known == name).map(|(_, v)| *v);
                        Some(attr.unwrap_or(function.name))
                    }
                    sym::QUALNAME => {
                        let attr = function.attrs.iter().find(|(known, _)| *known == name).map(|(_, v)| *v);
                        Some(attr.unwrap_or(function.qualname))
                    }
                    sym::MODULE => {
                        let module = self.module_name(module);
                        Some(self.str(&module))
                    }
                    sym::DEFAULTS => {
                        let defaults = function.defaults.to_vec();
                        Some(if defaults.is_empty() { Value::None } else { self.tuple(defaults) })
                    }
                    sym::DICT => {
                        let attrs = function.attrs.clone();
                        Some(self.dict_of(&attrs))
                    }
                    _ => {
                        if let Some((_, value)) = function.attrs.iter().find(|(known, _)| *known == name) {
                            return Some(*value);
                        }
                        if name == sym::DOC {
                            let doc = self.image.codes[code as usize].doc.clone();
                            return Some(doc.map_or(Value::None, |doc| self.shared_str(doc)));
                        }
                        None
                    }
                };
            }
            (Object::Bound(function, this), _) => {
                let (function, this) = (*function, *this);
                return match name {
                    sym::SELF => Some(this),
                    sym::FUNC => Some(function),
                    sym::CLASS => None,
                    _ => match self.get_attr(function, name) {
                        Ok(Flow::Value(value)) => Some(value),
                        _ => None,
                    },
                };
            }
            (Object::Exception(exception), _) => {
                return match name {
                    sym::ARGS => Some(exception.args),
                    sym::CAUSE => Some(exception.cause),
                    sym::CONTEXT => Some(exception.context),
                    sym::SUPPRESS => Some(Value::Bool(exception.suppress)),
                    sym::TRACEBACK => Some(self.traceback_of(object)),
                    sym::VALUE if self.is_instance(object, class::STOP_ITERATION) => {
                        Some(self.stop_value(object))
                    }
                    sym::DICT => {
                        let attrs = exception.attrs.clone();
                        Some(self.dict_of(&attrs))
                    }
                    sym::ERRNO | sym::STRERROR | sym::FILENAME
                        if self.is_instance(object, class::OS_ERROR) =>
                    {
                        Some(Value::None)
                    }
                    sym::NAME_ATTR
                        if self.is_instance(object, class::NAME_ERROR)
                            || self.is_instance(object, class::IMPORT_ERROR)
                            || self.is_instance(object, class::ATTRIBUTE_ERROR) =>
                    {
                        Some(Value::None)
                    }
                    sym::CODE if self.is_instance(object, class::SYSTEM_EXIT) => {
                        let args = exception.args;
                        let items = match self.heap.of(args) {
                            Object::Tuple(items) => items.to_vec(),
                            _ => Vec::new(),
                        };
                        Some(match &items[..] {
                            [] => Value::None,
                            [one] => *one,
                            _ => args,
                        })
                    }
                    _ => None,
                };
            }
            (Object::Slice(parts), _) => {
                let parts = **parts;
                return match name {
                    sym::START => Some(parts[0]),
                    sym::STOP => Some(parts[1]),
                    sym::STEP => Some(parts[2]),
                    _ => None,
                };
            }
            (Object::MemoryView(view), _) => {
                return match name {
                    sym::OBJ => Some(view.base),
                    sym::NBYTES => Some(Value::Int(view.len.into())),
                    sym::READONLY => Some(Value::Bool(view.readonly)),
                    _ => None,
                };
            }
            (Object::Range(range), _) => {
                return match name {
                    sym::START => Some(Value::Int(range.start)),
                    sym::STOP => Some(Value::Int(range.stop)),
                    sym::STEP => Some(Value::Int(range.step)),
                    _ => None,
                };
            }
            (Object::Generator(generator), sym::NAME) => return Some(generator.name),
            (Object::Generator(generator), sym::QUALNAME) => return Some(generator.qualname),
            (Object::Property(property), _) => {
                return match name {
                    sym::FGET => Some(property.get),
                    sym::FSET => Some(property.set),
                    sym::FDEL => Some(property.del),
                    sym::DOC => Some(property.doc),
                    _ => None,
                };
            }
            (Object::StaticMethod(inner) | Object::ClassMethod(inner), sym::FUNC | sym::WRAPPED) => {
                return Some(*inner);
            }
            _ => {}
        }
        None
    }

    fn dict_of(&mut self, attrs: &[(Sym, Value)]) -> Value {
        let dict = self.dict();
        for &(name, value) in attrs {
            let key = self.str_of_sym(name);
            // Keys are texts: they need nobody's code.
            let _ = self.dict_put(dict, key, value);
        }
        dict
    }

    pub(super) fn class_special(&mut self, id: Id, name: Sym) -> Option<Value> {
        let Object::Class(object) = self.heap.get(id) else { return None };
        Some(match name {
            sym::NAME => {
                let text = object.name.clone();
                self.str(&text)
            }
            sym::QUALNAME => {
                let text = object.qualname.clone();
                self.str(&text)
            }
            sym::MODULE => match object.module {
                Value::None | Value::Undefined => self.str("builtins"),
                module => module,
            },
            sym::DOC => {
                let own = object.attrs.iter().find(|(known, _)| *known == sym::DOC);
                own.map_or(Value::None, |(_, value)| *value)
            }
            sym::BASES => {
                let bases = object.bases.iter().map(|&base| Value::Ref(base)).collect();
                self.tuple(bases)
            }
            sym::MRO => {
                let mro = object.mro.iter().map(|&each| Value::Ref(each)).collect();
                self.tuple(mro)
            }
            sym::DICT => {
                let attrs = object.attrs.clone();
                self.dict_of(&attrs)
            }
            sym::CLASS => Value::Ref(class::TYPE),
            _ => return None,
        })
    }
}
