//! `send` and `recv` on a TCP socket: between the program's bytes and a connection's two halves.

use syscall::{Bytes, Errno, MsgFlags, Returned, SocketId, StreamRange, TcpState};

use crate::calls::{Progress, Step};
use crate::kernel::{Kernel, Pending, end_index};
use crate::receive::AckWhen;
use crate::send::{Emission, Hold, Pass, SendHalf};
use crate::sizes::BACKLOG_EVERY;
use crate::tcp::reads;

impl Kernel {
    pub(crate) fn tcp_send(
        &mut self,
        pending: &mut Pending,
        id: SocketId,
        data: &Bytes,
        flags: MsgFlags,
    ) -> Step {
        let socket = self.socket(id);
        let may_wait = pending.may_wait(socket.blocking, flags);
        let limit = socket.options.send_timeout_us;
        let connecting = matches!(socket.state, TcpState::SynSent | TcpState::SynReceived);
        let open = matches!(socket.state, TcpState::Established | TcpState::CloseWait);
        if socket.error.is_some() || socket.write_shut || !(open || connecting) {
            if pending.done > 0 {
                return Ok(self.sent(pending, id));
            }
            return match self.socket_mut(id).error.take() {
                Some(Errno::EPIPE) | None => self.broken_pipe(pending, flags.nosignal),
                Some(error) => Err(error),
            };
        }
        self.set_time_limit(pending, limit);
        if connecting {
            return self.wait_or(pending, may_wait, Errno::EAGAIN);
        }
        let len = pending.most_of(u32::try_from(data.len()).unwrap_or(u32::MAX));
        let taken = self.copy_in(id, len - pending.done, may_wait);
        let from = pending.done as usize;
        self.append_to_stream(id, data.slice(from..from + taken as usize));
        pending.done += taken;
        pending.end = self.socket(id).send.write_seq;
        if pending.done == len {
            return Ok(self.sent(pending, id));
        }
        match self.wait_or(pending, may_wait, Errno::EAGAIN) {
            Err(_) if pending.done > 0 => Ok(self.sent(pending, id)),
            step => step,
        }
    }

    fn append_to_stream(&mut self, id: SocketId, bytes: Bytes) {
        if let Some((connection, direction)) = self.socket(id).connection {
            self.connection_mut(connection).streams[end_index(direction)].append(bytes);
        }
    }

    /// What a sending call has moved, as its outcome.
    pub(crate) fn sent(&self, pending: &Pending, id: SocketId) -> Progress {
        let (count, end) = (pending.done, pending.end);
        let outcome = Ok(Returned::Count(count));
        match self.tcp(id).and_then(|socket| socket.connection) {
            Some((connection, direction)) if count > 0 => {
                let range = StreamRange { connection, direction, start: end - u64::from(count), end };
                Progress::Moved(outcome, range)
            }
            _ => Progress::Done(outcome),
        }
    }

    /// Give up to `len` bytes to the sending half, buffer by buffer (`tcp_sendmsg`); answers how many it took. A call that
    /// may wait does not while what has arrived meanwhile makes room.
    pub(crate) fn copy_in(&mut self, id: SocketId, len: u32, may_wait: bool) -> u32 {
        self.own(id);
        let (mut taken, mut fresh) = (0, 0);
        let mut goal = self.socket(id).send.size_goal();
        while taken < len {
            let arrived_meanwhile = !self.backlog.is_empty();
            let send = &mut self.socket_mut(id).send;
            let room = match send.tail_room(goal) {
                Some(room) => room,
                None if !send.memory_free() => {
                    send.note_no_space();
                    if taken > 0 {
                        self.output(id, |send, now, out| send.push(Hold::Nothing, now, out));
                    }
                    // Room that pushing has made itself is not seen (`sk_stream_wait_memory`).
                    if !may_wait || self.socket(id).send.memory_free() {
                        break;
                    }
                    self.release(id);
                    self.own(id);
                    let socket = self.socket(id);
                    if socket.write_shut || !socket.send.memory_free() {
                        break;
                    }
                    goal = socket.send.size_goal();
                    continue;
                }
                None if fresh >= BACKLOG_EVERY && arrived_meanwhile => {
                    fresh = 0;
                    self.process_backlog();
                    goal = self.socket(id).send.size_goal();
                    if self.socket(id).write_shut {
                        break;
                    }
                    continue;
                }
                None => {
                    fresh = if fresh >= BACKLOG_EVERY { 1 } else { fresh + 1 };
                    send.new_tail();
                    goal
                }
            };
            let part = room.min(len - taken);
            let full = send.append(part, goal);
            taken += part;
            if taken < len && full {
                match send.mid_call_push() {
                    Some(Pass::All) => self.output(id, |send, now, out| send.push(Hold::Nothing, now, out)),
                    Some(Pass::One) => {
                        self.output(id, |send, now, out| send.transmit(Hold::Nothing, Pass::One, now, out))
                    }
                    None => {}
                }
            }
        }
        if taken > 0 {
            self.output(id, |send, now, out| send.push(send.holding(), now, out));
        }
        self.release(id);
        taken
    }

    pub(crate) fn output(&mut self, id: SocketId, pass: impl FnOnce(&mut SendHalf, u64, &mut Vec<Emission>)) {
        let now = self.now;
        let mut out = std::mem::take(&mut self.spare_output.0);
        pass(&mut self.socket_mut(id).send, now, &mut out);
        self.emit(id, &out);
        out.clear();
        self.spare_output.0 = out;
    }

    /// As `tcp_recvmsg_locked` does it, its tests in the same order.
    pub(crate) fn tcp_recv(
        &mut self,
        pending: &mut Pending,
        id: SocketId,
        len: u32,
        flags: MsgFlags,
    ) -> Step {
        if self.socket(id).state == TcpState::Listen {
            return Err(Errno::ENOTCONN);
        }
        let want = pending.most_of(len);
        let there = self.socket(id).receive.inq();
        let have = if flags.peek {
            there.min(u64::from(want)) as u32
        } else {
            if there > 0 && want > pending.done {
                self.take_out(pending, id, want - pending.done);
            }
            pending.done
        };
        let enough = if flags.waitall { want.max(1) } else { 1 };
        if have >= enough || (want == 0 && there > 0) {
            return Ok(self.given(pending, id, have, flags.peek));
        }
        let socket = self.socket(id);
        let may_wait = pending.may_wait(socket.blocking, flags);
        // What was read may have let the other end send more at once: that is to be read too.
        let over = socket.receive.inq() == 0
            && (socket.receive.fin
                || socket.error.is_some()
                || socket.read_shut
                || socket.state == TcpState::Closed);
        let limit = socket.options.receive_timeout_us;
        self.set_time_limit(pending, limit);
        if have > 0 {
            return match self.wait_or(pending, may_wait && !over, Errno::EAGAIN) {
                Err(_) => Ok(self.given(pending, id, have, flags.peek)),
                step => step,
            };
        }
        let socket = self.socket_mut(id);
        if !socket.receive.fin
            && let Some(error) = socket.error.take()
        {
            return Err(error);
        }
        if socket.receive.fin || socket.read_shut {
            if !flags.peek {
                socket.receive.read_fin();
            }
            return Ok(Progress::Done(Ok(Returned::Data(Bytes::new()))));
        }
        if socket.state == TcpState::Closed {
            return Err(Errno::ENOTCONN);
        }
        // Whoever asks for nothing waits all the same, once, and is given nothing whatever ends the wait.
        if want == 0 && pending.waits {
            return Ok(Progress::Done(Ok(Returned::Data(Bytes::new()))));
        }
        self.wait_or(pending, may_wait, Errno::EAGAIN)
    }

    /// Read up to `len` bytes for a call that may go on waiting for more. Nobody else needs them any more.
    fn take_out(&mut self, pending: &mut Pending, id: SocketId, len: u32) {
        let taken = self.copy_out(id, len);
        let socket = self.socket(id);
        let end = socket.receive.copied;
        let Some((connection, direction)) = socket.connection else { return };
        let stream = &mut self.connection_mut(connection).streams[reads(direction)];
        let bytes = stream.take(end - u64::from(taken), taken);
        pending.got.keep(bytes);
        pending.done += taken;
        pending.end = end;
    }

    /// Let the program read up to `len` bytes (`tcp_recvmsg`).
    fn copy_out(&mut self, id: SocketId, len: u32) -> u32 {
        self.own(id);
        let socket = self.socket_mut(id);
        let (read, ack) = socket.receive.read(len, socket.read_shut);
        if ack == AckWhen::Now {
            self.send_ack(id);
        }
        self.release(id);
        read
    }

    /// What a receiving call gives to its program.
    pub(crate) fn given(&self, pending: &mut Pending, id: SocketId, count: u32, peek: bool) -> Progress {
        let connection = self.tcp(id).and_then(|socket| socket.connection);
        let Some((connection, direction)) = connection.filter(|_| count > 0) else {
            return Progress::Done(Ok(Returned::Data(Bytes::new())));
        };
        let (start, end, data) = if peek {
            let start = self.socket(id).receive.copied;
            let data = self.connection(connection).streams[reads(direction)].copy(start, count);
            (start, start + u64::from(count), data)
        } else {
            (pending.end - u64::from(count), pending.end, pending.got.take())
        };
        let range = StreamRange { connection, direction: direction.reversed(), start, end };
        Progress::Moved(Ok(Returned::Data(data)), range)
    }
}
