//! A socket: its addresses, options and state, a listener's queue, a connection's two halves.

use std::collections::VecDeque;

use syscall::{Address, ConnectionId, Direction, Errno, HostId, Micros, SocketId, TcpState};

use crate::receive::ReceiveHalf;
use crate::send::SendHalf;
use crate::sizes::{KEEPALIVE_COUNT, KEEPALIVE_IDLE, KEEPALIVE_INTERVAL, SYN_RETRIES, TIMESTAMP_OPTION};
use crate::timers::Keepalive;

/// An open socket, or the rest of one.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Socket {
    pub(crate) host: HostId,
    /// Descriptors that refer to it.
    pub(crate) references: u32,
    pub(crate) state: TcpState,
    /// What `bind` gave it.
    pub(crate) bound: Option<Address>,
    /// `bind` left the choice of the port to the kernel, which takes it back when a connection ends: port 0 is left.
    pub(crate) port_drawn: bool,
    pub(crate) local: Option<Address>,
    pub(crate) remote: Option<Address>,
    pub(crate) blocking: bool,
    pub(crate) reuse_address: bool,
    pub(crate) options: Options,
    /// The pending error (SO_ERROR).
    pub(crate) error: Option<Errno>,
    pub(crate) read_shut: bool,
    pub(crate) write_shut: bool,
    pub(crate) phase: Phase,
    /// Which connection, and the direction in which this end sends.
    pub(crate) connection: Option<(ConnectionId, Direction)>,
    /// Where the accepted ones wait.
    pub(crate) listener: Option<Listener>,
    /// The listener whose queue holds it, until it is accepted.
    pub(crate) parent: Option<SocketId>,
    pub(crate) send: SendHalf,
    pub(crate) receive: ReceiveHalf,
    /// When an unanswered SYN or SYN-ACK is sent again.
    pub(crate) syn_due: Option<Micros>,
    pub(crate) syn_tries: u32,
    pub(crate) syn_sent_at: Micros,
    pub(crate) keepalive: Keepalive,
    /// When the network will say that it knows no such host, and of which packet.
    pub(crate) unreachable: Option<(Micros, u32)>,
    /// When TIME-WAIT, or FIN-WAIT-2 without a program, ends.
    pub(crate) end_due: Option<Micros>,
}

/// How far `connect` has come, as the program was told (`socket_state` in Linux). The connection's own state is another
/// thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Phase {
    /// Fresh, listening, or told that it has failed.
    Unconnected,
    /// `connect` was called and its end was not yet told.
    Connecting,
    /// Connected, or was once.
    Connected,
    /// Shut down after `connect` had failed and before that was told: nothing leads out of it.
    Spoilt,
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
            keep_idle_s: KEEPALIVE_IDLE,
            keep_interval_s: KEEPALIVE_INTERVAL,
            keep_count: KEEPALIVE_COUNT,
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
    /// Whether another connection is admitted: one more than was asked for (`sk_acceptq_is_full`). Those in SYN-RECEIVED
    /// do not count: Linux would answer them with SYN cookies.
    pub(crate) fn admits(&self) -> bool {
        self.queue.len() <= self.backlog as usize
    }
}

impl Socket {
    pub(crate) fn new(host: HostId) -> Self {
        Self {
            host,
            references: 0,
            state: TcpState::Closed,
            bound: None,
            port_drawn: false,
            local: None,
            remote: None,
            blocking: true,
            reuse_address: false,
            options: Options::default(),
            error: None,
            read_shut: false,
            write_shut: false,
            phase: Phase::Unconnected,
            connection: None,
            listener: None,
            parent: None,
            send: SendHalf::new(),
            receive: ReceiveHalf::new(),
            syn_due: None,
            syn_tries: 0,
            syn_sent_at: 0,
            keepalive: Keepalive::default(),
            unreachable: None,
            end_due: None,
        }
    }

    /// Whether data may pass, or did until a moment ago.
    pub(crate) const fn synchronized(&self) -> bool {
        !matches!(self.state, TcpState::Closed | TcpState::Listen | TcpState::SynSent | TcpState::SynReceived)
    }

    /// The address that it has from `bind`, unless its port was taken back.
    pub(crate) fn port_bound(&self) -> Option<Address> {
        self.bound.filter(|bound| bound.port() != 0)
    }

    /// A connection has ended: a port that was drawn goes back, its number stays to be seen (`inet_put_port`).
    pub(crate) fn give_port_back(&mut self) {
        if std::mem::take(&mut self.port_drawn) {
            let bound = self.bound.filter(|bound| !bound.ip().is_unspecified());
            self.bound = bound.map(|bound| Address::new(bound.ip(), 0));
        }
    }

    /// Whether it is in no connection and makes none.
    pub(crate) const fn is_unconnected(&self) -> bool {
        matches!(self.state, TcpState::Closed | TcpState::Listen)
    }

    /// The segment size that TCP_MAXSEG leaves of this one; both are payload, the option counts time stamps too.
    pub(crate) fn limit_mss(&self, mss: u32) -> u32 {
        match self.options.maxseg {
            0 => mss,
            asked => mss.min(asked - TIMESTAMP_OPTION),
        }
    }

    /// The sending half has its own copy of the options that it follows.
    pub(crate) fn follow_options(&mut self) {
        self.send.corked = self.options.cork;
        self.send.user_timeout = Micros::from(self.options.user_timeout_ms) * 1000;
    }
}
