//! A pipe: a WebSocket of its own whose binary messages are the bytes of one stream into a session's lab.

use serde::{Deserialize, Serialize};
use syscall::Address;

/// The WebSocket subprotocol of a pipe.
pub const PIPE: &str = "socketscope.pipe.v1";

/// A pipe ends with this Close code and the number that an errno has on Linux: 4104 is ECONNRESET.
pub const CLOSE_ERRNO: u16 = 4000;

/// The first message of a pipe's client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipeOpen {
    /// The name of the session whose lab it leads into.
    pub session: String,
    /// Its secret.
    pub key: String,
    /// Where to, as the lab has it: a peer's address, or one on which a program of the lab listens.
    pub to: Address,
}

/// The relay's answer when there is a connection. After it every binary message is bytes of the stream; an empty one is
/// its end in that direction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PipeOpened {
    /// The own address of the connection, as the lab has it.
    pub from: Address,
}
