//! A pipe: a WebSocket whose binary messages are the bytes of one stream into a session's lab.
//!
//! An empty message is the end of a direction. Nothing is read from one side while the other has no room.

use std::future::{Future as _, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::Bytes;
use axum::extract::ws::{Message, WebSocket};
use futures_util::{Sink as _, Stream as _};
use protocol::{PipeOpen, PipeOpened};
use syscall::Errno;
use tokio::io::{AsyncReadExt as _, AsyncWrite as _};
use tokio::time::{Instant, Sleep, sleep, sleep_until};
use tokio_util::bytes::{Buf as _, BufMut as _, BytesMut};

use super::attached::LEAST_CHARGE;
use super::ending::{close, closing_for};
use super::hello::{first, may_guess};
use crate::labs::Pipe;
use crate::metrics::{Counted, Piped};
use crate::pace::Allowance;
use crate::registry::{NotGiven, Passage, Seat};
use crate::session::Closing;
use crate::{Limits, Relay};

/// Messages of one direction that are carried before others may run.
const IN_A_ROW: u32 = 16;
const LAB_GONE: &str = "the lab is gone";
const BROKEN: &str = "the connection has broken";

/// How a pipe ended.
enum End {
    /// The relay closes it.
    Close(Closing),
    /// The client resets its connection.
    Reset,
    /// The client has closed it, or is gone.
    Gone,
}

/// Runs a pipe from its first message to its end.
pub(crate) async fn run(relay: Arc<Relay>, mut ws: WebSocket, seat: Seat) {
    let Some(asked) = first::<PipeOpen>(&relay, &mut ws).await else { return };
    let passage = match passage(&relay, &seat, asked).await {
        Ok(passage) => passage,
        Err(closing) => return close(&relay, &mut ws, closing).await,
    };
    let Passage { mut pipe, ended, allowance, piped, over } = passage;
    let _counted = Counted::in_gauge(&relay.metrics.pipes);
    let end = tokio::select! {
        end = carried(&relay, &mut ws, &mut pipe, (&allowance, &piped)) => end,
        () = ended.cancelled() => End::Close(Closing::errno(Errno::ECONNABORTED, LAB_GONE)),
        () = relay.stop.cancelled() => End::Close(Closing::new(Closing::GOING_AWAY, "the relay stops")),
        () = sleep_until(over) => End::Close(Closing::lasted(&relay.limits)),
    };
    match end {
        End::Reset => pipe.reset(),
        End::Gone => drop(pipe),
        End::Close(closing) => {
            drop(pipe);
            close(&relay, &mut ws, closing).await;
        }
    }
}

/// The connection that is asked for.
async fn passage(relay: &Relay, seat: &Seat, asked: PipeOpen) -> Result<Passage, Closing> {
    may_guess(relay, seat)?;
    match relay.registry.pipe(&asked.session, &asked.key, asked.to).await {
        Ok(made) => made.map_err(|errno| Closing::errno(errno, "there is no such connection")),
        Err(not_given) => {
            if not_given == NotGiven::WrongKey {
                relay.guesses.wrong(seat.address(), Instant::now());
            }
            Err(Closing::new(Closing::LIMIT, "there is no such session, or its key is another"))
        }
    }
}

async fn carried(
    relay: &Relay,
    ws: &mut WebSocket,
    pipe: &mut Pipe,
    (allowance, piped): (&Allowance, &Piped),
) -> End {
    let limits = &relay.limits;
    let mut carrier = Carrier {
        relay,
        ws,
        pipe,
        allowance,
        piped,
        connected: false,
        up: Bytes::new(),
        up_ended: false,
        down_ended: false,
        room: BytesMut::new(),
        flushing: false,
        owed: None,
        tick: Box::pin(sleep(limits.ping)),
        heard: Instant::now(),
        pinged: false,
    };
    match poll_fn(|cx| carrier.poll(cx)).await {
        Ok(()) => End::Close(Closing::new(Closing::NORMAL, "both directions have ended")),
        Err(end) => end,
    }
}

/// Bytes on their way.
struct Carrier<'a> {
    relay: &'a Relay,
    ws: &'a mut WebSocket,
    pipe: &'a mut Pipe,
    allowance: &'a Allowance,
    piped: &'a Piped,
    /// Whether there is a connection, and the client was told so.
    connected: bool,
    /// Bytes of the client's last message that have no room in the stream yet.
    up: Bytes,
    up_ended: bool,
    down_ended: bool,
    /// Where bytes of the stream are read to; empty between messages, so that an idle pipe holds none.
    room: BytesMut,
    flushing: bool,
    /// Bytes that were read too fast, and when to ask for their place again. Nothing is read meanwhile.
    owed: Option<(usize, Pin<Box<Sleep>>)>,
    tick: Pin<Box<Sleep>>,
    heard: Instant,
    pinged: bool,
}

impl Carrier<'_> {
    /// Ready when both directions have ended.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), End>> {
        if !self.connected
            && let Poll::Ready(made) = self.pipe.poll_connected(cx)
        {
            made.map_err(|errno| End::Close(Closing::errno(errno, "there is no connection")))?;
            self.welcome()?;
        }
        if self.connected
            && let Poll::Ready(Err(end)) = self.poll_down(cx)
        {
            return Poll::Ready(Err(end));
        }
        if let Poll::Ready(Err(end)) = self.poll_up(cx) {
            return Poll::Ready(Err(end));
        }
        if self.flushing
            && let Poll::Ready(flushed) = Pin::new(&mut *self.ws).poll_flush(cx)
        {
            flushed.map_err(|error| self.ended_by(error))?;
            self.flushing = false;
        }
        if self.up_ended && self.down_ended && self.up.is_empty() && !self.flushing {
            return Poll::Ready(Ok(()));
        }
        while self.tick.as_mut().poll(cx).is_ready() {
            self.tick()?;
        }
        Poll::Pending
    }

    /// There is a connection: the client is told, and what it has said already begins to be carried.
    fn welcome(&mut self) -> Result<(), End> {
        self.connected = true;
        let opened = PipeOpened { from: self.pipe.from().into() };
        let message = Message::Binary(protocol::encode(&opened).into());
        Pin::new(&mut *self.ws).start_send(message).map_err(|error| self.ended_by(error))?;
        self.flushing = true;
        if self.up_ended && self.up.is_empty() {
            self.finish();
        }
        Ok(())
    }

    fn finish(&self) {
        // A connection that has broken says so to whoever reads.
        let _ = self.pipe.finish();
    }

    /// From the client into the stream. While there is no connection yet one message is taken, which waits for it: so the client is
    /// watched.
    fn poll_up(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), End>> {
        for _ in 0..IN_A_ROW {
            while !self.up.is_empty() {
                if !self.connected {
                    return Poll::Pending;
                }
                let written = Pin::new(self.pipe.stream()).poll_write(cx, &self.up);
                self.up.advance(ready!(written).map_err(|error| broken(&error))?);
            }
            // The WebSocket reads into the same memory again, if nobody has any of it.
            self.up = Bytes::new();
            while let Some((count, due)) = &mut self.owed {
                ready!(due.as_mut().poll(cx));
                let count = *count;
                self.charge(count);
            }
            let message = match ready!(Pin::new(&mut *self.ws).poll_next(cx)) {
                Some(Ok(message)) => message,
                Some(Err(error)) => return Poll::Ready(Err(self.ended_by(error))),
                None => return Poll::Ready(Err(End::Gone)),
            };
            self.message(message)?;
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn message(&mut self, message: Message) -> Result<(), End> {
        self.heard = Instant::now();
        self.pinged = false;
        let bytes = match message {
            Message::Binary(bytes) => bytes,
            Message::Text(_) => return Err(End::Close(Closing::text())),
            Message::Ping(bytes) | Message::Pong(bytes) => return self.spend(bytes.len()),
            Message::Close(Some(frame)) if frame.code == reset_code() => return Err(End::Reset),
            Message::Close(_) => return Err(End::Gone),
        };
        self.spend(bytes.len())?;
        if self.up_ended {
            let says = "bytes behind the end of the stream";
            return Err(End::Close(Closing::new(Closing::PROTOCOL, says)));
        }
        if bytes.is_empty() {
            self.up_ended = true;
            if self.connected {
                self.finish();
            }
        }
        self.up = bytes;
        Ok(())
    }

    /// From the stream to the client.
    fn poll_down(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), End>> {
        for _ in 0..IN_A_ROW {
            if self.down_ended {
                return Poll::Pending;
            }
            ready!(Pin::new(&mut *self.ws).poll_ready(cx)).map_err(|error| self.ended_by(error))?;
            let Poll::Ready(read) = self.poll_room(cx) else {
                self.room = BytesMut::new();
                return Poll::Pending;
            };
            let count = read.map_err(|error| broken(&error))?;
            self.down_ended = count == 0;
            self.relay.metrics.bytes_out(count);
            self.piped.bytes_out(count);
            let bytes = self.room.split().freeze();
            let sent = Pin::new(&mut *self.ws).start_send(Message::Binary(bytes));
            sent.map_err(|error| self.ended_by(error))?;
            self.flushing = true;
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Reads at most a message of the stream. Where fewer bytes come, tokio makes no call to learn that no more are there.
    fn poll_room(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let most = self.relay.limits.message;
        let stream = self.pipe.stream();
        ready!(stream.poll_read_ready(cx))?;
        self.room.reserve(most);
        let mut room = (&mut self.room).limit(most);
        pin!(stream.read_buf(&mut room)).poll(cx)
    }

    /// Takes bytes of the client from what its session may send.
    fn spend(&mut self, count: usize) -> Result<(), End> {
        if !self.allowance.spend(count) {
            return Err(End::Close(Closing::spent(self.allowance.most())));
        }
        self.relay.metrics.bytes_in(count);
        self.piped.bytes_in(count);
        self.charge(count.max(LEAST_CHARGE));
        Ok(())
    }

    /// Counts bytes to the rate; if they came too fast, nothing is read for a while.
    fn charge(&mut self, count: usize) {
        self.owed = self.allowance.bytes(count).err().map(|wait| (count, Box::pin(sleep(wait))));
    }

    fn tick(&mut self) -> Result<(), End> {
        let Limits { ping, idle, .. } = self.relay.limits;
        // Of whoever is not read nothing is heard; whether it is there still, a ping that arrives nowhere tells.
        if !self.up.is_empty() || self.owed.is_some() {
            self.heard = Instant::now();
            if !self.flushing {
                self.ping()?;
            }
        }
        let silent = self.heard.elapsed();
        if silent >= idle {
            return Err(End::Close(Closing::silent(&self.relay.limits)));
        }
        if silent >= ping && !self.pinged {
            self.pinged = true;
            self.ping()?;
        }
        let next = if self.pinged { idle } else { ping };
        self.tick.as_mut().reset(self.heard + next);
        Ok(())
    }

    fn ping(&mut self) -> Result<(), End> {
        self.flushing = true;
        let sent = Pin::new(&mut *self.ws).start_send(Message::Ping(Bytes::new()));
        sent.map_err(|error| self.ended_by(error))
    }

    fn ended_by(&self, error: axum::Error) -> End {
        closing_for(error, &self.relay.limits).map_or(End::Gone, End::Close)
    }
}

/// What a client closes with to reset its connection.
fn reset_code() -> u16 {
    Closing::errno(Errno::ECONNRESET, "").code
}

fn broken(error: &io::Error) -> End {
    let errno = error.raw_os_error().map_or(Errno::ECONNABORTED, Errno::from_linux);
    End::Close(Closing::errno(errno, BROKEN))
}
