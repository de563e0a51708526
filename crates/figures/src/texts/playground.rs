//! The playground: consoles, set-up, links and files.

use std::fmt::Display;

pub(crate) fn what_it_calls_next(program: impl Display) -> String {
    format!("What {program} calls next")
}

pub(crate) const CALL: &str = "call";

pub(crate) fn call_as_text(program: impl Display) -> String {
    format!("The call of {program}, as text")
}

pub(crate) const DO_CALL: &str = "Call";

pub(crate) fn what_it_is_told(program: impl Display) -> String {
    format!("What {program} is told")
}

pub(crate) fn line_for(program: impl Display) -> String {
    format!("A line for {program}")
}

pub(crate) const TELL: &str = "Tell";
pub(crate) const LET_IT_RUN_FIRST: &str = "It has been told; let it run first.";

pub(crate) const IT_SLEEPS: &str = "It sleeps. A program that waits makes no other call.";

pub(crate) fn waits_in(call: impl Display) -> String {
    format!("It waits in {call}. A program that waits makes no other call.")
}

pub(crate) const IT_HAS_ENDED: &str = "It has ended.";
pub(crate) const ITS_HOST_HAS_DIED: &str = "Its host has died.";

pub(crate) const AS_THE_LINK_HAS_IT: &str = "As the link has it.";
pub(crate) const LINK_TOO_LONG: &str =
    "This link is longer than any link of this page: it cannot be followed.";
pub(crate) const LINK_HAS_ODD_CHARACTERS: &str = "This link is damaged: it has characters that no link has.";
pub(crate) const LINK_CUT_OFF: &str = "This link is damaged, perhaps cut off: it cannot be unpacked.";
pub(crate) const RUN_OF_ANOTHER_PAGE: &str = "This run belongs to a figure of another page.";

pub(crate) fn as_far_as_it_goes(difference: impl Display) -> String {
    format!("{difference} It is shown as far as it goes.")
}

pub(crate) const TOO_LONG_FOR_THE_ADDRESS: &str =
    "This run is too long for the address: save it as a file to keep it.";
pub(crate) const CANNOT_PACK: &str = "This browser cannot pack a link.";

pub(crate) fn too_long_for_a_link(most: impl Display) -> String {
    format!("This run is too long for a link, which has {most} characters at most: save it as a file.")
}

pub(crate) const LINK_COPIED: &str = "The link is copied.";
pub(crate) const COPY_BY_HAND: &str =
    "The browser does not let this page copy. The link is in the address bar: copy it there.";

pub(crate) fn saved_as(file: impl Display) -> String {
    format!("The run is saved as {file}.")
}

pub(crate) const CANNOT_SAVE: &str = "This browser cannot save a file.";

pub(crate) fn cannot_be_opened(why: impl Display) -> String {
    format!("This file cannot be opened. {why}")
}

pub(crate) fn file_too_long(size: impl Display, most: impl Display) -> String {
    format!("This file has {size} bytes: no saved run has more than {most}.")
}

pub(crate) const FILE_UNREADABLE: &str = "The browser cannot read this file.";

pub(crate) const AS_THE_FILE_HAS_IT: &str = "As the file has it.";
pub(crate) const RUNS_TO_BEGIN_WITH: &str = "Runs to begin with";
pub(crate) const COPY_LINK: &str = "Copy link";
pub(crate) const SAVE_RUN: &str = "Save run";
pub(crate) const OPEN_RUN: &str = "Open run";
pub(crate) const START_AFRESH: &str = "Start afresh";
pub(crate) const HOW_TO_PLAY: &str = "Tell the programs what to call; let the network deliver, or not.";

pub(crate) const NO_NUMBER: &str = "This is no whole number.";
pub(crate) const HOSTS_AND_NETWORK: &str = "Hosts and network";
pub(crate) const HOSTS: &str = "Hosts";

pub(crate) fn another_program_on(host: impl Display) -> String {
    format!("Another program on {host}")
}

pub(crate) const ADD_A_PROGRAM: &str = "+ program";

pub(crate) fn one_program_less_on(host: impl Display) -> String {
    format!("One program less on {host}")
}

pub(crate) const REMOVE_A_PROGRAM: &str = "− program";

pub(crate) fn remove(host: impl Display) -> String {
    format!("Remove {host}")
}

pub(crate) const REMOVE: &str = "Remove";
pub(crate) const ADD_A_HOST: &str = "Add a host";
pub(crate) const NETWORK: &str = "Network";
pub(crate) const ONE_HOST_LOOPBACK: &str = "one host, loopback";
pub(crate) const A_WIRE: &str = "a wire";
pub(crate) const MTU: &str = "MTU, bytes";
pub(crate) const DELAY: &str = "delay, µs";
pub(crate) const KERNEL: &str = "Kernel";
pub(crate) const WHOSE_BEHAVIOUR: &str = "Whose behaviour";
pub(crate) const LINUX: &str = "Linux";
pub(crate) const WHATEVER_POSIX_PERMITS: &str = "whatever POSIX permits";
pub(crate) const FAULTS: &str = "Faults";
pub(crate) const ANYTHING_MAY_FAIL: &str = "anything may fail";
pub(crate) const NOTHING_FAILS: &str = "nothing fails";

pub(crate) fn seed(seed: impl Display) -> String {
    format!("seed {seed}")
}

pub(crate) const AS_IT_IS: &str = "as it is";

pub(crate) fn hosts_and_wire(hosts: impl Display, mtu: impl Display, delay_us: impl Display) -> String {
    format!("{hosts} hosts, a wire with MTU {mtu} and {delay_us} µs")
}

pub(crate) const POSIX: &str = "POSIX";
pub(crate) const AND_NOTHING_FAILS: &str = ", nothing fails";

pub(crate) fn all_of_it(
    network: impl Display,
    programs: impl Display,
    profile: impl Display,
    faults: impl Display,
) -> String {
    format!("{network}, {programs} programs, {profile}{faults}")
}
