//! What Linux was seen to do, as scripts that run on the simulated kernel and on the real one.
//!
//! Each [`Row`] is a statement about sockets and a script that shows it: calls of several processes, each with what must
//! come of it. The same rows run on every [`Driver`]: [`Sim`] and, on Linux, `Real`.
//!
//! - `line`, `parse`, `expect`: scripts and how they are written;
//! - `rows`: the table, from `rows/*.toml`;
//! - `lists`: what the simulated kernel does otherwise, and who notices when a rule is switched off;
//! - `recorded`: what came of the rows where they were measured last;
//! - `play`: plays a script; `driver`: what that needs of a kernel; `sim`, `real`: the two kernels.

mod data;
mod driver;
mod expect;
mod line;
mod lists;
mod parse;
mod play;
#[cfg(target_os = "linux")]
mod real;
mod recorded;
mod rows;
mod sim;

pub use driver::Driver;
pub use expect::{Came, Expect};
pub use line::{Line, Name, Op};
pub use lists::{Caught, Difference, Mutation, caught, differences, mutations};
pub use parse::script;
pub use play::{Played, play};
#[cfg(target_os = "linux")]
pub use real::{Nursery, Real, agent_main};
pub use recorded::{Recorded, Recording, recorded};
pub use rows::{Report, Row, Scope, Section, Status, TableError, is_measured, run_row, simulated, table};
pub use sim::Sim;
