//! A TCP connection of this machine and a pipe of a relay, joined: bytes, the end of each direction, resets, and room.
//!
//! Nothing is read from one side before the other has taken what was read before it: 16 KiB one way, a message the other.

use std::io;
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use protocol::CLOSE_ERRNO;
use syscall::Errno;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, Interest};
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use crate::cli::client::{BROKE, Socket};

/// Bytes read of a program at once.
pub(super) const CHUNK: usize = 16 << 10;

/// How a connection ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Both directions have.
    Both,
    /// The program of this machine has reset it, or takes no more.
    Here,
    /// The lab's end has broken it off; or the relay, in words.
    There(String),
}

/// What was carried, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Carried {
    pub(super) there: u64,
    pub(super) back: u64,
}

/// Carries until both directions have ended, or one side breaks; then so does the other.
pub(super) async fn carry(mut here: TcpStream, pipe: Socket) -> (End, Carried) {
    let mut carried = Carried::default();
    let (mut sink, mut stream) = pipe.split();
    let end = {
        let (mut read, mut write) = here.split();
        tokio::select! {
            end = there(&mut read, &mut sink, &mut carried.there) => end,
            end = back(&mut stream, &mut write, &mut carried.back) => end,
        }
    };
    match end {
        End::Here => {
            let code = CLOSE_ERRNO + u16::try_from(Errno::ECONNRESET.linux()).unwrap_or(0);
            let frame = CloseFrame { code: CloseCode::from(code), reason: Default::default() };
            let _ = sink.send(Message::Close(Some(frame))).await;
        }
        End::There(_) => reset(here),
        End::Both => {}
    }
    (end, carried)
}

/// Ends a connection by RST.
pub(super) fn reset(stream: TcpStream) {
    let _ = socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO));
}

/// Until the program's end of the connection breaks.
async fn there(read: &mut ReadHalf<'_>, sink: &mut SplitSink<Socket, Message>, count: &mut u64) -> End {
    let mut buffer = vec![0; CHUNK];
    loop {
        let Ok(len) = read.read(&mut buffer).await else { return End::Here };
        *count += len as u64;
        let bytes = buffer[..len].to_vec();
        if sink.send(Message::Binary(bytes.into())).await.is_err() {
            // Why, the other direction hears.
            return std::future::pending().await;
        }
        if len == 0 {
            broken(read.as_ref()).await;
            return End::Here;
        }
    }
}

/// Until a connection whose program sends no more breaks.
pub(super) async fn broken(here: &TcpStream) {
    loop {
        let ready = here.ready(Interest::ERROR).await;
        if ready.is_err() || here.take_error().is_ok_and(|error| error.is_some()) {
            return;
        }
        // Ready without an error: what tokio remembers is cleared by a try that finds none.
        let _ = here.try_io(Interest::ERROR, || Err::<(), _>(io::ErrorKind::WouldBlock.into()));
    }
}

/// Until the relay closes, or the program takes no more.
async fn back(stream: &mut SplitStream<Socket>, write: &mut WriteHalf<'_>, count: &mut u64) -> End {
    let mut finished = false;
    loop {
        let written = match stream.next().await {
            Some(Ok(Message::Binary(bytes))) if bytes.is_empty() => {
                finished = true;
                write.shutdown().await
            }
            Some(Ok(Message::Binary(bytes))) => {
                *count += bytes.len() as u64;
                write.write_all(&bytes).await
            }
            // Of a program that takes nothing for long the relay says the same code, and another reason.
            Some(Ok(Message::Close(Some(frame)))) if finished && frame.code == CloseCode::Normal => {
                return End::Both;
            }
            Some(Ok(Message::Close(frame))) => {
                let reason = frame.map(|frame| frame.reason.to_string()).filter(|reason| !reason.is_empty());
                return End::There(reason.unwrap_or_else(|| "the relay closed without a reason".into()));
            }
            Some(Ok(_)) => Ok(()),
            Some(Err(_)) | None => return End::There(BROKE.into()),
        };
        if written.is_err() {
            return End::Here;
        }
    }
}

/// The errno in a pipe's Close, if it is one.
pub(super) fn errno(frame: &CloseFrame) -> Option<Errno> {
    let number =
        u16::from(frame.code).checked_sub(CLOSE_ERRNO).filter(|number| (1..1000).contains(number))?;
    Some(Errno::from_linux(number.into()))
}
