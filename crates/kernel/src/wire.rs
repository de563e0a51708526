//! The wire between the hosts: what is on it, and what may become of that. Cables that are cut, hosts that die.

use std::net::IpAddr;

use syscall::{Address, Errno, HostId, Micros, Segment, SocketId, What};

use crate::files::File;
use crate::kernel::{Kernel, Network, Packet};
use crate::output::Load;
use crate::process::Descriptors;
use crate::socket::Socket;

/// Where a packet goes whose address no host has: nobody gets it, and a trip later the sender hears so.
///
/// Simplified: a real host asks its neighbours three times, a second each, before it says EHOSTUNREACH.
const NOWHERE: HostId = HostId(u16::MAX);

/// Whether a host runs and is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct HostStatus {
    pub(crate) on: bool,
    pub(crate) connected: bool,
}

impl Default for HostStatus {
    fn default() -> Self {
        Self { on: true, connected: true }
    }
}

/// Where a segment goes from and to.
pub(crate) struct Ends {
    pub(crate) from: HostId,
    pub(crate) to: HostId,
    pub(crate) source: Address,
    pub(crate) destination: Address,
    pub(crate) socket: Option<SocketId>,
}

impl Kernel {
    /// Put a segment on its way.
    pub(crate) fn launch(&mut self, ends: Ends, mut segment: Segment, load: &Load) {
        segment.id = self.new_packet_number();
        let place = Self::kernel_place(ends.from, ends.socket);
        let sent = What::SegmentSent { segment: segment.clone() };
        let sent_by = self.push_frequent_event(place, None, Some(segment.range), sent);
        let over_wire = ends.from != ends.to;
        let packet = Packet {
            segment,
            from: ends.from,
            to: ends.to,
            source: ends.source,
            destination: ends.destination,
            sent_by,
            due: self.now + if over_wire { self.trip() } else { 0 },
            gso: load.gso,
            skb: load.skb,
            probe: load.probe,
            mss: load.mss,
            duplicates: load.duplicates,
            sack: load.sack,
            over_wire,
            arrived_as: 0,
        };
        if ends.to == NOWHERE {
            if let Some(id) = ends.socket {
                let packet = (packet.due, packet.segment.id);
                self.socket_mut(id).unreachable.get_or_insert(packet);
            }
        } else if !over_wire {
            self.send_to_itself(packet);
        } else if self.status(ends.from).connected && self.status(ends.to).connected {
            self.wire.push(packet);
        } else {
            self.tell_lost(&packet, Some(sent_by));
        }
    }

    /// The host that a segment of `from` to this address is sent to; for an address of the network that no host has, one
    /// that nobody is.
    pub(crate) fn next_hop(&self, from: HostId, to: IpAddr) -> Result<HostId, Errno> {
        match self.route(from, to) {
            Err(Errno::EHOSTUNREACH) => Ok(NOWHERE),
            known => known,
        }
    }

    /// A number for something on the wire.
    pub(crate) fn new_packet_number(&mut self) -> u32 {
        self.next_segment += 1;
        self.next_segment
    }

    /// Time from one host to another.
    pub(crate) const fn trip(&self) -> Micros {
        match self.network {
            Network::Wire { delay_us, .. } => delay_us,
            Network::Loopback => 0,
        }
    }

    /// What a host sends to itself arrives at once; what that makes it send, after it.
    fn send_to_itself(&mut self, packet: Packet) {
        if self.processing {
            self.loopback.push_back(packet);
            return;
        }
        self.processing = true;
        self.arrive(packet);
        while let Some(packet) = self.loopback.pop_front() {
            self.arrive(packet);
        }
        self.processing = false;
    }

    /// The packets that arrive next if nobody interferes, segments and datagrams: on each way between two hosts the one due
    /// first.
    pub fn deliverable(&self) -> Vec<u32> {
        let segments = self.wire.iter().map(|p| ((p.from, p.to), p.due, p.segment.id));
        let datagrams = self.datagrams.iter().map(|t| ((t.from, t.to), t.due, t.datagram.id));
        let mut first: Vec<((HostId, HostId), Micros, u32)> = Vec::new();
        for packet in segments.chain(datagrams) {
            match first.iter_mut().find(|f| f.0 == packet.0) {
                Some(other) if packet.1 < other.1 => *other = packet,
                Some(_) => {}
                None => first.push(packet),
            }
        }
        first.into_iter().map(|(.., number)| number).collect()
    }

    /// Let this packet arrive, whatever it overtakes; `false` if it is not on the wire. Time passes until it is due.
    pub fn deliver(&mut self, number: u32) -> bool {
        let Some(packet) = self.take_packet(number) else { return self.deliver_datagram(number) };
        self.advance(packet.due);
        if self.status(packet.to).on {
            self.log.cause = None;
            self.arrive(packet);
        } else {
            self.tell_lost(&packet, Some(packet.sent_by));
        }
        self.forget_the_dead();
        true
    }

    /// The wire loses this packet; `false` if it is not on the wire.
    pub fn lose(&mut self, number: u32) -> bool {
        let Some(packet) = self.take_packet(number) else { return self.lose_datagram(number) };
        self.tell_lost(&packet, Some(packet.sent_by));
        true
    }

    /// The wire makes a copy of this packet, which arrives behind it; `false` if it is not on the wire.
    pub fn duplicate(&mut self, number: u32) -> bool {
        let Some(place) = self.place_on_wire(number) else { return self.duplicate_datagram(number) };
        let mut copy = self.wire[place].clone();
        copy.segment.id = self.new_packet_number();
        let what =
            What::SegmentDuplicated { segment: self.wire[place].segment.clone(), copy: copy.segment.id };
        copy.sent_by = self.tell_of(&copy.clone(), Some(copy.sent_by), what);
        self.wire.insert(place + 1, copy);
        true
    }

    /// The wire holds this packet back until a trip after everything else on its way; `false` if it is not on the
    /// wire.
    pub fn delay(&mut self, number: u32) -> bool {
        let Some(mut packet) = self.take_packet(number) else { return self.delay_datagram(number) };
        let same_way = self.wire.iter().filter(|p| p.from == packet.from && p.to == packet.to);
        let last = same_way.map(|p| p.due).fold(packet.due.max(self.now), Micros::max);
        packet.due = last + self.trip().max(1);
        let what = What::SegmentDelayed { segment: packet.segment.clone() };
        self.tell_of(&packet, Some(packet.sent_by), what);
        self.wire.push(packet);
        true
    }

    fn place_on_wire(&self, segment: u32) -> Option<usize> {
        self.wire.iter().position(|p| p.segment.id == segment)
    }

    fn take_packet(&mut self, segment: u32) -> Option<Packet> {
        self.place_on_wire(segment).map(|place| self.wire.remove(place))
    }

    fn tell_lost(&mut self, packet: &Packet, cause: Option<u32>) {
        self.tell_of(packet, cause, What::SegmentLost { segment: packet.segment.clone() });
    }

    /// Tell what became of a packet on the wire; it is the sender's misfortune.
    fn tell_of(&mut self, packet: &Packet, cause: Option<u32>, what: What) -> u32 {
        let range = packet.segment.range;
        let sender = self.peer(range.connection, range.direction.reversed());
        let before = std::mem::replace(&mut self.log.cause, cause);
        let index = self.push_event(Self::kernel_place(packet.from, sender), None, Some(range), what);
        self.log.cause = before;
        index
    }

    pub(crate) fn status(&self, host: HostId) -> HostStatus {
        self.status.get(usize::from(host.0)).copied().unwrap_or_default()
    }

    /// Whether a host runs.
    pub fn is_up(&self, host: HostId) -> bool {
        self.status(host).on
    }

    /// Whether a host's cable is whole.
    pub fn is_connected(&self, host: HostId) -> bool {
        self.status(host).connected
    }

    /// Cut a host's cable: what is on it and whatever is sent over it is lost, but all remember everything. `false` if
    /// it is cut.
    ///
    /// # Panics
    /// If there is no such host.
    pub fn cut(&mut self, host: HostId) -> bool {
        if !self.set_connected(host, false) {
            return false;
        }
        let (lost, left) =
            std::mem::take(&mut self.wire).into_iter().partition(|p| p.from == host || p.to == host);
        self.wire = left;
        let cause = self.log.cause;
        for packet in Vec::<Packet>::into_iter(lost) {
            self.tell_lost(&packet, cause);
        }
        self.lose_datagrams_of(host);
        self.log.cause = None;
        true
    }

    /// Mend a host's cable. `false` if it is whole.
    ///
    /// # Panics
    /// If there is no such host.
    pub fn mend(&mut self, host: HostId) -> bool {
        let changed = self.set_connected(host, true);
        self.log.cause = None;
        changed
    }

    fn set_connected(&mut self, host: HostId, connected: bool) -> bool {
        let status = &mut self.status[usize::from(host.0)];
        if status.connected == connected {
            return false;
        }
        status.connected = connected;
        self.log.cause = None;
        let place = Self::kernel_place(host, None);
        self.log.cause = Some(self.push_event(place, None, None, What::HostCable { connected }));
        true
    }

    /// A host dies without a word: its programs, calls, sockets and timers are gone, and what is sent to it vanishes when
    /// it gets there. `false` if it is dead.
    ///
    /// # Panics
    /// If there is no such host.
    pub fn host_down(&mut self, host: HostId) -> bool {
        if !std::mem::replace(&mut self.status[usize::from(host.0)].on, false) {
            return false;
        }
        self.log.cause = None;
        self.push_event(Self::kernel_place(host, None), None, None, What::HostPower { on: false });
        self.forget_programs(host);
        for id in self.sockets_of(host) {
            let connection = self.socket(id).connection;
            let (local, remote) = (self.socket(id).local, self.socket(id).remote);
            *self.socket_mut(id) = Socket { connection, local, remote, ..Socket::new(host) };
        }
        self.something_died = true;
        self.forget_the_dead();
        true
    }

    /// The power comes back: the host runs, knows nothing of what was before, and answers so (RST). `false` if it runs.
    ///
    /// # Panics
    /// If there is no such host.
    pub fn host_up(&mut self, host: HostId) -> bool {
        if std::mem::replace(&mut self.status[usize::from(host.0)].on, true) {
            return false;
        }
        self.log.cause = None;
        self.push_event(Self::kernel_place(host, None), None, None, What::HostPower { on: true });
        true
    }

    /// The programs of a host that has died make no call and end none.
    fn forget_programs(&mut self, host: HostId) {
        let dead: Vec<_> = (0..self.tasks.len() as u32)
            .map(syscall::TaskId)
            .filter(|task| self.process(self.pid(*task)).host == host)
            .collect();
        self.pending.retain(|p| !dead.contains(&p.task));
        for task in dead {
            let pid = self.pid(task);
            self.process_mut(pid).descriptors = Descriptors::default();
            self.process_mut(pid).alive = false;
        }
        self.files.retain(|_, file| file.host() != host || matches!(file, File::Tcp(_)));
    }

    fn sockets_of(&self, host: HostId) -> Vec<SocketId> {
        self.sockets().filter(|(_, s)| s.host == host).map(|(id, _)| id).collect()
    }
}
