//! Exceptions: how they are made, and their methods.

use crate::classes::{class, of_errno};
use crate::machine::Machine;
use crate::names::{Sym, sym};
use crate::native::{Args, Flow, Native, Res};
use crate::object::{Exception, Object};
use crate::value::{Id, Value};

pub(super) const METHODS: &[Native] = &[
    Native { name: "BaseException.__init__", call: init },
    Native { name: "BaseException.__str__", call: text },
    Native { name: "BaseException.__repr__", call: shown },
    Native { name: "BaseException.with_traceback", call: with_traceback },
    Native { name: "BaseException.add_note", call: add_note },
];

impl Machine {
    /// An instance of an exception class, before its `__init__`.
    pub(crate) fn new_exception(&mut self, of: Id, args: &[Value], names: &[Sym]) -> Res<Value> {
        let mut class = of;
        let mut kept = args.to_vec();
        let mut attrs = Vec::new();
        if self.is_subclass(of, class::OS_ERROR) && (2..=5).contains(&args.len()) {
            attrs.push((sym::ERRNO, args[0]));
            attrs.push((sym::STRERROR, args[1]));
            if args.len() > 2 {
                attrs.push((sym::FILENAME, args[2]));
                kept.truncate(2);
            }
            if let (class::OS_ERROR, Some(errno)) = (of, self.index_of(args[0])) {
                class = of_errno(errno);
            }
        }
        let takes_names = self.is_subclass(of, class::IMPORT_ERROR)
            || self.is_subclass(of, class::NAME_ERROR)
            || self.is_subclass(of, class::ATTRIBUTE_ERROR);
        let own_init = !matches!(self.class_attr(of, sym::INIT), Value::Native(_) | Value::Undefined);
        if !names.is_empty() && !takes_names && !own_init {
            let name = self.class_name(of);
            return Err(self.type_error(&format!("{name}() takes no keyword arguments")));
        }
        let args = self.tuple(kept);
        Ok(self.heap.alloc(Object::Exception(Box::new(Exception {
            class,
            args,
            attrs,
            cause: Value::None,
            context: Value::None,
            suppress: false,
            traceback: Vec::new(),
        }))))
    }

    /// An OSError of a Linux number, of the subclass that CPython makes of it.
    #[allow(dead_code)]
    pub(crate) fn os_error(&mut self, errno: syscall::Errno) -> crate::native::Raised {
        let text = self.str(errno.text());
        let args = [Value::Int(errno.linux().into()), text];
        match self.new_exception(class::OS_ERROR, &args, &[]) {
            Ok(value) => crate::native::Raised(value),
            Err(raised) => raised,
        }
    }

    /// Attributes of exceptions that are set by assignment.
    pub(crate) fn set_exception(&mut self, id: Id, name: Sym, value: Value) -> Res<Option<Flow>> {
        match name {
            sym::CAUSE => {
                self.set_cause(Value::Ref(id), value);
                return Ok(None);
            }
            sym::TRACEBACK | sym::CONTEXT | sym::SUPPRESS | sym::ARGS => {}
            _ => {
                self.set_exception_attr(Value::Ref(id), name, value);
                return Ok(None);
            }
        }
        let mut old = Vec::new();
        let value = if name == sym::ARGS {
            let items = self.collect(value)?.unwrap_or_default();
            self.tuple(items)
        } else {
            value
        };
        self.heap.inc(value);
        if let Object::Exception(exception) = self.heap.get_mut(id) {
            match name {
                sym::CONTEXT => old.push(std::mem::replace(&mut exception.context, value)),
                sym::ARGS => old.push(std::mem::replace(&mut exception.args, value)),
                sym::SUPPRESS => exception.suppress = matches!(value, Value::Bool(true)),
                _ => {
                    if value.is_none() {
                        for entry in std::mem::take(&mut exception.traceback) {
                            old.extend(entry.locals);
                        }
                    } else {
                        // It was this exception's own, or is not told apart.
                        old.push(value);
                    }
                }
            }
        }
        self.heap.dec_all(&old);
        Ok(None)
    }
}

fn init(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let Value::Ref(id) = args.at(0) else { return Ok(Flow::Value(Value::None)) };
    let of = m.class_of(args.at(0));
    let rest = &args.pos[1.min(args.pos.len())..];
    let own_new = m.is_subclass(of, class::OS_ERROR);
    if own_new && rest.len() >= 2 {
        m.set_exception_attr(args.at(0), sym::ERRNO, rest[0]);
        m.set_exception_attr(args.at(0), sym::STRERROR, rest[1]);
    }
    let tuple = m.tuple(rest.to_vec());
    m.heap.inc(tuple);
    let mut old = Value::Undefined;
    if let Object::Exception(exception) = m.heap.get_mut(id) {
        old = std::mem::replace(&mut exception.args, tuple);
    }
    m.heap.dec(old);
    Ok(Flow::Value(Value::None))
}

fn text(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    match m.plain_exception_text(args.at(0))? {
        Some(Some(text)) => Ok(Flow::Value(m.string(text))),
        _ => {
            let helper = m.helper("_str_exception");
            Ok(Flow::Call(helper, vec![args.at(0)]))
        }
    }
}

fn shown(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    let helper = m.helper("_repr_of");
    Ok(Flow::Call(helper, vec![args.at(0)]))
}

fn with_traceback(_: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    Ok(Flow::Value(args.at(0)))
}

fn add_note(m: &mut Machine, args: &Args<'_>) -> Res<Flow> {
    args.plain(m, "BaseException.add_note", 1, 1)?;
    let known = match m.heap.of(args.at(0)) {
        Object::Exception(e) => e.attrs.iter().find(|(n, _)| *n == sym::NOTES).map(|(_, v)| *v),
        _ => None,
    };
    match known {
        Some(list) => m.list_push(list, args.at(1))?,
        None => {
            let list = m.list(vec![args.at(1)]);
            m.set_exception_attr(args.at(0), sym::NOTES, list);
        }
    }
    Ok(Flow::Value(Value::None))
}
