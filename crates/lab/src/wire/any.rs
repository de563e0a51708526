//! Anything that hosts and hands may do to a wire, read from bytes: for property tests and for a fuzz target.

use std::time::Duration;

use protocol::WireSpec;
use syscall::HostId;

use super::{Told, Wire};
use crate::{Targets, WireLimits};

const LIMITS: WireLimits = WireLimits { packets: 8, bytes: 4096, events: 64, capture: 4096 };
const HOSTS: u16 = 3;
/// The largest packet that a step has, in bytes.
const LARGEST: usize = 2000;

/// Reads steps from these bytes and takes them on a wire of three hosts with small limits: packets of any content, and
/// every request of the hand.
///
/// # Panics
/// If the wire breaks one of its invariants; never because of what the bytes are.
pub fn any_wire(mut bytes: &[u8]) {
    let hosts: Vec<_> =
        (0..HOSTS).map(|host| (Targets::address(HostId(host)), format!("host{host}"))).collect();
    let mut wire = Wire::new(WireSpec::default(), LIMITS, &hosts, Duration::ZERO);
    let mut now = Duration::ZERO;
    let mut delivered = 0;
    while let Some((step, rest)) = bytes.split_first_chunk::<4>() {
        bytes = rest;
        let [kind, who, low, high] = *step;
        let number = u16::from_le_bytes([low, high]);
        let mut deliver = |to: usize, _: &[u8]| {
            assert!(to < usize::from(HOSTS), "host {to}");
            delivered += 1;
        };
        now += Duration::from_millis(u64::from(who >> 4));
        let host = HostId(u16::from(who % 4));
        match kind % 16 {
            0 => drop(wire.deliver(now, number.into(), &mut deliver)),
            1 => drop(wire.lose(now, number.into())),
            2 => drop(wire.duplicate(now, number.into(), &mut deliver)),
            3 => drop(wire.hold_back(now, u32::from(number >> 8), Duration::from_millis(u64::from(low)))),
            4 => drop(wire.connect(now, host, low % 2 == 0)),
            5 => wire.power(now, host, (low % 2 == 0).then_some(0)),
            6 => wire.lose_next(host, u32::from(low)),
            7 => {
                let share = |bit: u8| if high & bit != 0 { u16::from(low) * 8 } else { 0 };
                let spec = WireSpec {
                    delay_us: u32::from(low) * 100,
                    bytes_per_second: if high & 16 != 0 { u64::from(low) << (high >> 3) } else { 0 },
                    lose: share(1),
                    duplicate: share(2),
                    reorder: share(4),
                    held: high & 8 != 0,
                    ..WireSpec::default()
                };
                drop(wire.set(now, spec));
            }
            8 => drop(wire.run(now, &mut deliver)),
            9 => drop(wire.told()),
            10 => drop(wire.file()),
            11 => drop(wire.stirred()),
            _ => {
                let len = (usize::from(number) % LARGEST).min(bytes.len());
                let (packet, rest) = bytes.split_at(len);
                bytes = rest;
                wire.take(now, usize::from(host.0), 0, packet, &mut deliver);
            }
        }
        wire.check();
    }
    while let Some(told) = wire.told() {
        if let Told::Event(event) = told {
            assert!(event.index == 0 && event.host.0 < HOSTS);
        }
    }
}

impl Wire {
    /// Its invariants.
    fn check(&self) {
        assert!(self.packets.len() <= LIMITS.packets, "{} packets", self.packets.len());
        let bytes: usize = self.packets.values().map(|packet| packet.bytes.len()).sum();
        assert_eq!(bytes, self.bytes);
        assert!(bytes <= LIMITS.bytes.max(LARGEST), "{bytes} bytes");
        let due = self.packets.iter().filter_map(|(number, p)| p.due.map(|(at, order)| (at, order, *number)));
        assert!(due.collect::<std::collections::BTreeSet<_>>() == self.due);
    }
}
