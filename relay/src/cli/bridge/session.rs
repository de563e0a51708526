//! The bridge's session: its lab, its end, and calls of the learner's process there.
//!
//! It has a task of its own, since a relay closes on whoever does not read what it tells, and of a peer's calls it tells all. There, one
//! part writes and one reads, so that neither waits for the other.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use protocol::{FromClient, FromRelay, LabReport, LabRequest, LabSpec};
use syscall::{Address, Call, CallId, Errno, Outcome, Returned, TaskId};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_util::sync::CancellationToken;

use crate::cli::client::{self, BROKE, SOON, Socket};

/// Who waits for which call.
type Waiting = Arc<Mutex<BTreeMap<CallId, oneshot::Sender<Outcome>>>>;

/// A session with an open lab.
pub(super) struct Session {
    sink: SplitSink<Socket, Message>,
    stream: SplitStream<Socket>,
    /// The last report's number, to acknowledge.
    seen: watch::Sender<u64>,
    orders: mpsc::UnboundedReceiver<LabRequest>,
    calls: Calls,
    /// The peer's address in the lab.
    pub(super) peer: Address,
}

/// Calls of the learner's process in the lab. Each caller has at most a call or two under way, so that few wait to be sent.
#[derive(Clone)]
pub(super) struct Calls {
    orders: mpsc::UnboundedSender<LabRequest>,
    waiting: Waiting,
    /// The next call's number: calls go out in the order of their numbers.
    next: Arc<Mutex<u64>>,
}

impl Session {
    /// Opens a lab.
    pub(super) async fn open(mut ws: Socket, lab: LabSpec) -> Result<Self, String> {
        client::send(&mut ws, &FromClient::Lab(LabRequest::Open { lab })).await?;
        let opened = async {
            loop {
                let FromRelay::Lab { seq, report } = client::receive(&mut ws).await? else { continue };
                match report {
                    LabReport::Opened { peers } => return Ok((seq, peers)),
                    LabReport::Refused { reason } | LabReport::Closed { reason } => return Err(reason),
                    _ => {}
                }
            }
        };
        let opened = timeout(SOON, opened).await.map_err(|_| "the relay opens no lab".to_owned())?;
        let (seq, peers) = opened?;
        let peer = *peers.first().ok_or("the relay's lab has no peer")?;
        let (sink, stream) = ws.split();
        let (send, orders) = mpsc::unbounded_channel();
        let calls = Calls { orders: send, waiting: Waiting::default(), next: Arc::new(Mutex::new(1)) };
        Ok(Self { sink, stream, seen: watch::channel(seq).0, orders, calls, peer })
    }

    /// Makes calls there, while [`run`](Self::run) runs.
    pub(super) fn calls(&self) -> Calls {
        self.calls.clone()
    }

    /// Keeps the session until it ends, and answers why; or until it is stopped, which ends the session and its lab at once.
    /// With `peer_calls`, what the peer does is printed.
    pub(super) async fn run(self, stop: CancellationToken, peer_calls: bool) -> String {
        let Self { mut sink, mut stream, seen, mut orders, calls, .. } = self;
        let ended = {
            let write = written(&mut sink, &mut orders, seen.subscribe());
            let read = read(&mut stream, &seen, &calls.waiting, peer_calls);
            tokio::select! {
                why = read => Some(why),
                why = write => Some(why),
                () = stop.cancelled() => None,
            }
        };
        if ended.is_none() {
            client::finish(&mut sink).await;
        }
        ended.unwrap_or_default()
    }
}

/// Sends what is asked for and what has been seen, until the connection ends.
async fn written(
    sink: &mut SplitSink<Socket, Message>,
    orders: &mut mpsc::UnboundedReceiver<LabRequest>,
    mut seen: watch::Receiver<u64>,
) -> String {
    loop {
        let message = tokio::select! {
            Some(request) = orders.recv() => FromClient::Lab(request),
            Ok(()) = seen.changed() => FromClient::Ack { through: *seen.borrow_and_update() },
            else => return BROKE.into(),
        };
        if sink.send(Message::Binary(protocol::encode(&message).into())).await.is_err() {
            // Why, whoever reads hears.
            std::future::pending::<()>().await;
        }
    }
}

/// Reads what is reported, until the lab or the connection ends.
async fn read(
    stream: &mut SplitStream<Socket>,
    seen: &watch::Sender<u64>,
    waiting: &Waiting,
    peer_calls: bool,
) -> String {
    loop {
        let bytes = match stream.next().await {
            Some(Ok(Message::Binary(bytes))) => bytes,
            Some(Ok(Message::Close(frame))) => return client::closed(frame.as_ref()),
            Some(Ok(_)) => continue,
            Some(Err(_)) | None => return BROKE.into(),
        };
        let (seq, report) = match client::read(&bytes) {
            Ok(FromRelay::Lab { seq, report }) => (seq, report),
            Ok(_) => continue,
            Err(why) => return why,
        };
        let _ = seen.send(seq);
        match report {
            LabReport::Completed { id, outcome, .. } => {
                let caller = waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
                // Whoever asked may have gone.
                let _ = caller.map(|caller| caller.send(outcome));
            }
            LabReport::Refused { reason } => return reason,
            LabReport::Closed { reason } => {
                return format!("the lab is gone: {reason} Start the bridge again");
            }
            LabReport::Peer { call, outcome, received, .. } if peer_calls => {
                let outcome = match outcome {
                    Ok(Returned::Data(_)) => received.to_string(),
                    Ok(returned) => returned.to_string(),
                    Err(errno) => errno.to_string(),
                };
                eprintln!("peer: {call} = {outcome}");
            }
            LabReport::Notice { says } => eprintln!("{says}"),
            _ => {}
        }
    }
}

impl Calls {
    /// Makes a call and waits for its end. Whoever no longer waits for it stops it.
    pub(super) async fn call(&self, task: TaskId, call: Call) -> Outcome {
        let (answer, answered) = oneshot::channel();
        let mut asked = {
            let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
            let id = CallId(*next);
            *next += 1;
            self.waiting.lock().unwrap_or_else(PoisonError::into_inner).insert(id, answer);
            if self.orders.send(LabRequest::Submit { id, task, call }).is_err() {
                return Err(Errno::ENETDOWN);
            }
            Asked { calls: self, id, ended: false }
        };
        let outcome = answered.await.unwrap_or(Err(Errno::ENETDOWN));
        asked.ended = true;
        outcome
    }
}

/// A call under way.
struct Asked<'c> {
    calls: &'c Calls,
    id: CallId,
    ended: bool,
}

impl Drop for Asked<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.calls.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.id);
            let _ = self.calls.orders.send(LabRequest::Cancel { id: self.id });
        }
    }
}
