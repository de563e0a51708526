//! A relay on a free port, and clients of it.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test file uses a part; a test fails by panicking"
)]

pub mod process;

use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use protocol::{FromClient, FromRelay, Hello, LabReport, LabRequest, LabSpec, PeerSpec, Resume};
use relay::settings::{Data, LabMode, Metrics};
use relay::{Content, Limits, Server, Settings};
use syscall::{Call, CallId, Domain, Fd, MsgFlags, OptionValue, Returned, SocketOption, SocketType, TaskId};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message, http};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use tokio_util::sync::CancellationToken;

/// Nothing here takes that long; a test that hangs fails.
pub const PATIENCE: Duration = Duration::from_secs(30);

pub const FD: Fd = Fd(3);
pub const PLAIN: MsgFlags = MsgFlags { dontwait: false, peek: false, waitall: false, nosignal: false };

pub struct Relay {
    pub address: SocketAddr,
    pub metrics: Option<SocketAddr>,
    pub handle: relay::Handle,
    pub stop: CancellationToken,
    pub ended: JoinHandle<bool>,
}

/// The site, rendered once.
fn content() -> Content {
    static CONTENT: OnceLock<Content> = OnceLock::new();
    let render =
        || Content::new(&relay::site(site::Options { relay: true }, None).expect("the lessons are right"));
    CONTENT.get_or_init(render).clone()
}

pub async fn start(limits: Limits) -> Relay {
    start_with(Settings { metrics: Metrics::Off, lab_mode: LabMode::Loopback, limits, ..Settings::default() })
        .await
}

/// The same with other settings, on any free port.
pub async fn start_with(settings: Settings) -> Relay {
    let data = if settings.data == Data::Auto { Data::None } else { settings.data };
    let server = Server::open(&Settings { port: 0, data, ..settings }, content()).await.unwrap();
    let (address, metrics, handle) = (server.address(), server.metrics(), server.handle());
    let stop = CancellationToken::new();
    let ended = tokio::spawn(server.run(stop.clone()));
    Relay { address, metrics, handle, stop, ended }
}

/// A relay in the best mode with hosts, or none where this machine offers no such mode, which is said.
pub async fn with_hosts(limits: Limits) -> Option<Relay> {
    let helper = Some(env!("CARGO_BIN_EXE_socketscope").into());
    // A test that wants labs to be ready says so.
    let pool = if limits.pool == Limits::default().pool { 0 } else { limits.pool };
    let limits = Limits { pool, ..limits };
    let relay = start_with(Settings { metrics: Metrics::Auto, helper, limits, ..Settings::default() }).await;
    if relay.session().await.mode == "loopback" {
        eprintln!("NOT TESTED HERE: this machine offers no hosts of our own");
        return None;
    }
    Some(relay)
}

impl Relay {
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// An upgrade request; a header of the empty value is left out.
    pub fn request(&self, changes: &[(&'static str, &str)]) -> http::Request<()> {
        request(self.address, changes)
    }

    /// The status and text with which an upgrade is refused.
    pub async fn refusal(&self, changes: &[(&'static str, &str)]) -> (u16, String) {
        match connect_async(self.request(changes)).await {
            Err(Error::Http(response)) => {
                let text = response.body().clone().unwrap_or_default();
                (response.status().as_u16(), String::from_utf8_lossy(&text).into_owned())
            }
            other => panic!("{other:?}"),
        }
    }

    pub async fn connect(&self) -> Client {
        let (ws, _) = connect_async(self.request(&[])).await.unwrap();
        Client::of(ws)
    }

    /// A client that has said hello.
    pub async fn session(&self) -> Client {
        let mut client = self.connect().await;
        assert!(!client.hello(None).await);
        client
    }

    /// A client with an open lab.
    pub async fn lab(&self, peer: &str, rcvbuf: u32) -> Client {
        let mut client = self.session().await;
        let lab = LabSpec::with(PeerSpec { rcvbuf: Some(rcvbuf), ..PeerSpec::named(peer) });
        client.send(&FromClient::Lab(LabRequest::Open { lab })).await;
        loop {
            match client.report().await {
                LabReport::Opened { peers } => {
                    assert_eq!(peers, ["10.0.0.2:7000".parse().unwrap()]);
                    return client;
                }
                LabReport::Refused { reason } => panic!("{reason}"),
                _ => {}
            }
        }
    }
}

/// An upgrade request to the relay there; a header of the empty value is left out.
pub fn request(address: SocketAddr, changes: &[(&'static str, &str)]) -> http::Request<()> {
    let mut request = format!("ws://{address}{}", protocol::PATH).into_client_request().unwrap();
    let headers = request.headers_mut();
    headers.insert("origin", format!("http://{address}").parse().unwrap());
    headers.insert("sec-websocket-protocol", protocol::SUBPROTOCOL.parse().unwrap());
    for (name, value) in changes {
        headers.remove(*name);
        if !value.is_empty() {
            headers.insert(*name, value.parse().unwrap());
        }
    }
    request
}

pub struct Client {
    pub ws: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub next: u64,
    /// The last report's number.
    pub last: u64,
    /// The peer's calls as told, not yet looked at.
    pub peer: Vec<LabReport>,
    pub session: String,
    pub key: String,
    /// How labs are kept apart there.
    pub mode: String,
    /// What happened on the wire, not yet looked at.
    pub happened: Vec<syscall::Event>,
}

impl Client {
    pub fn of(ws: WebSocketStream<MaybeTlsStream<TcpStream>>) -> Self {
        Self {
            ws,
            next: 0,
            last: 0,
            peer: Vec::new(),
            session: String::new(),
            key: String::new(),
            mode: String::new(),
            happened: Vec::new(),
        }
    }

    /// Writes these bytes where a client writes frames.
    pub async fn write(&mut self, bytes: &[u8]) {
        let MaybeTlsStream::Plain(stream) = self.ws.get_mut() else { panic!("no plain stream") };
        stream.write_all(bytes).await.unwrap();
    }

    pub async fn send(&mut self, message: &FromClient) {
        self.ws.send(Message::Binary(protocol::encode(message).into())).await.unwrap();
    }

    /// Sends this, where the connection still lives.
    pub async fn try_send(&mut self, message: &FromClient) -> Option<()> {
        self.ws.send(Message::Binary(protocol::encode(message).into())).await.ok()
    }

    /// The next that is said, unless the connection ends before.
    pub async fn try_receive(&mut self) -> Option<FromRelay> {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.ws.next()).await;
            match next.expect("an answer, or an end")?.ok()? {
                Message::Binary(bytes) => return Some(protocol::decode(&bytes).unwrap()),
                Message::Close(_) => return None,
                _ => {}
            }
        }
    }

    pub async fn message(&mut self) -> Message {
        let next = tokio::time::timeout(PATIENCE, self.ws.next()).await;
        next.expect("the relay answers").expect("the connection is open").unwrap()
    }

    pub async fn receive(&mut self) -> FromRelay {
        loop {
            match self.message().await {
                Message::Binary(bytes) => return protocol::decode(&bytes).unwrap(),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// Says hello; answers whether the session was resumed.
    pub async fn hello(&mut self, resume: Option<Resume>) -> bool {
        self.hello_with(resume, None).await
    }

    /// The same with an access token.
    pub async fn hello_with(&mut self, resume: Option<Resume>, token: Option<&str>) -> bool {
        let token = token.map(String::from);
        self.send(&FromClient::Hello(Hello { version: protocol::VERSION, resume, token })).await;
        match self.receive().await {
            FromRelay::Welcome { session, key, resumed, kernel, .. } => {
                (self.session, self.key, self.mode) = (session, key, kernel.mode);
                resumed
            }
            other => panic!("{other:?}"),
        }
    }

    pub fn resume(&self) -> Resume {
        Resume { session: self.session.clone(), key: self.key.clone(), last: self.last }
    }

    /// The next report; one that has been seen already is passed over, as clients do.
    pub async fn report(&mut self) -> LabReport {
        loop {
            match self.receive().await {
                FromRelay::Lab { seq, .. } if seq <= self.last => {}
                FromRelay::Lab { seq, report } => {
                    assert_eq!(seq, self.last + 1, "reports are numbered without a gap");
                    self.last = seq;
                    if let LabReport::Peer { .. } = &report {
                        self.peer.push(report.clone());
                    }
                    if let LabReport::Happened { event } = &report {
                        self.happened.push(event.clone());
                    }
                    return report;
                }
                other => panic!("{other:?}"),
            }
        }
    }

    /// Opens a lab, or says why not.
    pub async fn open(&mut self, lab: LabSpec) -> Result<(), String> {
        self.send(&FromClient::Lab(LabRequest::Open { lab })).await;
        loop {
            match self.report().await {
                LabReport::Opened { .. } => return Ok(()),
                LabReport::Refused { reason } => return Err(reason),
                _ => {}
            }
        }
    }

    pub async fn submit(&mut self, call: Call) -> CallId {
        self.submit_as(TaskId(0), call).await
    }

    pub async fn submit_as(&mut self, task: TaskId, call: Call) -> CallId {
        self.next += 1;
        let id = CallId(self.next);
        self.send(&FromClient::Lab(LabRequest::Submit { id, task, call })).await;
        id
    }

    /// The report of a call's end.
    pub async fn completed(&mut self, call: CallId) -> LabReport {
        loop {
            match self.report().await {
                report @ LabReport::Completed { .. } => {
                    let LabReport::Completed { id, .. } = &report else { unreachable!() };
                    assert_eq!(*id, call);
                    return report;
                }
                LabReport::Peer { .. } | LabReport::Happened { .. } | LabReport::Holds { .. } => {}
                other => panic!("{other:?}"),
            }
        }
    }

    pub async fn call(&mut self, call: Call) -> syscall::Outcome {
        self.call_as(TaskId(0), call).await
    }

    pub async fn call_as(&mut self, task: TaskId, call: Call) -> syscall::Outcome {
        let id = self.submit_as(task, call).await;
        match self.completed(id).await {
            LabReport::Completed { outcome, .. } => outcome,
            other => panic!("{other:?}"),
        }
    }

    pub async fn connected(&mut self, sndbuf: i32) {
        let socket = Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };
        assert_eq!(self.call(socket).await, Ok(Returned::Fd(FD)));
        let (option, value) = (SocketOption::SoSndbuf, OptionValue::Int(sndbuf));
        self.call(Call::Setsockopt { fd: FD, option, value }).await.unwrap();
        let address = "10.0.0.2:7000".parse().unwrap();
        self.call(Call::Connect { fd: FD, address }).await.unwrap();
    }

    pub async fn tell(&mut self, text: &str) {
        self.send(&FromClient::Lab(LabRequest::Tell { peer: 0, text: text.into() })).await;
    }

    /// Waits until the peer has made this call; answers how many bytes it received.
    pub async fn peer_did(&mut self, name: &str) -> u32 {
        loop {
            let found = self
                .peer
                .iter()
                .position(|r| matches!(r, LabReport::Peer { call, .. } if call.name() == name));
            if let Some(index) = found {
                let LabReport::Peer { received, .. } = self.peer.remove(index) else { unreachable!() };
                return received;
            }
            self.report().await;
        }
    }

    /// Ends the session, and waits until the relay has heard it.
    pub async fn finish(mut self) {
        let frame = CloseFrame { code: 1000.into(), reason: "".into() };
        self.ws.close(Some(frame)).await.unwrap();
        while let Some(Ok(_)) = self.ws.next().await {}
    }

    /// The code and reason with which the relay closes; what it says before is passed over.
    pub async fn closed(&mut self) -> (u16, String) {
        loop {
            if let Message::Close(frame) = self.message().await {
                let CloseFrame { code, reason } = frame.expect("every Close has a reason");
                return (code.into(), reason.to_string());
            }
        }
    }
}

/// An answer's head, in lower case, and its body.
pub async fn ask(relay: &Relay, method: &str, path: &str, headers: &str) -> (String, Vec<u8>) {
    ask_at(relay.address, method, path, headers).await
}

pub async fn ask_at(address: SocketAddr, method: &str, path: &str, headers: &str) -> (String, Vec<u8>) {
    let stream = TcpStream::connect(address).await.unwrap();
    ask_over(stream, address, method, path, headers).await
}

pub async fn ask_over(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &str,
) -> (String, Vec<u8>) {
    let host = if headers.contains("host:") { String::new() } else { format!("host: {address}\r\n") };
    let request = format!("{method} {path} HTTP/1.1\r\n{host}{headers}connection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await.unwrap().unwrap();
    let end = answer.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
    (head, answer[end + 4..].to_vec())
}

pub fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

pub fn send(len: usize) -> Call {
    Call::Send { fd: FD, data: vec![b'x'; len].into(), flags: PLAIN }
}
