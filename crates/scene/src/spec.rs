//! A figure's specification: written in a lesson, rendered natively, hydrated in the browser from the same JSON.

use serde::{Deserialize, Serialize};
use syscall::Errno;
use world::Scenario;

use crate::hold::MustHold;

/// A figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FigureSpec {
    /// Two hosts to step through.
    Stage(StageSpec),
    /// A run on a real kernel, beside the simulated one.
    Live(LiveSpec),
    /// Programs in Python to edit, run and step, over the stage of their run.
    Programs(StageSpec),
}

impl FigureSpec {
    /// `stage`, `live` or `programs`, as in `data-figure`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Stage(_) => "stage",
            Self::Live(_) => "live",
            Self::Programs(_) => "programs",
        }
    }

    /// What it shows, as a short title.
    pub fn title(&self) -> &str {
        match self {
            Self::Stage(spec) | Self::Programs(spec) => &spec.title,
            Self::Live(spec) => &spec.title,
        }
    }

    /// Its name in the page: a word that may be an HTML id.
    pub fn id(&self) -> &str {
        match self {
            Self::Stage(stage) | Self::Programs(stage) => &stage.id,
            Self::Live(live) => &live.id,
        }
    }
}

/// A stage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageSpec {
    /// Its name in the page.
    pub id: String,
    /// What it shows, as a short title.
    pub title: String,
    /// Hosts, network and programs.
    pub scenario: Scenario,
    /// How many events have happened when the page opens; the default choices are taken up to there.
    #[serde(default)]
    pub start: u32,
    /// A small stage without transcript and ladder, as on the home page.
    #[serde(default)]
    pub small: bool,
    /// The predictions that it asks for, in the order of their moments. A lesson writes each as a block of its own.
    #[serde(default)]
    pub predictions: Vec<Prediction>,
}

/// A question before a step; the simulator itself grades the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prediction {
    /// The stage that asks.
    pub stage: String,
    /// When it asks.
    pub before: Moment,
    /// The question, in Markdown without blocks.
    pub ask: String,
    /// What is said after the answer, in Markdown without blocks: why it is so.
    pub because: String,
    /// The errors that are offered as answers; none given: EAGAIN, where the call moves bytes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Errno>,
}

/// The moment before a program makes a call for the n-th time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Moment {
    /// The program's name in the scenario.
    pub program: String,
    /// The call's name.
    pub call: String,
    /// The first is 1.
    pub nth: u32,
}

/// A run on a real kernel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LiveSpec {
    /// Its name in the page.
    pub id: String,
    /// What it shows, as a short title.
    pub title: String,
    /// Hosts, network and programs of the simulated twin. The program `run` is what really runs, call for call.
    pub scenario: Scenario,
    /// The program that runs on the real kernel.
    pub run: String,
    /// The program that stands for the peer in the twin; none where the program talks to itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub peer_program: String,
    /// The relay's peer, by its name in the catalogue: `echo`; none where the program talks to itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub peer: String,
    /// SO_RCVBUF of the peer's listener, as asked; none given: the kernel's default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rcvbuf: Option<u32>,
    /// How many bytes the peer reads when the learner lets it read; 0 for a peer that reads by itself.
    #[serde(default)]
    pub read: u32,
    /// What must hold of the run; none given: the four relations of a partial send.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<MustHold>,
    /// What the learner is asked before the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guess: Option<Guess>,
}

/// A question before a live run; the real kernel grades the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guess {
    /// The question, in Markdown without blocks.
    pub ask: String,
    /// The answers on offer. One of them holds of the run.
    pub options: Vec<MustHold>,
}
