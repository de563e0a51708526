//! From events and state to shapes and sentences: pure.
//!
//! A figure asks [`Stage`] for a [`StageView`] after each [`Command`] and draws it; nothing here knows of pages, and
//! nothing in a page knows of worlds. The parts of the view:
//!
//! - `cast`: who plays which part, fixed by the scenario, so that nothing changes its place;
//! - `ledger`: which event moved which bytes;
//! - `side`, `tape`: a program over its kernel, and their stretches of the stream, on one scale;
//! - `wire`, `ladder`, `transcript`: what is under way, what led to what, and each event in a sentence;
//! - `predict`: questions, and the simulator as their judge;
//! - `compare`: a run on a real kernel beside its simulated twin.

mod cast;
mod compare;
mod hold;
mod ladder;
mod ledger;
mod predict;
mod side;
mod spec;
mod stage;
mod tape;
mod text;
mod transcript;
mod wire;

pub use cast::{Cast, Side};
pub use compare::{Holds, Likeness, Line, Real, Relation, Twin, compare, relations};
pub use hold::{Expect, MustHold, must_hold};
pub use ladder::{COLUMNS, Ladder, Mark, Rung, Slant, Stub};
pub use predict::{Answer, Moves, Question, Verdict, names_a_program};
pub use side::{Doing, SideScene, SocketLine, SourceLine, Value};
pub use spec::{FigureSpec, LiveSpec, Moment, Prediction, StageSpec};
pub use stage::{Command, MAX_STEPS, Offer, Stage, StageView};
pub use tape::{Frame, Kind, Run, Tape, TapePart, Tick, percent};
pub use text::{Part, Sentence, bytes, number, range, time};
pub use transcript::{Row, transcript};
pub use wire::{Flying, Lane};
