//! Attacks on a relay that no honest client makes: broken frames, slow ones, endless ones, too many of everything.
//!
//! What a well-formed client meets at each limit is in `session.rs`; `docs/limits.md` names the test of each line.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::{Client, FD, PATIENCE, ask, send, start};
use futures_util::StreamExt as _;
use protocol::LabReport;
use relay::{Closing, Limits};
use syscall::{Call, CallId, Domain, Errno, OptionValue, Returned, SocketOption, SocketType};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::MaybeTlsStream;
use tokio_tungstenite::tungstenite::Message;

const FIN: u8 = 0x80;
const CONTINUATION: u8 = 0;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const MASKED: u8 = 0x80;

/// A frame's head (RFC 6455 section 5.2) that announces so many bytes; the mask is of zeros, so that the payload is as
/// it stands.
fn head(first: u8, len: u64) -> Vec<u8> {
    let mut head = vec![first];
    match len {
        0..126 => head.push(MASKED | u8::try_from(len).unwrap()),
        126..0x1_0000 => {
            head.push(MASKED | 126);
            head.extend(u16::try_from(len).unwrap().to_be_bytes());
        }
        _ => {
            head.push(MASKED | 127);
            head.extend(len.to_be_bytes());
        }
    }
    head.extend([0; 4]);
    head
}

fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    [head(first, payload.len() as u64), payload.to_vec()].concat()
}

/// How the relay ends this WebSocket: with a Close, or by leaving (0).
async fn ended(client: &mut Client) -> u16 {
    loop {
        match tokio::time::timeout(PATIENCE, client.ws.next()).await.expect("the relay ends it") {
            Some(Ok(Message::Close(Some(frame)))) => return frame.code.into(),
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return 0,
        }
    }
}

#[tokio::test]
async fn frames_that_break_the_rules_are_closed_with_a_code() {
    let relay = start(Limits::default()).await;
    let unmasked = vec![FIN | BINARY, 3, 1, 2, 3];
    let (many, long) = (vec![0; 126], vec![0; 40_000]);
    for (what, bytes, code) in [
        ("unmasked", unmasked, Closing::PROTOCOL),
        ("RSV1: compression was not agreed", frame(FIN | 0x40 | BINARY, b"x"), Closing::PROTOCOL),
        ("RSV2", frame(FIN | 0x20 | BINARY, b"x"), Closing::PROTOCOL),
        ("RSV3", frame(FIN | 0x10 | BINARY, b"x"), Closing::PROTOCOL),
        ("a reserved opcode", frame(FIN | 3, b"x"), Closing::PROTOCOL),
        ("a reserved control opcode", frame(FIN | 0xb, b""), Closing::PROTOCOL),
        ("a ping in fragments", frame(PING, b""), Closing::PROTOCOL),
        ("a ping longer than 125 bytes", frame(FIN | PING, &many), Closing::PROTOCOL),
        ("a continuation of nothing", frame(FIN | CONTINUATION, b"x"), Closing::PROTOCOL),
        (
            "a new message within a message",
            [frame(BINARY, b"x"), frame(FIN | BINARY, b"y")].concat(),
            Closing::PROTOCOL,
        ),
        ("a Close of one byte", frame(FIN | CLOSE, b"x"), Closing::PROTOCOL),
        ("text that is not UTF-8", frame(FIN | TEXT, &[0xff]), Closing::MALFORMED),
        ("16 MiB announced, none sent", head(FIN | BINARY, 16 << 20), Closing::TOO_LARGE),
        ("2^63 bytes announced", head(FIN | BINARY, 1 << 63), Closing::TOO_LARGE),
        (
            "fragments of more than a message",
            [frame(BINARY, &long), frame(CONTINUATION, &long)].concat(),
            Closing::TOO_LARGE,
        ),
    ] {
        for says_hello in [false, true] {
            let mut client = if says_hello { relay.session().await } else { relay.connect().await };
            client.write(&bytes).await;
            assert_eq!(ended(&mut client).await, code, "{what}, hello said: {says_hello}");
        }
    }
    relay.session().await;
}

#[tokio::test]
async fn a_message_in_fragments_is_one_message() {
    let relay = start(Limits::default()).await;
    let mut client = relay.session().await;
    let submit = protocol::LabRequest::Submit { id: CallId(1), task: syscall::TaskId(0), call: send(1000) };
    let message = protocol::encode(&protocol::FromClient::Lab(submit));
    let mut bytes = frame(BINARY, &message[..1]);
    for byte in &message[1..message.len() - 1] {
        bytes.extend(frame(CONTINUATION, &[*byte]));
    }
    bytes.extend(frame(FIN | PING, b"between"));
    bytes.extend(frame(FIN | CONTINUATION, &message[message.len() - 1..]));
    client.write(&bytes).await;
    client.completed(CallId(1)).await;
}

/// Nothing that such a client sends ever becomes a message.
#[tokio::test]
async fn endless_fragments_and_slow_frames_are_silence() {
    let limits = Limits {
        ping: Duration::from_millis(100),
        idle: Duration::from_millis(300),
        hello: Duration::from_millis(300),
        ..Limits::default()
    };
    let relay = start(limits).await;
    let empty = frame(CONTINUATION, b"");
    for says_hello in [false, true] {
        for (first, more) in [(frame(BINARY, b""), &empty[..]), (head(FIN | BINARY, 60_000), &[0][..])] {
            let mut client = if says_hello { relay.session().await } else { relay.connect().await };
            client.write(&first).await;
            let MaybeTlsStream::Plain(stream) = client.ws.get_mut() else { panic!() };
            let drips = async {
                while stream.write_all(more).await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            };
            tokio::time::timeout(PATIENCE, drips).await.expect("the relay leaves");
        }
    }
}

#[tokio::test]
async fn a_truncated_frame_ends_the_connection_and_not_the_session() {
    let relay = start(Limits::default()).await;
    let mut client = relay.lab("sleepy", 4096).await;
    client.connected(4096).await;
    let submit =
        |id| protocol::LabRequest::Submit { id: CallId(id), task: syscall::TaskId(0), call: send(100) };
    let next = client.next + 1;
    let message = protocol::encode(&protocol::FromClient::Lab(submit(next)));
    let whole = frame(FIN | BINARY, &message);
    client.write(&whole[..whole.len() - 1]).await;
    let (resume, last) = (client.resume(), client.last);
    drop(client);
    let mut back = relay.connect().await;
    assert!(back.hello(Some(resume)).await);
    back.last = last;
    back.send(&protocol::FromClient::Lab(submit(next))).await;
    back.completed(CallId(next)).await;
    back.tell("1000").await;
    assert_eq!(back.peer_did("recv").await, 100, "the truncated call was not made");
}

#[tokio::test]
async fn fifty_slow_heads_and_an_idle_connection_are_given_up() {
    let relay = start(Limits { head: Duration::from_millis(200), ..Limits::default() }).await;
    let mut streams = Vec::new();
    for i in 0..50 {
        let mut stream = TcpStream::connect(relay.address).await.unwrap();
        let said = if i % 2 == 0 { "GET / HTTP/1.1\r\nx-slow: ".into() } else { String::new() };
        stream.write_all(said.as_bytes()).await.unwrap();
        streams.push(stream);
    }
    // A connection that has asked once and now keeps its place.
    let mut idle = TcpStream::connect(relay.address).await.unwrap();
    let ask = format!("GET /healthz HTTP/1.1\r\nhost: {}\r\n\r\n", relay.address);
    idle.write_all(ask.as_bytes()).await.unwrap();
    streams.push(idle);
    for mut stream in streams {
        let mut answer = Vec::new();
        let read = stream.read_to_end(&mut answer);
        let _ = tokio::time::timeout(PATIENCE, read).await.expect("closed by the relay");
    }
}

#[tokio::test]
async fn more_connections_than_may_be_wait_for_their_turn() {
    let relay = start(Limits { connections: 2, ..Limits::default() }).await;
    let first = TcpStream::connect(relay.address).await.unwrap();
    let _second = TcpStream::connect(relay.address).await.unwrap();
    let third = ask(&relay, "GET", "/healthz", "");
    tokio::pin!(third);
    tokio::select! {
        _ = &mut third => panic!("answered beyond the limit"),
        () = tokio::time::sleep(Duration::from_millis(100)) => {}
    }
    drop(first);
    assert!(third.await.0.starts_with("http/1.1 200"));
}

#[tokio::test]
async fn a_request_with_a_body_that_never_comes_is_answered_and_heads_have_a_size() {
    let relay = start(Limits::default()).await;
    let (head, _) = ask(&relay, "GET", "/healthz", "content-length: 1000000000\r\n").await;
    assert!(head.starts_with("http/1.1 200"), "{head}");
    let mut stream = TcpStream::connect(relay.address).await.unwrap();
    let endless = async {
        let mut written = stream.write_all(b"GET / HTTP/1.1\r\nx: ").await;
        while written.is_ok() {
            written = stream.write_all(&[b'x'; 64 << 10]).await;
        }
    };
    tokio::time::timeout(PATIENCE, endless).await.expect("the relay closes it");
}

#[tokio::test]
async fn waiting_calls_are_few_and_the_next_is_enobufs() {
    let limits = Limits::default();
    let lab = lab::Limits { waiting: 4, ..limits.lab };
    let relay = start(Limits { lab, ..limits }).await;
    let mut client = relay.lab("echo", 4096).await;
    for _ in 0..4 {
        client.submit(Call::Poll { fds: vec![], timeout_us: None }).await;
    }
    let fifth = client.submit(Call::Poll { fds: vec![], timeout_us: None }).await;
    let LabReport::Completed { outcome, by, .. } = client.completed(fifth).await else { panic!() };
    assert_eq!((outcome, by), (Err(Errno::ENOBUFS), protocol::Answered::Relay));
}

const SOCKET: Call = Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };

#[tokio::test]
async fn accepted_connections_and_sockets_of_all_are_limited_with_emfile() {
    let limits = Limits::default();
    let lab = lab::Limits { accepted: 2, ..limits.lab };
    let relay = start(Limits { lab, ..limits }).await;
    let mut client = relay.lab("echo", 4096).await;
    assert_eq!(client.call(SOCKET).await, Ok(Returned::Fd(FD)));
    let address = "10.0.0.1:8000".parse().unwrap();
    client.call(Call::Bind { fd: FD, address }).await.unwrap();
    client.call(Call::Listen { fd: FD, backlog: 8 }).await.unwrap();
    let mut accepted = Vec::new();
    for _ in 0..3 {
        let Ok(Returned::Fd(fd)) = client.call(SOCKET).await else { panic!() };
        client.call(Call::Connect { fd, address }).await.unwrap();
        accepted.push(client.call(Call::Accept { fd: FD }).await);
    }
    assert!(accepted[..2].iter().all(Result::is_ok), "{accepted:?}");
    assert_eq!(accepted[2], Err(Errno::EMFILE));

    // Of the whole process: a peer that listens takes some, the learners what is left.
    let relay = start(Limits { sockets: 10, ..Limits::default() }).await;
    let mut client = relay.lab("echo", 4096).await;
    let mut got = 0;
    let refused = loop {
        match client.call(SOCKET).await {
            Ok(_) => got += 1,
            Err(errno) => break errno,
        }
    };
    assert!(got < 10 && refused == Errno::EMFILE, "{got} {refused}");
    client.finish().await;
    let mut next = relay.lab("echo", 4096).await;
    assert!(next.call(SOCKET).await.is_ok(), "what a session had is free when it ends");
}

#[tokio::test]
async fn buffers_are_at_most_64_kib_whatever_is_asked_for() {
    let relay = start(Limits::default()).await;
    let mut client = relay.lab("echo", 4096).await;
    client.call(SOCKET).await.unwrap();
    for option in [SocketOption::SoSndbuf, SocketOption::SoRcvbuf] {
        // Linux answers twice what was asked for (socket(7)).
        for asked in [None, Some(1 << 30)] {
            if let Some(asked) = asked {
                let value = OptionValue::Int(asked);
                client.call(Call::Setsockopt { fd: FD, option, value }).await.unwrap();
            }
            let got = client.call(Call::Getsockopt { fd: FD, option }).await;
            let Ok(Returned::Option(OptionValue::Int(got))) = got else { panic!("{got:?}") };
            assert!(got <= 2 * (64 << 10), "{option:?}: {got} after {asked:?}");
        }
    }
}

#[tokio::test]
async fn a_line_that_is_too_long_is_refused_and_the_session_goes_on() {
    let relay = start(Limits::default()).await;
    let mut client = relay.lab("echo", 4096).await;
    client.tell(&"x".repeat(1001)).await;
    loop {
        match client.report().await {
            LabReport::Refused { reason } => break assert!(reason.contains("1000 bytes"), "{reason}"),
            LabReport::Peer { .. } => {}
            other => panic!("{other:?}"),
        }
    }
    client.connected(4096).await;
}
