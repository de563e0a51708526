//! Repaired listings, run by CPython against a small peer: the repair cures what the review named.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Child, ChildStdout, Command, Stdio};

use python::notes::review;

/// Makes each listener take a free port of loopback and print it. And a server is interrupted by SIGINT also where these tests
/// run behind something else, to whose children a shell says to ignore it.
const FREE_PORT: &str = "
import signal as _signal
_signal.signal(_signal.SIGINT, _signal.default_int_handler)
import socket as _socket
_bind = _socket.socket.bind
def _free(self, address):
    _bind(self, ('127.0.0.1', 0))
    print('PORT', self.getsockname()[1], flush=True)
_socket.socket.bind = _free
";

fn repaired(name: &str) -> String {
    let path = format!("{}/tests/notes/{name}.py", env!("CARGO_MANIFEST_DIR"));
    review(&std::fs::read_to_string(path).unwrap()).repaired.unwrap().text
}

/// A program that is killed when the test is over.
struct Program {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Program {
    /// Starts a program; `None` where there is no python3.11.
    fn start(text: &str, args: &[&str]) -> Option<Self> {
        let mut python = Command::new("python3.11");
        python
            .args(["-u", "-c", text])
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = python.spawn().ok()?;
        let out = BufReader::new(child.stdout.take().unwrap());
        Some(Self { child, out })
    }

    /// A server, and the port that it listens on.
    fn serve(name: &str) -> Option<(Self, u16)> {
        let mut server = Self::start(&format!("{FREE_PORT}{}", repaired(name)), &[])?;
        loop {
            let line = server.line();
            if let Some(port) = line.strip_prefix("PORT ") {
                return Some((server, port.trim().parse().unwrap()));
            }
            assert_ne!(line, "", "{}", server.errors());
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line
    }

    fn errors(&mut self) -> String {
        let mut text = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
        text
    }

    /// What it printed until its end, and what it complained of.
    fn end(&mut self) -> (String, String) {
        let mut text = String::new();
        self.out.read_to_string(&mut text).unwrap();
        (text, self.errors())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A connection to a server that may not listen yet: its port is bound before it listens.
fn connect(port: u16) -> TcpStream {
    loop {
        if let Ok(stream) = TcpStream::connect(("127.0.0.1", port)) {
            return stream;
        }
        std::thread::yield_now();
    }
}

fn skipped() {
    eprintln!("skipped: no python3.11");
}

#[test]
fn the_echo_server_of_python_2_answers_one_client_after_the_other() {
    let Some((_server, port)) = Program::serve("echo-server-2") else { return skipped() };
    for text in ["one", "two"] {
        let mut client = connect(port);
        client.write_all(text.as_bytes()).unwrap();
        let mut answer = vec![0; text.len() + 4];
        client.read_exact(&mut answer).unwrap();
        assert_eq!(answer, format!("OK: {text}").into_bytes());
        client.shutdown(Shutdown::Write).unwrap();
        assert_eq!(client.read(&mut [0]).unwrap(), 0, "the end of the client ends the server's loop");
    }
}

#[test]
fn the_client_of_python_2_asks_and_prints_the_answer_as_text() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let Some(mut client) = Program::start(&repaired("client-2"), &["127.0.0.1", &port]) else {
        return skipped();
    };
    client.child.stdin.take().unwrap().write_all(b"Ada\n").unwrap();
    let (mut conn, _) = listener.accept().unwrap();
    let mut asked = vec![0; 10];
    conn.read_exact(&mut asked).unwrap();
    assert_eq!(asked, b"HELLO Ada\n");
    conn.write_all(b"good day").unwrap();
    let (printed, errors) = client.end();
    assert_eq!((printed.as_str(), errors.as_str()), ("name? server says: good day\n\n", ""));
}

#[test]
fn the_class_of_the_how_to_sends_all_and_receives_exactly() {
    let text = repaired("howto-class");
    let text = format!(
        "{text}
a, b = socket.socketpair()
a.settimeout(20)
import threading
short, long = mysocket(a), b'y' * 3_000_000
short.mysend(b'x' * 100)
got = b.recv(100, socket.MSG_WAITALL)
assert got == b'x' * 100, len(got)
thread = threading.Thread(target=short.mysend, args=(long,))
thread.start()
got = b''
while len(got) < len(long):
    got += b.recv(65536)
thread.join()
assert got == long
for piece in (b'a' * 1000, b'b' * 3000, b'c' * 96 + b'next'):
    b.sendall(piece)
message = short.myreceive()
assert len(message) == MSGLEN == 4096 and a.recv(10) == b'next'
print('done')
"
    );
    let Some(mut program) = Program::start(&text, &[]) else { return skipped() };
    assert_eq!(program.end(), ("done\n".into(), String::new()));
}

#[test]
fn the_reader_that_waited_for_none_ends_with_everything() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let text = repaired("none-test").replace("5555", &port);
    let Some(mut client) = Program::start(&text, &[]) else { return skipped() };
    let (mut conn, _) = listener.accept().unwrap();
    let mut asked = String::new();
    conn.read_to_string(&mut asked).unwrap();
    assert_eq!(asked, "LIST\n");
    let lines = "a line of the listing\n".repeat(20_000);
    conn.write_all(b"total 20000\n").unwrap();
    conn.write_all(lines.as_bytes()).unwrap();
    drop(conn);
    let (printed, errors) = client.end();
    assert_eq!(errors, "");
    assert_eq!(printed.matches("a line of the listing").count(), 20_000);
}

#[test]
fn threads_that_are_started_serve_two_clients_at_once() {
    let Some((_server, port)) = Program::serve("runs-its-threads") else { return skipped() };
    let _silent = connect(port);
    let mut second = connect(port);
    second.write_all(b"hello\n").unwrap();
    let mut answer = [0; 11];
    second.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"got a line\n");
}

#[cfg(unix)]
#[test]
fn clean_up_after_an_endless_loop_is_reached_when_it_is_interrupted() {
    let Some((mut server, port)) = Program::serve("cleanup-never") else { return skipped() };
    let mut client = connect(port);
    let mut told = String::new();
    client.read_to_string(&mut told).unwrap();
    assert!(told.starts_with("the time is\n    now: "), "{told}");
    let pid = server.child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let (printed, errors) = server.end();
    assert!(
        printed.ends_with("shutting down\n") && errors.contains("KeyboardInterrupt"),
        "{printed}{errors}"
    );
}
