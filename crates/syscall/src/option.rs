//! Socket options.

use std::fmt;

/// An option of `setsockopt` and `getsockopt`, by its POSIX or Linux name (level in parentheses).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "SCREAMING_SNAKE_CASE")
)]
pub enum SocketOption {
    /// Bind over TIME-WAIT (SOL_SOCKET).
    SoReuseaddr,
    /// The pending error, cleared by reading it (SOL_SOCKET). Read only.
    SoError,
    /// Bytes the send buffer may be charged; Linux doubles what is asked (SOL_SOCKET, `socket(7)`).
    SoSndbuf,
    /// Bytes the receive buffer may be charged; Linux doubles what is asked (SOL_SOCKET, `socket(7)`).
    SoRcvbuf,
    /// Probe an idle connection (SOL_SOCKET).
    SoKeepalive,
    /// What close does with unsent data (SOL_SOCKET).
    SoLinger,
    /// Time limit of a blocking receive (SOL_SOCKET).
    SoRcvtimeo,
    /// Time limit of a blocking send (SOL_SOCKET).
    SoSndtimeo,
    /// The socket's type (SOL_SOCKET). Read only.
    SoType,
    /// Whether it listens (SOL_SOCKET). Read only.
    SoAcceptconn,
    /// Send small segments at once: Nagle's algorithm off (IPPROTO_TCP).
    TcpNodelay,
    /// Hold partial segments back (IPPROTO_TCP, Linux).
    TcpCork,
    /// Largest segment, in bytes (IPPROTO_TCP).
    TcpMaxseg,
    /// Seconds of silence before the first keepalive probe (IPPROTO_TCP).
    TcpKeepidle,
    /// Seconds between keepalive probes (IPPROTO_TCP).
    TcpKeepintvl,
    /// Unanswered keepalive probes before the connection is dropped (IPPROTO_TCP).
    TcpKeepcnt,
    /// Milliseconds that data may stay unacknowledged (IPPROTO_TCP, RFC 5482).
    TcpUserTimeout,
    /// SYN retransmissions before connect gives up (IPPROTO_TCP, Linux).
    TcpSyncnt,
}

impl SocketOption {
    /// Its name as a C or Python program spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SoReuseaddr => "SO_REUSEADDR",
            Self::SoError => "SO_ERROR",
            Self::SoSndbuf => "SO_SNDBUF",
            Self::SoRcvbuf => "SO_RCVBUF",
            Self::SoKeepalive => "SO_KEEPALIVE",
            Self::SoLinger => "SO_LINGER",
            Self::SoRcvtimeo => "SO_RCVTIMEO",
            Self::SoSndtimeo => "SO_SNDTIMEO",
            Self::SoType => "SO_TYPE",
            Self::SoAcceptconn => "SO_ACCEPTCONN",
            Self::TcpNodelay => "TCP_NODELAY",
            Self::TcpCork => "TCP_CORK",
            Self::TcpMaxseg => "TCP_MAXSEG",
            Self::TcpKeepidle => "TCP_KEEPIDLE",
            Self::TcpKeepintvl => "TCP_KEEPINTVL",
            Self::TcpKeepcnt => "TCP_KEEPCNT",
            Self::TcpUserTimeout => "TCP_USER_TIMEOUT",
            Self::TcpSyncnt => "TCP_SYNCNT",
        }
    }

    /// The option of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        ALL.into_iter().find(|o| o.name() == name)
    }
}

const ALL: [SocketOption; 18] = [
    SocketOption::SoReuseaddr,
    SocketOption::SoError,
    SocketOption::SoSndbuf,
    SocketOption::SoRcvbuf,
    SocketOption::SoKeepalive,
    SocketOption::SoLinger,
    SocketOption::SoRcvtimeo,
    SocketOption::SoSndtimeo,
    SocketOption::SoType,
    SocketOption::SoAcceptconn,
    SocketOption::TcpNodelay,
    SocketOption::TcpCork,
    SocketOption::TcpMaxseg,
    SocketOption::TcpKeepidle,
    SocketOption::TcpKeepintvl,
    SocketOption::TcpKeepcnt,
    SocketOption::TcpUserTimeout,
    SocketOption::TcpSyncnt,
];

impl fmt::Display for SocketOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An option's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum OptionValue {
    /// A number; flags are 0 or 1, sizes bytes.
    Int(i32),
    /// `struct timeval`, in microseconds; 0 is no limit.
    TimeMicros(u64),
    /// `struct linger`: on or off, and seconds.
    Linger {
        /// Whether close waits (or, with 0 seconds, resets).
        on: bool,
        /// How long it waits, in seconds.
        seconds: u16,
    },
    /// The pending error of `SO_ERROR`; none is 0.
    Error(Option<crate::Errno>),
}

impl fmt::Display for OptionValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(n) => n.fmt(f),
            Self::TimeMicros(us) => write!(f, "{us} us"),
            Self::Linger { on: false, .. } => f.write_str("{off}"),
            Self::Linger { on: true, seconds } => write!(f, "{{on, {seconds} s}}"),
            Self::Error(None) => f.write_str("0"),
            Self::Error(Some(errno)) => errno.fmt(f),
        }
    }
}
