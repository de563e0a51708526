//! Comprehensions and generator expressions: functions of their own, as in CPython 3.11, whose one argument is the first
//! iterator.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::Ranged;

use super::{Compiler, Done};
use crate::code::{Op, Params};

/// What is made of each round.
#[derive(Clone, Copy)]
enum Made<'a> {
    List(&'a Expr),
    Set(&'a Expr),
    Dict(&'a Expr, &'a Expr),
    Lazy(&'a Expr),
}

impl<'a> Compiler<'a> {
    pub(super) fn comprehension(&mut self, expr: &'a Expr) -> Done {
        let (name, made, generators) = match expr {
            Expr::ListComp(c) => ("<listcomp>", Made::List(&c.elt), &c.generators),
            Expr::SetComp(c) => ("<setcomp>", Made::Set(&c.elt), &c.generators),
            Expr::Generator(c) => ("<genexpr>", Made::Lazy(&c.elt), &c.generators),
            Expr::DictComp(c) => match &c.key {
                Some(key) => ("<dictcomp>", Made::Dict(key, &c.value), &c.generators),
                None => {
                    return Err(super::Fault {
                        says: "dict unpacking cannot be used in dict comprehension".into(),
                        range: c.range(),
                    });
                }
            },
            _ => return Ok(()),
        };
        let Some(first) = generators.first() else { return Ok(()) };
        let scope = self.scopes.of(expr.range());
        let qualname = self.qualname(name);
        let params = Params { positional: 1, positional_only: 1, ..Params::default() };
        self.enter(scope, name, qualname, params, expr.range());
        self.unit().start = true;
        match made {
            Made::List(_) => self.emit(Op::BuildList(0)),
            Made::Set(_) => self.emit(Op::BuildSet(0)),
            Made::Dict(..) => self.emit(Op::BuildMap(0)),
            Made::Lazy(_) => self.emit(Op::Nop),
        }
        self.rounds(generators, 0, made)?;
        if matches!(made, Made::Lazy(_)) {
            self.emit_none();
        }
        self.emit(Op::Return);
        self.closure(scope, 0, None);
        self.expr(&first.iter)?;
        self.at(first.iter.range(), |c| c.emit(Op::GetIter));
        self.emit(Op::Call(1));
        Ok(())
    }

    fn rounds(&mut self, generators: &'a [ast::Comprehension], at: usize, made: Made<'a>) -> Done {
        let Some(generator) = generators.get(at) else { return self.element(at as u32, made) };
        let (next, end) = (self.label(), self.label());
        if at == 0 {
            self.emit(Op::Fast(0));
        } else {
            self.expr(&generator.iter)?;
            self.at(generator.iter.range(), |c| c.emit(Op::GetIter));
        }
        self.place(next);
        self.jump(Op::ForIter, end);
        self.store(&generator.target)?;
        for test in &generator.ifs {
            self.condition(test, next, false)?;
        }
        self.rounds(generators, at + 1, made)?;
        self.jump(Op::Jump, next);
        self.place(end);
        Ok(())
    }

    fn element(&mut self, loops: u32, made: Made<'a>) -> Done {
        match made {
            Made::List(element) => {
                self.expr(element)?;
                self.emit(Op::ListAppend(loops + 1));
            }
            Made::Set(element) => {
                self.expr(element)?;
                self.emit(Op::SetAdd(loops + 1));
            }
            Made::Dict(key, value) => {
                self.expr(key)?;
                self.expr(value)?;
                self.emit(Op::MapAdd(loops + 1));
            }
            Made::Lazy(element) => {
                self.expr(element)?;
                self.emit(Op::Yield);
                self.emit(Op::Pop);
            }
        }
        Ok(())
    }
}
