//! A client's WebSocket: one task that reads requests, runs the session's lab and writes reports.
//!
//! The rules are [`Session`](crate::session::Session)'s; here is only when to read, write, ping, close and give away.
//! One task and no channel between the parts: a call costs one wake-up.

use std::future::Future as _;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures_util::{Sink as _, Stream as _};
use protocol::{FromClient, FromRelay, Hello, LabReport, LabRequest};
use tokio::sync::oneshot;
use tokio::time::{Instant, Sleep, sleep, sleep_until, timeout};
use tokio_tungstenite::tungstenite;

use crate::registry::{Held, NotGiven, Seat};
use crate::session::Closing;
use crate::{Limits, Relay};

/// A message counts as at least so many bytes of the rate: a flood of tiny ones costs us as much as large ones.
const LEAST_CHARGE: usize = 512;

/// How a WebSocket ended.
enum End {
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

/// What a client's task wakes up for.
enum Event {
    Message(Message),
    Ended(End),
    Report(LabReport),
    /// The delay of a request is over.
    Due(LabRequest),
    Tick,
}

/// Runs a WebSocket from its hello to its end, and the session for as long as it outlives it.
pub(crate) async fn run(relay: Arc<Relay>, mut ws: WebSocket, seat: Seat) {
    let limits = &relay.limits;
    let hello = match timeout(limits.hello, hello(&mut ws, limits)).await {
        Ok(Ok(hello)) => hello,
        Ok(Err(None)) => return,
        Ok(Err(Some(closing))) => return close(&relay, &mut ws, closing).await,
        Err(_) => {
            let reason = format!("no hello came within {}", humantime::format_duration(limits.hello));
            let closing = Closing::new(Closing::PROTOCOL, reason).by("hello");
            return close(&relay, &mut ws, closing).await;
        }
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
        limits: limits.told(),
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

/// The first message. `None` if the client went away.
async fn hello(ws: &mut WebSocket, limits: &Limits) -> Result<Hello, Option<Closing>> {
    loop {
        let message = match ws.recv().await {
            None => return Err(None),
            Some(Err(error)) => return Err(closing_for(error, limits)),
            Some(Ok(message)) => message,
        };
        let bytes = match message {
            Message::Binary(bytes) => bytes,
            Message::Ping(_) | Message::Pong(_) => continue,
            Message::Close(_) => return Err(None),
            Message::Text(_) => return Err(Some(text_refused())),
        };
        return match protocol::decode(&bytes) {
            Err(malformed) => Err(Some(Closing::new(Closing::MALFORMED, malformed.to_string()))),
            Ok(FromClient::Hello(hello)) if hello.version == protocol::VERSION => Ok(hello),
            Ok(FromClient::Hello(hello)) => {
                let reason =
                    format!("this relay speaks version {}, not {}", protocol::VERSION, hello.version);
                Err(Some(Closing::new(Closing::PROTOCOL, reason)))
            }
            Ok(FromClient::Lab(_) | FromClient::Room(_) | FromClient::Ack { .. }) => {
                Err(Some(Closing::new(Closing::PROTOCOL, "the first message must be hello")))
            }
        };
    }
}

fn text_refused() -> Closing {
    Closing::new(Closing::PROTOCOL, "a text message; this protocol has binary ones only")
}

/// The session that the client asks for, and whether it is one that went on.
async fn open(relay: &Relay, hello: Hello, seat: Seat) -> Result<(Box<Held>, bool), Closing> {
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
    Ok((relay.registry.open(seat, labs, &relay.limits, &relay.metrics), false))
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
fn may_guess(relay: &Relay, seat: &Seat) -> Result<(), Closing> {
    let most = relay.limits.wrong_keys;
    relay.guesses.may_try(seat.address(), most, Instant::now()).map_err(|wait| {
        let seconds = wait.as_secs() + 1;
        let reason =
            format!("{most} wrong keys in a minute came from your address: try again in {seconds} s");
        Closing::new(Closing::TRY_LATER, reason).by("wrong-keys")
    })
}

/// Runs a session whose client is away, until it comes back or its time is over.
async fn park(relay: &Relay, mut held: Box<Held>) {
    let over = sleep_until((Instant::now() + relay.limits.resume).min(held.over));
    tokio::pin!(over);
    loop {
        held.session.trim();
        let report = std::future::poll_fn(|cx| held.labs.poll_report(cx));
        tokio::select! {
            report = report => held.report(report),
            give = held.wanted.recv() => {
                if let Some(give) = give {
                    let _ = give.send(held);
                }
                return;
            }
            () = &mut over => return,
            () = relay.stop.cancelled() => {
                held.tally.end = "the relay stops".into();
                return;
            }
        }
    }
}

/// A session and its client's WebSocket, as long as both are there.
struct Attached<'a> {
    limits: &'a Limits,
    ws: &'a mut WebSocket,
    held: &'a mut Held,
    /// A request that came too early, and when it is due. Nothing is read meanwhile.
    delayed: Option<(LabRequest, Pin<Box<Sleep>>)>,
    /// Bytes that were read too fast, and when to ask for their place again. Nothing is read meanwhile either.
    owed: Option<(usize, Pin<Box<Sleep>>)>,
    flushing: bool,
    tick: Pin<Box<Sleep>>,
    heard: Instant,
    pinged: bool,
}

async fn attached(relay: &Relay, ws: &mut WebSocket, held: &mut Held) -> End {
    let limits = &relay.limits;
    let first_tick = (Instant::now() + limits.ping).min(held.over);
    let mut this = Attached {
        limits,
        ws,
        held,
        delayed: None,
        owed: None,
        flushing: false,
        tick: Box::pin(sleep_until(first_tick)),
        heard: Instant::now(),
        pinged: false,
    };
    let stopped = relay.stop.cancelled();
    tokio::pin!(stopped);
    loop {
        let event = std::future::poll_fn(|cx| {
            if stopped.as_mut().poll(cx).is_ready() {
                let closing = Closing::new(Closing::GOING_AWAY, "the relay stops");
                return Poll::Ready(Event::Ended(End::Close(closing)));
            }
            this.poll(cx)
        })
        .await;
        let step = match event {
            Event::Message(message) => this.message(message),
            Event::Due(request) => this.request(request),
            Event::Report(report) => this.report(report),
            Event::Ended(end) => Err(end),
            Event::Tick => this.tick(),
        };
        if let Err(end) = step {
            this.make_delayed();
            return end;
        }
    }
}

impl Attached<'_> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Event> {
        if let Poll::Ready(Some(give)) = self.held.wanted.poll_recv(cx) {
            return Poll::Ready(Event::Ended(End::Wanted(give)));
        }
        if let Poll::Ready(report) = self.held.labs.poll_report(cx) {
            return Poll::Ready(Event::Report(report));
        }
        if let Err(error) = self.poll_write(cx) {
            return Poll::Ready(Event::Ended(ended_by(error, self.limits)));
        }
        if let Poll::Ready(event) = self.poll_read(cx) {
            return Poll::Ready(event);
        }
        self.tick.as_mut().poll(cx).map(|()| Event::Tick)
    }

    fn poll_write(&mut self, cx: &mut Context<'_>) -> Result<(), axum::Error> {
        let mut ws = Pin::new(&mut *self.ws);
        while let Poll::Ready(ready) = ws.as_mut().poll_ready(cx) {
            ready?;
            let Some(message) = self.held.session.next_unsent() else {
                let Some(part) = self.held.labs.next_part() else { break };
                self.held.report(part);
                continue;
            };
            self.held.tally.bytes_out(message.len());
            ws.as_mut().start_send(Message::Binary(message))?;
            self.flushing = true;
        }
        if self.flushing
            && let Poll::Ready(flushed) = ws.poll_flush(cx)
        {
            flushed?;
            self.flushing = false;
        }
        Ok(())
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Event> {
        if let Some((_, due)) = &mut self.delayed {
            std::task::ready!(due.as_mut().poll(cx));
            if let Some((request, _)) = self.delayed.take() {
                return Poll::Ready(Event::Due(request));
            }
        }
        while let Some((count, due)) = &mut self.owed {
            std::task::ready!(due.as_mut().poll(cx));
            let count = *count;
            self.owed = None;
            self.charge(count);
        }
        Pin::new(&mut *self.ws).poll_next(cx).map(|message| match message {
            None => Event::Ended(End::Cut),
            Some(Ok(message)) => Event::Message(message),
            Some(Err(error)) => Event::Ended(ended_by(error, self.limits)),
        })
    }

    fn message(&mut self, message: Message) -> Result<(), End> {
        self.heard = Instant::now();
        self.pinged = false;
        let len = match &message {
            Message::Binary(bytes) | Message::Ping(bytes) | Message::Pong(bytes) => bytes.len(),
            Message::Text(_) | Message::Close(_) => 0,
        };
        let Some(left) = self.held.bytes_left.checked_sub(len as u64) else {
            let most = self.limits.session_bytes;
            let reason = format!("this session has sent {most} bytes, all that one may: open another");
            return Err(End::Over(Closing::new(Closing::LIMIT, reason).by("session-bytes")));
        };
        self.held.bytes_left = left;
        self.held.tally.bytes_in(len);
        self.charge(len.max(LEAST_CHARGE));
        match message {
            Message::Binary(bytes) => self.binary(&bytes),
            Message::Text(_) => Err(End::Close(text_refused())),
            Message::Ping(_) | Message::Pong(_) => Ok(()),
            Message::Close(Some(frame)) if frame.code == Closing::NORMAL => Err(End::Finished),
            Message::Close(_) => Err(End::Cut),
        }
    }

    /// Counts bytes to the rate; if they came too fast, nothing is read for a while.
    fn charge(&mut self, count: usize) {
        let before = self.owed.take().map_or(0, |(count, _)| count);
        let count = before + count;
        if let Err(wait) = self.held.pace.bytes(count) {
            self.owed = Some((count, Box::pin(sleep(wait))));
        }
    }

    /// Makes a delayed request at once: it was read and counts as made, so whoever comes back will wait for its answer.
    fn make_delayed(&mut self) {
        if let Some((request, _)) = self.delayed.take()
            && let Some(report) = self.held.request(request)
        {
            self.held.report(report);
        }
    }

    fn binary(&mut self, bytes: &Bytes) -> Result<(), End> {
        let message = protocol::decode(bytes)
            .map_err(|malformed| End::Close(Closing::new(Closing::MALFORMED, malformed.to_string())))?;
        let before = self.held.session.unsent_bytes();
        let request = self.held.session.receive(message).map_err(End::Close)?;
        // A short message may ask for much to be sent again: that counts to its rate too.
        let more = self.held.session.unsent_bytes().saturating_sub(before);
        if more > 0 {
            self.charge(more);
        }
        request.map_or(Ok(()), |request| self.request(request))
    }

    fn request(&mut self, request: LabRequest) -> Result<(), End> {
        if let Err(wait) = self.held.pace.call() {
            self.delayed = Some((request, Box::pin(sleep(wait))));
            return Ok(());
        }
        match self.held.request(request) {
            Some(report) => self.report(report),
            None => Ok(()),
        }
    }

    fn report(&mut self, report: LabReport) -> Result<(), End> {
        self.held.report(report);
        if self.held.session.overflows() {
            let most = self.limits.outbound;
            let reason = format!("more than {most} bytes wait to be sent to you: read them, then come back");
            return Err(End::Close(Closing::new(Closing::TRY_LATER, reason).by("outbound")));
        }
        Ok(())
    }

    fn tick(&mut self) -> Result<(), End> {
        let Limits { ping, idle, .. } = *self.limits;
        let now = Instant::now();
        if now >= self.held.over {
            let most = humantime::format_duration(self.limits.session);
            let reason = format!("this session has lasted {most}, as long as one may: open another");
            return Err(End::Over(Closing::new(Closing::LIMIT, reason).by("session")));
        }
        let silent = self.heard.elapsed();
        if silent >= idle {
            let reason = format!("nothing was heard of you for {}", humantime::format_duration(idle));
            return Err(End::Close(Closing::new(Closing::NORMAL, reason).by("idle")));
        }
        if silent >= ping && !self.pinged {
            // It waits in the WebSocket's own buffer, which has room for it, until the next flush.
            self.pinged = true;
            self.flushing = true;
            let ws = Pin::new(&mut *self.ws);
            ws.start_send(Message::Ping(Bytes::new())).map_err(|error| ended_by(error, self.limits))?;
        }
        let next = if self.pinged { idle - silent } else { ping - silent };
        let next = next.max(Duration::from_millis(1));
        self.tick.as_mut().reset((now + next).min(self.held.over));
        Ok(())
    }
}

fn ended_by(error: axum::Error, limits: &Limits) -> End {
    closing_for(error, limits).map_or(End::Cut, End::Close)
}

/// How to close a WebSocket on which this happened; `None` if it is gone.
fn closing_for(error: axum::Error, limits: &Limits) -> Option<Closing> {
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
async fn close(relay: &Relay, ws: &mut WebSocket, closing: Closing) {
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
