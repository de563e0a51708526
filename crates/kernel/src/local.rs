//! AF_UNIX sockets, as far as `socketpair` makes them: there are no names in a file system here, so a socket that
//! `socket` made stays alone.

use std::collections::VecDeque;

use syscall::{
    Address, Bytes, Domain, Errno, HostId, MsgFlags, Readiness, Returned, SocketId, SocketType, TaskId,
};

use crate::calls::{Step, done};
use crate::files::File;
use crate::kernel::{Kernel, Pending};
use crate::options::Basics;
use crate::sizes::{PAGE, SHARED_INFO, SK_BUFF};

/// Payload of a stream that one buffer takes: its head's and eight pages.
const STREAM_BUFFER: u32 = 36_544;

/// One end of a pair.
#[derive(Clone, Debug, Hash)]
pub(crate) struct LocalSocket {
    pub(crate) host: HostId,
    pub(crate) references: u32,
    pub(crate) blocking: bool,
    pub(crate) kind: SocketType,
    pub(crate) peer: Peer,
    /// What waits to be read here.
    queue: VecDeque<Message>,
    /// What this end has sent and nobody has read, as memory.
    charged: u32,
    pub(crate) basics: Basics,
    pub(crate) read_shut: bool,
    pub(crate) write_shut: bool,
}

/// The other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Peer {
    /// There never was one.
    None,
    /// It is open.
    Open(SocketId),
    /// It was closed.
    Closed,
}

/// A buffer in a queue: a datagram, or a part of a stream.
#[derive(Clone, Debug, Hash)]
struct Message {
    bytes: Bytes,
    charge: u32,
}

/// Memory that a message costs (`sock_alloc_send_pskb`): its head in a block of a power of two, the rest in pages.
/// Measured for both types from 1 to 106,000 bytes.
fn charge(kind: SocketType, len: u32) -> u32 {
    let head = match kind {
        SocketType::Stream => PAGE - SHARED_INFO,
        SocketType::Dgram => 4 * PAGE - SHARED_INFO,
    };
    let paged = len.saturating_sub(head).next_multiple_of(PAGE).min(len);
    let block = (len - paged + SHARED_INFO).next_power_of_two().max(512);
    SK_BUFF + block + paged.next_multiple_of(PAGE)
}

impl LocalSocket {
    fn new(host: HostId, kind: SocketType, peer: Peer) -> Self {
        Self {
            host,
            references: 0,
            blocking: true,
            kind,
            peer,
            queue: VecDeque::new(),
            charged: 0,
            basics: Basics::default(),
            read_shut: false,
            write_shut: false,
        }
    }

    /// All but who its peer is.
    pub(crate) fn hash_future(&self, hasher: &mut impl std::hash::Hasher) {
        use std::hash::Hash as _;
        let peer = match self.peer {
            Peer::Open(_) => Peer::Open(SocketId(0)),
            other => other,
        };
        Self { peer, ..self.clone() }.hash(hasher);
    }

    pub(crate) fn has_peer(&self) -> bool {
        self.peer != Peer::None
    }

    /// SIOCINQ: all that waits of a stream, of datagrams the first.
    pub(crate) fn inq(&self) -> u32 {
        let lengths = self.queue.iter().map(|message| message.bytes.len() as u32);
        match self.kind {
            SocketType::Stream => lengths.sum(),
            SocketType::Dgram => lengths.take(1).sum(),
        }
    }

    /// SIOCOUTQ: memory, not bytes.
    pub(crate) const fn outq(&self) -> u32 {
        self.charged
    }
}

impl Kernel {
    pub(crate) fn local(&self, id: SocketId) -> Option<&LocalSocket> {
        match self.files.get(id.0) {
            Some(File::Local(socket)) => Some(socket),
            _ => None,
        }
    }

    pub(crate) fn local_mut(&mut self, id: SocketId) -> Option<&mut LocalSocket> {
        match self.files.get_mut(id.0) {
            Some(File::Local(socket)) => Some(socket),
            _ => None,
        }
    }

    pub(crate) fn lone_local(&mut self, host: HostId, kind: SocketType) -> SocketId {
        self.add_file(File::Local(LocalSocket::new(host, kind, Peer::None)))
    }

    pub(crate) fn call_socketpair(&mut self, task: TaskId, domain: Domain, kind: SocketType) -> Step {
        match domain {
            Domain::Unix => {}
            Domain::Inet => return Err(Errno::EOPNOTSUPP),
            Domain::Inet6 => return Err(Errno::EAFNOSUPPORT),
        }
        let host = self.process(self.pid(task)).host;
        let a = self.lone_local(host, kind);
        let b = self.add_file(File::Local(LocalSocket::new(host, kind, Peer::Open(a))));
        if let Some(socket) = self.local_mut(a) {
            socket.peer = Peer::Open(b);
        }
        let (a, b) = self.open_two(task, a, b)?;
        done(Returned::Pair(a, b))
    }

    pub(crate) fn local_send(
        &mut self,
        pending: &mut Pending,
        id: SocketId,
        data: &Bytes,
        flags: MsgFlags,
        to: Option<Address>,
    ) -> Step {
        let Some(socket) = self.local(id) else { return Err(Errno::EBADF) };
        match (socket.kind, socket.peer, to) {
            // An Internet address is no name of a local socket.
            (SocketType::Dgram, _, Some(_)) => Err(Errno::EINVAL),
            (SocketType::Stream, Peer::None, Some(_)) => Err(Errno::EOPNOTSUPP),
            (SocketType::Stream, _, Some(_)) => Err(Errno::EISCONN),
            (SocketType::Stream, Peer::None, None) => Err(Errno::ENOTCONN),
            (SocketType::Stream, ..) => self.local_stream_send(pending, id, data, flags),
            (SocketType::Dgram, ..) => self.local_datagram_send(pending, id, data, flags),
        }
    }

    /// What a send on this end finds: the other end, or that it is over.
    fn reader_of(&self, id: SocketId) -> Option<SocketId> {
        let socket = self.local(id)?;
        match socket.peer {
            Peer::Open(peer) if !socket.write_shut && self.local(peer).is_some_and(|p| !p.read_shut) => {
                Some(peer)
            }
            _ => None,
        }
    }

    fn local_stream_send(
        &mut self,
        pending: &mut Pending,
        id: SocketId,
        data: &Bytes,
        flags: MsgFlags,
    ) -> Step {
        let len = pending.most_of(u32::try_from(data.len()).unwrap_or(u32::MAX));
        let Some(peer) = self.reader_of(id) else {
            return self.nobody_reads(pending, flags.nosignal);
        };
        let Some(socket) = self.local_mut(id) else { return Err(Errno::EBADF) };
        let may_wait = pending.may_wait(socket.blocking, flags);
        let (limit, most) =
            (socket.basics.options.send_timeout_us, (socket.basics.sndbuf / 2).saturating_sub(64));
        let mut messages = Vec::new();
        while pending.done < len && socket.charged < socket.basics.sndbuf {
            let part = (len - pending.done).min(most).min(STREAM_BUFFER);
            let from = pending.done as usize;
            let charge = charge(SocketType::Stream, part);
            messages.push(Message { bytes: data.slice(from..from + part as usize), charge });
            socket.charged += charge;
            pending.done += part;
        }
        if let Some(peer) = self.local_mut(peer) {
            peer.queue.extend(messages);
        }
        if pending.done == len {
            return done(Returned::Count(len));
        }
        self.set_time_limit(pending, limit);
        self.wait_for_room(pending, may_wait)
    }

    fn local_datagram_send(
        &mut self,
        pending: &mut Pending,
        id: SocketId,
        data: &Bytes,
        flags: MsgFlags,
    ) -> Step {
        let Some(socket) = self.local_mut(id) else { return Err(Errno::EBADF) };
        let len = u32::try_from(data.len()).unwrap_or(u32::MAX);
        // First the size, then the room, and only then who gets it (`unix_dgram_sendmsg`).
        if len > socket.basics.sndbuf - 32 {
            return Err(Errno::EMSGSIZE);
        }
        if socket.write_shut {
            return Err(Errno::EPIPE);
        }
        let (may_wait, limit) =
            (pending.may_wait(socket.blocking, flags), socket.basics.options.send_timeout_us);
        if socket.charged >= socket.basics.sndbuf {
            self.set_time_limit(pending, limit);
            return self.wait_or(pending, may_wait, Errno::EAGAIN);
        }
        match socket.peer {
            Peer::None => return Err(Errno::ENOTCONN),
            Peer::Closed => {
                // Told once; from then on there never was one, nor what it had sent (`unix_dgram_disconnected`).
                socket.peer = Peer::None;
                socket.queue.clear();
                return Err(Errno::ECONNREFUSED);
            }
            Peer::Open(_) => {}
        }
        let Some(peer) = self.reader_of(id) else { return Err(Errno::EPIPE) };
        let charge = charge(SocketType::Dgram, len);
        if let Some(socket) = self.local_mut(id) {
            socket.charged += charge;
        }
        if let Some(peer) = self.local_mut(peer) {
            peer.queue.push_back(Message { bytes: data.clone(), charge });
        }
        done(Returned::Count(len))
    }

    pub(crate) fn local_recv(
        &mut self,
        pending: &mut Pending,
        id: SocketId,
        len: u32,
        flags: MsgFlags,
    ) -> Step {
        let want = pending.most_of(len);
        let Some(socket) = self.local(id) else { return Err(Errno::EBADF) };
        let may_wait = pending.may_wait(socket.blocking, flags);
        let (kind, limit) = (socket.kind, socket.basics.options.receive_timeout_us);
        if (kind, socket.peer) == (SocketType::Stream, Peer::None) {
            return Err(Errno::EINVAL);
        }
        if kind == SocketType::Dgram {
            if let Some(bytes) = self.take_datagram(id, len, flags.peek) {
                return done(Returned::Data(bytes));
            }
        } else {
            let there = !socket.queue.is_empty();
            let bytes = self.take_stream(id, want - pending.done, flags.peek);
            let have = pending.done + bytes.len() as u32;
            if !flags.peek {
                pending.done = have;
                pending.got.keep(bytes.clone().into());
            }
            // Peeking never waits for more (`unix_stream_read_generic`).
            let enough = if flags.waitall && !flags.peek { want.max(1) } else { 1 };
            let give = |pending: &mut Pending| {
                done(Returned::Data(if flags.peek { bytes.clone().into() } else { pending.got.take() }))
            };
            if have >= enough || (want == 0 && there) {
                return give(pending);
            }
            if have > 0 {
                self.set_time_limit(pending, limit);
                // Who wants more than there is looks at the error, and it is told no more.
                let ended = self.local_mut(id).is_none_or(|s| s.basics.error.take().is_some() | s.ended());
                return match self.wait_or(pending, may_wait && !ended, Errno::EAGAIN) {
                    Err(_) => give(pending),
                    step => step,
                };
            }
        }
        let Some(socket) = self.local_mut(id) else { return Err(Errno::EBADF) };
        if let Some(error) = socket.basics.error.take() {
            return Err(error);
        }
        // A datagram socket that may not wait does not look at the shutdown (`unix_dgram_recvmsg`).
        if (socket.read_shut && (may_wait || kind == SocketType::Stream))
            || (kind == SocketType::Stream && socket.ended())
        {
            return done(Returned::Data(Bytes::new()));
        }
        self.set_time_limit(pending, limit);
        self.wait_or(pending, may_wait, Errno::EAGAIN)
    }

    fn take_datagram(&mut self, id: SocketId, len: u32, peek: bool) -> Option<Bytes> {
        let socket = self.local_mut(id)?;
        let message = if peek { socket.queue.front().cloned() } else { socket.queue.pop_front() }?;
        if !peek {
            self.uncharge(id, message.charge);
        }
        // What does not fit is lost.
        let taken = message.bytes.len().min(len as usize);
        Some(message.bytes.slice(0..taken))
    }

    /// A buffer gives its memory back when its last byte is read.
    fn take_stream(&mut self, id: SocketId, len: u32, peek: bool) -> Vec<u8> {
        let (mut bytes, mut freed) = (Vec::new(), 0);
        let Some(socket) = self.local_mut(id) else { return bytes };
        let mut place = 0;
        while bytes.len() < len as usize {
            let Some(message) = socket.queue.get_mut(place) else { break };
            let part = message.bytes.len().min(len as usize - bytes.len());
            bytes.extend_from_slice(&message.bytes[..part]);
            if peek {
                place += 1;
            } else if part == message.bytes.len() {
                freed += message.charge;
                socket.queue.pop_front();
            } else {
                message.bytes = message.bytes.slice(part..message.bytes.len());
            }
        }
        self.uncharge(id, freed);
        bytes
    }

    fn uncharge(&mut self, reader: SocketId, freed: u32) {
        if let Some(Peer::Open(peer)) = self.local(reader).map(|socket| socket.peer)
            && let Some(peer) = self.local_mut(peer)
        {
            peer.charged = peer.charged.saturating_sub(freed);
        }
    }

    pub(crate) fn local_shutdown(&mut self, id: SocketId, read: bool, write: bool) {
        let Some(socket) = self.local_mut(id) else { return };
        socket.read_shut |= read;
        socket.write_shut |= write;
        let (kind, peer) = (socket.kind, socket.peer);
        if let (SocketType::Stream, Peer::Open(peer)) = (kind, peer)
            && let Some(peer) = self.local_mut(peer)
        {
            peer.read_shut |= write;
            peer.write_shut |= read;
        }
    }

    pub(crate) fn close_local(&mut self, id: SocketId) {
        let Some(socket) = self.local(id) else { return };
        let (kind, unread) = (socket.kind, !socket.queue.is_empty());
        let Peer::Open(peer) = socket.peer else { return };
        if let Some(peer) = self.local_mut(peer) {
            peer.peer = Peer::Closed;
            peer.charged = 0;
            if kind == SocketType::Stream {
                peer.read_shut = true;
                peer.write_shut = true;
                peer.basics.error = if unread { Some(Errno::ECONNRESET) } else { peer.basics.error };
            }
        }
    }

    /// As `unix_poll` tells it.
    pub(crate) fn local_readiness(&self, id: SocketId) -> Readiness {
        let Some(socket) = self.local(id) else { return Readiness::default() };
        let alone = socket.kind == SocketType::Stream && socket.peer == Peer::None;
        Readiness {
            readable: !socket.queue.is_empty() || socket.read_shut,
            writable: u64::from(socket.charged) * 4 <= u64::from(socket.basics.sndbuf),
            error: socket.basics.error.is_some(),
            hangup: alone || (socket.read_shut && socket.write_shut),
            peer_finished: socket.read_shut,
            ..Readiness::default()
        }
    }

    /// Whether a send would get further than nowhere.
    pub(crate) fn local_has_room(&self, id: SocketId) -> bool {
        self.reader_of(id).is_none()
            || self.local(id).is_none_or(|socket| socket.charged < socket.basics.sndbuf)
    }
}

impl LocalSocket {
    /// Whether nothing more can come.
    pub(crate) const fn ended(&self) -> bool {
        self.read_shut || self.basics.error.is_some() || matches!(self.peer, Peer::Closed)
    }
}

#[cfg(test)]
mod tests {
    use syscall::SocketType::{Dgram, Stream};

    use super::charge;

    #[test]
    fn a_message_costs_what_linux_was_seen_to_charge() {
        // SIOCOUTQ divided by the number of messages, Linux 6.18.
        for (kind, len, cost) in [
            (Stream, 1, 768),
            (Stream, 200, 1280),
            (Stream, 1000, 2304),
            (Stream, 4000, 4864),
            (Stream, 5000, 6400),
            (Stream, 8000, 8960),
            (Stream, 16_000, 16_640),
            (Stream, 36_544, 37_120),
            (Dgram, 4000, 8448),
            (Dgram, 16_000, 16_640),
            (Dgram, 32_768, 37_120),
            (Dgram, 50_000, 53_504),
        ] {
            assert_eq!(charge(kind, len), cost, "{kind} {len}");
        }
    }
}
