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

/// Programs in a folder of their own.
fn written(programs: &[(&str, &str)]) -> (tempfile::TempDir, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder");
    let paths = programs.iter().map(|(name, text)| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("it is written");
        path.to_str().expect("text").to_owned()
    });
    let paths = paths.collect();
    (folder, paths)
}

/// What `explore --live` says of programs.
fn live(files: &[String], more: &[&str]) -> Value {
    let files = files.iter().map(String::as_str);
    let args: Vec<_> =
        ["explore", "--live", "--json"].into_iter().chain(files).chain(more.iter().copied()).collect();
    let output = socketscope(&args);
    assert!(output.status.code().is_some_and(|code| code < 2), "{output:?}");
    json(&output)
}

const SERVER: &str = "import socket\ns = socket.create_server(('127.0.0.1', 7000))\nc, _ = s.accept()\n";
const CLIENT: &str = "import socket\nc = socket.create_connection(('127.0.0.1', 7000))\n";

#[cfg(target_os = "linux")]
#[test]
fn what_breaks_by_itself_breaks_live_and_the_verdict_says_so() {
    let server = format!("{SERVER}print(c.recv(100).decode())\nassert c.recv(100) == b'second'\n");
    let client = format!("{CLIENT}c.sendall(b'first')\nc.sendall(b'second')\nc.close()\n");
    let (_folder, files) = written(&[("server.py", &server), ("client.py", &client)]);
    let found = live(&files, &[]);
    let told = &found["live"];
    assert_eq!((&found["broken"]["linux"], &told["live"]), (&true.into(), &"same".into()), "{found}");
    assert_eq!((&told["runs"], &told["order"]), (&1.into(), &"usual".into()), "{told}");
    let says = told["says"].as_str().unwrap_or_default();
    assert!(
        says.starts_with(
            "live: this kernel did the same: server, line 5, ended with status 1: AssertionError"
        ),
        "{says}"
    );
    assert!(told["kernel"].as_str().is_some_and(|kernel| kernel.starts_with("Linux ")), "{told}");
}

#[cfg(target_os = "linux")]
#[test]
fn what_the_usual_order_does_not_show_the_order_of_the_record_does() {
    // The second client's question comes before the first client's thread has answered.
    let [server, client] = case("B10/wrong-2").map(|path| path.to_str().expect("text").to_owned());
    let told = &live(&[server, client], &[])["live"];
    assert_eq!((&told["live"], &told["order"]), (&"same".into(), &"record".into()), "{told}");
    assert!(told["says"].as_str().is_some_and(|says| says.contains("in the order of the record")), "{told}");
}

#[cfg(target_os = "linux")]
#[test]
fn what_only_posix_permits_is_not_seen_live() {
    let server = format!(
        "{SERVER}data = b''\nwhile part := c.recv(100):\n    data += part\nassert data == b'0123456789', data\n"
    );
    let client = format!("{CLIENT}c.send(b'0123456789')\nc.close()\n");
    let (_folder, files) = written(&[("server.py", &server), ("client.py", &client)]);
    let found = live(&files, &[]);
    let told = &found["live"];
    assert_eq!((&found["broken"]["linux"], &told["live"]), (&false.into(), &"not_seen".into()), "{found}");
    let says = told["says"].as_str().unwrap_or_default();
    assert!(says.starts_with("live: not in 3 runs here: nothing broke, and every program ended."), "{says}");
}

#[cfg(target_os = "linux")]
#[test]
fn between_hosts_who_comes_first_is_as_the_record_has_it() {
    let server =
        "import socket\ns = socket.create_server(('', 7000))\nc, _ = s.accept()\nassert c.recv(1) == b'a'\n";
    let client = |says| {
        format!("import socket\nc = socket.create_connection(('alpha', 7000))\nc.sendall(b'{says}')\n")
    };
    let (_folder, files) = written(&[("server.py", server), ("a.py", &client("a")), ("b.py", &client("b"))]);
    let hosts = ["alpha", "beta", "gamma"].iter().zip(&files);
    let hosts: Vec<_> = hosts.map(|(host, file)| format!("--host={host}={file}")).collect();
    let found = live(&hosts, &["--unusual", "2"]);
    let told = &found["live"];
    assert_eq!(found["broken"]["linux"], true, "{found}");
    assert_eq!((&told["live"], &told["order"]), (&"same".into(), &"record".into()), "{told}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_segment_that_came_late_in_the_record_is_held_on_the_wire() {
    // Only what was sent long ago and has not come yet breaks it.
    let server = "import socket, time\ns = socket.create_server(('', 7000))\nc, _ = s.accept()\n\
                  c.setblocking(False)\ntime.sleep(0.2)\nc.recv(1)\n";
    let client = "import socket\nc = socket.create_connection(('alpha', 7000))\nc.sendall(b'a')\nc.recv(1)\n";
    let (_folder, files) = written(&[("server.py", server), ("client.py", client)]);
    let found = live(
        &[format!("--host=alpha={}", files[0]), format!("--host=beta={}", files[1])],
        &["--unusual", "2"],
    );
    let told = &found["live"];
    assert_eq!((&told["live"], &told["order"]), (&"same".into(), &"record".into()), "{found}");
    assert!(told["seen"].as_str().is_some_and(|seen| seen.contains("BlockingIOError")), "{told}");
}

#[test]
fn a_run_that_was_replayed_is_run_live_or_it_is_said_why_not() {
    let found = json(&explore("B12/wrong-1", &["--json"]));
    assert_eq!(found["live"], Value::Null, "nobody asked");
    let link = found["broken"]["link"].as_str().expect("a short run has a link");
    let again = socketscope(&["replay", link, "--live"]);
    let told = text(&again);
    let last = told.lines().last().unwrap_or_default();
    if cfg!(target_os = "linux") {
        assert!(
            last.starts_with(
                "live: this kernel did the same: server waits in recv(4, 1024), line 9; client waits"
            ),
            "{told}"
        );
    } else {
        assert_eq!(last, "not run live: real kernels need Linux.");
    }
    let repaired = case("B12/right-1").map(|path| path.to_str().expect("text").to_owned());
    let other = socketscope(&["replay", link, &repaired[0], &repaired[1], "--live", "--json"]);
    let told = text(&other);
    let last: Value = serde_json::from_str(told.lines().last().unwrap_or_default()).expect("JSON");
    assert_eq!(last["live"]["live"], "not_run", "{last}");
    assert!(
        last["live"]["why"].as_str().is_some_and(|why| why.contains("another run than was recorded")),
        "{last}"
    );
}

#[test]
fn where_nothing_breaks_or_a_fault_is_needed_nothing_is_run_live_and_why_is_said() {
    let stands = explore("B14/right-3", &["--unusual", "1", "--live"]);
    assert!(
        text(&stands).contains("not run live: no run was found that breaks the programs."),
        "{}",
        text(&stands)
    );
    let server = format!("{SERVER}data = c.recv(100)\nassert data == b'all', data\n");
    let client = format!("{CLIENT}import time\ntime.sleep(1)\nc.sendall(b'all')\n");
    let (_folder, files) = written(&[("server.py", &server), ("client.py", &client)]);
    let killed = live(&files, &["--faults", "kill"]);
    let why = killed["live"]["why"].as_str().unwrap_or_default();
    assert!(why.contains("it takes a fault (`kill "), "{killed}");
}
