//! The command `socketscope` as a process.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

pub fn socketscope(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_socketscope"));
    // Not this user's own rooms.
    command
        .env("SOCKETSCOPE_DATA", "none")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs it to its end: exit code, standard output, standard error.
pub fn run(arguments: &[&str], input: &str) -> (i32, String, String) {
    let mut child = socketscope(arguments).spawn().unwrap();
    // A command that refuses its arguments reads no input.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap(), text(stdout), text(stderr))
}

/// Writes programs into a folder of their own and runs one of the commands on them, with these flags and this input. A name
/// with `=` puts its program on a host of that name.
pub fn run_programs(
    command: &str,
    programs: &[(&str, &str)],
    flags: &[&str],
    input: &str,
) -> (i32, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let paths = programs.iter().map(|(name, text)| {
        let (host, name) = name.split_once('=').map_or((None, *name), |(host, name)| (Some(host), name));
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let path = path.to_string_lossy().into_owned();
        host.map_or(path.clone(), |host| format!("--host={host}={path}"))
    });
    let paths: Vec<String> = paths.collect();
    let mut arguments = vec![command];
    arguments.extend(flags);
    arguments.extend(paths.iter().map(String::as_str));
    run(&arguments, input)
}

/// A relay that is killed when dropped.
pub struct Serving {
    pub child: Child,
    pub port: u16,
    pub ready: Value,
}

impl Serving {
    /// On any free port.
    pub fn start(options: &[&str]) -> Self {
        Self::at(0, options)
    }

    pub fn at(port: u16, options: &[&str]) -> Self {
        let port = port.to_string();
        let arguments = [&["serve", "--port", &port, "--ready-json"], options].concat();
        Self::of(socketscope(&arguments))
    }

    /// Started by this command, which becomes the relay.
    pub fn of(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        if line.is_empty() {
            let mut says = String::new();
            let _ = child.stderr.take().unwrap().read_to_string(&mut says);
            panic!("{says}");
        }
        let ready: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(ready["pid"], child.id());
        let port = ready["port"].as_u64().unwrap().try_into().unwrap();
        Self { child, port, ready }
    }

    pub fn signal(&self, signal: libc::c_int) {
        // SAFETY: the process is our child and not yet waited for.
        assert_eq!(unsafe { libc::kill(self.child.id().cast_signed(), signal) }, 0);
    }

    /// Everything that it has said on standard error, once it has ended.
    pub fn said(mut self) -> String {
        let mut says = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut says).unwrap();
        self.child.wait().unwrap();
        says
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
