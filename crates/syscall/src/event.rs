//! The story: what happened, as one list of events.
//!
//! Figures, timeline, transcript, links and tests all read this list. An event's index is its name everywhere.

use std::fmt;

use crate::{Address, Bytes, Call, ConnectionId, Fd, HostId, Micros, Origin, Outcome, Pid, SocketId, Tid};

/// Version of the event schema. Rises when a field changes its meaning.
pub const EVENT_VERSION: u32 = 1;

/// One direction of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum Direction {
    /// From the end that connected to the end that accepted.
    Forth,
    /// From the end that accepted to the end that connected.
    Back,
}

impl Direction {
    /// The other one.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Forth => Self::Back,
            Self::Back => Self::Forth,
        }
    }
}

/// Some bytes of a stream, by identity: connection, direction and half-open offsets from the stream's first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct StreamRange {
    /// The connection.
    pub connection: ConnectionId,
    /// Which of its two streams.
    pub direction: Direction,
    /// Offset of the first byte.
    pub start: u64,
    /// Offset behind the last byte.
    pub end: u64,
}

impl StreamRange {
    /// How many bytes.
    pub const fn len(&self) -> u64 {
        self.end - self.start
    }

    /// Whether it has no byte.
    pub const fn is_empty(&self) -> bool {
        self.start == self.end
    }
}

/// Where in a program's text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SourceRange {
    /// The line, from 1.
    pub line: u32,
    /// The variable that the bytes come from or go to.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub origin: Option<Origin>,
}

/// State of a TCP connection's end, RFC 9293 section 3.3.2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "SCREAMING-KEBAB-CASE")
)]
#[allow(missing_docs, reason = "the RFC's own names")]
pub enum TcpState {
    Listen,
    SynSent,
    SynReceived,
    Established,
    FinWait1,
    FinWait2,
    CloseWait,
    Closing,
    LastAck,
    TimeWait,
    #[default]
    Closed,
}

impl TcpState {
    /// Each of them, in the RFC's order.
    pub const ALL: [Self; 11] = [
        Self::Listen,
        Self::SynSent,
        Self::SynReceived,
        Self::Established,
        Self::FinWait1,
        Self::FinWait2,
        Self::CloseWait,
        Self::Closing,
        Self::LastAck,
        Self::TimeWait,
        Self::Closed,
    ];

    /// The RFC's spelling.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Listen => "LISTEN",
            Self::SynSent => "SYN-SENT",
            Self::SynReceived => "SYN-RECEIVED",
            Self::Established => "ESTABLISHED",
            Self::FinWait1 => "FIN-WAIT-1",
            Self::FinWait2 => "FIN-WAIT-2",
            Self::CloseWait => "CLOSE-WAIT",
            Self::Closing => "CLOSING",
            Self::LastAck => "LAST-ACK",
            Self::TimeWait => "TIME-WAIT",
            Self::Closed => "CLOSED",
        }
    }
}

impl fmt::Display for TcpState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Control bits of a segment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default))]
#[allow(missing_docs, reason = "the RFC's own names")]
pub struct SegmentFlags {
    pub syn: bool,
    pub ack: bool,
    pub fin: bool,
    pub rst: bool,
    pub psh: bool,
}

impl fmt::Display for SegmentFlags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let set =
            [(self.syn, "SYN"), (self.fin, "FIN"), (self.rst, "RST"), (self.psh, "PSH"), (self.ack, "ACK")];
        let names: Vec<_> = set.into_iter().filter(|(on, _)| *on).map(|(_, name)| name).collect();
        f.write_str(&names.join(" "))
    }
}

/// A TCP segment on the wire, its numbers relative to the stream's start: byte 0 has offset 0.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Segment {
    /// Its own number: stable from sending to arrival; a retransmission is another segment.
    pub id: u32,
    /// Which connection and direction, and which bytes it carries (often none).
    pub range: StreamRange,
    /// Control bits.
    pub flags: SegmentFlags,
    /// Everything before this offset of the other direction has arrived at the sender of this segment.
    pub ack: u64,
    /// Bytes behind `ack` that the sender of this segment will take: the receive window, unscaled.
    pub window: u32,
    /// Whether these bytes were sent before.
    pub retransmission: bool,
}

impl Segment {
    /// Whether it carries nothing and begins or ends nothing: an acknowledgement alone.
    pub const fn is_bare(&self) -> bool {
        self.range.is_empty() && !self.flags.syn && !self.flags.fin && !self.flags.rst
    }
}

/// A UDP datagram on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Datagram {
    /// Its own number, from the same row as the segments' numbers.
    pub id: u32,
    /// Who sent it.
    pub source: Address,
    /// To whom.
    pub destination: Address,
    /// Bytes of payload.
    pub len: u32,
}

/// A signal, as far as sockets care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "UPPERCASE"))]
pub enum Signal {
    /// One that a handler catches: a waiting call is interrupted (SIGUSR1 stands for all of them).
    Sigusr1,
    /// Ends the process; it cannot be caught.
    Sigkill,
    /// A send on a connection that is shut for sending.
    Sigpipe,
}

impl Signal {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sigusr1 => "SIGUSR1",
            Self::Sigkill => "SIGKILL",
            Self::Sigpipe => "SIGPIPE",
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a kernel holds for one end of a connection, as it tells it itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Observed {
    /// SIOCOUTQ: bytes in the send buffer, unsent or unacknowledged.
    pub outq: u32,
    /// SIOCOUTQNSD: of these, not yet sent.
    pub outq_unsent: u32,
    /// SIOCINQ: bytes in the receive buffer, unread.
    pub inq: u32,
    /// State, from TCP_INFO.
    pub state: Option<TcpState>,
    /// Sending MSS, from TCP_INFO, in bytes.
    pub mss: u32,
}

/// One event of the story.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Event {
    /// Its place in the story, from 1, and its name in every view.
    pub index: u32,
    /// When.
    pub at: Micros,
    /// Where.
    pub host: HostId,
    /// In which process; none for what a kernel does by itself.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub pid: Option<Pid>,
    /// In which thread.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub tid: Option<Tid>,
    /// On which socket.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub socket: Option<SocketId>,
    /// The event that made this one possible: the arrival that woke a call, the sending of what arrives.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub cause: Option<u32>,
    /// The place in the program's text.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub source: Option<SourceRange>,
    /// The bytes that moved.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub range: Option<StreamRange>,
    /// What happened.
    pub what: What,
}

impl Event {
    /// Something that a host, or the wire at it, does by itself: in no process, on no socket; not numbered yet.
    pub const fn of_host(at: Micros, host: HostId, what: What) -> Self {
        let (pid, tid, socket, cause, source, range) = (None, None, None, None, None, None);
        Self { index: 0, at, host, pid, tid, socket, cause, source, range, what }
    }
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub enum What {
    /// A program made a call that has to wait. A call that ends at once has only its `Returned`.
    Waits {
        /// The call.
        call: Call,
    },
    /// A call ended.
    Returned {
        /// The call.
        call: Call,
        /// Its outcome.
        outcome: Outcome,
        /// What the kernel held for this end directly after; absent where it was not asked.
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
        observed: Option<Observed>,
    },
    /// A kernel put a segment on the wire.
    SegmentSent {
        /// The segment.
        segment: Segment,
    },
    /// A segment reached this host.
    SegmentArrived {
        /// The segment.
        segment: Segment,
        /// How many of its bytes the receive buffer took. In a live run no packet says so: there these are the bytes that
        /// the host had not acknowledged before.
        accepted: u32,
    },
    /// The wire lost a segment.
    SegmentLost {
        /// The segment.
        segment: Segment,
    },
    /// The wire made a copy of a segment.
    SegmentDuplicated {
        /// The segment.
        segment: Segment,
        /// The copy's number.
        copy: u32,
    },
    /// The wire holds a segment back, so that others overtake it.
    SegmentDelayed {
        /// The segment.
        segment: Segment,
    },
    /// A kernel put a datagram on the wire.
    DatagramSent {
        /// The datagram.
        datagram: Datagram,
    },
    /// A datagram reached this host.
    DatagramArrived {
        /// The datagram.
        datagram: Datagram,
        /// Whether a socket took it.
        accepted: bool,
    },
    /// The wire lost a datagram.
    DatagramLost {
        /// The datagram.
        datagram: Datagram,
    },
    /// The wire made a copy of a datagram.
    DatagramDuplicated {
        /// The datagram.
        datagram: Datagram,
        /// The copy's number.
        copy: u32,
    },
    /// The wire holds a datagram back, so that others overtake it.
    DatagramDelayed {
        /// The datagram.
        datagram: Datagram,
    },
    /// The network told this host that it could not deliver a packet (ICMP destination unreachable).
    Unreachable {
        /// The number of the segment or datagram.
        packet: u32,
        /// As the socket will tell it: EHOSTUNREACH, ECONNREFUSED for a closed UDP port.
        errno: crate::Errno,
    },
    /// A host died without a word, or the power came back and it has forgotten every connection.
    HostPower {
        /// Whether it runs now.
        on: bool,
    },
    /// A host's cable was cut or mended; it remembers everything.
    HostCable {
        /// Whether it is connected now.
        connected: bool,
    },
    /// A process got a signal.
    Signalled {
        /// Which.
        signal: Signal,
    },
    /// A signal ended a process; the kernel closes what it left open.
    Killed {
        /// Which.
        signal: Signal,
        /// Descriptors that were still open.
        left_open: Vec<Fd>,
    },
    /// A timer of a kernel fired.
    Timer {
        /// Which: `delayed ACK`, `retransmission`, `zero-window probe`.
        name: String,
    },
    /// An end of a connection changed its state.
    State {
        /// Before.
        from: TcpState,
        /// After.
        to: TcpState,
        /// This end's address.
        local: Address,
        /// The other end's address.
        remote: Address,
    },
    /// A program was told something on its control channel.
    Told {
        /// The text.
        text: Bytes,
    },
    /// A program wrote text: to its standard error, or to its standard output.
    Wrote {
        /// Whether to standard error.
        error: bool,
        /// The text.
        text: String,
    },
    /// A program wrote a line of its own.
    Line {
        /// The line reached, from 1.
        line: u32,
    },
    /// A program ended; the kernel closes what it left open.
    Exited {
        /// Its status: 0 is success.
        status: i32,
        /// Descriptors that were still open.
        left_open: Vec<Fd>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_half_open() {
        let range =
            StreamRange { connection: ConnectionId(0), direction: Direction::Forth, start: 2048, end: 4096 };
        assert_eq!(range.len(), 2048);
        assert!(!range.is_empty());
        assert_eq!(Direction::Forth.reversed(), Direction::Back);
    }

    #[test]
    fn segment_flags_are_spelled_out() {
        let flags = SegmentFlags { syn: true, ack: true, ..SegmentFlags::default() };
        assert_eq!(flags.to_string(), "SYN ACK");
    }
}
