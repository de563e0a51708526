//! Programs and a kernel together: scheduler, choices, events, scripts and scenarios.
//!
//! A [`Scenario`] names hosts, a network and programs; [`World::new`] checks it and starts. At each moment the world
//! says what may happen next ([`World::choices`]); whoever drives it, a person, a seed ([`World::step_seeded`]), a script or
//! a search, takes one ([`World::take`]) or the default ([`World::step`]). The story is one list of events
//! ([`World::events`]); the state is a [`View`]. The list of what was done makes the same story again
//! ([`World::replay`]), and a [`Record`] is such a list as a link carries it.
//!
//! - `scenario`, `check`: what may be written, and every mistake in it.
//! - `guest`: what a world asks of a program; `script`, `values`: run a program's steps against any kernel; `console`: is told
//!   call by call what to do; `peer`: a peer of the catalogue, by name (with the feature `peers`).
//! - `world`: the state; `offers`: what may happen next, `moves`: the same for a search, `memo`: what guests did before;
//!   `perform`: letting it happen; `plan`: faults that happen by themselves; `seeded`: a seed chooses.
//! - `choice`, `act`: names for what happened; `record`: links.
//! - `describe`: choices in words; `show`: the view; `waits`: who waits for whom, and how a run ended.

mod act;
mod check;
mod choice;
mod console;
mod describe;
mod digest;
mod error;
mod guest;
mod memo;
mod moves;
mod offers;
#[cfg(feature = "peers")]
mod peer;
mod perform;
mod plan;
mod record;
mod scenario;
mod script;
mod seeded;
mod show;
mod values;
mod view;
mod waits;
mod world;

pub use act::{Act, Drained};
pub use choice::{Choice, ChoiceKey, NotAChoice};
pub use console::{Console, Input};
pub use describe::number;
pub use digest::Digest;
pub use error::{NotOffered, ReplayError, ScenarioError};
pub use guest::{Adapter, Guest, News, Want};
pub use kernel::in_order;
pub use moves::Move;
pub use perform::SHARE;
pub use record::{Difference, ENGINE, LINK, MAX_ACTS, MAX_LINK, Maker, NotARecord, Record, Replayed, Start};
pub use rng::Rng;
pub use scenario::{
    Buffers, Faults, Network, Op, PeerSpec, Planned, Profile, ProgramSpec, Runs, Scenario, Step,
};
pub use script::Script;
pub use values::exception;
pub use view::{
    BytesVariable, ConnectionView, DatagramInFlight, End, EndView, HostView, InFlight, ProgramView,
    SocketKind, SocketView, Status, StreamView, TimerView, Variable, View, WaitView,
};
pub use world::World;
