//! The page to join a class.

use std::fmt::Display;

pub(crate) const NO_RELAY: &str =
    "This copy of the site has no relay, and so no rooms: open the address that your teacher shows.";
pub(crate) const JOIN_A_CLASS: &str = "Join a class";
pub(crate) const LEDE: &str =
    "With a code from your teacher and a name. There is no account, and nobody asks for an e-mail address.";
pub(crate) const SCRIPTS_ARE_OFF: &str =
    "Scripts are off, so nobody can be joined from here. Every lesson can be read all the same.";
pub(crate) const WHAT_JOINING_MEANS: &str = "What joining means";
pub(crate) const KEPT: &str = "<strong>Kept</strong> is your name here and what you do from then on: pages \
    opened and finished, what you predicted and whether it came so, runs, verdicts, and how long you were \
    active. What you did before you joined stays in this browser.";
pub(crate) const WHERE: &str = "<strong>Where:</strong> on the machine that served this page, and nowhere \
    else. This page asks no other site for anything.";
pub(crate) const WHO_SEES_IT: &str = "<strong>Who sees it:</strong> your teacher. Other learners see none \
    of it, unless you agree to work as a pair. When your teacher looks at your stage, the bar at the top \
    says so.";
pub(crate) const HOW_LONG: &str = "<strong>How long:</strong> until your teacher ends the room or its days \
    are over; then it is deleted with everything in it. Your teacher can also delete you alone, at once.";
pub(crate) const WITHOUT_NETWORK: &str = "<strong>Without network</strong> nothing is lost: what you do is \
    kept in this browser and delivered once, when the relay is back.";
pub(crate) const WITHOUT_A_ROOM: &str = "Without a room the same record stays in this browser only. It is \
    listed on this page, and can be deleted here.";

pub(crate) fn no_room_needed(map: impl Display) -> String {
    format!("You do not need a room to learn here: <a href=\"{map}\">the course</a> is open to anybody.")
}

pub(crate) const DESCRIPTION: &str =
    "Join a class’s room with a code and a name: no account, no e-mail address.";
