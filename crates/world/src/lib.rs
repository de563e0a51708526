//! Programs and a kernel together: scheduler, choices, events, scripts and scenarios.

mod choice;
mod error;
mod scenario;
mod view;
mod world;

pub use choice::{Choice, ChoiceKey, NotAChoice};
pub use error::{NotOffered, ReplayError, ScenarioError};
pub use scenario::{Network, Op, ProgramSpec, Scenario, Step};
pub use view::{
    BytesVariable, ConnectionView, End, EndView, HostView, InFlight, ProgramView, SocketView, Status, StreamView,
    Variable, View,
};
pub use world::World;
