//! Statements.

use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::scope::Kind;
use super::unit::{Block, Label};
use super::{Compiler, Done, Fault};
use crate::code::Op;

/// CPython's CO_MAXBLOCKS.
const MOST_BLOCKS: usize = 20;

impl<'a> Compiler<'a> {
    pub(super) fn stmt(&mut self, stmt: &'a Stmt) -> Done {
        self.unit().start = true;
        self.at(stmt.range(), |c| c.stmt_here(stmt))
    }

    fn stmt_here(&mut self, stmt: &'a Stmt) -> Done {
        match stmt {
            Stmt::Expr(expr) => {
                self.expr(&expr.value)?;
                self.emit(Op::Pop);
            }
            Stmt::Assign(assign) => {
                self.expr(&assign.value)?;
                let last = assign.targets.len() - 1;
                for (i, target) in assign.targets.iter().enumerate() {
                    if i < last {
                        self.emit(Op::Dup);
                    }
                    self.store(target)?;
                }
            }
            Stmt::AugAssign(assign) => self.augmented(assign)?,
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    self.expr(value)?;
                    self.store(&assign.target)?;
                } else {
                    self.emit(Op::Nop);
                }
            }
            Stmt::If(choice) => self.choice(choice)?,
            Stmt::While(repeat) => self.repeat(repeat)?,
            Stmt::For(each) => self.each(each)?,
            Stmt::Break(_) => self.leave_loop(stmt, true)?,
            Stmt::Continue(_) => self.leave_loop(stmt, false)?,
            Stmt::Pass(_) | Stmt::Global(_) | Stmt::Nonlocal(_) => {
                if stmt.is_pass_stmt() {
                    self.emit(Op::Nop);
                } else {
                    self.unit().start = false;
                }
            }
            Stmt::Return(ret) => {
                if !matches!(self.kind(), Kind::Function) {
                    return Err(Fault { says: "'return' outside function".into(), range: ret.range() });
                }
                self.returns(ret.value.as_deref())?;
            }
            Stmt::FunctionDef(def) => self.function(def)?,
            Stmt::ClassDef(def) => self.class(def)?,
            Stmt::Delete(delete) => delete.targets.iter().try_for_each(|target| self.delete(target))?,
            Stmt::Raise(raise) => {
                let mut count = 0;
                for part in raise.exc.iter().chain(&raise.cause) {
                    self.expr(part)?;
                    count += 1;
                }
                self.emit(Op::Raise(count));
            }
            Stmt::Assert(assert) => self.assert(assert)?,
            Stmt::Try(tried) => self.tried(tried)?,
            Stmt::With(with) => self.with(&with.items, &with.body)?,
            Stmt::Match(matched) => self.matched(matched)?,
            Stmt::Import(import) => self.import(import),
            Stmt::ImportFrom(import) => self.import_from(import)?,
            Stmt::TypeAlias(_) | Stmt::IpyEscapeCommand(_) => {
                return Err(Fault { says: "invalid syntax".into(), range: stmt.range() });
            }
        }
        Ok(())
    }

    fn choice(&mut self, choice: &'a ast::StmtIf) -> Done {
        let end = self.label();
        let mut next = self.label();
        self.condition(&choice.test, next, false)?;
        self.statements(&choice.body)?;
        for (i, clause) in choice.elif_else_clauses.iter().enumerate() {
            self.jump(Op::Jump, end);
            self.place(next);
            next = self.label();
            if let Some(test) = &clause.test {
                self.unit().start = true;
                self.at(test.range(), |c| c.condition(test, next, false))?;
            }
            self.statements(&clause.body)?;
            let _ = i;
        }
        self.place(next);
        self.place(end);
        Ok(())
    }

    /// Enter a block, of which CPython lets so many stand in one another.
    fn block(&mut self, block: Block<'a>, range: TextRange) -> Done {
        if self.unit().blocks.len() >= MOST_BLOCKS {
            return Err(Fault { says: "too many statically nested blocks".into(), range });
        }
        self.unit().blocks.push(block);
        Ok(())
    }

    fn repeat(&mut self, repeat: &'a ast::StmtWhile) -> Done {
        let (top, next, otherwise, end) = (self.label(), self.label(), self.label(), self.label());
        self.condition(&repeat.test, otherwise, false)?;
        self.block(Block::Loop { next, end, iterator: false }, repeat.range())?;
        self.place(top);
        self.statements(&repeat.body)?;
        self.unit().blocks.pop();
        self.place(next);
        // The test again at the end: one jump a round.
        self.unit().start = true;
        self.condition(&repeat.test, top, true)?;
        self.place(otherwise);
        self.statements(&repeat.orelse)?;
        self.place(end);
        Ok(())
    }

    fn each(&mut self, each: &'a ast::StmtFor) -> Done {
        let (top, next, otherwise, end) = (self.label(), self.label(), self.label(), self.label());
        self.expr(&each.iter)?;
        self.at(each.iter.range(), |c| c.emit(Op::GetIter));
        self.place(top);
        self.at(each.iter.range(), |c| c.jump(Op::ForIter, otherwise));
        self.block(Block::Loop { next, end, iterator: true }, each.range())?;
        self.store(&each.target)?;
        self.statements(&each.body)?;
        self.unit().blocks.pop();
        // A step stops at the loop's line before each further round, not twice before the first.
        self.place(next);
        self.unit().start = true;
        self.at(each.iter.range(), |c| c.jump(Op::Jump, top));
        self.place(otherwise);
        self.statements(&each.orelse)?;
        self.place(end);
        Ok(())
    }

    fn leave_loop(&mut self, stmt: &'a Stmt, ends: bool) -> Done {
        let found = self.unit().blocks.iter().rposition(|block| matches!(block, Block::Loop { .. }));
        let Some(found) = found else {
            let says = if ends { "'break' outside loop" } else { "'continue' not properly in loop" };
            return Err(Fault { says: says.into(), range: stmt.range() });
        };
        self.emit(Op::Nop);
        let Block::Loop { next, end, iterator } = self.unit().blocks[found] else { return Ok(()) };
        let closed = self.unwind_to(found + 1)?;
        if ends && iterator {
            self.emit(Op::Pop);
        }
        let target: Label = if ends { end } else { next };
        self.jump(Op::Jump, target);
        self.reopen(closed);
        Ok(())
    }

    fn returns(&mut self, value: Option<&'a Expr>) -> Done {
        match value {
            Some(value) => self.expr(value)?,
            None => self.emit_none(),
        }
        let plain = self.unit().blocks.is_empty();
        if plain {
            self.emit(Op::Return);
            return Ok(());
        }
        let sym = self.image.names.intern(".return");
        let slot = self.unit().temporary(sym, ".return");
        self.emit(Op::StoreFast(slot));
        let closed = self.unwind_to(0)?;
        self.emit(Op::Fast(slot));
        self.emit(Op::Return);
        self.reopen(closed);
        Ok(())
    }

    fn assert(&mut self, assert: &'a ast::StmtAssert) -> Done {
        let end = self.label();
        self.condition(&assert.test, end, true)?;
        self.emit(Op::AssertionError);
        if let Some(message) = &assert.msg {
            self.expr(message)?;
            self.emit(Op::Call(1));
        }
        self.emit(Op::Raise(1));
        self.place(end);
        Ok(())
    }

    /// Modules are known before the run: an import names one by its number, or says at run time that there is none.
    fn import(&mut self, import: &'a ast::StmtImport) {
        for alias in &import.names {
            let sym = self.image.names.intern(&alias.name);
            self.at(import.range(), |c| c.emit(Op::Import(sym.0)));
            match &alias.asname {
                Some(name) => self.store_name(name),
                None => {
                    let first = alias.name.split('.').next().unwrap_or(&alias.name);
                    self.store_name(first);
                }
            }
        }
    }

    fn import_from(&mut self, import: &'a ast::StmtImportFrom) -> Done {
        let Some(module) = &import.module else { return Ok(()) };
        if module.as_str() == "__future__" {
            self.emit(Op::Nop);
            return Ok(());
        }
        let sym = self.image.names.intern(module);
        self.emit(Op::Import(sym.0));
        if import.names.iter().any(|alias| alias.name.as_str() == "*") {
            if self.kind() != Kind::Module {
                let says = "import * only allowed at module level".into();
                return Err(Fault { says, range: import.range() });
            }
            self.emit(Op::ImportStar);
            return Ok(());
        }
        for alias in &import.names {
            let sym = self.image.names.intern(&alias.name);
            self.emit(Op::ImportFrom(sym));
            self.store_name(alias.asname.as_ref().unwrap_or(&alias.name));
        }
        self.emit(Op::Pop);
        Ok(())
    }
}
