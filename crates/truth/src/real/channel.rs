//! What script runner, nursery and tasks say to each other: CBOR messages with their length before them.

use std::io::{self, Read as _, Write as _};
use std::os::fd::{AsFd, AsRawFd as _, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use nix::poll::{PollFd, PollFlags};
use nix::sys::socket::{ControlMessage, ControlMessageOwned, MsgFlags, recvmsg, sendmsg};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use syscall::{Call, Outcome};

/// The longest message, in bytes.
const LONGEST: usize = 64 << 20;

/// To the nursery, or to a task.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Request {
    /// To the nursery: an empty network for the tasks that follow.
    Network,
    /// To the nursery: a task; its channel comes along as a descriptor.
    Spawn,
    /// To a task.
    Order(Order),
}

/// What a task shall do.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Order {
    /// Make this call.
    Call(Call),
    /// Make this call, a send, with so many bytes of the pattern: they need not travel here.
    CallWithPattern(Call, u32),
    /// Die of SIGPIPE from now on.
    SigpipeDefault,
}

/// From the nursery or a task.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    /// The nursery is in its own network.
    Ready { release: String, congestion: String },
    /// It cannot be.
    Failed(String),
    /// Done as asked.
    Done,
    /// A task runs under this number.
    Spawned(i32),
    /// A call's end.
    Outcome(Outcome),
}

pub(super) fn pair() -> io::Result<(OwnedFd, OwnedFd)> {
    let (a, b) = UnixStream::pair()?;
    Ok((a.into(), b.into()))
}

/// One end.
#[derive(Debug)]
pub(super) struct Channel {
    stream: UnixStream,
}

impl Channel {
    pub(super) fn new(fd: OwnedFd) -> Self {
        Self { stream: fd.into() }
    }

    pub(super) fn send(&mut self, message: &impl Serialize, fd: Option<BorrowedFd<'_>>) -> io::Result<()> {
        let body = minicbor_serde::to_vec(message).map_err(io::Error::other)?;
        let mut bytes = (body.len() as u32).to_le_bytes().to_vec();
        bytes.extend_from_slice(&body);
        let Some(fd) = fd else { return self.stream.write_all(&bytes) };
        let fds = [fd.as_raw_fd()];
        let rights = [ControlMessage::ScmRights(&fds)];
        let slices = [io::IoSlice::new(&bytes)];
        let (flags, to) = (MsgFlags::MSG_NOSIGNAL, None::<&()>);
        sendmsg(self.stream.as_raw_fd(), &slices, &rights, flags, to)?;
        Ok(())
    }

    pub(super) fn receive<T: DeserializeOwned>(&mut self) -> io::Result<T> {
        let mut head = [0; 4];
        self.stream.read_exact(&mut head)?;
        self.body(head)
    }

    /// As [`receive`](Self::receive), with the descriptor that came along.
    pub(super) fn receive_with_fd<T: DeserializeOwned>(&mut self) -> io::Result<(T, Option<OwnedFd>)> {
        use std::os::fd::FromRawFd as _;
        let mut head = [0; 4];
        let mut space = nix::cmsg_space!([i32; 1]);
        let mut slices = [io::IoSliceMut::new(&mut head)];
        let received = recvmsg::<()>(
            self.stream.as_raw_fd(),
            &mut slices,
            Some(&mut space),
            MsgFlags::MSG_CMSG_CLOEXEC | MsgFlags::MSG_WAITALL,
        )?;
        let mut fd = None;
        for message in received.cmsgs()? {
            if let ControlMessageOwned::ScmRights(fds) = message {
                // SAFETY: the kernel has just given us this descriptor, and nobody else has it.
                fd = fds.first().map(|fd| unsafe { OwnedFd::from_raw_fd(*fd) });
            }
        }
        if received.bytes != head.len() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok((self.body(head)?, fd))
    }

    fn body<T: DeserializeOwned>(&mut self, head: [u8; 4]) -> io::Result<T> {
        let length = u32::from_le_bytes(head) as usize;
        if length > LONGEST {
            return Err(io::Error::other(format!("a message of {length} bytes")));
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        minicbor_serde::from_slice(&body).map_err(io::Error::other)
    }

    /// Whether there is something to receive, the end included.
    pub(super) fn poll(&self, patience: Duration) -> io::Result<bool> {
        let mut fds = [PollFd::new(self.stream.as_fd(), PollFlags::POLLIN)];
        let time = nix::sys::time::TimeSpec::from_duration(patience);
        Ok(nix::poll::ppoll(&mut fds, Some(time), None)? > 0)
    }
}
