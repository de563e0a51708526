//! Which names each scope binds, and where every other name is found: before any code is made.

use std::collections::BTreeMap;

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, ExprContext, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::Fault;

/// What kind of scope it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Module,
    Function,
    Class,
    /// Lambda and comprehension are functions whose name says so.
    Comprehension,
}

/// Where a name is found from within a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Local,
    /// A local that an inner scope reads: it lives in a cell.
    Cell,
    /// A cell of an outer scope.
    Free,
    Global,
    /// In a class body or a module: by name at run time.
    Named,
}

#[derive(Clone, Copy, Debug, Default)]
struct Use {
    bound: bool,
    global: Option<TextRange>,
    nonlocal: Option<TextRange>,
    /// Mentioned at all; where first.
    order: u32,
}

/// One scope.
#[derive(Debug)]
pub(super) struct Scope {
    pub(super) kind: Kind,
    parent: Option<usize>,
    names: BTreeMap<String, Use>,
    pub(super) params: Vec<String>,
    pub(super) generator: bool,
    /// The class whose body this is, or stands in: its private names are spelt with its own.
    pub(super) class_name: Option<String>,
    places: BTreeMap<String, Place>,
    /// The locals: parameters first, the others by first mention.
    pub(super) locals: Vec<String>,
    pub(super) free: Vec<String>,
}

impl Scope {
    pub(super) fn place(&self, name: &str) -> Place {
        self.places.get(name).copied().unwrap_or(if self.kind == Kind::Class {
            Place::Named
        } else {
            Place::Global
        })
    }
}

/// All scopes of a module, found again by the range of the node that opens them.
#[derive(Debug)]
pub(super) struct Scopes {
    pub(super) list: Vec<Scope>,
    by_range: BTreeMap<(u32, u32), usize>,
}

impl Scopes {
    pub(super) fn of(&self, range: TextRange) -> usize {
        self.by_range.get(&key(range)).copied().unwrap_or(0)
    }
}

const fn key(range: TextRange) -> (u32, u32) {
    (range.start().to_u32(), range.end().to_u32())
}

/// `__name` within a class is `_Class__name`.
pub(super) fn mangled(class: Option<&str>, name: &str) -> String {
    match class {
        Some(class) if name.starts_with("__") && !name.ends_with("__") && !name.contains('.') => {
            let class = class.trim_start_matches('_');
            if class.is_empty() { name.to_owned() } else { format!("_{class}{name}") }
        }
        _ => name.to_owned(),
    }
}

/// Find the scopes of a module and resolve every name.
pub(super) fn analyse(body: &[Stmt]) -> Result<Scopes, Fault> {
    let mut walk = Walk { scopes: Vec::new(), by_range: BTreeMap::new(), at: 0, fault: None };
    walk.open(Kind::Module, None, TextRange::default(), |walk| walk.visit_body(body));
    if let Some(fault) = walk.fault {
        return Err(fault);
    }
    let mut scopes = Scopes { list: walk.scopes, by_range: walk.by_range };
    resolve(&mut scopes.list)?;
    Ok(scopes)
}

struct Walk {
    scopes: Vec<Scope>,
    by_range: BTreeMap<(u32, u32), usize>,
    at: usize,
    fault: Option<Fault>,
}

impl Walk {
    fn open(&mut self, kind: Kind, class: Option<String>, range: TextRange, body: impl FnOnce(&mut Self)) {
        let parent = (!self.scopes.is_empty()).then_some(self.at);
        let class_name = class.or_else(|| parent.and_then(|p| self.scopes[p].class_name.clone()));
        self.scopes.push(Scope {
            kind,
            parent,
            names: BTreeMap::new(),
            params: Vec::new(),
            generator: false,
            class_name,
            places: BTreeMap::new(),
            locals: Vec::new(),
            free: Vec::new(),
        });
        let outer = self.at;
        self.at = self.scopes.len() - 1;
        if kind != Kind::Module {
            self.by_range.insert(key(range), self.at);
        }
        body(self);
        self.at = outer;
    }

    fn name_in(&mut self, scope: usize, name: &str) -> &mut Use {
        let name = mangled(self.scopes[scope].class_name.as_deref(), name);
        let names = &mut self.scopes[scope].names;
        let order = names.len() as u32;
        names.entry(name).or_insert(Use { order, ..Use::default() })
    }

    fn bind(&mut self, name: &str) {
        self.name_in(self.at, name).bound = true;
    }

    fn mention(&mut self, name: &str) {
        self.name_in(self.at, name);
        if (name == "super" || name == "__class__") && self.scopes[self.at].kind != Kind::Module {
            self.name_in(self.at, "__class__");
        }
    }

    fn param(&mut self, parameter: &ast::Parameter) {
        let name = mangled(self.scopes[self.at].class_name.as_deref(), &parameter.name);
        if self.scopes[self.at].params.contains(&name) {
            self.fail(format!("duplicate argument '{name}' in function definition"), parameter.name.range());
        }
        self.bind(&parameter.name);
        self.scopes[self.at].params.push(name);
    }

    fn fail(&mut self, says: String, range: TextRange) {
        self.fault.get_or_insert(Fault { says, range });
    }

    /// The order of a frame's locals: positional, keyword-only, `*args`, `**kwargs`.
    fn params(&mut self, parameters: &ast::Parameters) {
        for each in parameters.posonlyargs.iter().chain(&parameters.args).chain(&parameters.kwonlyargs) {
            self.param(&each.parameter);
        }
        for each in parameters.vararg.iter().chain(&parameters.kwarg) {
            self.param(each);
        }
    }

    fn defaults(&mut self, parameters: &ast::Parameters) {
        for each in parameters.posonlyargs.iter().chain(&parameters.args).chain(&parameters.kwonlyargs) {
            if let Some(default) = &each.default {
                self.visit_expr(default);
            }
        }
    }

    fn comprehension(
        &mut self,
        range: TextRange,
        elements: &[&Expr],
        generators: &[ast::Comprehension],
        lazy: bool,
    ) {
        if let Some(first) = generators.first() {
            self.visit_expr(&first.iter);
        }
        self.open(Kind::Comprehension, None, range, |walk| {
            let at = walk.at;
            walk.scopes[at].generator = lazy;
            walk.bind(".0");
            walk.scopes[at].params.push(".0".into());
            for (i, generator) in generators.iter().enumerate() {
                if i > 0 {
                    walk.visit_expr(&generator.iter);
                }
                walk.visit_expr(&generator.target);
                for condition in &generator.ifs {
                    walk.visit_expr(condition);
                }
            }
            for element in elements {
                walk.visit_expr(element);
            }
        });
    }

    /// `:=` within a comprehension binds in the function around it.
    fn walrus(&mut self, name: &str) {
        let mut scope = self.at;
        while self.scopes[scope].kind == Kind::Comprehension {
            self.name_in(scope, name);
            let Some(parent) = self.scopes[scope].parent else { break };
            scope = parent;
        }
        self.name_in(scope, name).bound = true;
    }
}

impl<'a> Visitor<'a> for Walk {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(def) => {
                for decorator in &def.decorator_list {
                    self.visit_expr(&decorator.expression);
                }
                self.defaults(&def.parameters);
                self.bind(&def.name);
                self.open(Kind::Function, None, def.range(), |walk| {
                    walk.params(&def.parameters);
                    walk.visit_body(&def.body);
                });
            }
            Stmt::ClassDef(def) => {
                for decorator in &def.decorator_list {
                    self.visit_expr(&decorator.expression);
                }
                if let Some(arguments) = &def.arguments {
                    self.visit_arguments(arguments);
                }
                self.bind(&def.name);
                let name = def.name.to_string();
                self.open(Kind::Class, Some(name), def.range(), |walk| walk.visit_body(&def.body));
            }
            Stmt::Global(global) => {
                for name in &global.names {
                    let known = self.scopes[self.at].names.contains_key(name.as_str());
                    if known && self.scopes[self.at].kind != Kind::Module {
                        let word = if self.scopes[self.at].params.iter().any(|p| p == name.as_str()) {
                            format!("name '{name}' is parameter and global")
                        } else if self.scopes[self.at].names[name.as_str()].bound {
                            format!("name '{name}' is assigned to before global declaration")
                        } else {
                            format!("name '{name}' is used prior to global declaration")
                        };
                        if self.scopes[self.at].names[name.as_str()].global.is_none() {
                            self.fail(word, global.range());
                        }
                    }
                    self.name_in(self.at, name).global = Some(global.range());
                }
            }
            Stmt::Nonlocal(nonlocal) => {
                if self.scopes[self.at].kind == Kind::Module {
                    self.fail("nonlocal declaration not allowed at module level".into(), nonlocal.range());
                }
                for name in &nonlocal.names {
                    if self.scopes[self.at].names.get(name.as_str()).is_some_and(|u| u.nonlocal.is_none()) {
                        let bound = self.scopes[self.at].names[name.as_str()].bound;
                        let word = if self.scopes[self.at].params.iter().any(|p| p == name.as_str()) {
                            format!("name '{name}' is parameter and nonlocal")
                        } else if bound {
                            format!("name '{name}' is assigned to before nonlocal declaration")
                        } else {
                            format!("name '{name}' is used prior to nonlocal declaration")
                        };
                        self.fail(word, nonlocal.range());
                    }
                    self.name_in(self.at, name).nonlocal = Some(nonlocal.range());
                }
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name);
                    self.bind(name.split('.').next().unwrap_or(name));
                }
            }
            Stmt::ImportFrom(import) => {
                for alias in import.names.iter().filter(|alias| alias.name.as_str() != "*") {
                    self.bind(alias.asname.as_ref().unwrap_or(&alias.name));
                }
            }
            Stmt::AnnAssign(assign) => {
                // No annotation is evaluated.
                if let Some(value) = &assign.value {
                    self.visit_expr(value);
                }
                self.visit_expr(&assign.target);
            }
            Stmt::Try(tried) => {
                for handler in &tried.handlers {
                    let ast::ExceptHandler::ExceptHandler(handler) = handler;
                    if let Some(name) = &handler.name {
                        self.bind(name);
                    }
                }
                visitor::walk_stmt(self, stmt);
            }
            _ => visitor::walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) => match name.ctx {
                ExprContext::Load => self.mention(&name.id),
                _ => self.bind(&name.id),
            },
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.defaults(parameters);
                }
                self.open(Kind::Function, None, lambda.range(), |walk| {
                    if let Some(parameters) = &lambda.parameters {
                        walk.params(parameters);
                    }
                    walk.visit_expr(&lambda.body);
                });
            }
            Expr::ListComp(c) => self.comprehension(c.range(), &[&c.elt], &c.generators, false),
            Expr::SetComp(c) => self.comprehension(c.range(), &[&c.elt], &c.generators, false),
            Expr::Generator(c) => self.comprehension(c.range(), &[&c.elt], &c.generators, true),
            Expr::DictComp(c) => {
                let mut elements: Vec<&Expr> = c.key.iter().map(|key| &**key).collect();
                elements.push(&c.value);
                self.comprehension(c.range(), &elements, &c.generators, false);
            }
            Expr::Named(named) => {
                self.visit_expr(&named.value);
                if let Expr::Name(name) = &*named.target {
                    self.walrus(&name.id);
                }
            }
            Expr::Yield(_) | Expr::YieldFrom(_) => {
                let at = self.at;
                self.scopes[at].generator = true;
                visitor::walk_expr(self, expr);
            }
            _ => visitor::walk_expr(self, expr),
        }
    }

    fn visit_pattern(&mut self, pattern: &'a ast::Pattern) {
        match pattern {
            ast::Pattern::MatchAs(ast::PatternMatchAs { name: Some(name), .. })
            | ast::Pattern::MatchStar(ast::PatternMatchStar { name: Some(name), .. })
            | ast::Pattern::MatchMapping(ast::PatternMatchMapping { rest: Some(name), .. }) => {
                self.bind(name);
            }
            _ => {}
        }
        visitor::walk_pattern(self, pattern);
    }
}

/// Parents come before their children in the list: one pass decides who binds, the walk upwards who lends.
fn resolve(scopes: &mut [Scope]) -> Result<(), Fault> {
    for at in 0..scopes.len() {
        if scopes[at].kind == Kind::Module {
            continue;
        }
        let mut names: Vec<(String, Use)> = scopes[at].names.iter().map(|(n, u)| (n.clone(), *u)).collect();
        names.sort_by_key(|(_, each)| each.order);
        for (name, each) in names {
            if each.global.is_some() {
                scopes[at].places.insert(name, Place::Global);
                continue;
            }
            if each.bound && each.nonlocal.is_none() {
                let place = if scopes[at].kind == Kind::Class { Place::Named } else { Place::Local };
                scopes[at].places.entry(name).or_insert(place);
                continue;
            }
            if !borrow(scopes, at, &name)
                && let Some(range) = each.nonlocal
            {
                return Err(Fault { says: format!("no binding for nonlocal '{name}' found"), range });
            }
        }
    }
    for scope in scopes.iter_mut() {
        let mut names: Vec<(&String, &Use)> = scope.names.iter().collect();
        names.sort_by_key(|(_, each)| each.order);
        let mut locals = scope.params.clone();
        for (name, _) in names {
            let local = matches!(scope.places.get(name), Some(Place::Local | Place::Cell));
            if local && !locals.contains(name) {
                locals.push(name.clone());
            }
        }
        for (name, place) in &scope.places {
            if *place == Place::Cell && !locals.contains(name) {
                locals.push(name.clone());
            }
        }
        scope.locals = locals;
    }
    Ok(())
}

/// Find the function around that binds `name`; make it lend a cell, and every scope between pass it on.
fn borrow(scopes: &mut [Scope], from: usize, name: &str) -> bool {
    let mut path = vec![from];
    let mut at = scopes[from].parent;
    while let Some(scope) = at {
        let here = &scopes[scope];
        let binds = match here.kind {
            Kind::Module => false,
            Kind::Class => name == "__class__",
            Kind::Function | Kind::Comprehension => {
                here.names.get(name).is_some_and(|u| u.bound && u.global.is_none() && u.nonlocal.is_none())
            }
        };
        if binds {
            scopes[scope].places.insert(name.to_owned(), Place::Cell);
            for each in path {
                if scopes[each].free.iter().any(|free| free == name) {
                    continue;
                }
                scopes[each].free.push(name.to_owned());
                // A class body that binds the name itself only passes the outer one on.
                if scopes[each].kind != Kind::Class || !scopes[each].names.get(name).is_some_and(|u| u.bound)
                {
                    scopes[each].places.insert(name.to_owned(), Place::Free);
                }
            }
            return true;
        }
        // A global declaration around does not lend.
        if here.kind != Kind::Class && here.names.get(name).is_some_and(|u| u.global.is_some()) {
            return false;
        }
        path.push(scope);
        at = here.parent;
    }
    false
}
