//! What a call returns.

use std::fmt;

use crate::{Address, Bytes, Errno, Fd, OptionValue, Pid, Readiness};

/// A call's result: what it returned, or why it failed.
pub type Outcome = Result<Returned, Errno>;

/// What a successful call returns.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Returned {
    /// 0 and nothing else: bind, listen, connect, shutdown, close, setsockopt, fcntl.
    Done,
    /// A new descriptor: socket, dup.
    Fd(Fd),
    /// A new descriptor and the other end's address: accept.
    Accepted {
        /// The connection's own descriptor.
        fd: Fd,
        /// Who connected.
        peer: Address,
    },
    /// Two new descriptors: socketpair; pipe (reading, writing).
    Pair(Fd, Fd),
    /// Bytes taken over by the kernel (send, sendto, write), or counted (ioctl).
    Count(u32),
    /// Bytes given to the program: recv, read. None: the peer has finished.
    Data(Bytes),
    /// A datagram and who sent it: recvfrom.
    Datagram {
        /// Its bytes.
        data: Bytes,
        /// Its sender.
        from: Address,
    },
    /// The ready descriptors: select.
    Selected {
        /// Readable.
        read: Vec<Fd>,
        /// Writable.
        write: Vec<Fd>,
        /// With an exceptional condition.
        except: Vec<Fd>,
    },
    /// What each entry is ready for, in the order asked: poll.
    Polled(Vec<Readiness>),
    /// A socket option: getsockopt.
    Option(OptionValue),
    /// An address: getsockname, getpeername.
    Address(Address),
    /// A process: fork. 0 in the child.
    Forked(Pid),
    /// A name: gethostname.
    Name(String),
    /// Addresses, best first: getaddrinfo. None: nobody has that name.
    Addresses(Vec<std::net::IpAddr>),
}

fn list(fds: &[Fd]) -> String {
    let names: Vec<_> = fds.iter().map(Fd::to_string).collect();
    format!("[{}]", names.join(", "))
}

/// The number that the C call returns where it is telling, else the value: `6144`, `3`, `0`, `8192`.
impl fmt::Display for Returned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done => f.write_str("0"),
            Self::Fd(fd) => fd.fmt(f),
            Self::Accepted { fd, peer } => write!(f, "{fd} from {peer}"),
            Self::Pair(a, b) => write!(f, "[{a}, {b}]"),
            Self::Count(n) => n.fmt(f),
            Self::Data(data) => data.len().fmt(f),
            Self::Datagram { data, from } => write!(f, "{} from {from}", data.len()),
            Self::Selected { read, write, except } => {
                write!(f, "{}, {}, {}", list(read), list(write), list(except))
            }
            Self::Polled(entries) => {
                let entries: Vec<_> = entries.iter().map(Readiness::to_string).collect();
                write!(f, "[{}]", entries.join(", "))
            }
            Self::Option(value) => value.fmt(f),
            Self::Address(address) => address.fmt(f),
            Self::Forked(pid) => pid.fmt(f),
            Self::Name(name) => f.write_str(name),
            Self::Addresses(addresses) => {
                let addresses: Vec<_> = addresses.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", addresses.join(", "))
            }
        }
    }
}
