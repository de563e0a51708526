//! Connections begin: SYN, SYN-ACK, the listener's rules, simultaneous open (RFC 9293 sections 3.5 and 3.10.7).

use syscall::{Direction, Errno, SocketId, TcpState};

use crate::kernel::{Connection, Kernel, Packet, end_index};
use crate::socket::{Listener, Phase, Socket};

impl Kernel {
    /// A SYN for an end that does not know the connection yet.
    pub(crate) fn handle_syn(&mut self, packet: &Packet) {
        let to = packet.destination;
        if let Some(id) = self.end_that_connects_back(packet) {
            self.open_simultaneously(id, packet);
            return;
        }
        if self.is_old_syn(packet) {
            return;
        }
        let listens = |s: &Socket| {
            s.state == TcpState::Listen
                && s.host == packet.to
                && s.local
                    .is_some_and(|a| a.port() == to.port() && (a.ip() == to.ip() || a.ip().is_unspecified()))
        };
        // A listener on this very address goes before one on all of them.
        let exact =
            |(_, socket): &(SocketId, &Socket)| u8::from(socket.local.is_some_and(|a| a.ip() != to.ip()));
        let Some((listener, parent)) = self.sockets().filter(|(_, socket)| listens(socket)).min_by_key(exact)
        else {
            self.refuse(packet);
            return;
        };
        // A full queue answers nothing: the other end will ask again.
        if !parent.listener.as_ref().is_some_and(Listener::admits) {
            return;
        }
        let mut socket = Socket::inheriting(parent);
        let mss = socket.limit_mss(self.mss_between(packet.from, packet.to));
        socket.local = Some(to);
        socket.remote = Some(packet.source);
        socket.connection = Some((packet.segment.range.connection, Direction::Back));
        socket.parent = Some(listener);
        socket.receive.open(mss, mss, self.most_rcvbuf(packet.to));
        socket.send.establish(packet.segment.window, mss.min(packet.mss));
        let child = self.add_socket(socket);
        if let Some(listener) = &mut self.socket_mut(listener).listener {
            listener.half_open.push(child);
        }
        self.connection_mut(packet.segment.range.connection).ends[1] = Some(child);
        self.set_state(child, TcpState::SynReceived);
        self.send_syn_ack(child, false);
    }

    /// A copy of a SYN whose connection has begun, and is over at this end. Simplified: a real kernel would answer it, and
    /// forget it when the other end says that it means nothing.
    fn is_old_syn(&self, packet: &Packet) -> bool {
        let ends = &self.connection(packet.segment.range.connection).ends;
        let begins = |id: SocketId| self.socket(id).state == TcpState::SynSent;
        ends[end_index(Direction::Back)].is_some() && !ends[end_index(Direction::Forth)].is_some_and(begins)
    }

    /// A connection is half open no more.
    pub(crate) fn leave_listener(&mut self, id: SocketId) {
        if let Some(parent) = self.socket(id).parent
            && let Some(listener) = &mut self.socket_mut(parent).listener
        {
            listener.half_open.retain(|child| *child != id);
        }
    }

    pub(crate) fn handle_in_syn_sent(&mut self, id: SocketId, packet: &Packet) {
        let flags = packet.segment.flags;
        if flags.rst && flags.ack {
            self.tear_down(id, Some(Errno::ECONNREFUSED));
        } else if flags.syn && !flags.ack {
            self.open_simultaneously(id, packet);
        } else if flags.syn {
            self.agree(id, packet);
            self.establish(id, packet);
            // Who has said beforehand that acknowledgements wait for answers waits with this one too.
            let now = self.now;
            if !self.socket_mut(id).receive.delay_first_ack(now) {
                self.send_ack(id);
            }
        }
    }

    /// Take over what the other end's SYN says.
    fn agree(&mut self, id: SocketId, packet: &Packet) {
        let mss = self.mss_between(packet.from, packet.to);
        let socket = self.socket_mut(id);
        let mss = socket.limit_mss(mss).min(packet.mss);
        socket.send.establish(packet.segment.window, mss);
    }

    /// The handshake is over at this end.
    fn establish(&mut self, id: SocketId, packet: &Packet) {
        let now = self.now;
        let socket = self.socket_mut(id);
        if socket.syn_tries == 0 {
            socket.send.rtt.measured(now - socket.syn_sent_at, 0, 0);
        }
        (socket.syn_due, socket.syn_tries) = (None, 0);
        socket.send.retrying_since = None;
        socket.send.offered(packet.segment.window);
        socket.receive.guess_mss(socket.send.mss);
        socket.keepalive.heard(now);
        self.set_state(id, TcpState::Established);
    }

    /// Answers whether the handshake is over and the segment is to be looked at like any other.
    pub(crate) fn handle_in_syn_received(&mut self, id: SocketId, packet: &Packet) -> bool {
        let flags = packet.segment.flags;
        let parent = self.socket(id).parent;
        if flags.rst {
            self.leave_listener(id);
            self.socket_mut(id).parent = None;
            self.tear_down(id, parent.is_none().then_some(Errno::ECONNRESET));
            return false;
        }
        if flags.syn && !flags.ack {
            // The SYN came twice: so does its answer.
            let window = self.socket(id).receive.promised_edge() as u32;
            self.send_handshake(id, crate::output::SYN_ACK, window.min(65_535), true);
            return false;
        }
        // Linux forgets the last ACK when the queue has filled up meanwhile: this end goes on asking, while the other
        // believes itself connected.
        let full = |id| self.socket(id).listener.as_ref().is_none_or(|l| !l.admits());
        if !flags.ack || parent.is_some_and(full) {
            return false;
        }
        self.leave_listener(id);
        self.establish(id, packet);
        if let Some(parent) = parent
            && let Some(listener) = &mut self.socket_mut(parent).listener
        {
            listener.queue.push_back(id);
        }
        if flags.syn {
            self.send_ack(id);
        }
        !flags.syn
    }

    /// An end that has sent a SYN to where this SYN comes from.
    fn end_that_connects_back(&self, packet: &Packet) -> Option<SocketId> {
        let mut sockets = self.sockets();
        let connects = |s: &Socket| {
            matches!(s.state, TcpState::SynSent | TcpState::SynReceived)
                && s.host == packet.to
                && s.parent.is_none()
                && s.local == Some(packet.destination)
                && s.remote == Some(packet.source)
        };
        sockets.find(|(_, socket)| connects(socket)).map(|(id, _)| id)
    }

    /// Both ends have sent a SYN (RFC 9293 section 3.5, figure 8): the two are one connection, the older by number.
    fn open_simultaneously(&mut self, id: SocketId, packet: &Packet) {
        let theirs = packet.segment.range.connection;
        if let Some((ours, Direction::Forth)) = self.socket(id).connection
            && ours != theirs
        {
            let (kept, given_up) = (ours.min(theirs), ours.max(theirs));
            // The second of the two SYNs finds that the first has done it.
            if let Some(moved) = self.connection(given_up).ends[end_index(Direction::Forth)] {
                *self.connection_mut(given_up) = Connection::without_ends();
                self.connection_mut(kept).ends[end_index(Direction::Back)] = Some(moved);
                self.socket_mut(moved).connection = Some((kept, Direction::Back));
            }
        }
        if self.socket(id).state == TcpState::SynSent {
            self.agree(id, packet);
            self.set_state(id, TcpState::SynReceived);
        }
        self.send_syn_ack(id, false);
    }
}

impl Socket {
    /// A connection of a listener: its options, not its addresses.
    pub(crate) fn inheriting(listener: &Self) -> Self {
        let mut socket = Self::new(listener.host);
        socket.state = TcpState::Listen;
        socket.phase = Phase::Connected;
        socket.reuse_address = listener.reuse_address;
        socket.take_options(listener);
        socket
    }

    /// Take over buffer sizes and TCP options.
    pub(crate) fn take_options(&mut self, from: &Self) {
        self.options = from.options.clone();
        self.follow_options();
        self.send.nodelay = from.send.nodelay;
        self.send.locked = from.send.locked;
        self.send.sndbuf = from.send.sndbuf;
        self.receive.locked = from.receive.locked;
        self.receive.rcvbuf = from.receive.rcvbuf;
        self.receive.conversing = from.receive.conversing;
    }
}
