//! What this machine does not support is refused before the run, with a place, a sentence and an alternative.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use crate::boot::Boot;

/// A construct that is not supported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The line, from 1.
    pub line: u32,
    /// The column, characters from 1.
    pub column: u32,
    /// What is not supported.
    pub says: String,
    /// What to write instead.
    pub instead: String,
}

/// Everything in a program that is not supported, in the order of the text.
pub(crate) fn refusals(text: &str, body: &[Stmt]) -> Vec<Refusal> {
    let mut walk = Walk { text, found: Vec::new() };
    walk.visit_body(body);
    walk.found.sort_by_key(|refusal| (refusal.line, refusal.column));
    walk.found
}

struct Walk<'t> {
    text: &'t str,
    found: Vec<Refusal>,
}

impl Walk<'_> {
    fn refuse(&mut self, range: TextRange, says: impl Into<String>, instead: impl Into<String>) {
        let before = &self.text[..range.start().to_usize().min(self.text.len())];
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        self.found.push(Refusal {
            line: before.matches('\n').count() as u32 + 1,
            column: before[start..].chars().count() as u32 + 1,
            says: says.into(),
            instead: instead.into(),
        });
    }

    /// The escapes of a literal.
    fn escapes(&mut self, literal: TextRange) {
        let text = self.text;
        for escape in escapes(&text[literal.to_std_range()]) {
            if is_surrogate(escape) {
                let says = "half a character (a surrogate) in a string is not supported";
                self.refuse(literal, says, "the whole character, as \\U0001f40d or as it is");
            }
            if escape.starts_with("N{") {
                let says = "\\N{…}, a character by its name, is not supported";
                self.refuse(literal, says, "the character as it is, or its number, as \\u20ac");
            }
        }
    }

    fn module(&mut self, name: &str, range: TextRange) {
        if name == "__future__" {
            return;
        }
        if !Boot::get().is_module(name) {
            let modules = Boot::get().module_list().join(", ");
            self.refuse(
                range,
                format!("the module {name} is not there"),
                format!("these modules are: {modules}"),
            );
        }
    }
}

/// What a literal's escapes begin with: the text behind each backslash.
fn escapes(literal: &str) -> impl Iterator<Item = &str> {
    let mut rest = literal;
    std::iter::from_fn(move || {
        let escape = &rest[rest.find('\\')? + 1..];
        // The character behind a backslash begins no escape.
        let mut characters = escape.chars();
        characters.next();
        rest = characters.as_str();
        Some(escape)
    })
}

/// Whether an escape is half a character: no text of this machine can hold one.
fn is_surrogate(escape: &str) -> bool {
    let digits = match escape.as_bytes().first() {
        Some(b'u') => escape.get(1..5),
        Some(b'U') => escape.get(1..9),
        _ => None,
    };
    let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    number.is_some_and(|number| (0xd800..0xe000).contains(&number))
}

/// Built-in functions that are refused, and what serves instead.
pub(crate) const FUNCTIONS: &[(&str, &str)] = &[
    ("open", "keep the data in a bytes or str of the program: there are no files here"),
    ("eval", "int(text) or float(text) for numbers; a dict of functions for commands"),
    ("exec", "write the code as a function and call it"),
    ("compile", "write the code as a function and call it"),
    ("__import__", "an import statement at the top of the program"),
    ("globals", "a dict of your own"),
    ("locals", "a dict of your own"),
    ("breakpoint", "a breakpoint of the stepper: click beside the line"),
    ("help", "the documentation on docs.python.org"),
    ("complex", "a tuple of two floats"),
];

impl<'a> Visitor<'a> for Walk<'_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(def) => {
                if def.is_async {
                    self.refuse(
                        def.range(),
                        "async functions are not supported",
                        "a thread for each client, or selectors",
                    );
                }
                if let Some(params) = &def.type_params {
                    self.refuse(
                        params.range(),
                        "type parameters are newer than Python 3.11",
                        "leave them out",
                    );
                }
            }
            Stmt::ClassDef(def) => {
                if let Some(params) = &def.type_params {
                    self.refuse(
                        params.range(),
                        "type parameters are newer than Python 3.11",
                        "leave them out",
                    );
                }
                if let Some(arguments) = &def.arguments {
                    for keyword in &arguments.keywords {
                        if keyword.arg.as_ref().is_some_and(|name| name.as_str() == "metaclass") {
                            self.refuse(
                                keyword.range(),
                                "metaclasses are not supported",
                                "a class decorator, or __init_subclass__",
                            );
                        }
                    }
                    for base in &arguments.args {
                        if let Expr::Name(name) = base
                            && matches!(
                                name.id.as_str(),
                                "int"
                                    | "float"
                                    | "str"
                                    | "bytes"
                                    | "bytearray"
                                    | "list"
                                    | "tuple"
                                    | "dict"
                                    | "set"
                                    | "frozenset"
                            )
                        {
                            self.refuse(
                                base.range(),
                                format!("a class that descends from {} is not supported", name.id),
                                format!("a class of its own that keeps a {} in an attribute", name.id),
                            );
                        }
                    }
                }
            }
            Stmt::For(each) if each.is_async => {
                self.refuse(each.range(), "async for is not supported", "a plain for loop");
            }
            Stmt::With(with) if with.is_async => {
                self.refuse(with.range(), "async with is not supported", "a plain with statement");
            }
            Stmt::Try(tried) if tried.is_star => {
                self.refuse(tried.range(), "exception groups are not supported", "except, without the star");
            }
            Stmt::TypeAlias(alias) => {
                self.refuse(alias.range(), "type statements are newer than Python 3.11", "leave it out");
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    self.module(&alias.name, import.range());
                }
            }
            Stmt::ImportFrom(import) => {
                if import.level > 0 {
                    self.refuse(
                        import.range(),
                        "relative imports are not supported",
                        "a program is one file",
                    );
                } else if let Some(module) = &import.module {
                    self.module(module, import.range());
                }
            }
            _ => {}
        }
        visitor::walk_stmt(self, stmt);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Await(_) => self.refuse(expr.range(), "await is not supported", "a plain call"),
            Expr::TString(_) => {
                self.refuse(expr.range(), "t-strings are newer than Python 3.11", "an f-string")
            }
            Expr::NumberLiteral(ast::ExprNumberLiteral { value: ast::Number::Complex { .. }, .. }) => {
                self.refuse(expr.range(), "complex numbers are not supported", "a tuple of two floats");
            }
            Expr::StringLiteral(literal) => {
                for part in literal.value.iter().filter(|part| !part.flags.prefix().is_raw()) {
                    self.escapes(part.range());
                }
            }
            Expr::FString(literal) => {
                for part in &literal.value {
                    let raw = match part {
                        ast::FStringPart::Literal(text) => text.flags.prefix().is_raw(),
                        ast::FStringPart::FString(text) => text.flags.prefix().is_raw(),
                    };
                    // What stands in braces has no backslash before Python 3.12.
                    if !raw {
                        self.escapes(part.range());
                    }
                }
            }
            Expr::ListComp(ast::ExprListComp { generators, .. })
            | Expr::SetComp(ast::ExprSetComp { generators, .. })
            | Expr::DictComp(ast::ExprDictComp { generators, .. })
            | Expr::Generator(ast::ExprGenerator { generators, .. })
                if generators.iter().any(|generator| generator.is_async) =>
            {
                self.refuse(expr.range(), "async comprehensions are not supported", "a plain one");
            }
            Expr::Call(call) => {
                if let Expr::Name(name) = &*call.func
                    && let Some((_, instead)) = FUNCTIONS.iter().find(|(known, _)| *known == name.id.as_str())
                {
                    self.refuse(call.func.range(), format!("{}() is not supported", name.id), *instead);
                }
            }
            _ => {}
        }
        visitor::walk_expr(self, expr);
    }
}
