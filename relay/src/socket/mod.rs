//! A client's WebSocket: one task that reads requests, runs the session's lab and writes reports.
//!
//! The rules are [`Session`](crate::session::Session)'s; here is only when to read, write, ping, close and give away.
//! One task and no channel between the parts: a call costs one wake-up. A pipe has a WebSocket and a task of its own.

mod attached;
mod ending;
mod hello;
mod pipe;

use std::sync::Arc;

use axum::extract::ws::{Message, WebSocket};
use protocol::{FromClient, FromRelay};
use tokio::time::{Instant, sleep_until};

use self::attached::attached;
use self::ending::{End, close};
use self::hello::{first, open};
use crate::Relay;
use crate::registry::{Held, Seat, Wanted};
use crate::session::Closing;

pub(crate) use self::pipe::run as run_pipe;

/// Runs a WebSocket from its hello to its end, and the session for as long as it outlives it.
pub(crate) async fn run(relay: Arc<Relay>, mut ws: WebSocket, seat: Seat) {
    let Some(message) = first::<FromClient>(&relay, &mut ws).await else { return };
    let hello = match hello::hello(message) {
        Ok(hello) => hello,
        Err(closing) => return close(&relay, &mut ws, closing).await,
    };
    let (mut held, resumed) = match open(&relay, hello, seat).await {
        Ok(opened) => opened,
        Err(closing) => return close(&relay, &mut ws, closing).await,
    };
    let welcome = FromRelay::Welcome {
        session: held.session.name().into(),
        key: held.session.key().into(),
        resumed,
        kernel: relay.kernel.clone(),
        limits: relay.limits.told(),
    };
    if ws.send(Message::Binary(protocol::encode(&welcome).into())).await.is_err() {
        return park(&relay, held).await;
    }
    tracing::debug!(session = held.name(), resumed, "session attached");
    let end = attached(&relay, &mut ws, &mut held).await;
    match end {
        End::Finished => held.tally.end = "its client ended it".into(),
        End::Cut => {
            drop(ws);
            park(&relay, held).await;
        }
        End::Close(closing) => {
            tracing::debug!(session = held.name(), code = closing.code, reason = closing.reason, "closing");
            if relay.stop.is_cancelled() {
                held.tally.end.clone_from(&closing.reason);
            }
            close(&relay, &mut ws, closing).await;
            drop(ws);
            if !relay.stop.is_cancelled() {
                park(&relay, held).await;
            }
        }
        End::Over(closing) => {
            held.tally.end.clone_from(&closing.reason);
            drop(held);
            close(&relay, &mut ws, closing).await;
        }
        End::Wanted(give) => {
            // If the other task is gone, the session goes with it.
            let _ = give.send(held);
            let closing = Closing::new(Closing::NORMAL, "this session goes on in another connection");
            close(&relay, &mut ws, closing).await;
        }
    }
}

/// Runs a session whose client is away, until it comes back or its time is over.
async fn park(relay: &Relay, mut held: Box<Held>) {
    let over = sleep_until((Instant::now() + relay.limits.resume).min(held.over));
    tokio::pin!(over);
    held.room.connected(false);
    loop {
        held.session.trim();
        let Held { labs, room, wanted, .. } = &mut *held;
        let report = std::future::poll_fn(|cx| labs.poll_report(cx));
        // How things are in the room is told to whoever comes back.
        let said = std::future::poll_fn(|cx| room.poll_report(false, cx));
        tokio::select! {
            report = report => held.report(report),
            report = said => held.session.room_report(report),
            wanted = wanted.recv() => match wanted {
                Some(Wanted::Session(give)) => return drop(give.send(held)),
                Some(Wanted::Pipe(asked)) => {
                    let (to, answer) = *asked;
                    held.pipe(to, answer);
                }
                None => return,
            },
            () = &mut over => return,
            () = relay.stop.cancelled() => {
                held.tally.end = "the relay stops".into();
                return;
            }
        }
    }
}
