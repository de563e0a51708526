//! Judging an exercise on its page: what the page has of it, what it asks, and what it is told. The engine is crate `studio`.

use serde::{Deserialize, Serialize};
use world::{Buffers, ProgramSpec, Scenario};

use crate::hunt::HuntAnswer;

/// What an exercise's page has beside its figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The exercise's name: `send-all`.
    pub name: String,
    /// The file that the learner writes.
    pub file: String,
    /// Whom it meets, one round after the other.
    pub rounds: Vec<Met>,
    /// The exercise itself as JSON, for the engine ([`Judge::Begin`]).
    pub exercise: String,
}

/// A round as its programs are shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Met {
    /// Whom the learner's program meets, in a few words.
    pub says: String,
    /// The programs in the order of their start, the text to begin with among them.
    pub programs: Vec<MetProgram>,
    /// The buffers of TCP sockets that set none; Linux's where absent.
    pub buffers: Option<Buffers>,
}

/// A program of a round: what of it differs from round to round. A whole scenario would need a
/// reader of all that can be in one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetProgram {
    /// Its name.
    pub name: String,
    /// Its file's name.
    pub file: String,
    /// Its arguments.
    pub args: Vec<String>,
    /// Its text.
    pub source: String,
}

impl Met {
    /// A round with the programs of this scenario.
    pub fn new(says: String, scenario: &Scenario) -> Self {
        let program = |it: &ProgramSpec| MetProgram {
            name: it.name.clone(),
            file: it.file.clone(),
            args: it.args.clone(),
            source: it.source.clone(),
        };
        Self { says, programs: scenario.programs.iter().map(program).collect(), buffers: scenario.buffers }
    }

    /// The scenario of this round, by that of another: programs of the same kind on the same hosts.
    pub fn scenario(&self, other: &Scenario) -> Scenario {
        let kind = other.programs.first();
        let program = |it: &MetProgram| {
            kind.map(|kind| ProgramSpec {
                name: it.name.clone(),
                file: it.file.clone(),
                args: it.args.clone(),
                source: it.source.clone(),
                ..kind.clone()
            })
        };
        let programs = self.programs.iter().filter_map(program).collect();
        Scenario { programs, buffers: self.buffers, ..other.clone() }
    }
}

impl Judged {
    /// The place of the learner's file among these.
    pub fn place(&self, files: &[String]) -> Option<usize> {
        files.iter().position(|file| *file == self.file)
    }
}

/// What a page may ask of a judgement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Judge {
    /// Begin anew.
    Begin {
        /// [`Judged::exercise`].
        exercise: String,
        /// The learner's text.
        submission: String,
    },
    /// Try so many choices more; asked again until there is a report.
    GoOn {
        /// Choices.
        choices: u64,
    },
    /// Forget it.
    End,
}

/// How far a judgement is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgeView {
    /// In words: the round, whom the program meets there, and states so far.
    pub says: String,
    /// Rounds that are done, and all.
    pub rounds: (u32, u32),
    /// What came of it, once there is something to say.
    pub report: Option<Box<JudgeReport>>,
}

/// What came of a judgement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgeReport {
    /// In one word: `passed`.
    pub word: String,
    /// Whether the program passed.
    pub passed: bool,
    /// In a sentence.
    pub says: String,
    /// The rounds that were begun, in their order.
    pub rounds: Vec<JudgeRound>,
    /// The round that breaks the program, from 0, and the run that does.
    pub broken: Option<(u32, HuntAnswer)>,
}

/// What came of a round.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgeRound {
    /// In a line: whom the program met, what came of it, and states.
    pub says: String,
    /// Whether it stood them all.
    pub passed: bool,
}
