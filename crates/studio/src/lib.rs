//! The engine behind a page of programs in Python: commands in, a view out, as plain data. It knows nothing of pages and
//! runs in a worker.
//!
//! Below it is a [`scene::Stage`] in a world of Python's guests: so each step, forwards or backwards, is one of a story that
//! the stage keeps, and links carry it.
//!
//! - `studio`: the commands; `steps`: going on by lines, calls and breakpoints; `look`: what is shown of threads and variables; `join`: which
//!   bytes of a stream a variable holds; `c`: how C spells a call; `hunt`: the search for what breaks the programs; `judge`: an exercise,
//!   judged.

mod c;
mod hunt;
mod join;
mod judge;
mod look;
mod steps;
mod studio;

pub use studio::Studio;
