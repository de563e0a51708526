//! Sessions over real WebSockets and real sockets.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::{Duration, Instant};

use common::{FD, PLAIN, send, start};
use futures_util::{SinkExt as _, StreamExt as _};
use protocol::{Answered, FromClient, Hello, LabReport, LabRequest, LabSpec, PeerSpec, Resume};
use relay::{Closing, Limits};
use syscall::{Call, CallId, Domain, Errno, Fd, Readiness, Returned, SocketType, TaskId};
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn a_send_takes_a_part_then_eagain_then_more_after_the_peer_has_read() {
    let relay = start(Limits::default()).await;
    let mut client = relay.lab("sleepy", 4096).await;
    client.connected(4096).await;
    client.peer_did("accept").await;
    client.call(Call::SetBlocking { fd: FD, blocking: false }).await.unwrap();
    let id = client.submit(send(20_000)).await;
    let LabReport::Completed { outcome, by, here, there, .. } = client.completed(id).await else { panic!() };
    let Ok(Returned::Count(first)) = outcome else { panic!("{outcome:?}") };
    assert!(0 < first && first < 20_000, "{first}");
    assert_eq!(by, Answered::Kernel);
    assert!(u64::from(here.unwrap().outq) + u64::from(there.unwrap().inq) >= u64::from(first));
    let mut sum = first;
    loop {
        match client.call(send(20_000)).await {
            Ok(Returned::Count(count)) => sum += count,
            Err(Errno::EAGAIN) => break,
            other => panic!("{other:?}"),
        }
        assert!(sum < 100_000, "an unread connection took {sum} bytes");
    }
    client.tell("nonsense").await;
    client.tell("65536").await;
    assert!(client.peer_did("recv").await > 0);
    let asked = Readiness { writable: true, ..Readiness::default() };
    let fds = vec![syscall::PollFd { fd: FD, events: asked }];
    client.call(Call::Poll { fds, timeout_us: Some(20_000_000) }).await.unwrap();
    assert!(matches!(client.call(send(20_000)).await, Ok(Returned::Count(1..))));
}

#[tokio::test]
async fn an_echo_comes_back() {
    let relay = start(Limits::default()).await;
    let mut client = relay.lab("echo", 4096).await;
    client.connected(4096).await;
    let data: syscall::Bytes = "to the peer and back".into();
    client.call(Call::Send { fd: FD, data: data.clone(), flags: PLAIN }).await.unwrap();
    assert_eq!(client.call(Call::Recv { fd: FD, len: 100, flags: PLAIN }).await, Ok(Returned::Data(data)));
}

#[tokio::test]
async fn an_unknown_descriptor_is_ebadf_and_a_call_without_a_lab_enetdown() {
    let relay = start(Limits::default()).await;
    let mut client = relay.session().await;
    assert_eq!(client.call(send(1)).await, Err(Errno::ENETDOWN));
    let lab = LabSpec::with(PeerSpec::named("nobody"));
    client.send(&FromClient::Lab(LabRequest::Open { lab })).await;
    assert!(matches!(client.report().await, LabReport::Refused { reason } if reason.contains("sleepy")));
    client.tell("1").await;
    assert!(matches!(client.report().await, LabReport::Refused { .. }));
    let mut client = relay.lab("echo", 4096).await;
    for fd in [3, 99, -1, i32::MAX, i32::MIN] {
        let call = Call::Recv { fd: Fd(fd), len: 1, flags: PLAIN };
        assert_eq!(client.call(call).await, Err(Errno::EBADF), "{fd}");
    }
    client.send(&FromClient::Lab(LabRequest::Close)).await;
    assert!(matches!(client.report().await, LabReport::Closed { .. }));
}

#[tokio::test]
async fn after_a_cut_the_session_goes_on_and_no_call_is_done_twice() {
    let relay = start(Limits::default()).await;
    let mut client = relay.lab("sleepy", 4096).await;
    client.connected(4096).await;
    client.peer_did("accept").await;
    // The call is made, its answer is not read, and the connection breaks without a Close.
    let first = client.submit(send(100)).await;
    let (resume, last, next) = (client.resume(), client.last, client.next);
    drop(client);

    let mut back = relay.connect().await;
    assert!(back.hello(Some(resume)).await, "resumed");
    (back.last, back.next) = (last, next);
    let again = LabRequest::Submit { id: first, task: TaskId(0), call: send(100) };
    back.send(&FromClient::Lab(again)).await;
    let answer = back.completed(first).await;
    assert!(matches!(answer, LabReport::Completed { outcome: Ok(Returned::Count(100)), .. }));
    // Had it been sent twice, the peer would read 200 bytes.
    back.tell("1000").await;
    assert_eq!(back.peer_did("recv").await, 100);
    // What is acknowledged is forgotten, and then a repeat is said to be unknown.
    let through = back.last;
    back.send(&FromClient::Ack { through }).await;
    back.send(&FromClient::Lab(LabRequest::Submit { id: first, task: TaskId(0), call: send(100) })).await;
    assert!(matches!(back.report().await, LabReport::Refused { .. }));
}

#[tokio::test]
async fn a_second_connection_takes_the_session_over_and_a_wrong_key_does_not() {
    let relay = start(Limits::default()).await;
    let mut first = relay.lab("echo", 4096).await;
    let mut thief = relay.connect().await;
    let wrong = Resume { key: "0".repeat(32), ..first.resume() };
    assert!(!thief.hello(Some(wrong)).await, "a fresh session");
    assert_ne!(thief.session, first.session);
    let mut second = relay.connect().await;
    assert!(second.hello(Some(first.resume())).await);
    assert_eq!(first.closed().await.0, Closing::NORMAL);
    second.last = first.last;
    second.next = first.next;
    second.connected(4096).await;
}

#[tokio::test]
async fn a_session_ends_when_its_client_says_so_or_stays_away() {
    let relay = start(Limits { resume: Duration::from_millis(50), ..Limits::default() }).await;
    for says_so in [true, false] {
        let client = relay.session().await;
        let resume = client.resume();
        if says_so {
            client.finish().await;
            assert!(!lives(&relay, resume).await, "at once");
            continue;
        }
        drop(client);
        // Until it is over, a client that comes back gets it; each try starts its time anew, so wait in between.
        for pause_ms in [100, 200, 400, 800, 1600, 3200] {
            tokio::time::sleep(Duration::from_millis(pause_ms)).await;
            let mut back = relay.connect().await;
            if !back.hello(Some(resume.clone())).await {
                break;
            }
            assert_ne!(pause_ms, 3200, "the session never ends");
        }
    }
}

#[tokio::test]
async fn what_breaks_the_protocol_is_closed_with_its_code_and_a_reason() {
    let relay = start(Limits::default()).await;
    let hello =
        protocol::encode(&FromClient::Hello(Hello { version: protocol::VERSION, resume: None, token: None }));
    let wrong = protocol::encode(&FromClient::Hello(Hello { version: 9, resume: None, token: None }));
    let early = protocol::encode(&FromClient::Ack { through: 0 });
    let trailing = [&hello[..], &[0]].concat();
    for (what, messages, code) in [
        ("not CBOR", vec![Message::Binary(vec![0xff; 9].into())], Closing::MALFORMED),
        ("CBOR, not ours", vec![Message::Binary(vec![0x83, 1, 2, 3].into())], Closing::MALFORMED),
        ("trailing bytes", vec![Message::Binary(trailing.into())], Closing::MALFORMED),
        ("empty", vec![Message::Binary(Vec::new().into())], Closing::MALFORMED),
        ("another version", vec![Message::Binary(wrong.into())], Closing::PROTOCOL),
        ("no hello first", vec![Message::Binary(early.into())], Closing::PROTOCOL),
        ("text first", vec![Message::Text("hello".into())], Closing::PROTOCOL),
        (
            "hello twice",
            vec![Message::Binary(hello.clone().into()), Message::Binary(hello.clone().into())],
            Closing::PROTOCOL,
        ),
        (
            "text later",
            vec![Message::Binary(hello.clone().into()), Message::Text("x".into())],
            Closing::PROTOCOL,
        ),
        (
            "malformed later",
            vec![Message::Binary(hello.clone().into()), Message::Binary(vec![0x60].into())],
            Closing::MALFORMED,
        ),
        (
            "too large",
            vec![
                Message::Binary(hello.clone().into()),
                Message::Binary(vec![0; protocol::MAX_MESSAGE + 1].into()),
            ],
            Closing::TOO_LARGE,
        ),
        (
            "too large at first",
            vec![Message::Binary(vec![0; protocol::MAX_MESSAGE + 1].into())],
            Closing::TOO_LARGE,
        ),
    ] {
        let mut client = relay.connect().await;
        for message in messages {
            client.ws.send(message).await.unwrap();
        }
        let (got, reason) = client.closed().await;
        assert_eq!(got, code, "{what}: {reason}");
        assert!(!reason.is_empty(), "{what}");
    }
}

#[tokio::test]
async fn a_message_of_exactly_the_limit_passes() {
    let relay = start(Limits::default()).await;
    let mut client = relay.lab("sleepy", 4096).await;
    client.connected(4096).await;
    let message = |len: usize| {
        let request = LabRequest::Submit { id: CallId(100), task: TaskId(0), call: send(len) };
        protocol::encode(&FromClient::Lab(request))
    };
    let overhead = message(60_000).len() - 60_000;
    let full = message(protocol::MAX_MESSAGE - overhead);
    assert_eq!(full.len(), protocol::MAX_MESSAGE);
    client.call(Call::SetBlocking { fd: FD, blocking: false }).await.unwrap();
    client.ws.send(Message::Binary(full.into())).await.unwrap();
    let LabReport::Completed { outcome: Ok(Returned::Count(count)), .. } =
        client.completed(CallId(100)).await
    else {
        panic!()
    };
    assert!(count > 0);
}

#[tokio::test]
async fn calls_beyond_the_rate_are_delayed_and_none_is_refused() {
    let limits = Limits { calls_per_second: 20, calls_burst: 2, ..Limits::default() };
    let relay = start(limits).await;
    let mut client = relay.session().await;
    let began = Instant::now();
    for _ in 0..8 {
        client.submit(send(1)).await;
    }
    for id in 1..=8 {
        client.completed(CallId(id)).await;
    }
    // Two at once, then one each 50 ms: never earlier, whatever else the machine does.
    assert!(began.elapsed() >= Duration::from_millis(290), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_silent_client_is_asked_and_then_closed() {
    let limits =
        Limits { ping: Duration::from_millis(20), idle: Duration::from_millis(300), ..Limits::default() };
    let relay = start(limits).await;
    let mut client = relay.session().await;
    // Not reading, it does not answer the ping either.
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(matches!(client.message().await, Message::Ping(_)));
    assert_eq!(client.closed().await.0, Closing::NORMAL);
}

#[tokio::test]
async fn a_client_that_says_no_hello_is_closed() {
    let relay = start(Limits { hello: Duration::from_millis(50), ..Limits::default() }).await;
    let mut client = relay.connect().await;
    assert_eq!(client.closed().await.0, Closing::PROTOCOL);
}

#[tokio::test]
async fn a_client_that_does_not_read_is_closed_when_too_much_waits_for_it() {
    let limits = Limits { outbound: 2000, calls_burst: 100_000, ..Limits::default() };
    let relay = start(limits).await;
    let mut client = relay.lab("echo", 65536).await;
    client.connected(65536).await;
    let before = client.next;
    // Answers of 32 KiB, many times what the sockets in between hold.
    let peek = syscall::MsgFlags { peek: true, ..PLAIN };
    client.call(send(32_000)).await.unwrap();
    let writes = async {
        for id in 0..2000 {
            let call = Call::Recv { fd: FD, len: 32_000, flags: peek };
            let request = LabRequest::Submit { id: CallId(before + 10 + id), task: TaskId(0), call };
            let message = Message::Binary(protocol::encode(&FromClient::Lab(request)).into());
            if client.ws.send(message).await.is_err() {
                return;
            }
        }
    };
    tokio::time::timeout(common::PATIENCE, writes).await.unwrap();
    loop {
        match tokio::time::timeout(common::PATIENCE, client.ws.next()).await.unwrap() {
            Some(Ok(Message::Close(Some(frame)))) => {
                assert_eq!(u16::from(frame.code), Closing::TRY_LATER);
                break;
            }
            Some(Ok(_)) => {}
            // The Close may be lost where the client kept writing.
            Some(Err(_)) | None => break,
        }
    }
}

#[tokio::test]
async fn a_stop_says_going_away_to_everybody_and_ends() {
    let relay = start(Limits::default()).await;
    let mut clients = Vec::new();
    for _ in 0..3 {
        clients.push(relay.session().await);
    }
    let silent = relay.connect().await;
    relay.stop.cancel();
    for client in &mut clients {
        assert_eq!(client.closed().await.0, Closing::GOING_AWAY);
        while let Some(Ok(_)) = client.ws.next().await {}
    }
    drop(silent);
    assert!(tokio::time::timeout(common::PATIENCE, relay.ended).await.unwrap().unwrap(), "all clients ended");
}

#[tokio::test]
async fn sockets_of_a_learner_are_sixteen() {
    let relay = start(Limits::default()).await;
    let mut client = relay.lab("echo", 4096).await;
    let socket = Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };
    for _ in 0..16 {
        client.call(socket.clone()).await.unwrap();
    }
    assert_eq!(client.call(socket).await, Err(Errno::EMFILE));
}

/// Whether this session can still be gone on with.
async fn lives(relay: &common::Relay, resume: Resume) -> bool {
    relay.connect().await.hello(Some(resume)).await
}

#[tokio::test]
async fn a_session_ends_after_its_bytes_and_after_its_time() {
    for limits in [
        Limits { session_bytes: 1000, ..Limits::default() },
        Limits { session: Duration::from_millis(100), ..Limits::default() },
    ] {
        let relay = start(limits).await;
        let mut client = relay.session().await;
        let resume = client.resume();
        client.ws.send(Message::Ping(vec![0; 100].into())).await.unwrap();
        client.submit(send(1001)).await;
        let (code, reason) = client.closed().await;
        assert_eq!(code, Closing::LIMIT, "{reason}");
        assert!(!lives(&relay, resume).await);
    }
}

#[tokio::test]
async fn a_silent_lab_ends_and_so_do_the_calls_that_wait_in_it() {
    let limits = Limits::default();
    let lab = lab::Limits { silence: Duration::from_millis(50), ..limits.lab };
    let relay = start(Limits { lab, ..limits }).await;
    let mut client = relay.lab("sleepy", 4096).await;
    let poll = client.submit(Call::Poll { fds: vec![], timeout_us: None }).await;
    let ended = client.completed(poll).await;
    assert!(matches!(ended, LabReport::Completed { outcome: Err(Errno::ECANCELED), .. }));
    assert!(matches!(client.report().await, LabReport::Closed { reason } if reason.contains("nothing")));
    assert_eq!(client.call(send(1)).await, Err(Errno::ENETDOWN));
}

#[tokio::test]
async fn a_call_that_is_delayed_when_its_connection_is_left_is_answered_in_the_next() {
    let limits = Limits { calls_per_second: 1, calls_burst: 1, ..Limits::default() };
    let relay = start(limits).await;
    let mut first = relay.session().await;
    for _ in 0..2 {
        first.submit(send(1)).await;
    }
    first.completed(CallId(1)).await;
    let mut second = relay.connect().await;
    assert!(second.hello(Some(first.resume())).await);
    second.last = first.last;
    let again = LabRequest::Submit { id: CallId(2), task: TaskId(0), call: send(1) };
    second.send(&FromClient::Lab(again)).await;
    second.completed(CallId(2)).await;
}

#[tokio::test]
async fn what_is_sent_again_counts_to_the_rate_of_whoever_asks_for_it() {
    let limits = Limits { bytes_per_second: 1, bytes_burst: 200_000, ..Limits::default() };
    let relay = start(limits).await;
    let mut client = relay.lab("echo", 65536).await;
    client.connected(65536).await;
    client.call(send(32_000)).await.unwrap();
    let flags = syscall::MsgFlags { waitall: true, ..PLAIN };
    let id = client.submit(Call::Recv { fd: FD, len: 32_000, flags }).await;
    client.completed(id).await;
    for _ in 0..20 {
        client.send(&FromClient::Lab(LabRequest::Submit { id, task: TaskId(0), call: send(1) })).await;
    }
    let mut again = 0;
    while let Ok(Some(Ok(message))) = tokio::time::timeout(Duration::from_millis(500), client.ws.next()).await
    {
        again += message.len();
    }
    assert!(again < 200_000, "{again} bytes");
}
