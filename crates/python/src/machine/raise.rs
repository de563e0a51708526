//! Raising, unwinding, and returning.

use super::Machine;
use super::thread::{After, Frame, Role};
use crate::classes::class;
use crate::code::Op;
use crate::names::Sym;
use crate::native::Raised;
use crate::object::{Entry, Exception, Object, Progress};
use crate::value::{Id, Value};

impl Machine {
    /// A new exception with one text.
    pub(crate) fn error(&mut self, class: Id, says: &str) -> Raised {
        let text = self.str(says);
        self.exception(class, &[text])
    }

    pub(crate) fn exception(&mut self, class: Id, args: &[Value]) -> Raised {
        let args = self.tuple(args.to_vec());
        Raised(self.heap.alloc(Object::Exception(Box::new(Exception {
            class,
            args,
            attrs: Vec::new(),
            cause: Value::None,
            context: Value::None,
            suppress: false,
            traceback: Vec::new(),
        }))))
    }

    pub(crate) fn type_error(&mut self, says: &str) -> Raised {
        self.error(class::TYPE_ERROR, says)
    }

    pub(crate) fn value_error(&mut self, says: &str) -> Raised {
        self.error(class::VALUE_ERROR, says)
    }

    pub(crate) fn memory_error(&mut self) -> Raised {
        let args = self.tuple(Vec::new());
        let Raised(value) = self.exception(class::MEMORY_ERROR, &[]);
        if let Value::Ref(id) = value
            && let Object::Exception(exception) = self.heap.get_mut(id)
        {
            exception.args = args;
        }
        Raised(value)
    }

    pub(super) fn name_error(&mut self, name: Sym) -> Raised {
        let text = self.name(name);
        let raised = self.error(class::NAME_ERROR, &format!("name '{text}' is not defined"));
        let name = self.str_of_sym(name);
        self.set_exception_attr(raised.0, crate::names::sym::NAME_ATTR, name);
        raised
    }

    pub(super) fn unbound(&mut self, code: &crate::code::Code, slot: u32) -> Raised {
        let name = self.name(code.locals[slot as usize]);
        let (at, free) = (code.free_at, code.free);
        if slot >= at && slot < at + free {
            let says = format!(
                "cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
            );
            return self.error(class::NAME_ERROR, &says);
        }
        let says = format!("cannot access local variable '{name}' where it is not associated with a value");
        self.error(class::UNBOUND_LOCAL_ERROR, &says)
    }

    /// Set an attribute of an exception that has just been made.
    pub(crate) fn set_exception_attr(&mut self, exception: Value, name: Sym, value: Value) {
        self.heap.inc(value);
        let mut old = Value::Undefined;
        if let Value::Ref(id) = exception
            && let Object::Exception(exception) = self.heap.get_mut(id)
        {
            match exception.attrs.iter_mut().find(|(known, _)| *known == name) {
                Some((_, place)) => old = std::mem::replace(place, value),
                None => exception.attrs.push((name, value)),
            }
        }
        self.heap.dec(old);
    }

    /// Raise at the instruction at hand.
    pub(super) fn raise(&mut self, raised: Raised) {
        self.set_context(raised.0);
        self.unwind(raised.0, true);
    }

    /// What was being handled is the new exception's context; a chain never comes back to itself.
    fn set_context(&mut self, exception: Value) {
        let handled = self.t.handled;
        if handled.is_undefined() || handled.is_none() || handled.is(exception) {
            return;
        }
        // Cut the chain where it would lead to the new exception.
        let mut at = handled;
        for _ in 0..10_000 {
            let next = match self.heap.of(at) {
                Object::Exception(each) => each.context,
                _ => break,
            };
            if next.is_none() {
                break;
            }
            if next.is(exception) {
                if let Value::Ref(id) = at
                    && let Object::Exception(each) = self.heap.get_mut(id)
                {
                    each.context = Value::None;
                }
                self.heap.dec(next);
                break;
            }
            at = next;
        }
        let Value::Ref(id) = exception else { return };
        self.heap.inc(handled);
        let mut old = Value::Undefined;
        if let Object::Exception(exception) = self.heap.get_mut(id) {
            old = std::mem::replace(&mut exception.context, handled);
        }
        self.heap.dec(old);
    }

    /// Find who handles an exception; frames that do not are left. `told`: whether the frame at hand gets a line in its
    /// traceback.
    pub(super) fn unwind(&mut self, exception: Value, told: bool) {
        self.heap.inc(exception);
        let (mut exception, mut told) = (exception, told);
        loop {
            let Some(frame) = self.t.frames.last().copied() else {
                self.thread_raised(exception);
                return;
            };
            let image = std::sync::Arc::clone(&self.image);
            let code = &image.codes[frame.code as usize];
            let at = frame.pc.saturating_sub(1);
            let hidden = image.sources[code.module as usize].hidden;
            if told && !hidden {
                self.note(exception, &frame, at);
            }
            let bottom = frame.base as usize + code.locals.len();
            if let Some(handler) = code.handlers.iter().find(|h| h.start <= at && at < h.end) {
                let keep = (bottom + handler.depth as usize).min(self.t.stack.len());
                let dropped: Vec<Value> = self.t.stack.drain(keep..).collect();
                self.heap.dec_all(&dropped);
                self.t.stack.push(exception);
                if let Some(frame) = self.t.frames.last_mut() {
                    frame.pc = handler.target;
                }
                return;
            }
            self.t.frames.pop();
            let from = frame.base as usize - 1;
            let mut values: Vec<Value> = self.t.stack.drain(from..).collect();
            // The traceback keeps the locals, as long as it lives itself.
            if told && !hidden && frame.role != Role::Module {
                let end = (code.locals.len() + 1).min(values.len());
                let locals: Vec<Value> = values[1..end].to_vec();
                values[1..end].fill(Value::Undefined);
                if let Value::Ref(id) = exception
                    && let Object::Exception(object) = self.heap.get_mut(id)
                    && let Some(entry) = object.traceback.last_mut()
                {
                    let old = std::mem::replace(&mut entry.locals, locals);
                    self.heap.dec_all(&old);
                }
            }
            let callee = values.first().copied().unwrap_or_default();
            self.heap.dec_all(&values);
            match self.leave_raising(&frame, callee, exception) {
                Left::Raising(other) => exception = other,
                Left::Caught => return,
            }
            told = true;
        }
    }

    /// A frame that is gone by an exception: what its caller makes of that.
    fn leave_raising(&mut self, frame: &Frame, callee: Value, mut exception: Value) -> Left {
        if frame.role != Role::Generator {
            self.heap.dec(frame.extra);
        }
        match frame.role {
            Role::Generator => {
                self.finish_generator(frame);
                if self.is_instance(exception, class::STOP_ITERATION) {
                    let Raised(other) = self.error(class::RUNTIME_ERROR, "generator raised StopIteration");
                    self.heap.inc(other);
                    self.chain(other, exception);
                    exception = other;
                }
            }
            Role::Finaliser => {
                self.unraisable(exception, callee);
                self.heap.dec(exception);
                return Left::Caught;
            }
            Role::Module => self.forget_module(frame.module),
            Role::Plain | Role::Init | Role::Class => {}
        }
        let stops = self.is_instance(exception, class::STOP_ITERATION);
        match frame.after {
            After::ForIter if stops => {
                self.heap.dec(exception);
                self.end_of_loop(Value::Undefined);
                return Left::Caught;
            }
            After::Send if stops => {
                let value = self.stop_value(exception);
                self.heap.inc(value);
                self.heap.dec(exception);
                self.end_of_loop(value);
                return Left::Caught;
            }
            After::Close if stops || self.is_instance(exception, class::GENERATOR_EXIT) => {
                self.heap.dec(exception);
                self.t.stack.push(Value::None);
                return Left::Caught;
            }
            _ => {}
        }
        Left::Raising(exception)
    }

    /// `other` was raised because of `exception`.
    fn chain(&mut self, other: Value, exception: Value) {
        self.heap.inc(exception);
        if let Value::Ref(id) = other
            && let Object::Exception(object) = self.heap.get_mut(id)
        {
            object.cause = exception;
            object.context = exception;
            object.suppress = true;
        }
    }

    /// The `value` of a StopIteration.
    pub(crate) fn stop_value(&self, exception: Value) -> Value {
        match self.heap.of(exception) {
            Object::Exception(object) => match self.heap.of(object.args) {
                Object::Tuple(items) => items.first().copied().unwrap_or(Value::None),
                _ => Value::None,
            },
            _ => Value::None,
        }
    }

    /// The iterator of the loop (or `yield from`) at hand has no more: its instruction's jump is taken. A value that is
    /// given stays in the iterator's place.
    pub(super) fn end_of_loop(&mut self, value: Value) {
        let iterator = self.pop();
        self.heap.dec(iterator);
        if !value.is_undefined() {
            self.t.stack.push(value);
        }
        let Some(frame) = self.t.frames.last_mut() else { return };
        if let Op::ForIter(to) | Op::Send(to) =
            self.image.codes[frame.code as usize].ops[frame.pc.saturating_sub(1) as usize]
        {
            frame.pc = to;
        }
    }

    /// A line for the traceback. Of many in a row within one function all are kept: the reader of a traceback counts them.
    fn note(&mut self, exception: Value, frame: &Frame, pc: u32) {
        if let Value::Ref(id) = exception
            && let Object::Exception(object) = self.heap.get_mut(id)
        {
            object.traceback.push(Entry { code: frame.code, pc, locals: Vec::new() });
        }
    }

    /// Return from the frame at the top.
    pub(super) fn return_op(&mut self) {
        let value = self.pop();
        let Some(frame) = self.t.frames.pop() else { return };
        let from = frame.base as usize - 1;
        for at in from..self.t.stack.len() {
            let value = self.t.stack[at];
            self.heap.dec(value);
        }
        self.t.stack.truncate(from);
        match frame.role {
            Role::Plain => {
                if self.t.frames.is_empty() {
                    self.thread_returned(value);
                    return;
                }
                let done = self.deliver(frame.after, value);
                self.settle(done);
            }
            Role::Init => {
                if !value.is_none() {
                    self.heap.dec(value);
                    self.heap.dec(frame.extra);
                    let name = self.class_name_of(value);
                    let raised = self.type_error(&format!("__init__() should return None, not '{name}'"));
                    self.raise(raised);
                    return;
                }
                let done = self.deliver(frame.after, frame.extra);
                self.settle(done);
            }
            Role::Module => {
                if self.t.frames.is_empty() {
                    self.heap.dec(frame.extra);
                    self.thread_returned(value);
                    return;
                }
                let done = self.deliver(frame.after, frame.extra);
                self.settle(done);
            }
            Role::Class => {
                let done = self.finish_class(frame.extra, value);
                self.heap.dec(frame.extra);
                self.heap.dec(value);
                self.settle(done);
            }
            Role::Generator => {
                self.finish_generator(&frame);
                match frame.after {
                    After::ForIter => {
                        self.heap.dec(value);
                        self.end_of_loop(Value::Undefined);
                    }
                    After::Send => self.end_of_loop(value),
                    After::Close => {
                        self.heap.dec(value);
                        self.t.stack.push(Value::None);
                    }
                    After::Discard => self.heap.dec(value),
                    _ => {
                        self.heap.dec(value);
                        let args: &[Value] = if value.is_none() { &[] } else { &[value] };
                        let raised = self.exception(class::STOP_ITERATION, args);
                        self.raise(raised);
                    }
                }
            }
            Role::Finaliser => self.heap.dec(value),
        }
    }

    fn finish_generator(&mut self, frame: &Frame) {
        let handled = std::mem::replace(&mut self.t.handled, frame.handled);
        self.heap.dec(handled);
        if let Value::Ref(id) = frame.extra {
            if let Object::Generator(generator) = self.heap.get_mut(id) {
                generator.progress = Progress::Finished;
            }
            self.heap.dec(frame.extra);
        }
    }
}

enum Left {
    Raising(Value),
    Caught,
}
