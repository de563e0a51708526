//! The accept loop: connections with a cap and a time limit for their heads, and an orderly end.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tower::Service as _;

use crate::http::{Client, router};
use crate::origin::Origins;
use crate::pace::Meter;
use crate::stream::Metered;
use crate::{Content, Limits, Relay};

/// A failed accept (no descriptor left, mostly) is tried again after this.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

/// A relay that listens.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    relay: Arc<Relay>,
}

impl Server {
    /// Listens on this address; port 0 takes any free one.
    ///
    /// # Errors
    /// As `bind(2)` and `listen(2)`.
    pub async fn bind(address: SocketAddr, content: Content, limits: Limits) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let relay = Arc::new(Relay::new(Origins::loopback(address), content, limits));
        Ok(Self { listener, address, relay })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is cancelled; then says Close 1001 to every client and waits for all to end, up to the
    /// limit. Answers whether all did.
    pub async fn run(self, stop: CancellationToken) -> bool {
        let Self { listener, relay, .. } = self;
        let places = Arc::new(Semaphore::new(relay.limits.connections));
        let router = router(Arc::clone(&relay));
        let passes_on = async {
            stop.cancelled().await;
            relay.stop.cancel();
        };
        let accepts = async {
            loop {
                let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
                match listener.accept().await {
                    Ok((stream, peer)) => {
                        let connection = connection(stream, peer, router.clone(), Arc::clone(&relay));
                        relay.tasks.spawn(async move {
                            connection.await;
                            drop(place);
                        });
                    }
                    Err(error) => {
                        tracing::warn!(%error, "accept failed");
                        tokio::time::sleep(ACCEPT_AGAIN).await;
                    }
                }
            }
        };
        tokio::select! {
            () = passes_on => {}
            () = accepts => {}
        }
        drop(listener);
        relay.tasks.close();
        tokio::time::timeout(relay.limits.shutdown, relay.tasks.wait()).await.is_ok()
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, router: axum::Router, relay: Arc<Relay>) {
    // Small answers leave at once; without it they may wait 40 ms for an acknowledgement.
    let _ = stream.set_nodelay(true);
    let client = Client(peer.ip());
    let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(client);
        router.clone().call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(relay.limits.head)
        .serve_connection(
            TokioIo::new(Metered::new(stream, Meter::new(&relay.limits), relay.limits.idle)),
            service,
        )
        .with_upgrades();
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = relay.stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended");
    }
}
