//! The accept loops: connections with a cap and a time limit for their heads, and an orderly end.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use futures_util::future::join_all;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tower::Service as _;

use crate::http::{Client, metrics_router, router};
use crate::labs::Grounds;
use crate::origin::Origins;
use crate::pace::Meter;
use crate::settings::{Metrics, Settings};
use crate::stream::Metered;
use crate::tls::Tls;
use crate::{Content, Relay};

#[cfg(test)]
mod any;

/// A failed accept (no descriptor left, mostly) is tried again after this.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);
/// Connections that wait to be accepted.
const BACKLOG: u32 = 1024;
/// Where Prometheus asks by default, on loopback.
const METRICS_PORT: u16 = 9464;

/// A relay that listens.
pub struct Server {
    listeners: Vec<TcpListener>,
    addresses: Vec<SocketAddr>,
    metrics: Option<TcpListener>,
    relay: Arc<Relay>,
}

/// Why a relay does not serve.
#[derive(Debug)]
pub enum NotServing {
    /// It cannot listen there.
    Bind(SocketAddr, io::Error),
    /// Its certificate is of no use: a sentence.
    Tls(String),
    /// Labs cannot be made as asked: a sentence.
    Labs(String),
    /// Rooms cannot be kept where they should be: a sentence.
    Rooms(String),
}

/// What may be done to a relay while it serves.
#[derive(Clone)]
pub struct Handle(Arc<Relay>);

impl Handle {
    /// Reads the certificate's files again; false if the relay has none.
    ///
    /// # Errors
    /// A sentence; the old certificate stays.
    pub fn reload(&self) -> Result<bool, String> {
        self.0.tls.as_ref().map_or(Ok(false), |tls| tls.reload().map(|()| true))
    }
}

impl Server {
    /// Listens as the settings say; on all addresses at the same port.
    ///
    /// # Errors
    /// If an address cannot be had, or the certificate is of no use.
    pub async fn open(settings: &Settings, content: Content) -> Result<Self, NotServing> {
        let tls = match (&settings.tls_cert, &settings.tls_key) {
            (Some(cert), Some(key)) => Some(Tls::load(cert, key).map_err(NotServing::Tls)?),
            _ => None,
        };
        let mut listeners = Vec::new();
        let mut addresses = Vec::new();
        let mut port = settings.port;
        for ip in &settings.listen {
            let asked = SocketAddr::from((*ip, port));
            let (listener, address) = match listen(asked, settings.listen.len() > 1) {
                Ok(bound) => bound,
                // A system may have no IPv6 at all.
                Err(error)
                    if asked == SocketAddr::from((Ipv6Addr::UNSPECIFIED, port)) && !addresses.is_empty() =>
                {
                    tracing::info!(%error, "not on IPv6");
                    continue;
                }
                Err(error) => return Err(NotServing::Bind(asked, error)),
            };
            port = address.port();
            listeners.push(listener);
            addresses.push(address);
        }
        let metrics = metrics_listener(settings).await?;
        let origins = Origins::new(port, tls.is_some(), &settings.origin);
        let store = crate::rooms::store(settings).await.map_err(NotServing::Rooms)?;
        let reached = crate::rooms::addresses(settings, &addresses);
        let labs = labs(settings).await?;
        let relay = Arc::new(Relay::new(settings, origins, content, tls, labs, store, reached));
        Ok(Self { listeners, addresses, metrics, relay })
    }

    /// Where it listens: the first address of all.
    pub fn address(&self) -> SocketAddr {
        self.addresses[0]
    }

    /// Where it listens.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Where Prometheus may ask.
    pub fn metrics(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().and_then(|listener| listener.local_addr().ok())
    }

    /// How labs are kept apart.
    pub fn mode(&self) -> &str {
        &self.relay.kernel.mode
    }

    /// What may be done to it while it runs.
    pub fn handle(&self) -> Handle {
        Handle(Arc::clone(&self.relay))
    }

    /// Serves until `stop` is cancelled; then says Close 1001 to every client and waits for all to end, up to the
    /// limit. Answers whether all did.
    pub async fn run(self, stop: CancellationToken) -> bool {
        let Self { listeners, metrics, relay, .. } = self;
        let places = Arc::new(Semaphore::new(relay.limits.connections));
        let served = router(Arc::clone(&relay));
        // A scraper has a place even where clients have taken all.
        let few = Arc::new(Semaphore::new(8));
        let mut loops: Vec<_> = listeners
            .into_iter()
            .map(|listener| accepts(listener, served.clone(), &relay, &places, true))
            .collect();
        loops.extend(
            metrics
                .map(|listener| accepts(listener, metrics_router(Arc::clone(&relay)), &relay, &few, false)),
        );
        tokio::select! {
            () = stop.cancelled() => relay.stop.cancel(),
            () = relay.grounds.supervise() => {}
            () = expire(&relay) => {}
            _ = join_all(loops) => {}
        }
        relay.grounds.stop();
        relay.tasks.close();
        let ended = timeout(relay.limits.shutdown, relay.tasks.wait()).await.is_ok();
        if let Some(rooms) = &relay.rooms {
            // What was asked to be kept is; whoever asked has gone.
            let _ = timeout(relay.limits.shutdown, rooms.close()).await;
        }
        ended
    }
}

/// Sees to it that rooms are deleted when their time is over.
async fn expire(relay: &Relay) {
    match &relay.rooms {
        Some(rooms) => rooms.expire().await,
        None => std::future::pending().await,
    }
}

/// Listens there, on IPv6 for IPv6 alone where IPv4 has a listener of its own.
fn listen(address: SocketAddr, alone: bool) -> io::Result<(TcpListener, SocketAddr)> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    if address.is_ipv6() && alone {
        SockRef::from(&socket).set_only_v6(true)?;
    }
    // As the library does: a port that was just given back can be had. Elsewhere it would share the port.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    let listener = socket.listen(BACKLOG)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Where labs are made: which way is found out by trying, where nobody waits.
async fn labs(settings: &Settings) -> Result<(Arc<Grounds>, Arc<crate::metrics::Metrics>), NotServing> {
    let metrics = Arc::<crate::metrics::Metrics>::default();
    let (settings, counts) = (settings.clone(), Arc::clone(&metrics));
    let tried = tokio::task::spawn_blocking(move || Grounds::new(&settings, counts)).await;
    let grounds = tried.unwrap_or_else(|_| Err("trying the modes of labs failed".into()));
    Ok((Arc::new(grounds.map_err(NotServing::Labs)?), metrics))
}

/// Where Prometheus asks. Another relay on this machine may have the default port: then this one has none.
async fn metrics_listener(settings: &Settings) -> Result<Option<TcpListener>, NotServing> {
    let loopback = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    match settings.metrics {
        Metrics::Off => Ok(None),
        Metrics::At(address) => {
            TcpListener::bind(address).await.map(Some).map_err(|error| NotServing::Bind(address, error))
        }
        Metrics::Auto => {
            // Whoever wants any free port for the one wants it for the other.
            let address = loopback(if settings.port == 0 { 0 } else { METRICS_PORT });
            let bound = TcpListener::bind(address).await;
            Ok(bound.inspect_err(|error| tracing::info!(%address, %error, "no metrics are served")).ok())
        }
    }
}

/// Accepts for as long as the relay serves.
async fn accepts(
    listener: TcpListener,
    router: Router,
    relay: &Arc<Relay>,
    places: &Arc<Semaphore>,
    secure: bool,
) {
    loop {
        let Ok(place) = Arc::clone(places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, peer)) => {
                let connection = connection(stream, peer, router.clone(), Arc::clone(relay), secure);
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
}

async fn connection(stream: TcpStream, peer: SocketAddr, router: Router, relay: Arc<Relay>, secure: bool) {
    // Small answers leave at once; without it they may wait 40 ms for an acknowledgement.
    let _ = stream.set_nodelay(true);
    let Ok(local) = stream.local_addr() else { return };
    let client = Client { peer: peer.ip(), local };
    let metered = Metered::new(stream, Meter::new(&relay.limits), relay.limits.idle);
    match relay.tls.as_ref().filter(|_| secure) {
        None => http(metered, client, router, &relay).await,
        Some(tls) => match timeout(relay.limits.head, tls.acceptor().accept(metered)).await {
            Ok(Ok(stream)) => http(stream, client, router, &relay).await,
            Ok(Err(error)) => tracing::debug!(%error, "no TLS handshake"),
            Err(_) => relay.metrics.refused("head"),
        },
    }
}

async fn http<S>(stream: S, client: Client, router: Router, relay: &Relay)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(client);
        router.clone().call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(relay.limits.head)
        .serve_connection(TokioIo::new(stream), service)
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
        if error.is_timeout() {
            relay.metrics.refused("head");
        }
        tracing::debug!(%error, "connection ended");
    }
}
