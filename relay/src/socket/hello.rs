//! The first message of a WebSocket: which session it wants, and whether it may have it.

use std::sync::Arc;

use axum::extract::ws::{Message, WebSocket};
use protocol::{FromClient, Hello};
use serde::de::DeserializeOwned;
use tokio::time::{Instant, timeout};

use super::ending::{close, closing_for};
use crate::registry::{Held, NotGiven, Seat};
use crate::rooms::Membership;
use crate::session::Closing;
use crate::{Limits, Relay};

/// The first message, if one comes in time; else the WebSocket is closed.
pub(super) async fn first<M: DeserializeOwned>(relay: &Relay, ws: &mut WebSocket) -> Option<M> {
    let limits = &relay.limits;
    let closing = match timeout(limits.hello, message(ws, limits)).await {
        Ok(Ok(message)) => return Some(message),
        Ok(Err(None)) => return None,
        Ok(Err(Some(closing))) => closing,
        Err(_) => {
            let reason = format!("no hello came within {}", humantime::format_duration(limits.hello));
            Closing::new(Closing::PROTOCOL, reason).by("hello")
        }
    };
    close(relay, ws, closing).await;
    None
}

/// The first message. `None` if the client went away.
async fn message<M: DeserializeOwned>(ws: &mut WebSocket, limits: &Limits) -> Result<M, Option<Closing>> {
    loop {
        let bytes = match ws.recv().await {
            None | Some(Ok(Message::Close(_))) => return Err(None),
            Some(Err(error)) => return Err(closing_for(error, limits)),
            Some(Ok(Message::Binary(bytes))) => bytes,
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
            Some(Ok(Message::Text(_))) => return Err(Some(Closing::text())),
        };
        return protocol::decode(&bytes)
            .map_err(|malformed| Some(Closing::new(Closing::MALFORMED, malformed.to_string())));
    }
}

/// The hello that the first message has to be.
pub(super) fn hello(message: FromClient) -> Result<Hello, Closing> {
    match message {
        FromClient::Hello(hello) if hello.version == protocol::VERSION => Ok(hello),
        FromClient::Hello(hello) => {
            let reason = format!("this relay speaks version {}, not {}", protocol::VERSION, hello.version);
            Err(Closing::new(Closing::PROTOCOL, reason))
        }
        FromClient::Lab(_) | FromClient::Room(_) | FromClient::Ack { .. } => {
            Err(Closing::new(Closing::PROTOCOL, "the first message must be hello"))
        }
    }
}

/// The session that the client asks for, and whether it is one that went on.
pub(super) async fn open(relay: &Relay, hello: Hello, seat: Seat) -> Result<(Box<Held>, bool), Closing> {
    let seat = Arc::new(seat);
    if let Some(token) = &relay.token {
        may_guess(relay, &seat)?;
        if !token.is(hello.token.as_deref().unwrap_or_default()) {
            return Err(wrong_token(relay, &seat, hello.token.is_some()));
        }
    }
    if let Some(resume) = hello.resume {
        may_guess(relay, &seat)?;
        match relay.registry.take_over(&resume.session, &resume.key).await {
            Ok(mut held) => {
                if held.session.resume(resume.last) {
                    relay.metrics.resumed();
                    held.sit(seat);
                    return Ok((held, true));
                }
            }
            Err(NotGiven::WrongKey) => relay.guesses.wrong(seat.address(), Instant::now()),
            // After a restart a whole class asks for sessions that nobody knows: no guess.
            Err(NotGiven::Unknown) => {}
        }
    }
    let labs = crate::Labs::new(Arc::clone(&relay.grounds));
    let room = Membership::new(relay.rooms.clone());
    Ok((relay.registry.open(seat, (labs, room), &relay.limits, &relay.metrics), false))
}

/// A token that is missing is no guess.
fn wrong_token(relay: &Relay, seat: &Seat, given: bool) -> Closing {
    relay.metrics.refused("token");
    if given {
        relay.guesses.wrong(seat.address(), Instant::now());
        Closing::new(Closing::TOKEN, "this is not the relay's access token")
    } else {
        Closing::new(Closing::TOKEN, "this relay asks for an access token: whoever runs it has it")
    }
}

/// Whether a secret of this client may be looked at.
pub(super) fn may_guess(relay: &Relay, seat: &Seat) -> Result<(), Closing> {
    let most = relay.limits.wrong_keys;
    relay.guesses.may_try(seat.address(), Instant::now()).map_err(|wait| {
        let seconds = wait.as_secs() + 1;
        let reason =
            format!("{most} wrong keys in a minute came from your address: try again in {seconds} s");
        Closing::new(Closing::TRY_LATER, reason).by("wrong-keys")
    })
}
