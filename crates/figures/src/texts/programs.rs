//! The page of programs: editor, stepping, variables, output.

use std::fmt::Display;

pub(crate) const FROM_THE_BEGINNING: &str = "From the beginning.";
pub(crate) const THE_ORIGINAL_TEXTS: &str = "The original texts.";
pub(crate) const AS_YOU_LEFT_IT: &str = "As you left it.";

pub(crate) const PUT_ASIDE: &str = "What you had here before is put aside: a button below brings it back.";
pub(crate) const KEEPS_NOTHING: &str =
    "This browser keeps nothing: what you write is gone with the page. Copy a link, or download it.";
pub(crate) const BROUGHT_BACK: &str = "These were put aside; what stood here is put aside now.";
pub(crate) const LINK_DAMAGED: &str =
    "This link is damaged, perhaps cut off. These are the programs as this page has them.";
pub(crate) const AS_THE_LINK_HAS_IT: &str = "As the link has it. Nothing of it is kept until you change it.";

pub(crate) fn saved(file: impl Display) -> String {
    format!("{file} is saved: its first lines say how to run it.")
}

pub(crate) const CANNOT_SAVE: &str = "This browser cannot save a file.";
pub(crate) const CANNOT_PACK: &str = "This browser cannot pack a link.";
pub(crate) const COPIED_WITH_RUN: &str = "The link is copied: the programs, and where their run is.";
pub(crate) const COPIED_FROM_THE_START: &str = "The link is copied: the programs, from the start.";

pub(crate) fn too_long_for_a_link(most: impl Display) -> String {
    format!("These programs are too long for a link, which has {most} characters at most: download them.")
}

pub(crate) const COPY_BY_HAND: &str =
    "The browser does not let this page copy. The link is in the address bar: copy it there.";

pub(crate) const STEP_TOO_LONG: &str = "One step took longer than 5 seconds: the machine was stopped and is \
    made anew. Your programs stay; the next press begins from the start.";

pub(crate) fn machine_stopped(why: impl Display) -> String {
    format!("The machine has stopped ({why}). Your programs stay; the next press begins from the start.")
}

pub(crate) const CANNOT_BE_READ: &str =
    "What the machine shows cannot be read: a mistake in the site itself.";

pub(crate) const PROGRAMS: &str = "Programs";

pub(crate) fn threads(threads: impl Display) -> String {
    format!("{threads} threads")
}

pub(crate) fn on_host(host: impl Display) -> String {
    format!(" on {host}")
}

pub(crate) fn line_of(file: impl Display, line: impl Display) -> String {
    format!("{file}, line {line}")
}

pub(crate) const RUN_AND_STEP: &str = "Run and step";

pub(crate) fn backwards(says: impl Display) -> String {
    format!("{says}, backwards")
}

pub(crate) const PAUSE: &str = "Pause";
pub(crate) const RUN: &str = "Run";
pub(crate) const RUN_BACKWARDS: &str = "Run, backwards";
pub(crate) const BACK_TO_A_BREAKPOINT: &str = "Back to a breakpoint, or the start";
pub(crate) const ON_TO_A_BREAKPOINT: &str = "On to a breakpoint, a question or the end";
pub(crate) const BACKWARDS: &str = "Backwards";
pub(crate) const FORWARDS: &str = "Forwards";
pub(crate) const INTO: &str = "Into";
pub(crate) const INTO_HINT: &str = "The next line of this program, also in a function that is called";
pub(crate) const OVER: &str = "Over";
pub(crate) const OVER_HINT: &str = "The next line of this function, calls as a whole";
pub(crate) const OUT: &str = "Out";
pub(crate) const OUT_HINT: &str = "Out of this function";
pub(crate) const CALL: &str = "Call";
pub(crate) const CALL_HINT: &str = "Until a system call of any program has ended or waits";
pub(crate) const EVENT: &str = "Event";
pub(crate) const EVENT_HINT: &str = "The next event, of any program or the network";
pub(crate) const START_OVER: &str = "Start over";
pub(crate) const BREAKPOINT_HERE: &str = "Breakpoint here";
pub(crate) const COMPARE_CHANGED: &str = "Compare with the original (changed)";
pub(crate) const COMPARE: &str = "Compare with the original";
pub(crate) const RESET_THE_TEXTS: &str = "Reset the texts";
pub(crate) const SHOW_ASIDE: &str = "What was put aside";
pub(crate) const DOWNLOAD_PY: &str = "Download .py";
pub(crate) const COPY_LINK: &str = "Copy link";
pub(crate) const STOP_BEFORE_A_CALL: &str = "Stop before a system call";

pub(crate) fn stops_before(calls: impl Display) -> String {
    format!("Stops before {calls}")
}

pub(crate) fn variables_hint(program: impl Display) -> String {
    format!("Press Run, or step: the variables of {program}, its call stack and its threads stand here then.")
}

pub(crate) const TEXT_HAS_CHANGED: &str =
    "The text has changed. What is shown below is the run before; the next press begins anew.";
pub(crate) const IT_RUNS: &str = "It runs.";
pub(crate) const IT_RUNS_BACKWARDS: &str = "It runs backwards.";
pub(crate) const MACHINE_IS_LOADED: &str = "The machine is loaded …";

pub(crate) fn programs_in_order(programs: impl Display) -> String {
    format!("{programs} programs, started in the order of their tabs.")
}

pub(crate) const TO_BE_MENDED: &str = "Nothing runs until this is mended.";

pub(crate) fn at_a_breakpoint(file: impl Display, line: impl Display) -> String {
    format!("At a breakpoint: {file}, line {line}.")
}

pub(crate) const BEFORE_A_CALL: &str = "Before a call at which it stops.";
pub(crate) const QUESTION_FIRST: &str = "A question comes first: it stands below.";
pub(crate) const MANY_STEPS: &str = "It has gone many steps and is not there yet: press again, or Run.";
pub(crate) const AT_THE_BEGINNING: &str = "At the beginning.";

pub(crate) fn as_it_was(file: impl Display) -> String {
    format!("{file} is as it was.")
}

pub(crate) fn compared(file: impl Display) -> String {
    format!("{file} compared with the original")
}

pub(crate) const TAKEN_AWAY: &str = "taken away: ";
pub(crate) const ADDED: &str = "added: ";

pub(crate) fn file_on_host(file: impl Display, host: impl Display) -> String {
    format!("{file} on {host}")
}

pub(crate) const OVER_LOOPBACK: &str = "On one host, over loopback: 127.0.0.1.";

pub(crate) fn address_of(host: impl Display, number: impl Display) -> String {
    format!("{host} is 10.0.0.{number}")
}

pub(crate) fn over_a_wire(mtu: impl Display, hosts: impl Display) -> String {
    format!("Over a wire with MTU {mtu}: {hosts}.")
}

pub(crate) fn variables_of(function: impl Display) -> String {
    format!("Variables of {function}")
}

pub(crate) const THREADS: &str = "Threads";
pub(crate) const CALL_STACK: &str = "Call stack";
pub(crate) const THIS_CALL_IN_C: &str = "This call in C";
pub(crate) const IN_THE_LIBRARY: &str = "in the library";
pub(crate) const BACK: &str = ", back";

pub(crate) fn bytes_of(bytes: impl Display, connection: impl Display, back: impl Display) -> String {
    format!("bytes {bytes} of connection {connection}{back}")
}

pub(crate) fn parts(parts: impl Display) -> String {
    format!("{parts} parts")
}

pub(crate) fn line_and_doing(line: impl Display, doing: impl Display) -> String {
    format!("line {line}, {doing}")
}

pub(crate) const NONE_YET: &str = "none yet";
pub(crate) const CHANGED: &str = "changed: ";
pub(crate) const WROTE: &str = "wrote";

pub(crate) fn output_of(program: impl Display) -> String {
    format!("Output of {program}")
}

pub(crate) const EARLIER_OUTPUT_IS_LEFT_OUT: &str = "Earlier output is left out.";
pub(crate) const NOTHING_YET: &str = "nothing yet";
pub(crate) const STANDARD_ERROR: &str = "standard error: ";

pub(crate) fn input_for(program: impl Display) -> String {
    format!("A line of input for {program}")
}

pub(crate) const ENTER: &str = "Enter";
pub(crate) const END_OF_INPUT_HINT: &str = "As Ctrl+D in a terminal";
pub(crate) const END_OF_INPUT: &str = "End of input";

pub(crate) const UNDER_THE_PROGRAMS: &str = "Under the programs";
pub(crate) const TIMELINE: &str = "Timeline";

pub(crate) fn file_head(title: impl Display, file: impl Display, args: impl Display) -> String {
    format!("# {title}\n# To run it: python3 {file}{args}\n")
}

pub(crate) fn file_order(files: impl Display) -> String {
    format!("# It belongs together with others. Start them in this order, each in a terminal: {files}\n")
}

pub(crate) const FILE_ADDRESSES: &str =
    "# Addresses 10.0.0.x are the figure's hosts: on one machine write 127.0.0.1 in their place.\n";
