//! Socket options.

use std::fmt;

use crate::TcpState;

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
    /// Acknowledge at once for a while (IPPROTO_TCP, Linux).
    TcpQuickack,
    /// What TCP knows of the connection (IPPROTO_TCP, Linux). Read only.
    TcpInfo,
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
            Self::TcpQuickack => "TCP_QUICKACK",
            Self::TcpInfo => "TCP_INFO",
        }
    }

    /// The option of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        ALL.into_iter().find(|o| o.name() == name)
    }
}

const ALL: [SocketOption; 20] = [
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
    SocketOption::TcpQuickack,
    SocketOption::TcpInfo,
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
    /// `struct tcp_info`.
    TcpInfo(TcpInfo),
}

impl OptionValue {
    /// What a kernel reads from it where it expects an `int`: the first four bytes, whatever they mean. None of a value that
    /// is only read: there is no setting it.
    pub const fn as_int(&self) -> Option<i32> {
        match *self {
            Self::Int(number) => Some(number),
            Self::TimeMicros(us) => Some((us / 1_000_000) as i32),
            Self::Linger { on, .. } => Some(on as i32),
            Self::Error(_) | Self::TcpInfo(_) => None,
        }
    }
}

/// The fields of `struct tcp_info` (`tcp(7)`, `linux/tcp.h`) that a program can learn from. Sizes are bytes, times
/// microseconds, counts segments where nothing else is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct TcpInfo {
    /// The end's state.
    pub state: TcpState,
    /// Retransmission time-outs in a row, unanswered (`tcpi_retransmits`).
    pub retransmits: u8,
    /// Probes in a row, unanswered: zero-window and keepalive (`tcpi_probes`).
    pub probes: u8,
    /// How often the time-out has been doubled (`tcpi_backoff`).
    pub backoff: u8,
    /// Retransmission time-out (`tcpi_rto`).
    pub rto_us: u32,
    /// Smoothed round-trip time; 0 before the first measurement (`tcpi_rtt`).
    pub rtt_us: u32,
    /// Its mean deviation (`tcpi_rttvar`).
    pub rttvar_us: u32,
    /// Sending segment size (`tcpi_snd_mss`).
    pub snd_mss: u32,
    /// The receiver's guess of the other end's segment size (`tcpi_rcv_mss`).
    pub rcv_mss: u32,
    /// Sent and not acknowledged (`tcpi_unacked`).
    pub unacked: u32,
    /// Congestion window (`tcpi_snd_cwnd`).
    pub snd_cwnd: u32,
    /// Retransmitted since the connection began (`tcpi_total_retrans`).
    pub total_retrans: u32,
    /// Bytes not yet sent (`tcpi_notsent_bytes`).
    pub notsent_bytes: u32,
    /// Window that the other end offers (`tcpi_snd_wnd`).
    pub snd_wnd: u32,
    /// Window that this end offers (`tcpi_rcv_wnd`).
    pub rcv_wnd: u32,
    /// Bytes acknowledged by the other end (`tcpi_bytes_acked`); Linux counts SYN and FIN as one each.
    pub bytes_acked: u64,
    /// Bytes received and acknowledged (`tcpi_bytes_received`); Linux counts a FIN as one.
    pub bytes_received: u64,
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
            Self::TcpInfo(info) => write!(
                f,
                "{{{}, rto {} ms, rtt {} us, cwnd {}, unacked {}, retransmits {}}}",
                info.state,
                info.rto_us / 1000,
                info.rtt_us,
                info.snd_cwnd,
                info.unacked,
                info.retransmits
            ),
        }
    }
}
