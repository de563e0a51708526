//! Built-in functions of attributes.

use crate::classes::class;
use crate::machine::Machine;
use crate::names::sym;
use crate::native::{Args, Flow, Native, Res};
use crate::object::Object;
use crate::value::Value;

pub(super) const FUNCTIONS: &[Native] = &[
    Native { name: "getattr", call: getattr },
    Native { name: "hasattr", call: hasattr },
    Native { name: "setattr", call: setattr },
    Native { name: "delattr", call: delattr },
    Native { name: "vars", call: vars },
    Native { name: "dir", call: dir },
];

fn attribute_name(m: &mut Machine, value: Value) -> Res<crate::names::Sym> {
    match m.text(value) {
        Some(text) => Ok(m.intern(&text)),
        None => {
            let name = m.class_name_of(value);
            Err(m.type_error(&format!("attribute name must be string, not '{name}'")))
        }
    }
}

fn getattr(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "getattr", 2, 3)?;
    let name = attribute_name(m, args.at(1))?;
    if args.pos.len() == 2 {
        return m.get_attr(args.at(0), name);
    }
    match m.get_attr(args.at(0), name) {
        Ok(Flow::Value(value)) => Ok(Flow::Value(value)),
        Ok(_) => {
            let helper = m.helper("_getattr_or");
            Ok(Flow::Call(helper, args.pos.to_vec()))
        }
        Err(raised) if m.is_instance(raised.0, class::ATTRIBUTE_ERROR) => Ok(Flow::Value(args.at(2))),
        Err(raised) => Err(raised),
    }
}

fn hasattr(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "hasattr", 2, 2)?;
    let name = attribute_name(m, args.at(1))?;
    match m.get_attr(args.at(0), name) {
        Ok(Flow::Value(_)) => Ok(Flow::Value(Value::Bool(true))),
        Ok(_) => {
            let helper = m.helper("_hasattr");
            Ok(Flow::Call(helper, args.pos.to_vec()))
        }
        Err(raised) if m.is_instance(raised.0, class::ATTRIBUTE_ERROR) => Ok(Flow::Value(Value::Bool(false))),
        Err(raised) => Err(raised),
    }
}

fn setattr(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "setattr", 3, 3)?;
    let name = attribute_name(m, args.at(1))?;
    let flow = m.set_attr(args.at(0), name, args.at(2))?;
    Ok(flow.unwrap_or(Flow::Value(Value::None)))
}

fn delattr(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "delattr", 2, 2)?;
    let name = attribute_name(m, args.at(1))?;
    let flow = m.del_attr(args.at(0), name)?;
    Ok(flow.unwrap_or(Flow::Value(Value::None)))
}

fn vars(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "vars", 1, 1)?;
    m.get_attr(args.at(0), sym::DICT)
}

fn dir(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "dir", 1, 1)?;
    let texts = m.attribute_names(args.at(0)).into_iter().map(|text| m.shared_str(text)).collect();
    Ok(Flow::Value(m.list(texts)))
}

impl Machine {
    /// The names of an object's attributes, in order.
    pub(crate) fn attribute_names(&self, value: Value) -> Vec<std::sync::Arc<str>> {
        let mut names = Vec::new();
        let mut of = vec![self.class_of(value)];
        match self.heap.of(value) {
            Object::Instance(instance) => names.extend(instance.attrs.iter().map(|(name, _)| *name)),
            Object::Class(_) => of.extend(value.id()),
            Object::Module(module) => {
                names.extend(module.attrs.iter().map(|(name, _)| *name));
                if let Some(source) = module.source {
                    let source = &self.image.sources[source as usize];
                    let taken = source.globals.iter().zip(&module.slots).filter(|(_, v)| !v.is_undefined());
                    names.extend(taken.map(|(name, _)| *name));
                }
            }
            _ => {}
        }
        for id in of {
            let Object::Class(object) = self.heap.get(id) else { continue };
            for each in &object.mro {
                if let Object::Class(object) = self.heap.get(*each) {
                    names.extend(object.attrs.iter().map(|(name, _)| *name));
                }
            }
        }
        let mut texts: Vec<_> = names.into_iter().map(|name| self.name(name)).collect();
        texts.sort_unstable();
        texts.dedup();
        texts
    }
}
