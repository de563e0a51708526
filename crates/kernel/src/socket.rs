//! A socket: its addresses, options and state, a listener's queue, a connection's two halves.

use std::collections::VecDeque;

use syscall::{Address, ConnectionId, Direction, Errno, HostId, Micros, SocketId, TcpState};

use crate::receive::ReceiveHalf;
use crate::send::SendHalf;
use crate::sizes::SYN_RETRIES;

/// An open socket, or the rest of one.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Socket {
    pub(crate) host: HostId,
    /// Descriptors that refer to it.
    pub(crate) references: u32,
    pub(crate) state: TcpState,
    pub(crate) local: Option<Address>,
    pub(crate) remote: Option<Address>,
    pub(crate) blocking: bool,
    pub(crate) reuse_address: bool,
    pub(crate) options: Options,
    /// The pending error (SO_ERROR).
    pub(crate) error: Option<Errno>,
    pub(crate) read_shut: bool,
    pub(crate) write_shut: bool,
    /// `connect` was called and its end was not yet told.
    pub(crate) connecting: bool,
    /// Which connection, and the direction in which this end sends.
    pub(crate) connection: Option<(ConnectionId, Direction)>,
    /// Where the accepted ones wait.
    pub(crate) listener: Option<Listener>,
    /// The listener whose queue holds it, until it is accepted.
    pub(crate) parent: Option<SocketId>,
    pub(crate) send: SendHalf,
    pub(crate) receive: ReceiveHalf,
    /// When an unanswered SYN is sent again.
    pub(crate) syn_due: Option<Micros>,
    pub(crate) syn_tries: u32,
    /// When TIME-WAIT, or FIN-WAIT-2 without a program, ends.
    pub(crate) end_due: Option<Micros>,
}

/// What `setsockopt` can set beyond the two halves' own, as Linux hands it on from a listener to its connections.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Options {
    /// SO_LINGER: how long close waits, in seconds; 0 resets.
    pub(crate) linger_s: Option<u32>,
    /// SO_RCVTIMEO and SO_SNDTIMEO, in microseconds; 0 is no limit.
    pub(crate) receive_timeout_us: Micros,
    pub(crate) send_timeout_us: Micros,
    /// TCP_CORK.
    pub(crate) cork: bool,
    /// TCP_MAXSEG, in bytes; 0 is unset.
    pub(crate) maxseg: u32,
    /// SO_KEEPALIVE and its times.
    pub(crate) keepalive: bool,
    pub(crate) keep_idle_s: u32,
    pub(crate) keep_interval_s: u32,
    pub(crate) keep_count: u32,
    /// TCP_USER_TIMEOUT, in milliseconds; 0 is unset.
    pub(crate) user_timeout_ms: u32,
    /// TCP_SYNCNT.
    pub(crate) syn_retries: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            linger_s: None,
            receive_timeout_us: 0,
            send_timeout_us: 0,
            cork: false,
            maxseg: 0,
            keepalive: false,
            keep_idle_s: 7200,
            keep_interval_s: 75,
            keep_count: 9,
            user_timeout_ms: 0,
            syn_retries: SYN_RETRIES,
        }
    }
}

/// What makes a socket a listener.
#[derive(Clone, Debug, Default, Hash)]
pub(crate) struct Listener {
    /// As `listen` was told; one more connection is admitted.
    pub(crate) backlog: u32,
    /// Established connections that wait for `accept`, the oldest first.
    pub(crate) queue: VecDeque<SocketId>,
    /// Connections in SYN-RECEIVED.
    pub(crate) half_open: Vec<SocketId>,
}

impl Listener {
    /// Whether another connection is admitted. Simplified: those in SYN-RECEIVED count like established ones.
    pub(crate) fn admits(&self) -> bool {
        self.queue.len() + self.half_open.len() <= self.backlog as usize
    }
}

impl Socket {
    pub(crate) fn new(host: HostId) -> Self {
        Self {
            host,
            references: 0,
            state: TcpState::Closed,
            local: None,
            remote: None,
            blocking: true,
            reuse_address: false,
            options: Options::default(),
            error: None,
            read_shut: false,
            write_shut: false,
            connecting: false,
            connection: None,
            listener: None,
            parent: None,
            send: SendHalf::new(),
            receive: ReceiveHalf::new(),
            syn_due: None,
            syn_tries: 0,
            end_due: None,
        }
    }

    /// Whether data may pass, or did until a moment ago.
    pub(crate) const fn synchronized(&self) -> bool {
        !matches!(self.state, TcpState::Closed | TcpState::Listen | TcpState::SynSent | TcpState::SynReceived)
    }

    /// The next time at which something happens by itself, and what.
    pub(crate) fn next_timer(&self) -> Option<(Micros, Timer)> {
        let timers = [
            (self.receive.ack_due, Timer::DelayedAck),
            (self.send.probe_due, Timer::ZeroWindowProbe),
            (self.syn_due, Timer::Retransmission),
            (self.end_due, if self.state == TcpState::TimeWait { Timer::TimeWait } else { Timer::FinWait2 }),
        ];
        timers.into_iter().filter_map(|(due, timer)| Some((due?, timer))).min_by_key(|(due, _)| *due)
    }
}

/// A kernel's timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// What has arrived is acknowledged at last.
    DelayedAck,
    /// The other end is asked whether its window has opened.
    ZeroWindowProbe,
    /// A SYN is sent again. Nothing else is lost yet.
    Retransmission,
    /// TIME-WAIT is over.
    TimeWait,
    /// An end that nobody has open has waited long enough for the other's FIN.
    FinWait2,
}

impl Timer {
    /// Its name in the story.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DelayedAck => "delayed ACK",
            Self::ZeroWindowProbe => "zero-window probe",
            Self::Retransmission => "retransmission",
            Self::TimeWait => "TIME-WAIT",
            Self::FinWait2 => "FIN-WAIT-2",
        }
    }
}
