//! What can be wrong with a scenario or with a choice.

use std::fmt;

use syscall::TaskId;

use crate::ChoiceKey;

/// A scenario that cannot be run: every mistake in it, each a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioError {
    /// The mistakes, in the order of the scenario; at least one.
    pub problems: Vec<String>,
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("\n"))
    }
}
impl std::error::Error for ScenarioError {}

/// A choice that cannot be taken now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotOffered {
    /// Nothing more can happen in this world.
    Ended {
        /// What was asked for.
        asked: ChoiceKey,
    },
    /// Other choices are on offer.
    Other {
        /// What was asked for.
        asked: ChoiceKey,
        /// What could be taken instead.
        offered: Vec<ChoiceKey>,
    },
    /// An input was given to a task that takes none now.
    Deaf {
        /// That task.
        task: TaskId,
    },
}

impl fmt::Display for NotOffered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended { asked } => write!(f, "`{asked}` is not on offer: nothing more can happen"),
            Self::Other { asked, offered } => {
                write!(f, "`{asked}` is not on offer; these are: ")?;
                for (k, key) in offered.iter().enumerate() {
                    write!(f, "{}`{key}`", if k == 0 { "" } else { ", " })?;
                }
                Ok(())
            }
            Self::Deaf { task } => {
                write!(
                    f,
                    "task {task} takes no input: it is no console, has ended, or has not done what it was told"
                )
            }
        }
    }
}
impl std::error::Error for NotOffered {}

/// A replay that could not go on: the story differs from the one in which the choices were made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReplayError {
    /// The scenario cannot be run.
    Scenario(ScenarioError),
    /// This choice, counted from 0, was not on offer when its turn came.
    Diverged {
        /// Its place in the list.
        at: usize,
        /// Why it could not be taken.
        reason: NotOffered,
    },
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scenario(error) => error.fmt(f),
            Self::Diverged { at, reason } => write!(f, "diverged at choice {at}: {reason}"),
        }
    }
}
impl std::error::Error for ReplayError {}
