//! Looking into a machine that stands still: frames, variables, objects. No code of the program runs.

use super::Machine;
use super::thread::Frame;
use crate::code::Code;
use crate::host::{Place, ThreadId};
use crate::object::{Module, Object};
use crate::pure::{float_text, int_text, quote};
use crate::value::{Id, Value};

/// Characters of a value that are shown.
const SHOWN: usize = 120;
/// Items of a container that are shown.
const ITEMS: usize = 12;
/// Containers within containers that are shown.
const DEPTH: u32 = 3;

/// A value as a learner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// As `repr` would show it, cut where it is long; an instance by its class.
    pub text: String,
    /// The name of its class.
    pub class: String,
    /// The object's number, where it is one: equal numbers are one and the same object.
    pub object: Option<u32>,
}

/// A variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its name; of an item, its key or place.
    pub name: String,
    /// Its value.
    pub value: Shown,
}

impl Variable {
    /// Whether a learner looks at it while the program runs: what every program has is no news.
    pub fn is_news(&self) -> bool {
        !matches!(&*self.value.class, "function" | "module" | "type")
    }
}

/// A call in progress.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The function's name, `<module>` for the program's own text.
    pub function: String,
    /// Where it stands: the line that runs next, or the call that it waits for.
    pub place: Place,
    /// Its variables, parameters first.
    pub locals: Vec<Variable>,
}

impl Machine {
    /// The calls in progress of a thread, the outermost first; what is native in CPython is left out.
    pub fn stack(&self, thread: ThreadId) -> Vec<View> {
        let mut views = Vec::new();
        for (frame, code, pc) in self.shown_frames(thread) {
            let stack = &self.threads[thread as usize].stack;
            let mut locals = Vec::new();
            for (slot, name) in code.locals.iter().enumerate() {
                let value = stack.get(frame.base as usize + slot).copied().unwrap_or_default();
                let value = match self.heap.of(value) {
                    Object::Cell(inner) => *inner,
                    _ => value,
                };
                let name = self.name(*name);
                if !value.is_undefined() && !name.starts_with('.') {
                    locals.push(Variable { name: name.to_string(), value: self.shown(value) });
                }
            }
            views.push(View {
                function: code.name.to_string(),
                place: self.place_of(frame.code, pc),
                locals,
            });
        }
        views
    }

    /// How many calls [`stack`](Self::stack) would tell of a thread.
    pub fn depth(&self, thread: ThreadId) -> usize {
        self.shown_frames(thread).count()
    }

    /// The line of the program's own text at which a thread stands, from 1: in a function of the library, the line that
    /// called it. 0 where no line did.
    pub fn own_line(&self, thread: ThreadId) -> u32 {
        let inner = self.shown_frames(thread).rev().find(|(_, code, _)| self.is_own(code));
        inner.map_or(0, |(frame, _, pc)| self.place_of(frame.code, pc).line)
    }

    /// Whether a thread is in a function of the library.
    pub fn is_in_library(&self, thread: ThreadId) -> bool {
        let inner = self.shown_frames(thread).next_back();
        inner.is_some_and(|(_, code, _)| !self.is_own(code))
    }

    /// The calls in progress that a learner sees, the outermost first, each with the instruction at which it stands.
    fn shown_frames(&self, thread: ThreadId) -> impl DoubleEndedIterator<Item = (&Frame, &Code, u32)> {
        let thread = self.threads.get(thread as usize);
        let stands = thread.is_some_and(|thread| thread.pending.is_none());
        let frames = thread.map_or(&[][..], |thread| &thread.frames);
        frames.iter().enumerate().filter_map(move |(at, frame)| {
            let code: &Code = &self.image.codes[frame.code as usize];
            let top = at + 1 == frames.len() && stands;
            let pc = if top { frame.pc } else { frame.pc.saturating_sub(1) };
            (!self.image.sources[code.module as usize].hidden).then_some((frame, code, pc))
        })
    }

    /// The program's own module, and which of the sources is its text.
    fn main(&self) -> Option<(u32, &Module)> {
        let (_, main) = self.modules.iter().find(|(name, _)| *name == crate::names::sym::MAIN)?;
        let Object::Module(module) = self.heap.of(*main) else { return None };
        Some((module.source?, module))
    }

    fn is_own(&self, code: &Code) -> bool {
        self.main().is_some_and(|(source, _)| code.module == source)
    }

    /// The program's global variables, in the order in which its text first names them.
    pub fn globals(&self) -> Vec<Variable> {
        let Some((source, module)) = self.main() else { return Vec::new() };
        let names = &self.image.sources[source as usize].globals;
        let mut variables = Vec::new();
        for (name, value) in names.iter().zip(&module.slots) {
            let name = self.name(*name);
            let own = name.starts_with("__") && name.ends_with("__");
            if !value.is_undefined() && !own {
                variables.push(Variable { name: name.to_string(), value: self.shown(*value) });
            }
        }
        variables
    }

    /// What an object holds: items, entries or attributes, at most so many.
    pub fn parts(&self, object: u32, most: usize) -> Vec<Variable> {
        let named = |name: String, value: Value| Variable { name, value: self.shown(value) };
        let numbered = |items: &[Value]| {
            items.iter().take(most).enumerate().map(|(i, v)| named(i.to_string(), *v)).collect()
        };
        match self.heap.get(Id(object)) {
            Object::List(items) => numbered(items),
            Object::Tuple(items) => numbered(items),
            Object::Set(set) | Object::FrozenSet(set) => {
                numbered(&set.items().take(most).collect::<Vec<_>>())
            }
            Object::Dict(table) => {
                table.entries().take(most).map(|(key, value)| named(self.shown(key).text, value)).collect()
            }
            Object::Instance(instance) => {
                let attrs = instance.attrs.iter().take(most);
                attrs.map(|(name, value)| named(self.name(*name).to_string(), *value)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The bytes of a bytes-like object.
    pub fn bytes_of_object(&self, object: u32) -> Option<&[u8]> {
        self.buffer_of(Value::Ref(Id(object)))
    }

    pub(crate) fn shown(&self, value: Value) -> Shown {
        let mut text = String::new();
        self.show(value, &mut text, 0);
        if text.chars().count() > SHOWN {
            text = text.chars().take(SHOWN).chain(['…']).collect();
        }
        Shown { text, class: self.class_name_of(value), object: value.id().map(|id| id.0) }
    }

    fn show(&self, value: Value, out: &mut String, depth: u32) {
        if out.len() > 4 * SHOWN {
            return;
        }
        let id = match value {
            Value::None | Value::Undefined => return out.push_str("None"),
            Value::Bool(b) => return out.push_str(if b { "True" } else { "False" }),
            Value::Int(n) => return out.push_str(&n.to_string()),
            Value::Float(x) => return out.push_str(&float_text::repr(x)),
            Value::NotImplemented => return out.push_str("NotImplemented"),
            Value::Ellipsis => return out.push_str("Ellipsis"),
            Value::Native(id) => return out.push_str(self.boot.native(id).name),
            Value::Ref(id) => id,
        };
        let cut = |bytes: &[u8]| bytes[..bytes.len().min(SHOWN)].to_vec();
        match self.heap.get(id) {
            Object::Int(n) if n.bits() < 4096 => out.push_str(&int_text::decimal(n).unwrap_or_default()),
            Object::Int(n) => out.push_str(&format!("an int of {} bits", n.bits())),
            Object::Str(text) => {
                let part: String = text.text.chars().take(SHOWN).collect();
                out.push_str(&quote::repr_str(&part, usize::MAX).unwrap_or_default());
            }
            Object::Bytes(bytes) => {
                out.push_str(&quote::repr_bytes(&cut(bytes), usize::MAX).unwrap_or_default());
            }
            Object::ByteArray(bytes) => {
                out.push_str(&quote::repr_bytearray(&cut(bytes), usize::MAX).unwrap_or_default());
            }
            Object::List(items) => self.show_items(items.iter().copied(), ("[", "]"), out, depth),
            Object::Tuple(items) => {
                let end = if items.len() == 1 { ",)" } else { ")" };
                self.show_items(items.iter().copied(), ("(", end), out, depth);
            }
            Object::Set(set) => self.show_items(set.items(), ("{", "}"), out, depth),
            Object::FrozenSet(set) => self.show_items(set.items(), ("frozenset({", "})"), out, depth),
            Object::Dict(table) => {
                if depth >= DEPTH {
                    return out.push_str("{…}");
                }
                out.push('{');
                for (i, (key, value)) in table.entries().enumerate() {
                    out.push_str(if i > 0 { ", " } else { "" });
                    if i == ITEMS {
                        out.push('…');
                        break;
                    }
                    self.show(key, out, depth + 1);
                    out.push_str(": ");
                    self.show(value, out, depth + 1);
                }
                out.push('}');
            }
            Object::Function(function) => {
                out.push_str(&format!("<function {}>", self.plain_str(function.qualname)));
            }
            Object::Class(_) => out.push_str(&format!("<class '{}'>", self.type_shown(value))),
            Object::Module(module) => out.push_str(&format!("<module '{}'>", module.name)),
            Object::Exception(exception) => {
                out.push_str(&self.class_name(exception.class));
                self.show(exception.args, out, depth + 1);
            }
            Object::Range(range) => {
                out.push_str(&format!("range({}, {}, {})", range.start, range.stop, range.step))
            }
            _ => out.push_str(&format!("<{} object>", self.class_name_of(value))),
        }
    }

    fn show_items(
        &self,
        items: impl Iterator<Item = Value>,
        (begin, end): (&str, &str),
        out: &mut String,
        depth: u32,
    ) {
        out.push_str(begin);
        if depth >= DEPTH {
            out.push('…');
            out.push_str(end);
            return;
        }
        for (i, item) in items.enumerate() {
            out.push_str(if i > 0 { ", " } else { "" });
            if i == ITEMS {
                out.push('…');
                break;
            }
            self.show(item, out, depth + 1);
        }
        out.push_str(end);
    }
}
