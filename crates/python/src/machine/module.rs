//! Modules and imports.

use super::Machine;
use super::run::Next;
use super::thread::{After, Role};
use crate::classes::class;
use crate::names::{Sym, sym};
use crate::native::Res;
use crate::object::{Module, Object};
use crate::value::{Id, Value};

impl Machine {
    pub(crate) fn module_name(&self, id: Id) -> String {
        match self.heap.get(id) {
            Object::Module(module) => module.name.to_string(),
            _ => String::new(),
        }
    }

    pub(crate) fn module_attr(&self, id: Id, name: Sym) -> Option<Value> {
        let Object::Module(module) = self.heap.get(id) else { return None };
        let slot = module.source.and_then(|source| self.image.sources[source as usize].slot(name));
        match slot {
            Some(slot) => module.slots.get(slot)?.defined(),
            None => module.attrs.iter().find(|(known, _)| *known == name).map(|(_, value)| *value),
        }
    }

    pub(super) fn set_module_attr(&mut self, id: Id, name: Sym, value: Value) {
        self.heap.inc(value);
        let image = std::sync::Arc::clone(&self.image);
        let old = match self.heap.get_mut(id) {
            Object::Module(module) => {
                match module.source.and_then(|source| image.sources[source as usize].slot(name)) {
                    Some(slot) => std::mem::replace(&mut module.slots[slot], value),
                    None => super::attr::put(&mut module.attrs, name, value),
                }
            }
            _ => Value::Undefined,
        };
        self.heap.dec(old);
    }

    /// What `from module import *` brings: all that no underscore hides. What the library's modules have imported themselves
    /// is not of them, as `__all__` says in CPython.
    pub(super) fn public_names(&self, module: Value) -> Vec<(Sym, Value)> {
        let Object::Module(module) = self.heap.of(module) else { return Vec::new() };
        let globals = module.source.map_or(&[][..], |source| &self.image.sources[source as usize].globals);
        let taken = globals.iter().copied().zip(module.slots.iter().copied());
        taken
            .chain(module.attrs.iter().copied())
            .filter(|(name, value)| {
                !value.is_undefined()
                    && !self.name(*name).starts_with('_')
                    && !matches!(self.heap.of(*value), Object::Module(_))
            })
            .collect()
    }

    /// A module of this source, before its code has run. It lives for ever.
    pub(super) fn new_module(&mut self, source: u32) -> Value {
        let image = std::sync::Arc::clone(&self.image);
        let text = &image.sources[source as usize];
        let module = self.heap.alloc(Object::Module(Box::new(Module {
            name: text.name.clone(),
            source: Some(source),
            slots: vec![Value::Undefined; text.globals.len()],
            attrs: Vec::new(),
        })));
        self.heap.keep(module);
        let Value::Ref(id) = module else { return module };
        let (name, file) = (self.shared_str(text.name.clone()), self.shared_str(text.file.clone()));
        let doc = text.doc.clone().map_or(Value::None, |doc| self.shared_str(doc));
        self.set_module_attr(id, sym::NAME, name);
        self.set_module_attr(id, sym::FILE, file);
        self.set_module_attr(id, sym::DOC, doc);
        module
    }

    pub(super) fn import_op(&mut self, name: Sym) -> Res<Next> {
        let loaded = self.modules.iter().find(|(known, _)| *known == name).map(|(_, module)| *module);
        if let Some(module) = loaded {
            self.push(module);
            return Ok(Next::Same);
        }
        let text = self.name(name);
        let source = self.image.sources.iter().position(|source| *source.name == *text);
        if let Some(source) = source.filter(|_| &*text != "__main__") {
            let module = self.new_module(source as u32);
            let Value::Ref(id) = module else { return Ok(Next::Same) };
            self.modules.push((name, module));
            let code = self.image.sources[source].code;
            self.push_code(code, id, Role::Module, module);
            return Ok(Next::Frame);
        }
        if let Some(native) = self.boot.native_module(&text) {
            let module = self.heap.alloc(Object::Module(Box::new(Module {
                name: text.clone(),
                source: None,
                slots: Vec::new(),
                attrs: Vec::new(),
            })));
            self.heap.keep(module);
            let Value::Ref(id) = module else { return Ok(Next::Same) };
            let constants = (native.constants)(self);
            let functions = self.boot.functions_of(&text);
            let own = self.shared_str(text);
            self.set_module_attr(id, sym::NAME, own);
            for (name, value) in functions.into_iter().chain(constants) {
                let name = self.intern(name);
                self.set_module_attr(id, name, value);
            }
            self.modules.push((name, module));
            self.push(module);
            return Ok(Next::Same);
        }
        let raised = self.error(class::MODULE_NOT_FOUND_ERROR, &format!("No module named '{text}'"));
        let name = self.shared_str(text);
        self.set_exception_attr(raised.0, sym::NAME_ATTR, name);
        let _ = After::Push;
        Err(raised)
    }

    /// A module whose code raised is as if it had not been imported; the program's own stays.
    pub(super) fn forget_module(&mut self, id: Id) {
        self.modules.retain(|(name, module)| *name == sym::MAIN || module.id() != Some(id));
    }
}
