//! Searches the schedules that programs must bear for one that breaks them, and makes what it finds short.
//!
//! A schedule is the list of what happened: who ran, how many bytes each call moved, when a wait ended. A [`Search`] tries
//! the schedules of a [`World`](world::World), the plainest first: those with no unusual choice, then with one, and so on; where what may
//! still happen is the same as somewhere before, it does not look again. It ends with the first [`Found`] failure, or says
//! how much it tried ([`Verdict`]). [`shrink()`] makes a failing schedule plain: no unusual choice can be left out, no count be
//! made plainer.
//!
//! - `options`: how far to look; `failure`: what counts as broken;
//! - `run`: a world with what is noted along its way (`watch`), one choice at a time;
//! - `search`: the search, `seen`: what it remembers; `spin`: whether programs run for ever without getting anywhere; `shrink`: making it short.
//!
//! Kernel timers (a delayed acknowledgement, the end of TIME-WAIT) fire when no program can run: choices of time are
//! those that a program makes: sleeps, time-outs, packets on a cable.

mod failure;
mod options;
mod run;
mod search;
mod seen;
mod shrink;
mod spin;
mod watch;

pub use failure::{Broken, Failure, Finding, Noted};
pub use options::{Check, Options, Order};
pub use run::Run;
pub use search::{Found, Progress, Search, Verdict};
pub use shrink::{Deviation, Plain, shrink};
