//! Programs and a kernel together: scheduler, choices, events, scripts and scenarios.
//!
//! A [`Scenario`] names hosts, a network and programs; [`World::new`] checks it and starts. At each moment the world
//! says what may happen next ([`World::choices`]); whoever drives it takes one ([`World::take`]) or the default
//! ([`World::step`]). The story is one list of events ([`World::events`]); the state is a [`View`]. The list of choices
//! taken makes the same story again ([`World::replay`]).
//!
//! - `scenario`, `check`: what may be written, and every mistake in it.
//! - `script`: runs a program's steps against any kernel.
//! - `world`: scheduling; `describe`: choices in words; `show`: the view.
//! - `bench`: a loop that measures.

pub mod bench;
mod check;
mod choice;
mod describe;
mod digest;
mod error;
mod scenario;
mod script;
mod show;
mod view;
mod world;

pub use choice::{Choice, ChoiceKey, NotAChoice};
pub use describe::number;
pub use error::{NotOffered, ReplayError, ScenarioError};
pub use scenario::{Faults, Network, Op, Planned, Profile, ProgramSpec, Scenario, Step};
pub use script::{Script, exception};
pub use view::{
    BytesVariable, ConnectionView, DatagramInFlight, End, EndView, HostView, InFlight, ProgramView,
    SocketKind, SocketView, Status, StreamView, TimerView, Variable, View,
};
pub use world::World;
