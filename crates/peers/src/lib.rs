//! The other ends that lessons talk to, as programs.
//!
//! A peer is a [`Program`]: it makes calls and is resumed with their outcomes, and knows nothing of
//! who performs them. So one source serves the simulated kernel, the real one, and comparisons of both.
//!
//! Descriptor 0 is a peer's control channel: a stream of text lines from whoever runs it.

mod echo;
mod listen;
mod sleepy;

pub use echo::Echo;
pub use listen::Listen;
pub use sleepy::Sleepy;

use syscall::{Fd, Program};

/// A peer's control channel.
pub const CONTROL: Fd = Fd(0);

/// The names of the peers, as lessons write them.
pub const NAMES: [&str; 2] = ["echo", "sleepy"];

/// The peer of that name, listening as told; `None` if there is no such peer.
pub fn by_name(name: &str, listen: Listen) -> Option<Box<dyn Program + Send>> {
    match name {
        "echo" => Some(Box::new(Echo::new(listen))),
        "sleepy" => Some(Box::new(Sleepy::new(listen))),
        _ => None,
    }
}
