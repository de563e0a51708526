//! `socketscope explore`, and `replay` of what it found: as a teacher types it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const ROWS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/clinic/tests/rows");

fn socketscope(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_socketscope")).args(args).output().expect("the command starts")
}

/// The programs of a case.
fn case(name: &str) -> [PathBuf; 2] {
    ["server.py", "client.py"].map(|file| Path::new(ROWS).join(name).join(file))
}

fn explore(name: &str, more: &[&str]) -> Output {
    let files = case(name);
    let files = files.iter().map(|it| it.to_str().expect("a path of this project"));
    let args: Vec<_> = ["explore"].into_iter().chain(files).chain(more.iter().copied()).collect();
    socketscope(&args)
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

#[test]
fn a_mistake_is_named_with_its_run() {
    let output = explore("B08/wrong-1", &[]);
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output);
    assert!(told.starts_with("broken: client, line 5: send may take fewer bytes than it is given"), "{told}");
    assert!(told.contains("POSIX permits this; Linux was not seen to do it"), "{told}");
    assert!(
        told.contains("B8: A count that nobody looked at. Lesson: /lessons/how-much-did-send-take"),
        "{told}"
    );
    assert!(told.lines().any(|line| line.starts_with("* client:5") && line.contains("send(3")), "{told}");
}

#[test]
fn a_run_that_was_found_can_be_replayed_and_tried_on_the_repaired_program() {
    let found = json(&explore("B12/wrong-1", &["--json"]));
    assert_eq!((&found["answer"], &found["broken"]["row"]), (&"broken".into(), &"B12".into()), "{found}");
    assert_eq!(found["broken"]["linux"], true);
    let link = found["broken"]["link"].as_str().expect("a short run has a link");
    let again = socketscope(&["replay", link]);
    assert_eq!(again.status.code(), Some(3), "{}", text(&again));
    assert!(text(&again).contains("deadlock"), "{}", text(&again));
    let repaired = case("B12/right-1");
    let args = ["replay", link, repaired[0].to_str().expect("text"), repaired[1].to_str().expect("text")];
    // Other programs go another way, and that is said.
    assert_ne!(socketscope(&args).status.code(), Some(3));
    let too_many = [link; 3].map(str::to_owned);
    let args: Vec<_> = ["replay", link].into_iter().chain(too_many.iter().map(String::as_str)).collect();
    assert_eq!(socketscope(&args).status.code(), Some(1));
}

#[test]
fn what_stands_is_said_with_how_much_was_tried() {
    let whole = explore("B14/right-3", &["--complete"]);
    assert_eq!(whole.status.code(), Some(0), "{}", text(&whole));
    assert!(
        text(&whole).contains("complete: ") && text(&whole).contains("none breaks it"),
        "{}",
        text(&whole)
    );
    let some = explore("B08/right-1", &["--budget", "200", "--json"]);
    assert_eq!(some.status.code(), Some(4));
    assert_eq!(json(&some)["answer"], "incomplete");
    let bounded = json(&explore("B14/right-3", &["--unusual", "1", "--json"]));
    assert_eq!((&bounded["answer"], &bounded["within"]["unusual"]), (&"stands".into(), &1.into()));
}

#[test]
fn a_check_compares_what_a_program_prints() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("it is written");
        path.to_str().expect("text").to_owned()
    };
    let server = write(
        "server.py",
        "import socket\ns = socket.create_server(('127.0.0.1', 7000))\nc, _ = s.accept()\nprint(c.recv(8).decode())\nwhile c.recv(8):\n    pass\nc.close()\ns.close()\n",
    );
    let client = write(
        "client.py",
        "import socket\nc = socket.create_connection(('127.0.0.1', 7000))\nc.sendall(b'abc')\nc.close()\n",
    );
    let expected = write("expected.txt", "abc\n");
    let check = format!("server={expected}");
    let output = socketscope(&["explore", &server, &client, "--check", &check]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("server had written"), "{}", text(&output));
    assert_eq!(socketscope(&["explore", &server, &client]).status.code(), Some(0));
    let nobody = socketscope(&["explore", &server, &client, "--check", &format!("nobody={expected}")]);
    assert_eq!(nobody.status.code(), Some(2));
}

#[test]
fn what_cannot_be_run_is_refused() {
    assert_eq!(socketscope(&["explore", "/nowhere/server.py"]).status.code(), Some(2));
    assert_eq!(socketscope(&["explore"]).status.code(), Some(2));
    let files = case("B08/wrong-1");
    let fault = socketscope(&["explore", files[0].to_str().expect("text"), "--faults", "flood"]);
    assert_eq!(fault.status.code(), Some(2));
}
