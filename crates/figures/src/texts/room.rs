//! Opening a room or taking it up again, and the wall.

use std::fmt::Display;

pub(crate) const NO_RELAY: &str = "This copy of the site has no relay, so no room can be opened here. Start ";
pub(crate) const COMMAND_SERVE: &str = "socketscope serve";
pub(crate) const THEN_OPEN_THE_ADDRESS: &str = ", then open the address that it prints.";
pub(crate) const ASKING_THE_RELAY: &str = "Asking the relay.";
pub(crate) const ROOMS_TAUGHT_FROM_THIS_BROWSER: &str = "Rooms taught from this browser";
pub(crate) const UNTITLED: &str = "Untitled";
pub(crate) const TAKE_UP: &str = "Take up";
pub(crate) const OPEN_A_ROOM: &str = "Open a room";
pub(crate) const TITLE: &str = "Title";
pub(crate) const TITLE_HINT: &str = "What the learners see above their pages.";
pub(crate) const DAYS: &str = "Days until it is deleted";
pub(crate) const DAYS_HINT: &str = "The room goes then with all that is kept of it. You can end it earlier.";
pub(crate) const LIVE_RUNS: &str = "Live runs are open: learners may run programs on this machine’s kernel";
pub(crate) const OPEN_THE_ROOM: &str = "Open the room";
pub(crate) const ON_OFFER: &str = "Lessons and experiments on offer: ";
pub(crate) const ALL: &str = "all";
pub(crate) const ON_OFFER_HINT: &str = "Tick some to offer these alone; with none ticked all are on offer.";
pub(crate) const TAKE_UP_A_ROOM: &str = "Take up a room";
pub(crate) const TAKE_UP_HINT: &str =
    "On another machine, or in another browser than the one that opened it.";
pub(crate) const CODE: &str = "Code";
pub(crate) const TEACHERS_SECRET: &str = "Teacher’s secret";
pub(crate) const SECRET_HINT: &str = "It was shown when the room was opened.";
pub(crate) const TAKE_IT_UP: &str = "Take it up";

pub(crate) fn qr_code_of(link: impl Display) -> String {
    format!("QR code of {link}")
}

pub(crate) const JOIN_AT: &str = "Join at";
pub(crate) const WITH_THE_CODE: &str = "with the code";
pub(crate) const ANOTHER_ADDRESS: &str = "Another address";
pub(crate) const WHICH_ADDRESS: &str = "Which of this machine’s addresses the learners use";
pub(crate) const ONLY_FROM_THIS_MACHINE: &str = " only from this machine";
pub(crate) const ONLY_THIS_MACHINE_CAN_REACH: &str = "Only this machine can reach ";
pub(crate) const TO_LET_OTHERS_IN: &str = ". To let others in, start the relay with ";
pub(crate) const COMMAND_SERVE_LAN: &str = "socketscope serve --lan";

pub(crate) const YOUR_ROOM: &str = "Your room";
pub(crate) const THE_WALL: &str = "The wall";
pub(crate) const THE_CLASS_SERVER: &str = "The class’s server";
pub(crate) const ROOM_ON_ITS_WAY: &str = "The room is on its way.";
pub(crate) const WRONG_TOKEN: &str = "That is not its token.";
pub(crate) const WHO_HAS_THE_TOKEN: &str = "Whoever started the relay has it.";
pub(crate) const ACCESS_TOKEN: &str = "This relay’s access token";
pub(crate) const TELL_IT: &str = "Tell it";

pub(crate) const JOIN_THE_ROOM: &str = "Join the room";
pub(crate) const THE_CLASS_IN_NUMBERS: &str = "The class in numbers";
pub(crate) const HERE: &str = "here";
pub(crate) const HAND_UP: &str = "hand up";
pub(crate) const HANDS_UP: &str = "hands up";
pub(crate) const LOCKED: &str = "locked: nobody new may join";
pub(crate) const CLOSED: &str = "closed: nothing more is taken";
pub(crate) const WHERE_EVERYBODY_IS: &str = "Where everybody is";
