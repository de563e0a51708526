//! A client of the relay that makes one call at a time.

use futures_util::{SinkExt, StreamExt};
use protocol::{FromClient, FromRelay, Hello, LabReport, LabRequest, LabSpec, PeerSpec};
use syscall::{Bytes, Call, CallId, Domain, Fd, MsgFlags, Outcome, Returned, SocketType, TaskId};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

pub(crate) type Problem = Box<dyn std::error::Error>;
pub(crate) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Opens a WebSocket as a page of that server would.
pub(crate) async fn open(
    address: &str,
    path: &str,
    protocol: Option<&'static str>,
) -> Result<Socket, Problem> {
    let mut request = format!("ws://{address}{path}").into_client_request()?;
    request.headers_mut().insert("Origin", HeaderValue::from_str(&format!("http://{address}"))?);
    if let Some(protocol) = protocol {
        request.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static(protocol));
    }
    let (socket, _) = tokio_tungstenite::connect_async_with_config(request, None, true).await?;
    Ok(socket)
}

/// A session with a connection to `sleepy`.
pub(crate) struct Relay {
    socket: Socket,
    calls: u64,
    seen: u64,
    fd: Fd,
}

impl Relay {
    /// Opens a session and, in its lab, a non-blocking connection to a peer that reads when told.
    pub(crate) async fn connect(address: &str) -> Result<Self, Problem> {
        let socket = open(address, protocol::PATH, Some(protocol::SUBPROTOCOL)).await?;
        let mut relay = Self { socket, calls: 0, seen: 0, fd: Fd(-1) };
        relay
            .say(&FromClient::Hello(Hello { version: protocol::VERSION, resume: None, token: None }))
            .await?;
        let lab = LabSpec::with(PeerSpec::named("sleepy"));
        relay.say(&FromClient::Lab(LabRequest::Open { lab })).await?;
        let address = loop {
            if let LabReport::Opened { peers } = relay.report().await? {
                break *peers.first().ok_or("the lab has no peer")?;
            }
        };
        match relay.call(Call::Socket { domain: Domain::Inet, kind: SocketType::Stream }).await? {
            Ok(Returned::Fd(fd)) => relay.fd = fd,
            other => return Err(format!("socket: {other:?}").into()),
        }
        let fd = relay.fd;
        for call in [Call::Connect { fd, address }, Call::SetBlocking { fd, blocking: false }] {
            let name = call.name();
            if let Err(errno) = relay.call(call).await? {
                return Err(format!("{name}: {errno}").into());
            }
        }
        Ok(relay)
    }

    /// Sends bytes and waits for the answer; the kernel must take them all.
    pub(crate) async fn send(&mut self, data: &Bytes) -> Result<(), Problem> {
        let call = Call::Send { fd: self.fd, data: data.clone(), flags: MsgFlags::default() };
        match self.call(call).await? {
            Ok(Returned::Count(n)) if n as usize == data.len() => Ok(()),
            other => Err(format!("send: {other:?}").into()),
        }
    }

    /// Lets the peer read so many bytes, waits until it has, and lets the relay forget its reports.
    pub(crate) async fn drain(&mut self, bytes: usize) -> Result<(), Problem> {
        let mut left = bytes;
        while left > 0 {
            self.say(&FromClient::Lab(LabRequest::Tell { peer: 0, text: left.to_string() })).await?;
            left -= loop {
                match self.report().await? {
                    LabReport::Peer { call: Call::Recv { .. }, received, .. } if received > 0 => {
                        break left.min(received as usize);
                    }
                    _ => {}
                }
            };
        }
        let through = self.seen;
        self.say(&FromClient::Ack { through }).await
    }

    async fn call(&mut self, call: Call) -> Result<Outcome, Problem> {
        self.calls += 1;
        let id = CallId(self.calls);
        self.say(&FromClient::Lab(LabRequest::Submit { id, task: TaskId(0), call })).await?;
        loop {
            match self.report().await? {
                LabReport::Completed { id: ended, outcome, .. } if ended == id => return Ok(outcome),
                _ => {}
            }
        }
    }

    async fn say(&mut self, message: &FromClient) -> Result<(), Problem> {
        Ok(self.socket.send(Message::Binary(protocol::encode(message).into())).await?)
    }

    async fn report(&mut self) -> Result<LabReport, Problem> {
        loop {
            let message = self.socket.next().await.ok_or("the relay has closed the connection")??;
            match message {
                Message::Binary(bytes) => match protocol::decode(&bytes)? {
                    FromRelay::Lab {
                        report: LabReport::Refused { reason } | LabReport::Closed { reason },
                        ..
                    } => {
                        return Err(reason.into());
                    }
                    FromRelay::Lab { seq, report } => {
                        self.seen = seq;
                        return Ok(report);
                    }
                    _ => {}
                },
                Message::Close(why) => return Err(format!("the relay closed: {why:?}").into()),
                _ => {}
            }
        }
    }
}
