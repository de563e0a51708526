//! The modules above the system calls, with a kernel that answers from a script: which calls a program makes, in which
//! order, and what it learns from the answers. Programs on a real or simulated kernel are the goldens' part.

use python::{Answer, Limits, Machine, Program, Stop, Stream, Until};
use syscall::{Address, Call, Errno, Fd, Outcome, Readiness, Returned};

/// What a program did: its calls as a transcript shows them, and its output.
struct Told {
    calls: Vec<String>,
    output: String,
    status: i32,
}

/// Runs a program; each call takes the next answer of the script, closing and whether a descriptor blocks succeed unasked.
fn run(text: &str, script: Vec<Outcome>) -> Told {
    let program = Program::compile(text, "program.py").expect("it is a program");
    let mut machine = Machine::new(&program, &[], Limits::default());
    let mut told = Told { calls: Vec::new(), output: String::new(), status: -1 };
    let (mut script, mut budget, mut now) = (script.into_iter(), 10_000_000, 0);
    loop {
        match machine.run(0, Until::Event, &mut budget) {
            Stop::Output { stream, text } => {
                if stream == Stream::Stderr && !told.output.ends_with('\n') && !told.output.is_empty() {
                    told.output.push('\n');
                }
                told.output += &text;
            }
            Stop::Call { call, .. } => {
                told.calls.push(call.to_string());
                let answer = match &call {
                    Call::Close { .. } | Call::SetBlocking { .. } => Ok(Returned::Done),
                    _ => script.next().unwrap_or_else(|| panic!("no answer for {call}")),
                };
                machine.answer(0, Answer::Outcome(answer));
            }
            Stop::Now => {
                now += 1_000;
                machine.answer(0, Answer::Time { monotonic_us: now, wall_us: now });
            }
            Stop::Sleep(_) => machine.answer(0, Answer::Done),
            Stop::Input => machine.answer(0, Answer::Line(Some("typed\n".into()))),
            Stop::Exit(status) => {
                told.status = status;
                assert_eq!(script.next(), None, "an answer was left over");
                return told;
            }
            other => panic!("{other:?}"),
        }
    }
}

fn address(text: &str) -> Address {
    text.parse().expect("an address")
}

fn fd(n: i32) -> Outcome {
    Ok(Returned::Fd(Fd(n)))
}

const DONE: Outcome = Ok(Returned::Done);

#[test]
fn a_server_makes_the_calls_that_its_lines_name() {
    let told = run(
        "import socket\n\
         server = socket.create_server(('', 7000), backlog=2)\n\
         client, where = server.accept()\n\
         print(where, client.recv(5))\n\
         client.sendall(b'hello')\n\
         client.shutdown(socket.SHUT_WR)\n\
         client.close()\n",
        vec![
            fd(3),
            DONE,
            DONE,
            DONE,
            Ok(Returned::Accepted { fd: Fd(4), peer: address("10.0.0.2:40000") }),
            Ok(Returned::Data(b"ab"[..].into())),
            Ok(Returned::Count(2)),
            Ok(Returned::Count(3)),
            DONE,
        ],
    );
    assert_eq!(told.output, "('10.0.0.2', 40000) b'ab'\n");
    let calls = [
        "socket(AF_INET, SOCK_STREAM)",
        "setsockopt(3, SO_REUSEADDR, 1)",
        "bind(3, 0.0.0.0:7000)",
        "listen(3, 2)",
        "accept(3)",
        "recv(4, 5)",
        "send(4, 5 bytes)",
        "send(4, 3 bytes)",
        "shutdown(4, SHUT_WR)",
        "close(4)",
    ];
    assert_eq!(told.calls[..calls.len()], calls);
    assert_eq!(told.status, 0);
}

#[test]
fn a_time_limit_is_a_descriptor_that_does_not_block_and_poll() {
    let ready = Readiness { readable: true, ..Readiness::default() };
    let told = run(
        "import socket\n\
         s = socket.socket()\n\
         s.settimeout(0.5)\n\
         print(s.recv(10))\n\
         try:\n    s.recv(10)\nexcept TimeoutError as e:\n    print(type(e) is socket.timeout, e)\n",
        vec![
            fd(3),
            Ok(Returned::Polled(vec![ready])),
            Err(Errno::EAGAIN),
            Ok(Returned::Polled(vec![ready])),
            Ok(Returned::Data(b"x"[..].into())),
            Ok(Returned::Polled(vec![Readiness::default()])),
        ],
    );
    assert_eq!(told.output, "b'x'\nTrue timed out\n");
    assert_eq!(told.calls[1], "fcntl(3, F_SETFL, O_NONBLOCK)");
    assert!(told.calls[2].starts_with("poll([3 POLLIN], 49"), "{:?}", told.calls);
}

#[test]
fn an_interrupted_call_is_made_again() {
    let told = run(
        "import socket\nprint(socket.socket().recv(1))\n",
        vec![fd(3), Err(Errno::EINTR), Err(Errno::EINTR), Ok(Returned::Data(b"!"[..].into()))],
    );
    assert_eq!(told.output, "b'!'\n");
    assert_eq!(told.calls.iter().filter(|call| call.starts_with("recv")).count(), 3);
}

#[test]
fn the_last_reference_closes_the_descriptor_at_once() {
    let told = run(
        "import socket\ns = socket.socket()\nt = s\ns = None\nprint('held')\nt = None\nsocket.socket()\n",
        vec![fd(3), fd(4)],
    );
    let calls = ["socket(AF_INET, SOCK_STREAM)", "close(3)", "socket(AF_INET, SOCK_STREAM)", "close(4)"];
    assert_eq!(told.calls, calls);
}

#[test]
fn a_file_keeps_the_descriptor_until_it_is_closed() {
    let told = run(
        "import socket\n\
         s = socket.socket()\n\
         f = s.makefile('rw')\n\
         s.close()\n\
         f.write('one\\n')\n\
         f.flush()\n\
         print(f.readline(), f.read(), sep='|')\n\
         f.close()\n",
        vec![
            fd(3),
            Ok(Returned::Count(4)),
            Ok(Returned::Data(b"a\r\nb\xc3"[..].into())),
            Ok(Returned::Data(b"\xa9"[..].into())),
            Ok(Returned::Data(b""[..].into())),
        ],
    );
    assert_eq!(told.output, "a\n|bé\n");
    assert_eq!(told.calls.last().map(String::as_str), Some("close(3)"));
    assert_eq!(told.calls.iter().filter(|call| call.starts_with("close")).count(), 1);
}

#[test]
fn an_error_number_becomes_its_class_and_shows_no_frame_of_ours() {
    let told = run(
        "import socket\ns = socket.socket()\ns.connect(('10.0.0.9', 1))\n",
        vec![fd(3), Err(Errno::ECONNREFUSED)],
    );
    assert_eq!(told.status, 1);
    let expected = "Traceback (most recent call last):\n  File \"program.py\", line 3, in <module>\n    \
                    s.connect(('10.0.0.9', 1))\nConnectionRefusedError: [Errno 111] Connection refused\n";
    assert_eq!(told.output, expected);
}

#[test]
fn select_gives_back_the_objects_it_was_given() {
    let answer = Returned::Selected { read: vec![Fd(4)], write: vec![Fd(3)], except: vec![] };
    let told = run(
        "import select, socket\n\
         a, b = socket.socket(), socket.socket()\n\
         r, w, x = select.select([a, b], [a], [], 1.5)\n\
         print(r[0] is b, w[0] is a, x)\n",
        vec![fd(3), fd(4), Ok(answer)],
    );
    assert_eq!(told.output, "True True []\n");
    assert_eq!(told.calls[2], "select([3, 4], [3], [], 1500 ms)");
}

#[test]
fn a_name_that_nobody_has_is_gaierror() {
    let told = run(
        "import socket\ntry:\n    socket.create_connection(('nowhere', 80))\nexcept socket.gaierror as e:\n    print(e, e.errno)\n",
        vec![Ok(Returned::Addresses(vec![]))],
    );
    assert_eq!(told.output, "[Errno -2] Name or service not known -2\n");
    assert_eq!(told.calls, ["getaddrinfo(\"nowhere\")"]);
}

#[test]
fn options_are_numbers_or_the_bytes_of_their_structure() {
    let told = run(
        "import socket, struct\n\
         s = socket.socket()\n\
         s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 5))\n\
         print(s.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8))\n\
         print(s.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))\n\
         try:\n    s.getsockopt(1, 9999)\nexcept OSError as e:\n    print(e)\n",
        vec![
            fd(3),
            DONE,
            Ok(Returned::Option(syscall::OptionValue::Linger { on: true, seconds: 5 })),
            Ok(Returned::Option(syscall::OptionValue::Int(1))),
        ],
    );
    assert_eq!(
        told.output,
        "b'\\x01\\x00\\x00\\x00\\x05\\x00\\x00\\x00'\n1\n[Errno 92] Protocol not available\n"
    );
    assert_eq!(told.calls[1], "setsockopt(3, SO_LINGER, {on, 5 s})");
}

#[test]
fn without_a_seed_random_follows_the_hosts() {
    let text = "import random\nprint(random.random())\n";
    let play = |seed| {
        let program = Program::compile(text, "program.py").expect("it is a program");
        let mut machine = Machine::new(&program, &[], Limits::default());
        machine.set_seed(seed);
        match machine.run(0, Until::Event, &mut 10_000_000) {
            Stop::Output { text, .. } => text,
            other => panic!("{other:?}"),
        }
    };
    // random.seed(1); random.random()
    assert_eq!(play(1), "0.13436424411240122\n");
    assert_ne!(play(1), play(2));
}

#[test]
fn standard_streams_are_read_and_written() {
    let told = run("import sys\nprint(sys.stdin.readline().strip(), file=sys.stderr)\nsys.exit(3)\n", vec![]);
    assert_eq!((told.output.as_str(), told.status), ("typed\n", 3));
}

#[test]
fn a_socket_is_shown_with_its_addresses_and_when_closed_without() {
    let told = run(
        "import socket\ns = socket.socket()\nprint(s)\ns.close()\nprint(s)\nprint(f'{s.family:>3}', s.type)\n",
        vec![fd(3), Ok(Returned::Address(address("0.0.0.0:0"))), Err(Errno::ENOTCONN)],
    );
    let expected = "<socket.socket fd=3, family=2, type=1, proto=0, laddr=('0.0.0.0', 0)>\n\
                    <socket.socket [closed] fd=-1, family=2, type=1, proto=0>\n  2 1\n";
    assert_eq!(told.output, expected);
}
