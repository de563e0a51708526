//! How a WebSocket ends.

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use tokio::sync::oneshot;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite;

use crate::registry::Held;
use crate::session::Closing;
use crate::{Limits, Relay};

/// How a WebSocket ended.
pub(super) enum End {
    /// The relay closes it.
    Close(Closing),
    /// The client said that it has finished.
    Finished,
    /// It broke.
    Cut,
    /// The relay closes it, and the session ends too.
    Over(Closing),
    /// The session is wanted by another WebSocket.
    Wanted(oneshot::Sender<Box<Held>>),
}

impl Closing {
    /// For a text message.
    pub(super) fn text() -> Self {
        Self::new(Self::PROTOCOL, "a text message; this protocol has binary ones only")
    }

    /// For a session whose client has sent all that it may.
    pub(super) fn spent(most: u64) -> Self {
        let reason = format!("this session has sent {most} bytes, all that one may: open another");
        Self::new(Self::LIMIT, reason).by("session-bytes")
    }

    /// For one that has lasted as long as it may.
    pub(super) fn lasted(limits: &Limits) -> Self {
        let most = humantime::format_duration(limits.session);
        let reason = format!("this session has lasted {most}, as long as one may: open another");
        Self::new(Self::LIMIT, reason).by("session")
    }

    /// For a client that says nothing.
    pub(super) fn silent(limits: &Limits) -> Self {
        let reason = format!("nothing was heard of you for {}", humantime::format_duration(limits.idle));
        Self::new(Self::NORMAL, reason).by("idle")
    }
}

pub(super) fn ended_by(error: axum::Error, limits: &Limits) -> End {
    closing_for(error, limits).map_or(End::Cut, End::Close)
}

/// How to close a WebSocket on which this happened; `None` if it is gone.
pub(super) fn closing_for(error: axum::Error, limits: &Limits) -> Option<Closing> {
    use tungstenite::Error as E;
    match error.into_inner().downcast_ref::<E>()? {
        E::Capacity(_) => {
            let most = limits.message;
            Some(
                Closing::new(Closing::TOO_LARGE, format!("a message has at most {most} bytes")).by("message"),
            )
        }
        E::Utf8(_) => Some(Closing::new(Closing::MALFORMED, "text that is not UTF-8")),
        E::Protocol(tungstenite::error::ProtocolError::ResetWithoutClosingHandshake) => None,
        E::Protocol(error) => Some(Closing::new(Closing::PROTOCOL, error.to_string())),
        E::WriteBufferFull(_) => {
            Some(Closing::new(Closing::TRY_LATER, "you do not read what is sent to you").by("outbound"))
        }
        _ => None,
    }
}

/// Says Close and gives the other end a moment to hear it.
pub(super) async fn close(relay: &Relay, ws: &mut WebSocket, closing: Closing) {
    if let Some(limit) = closing.limit {
        relay.metrics.refused(limit);
    }
    let frame = CloseFrame { code: closing.code, reason: closing.reason.into() };
    let farewell = async {
        if ws.send(Message::Close(Some(frame))).await.is_err() {
            return;
        }
        while let Some(answer) = ws.recv().await {
            if answer.is_err() {
                // What the client still sends stays unread, and closing now would reset the connection before it
                // has read why: let the time pass instead.
                return std::future::pending().await;
            }
        }
    };
    // A client that does not answer is left.
    let _ = timeout(relay.limits.close, farewell).await;
}
