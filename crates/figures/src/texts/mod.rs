//! The words of the interface: what buttons, headings, labels, hints and messages say, a file for each part of it.
//!
//! Who words something anew or translates it reads this folder alone. A figure names a text (`texts::stage::STEP`) or,
//! where values stand in it, calls its function (`texts::stage::event(12)`). A text that begins or ends with a space stands
//! beside markup. Sentences about calls, kernels and runs belong to the story: crates `scene` and `world` make them.

pub(crate) mod board;
pub(crate) mod class;
pub(crate) mod join;
pub(crate) mod judging;
pub(crate) mod lab;
pub(crate) mod later;
pub(crate) mod live;
#[cfg(feature = "peers")]
pub(crate) mod peers;
pub(crate) mod playground;
pub(crate) mod poll;
pub(crate) mod programs;
pub(crate) mod room;
pub(crate) mod search;
pub(crate) mod server;
pub(crate) mod stage;
