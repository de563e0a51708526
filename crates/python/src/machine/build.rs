//! What is put together from the stack: functions, classes, the arguments of calls, displays with stars.

use super::Machine;
use super::run::Next;
use super::thread::{After, Role};
use crate::classes::class;
use crate::names::sym;
use crate::native::{Flow, Res};
use crate::object::{Function, Object};
use crate::value::{Id, Value};

impl Machine {
    pub(super) fn make_function(&mut self, number: u32, flags: u8, module: Id) {
        let items = |m: &Self, value| match m.heap.of(value) {
            Object::Tuple(items) => items.clone(),
            _ => Box::default(),
        };
        let mut parts = Vec::new();
        let mut part = |m: &mut Self, flag: u8| {
            if flags & flag == 0 {
                return Value::Undefined;
            }
            let value = m.pop();
            parts.push(value);
            value
        };
        let (closure, keyword, defaults) = (part(self, 4), part(self, 2), part(self, 1));
        let keyword_defaults = match self.heap.of(keyword) {
            Object::Dict(table) => {
                let entries: Vec<(Value, Value)> = table.entries().collect();
                entries
                    .into_iter()
                    .map(|(key, value)| {
                        let name = self.plain_str(key);
                        (self.intern(&name), value)
                    })
                    .collect()
            }
            _ => Vec::new(),
        };
        let image = std::sync::Arc::clone(&self.image);
        let code = &image.codes[number as usize];
        let function = Function {
            code: number,
            module,
            defaults: items(self, defaults),
            keyword_defaults,
            closure: items(self, closure),
            name: self.str(&code.name),
            qualname: self.str(&code.qualname),
            attrs: Vec::new(),
        };
        let function = self.heap.alloc(Object::Function(Box::new(function)));
        self.push(function);
        self.heap.dec_all(&parts);
    }

    pub(super) fn call_ex(&mut self, has_keywords: bool) -> Res<Next> {
        let keywords = if has_keywords { self.pop() } else { Value::Undefined };
        let args = self.pop();
        let items = match self.heap.of(args) {
            Object::Tuple(items) => items.to_vec(),
            _ => Vec::new(),
        };
        let pairs: Vec<(Value, Value)> = match self.heap.of(keywords) {
            Object::Dict(table) => table.entries().collect(),
            _ => Vec::new(),
        };
        items.iter().for_each(|&item| self.push(item));
        let mut names = Vec::new();
        for (key, value) in pairs {
            let name = self.plain_str(key);
            names.push(self.intern(&name));
            self.push(value);
        }
        self.heap.dec(args);
        self.heap.dec(keywords);
        self.call_stack(items.len() + names.len(), &names, After::Push)
    }

    pub(super) fn extend_op(&mut self, set: bool) -> Res<Next> {
        let top = self.t.stack.len();
        let (container, value) = (self.t.stack[top - 2], self.t.stack[top - 1]);
        let flow = match self.collect(value) {
            Ok(Some(items)) if set => self.set_add_all(container, &items)?,
            Ok(Some(items)) => {
                self.list_extend(container, &items)?;
                None
            }
            Ok(None) => {
                let helper = self.helper(if set { "_set_extend" } else { "_list_extend" });
                Some(Flow::Call(helper, vec![container, value]))
            }
            Err(raised) => {
                let name = self.class_name_of(value);
                if self.is_instance(raised.0, class::TYPE_ERROR) && !set {
                    // The list of a call's arguments lies right above what is called.
                    let callee = top.checked_sub(3).map_or(Value::None, |at| self.t.stack[at]);
                    let called = matches!(callee, Value::Native(_))
                        || matches!(
                            self.heap.of(callee),
                            Object::Function(_) | Object::Class(_) | Object::Bound(..)
                        );
                    if called {
                        let function = self.callee_name(callee);
                        let says = format!("{function}() argument after * must be an iterable, not {name}");
                        return Err(self.type_error(&says));
                    }
                    return Err(self.type_error(&format!("Value after * must be an iterable, not {name}")));
                }
                return Err(raised);
            }
        };
        self.pop();
        let next = match flow {
            Some(flow) => self.flow(flow, After::Discard),
            None => Ok(Next::Same),
        };
        self.heap.dec(value);
        next
    }

    pub(super) fn dict_update_op(&mut self) -> Res<Next> {
        let top = self.t.stack.len();
        let (dict, more) = (self.t.stack[top - 2], self.t.stack[top - 1]);
        let Object::Dict(table) = self.heap.of(more) else {
            let name = self.class_name_of(more);
            return Err(self.type_error(&format!("'{name}' object is not a mapping")));
        };
        let pairs: Vec<(Value, Value)> = table.entries().collect();
        for (key, value) in pairs {
            self.dict_put(dict, key, value)?;
        }
        self.pop();
        self.heap.dec(more);
        Ok(Next::Same)
    }

    pub(super) fn dict_merge_op(&mut self, callee: u32) -> Res<Next> {
        let top = self.t.stack.len();
        let (dict, more) = (self.t.stack[top - 2], self.t.stack[top - 1]);
        let callee = self.t.stack[top - 2 - callee as usize];
        let Object::Dict(table) = self.heap.of(more) else {
            let (function, name) = (self.callee_name(callee), self.class_name_of(more));
            return Err(
                self.type_error(&format!("{function}() argument after ** must be a mapping, not {name}"))
            );
        };
        let pairs: Vec<(Value, Value)> = table.entries().collect();
        for (key, value) in pairs {
            if !matches!(self.heap.of(key), Object::Str(_)) {
                return Err(self.type_error("keywords must be strings"));
            }
            if self.dict_find(dict, key).ok().flatten().is_some() {
                let (function, name) = (self.callee_name(callee), self.plain_str(key));
                return Err(self
                    .type_error(&format!("{function}() got multiple values for keyword argument '{name}'")));
            }
            self.dict_put(dict, key, value)?;
        }
        self.pop();
        self.heap.dec(more);
        Ok(Next::Same)
    }

    /// As messages about its arguments call it.
    pub(super) fn callee_name(&mut self, callee: Value) -> String {
        match self.heap.of(callee) {
            Object::Function(function) => {
                let (module, qualname) = (function.module, function.qualname);
                format!("{}.{}", self.module_name(module), self.plain_str(qualname))
            }
            Object::Bound(function, _) => {
                let function = *function;
                self.callee_name(function)
            }
            Object::Class(_) => self.type_shown(callee),
            _ => match callee {
                Value::Native(id) => self.boot.native(id).name.to_owned(),
                _ => self.class_name_of(callee),
            },
        }
    }

    pub(super) fn match_keys(&mut self) -> Res<Next> {
        let top = self.t.stack.len();
        let (subject, keys) = (self.t.stack[top - 2], self.t.stack[top - 1]);
        let items = match self.heap.of(keys) {
            Object::Tuple(items) => items.to_vec(),
            _ => Vec::new(),
        };
        let mut values = Vec::new();
        for key in items {
            match self.dict_find(subject, key) {
                Ok(Some(place)) => values.push(self.dict_value(subject, place)),
                Ok(None) => {
                    self.replace_top(2, Value::None);
                    return Ok(Next::Same);
                }
                Err(trouble) => return Err(self.trouble(trouble, "==")),
            }
        }
        let values = self.tuple(values);
        self.replace_top(2, values);
        Ok(Next::Same)
    }

    /// A class body runs in a namespace of its own; what lies beneath it on the stack says what class it makes.
    pub(super) fn build_class(&mut self, module: Id) -> Res<Next> {
        let top = self.t.stack.len();
        let function = self.t.stack[top - 4];
        let Object::Function(body) = self.heap.of(function) else { return Ok(Next::Same) };
        let (code, closure) = (body.code, body.closure.clone());
        let namespace = self.heap.alloc(Object::Namespace(Vec::new()));
        let name = match self.heap.get(module) {
            Object::Module(module) => module.name.clone(),
            _ => "".into(),
        };
        let name = self.str(&name);
        self.heap.inc(name);
        if let Value::Ref(id) = namespace
            && let Object::Namespace(attrs) = self.heap.get_mut(id)
        {
            attrs.push((sym::MODULE, name));
        }
        if self.t.frames.len() >= self.limits.depth as usize {
            return Err(self.error(class::RECURSION_ERROR, "maximum recursion depth exceeded"));
        }
        self.push_code(code, module, Role::Class, namespace);
        let base = self.t.frames.last().map_or(0, |frame| frame.base as usize);
        let free_at = self.image.codes[code as usize].free_at as usize;
        for (i, &cell) in closure.iter().enumerate() {
            self.heap.inc(cell);
            self.t.stack[base + free_at + i] = cell;
        }
        Ok(Next::Frame)
    }
}
