//! The class's server in the teacher's page.

use std::fmt::Display;

pub(crate) const THE_CLASS_SERVER: &str = "The class’s server";
pub(crate) const START_IT_HERE_INSTEAD: &str = "Start it here instead";
pub(crate) const START_THE_SERVER: &str = "Start the server";
pub(crate) const STOP_THE_SERVER: &str = "Stop the server";
pub(crate) const HOW_FAST_IT_GOES_ON: &str = "How fast it goes on";
pub(crate) const FULL_SPEED: &str = "Full speed";
pub(crate) const A_CALL_A_SECOND: &str = "A call a second";
pub(crate) const BY_HAND: &str = "By hand";
pub(crate) const NEXT_CALL: &str = "Next call";
pub(crate) const RUNS_ELSEWHERE: &str =
    "Another page that teaches this room runs the class’s server. Start it here, and that one stops.";
pub(crate) const NOT_STARTED: &str = "It is not started: no learner can connect yet.";
pub(crate) const STOPPED: &str =
    "It is stopped, and its connections are closed. What stands here is how it was.";
pub(crate) const IT_IS_BEING_STARTED: &str = "It is being started.";
pub(crate) const WAITS_IN_SELECT: &str = "It waits in select, until one of its descriptors is ready.";

pub(crate) fn about_to_call(call: impl Display) -> String {
    format!("It is about to call {call}.")
}

pub(crate) const IT_SERVES: &str = "It serves.";

pub(crate) fn in_call(call: impl Display) -> String {
    format!("It is in {call}.")
}

pub(crate) const THE_SERVER_IN_NUMBERS: &str = "The server in numbers";
pub(crate) const ONE_CLIENT: &str = " client";
pub(crate) const CLIENTS: &str = " clients";

pub(crate) fn of_all_that_came(all: impl Display) -> String {
    format!(" of {all} that came")
}

pub(crate) const UNREAD_IN_THE_KERNEL: &str = "unread in the kernel";
pub(crate) const OF_ANSWERS_IN_THE_PROGRAM: &str = "of answers in the program";
pub(crate) const ON_THE_WAY_OUT: &str = "on the way out";
pub(crate) const ONE_CALL: &str = "call";
pub(crate) const CALLS: &str = "calls";
pub(crate) const READ: &str = "read";
pub(crate) const WRITE: &str = "write";
pub(crate) const EXCEPT: &str = "except";
pub(crate) const LISTS_OF_SELECT: &str = "The lists of select. A number is a client; ";
pub(crate) const LISTENER: &str = "new";
pub(crate) const IS_THE_LISTENING_SOCKET: &str = " is the listening socket.";
pub(crate) const ASKED_FOR_LAST: &str = "asked for last";
pub(crate) const FOUND_READY_LAST: &str = "found ready last";
pub(crate) const NONE: &str = "none";
pub(crate) const GONE: &str = "gone";
pub(crate) const CONNECTED: &str = "Connected";
pub(crate) const NOBODY: &str = "nobody";
pub(crate) const UNREAD: &str = "unread";
pub(crate) const TO_ANSWER: &str = "to answer";
pub(crate) const ON_THE_WAY: &str = "on the way";

pub(crate) fn bytes_somewhere(bytes: impl Display, somewhere: impl Display) -> String {
    format!("{bytes} B {somewhere}")
}

pub(crate) const FD: &str = "fd ";
pub(crate) const LAST_CALLS: &str = "Last calls";

pub(crate) const TAKEN_OVER: &str = "Another page that teaches this room has started a server, and the class \
    was let in there. This one is stopped, and its connections are closed.";
pub(crate) const CONNECTION_BROKE: &str =
    "The connection to the relay broke, and the server is gone with its lab. Start it again.";

pub(crate) fn ended_by(call: impl Display, errno: impl Display) -> String {
    format!("The server has ended: {call} answered {errno}.")
}

pub(crate) fn ready_for(read: impl Display, write: impl Display, except: impl Display) -> String {
    format!("{read} read, {write} write, {except} except")
}
