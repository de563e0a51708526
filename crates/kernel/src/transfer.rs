//! `send` and `recv`: between the program's bytes and a connection's two halves.

use syscall::{Bytes, Errno, Fd, MsgFlags, Returned, SocketId, StreamRange, TcpState};

use crate::calls::{Progress, Step, done};
use crate::kernel::{Kernel, Pending, end_index};
use crate::receive::AckWhen;
use crate::send::{Emission, Hold, Pass, SendHalf};
use crate::sizes::BACKLOG_EVERY;
use crate::tcp::reads;

impl Kernel {
    pub(crate) fn call_send(&mut self, pending: &mut Pending, fd: Fd, data: &Bytes, flags: MsgFlags) -> Step {
        let id = self.lookup(pending.task, fd)?;
        let socket = self.socket_mut(id);
        let may_wait = socket.blocking && !flags.dontwait;
        if matches!(socket.state, TcpState::SynSent | TcpState::SynReceived) {
            return if may_wait { Ok(Progress::Waits) } else { Err(Errno::EAGAIN) };
        }
        let open = matches!(socket.state, TcpState::Established | TcpState::CloseWait) && !socket.write_shut;
        if !open || socket.error.is_some() {
            if pending.done > 0 {
                return Ok(self.sent(id, pending.done));
            }
            return Err(socket.error.take().unwrap_or(Errno::EPIPE));
        }
        let left = u32::try_from(data.len()).unwrap_or(u32::MAX) - pending.done;
        let taken = self.copy_in(id, left);
        let from = pending.done as usize;
        self.append_to_stream(id, data.slice(from..from + taken as usize));
        pending.done += taken;
        if taken == left || (!may_wait && pending.done > 0) {
            return Ok(self.sent(id, pending.done));
        }
        if may_wait { Ok(Progress::Waits) } else { Err(Errno::EAGAIN) }
    }

    fn append_to_stream(&mut self, id: SocketId, bytes: Bytes) {
        if let Some((connection, direction)) = self.socket(id).connection {
            self.connection_mut(connection).streams[end_index(direction)].append(bytes);
        }
    }

    pub(crate) fn sent(&self, id: SocketId, count: u32) -> Progress {
        let outcome = Ok(Returned::Count(count));
        let socket = self.socket(id);
        match socket.connection {
            Some((connection, direction)) if count > 0 => {
                let end = socket.send.write_seq;
                let range = StreamRange { connection, direction, start: end - u64::from(count), end };
                Progress::Moved(outcome, range)
            }
            _ => Progress::Done(outcome),
        }
    }

    /// Give up to `len` bytes to the sending half, buffer by buffer (`tcp_sendmsg`); answers how many it took.
    pub(crate) fn copy_in(&mut self, id: SocketId, len: u32) -> u32 {
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
                    break;
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
            let send = &mut self.socket_mut(id).send;
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
        let mut out = Vec::new();
        pass(&mut self.socket_mut(id).send, now, &mut out);
        self.emit(id, out);
    }

    pub(crate) fn call_recv(&mut self, pending: &mut Pending, fd: Fd, len: u32, flags: MsgFlags) -> Step {
        let id = self.lookup(pending.task, fd)?;
        let socket = self.socket(id);
        let may_wait = socket.blocking && !flags.dontwait;
        let Some((connection, direction)) = socket.connection else { return Err(Errno::ENOTCONN) };
        if len == 0 {
            return done(Returned::Data(Bytes::new()));
        }
        if flags.peek && socket.receive.inq() > 0 {
            let start = socket.receive.copied;
            let count = socket.receive.inq().min(u64::from(len)) as u32;
            let data = self.connection(connection).streams[reads(direction)].copy(start, count);
            let range = StreamRange {
                connection,
                direction: direction.reversed(),
                start,
                end: start + u64::from(count),
            };
            return Ok(Progress::Moved(Ok(Returned::Data(data)), range));
        }
        if socket.receive.inq() > 0 {
            pending.done += self.copy_out(id, len - pending.done);
        }
        let socket = self.socket_mut(id);
        let ended = socket.receive.fin || socket.read_shut;
        if pending.done == len || (pending.done > 0 && (!flags.waitall || ended || socket.error.is_some())) {
            return Ok(self.received(id, pending.done));
        }
        if socket.receive.fin {
            return Ok(self.received(id, 0));
        }
        if let Some(error) = socket.error.take() {
            return Err(error);
        }
        if socket.read_shut {
            return Ok(self.received(id, 0));
        }
        if may_wait {
            return Ok(Progress::Waits);
        }
        if pending.done > 0 { Ok(self.received(id, pending.done)) } else { Err(Errno::EAGAIN) }
    }

    /// Let the program read up to `len` bytes (`tcp_recvmsg`).
    fn copy_out(&mut self, id: SocketId, len: u32) -> u32 {
        self.own(id);
        let (read, ack) = self.socket_mut(id).receive.read(len);
        if ack == AckWhen::Now {
            self.send_ack(id);
        }
        self.release(id);
        read
    }

    /// The last `count` bytes that were read, as the call's outcome; nobody needs them any more.
    pub(crate) fn received(&mut self, id: SocketId, count: u32) -> Progress {
        let socket = self.socket(id);
        let end = socket.receive.copied;
        match socket.connection {
            Some((connection, direction)) if count > 0 => {
                let start = end - u64::from(count);
                let stream = &mut self.connection_mut(connection).streams[reads(direction)];
                let data = stream.copy(start, count);
                stream.forget(end);
                let range = StreamRange { connection, direction: direction.reversed(), start, end };
                Progress::Moved(Ok(Returned::Data(data)), range)
            }
            _ => Progress::Done(Ok(Returned::Data(Bytes::new()))),
        }
    }
}
