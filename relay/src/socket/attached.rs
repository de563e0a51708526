//! A session and its client's WebSocket, as long as both are there.

use std::future::Future as _;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::ws::{Message, WebSocket};
use futures_util::{Sink as _, Stream as _};
use protocol::{LabReport, RoomReport};
use tokio::time::{Instant, Sleep, sleep, sleep_until};

use super::ending::{End, ended_by};
use crate::registry::{Held, Wanted};
use crate::session::{Asked, Closing};
use crate::{Limits, Relay};

/// A message counts as at least so many bytes of the rate: a flood of tiny ones costs us as much as large ones.
pub(super) const LEAST_CHARGE: usize = 512;

/// So many requests to a room may be without an answer; then no more is read.
const MOST_ASKING: usize = 8;

/// What a client's task wakes up for.
enum Event {
    Message(Message),
    Ended(End),
    Report(LabReport),
    Room(RoomReport),
    /// The delay of a request is over.
    Due(Asked),
    Tick,
}

/// A session and its client's WebSocket, as long as both are there.
struct Attached<'a> {
    limits: &'a Limits,
    ws: &'a mut WebSocket,
    held: &'a mut Held,
    /// A request that came too early, and when it is due. Nothing is read meanwhile.
    delayed: Option<(Asked, Pin<Box<Sleep>>)>,
    /// Bytes that were read too fast, and when to ask for their place again. Nothing is read meanwhile either.
    owed: Option<(usize, Pin<Box<Sleep>>)>,
    flushing: bool,
    tick: Pin<Box<Sleep>>,
    heard: Instant,
    pinged: bool,
    /// Whether something has woken the task, and it was not yet looked what.
    woken: bool,
}

pub(super) async fn attached(relay: &Relay, ws: &mut WebSocket, held: &mut Held) -> End {
    let limits = &relay.limits;
    held.room.connected(true);
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
        woken: true,
    };
    let stopped = relay.stop.cancelled();
    tokio::pin!(stopped);
    loop {
        let event = std::future::poll_fn(|cx| {
            if this.woken && stopped.as_mut().poll(cx).is_ready() {
                let closing = Closing::new(Closing::GOING_AWAY, "the relay stops");
                return Poll::Ready(Event::Ended(End::Close(closing)));
            }
            let event = this.poll(cx);
            this.woken = event.is_pending();
            event
        })
        .await;
        let step = match event {
            Event::Message(message) => this.message(message),
            Event::Due(request) => this.request(request),
            Event::Report(report) => this.report(report),
            Event::Room(report) => this.room_report(report),
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
    /// What happens next. A call is asked and answered in three looks and one wake-up, so what comes rarely is looked for once a
    /// wake-up, and what has most likely woken us first: a message. After it the lab has its turn.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Event> {
        if self.woken {
            if let Poll::Ready(end) = self.poll_wanted(cx) {
                return Poll::Ready(Event::Ended(end));
            }
            if let Poll::Ready(event) = self.poll_read(cx) {
                return Poll::Ready(event);
            }
        }
        if let Poll::Ready(report) = self.held.labs.poll_report(cx) {
            return Poll::Ready(Event::Report(report));
        }
        if let Err(error) = self.poll_write(cx) {
            return Poll::Ready(Event::Ended(ended_by(error, self.limits)));
        }
        // After writing, which may have made place for what the room holds back.
        if let Poll::Ready(report) = self.held.poll_room(cx) {
            return Poll::Ready(Event::Room(report));
        }
        if let Poll::Ready(event) = self.poll_read(cx) {
            return Poll::Ready(event);
        }
        self.tick.as_mut().poll(cx).map(|()| Event::Tick)
    }

    /// What others want of the session.
    fn poll_wanted(&mut self, cx: &mut Context<'_>) -> Poll<End> {
        while let Poll::Ready(Some(wanted)) = self.held.wanted.poll_recv(cx) {
            match wanted {
                Wanted::Session(give) => return Poll::Ready(End::Wanted(give)),
                Wanted::Pipe(asked) => {
                    let (to, answer) = *asked;
                    self.held.pipe(to, answer);
                }
            }
        }
        Poll::Pending
    }

    fn poll_write(&mut self, cx: &mut Context<'_>) -> Result<(), axum::Error> {
        let mut ws = Pin::new(&mut *self.ws);
        while let Poll::Ready(ready) = ws.as_mut().poll_ready(cx) {
            ready?;
            let Some(message) = self.held.session.next_unsent() else {
                if let Some(part) = self.held.labs.next_part() {
                    self.held.report(part);
                } else if let Some(part) = self.held.room.next_part() {
                    self.held.session.room_report(part);
                } else {
                    break;
                }
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
        // What was asked of its room goes its way first: the room's wake-up comes here again.
        if self.held.room.is_busy() || self.held.session.asking() >= MOST_ASKING {
            return Poll::Pending;
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
        self.held.allowance.has_guests(self.held.labs.guests());
        if !self.held.allowance.spend(len) {
            return Err(End::Over(Closing::spent(self.held.allowance.most())));
        }
        self.held.tally.bytes_in(len);
        self.charge(len.max(LEAST_CHARGE));
        match message {
            Message::Binary(bytes) => self.binary(&bytes),
            Message::Text(_) => Err(End::Close(Closing::text())),
            Message::Ping(_) | Message::Pong(_) => Ok(()),
            Message::Close(Some(frame)) if frame.code == Closing::NORMAL => Err(End::Finished),
            Message::Close(_) => Err(End::Cut),
        }
    }

    /// Counts bytes to the rate; if they came too fast, nothing is read for a while.
    fn charge(&mut self, count: usize) {
        let before = self.owed.take().map_or(0, |(count, _)| count);
        let count = before + count;
        if let Err(wait) = self.held.allowance.bytes(count) {
            self.owed = Some((count, Box::pin(sleep(wait))));
        }
    }

    /// Makes a delayed request at once: it was read and counts as made, so whoever comes back will wait for its answer.
    fn make_delayed(&mut self) {
        match self.delayed.take() {
            Some((Asked::Lab(request), _)) => {
                if let Some(report) = self.held.request(request) {
                    self.held.report(report);
                }
            }
            Some((Asked::Room(request), _)) => self.held.ask(request),
            None => {}
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
        match request {
            None => Ok(()),
            Some(request) => self.request(request),
        }
    }

    fn request(&mut self, request: Asked) -> Result<(), End> {
        let allowance = &self.held.allowance;
        let wait = match &request {
            Asked::Lab(_) => allowance.call(),
            Asked::Room(_) => allowance.request(),
        };
        if let Err(wait) = wait {
            self.delayed = Some((request, Box::pin(sleep(wait))));
            return Ok(());
        }
        match request {
            Asked::Lab(request) => self.held.request(request).map_or(Ok(()), |report| self.report(report)),
            Asked::Room(request) => {
                self.held.ask(request);
                Ok(())
            }
        }
    }

    fn room_report(&mut self, report: RoomReport) -> Result<(), End> {
        self.held.session.room_report(report);
        self.overflow()
    }

    fn report(&mut self, report: LabReport) -> Result<(), End> {
        self.held.report(report);
        self.overflow()
    }

    fn overflow(&self) -> Result<(), End> {
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
            return Err(End::Over(Closing::lasted(self.limits)));
        }
        let silent = self.heard.elapsed();
        if silent >= idle {
            return Err(End::Close(Closing::silent(self.limits)));
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
