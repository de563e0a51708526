//! `calls` through a relay, as a client of its protocol.

use std::time::{Duration, Instant};

use protocol::{FromClient, FromRelay, KernelInfo, LabReport, LabRequest, LabSpec};
use serde_json::{Value, json};
use syscall::{Call, CallId, Micros, Pid, TaskId};
use tokio::runtime::Runtime;
use tokio::time::timeout;

use super::lines::{Fault, Order};
use super::session::{Happened, Machine, fields};
use super::{Options, Stop};
use crate::cli::client::{self, SOON, Socket};

/// How long a call may wait before it is cancelled, in microseconds.
const PATIENCE: Micros = 60_000_000;
/// Tasks below are threads of the learner's first process (PROTOCOL.md).
const FIRST_CHILD: u32 = 1000;

/// A session at a relay.
pub(super) struct Relay {
    ws: Box<Socket>,
    kernel: KernelInfo,
    opened: Instant,
    tasks: u32,
    runtime: Runtime,
}

async fn report(ws: &mut Socket) -> Result<LabReport, String> {
    loop {
        if let FromRelay::Lab { seq, report } = client::receive(ws).await? {
            client::send(ws, &FromClient::Ack { through: seq }).await?;
            return Ok(report);
        }
    }
}

impl Relay {
    /// Says hello to the relay at this address.
    pub(super) fn connect(url: &str) -> Result<Self, Stop> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|e| Stop::Failed(format!("the system gives no runtime: {e}")))?;
        let connected = runtime.block_on(async {
            let mut ws = client::connect(url, protocol::SUBPROTOCOL).await?;
            let welcome = client::hello(&mut ws, client::token(None)?).await?;
            Ok((ws, welcome.kernel))
        });
        let (ws, kernel) = connected.map_err(Stop::Failed)?;
        Ok(Self { ws: Box::new(ws), kernel, opened: Instant::now(), tasks: 0, runtime })
    }

    fn request(&mut self, request: LabRequest) -> Result<(), Stop> {
        let Self { ws, runtime, .. } = self;
        runtime.block_on(client::send(ws, &FromClient::Lab(request))).map_err(Stop::Failed)
    }

    fn report(&mut self, limit: Duration) -> Result<Option<LabReport>, Stop> {
        let Self { ws, runtime, .. } = self;
        let report = runtime.block_on(async { timeout(limit, report(ws)).await.ok().transpose() });
        report.map_err(Stop::Failed)
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
        let Self { ws, runtime, .. } = self;
        runtime.block_on(client::finish(ws));
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
