//! `socketscope run`: several programs at once on simulated hosts; each flag, and each exit code.

mod common;

use std::time::Instant;

use common::process::{run, run_programs};
use serde_json::{Value, json};

const SERVER: &str = "
import socket
listener = socket.create_server(('', 7000))
while True:
    connection, address = listener.accept()
    connection.sendall(connection.recv(100).upper())
    connection.close()
";
const CLIENT: &str = "
import socket
client = socket.create_connection(('localhost', 7000))
client.sendall(b'hello')
print(client.recv(100))
";
/// What each send took of 20,000 bytes for a reader who is busy, until EAGAIN.
const FILL: &str = "
import socket
listener = socket.create_server(('', 7000))
client = socket.create_connection(('localhost', 7000))
server, address = listener.accept()
client.setblocking(False)
counts = []
try:
    while len(counts) < 12:
        counts.append(client.send(bytes(20000)))
except BlockingIOError as error:
    counts.append(error.errno)
print(counts)
";
const IDLE: &str = "The programs that have not ended wait for new connections.";

/// Exit code and output; nothing is said on standard error.
fn output(programs: &[(&str, &str)], flags: &[&str]) -> (i32, String) {
    let (code, out, err) = run_programs("run", programs, flags, "");
    assert_eq!(err, "");
    (code, out)
}

/// What is printed as JSON, line by line, without its version.
fn objects(out: &str) -> Vec<Value> {
    let object = |line| {
        let mut object: Value = serde_json::from_str(line).expect("an object");
        assert_eq!(object.as_object_mut().and_then(|object| object.remove("v")), Some(json!(1)));
        object
    };
    out.lines().map(object).collect()
}

#[test]
fn a_server_and_its_client_run_together_and_the_server_is_left_idle() {
    let said = output(&[("server.py", SERVER), ("client.py", CLIENT)], &[]);
    assert_eq!(said, (0, format!("client | b'HELLO'\n{IDLE}\n")));
}

#[test]
fn hosts_of_their_own_are_reached_by_name_at_any_mtu() {
    let client = CLIENT.replace("localhost", "alpha");
    let programs = [("alpha=server.py", SERVER), ("client.py", client.as_str())];
    let said = (0, format!("client | b'HELLO'\n{IDLE}\n"));
    assert_eq!(output(&programs, &[]), said);
    assert_eq!(output(&programs, &["--mtu", "576", "--delay-us", "20000"]), said);
    // Time on the wire is what the client waits for.
    let client = format!("import time\n{client}print(time.monotonic())\n");
    let programs = [("alpha=server.py", SERVER), ("client.py", client.as_str())];
    let (_, out) = output(&programs, &["--delay-us", "20000"]);
    assert!(out.contains("client | 0.08\n"), "{out}");
}

#[test]
fn a_program_that_fails_is_1_and_the_others_go_on() {
    let (code, out) = output(&[("fails.py", "1 / 0\n"), ("other.py", "print('here')\n")], &[]);
    assert_eq!(code, 1);
    let says = "fails | ZeroDivisionError: division by zero\nfails | (ended with status 1)\nother | here\n";
    assert!(out.ends_with(says), "{out}");
}

#[test]
fn what_the_command_line_gets_wrong_is_2() {
    assert_eq!(run(&["run"], "").0, 2);
    let ok = ("a.py", "pass\n");
    for flags in [
        &["--buffers", "8192"][..],
        &["--buffers", "1/1"],
        &["--mtu", "575"],
        &["--mtu", "20000"],
        &["--seed", "x"],
        &["--trace", "xml"],
        &["--host", "alpha"],
        &["no-such-file.py"],
    ] {
        let programs = [ok, ("alpha=b.py", "pass\n")];
        let (code, out, err) = run_programs("run", &programs, flags, "");
        assert_eq!((code, out.as_str()), (2, ""), "{flags:?}");
        assert!(!err.is_empty(), "{flags:?}");
    }
    let (code, _, err) = run_programs("run", &[("a=a.py", "pass\n"), ("a=b.py", "pass\n")], &[], "");
    assert_eq!((code, err.as_str()), (2, "socketscope: two hosts have the name `a`\n"));
}

#[test]
fn what_is_wrong_with_each_program_is_told_before_any_runs() {
    let programs =
        [("a.py", "print('a')\n"), ("b.py", "if\n"), ("c.py", "import numpy\n"), ("d.py", "x = = 1\n")];
    let (code, out, err) = run_programs("run", &programs, &[], "");
    assert_eq!((code, out.as_str()), (1, ""));
    for says in ["b.py\", line 1", "c.py:1: ", "d.py\", line 1"] {
        assert!(err.contains(says), "{says} is missing in\n{err}");
    }
    let (code, _, err) = run_programs("run", &[("b.py", "if\n")], &["no-such-file.py"], "");
    assert_eq!(code, 2);
    assert!(err.contains("no-such-file.py") && err.contains("b.py\", line 1"), "{err}");
}

#[test]
fn a_deadlock_is_3_and_says_who_waits_for_what_and_in_which_circle() {
    let server = "
import socket
listener = socket.create_server(('', 7000))
connection, address = listener.accept()
connection.recv(100)
";
    let client = "import socket\nsocket.create_connection(('localhost', 7000)).recv(10)\n";
    let programs = [("server.py", server), ("client.py", client)];
    let waits = ["server waits in recv(4, 100), line 5", "client waits in recv(3, 10), line 2"];
    let text = format!(
        "Deadlock: nothing can happen any more.\n  {}\n  {}\n  Each waits for the next: server → client → server.\n",
        waits[0], waits[1]
    );
    assert_eq!(output(&programs, &[]), (3, text));
    let (code, out) = output(&programs, &["--json"]);
    let end = json!({ "end": { "deadlock": waits, "circle": ["server", "client"] } });
    assert_eq!((code, objects(&out)), (3, vec![end]));
    let (code, out) = output(&[("stuck.py", "import socket\na, b = socket.socketpair()\na.recv(1)\n")], &[]);
    let text = "Deadlock: nothing can happen any more.\n  stuck waits in recv(3, 1), line 3\n";
    assert_eq!((code, out.as_str()), (3, text));
}

#[test]
fn a_limit_is_4() {
    let programs = [("loop.py", "while True:\n    pass\n")];
    let said = "loop | (stopped after 1000 instructions (raise the limit `instructions`))\n";
    assert_eq!(output(&programs, &["--limit", "1000"]), (4, said.into()));
    let (code, out) = output(&programs, &["--limit", "1000", "--json"]);
    let limit = "stopped after 1000 instructions (raise the limit `instructions`)";
    let told = [json!({ "program": "loop", "limit": limit }), json!({ "end": "done" })];
    assert_eq!((code, objects(&out)), (4, told.to_vec()));
    let (code, out) = output(&[("forks.py", "import os\nwhile True:\n    os.fork()\n")], &[]);
    assert_eq!((code, out.as_str()), (4, "Stopped: more than 4096 threads and processes.\n"));
}

#[test]
fn a_seed_draws_the_order_and_draws_it_again() {
    let talk = "import os\nfor turn in range(5):\n    print(turn)\n    os.close(os.pipe()[0])\n";
    let programs = [("a.py", talk), ("b.py", talk), ("c.py", talk)];
    let by = |seed| output(&programs, &["--seed", seed]);
    assert_eq!(by("1"), by("1"));
    assert_ne!(by("1"), by("2"));
    assert_ne!(by("1"), output(&programs, &[]));
    assert_eq!(output(&programs, &[]), output(&programs, &[]));
}

#[test]
fn in_the_posix_profile_a_send_may_take_a_part() {
    let text = "import socket\na, b = socket.socketpair()\nprint([a.send(bytes(1000)) for _ in range(8)])\n";
    let programs = [("parts.py", text)];
    let whole = (0, format!("parts | {:?}\n", [1000; 8]));
    assert_eq!(output(&programs, &["--seed", "7"]), whole);
    let posix = output(&programs, &["--posix", "--seed", "7"]);
    assert!(posix.0 == 0 && posix != whole, "{posix:?}");
    assert_eq!(posix, output(&programs, &["--posix", "--seed", "7"]));
    assert_eq!(output(&programs, &["--posix"]), output(&programs, &["--posix", "--seed", "0"]));
}

#[test]
fn small_buffers_take_less_before_eagain() {
    let of = |flags: &[&str]| output(&[("fill.py", FILL)], flags);
    assert_eq!(of(&["--buffers", "8192/8192"]), (0, "fill | [6144, 2048, 2048, 11]\n".into()));
    assert_eq!(of(&["--buffers", "16384/65536"]), (0, "fill | [16384, 20000, 11]\n".into()));
    let (_, out) = of(&[]);
    assert!(out.starts_with("fill | [20000, 20000, 20000,"), "{out}");
}

#[test]
fn a_trace_tells_each_call_with_its_outcome() {
    let programs = [("server.py", SERVER), ("client.py", CLIENT)];
    let (code, out) = output(&programs, &["--trace", "text"]);
    assert_eq!(code, 0);
    for line in ["server:3 > listen(3, 128) = 0", "client:4 > send(3, 5 bytes) = 5", "client | b'HELLO'"] {
        assert!(out.lines().any(|it| it == line), "{line} is missing in\n{out}");
    }
    let (code, out) = output(&programs, &["--trace", "json"]);
    assert_eq!(code, 0);
    let told = objects(&out);
    let sent = told.iter().find(|it| it["call"] == "send(3, 5 bytes)").unwrap();
    assert_eq!((&sent["program"], &sent["line"]), (&json!("client"), &json!(4)));
    assert_eq!((&sent["by"], &sent["outcome"]), (&json!("simulator"), &json!({ "Ok": { "count": 5 } })));
    assert_eq!(told.last(), Some(&json!({ "end": "idle" })));
    assert!(told.contains(&json!({ "program": "client", "stdout": "b'HELLO'\n" })));
}

#[test]
fn who_reads_standard_input_gets_the_next_line_and_at_last_its_end() {
    let text = "
import sys
print('hello', input('who? '))
print(sys.stdin.readline() == '')
";
    let (code, out, err) = run_programs("run", &[("ask.py", text)], &[], "Ann\n");
    let said = "ask | who? \nask | hello Ann\nask | True\n";
    assert_eq!((code, out.as_str(), err.as_str()), (0, said, ""));
}

#[test]
fn thirty_thousand_calls_take_seconds() {
    let text = "import os\nfor k in range(10_000):\n    r, w = os.pipe()\n    os.close(r)\n    os.close(w)\nprint('done')\n";
    let start = Instant::now();
    assert_eq!(output(&[("many.py", text)], &[]), (0, "many | done\n".into()));
    assert!(start.elapsed().as_secs() < 300, "{:?}", start.elapsed());
}
