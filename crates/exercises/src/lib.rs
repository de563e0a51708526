//! Exercises: a task, other programs that the learner's own must get on with, and the judgement whether it does.
//!
//! An [`Exercise`] has rounds: in each the same submission meets other programs, some of them spiteful. A [`Judge`] searches each
//! round's schedules ([`clinic`]) up to the bound that the exercise states, in the profile of Linux and then in that of POSIX. What came of
//! it is a [`Report`]: plain data, which goes through a pipe or into a page.
//!
//! Order of use: [`Exercise::judge`], then [`Judge::go_on`] until there is a report.
//!
//! - `exercise`: what an exercise is; `judge`: the rounds, one after the other; `report`: what came of it, in words.

mod exercise;
mod judge;
mod report;

pub use exercise::{Exercise, Round};
pub use judge::{Failing, Judge, LIMITS};
pub use report::{Broken, Live, Report, RoundReport, Step, Verdict};
