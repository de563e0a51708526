//! Judging an exercise, in pieces as a search is ([`crate::hunt`]).

use exercises::{Exercise, LIMITS, Report, Verdict};
use scene::hunt::{Breaks, HuntAnswer};
use scene::judge::{Judge, JudgeReport, JudgeRound, JudgeView};

use crate::hunt::breaks;

/// A judgement under way.
pub(crate) struct Judging {
    judge: exercises::Judge,
    /// Rounds of the exercise.
    all: u32,
}

impl Judging {
    /// Nothing has been tried.
    ///
    /// # Errors
    /// Why this exercise cannot be judged.
    pub(crate) fn new(exercise: &str, submission: &str) -> Result<Self, String> {
        let exercise = Exercise::read(exercise)?;
        Ok(Self { all: exercise.rounds.len() as u32, judge: exercise.judge(submission) })
    }

    /// Do this, and say how far it is.
    pub(crate) fn handle(&mut self, ask: &Judge) -> JudgeView {
        let report = match ask {
            Judge::GoOn { choices } => self.judge.go_on(*choices).cloned(),
            Judge::Begin { .. } | Judge::End => None,
        };
        JudgeView {
            says: self.judge.progress_in_words(),
            rounds: (self.judge.progress().1 as u32, self.all),
            report: report.map(|it| Box::new(self.report(&it))),
        }
    }

    fn report(&self, report: &Report) -> JudgeReport {
        let round = |it: &exercises::RoundReport| JudgeRound {
            says: it.words(),
            passed: it.verdict == Verdict::Passed,
        };
        JudgeReport {
            word: report.verdict.word().into(),
            passed: report.verdict == Verdict::Passed,
            says: report.says.clone(),
            rounds: report.rounds.iter().map(round).collect(),
            broken: self.broken(report),
        }
    }

    fn broken(&self, report: &Report) -> Option<(u32, HuntAnswer)> {
        let failing = self.judge.failing()?;
        let run = breaks(failing.found, failing.programs, LIMITS)?;
        // The report's sentence knows what the round asks for.
        let run = Breaks { says: report.says.clone(), ..run };
        let answer =
            HuntAnswer { states: report.states, broken: Some(Box::new(run)), ..HuntAnswer::default() };
        Some((failing.round as u32, answer))
    }
}
