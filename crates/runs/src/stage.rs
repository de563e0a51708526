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
    /// A call is, and a line of its own text where a program has several threads: what one of them may see of the other.
    Threads,
}

/// The programs in Python of a scenario, compiled.
#[derive(Clone)]
pub struct Programs {
    /// By their places; none for what is no Python.
    compiled: Vec<Option<Program>>,
}

/// Compiles the programs in Python.
///
/// # Errors
/// Those that cannot be run, by their places.
pub fn compile(scenario: &Scenario) -> Result<Programs, Vec<(usize, Unfit)>> {
    let mut unfit = Vec::new();
    let mut compiled = Vec::new();
    for (place, spec) in scenario.programs.iter().enumerate() {
        let program = (spec.runs == Runs::Python).then(|| Program::compile(&spec.source, &spec.file));
        match program.transpose() {
            Ok(program) => compiled.push(program),
            Err(why) => unfit.push((place, why)),
        }
    }
    if unfit.is_empty() { Ok(Programs { compiled }) } else { Err(unfit) }
}

/// Programs that are compiled already, of a scenario that has no others.
impl FromIterator<Program> for Programs {
    fn from_iter<I: IntoIterator<Item = Program>>(programs: I) -> Self {
        Self { compiled: programs.into_iter().map(Some).collect() }
    }
}

impl Programs {
    /// The scenario that they are of, before anything has happened.
    ///
    /// # Errors
    /// Every mistake in the scenario.
    pub fn world(&self, scenario: &Scenario, turns: Turns, limits: Limits) -> Result<World, ScenarioError> {
        let mut compiled = self.compiled.iter();
        World::with(scenario, &mut |spec: &ProgramSpec| {
            let python = Python::new(compiled.next()?.as_ref()?, &spec.args, limits);
            Some(Box::new(python.with_turns(turns)) as Box<dyn Guest>)
        })
    }
}

/// The scenario before anything has happened.
///
/// # Errors
/// Every mistake in the scenario, or of each program the first.
pub fn world(scenario: &Scenario, turns: Turns, limits: Limits) -> Result<World, ScenarioError> {
    let unfit = match compile(scenario) {
        Ok(programs) => return programs.world(scenario, turns, limits),
        Err(unfit) => unfit,
    };
    let problems = unfit.iter().map(|(place, why)| said(&scenario.programs[*place], why)).collect();
    Err(ScenarioError { problems })
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
