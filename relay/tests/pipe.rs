//! What a TCP connection says beyond its bytes: one end finished and the other not, a reset, no more room. Three journeys that a
//! session makes as a program on the host would, and a pipe between WebSocket messages and TCP cannot.
//!
//! `cargo xtask pipes` makes the same journeys through websockify; docs/pipes.md has what came.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::cell::RefCell;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::time::{Duration, Instant};

use common::{Client, FD, PLAIN, start, with_hosts};
use protocol::{FromClient, LabRequest, LabSpec, WireSpec};
use relay::Limits;
use syscall::{Call, Domain, Errno, Fd, HostId, How, MsgFlags, OptionValue, Returned};
use syscall::{SocketOption, SocketType, TaskId};
use tokio::runtime::Runtime;
use tokio_tungstenite::tungstenite::{Error, Message, WebSocket, client::IntoClientRequest as _};

/// Where websockify lies; set by `cargo xtask pipes`.
const WEBSOCKIFY: &str = "SOCKETSCOPE_WEBSOCKIFY";
/// What one end offers while the other reads nothing, in bytes.
const OFFER: usize = 64 << 20;
/// How much of it at once.
const CHUNK: usize = 32 << 10;
/// Longer than anything takes that still comes.
const SOON: Duration = Duration::from_secs(2);

/// One end of a connection, as the program there sees it.
trait End {
    /// Sends a word; how that ended.
    fn send(&mut self, word: &str) -> String;
    /// What comes next: a word, `end`, or how it ended otherwise.
    fn recv(&mut self) -> String;
    /// Says that nothing more will be sent, as well as that can be said.
    fn finish(&mut self);
    /// Ends the connection by a reset.
    fn reset(&mut self);
    /// Ends it as programs usually do.
    fn close(&mut self);
    /// Offers bytes until no more are taken; answers how many were.
    fn offer(&mut self) -> usize;
}

/// A way from a learner to a server: each time a fresh connection, the learner's end and the server's.
type Way<'w> = dyn FnMut() -> (Box<dyn End>, Box<dyn End>) + 'w;

/// What was seen, line by line.
#[derive(Debug, PartialEq)]
struct Seen {
    /// The learner asks and has finished; the server answers behind that. What the learner gets.
    answer_after_the_learners_end: String,
    /// The server has finished; the learner says something behind that. What the server gets.
    word_after_the_servers_end: String,
    /// What the learner hears of a server that closes,
    close: String,
    /// and of one that resets.
    reset: String,
    /// Bytes taken from the learner while the server reads nothing.
    taken: usize,
}

fn journeys(way: &mut Way<'_>) -> Seen {
    let (mut learner, mut server) = way();
    learner.send("question");
    learner.finish();
    assert_eq!((server.recv(), server.recv()), ("question".into(), "end".into()));
    server.send("answer");
    let answer = learner.recv();
    let (mut learner, mut server) = way();
    server.send("all");
    server.finish();
    assert_eq!(learner.recv(), "all");
    let heard = learner.recv();
    let said = learner.send("thanks");
    let word = format!("the learner hears {heard}, says {said}, and the server gets {}", server.recv());
    let (mut learner, mut server) = way();
    server.send("all");
    assert_eq!(learner.recv(), "all");
    server.close();
    let close = learner.recv();
    let (mut learner, mut server) = way();
    server.send("all");
    assert_eq!(learner.recv(), "all");
    server.reset();
    let reset = learner.recv();
    let (mut learner, _server) = way();
    let taken = learner.offer();
    Seen { answer_after_the_learners_end: answer, word_after_the_servers_end: word, close, reset, taken }
}

/// A descriptor of a process in a session's lab.
struct InSession {
    session: Rc<RefCell<(Client, Runtime)>>,
    task: TaskId,
    fd: Fd,
}

impl InSession {
    fn call(&mut self, call: Call) -> syscall::Outcome {
        let (client, runtime) = &mut *self.session.borrow_mut();
        runtime.block_on(client.call_as(self.task, call))
    }
}

impl End for InSession {
    fn send(&mut self, word: &str) -> String {
        match self.call(Call::Send { fd: self.fd, data: word.into(), flags: PLAIN }) {
            Ok(_) => "it".into(),
            Err(errno) => errno.to_string(),
        }
    }

    fn recv(&mut self) -> String {
        match self.call(Call::Recv { fd: self.fd, len: 100, flags: PLAIN }) {
            Ok(Returned::Data(data)) if data.is_empty() => "end".into(),
            Ok(Returned::Data(data)) => String::from_utf8(data.to_vec()).unwrap(),
            Ok(other) => panic!("{other:?}"),
            Err(errno) => errno.to_string(),
        }
    }

    fn finish(&mut self) {
        self.call(Call::Shutdown { fd: self.fd, how: How::Write }).unwrap();
    }

    fn reset(&mut self) {
        let (option, value) = (SocketOption::SoLinger, OptionValue::Linger { on: true, seconds: 0 });
        self.call(Call::Setsockopt { fd: self.fd, option, value }).unwrap();
        self.close();
    }

    fn close(&mut self) {
        self.call(Call::Close { fd: self.fd }).unwrap();
    }

    fn offer(&mut self) -> usize {
        let flags = MsgFlags { dontwait: true, ..PLAIN };
        let mut taken = 0;
        while taken < OFFER {
            match self.call(Call::Send { fd: self.fd, data: vec![7; CHUNK].into(), flags }) {
                Ok(Returned::Count(count)) => taken += count as usize,
                Err(Errno::EAGAIN) => break,
                other => panic!("{other:?}"),
            }
        }
        taken
    }
}

const SOCKET: Call = Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };

/// A fresh lab each time: the server's process on another host where there are hosts.
fn in_a_session(relay: &common::Relay) -> (Box<dyn End>, Box<dyn End>) {
    let runtime = Runtime::new().unwrap();
    let server = TaskId(1);
    let (client, fd) = runtime.block_on(async {
        let mut client = relay.session().await;
        client.open(LabSpec { hosts: 2, peers: vec![], wire: WireSpec::default() }).await.unwrap();
        client.send(&FromClient::Lab(LabRequest::Start { task: server, host: HostId(1) })).await;
        let address = "10.0.0.2:7000".parse().unwrap();
        client.call_as(server, SOCKET).await.unwrap();
        client.call_as(server, Call::Bind { fd: FD, address }).await.unwrap();
        client.call_as(server, Call::Listen { fd: FD, backlog: 1 }).await.unwrap();
        client.call(SOCKET).await.unwrap();
        client.call(Call::Connect { fd: FD, address }).await.unwrap();
        match client.call_as(server, Call::Accept { fd: FD }).await.unwrap() {
            Returned::Accepted { fd, .. } => (client, fd),
            other => panic!("{other:?}"),
        }
    });
    let session = Rc::new(RefCell::new((client, runtime)));
    let learner = InSession { session: Rc::clone(&session), task: TaskId(0), fd: FD };
    (Box::new(learner), Box::new(InSession { session, task: server, fd }))
}

fn is_tcp(seen: &Seen) {
    assert_eq!(seen.answer_after_the_learners_end, "answer");
    assert_eq!(seen.word_after_the_servers_end, "the learner hears end, says it, and the server gets thanks");
    assert_eq!((&*seen.close, &*seen.reset), ("end", "ECONNRESET"));
    assert!((1..1 << 20).contains(&seen.taken), "{} bytes", seen.taken);
}

#[test]
fn half_close_reset_and_back_pressure_come_through_a_session_on_loopback() {
    let runtime = Runtime::new().unwrap();
    let relay = runtime.block_on(start(Limits::default()));
    is_tcp(&journeys(&mut || in_a_session(&relay)));
}

#[test]
fn half_close_reset_and_back_pressure_come_through_a_session_between_hosts() {
    let runtime = Runtime::new().unwrap();
    let Some(relay) = runtime.block_on(with_hosts(Limits::default())) else { return };
    is_tcp(&journeys(&mut || in_a_session(&relay)));
}

/// A TCP server that a pipe leads to.
struct Plain(Option<TcpStream>);

impl Plain {
    fn stream(&mut self) -> &mut TcpStream {
        self.0.as_mut().unwrap()
    }
}

impl End for Plain {
    fn send(&mut self, word: &str) -> String {
        self.stream().write_all(word.as_bytes()).map_or_else(|e| e.to_string(), |()| "it".into())
    }

    fn recv(&mut self) -> String {
        let mut buffer = [0; 100];
        self.stream().set_read_timeout(Some(SOON)).unwrap();
        match self.stream().read(&mut buffer) {
            Ok(0) => "end".into(),
            Ok(count) => String::from_utf8_lossy(&buffer[..count]).into_owned(),
            Err(error) => error.to_string(),
        }
    }

    fn finish(&mut self) {
        self.stream().shutdown(std::net::Shutdown::Write).unwrap();
    }

    fn reset(&mut self) {
        let linger = libc::linger { l_onoff: 1, l_linger: 0 };
        let fd = std::os::fd::AsRawFd::as_raw_fd(self.stream());
        let len = size_of::<libc::linger>() as libc::socklen_t;
        // SAFETY: the descriptor is open, and the kernel reads one `linger`.
        let set = unsafe {
            libc::setsockopt(fd, libc::SOL_SOCKET, libc::SO_LINGER, (&raw const linger).cast(), len)
        };
        assert_eq!(set, 0);
        self.close();
    }

    fn close(&mut self) {
        self.0 = None;
    }

    fn offer(&mut self) -> usize {
        panic!("the server offers nothing")
    }
}

/// What a browser says of a Close without a code,
const NO_CODE: u16 = 1005;
/// and of a connection that ends without a Close (RFC 6455 section 7.1.5).
const ABNORMAL: u16 = 1006;

/// What a browser has of a pipe: messages, and an end of both directions.
struct Pipe(WebSocket<TcpStream>);

impl End for Pipe {
    fn send(&mut self, word: &str) -> String {
        match self.0.send(Message::Binary(word.as_bytes().to_vec().into())) {
            Ok(()) => "it".into(),
            Err(_) => "nothing".into(),
        }
    }

    fn recv(&mut self) -> String {
        match self.0.read() {
            Ok(Message::Binary(bytes)) => String::from_utf8_lossy(&bytes).into_owned(),
            Ok(Message::Close(frame)) => {
                format!("Close {}", frame.map_or(NO_CODE, |frame| frame.code.into()))
            }
            Ok(other) => format!("{other:?}"),
            Err(Error::ConnectionClosed) => format!("Close {NO_CODE}"),
            Err(_) => format!("Close {ABNORMAL}"),
        }
    }

    /// A message pipe has one end, of both directions.
    fn finish(&mut self) {
        self.close();
        let _ = self.0.flush();
    }

    fn reset(&mut self) {
        panic!("a browser resets nothing")
    }

    fn close(&mut self) {
        let _ = self.0.close(None);
    }

    fn offer(&mut self) -> usize {
        self.0.get_ref().set_write_timeout(Some(SOON)).unwrap();
        let mut taken = 0;
        while taken < OFFER && self.0.send(Message::Binary(vec![7; CHUNK].into())).is_ok() {
            taken += CHUNK;
        }
        taken
    }
}

/// websockify between a port of its own and a server of ours.
struct Websockify {
    child: Child,
    port: u16,
    server: TcpListener,
}

impl Websockify {
    fn start(program: PathBuf) -> Self {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        // A port that was free a moment ago: websockify takes no 0.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let target = server.local_addr().unwrap().to_string();
        let mut command = Command::new(program);
        command.args([&format!("127.0.0.1:{port}"), &target]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(began.elapsed() < common::PATIENCE, "websockify does not listen");
            std::thread::sleep(Duration::from_millis(50));
        }
        Self { child, port, server }
    }

    fn way(&self) -> (Box<dyn End>, Box<dyn End>) {
        let address = SocketAddr::from(([127, 0, 0, 1], self.port));
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        let mut request = format!("ws://{address}/").into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", "binary".parse().unwrap());
        let (ws, _) = tokio_tungstenite::tungstenite::client(request, stream).unwrap();
        let (served, _) = self.server.accept().unwrap();
        (Box::new(Pipe(ws)), Box::new(Plain(Some(served))))
    }
}

impl Drop for Websockify {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// For `cargo xtask pipes`.
#[test]
#[ignore = "needs websockify"]
fn what_websockify_loses() {
    let program = std::env::var_os(WEBSOCKIFY).unwrap_or_else(|| panic!("{WEBSOCKIFY} says where it lies"));
    let pipe = Websockify::start(program.into());
    let runtime = Runtime::new().unwrap();
    let relay = runtime.block_on(with_hosts(Limits::default())).expect("hosts of our own");
    let session = journeys(&mut || in_a_session(&relay));
    let websockify = journeys(&mut || pipe.way());
    // The rows of docs/pipes.md.
    for (what, session, pipe) in [
        (
            "the learner asks, ends its direction and reads",
            &session.answer_after_the_learners_end,
            &websockify.answer_after_the_learners_end,
        ),
        (
            "the server ends its direction and reads",
            &session.word_after_the_servers_end,
            &websockify.word_after_the_servers_end,
        ),
        ("the server closes", &session.close, &websockify.close),
        ("the server resets", &session.reset, &websockify.reset),
        (
            "the server reads nothing: bytes taken of 64 MiB",
            &session.taken.to_string(),
            &websockify.taken.to_string(),
        ),
    ] {
        println!("| {what} | {session} | {pipe} |");
    }
    is_tcp(&session);
    assert_ne!(websockify.answer_after_the_learners_end, "answer");
    assert!(!websockify.word_after_the_servers_end.ends_with("thanks"));
    assert!(!websockify.reset.contains("RESET"));
    assert!(websockify.taken > 10 * session.taken);
}
