//! The teacher's board: who is here, what they do, messages, pairs, settings, the record.

use std::fmt::Display;

pub(crate) const RELAY_WAS_AWAY: &str = "The relay was away. Start it again.";
pub(crate) const RELAY_WAS_AWAY_MEANWHILE: &str =
    "The relay was away: whether this was done is not known. Look, and ask again.";

pub(crate) fn try_again_in(seconds: impl Display) -> String {
    format!(" Try again in {seconds} seconds.")
}

pub(crate) const THE_ROSTER_IS_READ: &str = "The roster is read.";
pub(crate) const ROOM_IS_ENDED: &str = "The room is ended, and everything that was kept of it is deleted.";
pub(crate) const RECORD_TOO_LONG: &str =
    "This record is too long to be gathered here. The machine that serves the room can export it.";

pub(crate) fn saved_as(name: impl Display, size: impl Display) -> String {
    format!("Saved as {name}, {size}.")
}

pub(crate) fn one_raised_a_hand(name: impl Display) -> String {
    format!("{name} has raised a hand.")
}

pub(crate) fn many_raised_a_hand(learners: impl Display) -> String {
    format!("{learners} learners have raised a hand.")
}

pub(crate) const THE_HAND_IS_LOWERED: &str = "The hand is lowered.";
pub(crate) const CLOSE: &str = "Close";
pub(crate) const PAIR_NO_LONGER: &str = "They are a pair no longer.";
pub(crate) const PART_THE_PAIR: &str = "Part the pair";
pub(crate) const LOWER_THE_HAND: &str = "Lower the hand";
pub(crate) const TAKE_OUT_OF_THE_ROOM: &str = "Take out of the room";
pub(crate) const DELETE_WITH_ALL_WORK: &str = "Delete with all work";
pub(crate) const LEAVES_FOR_GOOD: &str =
    " leaves the room and cannot return with the same key. The work stays in the record.";
pub(crate) const TAKEN_OUT_OF_THE_ROOM: &str = "Taken out of the room.";
pub(crate) const TAKE_OUT: &str = "Take out";
pub(crate) const NO: &str = "No";
pub(crate) const PAGE: &str = "Page";
pub(crate) const FIGURE: &str = "Figure";
pub(crate) const LAST: &str = "Last";
pub(crate) const RIGHT: &str = "Right";

pub(crate) fn right_of(right: impl Display, all: impl Display) -> String {
    format!("{right} of {all} predictions and verdicts")
}

pub(crate) const RUNS: &str = "Runs";
pub(crate) const PAGES_FINISHED: &str = "Pages finished";
pub(crate) const PAIR: &str = "Pair";
pub(crate) const WITH: &str = "with ";
pub(crate) const KEPT: &str = "Kept";
pub(crate) const ROW: &str = "row";
pub(crate) const ROWS: &str = "rows";
pub(crate) const TOLD_THAT_YOU_LOOK: &str = "They are told that you look.";
pub(crate) const YOU_LOOK_NO_MORE: &str = "You look no more.";
pub(crate) const NOW_AT: &str = "Now at ";
pub(crate) const NO_FIGURE_YET: &str = "no figure yet";
pub(crate) const THEY_SEE_THAT_YOU_LOOK: &str = ". They see that you look.";
pub(crate) const OPEN_IT_BESIDE_THIS_PAGE: &str = "Open it beside this page";
pub(crate) const LOOK_NO_MORE: &str = "Look no more";
pub(crate) const PAGE_GOES_ALONG: &str =
    "The page that opens goes along with them, as long as this one is open.";
pub(crate) const LOOK_AT_THEIR_STAGE: &str = "Look at their stage";
pub(crate) const THE_MESSAGE_IS_SENT: &str = "The message is sent.";
pub(crate) const A_MESSAGE_TO_THIS_LEARNER: &str = "A message to this learner";
pub(crate) const SEND: &str = "Send";
pub(crate) const DELETED_WITH_ALL_WORK: &str = "Deleted, with all work.";
pub(crate) const ALL_THAT_IS_KEPT_OF: &str = "Everything that is kept of ";
pub(crate) const IS_DELETED_FOR_EVER: &str = " is deleted, and cannot be brought back.";
pub(crate) const TYPE_THE_NAME: &str = "Type the name to say that you mean it";
pub(crate) const ANOTHER_NAME: &str = "That is another name. Nothing is deleted.";
pub(crate) const DELETE: &str = "Delete";

pub(crate) const PAIR_PROPOSED: &str = "The pair is proposed. Both are asked.";
pub(crate) const CHOOSE_TWO_LEARNERS: &str = "Choose two learners.";
pub(crate) const PAIRS_PROPOSED: &str = "Pairs are proposed to all who had no partner.";
pub(crate) const CHOOSE_A_LEARNER: &str = "choose a learner";
pub(crate) const ABOUT_PAIRS: &str =
    "Two learners share one lab: each has a host, and one wire joins them. They are joined once both agree.";

pub(crate) fn pair_all(free: impl Display) -> String {
    format!("Pair all who have no partner ({free})")
}

pub(crate) const ONE_OF_THE_PAIR: &str = "One, on the first host, who opens the lab";
pub(crate) const OTHER_OF_THE_PAIR: &str = "The other, on the second";
pub(crate) const PROPOSE_THIS_PAIR: &str = "Propose this pair";
pub(crate) const PAIRS: &str = "Pairs";
pub(crate) const AND: &str = " and ";
pub(crate) const BOTH_AGREED: &str = ", both agreed";
pub(crate) const ONLY_PROPOSED: &str = ", proposed";
pub(crate) const PART_THEM: &str = "Part them";

pub(crate) const MESSAGE_SENT_TO_ALL: &str = "The message is sent to all.";
pub(crate) const MESSAGE_TO_EVERYBODY: &str = "A message to everybody in the room";
pub(crate) const SEND_TO_ALL: &str = "Send to all";
pub(crate) const CLASS_IS_ASKED: &str = "The class is asked to follow.";
pub(crate) const YOU_LEAD_NO_MORE: &str = "You lead no more.";
pub(crate) const CLASS_IS_ASKED_TO_FOLLOW: &str = "The class is asked to follow: ";
pub(crate) const STOP_LEADING: &str = "Stop leading";
pub(crate) const LEAD_IN_A_PAGE: &str = "Lead in a page of your own: it opens beside this one, and who \
    follows goes along with each step that you take there";
pub(crate) const OPEN_IT_AND_LEAD: &str = "Open it and lead";
pub(crate) const CHOOSE_A_PAGE: &str = "choose a page";
pub(crate) const BRING_TO_A_LINK: &str = "Or bring everybody to a link";
pub(crate) const LINK_HINT: &str =
    "The address of a lesson, or what “Link to this moment” below a stage has put into the address bar.";
pub(crate) const BRING_THEM_THERE: &str = "Bring them there";
pub(crate) const SETTING_KEPT: &str = "Set.";
pub(crate) const LOCKED: &str = "Locked: nobody new may join";
pub(crate) const CLOSED: &str = "Closed: nothing more is taken from learners, who may read on";
pub(crate) const LIVE_RUNS_ARE_OPEN: &str = "Live runs are open";
pub(crate) const TITLE: &str = "Title";
pub(crate) const KEEP_TITLE_AND_PAGES: &str = "Keep title and pages";
pub(crate) const END_THE_ROOM: &str = "End the room";
pub(crate) const ABOUT_ENDING: &str = "Everybody leaves, and all that is kept of the room is deleted: names, \
    work, questions, this log. Export first what you need.";
pub(crate) const TYPE_THE_CODE: &str = "Type the room’s code to say that you mean it";
pub(crate) const ANOTHER_CODE: &str = "That is not this room’s code. Nothing is deleted.";
pub(crate) const END_AND_DELETE: &str = "End and delete";
pub(crate) const NOT_UTF_8: &str =
    "This file is no UTF-8 text. Save it as CSV in UTF-8, then choose it again.";
pub(crate) const FILE_TOO_LONG: &str = "This file has more than 1 MiB: it is no list of names of a class.";
pub(crate) const FILE_UNREADABLE: &str = "The browser cannot read this file.";

pub(crate) fn kept_until(size: impl Display, day: impl Display) -> String {
    format!("{size} are kept of this room, and deleted on {day}.")
}

pub(crate) const EXPORT_AS_CSV: &str = "Export as CSV";
pub(crate) const EXPORT_AS_JSON: &str = "Export as JSON";
pub(crate) const RECORD_ON_ITS_WAY: &str = "The record is on its way.";
pub(crate) const CHOOSE_A_ROSTER: &str = "Choose a roster";
pub(crate) const ROSTER_HINT: &str = "A CSV file, a name in the first column of each line. Whoever has not \
    joined is then listed here; nobody is kept out.";

pub(crate) fn have_not_come(learners: usize) -> String {
    format!("{learners}{}", of_the_roster(learners))
}

pub(crate) const READ_THE_LOG_AGAIN: &str = "Read the log again";
pub(crate) const READ_THE_LOG: &str = "What teachers did in this room";
pub(crate) const WHAT_TEACHERS_DID: &str = "What teachers did";
pub(crate) const NOTHING_YET: &str = "Nothing yet.";

pub(crate) const NOTHING_SAID_OR_RUN_YET: &str = "nothing said or run yet";
pub(crate) const SAID_RIGHT: &str = "Right: ";
pub(crate) const NOT_SO: &str = "Not so: ";

pub(crate) const MESSAGE_TO_ALL: &str = "Message to all";
pub(crate) const QUESTION: &str = "Question";
pub(crate) const FOLLOW_ME: &str = "Follow me";
pub(crate) const ROOM: &str = "Room";
pub(crate) const RECORD: &str = "Record";
pub(crate) const YOUR_ROOM: &str = "Your room";
pub(crate) const OPEN_THE_WALL: &str = "Open the wall for the projector";
pub(crate) const THE_CLASS_SERVER: &str = "The class’s server";
pub(crate) const LEAVE_THE_ROOM_GOES_ON: &str = "Leave; the room goes on";
pub(crate) const DO_WITH_THE_CLASS: &str = "What you do with the class";
pub(crate) const NOBODY_YET_HINT: &str = "As soon as somebody joins, they stand here: who needs you first. \
    Learners open the address above and type the code, or scan the square.";
pub(crate) const ASKED: &str = " (asked)";
pub(crate) const ON: &str = " (on)";
pub(crate) const CLOSED_MARK: &str = " (closed)";
pub(crate) const LOCKED_MARK: &str = " (locked)";

pub(crate) fn opened_and_deleted(time: impl Display, ago: impl Display, day: impl Display) -> String {
    format!("Room opened {time}, {ago} ago. It is deleted on {day}.")
}

pub(crate) const NOBODY_HAS_JOINED_YET: &str = "Nobody has joined yet.";
pub(crate) const HAND_UP_AND: &str = " hand up, ";
pub(crate) const HANDS_UP_AND: &str = " hands up, ";
pub(crate) const STUCK_AND: &str = " stuck, ";
pub(crate) const AT_WORK_AND: &str = " at work, ";
pub(crate) const AND_NOT_HERE: &str = " not here";

pub(crate) const fn of_the_roster(learners: usize) -> &'static str {
    if learners == 1 { " of the roster has not come" } else { " of the roster have not come" }
}

pub(crate) const WHERE_EVERYBODY_IS: &str = "Where everybody is";

pub(crate) fn need_help(learners: usize) -> String {
    format!(", {learners} of them {}", if learners == 1 { "needs help" } else { "need help" })
}

pub(crate) fn everybody(learners: impl Display) -> String {
    format!("Everybody {learners}")
}

pub(crate) fn needs_help(learners: impl Display) -> String {
    format!("Needs help {learners}")
}

pub(crate) fn hands(learners: impl Display) -> String {
    format!("Hands {learners}")
}

pub(crate) const WHO_IS_SHOWN: &str = "Who is shown";
pub(crate) const NAME: &str = "Name";
pub(crate) const WHO_NEEDS_YOU: &str = "Who needs you";
pub(crate) const NOBODY_BY_THIS_CHOICE: &str = "Nobody is shown by this choice.";
pub(crate) const AT_WORK_HEADING: &str = "At work";
pub(crate) const NOT_HERE_HEADING: &str = "Not here";

pub(crate) fn proposed(name: impl Display) -> String {
    format!("{name} (proposed)")
}

pub(crate) const RELAY_DOES_NOT_ANSWER: &str =
    "The relay does not answer. It is tried again by itself; what is shown is how it was.";

pub(crate) fn tries_again_in(says: impl Display, seconds: impl Display) -> String {
    format!("{says} This page tries again in {seconds} seconds.")
}

pub(crate) const THE_TEACHERS_SECRET: &str = "The teacher’s secret";
pub(crate) const ABOUT_THE_SECRET: &str = "With it, and the code, this room can be taught from another \
    machine. It is told this once: the relay keeps only a hash of it, and this browser keeps it for itself. \
    Whoever has it is the teacher, so write it down before you project this page.";
pub(crate) const COPY: &str = "Copy";
pub(crate) const I_HAVE_IT: &str = "I have it";
pub(crate) const COPIED: &str = "Copied.";
pub(crate) const COPY_BY_HAND: &str = "The browser does not let this page copy. Mark it and copy it.";

pub(crate) const UNDER_A_MINUTE: &str = "under 1 min";

pub(crate) fn minutes(minutes: impl Display) -> String {
    format!("{minutes} min")
}

pub(crate) fn hours_and_minutes(hours: impl Display, minutes: impl Display) -> String {
    format!("{hours} h {minutes:02} min")
}

pub(crate) const HAND_UP: &str = "hand up";

pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

pub(crate) fn day(day: impl Display, month: impl Display, year: impl Display) -> String {
    format!("{day} {month} {year}")
}

pub(crate) fn failed_times(times: impl Display) -> String {
    format!("failed {times} times")
}

pub(crate) const FAILED_AGAIN_AND_AGAIN: &str = "failed again and again";
pub(crate) const NO_PROGRESS: &str = "no progress";
pub(crate) const NOTHING_DONE: &str = "nothing done";
pub(crate) const AT_WORK: &str = "at work";
pub(crate) const NOT_HERE: &str = "not here";
pub(crate) const NO_PAGE_YET: &str = "no page yet";
pub(crate) const THE_COURSE: &str = "The course";
pub(crate) const THE_PAGE_TO_JOIN: &str = "The page to join";
pub(crate) const THE_PLAYGROUND: &str = "The playground";

pub(crate) fn step(step: impl Display) -> String {
    format!("step {step}")
}

pub(crate) fn bytes(bytes: impl Display) -> String {
    format!("{bytes} B")
}

pub(crate) fn kilobytes(whole: impl Display, tenths: impl Display) -> String {
    format!("{whole}.{tenths} kB")
}

pub(crate) fn megabytes(whole: impl Display, tenths: impl Display) -> String {
    format!("{whole}.{tenths} MB")
}

pub(crate) const LEADS_NOWHERE: &str = "This leads to no lesson and no experiment of this site. Copy the \
    address of such a page, or press “Link to this moment” below its stage and copy the address then.";
