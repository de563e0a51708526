//! What names may stand for at each place of a listing: a walk through each function, branches joined, loops twice.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::Ranged;

mod values;

use self::values::{part, sum};
use super::Found;
use super::draft::Edit;
use super::facts::{Facts, dotted};
use super::kinds::*;
use super::reader::Words;
use super::syntax::bytes;

/// How often the whole listing is walked before findings count: calls tell functions about their parameters.
const PASSES: usize = 4;
/// How many expressions are looked at at most, in all passes.
const FUEL: usize = 1_000_000;
/// Loops nested deeper are walked once.
const DEEP: usize = 5;

/// What names stand for, as the places where they were given their values; `None` where nothing gets to.
type Env = Option<BTreeMap<String, BTreeSet<usize>>>;

/// Where a function's text is: its statements and what it belongs to.
#[derive(Clone, Copy)]
struct Body<'a> {
    def: &'a ast::StmtFunctionDef,
    class: Option<&'a str>,
    outer: &'a [usize],
}

/// The walk.
pub(super) struct Flow<'a> {
    pub(super) words: &'a Words<'a>,
    pub(super) facts: &'a Facts<'a>,
    /// Whether the listing was written for Python 2.
    pub(super) old: bool,
    pub(super) found: Vec<Found>,
    pub(super) report: bool,
    fuel: usize,
    /// Every place where a name gets a value: what it may be.
    vals: Vec<Val>,
    places: BTreeMap<(usize, String), usize>,
    /// For each scope (where its function begins) and name: all places.
    all: BTreeMap<(usize, String), BTreeSet<usize>>,
    /// Attributes: class and name.
    fields: BTreeMap<(String, String), Val>,
    returns: BTreeMap<usize, Val>,
    env: Env,
    /// For each loop: what names stand for where it is left, and where it is begun again.
    exits: Vec<(Vec<Env>, Vec<Env>)>,
    /// The scopes around: where their functions begin; 0 is the module.
    scopes: Vec<usize>,
    class: Option<&'a str>,
    globals: BTreeSet<String>,
    locals: BTreeSet<String>,
    /// The assignment whose value is being looked at: its target, if it is one name, and the statement.
    pub(super) assigned: Option<(Option<&'a str>, Range<usize>, Range<usize>)>,
    /// What is being looked at is printed.
    pub(super) prints: bool,
}

/// The mistakes that the walk sees.
pub(super) fn find<'a>(
    words: &'a Words<'a>,
    facts: &'a Facts<'a>,
    suite: &'a [Stmt],
    old: bool,
) -> Vec<Found> {
    let mut flow = Flow {
        words,
        facts,
        old,
        found: Vec::new(),
        report: false,
        fuel: FUEL,
        vals: Vec::new(),
        places: BTreeMap::new(),
        all: BTreeMap::new(),
        fields: BTreeMap::new(),
        returns: BTreeMap::new(),
        env: None,
        exits: Vec::new(),
        scopes: vec![0],
        class: None,
        globals: BTreeSet::new(),
        locals: BTreeSet::new(),
        assigned: None,
        prints: false,
    };
    for pass in 0..=PASSES {
        flow.report = pass == PASSES;
        flow.module(suite, pass);
    }
    flow.found
}

impl<'a> Flow<'a> {
    fn module(&mut self, suite: &'a [Stmt], pass: usize) {
        self.env = Some(BTreeMap::new());
        self.scopes = vec![0];
        self.class = None;
        self.locals.clear();
        self.globals.clear();
        self.block(suite);
        let facts = self.facts;
        for function in &facts.functions {
            self.function(Body { def: function.def, class: function.class, outer: &function.outer }, pass);
        }
    }

    fn function(&mut self, body: Body<'a>, pass: usize) {
        let start = body.def.range().start().to_usize();
        self.scopes = body.outer.to_vec();
        self.scopes.push(start);
        self.class = body.class;
        (self.locals, self.globals) = super::facts::locals(&body.def.body);
        self.env = Some(BTreeMap::new());
        let facts = self.facts;
        let known = facts.functions.iter().find(|it| it.def.range() == body.def.range());
        let unknown = known.is_none_or(|it| it.escapes || it.decorated);
        for (k, parameter) in body.def.parameters.iter_non_variadic_params().enumerate() {
            let name = parameter.name().as_str();
            let me = k == 0 && body.class.is_some();
            let at = parameter.range().start().to_usize();
            let mut val = if me { Val::of(OWN) } else { Val::default() };
            if let Some(default) = parameter.default() {
                val.join(&self.eval(default));
            }
            let place = self.place(at, name);
            if !me && (unknown || pass > 1 && self.vals[place].kinds & !NONE == 0) {
                val.join(&Val::of(OTHER));
            }
            self.set_at(place, name, &val);
        }
        let stars = [&body.def.parameters.vararg, &body.def.parameters.kwarg];
        for star in stars.into_iter().flatten() {
            self.set(star.range.start().to_usize(), star.name.as_str(), &Val::of(OTHER));
        }
        self.block(&body.def.body);
        if self.env.is_some() {
            self.returns.entry(start).or_default().join(&Val::of(NONE));
        }
        self.class = None;
    }

    // --- names

    fn place(&mut self, at: usize, name: &str) -> usize {
        let vals = &mut self.vals;
        *self.places.entry((at, name.to_owned())).or_insert_with(|| {
            vals.push(Val::default());
            vals.len() - 1
        })
    }

    /// A name gets a value, at a place of the text.
    fn set(&mut self, at: usize, name: &str, val: &Val) {
        let place = self.place(at, name);
        self.set_at(place, name, val);
    }

    fn set_at(&mut self, place: usize, name: &str, val: &Val) {
        self.vals[place].join(val);
        let global = self.globals.contains(name);
        let scope = if global { 0 } else { self.scopes.last().copied().unwrap_or(0) };
        self.all.entry((scope, name.to_owned())).or_default().insert(place);
        if let Some(env) = &mut self.env {
            env.insert(name.to_owned(), BTreeSet::from([place]));
        }
    }

    /// The places that a name may have its value from; `None` if the listing gives it none that is visible here.
    fn sources(&self, name: &str) -> Option<BTreeSet<usize>> {
        if let Some(places) = self.env.as_ref().and_then(|env| env.get(name)) {
            return Some(places.clone());
        }
        if self.scopes.len() == 1 || self.locals.contains(name) && !self.globals.contains(name) {
            return None;
        }
        let mut outer = self.scopes.iter().rev().skip(1);
        outer.find_map(|scope| self.all.get(&(*scope, name.to_owned())).cloned())
    }

    pub(super) fn name(&self, name: &str) -> Val {
        let mut val = Val::default();
        match self.sources(name) {
            Some(places) => places.iter().for_each(|place| val.join(&self.vals[*place])),
            None if self.locals.contains(name) => {}
            None => val = Val::of(OTHER),
        }
        let imported = self.scopes.len() > 1 && self.facts.import(name).is_some();
        if imported || self.facts.tested.contains(name) {
            val.join(&Val::of(OTHER));
        }
        val
    }

    /// A variable that is read where nothing has given it a value yet.
    fn unbound(&mut self, it: &'a ast::ExprName) {
        let name = it.id.as_str();
        let has = |names: &BTreeSet<String>| names.contains(name);
        let set = self.env.as_ref().is_none_or(|env| env.contains_key(name));
        let own = if self.scopes.len() == 1 {
            has(&self.facts.variables)
        } else {
            has(&self.locals) && !has(&self.globals)
        };
        if !self.report || set || !own || self.facts.other_than_variable(name) {
            return;
        }
        let range = bytes(it.range);
        let scope = self.scopes.last().copied().unwrap_or(0);
        let def =
            self.facts.functions.iter().map(|it| it.def).find(|def| def.range().start().to_usize() == scope);
        let Some(def) = def else {
            let what = format!("`{name}` has no value yet when this line is reached first (NameError).");
            return self.note(Found { kind: "name", ..Found::sure("B23", range, what) });
        };
        let what = format!(
            "`{name}` is given a value in `{}`, so it is a name of that function alone, and here it has none yet (UnboundLocalError).",
            def.name
        );
        let first = def.body.first().map_or(range.start, |stmt| stmt.range().start().to_usize());
        let indent = self.words.indent(first);
        let own_line = self.words.line_start(first) + indent.len() == first;
        let edit = Edit::insert(first, format!("global {name}\n{indent}"));
        let global = own_line && self.facts.variables.contains(name);
        self.note(Found { kind: "name", ..Found::sure("B23", range, what) }.with(global.then_some(edit)));
    }

    /// The names that are sockets here, and nothing else.
    pub(super) fn sockets(&self) -> Vec<String> {
        let mut names: BTreeSet<String> = self.env.iter().flat_map(|env| env.keys().cloned()).collect();
        names.extend(self.all.keys().filter(|key| key.0 == 0).map(|key| key.1.clone()));
        names.into_iter().filter(|name| self.name(name).is(SOCKET)).collect()
    }

    /// The dotted name of an expression in terms of modules (`socket.AF_INET`), if it is one of a module's.
    pub(super) fn path(&self, expr: &Expr) -> Option<String> {
        match expr {
            Expr::Name(name) => {
                if self.sources(name.id.as_str()).is_some() || self.locals.contains(name.id.as_str()) {
                    return None;
                }
                self.facts.import(name.id.as_str())
            }
            Expr::Attribute(attribute) => {
                Some(format!("{}.{}", self.path(&attribute.value)?, attribute.attr.as_str()))
            }
            _ => None,
        }
    }

    /// Whether an expression is a socket: known to be one, or used like one and nothing else.
    pub(super) fn is_socket(&self, expr: &Expr, val: &Val) -> bool {
        if val.is(SOCKET | NONE) && val.has(SOCKET) {
            return true;
        }
        let scope = self.scopes.last().copied().unwrap_or(0);
        val.kinds & (OWN | STR | BYTES | LIST | THREAD | INT) == 0
            && dotted(expr).is_some_and(|name| self.facts.used_as_socket(scope, self.class, &name))
    }

    // --- statements

    fn block(&mut self, body: &'a [Stmt]) {
        for stmt in body {
            self.stmt(stmt);
        }
    }

    fn stmt(&mut self, stmt: &'a Stmt) {
        if self.fuel == 0 {
            return;
        }
        match stmt {
            Stmt::Assign(it) => {
                let target = match &it.targets[..] {
                    [Expr::Name(name)] => Some(name.id.as_str()),
                    _ => None,
                };
                let first = it.targets.first().map_or(it.range, |target| target.range());
                self.assigned = Some((target, bytes(it.range), bytes(first)));
                let val = self.eval(&it.value);
                self.assigned = None;
                for target in &it.targets {
                    self.assign(target, &val, Some(&it.value));
                }
            }
            Stmt::AugAssign(it) => self.augment(it),
            Stmt::AnnAssign(it) => {
                if let Some(value) = &it.value {
                    let val = self.eval(value);
                    self.assign(&it.target, &val, Some(value));
                }
            }
            Stmt::Expr(it) => {
                let range = bytes(it.range);
                self.assigned = Some((None, range.clone(), range.start..range.start));
                self.eval(&it.value);
                self.assigned = None;
            }
            Stmt::Return(it) => {
                let val = it.value.as_ref().map_or(Val::of(NONE), |value| self.eval(value));
                let scope = self.scopes.last().copied().unwrap_or(0);
                self.returns.entry(scope).or_default().join(&val);
                self.env = None;
            }
            Stmt::Raise(it) => {
                it.exc.iter().chain(&it.cause).for_each(|expr| {
                    self.eval(expr);
                });
                self.env = None;
            }
            Stmt::If(it) => self.branches(it),
            Stmt::While(it) => self.looped(&[], Some(&it.test), &it.body, &it.orelse),
            Stmt::For(it) => {
                let val = self.eval(&it.iter);
                let item =
                    if val.is(LIST) && val.elements != 0 { Val::of(val.elements) } else { Val::of(OTHER) };
                let each = [(&*it.target, item)];
                self.looped(&each, None, &it.body, &it.orelse);
            }
            Stmt::With(it) => {
                for item in &it.items {
                    let val = self.eval(&item.context_expr);
                    if let Some(target) = &item.optional_vars {
                        let val = if val.is(SOCKET) { val } else { Val::of(OTHER) };
                        self.assign(target, &val, None);
                    }
                }
                self.block(&it.body);
            }
            Stmt::Try(it) => self.tried(it),
            Stmt::Match(it) => {
                self.eval(&it.subject);
                let before = self.env.clone();
                let mut after = before.clone();
                for case in &it.cases {
                    self.env = before.clone();
                    for name in super::facts::captured(&case.pattern) {
                        self.set(case.range.start().to_usize(), name, &Val::of(OTHER));
                    }
                    if let Some(guard) = &case.guard {
                        self.eval(guard);
                    }
                    self.block(&case.body);
                    after = joined(after, self.env.take());
                }
                self.env = after;
            }
            Stmt::Break(_) => {
                let env = self.env.take();
                if let Some(exits) = self.exits.last_mut() {
                    exits.0.push(env);
                }
            }
            Stmt::Continue(_) => {
                let env = self.env.take();
                if let Some(exits) = self.exits.last_mut() {
                    exits.1.push(env);
                }
            }
            Stmt::Assert(it) => {
                self.eval(&it.test);
            }
            Stmt::Delete(it) => it.targets.iter().for_each(|target| {
                self.eval(target);
            }),
            Stmt::FunctionDef(it) => {
                it.decorator_list.iter().for_each(|decorator| {
                    self.eval(&decorator.expression);
                });
                it.parameters.iter_non_variadic_params().filter_map(|it| it.default()).for_each(|default| {
                    self.eval(default);
                });
            }
            Stmt::ClassDef(it) => self.class_body(it),
            _ => {}
        }
    }

    /// Copying what all names stand for costs as much as looking at so many expressions.
    fn copied(&mut self) {
        let names = self.env.iter().flat_map(BTreeMap::values).map(BTreeSet::len).sum();
        self.fuel = self.fuel.saturating_sub(names);
    }

    fn class_body(&mut self, it: &'a ast::StmtClassDef) {
        let (env, class) = (self.env.clone(), self.class);
        for stmt in &it.body {
            if let Stmt::Assign(assign) = stmt {
                let val = self.eval(&assign.value);
                for name in assign.targets.iter().filter_map(|target| target.as_name_expr()) {
                    let key = (it.name.as_str().to_owned(), name.id.as_str().to_owned());
                    self.fields.entry(key).or_default().join(&val);
                }
            }
        }
        (self.env, self.class) = (env, class);
    }

    fn branches(&mut self, it: &'a ast::StmtIf) {
        self.eval(&it.test);
        self.copied();
        let mut rest = self.env.clone();
        self.block(&it.body);
        let mut after = self.env.take();
        let mut closed = false;
        for clause in &it.elif_else_clauses {
            self.env = rest.take();
            match &clause.test {
                Some(test) => {
                    self.eval(test);
                }
                None => closed = true,
            }
            self.copied();
            rest = self.env.clone();
            self.block(&clause.body);
            after = joined(after, self.env.take());
        }
        self.env = if closed { after } else { joined(after, rest) };
    }

    /// A loop: once in silence, to learn what its end brings to its beginning, then again.
    fn looped(
        &mut self,
        each: &[(&'a Expr, Val)],
        test: Option<&'a Expr>,
        body: &'a [Stmt],
        orelse: &'a [Stmt],
    ) {
        let report = self.report;
        let rounds = if self.exits.len() < DEEP { 2 } else { 1 };
        let endless = test.is_some_and(super::facts::always);
        let before = self.env.clone();
        for round in 1..=rounds {
            self.report = report && round == rounds && rounds == 2;
            self.exits.push((Vec::new(), Vec::new()));
            self.copied();
            let start = self.env.clone();
            if let Some(test) = test {
                self.eval(test);
            }
            let tested = self.env.clone();
            for (target, val) in each {
                self.assign(target, val, None);
            }
            self.block(body);
            let (breaks, continues) = self.exits.pop().unwrap_or_default();
            let end = continues.into_iter().fold(self.env.take(), joined);
            if round < rounds {
                self.env = joined(start, end);
                continue;
            }
            self.env = if endless { None } else { joined(joined(tested, end), before.clone()) };
            self.block(orelse);
            self.env = breaks.into_iter().fold(self.env.take(), joined);
        }
        self.report = report;
    }

    fn tried(&mut self, it: &'a ast::StmtTry) {
        let mut caught = self.env.clone();
        for stmt in &it.body {
            self.stmt(stmt);
            self.copied();
            caught = joined(caught, self.env.clone());
        }
        // An exception may come from the middle of a statement with a block.
        let scope = self.scopes.last().copied().unwrap_or(0);
        let inside = super::facts::locals(&it.body).0;
        for name in if it.handlers.is_empty() && it.finalbody.is_empty() { BTreeSet::new() } else { inside } {
            if let (Some(env), Some(places)) = (&mut caught, self.all.get(&(scope, name.clone()))) {
                env.entry(name).or_default().extend(places);
            }
        }
        self.block(&it.orelse);
        let mut after = self.env.take();
        for handler in &it.handlers {
            let ast::ExceptHandler::ExceptHandler(handler) = handler;
            self.env = caught.clone();
            if let Some(type_) = &handler.type_ {
                self.eval(type_);
            }
            if let Some(name) = &handler.name {
                self.set(name.range.start().to_usize(), name.as_str(), &Val::of(ERROR));
            }
            self.block(&handler.body);
            after = joined(after, self.env.take());
        }
        let leaves = after.is_none();
        self.env = joined(after, if it.finalbody.is_empty() { None } else { caught });
        self.block(&it.finalbody);
        if leaves {
            self.env = None;
        }
    }

    /// Gives `target` a value.
    fn assign(&mut self, target: &'a Expr, val: &Val, value: Option<&'a Expr>) {
        let at = target.range().start().to_usize();
        match target {
            Expr::Name(name) => self.set(at, name.id.as_str(), val),
            Expr::Starred(it) => self.assign(&it.value, &Val::of(OTHER), None),
            Expr::Attribute(it) => {
                self.eval(&it.value);
                if let (Some(class), Expr::Name(_)) = (self.class, &*it.value) {
                    let key = (class.to_owned(), it.attr.as_str().to_owned());
                    self.fields.entry(key).or_default().join(val);
                }
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                let parts =
                    value.and_then(Expr::as_tuple_expr).filter(|tuple| tuple.elts.len() == elts.len());
                for (k, target) in elts.iter().enumerate() {
                    let part = match parts {
                        Some(tuple) => self.eval(&tuple.elts[k]),
                        None => part(val, k),
                    };
                    self.assign(target, &part, None);
                }
            }
            other => {
                self.eval(other);
            }
        }
    }

    fn augment(&mut self, it: &'a ast::StmtAugAssign) {
        if let Expr::Name(name) = &*it.target {
            self.unbound(name);
        }
        let left = self.eval(&it.target);
        let right = self.eval(&it.value);
        let added = match it.op {
            ast::Operator::Add => {
                self.added((&it.target, &left), (&it.value, &right), bytes(it.range), false)
            }
            _ => None,
        };
        let mut val = added.unwrap_or_else(|| sum(&left, &right, it.op));
        if it.op == ast::Operator::Add && left.is(LIST) {
            val = left;
            val.elements |= if right.elements == 0 { OTHER } else { right.elements };
        }
        self.assign(&it.target, &val, None);
    }
}

fn joined(a: Env, b: Env) -> Env {
    match (a, b) {
        (Some(mut a), Some(b)) => {
            for (name, places) in b {
                a.entry(name).or_default().extend(places);
            }
            Some(a)
        }
        (a, None) => a,
        (None, b) => b,
    }
}
