//! What lies on the heap.

use std::sync::Arc;

use num_bigint::BigInt;

use crate::names::Sym;
use crate::set::Set;
use crate::table::Table;
use crate::value::{Id, Value};

/// Attributes in the order of their first assignment.
pub(crate) type Attrs = Vec<(Sym, Value)>;

/// An immutable text that knows whether it is ASCII, so that most texts are indexed at once.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Text {
    pub(crate) text: Arc<str>,
    /// How many characters.
    pub(crate) chars: u32,
}

impl Text {
    pub(crate) fn new(text: Arc<str>) -> Self {
        let chars = if text.is_ascii() { text.len() } else { text.chars().count() };
        Self { chars: chars as u32, text }
    }
    pub(crate) fn is_ascii(&self) -> bool {
        self.chars as usize == self.text.len()
    }
}

/// An object.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Object {
    /// Nothing: the place is free.
    #[default]
    Free,
    Int(BigInt),
    Str(Text),
    Bytes(Arc<[u8]>),
    ByteArray(Vec<u8>),
    MemoryView(Box<View>),
    List(Vec<Value>),
    Tuple(Box<[Value]>),
    Dict(Box<Table>),
    Set(Box<Set>),
    FrozenSet(Box<Set>),
    Range(Box<Range>),
    Slice(Box<[Value; 3]>),
    Cell(Value),
    Function(Box<Function>),
    /// A function and its first argument.
    Bound(Value, Value),
    Class(Box<Class>),
    Instance(Box<Instance>),
    Property(Box<Property>),
    StaticMethod(Value),
    ClassMethod(Value),
    /// Class to begin behind, object or class it is bound to.
    Super(Id, Value),
    Exception(Box<Exception>),
    Generator(Box<Generator>),
    Iter(Box<Iter>),
    Module(Box<Module>),
    Lock(Lock),
    /// A view of a dict: 0 keys, 1 values, 2 items.
    DictView(Id, u8),
    /// A traceback, as a program sees it: of this exception, from this entry on.
    Traceback(Id, u32),
    /// A class body's names while it runs.
    Namespace(Attrs),
    /// `list[int]` and the like: the class again.
    Alias(Value),
    /// `object()`
    Plain,
}

/// A part of a bytes-like object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct View {
    pub(crate) base: Value,
    pub(crate) start: u32,
    pub(crate) len: u32,
    pub(crate) readonly: bool,
}

/// `range(start, stop, step)`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub(crate) start: i64,
    pub(crate) stop: i64,
    pub(crate) step: i64,
}

impl Range {
    pub(crate) fn len(&self) -> u64 {
        let (start, stop, step) = (i128::from(self.start), i128::from(self.stop), i128::from(self.step));
        let len = if step > 0 { (stop - start + step - 1) / step } else { (start - stop - step - 1) / -step };
        len.max(0) as u64
    }
    /// The value at a place within the length.
    pub(crate) fn at(&self, place: u64) -> i64 {
        (i128::from(self.start) + i128::from(self.step) * i128::from(place)) as i64
    }
}

/// A function of the program.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Function {
    pub(crate) code: u32,
    /// The module whose globals it sees.
    pub(crate) module: Id,
    /// Of the last positional parameters.
    pub(crate) defaults: Box<[Value]>,
    pub(crate) keyword_defaults: Attrs,
    pub(crate) closure: Box<[Value]>,
    pub(crate) name: Value,
    pub(crate) qualname: Value,
    pub(crate) attrs: Attrs,
}

/// How instances of a class are laid out: decided by the built-in class that it descends from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Layout {
    /// Attributes only.
    Instance,
    /// An exception.
    Exception,
    /// A built-in class whose instances the machine lays out itself.
    Native,
}

/// A class.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Class {
    pub(crate) name: Arc<str>,
    pub(crate) qualname: Arc<str>,
    pub(crate) module: Value,
    pub(crate) bases: Vec<Id>,
    /// Itself first, `object` last.
    pub(crate) mro: Vec<Id>,
    pub(crate) attrs: Attrs,
    pub(crate) layout: Layout,
    /// Not of the program: its attributes cannot be set.
    pub(crate) builtin: bool,
    /// Whether it or a class it descends from defines `__del__`, `__getattr__`, `__setattr__` or `__delattr__`.
    pub(crate) del: bool,
    pub(crate) getattr: bool,
    pub(crate) setattr: bool,
    /// Whether comparing or hashing an instance runs the program's code.
    pub(crate) eq: bool,
    pub(crate) hash: bool,
    /// `__eq__` without `__hash__`.
    pub(crate) unhashable: bool,
}

/// An instance of a class of the program.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Instance {
    pub(crate) class: Id,
    pub(crate) attrs: Attrs,
    /// Its `__del__` has been called.
    pub(crate) finalised: bool,
}

/// `property`
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Property {
    pub(crate) get: Value,
    pub(crate) set: Value,
    pub(crate) del: Value,
    pub(crate) doc: Value,
    pub(crate) name: Value,
}

/// An exception.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Exception {
    pub(crate) class: Id,
    pub(crate) args: Value,
    pub(crate) attrs: Attrs,
    pub(crate) cause: Value,
    pub(crate) context: Value,
    pub(crate) suppress: bool,
    /// The innermost first.
    pub(crate) traceback: Vec<Entry>,
}

/// One line of a traceback. It keeps the values of the frame's locals alive, as CPython's does.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) code: u32,
    pub(crate) pc: u32,
    pub(crate) locals: Vec<Value>,
}

/// What a generator is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    Created,
    Suspended,
    Running,
    Finished,
}

/// A generator: a frame that waits on the heap.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Generator {
    pub(crate) progress: Progress,
    pub(crate) code: u32,
    pub(crate) pc: u32,
    pub(crate) module: Id,
    /// Locals and stack.
    pub(crate) values: Vec<Value>,
    /// The exception that it is handling.
    pub(crate) handled: Value,
    pub(crate) name: Value,
    pub(crate) qualname: Value,
}

/// A built-in iterator whose next value needs no code of the program.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Iter {
    /// Current, step, how many are left.
    Range(i64, i64, u64),
    /// List, tuple, str, bytes and the like: what, and the place of the next.
    Sequence(Value, u32),
    /// What, and how many are left.
    Reversed(Value, u32),
    /// Characters of a text that is not ASCII: place in bytes.
    Chars(Value, u32),
    /// Dict, which of it (0 keys, 1 values, 2 items, +4 reversed), place, its length when the loop began.
    Dict(Id, u8, u32, u32),
    /// Set, place, its length when the loop began.
    Set(Id, u32, u32),
    /// Iterator and the next number.
    Enumerate(Value, i64),
    Zip(Vec<Value>),
    /// It is at its end and stays there.
    Done,
}

/// A module.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Module {
    pub(crate) name: Arc<str>,
    /// Which of the program's sources; none for one of native functions.
    pub(crate) source: Option<u32>,
    /// By the source's slots.
    pub(crate) slots: Vec<Value>,
    /// Names without a slot.
    pub(crate) attrs: Attrs,
}

/// A lock: waited for in the order in which the host lets threads go on.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Lock {
    /// By which thread, where it is held.
    pub(crate) owner: Option<u32>,
    /// How often, where its owner may take it again.
    pub(crate) count: u32,
    pub(crate) reentrant: bool,
}
