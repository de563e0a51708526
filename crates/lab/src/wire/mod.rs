//! The wire between hosts: what is on it, and what becomes of that. It knows no clock and no device: packets and times
//! come in, packets and events go out.
//!
//! Order of use: [`take`](Wire::take) every packet that a host sends; [`run`](Wire::run) when something may be due, at
//! the latest at the time that it answers; the hand's requests at any time, each followed by `run`.

mod any;
mod capture;
mod fate;
mod hand;
mod packet;
mod story;
#[cfg(test)]
mod tests;
mod tracker;
mod way;

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::task::{Context, Poll};
use std::time::Duration;

use protocol::WireSpec;
use syscall::{ConnectionId, Datagram, Errno, Event, HostId, Micros, Segment, What};

pub use any::any_wire;
pub use hand::Declined;
pub(crate) use hand::check;
pub use story::Told;

use capture::{Capture, Note};
use packet::Load;
use story::Story;
use tracker::Tracker;
use way::Outgoing;

use crate::WireLimits;

/// Who tells that there is no such host: the last address of the network.
const ROUTER: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 254);
/// Ends of connections that are noted until somebody looks at them.
const STIRRED: usize = 1024;

/// A host's place on the wire.
#[derive(Clone, Debug)]
pub(crate) struct Station {
    address: Ipv4Addr,
    /// Of the life that it lives now: what a former life left in its device is not taken.
    life: u64,
    on: bool,
    connected: bool,
    /// How many of its next packets are lost.
    lose: u32,
    /// Until when its cable is busy, outwards and inwards.
    busy: [Duration; 2],
}

/// What a packet is in the story.
#[derive(Clone, Debug)]
enum About {
    Segment(Segment, (SocketAddrV4, SocketAddrV4)),
    Datagram(Datagram),
    /// ICMP about the packet of this number.
    Unreachable(u32, Errno),
    /// Nothing: a fragment, or what could not be read.
    Nothing,
}

/// A packet that is under way, or held.
#[derive(Clone, Debug)]
struct Packet {
    from: u16,
    to: u16,
    about: About,
    bytes: Box<[u8]>,
    /// When it arrives, and which of those that arrive together comes first; none while it is held.
    due: Option<(Duration, u64)>,
    /// Whether somebody said when.
    by_hand: bool,
}

/// Counts of packets, since the lab was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// Taken from hosts, the lost ones too.
    pub packets: u64,
    /// Of these, the ones that no event tells: fragments, and what could not be read.
    pub untold: u64,
}

/// The wire.
#[derive(Debug)]
pub(crate) struct Wire {
    spec: WireSpec,
    limits: WireLimits,
    stations: Vec<Station>,
    tracker: Tracker,
    story: Story,
    capture: Capture,
    /// By number.
    packets: BTreeMap<u32, Packet>,
    due: BTreeSet<(Duration, u64, u32)>,
    bytes: usize,
    last_number: u32,
    last_order: u64,
    carried: Carried,
    /// By direction: how many packets went there, and when the last of them arrives that nothing held back.
    ways: BTreeMap<(u16, u16), (u64, Duration)>,
    /// Ends of connections, own and other address, whose kernel has sent or received something.
    stirred: BTreeSet<(SocketAddrV4, SocketAddrV4)>,
}

/// Hands a packet to a host.
pub(crate) trait Deliver: FnMut(usize, &[u8]) {}
impl<F: FnMut(usize, &[u8])> Deliver for F {}

impl Wire {
    /// A wire of these hosts' addresses, which have these names in a capture. `opened` is when, since 1970.
    pub(crate) fn new(
        spec: WireSpec,
        limits: WireLimits,
        hosts: &[(Ipv4Addr, String)],
        opened: Duration,
    ) -> Self {
        let station = |(address, _): &(Ipv4Addr, String)| Station {
            address: *address,
            life: 0,
            on: true,
            connected: true,
            lose: 0,
            busy: [Duration::ZERO; 2],
        };
        let names = hosts.iter().map(|(_, name)| name.clone()).collect();
        Self {
            stations: hosts.iter().map(station).collect(),
            tracker: Tracker::default(),
            story: Story::new(limits.events),
            capture: Capture::new(names, limits.capture, opened),
            packets: BTreeMap::new(),
            due: BTreeSet::new(),
            bytes: 0,
            last_number: 0,
            last_order: 0,
            carried: Carried::default(),
            ways: BTreeMap::new(),
            stirred: BTreeSet::new(),
            spec,
            limits,
        }
    }

    /// Takes a packet that a host sent in this life of it. What it must not hold any longer is delivered at once.
    pub(crate) fn take(
        &mut self,
        now: Duration,
        from: usize,
        life: u64,
        bytes: &[u8],
        deliver: &mut impl Deliver,
    ) {
        if self.stations.get(from).is_none_or(|host| host.life != life || !host.on) {
            return;
        }
        let Some(read) = packet::parse(bytes) else {
            // Hosts have no other protocol than IPv4.
            self.carried.packets += 1;
            self.carried.untold += 1;
            return;
        };
        self.carried.packets += 1;
        let number = self.new_number();
        let from = from as u16;
        self.capture.record(number, now, from, bytes);
        let to = self.stations.iter().position(|host| host.address == read.destination);
        let about = self.tell_sent(now, from, number, &read.load);
        let Some(to) = to else {
            return self.send_back(now, from, number, about, (bytes, read.destination), deliver);
        };
        let to = to as u16;
        let packet = Packet { from, to, about, bytes: Box::default(), due: None, by_hand: false };
        self.enter(now, number, packet, bytes, deliver);
    }

    fn new_number(&mut self) -> u32 {
        self.last_number = self.last_number.wrapping_add(1);
        self.last_number
    }

    fn tell_sent(&mut self, now: Duration, from: u16, number: u32, load: &Load) -> About {
        match load {
            Load::Tcp(tcp) => {
                let segment = self.tracker.segment(number, tcp);
                self.tell(now, from, What::SegmentSent { segment: segment.clone() });
                self.stir((tcp.source, tcp.destination));
                About::Segment(segment, (tcp.source, tcp.destination))
            }
            Load::Udp(udp) => {
                let datagram = self.tracker.datagram(number, udp);
                self.tell(now, from, What::DatagramSent { datagram: datagram.clone() });
                About::Datagram(datagram)
            }
            Load::Unreachable(said) => match self.tracker.quoted(said) {
                Some(packet) => About::Unreachable(packet, said.errno),
                None => self.untold(),
            },
            Load::Other => self.untold(),
        }
    }

    fn untold(&mut self) -> About {
        self.carried.untold += 1;
        About::Nothing
    }

    /// There is no such host: the sender hears so. Nobody answers for what is meant for all (RFC 1122 section 3.2.2).
    fn send_back(
        &mut self,
        now: Duration,
        from: u16,
        number: u32,
        about: About,
        (bytes, destination): (&[u8], Ipv4Addr),
        deliver: &mut impl Deliver,
    ) {
        let for_all = destination.is_multicast() || destination.octets()[3] == u8::MAX;
        let lost = !self.is_reached(from) || for_all || matches!(about, About::Unreachable(..));
        if lost || self.draw(from, from).lose {
            self.capture.note(number, Note::Lost);
            return self.tell_of(now, from, &about, Becomes::Lost);
        }
        let message = packet::host_unreachable(bytes, ROUTER, self.stations[usize::from(from)].address);
        let about = About::Unreachable(number, Errno::EHOSTUNREACH);
        let back = self.new_number();
        self.capture.record(back, now, from, &message);
        let due = now + self.delay();
        let packet = Packet { from, to: from, about, bytes: Box::default(), due: None, by_hand: false };
        self.put(now, Outgoing { number: back, packet, due: Some(due), bytes: &message }, deliver);
    }

    fn stir(&mut self, end: (SocketAddrV4, SocketAddrV4)) {
        if self.stirred.len() < STIRRED {
            self.stirred.insert(end);
        }
    }

    fn tell(&mut self, now: Duration, host: u16, what: What) {
        let range = match &what {
            What::SegmentSent { segment }
            | What::SegmentArrived { segment, .. }
            | What::SegmentLost { segment }
            | What::SegmentDuplicated { segment, .. }
            | What::SegmentDelayed { segment } => Some(segment.range),
            _ => None,
        };
        let at = Micros::try_from(now.as_micros()).unwrap_or(Micros::MAX);
        let host = HostId(host);
        let (pid, tid, socket, cause, source) = (None, None, None, None, None);
        self.story.tell(Event { index: 0, at, host, pid, tid, socket, cause, source, range, what });
    }

    /// What became of a packet on the wire; it is the sender's misfortune.
    fn tell_of(&mut self, now: Duration, from: u16, about: &About, becomes: Becomes) {
        let what = match (about, becomes) {
            (About::Segment(segment, _), Becomes::Lost) => What::SegmentLost { segment: segment.clone() },
            (About::Segment(segment, _), Becomes::Delayed) => {
                What::SegmentDelayed { segment: segment.clone() }
            }
            (About::Segment(segment, _), Becomes::Duplicated(copy)) => {
                What::SegmentDuplicated { segment: segment.clone(), copy }
            }
            (About::Datagram(datagram), Becomes::Lost) => What::DatagramLost { datagram: datagram.clone() },
            (About::Datagram(datagram), Becomes::Delayed) => {
                What::DatagramDelayed { datagram: datagram.clone() }
            }
            (About::Datagram(datagram), Becomes::Duplicated(copy)) => {
                What::DatagramDuplicated { datagram: datagram.clone(), copy }
            }
            (About::Unreachable(..) | About::Nothing, _) => return,
        };
        self.tell(now, from, what);
    }

    /// The next thing to tell.
    pub(crate) fn told(&mut self) -> Option<Told> {
        self.story.next()
    }

    /// The same, waited for.
    pub(crate) fn poll_told(&mut self, cx: &mut Context<'_>) -> Poll<Told> {
        self.story.poll(cx)
    }

    /// Ends of connections whose kernel has sent or received since they were last asked for.
    pub(crate) fn stirred(&mut self) -> BTreeSet<(SocketAddrV4, SocketAddrV4)> {
        std::mem::take(&mut self.stirred)
    }

    /// Who made a connection, and to whom, if it is remembered.
    pub(crate) fn between(&self, connection: ConnectionId) -> Option<(SocketAddrV4, SocketAddrV4)> {
        self.tracker.between(connection)
    }

    /// How many packets there were.
    pub(crate) const fn carried(&self) -> Carried {
        self.carried
    }
}

/// What becomes of a packet.
#[derive(Clone, Copy, Debug)]
enum Becomes {
    Lost,
    Delayed,
    Duplicated(u32),
}
