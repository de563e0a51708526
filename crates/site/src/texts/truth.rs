//! How true it is.

use std::fmt::Display;

pub(crate) const HOW_TRUE_IT_IS: &str = "How true it is";
pub(crate) const LEDE: &str = "Every statement here was measured on a real kernel. Beside each stands the \
    script that shows it, what the simulated kernel answers to it, and what the real one does.";

pub(crate) fn tally(pass: impl Display, simplified: impl Display, fail: impl Display) -> String {
    format!("<span>{pass} pass</span> <span>{simplified} simplified</span> <span>{fail} fail</span>")
}

pub(crate) fn figures(kernel: impl Display) -> String {
    format!(
        "The figures are those of {kernel} on loopback. The same scripts run on this machine’s own kernel: \
         <code>cargo run -p truth -- real</code>. There each process is a real one, without privilege, in \
         a network of its own. All of a row’s run on one processor, so that what a call wakes goes on \
         after it, as in the simulator: on two, a reader may look while the sender is still inside its \
         call, and answers would vary with that. Where another kernel answers other figures, the bounds \
         behind <code>~</code> must hold."
    )
}

pub(crate) fn last_column(runs: impl Display) -> String {
    format!(
        "In the last column the processes are a learner’s, on two hosts of a lab: every call is a message \
         of the live runs’ protocol, and a segment has 1448 bytes instead of loopback’s up to 65,483, so \
         that figures differ where buffers and segments meet. There one send offers at most 196,608 bytes, \
         and 2 ms pass between lines, so that what is under way arrives. Both recordings are {runs} runs \
         each, made by <code>cargo xtask truth</code>; where they varied, every answer stands there."
    )
}

pub(crate) const LETTERS: &str = "A letter is a process. <code>sends</code> repeats a non-blocking send \
    until it fails, <code>recvs</code> a receive; <code>state</code> is what TCP_INFO tells.";
pub(crate) const DESCRIPTION: &str =
    "Every statement that was measured on Linux, and what the simulated kernel does.";
pub(crate) const WHAT_IT_DOES_OTHERWISE: &str = "What it does otherwise";
pub(crate) const RANDOM_SCRIPTS: &str = "Random scripts of calls run on both kernels, and each outcome is \
    compared: 2,000 scripts with every run of the tests, more with <code>cargo xtask soak</code>. What was \
    found was put right, or stands here.";
pub(crate) const HERE: &str = "Here";
pub(crate) const ON_LINUX: &str = "On Linux, and why it is left so";
pub(crate) const WHO_NOTICES: &str = "Who notices";
pub(crate) const WHO_NOTICES_ABOUT: &str =
    "Each rule of the simulated kernel was switched off, one at a time, to see whether anything complains.";
pub(crate) const RULE: &str = "Rule";
pub(crate) const NOTICED_BY: &str = "Noticed by";
pub(crate) const NOBODY: &str = "nobody";

pub(crate) fn holds_for(scope: impl Display) -> String {
    format!("Holds for: {scope}.")
}

pub(crate) const NOT_PLAYED_YET: &str = "It has not been played there since it was written so.";

pub(crate) fn not_over(network: impl Display, why: impl Display) -> String {
    format!("Not over {network}: {why}")
}

pub(crate) const LINE: &str = "Line, and what must come of it";
pub(crate) const SIMULATED: &str = "Simulated";

pub(crate) fn real(network: impl Display) -> String {
    format!("Real, {network}")
}
