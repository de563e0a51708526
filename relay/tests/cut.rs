//! Connections that are cut at any moment: whatever the moment, a session goes on and no call is made twice or lost.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::VecDeque;
use std::net::SocketAddr;

use common::{Client, FD, PLAIN, Relay, start};
use proptest::prelude::*;
use protocol::{FromClient, FromRelay, Hello, LabReport, LabRequest, Resume};
use relay::Limits;
use syscall::{Call, CallId, Fd, How, Returned, TaskId};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{MaybeTlsStream, client_async};

/// How many bytes a connection carries to the relay, and from it, before it breaks.
type Cut = (usize, usize);

/// A way to the relay that breaks as planned, one entry a connection; those after the last are whole.
async fn breaking_way(relay: SocketAddr, mut cuts: VecDeque<Cut>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (there, back) = cuts.pop_front().unwrap_or((usize::MAX, usize::MAX));
            tokio::spawn(async move {
                let relay = TcpStream::connect(relay).await.unwrap();
                for stream in [&client, &relay] {
                    stream.set_nodelay(true).unwrap();
                }
                let (client_reads, client_writes) = client.into_split();
                let (relay_reads, relay_writes) = relay.into_split();
                // Whichever direction ends first takes the other with it.
                tokio::select! {
                    () = carry(client_reads, relay_writes, there) => {}
                    () = carry(relay_reads, client_writes, back) => {}
                }
            });
        }
    });
    address
}

async fn carry(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, mut left: usize) {
    let mut buffer = [0; 4096];
    while left > 0 {
        let most = left.min(buffer.len());
        let Ok(count @ 1..) = from.read(&mut buffer[..most]).await else { return };
        if to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
        left -= count;
    }
}

/// A client that goes on after every cut, as PROTOCOL.md says: the same calls, in their order, under their old numbers.
struct Stubborn<'a> {
    relay: &'a Relay,
    way: SocketAddr,
    session: Option<(String, String)>,
    last: u64,
    /// Calls without an answer, in their order.
    unanswered: VecDeque<(u64, Call)>,
    next: u64,
    outcomes: Vec<syscall::Outcome>,
}

impl Stubborn<'_> {
    /// Makes these calls, at most `window` at a time, and answers their outcomes.
    async fn make(&mut self, calls: Vec<Call>, window: usize) -> Vec<syscall::Outcome> {
        let mut calls: VecDeque<Call> = calls.into();
        while !calls.is_empty() || !self.unanswered.is_empty() {
            // Ends when the connection is cut; what was not answered is asked again in the next.
            let _ = self.go_on(&mut calls, window).await;
        }
        std::mem::take(&mut self.outcomes)
    }

    async fn go_on(&mut self, calls: &mut VecDeque<Call>, window: usize) -> Option<()> {
        let stream = TcpStream::connect(self.way).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let stream = MaybeTlsStream::Plain(stream);
        let (ws, _) = client_async(self.relay.request(&[]), stream).await.ok()?;
        let mut client = Client::of(ws);
        let resume = self.session.clone().map(|(session, key)| Resume { session, key, last: self.last });
        let known = resume.is_some();
        let hello = Hello { version: protocol::VERSION, resume, token: None };
        client.try_send(&FromClient::Hello(hello)).await?;
        match client.try_receive().await? {
            FromRelay::Welcome { session, key, resumed, .. } => {
                assert_eq!(resumed, known, "the session is there");
                self.session = Some((session, key));
            }
            other => panic!("{other:?}"),
        }
        for (id, call) in self.unanswered.clone() {
            submit(&mut client, id, call).await?;
        }
        loop {
            while self.unanswered.len() < window
                && let Some(call) = calls.pop_front()
            {
                self.next += 1;
                self.unanswered.push_back((self.next, call.clone()));
                submit(&mut client, self.next, call).await?;
            }
            if self.unanswered.is_empty() {
                return None;
            }
            let FromRelay::Lab { seq, report } = client.try_receive().await? else { panic!() };
            if seq <= self.last {
                continue;
            }
            assert_eq!(seq, self.last + 1);
            self.last = seq;
            match report {
                LabReport::Completed { id, outcome, .. } => {
                    assert_eq!(self.unanswered.pop_front().map(|(id, _)| CallId(id)), Some(id));
                    self.outcomes.push(outcome);
                }
                LabReport::Refused { reason } => panic!("{reason}"),
                _ => {}
            }
            if seq % 3 == 0 {
                client.try_send(&FromClient::Ack { through: seq }).await?;
            }
        }
    }
}

async fn submit(client: &mut Client, id: u64, call: Call) -> Option<()> {
    client.try_send(&FromClient::Lab(LabRequest::Submit { id: CallId(id), task: TaskId(0), call })).await
}

/// Sends a hundred different lines through `echo` over connections that break, and reads them back.
async fn lines_come_back_once(relay: &Relay, cuts: Vec<Cut>, window: usize) {
    let mut opener = relay.lab("echo", 65536).await;
    opener.connected(65536).await;
    let mut client = Stubborn {
        relay,
        way: breaking_way(relay.address, cuts.into()).await,
        session: Some((opener.session.clone(), opener.key.clone())),
        last: opener.last,
        unanswered: VecDeque::new(),
        next: opener.next,
        outcomes: Vec::new(),
    };
    let lines: Vec<String> = (0..100).map(|i| format!("line {i}\n")).collect();
    let all = lines.concat();
    let send = |line: &String| Call::Send { fd: FD, data: line.as_str().into(), flags: PLAIN };
    let sent = client.make(lines.iter().map(send).collect(), window).await;
    for (outcome, line) in sent.iter().zip(&lines) {
        assert_eq!(*outcome, Ok(Returned::Count(u32::try_from(line.len()).unwrap())));
    }
    client.make(vec![Call::Shutdown { fd: FD, how: How::Write }], 1).await;
    let mut back = Vec::new();
    loop {
        let recvs = vec![Call::Recv { fd: Fd(3), len: 100, flags: PLAIN }; window];
        let outcomes = client.make(recvs, window).await;
        for outcome in &outcomes {
            let Ok(Returned::Data(data)) = outcome else { panic!("{outcome:?}") };
            back.extend_from_slice(data);
        }
        if matches!(outcomes.last(), Some(Ok(Returned::Data(data))) if data.is_empty()) {
            break;
        }
    }
    assert_eq!(String::from_utf8(back).unwrap(), all);
}

#[test]
fn wherever_connections_are_cut_every_byte_arrives_once() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let limits = Limits { calls_burst: 1_000_000, bytes_burst: 1 << 30, ..Limits::default() };
    let relay = runtime.block_on(start(limits));
    // An upgrade with its answer is some 400 bytes each way, a call some 100.
    let cut = (1..4000_usize, 1..4000_usize);
    let cases = ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(cases, |(cuts in prop::collection::vec(cut, 1..12), window in 1..8_usize)| {
        runtime.block_on(lines_come_back_once(&relay, cuts, window));
    });
}

#[tokio::test]
async fn wrong_keys_are_few_and_the_owner_elsewhere_is_not_kept_out() {
    let relay = start(Limits { wrong_keys: 3, ..Limits::default() }).await;
    let owner = relay.session().await;
    for _ in 0..3 {
        let wrong = Resume { key: "0".repeat(32), ..owner.resume() };
        assert!(!relay.connect().await.hello(Some(wrong)).await);
    }
    let mut client = relay.connect().await;
    client
        .send(&FromClient::Hello(Hello {
            version: protocol::VERSION,
            resume: Some(owner.resume()),
            token: None,
        }))
        .await;
    let (code, reason) = client.closed().await;
    assert_eq!(code, relay::Closing::TRY_LATER);
    assert!(reason.starts_with("3 wrong keys in a minute") && reason.contains("try again in"), "{reason}");
    // Who brings no secret is not concerned.
    relay.session().await;
    for _ in 0..5 {
        let forgotten = Resume { session: "0".repeat(16), ..owner.resume() };
        let mut client = start(Limits { wrong_keys: 1, ..Limits::default() }).await.connect().await;
        assert!(!client.hello(Some(forgotten)).await, "a session of a relay that was started again");
    }
}
