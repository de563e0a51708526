//! A stage: hosts, wire, choices, ladder, toolbar, transcript, question.

use std::fmt::Display;

pub(crate) const WHAT_HAPPENS_NEXT: &str = "What happens next?";
pub(crate) const YOU_ARE_THE_SCHEDULER: &str = "You are the scheduler and the network.";

pub(crate) fn first_only(offers: impl Display) -> String {
    format!("The first {offers} only")
}

pub(crate) fn more(offers: impl Display) -> String {
    format!("{offers} more")
}

pub(crate) const BE_THE_NETWORK: &str = "Be the network";

pub(crate) fn more_faults(faults: impl Display) -> String {
    format!("{faults} more, for packets further back")
}

pub(crate) const BYTES_THAT_THE_CALL_MOVES: &str = "How many bytes the call moves";

pub(crate) fn move_bytes(bytes: impl Display) -> String {
    format!("move {bytes}")
}

pub(crate) const CHOOSE_WHAT_HAPPENS_NEXT: &str = "Choose what happens next";

pub(crate) const TIMELINE: &str = "Timeline";
pub(crate) const TO_THE_START: &str = "To the start";
pub(crate) const STEP_BACK: &str = "Step back";
pub(crate) const STEP_FORWARD: &str = "Step forward";
pub(crate) const STEP: &str = "Step ";
pub(crate) const PAUSE: &str = "Pause";
pub(crate) const PLAY: &str = "Play";
pub(crate) const TO_THE_END: &str = "To the end";
pub(crate) const STEP_BY: &str = "Step by";
pub(crate) const CALL: &str = "call";
pub(crate) const EVENT: &str = "event";
pub(crate) const EVENTS: &str = "Events";

pub(crate) fn event_at(event: impl Display, time: impl Display) -> String {
    format!("event {event} · {time}")
}

pub(crate) fn event(event: impl Display) -> String {
    format!("event {event}")
}

pub(crate) const TCP_STATES: &str = "TCP states";

pub(crate) fn state_diagram(spoken: impl Display) -> String {
    format!("TCP state diagram: {spoken}. The ways are told beside it.")
}

pub(crate) const LEFT_LETTER: &str = "L";
pub(crate) const RIGHT_LETTER: &str = "R";

pub(crate) const FEWER_LINES: &str = "fewer lines";
pub(crate) const ALL_LINES: &str = "all lines";
pub(crate) const TIMERS: &str = "Timers";

pub(crate) fn is_dead(machine: impl Display) -> String {
    format!("{machine} is dead")
}

pub(crate) const THE_CABLE_IS_CUT: &str = "The cable is cut";
pub(crate) const SOCKETS: &str = "Sockets";
pub(crate) const CAN_RUN: &str = "can run";

pub(crate) const SLEEPS: &str = "sleeps";

pub(crate) fn waits_in(call: impl Display) -> String {
    format!("waits in {call}")
}

pub(crate) const WAITS_FOR_YOUR_CALL: &str = "waits for your call";
pub(crate) const HAS_ENDED: &str = "has ended";

pub(crate) fn ended_with(status: impl Display) -> String {
    format!("ended with {status}")
}

pub(crate) fn killed_by(signal: impl Display) -> String {
    format!("killed by {signal}")
}

pub(crate) const GONE_WITH_ITS_HOST: &str = "gone with its host";

pub(crate) fn last_calls_of(program: impl Display) -> String {
    format!("The last calls of {program}")
}

pub(crate) const NO_CALL_YET: &str = "no call yet";
pub(crate) const WAITS: &str = " waits ";
pub(crate) const WAITS_FOR: &str = " for";
pub(crate) const NONE: &str = "none";
pub(crate) const FD: &str = "fd ";

pub(crate) fn queue(spoken: impl Display) -> String {
    format!("Queue: {spoken}")
}

pub(crate) fn and_more(more: impl Display) -> String {
    format!("and {more} more")
}

pub(crate) fn runs_out_in(left: impl Display) -> String {
    format!("in {left}")
}

pub(crate) fn line(line: impl Display) -> String {
    format!("line {line}")
}

pub(crate) fn lines(first: impl Display, last: impl Display) -> String {
    format!("lines {first} to {last}")
}

pub(crate) fn program_of(file: impl Display, program: impl Display) -> String {
    format!("{file}, the program of {program}")
}

pub(crate) const SHOWN_CONNECTION: &str = "The connection that is shown";
pub(crate) const PROGRAMS_OFF_STAGE: &str = "Programs that are not on the stage";

pub(crate) fn on_host(host: impl Display) -> String {
    format!("on {host}")
}

pub(crate) fn show(program: impl Display) -> String {
    format!("Show {program}")
}

pub(crate) const SHOW: &str = "Show";

pub(crate) const BEFORE_YOU_STEP: &str = "Before you step";
pub(crate) const WHAT_YOU_PREDICTED: &str = "What you predicted";
pub(crate) const PREDICT: &str = "Predict";
pub(crate) const STEP_ON: &str =
    "Step on. Before a call whose answer is worth a guess, the stage stops and asks.";

pub(crate) fn said_and_did(event: impl Display, said: impl Display, did: impl Display) -> String {
    format!("At event {event} you said {said}; the kernel said {did}.")
}

pub(crate) fn kernel_did(event: impl Display, did: impl Display) -> String {
    format!("At event {event} the kernel said {did}.")
}

pub(crate) const YOU_SAID: &str = "you said";
pub(crate) const KERNEL_SAID: &str = "this kernel said";
pub(crate) const CHOOSE_FIRST: &str = "Choose an answer first, or ask to be shown.";

pub(crate) fn how_many_from_1_to(most: impl Display) -> String {
    format!("How many bytes? A number from 1 to {most}.")
}

pub(crate) const HOW_MANY_BYTES: &str = "How many bytes";
pub(crate) const BYTES: &str = "bytes";
pub(crate) const PREDICT_AND_RUN: &str = "Predict and run";
pub(crate) const JUST_SHOW_ME: &str = "Just show me";

pub(crate) const LINK_LEADS_NO_FURTHER: &str = "The link leads no further: this figure has changed since.";
pub(crate) const IN_THE_ADDRESS_BAR: &str = "The address bar has it.";
pub(crate) const SCENARIO_CANNOT_RUN: &str = "This figure's scenario cannot run: ";
pub(crate) const LINK_TO_THIS_MOMENT: &str = "Link to this moment";
pub(crate) const BEFORE_THE_FIRST_EVENT: &str = "before the first event";

pub(crate) fn after_event(event: impl Display) -> String {
    format!("after event {event}")
}

pub(crate) const IN_THE_PROGRAM: &str = "in the program";

pub(crate) fn range_of(range: impl Display, whole: impl Display) -> String {
    format!("{range} of {whole}")
}

pub(crate) const COPIES_DOWN: &str = " copies down";
pub(crate) const COPIES_UP: &str = " copies up";

pub(crate) const TRANSCRIPT: &str = "Transcript";

pub(crate) fn earlier_events(events: impl Display) -> String {
    format!("{events} earlier events")
}

pub(crate) fn later_events(events: impl Display) -> String {
    format!("{events} later events")
}

pub(crate) const WHAT_IS_NEXT: &str = "next";
pub(crate) const NOTHING_MORE_HAPPENS: &str = "Nothing more happens.";
pub(crate) const ONE_THING_CAN_HAPPEN: &str = "One thing can happen.";

pub(crate) fn things_can_happen(things: impl Display) -> String {
    format!("{things} things can happen; you choose.")
}

pub(crate) const WIRE: &str = "Wire";
pub(crate) const THE_OTHER_SIDE: &str = "the other side";

pub(crate) fn from_to(from: impl Display, to: impl Display) -> String {
    format!("From {from} to {to}")
}

pub(crate) fn and_more_behind(segments: impl Display) -> String {
    format!("and {segments} more behind")
}
