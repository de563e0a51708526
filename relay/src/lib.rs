//! The relay: an HTTP server with the site inside, and sessions over WebSockets whose system calls are made on real
//! sockets.
//!
//! A request's way: `server` accepts it, `stream` bounds its rate, `http` checks Host and Origin and answers pages, `socket` runs a
//! WebSocket, [`Session`] holds the rules of a session as a plain state machine, [`Labs`] makes the calls. Every limit is
//! in [`Limits`]. `cli` is the command `socketscope`.

pub mod cli;
mod content;
mod entity;
mod guesses;
mod host;
mod http;
mod labs;
mod limits;
mod origin;
mod pace;
mod registry;
mod server;
mod session;
mod socket;
mod stream;

use std::sync::Arc;

use protocol::KernelInfo;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use content::{Content, asset_files, has_front_end, site};
pub use host::kernel;
pub use labs::Labs;
pub use limits::Limits;
pub use origin::{Foreign, Origins};
pub use server::Server;
pub use session::{Closing, Session};

/// This program's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What all clients share.
pub(crate) struct Relay {
    limits: Limits,
    origins: Origins,
    content: Content,
    kernel: KernelInfo,
    registry: registry::Registry,
    guesses: guesses::Guesses,
    budget: Arc<Semaphore>,
    /// Cancelled when the relay stops.
    stop: CancellationToken,
    /// Every connection and WebSocket.
    tasks: TaskTracker,
}

impl Relay {
    fn new(origins: Origins, content: Content, limits: Limits) -> Self {
        Self {
            budget: Arc::new(Semaphore::new(limits.sockets)),
            limits,
            origins,
            content,
            kernel: kernel(),
            registry: registry::Registry::default(),
            guesses: guesses::Guesses::default(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }
    }
}
