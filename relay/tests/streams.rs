//! Pipes: half-close, reset and back-pressure of a stream through a WebSocket, in a lab on loopback and on hosts of its own.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::{Client, FD, PATIENCE, PLAIN, Relay, start_with};
use futures_util::{SinkExt as _, StreamExt as _};
use protocol::{FromClient, LabReport, LabRequest, LabSpec, PeerSpec, PipeOpen, PipeOpened, WireSpec};
use relay::settings::{LabMode, Metrics};
use relay::{Closing, Limits, Settings};
use syscall::{Call, Errno, Fd, IoctlRequest, MsgFlags, OptionValue, Returned, SocketOption};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

const SERVER: &str = "10.0.0.1:8000";
const ACCEPTED: Fd = Fd(4);
const HELPER: &str = env!("CARGO_BIN_EXE_socketscope");

/// Bytes come and go as fast as they can.
fn fast() -> Limits {
    let calls = Limits { calls_per_second: 100_000, calls_burst: 100_000, ..Limits::default() };
    Limits { bytes_per_second: u32::MAX, bytes_burst: u32::MAX, session_bytes: 1 << 40, pool: 0, ..calls }
}

/// A relay with labs on loopback, and one with hosts of their own where this machine offers them.
async fn relays(limits: Limits) -> Vec<Relay> {
    let mut relays = Vec::new();
    for lab_mode in [LabMode::Loopback, LabMode::Auto] {
        let limits = limits.clone();
        let helper = Some(HELPER.into());
        relays.push(
            start_with(Settings { metrics: Metrics::Off, lab_mode, helper, limits, ..Settings::default() })
                .await,
        );
    }
    if relays[1].session().await.mode == "loopback" {
        eprintln!("NOT TESTED HERE: this machine offers no hosts of our own");
    }
    relays
}

async fn lab(relay: &Relay, peers: Vec<PeerSpec>) -> Client {
    let mut client = relay.session().await;
    let lab = LabSpec { hosts: 2, peers, wire: WireSpec::default() };
    client.send(&FromClient::Lab(LabRequest::Open { lab })).await;
    loop {
        match client.report().await {
            LabReport::Opened { .. } => return client,
            LabReport::Refused { reason } => panic!("{reason}"),
            _ => {}
        }
    }
}

/// A learner's program that listens.
async fn server(relay: &Relay) -> Client {
    let mut client = lab(relay, vec![]).await;
    let tcp = Call::Socket { domain: syscall::Domain::Inet, kind: syscall::SocketType::Stream };
    assert_eq!(client.call(tcp).await, Ok(Returned::Fd(FD)));
    client.call(Call::Bind { fd: FD, address: SERVER.parse().unwrap() }).await.unwrap();
    client.call(Call::Listen { fd: FD, backlog: 100 }).await.unwrap();
    client
}

async fn accept(client: &mut Client) -> Fd {
    match client.call(Call::Accept { fd: FD }).await {
        Ok(Returned::Accepted { fd, .. }) => fd,
        other => panic!("{other:?}"),
    }
}

async fn recv(client: &mut Client, len: u32) -> Result<Returned, Errno> {
    client.call(Call::Recv { fd: ACCEPTED, len, flags: PLAIN }).await
}

fn data(text: &str) -> Result<Returned, Errno> {
    Ok(Returned::Data(text.into()))
}

/// A WebSocket on which a pipe to this address of a session's lab was asked for.
async fn asked(relay: &Relay, client: &Client, key: &str, to: &str) -> Socket {
    let request = relay.request(&[("sec-websocket-protocol", protocol::PIPE)]);
    let (mut ws, _) = tokio_tungstenite::connect_async(request).await.unwrap();
    let open = PipeOpen { session: client.session.clone(), key: key.into(), to: to.parse().unwrap() };
    ws.send(Message::Binary(protocol::encode(&open).into())).await.unwrap();
    ws
}

/// A pipe to this address of a session's lab, or how it is closed.
async fn pipe(relay: &Relay, client: &Client, key: &str, to: &str) -> Result<Socket, (u16, String)> {
    let mut ws = asked(relay, client, key, to).await;
    match next(&mut ws).await {
        Message::Binary(bytes) => {
            let PipeOpened { from } = protocol::decode(&bytes).unwrap();
            assert!(from.to_string().starts_with("10.0.0.1:"), "{from}");
            Ok(ws)
        }
        Message::Close(Some(CloseFrame { code, reason })) => Err((code.into(), reason.to_string())),
        other => panic!("{other:?}"),
    }
}

/// A pipe to the learner's program, which has accepted it.
async fn piped(relay: &Relay, client: &mut Client) -> Socket {
    let ws = pipe(relay, client, &client.key, SERVER).await.unwrap();
    assert_eq!(accept(client).await, ACCEPTED);
    ws
}

async fn next(ws: &mut Socket) -> Message {
    loop {
        let message = tokio::time::timeout(PATIENCE, ws.next()).await.expect("the relay says something");
        match message.expect("the connection is open").unwrap() {
            Message::Ping(_) | Message::Pong(_) => {}
            other => return other,
        }
    }
}

/// The next bytes of the stream; none is its end.
async fn bytes(ws: &mut Socket) -> Vec<u8> {
    match next(ws).await {
        Message::Binary(bytes) => bytes.to_vec(),
        other => panic!("{other:?}"),
    }
}

async fn closed(ws: &mut Socket) -> (u16, String) {
    match next(ws).await {
        Message::Close(Some(CloseFrame { code, reason })) => (code.into(), reason.to_string()),
        other => panic!("{other:?}"),
    }
}

async fn say(ws: &mut Socket, bytes: &[u8]) {
    ws.send(Message::Binary(bytes.to_vec().into())).await.unwrap();
}

#[tokio::test]
async fn a_half_close_passes_a_pipe_in_both_directions() {
    for relay in relays(Limits { pool: 0, ..Limits::default() }).await {
        let mut client = server(&relay).await;
        let mut ws = piped(&relay, &mut client).await;
        say(&mut ws, b"hello").await;
        say(&mut ws, b"").await;
        assert_eq!(recv(&mut client, 100).await, data("hello"));
        assert_eq!(recv(&mut client, 100).await, data(""), "the end of the stream");
        // The other direction goes on.
        client.call(Call::Send { fd: ACCEPTED, data: "bye".into(), flags: PLAIN }).await.unwrap();
        assert_eq!(bytes(&mut ws).await, b"bye");
        client.call(Call::Shutdown { fd: ACCEPTED, how: syscall::How::Write }).await.unwrap();
        assert_eq!(bytes(&mut ws).await, b"");
        assert_eq!(closed(&mut ws).await.0, Closing::NORMAL);
    }
}

#[tokio::test]
async fn a_reset_arrives_as_such_from_either_side() {
    for relay in relays(Limits { pool: 0, ..Limits::default() }).await {
        let mut client = server(&relay).await;
        let mut ws = piped(&relay, &mut client).await;
        let (option, value) = (SocketOption::SoLinger, OptionValue::Linger { on: true, seconds: 0 });
        client.call(Call::Setsockopt { fd: ACCEPTED, option, value }).await.unwrap();
        client.call(Call::Close { fd: ACCEPTED }).await.unwrap();
        let (code, reason) = closed(&mut ws).await;
        assert!(code == 4104 && reason.starts_with("ECONNRESET"), "{code} {reason}");

        for (code, outcome) in [(4104, Err(Errno::ECONNRESET)), (1000, data(""))] {
            let mut ws = piped(&relay, &mut client).await;
            ws.close(Some(CloseFrame { code: code.into(), reason: "".into() })).await.unwrap();
            assert_eq!(recv(&mut client, 100).await, outcome);
            client.call(Call::Close { fd: ACCEPTED }).await.unwrap();
        }
        // A client that is gone is a program that has ended.
        drop(piped(&relay, &mut client).await);
        assert_eq!(recv(&mut client, 100).await, data(""));
    }
}

#[tokio::test]
async fn nobody_reads_and_the_client_must_wait() {
    const MESSAGES: usize = 600;
    const MESSAGE: usize = 64 << 10;
    for relay in relays(fast()).await {
        let mut client = server(&relay).await;
        let mut ws = piped(&relay, &mut client).await;
        let writer = tokio::spawn(async move {
            for _ in 0..MESSAGES {
                say(&mut ws, &[7; MESSAGE]).await;
            }
            say(&mut ws, b"").await;
            ws
        });
        // What the kernel holds for a program that does not read soon stays as it is.
        let inq = Call::Ioctl { fd: ACCEPTED, request: IoctlRequest::Siocinq };
        let (mut before, mut same) = (0, 0);
        while same < 3 {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let Ok(Returned::Count(held)) = client.call(inq.clone()).await else { panic!() };
            same = if held > 0 && held == before { same + 1 } else { 0 };
            before = held;
        }
        assert!(before <= 256 << 10, "{before} bytes in a buffer of 64 KiB");
        assert!(!writer.is_finished(), "somebody has taken {} bytes", MESSAGES * MESSAGE);
        let mut read = 0;
        loop {
            match recv(&mut client, 1 << 20).await.unwrap() {
                Returned::Data(bytes) if bytes.is_empty() => break,
                Returned::Data(bytes) => read += bytes.len(),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(read, MESSAGES * MESSAGE);
        drop(writer.await.unwrap());
    }
}

#[tokio::test]
async fn a_client_that_does_not_read_holds_up_whoever_sends_to_it() {
    for relay in relays(fast()).await {
        let mut client = server(&relay).await;
        let mut ws = piped(&relay, &mut client).await;
        let flags = MsgFlags { dontwait: true, ..PLAIN };
        let (mut sent, mut refused) = (0, 0);
        // Until nothing moves any more.
        while refused < 20 {
            let send = Call::Send { fd: ACCEPTED, data: vec![7; 32 << 10].into(), flags };
            match client.call(send).await {
                Ok(Returned::Count(count)) => {
                    sent += count as usize;
                    refused = 0;
                }
                Err(Errno::EAGAIN) => {
                    refused += 1;
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                other => panic!("{other:?}"),
            }
            assert!(sent < 64 << 20, "somebody has taken {sent} bytes");
        }
        client.call(Call::Close { fd: ACCEPTED }).await.unwrap();
        let mut read = 0;
        loop {
            match bytes(&mut ws).await.len() {
                0 => break,
                count => read += count,
            }
        }
        assert_eq!(read, sent);
    }
}

#[tokio::test]
async fn a_pipe_leads_to_peers_and_nowhere_else() {
    for relay in relays(Limits { pool: 0, ..Limits::default() }).await {
        let client = lab(&relay, vec![PeerSpec::named("echo")]).await;
        let mut ws = pipe(&relay, &client, &client.key, "10.0.0.2:7000").await.unwrap();
        say(&mut ws, b"there and back").await;
        assert_eq!(bytes(&mut ws).await, b"there and back");
        let own = relay.address.to_string();
        for (to, code) in [("10.0.0.2:7001", 4111), (own.as_str(), 4111), ("192.0.2.1:80", 4101)] {
            let (got, reason) = pipe(&relay, &client, &client.key, to).await.unwrap_err();
            assert_eq!(got, code, "{to}: {reason}");
        }
        let (code, reason) = pipe(&relay, &client, "wrong", "10.0.0.2:7000").await.unwrap_err();
        assert!(code == Closing::LIMIT && reason.contains("key"), "{code} {reason}");
        // When the lab goes, so do its pipes.
        let idle = relay.session().await;
        assert_eq!(pipe(&relay, &idle, &idle.key, "10.0.0.2:7000").await.unwrap_err().0, 4100);
        client.finish().await;
        let (code, reason) = closed(&mut ws).await;
        assert!(code == 4103 && reason.starts_with("ECONNABORTED"), "{code} {reason}");
    }
}

#[tokio::test]
async fn pipes_are_few_and_their_bytes_are_the_sessions() {
    let mut limits = Limits { pool: 0, session_bytes: 10_000, ..Limits::default() };
    limits.lab.sockets = 2;
    for relay in relays(limits).await {
        let client = lab(&relay, vec![PeerSpec::named("echo")]).await;
        let to = "10.0.0.2:7000";
        let mut first = pipe(&relay, &client, &client.key, to).await.unwrap();
        let second = pipe(&relay, &client, &client.key, to).await.unwrap();
        let (code, reason) = pipe(&relay, &client, &client.key, to).await.unwrap_err();
        assert!(code == 4024 && reason.starts_with("EMFILE"), "{code} {reason}");
        drop(second);
        say(&mut first, &[7; 9000]).await;
        say(&mut first, &[7; 9000]).await;
        loop {
            match next(&mut first).await {
                Message::Binary(_) => {}
                Message::Close(Some(frame)) => {
                    break assert_eq!(u16::from(frame.code), Closing::LIMIT, "{}", frame.reason);
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

/// What is said before there is a connection waits for it, and whoever goes meanwhile is gone.
#[tokio::test]
async fn a_client_that_goes_while_its_pipe_waits_for_a_connection_leaves_its_place() {
    let mut limits = Limits { pool: 0, ..Limits::default() };
    limits.lab.sockets = 3;
    for relay in relays(limits).await {
        let mut client = lab(&relay, vec![PeerSpec::named("echo")]).await;
        let tcp = Call::Socket { domain: syscall::Domain::Inet, kind: syscall::SocketType::Stream };
        assert_eq!(client.call(tcp).await, Ok(Returned::Fd(FD)));
        client.call(Call::Bind { fd: FD, address: SERVER.parse().unwrap() }).await.unwrap();
        client.call(Call::Listen { fd: FD, backlog: 0 }).await.unwrap();
        // Its queue has room for one; the kernel lets the others ask again and again.
        let _first = pipe(&relay, &client, &client.key, SERVER).await.unwrap();
        let mut early = asked(&relay, &client, &client.key, SERVER).await;
        say(&mut early, b"early").await;
        say(&mut early, b"").await;
        let leaves = asked(&relay, &client, &client.key, SERVER).await;
        let to = "10.0.0.2:7000";
        let full = async || pipe(&relay, &client, &client.key, to).await.is_err_and(|(code, _)| code == 4024);
        let until = async |wanted| while full().await != wanted {};
        tokio::time::timeout(PATIENCE, until(true)).await.expect("all places are taken");
        drop(leaves);
        tokio::time::timeout(PATIENCE, until(false)).await.expect("one is free again");
        // The one that waits has its turn when the queue has room.
        assert_eq!(accept(&mut client).await, ACCEPTED);
        let second = accept(&mut client).await;
        let mut said = Vec::new();
        loop {
            match client.call(Call::Recv { fd: second, len: 100, flags: PLAIN }).await {
                Ok(Returned::Data(data)) if data.is_empty() => break,
                Ok(Returned::Data(data)) => said.extend_from_slice(&data),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(said, b"early");
    }
}
