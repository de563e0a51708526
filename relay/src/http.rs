//! What HTTP requests are answered: the site, `/healthz`, and the upgrade to a session's WebSocket.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use crate::registry::Full;
use crate::{Relay, socket};

/// Who asks, and where we were reached, as the connection says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Client {
    pub(crate) peer: IpAddr,
    pub(crate) local: SocketAddr,
}

/// Said with every answer. `connect-src 'self'` covers the WebSocket to the same host (CSP level 3).
const HEADERS: [(&str, &str); 6] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'",
    ),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-embedder-policy", "require-corp"),
    ("cross-origin-resource-policy", "same-origin"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
];

/// Pages that stand in others' slides, also in files: these say nothing of who may frame them. They have one figure, no relay and no
/// room, so that there is nothing to be tricked into.
const EMBED: &str = "/embed/";
/// Said in the place of the above with those.
const EMBEDDED: [(&str, &str); 2] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'",
    ),
    ("cross-origin-resource-policy", "cross-origin"),
];

pub(crate) fn router(relay: Arc<Relay>) -> Router {
    Router::new()
        .route(protocol::PATH, get(upgrade))
        .route("/healthz", get(healthz))
        .fallback(content)
        .layer(middleware::from_fn_with_state(Arc::clone(&relay), guard))
        .with_state(relay)
}

/// When to ask again for a place: sessions whose client is away end after about so many seconds.
const SEAT_S: u32 = 60;
/// When to ask again while the relay stops: whoever runs it may start it again.
const RESTART_S: u32 = 10;

/// 503, which says for how long (RFC 9110 section 10.2.3).
fn try_later(seconds: u32, why: &str) -> Response {
    let mut response =
        plain(StatusCode::SERVICE_UNAVAILABLE, format!("{why} Try again in {seconds} seconds.\n"));
    response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    response
}

/// What Prometheus is answered, on a listener of its own.
pub(crate) fn metrics_router(relay: Arc<Relay>) -> Router {
    Router::new().route("/metrics", get(metrics)).with_state(relay)
}

async fn metrics(State(relay): State<Arc<Relay>>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")];
    (headers, relay.metrics.text(relay.registry.sessions())).into_response()
}

fn plain(status: StatusCode, text: impl Into<String>) -> Response {
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text.into()).into_response()
}

/// Refuses what is meant for another host and says our headers with every answer.
async fn guard(
    State(relay): State<Arc<Relay>>,
    Extension(client): Extension<Client>,
    request: Request,
    next: Next,
) -> Response {
    let embed = request.uri().path().starts_with(EMBED);
    let mut response = match relay.origins.check_host(request.headers(), client.local) {
        Ok(()) => next.run(request).await,
        Err(foreign) => plain(StatusCode::FORBIDDEN, foreign.0),
    };
    // What is answered to a browser that has the page already takes the place of what was said with it.
    let embed = embed && matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED);
    for (name, value) in HEADERS.into_iter().chain(EMBEDDED.into_iter().filter(|_| embed)) {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

/// Checked in this order: who asks, then whether it is a WebSocket of ours, then whether there is room.
async fn upgrade(
    State(relay): State<Arc<Relay>>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, axum::extract::ws::rejection::WebSocketUpgradeRejection>,
) -> Response {
    if let Err(foreign) = relay.origins.check_origin(&headers, client.local) {
        tracing::debug!(address = %client.peer, origin = ?headers.get(header::ORIGIN), "refused an upgrade");
        return plain(StatusCode::FORBIDDEN, foreign.0);
    }
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade.protocols([protocol::SUBPROTOCOL, protocol::PIPE]),
        Err(rejection) => {
            return plain(rejection.status(), "Sessions are WebSockets: this is their address.\n");
        }
    };
    let Some(selected) = upgrade.selected_protocol().cloned() else {
        let text =
            format!("Ask for the subprotocol {}, or {} for a pipe.\n", protocol::SUBPROTOCOL, protocol::PIPE);
        return plain(StatusCode::BAD_REQUEST, text);
    };
    let is_pipe = selected == protocol::PIPE;
    let address = relay.proxies.client(client.peer, &headers);
    let private = relay.tls.is_some()
        || relay.teacher_over_http
        || address.is_loopback()
        || relay.proxies.says_https(client.peer, &headers);
    let seat = match relay.registry.seat(address, &relay.limits) {
        Ok(seat) if !relay.stop.is_cancelled() => seat.private(private),
        Ok(_) => return try_later(RESTART_S, "This relay stops."),
        Err(Full::All) => {
            relay.metrics.refused("sessions");
            let text =
                format!("This relay has {} places for sessions, and all are taken.", relay.limits.sessions);
            return try_later(SEAT_S, &text);
        }
        Err(Full::Address) => {
            relay.metrics.refused("sessions-per-address");
            let most = relay.limits.sessions_per_address;
            return try_later(
                SEAT_S,
                &format!("One address has {most} places here, and all of yours are taken."),
            );
        }
    };
    let token = relay.tasks.token();
    let limits = &relay.limits;
    upgrade
        .max_message_size(limits.message)
        .max_frame_size(limits.message)
        // One KiB to read into, which most messages fit, and more where streams go through; each message written at once; never more than a
        // message and a few control frames waiting to be written.
        .read_buffer_size(if is_pipe { 64 << 10 } else { 1 << 10 })
        .write_buffer_size(0)
        .max_write_buffer_size(limits.message * 2 + 1024)
        .on_upgrade(move |ws| async move {
            if is_pipe {
                socket::run_pipe(relay, ws, seat).await;
            } else {
                socket::run(relay, ws, seat).await;
            }
            drop(token);
        })
}

async fn healthz(State(relay): State<Arc<Relay>>) -> Response {
    let health = serde_json::json!({
        "status": "ok",
        "version": crate::VERSION,
        "sessions": relay.registry.sessions(),
        "kernel": relay.kernel,
    });
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (headers, health.to_string()).into_response()
}

async fn content(State(relay): State<Arc<Relay>>, request: Request) -> Response {
    let head = request.method() == Method::HEAD;
    if !head && request.method() != Method::GET {
        let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "Only GET and HEAD are answered here.\n");
        response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    let found = relay.content.get(request.uri().path());
    let response = match found {
        Some(entity) => entity.answer(StatusCode::OK, request.headers()),
        None => relay.content.not_found().answer(StatusCode::NOT_FOUND, request.headers()),
    };
    if head { without_body(response) } else { response }
}

/// The same headers, the length included.
fn without_body(response: Response) -> Response {
    use axum::body::HttpBody as _;
    let (mut parts, body) = response.into_parts();
    if let Some(len) = body.size_hint().exact() {
        parts.headers.insert(header::CONTENT_LENGTH, len.into());
    }
    Response::from_parts(parts, Body::empty())
}
