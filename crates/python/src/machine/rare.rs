//! The instructions that the loop does not treat itself.

use super::Machine;
use super::run::Next;
use super::thread::After;
use crate::classes::class;
use crate::code::{Code, Op};
use crate::names::Sym;
use crate::native::{Flow, Res};
use crate::object::Object;
use crate::value::{Id, Value};

impl Machine {
    #[allow(clippy::too_many_lines, reason = "a table of instructions")]
    pub(super) fn rare(&mut self, op: Op, code: &Code, base: usize, module: Id) -> Res<Next> {
        let top = self.t.stack.len();
        match op {
            Op::DeleteFast(slot) => {
                let old = std::mem::take(&mut self.t.stack[base + slot as usize]);
                if old.is_undefined() {
                    return Err(self.unbound(code, slot));
                }
                self.heap.dec(old);
            }
            Op::Deref(slot) => {
                let value = self.cell(self.t.stack[base + slot as usize]);
                if value.is_undefined() {
                    return Err(self.unbound(code, slot));
                }
                self.push(value);
            }
            Op::StoreDeref(slot) => {
                let value = self.pop();
                self.set_cell(self.t.stack[base + slot as usize], value);
            }
            Op::DeleteDeref(slot) => {
                let cell = self.t.stack[base + slot as usize];
                if self.cell(cell).is_undefined() {
                    return Err(self.unbound(code, slot));
                }
                self.set_cell(cell, Value::Undefined);
            }
            Op::ClassDeref(slot) => {
                let name = code.locals[slot as usize];
                let value = match self.named(name).defined() {
                    Some(value) => value,
                    None => self.cell(self.t.stack[base + slot as usize]),
                };
                if value.is_undefined() {
                    return Err(self.unbound(code, slot));
                }
                self.push(value);
            }
            Op::MakeCell(slot) => {
                let value = self.t.stack[base + slot as usize];
                let cell = self.heap.alloc(Object::Cell(value));
                self.heap.dec(value);
                self.heap.inc(cell);
                self.t.stack[base + slot as usize] = cell;
            }
            Op::Closure(slot) => {
                let cell = self.t.stack[base + slot as usize];
                self.push(cell);
            }
            Op::DeleteGlobal(slot) => {
                let old = match self.heap.get_mut(module) {
                    Object::Module(module) => std::mem::take(&mut module.slots[slot as usize]),
                    _ => Value::Undefined,
                };
                if old.is_undefined() {
                    let name = self.image.sources[code.module as usize].globals[slot as usize];
                    return Err(self.name_error(name));
                }
                self.heap.dec(old);
            }
            Op::Name(slot) => {
                let name = self.image.sources[code.module as usize].globals[slot as usize];
                let mut value = self.named(name);
                if value.is_undefined()
                    && let Object::Module(module) = self.heap.get(module)
                {
                    value = module.slots[slot as usize];
                }
                if value.is_undefined() {
                    value = self.builtin_for(code.module, name);
                }
                if value.is_undefined() {
                    return Err(self.name_error(name));
                }
                self.push(value);
            }
            Op::StoreName(name) => {
                let value = self.pop();
                if let Some(Value::Ref(id)) = self.t.frames.last().map(|frame| frame.extra)
                    && let Object::Namespace(attrs) = self.heap.get_mut(id)
                {
                    let old = super::attr::put(attrs, name, value);
                    self.heap.dec(old);
                }
            }
            Op::DeleteName(name) => {
                let mut old = Value::Undefined;
                if let Some(Value::Ref(id)) = self.t.frames.last().map(|frame| frame.extra)
                    && let Object::Namespace(attrs) = self.heap.get_mut(id)
                {
                    old = super::attr::take(attrs, name);
                }
                if old.is_undefined() {
                    return Err(self.name_error(name));
                }
                self.heap.dec(old);
            }
            Op::StoreAttr(name) => return self.store_attr_op(name),
            Op::DeleteAttr(name) => {
                let object = self.t.stack[top - 1];
                let flow = self.del_attr(object, name)?;
                self.pop();
                let next = match flow {
                    None => Ok(Next::Same),
                    Some(flow) => self.flow(flow, After::Discard),
                };
                self.heap.dec(object);
                return next;
            }
            Op::Dup => self.push(self.t.stack[top - 1]),
            Op::Dup2 => {
                self.push(self.t.stack[top - 2]);
                self.push(self.t.stack[top - 1]);
            }
            Op::Swap(far) => self.t.stack.swap(top - 1, top - 1 - far as usize),
            Op::Rot3 => self.t.stack[top - 3..].rotate_right(1),
            Op::Unary(op) => return self.unary_op(op),
            Op::Is(inverted) => {
                let (b, a) = (self.pop(), self.pop());
                self.t.stack.push(Value::Bool(a.is(b) != inverted));
                self.heap.dec(a);
                self.heap.dec(b);
            }
            Op::Contains(inverted) => return self.contains_op(inverted),
            Op::StoreSubscript => return self.store_subscript_op(),
            Op::DeleteSubscript => return self.delete_subscript_op(),
            Op::Slice => {
                let parts = [self.t.stack[top - 3], self.t.stack[top - 2], self.t.stack[top - 1]];
                let slice = self.heap.alloc(Object::Slice(Box::new(parts)));
                self.replace_top(3, slice);
            }
            Op::BuildTuple(count) => {
                let items = self.t.stack[top - count as usize..].to_vec();
                let tuple = self.tuple(items);
                self.replace_top(count, tuple);
            }
            Op::BuildList(count) => {
                let items = self.t.stack[top - count as usize..].to_vec();
                let list = self.list(items);
                self.replace_top(count, list);
            }
            Op::BuildSet(count) => {
                let items = self.t.stack[top - count as usize..].to_vec();
                let set = self.new_set(false);
                if let Some(flow) = self.set_add_all(set, &items)? {
                    return self.replace_later(count, flow);
                }
                self.replace_top(count, set);
            }
            Op::BuildMap(count) => {
                let dict = self.dict();
                self.replace_top(2 * count, dict);
            }
            Op::BuildString(count) => {
                let mut text = String::new();
                for at in top - count as usize..top {
                    if let Object::Str(part) = self.heap.of(self.t.stack[at]) {
                        text.push_str(&part.text);
                    }
                }
                self.room(text.len() as u64)?;
                let text = self.string(text);
                self.replace_top(count, text);
            }
            Op::Format(conversion, has_spec) => {
                let spec = if has_spec { self.t.stack[top - 1] } else { Value::Undefined };
                let count = 1 + u32::from(has_spec);
                let value = self.t.stack[top - count as usize];
                let flow = self.format_field(value, conversion, spec)?;
                return self.replace_later(count, flow);
            }
            Op::ListAppend(far) => {
                let value = self.t.stack[top - 1];
                let list = self.t.stack[top - 1 - far as usize];
                self.list_push(list, value)?;
                self.pop();
                self.heap.dec(value);
            }
            Op::SetAdd(far) => {
                let value = self.t.stack[top - 1];
                let set = self.t.stack[top - 1 - far as usize];
                let flow = self.set_add_all(set, &[value])?;
                self.pop();
                let next = match flow {
                    Some(flow) => self.flow(flow, After::Discard),
                    None => Ok(Next::Same),
                };
                self.heap.dec(value);
                return next;
            }
            Op::MapAdd(far) => {
                let (key, value) = (self.t.stack[top - 2], self.t.stack[top - 1]);
                let dict = self.t.stack[top - 2 - far as usize];
                let flow = self.dict_set(dict, key, value)?;
                self.t.stack.truncate(top - 2);
                let next = match flow {
                    Some(flow) => self.flow(flow, After::Discard),
                    None => Ok(Next::Same),
                };
                self.heap.dec(key);
                self.heap.dec(value);
                return next;
            }
            Op::ListExtend | Op::SetUpdate => return self.extend_op(matches!(op, Op::SetUpdate)),
            Op::DictUpdate => return self.dict_update_op(),
            Op::DictMerge(callee) => return self.dict_merge_op(callee),
            Op::ListToTuple => {
                let items = match self.heap.of(self.t.stack[top - 1]) {
                    Object::List(items) => items.clone(),
                    _ => Vec::new(),
                };
                let tuple = self.tuple(items);
                self.replace_top(1, tuple);
            }
            Op::JumpIfFalseOrPop(to) | Op::JumpIfTrueOrPop(to) => {
                let value = self.t.stack[top - 1];
                match self.truth(value) {
                    Ok(truth) => {
                        if truth == matches!(op, Op::JumpIfTrueOrPop(_)) {
                            if let Some(frame) = self.t.frames.last_mut() {
                                frame.pc = to;
                            }
                        } else {
                            self.pop();
                            self.heap.dec(value);
                        }
                    }
                    Err((method, this)) => return self.flow(Flow::Call(method, vec![this]), After::Truth),
                }
            }
            Op::PopJumpIfNone(to) => {
                let value = self.pop();
                self.heap.dec(value);
                if value.is_none()
                    && let Some(frame) = self.t.frames.last_mut()
                {
                    frame.pc = to;
                }
            }
            Op::GetIter => return self.get_iter_op(),
            Op::Unpack(count) => return self.unpack_op(count as usize),
            Op::UnpackEx(before, after) => return self.unpack_ex_op(before.into(), after.into()),
            Op::CallKw(count, names) => {
                return self.call_stack(count as usize, &code.keywords[names as usize], After::Push);
            }
            Op::CallEx(has_keywords) => return self.call_ex(has_keywords),
            Op::MakeFunction(number, flags) => self.make_function(number, flags, module),
            Op::BuildClass => return self.build_class(module),
            Op::Yield => return self.yield_op(),
            Op::Send(_) => return self.send_op(),
            Op::YieldFromIter => {
                let value = self.t.stack[top - 1];
                if !matches!(self.heap.of(value), Object::Generator(_) | Object::Iter(_)) {
                    return self.get_iter_op();
                }
            }
            Op::Raise(count) => return self.raise_op(count),
            Op::Reraise => {
                let previous = self.pop();
                let exception = std::mem::replace(&mut self.t.handled, previous);
                self.unwind(exception, false);
                self.heap.dec(exception);
                return Ok(Next::Frame);
            }
            Op::RaiseOver => {
                let (exception, previous) = (self.pop(), self.pop());
                let handled = std::mem::replace(&mut self.t.handled, previous);
                self.heap.dec(handled);
                self.unwind(exception, false);
                self.heap.dec(exception);
                return Ok(Next::Frame);
            }
            Op::RaiseOn => {
                let exception = self.pop();
                self.unwind(exception, false);
                self.heap.dec(exception);
                return Ok(Next::Frame);
            }
            Op::PushExc => {
                let exception = self.pop();
                let previous = std::mem::replace(&mut self.t.handled, exception);
                self.t.stack.push(previous);
            }
            Op::PopExcept => {
                let previous = self.pop();
                let handled = std::mem::replace(&mut self.t.handled, previous);
                self.heap.dec(handled);
            }
            Op::Handled => self.push(self.t.handled),
            Op::ExcMatch => {
                let wanted = self.t.stack[top - 1];
                let matched = self.exception_matches(self.t.handled, wanted)?;
                self.pop();
                self.heap.dec(wanted);
                self.t.stack.push(Value::Bool(matched));
            }
            Op::BeforeWith => return self.before_with(),
            Op::WithExit => {
                let (exit, exception) = (self.t.stack[top - 2], self.t.handled);
                let class = Value::Ref(self.class_of(exception));
                let traceback = self.traceback_of(exception);
                return self.flow(Flow::Call(exit, vec![class, exception, traceback]), After::Push);
            }
            Op::AssertionError => self.push(Value::Ref(class::ASSERTION_ERROR)),
            Op::Import(name) => return self.import_op(Sym(name)),
            Op::ImportFrom(name) => {
                let Some(&Value::Ref(id)) = self.t.stack.last() else { return Ok(Next::Same) };
                match self.module_attr(id, name) {
                    Some(value) => self.push(value),
                    None => {
                        let (name, module) = (self.name(name), self.module_name(id));
                        let says = format!("cannot import name '{name}' from '{module}' (unknown location)");
                        return Err(self.error(class::IMPORT_ERROR, &says));
                    }
                }
            }
            Op::ImportStar => {
                let from = self.pop();
                for (name, value) in self.public_names(from) {
                    self.set_module_attr(module, name, value);
                }
                self.heap.dec(from);
            }
            Op::MatchSequence | Op::MatchMapping => {
                let value = self.pop();
                let truth = match self.heap.of(value) {
                    Object::List(_) | Object::Tuple(_) | Object::Range(_) | Object::MemoryView(_) => {
                        matches!(op, Op::MatchSequence)
                    }
                    Object::Dict(_) => matches!(op, Op::MatchMapping),
                    _ => false,
                };
                self.heap.dec(value);
                self.t.stack.push(Value::Bool(truth));
            }
            Op::MatchKeys => return self.match_keys(),
            Op::MatchClass(positional) => {
                let helper = self.helper("_match_class");
                let (subject, class, names) =
                    (self.t.stack[top - 3], self.t.stack[top - 2], self.t.stack[top - 1]);
                let args = vec![subject, class, Value::Int(positional.into()), names];
                return self.replace_later(3, Flow::Call(helper, args));
            }
            Op::Len => {
                let value = self.pop();
                let len = self.plain_len(value).unwrap_or(0);
                self.heap.dec(value);
                self.t.stack.push(Value::Int(len as i64));
            }
            Op::MapRest => {
                let helper = self.helper("_map_rest");
                let args = vec![self.t.stack[top - 2], self.t.stack[top - 1]];
                return self.replace_later(2, Flow::Call(helper, args));
            }
            Op::Nop => {}
            _ => {}
        }
        Ok(Next::Same)
    }

    /// What lies on top goes; this comes.
    pub(super) fn replace_top(&mut self, count: u32, value: Value) {
        self.heap.inc(value);
        for _ in 0..count {
            let old = self.pop();
            self.heap.dec(old);
        }
        self.t.stack.push(value);
    }

    pub(super) fn replace_later(&mut self, count: u32, flow: Flow) -> Res<Next> {
        let from = self.t.stack.len() - count as usize;
        let old: Vec<Value> = self.t.stack.drain(from..).collect();
        let next = self.flow(flow, After::Push);
        self.heap.dec_all(&old);
        next
    }

    pub(super) fn cell(&self, cell: Value) -> Value {
        match self.heap.of(cell) {
            Object::Cell(value) => *value,
            _ => Value::Undefined,
        }
    }

    /// The reference is given away.
    pub(super) fn set_cell(&mut self, cell: Value, value: Value) {
        if let Value::Ref(id) = cell
            && let Object::Cell(place) = self.heap.get_mut(id)
        {
            let old = std::mem::replace(place, value);
            self.heap.dec(old);
        }
    }

    /// A name of the class body at hand.
    pub(super) fn named(&self, name: Sym) -> Value {
        let namespace = self.t.frames.last().map_or(Value::Undefined, |frame| frame.extra);
        match self.heap.of(namespace) {
            Object::Namespace(attrs) => {
                attrs.iter().find(|(known, _)| *known == name).map_or(Value::Undefined, |(_, value)| *value)
            }
            _ => Value::Undefined,
        }
    }
}
