//! The exercises.

use std::fmt::Display;

pub(crate) const EXERCISES: &str = "Exercises";
pub(crate) const LEDE: &str = "Programs to write yourself, and others to get on with: some honest, some \
    spiteful. A program passes when it stands every schedule up to a stated bound: who runs when, how many \
    bytes each call moves.";
pub(crate) const HOW_THEY_ARE_JUDGED: &str = "How they are judged";
pub(crate) const SCHEDULES: &str = "The schedules are those that POSIX permits: a <code>send</code> or \
    <code>recv</code> may move any number of bytes, at least one, and anybody may be slow. A schedule is \
    unusual where it differs from what would happen by itself. All schedules with no unusual choice are \
    tried, then those with one, and so on up to the bound. What stands them all may still fall to one \
    beyond: the bound says how far anybody looked.";
pub(crate) const WHERE_THEY_ARE_JUDGED: &str = "“Judge it” on an exercise’s page judges the file that \
    stands there, in your browser, and opens the run that breaks it. In a terminal, <code>socketscope \
    grade NAME FILE</code> judges a file in the same way, and <code>socketscope grade NAME FOLDER</code> a \
    class’s. With <code>--live</code>, what passes then runs on the real kernel of that machine.";
pub(crate) const DESCRIPTION: &str = "Socket programs to write yourself, judged by every schedule up to a \
    bound, among peers that are honest or spiteful.";

pub(crate) fn after(lessons: impl Display) -> String {
    format!(" · after {lessons}")
}

pub(crate) fn place(minutes: impl Display, after: impl Display) -> String {
    format!("Exercise · about {minutes} minutes{after}")
}

pub(crate) fn yours_to_write(file: impl Display, download: impl Display) -> String {
    format!(
        "<code>{file}</code> is yours to write; the others stay as they are. On a machine of your own: \
         {download}."
    )
}

pub(crate) fn download(file: impl Display) -> String {
    format!("download <code>{file}</code>")
}

pub(crate) const A_QUESTION_FIRST: &str = "A question first";
pub(crate) const A_STEP_FURTHER: &str = "A step further";
pub(crate) const NEARLY_THE_TEXT: &str = "Nearly the text";

pub(crate) fn hint(number: impl Display, of: impl Display) -> String {
    format!("Hint {number} of {of}")
}

pub(crate) const HINTS: &str = "Hints";

pub(crate) fn part(number: impl Display, of: impl Display) -> String {
    format!("Part {number} of {of}")
}

pub(crate) const A_SOLUTION_BIT_BY_BIT: &str = "A solution, bit by bit";
pub(crate) const ONE_OF_MANY: &str = "One of many. Try yours first.";

pub(crate) fn file_of(file: impl Display, round: impl Display) -> String {
    format!("{file}, {round}")
}

pub(crate) const THEN: &str = ", then ";

pub(crate) fn does_without(words: impl Display) -> String {
    format!(" It does without {words}.")
}

pub(crate) fn meets(bound: impl Display, without: impl Display) -> String {
    format!(
        "Your program meets these, one round after the other, and passes when it stands {bound} in \
         each.{without} “Judge it”, among the buttons above, tries them all in your browser: your file \
         alone, with these programs as they stand here. In a terminal:"
    )
}

pub(crate) const HOW_TO_CHECK_IT: &str = "How to check it";
pub(crate) const THE_SECOND: &str = "The second also runs it on that machine’s own kernel.";
pub(crate) const WHOM_IT_MEETS: &str = "Whom it meets";
pub(crate) const ALL_EXERCISES: &str = "All exercises";
