//! A search for what breaks the programs of a page: what the page asks, and what it is told. The engine is crate `studio`.

use serde::{Deserialize, Serialize};
use world::Faults;

/// What a page may ask of a search.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hunt {
    /// Begin anew, with the programs that are loaded.
    Begin {
        /// What may go wrong besides.
        faults: Faults,
        /// Most states to look at.
        states: u64,
    },
    /// Try so many choices more; asked again until there is an answer.
    GoOn {
        /// Choices.
        choices: u64,
    },
    /// Go on where it stopped, for so many states more.
    Further {
        /// States.
        states: u64,
    },
    /// Forget it.
    End,
}

/// How far a search is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HuntView {
    /// Different states that were tried.
    pub states: u64,
    /// Most unusual choices of the runs that are being tried; none: any number.
    pub unusual: Option<u32>,
    /// Whether calls may move any number of bytes, as POSIX permits; else what Linux does.
    pub posix: bool,
    /// What came of it, once there is something to say.
    pub answer: Option<HuntAnswer>,
}

/// What came of a search.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HuntAnswer {
    /// Different states that were tried.
    pub states: u64,
    /// What it means, in one sentence.
    pub verdict: String,
    /// The run that breaks the programs, if one does.
    pub broken: Option<Box<Breaks>>,
    /// Whether not all was tried, so that it may go on.
    pub further: bool,
    /// What was worth a word though it broke nothing.
    pub findings: Vec<String>,
}

/// A run that breaks programs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breaks {
    /// What happened and why.
    pub says: String,
    /// The mistake, where it is one that is known.
    pub mistake: Option<Mistake>,
    /// The program of the mistake.
    pub program: u32,
    /// Its line, from 1; 0 where there is none.
    pub line: u32,
    /// What the programs did.
    pub steps: Vec<HuntStep>,
    /// What they do where nothing unusual happens.
    pub usual: Vec<HuntStep>,
    /// The run as a link carries it.
    pub record: Vec<u8>,
    /// How many of its steps lead to the first that is unusual, that one included; to its end where none is.
    pub at: u32,
}

/// A mistake that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mistake {
    /// Its row of the curriculum: `B8`.
    pub row: String,
    /// In a few words.
    pub title: String,
    /// The lesson about it, by its name on the site.
    pub lesson: String,
}

/// Something that a program did in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HuntStep {
    /// The program; none where no program did it.
    pub program: Option<u32>,
    /// The line, from 1; 0 where there is none.
    pub line: u32,
    /// The call and what came of it, or what else happened.
    pub says: String,
    /// What is unusual about it, if anything is.
    pub unusual: Option<String>,
    /// How many steps of the run lead there, that one included.
    pub at: u32,
}
