//! A bridge as a process.

use std::cell::RefCell;
use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::process::Child;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use serde_json::Value;

use crate::common::process::socketscope;
use crate::common::{PATIENCE, Relay};

/// A bridge that is killed when dropped.
pub(crate) struct Bridge {
    child: RefCell<Child>,
    /// Its address on this machine: where it listens, or what it exposes.
    pub(crate) address: String,
    /// What it says on standard error, line by line.
    lines: Receiver<String>,
    said: RefCell<Vec<String>>,
}

impl Bridge {
    /// On a free port.
    pub(crate) fn listening(relay: &Relay, arguments: &[&str]) -> Self {
        Self::start(relay, &["--listen", "127.0.0.1:0"], arguments)
    }

    /// Of the server at this address.
    pub(crate) fn exposing(relay: &Relay, server: &str, arguments: &[&str]) -> Self {
        Self::start(relay, &["--expose", server], arguments)
    }

    fn start(relay: &Relay, way: &[&str], arguments: &[&str]) -> Self {
        let url = relay.origin();
        let all = [&["bridge", "--ready-json"], way, &[&url], arguments].concat();
        let mut child = socketscope(&all).spawn().unwrap();
        let (send, lines) = channel();
        let errors = BufReader::new(child.stderr.take().unwrap());
        thread::spawn(move || errors.lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        if line.is_empty() {
            panic!("{all:?}: {:?}", lines.iter().collect::<Vec<_>>());
        }
        let ready: Value = serde_json::from_str(&line).unwrap();
        let address = ready["address"].as_str().unwrap().to_owned();
        Self { child: RefCell::new(child), address, lines, said: RefCell::default() }
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Waits until it has said a line with this in it.
    pub(crate) fn says(&self, what: &str) {
        let mut said = self.said.borrow_mut();
        while !said.iter().any(|line| line.contains(what)) {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => said.push(line),
                Err(error) => panic!("`{what}` is not said ({error}): {said:#?}"),
            }
        }
    }

    pub(crate) fn signal(&self, signal: libc::c_int) {
        let pid = self.child.borrow().id().cast_signed();
        // SAFETY: the process is our child and not yet waited for.
        assert_eq!(unsafe { libc::kill(pid, signal) }, 0);
    }

    /// Waits for its end: its exit code.
    pub(crate) fn code(&self) -> i32 {
        self.child.borrow_mut().wait().unwrap().code().unwrap()
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        let mut child = self.child.borrow_mut();
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// The access token of a relay that asks for one.
pub(crate) const TOKEN: &str = "correct horse battery";

/// A file with that token, which stays.
pub(crate) fn token_file() -> String {
    use std::sync::OnceLock;
    static FILE: OnceLock<tempfile::NamedTempFile> = OnceLock::new();
    let file = FILE.get_or_init(|| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), TOKEN).unwrap();
        file
    });
    file.path().to_string_lossy().into_owned()
}
