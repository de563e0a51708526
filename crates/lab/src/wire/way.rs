//! A packet's way from one host to another: what chance, rate and delay make of it, and how it arrives.

use std::time::Duration;

use syscall::What;

use super::capture::Note;
use super::fate::Fate;
use super::{About, Becomes, Deliver, Packet, Wire};

/// How much longer a packet that chance holds back is under way, beside half the wire's delay: a burst overtakes it.
const HELD_BACK: Duration = Duration::from_millis(5);

/// A packet that sets out.
#[derive(Clone)]
pub(super) struct Outgoing<'b> {
    /// Its number.
    pub(super) number: u32,
    /// What is known of it.
    pub(super) packet: Packet,
    /// When it arrives; none if it is held.
    pub(super) due: Option<Duration>,
    /// All of it.
    pub(super) bytes: &'b [u8],
}

impl Wire {
    /// Lets chance decide, then the wire's delay and rate.
    pub(super) fn enter(
        &mut self,
        now: Duration,
        number: u32,
        packet: Packet,
        bytes: &[u8],
        deliver: &mut impl Deliver,
    ) {
        let (from, to) = (packet.from, packet.to);
        let fate = self.draw(from, to);
        let loses = &mut self.stations[usize::from(from)].lose;
        let by_count = *loses > 0;
        *loses = loses.saturating_sub(1);
        if by_count || fate.lose || !self.is_reached(from) || !self.is_reached(to) {
            self.capture.note(number, Note::Lost);
            return self.tell_of(now, from, &packet.about, Becomes::Lost);
        }
        let arrives = self.arrival(now, from, to, bytes.len());
        if fate.reorder {
            self.capture.note(number, Note::Delayed);
            self.tell_of(now, from, &packet.about, Becomes::Delayed);
        }
        let held_back = if fate.reorder { HELD_BACK + self.delay() / 2 } else { Duration::ZERO };
        let held = self.spec.held && !matches!(packet.about, About::Unreachable(..) | About::Nothing);
        let due = (!held).then_some(arrives + held_back);
        let out = Outgoing { number, packet, due, bytes };
        let copy = fate.duplicate.then(|| out.clone());
        self.put(now, out, deliver);
        if let Some(copy) = copy {
            self.put_copy(now, copy, deliver);
        }
    }

    /// Puts a packet on its way, or holds it. One that is due at once, and behind nobody, is not kept.
    pub(super) fn put(&mut self, now: Duration, out: Outgoing<'_>, deliver: &mut impl Deliver) {
        let Outgoing { number, mut packet, due, bytes } = out;
        if due.is_some_and(|due| due <= now) && self.due.first().is_none_or(|first| first.0 > now) {
            return self.arrive(now, number, &packet, bytes, deliver);
        }
        while self.packets.len() >= self.limits.packets || self.bytes + bytes.len() > self.limits.bytes {
            let Some(oldest) = self.packets.keys().next().copied() else { break };
            self.story.released();
            self.deliver_now(now, oldest, deliver);
        }
        packet.bytes = bytes.into();
        packet.due = due.map(|due| (due, self.new_order()));
        self.bytes += bytes.len();
        self.due.extend(packet.due.map(|(due, order)| (due, order, number)));
        self.packets.insert(number, packet);
    }

    /// A copy of it comes directly behind, under a number of its own.
    pub(super) fn put_copy(&mut self, now: Duration, of: Outgoing<'_>, deliver: &mut impl Deliver) {
        let Outgoing { number, mut packet, due, bytes } = of;
        let copy = self.new_number();
        self.capture.note(number, Note::Duplicated(copy));
        self.capture.record(copy, now, packet.from, bytes);
        self.capture.note(copy, Note::CopyOf(number));
        self.tell_of(now, packet.from, &packet.about, Becomes::Duplicated(copy));
        match &mut packet.about {
            About::Segment(segment, _) => segment.id = copy,
            About::Datagram(datagram) => datagram.id = copy,
            About::Unreachable(..) | About::Nothing => {}
        }
        self.put(now, Outgoing { number: copy, packet, due, bytes }, deliver);
    }

    /// Delivers everything that is due; answers when the next packet is.
    pub(crate) fn run(&mut self, now: Duration, deliver: &mut impl Deliver) -> Option<Duration> {
        while let Some((due, _, number)) = self.due.first().copied() {
            if due > now {
                return Some(due);
            }
            self.deliver_now(now, number, deliver);
        }
        None
    }

    fn deliver_now(&mut self, now: Duration, number: u32, deliver: &mut impl Deliver) {
        if let Some(packet) = self.remove(number) {
            self.arrive(now, number, &packet, &packet.bytes, deliver);
        }
    }

    pub(super) fn remove(&mut self, number: u32) -> Option<Packet> {
        let packet = self.packets.remove(&number)?;
        self.bytes -= packet.bytes.len();
        if let Some((due, order)) = packet.due {
            self.due.remove(&(due, order, number));
        }
        Some(packet)
    }

    /// A packet gets to where it goes, if that host is there.
    pub(super) fn arrive(
        &mut self,
        now: Duration,
        number: u32,
        packet: &Packet,
        bytes: &[u8],
        deliver: &mut impl Deliver,
    ) {
        let sent_over_cable = self.stations.get(usize::from(packet.from)).is_some_and(|host| host.connected);
        if !self.is_reached(packet.to) || !sent_over_cable {
            self.capture.note(number, Note::Lost);
            return self.tell_of(now, packet.from, &packet.about, Becomes::Lost);
        }
        let what = match &packet.about {
            About::Segment(segment, ends) => {
                let accepted = self.tracker.new_bytes(segment, *ends);
                self.stir((ends.1, ends.0));
                Some(What::SegmentArrived { segment: segment.clone(), accepted })
            }
            About::Datagram(datagram) => {
                Some(What::DatagramArrived { datagram: datagram.clone(), accepted: true })
            }
            About::Unreachable(packet, errno) => Some(What::Unreachable { packet: *packet, errno: *errno }),
            About::Nothing => None,
        };
        if let Some(what) = what {
            self.tell(now, packet.to, what);
        }
        deliver(usize::from(packet.to), bytes);
    }

    /// Whether a host runs, and its cable is whole.
    pub(super) fn is_reached(&self, host: u16) -> bool {
        self.stations.get(usize::from(host)).is_some_and(|host| host.on && host.connected)
    }

    pub(super) fn delay(&self) -> Duration {
        Duration::from_micros(self.spec.delay_us.into())
    }

    pub(super) fn draw(&mut self, from: u16, to: u16) -> Fate {
        let (place, _) = self.ways.entry((from, to)).or_default();
        let fate = Fate::of(&self.spec, from, to, *place);
        *place += 1;
        fate
    }

    /// When a packet arrives that leaves now: both cables carry so many bytes a second, and nobody overtakes.
    fn arrival(&mut self, now: Duration, from: u16, to: u16, len: usize) -> Duration {
        let takes = match self.spec.bytes_per_second {
            0 => Duration::ZERO,
            rate => Duration::from_nanos((len as u64).saturating_mul(1_000_000_000) / rate),
        };
        let delay = self.delay();
        let out = &mut self.stations[usize::from(from)].busy[0];
        *out = (*out).max(now) + takes;
        let left = *out;
        let inwards = &mut self.stations[usize::from(to)].busy[1];
        *inwards = (left + delay).max(*inwards + takes);
        let (_, last) = self.ways.entry((from, to)).or_default();
        *last = (*last).max(*inwards);
        *last
    }

    pub(super) fn new_order(&mut self) -> u64 {
        self.last_order += 1;
        self.last_order
    }
}
