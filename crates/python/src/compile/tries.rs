//! `try`, `with`, and what leaving them early runs.

use ruff_python_ast::{self as ast, Stmt};
use ruff_text_size::Ranged;

use super::unit::{Block, Leaving, Protection, span};
use super::{Compiler, Done, Fault};
use crate::code::{Handler, Op};

/// Protected code that an early exit has left, to be protected again behind it.
pub(super) type Closed = Vec<usize>;

impl<'a> Compiler<'a> {
    /// Begin code whose exceptions go to a handler.
    fn protect(&mut self, leaving: Leaving<'a>) {
        let open = self.unit().here();
        self.unit().blocks.push(Block::Protected(Protection { ranges: Vec::new(), open, leaving }));
    }

    /// End it; the handler begins at the next instruction. `depth`: what lies beneath the exception.
    fn protected(&mut self) -> Vec<(u32, u32)> {
        let here = self.unit().here();
        match self.unit().blocks.pop() {
            Some(Block::Protected(mut protection)) => {
                protection.ranges.push((protection.open, here));
                protection.ranges
            }
            _ => Vec::new(),
        }
    }

    fn handler(&mut self, ranges: Vec<(u32, u32)>, depth: u32) {
        let target = self.unit().here();
        for (start, end) in ranges {
            if start < end {
                self.unit().handlers.push(Handler { start, end, target, depth });
            }
        }
    }

    /// Run what leaving every block from `down_to` on runs, the innermost first.
    pub(super) fn unwind_to(&mut self, down_to: usize) -> Result<Closed, Fault> {
        let mut closed = Vec::new();
        let mut away: Vec<Block<'a>> = Vec::new();
        while self.unit().blocks.len() > down_to {
            let here = self.unit().here();
            let mut block = self.unit().blocks.pop().expect("there are more blocks than `down_to`");
            let mut finally = None;
            match &mut block {
                Block::Loop { iterator, .. } => {
                    if *iterator {
                        self.emit(Op::Pop);
                    }
                }
                Block::Handling { name } => {
                    self.emit(Op::PopExcept);
                    if let Some(name) = name.clone() {
                        self.forget(&name);
                    }
                }
                Block::Protected(protection) => {
                    protection.ranges.push((protection.open, here));
                    closed.push(self.unit().blocks.len());
                    match &protection.leaving {
                        Leaving::Nothing => {}
                        Leaving::Finally(body) => finally = Some(*body),
                        Leaving::With(place) => {
                            let before = self.unit().span;
                            self.unit().span = *place;
                            self.exit_normally();
                            self.unit().span = before;
                        }
                    }
                }
            }
            // The `finally` body sees only what is around the `try`.
            if let Some(body) = finally {
                self.statements(body)?;
            }
            away.push(block);
        }
        self.unit().blocks.extend(away.into_iter().rev());
        Ok(closed)
    }

    /// What an early exit left is protected again.
    pub(super) fn reopen(&mut self, closed: Closed) {
        let here = self.unit().here();
        for at in closed {
            if let Some(Block::Protected(protection)) = self.unit().blocks.get_mut(at) {
                protection.open = here;
            }
        }
    }

    fn forget(&mut self, name: &str) {
        self.emit_none();
        self.store_name(name);
        self.delete_name(name);
    }

    pub(super) fn tried(&mut self, tried: &'a ast::StmtTry) -> Done {
        self.unit().start = false;
        if tried.finalbody.is_empty() {
            return self.excepts(tried);
        }
        let end = self.label();
        let depth = self.unit().depth();
        self.protect(Leaving::Finally(&tried.finalbody));
        if tried.handlers.is_empty() {
            self.statements(&tried.body)?;
            self.statements(&tried.orelse)?;
        } else {
            self.excepts(tried)?;
        }
        let ranges = self.protected();
        self.statements(&tried.finalbody)?;
        self.jump(Op::Jump, end);
        self.handler(ranges, depth);
        self.emit(Op::PushExc);
        self.protect(Leaving::Nothing);
        self.unit().blocks.push(Block::Handling { name: None });
        self.statements(&tried.finalbody)?;
        self.unit().blocks.pop();
        let ranges = self.protected();
        // It has put back itself what was handled before.
        self.emit(Op::Reraise);
        self.handler(ranges, depth + 1);
        self.emit(Op::RaiseOver);
        self.place(end);
        Ok(())
    }

    fn excepts(&mut self, tried: &'a ast::StmtTry) -> Done {
        let end = self.label();
        let depth = self.unit().depth();
        self.protect(Leaving::Nothing);
        self.statements(&tried.body)?;
        let ranges = self.protected();
        self.statements(&tried.orelse)?;
        self.jump(Op::Jump, end);
        self.handler(ranges, depth);
        self.emit(Op::PushExc);
        self.protect(Leaving::Nothing);
        for (place, handler) in tried.handlers.iter().enumerate() {
            let ast::ExceptHandler::ExceptHandler(handler) = handler;
            if handler.type_.is_none() && place + 1 < tried.handlers.len() {
                let says = "default 'except:' must be last".into();
                return Err(Fault { says, range: handler.range() });
            }
            let next = self.label();
            if let Some(class) = &handler.type_ {
                self.unit().start = true;
                self.at(class.range(), |c| {
                    c.expr(class)?;
                    c.emit(Op::ExcMatch);
                    c.jump(Op::PopJumpIfFalse, next);
                    Ok(())
                })?;
            }
            let name = handler.name.as_ref().map(ToString::to_string);
            if let Some(name) = &name {
                self.emit(Op::Handled);
                self.store_name(name);
                self.named_handler(name, &handler.body, depth)?;
            } else {
                self.unit().blocks.push(Block::Handling { name: None });
                self.statements(&handler.body)?;
                self.unit().blocks.pop();
                self.emit(Op::PopExcept);
            }
            self.jump(Op::Jump, end);
            self.place(next);
        }
        let ranges = self.protected();
        // It has put back itself what was handled before.
        self.emit(Op::Reraise);
        self.handler(ranges, depth + 1);
        self.emit(Op::RaiseOver);
        self.place(end);
        Ok(())
    }

    /// `except … as name`: the name is deleted however the body is left.
    fn named_handler(&mut self, name: &str, body: &'a [Stmt], depth: u32) -> Done {
        self.unit().blocks.push(Block::Handling { name: Some(name.to_owned()) });
        self.protect(Leaving::Nothing);
        self.statements(body)?;
        let ranges = self.protected();
        self.unit().blocks.pop();
        self.emit(Op::PopExcept);
        self.forget(name);
        let end = self.label();
        self.jump(Op::Jump, end);
        self.handler(ranges, depth + 1);
        self.forget(name);
        self.emit(Op::RaiseOn);
        self.place(end);
        Ok(())
    }

    pub(super) fn with(&mut self, items: &'a [ast::WithItem], body: &'a [Stmt]) -> Done {
        let Some((item, rest)) = items.split_first() else { return self.statements(body) };
        let place = item.context_expr.range();
        let end = self.label();
        self.expr(&item.context_expr)?;
        self.at(place, |c| c.emit(Op::BeforeWith));
        let depth = self.unit().depth() + 1;
        self.protect(Leaving::With(span(place)));
        match &item.optional_vars {
            Some(target) => self.store(target)?,
            None => self.emit(Op::Pop),
        }
        self.with(rest, body)?;
        let ranges = self.protected();
        self.at(place, |c| c.exit_normally());
        self.jump(Op::Jump, end);
        self.handler(ranges, depth);
        self.at(place, |c| {
            let suppress = c.label();
            c.emit(Op::PushExc);
            let start = c.unit().here();
            c.emit(Op::WithExit);
            c.jump(Op::PopJumpIfTrue, suppress);
            let finish = c.unit().here();
            c.emit(Op::Reraise);
            c.handler(vec![(start, finish)], depth + 1);
            c.emit(Op::RaiseOver);
            c.place(suppress);
            c.emit(Op::PopExcept);
            c.emit(Op::Pop);
        });
        self.place(end);
        Ok(())
    }

    /// The exit of a context manager without an exception: it lies on the stack.
    fn exit_normally(&mut self) {
        for _ in 0..3 {
            self.emit_none();
        }
        self.emit(Op::Call(3));
        self.emit(Op::Pop);
    }
}
