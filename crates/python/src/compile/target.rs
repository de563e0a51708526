//! What is assigned to and deleted.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::Ranged;

use super::expr::operator;
use super::scope::{Kind, Place};
use super::{Compiler, Done, Fault};
use crate::code::Op;

impl<'a> Compiler<'a> {
    /// The value on top of the stack goes to `target`.
    pub(super) fn store(&mut self, target: &'a Expr) -> Done {
        self.at(target.range(), |c| c.store_here(target))
    }

    fn store_here(&mut self, target: &'a Expr) -> Done {
        match target {
            Expr::Name(name) => self.store_name(&name.id),
            Expr::Attribute(attribute) => {
                self.expr(&attribute.value)?;
                let sym = self.attribute(&attribute.attr);
                self.emit(Op::StoreAttr(sym));
            }
            Expr::Subscript(subscript) => {
                self.expr(&subscript.value)?;
                self.expr(&subscript.slice)?;
                self.emit(Op::StoreSubscript);
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                self.unpack(elts)?;
            }
            Expr::Starred(starred) => {
                let says = "starred assignment target must be in a list or tuple".into();
                return Err(Fault { says, range: starred.range() });
            }
            _ => return Err(Fault { says: "cannot assign to this".into(), range: target.range() }),
        }
        Ok(())
    }

    fn unpack(&mut self, targets: &'a [Expr]) -> Done {
        match targets.iter().position(Expr::is_starred_expr) {
            None => self.emit(Op::Unpack(targets.len() as u32)),
            Some(star) => {
                let after = targets.len() - star - 1;
                if let Some(second) = targets[star + 1..].iter().find(|target| target.is_starred_expr()) {
                    return Err(Fault {
                        says: "multiple starred expressions in assignment".into(),
                        range: second.range(),
                    });
                }
                self.emit(Op::UnpackEx(star as u16, after as u16));
            }
        }
        for target in targets {
            match target {
                Expr::Starred(starred) => self.store(&starred.value)?,
                _ => self.store(target)?,
            }
        }
        Ok(())
    }

    pub(super) fn store_name(&mut self, name: &str) {
        let name = self.mangled(name);
        match self.scope().place(&name) {
            Place::Local => {
                let slot = self.local(&name);
                self.emit(Op::StoreFast(slot));
            }
            Place::Cell | Place::Free => {
                let slot = self.local(&name);
                self.emit(Op::StoreDeref(slot));
            }
            Place::Global => {
                let slot = self.slot(&name);
                self.emit(Op::StoreGlobal(slot));
            }
            Place::Named => {
                let sym = self.image.names.intern(&name);
                self.emit(Op::StoreName(sym));
            }
        }
    }

    pub(super) fn delete(&mut self, target: &'a Expr) -> Done {
        self.at(target.range(), |c| match target {
            Expr::Name(name) => {
                c.delete_name(&name.id);
                Ok(())
            }
            Expr::Attribute(attribute) => {
                c.expr(&attribute.value)?;
                let sym = c.attribute(&attribute.attr);
                c.emit(Op::DeleteAttr(sym));
                Ok(())
            }
            Expr::Subscript(subscript) => {
                c.expr(&subscript.value)?;
                c.expr(&subscript.slice)?;
                c.emit(Op::DeleteSubscript);
                Ok(())
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                elts.iter().try_for_each(|each| c.delete(each))
            }
            _ => Err(Fault { says: "cannot delete this".into(), range: target.range() }),
        })
    }

    pub(super) fn delete_name(&mut self, name: &str) {
        let name = self.mangled(name);
        match self.scope().place(&name) {
            Place::Local => {
                let slot = self.local(&name);
                self.emit(Op::DeleteFast(slot));
            }
            Place::Cell | Place::Free => {
                let slot = self.local(&name);
                self.emit(Op::DeleteDeref(slot));
            }
            Place::Global => {
                let slot = self.slot(&name);
                self.emit(Op::DeleteGlobal(slot));
            }
            Place::Named => {
                let sym = self.image.names.intern(&name);
                self.emit(Op::DeleteName(sym));
            }
        }
    }

    pub(super) fn augmented(&mut self, assign: &'a ast::StmtAugAssign) -> Done {
        let op = Op::InPlace(operator(assign.op));
        match &*assign.target {
            Expr::Name(name) => {
                self.at(name.range(), |c| c.load(&name.id));
                self.expr(&assign.value)?;
                self.emit(op);
                self.store_name(&name.id);
            }
            Expr::Attribute(attribute) => {
                self.expr(&attribute.value)?;
                let sym = self.attribute(&attribute.attr);
                self.emit(Op::Dup);
                self.at(attribute.range(), |c| c.emit(Op::Attr(sym)));
                self.expr(&assign.value)?;
                self.emit(op);
                self.emit(Op::Swap(1));
                self.emit(Op::StoreAttr(sym));
            }
            Expr::Subscript(subscript) => {
                self.expr(&subscript.value)?;
                self.expr(&subscript.slice)?;
                self.emit(Op::Dup2);
                self.at(subscript.range(), |c| c.emit(Op::Subscript));
                self.expr(&assign.value)?;
                self.emit(op);
                self.emit(Op::Rot3);
                self.emit(Op::StoreSubscript);
            }
            other => {
                return Err(Fault {
                    says: "illegal expression for augmented assignment".into(),
                    range: other.range(),
                });
            }
        }
        Ok(())
    }

    /// Whether names of this scope are found by slot.
    pub(super) fn is_class(&self) -> bool {
        self.kind() == Kind::Class
    }
}
