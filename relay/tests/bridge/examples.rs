//! The programs of `examples/` through a bridge, as their readers run them.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::relay;
use crate::standing::Bridge;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples")
}

/// A way to run both programs: the client's command and the server's.
struct Language {
    name: &'static str,
    client: Command,
    server: Command,
}

/// Those that this machine has; the folder holds what is compiled.
fn languages(folder: &Path) -> Vec<Language> {
    let mut found = Vec::new();
    if Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success()) {
        let python = |file: &str| {
            let mut command = Command::new("python3");
            command.arg(examples().join("python").join(file));
            command
        };
        found.push(Language { name: "Python", client: python("client.py"), server: python("server.py") });
    } else {
        eprintln!("NOT TESTED HERE: the examples in Python: there is no python3");
    }
    match (compiled(folder, "client"), compiled(folder, "server")) {
        (Some(client), Some(server)) => found.push(Language { name: "C", client, server }),
        _ => eprintln!("NOT TESTED HERE: the examples in C: there is no cc"),
    }
    found
}

/// None where there is no compiler.
fn compiled(folder: &Path, name: &str) -> Option<Command> {
    let (program, source) = (folder.join(name), examples().join("c").join(format!("{name}.c")));
    let mut cc = Command::new("cc");
    cc.args(["-Wall", "-Wextra", "-Werror", "-o"]).arg(&program).arg(source);
    let output = cc.output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(Command::new(program))
}

/// A server that is killed when dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn clients_of_several_languages_speak_with_a_peer_of_the_lab() {
    let folder = tempfile::tempdir().unwrap();
    let bridge = Bridge::listening(relay(), &["echo"]);
    let (host, port) = bridge.address.split_once(':').unwrap();
    for Language { name, mut client, .. } in languages(folder.path()) {
        let output = client.args([host, port, "one", "two"]).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!((output.status.code(), text.as_str()), (Some(0), "one\ntwo\nthen: the end\n"), "{name}");
    }
}

#[test]
fn servers_of_several_languages_serve_a_peer_of_the_lab() {
    let folder = tempfile::tempdir().unwrap();
    for Language { name, mut server, .. } in languages(folder.path()) {
        let mut server = Server(server.arg("0").stdout(Stdio::piped()).spawn().unwrap());
        let mut line = String::new();
        BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().rsplit(' ').next().unwrap().to_owned();
        let settings = ["--peer-setting", "times=3", "--peer-setting", "at_once=3"];
        let bridge = Bridge::exposing(relay(), &port, &[&["dialler"], &settings[..]].concat());
        for number in 1..=3 {
            bridge.says(&format!("{number}: both directions have ended; "));
        }
        eprintln!("{name} serves");
    }
}

#[test]
fn the_same_text_runs_on_simulated_hosts_and_on_real_ones() {
    let file = |name: &str| examples().join("python").join(name).to_string_lossy().into_owned();
    let (server, client) = (file("server.py"), file("client.py"));
    let says = "server | listening on port 7000\nclient | hello\nclient | and again\nclient | then: the end\n\
        The programs that have not ended wait for new connections.\n";
    for command in [vec!["run"], vec!["live", "--loopback"]] {
        let (code, out, err) = crate::common::process::run(&[&command[..], &[&server, &client]].concat(), "");
        assert_eq!((code, out.as_str()), (0, says), "{command:?}: {err}");
    }
}
