//! `calls` on a real kernel: this machine's, or a relay's.

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use protocol::{FromClient, FromRelay, Hello, LabReport, LabRequest, PeerSpec};
use serde_json::{Value, json};
use syscall::{CallId, TaskId};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message, http};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::{Line, Stop, heading, print};
use crate::{Labs, Limits};

/// How long a call may wait before it is cancelled.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a relay has to answer what is answered at once.
const SOON: Duration = Duration::from_secs(10);

/// An acknowledgement and the next request are two small writes in a row: Nagle's algorithm would hold the second.
const NO_DELAY: bool = true;

/// Where requests go and reports come from.
enum Kernel {
    Own(Box<Labs>, Option<LabReport>),
    Relay(Box<WebSocketStream<MaybeTlsStream<TcpStream>>>),
}

fn block_on(work: impl Future<Output = Result<(), Stop>>) -> Result<(), Stop> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|e| Stop::Failed(format!("the system gives no runtime: {e}")))?.block_on(work)
}

pub(super) fn run_lab(peer: PeerSpec, lines: Vec<(usize, Line)>) -> Result<(), Stop> {
    block_on(async {
        let limits = Limits::default();
        let labs = Labs::new(limits.lab, Arc::new(Semaphore::new(limits.sockets)));
        perform(Kernel::Own(Box::new(labs), None), peer, lines).await
    })
}

pub(super) fn run_relay(url: &str, peer: PeerSpec, lines: Vec<(usize, Line)>) -> Result<(), Stop> {
    block_on(async {
        let mut kernel = Kernel::Relay(Box::new(connect(url).await?));
        kernel.send(&FromClient::Hello(Hello { version: protocol::VERSION, resume: None })).await?;
        match timeout(SOON, kernel.receive()).await {
            Ok(Ok(FromRelay::Welcome { kernel, .. })) => print(json!({ "kernel": kernel }))?,
            Ok(Ok(FromRelay::Elsewhere { url })) => {
                return Err(Stop::Failed(format!("this relay sends you to {url}")));
            }
            Ok(Ok(_)) | Err(_) => return Err(Stop::Failed("the relay does not answer hello".into())),
            Ok(Err(stop)) => return Err(stop),
        }
        perform(kernel, peer, lines).await
    })
}

async fn connect(url: &str) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>, Stop> {
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

impl Kernel {
    async fn send(&mut self, message: &FromClient) -> Result<(), Stop> {
        let Self::Relay(ws) = self else { return Ok(()) };
        let message = Message::Binary(protocol::encode(message).into());
        ws.send(message).await.map_err(|e| Stop::Failed(format!("the relay is gone: {e}")))
    }

    async fn receive(&mut self) -> Result<FromRelay, Stop> {
        let Self::Relay(ws) = self else { return std::future::pending().await };
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

    async fn request(&mut self, request: LabRequest) -> Result<(), Stop> {
        match self {
            Self::Own(labs, said) => {
                *said = labs.request(request);
                Ok(())
            }
            Self::Relay(_) => self.send(&FromClient::Lab(request)).await,
        }
    }

    async fn report(&mut self) -> Result<LabReport, Stop> {
        if let Self::Own(labs, said) = self {
            return Ok(match said.take() {
                Some(report) => report,
                None => poll_fn(|cx| labs.poll_report(cx)).await,
            });
        }
        loop {
            if let FromRelay::Lab { seq, report } = self.receive().await? {
                self.send(&FromClient::Ack { through: seq }).await?;
                return Ok(report);
            }
        }
    }
}

async fn perform(mut kernel: Kernel, peer: PeerSpec, lines: Vec<(usize, Line)>) -> Result<(), Stop> {
    kernel.request(LabRequest::Open { peer }).await?;
    loop {
        match timeout(SOON, kernel.report()).await {
            Ok(Ok(LabReport::Opened { peer })) => break print(json!({ "opened": peer }))?,
            Ok(Ok(report)) => tell(report)?,
            Ok(Err(stop)) => return Err(stop),
            Err(_) => return Err(Stop::Failed("no lab was opened".into())),
        }
    }
    for (number, line) in lines {
        match line {
            Line::Tell(text) => kernel.request(LabRequest::Tell { text }).await?,
            Line::Sleep(ms) => pass(&mut kernel, Duration::from_millis(ms)).await?,
            Line::Call(call) => {
                let (id, task) = (CallId(number as u64), TaskId(0));
                let heading = heading(number, &call);
                kernel.request(LabRequest::Submit { id, task, call }).await?;
                ended(&mut kernel, id, heading).await?;
            }
        }
    }
    // What the peer was told last shall be seen too.
    pass(&mut kernel, Duration::from_millis(50)).await?;
    if let Kernel::Relay(ws) = &mut kernel {
        // Close 1000 ends the session now. All is printed: whether the relay hears it changes nothing here.
        let frame = CloseFrame { code: CloseCode::Normal, reason: Default::default() };
        let _ = timeout(SOON, ws.send(Message::Close(Some(frame)))).await;
    }
    Ok(())
}

/// Lets time pass and tells what happens meanwhile.
async fn pass(kernel: &mut Kernel, time: Duration) -> Result<(), Stop> {
    let tells = async {
        loop {
            tell(kernel.report().await?)?;
        }
    };
    timeout(time, tells).await.unwrap_or(Ok(()))
}

/// Waits for the end of a call and tells it.
async fn ended(kernel: &mut Kernel, id: CallId, heading: Value) -> Result<(), Stop> {
    let mut cancelled = false;
    loop {
        match timeout(PATIENCE, kernel.report()).await {
            Err(_) if cancelled => return Err(Stop::Failed("a cancelled call does not end".into())),
            Err(_) => {
                cancelled = true;
                kernel.request(LabRequest::Cancel { id }).await?;
            }
            Ok(Ok(LabReport::Completed { id: ended, outcome, by, here, there, at })) if ended == id => {
                let mut object = heading;
                let fields = json!({ "outcome": outcome, "by": by, "here": here, "there": there, "at": at });
                if let (Some(object), Value::Object(fields)) = (object.as_object_mut(), fields) {
                    object.extend(fields.into_iter().filter(|(_, value)| !value.is_null()));
                }
                return print(object);
            }
            Ok(report) => tell(report?)?,
        }
    }
}

/// Tells what no line asked for: what the peer does, and refusals.
fn tell(report: LabReport) -> Result<(), Stop> {
    match report {
        LabReport::Refused { reason } => Err(Stop::Failed(reason)),
        LabReport::Peer { call, outcome, received, here, at } => print(json!({
            "peer": { "call": call.to_string(), "outcome": outcome, "received": received, "here": here, "at": at }
        })),
        LabReport::Opened { .. } | LabReport::Completed { .. } | LabReport::Closed { .. } => Ok(()),
    }
}
