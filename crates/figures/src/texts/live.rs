//! A run on real kernels.

use std::fmt::Display;

pub(crate) const SO_IT_WAS: &str = ": so it was";
pub(crate) const GUESSED_RIGHT: &str = "You said so, and so it was.";
pub(crate) const GUESSED_OTHERWISE: &str = "You said something else. The mark shows what this kernel did.";
pub(crate) const MARK_SHOWS: &str = "The mark shows what this kernel did.";

pub(crate) const YOUR_HAND_ON_IT: &str = "Your hand on it";
pub(crate) const HOLD_THE_WIRE: &str = "Hold the wire: each packet waits for you";
pub(crate) const IT_TAKES: &str = "It takes";
pub(crate) const MS_TO_GET_ACROSS: &str = "ms to get across";
pub(crate) const IT_LOSES: &str = "It loses";
pub(crate) const OF_1000_PACKETS: &str = "of 1000 packets";
pub(crate) const MEND_THE_CABLE: &str = "Mend the cable";
pub(crate) const CUT_THE_CABLE: &str = "Cut the cable";
pub(crate) const SAVE_THE_PACKETS: &str = "Save the packets";
pub(crate) const NO_RUN_HINT: &str = "No run is going on: what you set here holds for the next.";
pub(crate) const PACKETS_ON_THE_WIRE_NOW: &str = "Packets on the wire now";

pub(crate) fn on_the_wire_now(packets: impl Display) -> String {
    format!("On the wire now: {packets}")
}

pub(crate) fn and_more_behind(packets: impl Display) -> String {
    format!("and {packets} more behind them")
}

pub(crate) fn packet_from(packet: impl Display, host: impl Display) -> String {
    format!("{packet} from {host}")
}

pub(crate) const FROM: &str = " from ";
pub(crate) const DELIVER: &str = "Deliver";
pub(crate) const LOSE: &str = "Lose";
pub(crate) const DUPLICATE: &str = "Duplicate";
pub(crate) const DELAY_1_S: &str = "Delay 1 s";

pub(crate) const INTRO: &str =
    "The same program, call for call, on the kernel of the machine that serves this page.";
pub(crate) const NO_RELAY: &str = "This copy of the site has no relay, so nothing runs for real here. To get \
    one, build the program and start ";
pub(crate) const COMMAND_SERVE: &str = "socketscope serve";
pub(crate) const THEN_OPEN_THE_ADDRESS: &str = ", then open the address that it prints.";
pub(crate) const NOTHING_RUN_YET: &str = "Nothing has run yet. Each call will stand here twice: what the \
    simulation says, and what the real kernel says.";
pub(crate) const WHAT_MUST_HOLD: &str = "What must hold";
pub(crate) const HOLDS: &str = ": held";
pub(crate) const DOES_NOT_HOLD: &str = ": did not hold";
pub(crate) const NOT_KNOWN_YET: &str = ": not yet";
pub(crate) const RELATIONS_HINT: &str =
    "Numbers may differ from kernel to kernel and from run to run. These relations may not.";
pub(crate) const CALLS_HINT: &str = "Each call opens to the real calls that the relay made for it. \
    Descriptors there, and on loopback the addresses, are the relay’s own.";
pub(crate) const HELD_NOW: &str = "Held now, as the real kernels say: ";
pub(crate) const IN_THE_SEND_BUFFER: &str = " in the send buffer";

pub(crate) fn not_yet_sent(bytes: impl Display) -> String {
    format!(" (of these {bytes} not yet sent)")
}

pub(crate) const IN_THE_RECEIVE_BUFFER: &str = " in the peer’s receive buffer.";
pub(crate) const IT_RUNS: &str = "It runs";

pub(crate) fn let_the_peer_read(bytes: impl Display) -> String {
    format!("Let the peer read {bytes} bytes")
}

pub(crate) const TRY_AGAIN_BUTTON: &str = "Try again";
pub(crate) const RUN_IT_FOR_REAL: &str = "Run it for real";
pub(crate) const STOP: &str = "Stop";
pub(crate) const WRONG_TOKEN: &str = "This is not the relay's access token.";
pub(crate) const TOKEN_IS_ASKED_FOR: &str = "This relay asks for an access token.";
pub(crate) const TOKEN_HINT: &str =
    " Whoever runs it has told it to its learners. It is kept until you close this tab.";
pub(crate) const ACCESS_TOKEN: &str = "Access token ";
pub(crate) const RUN_WITH_IT: &str = "Run with it";
pub(crate) const CONNECTING_TO_THE_RELAY: &str = "Connecting to the relay.";
pub(crate) const PREPARING: &str = "The relay prepares the sockets and the peer.";
pub(crate) const RUNNING_ON: &str = "Running on";
pub(crate) const PROGRAM_SLEEPS_ON: &str =
    "The program sleeps in its call until there is room. You hold the peer. On";
pub(crate) const PEER_TOLD_ON: &str = "The peer was told to read. On";
pub(crate) const RESUMING: &str = "The connection to the relay broke. Trying to go on with the same run.";
pub(crate) const ENDED_ON: &str = "The program has ended. It ran on";
pub(crate) const STOPPED_ON: &str = "Stopped. It ran on";

pub(crate) const THE_REAL_WIRE: &str = "The real wire";

pub(crate) fn about_the_wire(left: impl Display, right: impl Display) -> String {
    format!(
        "Every packet that passed between the two kernels. Left: {left}, 10.0.0.1. Right: {right}, \
        10.0.0.2. Time runs downwards."
    )
}

pub(crate) const NO_PACKET_YET: &str = "No packet has been on it yet.";
pub(crate) const PACKETS_ON_THE_REAL_WIRE: &str = "Packets on the real wire";

pub(crate) fn earlier_packets(packets: impl Display) -> String {
    format!("{packets} earlier ones are not shown; the file has them.")
}

pub(crate) fn from_host(host: impl Display) -> String {
    format!("From {host}: ")
}

pub(crate) const ON_LOOPBACK: &str = "This relay’s sockets are on loopback, whose packets nobody hands out. \
    On a relay with network namespaces each packet would be shown here, and could be held or lost: ";
pub(crate) const COMMAND_DOCTOR: &str = "socketscope doctor";
pub(crate) const SAYS_WHAT_IS_MISSING: &str = " says what is missing for that.";
pub(crate) const ONE_HOST: &str =
    "Both ends are on one host here: what they send never leaves it, and passes over no wire.";

pub(crate) const THE_RUN_HAS_STOPPED: &str = "The run has stopped.";
pub(crate) const NOT_UNDERSTOOD: &str =
    "The relay said something that this page does not understand; perhaps it is of another version.";
pub(crate) const RELOAD_THE_PAGE: &str = "Reload the page, then try again.";

pub(crate) const THE_RUN_HAS_NOT_BEGUN: &str = "The run has not begun.";
pub(crate) const NO_SUCH_PROGRAM: &str = "The lesson names no such program.";
pub(crate) const TELL_THE_LESSONS_AUTHOR: &str = "Tell the lesson's author.";
pub(crate) const THE_RELAY_REFUSED: &str = "The relay refused.";
pub(crate) const TRY_AGAIN_IN_A_MOMENT: &str = "Try again in a moment.";
pub(crate) const TRY_AGAIN: &str = "Try again.";

pub(crate) fn lab_is_gone(reason: impl Display) -> String {
    format!("The lab is gone: {reason}.")
}

pub(crate) const THE_RUN_WAS_STOPPED: &str = "The run was stopped.";

pub(crate) fn too_many_calls(calls: impl Display) -> String {
    format!("The program has made {calls} calls, which is as many as one run may make.")
}

pub(crate) const LOOK_OR_TRY_AGAIN: &str = "Look at what it did, or try again.";
pub(crate) const GOES_ROUND: &str = "The program goes round without making a call.";
pub(crate) const LOOK_AT_ITS_LOOP: &str = "Look at its loop.";

pub(crate) fn no_sockets_to_lend(system: impl Display, release: impl Display) -> String {
    format!("It runs on {system} {release}, where it has no sockets to lend.")
}

pub(crate) const NO_LIVE_RUNS: &str = "This relay makes no live runs.";
pub(crate) const START_IT_ON_LINUX: &str = "Start it on Linux.";
pub(crate) const THE_RUN_IS_LOST: &str = "The run is lost.";
pub(crate) const RUN_NO_LONGER_KNOWN: &str = "The connection to the relay broke, and the relay no longer \
    knows this run: it was started afresh, or too much time has passed.";
pub(crate) const NEW_RUN: &str = "Try again: a new run takes a second.";
pub(crate) const SENT_ELSEWHERE: &str =
    "The relay sends this session to another machine, which this page does not follow.";
pub(crate) const OPEN_IT_THERE: &str = "Open the site at that machine.";
pub(crate) const LAB_ENDED: &str = "The connection to the relay has ended, and the lab with it.";
pub(crate) const THE_RELAY_WAS_NOT_REACHED: &str = "The relay was not reached.";
pub(crate) const NO_WEBSOCKET: &str = "No WebSocket could be opened to the machine that served this page: \
    the relay is stopped, or something between here and there keeps WebSockets out.";
pub(crate) const START_THE_RELAY: &str = "See that the relay is running (socketscope serve), then try again.";

pub(crate) fn close_code(code: impl Display) -> String {
    format!("Close code {code}.")
}

pub(crate) const RELAY_ENDED_THE_RUN: &str = "The relay has ended the run.";
pub(crate) const THE_RELAY_WAS_SHUT_DOWN: &str = "The relay was shut down.";
pub(crate) const CONNECTION_BROKE: &str =
    "The connection to the relay broke, and it does not answer any more.";

pub(crate) fn connection_ended(reason: impl Display) -> String {
    format!("The connection to the relay has ended: {reason}.")
}

pub(crate) const STOPPED_IN_THE_MIDDLE: &str = "The run has stopped in the middle.";
pub(crate) const SEE_THAT_THE_RELAY_RUNS: &str = "See that the relay is running, then try again.";

pub(crate) const SIMULATED_AND_REAL_RESULTS: &str = "Simulated and real results";
pub(crate) const CALL: &str = "Call";
pub(crate) const SIMULATED: &str = "simulated";
pub(crate) const REAL: &str = "real";
pub(crate) const COMPARISON: &str = "Comparison";
pub(crate) const REAL_BUFFERS_SEND_RECEIVE: &str = "real buffers: send, receive";
pub(crate) const REAL_BUFFERS: &str = "real buffers";
pub(crate) const WAITS: &str = "waits";

pub(crate) fn after_ms(ms: impl Display) -> String {
    format!("after {ms} ms")
}

pub(crate) fn by_the_relay(result: impl Display) -> String {
    format!("{result} by the relay, not a kernel")
}

pub(crate) const SAME: &str = "same";
pub(crate) const FIRST_DIFFERENCE: &str = "first difference";
pub(crate) const DIFFERS: &str = "differs";
pub(crate) const ONE_REAL_CALL: &str = "1 real call";

pub(crate) fn real_calls(calls: impl Display) -> String {
    format!("{calls} real calls")
}

pub(crate) const MADE_FOR: &str = " made for ";

pub(crate) fn more_calls(calls: impl Display) -> String {
    format!("{calls} more calls")
}

pub(crate) fn peer_of(host: impl Display) -> String {
    format!("{host}’s peer")
}

pub(crate) fn too_many_packets(mib: impl Display) -> String {
    format!("The packets are more than the {mib} MiB that this page saves: run it again, and save sooner.")
}
