//! The functions of `python::pure` beside CPython 3.11: some thousands of cases each where there is one, a table of its
//! answers elsewhere. `REMAKE_GOLDENS=1 cargo test -p python --test pure` writes the tables.

mod coded;
mod formats;
mod judge;
mod numbers;
mod odd;
mod texts;

/// The limit of tests that are not about limits, in bytes.
const ROOM: usize = 1 << 20;
