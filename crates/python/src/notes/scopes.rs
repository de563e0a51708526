//! Names that nothing in a listing defines, and what was meant: another spelling, a missing import, something left out.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::Ranged;

use super::Found;
use super::draft::Edit;
use super::facts::{Bound, Facts};
use super::reader::Words;
use super::syntax::bytes;
use super::tables;
use super::tidy::ROW;

/// What a scope belongs to.
#[derive(Clone, Copy)]
enum Owner<'a> {
    Module,
    Function(Option<&'a ast::StmtFunctionDef>),
    Class,
}

/// The names of one scope.
struct Scope<'a> {
    owner: Owner<'a>,
    names: BTreeSet<&'a str>,
    parameters: BTreeSet<&'a str>,
    parent: usize,
}

/// A name that is read.
struct Read<'a> {
    name: &'a str,
    range: Range<usize>,
    scope: usize,
    /// An attribute of it is read.
    dotted: bool,
    /// It is called, or a thread is to call it.
    called: bool,
}

/// All scopes and reads of a listing.
struct Names<'a> {
    scopes: Vec<Scope<'a>>,
    now: usize,
    reads: Vec<Read<'a>>,
    /// Functions by the name that their result is given.
    made: BTreeMap<&'a str, &'a str>,
    /// Names that are run or started, as threads are.
    run: BTreeSet<&'a str>,
    /// Something makes names that cannot be seen.
    dark: bool,
}

/// Names that are read and never defined.
pub(super) fn find<'a>(words: &'a Words<'a>, facts: &Facts<'a>, suite: &'a [Stmt]) -> Vec<Found> {
    let module = Scope { owner: Owner::Module, names: bound(suite), parameters: BTreeSet::new(), parent: 0 };
    let mut names = Names {
        scopes: vec![module],
        now: 0,
        reads: Vec::new(),
        made: BTreeMap::new(),
        run: BTreeSet::new(),
        dark: facts.stars.iter().any(|module| tables::star(module).is_none()),
    };
    for stmt in suite {
        names.visit_stmt(stmt);
    }
    if names.dark {
        return Vec::new();
    }
    let repairs = Repairs { words, facts, suite, names: &names };
    let mut placed = BTreeSet::new();
    let unknown = names.reads.iter().filter(|read| !names.known(facts, read));
    unknown.map(|read| repairs.of(read, &mut placed)).collect()
}

fn bound(body: &[Stmt]) -> BTreeSet<&str> {
    let mut bound = Bound::default();
    body.iter().for_each(|stmt| bound.visit_stmt(stmt));
    bound.names.difference(&bound.elsewhere).copied().collect()
}

impl<'a> Names<'a> {
    fn enter(&mut self, owner: Owner<'a>, names: BTreeSet<&'a str>, parameters: BTreeSet<&'a str>) -> usize {
        let outer = self.now;
        self.scopes.push(Scope { owner, names, parameters, parent: outer });
        self.now = self.scopes.len() - 1;
        outer
    }

    /// The scopes that a name is looked for in from `scope` outwards: of classes only the innermost.
    fn chain(&self, scope: usize) -> Vec<usize> {
        let mut chain = vec![scope];
        let mut at = scope;
        while at != 0 {
            at = self.scopes[at].parent;
            if !matches!(self.scopes[at].owner, Owner::Class) {
                chain.push(at);
            }
        }
        chain
    }

    fn known(&self, facts: &Facts<'_>, read: &Read<'_>) -> bool {
        let here = |scope: &usize| {
            let scope = &self.scopes[*scope];
            scope.names.contains(read.name) || scope.parameters.contains(read.name)
        };
        self.chain(read.scope).iter().any(here)
            || tables::is_builtin(read.name)
            || facts.stars.iter().any(|module| tables::star(module).is_some_and(|has| has(read.name)))
    }

    fn read(&mut self, name: &'a ast::ExprName, dotted: bool, called: bool) {
        if name.ctx.is_load() {
            let read =
                Read { name: name.id.as_str(), range: bytes(name.range), scope: self.now, dotted, called };
            self.reads.push(read);
        }
    }

    fn called(&mut self, func: &'a Expr) {
        match func {
            Expr::Name(name) => self.read(name, false, true),
            other => self.visit_expr(other),
        }
    }

    fn parameters(&mut self, parameters: &'a ast::Parameters) -> BTreeSet<&'a str> {
        for parameter in parameters.iter_non_variadic_params() {
            if let Some(default) = parameter.default() {
                self.visit_expr(default);
            }
        }
        parameters.iter().map(|parameter| parameter.name().as_str()).collect()
    }
}

impl<'a> Visitor<'a> for Names<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(it) => {
                it.decorator_list.iter().for_each(|decorator| self.visit_expr(&decorator.expression));
                let parameters = self.parameters(&it.parameters);
                let outer = self.enter(Owner::Function(Some(it)), bound(&it.body), parameters);
                it.body.iter().for_each(|stmt| self.visit_stmt(stmt));
                self.now = outer;
            }
            Stmt::ClassDef(it) => {
                it.decorator_list.iter().for_each(|decorator| self.visit_expr(&decorator.expression));
                if let Some(arguments) = &it.arguments {
                    self.visit_arguments(arguments);
                }
                let outer = self.enter(Owner::Class, bound(&it.body), BTreeSet::new());
                it.body.iter().for_each(|stmt| self.visit_stmt(stmt));
                self.now = outer;
            }
            Stmt::Global(it) => self.scopes[0].names.extend(it.names.iter().map(|name| name.as_str())),
            Stmt::AnnAssign(it) => {
                self.visit_expr(&it.target);
                if let Some(value) = &it.value {
                    self.visit_expr(value);
                }
            }
            Stmt::Assign(it) => {
                if let ([Expr::Name(target)], Expr::Call(call)) = (&it.targets[..], &*it.value)
                    && let Expr::Name(func) = &*call.func
                {
                    self.made.insert(func.id.as_str(), target.id.as_str());
                }
                walk_stmt(self, stmt);
            }
            Stmt::TypeAlias(_) => self.dark = true,
            _ => walk_stmt(self, stmt),
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) => self.read(name, false, false),
            Expr::Attribute(it) => match &*it.value {
                Expr::Name(name) => self.read(name, true, false),
                other => self.visit_expr(other),
            },
            Expr::Lambda(it) => {
                let parameters = it.parameters.as_ref().map(|it| self.parameters(it)).unwrap_or_default();
                let mut bound = Bound::default();
                bound.visit_expr(&it.body);
                let outer = self.enter(Owner::Function(None), bound.names, parameters);
                self.visit_expr(&it.body);
                self.now = outer;
            }
            Expr::Call(call) => {
                self.called(&call.func);
                match &*call.func {
                    Expr::Name(name) => {
                        self.dark |= matches!(
                            name.id.as_str(),
                            "exec" | "eval" | "globals" | "locals" | "vars" | "__import__"
                        );
                    }
                    Expr::Attribute(it) if matches!(it.attr.as_str(), "run" | "start") => {
                        self.run.extend(it.value.as_name_expr().map(|name| name.id.as_str()));
                    }
                    _ => {}
                }
                call.arguments.args.iter().for_each(|arg| self.visit_expr(arg));
                for keyword in &call.arguments.keywords {
                    let target = keyword.arg.as_ref().is_some_and(|arg| arg.as_str() == "target");
                    if target { self.called(&keyword.value) } else { self.visit_expr(&keyword.value) }
                }
            }
            _ => walk_expr(self, expr),
        }
    }

    fn visit_except_handler(&mut self, handler: &'a ast::ExceptHandler) {
        let ast::ExceptHandler::ExceptHandler(it) = handler;
        self.dark |= it
            .type_
            .as_deref()
            .and_then(Expr::as_name_expr)
            .is_some_and(|name| name.id.as_str() == "NameError");
        ast::visitor::walk_except_handler(self, handler);
    }
}

/// What is said of a name that nothing defines.
struct Repairs<'a, 'b> {
    words: &'a Words<'a>,
    facts: &'b Facts<'a>,
    suite: &'a [Stmt],
    names: &'b Names<'a>,
}

impl Repairs<'_, '_> {
    /// `placed` are the names that a repair has defined already.
    fn of<'n>(&self, read: &Read<'n>, placed: &mut BTreeSet<&'n str>) -> Found {
        let name = read.name;
        let once = |edit: Edit, placed: &mut BTreeSet<&'n str>| {
            if placed.insert(name) { vec![edit] } else { Vec::new() }
        };
        let found = |row: &'static str, what: String, edits: Vec<Edit>| {
            Found { kind: "name", ..Found::sure(row, read.range.clone(), what) }.with(edits)
        };
        if let Some(gone) = tables::GONE_NAMES.iter().find(|gone| gone.0 == name) {
            let what = format!("`{name}` is Python 2; in Python 3 it is `{}` (NameError).", gone.1);
            return found("C37", what, vec![Edit::replace(read.range.clone(), gone.1)]);
        }
        if let Some(found) = self.of_a_module(read, placed) {
            return found;
        }
        if let Some(meant) = self.nearest(read) {
            let what = format!("`{name}` is defined nowhere (NameError): it is spelt `{meant}` elsewhere.");
            return found(ROW, what, vec![Edit::replace(read.range.clone(), meant)]);
        }
        if let Some((function, edit)) = self.local_elsewhere(read) {
            let what = format!(
                "`{name}` is a name inside of the function `{function}` only; here nothing has that name (NameError)."
            );
            let edits = edit.map_or(Vec::new(), |edit| once(edit, placed));
            return found(ROW, what, edits);
        }
        if read.called {
            let what = format!(
                "`{name}` is defined nowhere: the listing leaves it out (NameError). What it does is yours to write."
            );
            return found(ROW, what, if placed.insert(name) { self.stub(name, placed) } else { Vec::new() });
        }
        let what = format!("`{name}` is defined nowhere (NameError).");
        let Some(value) = value(name) else { return found(ROW, what, Vec::new()) };
        let place = self.after_imports();
        let rest = self.words.slice(place..self.words.len());
        let block = ["def", "class", "@"].iter().any(|word| rest.starts_with(word));
        let end = if block { "\n\n" } else { "\n" };
        let line =
            format!("{name} = {value}  # missing in the listing: put in what both sides agreed on{end}");
        found(ROW, what, once(Edit::insert(place, line), placed))
    }

    /// A module that is not imported, or a name of one that is written without it.
    fn of_a_module<'n>(&self, read: &Read<'n>, placed: &mut BTreeSet<&'n str>) -> Option<Found> {
        let name = read.name;
        let found = |row: &'static str, what: String, edits: Vec<Edit>| {
            Some(Found { kind: "name", ..Found::sure(row, read.range.clone(), what) }.with(edits))
        };
        let mut import = |line: String| {
            if placed.insert(name) { vec![self.import(&line)] } else { Vec::new() }
        };
        if read.dotted && tables::is_module(name) {
            let what = format!("The module `{name}` is used and never imported (NameError).");
            return found(ROW, what, import(format!("import {name}")));
        }
        let (module, row) = if tables::is_socket_constant(name) {
            ("socket", "B2")
        } else {
            (tables::module_of(name).filter(|_| !read.dotted || name.starts_with("std"))?, ROW)
        };
        if self.facts.import(module).as_deref() == Some(module) {
            let what = format!(
                "`{name}` belongs to the module: after `import {module}` its name is `{module}.{name}` (NameError)."
            );
            return found(row, what, vec![Edit::insert(read.range.start, format!("{module}."))]);
        }
        let what = format!("`{name}` belongs to the module `{module}` and is not imported (NameError).");
        found(row, what, import(format!("from {module} import {name}")))
    }

    /// The name that is visible here and spelt nearly so.
    fn nearest(&self, read: &Read<'_>) -> Option<String> {
        let scopes = self.names.chain(read.scope).into_iter().map(|scope| &self.names.scopes[scope]);
        let visible: BTreeSet<&str> =
            scopes.flat_map(|scope| scope.names.iter().chain(&scope.parameters).copied()).collect();
        tables::nearest(read.name, visible.into_iter()).map(str::to_owned)
    }

    /// The function whose own name it is, and how it becomes everybody's.
    fn local_elsewhere(&self, read: &Read<'_>) -> Option<(String, Option<Edit>)> {
        let mine = self.names.chain(read.scope);
        let mut has = self.names.scopes.iter().enumerate().filter_map(|(k, scope)| {
            let Owner::Function(Some(def)) = scope.owner else { return None };
            let own = scope.names.contains(read.name) && !scope.parameters.contains(read.name);
            (own && !mine.contains(&k)).then_some(def)
        });
        let def = has.next()?;
        let only = has.next().is_none();
        let docstring = def
            .body
            .first()
            .is_some_and(|stmt| matches!(stmt, Stmt::Expr(it) if it.value.is_string_literal_expr()));
        let first = def.body.get(usize::from(docstring))?;
        let at = bytes(first.range()).start;
        let own_line = self.words.line_start(at) + self.words.indent(at).len() == at;
        let edit = (only && own_line)
            .then(|| Edit::insert(at, format!("global {}\n{}", read.name, self.words.indent(at))));
        Some((def.name.to_string(), edit))
    }

    /// A function, or a thread, that says that it was left out.
    fn stub(&self, name: &str, placed: &mut BTreeSet<&str>) -> Vec<Edit> {
        let says = format!("raise NotImplementedError(\"{name}: the listing does not show what it does\")");
        let thread = self.names.made.get(name).is_some_and(|target| self.names.run.contains(target));
        let place = self.after_imports();
        if !thread {
            return vec![Edit::insert(place, format!("def {name}(*args):\n    {says}\n\n"))];
        }
        let text = format!(
            "class {name}(threading.Thread):\n    def __init__(self, *args):\n        super().__init__()\n        self.args = args\n\n    \
             def run(self):\n        {says}\n\n"
        );
        let mut edits = Vec::new();
        if self.facts.import("threading").is_none() && placed.insert("threading") {
            edits.push(self.import("import threading"));
        }
        edits.push(Edit::insert(place, text));
        edits
    }

    /// One more import at the top.
    fn import(&self, line: &str) -> Edit {
        let at = self.top();
        let last =
            !["import", "from"].iter().any(|word| self.words.slice(at..self.words.len()).starts_with(word));
        Edit::insert(at, format!("{line}\n{}", if last { "\n" } else { "" }))
    }

    /// Where an import belongs: before the first statement that is no docstring and no import from the future.
    fn top(&self) -> usize {
        self.start_of_first(|stmt| matches!(stmt, Stmt::ImportFrom(it) if it.module.as_ref().is_some_and(|module| module.as_str() == "__future__")))
    }

    /// The end of the imports that the listing begins with.
    fn after_imports(&self) -> usize {
        self.start_of_first(|stmt| matches!(stmt, Stmt::Import(_) | Stmt::ImportFrom(_)))
    }

    fn start_of_first(&self, skip: impl Fn(&Stmt) -> bool) -> usize {
        let text = |stmt: &Stmt| matches!(stmt, Stmt::Expr(it) if it.value.is_string_literal_expr());
        let first = self.suite.iter().enumerate().find(|(k, stmt)| !(*k == 0 && text(stmt) || skip(stmt)));
        first.map_or(self.words.len(), |(_, stmt)| self.words.line_start(bytes(stmt.range()).start))
    }
}

/// A value for a name that a listing leaves out, if its name tells what it is.
fn value(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    if has(&["port"]) {
        Some("9000")
    } else if has(&["host", "addr", "server_ip", "ip_"]) || name == "ip" {
        Some("\"127.0.0.1\"")
    } else if has(&["len", "size", "buf", "max", "chunk"]) {
        Some("4096")
    } else if has(&["backlog"]) {
        Some("5")
    } else {
        None
    }
}
