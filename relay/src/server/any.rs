//! Anything where a client writes frames: nothing of it breaks the relay, and all that the relay says is its protocol.
//!
//! Messages are those of PROTOCOL.md, whole, damaged, in fragments; frames have any head; bytes may be anything, come in
//! any pieces and end anywhere. Everything between the socket and the lab takes part: hyper, axum, the session, calls.

use std::cell::Cell;
use std::sync::{Arc, Once, OnceLock};
use std::time::Duration;

use futures_util::StreamExt as _;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use protocol::FromRelay;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, DuplexStream, duplex};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::{Client, Meter, Metered, http, router};
use crate::settings::{LabMode, Settings};
use crate::{Closing, Content, Limits, Relay, RoomLimits, labs, origin};

const FIN: u8 = 0x80;
const CONTINUATION: u8 = 0;
const BINARY: u8 = 2;
const MASKED: u8 = 0x80;
/// Bytes that either side may write before the other reads.
const ROOM: usize = 1 << 20;
const PATIENCE: Duration = Duration::from_secs(30);
const PORT: u16 = 8080;
/// Relays at once.
const AT_ONCE: u32 = 8;

/// The messages of a client that PROTOCOL.md shows.
fn messages() -> &'static [Vec<u8>] {
    static ALL: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    ALL.get_or_init(|| {
        let document = include_str!("../../../crates/protocol/PROTOCOL.md");
        let of = |kind| document.split(kind).skip(1);
        let blocks = of("```vector client\n").chain(of("```vector pipe-client\n"));
        let message = |block: &str| {
            let hex: String = block.lines().skip(1).take_while(|line| !line.starts_with('`')).collect();
            let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal digits");
            (0..hex.len()).step_by(2).map(byte).collect()
        };
        blocks.map(message).collect()
    })
}

/// A frame whose head announces this length, whatever the payload has; masked by zeros or not at all.
fn frame(first: u8, masked: bool, announced: u64, payload: &[u8]) -> Vec<u8> {
    let mask = if masked { MASKED } else { 0 };
    let mut bytes = vec![first];
    match announced {
        0..126 => bytes.push(mask | announced as u8),
        126..0x1_0000 => {
            bytes.push(mask | 126);
            bytes.extend((announced as u16).to_be_bytes());
        }
        _ => {
            bytes.push(mask | 127);
            bytes.extend(announced.to_be_bytes());
        }
    }
    if masked {
        bytes.extend([0; 4]);
    }
    bytes.extend(payload);
    bytes
}

/// A message in as many frames as it is cut into.
fn in_fragments(message: &[u8], cuts: &[Index]) -> Vec<u8> {
    let mut places: Vec<_> = cuts.iter().map(|cut| cut.index(message.len() + 1)).collect();
    places.sort_unstable();
    let (mut bytes, mut from) = (Vec::new(), 0);
    for (part, to) in places.iter().copied().chain([message.len()]).enumerate() {
        let last = if part == cuts.len() { FIN } else { 0 };
        let first = last | if part == 0 { BINARY } else { CONTINUATION };
        bytes.extend(frame(first, true, (to - from) as u64, &message[from..to]));
        from = to;
    }
    bytes
}

fn message() -> impl Strategy<Value = Vec<u8>> {
    let damage = vec((any::<Index>(), any::<u8>()), 0..4);
    let which = any::<Index>();
    (which, prop_oneof![3 => Just(vec![]), 2 => damage], vec(any::<Index>(), 0..4)).prop_map(
        |(which, damage, cuts)| {
            let mut message = which.get(messages()).clone();
            for (at, byte) in damage {
                let at = at.index(message.len());
                message[at] = byte;
            }
            in_fragments(&message, &cuts)
        },
    )
}

/// Everything that a client writes behind its upgrade, in pieces.
fn written() -> impl Strategy<Value = Vec<Vec<u8>>> {
    let payload = vec(any::<u8>(), 0..140);
    let announced = prop_oneof![Just(None), any::<u64>().prop_map(Some), (0..70_000_u64).prop_map(Some)];
    let odd = (any::<u8>(), any::<bool>(), announced, payload.clone()).prop_map(
        |(first, masked, announced, payload)| {
            frame(first, masked, announced.unwrap_or(payload.len() as u64), &payload)
        },
    );
    let piece = prop_oneof![8 => message(), 2 => odd, 1 => payload];
    let hello = prop_oneof![4 => Just(true), 1 => Just(false)];
    (hello, vec(piece, 0..8), any::<Option<Index>>()).prop_map(|(hello, mut pieces, cut)| {
        if hello {
            // To a pipe it is a first message like any other.
            pieces.insert(0, in_fragments(&messages()[0], &[]));
        }
        if let (Some(cut), Some(last)) = (cut, pieces.last_mut()) {
            last.truncate(cut.index(last.len() + 1));
        }
        pieces
    })
}

thread_local! {
    /// A task that panics is caught by the runtime: here it is not forgotten.
    static PANICS: Cell<u32> = const { Cell::new(0) };
}

fn count_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            PANICS.with(|panics| panics.set(panics.get() + 1));
            usual(info);
        }));
    });
}

/// A relay without listeners, of which nothing outlives a connection but its rooms.
fn relay(store: store::Sqlite) -> Arc<Relay> {
    let rooms = RoomLimits { answer: Duration::ZERO, wrong_codes_in_all: u32::MAX, ..RoomLimits::default() };
    let limits = Limits { resume: Duration::ZERO, close: Duration::ZERO, rooms, ..Limits::default() };
    let settings = Settings { lab_mode: LabMode::Loopback, limits, ..Settings::default() };
    let metrics = Arc::default();
    let grounds = labs::Grounds::new(&settings, Arc::clone(&metrics)).expect("loopback is everywhere");
    let origins = origin::Origins::new(PORT, false, &[]);
    Arc::new(Relay::new(
        &settings,
        origins,
        Content::empty(),
        None,
        (Arc::new(grounds), metrics),
        Some(Arc::new(store)),
        vec![],
    ))
}

/// A WebSocket of a client, upgraded and without a word said.
async fn upgraded(mut stream: DuplexStream, subprotocol: &str) -> WebSocketStream<DuplexStream> {
    let ask = format!(
        "GET {} HTTP/1.1\r\nhost: 127.0.0.1:{PORT}\r\norigin: http://127.0.0.1:{PORT}\r\nconnection: upgrade\r\n\
         upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\
         sec-websocket-protocol: {subprotocol}\r\n\r\n",
        protocol::PATH,
    );
    stream.write_all(ask.as_bytes()).await.expect("there is room");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("the head ends"));
    }
    assert!(head.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&head));
    WebSocketStream::from_raw_socket(stream, Role::Client, None).await
}

/// Says these pieces, then nothing more, and hears everything.
async fn talk(relay: &Arc<Relay>, is_pipe: bool, pieces: &[Vec<u8>]) {
    let (ours, theirs) = duplex(ROOM);
    let local = ([127, 0, 0, 1], PORT).into();
    let client = Client { peer: [127, 0, 0, 1].into(), local };
    let metered = Metered::new(theirs, Meter::new(&relay.limits), relay.limits.idle);
    let (serving, router) = (Arc::clone(relay), router(Arc::clone(relay)));
    let served = tokio::spawn(async move { http(metered, client, router, &serving).await });
    let mut ws = upgraded(ours, if is_pipe { protocol::PIPE } else { protocol::SUBPROTOCOL }).await;
    for piece in pieces {
        // Where the relay has closed already, nobody listens.
        if ws.get_mut().write_all(piece).await.is_err() {
            break;
        }
        tokio::task::yield_now().await;
    }
    let _ = ws.get_mut().shutdown().await;
    let (mut first, mut last) = (true, 0);
    while let Some(message) = ws.next().await {
        match message {
            Ok(Message::Binary(bytes)) if is_pipe => {
                protocol::decode::<protocol::PipeOpened>(&bytes).expect("there is no session to pipe into");
            }
            Ok(Message::Binary(bytes)) => {
                match protocol::decode::<FromRelay>(&bytes).expect("what the relay says is its protocol") {
                    FromRelay::Welcome { .. } => assert!(first, "welcome is said once"),
                    FromRelay::Lab { seq, .. } | FromRelay::Room { seq, .. } => {
                        assert!(!first && seq <= last + 1, "{seq} after {last}");
                        last = last.max(seq);
                    }
                    other @ FromRelay::Elsewhere { .. } => panic!("{other:?}"),
                }
                first = false;
            }
            Ok(Message::Close(Some(frame))) => {
                let known = [
                    Closing::NORMAL,
                    Closing::PROTOCOL,
                    Closing::MALFORMED,
                    Closing::TOO_LARGE,
                    Closing::LIMIT,
                    Closing::TRY_LATER,
                ];
                let (code, reason) = (u16::from(frame.code), frame.reason.as_str());
                // A client's own Close is answered with its code and no reason.
                assert!(known.contains(&code) || reason.is_empty(), "{code} {reason}");
            }
            Ok(Message::Close(None) | Message::Ping(_) | Message::Pong(_)) => {}
            Ok(other) => panic!("{other:?}"),
            Err(Error::Protocol(error)) => {
                use tokio_tungstenite::tungstenite::error::ProtocolError as P;
                assert!(matches!(error, P::ResetWithoutClosingHandshake | P::SendAfterClosing), "{error}");
                break;
            }
            Err(Error::Io(_) | Error::ConnectionClosed | Error::AlreadyClosed) => break,
            Err(error) => panic!("{error}"),
        }
    }
    drop(ws);
    served.await.expect("no panic");
    while relay.registry.sessions() > 0 {
        tokio::time::sleep(Duration::from_micros(1)).await;
    }
}

#[test]
fn whatever_a_client_writes_the_relay_speaks_its_protocol_and_forgets_the_session() {
    count_panics();
    let cases = ProptestConfig::default().cases.div_ceil(AT_ONCE);
    // Most of the time each waits for the end of a millisecond.
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| share(cases));
        }
    });
}

/// So many connections, one after the other, at a relay of their own.
fn share(cases: u32) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let relay = relay(runtime.block_on(store::Sqlite::memory()).expect("memory is everywhere"));
    proptest!(ProptestConfig { cases, ..ProptestConfig::default() }, |(is_pipe in proptest::bool::weighted(0.2), pieces in written())| {
        let before = PANICS.get();
        runtime.block_on(async {
            tokio::time::timeout(PATIENCE, talk(&relay, is_pipe, &pieces)).await.expect("it ends");
        });
        prop_assert_eq!(PANICS.get(), before, "something panicked");
    });
}
