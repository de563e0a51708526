//! From the syntax tree to code.

mod comprehension;
mod expr;
mod function;
mod pattern;
mod scope;
mod stmt;
mod target;
mod tries;
mod unit;

use std::collections::BTreeMap;
use std::sync::Arc;

use ruff_python_ast::Stmt;
use ruff_text_size::TextRange;

use crate::code::{Const, Image, Op, Params, Source};
use crate::names::Sym;
use scope::{Kind, Scopes};
use unit::Unit;

/// What the compiler, not the parser, finds wrong with the syntax.
#[derive(Debug)]
pub(crate) struct Fault {
    pub(crate) says: String,
    pub(crate) range: TextRange,
}

type Done = Result<(), Fault>;

/// A constant as the key under which it is found again.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    None,
    Bool(bool),
    Ellipsis,
    Int(i64),
    Big(String),
    Float(u64),
    Str(Arc<str>),
    Bytes(Arc<[u8]>),
    Tuple(Vec<u32>),
}

/// Compiles one module into an image.
struct Compiler<'a> {
    image: &'a mut Image,
    consts: BTreeMap<Key, u32>,
    scopes: Scopes,
    /// The functions around the one at hand, it last.
    units: Vec<Unit<'a>>,
    line_starts: Vec<u32>,
    globals: Vec<Sym>,
    slots: BTreeMap<Sym, u32>,
    module: u32,
}

/// A file to compile.
pub(crate) struct File<'a> {
    pub(crate) name: &'a str,
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
    pub(crate) hidden: bool,
}

/// Add a module to an image; its number there.
pub(crate) fn module<'a>(image: &'a mut Image, file: &File<'a>, body: &'a [Stmt]) -> Result<u32, Fault> {
    let line_starts: Vec<u32> = std::iter::once(0)
        .chain(file.text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i as u32 + 1))
        .collect();
    let scopes = scope::analyse(body)?;
    let module = image.sources.len() as u32;
    let mut compiler = Compiler {
        image,
        consts: BTreeMap::new(),
        scopes,
        units: Vec::new(),
        line_starts,
        globals: Vec::new(),
        slots: BTreeMap::new(),
        module,
    };
    for name in ["__name__", "__doc__", "__file__"] {
        compiler.slot(name);
    }
    compiler.enter(0, "<module>", "<module>".into(), Params::default(), TextRange::default());
    let doc = compiler.body(body)?;
    compiler.emit_none();
    compiler.emit(Op::Return);
    let code = compiler.leave(None);
    let source = Source {
        name: file.name.into(),
        file: file.file.into(),
        text: file.text.into(),
        line_starts: std::mem::take(&mut compiler.line_starts),
        globals: std::mem::take(&mut compiler.globals),
        slots: std::mem::take(&mut compiler.slots),
        code,
        hidden: file.hidden,
        doc,
    };
    compiler.image.sources.push(Arc::new(source));
    Ok(module)
}

impl<'a> Compiler<'a> {
    fn slot(&mut self, name: &str) -> u32 {
        let sym = self.image.names.intern(name);
        *self.slots.entry(sym).or_insert_with(|| {
            self.globals.push(sym);
            self.globals.len() as u32 - 1
        })
    }

    fn unit(&mut self) -> &mut Unit<'a> {
        self.units.last_mut().expect("a module's own code is opened first and closed last")
    }

    fn scope(&self) -> &scope::Scope {
        let at = self.units.last().map_or(0, |unit| unit.scope);
        &self.scopes.list[at]
    }

    fn kind(&self) -> Kind {
        self.scope().kind
    }

    fn mangled(&self, name: &str) -> String {
        scope::mangled(self.scope().class_name.as_deref(), name)
    }

    fn attribute(&mut self, name: &str) -> Sym {
        let name = self.mangled(name);
        self.image.names.intern(&name)
    }

    fn constant(&mut self, value: Const) -> u32 {
        let key = match &value {
            Const::None => Key::None,
            Const::Bool(b) => Key::Bool(*b),
            Const::Ellipsis => Key::Ellipsis,
            Const::Int(n) => Key::Int(*n),
            Const::Big(n) => Key::Big(n.to_string()),
            Const::Float(x) => Key::Float(x.to_bits()),
            Const::Str(s) => Key::Str(s.clone()),
            Const::Bytes(b) => Key::Bytes(b.clone()),
            Const::Tuple(items) => Key::Tuple(items.clone()),
        };
        let image = &mut self.image;
        *self.consts.entry(key).or_insert_with(|| {
            image.consts.push(value);
            image.consts.len() as u32 - 1
        })
    }

    fn emit_const(&mut self, value: Const) {
        let number = self.constant(value);
        self.emit(Op::Const(number));
    }

    fn emit_str(&mut self, text: &str) {
        self.emit_const(Const::Str(text.into()));
    }

    fn emit_none(&mut self) {
        self.emit_const(Const::None);
    }

    fn emit(&mut self, op: Op) {
        let starts = &self.line_starts;
        let unit = self.units.last_mut().expect("a module's own code is opened first and closed last");
        let line = starts.partition_point(|&start| start <= unit.span.start).max(1) as u32;
        unit.push(op, line);
    }

    /// Compile with the place of `range`; the place before it counts again afterwards.
    fn at<T>(&mut self, range: TextRange, inner: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.unit().span;
        self.unit().span = unit::span(range);
        let result = inner(self);
        self.unit().span = before;
        result
    }

    /// Statements; the first one's text where it is a string alone.
    fn body(&mut self, body: &'a [Stmt]) -> Result<Option<Arc<str>>, Fault> {
        let mut doc = None;
        for (i, stmt) in body.iter().enumerate() {
            if i == 0
                && let Stmt::Expr(expr) = stmt
                && let ruff_python_ast::Expr::StringLiteral(text) = &*expr.value
            {
                doc = Some(text.value.to_str().into());
                continue;
            }
            self.stmt(stmt)?;
        }
        Ok(doc)
    }

    fn statements(&mut self, body: &'a [Stmt]) -> Done {
        body.iter().try_for_each(|stmt| self.stmt(stmt))
    }
}
