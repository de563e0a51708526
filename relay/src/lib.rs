//! The relay: an HTTP server with the site inside, and sessions over WebSockets whose system calls are made on real
//! sockets.
//!
//! A request's way: `server` accepts it, `stream` bounds its rate, `http` checks Host and Origin and answers pages, `socket` runs a
//! WebSocket, [`Session`] holds the rules of a session as a plain state machine, `Labs` makes the calls. Every limit is
//! in [`Limits`], every setting in [`settings`]. `cli` is the command `socketscope`.

pub mod cli;
mod content;
mod entity;
mod guesses;
mod host;
mod http;
mod labs;
mod lan;
mod limits;
mod metrics;
mod origin;
mod pace;
mod proxy;
mod registry;
mod rooms;
mod server;
mod session;
pub mod settings;
mod socket;
mod stream;
mod tls;

use std::sync::Arc;

use protocol::KernelInfo;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use content::{Content, asset_files, has_front_end, site};
pub use host::kernel;
use labs::Labs;
pub use limits::Limits;
pub use origin::{Foreign, Origins};
pub use rooms::RoomLimits;
pub use server::{Handle, NotServing, Server};
pub use session::{Asked, Closing, Session};
pub use settings::Settings;

/// This program's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What all clients share.
pub(crate) struct Relay {
    limits: Limits,
    origins: Origins,
    proxies: proxy::Proxies,
    tls: Option<tls::Tls>,
    /// What a client must know, if anything.
    token: Option<settings::Secret>,
    metrics: Arc<metrics::Metrics>,
    content: Content,
    kernel: KernelInfo,
    registry: registry::Registry,
    guesses: guesses::Guesses,
    /// None where this relay has none.
    rooms: Option<Arc<rooms::Rooms>>,
    /// Whether whoever teaches may do so over connections that can be read along.
    teacher_over_http: bool,
    grounds: Arc<labs::Grounds>,
    /// Cancelled when the relay stops.
    stop: CancellationToken,
    /// Every connection and WebSocket.
    tasks: TaskTracker,
}

impl Relay {
    fn new(
        settings: &Settings,
        origins: Origins,
        content: Content,
        tls: Option<tls::Tls>,
        (grounds, metrics): (Arc<labs::Grounds>, Arc<metrics::Metrics>),
        store: Option<Arc<dyn store::Store>>,
        addresses: Vec<String>,
    ) -> Self {
        let stop = CancellationToken::new();
        let rooms = store.map(|store| {
            let limits = settings.limits.rooms.clone();
            Arc::new(rooms::Rooms::new(store, limits, addresses, Arc::clone(&metrics), stop.clone()))
        });
        Self {
            limits: settings.limits.clone(),
            origins,
            proxies: proxy::Proxies::new(settings.trusted_proxy.clone(), settings.proxy_header),
            tls,
            token: settings.token.clone(),
            metrics,
            content,
            kernel: kernel(grounds.mode()),
            grounds,
            registry: registry::Registry::default(),
            guesses: guesses::Guesses::new(settings.limits.wrong_keys, u32::MAX),
            rooms,
            teacher_over_http: settings.teacher_over_http,
            stop,
            tasks: TaskTracker::new(),
        }
    }
}
