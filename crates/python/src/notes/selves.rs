//! Attributes of `self` that are spelt two ways.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, Expr, Stmt};

use super::Found;
use super::draft::Edit;
use super::syntax::bytes;
use super::tables;
use super::tidy::ROW;

/// Attributes that methods read and nothing sets.
pub(super) fn find(suite: &[Stmt]) -> Vec<Found> {
    let mut reader = Reader::default();
    suite.iter().for_each(|stmt| reader.visit_stmt(stmt));
    if reader.dark {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (class, reads) in &reader.reads {
        let Some(own) = reader.own.get(class) else { continue };
        for (attr, range) in reads {
            if own.contains(attr) || reader.set_from_outside.contains(attr) || attr.starts_with("__") {
                continue;
            }
            let Some(meant) = tables::nearest(attr, own.iter().copied()) else { continue };
            let what = format!(
                "Nothing gives `self.{attr}` a value (AttributeError): it is spelt `self.{meant}` elsewhere."
            );
            let edits = [Edit::replace(range.clone(), meant)];
            found.push(Found { kind: "name", ..Found::sure(ROW, range.clone(), what) }.with(edits));
        }
    }
    found
}

#[derive(Default)]
struct Reader<'a> {
    class: Option<&'a str>,
    /// For each class without a base of somebody else's: what it has.
    own: BTreeMap<&'a str, BTreeSet<&'a str>>,
    reads: BTreeMap<&'a str, Vec<(&'a str, Range<usize>)>>,
    set_from_outside: BTreeSet<&'a str>,
    dark: bool,
}

impl<'a> Visitor<'a> for Reader<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::ClassDef(it) => {
                let bases = it.arguments.iter().flat_map(|arguments| arguments.args.iter());
                let mine = bases
                    .into_iter()
                    .all(|base| base.as_name_expr().is_some_and(|name| name.id.as_str() == "object"));
                let outer = self.class.take();
                if mine && it.decorator_list.is_empty() {
                    self.class = Some(it.name.as_str());
                    let mut bound = super::facts::Bound::default();
                    it.body.iter().for_each(|stmt| bound.visit_stmt(stmt));
                    self.own.entry(it.name.as_str()).or_default().extend(bound.names);
                }
                walk_stmt(self, stmt);
                self.class = outer;
            }
            Stmt::FunctionDef(it) => {
                self.dark |= matches!(it.name.as_str(), "__getattr__" | "__getattribute__");
                walk_stmt(self, stmt);
            }
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Attribute(it) => {
                let attr = it.attr.as_str();
                self.dark |= attr == "__dict__";
                let me = it.value.as_name_expr().is_some_and(|name| name.id.as_str() == "self");
                match (self.class, me, it.ctx) {
                    (Some(class), true, ast::ExprContext::Load) => {
                        self.reads.entry(class).or_default().push((attr, bytes(it.attr.range)));
                    }
                    (Some(class), true, _) => {
                        self.own.entry(class).or_default().insert(attr);
                    }
                    (_, _, ast::ExprContext::Load) => {}
                    _ => {
                        self.set_from_outside.insert(attr);
                    }
                }
                walk_expr(self, expr);
            }
            Expr::Name(name) => self.dark |= matches!(name.id.as_str(), "setattr" | "vars"),
            _ => walk_expr(self, expr),
        }
    }
}
