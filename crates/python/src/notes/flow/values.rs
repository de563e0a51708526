//! What expressions may be, as far as a walk knows.

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::Ranged;

use super::super::Found;
use super::super::kinds::*;
use super::super::syntax::bytes;
use super::Flow;

impl<'a> Flow<'a> {
    /// What an expression may be; names mistakes in it when the walk reports.
    pub(in crate::notes) fn eval(&mut self, expr: &'a Expr) -> Val {
        self.fuel = self.fuel.saturating_sub(1);
        match expr {
            Expr::StringLiteral(it) => Val::literal(it.value.iter().map(|part| bytes(part.range))),
            Expr::FString(_) => {
                walk_expr(self, expr);
                Val::of(STR)
            }
            Expr::BytesLiteral(_) => Val::of(BYTES),
            Expr::NumberLiteral(_) => Val::of(INT),
            Expr::NoneLiteral(_) => Val::of(NONE),
            Expr::Name(it) => {
                if it.ctx.is_load() {
                    self.unbound(it);
                }
                self.name(it.id.as_str())
            }
            Expr::List(it) => {
                let elements = it.elts.iter().fold(0, |kinds, elt| kinds | self.eval(elt).kinds);
                Val { elements, ..Val::of(LIST) }
            }
            Expr::Tuple(it) => {
                it.elts.iter().for_each(|elt| {
                    self.eval(elt);
                });
                Val::of(TUPLE)
            }
            Expr::Named(it) => {
                let val = self.eval(&it.value);
                self.assign(&it.target, &val, None);
                val
            }
            Expr::If(it) => {
                self.eval(&it.test);
                let mut val = self.eval(&it.body);
                val.join(&self.eval(&it.orelse));
                val
            }
            Expr::BoolOp(it) => {
                let mut val = Val::default();
                for value in &it.values {
                    val.join(&self.eval(value));
                }
                val
            }
            Expr::BinOp(it) => {
                let (left, right) = (self.eval(&it.left), self.eval(&it.right));
                if it.op == ast::Operator::Add
                    && let Some(val) =
                        self.added((&it.left, &left), (&it.right, &right), bytes(it.range), true)
                {
                    return val;
                }
                if it.op == ast::Operator::Mod && left.is(STR) {
                    self.formatted(&it.right);
                }
                sum(&left, &right, it.op)
            }
            Expr::Compare(it) => {
                self.compared(it);
                Val::of(OTHER)
            }
            Expr::Call(it) => self.called(it),
            Expr::Attribute(it) => self.attribute(it),
            Expr::Subscript(it) => self.subscript(it),
            Expr::Lambda(it) => self.lambda(it),
            Expr::ListComp(it) => {
                self.generators(&it.generators);
                let elements = self.eval(&it.elt).kinds;
                Val { elements, ..Val::of(LIST) }
            }
            Expr::SetComp(ast::ExprSetComp { elt, generators, .. })
            | Expr::Generator(ast::ExprGenerator { elt, generators, .. }) => {
                self.generators(generators);
                self.eval(elt);
                Val::of(OTHER)
            }
            Expr::DictComp(it) => {
                self.generators(&it.generators);
                it.key.iter().for_each(|key| {
                    self.eval(key);
                });
                self.eval(&it.value);
                Val::of(OTHER)
            }
            _ => {
                walk_expr(self, expr);
                Val::of(OTHER)
            }
        }
    }

    pub(super) fn generators(&mut self, generators: &'a [ast::Comprehension]) {
        for generator in generators {
            let val = self.eval(&generator.iter);
            let item = if val.is(LIST) && val.elements != 0 { Val::of(val.elements) } else { Val::of(OTHER) };
            self.assign(&generator.target, &item, None);
            generator.ifs.iter().for_each(|test| {
                self.eval(test);
            });
        }
    }

    pub(super) fn lambda(&mut self, it: &'a ast::ExprLambda) -> Val {
        let env = self.env.clone();
        for parameter in it.parameters.iter().flat_map(|parameters| parameters.iter()) {
            self.set(parameter.range().start().to_usize(), parameter.name().as_str(), &Val::of(OTHER));
        }
        self.eval(&it.body);
        self.env = env;
        Val::of(OTHER)
    }

    pub(super) fn subscript(&mut self, it: &'a ast::ExprSubscript) -> Val {
        let val = self.eval(&it.value);
        self.eval(&it.slice);
        self.indexed(it, &val);
        if it.slice.is_slice_expr() {
            return if val.is(STR | BYTES | LIST) { val } else { Val::of(OTHER) };
        }
        match it.slice.as_number_literal_expr().map(|number| &number.value) {
            Some(ast::Number::Int(k)) if val.is(ACCEPTED | DATAGRAM | PAIR) => {
                part(&val, k.as_usize().unwrap_or(9))
            }
            _ if val.is(STR) => Val::of(STR),
            _ if val.is(BYTES) => Val::of(INT),
            _ if val.is(LIST) && val.elements != 0 => Val::of(val.elements),
            _ => Val::of(OTHER),
        }
    }

    /// What an attribute of an object of the listing's own may be.
    pub(in crate::notes) fn field(&self, base: &Expr, attr: &str) -> Val {
        let me = base.as_name_expr().is_some_and(|_| self.name_is_me(base));
        let class = self.class.filter(|_| me);
        let val = class.and_then(|class| self.fields.get(&(class.to_owned(), attr.to_owned())));
        val.cloned().unwrap_or(Val::of(OTHER))
    }

    /// The class of an object of the listing's own, if that is known: that of `self`.
    pub(in crate::notes) fn class_of(&self, object: &Expr) -> Option<&'a str> {
        self.class.filter(|_| self.name_is_me(object))
    }

    pub(super) fn name_is_me(&self, base: &Expr) -> bool {
        base.as_name_expr().is_some_and(|name| self.name(name.id.as_str()).is(OWN))
    }

    /// A list gets one more element.
    pub(in crate::notes) fn append(&mut self, list: &Expr, element: &Val) {
        let kinds = if element.kinds == 0 { 0 } else { element.kinds };
        match list {
            Expr::Name(name) => {
                for place in self.sources(name.id.as_str()).unwrap_or_default() {
                    self.vals[place].elements |= kinds;
                }
            }
            Expr::Attribute(it) => {
                if let Some(class) = self.class.filter(|_| self.name_is_me(&it.value)) {
                    let key = (class.to_owned(), it.attr.as_str().to_owned());
                    self.fields.entry(key).or_default().elements |= kinds;
                }
            }
            _ => {}
        }
    }

    /// A function of the listing is called, now or by a thread: its parameters may be these.
    pub(in crate::notes) fn feed(
        &mut self,
        def: &'a ast::StmtFunctionDef,
        method: bool,
        args: &[Val],
        keywords: &[(&str, Val)],
    ) -> Val {
        let parameters: Vec<_> = def.parameters.iter_non_variadic_params().collect();
        for (k, parameter) in parameters.iter().enumerate().skip(usize::from(method)) {
            let name = parameter.name().as_str();
            let positional = args.get(k - usize::from(method));
            let Some(val) =
                keywords.iter().find(|keyword| keyword.0 == name).map(|keyword| &keyword.1).or(positional)
            else {
                continue;
            };
            let place = self.place(parameter.range().start().to_usize(), name);
            self.vals[place].join(val);
        }
        let val = self.returns.get(&def.range().start().to_usize()).cloned().unwrap_or_default();
        if def.decorator_list.is_empty() && !self.facts.yields(def) { val } else { Val::of(OTHER) }
    }

    /// Notes a mistake if the walk reports; the same one is noted once.
    pub(in crate::notes) fn note(&mut self, found: Found) {
        if self.report && self.env.is_some() && self.fuel > 0 && !self.found.contains(&found) {
            self.found.push(found);
        }
    }
}

impl<'a> Visitor<'a> for Flow<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        self.eval(expr);
    }
}

/// Part `k` of a pair.
pub(super) fn part(val: &Val, k: usize) -> Val {
    match (val.kinds, k) {
        (ACCEPTED, 0) | (PAIR, 0 | 1) => Val::of(SOCKET),
        (ACCEPTED | DATAGRAM, 1) => Val::of(TUPLE),
        (DATAGRAM, 0) => Val::received(),
        (LIST, _) if val.elements != 0 => Val::of(val.elements),
        _ => Val::of(OTHER),
    }
}

/// What `left op right` may be.
pub(super) fn sum(left: &Val, right: &Val, op: ast::Operator) -> Val {
    use ast::Operator::{Add, Mod, Mult};
    match op {
        Add if left.is(BYTES) || right.is(BYTES) => {
            let received = left.received || right.received;
            Val { received, ..Val::of(BYTES) }
        }
        Add if left.is(STR) || right.is(STR) => Val::of(STR),
        Add if left.should_be_bytes() || right.should_be_bytes() => Val::of(BYTES),
        Mod if left.is(STR) => Val::of(STR),
        Mod if left.is(BYTES) => Val::of(BYTES),
        Mult if left.is(STR) || right.is(STR) => Val::of(STR),
        Mult if left.is(BYTES) || right.is(BYTES) => Val::of(BYTES),
        Mult if left.is(LIST) => left.clone(),
        _ if left.is(INT) && right.is(INT) => Val::of(INT),
        _ => Val::of(OTHER),
    }
}
