//! What a listing says about its names wherever it says it: imports, functions, classes, and how names are used.

use std::collections::{BTreeMap, BTreeSet};

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::Ranged;

use super::tables::{is_builtin, is_socket_method, is_socket_name};

/// A function of the listing.
pub(super) struct Function<'a> {
    pub(super) def: &'a ast::StmtFunctionDef,
    /// The class that it is a method of.
    pub(super) class: Option<&'a str>,
    /// The scopes around it: where their functions begin; 0 is the module.
    pub(super) outer: Vec<usize>,
    /// Somebody may call it whom the listing does not show: it is handed on as a value.
    pub(super) escapes: bool,
    pub(super) decorated: bool,
}

/// A class of the listing.
pub(super) struct Class {
    /// It is a thread: its `run` is to be called by `start`.
    pub(super) thread: bool,
}

/// The facts.
#[derive(Default)]
pub(super) struct Facts<'a> {
    pub(super) functions: Vec<Function<'a>>,
    pub(super) classes: BTreeMap<&'a str, Class>,
    imports: BTreeMap<&'a str, String>,
    /// Modules of which everything is imported.
    pub(super) stars: BTreeSet<&'a str>,
    /// Names whose type the listing asks for.
    pub(super) tested: BTreeSet<String>,
    /// Names used as only sockets are: the function that does so, and the name.
    sockets: BTreeSet<(usize, String)>,
    /// Names of which `send` is called, and those of which `close` is: in which function.
    sent: BTreeSet<(usize, String)>,
    closed: BTreeSet<(usize, String)>,
    /// Attributes used so: the class and the name with `self.`.
    class_sockets: BTreeSet<(&'a str, String)>,
    /// Names of which a method of sockets is called.
    pub(super) receivers: BTreeSet<String>,
    /// Names that are indexed, unpacked or passed on as a whole.
    pub(super) whole: BTreeSet<String>,
    /// Objects that are started.
    pub(super) started: BTreeSet<String>,
    generators: BTreeSet<usize>,
    /// Names and attributes that are used otherwise than to be called.
    values: BTreeSet<&'a str>,
    /// The module's variables.
    pub(super) variables: BTreeSet<String>,
    /// Names that some function says to be global.
    global: BTreeSet<&'a str>,
    /// The listing speaks of Unix sockets, whose addresses are paths.
    pub(super) unix: bool,
}

impl<'a> Facts<'a> {
    pub(super) fn of(suite: &'a [Stmt]) -> Self {
        let mut reader = Reader { facts: Facts::default(), scopes: vec![0], classes: vec![None] };
        for stmt in suite {
            reader.visit_stmt(stmt);
        }
        let mut facts = reader.facts;
        facts.variables = locals(suite).0;
        // Others than sockets are sent to and closed as well, where their modules are imported.
        let others = ["asyncio", "multiprocessing", "serial", "websocket", "websockets", "zmq"];
        let of_others = |path: &String| others.contains(&path.split('.').next().unwrap_or(path));
        if !facts.imports.values().any(of_others) && facts.generators.is_empty() {
            facts.sockets.extend(facts.sent.intersection(&facts.closed).cloned().collect::<Vec<_>>());
        }
        for function in &mut facts.functions {
            function.escapes = facts.values.contains(function.def.name.as_str());
        }
        facts
    }

    /// What a name that is imported stands for, as a dotted name.
    pub(super) fn import(&self, name: &str) -> Option<String> {
        if let Some(path) = self.imports.get(name) {
            return Some(path.clone());
        }
        let star = self.stars.iter().find(|module| match **module {
            "socket" => !name.starts_with('_') && is_socket_name(name),
            "threading" => matches!(name, "Thread" | "Lock" | "Timer"),
            "thread" | "_thread" => name == "start_new_thread",
            "time" => matches!(name, "sleep" | "ctime" | "time"),
            "struct" => matches!(name, "pack" | "unpack"),
            _ => false,
        });
        star.map(|module| format!("{module}.{name}"))
    }

    /// Whether the listing itself asks which names there are.
    fn asks_for_names(&self) -> bool {
        self.values.contains("NameError") || self.values.contains("UnboundLocalError")
    }

    /// Whether a name is, or may be, something else than a variable that its own scope gives a value to.
    pub(super) fn other_than_variable(&self, name: &str) -> bool {
        is_builtin(name)
            || self.asks_for_names()
            || name.starts_with("__")
            || self.import(name).is_some()
            || !self.stars.is_empty()
            || self.global.contains(name)
            || self.classes.contains_key(name)
            || self.functions.iter().any(|it| it.def.name.as_str() == name)
    }

    /// The only function (no method) of a name.
    pub(super) fn function(&self, name: &str) -> Option<&Function<'a>> {
        let mut all = self.functions.iter().filter(|it| it.class.is_none() && it.def.name.as_str() == name);
        all.next().filter(|_| all.next().is_none())
    }

    /// The only method of a name in a class.
    pub(super) fn method(&self, class: &str, name: &str) -> Option<&Function<'a>> {
        let mut all =
            self.functions.iter().filter(|it| it.class == Some(class) && it.def.name.as_str() == name);
        all.next().filter(|_| all.next().is_none())
    }

    pub(super) fn used_as_socket(&self, scope: usize, class: Option<&str>, name: &str) -> bool {
        self.sockets.contains(&(scope, name.to_owned()))
            || class.is_some_and(|class| self.class_sockets.iter().any(|it| it.0 == class && it.1 == name))
    }

    /// Whether a function is a generator.
    pub(super) fn yields(&self, def: &ast::StmtFunctionDef) -> bool {
        self.generators.contains(&def.range().start().to_usize())
    }
}

struct Reader<'a> {
    facts: Facts<'a>,
    scopes: Vec<usize>,
    /// For each scope: the class whose methods it holds.
    classes: Vec<Option<&'a str>>,
}

impl<'a> Visitor<'a> for Reader<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(def) => {
                let class = self.classes.last().copied().flatten();
                let outer = self.scopes.clone();
                let decorated = !def.decorator_list.is_empty();
                self.facts.functions.push(Function { def, class, outer, escapes: false, decorated });
                self.scopes.push(def.range().start().to_usize());
                // The methods' own attributes are looked up by the class of the method.
                self.classes.push(None);
                walk_stmt(self, stmt);
                self.classes.pop();
                self.scopes.pop();
            }
            Stmt::ClassDef(def) => {
                let base =
                    |base: &Expr| dotted(base).and_then(|base| base.rsplit('.').next().map(str::to_owned));
                let mut bases =
                    def.arguments.iter().flat_map(|arguments| arguments.args.iter()).filter_map(base);
                let thread = bases.any(|base| base == "Thread");
                self.facts.classes.insert(def.name.as_str(), Class { thread });
                self.classes.push(Some(def.name.as_str()));
                walk_stmt(self, stmt);
                self.classes.pop();
            }
            Stmt::Global(it) => self.facts.global.extend(it.names.iter().map(|name| name.as_str())),
            Stmt::Import(it) => {
                for alias in &it.names {
                    let name = alias.name.as_str();
                    match &alias.asname {
                        Some(local) => self.facts.imports.insert(local.as_str(), name.to_owned()),
                        None => {
                            let first = name.split('.').next().unwrap_or(name);
                            self.facts.imports.insert(first, first.to_owned())
                        }
                    };
                }
            }
            Stmt::ImportFrom(it) => {
                let module = it.module.as_ref().map_or("", |module| module.as_str());
                for alias in &it.names {
                    if alias.name.as_str() == "*" {
                        self.facts.stars.insert(module);
                    } else {
                        let local = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                        self.facts.imports.insert(local, format!("{module}.{}", alias.name.as_str()));
                    }
                }
            }
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Call(call) => self.call(call),
            Expr::Name(name) if name.ctx.is_load() => {
                self.facts.values.insert(name.id.as_str());
                self.facts.whole.insert(name.id.to_string());
            }
            Expr::Attribute(it) => {
                if it.ctx.is_load() {
                    self.facts.values.insert(it.attr.as_str());
                }
                self.facts.unix |= it.attr.as_str() == "AF_UNIX";
                self.base(&it.value);
            }
            Expr::Yield(_) | Expr::YieldFrom(_) => {
                self.facts.generators.extend(self.scopes.last());
                walk_expr(self, expr);
            }
            _ => walk_expr(self, expr),
        }
        self.facts.unix |= expr.as_name_expr().is_some_and(|name| name.id.as_str() == "AF_UNIX");
    }
}

impl<'a> Reader<'a> {
    /// The object of an attribute: a name there is not used as a whole.
    fn base(&mut self, base: &'a Expr) {
        match base {
            Expr::Name(name) => {
                self.facts.values.insert(name.id.as_str());
            }
            other => self.visit_expr(other),
        }
    }

    /// Something that is called, now or by a thread.
    fn callee(&mut self, func: &'a Expr) {
        match func {
            Expr::Name(_) => {}
            Expr::Attribute(it) => self.base(&it.value),
            other => self.visit_expr(other),
        }
    }

    fn call(&mut self, call: &'a ast::ExprCall) {
        self.callee(&call.func);
        let name = match &*call.func {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(it) => {
                self.method(call, it);
                it.attr.as_str()
            }
            _ => "",
        };
        if matches!(name, "isinstance" | "type" | "hasattr") {
            let asked = call.arguments.args.first().and_then(|arg| arg.as_name_expr());
            self.facts.tested.extend(asked.map(|name| name.id.to_string()));
        }
        for (k, arg) in call.arguments.args.iter().enumerate() {
            if name == "start_new_thread" && k == 0 { self.callee(arg) } else { self.visit_expr(arg) }
        }
        for keyword in &call.arguments.keywords {
            let target = keyword.arg.as_ref().is_some_and(|arg| arg.as_str() == "target");
            if target { self.callee(&keyword.value) } else { self.visit_expr(&keyword.value) }
        }
    }

    /// A method is called: which names are sockets by their use, and which are started.
    fn method(&mut self, call: &ast::ExprCall, it: &'a ast::ExprAttribute) {
        let Some(object) = dotted(&it.value) else { return };
        let method = it.attr.as_str();
        if method == "start" {
            self.facts.started.insert(object.clone());
        }
        if is_socket_method(method) {
            self.facts.receivers.insert(object.clone());
        }
        let scope = self.scopes.last().copied().unwrap_or(0);
        match method {
            "send" => {
                self.facts.sent.insert((scope, object.clone()));
            }
            "close" => {
                self.facts.closed.insert((scope, object.clone()));
            }
            _ => {}
        }
        let args = call.arguments.args.len();
        let only = match method {
            "recv" | "recvfrom" | "listen" => args >= 1,
            "accept" | "getpeername" | "getsockname" => args == 0,
            "setsockopt" | "sendall" | "makefile" | "setblocking" | "settimeout" | "recv_into" => true,
            _ => false,
        };
        if only {
            self.facts.sockets.insert((scope, object.clone()));
            // The method stands in a function, that in the class.
            let class = self.classes.iter().rev().find_map(|class| *class);
            if let Some(class) = class.filter(|_| object.starts_with("self.")) {
                self.facts.class_sockets.insert((class, object));
            }
        }
    }
}

/// A name with its attributes, as it is written.
pub(super) fn dotted(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Name(name) => Some(name.id.to_string()),
        Expr::Attribute(it) => Some(format!("{}.{}", dotted(&it.value)?, it.attr.as_str())),
        _ => None,
    }
}

/// Whether a condition always holds: `True`, `1`.
pub(super) fn always(test: &Expr) -> bool {
    match test {
        Expr::BooleanLiteral(it) => it.value,
        Expr::NumberLiteral(it) => matches!(&it.value, ast::Number::Int(k) if k.as_u64() != Some(0)),
        _ => false,
    }
}

/// Whether a function's body has no `return` with a value.
pub(super) fn returns_nothing(body: &[Stmt]) -> bool {
    struct Returns(bool);
    impl<'a> Visitor<'a> for Returns {
        fn visit_stmt(&mut self, stmt: &'a Stmt) {
            match stmt {
                Stmt::Return(it) => self.0 |= it.value.is_some(),
                Stmt::FunctionDef(_) | Stmt::ClassDef(_) => {}
                _ => walk_stmt(self, stmt),
            }
        }
    }
    let mut returns = Returns(false);
    body.iter().for_each(|stmt| returns.visit_stmt(stmt));
    !returns.0
}

/// The names that a function's body gives values to, and those that it says to be of another scope.
pub(super) fn locals(body: &[Stmt]) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut bound = Bound::default();
    for stmt in body {
        bound.visit_stmt(stmt);
    }
    (
        bound.names.into_iter().map(str::to_owned).collect(),
        bound.elsewhere.into_iter().map(str::to_owned).collect(),
    )
}

/// The names that a pattern gives values to.
pub(super) fn captured(pattern: &ast::Pattern) -> Vec<&str> {
    let mut bound = Bound::default();
    bound.visit_pattern(pattern);
    bound.names.into_iter().collect()
}

/// Names that get values in one scope; functions and classes in it are scopes of their own.
#[derive(Default)]
pub(super) struct Bound<'a> {
    pub(super) names: BTreeSet<&'a str>,
    /// `global` and `nonlocal`.
    pub(super) elsewhere: BTreeSet<&'a str>,
}

impl<'a> Visitor<'a> for Bound<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(it) => {
                self.names.insert(it.name.as_str());
            }
            Stmt::ClassDef(it) => {
                self.names.insert(it.name.as_str());
            }
            Stmt::Import(it) => {
                let name = |alias: &'a ast::Alias| match &alias.asname {
                    Some(local) => local.as_str(),
                    None => alias.name.as_str().split('.').next().unwrap_or_default(),
                };
                self.names.extend(it.names.iter().map(name));
            }
            Stmt::ImportFrom(it) => {
                self.names.extend(
                    it.names.iter().map(|alias| alias.asname.as_ref().unwrap_or(&alias.name).as_str()),
                );
            }
            Stmt::Global(it) => self.elsewhere.extend(it.names.iter().map(|name| name.as_str())),
            Stmt::Nonlocal(it) => self.elsewhere.extend(it.names.iter().map(|name| name.as_str())),
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if !name.ctx.is_load() => {
                self.names.insert(name.id.as_str());
            }
            Expr::Lambda(_) => {}
            _ => walk_expr(self, expr),
        }
    }

    fn visit_except_handler(&mut self, handler: &'a ast::ExceptHandler) {
        let ast::ExceptHandler::ExceptHandler(it) = handler;
        self.names.extend(it.name.as_ref().map(|name| name.as_str()));
        ast::visitor::walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a ast::Pattern) {
        match pattern {
            ast::Pattern::MatchAs(it) => self.names.extend(it.name.as_ref().map(|name| name.as_str())),
            ast::Pattern::MatchStar(it) => self.names.extend(it.name.as_ref().map(|name| name.as_str())),
            ast::Pattern::MatchMapping(it) => self.names.extend(it.rest.as_ref().map(|name| name.as_str())),
            _ => {}
        }
        ast::visitor::walk_pattern(self, pattern);
    }
}
