//! Raising, which handler takes what, and `with`.

use super::Machine;
use super::run::Next;
use super::thread::After;
use crate::classes::class;
use crate::names::sym;
use crate::native::{Flow, Raised, Res};
use crate::object::Object;
use crate::value::Value;

impl Machine {
    pub(super) fn raise_op(&mut self, count: u8) -> Res<Next> {
        if count == 0 {
            let handled = self.t.handled;
            if !matches!(self.heap.of(handled), Object::Exception(_)) {
                return Err(self.error(class::RUNTIME_ERROR, "No active exception to reraise"));
            }
            self.unwind(handled, false);
            return Ok(Next::Frame);
        }
        let top = self.t.stack.len();
        let value = self.t.stack[top - count as usize];
        let cause = if count == 2 { self.t.stack[top - 1] } else { Value::Undefined };
        // A class is called first: the prelude raises in this instruction's place.
        for &each in &[value, cause] {
            if let Value::Ref(id) = each
                && matches!(self.heap.get(id), Object::Class(_))
                && self.is_subclass(id, class::BASE_EXCEPTION)
            {
                let helper = self.helper("_raise");
                let cause = if count == 2 { cause } else { Value::NotImplemented };
                return self.replace_later(count.into(), Flow::Call(helper, vec![value, cause]));
            }
        }
        if !matches!(self.heap.of(value), Object::Exception(_)) {
            return Err(self.type_error("exceptions must derive from BaseException"));
        }
        if count == 2 {
            if !cause.is_none() && !matches!(self.heap.of(cause), Object::Exception(_)) {
                return Err(self.type_error("exception causes must derive from BaseException"));
            }
            self.set_cause(value, cause);
        }
        Err(Raised(value))
    }

    pub(crate) fn set_cause(&mut self, exception: Value, cause: Value) {
        self.heap.inc(cause);
        let mut old = Value::Undefined;
        if let Value::Ref(id) = exception
            && let Object::Exception(object) = self.heap.get_mut(id)
        {
            old = std::mem::replace(&mut object.cause, cause);
            object.suppress = true;
        }
        self.heap.dec(old);
    }

    pub(crate) fn exception_matches(&mut self, exception: Value, wanted: Value) -> Res<bool> {
        let wrong = "catching classes that do not inherit from BaseException is not allowed";
        let classes = match self.heap.of(wanted) {
            Object::Tuple(items) => items.to_vec(),
            _ => vec![wanted],
        };
        for &each in &classes {
            let suits = matches!(self.heap.of(each), Object::Class(_))
                && each.id().is_some_and(|id| self.is_subclass(id, class::BASE_EXCEPTION));
            if !suits {
                return Err(self.type_error(wrong));
            }
        }
        Ok(classes.iter().any(|each| each.id().is_some_and(|id| self.is_instance(exception, id))))
    }

    /// `manager -> exit result-of-enter`
    pub(super) fn before_with(&mut self) -> Res<Next> {
        let at = self.t.stack.len() - 1;
        let manager = self.t.stack[at];
        let class = self.class_of(manager);
        let (enter, exit) = (self.class_attr(class, sym::ENTER), self.class_attr(class, sym::EXIT));
        for (method, missed) in [(enter, ""), (exit, " (missed __exit__ method)")] {
            if method.is_undefined() {
                let name = self.class_name(class);
                return Err(self.type_error(&format!(
                    "'{name}' object does not support the context manager protocol{missed}"
                )));
            }
        }
        let bound = match self.bind_found(manager, class, sym::EXIT, exit)? {
            Flow::Value(bound) => bound,
            _ => return Err(self.type_error("__exit__ cannot be computed")),
        };
        self.heap.inc(bound);
        self.t.stack[at] = bound;
        let next = self.flow(Flow::Call(enter, vec![manager]), After::Push);
        self.heap.dec(manager);
        next
    }
}
