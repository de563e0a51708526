//! A client of a relay: how its WebSockets are opened, and what goes wrong there, as sentences for whoever typed the address.

use std::path::Path;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use protocol::{FromClient, FromRelay, Hello, KernelInfo, Limits};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message, http};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// How long a relay has to answer what is answered at once.
pub(super) const SOON: Duration = Duration::from_secs(10);

/// An acknowledgement and the next request are two small writes in a row: Nagle's algorithm would hold the second.
const NO_DELAY: bool = true;

/// Where an access token is looked for beside a file: as the relay's own settings do.
const TOKEN: &str = "SOCKETSCOPE_TOKEN";

/// A WebSocket to a relay.
pub(super) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// What a relay says to hello.
pub(super) struct Welcome {
    pub(super) session: String,
    pub(super) key: String,
    pub(super) kernel: KernelInfo,
    pub(super) limits: Limits,
}

/// Opens a WebSocket of this subprotocol to the relay at `url`, whatever path that has.
pub(super) async fn connect(url: &str, subprotocol: &'static str) -> Result<Socket, String> {
    let failed = |why: String| format!("{url}: {why}");
    if url.starts_with("https://") || url.starts_with("wss://") {
        return Err(failed(
            "this command speaks http alone; on the relay's own machine its http address serves".into(),
        ));
    }
    let host = url.trim_start_matches("http://").trim_start_matches("ws://");
    let host = host.split('/').next().unwrap_or_default();
    let mut request = format!("ws://{host}{}", protocol::PATH)
        .into_client_request()
        .map_err(|_| failed("not an address; say for example http://127.0.0.1:8080".into()))?;
    let value = |text: &str| http::HeaderValue::from_str(text).map_err(|e| failed(e.to_string()));
    request.headers_mut().insert(http::header::ORIGIN, value(&format!("http://{host}"))?);
    request.headers_mut().insert(http::header::SEC_WEBSOCKET_PROTOCOL, value(subprotocol)?);
    // Nothing waits in memory to be written: who sends waits for room instead.
    let config = WebSocketConfig::default()
        .write_buffer_size(0)
        .max_message_size(Some(MOST))
        .max_frame_size(Some(MOST));
    match timeout(SOON, connect_async_with_config(request, Some(config), NO_DELAY)).await {
        Ok(Ok((ws, _))) => Ok(ws),
        Ok(Err(Error::Http(response))) => {
            let text = response.body().as_deref().unwrap_or_default();
            Err(failed(format!("{} {}", response.status(), String::from_utf8_lossy(text).trim_end())))
        }
        Ok(Err(error)) => {
            Err(failed(format!("{error}. Is a relay running there? Start one with `socketscope serve`")))
        }
        Err(_) => Err(failed("no answer".into())),
    }
}

/// Most bytes of a message from a relay: no report is longer by far.
const MOST: usize = 16 << 20;

/// Says hello; answers what the relay says to it.
pub(super) async fn hello(ws: &mut Socket, token: Option<String>) -> Result<Welcome, String> {
    let hello = Hello { version: protocol::VERSION, resume: None, token };
    send(ws, &FromClient::Hello(hello)).await?;
    match timeout(SOON, receive(ws)).await {
        Ok(Ok(FromRelay::Welcome { session, key, kernel, limits, .. })) => {
            Ok(Welcome { session, key, kernel, limits })
        }
        Ok(Ok(FromRelay::Elsewhere { url })) => Err(format!("this relay sends you to {url}")),
        Ok(Ok(_)) | Err(_) => Err("the relay does not answer hello".into()),
        Ok(Err(why)) => Err(why),
    }
}

/// The access token in this file, else the one in the environment, if any.
pub(super) fn token(file: Option<&Path>) -> Result<Option<String>, String> {
    match file {
        Some(path) => match std::fs::read_to_string(path) {
            Ok(text) => Ok(Some(text.trim().into())),
            Err(error) => Err(format!("cannot read the access token in {}: {error}", path.display())),
        },
        None => Ok(std::env::var(TOKEN).ok()),
    }
}

/// Sends a message.
pub(super) async fn send(ws: &mut Socket, message: &impl Serialize) -> Result<(), String> {
    let message = Message::Binary(protocol::encode(message).into());
    ws.send(message).await.map_err(|e| format!("the relay is gone: {e}"))
}

/// The next message.
pub(super) async fn receive<M: DeserializeOwned>(ws: &mut Socket) -> Result<M, String> {
    loop {
        match ws.next().await {
            Some(Ok(Message::Binary(bytes))) => return read(&bytes),
            Some(Ok(Message::Close(frame))) => return Err(closed(frame.as_ref())),
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return Err(BROKE.into()),
        }
    }
}

/// A message's content.
pub(super) fn read<M: DeserializeOwned>(bytes: &[u8]) -> Result<M, String> {
    protocol::decode(bytes).map_err(|e| format!("the relay speaks oddly: {e}"))
}

/// What is said of a connection that ends without a Close.
pub(super) const BROKE: &str = "the connection to the relay broke";

/// Why the relay has closed.
pub(super) fn closed(frame: Option<&CloseFrame>) -> String {
    /// PROTOCOL.md, "Life of a session".
    const NEEDS_TOKEN: u16 = 4401;
    let Some(CloseFrame { code, reason }) = frame else { return "the relay closed".into() };
    if u16::from(*code) == NEEDS_TOKEN {
        return format!("{reason}. Give it by --token-file FILE, or in {TOKEN}");
    }
    format!("the relay closed: {code} {reason}")
}

/// Ends a session now: Close 1000. Whether the relay hears it changes nothing here.
pub(super) async fn finish(ws: &mut (impl futures_util::Sink<Message> + Unpin)) {
    let frame = CloseFrame { code: CloseCode::Normal, reason: Default::default() };
    let _ = timeout(SOON, ws.send(Message::Close(Some(frame)))).await;
}
