//! A program: parsed, checked and compiled.

use std::collections::BTreeSet;
use std::sync::Arc;

use ruff_python_ast::Stmt;
use ruff_python_ast::visitor::{self, Visitor};

use crate::boot::Boot;
use crate::code::Image;
use crate::compile::{self, File};
use crate::modules;
use crate::parse;
use crate::refuse::{self, Refusal};
use crate::syntax::SyntaxFault;

/// Why a text is not run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It is no Python: what CPython says.
    Syntax(SyntaxFault),
    /// It is Python that this machine does not support: everything that it refuses, in the order of the text.
    Refused(Vec<Refusal>),
}

/// A program, ready to run: immutable, shared by every machine that runs it.
#[derive(Clone, Debug)]
pub struct Program {
    pub(crate) image: Arc<Image>,
    pub(crate) main: u32,
    file: Arc<str>,
}

impl Program {
    /// Compile a text. `file` is its name in tracebacks.
    ///
    /// # Errors
    /// If the text is no Python, or Python that is not supported.
    pub fn compile(text: &str, file: &str) -> Result<Self, Unfit> {
        let text = parse::prepare(text, file).map_err(Unfit::Syntax)?;
        let parsed = parse::parse(&text, file).map_err(Unfit::Syntax)?;
        let refusals = refuse::refusals(&text, &parsed);
        if !refusals.is_empty() {
            return Err(Unfit::Refused(refusals));
        }
        let reached = modules::reached(&imports(&parsed));
        let mut image = Image::clone(&Boot::get().image_with(reached));
        let source = File { name: "__main__", file, text: &text, hidden: false };
        let main = compile::module(&mut image, &source, &parsed)
            .map_err(|fault| Unfit::Syntax(SyntaxFault::at(&text, file, fault.range, fault.says)))?;
        Ok(Self { image: Arc::new(image), main, file: file.into() })
    }

    pub(crate) fn of_image(image: Arc<Image>, main: u32) -> Self {
        Self { image, main, file: "".into() }
    }

    /// Its name in tracebacks.
    pub fn file(&self) -> &str {
        &self.file
    }
}

/// Does now what the first program would wait for: what every machine begins with.
pub fn warm_up() {
    Boot::get();
}

/// The modules that a text imports, wherever it does.
pub(crate) fn imports(body: &[Stmt]) -> BTreeSet<String> {
    struct Imports(BTreeSet<String>);
    impl<'a> Visitor<'a> for Imports {
        fn visit_stmt(&mut self, stmt: &'a Stmt) {
            match stmt {
                Stmt::Import(import) => {
                    self.0.extend(import.names.iter().map(|alias| alias.name.to_string()))
                }
                Stmt::ImportFrom(import) => self.0.extend(import.module.iter().map(ToString::to_string)),
                _ => visitor::walk_stmt(self, stmt),
            }
        }
    }
    let mut imports = Imports(BTreeSet::new());
    imports.visit_body(body);
    imports.0
}
