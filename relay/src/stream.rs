//! A client's TCP connection with two limits that hold whatever is spoken on it: how fast it is read, and how long the
//! client may take nothing of what is written.
//!
//! Messages have limits of their own, but what never becomes a message passes them by: heads, fragments of an unfinished
//! message, pages that are asked for and not read.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use crate::pace::Meter;

/// A stream that is read at a limited rate and fails when a write makes no progress for too long.
pub(crate) struct Metered<S, C: Clock = DefaultClock> {
    stream: S,
    meter: Meter<C>,
    /// Bytes that were read too fast, and when to ask for their place again.
    owed: Option<(usize, Pin<Box<Sleep>>)>,
    patience: Duration,
    /// When a write that waits is given up.
    stuck: Option<Pin<Box<Sleep>>>,
}

impl<S, C: Clock> Metered<S, C> {
    /// Reads at the meter's rate; a write that waits for longer than `patience` is an error.
    pub(crate) fn new(stream: S, meter: Meter<C>, patience: Duration) -> Self {
        Self { stream, meter, owed: None, patience, stuck: None }
    }

    /// What a write gave, or the error of one that waits for too long.
    fn written<T>(&mut self, cx: &mut Context<'_>, result: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.stuck = None;
            return result;
        }
        let patience = self.patience;
        let stuck = self.stuck.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(stuck.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin, C: Clock + Clone + Unpin> AsyncRead for Metered<S, C>
where
    Self: Unpin,
{
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        while let Some((count, due)) = &mut this.owed {
            ready!(due.as_mut().poll(cx));
            let count = *count;
            this.owed = this.meter.take(count).err().map(|wait| (count, Box::pin(sleep(wait))));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut this.stream).poll_read(cx, buffer))?;
        let count = buffer.filled().len() - before;
        if count > 0 {
            this.owed = this.meter.take(count).err().map(|wait| (count, Box::pin(sleep(wait))));
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin, C: Clock> AsyncWrite for Metered<S, C>
where
    Self: Unpin,
{
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.stream).poll_write(cx, bytes);
        this.written(cx, result)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.stream).poll_write_vectored(cx, slices);
        this.written(cx, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use governor::clock::FakeRelativeClock;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    use super::*;
    use crate::Limits;

    #[tokio::test]
    async fn bytes_that_come_too_fast_wait_for_their_share_of_a_second() {
        let limits = Limits { bytes_per_second: 1000, bytes_burst: 100, ..Limits::default() };
        let clock = FakeRelativeClock::default();
        let (mut client, stream) = duplex(1000);
        let patience = Duration::from_secs(60);
        let mut stream = Metered::new(stream, Meter::with_clock(&limits, clock.clone()), patience);
        client.write_all(&[0; 300]).await.unwrap();
        let mut buffer = [0; 100];
        assert_eq!(stream.read(&mut buffer).await.unwrap(), 100, "the burst");
        // These are read, and then owed.
        assert_eq!(stream.read(&mut buffer).await.unwrap(), 100);
        assert!(stream.read(&mut buffer).now_or_never().is_none(), "nothing until they are paid");
        clock.advance(Duration::from_secs(1));
        assert_eq!(stream.read(&mut buffer).await.unwrap(), 100);
    }

    #[tokio::test]
    async fn a_write_that_nobody_takes_is_given_up() {
        let meter = Meter::new(&Limits::default());
        let (_client, stream) = duplex(10);
        let mut stream = Metered::new(stream, meter, Duration::from_millis(1));
        let error = stream.write_all(&[0; 11]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
