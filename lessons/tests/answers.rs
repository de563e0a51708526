//! What the simulator answers to the lessons' questions when nobody interferes: what their texts may say.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use lessons::Lessons;
use scene::{Answer, Command, FigureSpec, StageSpec};

/// The answers of each stage that asks, in order.
const ANSWERS: &[(&str, &[&str])] = &[
    ("an-end-and-a-desk", &["ENOTCONN", "EPIPE", "EINVAL"]),
    ("behind-the-select", &["28", "waits"]),
    ("believes-connected", &["5", "waits"]),
    ("sending-into-silence", &["14", "ETIMEDOUT"]),
    ("third-client", &["5", "succeeds", "waits"]),
    ("two-entrances", &["EACCES", "ECONNREFUSED"]),
    ("both-send-a-little", &["4000"]),
    ("four-full-buffers", &["waits", "waits"]),
    ("the-same-two-sends", &["5", "3"]),
    ("the-second-is-lost", &["succeeds", "waits"]),
    ("ben-is-on-the-telephone", &["waits"]),
    ("a-whole-chat", &["8", "0"]),
    ("close-unread", &["20,000", "ECONNRESET"]),
    ("end-of-stream", &["0", "7", "EPIPE"]),
    ("half-close", &["EPIPE", "27"]),
    ("no-end-mark", &["waits"]),
    ("one-conversation", &["waits", "1", "waits"]),
    ("partial-send", &["5792", "EAGAIN", "4344"]),
    ("two-conversations", &["succeeds", "ENOTCONN", "1"]),
    ("two-who-wait", &["waits", "ETIMEDOUT"]),
    ("what-has-arrived", &["1448", "3552"]),
    ("at-home", &["3000", "3000"]),
    ("connect-in-steps", &["EINPROGRESS", "EALREADY", "succeeds"]),
    ("cut-off", &["2000", "waits"]),
    ("forgotten-flush", &["waits", "waits"]),
    ("fork-holds-on", &["waits", "waits"]),
    ("four-times-readable", &["0", "ECONNRESET"]),
    ("on-a-cable", &["3000", "1448"]),
    ("one-at-a-time", &["waits", "waits"]),
    ("two-children", &["waits", "waits"]),
    ("two-references", &["8", "waits"]),
    ("woken-by-shutdown", &["waits", "EPIPE"]),
    ("writable-and-refused", &["waits", "ECONNREFUSED"]),
    ("three-recvs", &["3", "waits"]),
    ("one-collection", &["waits"]),
    ("five-digits", &["waits", "2"]),
    ("type-then-body", &["4", "waits"]),
    ("fixed-length", &["waits", "896"]),
    ("short-of-fixed", &["13", "0"]),
    ("byte-order", &["1", "waits"]),
    ("seven-bytes", &["12", "2"]),
    ("echo-without-end", &["waits", "waits"]),
    ("bind-again", &["EADDRINUSE", "EADDRINUSE"]),
    ("no-empty-line", &["25", "waits"]),
    ("kept-open", &["44", "waits"]),
    ("writable-and-waits", &["succeeds", "waits"]),
];

fn stages() -> Vec<StageSpec> {
    let lessons = Lessons::embedded().unwrap_or_else(|problems| panic!("{problems:?}")).lessons;
    let figures = lessons.iter().flat_map(|lesson| lesson.figures()).filter_map(|figure| match figure {
        FigureSpec::Stage(stage) | FigureSpec::Programs(stage) if !stage.predictions.is_empty() => {
            Some(stage.clone())
        }
        FigureSpec::Stage(_) | FigureSpec::Live(_) | FigureSpec::Programs(_) => None,
    });
    figures.collect()
}

/// The kernel's answers, and whether each was on offer.
fn answers(spec: StageSpec) -> Vec<(String, bool)> {
    let mut stage = common::stage(spec);
    let mut answers = Vec::new();
    loop {
        stage.handle(Command::ToEnd);
        let Some(question) = stage.view().question else { return answers };
        stage.handle(Command::Show);
        let verdict = stage.view().verdict.unwrap();
        let offered = question.options().iter().any(|(option, _)| {
            *option == verdict.did || matches!((option, verdict.did), (Answer::Part(_), Answer::Part(_)))
        });
        answers.push((verdict.short(verdict.did), offered));
    }
}

#[test]
fn the_simulator_answers_what_the_lessons_say_and_offer() {
    let mut told = Vec::new();
    for spec in stages() {
        let id = spec.id.clone();
        let answers = answers(spec);
        assert!(answers.iter().all(|(_, offered)| *offered), "{id}: an answer is not on offer: {answers:?}");
        told.push((id, answers.into_iter().map(|(answer, _)| answer).collect::<Vec<_>>()));
    }
    let expected = ANSWERS.iter().map(|(id, answers)| {
        ((*id).to_owned(), answers.iter().map(|answer| (*answer).to_owned()).collect::<Vec<_>>())
    });
    let mut expected: Vec<_> = expected.collect();
    told.sort();
    expected.sort();
    assert_eq!(told, expected, "put what changed into ANSWERS, and into the lesson's text");
}
