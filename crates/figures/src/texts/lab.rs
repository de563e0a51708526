//! The lab that a learner shares with the class or a partner.

use std::fmt::Display;

pub(crate) const CONNECTION_BROKE: &str = "The connection to the relay broke, and yours in the lab with it.";

pub(crate) fn not_reached(outcome: impl Display) -> String {
    format!("The server was not reached: {outcome}.")
}

pub(crate) const IN_ANOTHER_LAB: &str = "You are in another lab of the class now: leave that first.";
pub(crate) const SERVER_IS_RUNNING: &str = "Your teacher’s server is running.";
pub(crate) const THE_WIRE_BETWEEN_YOU: &str = "The wire between you.";
pub(crate) const CLASS_HINT: &str =
    "It runs on a real kernel and serves the whole class. Connect, and your process is one of its clients.";
pub(crate) const OPENER_HINT: &str = "You open the lab; your partner comes in when it is open.";
pub(crate) const OPENED_HINT: &str = "The lab is open: your partner can come in.";
pub(crate) const GUEST_HINT: &str = "Your partner opens the lab; then you come in.";
pub(crate) const CONNECT: &str = "Connect";
pub(crate) const OPEN_THE_LAB: &str = "Open the lab";
pub(crate) const COME_IN: &str = "Come in";
pub(crate) const SERVER_STARTS: &str =
    "The server does not listen yet. You are connected as soon as it does.";
pub(crate) const DO_NOT_WAIT: &str = "Do not wait";

pub(crate) fn in_call(call: impl Display) -> String {
    format!("In {call}, which has not come back yet.")
}

pub(crate) const A_LINE_TO_SEND: &str = "A line to send";
pub(crate) const SEND: &str = "Send";
pub(crate) const LISTEN_AND_ACCEPT: &str = "Listen and accept";
pub(crate) const RECEIVE: &str = "Receive";
pub(crate) const CLOSE: &str = "Close";
pub(crate) const LEAVE_THE_LAB: &str = "Leave the lab";
pub(crate) const YOUR_CALLS: &str = "Your calls";
