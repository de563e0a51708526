//! A teacher’s pages: the room, the wall, the class’s server.

use std::fmt::Display;

pub(crate) const A_ROOM_FOR_A_CLASS: &str = "A room for a class";
pub(crate) const ROOM_LEDE: &str = "You open a room and get a code. Whoever has the code joins from any \
    browser in your network, with a name of their choice and no account. You see who is stuck, and where.";
pub(crate) const NO_ROOM_WITHOUT_SCRIPTS: &str = "Scripts are off, so no room can be opened from here.";
pub(crate) const KEPT: &str = "<h2>What is kept, and who sees it</h2>\n<ul>\n<li>Of each learner the name \
    that they chose, and what they did with the exercises: pages opened, predictions and whether they came \
    true, runs, verdicts, the time spent. No e-mail address, no account, nothing that they type into a \
    program.</li>\n<li>It is kept in one file on the machine that serves these pages, and nowhere else. \
    Nothing leaves your network.</li>\n<li>You see it, and whoever has the teacher’s secret. Learners see \
    their own work and how many are here; of each other’s work nothing, unless two agree to work as a \
    pair.</li>\n<li>While you look at a learner’s stage, that learner is told so.</li>\n<li>After the days \
    that you choose, the room is deleted with everything in it; so it is when you end it. One learner can \
    be deleted alone. What you exported before is yours to look after.</li>\n<li>What teachers do in a \
    room is logged, and can be read on the board.</li>\n</ul>\n";
pub(crate) const ON_THE_WALL: &str = "On the wall";

pub(crate) fn on_the_wall(wall: impl Display) -> String {
    format!(
        "<a href=\"{wall}\">The wall</a> is the page for a projector: the code, the question that you ask, \
         and numbers. It never shows a name."
    )
}

pub(crate) fn on_the_server(server: impl Display) -> String {
    format!(
        "<a href=\"{server}\">The class’s server</a> is another: a server of yours, in real calls on the \
         kernel of the machine that serves these pages, whose clients are the learners’ browsers. It shows \
         the three lists of its <code>select</code>."
    )
}

pub(crate) const STUCK: &str = "What the board calls stuck";
pub(crate) const STUCK_ABOUT: &str = "Somebody whose hand is up comes first; then who has failed at the \
    same thing again and again, who does things without getting on, and who has done nothing for a while. \
    It is a hint where to walk to, and no mark.";
pub(crate) const ROOM_DESCRIPTION: &str =
    "Open a room: learners join by a code, and a board shows who is stuck and where.";
pub(crate) const THE_WALL: &str = "The wall";

pub(crate) fn wall_lede(room: impl Display) -> String {
    format!(
        "What a projector shows of a room: its code, how many are here, and the question that is asked. It \
         shows no names. <a href=\"{room}\">The board</a> opens it for a room that is taught from the same \
         browser; from another one the code and the teacher’s secret do."
    )
}

pub(crate) const WALL_ABOUT: &str = "Open it in a window of its own on the machine at the projector, and \
    make that window fill the screen: F11 on Windows and Linux, Control, Command and F on a Mac.";
pub(crate) const WALL_DESCRIPTION: &str = "A room’s page for the projector, without names.";
pub(crate) const NOTHING_WITHOUT_SCRIPTS: &str = "Scripts are off, so there is nothing to show.";
pub(crate) const THE_CLASSS_SERVER: &str = "The class’s server";
pub(crate) const SERVER_LEDE: &str = "One server, and the whole class as its clients. It makes real calls \
    on the kernel of the machine that serves these pages: it listens, waits in <code>select</code> for all \
    its descriptors at once, and answers each line in capitals.";
pub(crate) const SERVER_ABOUT: &str = "Open this page in a window of its own on the machine at the \
    projector, and start the server. The learners then find it in the bar of their room: they connect, \
    send a line and see what comes back. The wall shows clients by number, in the order in which they \
    came, and nothing that anybody types.";

pub(crate) fn opened_by_the_board(room: impl Display) -> String {
    format!(
        "<a href=\"{room}\">The board</a> opens it for a room that is taught from the same browser; from \
         another one the code and the teacher’s secret do."
    )
}

pub(crate) const SERVER_DESCRIPTION: &str =
    "A real server whose clients are the whole class: the lists of its select, projected.";
pub(crate) const TO_BEGIN_WITH: &str = "To begin with";
pub(crate) const THE_SOCKET_INVENTORY: &str = "The socket inventory";
