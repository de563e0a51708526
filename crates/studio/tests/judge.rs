//! What a page asks of a judgement, and what it is told.

use std::collections::BTreeMap;

use exercises::{Exercise, Round};
use python::Limits;
use scene::judge::{Judge, JudgeReport, JudgeView};
use scene::programs::{Command, ProgramsView};
use studio::Studio;

/// It reads to the end, and says whether that was all.
const READER: &str = "\
import socket
peer, address = socket.create_server(('', 7000)).accept()
data = b''
while True:
    chunk = peer.recv(100)
    if not chunk:
        break
    data += chunk
assert data == b'one fish', data
";
/// It takes one byte, and goes.
const LEAVER: &str = "\
import socket
peer, address = socket.create_server(('', 7000)).accept()
peer.recv(1)
peer.close()
";
const ONCE: &str = "\
import socket
s = socket.create_connection(('127.0.0.1', 7000))
s.send(b'one fish')
s.close()
";

fn exercise(peers: &[(&str, &str)]) -> String {
    let round = |(file, _): &(&str, &str)| Round {
        says: format!("a peer as {file} has it"),
        programs: vec![(*file).into(), "sender.py".into()],
        ..Round::default()
    };
    let texts: BTreeMap<_, _> = peers.iter().map(|(file, text)| ((*file).into(), (*text).into())).collect();
    Exercise {
        name: "send".into(),
        file: "sender.py".into(),
        peers: texts,
        without: vec!["makefile".into()],
        unusual: 1,
        states: 20_000,
        rounds: peers.iter().map(round).collect(),
        ..Exercise::default()
    }
    .json()
}

fn ask(studio: &mut Studio, judge: Judge) -> ProgramsView {
    studio.handle(Command::Judge(judge))
}

fn begin(studio: &mut Studio, exercise: &str, submission: &str) -> ProgramsView {
    ask(studio, Judge::Begin { exercise: exercise.into(), submission: submission.into() })
}

/// Piece by piece until there is a report; what was said on the way.
fn finish(studio: &mut Studio) -> (JudgeReport, Vec<JudgeView>) {
    let mut views = Vec::new();
    for _ in 0..100_000 {
        let view = *ask(studio, Judge::GoOn { choices: 20 }).judge.expect("a judgement");
        if let Some(report) = view.report {
            return (*report, views);
        }
        views.push(view);
    }
    panic!("it has no end");
}

fn judged(exercise: &str, submission: &str) -> (JudgeReport, Vec<JudgeView>, Studio) {
    let mut studio = Studio::new(Limits::default());
    begin(&mut studio, exercise, submission);
    let (report, views) = finish(&mut studio);
    (report, views, studio)
}

#[test]
fn a_failing_run_of_a_later_round_opens_on_the_stage_at_its_first_unusual_step() {
    let careful = ONCE.replace("s.send(", "s.sendall(").replace("s.close()", "s.recv(1)");
    let exercise = exercise(&[("reader.py", READER), ("leaver.py", LEAVER)]);
    // It passes the first round where it closes, and waits for an answer in vain in the second.
    let text = careful.replace("s.recv(1)", "s.shutdown(socket.SHUT_WR)\nassert s.recv(1) == b''");
    let (report, views, mut studio) = judged(&exercise, &text);
    assert!(views.len() > 1, "the worker hears something between the pieces");
    assert!(views[0].says.starts_with("Round 1 of 2, with a peer as reader.py has it: "), "{:?}", views[0]);
    assert_eq!(report.word, "broken", "{}", report.says);
    let passed: Vec<_> = report.rounds.iter().map(|it| it.passed).collect();
    assert_eq!(passed, [true, false]);
    assert!(report.rounds[0].says.starts_with("with a peer as reader.py has it: passed, "));
    let (round, answer) = report.broken.expect("it breaks");
    assert_eq!(round, 1);
    let run = answer.broken.expect("a run");
    assert_eq!(run.says, report.says);

    let view = studio.handle(Command::Replay { record: run.record, at: Some(run.at) });
    assert_eq!(view.problem, None);
    let files: Vec<_> = view.panes.iter().map(|pane| pane.file.as_str()).collect();
    assert_eq!(files, ["leaver.py", "sender.py"]);
    assert_eq!(view.steps.0, run.at);
}

#[test]
fn what_breaks_is_said_as_grade_says_it() {
    let (report, _, mut studio) = judged(&exercise(&[("reader.py", READER)]), ONCE);
    let says = "With a peer as reader.py has it: sender, line 3: send may take fewer bytes";
    assert!(report.says.starts_with(says) && report.says.ends_with("POSIX permits this."), "{}", report.says);
    let run = report.broken.and_then(|it| it.1.broken).expect("it breaks");
    assert_eq!(run.mistake.map(|it| it.row).as_deref(), Some("B8"));
    assert_eq!((run.program, run.line), (1, 3));
    // A judgement that is done is forgotten.
    assert_eq!(ask(&mut studio, Judge::GoOn { choices: 1 }).judge, None);
}

#[test]
fn a_program_that_never_ends_is_told_and_its_run_opens() {
    let (report, _, mut studio) = judged(&exercise(&[("reader.py", READER)]), "while True:\n    pass\n");
    assert!(report.says.contains("was ended after"), "{}", report.says);
    let run = report.broken.and_then(|it| it.1.broken).expect("it breaks");
    let view = studio.handle(Command::Replay { record: run.record, at: Some(run.at) });
    assert_eq!(view.problem, None);
}

#[test]
fn who_stands_every_schedule_passes() {
    let text = ONCE.replace("s.send(", "s.sendall(");
    let (report, ..) = judged(&exercise(&[("reader.py", READER)]), &text);
    assert!(report.passed && report.broken.is_none());
    assert!(report.says.starts_with("It stands every schedule with at most 1 unusual choice: "));
}

#[test]
fn what_cannot_be_judged_is_said() {
    let exercise = exercise(&[("reader.py", READER)]);
    for (text, says) in [
        ("if\n", "sender.py, line 1: SyntaxError"),
        ("makefile = 1\n", "`makefile` does what this exercise asks you to write yourself."),
    ] {
        let (report, ..) = judged(&exercise, text);
        assert!(report.word == "unfit" && report.says.contains(says), "{}", report.says);
    }
    let mut studio = Studio::new(Limits::default());
    let view = begin(&mut studio, "{}", ONCE);
    assert!(view.judge.is_none() && view.problem.is_some_and(|it| it.starts_with("This is no exercise: ")));
    // After its end there is none either.
    begin(&mut studio, &exercise, ONCE);
    ask(&mut studio, Judge::End);
    assert_eq!(ask(&mut studio, Judge::GoOn { choices: 1 }).judge, None);
}
