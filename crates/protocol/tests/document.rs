//! PROTOCOL.md against the code: every test vector of it is decoded and encoded again.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use protocol::{FromClient, FromRelay, PipeOpen, PipeOpened, decode, encode};

const DOCUMENT: &str = include_str!("../PROTOCOL.md");

/// Direction, JSON form and bytes of each vector: a fenced block `vector client` or `vector relay`, its first line the
/// message in JSON, the rest hexadecimal digits.
fn vectors() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let mut vectors = Vec::new();
    for block in DOCUMENT.split("```vector ").skip(1) {
        let (block, _) = block.split_once("```").expect("a block ends");
        let (direction, rest) = block.split_once('\n').unwrap();
        let (json, hex) = rest.split_once('\n').unwrap();
        let digits: Vec<_> = hex.chars().filter(|c| !c.is_whitespace()).collect();
        let byte =
            |pair: &[char]| u8::from_str_radix(&String::from_iter(pair), 16).expect("hexadecimal digits");
        vectors.push((direction, json, digits.chunks(2).map(byte).collect()));
    }
    vectors
}

fn check<M>(json: &str, bytes: &[u8])
where
    M: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let message: M = serde_json::from_str(json).unwrap_or_else(|e| panic!("{json}: {e}"));
    let hex: String = encode(&message).iter().map(|b| format!("{b:02x}")).collect();
    let written: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(written, hex, "the bytes of {json}");
    assert_eq!(decode::<M>(bytes).unwrap(), message);
}

#[test]
fn every_vector_says_what_the_code_says() {
    let vectors = vectors();
    assert!(vectors.len() >= 10, "{} vectors", vectors.len());
    for (direction, json, bytes) in vectors {
        match direction {
            "client" => check::<FromClient>(json, &bytes),
            "relay" => check::<FromRelay>(json, &bytes),
            "pipe-client" => check::<PipeOpen>(json, &bytes),
            "pipe-relay" => check::<PipeOpened>(json, &bytes),
            other => panic!("a vector from {other}"),
        }
    }
}

#[test]
fn the_document_names_version_limits_and_every_close_code() {
    for needed in [
        format!("version {}", protocol::VERSION),
        format!("`{}`", protocol::SUBPROTOCOL),
        format!("`{}`", protocol::PATH),
        format!("`{}`", protocol::PIPE),
        format!("{} and the number", protocol::CLOSE_ERRNO),
        format!("{} bytes", protocol::MAX_MESSAGE),
    ] {
        assert!(DOCUMENT.contains(&needed), "{needed}");
    }
    for code in [1000, 1001, 1002, 1007, 1008, 1009, 1013, 4401] {
        assert!(DOCUMENT.contains(&format!("| {code} |")), "{code}");
    }
}
