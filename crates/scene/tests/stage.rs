//! The stage's engine on a real scenario: a partial send on a wire.

use scene::{Answer, Command, Moment, Prediction, Stage, StageSpec, StageView};
use syscall::Errno;
use world::ChoiceKey;

const PARTIAL_SEND: &str = include_str!("../../world/tests/fixtures/partial-send.toml");

fn spec(predictions: Vec<Prediction>) -> StageSpec {
    StageSpec {
        id: "partial".into(),
        title: "A partial send".into(),
        scenario: toml::from_str(PARTIAL_SEND).expect("the fixture is a scenario"),
        start: 0,
        small: false,
        predictions,
    }
}

fn before_send(nth: u32) -> Prediction {
    Prediction {
        stage: "partial".into(),
        before: Moment { program: "Sender".into(), call: "send".into(), nth },
        ask: "What does `send` do?".into(),
        because: "The kernel doubles what is asked.".into(),
        errors: vec![],
    }
}

fn stage(predictions: Vec<Prediction>) -> Stage {
    Stage::new(spec(predictions)).expect("the fixture can run")
}

/// What tells two states apart to the eye.
fn seen(view: &StageView) -> String {
    let tapes = view.sides.iter().flat_map(|side| side.program.iter().chain(&side.kernel));
    let spoken: Vec<_> = tapes.map(|tape| tape.spoken.as_str()).collect();
    format!("{} {} {}", view.event, view.rows.len(), spoken.join(" "))
}

#[test]
fn every_step_can_be_undone_and_done_again() {
    let mut stage = stage(vec![]);
    let mut there = vec![seen(&stage.view())];
    for _ in 0..30 {
        stage.handle(Command::Step);
        there.push(seen(&stage.view()));
    }
    let known = stage.view().known;
    for before in there[..30].iter().rev() {
        stage.handle(Command::Back);
        assert_eq!(&seen(&stage.view()), before);
    }
    assert!(!stage.view().can_back);
    assert_eq!(stage.view().known, known, "what was undone is still known");
    stage.handle(Command::To(known));
    assert_eq!(&seen(&stage.view()), &there[30]);
}

#[test]
fn one_event_back_on_the_timeline_is_a_step_back_although_a_step_has_several_events() {
    let mut stage = stage(vec![]);
    let mut ends = vec![0];
    for _ in 0..30 {
        stage.handle(Command::Step);
        ends.push(stage.view().event);
    }
    assert!(ends.windows(2).any(|pair| pair[1] > pair[0] + 1), "some step has several events");
    for pair in ends.windows(2).rev() {
        stage.handle(Command::To(pair[1] - 1));
        assert_eq!(stage.view().event, pair[0]);
    }
    for pair in ends.windows(2) {
        stage.handle(Command::To(pair[0] + 1));
        assert_eq!(stage.view().event, pair[1]);
    }
}

#[test]
fn another_choice_forgets_the_steps_that_were_undone() {
    let mut stage = stage(vec![]);
    for _ in 0..12 {
        stage.handle(Command::Step);
    }
    let known = stage.view().known;
    while stage.view().offers.len() < 2 {
        stage.handle(Command::Back);
    }
    let view = stage.view();
    let other = view.offers[1].key;
    stage.handle(Command::Choose(other));
    let branched = stage.view();
    assert!(branched.event > view.event);
    assert_eq!(branched.known, branched.event, "{known} events were known on the other branch");
}

#[test]
fn a_choice_that_is_not_on_offer_changes_nothing() {
    let mut stage = stage(vec![]);
    let before = stage.view();
    stage.handle(Command::Choose(ChoiceKey::Deliver(99)));
    assert_eq!(stage.view(), before);
}

#[test]
fn the_sender_stands_on_the_left_and_its_tapes_keep_one_scale() {
    let mut stage = stage(vec![]);
    for _ in 0..40 {
        let view = stage.view();
        assert_eq!(view.sides.iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["Sender", "Receiver"]);
        for tape in view.sides.iter().flat_map(|side| side.program.iter().chain(&side.kernel)) {
            assert_eq!(tape.total, 20_000);
            let mut at = None;
            for run in &tape.runs {
                assert!(run.start < run.end && run.end <= tape.total, "{run:?}");
                assert!(at.is_none_or(|at| at == run.start), "no byte is left out or shown twice: {run:?}");
                at = Some(run.end);
            }
        }
        stage.handle(Command::Step);
    }
}

#[test]
fn a_step_over_a_question_is_held_until_it_is_answered() {
    let mut stage = stage(vec![before_send(1)]);
    stage.handle(Command::ToEnd);
    let view = stage.view();
    let question = view.question.clone().expect("the end is behind the question");
    assert_eq!((question.asked, question.moves == scene::Moves::Out, view.held), (20_000, true, 1));
    for command in [Command::Step, Command::StepCall, Command::Choose(question.key)] {
        stage.handle(command);
        assert_eq!(seen(&stage.view()), seen(&view));
    }
    assert_eq!(stage.view().held, 4);
    assert!(stage.view().verdict.is_none(), "no answer is shown before it was asked for");
    assert_eq!(stage.view().sides[0].kernel[0].frame, None, "and the buffer's room would be the answer");

    stage.handle(Command::Answer(Answer::Part(5000)));
    let view = stage.view();
    let verdict = view.verdict.expect("the call has been made");
    assert_eq!(verdict.did, Answer::Part(5792));
    assert_eq!(verdict.compares().as_deref(), Some("792 bytes off."));
    assert!(view.question.is_none());
    assert!(view.sides[0].kernel[0].frame.is_some());
    let row = view.rows.iter().find(|row| row.event == verdict.event).unwrap();
    assert_eq!(row.call.as_deref(), Some("send(3, 20000 bytes) = 5792"));

    stage.handle(Command::Back);
    assert!(stage.view().question.is_none(), "it is not asked twice");
    assert!(stage.view().verdict.is_none(), "and the answer is shown where the call has been made");
    stage.handle(Command::Reset);
    stage.handle(Command::ToEnd);
    assert!(stage.view().question.is_some(), "afresh, it is");
}

#[test]
fn the_simulator_grades_by_what_has_happened_so_far() {
    let mut stage = stage(vec![before_send(2)]);
    stage.handle(Command::ToEnd);
    stage.handle(Command::Answer(Answer::Fails(Errno::EAGAIN)));
    assert_eq!(stage.view().verdict.unwrap().did, Answer::Fails(Errno::EAGAIN));
}

#[test]
fn the_whole_story_ends_and_every_byte_has_arrived() {
    let mut stage = stage(vec![]);
    stage.handle(Command::ToEnd);
    let view = stage.view();
    assert!(!view.can_step && view.ending.is_some());
    let got = view.sides.iter().flat_map(|side| &side.program).find(|tape| tape.name == "got").unwrap();
    assert_eq!(got.used, 20_000);
}

#[test]
fn the_transcript_reads_as_a_story() {
    let mut stage = stage(vec![]);
    for _ in 0..32 {
        stage.handle(Command::Step);
    }
    let told: Vec<_> =
        stage.view().rows.iter().map(|row| format!("{:>2} {}", row.event, row.spoken())).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn the_tapes_after_the_first_send() {
    let mut stage = stage(vec![before_send(1)]);
    stage.handle(Command::ToEnd);
    stage.handle(Command::Show);
    let view = stage.view();
    let mut told = String::new();
    for side in &view.sides {
        for tape in side.program.iter().chain(&side.kernel) {
            told += &format!("{}: {}\n", side.name, tape.spoken);
            for run in &tape.runs {
                let label = run.label.as_deref().unwrap_or("-");
                told += &format!(
                    "  {}–{} {} {label}{}\n",
                    run.start,
                    run.end,
                    run.kind.class(),
                    if run.fresh { " now" } else { "" }
                );
            }
            let ticks: Vec<_> = tape.ticks.iter().map(|tick| tick.at.to_string()).collect();
            told += &format!("  ticks {}\n", ticks.join(" "));
        }
    }
    for lane in &view.lanes {
        told += &format!(
            "lane {:?} {:?}\n",
            lane.says,
            lane.segments.iter().map(|s| &s.what).collect::<Vec<_>>()
        );
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_sender_that_has_finished_does_not_call_its_buffer_full() {
    let mut stage = stage(vec![]);
    let sender = |view: &StageView| {
        view.sides.iter().find(|side| side.name == "Sender").map(|side| side.kernel[0].spoken.clone())
    };
    stage.handle(Command::ToEnd);
    let (mut full, mut after) = (0, 0);
    loop {
        let view = stage.view();
        let closed =
            view.rows.iter().any(|row| row.call.as_deref() == Some("close(3) = 0") && row.who == "sender");
        let spoken = sender(&view).expect("the sender is on the stage");
        assert!(!closed || !spoken.contains("full"), "{spoken}");
        full += u32::from(spoken.contains("full"));
        after += u32::from(closed);
        if !view.can_back {
            break;
        }
        stage.handle(Command::Back);
    }
    assert!(full > 0 && after > 0, "while it sends, it is full at times; then it closes");
    assert!(!stage.view().answered, "there was no question");
}

#[test]
fn a_stage_is_answered_when_its_last_question_is_behind_it() {
    let mut stage = stage(vec![before_send(1), before_send(2)]);
    for open in [true, true, false] {
        assert_eq!(stage.view().answered, !open);
        stage.handle(Command::ToEnd);
        stage.handle(Command::Show);
    }
}
