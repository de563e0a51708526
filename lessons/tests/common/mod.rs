//! What several of these tests need.

use std::rc::Rc;

use python::Limits;
use runs::Turns;
use scene::{Stage, StageSpec};

/// Most steps of a run.
const MOST: usize = 50_000;

/// The stage of a figure, whoever runs its programs.
pub(crate) fn stage(spec: StageSpec) -> Stage {
    let world = runs::world(&spec.scenario, Turns::Calls, Limits::default()).expect("its own check made one");
    Stage::with(Rc::new(spec), world, MOST)
}
