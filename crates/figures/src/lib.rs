//! The figures of the lessons as Yew components.
//!
//! Crate `site` compiles them natively and renders a page's figures (`yew/ssr`); crate `frontend` compiles them for the
//! browser and wakes them there (`yew/hydration`); this crate asks for neither. What that demands of a component:
//!
//! - the first render is a pure function of the specification; everything else comes in effects;
//! - markup is what an HTML parser would build from its own text;
//! - no `style` attribute: per-instance geometry is an SVG attribute or a class.
//!
//! A page has a root of its own for each figure: an *island*. Each kind is a component that the browser gets in a module
//! of its own.
//!
//! Components draw and dispatch. What is drawn is decided in crate `scene`, what is said to a relay in [`live`].

mod base64;
mod board;
mod choices;
mod class;
mod controls;
mod diagram;
mod host;
mod icon;
mod ladder;
mod later;
pub mod live;
mod others;
pub mod platform;
mod playground;
mod programs;
mod question;
mod room;
mod session;
mod stage;
mod tape;
mod texts;
mod transcript;
mod wire;
mod words;

pub use board::{BoardIsland, BoardIslandProps, BoardSpec, Offer, Offers, READY, Ready, Shows};
pub use class::{BarIsland, BarProps, JoinIsland, JoinProps, JoinSpec};
pub use later::{Asked, LaterIsland, LaterProps, LaterSpec, Variant};
pub use live::{LiveIsland, LiveProps};
pub use playground::{PlaygroundIsland, PlaygroundProps};
pub use programs::{ProgramsIsland, ProgramsProps};
pub use stage::{Spec, StageIsland, StageProps};
