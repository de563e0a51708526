//! What browser and relay say to each other: messages over one WebSocket, each one CBOR item (RFC 8949).
//!
//! `PROTOCOL.md` in this crate describes it for people who write a client in another language, with test vectors that
//! the tests hold against this code.

mod lab;
mod message;
mod pipe;
pub mod room;

pub use lab::{LabSpec, PeerSpec, WireRequest, WireSpec};
pub use message::{
    Answered, FromClient, FromRelay, Hello, KernelInfo, LabReport, LabRequest, Limits, Resume, Share,
};
pub use pipe::{CLOSE_ERRNO, PIPE, PipeOpen, PipeOpened};
pub use room::{RoomReport, RoomRequest};

/// Version of the protocol. A relay refuses a `hello` of another one with Close 1002.
pub const VERSION: u16 = 2;

/// The WebSocket subprotocol to ask for.
pub const SUBPROTOCOL: &str = "socketscope.v2";

/// The path of the WebSocket.
pub const PATH: &str = "/relay";

/// Most bytes of a message and of a frame; a larger one ends the connection with Close 1009.
pub const MAX_MESSAGE: usize = 64 * 1024;

/// A message that cannot be read, and why.
#[derive(Debug)]
pub struct Malformed(String);

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "not a message of protocol version {VERSION}: {}", self.0)
    }
}
impl std::error::Error for Malformed {}

/// A message as the bytes of one binary WebSocket message.
pub fn encode<M: serde::Serialize>(message: &M) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode_into(message, &mut bytes);
    bytes
}

/// The same, written behind what is in `bytes`.
pub fn encode_into<M: serde::Serialize>(message: &M, bytes: &mut Vec<u8>) {
    let written = message.serialize(&mut minicbor_serde::Serializer::new(bytes));
    written.expect("every message has a CBOR form");
}

/// The message in the bytes of one binary WebSocket message.
///
/// Reading takes no more stack and memory than the message has bytes, whatever they are: every type here has a fixed
/// depth, and unknown fields are passed over without recursion.
///
/// # Errors
/// If they are not exactly one message of this protocol.
pub fn decode<'b, M: serde::Deserialize<'b>>(bytes: &'b [u8]) -> Result<M, Malformed> {
    let mut deserializer = minicbor_serde::Deserializer::new(bytes);
    let message = M::deserialize(&mut deserializer).map_err(|e| Malformed(e.to_string()))?;
    match bytes.len() - deserializer.decoder().position() {
        0 => Ok(message),
        more => Err(Malformed(format!("{more} bytes behind its end"))),
    }
}
