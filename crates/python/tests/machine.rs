//! The machine as its hosts use it: steps, what can be seen while it stands still, copies and digests.

use python::{Answer, Limit, Limits, Machine, Program, Stop, Until};

fn machine(text: &str) -> Machine {
    let program = Program::compile(text, "it.py").unwrap_or_else(|unfit| panic!("{unfit:?}"));
    Machine::new(&program, &[], Limits::default())
}

/// Runs thread 0 to its next stop; a call to the kernel is a mistake of the test.
fn stop(machine: &mut Machine, until: Until) -> Stop {
    machine.run(0, until, &mut u64::MAX.clone())
}

/// The lines where it stops, until the program ends.
fn lines(machine: &mut Machine, until: impl Fn(u32) -> Until) -> Vec<u32> {
    let (mut lines, mut how) = (vec![], Until::Line);
    loop {
        match stop(machine, how) {
            Stop::Line(place) => {
                lines.push(place.line);
                how = until(place.line);
            }
            Stop::Output { .. } => {}
            Stop::Exit(0) => return lines,
            other => panic!("{other:?}"),
        }
    }
}

/// To the line `line`, stepping into everything.
fn to(machine: &mut Machine, line: u32) {
    loop {
        match stop(machine, Until::Line) {
            Stop::Line(place) if place.line == line => return,
            Stop::Line(_) | Stop::Output { .. } => {}
            other => panic!("{other:?}"),
        }
    }
}

/// To the end: what was written, and the exit status.
fn finish(machine: &mut Machine) -> (String, i32) {
    let mut told = String::new();
    loop {
        match stop(machine, Until::Event) {
            Stop::Output { text, .. } => told += &text,
            Stop::Exit(status) => return (told, status),
            other => panic!("{other:?}"),
        }
    }
}

const CALLS: &str = "\
def double(n):
    m = n * 2
    return m

a = double(1)
b = double(a)
print(b)
";

#[test]
fn a_step_by_line_goes_into_functions_and_one_over_them_does_not() {
    assert_eq!(lines(&mut machine(CALLS), |_| Until::Line), [1, 5, 2, 3, 6, 2, 3, 7]);
    assert_eq!(lines(&mut machine(CALLS), |_| Until::Over), [1, 5, 6, 7]);
    let out_of_it = |line| if line == 2 { Until::Out } else { Until::Line };
    assert_eq!(lines(&mut machine(CALLS), out_of_it), [1, 5, 2, 6, 2, 7]);
}

#[test]
fn a_loop_stops_at_its_head_and_its_body_each_time() {
    let text = "for i in range(2):\n    x = i\nelse:\n    y = 1\n";
    assert_eq!(lines(&mut machine(text), |_| Until::Line), [1, 2, 1, 2, 1, 4]);
}

#[test]
fn while_it_stands_still_the_calls_and_their_variables_can_be_read() {
    let mut machine = machine(CALLS);
    to(&mut machine, 3);
    let stack = machine.stack(0);
    let said: Vec<_> = stack.iter().map(|view| (view.function.as_str(), view.place.line)).collect();
    assert_eq!(said, [("<module>", 5), ("double", 3)]);
    let locals: Vec<_> =
        stack[1].locals.iter().map(|it| (it.name.as_str(), it.value.text.as_str())).collect();
    assert_eq!(locals, [("n", "1"), ("m", "2")]);
    assert!(machine.globals().iter().any(|it| it.name == "double"));
    assert!(machine.globals().iter().all(|it| it.name != "a"), "not yet");
}

#[test]
fn a_copy_goes_its_own_way() {
    let mut machine = machine("log = []\nfor i in range(3):\n    log.append(i)\nprint(log)\n");
    to(&mut machine, 3);
    let mut copy = machine.clone();
    assert_eq!(copy.digest(), machine.digest());
    assert_eq!(finish(&mut copy), ("[0, 1, 2]\n".into(), 0));
    assert_ne!(copy.digest(), machine.digest());
    assert_eq!(finish(&mut machine), ("[0, 1, 2]\n".into(), 0), "the copy has changed nothing here");
    assert_eq!(copy.digest(), machine.digest(), "the same steps from the same moment");
}

#[test]
fn the_future_does_not_depend_on_how_it_came_to_be() {
    let moment = |detour: &str| {
        let mut machine = machine(&format!("n = 0\n{detour}\nn = n + 7\nprint(n)\n"));
        to(&mut machine, 4);
        machine
    };
    // As many lines, other instructions: the first makes and forgets a list, so that the heap's places are used otherwise.
    let (plain, detour) = (moment("n = 0"), moment("n = len([[], {}]) - 2"));
    assert_ne!(plain.digest(), detour.digest());
    let other = moment("n = 1");
    assert_ne!(plain.digest_of_future(), other.digest_of_future(), "another number is another future");
}

#[test]
fn a_limit_of_instructions_is_exact_and_may_be_raised() {
    let program = Program::compile("n = 0\nwhile True:\n    n += 1\n", "it.py").expect("it is Python");
    let limits = Limits { instructions: 1000, ..Limits::default() };
    let mut machine = Machine::new(&program, &[], limits);
    assert_eq!(stop(&mut machine, Until::Event), Stop::Limit(Limit::Instructions(1000)));
    assert_eq!(machine.instructions(), 1000);
    machine.set_limits(Limits { instructions: 1500, ..limits });
    assert_eq!(stop(&mut machine, Until::Event), Stop::Limit(Limit::Instructions(1500)));
    assert_eq!(machine.instructions(), 1500);
}

#[test]
fn a_slice_ends_after_so_many_instructions_and_loses_nothing() {
    let text = "total = 0\nfor i in range(100):\n    total += i\nprint(total)\n";
    let (whole, _) = finish(&mut machine(text));
    let mut sliced = machine(text);
    let mut told = String::new();
    loop {
        match sliced.run(0, Until::Event, &mut 7) {
            Stop::Slice => {}
            Stop::Output { text, .. } => told += &text,
            Stop::Exit(status) => break assert_eq!(status, 0),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(told, whole);
}

#[test]
fn input_comes_from_the_host_and_its_end_is_an_eof_error() {
    let mut machine = machine("print(input())\ninput()\n");
    let mut told = String::new();
    let mut inputs = [Some("hello\n".to_owned()), None].into_iter();
    loop {
        match stop(&mut machine, Until::Event) {
            Stop::Input => machine.answer(0, Answer::Line(inputs.next().expect("it asks twice"))),
            Stop::Output { text, .. } => told += &text,
            Stop::Exit(status) => break assert_eq!(status, 1),
            other => panic!("{other:?}"),
        }
    }
    assert!(told.starts_with("hello\n") && told.ends_with("EOFError: EOF when reading a line\n"), "{told}");
}

#[test]
fn every_object_is_counted_as_often_as_it_is_held() {
    let text = "class Node:\n    def __init__(self, next):\n        self.next = next\n\nhead = None\nfor i in range(5):\n    head = Node(head)\n\
                def walk(n):\n    while n:\n        yield n\n        n = n.next\nprint(len(list(walk(head))))\n\
                try:\n    {}['x']\nexcept KeyError as e:\n    print(repr(e))\n";
    let mut machine = machine(text);
    assert_eq!(finish(&mut machine), ("5\nKeyError('x')\n".into(), 0));
    assert_eq!(machine.miscounted(), [""; 0]);
}

#[test]
fn floats_that_are_no_numbers_disturb_no_sort() {
    let text = "nan = float('nan')\nfor size in range(2, 120):\n    a = [(size * 7 + i * 31) % 101 for i in range(size)]\n    \
                for i in range(0, size, 3):\n        a[i] = nan\n    a.sort()\nprint(len(a))\n";
    assert_eq!(finish(&mut machine(text)), ("119\n".into(), 0));
}
