//! Compiled code: immutable, shared by every copy of a machine.

use std::collections::BTreeMap;
use std::sync::Arc;

use num_bigint::BigInt;

use crate::names::{Names, Sym};

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BinOp {
    Add,
    Sub,
    Mul,
    MatMul,
    Div,
    FloorDiv,
    Mod,
    Pow,
    LShift,
    RShift,
    And,
    Or,
    Xor,
}

impl BinOp {
    /// As the program spells it.
    pub(crate) const fn symbol(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::MatMul => "@",
            Self::Div => "/",
            Self::FloorDiv => "//",
            Self::Mod => "%",
            Self::Pow => "** or pow()",
            Self::LShift => "<<",
            Self::RShift => ">>",
            Self::And => "&",
            Self::Or => "|",
            Self::Xor => "^",
        }
    }

    /// The special method of the left operand; those of the right operand and of the assignment follow at fixed distances.
    pub(crate) const fn method(self) -> Sym {
        Sym(crate::names::sym::ADD.0 + self as u32)
    }
    pub(crate) const fn reflected(self) -> Sym {
        Sym(crate::names::sym::RADD.0 + self as u32)
    }
    pub(crate) const fn in_place(self) -> Sym {
        Sym(crate::names::sym::IADD.0 + self as u32)
    }
}

/// A unary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum UnOp {
    Neg,
    Pos,
    Invert,
    Not,
}

/// A comparison that may call a special method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CmpOp {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl CmpOp {
    pub(crate) const fn symbol(self) -> &'static str {
        match self {
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
        }
    }
    pub(crate) const fn method(self) -> Sym {
        Sym(crate::names::sym::EQ.0 + self as u32)
    }
    /// What the right operand is asked.
    pub(crate) const fn swapped(self) -> Self {
        match self {
            Self::Eq => Self::Eq,
            Self::Ne => Self::Ne,
            Self::Lt => Self::Gt,
            Self::Le => Self::Ge,
            Self::Gt => Self::Lt,
            Self::Ge => Self::Le,
        }
    }
}

/// An instruction. Stack effects are written `before -> after`, the top to the right.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Op {
    /// `-> constant`
    Const(u32),
    /// `-> value of a local`; NameError's subclass where it has none
    Fast(u32),
    StoreFast(u32),
    DeleteFast(u32),
    /// The same through a cell.
    Deref(u32),
    StoreDeref(u32),
    DeleteDeref(u32),
    /// In a class body: its namespace first, then the cell.
    ClassDeref(u32),
    /// Put the local's value into a new cell in the same place.
    MakeCell(u32),
    /// `-> cell`
    Closure(u32),
    /// By the module's slot.
    Global(u32),
    StoreGlobal(u32),
    DeleteGlobal(u32),
    /// In a class body: its namespace, then the module's slot, then the built-ins.
    Name(u32),
    StoreName(Sym),
    DeleteName(Sym),
    /// `object -> attribute`
    Attr(Sym),
    /// `value object ->`
    StoreAttr(Sym),
    DeleteAttr(Sym),
    /// `object -> function self`, or `object -> undefined attribute`
    Method(Sym),
    Pop,
    /// `a -> a a`
    Dup,
    /// `a b -> a b a b`
    Dup2,
    /// `… a … top -> … top … a` with `a` that many below the top, from 1
    Swap(u32),
    /// `a b c -> c a b`
    Rot3,
    Binary(BinOp),
    InPlace(BinOp),
    Unary(UnOp),
    Compare(CmpOp),
    /// Whether inverted.
    Is(bool),
    Contains(bool),
    Subscript,
    /// `value object index ->`
    StoreSubscript,
    DeleteSubscript,
    /// `start stop step -> slice`
    Slice,
    BuildTuple(u32),
    BuildList(u32),
    BuildSet(u32),
    BuildMap(u32),
    BuildString(u32),
    /// `value (spec) -> text`; which conversion (0, `r`, `s`, `a`), and whether there is a spec
    Format(u8, bool),
    /// Into the container that far down.
    ListAppend(u32),
    SetAdd(u32),
    MapAdd(u32),
    ListExtend,
    SetUpdate,
    /// `{**x}`: later wins.
    DictUpdate,
    /// `f(**x)`: a second one of a name is an error. The callee lies that far down.
    DictMerge(u32),
    ListToTuple,
    Jump(u32),
    PopJumpIfFalse(u32),
    PopJumpIfTrue(u32),
    JumpIfFalseOrPop(u32),
    JumpIfTrueOrPop(u32),
    PopJumpIfNone(u32),
    /// A comparison whose result decides at once.
    CompareJump(CmpOp, u32),
    GetIter,
    /// `iterator -> iterator next`, or `iterator ->` and jump
    ForIter(u32),
    Unpack(u32),
    /// `a, *b, c = …`: how many before and after
    UnpackEx(u16, u16),
    /// `callee arguments -> result`
    Call(u32),
    /// `function self arguments -> result`
    CallMethod(u32),
    /// `callee arguments -> result`; the last of them have these names (a list of the code's).
    CallKw(u32, u32),
    /// `callee tuple (dict) -> result`
    CallEx(bool),
    /// `(defaults tuple) (keyword defaults dict) (closure tuple) -> function`; flags 1, 2, 4
    MakeFunction(u32, u8),
    /// `function-of-the-body name bases-tuple keywords-dict -> class`
    BuildClass,
    Return,
    Yield,
    /// `iterator value -> iterator next`, then it yields; or `-> result` and jump
    Send(u32),
    YieldFromIter,
    /// Raise: nothing, an exception, an exception and its cause.
    Raise(u8),
    /// `previous ->`: what is being handled is raised on, its traceback as it is
    Reraise,
    /// `previous exception ->`: the exception is raised on, its traceback as it is
    RaiseOver,
    /// `exception ->`: it is raised on to the code around, which knows what was handled before; its traceback as it is
    RaiseOn,
    /// `exception -> previous`: it is being handled now
    PushExc,
    /// `previous ->`: handled as before
    PopExcept,
    /// `-> exception` that is being handled
    Handled,
    /// `class -> matched`
    ExcMatch,
    /// `manager -> exit result-of-enter`
    BeforeWith,
    /// `exit previous -> exit previous result`, called with what is being handled
    WithExit,
    AssertionError,
    /// `-> module`
    Import(u32),
    /// `module -> module attribute`
    ImportFrom(Sym),
    /// `module -> `, its public names being the running module's now
    ImportStar,
    /// `subject -> is-sequence`
    MatchSequence,
    MatchMapping,
    /// `subject keys -> values-or-none`
    MatchKeys,
    /// `subject class names -> attributes-or-none`; how many are positional
    MatchClass(u32),
    /// `sequence -> length`
    Len,
    /// `mapping keys -> copy without them`
    MapRest,
    Nop,
}

/// A constant before a machine makes an object of it.
#[derive(Clone, Debug)]
pub(crate) enum Const {
    None,
    Bool(bool),
    Ellipsis,
    Int(i64),
    Big(BigInt),
    Float(f64),
    Str(Arc<str>),
    Bytes(Arc<[u8]>),
    Tuple(Vec<u32>),
}

/// Bytes of the source, from and to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// Where an exception within `start..end` goes on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Handler {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) target: u32,
    /// How many values of the frame stay on the stack, the locals not counted.
    pub(crate) depth: u32,
}

/// What a function, a class body or a module does.
#[derive(Debug)]
pub(crate) struct Code {
    pub(crate) name: Arc<str>,
    pub(crate) qualname: Arc<str>,
    /// Which of the program's modules it stands in.
    pub(crate) module: u32,
    pub(crate) ops: Vec<Op>,
    pub(crate) spans: Vec<Span>,
    /// The line of each instruction, from 1.
    pub(crate) lines: Vec<u32>,
    /// Which instructions begin a statement.
    pub(crate) starts: Vec<bool>,
    pub(crate) handlers: Vec<Handler>,
    pub(crate) params: Params,
    /// The locals' names: parameters, others, the free variables, then those of the machine itself.
    pub(crate) locals: Vec<Sym>,
    /// How many locals come from the closure, and the first of them.
    pub(crate) free: u32,
    pub(crate) free_at: u32,
    pub(crate) generator: bool,
    pub(crate) doc: Option<Arc<str>>,
    pub(crate) keywords: Vec<Vec<Sym>>,
    pub(crate) first_line: u32,
}

/// A function's parameters. They are its first locals, in this order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Params {
    /// Those that may be given by position, the positional-only ones among them.
    pub(crate) positional: u32,
    pub(crate) positional_only: u32,
    pub(crate) keyword_only: u32,
    pub(crate) varargs: bool,
    pub(crate) varkw: bool,
}

impl Params {
    pub(crate) fn total(&self) -> usize {
        self.positional as usize + self.keyword_only as usize + self.varargs as usize + self.varkw as usize
    }
    /// Neither stars nor keyword-only ones.
    pub(crate) fn plain(&self) -> bool {
        self.keyword_only == 0 && !self.varargs && !self.varkw
    }
}

/// One source file.
#[derive(Debug)]
pub(crate) struct Source {
    /// As `import` names it; `__main__` for the program.
    pub(crate) name: Arc<str>,
    /// As a traceback names it.
    pub(crate) file: Arc<str>,
    pub(crate) text: Arc<str>,
    /// Where each line begins.
    pub(crate) line_starts: Vec<u32>,
    /// The names that have a slot in the module.
    pub(crate) globals: Vec<Sym>,
    pub(crate) slots: BTreeMap<Sym, u32>,
    /// The code of the module itself.
    pub(crate) code: u32,
    /// Its frames are neither stepped nor told of in tracebacks.
    pub(crate) hidden: bool,
    pub(crate) doc: Option<Arc<str>>,
}

impl Source {
    /// Line (from 1) and column (bytes from 0) of an offset.
    pub(crate) fn place(&self, offset: u32) -> (u32, u32) {
        let line = self.line_starts.partition_point(|&start| start <= offset).max(1);
        (line as u32, offset - self.line_starts[line - 1].min(offset))
    }

    /// The text of a line (from 1) without its end.
    pub(crate) fn line(&self, line: u32) -> &str {
        let Some(&start) = self.line_starts.get((line as usize).wrapping_sub(1)) else { return "" };
        let end = self.line_starts.get(line as usize).map_or(self.text.len(), |&next| next as usize);
        self.text[start as usize..end].trim_end_matches(['\n', '\r'])
    }

    /// The module's slot of a name.
    pub(crate) fn slot(&self, name: Sym) -> Option<usize> {
        self.slots.get(&name).map(|&slot| slot as usize)
    }
}

/// A whole program: its own text, the modules written in Python, and what they share.
#[derive(Clone, Debug, Default)]
pub(crate) struct Image {
    pub(crate) names: Names,
    pub(crate) codes: Vec<Arc<Code>>,
    pub(crate) sources: Vec<Arc<Source>>,
    pub(crate) consts: Vec<Const>,
}
