//! UDP: messages with edges, without order, promise or connection (RFC 768).
//!
//! Simplified: a datagram larger than the MTU travels as one, and what the other host says of a port that nobody has (ICMP)
//! is heard at once.

use std::collections::VecDeque;

use syscall::{
    Address, Bytes, Datagram, Errno, HostId, Micros, MsgFlags, Readiness, Returned, SocketId, What,
};

use crate::calls::{Step, done};
use crate::files::File;
use crate::kernel::{Kernel, Pending};
use crate::options::Basics;
use crate::sizes::{SHARED_INFO, SK_BUFF};

/// Most bytes of a datagram: what an IPv4 packet leaves beside its header and UDP's.
const LARGEST: usize = 65_507;

/// A UDP socket.
#[derive(Clone, Debug, Hash)]
pub(crate) struct UdpSocket {
    pub(crate) host: HostId,
    pub(crate) references: u32,
    pub(crate) blocking: bool,
    /// What `bind` gave it.
    pub(crate) bound: Option<Address>,
    pub(crate) local: Option<Address>,
    pub(crate) remote: Option<Address>,
    pub(crate) basics: Basics,
    read_shut: bool,
    write_shut: bool,
    queue: VecDeque<Message>,
    /// What the queue is charged, in bytes.
    charged: u32,
}

/// A datagram that waits to be read.
#[derive(Clone, Debug, Hash)]
struct Message {
    bytes: Bytes,
    from: Address,
}

/// A datagram on its way.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Traveller {
    pub(crate) datagram: Datagram,
    pub(crate) bytes: Bytes,
    pub(crate) from: HostId,
    pub(crate) to: HostId,
    /// The event that sent it.
    pub(crate) sent_by: u32,
    pub(crate) due: Micros,
}

/// Memory that a datagram costs its receiver. Measured from 0 to 60,000 bytes: headers of 44 bytes, a small head of 576 or
/// a block of a power of two.
fn charge(len: u32) -> u32 {
    let block = len + 44 + SHARED_INFO;
    SK_BUFF + if block <= 576 { 576 } else { block.next_power_of_two() }
}

impl UdpSocket {
    pub(crate) fn new(host: HostId) -> Self {
        Self {
            host,
            references: 0,
            blocking: true,
            bound: None,
            local: None,
            remote: None,
            basics: Basics::default(),
            read_shut: false,
            write_shut: false,
            queue: VecDeque::new(),
            charged: 0,
        }
    }

    /// SIOCINQ: bytes of the first datagram.
    pub(crate) fn inq(&self) -> u32 {
        self.queue.front().map_or(0, |message| message.bytes.len() as u32)
    }

    /// Bytes of all that wait to be read.
    pub(crate) fn unread(&self) -> u32 {
        self.queue.iter().map(|message| message.bytes.len() as u32).sum()
    }

    /// As `datagram_poll` tells it.
    pub(crate) fn readiness(&self) -> Readiness {
        Readiness {
            readable: !self.queue.is_empty() || self.read_shut,
            writable: true,
            error: self.basics.error.is_some(),
            hangup: self.read_shut && self.write_shut,
            peer_finished: self.read_shut,
            ..Readiness::default()
        }
    }

    pub(crate) fn shutdown(&mut self, read: bool, write: bool) -> Step {
        self.read_shut |= read;
        self.write_shut |= write;
        if self.remote.is_some() { done(Returned::Done) } else { Err(Errno::ENOTCONN) }
    }

    /// Whether it is connected to this address, or to port 0 of it: then every port there will do.
    fn is_peer(&self, address: Address) -> bool {
        self.remote.is_some_and(|remote| {
            remote.ip() == address.ip() && (remote.port() == 0 || remote.port() == address.port())
        })
    }

    /// How well it fits a datagram, if at all: the connected one first, then the one on this very address
    /// (`compute_score`).
    fn score(&self, datagram: &Datagram) -> Option<u32> {
        let (local, to) = (self.local?, datagram.destination);
        let exact = local.ip() == to.ip();
        let fits = local.port() == to.port() && (exact || local.ip().is_unspecified());
        let from_peer = self.remote.is_none() || self.is_peer(datagram.source);
        (fits && from_peer).then(|| 2 * u32::from(self.remote.is_some()) + u32::from(exact))
    }
}

impl Kernel {
    pub(crate) fn udp(&self, id: SocketId) -> Option<&UdpSocket> {
        match self.files.get(id.0) {
            Some(File::Udp(socket)) => Some(socket),
            _ => None,
        }
    }

    fn udp_mut(&mut self, id: SocketId) -> Result<&mut UdpSocket, Errno> {
        match self.files.get_mut(id.0) {
            Some(File::Udp(socket)) => Ok(socket),
            _ => Err(Errno::ENOTSOCK),
        }
    }

    /// Where datagrams to this address go from and to: the host, and the address that they say they come from.
    fn udp_route(&self, socket: &UdpSocket, to: Address) -> Result<(HostId, Address), Errno> {
        if !to.is_ipv4() {
            return Err(Errno::EAFNOSUPPORT);
        }
        let broadcast = matches!(to.ip(), std::net::IpAddr::V4(ip) if ip.is_broadcast());
        if broadcast {
            return Err(Errno::EACCES);
        }
        let host = self.route(socket.host, to.ip())?;
        let bound = socket.bound.filter(|bound| !bound.ip().is_unspecified()).map(|bound| bound.ip());
        if bound.is_some_and(|ip| ip.is_loopback()) && host != socket.host {
            return Err(Errno::EINVAL);
        }
        let ip = bound.unwrap_or(Self::source_for(socket.host, to.ip()));
        Ok((host, Address::new(ip, socket.local.map_or(0, |local| local.port()))))
    }

    /// A port, if it has none: from now on datagrams to it are taken.
    fn udp_autobind(&mut self, id: SocketId) -> Result<(), Errno> {
        if self.udp_mut(id)?.local.is_none() {
            let any = Address::from(([0, 0, 0, 0], 0));
            let port = self.port_for_bind(id, any)?;
            self.udp_mut(id)?.local = Some(Address::new(any.ip(), port));
        }
        Ok(())
    }

    /// Say whom to talk to, and hear nobody else. It may be done again; nothing is sent.
    pub(crate) fn udp_connect(&mut self, id: SocketId, to: Address) -> Step {
        // First a port, even if nothing comes of it (`inet_dgram_connect`).
        self.udp_autobind(id)?;
        let to = if to.ip().is_unspecified() { Address::new([127, 0, 0, 1].into(), to.port()) } else { to };
        let socket = self.udp(id).ok_or(Errno::ENOTSOCK)?;
        let (_, local) = self.udp_route(socket, to)?;
        let socket = self.udp_mut(id)?;
        socket.local = Some(local);
        socket.remote = Some(to);
        done(Returned::Done)
    }

    /// As `udp_sendmsg` does it, its tests in the same order.
    pub(crate) fn udp_send(&mut self, id: SocketId, data: &Bytes, to: Option<Address>) -> Step {
        // Whoever sends has a port, even if nothing comes of it (`inet_send_prepare`).
        self.udp_autobind(id)?;
        if data.len() > usize::from(u16::MAX) {
            return Err(Errno::EMSGSIZE);
        }
        let socket = self.udp(id).ok_or(Errno::ENOTSOCK)?;
        // A connected one may be connected to port 0.
        if to.is_some_and(|to| to.port() == 0 && to.is_ipv4()) {
            return Err(Errno::EINVAL);
        }
        let to = to.or(socket.remote).ok_or(Errno::EDESTADDRREQ)?;
        let to = if to.ip().is_unspecified() { Address::new([127, 0, 0, 1].into(), to.port()) } else { to };
        let unheard = match self.udp_route(socket, to) {
            Ok(_) => false,
            // The address may be somebody's: whoever asks the network finds out later, and is not told.
            Err(Errno::EHOSTUNREACH) => true,
            Err(errno) => return Err(errno),
        };
        if data.len() > LARGEST {
            return Err(Errno::EMSGSIZE);
        }
        let socket = self.udp_mut(id)?;
        if let Some(error) = socket.basics.error.take() {
            return Err(error);
        }
        if socket.write_shut {
            return Err(Errno::EPIPE);
        }
        if !unheard {
            self.udp_launch(id, data, to)?;
        }
        done(Returned::Count(data.len() as u32))
    }

    fn udp_launch(&mut self, id: SocketId, data: &Bytes, to: Address) -> Result<(), Errno> {
        let socket = self.udp(id).ok_or(Errno::ENOTSOCK)?;
        let (host, (reached, source)) = (socket.host, self.udp_route(socket, to)?);
        let number = self.new_packet_number();
        let datagram = Datagram { id: number, source, destination: to, len: data.len() as u32 };
        let place = Self::kernel_place(host, Some(id));
        let sent_by = self.push_event(place, None, None, What::DatagramSent { datagram: datagram.clone() });
        let over_wire = reached != host;
        let due = self.now + if over_wire { self.trip() } else { 0 };
        let traveller = Traveller { datagram, bytes: data.clone(), from: host, to: reached, sent_by, due };
        if !over_wire {
            self.datagram_arrives(traveller);
        } else if self.status(host).connected && self.status(reached).connected {
            self.datagrams.push(traveller);
        } else {
            self.tell_of_datagram(&traveller, |datagram| What::DatagramLost { datagram });
        }
        Ok(())
    }

    /// A datagram has reached its host: the socket that fits best takes it, unless its buffer is full.
    pub(crate) fn datagram_arrives(&mut self, traveller: Traveller) {
        let fitting = self.files.iter().filter_map(|(number, file)| match file {
            File::Udp(socket) if socket.host == traveller.to => {
                Some((socket.score(&traveller.datagram)?, SocketId(number)))
            }
            _ => None,
        });
        let target = fitting.max().map(|(_, id)| id);
        let cost = charge(traveller.datagram.len);
        let room = |s: &UdpSocket| s.queue.is_empty() || s.charged + cost <= s.basics.rcvbuf;
        let accepted = target.and_then(|id| self.udp(id)).is_some_and(room);
        let before = self.log.cause.replace(traveller.sent_by);
        let what = What::DatagramArrived { datagram: traveller.datagram.clone(), accepted };
        let arrival = self.push_event(Self::kernel_place(traveller.to, target), None, None, what);
        self.log.cause = Some(arrival);
        match target {
            Some(id) if accepted => {
                if let Ok(socket) = self.udp_mut(id) {
                    socket.charged += cost;
                    socket
                        .queue
                        .push_back(Message { bytes: traveller.bytes, from: traveller.datagram.source });
                }
            }
            Some(_) => {}
            None => self.port_is_unreachable(&traveller),
        }
        self.note_wakeups(arrival);
        self.log.cause = before;
    }

    /// Nobody has that port. Only a socket that is connected there learns of it.
    fn port_is_unreachable(&mut self, traveller: &Traveller) {
        let (source, destination) = (traveller.datagram.source, traveller.datagram.destination);
        let sender = self.files.iter().find_map(|(number, file)| match file {
            File::Udp(s) if s.host == traveller.from => {
                (s.local == Some(source) && s.is_peer(destination)).then_some(SocketId(number))
            }
            _ => None,
        });
        let what = What::Unreachable { packet: traveller.datagram.id, errno: Errno::ECONNREFUSED };
        self.push_event(Self::kernel_place(traveller.from, sender), None, None, what);
        if let Some(socket) = sender.and_then(|id| self.udp_mut(id).ok()) {
            socket.basics.error = Some(Errno::ECONNREFUSED);
        }
    }

    /// A datagram, cut to `len` bytes: what does not fit is lost.
    pub(crate) fn udp_recv(
        &mut self,
        pending: &mut Pending,
        id: SocketId,
        len: u32,
        flags: MsgFlags,
        tell_sender: bool,
    ) -> Step {
        let socket = self.udp_mut(id)?;
        if let Some(error) = socket.basics.error.take() {
            return Err(error);
        }
        let first = if flags.peek { socket.queue.front().cloned() } else { socket.queue.pop_front() };
        if let Some(Message { bytes, from }) = first {
            if !flags.peek {
                socket.charged -= charge(bytes.len() as u32);
            }
            let data = bytes.slice(0..bytes.len().min(len as usize));
            return done(if tell_sender { Returned::Datagram { data, from } } else { Returned::Data(data) });
        }
        let (may_wait, limit) =
            (pending.may_wait(socket.blocking, flags), socket.basics.options.receive_timeout_us);
        if socket.read_shut && may_wait {
            return done(Returned::Data(Bytes::new()));
        }
        self.set_time_limit(pending, limit);
        self.wait_or(pending, may_wait, Errno::EAGAIN)
    }

    /// Tell what became of a datagram on the wire.
    fn tell_of_datagram(&mut self, traveller: &Traveller, what: impl FnOnce(Datagram) -> What) -> u32 {
        let before = self.log.cause.replace(traveller.sent_by);
        let place = Self::kernel_place(traveller.from, None);
        let index = self.push_event(place, None, None, what(traveller.datagram.clone()));
        self.log.cause = before;
        index
    }

    fn take_datagram_off(&mut self, number: u32) -> Option<Traveller> {
        let place = self.datagrams.iter().position(|t| t.datagram.id == number)?;
        Some(self.datagrams.remove(place))
    }

    pub(crate) fn deliver_datagram(&mut self, number: u32) -> bool {
        let Some(traveller) = self.take_datagram_off(number) else { return false };
        self.advance(traveller.due);
        if self.status(traveller.to).on {
            self.log.cause = None;
            self.datagram_arrives(traveller);
        } else {
            self.tell_of_datagram(&traveller, |datagram| What::DatagramLost { datagram });
        }
        self.log.cause = None;
        true
    }

    pub(crate) fn lose_datagram(&mut self, number: u32) -> bool {
        let Some(traveller) = self.take_datagram_off(number) else { return false };
        self.tell_of_datagram(&traveller, |datagram| What::DatagramLost { datagram });
        true
    }

    pub(crate) fn duplicate_datagram(&mut self, number: u32) -> bool {
        let Some(place) = self.datagrams.iter().position(|t| t.datagram.id == number) else { return false };
        let original = self.datagrams[place].clone();
        let copy = self.new_packet_number();
        let told = self.tell_of_datagram(&original, |datagram| What::DatagramDuplicated { datagram, copy });
        let datagram = Datagram { id: copy, ..original.datagram.clone() };
        self.datagrams.insert(place + 1, Traveller { datagram, sent_by: told, ..original });
        true
    }

    pub(crate) fn delay_datagram(&mut self, number: u32) -> bool {
        let Some(mut traveller) = self.take_datagram_off(number) else { return false };
        let way = (traveller.from, traveller.to);
        let datagrams = self.datagrams.iter().filter(|t| (t.from, t.to) == way).map(|t| t.due);
        let segments = self.wire.iter().filter(|p| (p.from, p.to) == way).map(|p| p.due);
        let last = datagrams.chain(segments).fold(traveller.due.max(self.now), Micros::max);
        traveller.due = last + self.trip().max(1);
        self.tell_of_datagram(&traveller, |datagram| What::DatagramDelayed { datagram });
        self.datagrams.push(traveller);
        true
    }

    /// A cable is cut: what is on it is lost.
    pub(crate) fn lose_datagrams_of(&mut self, host: HostId) {
        let (lost, left): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.datagrams).into_iter().partition(|t| t.from == host || t.to == host);
        self.datagrams = left;
        for traveller in lost {
            self.tell_of_datagram(&traveller, |datagram| What::DatagramLost { datagram });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::charge;

    #[test]
    fn a_receive_buffer_holds_as_many_datagrams_as_linux_was_seen_to_keep() {
        // Linux 6.18, SO_RCVBUF 212992, 1000 datagrams sent on loopback.
        for (len, kept) in [
            (0, 256),
            (100, 256),
            (500, 166),
            (1000, 92),
            (1472, 92),
            (2000, 48),
            (8000, 12),
            (30_000, 6),
            (60_000, 3),
        ] {
            assert_eq!(212_992 / charge(len), kept, "{len}");
        }
    }
}
