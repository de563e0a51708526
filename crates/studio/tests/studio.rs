//! What a page of programs asks, and what it is shown.

use python::Limits;
use scene::StageSpec;
use scene::programs::{Breakpoints, Command, Pane, ProgramsView, Stopped, Way};
use studio::Studio;
use world::{Network, ProgramSpec, Runs, Scenario};

const SERVER: &str = "\
import socket

def answer(connection):
    data = connection.recv(100)
    text = data.upper()
    connection.sendall(text)

listener = socket.create_server(('', 7000))
connection, address = listener.accept()
answer(connection)
connection.close()
print('served')
";
const CLIENT: &str = "\
import socket
s = socket.create_connection(('localhost', 7000))
s.sendall(b'hello')
reply = s.recv(100)
print(reply)
";

fn spec(programs: &[(&str, &str)]) -> StageSpec {
    let program = |(name, source): &(&str, &str)| ProgramSpec {
        runs: Runs::Python,
        file: format!("{}.py", name.to_lowercase()),
        source: (*source).into(),
        ..ProgramSpec::console(*name, "here")
    };
    let programs = programs.iter().map(program).collect();
    let scenario = Scenario::new(Network::Loopback, vec!["here".into()], programs);
    let (id, title) = ("test".into(), "Test".into());
    StageSpec { id, title, scenario, start: 0, small: false, predictions: Vec::new() }
}

fn load(programs: &[(&str, &str)]) -> (Studio, ProgramsView) {
    let mut studio = Studio::new(Limits::default());
    let view = studio.handle(Command::Load { spec: Box::new(spec(programs)), stops: Breakpoints::default() });
    (studio, view)
}

fn run(studio: &mut Studio) -> ProgramsView {
    studio.handle(Command::Run { most: 10_000, back: false })
}

fn line(studio: &mut Studio, task: u32, way: Way, back: bool) -> ProgramsView {
    studio.handle(Command::Line { task, way, back })
}

fn written(pane: &Pane) -> String {
    pane.output.iter().map(|written| written.text.as_str()).collect()
}

#[test]
fn a_run_goes_to_its_end_and_back_to_its_beginning() {
    let (mut studio, first) = load(&[("Server", SERVER), ("Client", CLIENT)]);
    assert_eq!((first.steps, first.panes[0].tasks[0].line), ((0, 0), 1));
    let end = run(&mut studio);
    assert_eq!(end.stopped, Some(Stopped::End));
    assert_eq!((written(&end.panes[0]), written(&end.panes[1])), ("served\n".into(), "b'HELLO'\n".into()));
    assert_eq!(end.ending.map(|it| it.to_string()).as_deref(), Some("Every program has ended."));
    let back = studio.handle(Command::Run { most: 10_000, back: true });
    assert_eq!((back.stopped, back.steps.0), (Some(Stopped::End), 0));
    assert_eq!(back.panes[1].output, []);
    assert_eq!(back.panes[0].tasks[0].stack, first.panes[0].tasks[0].stack);
    // What is known is done again.
    let again = run(&mut studio);
    assert_eq!((again.steps, written(&again.panes[1])), (end.steps, "b'HELLO'\n".into()));
}

#[test]
fn lines_are_stepped_into_over_out_of_and_back() {
    let (mut studio, _) = load(&[("Server", SERVER), ("Client", CLIENT)]);
    studio.handle(Command::Breakpoints(Breakpoints { lines: vec![(0, 10)], calls: Vec::new() }));
    let at = run(&mut studio);
    assert_eq!(at.stopped, Some(Stopped::Line { program: 0, line: 10 }));
    let stands = |view: &ProgramsView| {
        let task = &view.panes[0].tasks[0];
        (task.line, task.stack.last().map(|frame| frame.function.clone()).unwrap_or_default())
    };
    assert_eq!(stands(&at), (10, "<module>".into()));
    assert_eq!(stands(&line(&mut studio, 0, Way::Into, false)), (4, "answer".into()));
    assert_eq!(stands(&line(&mut studio, 0, Way::Over, false)), (5, "answer".into()));
    assert_eq!(stands(&line(&mut studio, 0, Way::Over, true)), (4, "answer".into()));
    assert_eq!(stands(&line(&mut studio, 0, Way::Out, false)), (11, "<module>".into()));
    assert_eq!(stands(&line(&mut studio, 0, Way::Over, true)), (10, "<module>".into()));
    assert_eq!(stands(&line(&mut studio, 0, Way::Over, false)), (11, "<module>".into()));
}

#[test]
fn what_a_step_changed_is_marked() {
    let (mut studio, _) = load(&[("Alone", "a = 1\nb = [1]\nb.append(2)\na = a\n")]);
    line(&mut studio, 0, Way::Into, false);
    let view = line(&mut studio, 0, Way::Into, false);
    let marks = |view: &ProgramsView| -> Vec<(String, bool)> {
        view.panes[0].tasks[0]
            .globals
            .iter()
            .map(|it| (format!("{} = {}", it.name, it.text), it.changed))
            .collect()
    };
    assert_eq!(marks(&view), [("a = 1".into(), false), ("b = [1]".into(), true)]);
    let view = line(&mut studio, 0, Way::Into, false);
    assert_eq!(marks(&view), [("a = 1".into(), false), ("b = [1, 2]".into(), true)]);
}

#[test]
fn a_breakpoint_stands_before_a_call() {
    let (mut studio, _) = load(&[("Server", SERVER), ("Client", CLIENT)]);
    studio.handle(Command::Breakpoints(Breakpoints { lines: Vec::new(), calls: vec!["send".into()] }));
    let view = run(&mut studio);
    assert_eq!(view.stopped, Some(Stopped::Call { task: 1 }));
    assert_eq!(view.panes[1].tasks[0].doing, "is about to make send(3, 5 bytes)");
    assert_eq!(run(&mut studio).stopped, Some(Stopped::Call { task: 0 }));
    assert_eq!(run(&mut studio).stopped, Some(Stopped::End));
    let back = studio.handle(Command::Run { most: 10_000, back: true });
    assert_eq!(back.stopped, Some(Stopped::Call { task: 0 }));
}

#[test]
fn what_is_no_python_is_told_at_its_place_and_nothing_runs() {
    let (mut studio, view) = load(&[("Good", "x = 1\n"), ("Bad", "x = 1\nif x\n    pass\n")]);
    let [fault] = &view.faults[..] else { panic!("{:?}", view.faults) };
    assert_eq!((fault.program, fault.line, &*fault.says), (1, 2, "SyntaxError: expected ':'"));
    assert_eq!(run(&mut studio).stopped, None);
}

#[test]
fn a_line_of_input_is_given_and_goes_with_the_step_back() {
    let (mut studio, _) = load(&[("Asker", "name = input('Who? ')\nprint('Hello', name)\n")]);
    let view = run(&mut studio);
    assert_eq!(view.stopped, Some(Stopped::Input { task: 0 }));
    assert!(view.panes[0].tasks[0].reads);
    assert_eq!(view.ending.map(|it| it.to_string()).as_deref(), Some("Asker waits for a line of input."));
    let wrong = studio.handle(Command::Input { task: 7, line: None });
    assert!(wrong.problem.is_some());
    studio.handle(Command::Input { task: 0, line: Some("Ada\n".into()) });
    assert_eq!(written(&run(&mut studio).panes[0]), "Who? Hello Ada\n");
}

#[test]
fn a_step_goes_over_an_import_and_into_a_function_of_the_library() {
    let text = "import socket\nimport threading\na, b = socket.socketpair()\na.sendall(b'x')\nb.recv(1)\n";
    let (mut studio, _) = load(&[("Alone", text)]);
    let into = |studio: &mut Studio| {
        let view = line(studio, 0, Way::Into, false);
        let task = view.panes[0].tasks.first().cloned().expect("it runs");
        (task.line, task.library.is_some())
    };
    assert_eq!([into(&mut studio), into(&mut studio)], [(2, false), (3, false)]);
    let mut seen = Vec::new();
    while seen.last() != Some(&(5, false)) {
        seen.push(into(&mut studio));
    }
    assert!(seen.iter().any(|(_, library)| *library), "{seen:?}");
}

#[test]
fn an_endless_loop_stops_after_as_many_steps_as_were_asked_for() {
    let (mut studio, _) = load(&[("Endless", "while True:\n    pass\n")]);
    let view = studio.handle(Command::Run { most: 500, back: false });
    assert_eq!((view.stopped, view.steps.0), (Some(Stopped::Most), 500));
}

#[test]
fn threads_are_stepped_by_themselves() {
    let text = "\
import threading
total = 0
def add():
    global total
    for i in range(3):
        value = total
        total = value + 1
threads = [threading.Thread(target=add) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(total)
";
    let (mut studio, _) = load(&[("Racy", text)]);
    studio.handle(Command::Breakpoints(Breakpoints { lines: vec![(0, 11)], calls: Vec::new() }));
    let view = run(&mut studio);
    let names: Vec<_> = view.panes[0].tasks.iter().map(|task| task.name.as_str()).collect();
    assert_eq!(names, ["Racy", "Racy, thread 1", "Racy, thread 2"]);
    // One reads, then the other does all of its work, then the first writes what it has read.
    studio.handle(Command::Breakpoints(Breakpoints { lines: Vec::new(), calls: Vec::new() }));
    while studio.handle(Command::Line { task: 1, way: Way::Into, back: false }).panes[0].tasks[1].line != 7 {}
    while !studio.handle(Command::Line { task: 2, way: Way::Into, back: false }).panes[0].tasks[2].ended {}
    assert_eq!(written(&run(&mut studio).panes[0]), "3\n");
}

#[test]
fn a_deadlock_is_told_as_its_circle() {
    let waits = "import socket\ns = socket.create_connection(('localhost', 7000))\ns.recv(1)\n";
    let server = "import socket\nl = socket.create_server(('', 7000))\nc, a = l.accept()\nc.recv(1)\n";
    let (mut studio, _) = load(&[("Server", server), ("Client", waits)]);
    let view = run(&mut studio);
    let says = view.ending.map(|it| it.to_string()).unwrap_or_default();
    assert_eq!(
        says,
        "A deadlock: Server waits in recv(4, 1); Client waits in recv(3, 1). Each waits for the next: Server → Client → Server."
    );
}

#[test]
fn a_link_opens_the_programs_at_the_same_step() {
    let (mut studio, _) = load(&[("Server", SERVER), ("Client", CLIENT)]);
    studio.handle(Command::Breakpoints(Breakpoints { lines: vec![(0, 5)], calls: Vec::new() }));
    let there = run(&mut studio);
    let record = studio.handle(Command::Record).record.expect("it runs");
    let mut other = Studio::new(Limits::default());
    let here = other.handle(Command::Replay { record: record.clone(), at: None });
    assert_eq!((here.problem, here.steps), (None, there.steps));
    assert_eq!(here.panes[0].tasks[0].stack, there.panes[0].tasks[0].stack);
    let mut damaged = record;
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    assert!(
        other
            .handle(Command::Replay { record: damaged, at: None })
            .problem
            .is_some_and(|says| says.contains("damaged"))
    );
}

#[test]
fn a_variable_is_joined_to_the_bytes_of_its_stream() {
    let sender = "import socket\ns = socket.create_connection(('localhost', 7000))\ns.send(b'GET ')\nmessage = b'page\\n'\ns.send(message)\n";
    let reader = "\
import socket
l = socket.create_server(('', 7000))
c, a = l.accept()
got = b''
while len(got) < 9:
    part = c.recv(2)
    got += part
word, rest = got.split(b' ')
other = b'page'
";
    let (mut studio, _) = load(&[("Reader", reader), ("Sender", sender)]);
    studio.handle(Command::Breakpoints(Breakpoints { lines: vec![(0, 9)], calls: Vec::new() }));
    let view = run(&mut studio);
    let held = |pane: usize, name: &str| {
        let globals = &view.panes[pane].tasks[0].globals;
        let range = globals.iter().find(|it| it.name == name).and_then(|it| it.bytes);
        range.map(|range| (range.start, range.end))
    };
    assert_eq!(
        (held(0, "got"), held(0, "rest"), held(0, "part")),
        (Some((0, 9)), Some((4, 9)), Some((8, 9)))
    );
}
