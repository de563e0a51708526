//! The calls that peers make, and what comes of them.

use syscall::{Action, Bytes, Call, Errno, Fd, MsgFlags, OptionValue, Outcome, Returned, SocketOption};

use crate::CONTROL;

/// Most bytes received at once, where a peer has no reason for another figure.
pub(crate) const CHUNK: u32 = 4096;
/// Most bytes of the control channel taken at once.
const CONTROL_CHUNK: u32 = 256;
/// How long a peer waits before it tries again what may succeed later, in microseconds.
pub(crate) const PAUSE_US: u64 = 100_000;

/// A call without a line of text.
pub(crate) const fn action(call: Call) -> Action {
    Action::Call { call, line: 0, origin: None }
}

pub(crate) fn receive(fd: Fd, len: u32) -> Call {
    Call::Recv { fd, len, flags: MsgFlags::default() }
}

pub(crate) fn hear() -> Call {
    receive(CONTROL, CONTROL_CHUNK)
}

/// A peer wants EPIPE, and no signal.
pub(crate) fn send(fd: Fd, data: Bytes) -> Call {
    Call::Send { fd, data, flags: MsgFlags { nosignal: true, ..MsgFlags::default() } }
}

/// Sleeps: a `select` that waits for nothing but the time.
pub(crate) fn sleep(us: u64) -> Call {
    Call::Select { read: vec![], write: vec![], except: vec![], timeout_us: Some(us) }
}

/// Waits for nothing, for ever.
pub(crate) fn sleep_for_ever() -> Call {
    Call::Select { read: vec![], write: vec![], except: vec![], timeout_us: None }
}

/// Each send is to become a segment of its own.
pub(crate) fn no_delay(fd: Fd) -> Call {
    Call::Setsockopt { fd, option: SocketOption::TcpNodelay, value: OptionValue::Int(1) }
}

/// The bytes that a receive gave, none at the end of the stream; `None` if it failed.
pub(crate) fn received(outcome: Outcome) -> Option<Bytes> {
    match outcome {
        Ok(Returned::Data(data)) => Some(data),
        _ => None,
    }
}

/// The bytes that a receive gave, if it gave any: `None` at the end of the stream, and if it failed.
pub(crate) fn came(outcome: Outcome) -> Option<Bytes> {
    received(outcome).filter(|data| !data.is_empty())
}

/// How many of so many bytes are still to come after this receive: none if no more can.
pub(crate) fn still_to_come(left: u32, outcome: Outcome) -> u32 {
    came(outcome).map_or(0, |data| left.saturating_sub(u32::try_from(data.len()).unwrap_or(u32::MAX)))
}

/// What is still to be sent; `None` if the send failed. A send that took nothing would never end, and counts as failed.
pub(crate) fn unsent(data: &Bytes, outcome: Outcome) -> Option<Bytes> {
    match outcome {
        Ok(Returned::Count(count)) if count > 0 => {
            let taken = data.len().min(count as usize);
            Some(data.slice(taken..data.len()))
        }
        _ => None,
    }
}

/// Whether a failed `accept` says that this listener will never give a connection; after other failures the next one may
/// succeed: a connection that has gone, or no descriptor just now (`accept(2)`).
pub(crate) const fn hopeless(errno: Errno) -> bool {
    matches!(
        errno,
        Errno::EBADF | Errno::EINVAL | Errno::ENOTSOCK | Errno::EFAULT | Errno::ENOSYS | Errno::EPERM
    )
}
