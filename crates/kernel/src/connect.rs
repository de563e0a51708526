//! Connections from a program's side: `connect`, `accept`, `shutdown`.

use std::net::Ipv4Addr;

use syscall::{Address, Errno, Fd, How, MsgFlags, Returned, SocketId, SocketType, TcpState};

use crate::calls::{Progress, Step, done};
use crate::files::File;
use crate::kernel::{Kernel, Pending, end_index};
use crate::sizes::{MSS_DEFAULT, TIMESTAMP_OPTION};
use crate::socket::{Phase, Socket};

impl Kernel {
    pub(crate) fn call_accept(&mut self, pending: &mut Pending, fd: Fd) -> Step {
        let id = self.socket_file(pending, fd)?;
        // Linux looks for a free descriptor before it looks at the socket.
        self.free_descriptor(pending.task)?;
        match self.file(id) {
            File::Tcp(_) => {}
            File::Local(socket) if socket.kind == SocketType::Stream => return Err(Errno::EINVAL),
            File::Local(_) | File::Udp(_) | File::Pipe(_) => return Err(Errno::EOPNOTSUPP),
        }
        let socket = self.socket(id);
        let blocking = pending.may_wait(socket.blocking, MsgFlags::default());
        let limit = socket.options.receive_timeout_us;
        let Some(listener) = &socket.listener else { return Err(Errno::EINVAL) };
        let Some(&child) = listener.queue.front() else {
            self.set_time_limit(pending, limit);
            return self.wait_or(pending, blocking, Errno::EAGAIN);
        };
        let new = self.open_descriptor(pending.task, child)?;
        if let Some(listener) = &mut self.socket_mut(id).listener {
            listener.queue.pop_front();
        }
        let socket = self.socket_mut(child);
        socket.parent = None;
        let peer = socket.remote.expect("an accepted connection has another end");
        done(Returned::Accepted { fd: new, peer })
    }

    /// As `__inet_stream_connect` does it. A connection that failed is told of once, then the socket is fresh again.
    pub(crate) fn call_connect(&mut self, pending: &mut Pending, fd: Fd, address: Address) -> Step {
        let id = self.socket_file(pending, fd)?;
        if matches!(self.file(id), File::Local(_)) {
            return Err(Errno::EINVAL);
        }
        if self.udp(id).is_some() {
            return self.udp_connect(id, address);
        }
        let socket = self.socket(id);
        let blocking = pending.may_wait(socket.blocking, MsgFlags::default());
        let limit = socket.options.send_timeout_us;
        let first = match (socket.phase, pending.waits) {
            (Phase::Connected, _) => return Err(Errno::EISCONN),
            (Phase::Spoilt, _) => return Err(Errno::EINVAL),
            (Phase::Connecting, _) => false,
            // Another call has ended it meanwhile.
            (Phase::Unconnected, true) => return Err(Errno::ECONNABORTED),
            (Phase::Unconnected, false) if socket.state != TcpState::Closed => return Err(Errno::EISCONN),
            // Only a connection that begins looks at the address.
            (Phase::Unconnected, false) if !address.is_ipv4() => return Err(Errno::EAFNOSUPPORT),
            (Phase::Unconnected, false) => {
                self.start_connect(id, address)?;
                true
            }
        };
        self.set_time_limit(pending, limit);
        let give_up = if first || pending.waits { Errno::EINPROGRESS } else { Errno::EALREADY };
        match self.socket(id).state {
            TcpState::SynSent | TcpState::SynReceived => self.wait_or(pending, blocking, give_up),
            // On loopback the answer is here already, yet a call that may not wait does not look.
            _ if first && !blocking => Err(give_up),
            TcpState::Closed => Err(self.end_failed_connect(id)),
            _ => {
                self.socket_mut(id).phase = Phase::Connected;
                done(Returned::Done)
            }
        }
    }

    /// Why it failed; the socket may be used again.
    fn end_failed_connect(&mut self, id: SocketId) -> Errno {
        let error = self.socket_mut(id).error.take().unwrap_or(Errno::ECONNABORTED);
        self.disconnect(id);
        error
    }

    /// Make a socket as good as new, but for what was set and asked for (`tcp_disconnect`). What the connection was can
    /// still be seen.
    pub(crate) fn disconnect(&mut self, id: SocketId) {
        let socket = self.socket_mut(id);
        socket.phase = Phase::Unconnected;
        socket.error = None;
        socket.options.maxseg = 0;
        socket.read_shut = false;
        socket.write_shut = false;
        socket.receive.fin = false;
        socket.receive.conversing = false;
        socket.receive.forget_unread();
        let ip = socket.bound.map_or(Ipv4Addr::UNSPECIFIED.into(), |bound| bound.ip());
        socket.local = socket.local.map(|local| Address::new(ip, local.port()));
    }

    fn start_connect(&mut self, id: SocketId, address: Address) -> Result<(), Errno> {
        let socket = self.socket(id);
        let (host, bound) = (socket.host, socket.port_bound());
        let bound_ip = socket.bound.map(|local| local.ip()).filter(|ip| !ip.is_unspecified());
        let to = self.next_hop(host, address.ip())?;
        if bound_ip.is_some_and(|ip| ip.is_loopback()) && to != host {
            return Err(Errno::EINVAL);
        }
        // INADDR_ANY as a destination is this host itself.
        let nowhere = address.ip().is_unspecified();
        let ip = if nowhere { bound_ip.unwrap_or(Ipv4Addr::LOCALHOST.into()) } else { address.ip() };
        let remote = Address::new(ip, address.port());
        let source = bound_ip.unwrap_or(Self::source_for(host, ip));
        let port = match bound {
            Some(local) => local.port(),
            None => self.port_for_connect(id, Address::new(source, 0), remote)?,
        };
        let local = Address::new(source, port);
        if local == remote {
            // Simplified: Linux lets a socket connect to itself (simultaneous open), which nobody wants.
            return Err(Errno::ECONNREFUSED);
        }
        if self.is_taken(id, local, remote) {
            return Err(Errno::EADDRNOTAVAIL);
        }
        self.forget_connection(id);
        let bound = self.mss_between(host, to);
        let socket = self.socket_mut(id);
        // Until the other end has said what it takes, Linux counts on the least (`tcp_connect_init`).
        let least = if socket.options.maxseg == 0 { MSS_DEFAULT - TIMESTAMP_OPTION } else { bound };
        socket.send.mss = socket.limit_mss(least);
        socket.local = Some(local);
        socket.remote = Some(remote);
        socket.phase = Phase::Connecting;
        self.own(id);
        self.open_connection(id, to);
        self.release(id);
        Ok(())
    }

    /// A socket that had a connection gets fresh halves; what is still under way of the old one finds nobody.
    fn forget_connection(&mut self, id: SocketId) {
        let Some((connection, direction)) = self.socket(id).connection else { return };
        self.connection_mut(connection).ends[end_index(direction)] = None;
        let old = self.socket(id);
        let mut fresh = Socket::new(old.host);
        fresh.references = old.references;
        fresh.blocking = old.blocking;
        fresh.reuse_address = old.reuse_address;
        fresh.bound = old.bound;
        fresh.port_drawn = old.port_drawn;
        fresh.write_shut = old.write_shut;
        fresh.take_options(old);
        *self.socket_mut(id) = fresh;
        self.something_died = true;
    }

    pub(crate) fn call_shutdown(&mut self, pending: &Pending, fd: Fd, how: How) -> Step {
        let id = self.socket_file(pending, fd)?;
        let (read, write) = (how != How::Write, how != How::Read);
        if matches!(self.file(id), File::Local(_)) {
            self.local_shutdown(id, read, write);
            return done(Returned::Done);
        }
        if let File::Udp(socket) = self.file_mut(id) {
            return socket.shutdown(read, write);
        }
        match self.socket(id).state {
            TcpState::Closed | TcpState::TimeWait => {
                // Linux remembers it all the same.
                let socket = self.socket_mut(id);
                if socket.phase == Phase::Connecting {
                    socket.phase = Phase::Spoilt;
                }
                socket.read_shut |= read;
                socket.write_shut |= write;
                return Err(Errno::ENOTCONN);
            }
            TcpState::Listen if read => {
                self.close_listener(id);
                self.disconnect(id);
            }
            TcpState::Listen => {}
            TcpState::SynSent => {
                self.tear_down(id, None);
                self.disconnect(id);
                self.socket_mut(id).error = Some(Errno::ECONNRESET);
            }
            _ => {
                self.own(id);
                let socket = self.socket_mut(id);
                socket.read_shut |= read;
                // Whoever shuts it down knows that it is connected (`inet_shutdown`).
                socket.phase = Phase::Connected;
                if write && !self.socket(id).write_shut {
                    self.socket_mut(id).write_shut = true;
                    self.send_fin(id);
                }
                self.release(id);
            }
        }
        done(Returned::Done)
    }

    pub(crate) fn call_close(&mut self, pending: &mut Pending, fd: Fd) -> Step {
        if let (true, Some(id)) = (pending.waits, pending.file) {
            return self.wait_for_last_byte(pending, id);
        }
        let pid = self.pid(pending.task);
        let id = self.process_mut(pid).descriptors.remove(fd).ok_or(Errno::EBADF)?;
        let linger = self.tcp(id).and_then(|socket| socket.options.linger_s);
        self.release_reference(id);
        match linger {
            Some(seconds) if seconds > 0 => {
                self.set_time_limit(pending, u64::from(seconds) * 1_000_000);
                pending.file = Some(id);
                self.wait_for_last_byte(pending, id)
            }
            _ => done(Returned::Done),
        }
    }

    /// SO_LINGER: close waits until the other end has everything, or for so long. It never fails; what is left goes on by
    /// itself.
    fn wait_for_last_byte(&self, pending: &Pending, id: SocketId) -> Step {
        if self.lingers(id) {
            self.wait_or(pending, true, Errno::EAGAIN).or_else(|_| done(Returned::Done))
        } else {
            done(Returned::Done)
        }
    }

    /// Whether a socket that was closed still has something to bring over (`sk_stream_wait_close`).
    pub(crate) fn lingers(&self, id: SocketId) -> bool {
        self.tcp(id).is_some_and(|socket| {
            socket.references == 0
                && matches!(socket.state, TcpState::FinWait1 | TcpState::Closing | TcpState::LastAck)
                && socket.send.fin_is_outstanding()
        })
    }

    /// That a call may not wait any longer, or may.
    pub(crate) fn wait_or(&self, pending: &Pending, may_wait: bool, give_up: Errno) -> Step {
        if pending.interrupted {
            Err(Errno::EINTR)
        } else if !may_wait || self.is_over(pending) {
            Err(give_up)
        } else {
            Ok(Progress::Waits)
        }
    }
}
