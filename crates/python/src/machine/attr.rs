//! Attributes.

use super::Machine;
use super::run::Next;
use super::thread::After;
use crate::classes::class;
use crate::names::{Sym, sym};
use crate::native::{Flow, Raised, Res};
use crate::object::{Layout, Object};
use crate::value::{Id, Value};

/// Places of the cache of class attributes.
const CACHE: usize = 256;

/// What a class (with all that it descends from) has under a name. Emptied whenever a class changes.
#[derive(Debug, Default)]
pub(super) struct Cache(Vec<(Id, Sym, Value)>);

/// A copy begins without: it is only memory of what can be found again.
impl Clone for Cache {
    fn clone(&self) -> Self {
        Self::default()
    }
}

fn place(class: Id, name: Sym) -> usize {
    (class.0.wrapping_mul(31) ^ name.0) as usize % CACHE
}

impl Machine {
    /// An attribute of a class or of what it descends from.
    #[inline]
    pub(crate) fn class_attr(&mut self, class: Id, name: Sym) -> Value {
        if let Some(&(known, attr, value)) = self.cache.0.get(place(class, name))
            && known == class
            && attr == name
        {
            return value;
        }
        let value = self.find_class_attr(class, name);
        if self.cache.0.is_empty() {
            self.cache.0.resize(CACHE, (Id(u32::MAX), Sym(0), Value::Undefined));
        }
        self.cache.0[place(class, name)] = (class, name, value);
        value
    }

    pub(crate) fn forget_class_attrs(&mut self) {
        self.cache.0.clear();
    }

    pub(crate) fn find_class_attr(&self, class: Id, name: Sym) -> Value {
        let Object::Class(object) = self.heap.get(class) else { return Value::Undefined };
        for each in &object.mro {
            if let Object::Class(each) = self.heap.get(*each)
                && let Some((_, value)) = each.attrs.iter().find(|(known, _)| *known == name)
            {
                return *value;
            }
        }
        Value::Undefined
    }

    pub(super) fn attr_op(&mut self, name: Sym) -> Res<Next> {
        let at = self.t.stack.len() - 1;
        let object = self.t.stack[at];
        let flow = self.get_attr(object, name)?;
        if let Flow::Value(value) = flow {
            self.heap.inc(value);
            self.heap.dec(object);
            self.t.stack[at] = value;
            return Ok(Next::Same);
        }
        self.pop();
        let next = self.flow(flow, After::Push);
        self.heap.dec(object);
        next
    }

    /// As an attribute, but a method is not bound to its object: both are pushed.
    pub(super) fn method_op(&mut self, name: Sym) -> Res<Next> {
        let at = self.t.stack.len() - 1;
        let object = self.t.stack[at];
        let own = match self.heap.of(object) {
            Object::Instance(instance) => instance.attrs.iter().any(|(known, _)| *known == name),
            Object::Module(_) | Object::Class(_) | Object::Super(..) => true,
            _ => false,
        };
        if !own {
            let class = self.class_of(object);
            let found = self.class_attr(class, name);
            let plain = match found {
                Value::Native(_) => true,
                Value::Ref(id) => matches!(self.heap.get(id), Object::Function(_)),
                _ => false,
            };
            if plain {
                self.heap.inc(found);
                self.t.stack[at] = found;
                self.t.stack.push(object);
                return Ok(Next::Same);
            }
        }
        let flow = self.get_attr(object, name)?;
        self.pop();
        self.t.stack.push(Value::Undefined);
        let next = self.flow(flow, After::Push);
        self.heap.dec(object);
        next
    }

    /// An attribute by its text: for native functions.
    pub(crate) fn get_attr_named(&mut self, object: Value, name: &str) -> Res<Flow> {
        let name = self.intern(name);
        self.get_attr(object, name)
    }

    /// An attribute, or the call that gives it.
    pub(crate) fn get_attr(&mut self, object: Value, name: Sym) -> Res<Flow> {
        let class = self.class_of(object);
        let found = self.class_attr(class, name);
        let id = match object {
            Value::Ref(id) => id,
            _ => return self.bind_found(object, class, name, found),
        };
        match self.heap.get(id) {
            Object::Instance(_) => {
                if !found.is_undefined()
                    && let Some(flow) = self.data_descriptor(object, found)
                {
                    return flow;
                }
                let Object::Instance(instance) = self.heap.get(id) else {
                    return Err(self.no_attribute(object, name));
                };
                if let Some((_, value)) = instance.attrs.iter().find(|(known, _)| *known == name) {
                    return Ok(Flow::Value(*value));
                }
                if found.is_undefined()
                    && let Some(value) = self.special_attr(object, id, name)
                {
                    return Ok(Flow::Value(value));
                }
                self.bind_found(object, class, name, found)
            }
            Object::Class(_) => self.attr_of_class(id, name),
            Object::Module(_) => match self.module_attr(id, name) {
                Some(value) => Ok(Flow::Value(value)),
                None => {
                    let (module, text) = (self.module_name(id), self.name(name));
                    Err(self.attribute_error(
                        &format!("module '{module}' has no attribute '{text}'"),
                        object,
                        name,
                    ))
                }
            },
            Object::Super(start, this) => {
                let (start, this) = (*start, *this);
                self.super_attr(object, start, this, name)
            }
            Object::Exception(exception) => {
                if let Some((_, value)) = exception.attrs.iter().find(|(known, _)| *known == name) {
                    return Ok(Flow::Value(*value));
                }
                if let Some(value) = self.special_attr(object, id, name) {
                    return Ok(Flow::Value(value));
                }
                self.bind_found(object, class, name, found)
            }
            _ => {
                if let Some(value) = self.special_attr(object, id, name) {
                    return Ok(Flow::Value(value));
                }
                self.bind_found(object, class, name, found)
            }
        }
    }

    fn missing(&mut self, object: Value, class: Id, name: Sym) -> Res<Flow> {
        let hook = self.class_attr(class, sym::GETATTR);
        if hook.is_undefined() {
            return Err(self.no_attribute(object, name));
        }
        let text = self.str_of_sym(name);
        Ok(Flow::Call(hook, vec![object, text]))
    }

    /// A property, or a descriptor of the program that also sets: it comes before the instance's own attributes.
    fn data_descriptor(&mut self, object: Value, found: Value) -> Option<Res<Flow>> {
        match self.heap.of(found) {
            Object::Property(property) => {
                let get = property.get;
                if get.is_none() {
                    let name = self.class_name_of(object);
                    let attr = match self.heap.of(found) {
                        Object::Property(p) => self.plain_str(p.name),
                        _ => String::new(),
                    };
                    let says = format!("property '{attr}' of '{name}' object has no getter");
                    return Some(Err(self.error(class::ATTRIBUTE_ERROR, &says)));
                }
                Some(Ok(Flow::Call(get, vec![object])))
            }
            Object::Instance(instance) => {
                let class = instance.class;
                let get = self.class_attr(class, sym::GET);
                if get.is_undefined() || self.class_attr(class, sym::SET).is_undefined() {
                    return None;
                }
                let owner = Value::Ref(self.class_of(object));
                Some(Ok(Flow::Call(get, vec![found, object, owner])))
            }
            _ => None,
        }
    }

    /// What a class has, as an attribute of its instance.
    pub(crate) fn bind_found(&mut self, object: Value, class: Id, name: Sym, found: Value) -> Res<Flow> {
        match found {
            Value::Undefined => {
                if let Some(value) = self.common_attr(object, class, name) {
                    return Ok(Flow::Value(value));
                }
                self.missing(object, class, name)
            }
            Value::Native(_) => Ok(Flow::Value(self.bound(found, object))),
            Value::Ref(id) => match self.heap.get(id) {
                Object::Function(_) => Ok(Flow::Value(self.bound(found, object))),
                Object::StaticMethod(inner) => Ok(Flow::Value(*inner)),
                Object::ClassMethod(inner) => {
                    let inner = *inner;
                    Ok(Flow::Value(self.bound(inner, Value::Ref(class))))
                }
                Object::Property(_) => match self.data_descriptor(object, found) {
                    Some(flow) => flow,
                    None => Ok(Flow::Value(found)),
                },
                Object::Instance(instance) => {
                    let descriptor = instance.class;
                    let get = self.class_attr(descriptor, sym::GET);
                    if get.is_undefined() {
                        return Ok(Flow::Value(found));
                    }
                    Ok(Flow::Call(get, vec![found, object, Value::Ref(class)]))
                }
                _ => Ok(Flow::Value(found)),
            },
            _ => Ok(Flow::Value(found)),
        }
    }

    fn attr_of_class(&mut self, id: Id, name: Sym) -> Res<Flow> {
        let found = self.class_attr(id, name);
        match self.heap.of(found) {
            Object::StaticMethod(inner) => return Ok(Flow::Value(*inner)),
            Object::ClassMethod(inner) => {
                let inner = *inner;
                return Ok(Flow::Value(self.bound(inner, Value::Ref(id))));
            }
            Object::Instance(instance) => {
                let descriptor = instance.class;
                let get = self.class_attr(descriptor, sym::GET);
                if !get.is_undefined() {
                    return Ok(Flow::Call(get, vec![found, Value::None, Value::Ref(id)]));
                }
            }
            _ => {}
        }
        if name != sym::NAME
            && name != sym::QUALNAME
            && name != sym::DOC
            && name != sym::MODULE
            && !found.is_undefined()
        {
            return Ok(Flow::Value(found));
        }
        if let Some(value) = self.class_special(id, name) {
            return Ok(Flow::Value(value));
        }
        if !found.is_undefined() {
            return Ok(Flow::Value(found));
        }
        // What every class can do, as `type` lists it.
        let of_type = self.class_attr(class::TYPE, name);
        if matches!(of_type, Value::Native(_)) {
            return Ok(Flow::Value(self.bound(of_type, Value::Ref(id))));
        }
        let (class, text) = (self.class_name(id), self.name(name));
        Err(self.attribute_error(
            &format!("type object '{class}' has no attribute '{text}'"),
            Value::Ref(id),
            name,
        ))
    }

    fn super_attr(&mut self, object: Value, start: Id, this: Value, name: Sym) -> Res<Flow> {
        let of_class = match self.heap.of(this) {
            Object::Class(_) => this.id(),
            _ => None,
        };
        let class = of_class.unwrap_or_else(|| self.class_of(this));
        let mro = match self.heap.get(class) {
            Object::Class(object) => object.mro.clone(),
            _ => Vec::new(),
        };
        let behind = mro.iter().position(|each| *each == start).map_or(mro.len(), |at| at + 1);
        for each in &mro[behind..] {
            let Object::Class(each) = self.heap.get(*each) else { continue };
            let Some(&(_, found)) = each.attrs.iter().find(|(known, _)| *known == name) else { continue };
            if of_class.is_some() {
                return Ok(Flow::Value(match self.heap.of(found) {
                    Object::ClassMethod(inner) => {
                        let inner = *inner;
                        self.bound(inner, this)
                    }
                    Object::StaticMethod(inner) => *inner,
                    _ => found,
                }));
            }
            return self.bind_found(this, class, name, found);
        }
        let text = self.name(name);
        Err(self.attribute_error(&format!("'super' object has no attribute '{text}'"), object, name))
    }

    pub(crate) fn no_attribute(&mut self, object: Value, name: Sym) -> Raised {
        let (class, text) = (self.class_name_of(object), self.name(name));
        self.attribute_error(&format!("'{class}' object has no attribute '{text}'"), object, name)
    }

    pub(crate) fn attribute_error(&mut self, says: &str, object: Value, name: Sym) -> Raised {
        let raised = self.error(class::ATTRIBUTE_ERROR, says);
        let name = self.str_of_sym(name);
        self.set_exception_attr(raised.0, sym::NAME_ATTR, name);
        self.set_exception_attr(raised.0, sym::OBJ, object);
        raised
    }

    /// `value object ->`
    pub(super) fn store_attr_op(&mut self, name: Sym) -> Res<Next> {
        let at = self.t.stack.len();
        let (value, object) = (self.t.stack[at - 2], self.t.stack[at - 1]);
        let flow = self.set_attr(object, name, value)?;
        self.t.stack.truncate(at - 2);
        let next = match flow {
            None => Ok(Next::Same),
            Some(flow) => self.flow(flow, After::Discard),
        };
        self.heap.dec(value);
        self.heap.dec(object);
        next
    }

    /// Set an attribute; or the call that does.
    pub(crate) fn set_attr(&mut self, object: Value, name: Sym, value: Value) -> Res<Option<Flow>> {
        let class = self.class_of(object);
        if let Object::Class(known) = self.heap.get(class)
            && known.setattr
        {
            let hook = self.class_attr(class, sym::SETATTR);
            if !matches!(hook, Value::Native(_) | Value::Undefined) {
                let text = self.str_of_sym(name);
                return Ok(Some(Flow::Call(hook, vec![object, text, value])));
            }
        }
        self.set_attr_plainly(object, name, value)
    }

    /// The same without asking `__setattr__`.
    pub(crate) fn set_attr_plainly(&mut self, object: Value, name: Sym, value: Value) -> Res<Option<Flow>> {
        let class = self.class_of(object);
        let found = self.class_attr(class, name);
        match self.heap.of(found) {
            Object::Property(property) => {
                let set = property.set;
                if set.is_none() {
                    let (class, text) = (self.class_name_of(object), self.name(name));
                    let says = format!("property '{text}' of '{class}' object has no setter");
                    return Err(self.error(class::ATTRIBUTE_ERROR, &says));
                }
                return Ok(Some(Flow::Call(set, vec![object, value])));
            }
            Object::Instance(instance) => {
                let descriptor = instance.class;
                let set = self.class_attr(descriptor, sym::SET);
                if !set.is_undefined() {
                    return Ok(Some(Flow::Call(set, vec![found, object, value])));
                }
            }
            _ => {}
        }
        let Value::Ref(id) = object else { return Err(self.cannot_set(object, name, found)) };
        if name == sym::CLASS {
            return Err(self.type_error("assigning to __class__ is not supported here"));
        }
        let attrs = match self.heap.get(id) {
            Object::Instance(_) => true,
            Object::Exception(_) => return self.set_exception(id, name, value),
            Object::Function(_) => true,
            Object::Module(_) => {
                self.set_module_attr(id, name, value);
                return Ok(None);
            }
            Object::Class(known) => {
                if known.builtin {
                    let (class, text) = (self.class_name(id), self.name(name));
                    return Err(self
                        .type_error(&format!("cannot set '{text}' attribute of immutable type '{class}'")));
                }
                self.forget_class_attrs();
                self.note_special(id, name);
                true
            }
            _ => false,
        };
        if !attrs {
            return Err(self.cannot_set(object, name, found));
        }
        if let Some(allowed) = self.slots_of(class)
            && matches!(self.heap.get(id), Object::Instance(_))
            && !allowed.contains(&name)
        {
            return Err(self.no_attribute(object, name));
        }
        self.heap.inc(value);
        let old = match self.heap.get_mut(id) {
            Object::Instance(instance) => put(&mut instance.attrs, name, value),
            Object::Function(function) => put(&mut function.attrs, name, value),
            Object::Class(class) => put(&mut class.attrs, name, value),
            _ => Value::Undefined,
        };
        if old.is_undefined() {
            self.heap.resized(0, 16);
        }
        self.heap.dec(old);
        Ok(None)
    }

    fn cannot_set(&mut self, object: Value, name: Sym, found: Value) -> Raised {
        if found.is_undefined() {
            return self.no_attribute(object, name);
        }
        let (class, text) = (self.class_name_of(object), self.name(name));
        self.attribute_error(&format!("'{class}' object attribute '{text}' is read-only"), object, name)
    }

    /// The attributes that `__slots__` allows, where no class on the way does without it.
    fn slots_of(&mut self, class: Id) -> Option<Vec<Sym>> {
        let slots = self.class_attr(class, sym::SLOTS);
        if slots.is_undefined() {
            return None;
        }
        let mro = match self.heap.get(class) {
            Object::Class(object) => object.mro.clone(),
            _ => return None,
        };
        let mut allowed = Vec::new();
        for each in mro {
            let Object::Class(object) = self.heap.get(each) else { continue };
            if object.builtin {
                continue;
            }
            let (_, slots) = *object.attrs.iter().find(|(known, _)| *known == sym::SLOTS)?;
            let names = match self.heap.of(slots) {
                Object::Tuple(items) => items.to_vec(),
                Object::List(items) => items.clone(),
                Object::Str(_) => vec![slots],
                _ => return None,
            };
            for name in names {
                let text = self.plain_str(name);
                allowed.push(self.intern(&text));
            }
        }
        Some(allowed)
    }

    pub(crate) fn del_attr(&mut self, object: Value, name: Sym) -> Res<Option<Flow>> {
        let class = self.class_of(object);
        let hook = self.class_attr(class, sym::DELATTR);
        if !matches!(hook, Value::Native(_) | Value::Undefined) {
            let text = self.str_of_sym(name);
            return Ok(Some(Flow::Call(hook, vec![object, text])));
        }
        let found = self.class_attr(class, name);
        match self.heap.of(found) {
            Object::Property(property) => {
                let del = property.del;
                if del.is_none() {
                    let (class, text) = (self.class_name_of(object), self.name(name));
                    let says = format!("property '{text}' of '{class}' object has no deleter");
                    return Err(self.error(class::ATTRIBUTE_ERROR, &says));
                }
                return Ok(Some(Flow::Call(del, vec![object])));
            }
            Object::Instance(instance) => {
                let descriptor = instance.class;
                let delete = self.class_attr(descriptor, sym::DELETE);
                if !delete.is_undefined() {
                    return Ok(Some(Flow::Call(delete, vec![found, object])));
                }
            }
            _ => {}
        }
        let Value::Ref(id) = object else { return Err(self.no_attribute(object, name)) };
        let removed = match self.heap.get_mut(id) {
            Object::Instance(instance) => take(&mut instance.attrs, name),
            Object::Function(function) => take(&mut function.attrs, name),
            Object::Exception(exception) => take(&mut exception.attrs, name),
            Object::Class(class) if !class.builtin => take(&mut class.attrs, name),
            Object::Module(module) => {
                let slot = module.source.and_then(|source| self.image.sources[source as usize].slot(name));
                match slot {
                    Some(slot) => std::mem::take(&mut module.slots[slot]),
                    None => take(&mut module.attrs, name),
                }
            }
            _ => Value::Undefined,
        };
        self.forget_class_attrs();
        if removed.is_undefined() {
            let text = self.name(name);
            let owner = match self.heap.get(id) {
                Object::Class(_) => format!("type object '{}'", self.class_name(id)),
                _ => format!("'{}' object", self.class_name_of(object)),
            };
            return Err(self.attribute_error(&format!("{owner} has no attribute '{text}'"), object, name));
        }
        self.heap.dec(removed);
        Ok(None)
    }

    /// Whether instances of this class are laid out as exceptions.
    pub(crate) fn layout(&self, class: Id) -> Layout {
        match self.heap.get(class) {
            Object::Class(class) => class.layout,
            _ => Layout::Native,
        }
    }
}

/// Put a value under a name: the old one.
pub(crate) fn put(attrs: &mut crate::object::Attrs, name: Sym, value: Value) -> Value {
    match attrs.iter_mut().find(|(known, _)| *known == name) {
        Some((_, place)) => std::mem::replace(place, value),
        None => {
            attrs.push((name, value));
            Value::Undefined
        }
    }
}

/// Take the value under a name away.
pub(crate) fn take(attrs: &mut crate::object::Attrs, name: Sym) -> Value {
    match attrs.iter().position(|(known, _)| *known == name) {
        Some(at) => attrs.remove(at).1,
        None => Value::Undefined,
    }
}
