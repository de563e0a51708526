//! `match`: each pattern leaves the stack as it found it and jumps to `fail`, or falls through with its names stored.

use ruff_python_ast::{self as ast, Expr, Pattern};
use ruff_text_size::Ranged;

use super::unit::Label;
use super::{Compiler, Done, Fault};
use crate::code::{CmpOp, Const, Op};

impl<'a> Compiler<'a> {
    pub(super) fn matched(&mut self, matched: &'a ast::StmtMatch) -> Done {
        let end = self.label();
        self.expr(&matched.subject)?;
        // The subject in a local of its own: the stack of a statement holds nothing else.
        let depth = self.unit().slots.len();
        let name = format!(".match{depth}");
        let sym = self.image.names.intern(&name);
        let slot = self.unit().temporary(sym, &name);
        self.emit(Op::StoreFast(slot));
        for case in &matched.cases {
            let next = self.label();
            self.unit().start = true;
            self.at(case.pattern.range(), |c| {
                c.emit(Op::Fast(slot));
                c.pattern(&case.pattern, next)
            })?;
            if let Some(guard) = &case.guard {
                self.condition(guard, next, false)?;
            }
            self.statements(&case.body)?;
            self.jump(Op::Jump, end);
            self.place(next);
        }
        self.place(end);
        self.emit_none();
        self.emit(Op::StoreFast(slot));
        Ok(())
    }

    fn hidden(&mut self) -> u32 {
        let name = format!(".part{}", self.unit().slots.len());
        let sym = self.image.names.intern(&name);
        self.unit().temporary(sym, &name)
    }

    /// `subject ->`, and a jump where it does not match.
    fn pattern(&mut self, pattern: &'a Pattern, fail: Label) -> Done {
        match pattern {
            Pattern::MatchValue(value) => {
                self.expr(&value.value)?;
                self.emit(Op::Compare(CmpOp::Eq));
                self.jump(Op::PopJumpIfFalse, fail);
            }
            Pattern::MatchSingleton(singleton) => {
                self.emit_const(match singleton.value {
                    ast::Singleton::None => Const::None,
                    ast::Singleton::True => Const::Bool(true),
                    ast::Singleton::False => Const::Bool(false),
                });
                self.emit(Op::Is(false));
                self.jump(Op::PopJumpIfFalse, fail);
            }
            Pattern::MatchAs(bound) => match (&bound.pattern, &bound.name) {
                (Some(inner), Some(name)) => {
                    let slot = self.hidden();
                    self.emit(Op::StoreFast(slot));
                    self.emit(Op::Fast(slot));
                    self.pattern(inner, fail)?;
                    self.emit(Op::Fast(slot));
                    self.store_name(name);
                }
                (_, Some(name)) => self.store_name(name),
                (Some(inner), None) => self.pattern(inner, fail)?,
                (None, None) => self.emit(Op::Pop),
            },
            Pattern::MatchStar(star) => match &star.name {
                Some(name) => self.store_name(name),
                None => self.emit(Op::Pop),
            },
            Pattern::MatchOr(either) => {
                let slot = self.hidden();
                self.emit(Op::StoreFast(slot));
                let end = self.label();
                for (i, each) in either.patterns.iter().enumerate() {
                    self.emit(Op::Fast(slot));
                    if i + 1 == either.patterns.len() {
                        self.pattern(each, fail)?;
                    } else {
                        let next = self.label();
                        self.pattern(each, next)?;
                        self.jump(Op::Jump, end);
                        self.place(next);
                    }
                }
                self.place(end);
            }
            Pattern::MatchSequence(sequence) => self.sequence(&sequence.patterns, fail)?,
            Pattern::MatchMapping(mapping) => self.mapping(mapping, fail)?,
            Pattern::MatchClass(class) => self.class_pattern(class, fail)?,
        }
        Ok(())
    }

    fn sequence(&mut self, patterns: &'a [Pattern], fail: Label) -> Done {
        let slot = self.hidden();
        self.emit(Op::StoreFast(slot));
        self.emit(Op::Fast(slot));
        self.emit(Op::MatchSequence);
        self.jump(Op::PopJumpIfFalse, fail);
        let star = patterns.iter().position(Pattern::is_match_star);
        let wanted = patterns.len() - usize::from(star.is_some());
        self.emit(Op::Fast(slot));
        self.emit(Op::Len);
        self.emit_const(Const::Int(wanted as i64));
        self.emit(Op::Compare(if star.is_some() { CmpOp::Ge } else { CmpOp::Eq }));
        self.jump(Op::PopJumpIfFalse, fail);
        self.emit(Op::Fast(slot));
        match star {
            Some(star) => self.emit(Op::UnpackEx(star as u16, (patterns.len() - star - 1) as u16)),
            None => self.emit(Op::Unpack(patterns.len() as u32)),
        }
        // Into locals first: a part that does not match leaves nothing on the stack.
        let parts: Vec<u32> = patterns.iter().map(|_| self.hidden()).collect();
        for part in &parts {
            self.emit(Op::StoreFast(*part));
        }
        for (pattern, part) in patterns.iter().zip(parts) {
            self.emit(Op::Fast(part));
            self.pattern(pattern, fail)?;
        }
        Ok(())
    }

    fn mapping(&mut self, mapping: &'a ast::PatternMatchMapping, fail: Label) -> Done {
        let slot = self.hidden();
        self.emit(Op::StoreFast(slot));
        self.emit(Op::Fast(slot));
        self.emit(Op::MatchMapping);
        self.jump(Op::PopJumpIfFalse, fail);
        let keys = self.hidden();
        for key in &mapping.keys {
            self.expr(key)?;
        }
        self.emit(Op::BuildTuple(mapping.keys.len() as u32));
        self.emit(Op::StoreFast(keys));
        self.emit(Op::Fast(slot));
        self.emit(Op::Fast(keys));
        self.emit(Op::MatchKeys);
        let values = self.hidden();
        self.emit(Op::StoreFast(values));
        self.emit(Op::Fast(values));
        self.jump(Op::PopJumpIfNone, fail);
        for (i, pattern) in mapping.patterns.iter().enumerate() {
            self.emit(Op::Fast(values));
            self.emit_const(Const::Int(i as i64));
            self.emit(Op::Subscript);
            self.pattern(pattern, fail)?;
        }
        if let Some(rest) = &mapping.rest {
            self.emit(Op::Fast(slot));
            self.emit(Op::Fast(keys));
            self.emit(Op::MapRest);
            self.store_name(rest);
        }
        Ok(())
    }

    fn class_pattern(&mut self, class: &'a ast::PatternMatchClass, fail: Label) -> Done {
        let positional = &class.arguments.patterns;
        let keywords = &class.arguments.keywords;
        if let Some(keyword) = keywords.iter().enumerate().find_map(|(i, keyword)| {
            keywords[..i].iter().any(|k| k.attr.id == keyword.attr.id).then_some(keyword)
        }) {
            return Err(Fault {
                says: format!("attribute name repeated in class pattern: {}", keyword.attr),
                range: keyword.range(),
            });
        }
        let class_expr: &'a Expr = &class.cls;
        self.expr(class_expr)?;
        let names = keywords
            .iter()
            .map(|keyword| {
                let name = self.mangled(&keyword.attr);
                self.constant(Const::Str(name.as_str().into()))
            })
            .collect();
        self.emit_const(Const::Tuple(names));
        self.emit(Op::MatchClass(positional.len() as u32));
        let values = self.hidden();
        self.emit(Op::StoreFast(values));
        self.emit(Op::Fast(values));
        self.jump(Op::PopJumpIfNone, fail);
        let patterns = positional.iter().chain(keywords.iter().map(|keyword| &keyword.pattern));
        for (i, pattern) in patterns.enumerate() {
            self.emit(Op::Fast(values));
            self.emit_const(Const::Int(i as i64));
            self.emit(Op::Subscript);
            self.pattern(pattern, fail)?;
        }
        Ok(())
    }
}
