//! The peers’ pages.

use std::fmt::Display;

pub(crate) const PEERS: &str = "Peers";
pub(crate) const LEDE: &str = "The other ends that you talk to. Most of them do, on purpose and every \
    time, what a real one does now and then.";
pub(crate) const WHERE_THEY_RUN: &str = "Where they run";
pub(crate) const WHERE_THEY_RUN_ABOUT: &str = "A peer is a program that makes system calls and knows \
    nothing of who performs them. One source serves the simulated kernel and the real one, and a test \
    compares the calls that it makes on both. What a peer draws by chance, it draws by a seed: the same \
    peer, settings and seed do the same again.";
pub(crate) const WHERE_TO_TRY_THEM: &str = "Each of their pages has a button that opens the playground \
    with that peer; there, under “Hosts and network”, any of them comes to any run, with its settings and \
    its seed. In a terminal, <code>socketscope calls --sim</code> makes your calls in the simulated kernel \
    and <code>--lab</code> on this machine’s own; <code>--peer</code> names the peer at the other end.";
pub(crate) const DESCRIPTION: &str =
    "The programs at the other end: an echo, a dribbler, a resetter and others.";
pub(crate) const TRY_IT: &str = "Try it in the playground";

pub(crate) fn ranges(
    meaning: impl Display,
    least: impl Display,
    most: impl Display,
    unit: impl Display,
    default: impl Display,
) -> String {
    format!("{meaning} From {least} to {most}{unit}; {default} unless set.")
}

pub(crate) const WHAT_CAN_BE_SET: &str = "What can be set";
pub(crate) const SETTING: &str = "Setting";
pub(crate) const WHAT_IT_CHANGES: &str = "What it changes";
pub(crate) const WHAT_IT_CAN_BE_TOLD: &str = "What it can be told";
pub(crate) const CONTROL_CHANNEL: &str = "A line on its control channel.";
pub(crate) const IT_LISTENS: &str = "It listens at port 7000 of the last host.";
pub(crate) const IT_CONNECTS: &str = "It connects to port 7000 of the first host, which is yours.";
pub(crate) const IN_A_TERMINAL: &str = "In a terminal";

pub(crate) fn in_a_terminal(command: impl Display, place: impl Display) -> String {
    format!(
        "<code>{command}</code> puts it at the other end of your calls. {place} <code>--sim</code> \
         simulates the same."
    )
}

pub(crate) const WAITS: &str = "waits";

pub(crate) fn times(times: impl Display) -> String {
    format!(" {times} times")
}

pub(crate) fn setting_is(setting: impl Display, value: impl Display) -> String {
    format!(" <code>{setting}</code> is {value}.")
}

pub(crate) const A_RUN: &str = "A run";
pub(crate) const SIMULATED: &str =
    "Simulated when this page was made: two hosts, a wire with 100 µs from end to end.";
pub(crate) const MS: &str = "ms";
pub(crate) const WHO: &str = "Who";
pub(crate) const CALL: &str = "Call";
pub(crate) const WHAT_COMES: &str = "What comes";
pub(crate) const YOURS: &str = "yours";
pub(crate) const THE_PEERS: &str = "the peer's";
pub(crate) const YOU: &str = "you";
pub(crate) const PEER: &str = "peer";
pub(crate) const RUN_WITH_ECHO: &str = "What goes out comes back, and the end too.";
pub(crate) const RUN_WITH_SLEEPY: &str = "The client sends ten bytes; the peer is told `4`, then `100`.";
pub(crate) const RUN_WITH_DRIBBLER: &str = "Six bytes go out at once. Each `recv` gives what is there.";
pub(crate) const RUN_WITH_CLUMPER: &str =
    "Four lines go out one by one; three come back together, the fourth waits for the end.";
pub(crate) const RUN_WITH_SPLITTER: &str = "Two frames go out; each comes back in two parts.";
pub(crate) const RUN_WITH_GREEDY: &str =
    "The client reads nothing: both buffers fill, and the peer’s `send` waits.";
pub(crate) const RUN_WITH_HALF_CLOSER: &str = "After the 0 the client can still send.";
pub(crate) const RUN_WITH_RESETTER: &str =
    "The tenth byte is the last. What comes then is no end but an error.";
pub(crate) const RUN_WITH_VANISHER: &str = "Every `send` succeeds, and nobody will ever read it.";
pub(crate) const RUN_WITH_SLOW_ACCEPTER: &str = "With a backlog of 0 one connection waits to be accepted. \
    The second `connect` is not refused: it waits until a SYN, sent again, finds room.";
pub(crate) const RUN_WITH_HTTP: &str = "One request, one response, and the end of the stream.";
pub(crate) const RUN_WITH_CALCULATOR: &str = "Two questions go out in one `send`, and two answers come.";
pub(crate) const RUN_WITH_CHAT: &str = "One client with two connections.";
pub(crate) const RUN_WITH_DIALLER: &str = "Your server begins to listen after the first try.";
