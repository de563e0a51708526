//! The HTTP side over real connections: who may ask, pages, tags, encodings, time limits.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::Duration;

use common::{PATIENCE, ask, header, start};
use relay::Limits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

#[tokio::test]
async fn only_a_page_of_the_relay_itself_may_open_a_session() {
    let relay = start(Limits::default()).await;
    for (changes, status) in [
        (vec![("origin", "http://evil.example")], 403),
        (vec![("origin", "")], 403),
        (vec![("origin", "null")], 403),
        (vec![("host", "evil.example")], 403),
        (vec![("sec-websocket-protocol", "")], 400),
        (vec![("sec-websocket-protocol", "other")], 400),
    ] {
        let (got, text) = relay.refusal(&changes).await;
        assert_eq!(got, status, "{changes:?}");
        assert!(text.ends_with(".\n"), "a sentence: {text}");
    }
    assert!(relay.refusal(&[("origin", "")]).await.1.contains(&relay.origin()));
    let port = relay.address.port();
    let mut client = relay.session().await;
    client.ws.close(None).await.unwrap();
    let localhost = format!("http://localhost:{port}");
    assert!(tokio_tungstenite::connect_async(relay.request(&[("origin", &localhost)])).await.is_ok());
}

#[tokio::test]
async fn places_are_limited_in_all_and_by_address() {
    let relay = start(Limits { sessions_per_address: 1, ..Limits::default() }).await;
    let first = relay.session().await;
    let (status, text) = relay.refusal(&[]).await;
    assert_eq!(status, 503);
    assert!(text.contains("One address has 1 places") && text.contains("Try again in 60 seconds"), "{text}");
    drop(first);
    let relay = start(Limits { sessions: 2, ..Limits::default() }).await;
    let _taken = (relay.session().await, relay.session().await);
    let (status, text) = relay.refusal(&[]).await;
    assert_eq!(status, 503);
    assert!(text.contains("2 places for sessions") && text.contains("Try again"), "{text}");
    let upgrade = format!(
        "upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: {}\r\n\
         sec-websocket-protocol: {}\r\norigin: {}\r\n",
        "AAAAAAAAAAAAAAAAAAAAAA==",
        protocol::SUBPROTOCOL,
        relay.origin()
    );
    let (head, _) = ask(&relay, "GET", protocol::PATH, &upgrade).await;
    assert_eq!(header(&head, "retry-after"), Some("60"), "{head}");
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let relay = start(Limits::default()).await;
    for (path, headers, status) in [
        ("/", "", "200"),
        ("/nowhere", "", "404"),
        ("/healthz", "", "200"),
        ("/", "host: evil.example\r\n", "403"),
        ("/relay", "", "403"),
    ] {
        let (head, _) = ask(&relay, "GET", path, headers).await;
        assert!(head.starts_with(&format!("http/1.1 {status}")), "{path}: {head}");
        let policy = header(&head, "content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';"));
        assert!(!policy.contains("unsafe-inline") && policy.contains("frame-ancestors 'none'"));
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-embedder-policy", "require-corp"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(header(&head, name), Some(value), "{path}");
        }
    }
}

#[tokio::test]
async fn only_a_figure_alone_may_stand_in_another_sites_frame() {
    let relay = start(Limits::default()).await;
    for path in [
        "/embed/partial-send",
        "/embed/../room",
        "/embed/no-such-figure",
        "/embed",
        "/room",
        "/lessons/how-much-did-send-take",
    ] {
        let (head, body) = ask(&relay, "GET", path, "").await;
        let policy = header(&head, "content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval';"),
            "{path}: {policy}"
        );
        let framed = !policy.contains("frame-ancestors 'none'");
        assert_eq!(framed, path == "/embed/partial-send", "{path}: {head}");
        let page = String::from_utf8_lossy(&body).into_owned();
        assert!(!framed || page.contains("data-relay=\"none\""), "{path}: it has a relay");
    }
}

#[tokio::test]
async fn an_unknown_page_is_answered_with_the_map_and_other_methods_not_at_all() {
    let relay = start(Limits::default()).await;
    let (head, body) = ask(&relay, "GET", "/lessons/no-such-lesson", "").await;
    assert!(head.starts_with("http/1.1 404"), "{head}");
    assert!(header(&head, "content-type").unwrap().starts_with("text/html"));
    assert!(String::from_utf8(body).unwrap().contains("/lessons/"), "the map");
    let (head, _) = ask(&relay, "POST", "/", "content-length: 0\r\n").await;
    assert!(head.starts_with("http/1.1 405"), "{head}");
    assert_eq!(header(&head, "allow"), Some("get, head"));
}

#[tokio::test]
async fn a_page_is_compressed_as_asked_and_not_sent_again_when_known() {
    let relay = start(Limits::default()).await;
    let (head, plain) = ask(&relay, "GET", "/", "").await;
    assert_eq!(header(&head, "cache-control"), Some("no-cache"));
    assert_eq!(header(&head, "vary"), Some("accept-encoding"));
    assert_eq!(header(&head, "content-encoding"), None);
    let (head, packed) = ask(&relay, "GET", "/", "accept-encoding: gzip, br\r\n").await;
    assert_eq!(header(&head, "content-encoding"), Some("br"));
    let mut unpacked = Vec::new();
    brotli::BrotliDecompress(&mut &packed[..], &mut unpacked).unwrap();
    assert_eq!(unpacked, plain);
    let tag = header(&head, "etag").unwrap();
    let known = format!("accept-encoding: br\r\nif-none-match: {tag}\r\n");
    let (head, body) = ask(&relay, "GET", "/", &known).await;
    assert!(head.starts_with("http/1.1 304") && body.is_empty(), "{head}");
    let (head, body) = ask(&relay, "HEAD", "/", "").await;
    assert_eq!(header(&head, "content-length"), Some(&*plain.len().to_string()));
    assert!(body.is_empty());
}

#[tokio::test]
async fn what_makes_the_site_a_program_is_asked_for_anew_each_time() {
    let relay = start(Limits::default()).await;
    for (path, kind) in [
        ("/sw.js", "text/javascript; charset=utf-8"),
        ("/site.webmanifest", "application/manifest+json"),
        ("/search.json", "application/json"),
        ("/review.json", "application/json"),
    ] {
        let (head, body) = ask(&relay, "GET", path, "").await;
        assert!(head.starts_with("http/1.1 200") && !body.is_empty(), "{path}: {head}");
        assert_eq!(header(&head, "content-type"), Some(kind));
        assert_eq!(header(&head, "cache-control"), Some("no-cache"));
    }
}

#[tokio::test]
async fn a_head_that_is_never_finished_is_given_up() {
    let relay = start(Limits { head: Duration::from_millis(100), ..Limits::default() }).await;
    let mut stream = TcpStream::connect(relay.address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: ").await.unwrap();
    let mut answer = Vec::new();
    // Ends with a 408 or a bare close; what matters is that it ends.
    let _ =
        tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("closed by the relay");
}

#[tokio::test]
async fn health_says_version_sessions_and_kernel() {
    let relay = start(Limits::default()).await;
    let client = relay.session().await;
    let (_, body) = ask(&relay, "GET", "/healthz", "").await;
    let health: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(health["status"], "ok");
    assert_eq!(health["sessions"], 1);
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
    assert!(health["kernel"]["mode"].is_string());
    drop(client);
}
