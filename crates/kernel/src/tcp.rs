//! Segments in, and what they do to an end's state (RFC 9293 section 3.10.7). Handshakes are in `handshake`, endings in
//! `close`.

use syscall::{Errno, Micros, SocketId, TcpState, What};

use crate::acknowledge::Acknowledgement;
use crate::kernel::{Kernel, Packet, end_index};
use crate::output::ACK;
use crate::receive::{AckWhen, Incoming, ReceiveHalf, truesize};
use crate::send::{Fin, Hold, Pass};
use crate::sizes::TIME_WAIT;
use crate::socket::Socket;

impl Kernel {
    /// A packet has reached its host.
    pub(crate) fn arrive(&mut self, mut packet: Packet) {
        let range = packet.segment.range;
        let target = self.peer(range.connection, range.direction);
        let before = self.log.cause.replace(packet.sent_by);
        let what = What::SegmentArrived { segment: packet.segment.clone(), accepted: 0 };
        let place = Self::kernel_place(packet.to, target);
        packet.arrived_as = self.push_frequent_event(place, None, Some(range), what);
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
        if self.backlog.is_empty() {
            return;
        }
        // All of it counts against the buffer until the last is looked at (`__release_sock`).
        let held = self.backlog.iter().filter(|packet| !packet.segment.range.is_empty());
        let held = held.map(|packet| truesize(packet.segment.range.len() as u32, packet.over_wire)).sum();
        if let Some(owned) = self.owned {
            self.socket_mut(owned).receive.backlog = held;
        }
        while let Some(packet) = self.backlog.pop_front() {
            self.process_packet(&packet);
        }
        if let Some(owned) = self.owned {
            self.socket_mut(owned).receive.backlog = 0;
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
        if self.socket(id).receive.ack_deferred {
            self.socket_mut(id).receive.ack_deferred = false;
            if self.socket(id).receive.ack_is_scheduled() {
                self.send_ack(id);
            }
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
        let state = self.socket(id).state;
        match state {
            TcpState::SynSent => self.handle_in_syn_sent(id, packet),
            TcpState::SynReceived if !self.handle_in_syn_received(id, packet) => {}
            TcpState::TimeWait => self.handle_in_time_wait(id, packet),
            _ => return self.handle_synchronized(id, packet),
        }
        0
    }

    fn handle_synchronized(&mut self, id: SocketId, packet: &Packet) -> u32 {
        let now = self.now;
        let segment = &packet.segment;
        if segment.flags.rst {
            self.handle_reset(id, packet);
            return 0;
        }
        let tail_shared = self.tail_is_shared(id, packet);
        let socket = self.socket_mut(id);
        socket.keepalive.heard(now);
        let unsent = segment.ack > socket.send.next_seq();
        if packet.probe || segment.flags.syn || unsent || !segment.flags.ack {
            self.send_ack(id);
            return 0;
        }
        let heard = Acknowledgement {
            ack: segment.ack,
            window: segment.window,
            seq: segment.range.start,
            duplicates: packet.duplicates,
            sack: packet.sack,
        };
        socket.send.acknowledge(&heard, now);
        // The socket is looked up again only where something else was done to it: all this happens for every segment.
        let for_nobody = socket.has_data_for_nobody(packet);
        let socket = if for_nobody || socket.send.fin == Fin::Acknowledged {
            if self.socket(id).send.fin == Fin::Acknowledged && self.fin_was_acknowledged(id) {
                return 0;
            }
            if for_nobody {
                self.send_reset(id);
                self.tear_down(id, Some(Errno::ECONNRESET));
                return 0;
            }
            self.socket_mut(id)
        } else {
            socket
        };
        let (accepted, complete) = socket.receive.take(packet, tail_shared, now);
        if complete {
            self.fin_arrived(id);
        }
        self.answer(id);
        accepted
    }

    /// What a segment that was handled makes this end send.
    fn answer(&mut self, id: SocketId) {
        if self.socket(id).state == TcpState::TimeWait {
            return;
        }
        let now = self.now;
        let mut out = std::mem::take(&mut self.spare_output.0);
        let socket = self.socket_mut(id);
        socket.send.continue_output(now, &mut out);
        let ack = if out.is_empty() {
            socket.receive.ack_check(now)
        } else {
            self.emit(id, &out);
            out.clear();
            self.socket_mut(id).receive.ack_check(now)
        };
        self.spare_output.0 = out;
        if ack == AckWhen::Now {
            if self.owned == Some(id) {
                self.socket_mut(id).receive.ack_deferred = true;
            } else {
                self.send_ack(id);
            }
        }
    }

    /// A reset counts only where the next byte has to come, so that nobody can forge one blindly; elsewhere in the window
    /// it is asked for again (RFC 5961 section 3).
    fn handle_reset(&mut self, id: SocketId, packet: &Packet) {
        let socket = self.socket(id);
        let (seq, receive) = (packet.segment.range.start, &socket.receive);
        let without_fin = receive.fin && seq == receive.rcv_nxt;
        if seq == receive.next_expected() || without_fin || receive.has_come_up_to(seq) {
            let error = match socket.state {
                TcpState::CloseWait => Some(Errno::EPIPE),
                TcpState::TimeWait => None,
                _ => Some(Errno::ECONNRESET),
            };
            self.tear_down(id, error);
        } else if seq > receive.next_expected() && seq <= receive.promised_edge() {
            self.send_ack(id);
        }
    }

    /// Whether the other end still shares the last buffer of the receive queue.
    fn tail_is_shared(&self, id: SocketId, packet: &Packet) -> bool {
        if packet.segment.range.is_empty() && !packet.segment.flags.fin {
            return false;
        }
        match (self.socket(id).receive.tail_from(), self.socket(id).connection) {
            (Some(skb), Some((connection, direction))) => {
                self.peer(connection, direction).is_some_and(|peer| self.socket(peer).send.shares(skb))
            }
            _ => false,
        }
    }

    /// Whether no program has it open or can still get it.
    pub(crate) fn is_orphan(&self, id: SocketId) -> bool {
        self.socket(id).is_orphan()
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
        let state = self.socket(id).state;
        self.socket_mut(id).receive.finish(state == TcpState::Established);
        match state {
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

    /// Whatever comes restarts the wait; what is more than an acknowledgement is acknowledged (RFC 9293 section 3.10.7.4,
    /// `tcp_timewait_state_process`). A reset ends it (RFC 1337 is off by default).
    fn handle_in_time_wait(&mut self, id: SocketId, packet: &Packet) {
        let flags = packet.segment.flags;
        if flags.rst {
            self.tear_down(id, None);
            return;
        }
        let due = self.now + TIME_WAIT;
        self.socket_mut(id).end_due = Some(due);
        if flags.fin || flags.syn || packet.probe || !packet.segment.range.is_empty() {
            self.send_ack(id);
        }
    }

    /// Send everything that may go, short segments too.
    pub(crate) fn flush(&mut self, id: SocketId) {
        self.output(id, |send, now, out| send.transmit(Hold::Nothing, Pass::All, now, out));
    }
}

impl Socket {
    /// New bytes for an end whose program has closed it, or shut both ways (RFC 1122 section 4.2.2.13).
    fn has_data_for_nobody(&self, packet: &Packet) -> bool {
        let finished = matches!(self.state, TcpState::FinWait1 | TcpState::FinWait2);
        let shut = self.is_orphan() || (self.read_shut && finished);
        let range = packet.segment.range;
        shut && !range.is_empty() && range.end > self.receive.rcv_nxt
    }

    /// Whether no program has it open or can still get it.
    const fn is_orphan(&self) -> bool {
        self.references == 0 && self.parent.is_none()
    }
}

impl ReceiveHalf {
    /// Data and FIN; answers how many bytes were taken, and whether everything up to the FIN has now come.
    fn take(&mut self, packet: &Packet, tail_shared: bool, now: Micros) -> (u32, bool) {
        let (range, fin) = (packet.segment.range, packet.segment.flags.fin);
        let len = range.len() as u32;
        if len == 0 && !fin {
            return (0, false);
        }
        if len == 0 && fin && range.end < self.next_expected() {
            self.answer_at_once();
            return (0, false);
        }
        let accepted = if len > 0 {
            let data = Incoming {
                seq: range.start,
                len,
                gso: packet.gso,
                skb: packet.skb,
                push: packet.segment.flags.psh,
                tail_shared,
                wire: packet.over_wire,
            };
            self.data(data, now)
        } else {
            0
        };
        let complete = if fin { self.fin_at(range.end) } else { self.fin_has_come() };
        if complete && len == 0 {
            self.charge_fin(tail_shared, packet.over_wire);
        }
        if !complete && fin && len == 0 {
            self.answer_at_once();
        }
        (accepted, complete)
    }
}

/// The stream that an end reads.
pub(crate) const fn reads(sends: syscall::Direction) -> usize {
    end_index(sends.reversed())
}
