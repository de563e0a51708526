//! A client of the relay.

use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use protocol::room::Ask;
use protocol::{
    FromClient, FromRelay, Hello, LabReport, LabRequest, LabSpec, PeerSpec, RoomReport, RoomRequest,
};
use syscall::{Address, Bytes, Call, CallId, Domain, Fd, MsgFlags, Outcome, Returned, SocketType, TaskId};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Bytes as Raw, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

pub(crate) type Problem = Box<dyn std::error::Error + Send + Sync>;
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

/// A session, perhaps with a lab and a connection to its peer.
pub(crate) struct Relay {
    socket: Socket,
    /// Its name and its key.
    own: (String, String),
    /// Where its lab's peer is.
    peer: Option<Address>,
    calls: u64,
    seen: u64,
    acknowledged: u64,
    fd: Fd,
}

impl Relay {
    /// Opens a session without a lab.
    pub(crate) async fn hello(address: &str) -> Result<Self, Problem> {
        let socket = open(address, protocol::PATH, Some(protocol::SUBPROTOCOL)).await?;
        let own = (String::new(), String::new());
        let mut relay = Self { socket, own, peer: None, calls: 0, seen: 0, acknowledged: 0, fd: Fd(-1) };
        let hello = Hello { version: protocol::VERSION, resume: None, token: None };
        relay.say(&FromClient::Hello(hello)).await?;
        match relay.message().await? {
            FromRelay::Welcome { session, key, .. } => relay.own = (session, key),
            other => return Err(format!("no welcome: {other:?}").into()),
        }
        Ok(relay)
    }

    /// Opens a session and a lab with this peer in it.
    pub(crate) async fn open_lab(address: &str, peer: PeerSpec) -> Result<Self, Problem> {
        let mut relay = Self::hello(address).await?;
        let lab = LabSpec::with(peer);
        relay.say(&FromClient::Lab(LabRequest::Open { lab })).await?;
        loop {
            if let LabReport::Opened { peers } = relay.report().await? {
                relay.peer = peers.first().copied();
                return Ok(relay);
            }
        }
    }

    /// Opens a session and, in its lab, a non-blocking connection to a peer that reads when told.
    pub(crate) async fn connect(address: &str) -> Result<Self, Problem> {
        let mut relay = Self::open_lab(address, PeerSpec::named("sleepy")).await?;
        let address = relay.peer()?;
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
        // A page says how far it has read after every eighth report; what it has read the relay keeps no longer.
        let through = relay.seen - relay.seen % 8;
        relay.say(&FromClient::Ack { through }).await?;
        Ok(relay)
    }

    /// The session's name.
    pub(crate) fn name(&self) -> String {
        self.own.0.clone()
    }

    /// Its key.
    pub(crate) fn key(&self) -> String {
        self.own.1.clone()
    }

    /// Where the peer is.
    pub(crate) fn peer(&self) -> Result<Address, Problem> {
        Ok(self.peer.ok_or("the lab has no peer")?)
    }

    /// Ends the session.
    pub(crate) async fn finish(mut self) -> Result<(), Problem> {
        let frame = CloseFrame { code: CloseCode::Normal, reason: "".into() };
        self.socket.close(Some(frame)).await?;
        while self.socket.next().await.is_some() {}
        Ok(())
    }

    /// Reads whatever comes, and acknowledges it, for as long as the relay says something.
    pub(crate) async fn read_on(mut self) {
        while self.report().await.is_ok() {
            let through = self.seen;
            if through.is_multiple_of(64) && self.say(&FromClient::Ack { through }).await.is_err() {
                return;
            }
        }
    }

    /// Asks this of its room, under this number.
    pub(crate) async fn ask(&mut self, id: u32, ask: Ask) -> Result<(), Problem> {
        self.say(&FromClient::Room(RoomRequest { id, ask })).await
    }

    /// The next that its room says. May be given up while it waits.
    pub(crate) async fn hear(&mut self) -> Result<RoomReport, Problem> {
        loop {
            if let FromRelay::Room { seq, report } = self.message().await? {
                self.seen = seq;
                return Ok(report);
            }
        }
    }

    /// Acknowledges what came, where it is enough to be worth a message.
    pub(crate) async fn acknowledge(&mut self) -> Result<(), Problem> {
        let through = self.seen;
        if through < self.acknowledged + 8 {
            return Ok(());
        }
        self.acknowledged = through;
        self.say(&FromClient::Ack { through }).await
    }

    /// Asks as fast as it can, and reads what comes.
    pub(crate) async fn flood(self) {
        let (mut to, mut from) = self.socket.split();
        let asks = async {
            for id in 1.. {
                let submit = submit(id, Call::Gethostname);
                if to.send(submit).await.is_err() {
                    return;
                }
            }
        };
        let reads = async { while let Some(Ok(_)) = from.next().await {} };
        tokio::join!(asks, reads);
    }

    /// Asks so often, and reads nothing.
    pub(crate) async fn ask_without_reading(&mut self, calls: usize) -> Result<(), Problem> {
        for _ in 0..calls {
            self.calls += 1;
            self.socket.send(submit(self.calls, Call::Gethostname)).await?;
        }
        Ok(())
    }

    /// Sends bytes and waits for the answer; the kernel must take them all. How long it took from message to message:
    /// what this client needs to write the one and to read the other is not the relay's.
    pub(crate) async fn send(&mut self, data: &Bytes) -> Result<Duration, Problem> {
        let call = Call::Send { fd: self.fd, data: data.clone(), flags: MsgFlags::default() };
        self.calls += 1;
        let message = submit(self.calls, call);
        let start = Instant::now();
        self.socket.send(message).await?;
        loop {
            let answer = self.bytes().await?;
            let took = start.elapsed();
            match self.told(protocol::decode(&answer)?)? {
                Some(LabReport::Completed { id, outcome, .. }) if id.0 == self.calls => match outcome {
                    Ok(Returned::Count(n)) if n as usize == data.len() => return Ok(took),
                    other => return Err(format!("send: {other:?}").into()),
                },
                _ => {}
            }
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
            let message = self.message().await?;
            if let Some(report) = self.told(message)? {
                return Ok(report);
            }
        }
    }

    /// The lab's report in a message, if it is one that goes on.
    fn told(&mut self, message: FromRelay) -> Result<Option<LabReport>, Problem> {
        match message {
            FromRelay::Lab {
                report: LabReport::Refused { reason } | LabReport::Closed { reason }, ..
            } => Err(reason.into()),
            FromRelay::Lab { seq, report } => {
                self.seen = seq;
                Ok(Some(report))
            }
            _ => Ok(None),
        }
    }

    async fn message(&mut self) -> Result<FromRelay, Problem> {
        Ok(protocol::decode(&self.bytes().await?)?)
    }

    async fn bytes(&mut self) -> Result<Raw, Problem> {
        binary(&mut self.socket).await
    }
}

/// The next binary message, whole.
pub(crate) async fn binary(socket: &mut Socket) -> Result<Raw, Problem> {
    loop {
        match socket.next().await.ok_or("the server has closed the connection")?? {
            Message::Binary(bytes) => return Ok(bytes),
            Message::Close(why) => return Err(format!("the server closed: {why:?}").into()),
            _ => {}
        }
    }
}

fn submit(id: u64, call: Call) -> Message {
    let request = LabRequest::Submit { id: CallId(id), task: TaskId(0), call };
    Message::Binary(protocol::encode(&FromClient::Lab(request)).into())
}
