//! A class's room as a state machine without clock and without input or output: what sessions ask goes in, with the instant in
//! milliseconds since 1970; what is to be told, kept and logged comes out as [`Effect`]s.
//!
//! Order of use: after any of [`Room`]'s methods, take [`Room::effects`]; call [`Room::tick`] each second and [`Room::flush`]
//! when [`Room::has_news`], as often as its readers shall be told; answer each [`Effect::Keep`] by [`Room::kept`].
//! What is told of state is coalesced by `flush`, so a room costs its readers no more when more happens in it.

mod bounds;
mod coming;
mod direct;
mod effect;
mod flush;
mod keeping;
mod learn;
mod learner;
mod pair;
mod progress;
mod question;
mod room;
mod stuck;
mod text;
mod ties;

pub use bounds::{Bounds, MOST_CHOICE, MOST_PAGE, MOST_SAID, MOST_SESSIONS, MOST_TEACHERS, MOST_UNREAD};
pub use direct::fit_settings;
pub use effect::{Effect, Kept, Refused, SessionNo, Ticket, Write};
pub use learner::Sum;
pub use room::{KeptLearner, KeptRow, Room, Start};
pub use stuck::{FAILS, IDLE_MS, NO_PROGRESS_MS};
pub use ties::{Tie, Ties};

#[cfg(test)]
mod any;
#[cfg(test)]
mod tests;
