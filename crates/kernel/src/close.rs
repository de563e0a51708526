//! Endings: FIN and RST, what close does, what becomes of a listener's queue.

use syscall::{Errno, SocketId, TcpState};

use crate::kernel::Kernel;
use crate::send::Fin;
use crate::sizes::TIME_WAIT;

impl Kernel {
    /// No more will be sent: a FIN follows the last byte.
    pub(crate) fn send_fin(&mut self, id: SocketId) {
        let next = match self.socket(id).state {
            TcpState::Established | TcpState::SynReceived => TcpState::FinWait1,
            TcpState::CloseWait => TcpState::LastAck,
            TcpState::SynSent => return self.tear_down(id, Some(Errno::ECONNRESET)),
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
        socket.receive.ack_deferred = false;
        socket.read_shut = true;
        socket.write_shut = true;
        socket.receive.ack_due = None;
        socket.syn_due = None;
        socket.end_due = None;
        socket.unreachable = None;
        socket.give_port_back();
        self.set_state(id, TcpState::Closed);
    }

    /// The last descriptor is gone (`tcp_close`).
    pub(crate) fn close_socket(&mut self, id: SocketId) {
        let socket = self.socket(id);
        let unread = socket.receive.inq() > 0;
        match socket.state {
            TcpState::Listen => self.close_listener(id),
            TcpState::Closed | TcpState::TimeWait => {}
            TcpState::SynSent => self.tear_down(id, None),
            _ if unread || socket.options.linger_s == Some(0) => self.abort(id),
            TcpState::FinWait2 => self.socket_mut(id).end_due = Some(self.now + TIME_WAIT),
            _ => self.send_fin(id),
        }
        self.socket_mut(id).receive.purge_queue();
    }

    /// The queued connections are reset; those half open are forgotten, and their last ACK will be answered by RST.
    pub(crate) fn close_listener(&mut self, id: SocketId) {
        let listener = self.socket_mut(id).listener.take().unwrap_or_default();
        let socket = self.socket_mut(id);
        socket.state = TcpState::Closed;
        socket.give_port_back();
        self.something_died = true;
        for child in listener.queue {
            self.socket_mut(child).parent = None;
            if self.socket(child).state != TcpState::Closed {
                self.abort(child);
            }
        }
        for child in listener.half_open {
            self.socket_mut(child).parent = None;
            self.tear_down(child, None);
        }
    }

    /// End it without ceremony: what is unread or unsent is lost, and the other end is told so.
    fn abort(&mut self, id: SocketId) {
        self.send_reset(id);
        self.tear_down(id, None);
    }
}
