//! The bar of a learner in a class: the room, the teacher's messages and questions, partners.

use std::fmt::Display;

pub(crate) const YOUR_CLASS: &str = "Your class";
pub(crate) const YOU_HAVE_LEFT: &str = "You have left ";
pub(crate) const LEFT_HINT: &str = ". ";
pub(crate) const TEACHER_LOOKS: &str = "Your teacher is looking at your stage";

pub(crate) fn show(cards: impl Display) -> String {
    format!("Show {cards} from your teacher")
}

pub(crate) fn show_new(what: impl Display) -> String {
    format!("New: {what}")
}

pub(crate) const YOUR_HAND_IS_UP: &str = "Your hand is up";
pub(crate) const RAISE_HAND: &str = "Raise hand";
pub(crate) const ROOM: &str = "Room";
pub(crate) const FROM_YOUR_CLASS: &str = "From your class";
pub(crate) const FOLD_THIS_AWAY: &str = "Fold this away";

pub(crate) fn room(code: impl Display) -> String {
    format!("Room {code}")
}

pub(crate) const YOUR_ROOM: &str = "Your room";
pub(crate) const NOT_IN_THE_ROOM: &str = "Not in the room";
pub(crate) const COMING_INTO_THE_ROOM: &str = "Coming into the room";
pub(crate) const RELAY_IS_AWAY_ALONE: &str = "The relay is away";
pub(crate) const RELAY_IS_AWAY: &str = "The relay is away; your work is kept here";
pub(crate) const CONNECTING_AGAIN: &str = "Connecting again";
pub(crate) const TOKEN_IS_ASKED_FOR: &str = "The relay asks for its access token";
pub(crate) const THE_ROOM_IS_CLOSED: &str = "The room is closed";
pub(crate) const SEE_YOUR_WORK: &str = "See your work, or join another room";
pub(crate) const FORGET_THIS_ROOM: &str = "Forget this room";
pub(crate) const NOT_ARRIVED: &str = "Your last work has not arrived. ";
pub(crate) const KEPT_IN_THIS_BROWSER: &str = " It is kept in this browser.";
pub(crate) const TEACHER_CLOSED_THE_ROOM: &str = "Your teacher has closed the room.";
pub(crate) const CLOSED_HINT: &str = " Nothing is taken from you now. You may read on and try everything; \
    what you do is kept in this browser and arrives when the room is open again.";
pub(crate) const PAGE_NOT_OFFERED: &str = "This page is not one of the room’s.";
pub(crate) const READ_IT_ALL_THE_SAME: &str = " You may read it all the same. ";
pub(crate) const THE_ROOMS_PAGES: &str = "The room’s pages";
pub(crate) const LIVE_RUNS_CLOSED: &str = "Your teacher has closed live runs.";
pub(crate) const SIMULATION_WORKS: &str = " The simulated figures work as ever.";
pub(crate) const WRONG_TOKEN: &str = "That is not the relay’s access token. The right one:";
pub(crate) const ACCESS_TOKEN: &str = "The relay’s access token, from whoever runs it:";
pub(crate) const GO_ON: &str = "Go on";
pub(crate) const NO_RECORD: &str = "This browser keeps no record, so nothing of your work is delivered.";
pub(crate) const ALL_YOUR_WORK_HAS_ARRIVED: &str = "All your work has arrived.";
pub(crate) const WORK_WAITS: &str = "What has not arrived yet is kept in this browser, and is delivered once you are in \
    the room again.";
pub(crate) const WORK_STAYS: &str = "What you did stays in this browser.";
pub(crate) const NOTHING_KEPT: &str = "This browser has kept no record of what you did.";
pub(crate) const WORK_ON_ITS_WAY: &str = "Some of your work is still on its way.";
pub(crate) const CODE: &str = "Code ";

pub(crate) fn here_now(learners: impl Display) -> String {
    format!(", {learners} here now")
}

pub(crate) const YOUR_WORK_AND_KEY: &str = "Your work, your return key, the room’s pages";
pub(crate) const RETURN_KEY_NEEDED: &str =
    "To come back you need your return key, which this browser forgets when you leave.";
pub(crate) const NOT_ARRIVED_STAYS: &str = " What has not arrived stays here.";
pub(crate) const LEAVE_NOW: &str = "Leave now";
pub(crate) const STAY: &str = "Stay";
pub(crate) const LEAVE_THE_ROOM: &str = "Leave the room";

pub(crate) const FROM_YOUR_TEACHER_TO_ALL: &str = "From your teacher, to all";
pub(crate) const FROM_YOUR_TEACHER_TO_YOU: &str = "From your teacher, to you";
pub(crate) const I_HAVE_READ_IT: &str = "I have read it";
pub(crate) const A_QUESTION_TO_ALL: &str = "A question to all";
pub(crate) const ANSWER_FOR_YOURSELF: &str =
    "Answer for yourself. You may change it until your teacher goes on.";
pub(crate) const TALK_TO_YOUR_NEIGHBOUR: &str = "Talk to your neighbour";
pub(crate) const NOTHING_TAKEN_NOW: &str = "Nothing is taken now. You will be asked again.";
pub(crate) const THE_SAME_QUESTION_AGAIN: &str = "The same question again";
pub(crate) const ANSWER_A_SECOND_TIME: &str = "Answer a second time, the same or otherwise.";
pub(crate) const WHAT_THE_CLASS_SAID: &str = "What the class said";
pub(crate) const RIGHT: &str = "right";
pub(crate) const YOUR_ANSWER: &str = "your answer";

pub(crate) fn answered_so_far(learners: impl Display) -> String {
    format!(" {learners} answered so far.")
}

pub(crate) const YOU_BOTH_TIMES: &str = "you, both times";
pub(crate) const YOU_AT_FIRST: &str = "you, at first";
pub(crate) const YOU: &str = "you";
pub(crate) const YOU_THEN: &str = "you, then";
pub(crate) const FIRST_SAID: &str = "first ";
pub(crate) const THEN_SAID: &str = "then ";

pub(crate) fn tally(
    vote: impl Display,
    count: impl Display,
    total: impl Display,
    percent: impl Display,
) -> String {
    format!("{vote}{count} of {total}, {percent} %")
}

pub(crate) fn at_step(step: impl Display) -> String {
    format!(", step {step}")
}

pub(crate) const YOU_FOLLOW_YOUR_TEACHER: &str = "You follow your teacher";
pub(crate) const TEACHER_IS_ON_THIS_PAGE: &str = "Your teacher is on this page";
pub(crate) const TO_THAT_FIGURE: &str = "To that figure";
pub(crate) const STOP_FOLLOWING: &str = "Stop following";
pub(crate) const FOLLOW: &str = "Follow";
pub(crate) const FOLLOW_HINT: &str =
    "The figure then moves as your teacher’s does; where you were in it is given up.";
pub(crate) const TEACHER_IS_AT: &str = "Your teacher is at “";
pub(crate) const GO_THERE: &str = "Go there";
pub(crate) const PAGE_STAYS: &str = "This page stays as it is until you do.";
pub(crate) const FIRST_HOST: &str = "first";
pub(crate) const SECOND_HOST: &str = "second";
pub(crate) const YOU_WORK_WITH: &str = "You work with ";

pub(crate) fn hosts_of_the_pair(which: impl Display, mine: impl Display, theirs: impl Display) -> String {
    format!(
        ". Of the two hosts on your wire you have the {which}, {mine}; your partner’s is {theirs}. Whoever \
        listens is the server, the other connects."
    )
}

pub(crate) const END_IT: &str = "End it";
pub(crate) const YOU_AGREED_TO_WORK_WITH: &str = "You agreed to work with ";

pub(crate) fn has_not_answered(partner: impl Display) -> String {
    format!(". {partner} has not answered yet.")
}

pub(crate) const TAKE_IT_BACK: &str = "Take it back";
pub(crate) const WORK_WITH_PROPOSED: &str = "Your teacher proposes that you work with ";

pub(crate) fn agrees(partner: impl Display) -> String {
    format!(". {partner} agrees.")
}

pub(crate) const ABOUT_PAIRS: &str = " You would be joined by one wire, each the client or the server of the \
    other, and see each other’s work on it.";
pub(crate) const AGREE: &str = "Agree";
pub(crate) const NO: &str = "No";

pub(crate) const NEWS_RELAY_AWAY: &str = "The relay is away. Your work is kept in this browser.";
pub(crate) const NEWS_RELAY_AWAY_ALONE: &str = "The relay is away.";
pub(crate) const NEWS_RELAY_BACK: &str = "The relay is back.";

pub(crate) fn news_message(text: impl Display) -> String {
    format!("Your teacher writes: {text}")
}

pub(crate) const ROOM_DOES_NOT_KNOW_YOU: &str = "The room that this browser was in does not know you any \
    more: it may be over, or you were taken out of it.";
pub(crate) const NEWS_TEACHER_LOOKS: &str = "Your teacher is looking at your stage.";

pub(crate) fn news_question(text: impl Display) -> String {
    format!("A question to all: {text}")
}

pub(crate) const NEWS_TALK: &str = "Talk to your neighbour about the question.";
pub(crate) const NEWS_SECOND_VOTE: &str = "Answer the question a second time.";
pub(crate) const NEWS_ANSWERS_SHOWN: &str = "The answers to the question are shown.";
pub(crate) const NEWS_TEACHER_LEADS: &str = "Your teacher leads: the class can follow.";
pub(crate) const NEWS_ROOM_CLOSED: &str =
    "Your teacher has closed the room. Your work is kept in this browser.";
pub(crate) const NEWS_ROOM_OPEN: &str = "The room is open again.";

pub(crate) fn news_pair_parted(partner: impl Display) -> String {
    format!("You and {partner} are no pair any more.")
}

pub(crate) fn news_pair(partner: impl Display) -> String {
    format!("You and {partner} are a pair.")
}

pub(crate) fn news_pair_proposed(partner: impl Display) -> String {
    format!("Your teacher proposes that you work with {partner}.")
}

pub(crate) const THE_HOME_PAGE: &str = "The home page";

pub(crate) fn right_of(right: impl Display, all: impl Display) -> String {
    format!("{right} of {all} right")
}

pub(crate) const ONE_RUN: &str = "1 run";

pub(crate) fn runs(runs: impl Display) -> String {
    format!("{runs} runs")
}

pub(crate) const ONE_MINUTE: &str = "1 minute";

pub(crate) fn minutes(minutes: impl Display) -> String {
    format!("{minutes} minutes")
}

pub(crate) const READ_TO_THE_END: &str = "read to the end";
pub(crate) const OPENED: &str = "opened";

pub(crate) const NOT_UNDERSTOOD: &str = "The relay said something that this page does not understand; \
    perhaps it is of another version. Reload the page.";
pub(crate) const SENT_ELSEWHERE: &str = "The relay sends this room to another machine, which this page does \
    not follow. Open the site at that machine.";
pub(crate) const NO_RELAY: &str =
    "This copy of the site has no relay, and so no rooms. Open the address that your teacher shows.";

pub(crate) fn close_code(code: impl Display) -> String {
    format!("close code {code}")
}

pub(crate) fn connection_ended(why: impl Display) -> String {
    format!("The relay has ended the connection: {why}. Reload the page.")
}

pub(crate) const BY_THE_RELAY: &str = " by the relay, not the kernel";
