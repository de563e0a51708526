//! `object`, `type` and what wraps functions in a class.

use crate::classes::class;
use crate::machine::Machine;
use crate::names::sym;
use crate::native::{Args, Flow, Native, Res};
use crate::object::{Instance, Layout, Object, Property};
use crate::value::Value;

pub(super) const OBJECT: &[Native] = &[
    Native { name: "object.__new__", call: object_new },
    Native { name: "object.__init__", call: object_init },
    Native { name: "object.__repr__", call: object_repr },
    Native { name: "object.__str__", call: object_str },
    Native { name: "object.__eq__", call: object_eq },
    Native { name: "object.__ne__", call: object_ne },
    Native { name: "object.__hash__", call: object_hash },
    Native { name: "object.__setattr__", call: object_setattr },
    Native { name: "object.__getattribute__", call: object_getattribute },
    Native { name: "object.__delattr__", call: object_delattr },
    Native { name: "object.__format__", call: object_format },
    Native { name: "object.__init_subclass__", call: nothing },
];

pub(super) const TYPE: &[Native] =
    &[Native { name: "type.__new__", call: type_new }, Native { name: "type.mro", call: type_mro }];
pub(super) const PROPERTY: &[Native] = &[
    Native { name: "property.__new__", call: property_new },
    Native { name: "property.getter", call: property_getter },
    Native { name: "property.setter", call: property_setter },
    Native { name: "property.deleter", call: property_deleter },
];
pub(super) const STATICMETHOD: &[Native] = &[Native { name: "staticmethod.__new__", call: staticmethod }];
pub(super) const CLASSMETHOD: &[Native] = &[Native { name: "classmethod.__new__", call: classmethod }];
pub(super) const SUPER: &[Native] = &[Native { name: "super.__new__", call: super_new }];

fn nothing(_: &mut Machine, _: &Args<'_>) -> Res<Flow> {
    Ok(Flow::Value(Value::None))
}

/// `object()`, and `object.__new__(cls)` of a class of the program.
fn object_new(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let Some(&of) = args.pos.first() else {
        return Ok(Flow::Value(m.heap.alloc(Object::Plain)));
    };
    let Value::Ref(class) = of else { return Err(m.type_error("object.__new__(X): X is not a type object")) };
    match m.layout(class) {
        Layout::Instance => {
            let instance = Instance { class, attrs: Vec::new(), finalised: false };
            Ok(Flow::Value(m.heap.alloc(Object::Instance(Box::new(instance)))))
        }
        Layout::Exception => Ok(Flow::Value(m.new_exception(class, &args.pos[1..], &[])?)),
        Layout::Native => Ok(Flow::Value(m.heap.alloc(Object::Plain))),
    }
}

fn object_init(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    if args.pos.len() > 1 || !args.kw.is_empty() {
        let of = m.class_of(args.at(0));
        if matches!(m.find_class_attr(of, sym::NEW), Value::Native(_)) {
            let name = m.class_name(of);
            let custom = !matches!(m.find_class_attr(of, sym::INIT), Value::Native(_));
            let says = if custom {
                "object.__init__() takes exactly one argument (the instance to initialize)".to_owned()
            } else {
                format!("{name}() takes no arguments")
            };
            return Err(m.type_error(&says));
        }
    }
    Ok(Flow::Value(Value::None))
}

fn object_repr(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let value = args.at(0);
    if let Value::Ref(id) = value {
        let class = m.type_shown(Value::Ref(m.class_of(value)));
        let text = format!("<{class} object at {:#x}>", m.identity(id));
        return Ok(Flow::Value(m.string(text)));
    }
    m.repr(value)
}

fn object_str(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    m.repr(args.at(0))
}

fn object_eq(_: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let same = args.at(0).is(args.at(1));
    Ok(Flow::Value(if same { Value::Bool(true) } else { Value::NotImplemented }))
}

fn object_ne(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    m.compare_values(crate::code::CmpOp::Ne, args.at(0), args.at(1))
}

fn object_hash(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    Ok(Flow::Value(match args.at(0) {
        Value::Ref(id) => Value::Int(m.identity(id) >> 4),
        other => Value::Int(m.hash(other, 0).unwrap_or(0)),
    }))
}

fn object_setattr(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "object.__setattr__", 2, 2)?;
    let text = m.plain_str(args.at(1));
    let name = m.intern(&text);
    let flow = m.set_attr_plainly(args.at(0), name, args.at(2))?;
    Ok(flow.unwrap_or(Flow::Value(Value::None)))
}

fn object_getattribute(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let text = m.plain_str(args.at(1));
    m.get_attr_named(args.at(0), &text)
}

fn object_delattr(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let text = m.plain_str(args.at(1));
    let name = m.intern(&text);
    let flow = m.del_attr(args.at(0), name)?;
    Ok(flow.unwrap_or(Flow::Value(Value::None)))
}

fn object_format(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let spec = m.plain_str(args.at(1));
    if matches!(m.heap.of(args.at(0)), Object::Instance(_)) {
        if spec.is_empty() {
            return m.str_of(args.at(0));
        }
        let name = m.class_name_of(args.at(0));
        return Err(m.type_error(&format!("unsupported format string passed to {name}.__format__")));
    }
    let text = m.formatted(args.at(0), &spec)?;
    Ok(Flow::Value(m.string(text)))
}

fn type_new(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    match args.pos {
        [value] => Ok(Flow::Value(Value::Ref(m.class_of(*value)))),
        [name, bases, namespace] => {
            let name = m.plain_str(*name);
            let bases = m.collect(*bases)?.unwrap_or_default();
            let pairs: Vec<(Value, Value)> = match m.heap.of(*namespace) {
                Object::Dict(table) => table.entries().collect(),
                _ => return Err(m.type_error("type() argument 3 must be dict")),
            };
            let mut attrs = vec![(sym::MODULE, m.str("__main__"))];
            for (key, value) in pairs {
                let text = m.plain_str(key);
                attrs.push((m.intern(&text), value));
            }
            Ok(Flow::Value(m.new_class(name.into(), &bases, attrs)?))
        }
        _ => Err(m.type_error("type() takes 1 or 3 arguments")),
    }
}

fn type_mro(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let mro = match m.heap.of(args.at(0)) {
        Object::Class(class) => class.mro.iter().map(|&id| Value::Ref(id)).collect(),
        _ => Vec::new(),
    };
    Ok(Flow::Value(m.list(mro)))
}

fn property_new(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let [get, set, del, doc] = args.named(m, "property", ["fget", "fset", "fdel", "doc"], 0, 4)?;
    let or = |value: Value| value.defined().unwrap_or(Value::None);
    let name = match m.heap.of(get) {
        Object::Function(function) => function.name,
        _ => Value::None,
    };
    let property = Property { get: or(get), set: or(set), del: or(del), doc: or(doc), name };
    Ok(Flow::Value(m.heap.alloc(Object::Property(Box::new(property)))))
}

fn changed(m: &mut Machine, args: &Args<'_>, change: fn(&mut Property, Value)) -> Res<Flow> {
    let Object::Property(property) = m.heap.of(args.at(0)) else {
        return Err(m.type_error("not a property"));
    };
    let mut property = property.clone();
    change(&mut property, args.at(1));
    Ok(Flow::Value(m.heap.alloc(Object::Property(property))))
}

fn property_getter(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    changed(m, args, |property, value| property.get = value)
}

fn property_setter(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    changed(m, args, |property, value| property.set = value)
}

fn property_deleter(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    changed(m, args, |property, value| property.del = value)
}

fn staticmethod(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "staticmethod", 1, 1)?;
    Ok(Flow::Value(m.heap.alloc(Object::StaticMethod(args.at(0)))))
}

fn classmethod(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "classmethod", 1, 1)?;
    Ok(Flow::Value(m.heap.alloc(Object::ClassMethod(args.at(0)))))
}

/// `super()` finds the class in the cell of the method that calls it, the object in its first argument.
fn super_new(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let (of, this) = match args.pos {
        [] => m.super_of_frame()?,
        [of, this] => (*of, *this),
        _ => return Err(m.type_error("super() takes no arguments or a class and an object here")),
    };
    let Value::Ref(of) = of else { return Err(m.type_error("super() argument 1 must be a type")) };
    let suits = match m.heap.of(this) {
        Object::Class(_) => this.id().is_some_and(|id| m.is_subclass(id, of)) || m.is_instance(this, of),
        _ => m.is_instance(this, of),
    };
    if !suits || !matches!(m.heap.get(of), Object::Class(_)) {
        return Err(m.type_error("super(type, obj): obj must be an instance or subtype of type"));
    }
    Ok(Flow::Value(m.heap.alloc(Object::Super(of, this))))
}

impl Machine {
    fn super_of_frame(&mut self) -> Res<(Value, Value)> {
        let Some(frame) = self.t.frames.last().copied() else {
            return Err(self.error(class::RUNTIME_ERROR, "super(): no current frame"));
        };
        let image = std::sync::Arc::clone(&self.image);
        let code = &image.codes[frame.code as usize];
        let base = frame.base as usize;
        if code.params.positional == 0 && !code.params.varargs {
            return Err(self.error(class::RUNTIME_ERROR, "super(): no arguments"));
        }
        let inner = |m: &Self, value: Value| match m.heap.of(value) {
            Object::Cell(value) => *value,
            _ => value,
        };
        let this = inner(self, self.t.stack[base]);
        let own = self.image.names.find("__class__");
        let slot = code.locals.iter().position(|name| Some(*name) == own);
        let Some(slot) = slot else {
            return Err(self.error(class::RUNTIME_ERROR, "super(): __class__ cell not found"));
        };
        Ok((inner(self, self.t.stack[base + slot]), this))
    }
}
