//! For teachers: the guide, and the sheet for learners. What is prose there is `guide.html` and `handout.html` beside this file.

use figures::READY;

/// Why the right answer of each of the board’s questions is right, in their order.
pub(crate) const WHY: [&str; READY.len()] = [
    "It takes what there is room for, and says how much. Over an Ethernet cable that is 5792 on Linux, four segments of 1448 \
     bytes: 4096 limits memory, not the count. The number is Linux’s own; that it may be less than 20,000 is what every program \
     must expect.",
    "All of it: here a blocking <code>send</code> comes back once the last byte has found room in the send buffer, unless a \
     time limit, a signal or the peer’s end cuts it short. POSIX allows a part in any mode, so the loop, or \
     <code>sendall</code>, is right everywhere.",
    "Any number of bytes from 1 to 10. A stream keeps no mark between two sends; <code>recv</code> gives what has arrived, and \
     waits only if there is nothing.",
    "The end. Where nothing has arrived yet, <code>recv</code> waits, or fails with <code>BlockingIOError</code> if it must not \
     wait; an empty message does not exist in a stream; a broken connection is an error. You may still send.",
    "It waits. Linux keeps one more than the number; a SYN that finds the queue full is dropped in silence, and the client’s \
     kernel sends it again after a second, and again, until there is room or it gives up.",
    "It waits. Your kernel sends nothing, so nothing goes unanswered, and silence is allowed. Keepalive, a time limit, or \
     sending something are the ways out; two hours, which many expect, is when keepalive would begin to ask, had you switched it on.",
    "It succeeds: that the other end has finished <em>sending</em> says nothing about whether it still reads. The byte meets a \
     socket that is no more, a reset comes back, and a <em>later</em> <code>send</code> fails.",
    "The last. <code>send</code> copies into the send buffer of its own kernel and returns how much it copied; everything else \
     happens later, or does not.",
];

pub(crate) const TEACHING_WITH_IT: &str = "Teaching with it";
pub(crate) const GUIDE_DESCRIPTION: &str = "For teachers: before the lesson, plans for 45 and 90 minutes, \
    questions with answers, and what to do when the network keeps clients apart.";
pub(crate) const A_SHEET: &str = "A sheet for learners";
pub(crate) const SHEET_DESCRIPTION: &str =
    "One page to print: where to go, what to do, and eight sentences to remember.";
pub(crate) const RIGHT: &str = "· right";
pub(crate) const THE_LESSON: &str = "The lesson";
