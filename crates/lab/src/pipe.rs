//! A connection of somebody's own into a lab: a real stream whose bytes they read and write themselves.

use std::future::poll_fn;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use syscall::{Address, Errno, HostId, How, OptionValue, SocketOption, SocketType};
use tokio::net::TcpStream;
use tokio::sync::OwnedSemaphorePermit;

use crate::file::{Left, set_linger};
use crate::kernel::RealKernel;
use crate::{Targets, sys};

/// A stream from a lab's first host to an address of the lab. It does not outlive its lab: then its reads and writes
/// fail, where the lab has hosts of its own.
#[derive(Debug)]
pub struct Pipe {
    stream: TcpStream,
    from: SocketAddrV4,
    /// How the connection ends when this is dropped: by RST, or by FIN unless bytes are unread.
    resets: bool,
    _permits: (OwnedSemaphorePermit, OwnedSemaphorePermit),
}

impl Pipe {
    /// Its own address, as the lab has it.
    pub fn from(&self) -> SocketAddrV4 {
        self.from
    }

    /// The stream; connected when [`connected`](Self::connected) says so.
    pub fn stream(&mut self) -> &mut TcpStream {
        &mut self.stream
    }

    /// Waits until there is a connection.
    ///
    /// # Errors
    /// Why there will be none.
    pub async fn connected(&self) -> Result<(), Errno> {
        poll_fn(|cx| self.poll_connected(cx)).await
    }

    /// The same for whoever does something else meanwhile. Not to be asked again once it was ready.
    ///
    /// # Errors
    /// Why there will be none.
    pub fn poll_connected(&self, cx: &mut Context<'_>) -> Poll<Result<(), Errno>> {
        ready!(self.stream.poll_write_ready(cx)).map_err(|e| sys::io_errno(&e))?;
        Poll::Ready(match sys::option(self.stream.as_fd(), SocketOption::SoError)? {
            OptionValue::Error(Some(errno)) => Err(errno),
            _ => Ok(()),
        })
    }

    /// Says that no more bytes will come.
    ///
    /// # Errors
    /// The kernel's own.
    pub fn finish(&self) -> Result<(), Errno> {
        sys::shutdown(self.stream.as_fd(), How::Write)
    }

    /// Ends the connection by RST.
    pub fn reset(mut self) {
        self.resets = true;
    }
}

impl Drop for Pipe {
    fn drop(&mut self) {
        // Until now it would have been RST, so that nothing stays where this process is killed.
        let _ = set_linger(self.stream.as_fd(), self.resets.then_some(0));
    }
}

impl RealKernel {
    /// A connection from this host to this lesson address is begun. To be called inside a tokio runtime.
    pub(crate) fn pipe_to(
        &mut self,
        host: HostId,
        to: Address,
        permit: OwnedSemaphorePermit,
    ) -> Result<Pipe, Errno> {
        let budget = Arc::clone(&self.budget).try_acquire_owned().map_err(|_| Errno::EMFILE)?;
        let real = self.network.route(host, SocketType::Stream, to)?;
        let fd = self.network.socket(host, SocketType::Stream).map_err(|(errno, _)| errno)?;
        for option in [SocketOption::SoSndbuf, SocketOption::SoRcvbuf] {
            if let Some(most) = self.limits.buffer {
                sys::set_option(fd.as_fd(), option, OptionValue::Int(most))?;
            }
        }
        set_linger(fd.as_fd(), Some(0))?;
        match sys::connect(fd.as_fd(), real) {
            Ok(()) | Err(Errno::EINPROGRESS) => {}
            Err(errno) => return Err(errno),
        }
        let local = sys::local(fd.as_fd())?;
        let from = match (self.network.translates(), real, to) {
            (true, Address::V4(real), Address::V4(to)) => {
                let to_self = to.ip().is_loopback() || to.ip().is_unspecified();
                let near = if to_self { Ipv4Addr::LOCALHOST } else { Targets::address(host) };
                let from = SocketAddrV4::new(near, local.port());
                // Whoever accepts it finds that it is no stranger's.
                self.leave(Left { pair: (local, real), lesson_local: from, lesson_remote: to });
                from
            }
            _ => local,
        };
        let stream = TcpStream::from_std(fd.into()).map_err(|e| sys::io_errno(&e))?;
        Ok(Pipe { stream, from, resets: false, _permits: (budget, permit) })
    }
}
