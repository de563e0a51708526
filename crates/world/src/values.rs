//! What a script's variables hold, and values in words and numbers.

use syscall::{Bytes, Errno, OptionValue, Returned};

use crate::{BytesVariable, Variable};

/// How many bytes of a value its text shows.
pub(crate) const SHOWN: usize = 16;

/// A variable.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) name: String,
    pub(crate) value: Value,
    pub(crate) changed: bool,
}

/// What is in it.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Number(i64),
    /// Bytes to send, and how many a kernel has taken.
    Outgoing {
        bytes: Bytes,
        taken: u64,
        /// Tells different bytes apart.
        mark: u64,
    },
    /// Bytes received: the first few, and how many.
    Collected {
        head: Vec<u8>,
        len: u64,
    },
}

impl Slot {
    pub(crate) fn show(&self) -> Variable {
        let (text, bytes) = match &self.value {
            Value::Number(n) => (n.to_string(), None),
            Value::Outgoing { bytes, taken, .. } => {
                let view =
                    BytesVariable { len: bytes.len() as u64, moved: *taken, outgoing: true, stream: None };
                (repr(&bytes[..bytes.len().min(SHOWN + 1)]), Some(view))
            }
            Value::Collected { head, len } => {
                (repr(head), Some(BytesVariable { len: *len, moved: *len, outgoing: false, stream: None }))
            }
        };
        Variable { name: self.name.clone(), text, changed: self.changed, bytes }
    }
}

/// The number in what a call answered; 0 where there is none.
pub(crate) fn number(returned: &Returned) -> i64 {
    match returned {
        Returned::Fd(fd) | Returned::Accepted { fd, .. } | Returned::Pair(fd, _) => fd.0.into(),
        Returned::Count(n) => (*n).into(),
        Returned::Forked(pid) => pid.0.into(),
        Returned::Option(OptionValue::Int(n)) => (*n).into(),
        Returned::Option(OptionValue::TimeMicros(us)) => i64::try_from(*us).unwrap_or(i64::MAX),
        Returned::Option(OptionValue::Error(Some(errno))) => errno.linux().into(),
        Returned::Option(OptionValue::Linger { on, seconds }) => {
            if *on {
                (*seconds).into()
            } else {
                -1
            }
        }
        Returned::Data(data) | Returned::Datagram { data, .. } => data.len() as i64,
        Returned::Polled(ready) => ready.len() as i64,
        Returned::Selected { read, write, except } => (read.len() + write.len() + except.len()) as i64,
        Returned::Addresses(addresses) => addresses.len() as i64,
        Returned::Option(OptionValue::Error(None) | OptionValue::TcpInfo(_))
        | Returned::Done
        | Returned::Address(_)
        | Returned::Name(_) => 0,
    }
}

/// Lines `0000000\n`, `0000001\n`, ... cut at `len` bytes.
pub(crate) fn numbered_lines(len: u32) -> Bytes {
    let mut bytes = Vec::with_capacity(len as usize + 8);
    let mut number = 0_u32;
    while bytes.len() < len as usize {
        for k in (0..7).rev() {
            bytes.push(b'0' + (number / 10_u32.pow(k) % 10) as u8);
        }
        bytes.push(b'\n');
        number += 1;
    }
    bytes.truncate(len as usize);
    bytes.into()
}

/// As Python writes a bytes literal, cut after a few.
fn repr(bytes: &[u8]) -> String {
    let mut text = String::from("b'");
    for &byte in &bytes[..bytes.len().min(SHOWN)] {
        match byte {
            b'"' => text.push('"'),
            other => text.extend(other.escape_ascii().map(char::from)),
        }
    }
    if bytes.len() > SHOWN {
        text.push('…');
    }
    text.push('\'');
    text
}

/// The exception that Python raises for an error.
pub const fn exception(errno: Errno) -> &'static str {
    match errno {
        Errno::EAGAIN | Errno::EALREADY | Errno::EINPROGRESS => "BlockingIOError",
        Errno::EPIPE => "BrokenPipeError",
        Errno::ECONNABORTED => "ConnectionAbortedError",
        Errno::ECONNREFUSED => "ConnectionRefusedError",
        Errno::ECONNRESET => "ConnectionResetError",
        Errno::EINTR => "InterruptedError",
        Errno::EACCES | Errno::EPERM => "PermissionError",
        Errno::ECHILD => "ChildProcessError",
        Errno::ETIMEDOUT => "TimeoutError",
        _ => "OSError",
    }
}
