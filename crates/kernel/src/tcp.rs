//! Segments in, and what they do to an end's state (RFC 9293 section 3.10.7); closing.

use std::collections::VecDeque;

use syscall::{Direction, Errno, Segment, SocketId, StreamRange, TcpState, What};

use crate::kernel::{Kernel, Packet, end_index};
use crate::output::{ACK, Ends, Load, RST_ACK, SYN_ACK};
use crate::receive::{AckWhen, Incoming};
use crate::send::Fin;
use crate::sizes::TIME_WAIT;
use crate::socket::{Listener, Socket};

impl Kernel {
    /// A packet has reached its host.
    pub(crate) fn arrive(&mut self, mut packet: Packet) {
        let range = packet.segment.range;
        let target = self.peer(range.connection, range.direction);
        let before = self.log.cause.replace(packet.sent_by);
        let what = What::SegmentArrived { segment: packet.segment.clone(), accepted: 0 };
        packet.arrived_as = self.push_event(Self::kernel_place(packet.to, target), None, Some(range), what);
        self.log.cause = before;
        if target.is_some() && target == self.owned {
            let pure_ack = |p: &Packet| p.segment.flags == ACK && p.segment.range.is_empty() && !p.probe;
            if pure_ack(&packet) && self.backlog.back().is_some_and(pure_ack) {
                self.backlog.pop_back();
            }
            self.backlog.push_back(packet);
        } else {
            self.process_packet(&packet);
        }
    }

    fn process_packet(&mut self, packet: &Packet) {
        let before = self.log.cause.replace(packet.arrived_as);
        let taken = self.handle(packet);
        if let Some(event) = self.event_mut(packet.arrived_as)
            && let What::SegmentArrived { accepted, .. } = &mut event.what
        {
            *accepted = taken;
        }
        self.note_wakeups(packet.arrived_as);
        self.log.cause = before;
    }

    /// The call that uses a socket looks at what has arrived for it meanwhile.
    pub(crate) fn process_backlog(&mut self) {
        while let Some(packet) = self.backlog.pop_front() {
            self.process_packet(&packet);
        }
    }

    /// Use a socket in a call: what arrives for it waits until [`release`](Self::release).
    pub(crate) fn own(&mut self, id: SocketId) {
        self.owned = Some(id);
    }

    /// The call lets the socket go.
    pub(crate) fn release(&mut self, id: SocketId) {
        self.process_backlog();
        self.owned = None;
        if std::mem::take(&mut self.socket_mut(id).receive.ack_deferred)
            && self.socket(id).receive.ack_is_scheduled()
        {
            self.send_ack(id);
        }
    }

    /// Answers how many bytes were taken.
    fn handle(&mut self, packet: &Packet) -> u32 {
        let (range, flags) = (packet.segment.range, packet.segment.flags);
        let target = self
            .peer(range.connection, range.direction)
            .filter(|id| self.socket(*id).state != TcpState::Closed);
        let Some(id) = target else {
            if flags.syn && !flags.ack {
                self.handle_syn(packet);
            } else if !flags.rst {
                self.refuse(packet);
            }
            return 0;
        };
        match self.socket(id).state {
            TcpState::SynSent => self.handle_in_syn_sent(id, packet),
            TcpState::SynReceived => {
                if flags.syn {
                    // The SYN came twice: so does its answer.
                    let window = self.socket(id).receive.promised_edge() as u32;
                    self.send_handshake(id, SYN_ACK, window.min(65_535), true);
                    return 0;
                }
                if flags.rst {
                    self.leave_listener(id);
                    self.tear_down(id, None);
                    return 0;
                }
                self.leave_listener(id);
                self.set_state(id, TcpState::Established);
                if let Some(parent) = self.socket(id).parent
                    && let Some(listener) = &mut self.socket_mut(parent).listener
                {
                    listener.queue.push_back(id);
                }
                return self.handle_synchronized(id, packet);
            }
            _ => return self.handle_synchronized(id, packet),
        }
        0
    }

    /// Nobody listens there, or the connection is no more: RST.
    fn refuse(&mut self, packet: &Packet) {
        let range = packet.segment.range;
        let start = packet.segment.ack;
        let segment = Segment {
            id: 0,
            range: StreamRange { direction: range.direction.reversed(), start, end: start, ..range },
            flags: RST_ACK,
            ack: range.end + u64::from(packet.segment.flags.fin),
            window: 0,
            retransmission: false,
        };
        let ends = Ends {
            from: packet.to,
            to: packet.from,
            source: packet.destination,
            destination: packet.source,
            socket: None,
        };
        self.launch(ends, segment, &Load::default(), 0);
    }

    fn handle_syn(&mut self, packet: &Packet) {
        let to = packet.destination;
        let listens = |s: &Socket| {
            s.state == TcpState::Listen
                && s.host == packet.to
                && s.local
                    .is_some_and(|a| a.port() == to.port() && (a.ip() == to.ip() || a.ip().is_unspecified()))
        };
        let Some((listener, parent)) = self.sockets().find(|(_, socket)| listens(socket)) else {
            self.refuse(packet);
            return;
        };
        // A full queue answers nothing: the other end will ask again.
        if !parent.listener.as_ref().is_some_and(Listener::admits) {
            return;
        }
        let mss = self.mss_between(packet.from, packet.to);
        let mut socket = Socket::inheriting(parent);
        socket.local = Some(to);
        socket.remote = Some(packet.source);
        socket.connection = Some((packet.segment.range.connection, Direction::Back));
        socket.parent = Some(listener);
        let window = socket.receive.open(mss, mss);
        socket.send.establish(packet.segment.window, mss);
        let child = self.add_socket(socket);
        if let Some(listener) = &mut self.socket_mut(listener).listener {
            listener.half_open.push(child);
        }
        self.connection_mut(packet.segment.range.connection).ends[1] = Some(child);
        self.set_state(child, TcpState::SynReceived);
        self.send_handshake(child, SYN_ACK, window, false);
    }

    /// A connection is half open no more.
    fn leave_listener(&mut self, id: SocketId) {
        if let Some(parent) = self.socket(id).parent
            && let Some(listener) = &mut self.socket_mut(parent).listener
        {
            listener.half_open.retain(|child| *child != id);
        }
    }

    fn handle_in_syn_sent(&mut self, id: SocketId, packet: &Packet) {
        let flags = packet.segment.flags;
        if flags.rst {
            self.tear_down(id, Some(Errno::ECONNREFUSED));
        } else if flags.syn && flags.ack {
            let mss = self.mss_between(packet.from, packet.to);
            let socket = self.socket_mut(id);
            socket.send.establish(packet.segment.window, mss);
            socket.syn_due = None;
            self.set_state(id, TcpState::Established);
            self.send_ack(id);
            if self.socket(id).send.fin == Fin::Queued {
                self.set_state(id, TcpState::FinWait1);
                self.flush(id);
            }
        }
    }

    fn handle_synchronized(&mut self, id: SocketId, packet: &Packet) -> u32 {
        let segment = &packet.segment;
        if segment.flags.rst {
            let error = match self.socket(id).state {
                TcpState::CloseWait => Some(Errno::EPIPE),
                TcpState::TimeWait | TcpState::LastAck | TcpState::Closing => None,
                _ => Some(Errno::ECONNRESET),
            };
            self.tear_down(id, error);
            return 0;
        }
        if packet.probe || segment.flags.syn {
            self.send_ack(id);
            return 0;
        }
        self.socket_mut(id).send.acknowledge(segment.ack, segment.window, packet.duplicates);
        if self.socket(id).send.fin == Fin::Acknowledged && self.fin_was_acknowledged(id) {
            return 0;
        }
        let len = segment.range.len() as u32;
        if len > 0 && self.is_orphan(id) {
            self.send_reset(id);
            self.tear_down(id, None);
            return 0;
        }
        let accepted = if len > 0 { self.take_data(id, packet, len) } else { 0 };
        let whole = self.socket(id).receive.rcv_nxt == segment.range.end;
        if segment.flags.fin && whole && !self.socket(id).receive.fin {
            self.fin_arrived(id);
        }
        self.flush_allowed(id);
        self.ack_if_due(id);
        accepted
    }

    fn take_data(&mut self, id: SocketId, packet: &Packet, len: u32) -> u32 {
        let tail_shared = match (self.socket(id).receive.tail_from(), self.socket(id).connection) {
            (Some(skb), Some((connection, direction))) => {
                self.peer(connection, direction).is_some_and(|peer| self.socket(peer).send.shares(skb))
            }
            _ => false,
        };
        let data = Incoming {
            seq: packet.segment.range.start,
            len,
            gso: packet.gso,
            skb: packet.skb,
            push: packet.segment.flags.psh,
            tail_shared,
            wire: packet.over_wire,
        };
        let now = self.now;
        self.socket_mut(id).receive.data(data, now)
    }

    /// Whether no program has it open or can still get it.
    fn is_orphan(&self, id: SocketId) -> bool {
        self.socket(id).references == 0 && self.socket(id).parent.is_none()
    }

    /// This end's FIN has arrived there; answers whether the end is gone now.
    fn fin_was_acknowledged(&mut self, id: SocketId) -> bool {
        match self.socket(id).state {
            TcpState::FinWait1 => {
                if self.is_orphan(id) {
                    self.socket_mut(id).end_due = Some(self.now + TIME_WAIT);
                }
                self.set_state(id, TcpState::FinWait2);
                false
            }
            TcpState::Closing => {
                self.enter_time_wait(id);
                true
            }
            TcpState::LastAck => {
                self.tear_down(id, None);
                true
            }
            _ => false,
        }
    }

    /// The other end's FIN has arrived here.
    fn fin_arrived(&mut self, id: SocketId) {
        self.socket_mut(id).receive.finish();
        match self.socket(id).state {
            TcpState::Established => self.set_state(id, TcpState::CloseWait),
            TcpState::FinWait1 => {
                self.send_ack(id);
                self.set_state(id, TcpState::Closing);
            }
            TcpState::FinWait2 => {
                self.send_ack(id);
                self.enter_time_wait(id);
            }
            _ => {}
        }
    }

    fn enter_time_wait(&mut self, id: SocketId) {
        self.set_state(id, TcpState::TimeWait);
        let due = self.now + TIME_WAIT;
        let socket = self.socket_mut(id);
        socket.end_due = Some(due);
        socket.send.purge();
        socket.receive.ack_due = None;
    }

    fn ack_if_due(&mut self, id: SocketId) {
        let now = self.now;
        if self.socket_mut(id).receive.ack_check(now) == AckWhen::Now {
            if self.owned == Some(id) {
                self.socket_mut(id).receive.ack_deferred = true;
            } else {
                self.send_ack(id);
            }
        }
    }

    fn flush_allowed(&mut self, id: SocketId) {
        let now = self.now;
        let mut out = Vec::new();
        self.socket_mut(id).send.continue_output(now, &mut out);
        self.emit(id, out);
    }

    /// Send everything that may go, short segments too.
    fn flush(&mut self, id: SocketId) {
        let now = self.now;
        let mut out = Vec::new();
        self.socket_mut(id).send.transmit(false, crate::send::Pass::All, now, &mut out);
        self.emit(id, out);
    }

    // ---- endings ----

    /// No more will be sent: a FIN follows the last byte.
    pub(crate) fn send_fin(&mut self, id: SocketId) {
        let next = match self.socket(id).state {
            TcpState::Established => TcpState::FinWait1,
            TcpState::CloseWait => TcpState::LastAck,
            TcpState::SynSent => {
                self.socket_mut(id).send.fin = Fin::Queued;
                return;
            }
            _ => return,
        };
        self.socket_mut(id).send.fin = Fin::Queued;
        self.set_state(id, next);
        self.flush(id);
    }

    /// The connection is no more; what has arrived can still be read.
    pub(crate) fn tear_down(&mut self, id: SocketId, error: Option<Errno>) {
        let socket = self.socket_mut(id);
        socket.error = error.or(socket.error);
        socket.send.purge();
        socket.receive.ack_due = None;
        socket.receive.ack_deferred = false;
        socket.read_shut = true;
        socket.write_shut = true;
        socket.syn_due = None;
        socket.end_due = None;
        self.set_state(id, TcpState::Closed);
    }

    /// One descriptor less refers to it; the last one closes it.
    pub(crate) fn release_reference(&mut self, id: SocketId) {
        let references = self.file_mut(id).references();
        *references -= 1;
        if *references == 0 {
            self.something_died = true;
            self.own(id);
            self.close_socket(id);
            self.release(id);
        }
    }

    fn close_socket(&mut self, id: SocketId) {
        match self.socket(id).state {
            TcpState::Listen => self.close_listener(id),
            TcpState::Closed | TcpState::TimeWait => {}
            TcpState::SynSent => self.tear_down(id, None),
            _ if self.socket(id).receive.inq() > 0 => self.abort(id),
            TcpState::FinWait2 => self.socket_mut(id).end_due = Some(self.now + TIME_WAIT),
            _ => self.send_fin(id),
        }
        self.socket_mut(id).receive.purge_queue();
    }

    pub(crate) fn close_listener(&mut self, id: SocketId) {
        let listener = self.socket_mut(id).listener.take().unwrap_or_default();
        self.socket_mut(id).state = TcpState::Closed;
        let waiting: VecDeque<_> = listener.queue.into_iter().chain(listener.half_open).collect();
        for child in waiting {
            self.socket_mut(child).parent = None;
            if self.socket(child).state != TcpState::Closed {
                self.abort(child);
            }
        }
    }

    /// End it without ceremony: what is unread or unsent is lost, and the other end is told so.
    fn abort(&mut self, id: SocketId) {
        self.send_reset(id);
        self.tear_down(id, None);
    }
}

impl Socket {
    /// A connection of a listener: its options, not its addresses.
    pub(crate) fn inheriting(listener: &Self) -> Self {
        let mut socket = Self::new(listener.host);
        socket.state = TcpState::Listen;
        socket.reuse_address = listener.reuse_address;
        socket.take_options(listener);
        socket
    }

    /// Take over buffer sizes and TCP options.
    pub(crate) fn take_options(&mut self, from: &Self) {
        self.options = from.options.clone();
        self.send.nodelay = from.send.nodelay;
        self.send.locked = from.send.locked;
        self.send.sndbuf = from.send.sndbuf;
        self.receive.locked = from.receive.locked;
        self.receive.rcvbuf = from.receive.rcvbuf;
    }
}

/// The stream that an end reads.
pub(crate) const fn reads(sends: Direction) -> usize {
    end_index(sends.reversed())
}
