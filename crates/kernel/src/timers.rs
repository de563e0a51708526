//! Every timer of a kernel: when it is due, what it is called, what it does.

use syscall::{Errno, HostId, Micros, SocketId, TcpState, What};

use crate::in_order;
use crate::kernel::Kernel;
use crate::recovery::SendTimer;
use crate::send::Emission;
use crate::sizes::{SYN_ACK_RETRIES, SYN_LINEAR, SYN_RETRIES};
use crate::socket::{Options, Socket};

/// A kernel's timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// What has arrived is acknowledged at last.
    DelayedAck,
    /// The other end is asked whether its window has opened.
    ZeroWindowProbe,
    /// A short segment was held back long enough (TCP_CORK).
    Cork,
    /// Nothing was heard for a time-out: SYN, SYN-ACK, data or FIN is sent again.
    Retransmission,
    /// The last segments may be lost: one more asks.
    TailLossProbe,
    /// What was overtaken is taken for lost.
    Reordering,
    /// An idle connection is asked whether it is alive.
    Keepalive,
    /// The network says that it knows no such host.
    Unreachable,
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
            Self::Cork => "cork",
            Self::Retransmission => "retransmission",
            Self::TailLossProbe => "tail-loss probe",
            Self::Reordering => "reordering",
            Self::Keepalive => "keepalive",
            Self::Unreachable => "unreachable",
            Self::TimeWait => "TIME-WAIT",
            Self::FinWait2 => "FIN-WAIT-2",
        }
    }
}

/// Asking an idle connection whether it is alive (`tcp(7)`).
#[derive(Clone, Debug, Default, Hash)]
pub(crate) struct Keepalive {
    /// When the other end was last heard, or this was switched on.
    pub(crate) heard_at: Micros,
    pub(crate) asked_at: Micros,
    /// Probes in a row without an answer.
    pub(crate) probes: u32,
}

impl Keepalive {
    /// How long ago, instead of when.
    pub(crate) const fn relative(&self, now: Micros) -> Self {
        Self { heard_at: now - self.heard_at, asked_at: now.wrapping_sub(self.asked_at), probes: self.probes }
    }

    /// The other end was heard.
    pub(crate) const fn heard(&mut self, now: Micros) {
        self.heard_at = now;
        self.probes = 0;
    }

    const fn due(&self, options: &Options) -> Micros {
        const SECOND: Micros = 1_000_000;
        if self.probes == 0 {
            self.heard_at + options.keep_idle_s as Micros * SECOND
        } else {
            self.asked_at + options.keep_interval_s as Micros * SECOND
        }
    }
}

impl Socket {
    /// What will happen by itself, and when.
    fn timers(&self) -> impl Iterator<Item = (Micros, Timer)> {
        let end = if self.state == TcpState::TimeWait { Timer::TimeWait } else { Timer::FinWait2 };
        let timers = [
            (self.receive.ack_due, Timer::DelayedAck),
            (self.send.due.map(|(due, _)| due), self.send_timer()),
            (self.syn_due, Timer::Retransmission),
            (self.keepalive_due(), Timer::Keepalive),
            (self.unreachable.map(|(due, _)| due), Timer::Unreachable),
            (self.end_due, end),
        ];
        timers.into_iter().filter_map(|(due, timer)| Some((due?, timer)))
    }

    fn send_timer(&self) -> Timer {
        match self.send.due {
            Some((_, SendTimer::TailLossProbe)) => Timer::TailLossProbe,
            Some((_, SendTimer::Reordering)) => Timer::Reordering,
            Some((_, SendTimer::ZeroWindowProbe))
                if self.send.corked && self.send.snd_nxt < self.send.window_edge() =>
            {
                Timer::Cork
            }
            Some((_, SendTimer::ZeroWindowProbe)) => Timer::ZeroWindowProbe,
            Some((_, SendTimer::Retransmission)) | None => Timer::Retransmission,
        }
    }

    /// Not while something is under way or waits: then other timers find out.
    fn keepalive_due(&self) -> Option<Micros> {
        let alive = self.synchronized() && self.state != TcpState::TimeWait;
        let idle = self.send.in_flight.is_empty() && !self.send.has_unsent();
        (self.options.keepalive && alive && idle).then(|| self.keepalive.due(&self.options))
    }
}

impl Kernel {
    /// Every timer that runs on a host, the next first: when, which, and of which socket.
    pub fn timers(&self, host: HostId) -> Vec<(Micros, Timer, SocketId)> {
        let mut timers: Vec<_> = self.timers_of(host).collect();
        in_order(&mut timers, |a, b| a.0 < b.0);
        timers
    }

    fn timers_of(&self, host: HostId) -> impl Iterator<Item = (Micros, Timer, SocketId)> {
        let sockets = self.sockets().filter(move |(_, s)| s.host == host);
        sockets.flat_map(|(id, s)| s.timers().map(move |(due, timer)| (due, timer, id)))
    }

    /// The next timer of a host: when, which, and of which socket.
    pub fn next_timer(&self, host: HostId) -> Option<(Micros, Timer, SocketId)> {
        self.timers_of(host).min_by_key(|(due, ..)| *due)
    }

    /// Whether a timer will be told only what is known already: a zero-window probe of an end whose other end has no
    /// room to offer, a keepalive probe of one whose other end is there and will answer.
    pub fn is_futile(&self, timer: Timer, socket: SocketId) -> bool {
        let Some((connection, direction)) = self.socket(socket).connection else { return false };
        let Some(peer) = self.peer(connection, direction) else { return false };
        let peer = self.socket(peer);
        let kept = peer.references > 0 || peer.parent.is_some();
        let (here, there) = (self.status(self.socket(socket).host), self.status(peer.host));
        let answers = peer.synchronized() && here.connected && there.connected && there.on;
        match timer {
            Timer::ZeroWindowProbe => {
                let send = &self.socket(socket).send;
                let closed = send.snd_nxt >= send.window_edge() && send.user_timeout == 0;
                closed && kept && answers && peer.receive.would_promise_nothing()
            }
            Timer::Keepalive => answers,
            _ => false,
        }
    }

    /// Let the next timer of a host fire; `false` if it has none. Time passes until it is due.
    pub fn fire_timer(&mut self, host: HostId) -> bool {
        let Some((due, timer, id)) = self.next_timer(host) else { return false };
        self.advance(due);
        self.log.cause = None;
        let place = Self::kernel_place(host, Some(id));
        let what = match (timer, self.socket(id).unreachable) {
            (Timer::Unreachable, Some((_, packet))) => {
                What::Unreachable { packet, errno: Errno::EHOSTUNREACH }
            }
            _ => What::Timer { name: timer.name().into() },
        };
        let index = self.push_event(place, None, None, what);
        self.log.cause = Some(index);
        self.timer_fired(timer, id);
        self.note_wakeups(index);
        self.log.cause = None;
        self.forget_the_dead();
        true
    }

    fn timer_fired(&mut self, timer: Timer, id: SocketId) {
        match timer {
            Timer::DelayedAck => {
                self.socket_mut(id).receive.stop_delaying();
                if self.socket(id).receive.ack_is_scheduled() {
                    self.send_ack(id);
                }
            }
            Timer::Retransmission if self.socket(id).syn_due.is_some() => self.retry_handshake(id),
            Timer::Retransmission | Timer::ZeroWindowProbe | Timer::Cork
                if self.socket(id).send.gives_up(self.now, self.is_orphan(id)) =>
            {
                self.tear_down(id, Some(Errno::ETIMEDOUT));
            }
            Timer::Retransmission => self.output(id, |send, now, out| send.time_out(now, out)),
            Timer::ZeroWindowProbe | Timer::Cork => {
                self.output(id, |send, now, out| send.probe(now, out));
            }
            Timer::TailLossProbe => self.output(id, |send, now, out| send.probe_tail(now, out)),
            Timer::Reordering => {
                self.output(id, |send, now, out| send.stop_waiting_for_the_overtaken(now, out));
            }
            Timer::Keepalive => self.ask_whether_alive(id),
            Timer::Unreachable | Timer::TimeWait | Timer::FinWait2 => {
                let error = (timer == Timer::Unreachable).then_some(Errno::EHOSTUNREACH);
                self.tear_down(id, error);
            }
        }
    }

    /// No answer to the SYN or SYN-ACK.
    fn retry_handshake(&mut self, id: SocketId) {
        let now = self.now;
        let socket = self.socket_mut(id);
        socket.syn_tries += 1;
        let since = *socket.send.retrying_since.get_or_insert(now);
        let (limit, user_timeout) = (socket.options.syn_retries, socket.send.user_timeout);
        let impatient = user_timeout > 0 && now >= since + user_timeout;
        let active = socket.parent.is_none();
        let most = match socket.state {
            TcpState::SynSent => limit + SYN_LINEAR,
            _ if limit == SYN_RETRIES => SYN_ACK_RETRIES,
            _ => limit,
        };
        if socket.syn_tries > most || impatient {
            self.leave_listener(id);
            self.socket_mut(id).parent = None;
            self.tear_down(id, active.then_some(Errno::ETIMEDOUT));
        } else if self.socket(id).state == TcpState::SynSent {
            self.send_syn(id, true);
        } else {
            self.send_syn_ack(id, true);
        }
    }

    /// A keepalive probe, or the end of a connection that did not answer several (`tcp_keepalive_timer`).
    fn ask_whether_alive(&mut self, id: SocketId) {
        let now = self.now;
        let socket = self.socket_mut(id);
        let (keepalive, user_timeout) = (&mut socket.keepalive, socket.send.user_timeout);
        let most = socket.options.keep_count;
        let gives_up = if user_timeout > 0 {
            keepalive.probes > 0 && now - keepalive.heard_at >= user_timeout
        } else {
            keepalive.probes >= most
        };
        if gives_up {
            self.send_reset(id);
            self.tear_down(id, Some(Errno::ETIMEDOUT));
        } else {
            keepalive.probes += 1;
            keepalive.asked_at = now;
            let probe = Emission::probe(socket.send.next_seq());
            self.emit(id, &[probe]);
        }
    }
}
