//! Worlds with programs in Python.

use python::{Limits, Program, Unfit};
use world::{Guest, ProgramSpec, Runs, Scenario, ScenarioError, World};

use crate::Python;

/// Which turns programs in Python have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turns {
    /// A line or a call is a choice.
    Lines,
    /// A call is: the lines between are run with it.
    Calls,
}

/// The scenario before anything has happened; its programs in Python are compiled, those in error named.
///
/// # Errors
/// Every mistake in the scenario; of a program, the first.
pub fn world(scenario: &Scenario, turns: Turns, limits: Limits) -> Result<World, ScenarioError> {
    let mut problems = Vec::new();
    let mut guest = |spec: &ProgramSpec| {
        if spec.runs != Runs::Python {
            return None;
        }
        match Program::compile(&spec.source, &spec.file) {
            Ok(program) => {
                let python = Python::new(&program, &spec.args, limits);
                let python = if turns == Turns::Calls { python.by_call() } else { python };
                Some(Box::new(python) as Box<dyn Guest>)
            }
            Err(unfit) => {
                problems.push(said(spec, &unfit));
                None
            }
        }
    };
    let world = World::with(scenario, &mut guest);
    if problems.is_empty() { world } else { Err(ScenarioError { problems }) }
}

fn said(spec: &ProgramSpec, unfit: &Unfit) -> String {
    match unfit {
        Unfit::Syntax(fault) => {
            format!("{}, line {}: {}: {}", spec.file, fault.line, fault.class, fault.says)
        }
        Unfit::Refused(refusals) => {
            let said = refusals
                .iter()
                .map(|it| format!("{}, line {}: {} {}", spec.file, it.line, it.says, it.instead));
            said.collect::<Vec<_>>().join("\n")
        }
    }
}
