//! The system calls.

use std::fmt;

use crate::{Address, Bytes, Fd, OptionValue, SocketOption};

/// Address family of `socket(2)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Domain {
    /// Local to one host.
    #[cfg_attr(feature = "serde", serde(rename = "AF_UNIX"))]
    Unix,
    /// IPv4.
    #[cfg_attr(feature = "serde", serde(rename = "AF_INET"))]
    Inet,
    /// IPv6.
    #[cfg_attr(feature = "serde", serde(rename = "AF_INET6"))]
    Inet6,
}

/// Type of `socket(2)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum SocketType {
    /// A stream of bytes in order: TCP over IP.
    #[cfg_attr(feature = "serde", serde(rename = "SOCK_STREAM"))]
    Stream,
    /// Single messages, without order or promise: UDP over IP.
    #[cfg_attr(feature = "serde", serde(rename = "SOCK_DGRAM"))]
    Dgram,
}

/// Which direction `shutdown(2)` ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum How {
    /// No more receiving.
    #[cfg_attr(feature = "serde", serde(rename = "SHUT_RD"))]
    Read,
    /// No more sending: a FIN follows the last byte.
    #[cfg_attr(feature = "serde", serde(rename = "SHUT_WR"))]
    Write,
    /// Neither.
    #[cfg_attr(feature = "serde", serde(rename = "SHUT_RDWR"))]
    Both,
}

/// Flags of `send` and `recv`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct MsgFlags {
    /// MSG_DONTWAIT: this call does not wait.
    pub dontwait: bool,
    /// MSG_PEEK: leave what is read in the buffer.
    pub peek: bool,
    /// MSG_WAITALL: wait for all that was asked for.
    pub waitall: bool,
    /// MSG_NOSIGNAL: EPIPE without SIGPIPE.
    pub nosignal: bool,
}

impl MsgFlags {
    /// Whether no flag is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What a descriptor is asked for in `poll`, or found ready for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
pub struct Readiness {
    /// POLLIN: a receive or accept would not wait.
    pub readable: bool,
    /// POLLOUT: a send would not wait.
    pub writable: bool,
    /// POLLPRI: urgent data.
    pub priority: bool,
    /// POLLERR: an error is pending. Answered unasked.
    pub error: bool,
    /// POLLHUP: both directions are shut. Answered unasked.
    pub hangup: bool,
    /// POLLRDHUP: the peer has finished sending (Linux).
    pub peer_finished: bool,
    /// POLLNVAL: not an open descriptor. Answered unasked.
    pub invalid: bool,
}

/// One entry of `poll(2)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PollFd {
    /// The descriptor.
    pub fd: Fd,
    /// What is asked for.
    pub events: Readiness,
}

/// A question of `ioctl(2)` about a socket's buffers (`tcp(7)`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "SCREAMING_SNAKE_CASE")
)]
pub enum IoctlRequest {
    /// Bytes unread in the receive buffer (for a datagram socket: of the next datagram). FIONREAD is the same.
    Siocinq,
    /// Bytes unsent or unacknowledged in the send buffer.
    Siocoutq,
    /// Bytes unsent in the send buffer.
    Siocoutqnsd,
}

/// A system call with its arguments.
///
/// `recv` names the most it takes and is answered with the bytes; everything else is as in POSIX. Sizes are bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[allow(missing_docs, reason = "arguments are named as in the call's manual page")]
pub enum Call {
    /// `socket(2)`: answers a descriptor.
    Socket { domain: Domain, kind: SocketType },
    /// `bind(2)`.
    Bind { fd: Fd, address: Address },
    /// `listen(2)`.
    Listen { fd: Fd, backlog: i32 },
    /// `accept(2)`: answers a descriptor and the peer's address.
    Accept { fd: Fd },
    /// `connect(2)`.
    Connect { fd: Fd, address: Address },
    /// `send(2)`: answers a count.
    Send {
        fd: Fd,
        data: Bytes,
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "MsgFlags::is_empty"))]
        flags: MsgFlags,
    },
    /// `recv(2)`: answers bytes; none is the peer's end.
    Recv {
        fd: Fd,
        len: u32,
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "MsgFlags::is_empty"))]
        flags: MsgFlags,
    },
    /// `sendto(2)`: answers a count.
    Sendto {
        fd: Fd,
        data: Bytes,
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "MsgFlags::is_empty"))]
        flags: MsgFlags,
        address: Address,
    },
    /// `recvfrom(2)`: answers bytes and the sender's address.
    Recvfrom {
        fd: Fd,
        len: u32,
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "MsgFlags::is_empty"))]
        flags: MsgFlags,
    },
    /// `shutdown(2)`.
    Shutdown { fd: Fd, how: How },
    /// `close(2)`: drops one reference.
    Close { fd: Fd },
    /// `dup(2)`: answers a second descriptor of the same socket.
    Dup { fd: Fd },
    /// `fork(2)`: answers the child's process number, 0 in the child.
    Fork,
    /// `socketpair(2)`: answers two connected descriptors.
    Socketpair { domain: Domain, kind: SocketType },
    /// `pipe(2)`: answers the reading and the writing descriptor.
    Pipe,
    /// `read(2)`: answers bytes; on a socket as `recv` without flags.
    Read { fd: Fd, len: u32 },
    /// `write(2)`: answers a count; on a socket as `send` without flags.
    Write { fd: Fd, data: Bytes },
    /// `ioctl(2)`: answers a count.
    Ioctl { fd: Fd, request: IoctlRequest },
    /// `gethostname(2)`: answers this host's name.
    Gethostname,
    /// `getaddrinfo(3)`, answered by the host's own table of names without asking any network: answers addresses. None:
    /// the name is not known (EAI_NONAME).
    Getaddrinfo { name: String },
    /// `select(2)`: answers the ready descriptors of each list; no time-out waits for ever.
    Select { read: Vec<Fd>, write: Vec<Fd>, except: Vec<Fd>, timeout_us: Option<u64> },
    /// `poll(2)`: answers what is ready of each entry; no time-out waits for ever.
    Poll { fds: Vec<PollFd>, timeout_us: Option<u64> },
    /// `setsockopt(2)`.
    Setsockopt { fd: Fd, option: SocketOption, value: OptionValue },
    /// `getsockopt(2)`: answers the value.
    Getsockopt { fd: Fd, option: SocketOption },
    /// `getsockname(2)`: answers this end's address.
    Getsockname { fd: Fd },
    /// `getpeername(2)`: answers the other end's address.
    Getpeername { fd: Fd },
    /// `fcntl(2)` with O_NONBLOCK: whether calls on this descriptor may wait.
    SetBlocking { fd: Fd, blocking: bool },
}

impl Call {
    /// The call's name as a C program spells it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Socket { .. } => "socket",
            Self::Bind { .. } => "bind",
            Self::Listen { .. } => "listen",
            Self::Accept { .. } => "accept",
            Self::Connect { .. } => "connect",
            Self::Send { .. } => "send",
            Self::Recv { .. } => "recv",
            Self::Sendto { .. } => "sendto",
            Self::Recvfrom { .. } => "recvfrom",
            Self::Shutdown { .. } => "shutdown",
            Self::Close { .. } => "close",
            Self::Dup { .. } => "dup",
            Self::Fork => "fork",
            Self::Socketpair { .. } => "socketpair",
            Self::Pipe => "pipe",
            Self::Read { .. } => "read",
            Self::Write { .. } => "write",
            Self::Ioctl { .. } => "ioctl",
            Self::Gethostname => "gethostname",
            Self::Getaddrinfo { .. } => "getaddrinfo",
            Self::Select { .. } => "select",
            Self::Poll { .. } => "poll",
            Self::Setsockopt { .. } => "setsockopt",
            Self::Getsockopt { .. } => "getsockopt",
            Self::Getsockname { .. } => "getsockname",
            Self::Getpeername { .. } => "getpeername",
            Self::SetBlocking { .. } => "fcntl",
        }
    }

    /// The descriptor that the call is about, where it is about one.
    pub const fn fd(&self) -> Option<Fd> {
        match self {
            Self::Socket { .. }
            | Self::Fork
            | Self::Socketpair { .. }
            | Self::Pipe
            | Self::Gethostname
            | Self::Getaddrinfo { .. }
            | Self::Select { .. }
            | Self::Poll { .. } => None,
            Self::Bind { fd, .. }
            | Self::Listen { fd, .. }
            | Self::Accept { fd }
            | Self::Connect { fd, .. }
            | Self::Send { fd, .. }
            | Self::Recv { fd, .. }
            | Self::Sendto { fd, .. }
            | Self::Recvfrom { fd, .. }
            | Self::Shutdown { fd, .. }
            | Self::Close { fd }
            | Self::Dup { fd }
            | Self::Read { fd, .. }
            | Self::Write { fd, .. }
            | Self::Ioctl { fd, .. }
            | Self::Setsockopt { fd, .. }
            | Self::Getsockopt { fd, .. }
            | Self::Getsockname { fd }
            | Self::Getpeername { fd }
            | Self::SetBlocking { fd, .. } => Some(*fd),
        }
    }
}

fn list(fds: &[Fd]) -> String {
    let names: Vec<_> = fds.iter().map(Fd::to_string).collect();
    format!("[{}]", names.join(", "))
}

fn timeout(us: Option<u64>) -> String {
    let Some(us) = us else { return "no limit".into() };
    // Without floating point, whose printing weighs ten kilobytes in a page.
    match us % 1000 {
        0 => format!("{} ms", us / 1000),
        rest => format!("{}.{} ms", us / 1000, format!("{rest:03}").trim_end_matches('0')),
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unix => "AF_UNIX",
            Self::Inet => "AF_INET",
            Self::Inet6 => "AF_INET6",
        })
    }
}

impl fmt::Display for SocketType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Stream => "SOCK_STREAM",
            Self::Dgram => "SOCK_DGRAM",
        })
    }
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "SHUT_RD",
            Self::Write => "SHUT_WR",
            Self::Both => "SHUT_RDWR",
        })
    }
}

impl fmt::Display for IoctlRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Siocinq => "SIOCINQ",
            Self::Siocoutq => "SIOCOUTQ",
            Self::Siocoutqnsd => "SIOCOUTQNSD",
        })
    }
}

impl fmt::Display for MsgFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = [
            (self.dontwait, "MSG_DONTWAIT"),
            (self.peek, "MSG_PEEK"),
            (self.waitall, "MSG_WAITALL"),
            (self.nosignal, "MSG_NOSIGNAL"),
        ];
        let names: Vec<_> = set.into_iter().filter(|(on, _)| *on).map(|(_, name)| name).collect();
        f.write_str(&names.join("|"))
    }
}

impl fmt::Display for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set = [
            (self.readable, "POLLIN"),
            (self.priority, "POLLPRI"),
            (self.writable, "POLLOUT"),
            (self.error, "POLLERR"),
            (self.hangup, "POLLHUP"),
            (self.invalid, "POLLNVAL"),
            (self.peer_finished, "POLLRDHUP"),
        ];
        let names: Vec<_> = set.into_iter().filter(|(on, _)| *on).map(|(_, name)| name).collect();
        if names.is_empty() { f.write_str("0") } else { f.write_str(&names.join("|")) }
    }
}

/// As a transcript shows it: `send(3, 20000 bytes)`. Bytes are told by their number.
impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name();
        let comma = |flags: &MsgFlags| if flags.is_empty() { String::new() } else { format!(", {flags}") };
        match self {
            Self::Socket { domain, kind } | Self::Socketpair { domain, kind } => {
                write!(f, "{name}({domain}, {kind})")
            }
            Self::Bind { fd, address } | Self::Connect { fd, address } => {
                write!(f, "{name}({fd}, {address})")
            }
            Self::Listen { fd, backlog } => write!(f, "{name}({fd}, {backlog})"),
            Self::Send { fd, data, flags } => write!(f, "{name}({fd}, {} bytes{})", data.len(), comma(flags)),
            Self::Recv { fd, len, flags } | Self::Recvfrom { fd, len, flags } => {
                write!(f, "{name}({fd}, {len}{})", comma(flags))
            }
            Self::Sendto { fd, data, flags, address } => {
                write!(f, "{name}({fd}, {} bytes{}, {address})", data.len(), comma(flags))
            }
            Self::Shutdown { fd, how } => write!(f, "{name}({fd}, {how})"),
            Self::Accept { fd }
            | Self::Close { fd }
            | Self::Dup { fd }
            | Self::Getsockname { fd }
            | Self::Getpeername { fd } => write!(f, "{name}({fd})"),
            Self::Fork | Self::Pipe | Self::Gethostname => write!(f, "{name}()"),
            Self::Read { fd, len } => write!(f, "{name}({fd}, {len})"),
            Self::Write { fd, data } => write!(f, "{name}({fd}, {} bytes)", data.len()),
            Self::Ioctl { fd, request } => write!(f, "{name}({fd}, {request})"),
            Self::Getaddrinfo { name: host } => write!(f, "{name}(\"{}\")", host.escape_default()),
            Self::Select { read, write, except, timeout_us } => {
                let (r, w, x) = (list(read), list(write), list(except));
                write!(f, "{name}({r}, {w}, {x}, {})", timeout(*timeout_us))
            }
            Self::Poll { fds, timeout_us } => {
                let entries: Vec<_> = fds.iter().map(|p| format!("{} {}", p.fd, p.events)).collect();
                write!(f, "{name}([{}], {})", entries.join(", "), timeout(*timeout_us))
            }
            Self::Setsockopt { fd, option, value } => write!(f, "{name}({fd}, {option}, {value})"),
            Self::Getsockopt { fd, option } => write!(f, "{name}({fd}, {option})"),
            Self::SetBlocking { fd, blocking } => {
                write!(f, "{name}({fd}, F_SETFL, {})", if *blocking { "0" } else { "O_NONBLOCK" })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_read_as_strace_shows_them() {
        let say = |call: Call| call.to_string();
        let fd = Fd(3);
        let data = Bytes::from(vec![b'x'; 20_000]);
        assert_eq!(say(Call::Send { fd, data, flags: MsgFlags::default() }), "send(3, 20000 bytes)");
        let flags = MsgFlags { dontwait: true, peek: true, ..MsgFlags::default() };
        assert_eq!(say(Call::Recv { fd, len: 10, flags }), "recv(3, 10, MSG_DONTWAIT|MSG_PEEK)");
        assert_eq!(say(Call::SetBlocking { fd, blocking: false }), "fcntl(3, F_SETFL, O_NONBLOCK)");
        let value = OptionValue::Int(4096);
        assert_eq!(
            say(Call::Setsockopt { fd, option: SocketOption::SoSndbuf, value }),
            "setsockopt(3, SO_SNDBUF, 4096)"
        );
        assert_eq!(
            say(Call::Connect { fd, address: "10.0.0.2:7000".parse().unwrap() }),
            "connect(3, 10.0.0.2:7000)"
        );
        let select = Call::Select { read: vec![fd], write: vec![], except: vec![], timeout_us: Some(1500) };
        assert_eq!(say(select), "select([3], [], [], 1.5 ms)");
    }

    #[cfg(feature = "serde")]
    #[test]
    fn a_line_of_json_is_a_call() {
        let line = r#"{"send":{"fd":3,"data":{"repeat":"x","count":4}}}"#;
        let call: Call = serde_json::from_str(line).unwrap();
        assert_eq!(call, Call::Send { fd: Fd(3), data: "xxxx".into(), flags: MsgFlags::default() });
        assert_eq!(serde_json::to_string(&call).unwrap(), r#"{"send":{"fd":3,"data":"xxxx"}}"#);
        let socket: Call =
            serde_json::from_str(r#"{"socket":{"domain":"AF_INET","kind":"SOCK_STREAM"}}"#).unwrap();
        assert_eq!(socket, Call::Socket { domain: Domain::Inet, kind: SocketType::Stream });
        assert_eq!(serde_json::from_str::<Call>(r#""fork""#).unwrap(), Call::Fork);
    }
}
