//! From events and state to shapes and sentences: pure.
//!
//! A figure asks [`Stage`] for a [`StageView`] after each [`Command`] and draws it; nothing here knows of pages, and
//! nothing in a page knows of worlds. The parts of the view:
//!
//! - `story`: the events, the steps that made them, and the way back;
//! - `cast`: who plays which part, so that nothing changes its place without being asked to;
//! - `ledger`: which event moved which bytes;
//! - `side`, `tape`, `host`: a program over its kernel, their stretches of the stream on one scale, and what else a kernel
//!   keeps: timers, queues, who is ready;
//! - `wire`, `ladder`, `diagram`, `transcript`: what is under way, what led to what, the states of TCP, and each event in a
//!   sentence;
//! - `offers`: what may happen next, in groups; `way`: a moment as an address has it;
//! - `console`: calls as a person writes them;
//! - `playground`: hosts and consoles that a person sets up;
//! - `programs`, `hunt`, `judge`: what a page of programs in Python asks and shows: of their run, of what breaks them, of an exercise;
//! - `predict`: questions, and the simulator as their judge;
//! - `compare`, `explain`: a run on a real kernel beside its simulated twin, and why they differ;
//! - `packets`: what a real wire carried.

mod cast;
mod compare;
mod console;
mod diagram;
mod explain;
mod hold;
mod host;
pub mod hunt;
pub mod judge;
mod ladder;
mod ledger;
mod offers;
mod packets;
pub mod playground;
mod predict;
pub mod programs;
mod side;
mod spec;
mod stage;
mod story;
mod tape;
mod text;
mod transcript;
mod way;
mod wire;

pub use cast::Side;
pub use compare::{Holds, Likeness, Line, Real, Relation, Twin, compare, relations};
pub use console::{CallForm, FORMS, NotACall, parse as parse_call, split as split_arguments};
pub use diagram::{Arrow, Diagram, GRID, Node, Way};
pub use explain::{Facts, explain};
pub use hold::{Expect, MustHold, holds, must_hold};
pub use host::{Card, Machine, Queue, Ready, ReadyList, Tab, Timer, WaitsFor};
pub use ladder::{COLUMNS, Ladder, Mark, Rung, Slant, Stub};
pub use offers::{Group, OFFERS, Offer};
pub use packets::{End, PacketRow, Packets, Passage};
pub use predict::{Answer, Moves, Question, Verdict};
pub use side::{Doing, SideScene, SocketLine, SourceLine, Value};
pub use spec::{FigureSpec, Guess, LiveSpec, Moment, Prediction, StageSpec};
pub use stage::{Command, ROWS, Stage, StageView};
pub use story::MAX_STEPS;
pub use tape::{Frame, Kind, Run, Tape, TapePart, Tick, percent};
pub use text::{Part, Sentence, bytes, number, range, time};
pub use transcript::{Row, transcript};
pub use wire::{Fate, Flying, Lane};
