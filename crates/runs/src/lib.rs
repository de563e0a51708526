//! Programs in Python as processes on a kernel: their machines run, their calls are made, and what they print and how
//! they end is told.
//!
//! On simulated hosts they are guests of a world: [`world()`] makes it of a scenario, and a page steps it as it steps any. A
//! [`Telling`] lets it run by itself. On a real kernel a [`Run`] holds the processes and a [`Ground`]: the kernel that answers
//! their calls, with its clock, which is the caller's to bring. Neither does input or output: [`Tells::step`] does a little
//! and says what there is to tell, so that one terminal serves both. Same scenario, same input and same seed, same story.
//!
//! - `guest`: a machine as a guest of a world; `stage`: worlds of them; `ending`: why nothing more happens there;
//!   `telling`: a world that runs by itself;
//! - `run`, `process`: processes on a ground, whose turn it is, and what becomes of each stop of a machine; `ground`: what is
//!   asked of a kernel; `order`: the turns of a recorded run, to be taken on a ground in the same order;
//! - `told`: what is told of either.

use syscall::Micros;

/// The time since 1970 at which simulated programs start: the first of January 2026.
const START: Micros = 1_767_225_600_000_000;

mod ending;
mod ground;
mod guest;
mod order;
mod process;
mod run;
mod stage;
mod telling;
mod told;

pub use ending::{Ending, ending, waits};
pub use ground::Ground;
pub use guest::Python;
pub use order::{Turn, order};
pub use run::Run;
pub use stage::{Programs, Turns, compile, world};
pub use telling::Telling;
pub use told::{End, Stuck, Tells, Told};
