//! A lesson’s page.

use std::fmt::Display;

pub(crate) const HINT: &str = "Answer the stage’s questions first, or open this now.";
pub(crate) const NOT_WRITTEN_YET: &str = "not written yet";
pub(crate) const LESSONS_OF_THIS_PART: &str = "Lessons of this part";

pub(crate) fn part(number: impl Display, title: impl Display) -> String {
    format!("Part {number}: {title}")
}

pub(crate) fn place(
    part: impl Display,
    lesson: impl Display,
    of: impl Display,
    minutes: impl Display,
) -> String {
    format!("Part {part}, lesson {lesson} of {of} · about {minutes} minutes")
}

pub(crate) const WHAT_THE_HOW_TO_SAYS: &str = "What the how-to says";

pub(crate) fn what_this_kernel_did(scope: impl Display) -> String {
    format!("What this kernel did <span>({scope})</span>")
}

pub(crate) const ALL_THAT_WAS_MEASURED: &str = "All that was measured";

pub(crate) fn what_was_measured(scope: impl Display) -> String {
    format!("What was measured <span>({scope})</span>")
}

pub(crate) const IN_THE_BUG_CLINIC: &str = "In the bug clinic";
pub(crate) const IN_THE_BUG_CLINIC_ABOUT: &str = "Programs that get this wrong, and the run that shows it:";
pub(crate) const BACK_TO_THE_COURSE_MAP: &str = "Back to the course map";
