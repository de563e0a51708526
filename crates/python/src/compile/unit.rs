//! The code of one function while it is being made.

use std::collections::BTreeMap;
use std::sync::Arc;

use ruff_python_ast::Stmt;
use ruff_text_size::TextRange;

use super::Compiler;
use super::scope::Place;
use crate::code::{Code, Handler, Op, Params, Span};
use crate::names::Sym;

/// A place to jump to, known or not yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Label(pub(super) u32);

/// What a statement has put around the code at hand.
pub(super) enum Block<'a> {
    /// A loop; a `for` keeps its iterator on the stack.
    Loop { next: Label, end: Label, iterator: bool },
    /// Code whose exceptions go elsewhere.
    Protected(Protection<'a>),
    /// A handler: the exception that was being handled before lies on the stack.
    Handling { name: Option<String> },
}

/// Code whose exceptions go to a handler, and what leaving it early does.
pub(super) struct Protection<'a> {
    pub(super) ranges: Vec<(u32, u32)>,
    pub(super) open: u32,
    pub(super) leaving: Leaving<'a>,
}

/// What leaving protected code early does.
#[derive(Clone)]
pub(super) enum Leaving<'a> {
    Nothing,
    /// Run the `finally` body, which lies at this place of the tree.
    Finally(&'a [Stmt]),
    /// Call the context manager's exit, which lies on the stack.
    With(Span),
}

/// The code of one function while it is being made.
pub(super) struct Unit<'a> {
    pub(super) scope: usize,
    pub(super) name: Arc<str>,
    pub(super) qualname: Arc<str>,
    pub(super) span: Span,
    pub(super) start: bool,
    pub(super) ops: Vec<Op>,
    spans: Vec<Span>,
    lines: Vec<u32>,
    starts: Vec<bool>,
    labels: Vec<u32>,
    pub(super) handlers: Vec<Handler>,
    pub(super) blocks: Vec<Block<'a>>,
    pub(super) locals: Vec<Sym>,
    pub(super) slots: BTreeMap<String, u32>,
    free: u32,
    params: Params,
    pub(super) keywords: Vec<Vec<Sym>>,
    first_line: u32,
}

pub(super) fn span(range: TextRange) -> Span {
    Span { start: range.start().to_u32(), end: range.end().to_u32() }
}

impl Unit<'_> {
    pub(super) fn push(&mut self, op: Op, line: u32) {
        self.ops.push(op);
        self.spans.push(self.span);
        self.lines.push(line);
        self.starts.push(std::mem::take(&mut self.start));
    }

    pub(super) fn label(&mut self) -> Label {
        self.labels.push(u32::MAX);
        Label(self.labels.len() as u32 - 1)
    }

    pub(super) fn here(&self) -> u32 {
        self.ops.len() as u32
    }

    pub(super) fn place(&mut self, label: Label) {
        self.labels[label.0 as usize] = self.ops.len() as u32;
    }

    /// A local that no program can name.
    pub(super) fn temporary(&mut self, sym: Sym, name: &str) -> u32 {
        if let Some(&slot) = self.slots.get(name) {
            return slot;
        }
        // Free variables are the last locals: this one is taken before them when the code is closed.
        let slot = self.locals.len() as u32;
        self.locals.push(sym);
        self.slots.insert(name.to_owned(), slot);
        slot
    }

    /// How many values lie on the stack beneath a statement.
    pub(super) fn depth(&self) -> u32 {
        self.blocks
            .iter()
            .map(|block| match block {
                Block::Loop { iterator, .. } => u32::from(*iterator),
                Block::Protected(protection) => u32::from(matches!(protection.leaving, Leaving::With(_))),
                Block::Handling { .. } => 1,
            })
            .sum()
    }

    fn resolve_labels(&mut self) {
        let labels = &self.labels;
        for op in &mut self.ops {
            match op {
                Op::Jump(to)
                | Op::PopJumpIfFalse(to)
                | Op::PopJumpIfTrue(to)
                | Op::JumpIfFalseOrPop(to)
                | Op::JumpIfTrueOrPop(to)
                | Op::PopJumpIfNone(to)
                | Op::CompareJump(_, to)
                | Op::ForIter(to)
                | Op::Send(to) => *to = labels[*to as usize],
                _ => {}
            }
        }
    }
}

impl Compiler<'_> {
    pub(super) fn label(&mut self) -> Label {
        self.unit().label()
    }

    pub(super) fn place(&mut self, label: Label) {
        self.unit().place(label);
    }

    pub(super) fn jump(&mut self, op: impl FnOnce(u32) -> Op, label: Label) {
        self.emit(op(label.0));
    }

    /// Open the code of the scope with this number.
    pub(super) fn enter(
        &mut self,
        scope: usize,
        name: &str,
        qualname: Arc<str>,
        params: Params,
        range: TextRange,
    ) {
        let here = &self.scopes.list[scope];
        let free: Vec<String> = here.free.clone();
        let names: Vec<(String, bool)> = here
            .locals
            .iter()
            .map(|name| (name.clone(), here.place(name) == Place::Cell))
            .chain(free.iter().map(|name| (name.clone(), true)))
            .collect();
        let span = span(range);
        let first_line = self.line_starts.partition_point(|&start| start <= span.start).max(1) as u32;
        let mut unit = Unit {
            scope,
            name: name.into(),
            qualname,
            span,
            start: false,
            ops: Vec::new(),
            spans: Vec::new(),
            lines: Vec::new(),
            starts: Vec::new(),
            labels: Vec::new(),
            handlers: Vec::new(),
            blocks: Vec::new(),
            locals: Vec::new(),
            slots: BTreeMap::new(),
            free: free.len() as u32,
            params,
            keywords: Vec::new(),
            first_line,
        };
        for (i, (name, _)) in names.iter().enumerate() {
            unit.locals.push(self.image.names.intern(name));
            // A name that a class body both binds and passes on is found among the free ones.
            unit.slots.insert(name.clone(), i as u32);
        }
        let own = names.len() - free.len();
        self.units.push(unit);
        for (slot, (_, cell)) in names.iter().enumerate().take(own) {
            if *cell {
                self.emit(Op::MakeCell(slot as u32));
            }
        }
    }

    /// Close it: the code's number.
    pub(super) fn leave(&mut self, doc: Option<Arc<str>>) -> u32 {
        let mut unit = self.units.pop().expect("every code is opened before it is closed");
        unit.resolve_labels();
        let scope = &self.scopes.list[unit.scope];
        let free_at = scope.locals.len() as u32;
        let code = Code {
            name: unit.name,
            qualname: unit.qualname,
            module: self.module,
            ops: unit.ops,
            spans: unit.spans,
            lines: unit.lines,
            starts: unit.starts,
            handlers: unit.handlers,
            params: unit.params,
            locals: unit.locals,
            free: unit.free,
            free_at,
            generator: scope.generator,
            doc,
            keywords: unit.keywords,
            first_line: unit.first_line,
        };
        self.image.codes.push(Arc::new(code));
        self.image.codes.len() as u32 - 1
    }

    /// The slot of a local, cell or free variable.
    pub(super) fn local(&mut self, name: &str) -> u32 {
        self.unit().slots.get(name).copied().expect("the scope lists every local name")
    }
}
