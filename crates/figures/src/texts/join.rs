//! The page where a learner joins a room.

use std::fmt::Display;

pub(crate) const JOIN: &str = "Join";
pub(crate) const THE_ROOMS_CODE: &str = "The room’s code";
pub(crate) const CODE_HINT: &str = "Eight letters and digits, from your teacher";
pub(crate) const YOUR_NAME_HERE: &str = "Your name here";
pub(crate) const NAME_HINT: &str = "Any name that your teacher knows you by";
pub(crate) const YOUR_RETURN_KEY: &str = "Your return key";
pub(crate) const KEY_HINT: &str =
    "You were shown it when you joined; the browser that you joined with knows it too";
pub(crate) const THE_RELAYS_ACCESS_TOKEN: &str = "The relay’s access token";
pub(crate) const WRONG_TOKEN: &str = "That was not it. Whoever runs the relay has it.";
pub(crate) const TOKEN_HINT: &str = "This relay asks for one. Whoever runs it has it.";
pub(crate) const COME_BACK: &str = "Come back";
pub(crate) const JOIN_THE_ROOM: &str = "Join the room";
pub(crate) const JOIN_BY_NAME: &str = "I have no key: join by name";
pub(crate) const I_WAS_HERE_BEFORE: &str = "I was here before";
pub(crate) const RELAY_DOES_NOT_ANSWER: &str = "The relay does not answer. It is tried again by itself.";
pub(crate) const ASKING_TO_BE_LET_IN: &str = "Asking the room to let you in.";

pub(crate) fn name_is_taken(name: impl Display) -> String {
    format!("Somebody is called “{name}” in this room.")
}

pub(crate) const ANOTHER_NAME: &str = "I am somebody else: choose another name";
pub(crate) const COME_BACK_WITH_MY_KEY: &str = "That is me: come back with my key";
pub(crate) const WITHOUT_THE_KEY: &str = "Without the key ask your teacher, who can delete that name.";
pub(crate) const CONNECTION_BROKE: &str = "The connection broke before the room answered. Join once more. If \
    your name is taken then, it may be yours already: ask your teacher to delete it.";

pub(crate) fn room(code: impl Display) -> String {
    format!("room {code}")
}

pub(crate) const YOU_ARE_IN: &str = "You are in ";
pub(crate) const AS: &str = ", as ";
pub(crate) const ANOTHER_ROOM: &str =
    "This link is for another room. To join that one, leave this one first: under “Room” in the bar above.";
pub(crate) const WHERE_TO_GO: &str = "Where to go";
pub(crate) const THE_WHOLE_COURSE: &str = "The whole course";
pub(crate) const SHOW_MY_RETURN_KEY: &str = "Show my return key";
pub(crate) const RETURN_KEY_HINT: &str = "Your return key. Write it down: with it you come back on another \
    machine, or when this browser has forgotten you.";
pub(crate) const COPY: &str = "Copy";
pub(crate) const COPIED: &str = "Copied.";
pub(crate) const COPY_BY_HAND: &str = "Select it and copy it by hand.";
pub(crate) const OR_KEEP: &str = "Or keep ";
pub(crate) const THIS_LINK: &str = "this link";
pub(crate) const LINK_HAS_THE_KEY: &str =
    ", which has the key in it. Whoever has either is you in this room.";
pub(crate) const HIDE_THE_KEY: &str = "I have it: hide the key";
pub(crate) const YOUR_WORK_IN_THIS_BROWSER: &str = "Your work in this browser";
pub(crate) const NO_WORK_YET: &str = "Nothing yet. What you do on lessons and experiments is listed here, \
    and stays in this browser unless you are in a room.";
pub(crate) const DELETE_IT_FOR_GOOD: &str = "Delete it for good";
pub(crate) const KEEP_IT: &str = "Keep it";
pub(crate) const WHAT_A_ROOM_HAS: &str = "What a room has got stays there; its teacher can delete it.";
pub(crate) const DELETE_THIS_LIST: &str = "Delete this list";
