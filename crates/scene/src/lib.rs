//! From events and state to shapes and sentences: pure.

mod spec;

pub use spec::{FigureSpec, LiveSpec, Moment, Prediction, StageSpec};
