//! `calls` through a relay, as a client of its protocol.

use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use protocol::{FromClient, FromRelay, Hello, KernelInfo, LabReport, LabRequest, LabSpec};
use serde_json::{Value, json};
use syscall::{Call, CallId, Micros, Pid, TaskId};
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message, http};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::lines::{Fault, Order};
use super::session::{Happened, Machine, fields};
use super::{Options, Stop};

/// How long a call may wait before it is cancelled, in microseconds.
const PATIENCE: Micros = 60_000_000;
/// How long a relay has to answer what is answered at once.
const SOON: Duration = Duration::from_secs(10);
/// Tasks below are threads of the learner's first process (PROTOCOL.md).
const FIRST_CHILD: u32 = 1000;

/// An acknowledgement and the next request are two small writes in a row: Nagle's algorithm would hold the second.
const NO_DELAY: bool = true;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A session at a relay.
pub(super) struct Relay {
    ws: Box<Socket>,
    kernel: KernelInfo,
    opened: Instant,
    tasks: u32,
    runtime: Runtime,
}

async fn connect(url: &str) -> Result<Socket, Stop> {
    let failed = |why: String| Stop::Failed(format!("{url}: {why}"));
    let host = url.trim_start_matches("http://").trim_start_matches("ws://");
    let host = host.split('/').next().unwrap_or_default();
    let mut request = format!("ws://{host}{}", protocol::PATH)
        .into_client_request()
        .map_err(|_| failed("not an address; say for example http://127.0.0.1:8080".into()))?;
    let value = |text: &str| http::HeaderValue::from_str(text).map_err(|e| failed(e.to_string()));
    request.headers_mut().insert(http::header::ORIGIN, value(&format!("http://{host}"))?);
    request.headers_mut().insert(http::header::SEC_WEBSOCKET_PROTOCOL, value(protocol::SUBPROTOCOL)?);
    match timeout(SOON, connect_async_with_config(request, None, NO_DELAY)).await {
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

async fn send(ws: &mut Socket, message: &FromClient) -> Result<(), Stop> {
    let message = Message::Binary(protocol::encode(message).into());
    ws.send(message).await.map_err(|e| Stop::Failed(format!("the relay is gone: {e}")))
}

async fn receive(ws: &mut Socket) -> Result<FromRelay, Stop> {
    loop {
        match ws.next().await {
            Some(Ok(Message::Binary(bytes))) => {
                return protocol::decode(&bytes)
                    .map_err(|e| Stop::Failed(format!("the relay speaks oddly: {e}")));
            }
            Some(Ok(Message::Close(Some(frame)))) => {
                return Err(Stop::Failed(format!("the relay closed: {} {}", frame.code, frame.reason)));
            }
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return Err(Stop::Failed("the connection to the relay broke".into())),
        }
    }
}

async fn report(ws: &mut Socket) -> Result<LabReport, Stop> {
    loop {
        if let FromRelay::Lab { seq, report } = receive(ws).await? {
            send(ws, &FromClient::Ack { through: seq }).await?;
            return Ok(report);
        }
    }
}

impl Relay {
    /// Says hello to the relay at this address.
    pub(super) fn connect(url: &str) -> Result<Self, Stop> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|e| Stop::Failed(format!("the system gives no runtime: {e}")))?;
        let (ws, kernel) = runtime.block_on(async {
            let mut ws = connect(url).await?;
            send(
                &mut ws,
                &FromClient::Hello(Hello { version: protocol::VERSION, resume: None, token: None }),
            )
            .await?;
            match timeout(SOON, receive(&mut ws)).await {
                Ok(Ok(FromRelay::Welcome { kernel, .. })) => Ok((ws, kernel)),
                Ok(Ok(FromRelay::Elsewhere { url })) => {
                    Err(Stop::Failed(format!("this relay sends you to {url}")))
                }
                Ok(Ok(_)) | Err(_) => Err(Stop::Failed("the relay does not answer hello".into())),
                Ok(Err(stop)) => Err(stop),
            }
        })?;
        Ok(Self { ws: Box::new(ws), kernel, opened: Instant::now(), tasks: 0, runtime })
    }

    fn request(&mut self, request: LabRequest) -> Result<(), Stop> {
        let Self { ws, runtime, .. } = self;
        runtime.block_on(send(ws, &FromClient::Lab(request)))
    }

    fn report(&mut self, limit: Duration) -> Result<Option<LabReport>, Stop> {
        let Self { ws, runtime, .. } = self;
        runtime.block_on(async { timeout(limit, report(ws)).await.ok().transpose() })
    }
}

impl Machine for Relay {
    fn open(&mut self, options: &Options) -> Result<Vec<Value>, Stop> {
        let peer = options.peer();
        let peer = peer.ok_or_else(|| Stop::Usage("a relay's lab has a peer: say --peer echo".into()))?;
        let mut told = vec![json!({ "kernel": self.kernel })];
        self.request(LabRequest::Open { lab: LabSpec::with(peer) })?;
        loop {
            match self.report(SOON)? {
                Some(LabReport::Opened { peers }) => {
                    told.push(opened(&peers));
                    return Ok(told);
                }
                Some(report) => {
                    if let Happened::Said(value) = happened(report)? {
                        told.push(value);
                    }
                }
                None => return Err(Stop::Failed("no lab was opened".into())),
            }
        }
    }

    /// Threads of the learner's one process.
    fn spawn(&mut self, host: u16) -> Result<TaskId, Stop> {
        if host != 0 {
            return Err(Stop::Failed(format!(
                "host {host} is the peer's: a relay's learner has host 0 alone"
            )));
        }
        self.tasks += 1;
        if self.tasks > FIRST_CHILD {
            return Err(Stop::Failed(format!("more than {FIRST_CHILD} tasks")));
        }
        Ok(TaskId(self.tasks - 1))
    }

    fn child(&mut self, pid: Pid) -> TaskId {
        TaskId(pid.0.saturating_sub(1))
    }

    fn submit(&mut self, id: CallId, task: TaskId, call: Call) -> Result<(), Stop> {
        self.request(LabRequest::Submit { id, task, call })
    }

    fn cancel(&mut self, id: CallId) -> Result<(), Stop> {
        self.request(LabRequest::Cancel { id })
    }

    fn order(&mut self, _task: TaskId, _order: Order) -> Result<(), Stop> {
        Err(Stop::Failed("a relay offers no signals and no privileges".into()))
    }

    fn wire(&mut self, _host: u16, _fault: Fault) -> Result<(), Stop> {
        Err(Stop::Failed("a relay's wire is not ours to cut".into()))
    }

    fn tell(&mut self, text: &str) -> Result<(), Stop> {
        self.request(LabRequest::Tell { peer: 0, text: text.into() })
    }

    fn next(&mut self, until: Option<Micros>) -> Result<Happened, Stop> {
        let left = until.unwrap_or(Micros::MAX).saturating_sub(self.now());
        match self.report(Duration::from_micros(left))? {
            Some(report) => happened(report),
            None => Ok(Happened::TimeUp),
        }
    }

    fn now(&self) -> Micros {
        u64::try_from(self.opened.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn patience(&self) -> Option<Micros> {
        Some(PATIENCE)
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        // Close 1000 ends the session now. All is printed: whether the relay hears it changes nothing here.
        let frame = CloseFrame { code: CloseCode::Normal, reason: Default::default() };
        let Self { ws, runtime, .. } = self;
        let _ = runtime.block_on(async { timeout(SOON, ws.send(Message::Close(Some(frame)))).await });
    }
}

/// The one peer's address.
fn opened(peers: &[syscall::Address]) -> Value {
    json!({ "opened": peers.first() })
}

fn happened(report: LabReport) -> Result<Happened, Stop> {
    Ok(match report {
        LabReport::Completed { id, outcome, by, real, here, there, at } => {
            let told = json!({ "by": by, "real": real.lines(), "here": here, "there": there, "at": at });
            Happened::Ended(id, outcome, fields(told))
        }
        LabReport::Refused { reason } => return Err(Stop::Failed(reason)),
        LabReport::Peer { call, outcome, received, here, at, .. } => Happened::Said(json!({
            "peer": { "call": call.to_string(), "outcome": outcome, "received": received, "here": here, "at": at }
        })),
        LabReport::Opened { peers } => Happened::Said(opened(&peers)),
        LabReport::Happened { event } => Happened::Said(json!({ "happened": event })),
        LabReport::Holds { task, peer, fd, observed, at } => Happened::Said(json!({
            "holds": { "task": task, "peer": peer, "fd": fd, "observed": observed, "at": at }
        })),
        LabReport::Captured { part, left } => {
            Happened::Said(json!({ "captured": { "bytes": part.len(), "left": left } }))
        }
        LabReport::Notice { says } => Happened::Said(json!({ "notice": says })),
        LabReport::Closed { reason } => Happened::Said(json!({ "closed": reason })),
    })
}
