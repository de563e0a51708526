//! The Python that programs of the site are written in.

use std::fmt::Display;

pub(crate) const TITLE: &str = "The Python of these pages";
pub(crate) const LEDE: &str = "Programs here run on a small machine of its own, which can stop at every \
    line and every call. What it accepts behaves as CPython 3.11 does, error messages and tracebacks \
    included; what it does not is refused before the run, with another way to write it.";

pub(crate) fn version(version: impl Display, notes: impl Display) -> String {
    format!(
        "This is version {version} of the language. The lists are made from the machine’s own tables. Each \
         statement, type, function, exception and module is used by a program whose output CPython 3.11 \
         recorded, and the tests compare. <a href=\"{notes}\">Paste a listing</a> to be told what it was \
         written for."
    )
}

pub(crate) const STATEMENTS: &str = "Statements and expressions";
pub(crate) const FUNCTIONS: &str = "Built-in functions";
pub(crate) const TYPES: &str = "Types and their methods";
pub(crate) const TYPES_ABOUT: &str = "Operators and special methods are those of CPython.";
pub(crate) const EXCEPTIONS: &str = "Exceptions";
pub(crate) const EXCEPTIONS_ABOUT: &str = "Each with those that descend from it.";
pub(crate) const MODULES: &str = "Modules";
pub(crate) const MODULES_ABOUT: &str = "What is Python in them can be stepped into. An <code>import</code> \
    of another is refused with this list.";
pub(crate) const REFUSED: &str = "What is refused";

pub(crate) fn instead(example: impl Display, says: impl Display, instead: impl Display) -> String {
    format!("<code>{example}</code>: {says}. Instead: {instead}.")
}

pub(crate) const DESCRIPTION: &str =
    "Which Python the site’s programs are written in: statements, types, modules, and what is refused.";
