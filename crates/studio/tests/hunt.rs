//! What a page asks of a search, and what it is told.

use python::Limits;
use scene::StageSpec;
use scene::hunt::{Hunt, HuntAnswer, HuntView};
use scene::programs::{Breakpoints, Command, ProgramsView};
use studio::Studio;
use world::{Faults, Network, ProgramSpec, Runs, Scenario};

const SERVER: &str = "\
import socket
listener = socket.socket()
listener.bind(('', 7000))
listener.listen()
peer, address = listener.accept()
data = b''
while True:
    chunk = peer.recv(100)
    if not chunk:
        break
    data += chunk
peer.close()
";
const CLIENT: &str = "\
import socket
s = socket.socket()
s.connect(('localhost', 7000))
s.send(b'abc')
s.close()
";

fn load(client: &str) -> (Studio, ProgramsView) {
    let program = |name: &str, source: &str| ProgramSpec {
        runs: Runs::Python,
        file: format!("{name}.py"),
        source: source.into(),
        ..ProgramSpec::console(name, "here")
    };
    let programs = vec![program("server", SERVER), program("client", client)];
    let scenario = Scenario::new(Network::Loopback, vec!["here".into()], programs);
    let (id, title) = ("test".into(), "Test".into());
    let spec = StageSpec { id, title, scenario, start: 0, small: false, predictions: Vec::new() };
    let mut studio = Studio::new(Limits::default());
    let view = studio.handle(Command::Load { spec: Box::new(spec), stops: Breakpoints::default() });
    (studio, view)
}

fn ask(studio: &mut Studio, hunt: Hunt) -> ProgramsView {
    studio.handle(Command::Hunt(hunt))
}

fn begin(studio: &mut Studio, states: u64) -> HuntView {
    *ask(studio, Hunt::Begin { faults: Faults::default(), states }).hunt.expect("a search")
}

/// Piece by piece until there is an answer; how many pieces that were.
fn finish(studio: &mut Studio) -> (HuntView, HuntAnswer, usize) {
    for pieces in 1..100_000 {
        let view = *ask(studio, Hunt::GoOn { choices: 20 }).hunt.expect("a search");
        if let Some(answer) = view.answer.clone() {
            return (view, answer, pieces);
        }
    }
    panic!("it has no end");
}

#[test]
fn a_run_that_breaks_the_programs_is_told_and_opens_at_its_first_unusual_step() {
    let (mut studio, _) = load(CLIENT);
    begin(&mut studio, 300_000);
    let (_, answer, pieces) = finish(&mut studio);
    assert!(pieces > 1, "the worker hears something between the pieces");
    let found = answer.broken.expect("it breaks");
    let mistake = found.mistake.expect("it is known");
    assert_eq!((mistake.row.as_str(), mistake.lesson.as_str()), ("B8", "how-much-did-send-take"));
    assert_eq!((found.program, found.line), (1, 4));
    assert!(found.says.starts_with("client, line 4: send may take fewer bytes"), "{}", found.says);
    assert_eq!(answer.verdict, "POSIX permits this; Linux was not seen to do it with these programs.");
    let unusual: Vec<_> = found.steps.iter().filter(|step| step.unusual.is_some()).collect();
    assert_eq!(unusual.len(), 1);
    assert_eq!((unusual[0].program, unusual[0].line, unusual[0].at), (Some(1), 4, found.at));
    let parts = found.steps.iter().zip(&found.usual).position(|(one, other)| one.says != other.says);
    assert_eq!(parts.map(|at| found.steps[at].line), Some(4), "the usual run sends all of it");

    // The record opens there, and the rest of the run is known.
    let view = studio.handle(Command::Replay { record: found.record.clone(), at: Some(found.at) });
    assert_eq!(view.problem, None);
    assert_eq!((view.steps.0, view.panes[1].tasks[0].line), (found.at, 5), "the send has just ended");
    assert!(view.steps.1 > view.steps.0);
    let caption = view.stage.caption.expect("an event");
    assert!(format!("{caption:?}").contains("send("), "{caption:?}");
    // A step too far is the last.
    let view = studio.handle(Command::Replay { record: found.record, at: Some(u32::MAX) });
    assert_eq!(view.steps.0, view.steps.1);
}

#[test]
fn programs_that_nothing_breaks_stand() {
    let (mut studio, _) = load(&CLIENT.replace("send(", "sendall("));
    begin(&mut studio, 300_000);
    let (view, answer, _) = finish(&mut studio);
    assert_eq!((answer.broken, answer.further), (None, false));
    assert_eq!(answer.verdict, format!("complete: {} states, none breaks it", world::number(view.states)));
}

#[test]
fn a_search_that_may_look_at_few_states_says_so_and_goes_on_where_it_stopped() {
    let (mut studio, _) = load(&CLIENT.replace("send(", "sendall("));
    begin(&mut studio, 60);
    let (view, answer, _) = finish(&mut studio);
    assert!(answer.further && view.states >= 60, "{view:?}");
    assert!(answer.verdict.starts_with("not complete: "), "{}", answer.verdict);
    let (mut more, mut answer) = (view, answer);
    while answer.further {
        let further = ask(&mut studio, Hunt::Further { states: 12 }).hunt.expect("a search");
        assert_eq!(further.answer, None);
        let seen = more.states;
        (more, answer, _) = finish(&mut studio);
        assert!(more.states > seen, "it gets on");
    }
    assert!(answer.verdict.starts_with("complete: "), "{}", answer.verdict);

    let (mut whole, _) = load(&CLIENT.replace("send(", "sendall("));
    begin(&mut whole, 300_000);
    assert_eq!(finish(&mut whole).0.states, more.states, "the same states as in one go");
}

#[test]
fn a_search_that_was_stopped_is_forgotten_and_the_run_is_left_alone() {
    let (mut studio, _) = load(CLIENT);
    let ran = studio.handle(Command::Run { most: 3, back: false });
    begin(&mut studio, 300_000);
    ask(&mut studio, Hunt::GoOn { choices: 1 });
    assert_eq!(ask(&mut studio, Hunt::End).hunt.as_deref(), Some(&HuntView::default()));
    let after = ask(&mut studio, Hunt::GoOn { choices: 1 });
    assert_eq!((after.hunt, after.steps), (None, ran.steps));
}

#[test]
fn programs_that_cannot_be_run_have_the_same_faults_as_where_they_are_run() {
    let (mut studio, first) = load("if\n");
    let view = ask(&mut studio, Hunt::Begin { faults: Faults::default(), states: 10 });
    assert_eq!(view.hunt, None);
    assert!(!view.faults.is_empty());
    assert_eq!(view.faults, first.faults);
}
