//! What may be done to a wire while it is at work.

use std::fmt;
use std::time::Duration;

use protocol::WireSpec;
use syscall::{HostId, What};

use super::capture::Note;
use super::way::Outgoing;
use super::{Becomes, Deliver, Wire};

/// Why something was not done to a wire; told to a learner as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Declined {
    /// These hosts share the machine's loopback, or there is only one.
    NoWire,
    /// There is no packet of this number on the wire.
    NoPacket(u32),
    /// There is no host of this number.
    NoHost(HostId),
    /// The host is on already, or off.
    Already(HostId, bool),
    /// The wire cannot have this property.
    Property(&'static str),
    /// The machine gives no new host.
    Machine(String),
}

impl fmt::Display for Declined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoWire => {
                f.write_str("This lab has no wire to lay a hand on: it is on loopback, or has a single host.")
            }
            Self::NoPacket(number) => {
                write!(f, "Packet {number} is not on the wire: it has arrived, was lost, or never was.")
            }
            Self::NoHost(host) => write!(f, "There is no host {host} in this lab."),
            Self::Already(host, true) => write!(f, "Host {host} runs already."),
            Self::Already(host, false) => write!(f, "Host {host} is off already."),
            Self::Property(why) => f.write_str(why),
            Self::Machine(why) => write!(f, "This machine gives no new host: {why}."),
        }
    }
}

impl std::error::Error for Declined {}

/// Whether a wire can be like this.
pub(crate) fn check(spec: &WireSpec) -> Result<(), Declined> {
    if spec.mtu < 68 {
        return Err(Declined::Property("The largest packet of a wire has at least 68 bytes."));
    }
    if [spec.lose, spec.duplicate, spec.reorder].iter().any(|share| *share > 1000) {
        return Err(Declined::Property(
            "Of 1000 packets, at most 1000 are lost, come twice, or are held back.",
        ));
    }
    Ok(())
}

impl Wire {
    /// Gives the wire these properties from now on; the MTU stays.
    pub(crate) fn set(&mut self, now: Duration, spec: WireSpec) -> Result<(), Declined> {
        check(&spec)?;
        self.spec = WireSpec { mtu: self.spec.mtu, ..spec };
        self.hurry(now);
        if !self.spec.held {
            let held: Vec<u32> = self.packets.iter().filter(|p| p.1.due.is_none()).map(|p| *p.0).collect();
            held.into_iter().for_each(|number| self.schedule(number, now));
        }
        Ok(())
    }

    /// How long a packet is under way from now on.
    pub(crate) fn set_delay(&mut self, now: Duration, delay: Duration) {
        self.spec.delay_us = u32::try_from(delay.as_micros()).unwrap_or(u32::MAX);
        self.hurry(now);
    }

    /// What is under way on a wire that was slower arrives no later than what leaves now, in its order: else whoever tried
    /// a byte a second would wait for it for hours. What was held back by hand stays so.
    fn hurry(&mut self, now: Duration) {
        let latest = now + self.delay();
        let late = self.due.range((latest, u64::MAX, u32::MAX)..).map(|(.., number)| *number);
        let late: Vec<_> = late.filter(|number| !self.packets[number].by_hand).collect();
        late.into_iter().for_each(|number| self.schedule(number, latest));
        for host in &mut self.stations {
            let [outwards, inwards] = host.busy;
            host.busy = [outwards.min(now), inwards.min(latest)];
        }
        self.ways.values_mut().for_each(|(_, last)| *last = (*last).min(latest));
    }

    /// Loses the next so many packets that a host sends.
    pub(crate) fn lose_next(&mut self, host: HostId, packets: u32) {
        if let Some(station) = self.stations.get_mut(usize::from(host.0)) {
            station.lose = packets;
        }
    }

    /// Delivers a packet, whatever it overtakes.
    pub(crate) fn deliver(
        &mut self,
        now: Duration,
        number: u32,
        deliver: &mut impl Deliver,
    ) -> Result<(), Declined> {
        let packet = self.remove(number).ok_or(Declined::NoPacket(number))?;
        self.arrive(now, number, &packet, &packet.bytes, deliver);
        Ok(())
    }

    /// Loses it.
    pub(crate) fn lose(&mut self, now: Duration, number: u32) -> Result<(), Declined> {
        let packet = self.remove(number).ok_or(Declined::NoPacket(number))?;
        self.capture.note(number, Note::Lost);
        self.tell_of(now, packet.from, &packet.about, Becomes::Lost);
        Ok(())
    }

    /// Makes a copy of it, which is held, or under way, behind it.
    pub(crate) fn duplicate(
        &mut self,
        now: Duration,
        number: u32,
        deliver: &mut impl Deliver,
    ) -> Result<(), Declined> {
        let packet = self.packets.get(&number).ok_or(Declined::NoPacket(number))?.clone();
        let (due, bytes) = (packet.due.map(|(due, _)| due), packet.bytes.clone());
        self.put_copy(now, Outgoing { number, packet, due, bytes: &bytes }, deliver);
        Ok(())
    }

    /// Holds it back for so long more, so that others overtake it. One that is held arrives then.
    pub(crate) fn hold_back(&mut self, now: Duration, number: u32, by: Duration) -> Result<(), Declined> {
        let packet = self.packets.get_mut(&number).ok_or(Declined::NoPacket(number))?;
        packet.by_hand = true;
        let (due, from, about) = (packet.due, packet.from, packet.about.clone());
        self.capture.note(number, Note::Delayed);
        self.tell_of(now, from, &about, Becomes::Delayed);
        let due = due.map_or(now, |(due, _)| due.max(now)).saturating_add(by);
        self.schedule(number, due);
        Ok(())
    }

    fn schedule(&mut self, number: u32, at: Duration) {
        let order = self.new_order();
        let Some(packet) = self.packets.get_mut(&number) else { return };
        if let Some((due, order)) = packet.due.replace((at, order)) {
            self.due.remove(&(due, order, number));
        }
        self.due.insert((at, order, number));
    }

    /// Cuts a host's cable, or mends it. What is under way to it or from it is lost when it would arrive.
    pub(crate) fn connect(&mut self, now: Duration, host: HostId, connected: bool) -> Result<(), Declined> {
        let station = self.stations.get_mut(usize::from(host.0)).ok_or(Declined::NoHost(host))?;
        if std::mem::replace(&mut station.connected, connected) != connected {
            self.tell(now, host.0, What::HostCable { connected });
        }
        Ok(())
    }

    /// Whether a host runs.
    pub(crate) fn is_on(&self, host: HostId) -> Result<bool, Declined> {
        self.stations.get(usize::from(host.0)).map(|host| host.on).ok_or(Declined::NoHost(host))
    }

    /// A host dies: from now on nothing is taken from it, and what gets to it is lost. Or it begins this life, and knows
    /// nothing of those before.
    pub(crate) fn power(&mut self, now: Duration, host: HostId, life: Option<u64>) {
        let Some(station) = self.stations.get_mut(usize::from(host.0)) else { return };
        station.on = life.is_some();
        station.life = life.unwrap_or(station.life);
        station.busy = [Duration::ZERO; 2];
        self.tell(now, host.0, What::HostPower { on: life.is_some() });
    }

    /// The life that a host lives when the lab opens.
    pub(crate) fn born(&mut self, host: HostId, life: u64) {
        if let Some(station) = self.stations.get_mut(usize::from(host.0)) {
            station.life = life;
        }
    }

    /// Ends every connection of every host without a word of it, where nobody else can: what is closed but not yet
    /// acknowledged would keep a host's network for minutes.
    pub(crate) fn end_connections(&self, deliver: &mut impl Deliver) {
        for (to, packet) in self.tracker.resets() {
            if let Some(host) = self.stations.iter().position(|host| host.address == *to.ip()) {
                deliver(host, &packet);
            }
        }
    }

    /// The latest packets as a pcapng file.
    pub(crate) fn file(&self) -> Vec<u8> {
        self.capture.file()
    }
}
