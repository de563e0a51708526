//! What is wrong with programs in Python that use sockets: a schedule that breaks them, made plain, with the name of the mistake.
//!
//! A [`Hunt`] asks first whether Linux itself can be brought to break the programs, and then whether anything can that POSIX permits:
//! every send and receive may move any number of bytes. Where it finds a failing run it makes it plain ([`explorer::shrink()`]), looks at
//! what was done there, and says in one sentence which mistake of the curriculum it is ([`Row`]). What is none of them is told as it
//! was observed.
//!
//! - `hunt`: the search in its stages; `story`: what happened in the run that broke; `rows`: the mistakes and how each is known;
//!   `source`: what a program's text says of itself, `uses`: of what it received; `tell`: sentences; `lines`: the same run, line by line.

mod hunt;
mod lines;
mod rows;
mod source;
mod story;
mod tell;
mod uses;

pub use explorer::{Broken, Check, Failure, Finding, Noted, Options, Order, Progress};
pub use hunt::{Answer, Case, Diagnosis, Hunt, Recorded, StepOfRun, Who};
pub use lines::{Lines, by_lines};
pub use rows::Row;
pub use tell::{finding, verdict};
