//! Generators: frames that wait on the heap.

use super::Machine;
use super::run::Next;
use super::thread::{After, Frame, Role};
use crate::classes::class;
use crate::code::Op;
use crate::native::{Raised, Res};
use crate::object::{Generator, Object, Progress};
use crate::value::{Id, Value};

impl Machine {
    /// The frame that a call has prepared becomes a generator; it runs when it is asked for its first value.
    pub(super) fn make_generator(
        &mut self,
        function: Id,
        code: u32,
        module: Id,
        base: usize,
        after: After,
    ) -> Res<Next> {
        let values: Vec<Value> = self.t.stack.drain(base..).collect();
        let (name, qualname) = match self.heap.get(function) {
            Object::Function(function) => (function.name, function.qualname),
            _ => (Value::None, Value::None),
        };
        let callee = self.pop();
        let generator = self.heap.alloc(Object::Generator(Box::new(Generator {
            progress: Progress::Created,
            code,
            pc: 0,
            module,
            values: values.clone(),
            handled: Value::Undefined,
            name,
            qualname,
        })));
        self.heap.dec_all(&values);
        self.heap.dec(callee);
        self.heap.inc(generator);
        self.deliver(after, generator)
    }

    /// Go on with a generator: `sent` is the value of its `yield`; or an exception is raised there.
    pub(super) fn resume_generator(
        &mut self,
        id: Id,
        sent: Value,
        thrown: Option<Value>,
        after: After,
    ) -> Res<Next> {
        if self.t.frames.len() >= self.limits.depth as usize {
            return Err(self.error(class::RECURSION_ERROR, "maximum recursion depth exceeded"));
        }
        let Object::Generator(generator) = self.heap.get(id) else {
            return Err(self.type_error("not a generator"));
        };
        let progress = generator.progress;
        match progress {
            Progress::Running => return Err(self.value_error("generator already executing")),
            Progress::Finished => {
                if let Some(exception) = thrown {
                    if after == After::Close {
                        self.t.stack.push(Value::None);
                        return Ok(Next::Frame);
                    }
                    return Err(Raised(exception));
                }
                return match after {
                    After::ForIter => {
                        self.end_of_loop(Value::Undefined);
                        Ok(Next::Frame)
                    }
                    After::Send => {
                        self.end_of_loop(Value::None);
                        Ok(Next::Frame)
                    }
                    _ => Err(self.exception(class::STOP_ITERATION, &[])),
                };
            }
            Progress::Created if thrown.is_none() && !sent.is_none() => {
                return Err(self.type_error("can't send non-None value to a just-started generator"));
            }
            Progress::Created | Progress::Suspended => {}
        }
        self.heap.inc(Value::Ref(id));
        let (mut code, mut pc, mut module, mut own) = (0, 0, Id(0), Value::Undefined);
        self.t.stack.push(Value::Undefined);
        let base = self.t.stack.len() as u32;
        if let Object::Generator(generator) = self.heap.get_mut(id) {
            generator.progress = Progress::Running;
            // Its memory stays for the values of the next `yield`.
            self.t.stack.append(&mut generator.values);
            (code, pc, module) = (generator.code, generator.pc, generator.module);
            own = std::mem::take(&mut generator.handled);
        }
        let outer = self.t.handled;
        if own.is_undefined() {
            // What the caller handles is the context of what the generator raises.
            self.heap.inc(outer);
        } else {
            self.t.handled = own;
        }
        self.t.frames.push(Frame {
            code,
            pc,
            base,
            module,
            after,
            role: Role::Generator,
            extra: Value::Ref(id),
            handled: outer,
        });
        match thrown {
            None => {
                if progress == Progress::Suspended {
                    self.push(sent);
                }
            }
            Some(exception) => return self.throw_here(exception, pc),
        }
        Ok(Next::Frame)
    }

    /// Raise in the generator at the top; one that is within `yield from` another generator hands it down.
    fn throw_here(&mut self, exception: Value, pc: u32) -> Res<Next> {
        let Some(frame) = self.t.frames.last() else { return Err(Raised(exception)) };
        let ops = &self.image.codes[frame.code as usize].ops;
        // A suspended `yield from` stands behind its Yield, which stands behind its Send.
        let delegating = pc >= 2 && matches!(ops[pc as usize - 2], Op::Send(_));
        if delegating
            && let Some(&Value::Ref(inner)) = self.t.stack.last()
            && matches!(self.heap.get(inner), Object::Generator(_))
        {
            // What it yields or returns is taken as if Send had asked for it.
            if let Some(frame) = self.t.frames.last_mut() {
                frame.pc = pc - 1;
            }
            return self.resume_generator(inner, Value::None, Some(exception), After::Send);
        }
        Err(Raised(exception))
    }

    /// `yield`: the frame goes back to the heap, the value to whoever asked.
    pub(super) fn yield_op(&mut self) -> Res<Next> {
        let value = self.pop();
        let Some(frame) = self.t.frames.pop() else { return Ok(Next::Frame) };
        let from = frame.base as usize;
        let own = std::mem::replace(&mut self.t.handled, frame.handled);
        if let Value::Ref(id) = frame.extra {
            let differs = !own.is(frame.handled);
            if let Object::Generator(generator) = self.heap.get_mut(id) {
                generator.progress = Progress::Suspended;
                generator.pc = frame.pc;
                generator.values.clear();
                generator.values.extend_from_slice(&self.t.stack[from..]);
                generator.handled = if differs { own } else { Value::Undefined };
            }
            if !differs {
                self.heap.dec(own);
            }
            self.heap.dec(frame.extra);
        }
        self.t.stack.truncate(from.saturating_sub(1));
        self.deliver(frame.after, value)?;
        Ok(Next::Frame)
    }

    /// `yield from` asks its iterator for the next value: `iterator sent ->`.
    pub(super) fn send_op(&mut self) -> Res<Next> {
        let sent = self.pop();
        self.heap.dec(sent);
        let Some(&iterator) = self.t.stack.last() else { return Ok(Next::Frame) };
        if let Value::Ref(id) = iterator
            && matches!(self.heap.get(id), Object::Generator(_))
        {
            return self.resume_generator(id, sent, None, After::Send);
        }
        if !sent.is_none() {
            let flow = self.get_attr_named(iterator, "send")?;
            let crate::native::Flow::Value(send) = flow else { return Err(self.type_error("send")) };
            return self.flow(crate::native::Flow::Call(send, vec![sent]), After::Send);
        }
        match self.next_value(iterator)? {
            super::iterate::Step::Value(value) => {
                self.push(value);
                Ok(Next::Same)
            }
            super::iterate::Step::End => {
                self.end_of_loop(Value::None);
                Ok(Next::Frame)
            }
            super::iterate::Step::Call(callee, args) => {
                self.flow(crate::native::Flow::Call(callee, args), After::Send)
            }
            super::iterate::Step::Generator(id) => self.resume_generator(id, Value::None, None, After::Send),
        }
    }
}
