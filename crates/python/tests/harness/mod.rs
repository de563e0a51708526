//! What the tests of the goldens share: the programs with what was recorded of them, CPython, and how two runs are compared.

pub(crate) mod compare;
pub(crate) mod cpython;
pub(crate) mod machine;
mod nasty;
pub(crate) mod process;
pub(crate) mod programs;
