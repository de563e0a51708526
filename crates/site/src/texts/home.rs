//! The home page.

use std::fmt::Display;

pub(crate) const DESCRIPTION: &str = "See what happens between send and recv: step two programs, two \
    kernels and the wire between them, then run the same calls on a real kernel.";

pub(crate) fn begin_with(lesson: impl Display) -> String {
    format!("Begin with: {lesson}")
}

pub(crate) const LIVE_PARTS_CAN_RUN: &str = "This page comes from a relay, so the live parts can run here.";
pub(crate) const LIVE_PARTS_ARE_AT_REST: &str = "This copy of the site has no relay, so its live parts are \
    at rest. The file <code>socketscope</code> serves the same pages with one.";
pub(crate) const HEADING: &str = "What happens between <code>send</code> and <code>recv</code>?";
pub(crate) const A_STAGE_TO_TRY: &str = "A stage to try";
pub(crate) const LEDE: &str = "Two programs exchange bytes, and most of what matters happens where neither \
    of them can look. Socketscope is a microscope for that place. Step both programs and both kernels, \
    decide what the network does next, and then make the same calls on a real kernel.";
pub(crate) const SEE_THE_WHOLE_COURSE: &str = "See the whole course";
pub(crate) const THREE_USES: &str = "Three uses";
pub(crate) const READ: &str = "Read";
pub(crate) const READ_ABOUT: &str = "A lesson is text first. It is complete on a phone, on paper, with a \
    screen reader and with scripts off. Its figures wake up when you come near them.";

pub(crate) fn ways_to_read(clinic: impl Display, notes: impl Display) -> String {
    format!(
        "<a href=\"#map\">Choose a lesson</a>, visit the <a href=\"{clinic}\">bug clinic</a>, or \
         <a href=\"{notes}\">paste the listing from your notes</a>."
    )
}

pub(crate) const RUN_IT_FOR_REAL: &str = "Run it for real";
pub(crate) const RUN_IT_FOR_REAL_ABOUT: &str = "What a program on the stage calls can be called on a real \
    socket of the machine that serves the page. The count or error that comes back is that kernel’s own.";

pub(crate) fn ways_to_run(tries: impl Display, work: impl Display) -> String {
    format!(
        "Try <a href=\"{tries}\">twelve weird experiments</a>, or <a href=\"{work}\">exercises</a> that are judged \
         by every schedule."
    )
}

pub(crate) const TEACH_WITH_IT: &str = "Teach with it";
pub(crate) const TEACH_WITH_IT_ABOUT: &str = "One file holds the whole site. Start it on one machine, and \
    a class can open it without accounts and without the internet.";

pub(crate) fn ways_to_teach(join: impl Display, room: impl Display, guide: impl Display) -> String {
    format!(
        "<a href=\"{join}\">Join a class</a> with a code, or <a href=\"{room}\">open a room for one</a>. \
         <a href=\"{guide}\">The teacher’s guide</a> has plans for 45 and 90 minutes."
    )
}
