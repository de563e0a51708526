//! Programs in Python as processes on a kernel: their machines run, their calls are made, and what they print and how
//! they end is told.
//!
//! A [`Run`] holds the processes and a [`Ground`]: the kernel that answers their calls, with its clock. [`Simulated`] is
//! the simulated kernel, where time is a number; a real one is the caller's to bring. The run itself does no input and
//! no output: [`Run::step`] does a little and says what there is to tell, so that a terminal, a worker of a page and a
//! test drive it alike. Same programs, same input and same ground, same story.
//!
//! - `run`: processes, whose turn it is, and what becomes of each stop of a machine; `told`: what is told;
//! - `ground`: what is asked of a kernel; `simulated`: the simulated one.

use syscall::Micros;

/// The time since 1970 at which simulated programs start: the first of January 2026.
const START: Micros = 1_767_225_600_000_000;

mod ground;
mod guest;
mod process;
mod run;
mod simulated;
mod stage;
mod told;

pub use ground::Ground;
pub use guest::Python;
pub use run::Run;
pub use simulated::Simulated;
pub use stage::{Programs, Turns, compile, world};
pub use told::{End, Stuck, Told};
