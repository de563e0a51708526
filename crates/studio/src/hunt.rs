//! The search for what breaks the programs, in pieces: between them the worker hears what else is asked.

use clinic::{Answer, Case, Diagnosis, Options, StepOfRun, Who};
use python::Limits;
use runs::Programs;
use scene::hunt::{Breaks, Hunt, HuntAnswer, HuntStep, HuntView, Mistake};
use world::{Faults, Scenario};

/// Runs that a seed draws where not all states could be looked at.
const DRAWS: u32 = 1000;
/// Most steps of a run that are told: the first of them, and always those up to the first unusual one.
const STEPS: usize = 400;

/// A search, and what it searches.
pub(crate) struct Hunting {
    hunt: clinic::Hunt,
    programs: Programs,
    limits: Limits,
    names: Vec<String>,
}

impl Hunting {
    /// Nothing has been tried.
    ///
    /// # Errors
    /// Why these programs cannot be searched.
    pub(crate) fn new(
        scenario: &Scenario,
        limits: Limits,
        faults: Faults,
        states: u64,
    ) -> Result<Self, String> {
        let programs = runs::compile(scenario).map_err(|_| "These programs cannot be run.")?;
        let names = scenario.programs.iter().map(|it| it.name.clone()).collect();
        let scenario = Scenario { faults, ..scenario.clone() };
        let options = Options { states, ..Options::default() };
        let case = Case { scenario, options, draws: DRAWS, limits };
        let hunt = clinic::Hunt::new(case, programs.clone()).map_err(|error| error.problems.join(" "))?;
        Ok(Self { hunt, programs, limits, names })
    }

    /// Do this, and say how far it is.
    pub(crate) fn handle(&mut self, ask: &Hunt) -> HuntView {
        let answer = match ask {
            Hunt::GoOn { choices } => self.hunt.go_on(*choices).cloned(),
            Hunt::Further { states } => {
                let goes_on = self.hunt.look_further(*states);
                (!goes_on).then_some(Answer::Incomplete)
            }
            Hunt::Begin { .. } | Hunt::End => None,
        };
        let progress = self.hunt.progress();
        HuntView {
            states: progress.states,
            unusual: progress.unusual,
            posix: self.hunt.who() == Who::Posix,
            answer: answer.map(|it| self.answer(&it, progress.states)),
        }
    }

    fn answer(&self, answer: &Answer, states: u64) -> HuntAnswer {
        let names: Vec<_> = self.names.iter().map(String::as_str).collect();
        let broken = match answer {
            Answer::Broken(found) => breaks(found, &self.programs, self.limits),
            Answer::Stands { .. } | Answer::Incomplete => None,
        };
        HuntAnswer {
            states,
            verdict: clinic::verdict(answer, states),
            broken: broken.map(Box::new),
            further: matches!(answer, Answer::Incomplete),
            findings: self.hunt.findings().iter().map(|it| clinic::finding(it, &names)).collect(),
        }
    }
}

/// The run that breaks programs, as a page shows it.
pub(crate) fn breaks(found: &Diagnosis, programs: &Programs, limits: Limits) -> Option<Breaks> {
    let recorded = found.record(programs, limits).ok()?;
    let behind = |choice: usize| recorded.behind(choice) as u32;
    let first = found.first_unusual();
    let mut steps = found.steps(programs, limits);
    let needed = steps.iter().rposition(|it| it.unusual.is_some()).map_or(0, |at| at + 1);
    steps.truncate(needed.max(STEPS));
    let mut usual = if first.is_some() { found.usual(programs, limits) } else { Vec::new() };
    usual.truncate(STEPS);
    let step = |it: StepOfRun| HuntStep {
        program: it.program,
        line: it.line,
        says: it.says,
        unusual: it.unusual,
        at: behind(it.choice),
    };
    Some(Breaks {
        says: found.says.clone(),
        mistake: found.row.map(|row| Mistake {
            row: row.to_string(),
            title: row.title().into(),
            lesson: row.lesson().into(),
        }),
        program: found.place.0,
        line: found.place.1,
        steps: steps.into_iter().map(step).collect(),
        usual: usual.into_iter().map(step).collect(),
        record: recorded.record.to_bytes(),
        at: first.map_or(recorded.record.acts.len() as u32, behind),
    })
}
