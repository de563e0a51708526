//! What came of a submission, as plain data, and in words.

use serde::{Deserialize, Serialize};
use world::number;

/// What came of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It stands every schedule up to the bound, in every round.
    Passed,
    /// A schedule breaks it.
    Broken,
    /// None was found, and there were more than could be looked at.
    Undecided,
    /// It is no program that can be run, or one that the exercise does not allow.
    Unfit,
    /// Judging it took too long or too much memory, and was ended.
    Stopped,
}

impl Verdict {
    /// In one word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Broken => "broken",
            Self::Undecided => "undecided",
            Self::Unfit => "unfit",
            Self::Stopped => "stopped",
        }
    }
}

/// What came of a submission, and of each round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What came of it.
    pub verdict: Verdict,
    /// That in a sentence.
    pub says: String,
    /// States that were looked at, in all rounds.
    pub states: u64,
    /// The rounds that were begun, in their order.
    pub rounds: Vec<RoundReport>,
    /// What breaks it.
    pub broken: Option<Broken>,
    /// What came of it on a real kernel; none where that was not asked.
    pub live: Option<Live>,
}

/// What came of a round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundReport {
    /// Whom the submission met.
    pub says: String,
    /// What came of it.
    pub verdict: Verdict,
    /// States that were looked at.
    pub states: u64,
    /// Runs that were followed to their end.
    pub ends: u64,
    /// The bound: most unusual choices in a schedule.
    pub unusual: u32,
}

impl RoundReport {
    /// In one line: `with a receiver that reads late: passed, 1,234 states`.
    pub fn words(&self) -> String {
        format!("with {}: {}, {} states", self.says, self.verdict.word(), number(self.states))
    }
}

/// A schedule that breaks the submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Broken {
    /// The round, from 0.
    pub round: usize,
    /// The mistake's row of the curriculum, if it is one that is known: `B8`.
    pub row: Option<String>,
    /// The lesson about it, by its name on the site.
    pub lesson: Option<String>,
    /// The file where it stands, or shows.
    pub file: String,
    /// The line; 0 for none.
    pub line: u32,
    /// Whether Linux itself does that, not only what POSIX permits.
    pub linux: bool,
    /// What was done in the failing run.
    pub steps: Vec<Step>,
}

/// Something that was done in the failing run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The program's name.
    pub program: String,
    /// The line of its text; 0 for none.
    pub line: u32,
    /// What it did, and what came of it.
    pub says: String,
    /// What is unusual about it.
    pub unusual: Option<String>,
}

/// What came of it on a real kernel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "live", content = "says")]
pub enum Live {
    /// Every round ended well.
    Passed,
    /// A round did not: what was seen.
    Failed(String),
    /// Nothing was run: why.
    NotRun(String),
}

impl Live {
    /// In a few words.
    pub const fn words(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed(_) => "failed",
            Self::NotRun(_) => "not run live",
        }
    }
}

impl Report {
    /// Of a submission that was not judged: why.
    pub fn without_rounds(verdict: Verdict, says: impl Into<String>) -> Self {
        let (states, rounds, broken, live) = (0, Vec::new(), None, None);
        Self { verdict, says: says.into(), states, rounds, broken, live }
    }

    /// The same with what came of it on a real kernel.
    pub fn with_live(self, live: Live) -> Self {
        Self { live: Some(live), ..self }
    }

    /// Whether the submission does what is asked, as far as anybody looked.
    pub fn is_fine(&self) -> bool {
        self.verdict == Verdict::Passed && !matches!(self.live, Some(Live::Failed(_)))
    }
}

/// `every schedule with at most 2 unusual choices`, or where rounds differ, `with at most 1 to 2`.
pub(crate) fn bound(least: u32, most: u32) -> String {
    let choices = if most == 1 { "choice" } else { "choices" };
    if least == most {
        format!("every schedule with at most {most} unusual {choices}")
    } else {
        format!("every schedule with at most {least} to {most} unusual {choices}")
    }
}
