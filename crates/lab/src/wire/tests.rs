//! The wire without any host: packets made by hand, a clock that the test turns.

use etherparse::PacketBuilder;
use proptest::prelude::*;

use super::*;
use crate::Targets;

const LIMITS: WireLimits = WireLimits { packets: 4, bytes: 10_000, events: 1000, capture: 100_000 };
const A: usize = 0;
const B: usize = 1;

struct Bench {
    wire: Wire,
    now: Duration,
    /// What hosts got: whom, and the UDP source port, which tells packets apart here.
    got: Vec<(usize, u16)>,
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

fn udp(from: usize, to: u8, port: u16) -> Vec<u8> {
    let source = Targets::address(HostId(from as u16)).octets();
    let mut bytes = Vec::new();
    let builder = PacketBuilder::ipv4(source, [10, 0, 0, to], 64).udp(port, 7);
    builder.write(&mut bytes, &[0; 72]).expect("room");
    bytes
}

fn port(bytes: &[u8]) -> u16 {
    u16::from_be_bytes([bytes[20], bytes[21]])
}

impl Bench {
    fn new(spec: WireSpec) -> Self {
        let hosts: Vec<_> = (0..2).map(|host| (Targets::address(HostId(host)), format!("h{host}"))).collect();
        Self { wire: Wire::new(spec, LIMITS, &hosts, Duration::ZERO), now: Duration::ZERO, got: Vec::new() }
    }

    fn with<T>(&mut self, act: impl FnOnce(&mut Wire, Duration, &mut dyn FnMut(usize, &[u8])) -> T) -> T {
        let Self { wire, now, got } = self;
        act(wire, *now, &mut |to, bytes| got.push((to, port(bytes))))
    }

    /// Host A sends datagrams of 100 bytes with these source ports to B.
    fn send(&mut self, ports: impl IntoIterator<Item = u16>) {
        for port in ports {
            self.with(|wire, now, mut deliver| wire.take(now, A, 0, &udp(A, 2, port), &mut deliver));
        }
    }

    /// Lets time pass up to then; answers which ports have arrived at B since the last time.
    fn at(&mut self, time: Duration) -> Vec<u16> {
        while let Some(next) = self.with(|wire, now, mut deliver| wire.run(now, &mut deliver)) {
            if next > time {
                break;
            }
            self.now = next;
        }
        self.now = time;
        self.with(|wire, now, mut deliver| wire.run(now, &mut deliver));
        self.got.drain(..).map(|(_, port)| port).collect()
    }

    fn told(&mut self) -> Vec<String> {
        let told = std::iter::from_fn(|| self.wire.told());
        told.map(|told| match told {
            Told::Event(event) => match event.what {
                What::DatagramSent { datagram } => format!("sent {}", datagram.id),
                What::DatagramArrived { datagram, .. } => format!("arrived {}", datagram.id),
                What::DatagramLost { datagram } => format!("lost {}", datagram.id),
                What::DatagramDuplicated { datagram, copy } => format!("{} doubled as {copy}", datagram.id),
                What::DatagramDelayed { datagram } => format!("delayed {}", datagram.id),
                What::Unreachable { packet, errno } => format!("{packet} unreachable: {errno}"),
                What::HostPower { on } => format!("host {} {}", event.host, if on { "on" } else { "off" }),
                other => format!("{other:?}"),
            },
            other => format!("{other:?}"),
        })
        .collect()
    }
}

fn slow() -> WireSpec {
    WireSpec { delay_us: 10_000, ..WireSpec::default() }
}

#[test]
fn without_delay_a_packet_arrives_inside_the_sending() {
    let mut bench = Bench::new(WireSpec::default());
    bench.send([1]);
    assert_eq!(bench.got, [(B, 1)]);
    assert_eq!(bench.told(), ["sent 1", "arrived 1"]);
    assert_eq!((bench.wire.bytes, bench.wire.carried()), (0, Carried { packets: 1, untold: 0 }));
}

#[test]
fn a_constant_delay_keeps_the_order_and_so_does_one_that_changes() {
    let mut bench = Bench::new(slow());
    bench.send([1, 2]);
    assert_eq!(bench.at(ms(9)), []);
    bench.wire.set_delay(ms(9), ms(30));
    bench.send([3]);
    assert_eq!((bench.at(ms(10)), bench.at(ms(15))), (vec![1, 2], vec![]));
    bench.wire.set_delay(ms(15), ms(4));
    bench.send([4]);
    assert_eq!((bench.at(ms(18)), bench.at(ms(19))), (vec![], vec![3, 4]));
}

#[test]
fn a_wire_that_was_too_slow_lets_nobody_wait_once_it_is_faster() {
    let mut bench = Bench::new(WireSpec { bytes_per_second: 1, ..WireSpec::default() });
    bench.send([1, 2, 3]);
    assert_eq!(bench.at(ms(1000)), []);
    bench.wire.set(ms(1000), slow()).expect("it can be so");
    bench.send([4]);
    assert_eq!((bench.at(ms(1009)), bench.at(ms(1010))), (vec![], vec![1, 2, 3, 4]));
    bench.wire.set(ms(1010), WireSpec::default()).expect("it can be so");
    bench.send([5]);
    assert_eq!(bench.got.len(), 1);
}

#[test]
fn a_packet_that_is_held_back_is_overtaken() {
    let mut bench = Bench::new(WireSpec { seed: 1, reorder: 300, ..slow() });
    let sent: Vec<u16> = (1..=60).collect();
    let mut arrived = Vec::new();
    for port in &sent {
        bench.send([*port]);
        let next = bench.now + ms(2);
        arrived.extend(bench.at(next));
    }
    let end = bench.now + ms(100);
    arrived.extend(bench.at(end));
    assert_ne!(arrived, sent);
    assert!(bench.told().iter().any(|said| said.starts_with("delayed")));
    arrived.sort_unstable();
    assert_eq!(arrived, sent);
}

#[test]
fn the_rate_of_a_cable_spaces_packets() {
    // 100 bytes at 10 kB/s take 10 ms.
    let mut bench = Bench::new(WireSpec { bytes_per_second: 10_000, delay_us: 5_000, ..WireSpec::default() });
    bench.send([1, 2, 3]);
    assert_eq!(
        [14, 15, 24, 25, 34, 35].map(|at| bench.at(ms(at))),
        [vec![], vec![1], vec![], vec![2], vec![], vec![3]]
    );
    // After a pause nothing is left of it.
    bench.now = ms(100);
    bench.send([4]);
    assert_eq!((bench.at(ms(114)), bench.at(ms(115))), (vec![], vec![4]));
}

#[test]
fn a_held_wire_does_what_the_hand_says_and_lets_go_in_order() {
    let mut bench = Bench::new(WireSpec { held: true, ..slow() });
    bench.send([1, 2, 3, 4]);
    assert_eq!(bench.at(ms(1000)), []);
    bench.with(|wire, now, mut deliver| wire.deliver(now, 3, &mut deliver)).expect("it is there");
    assert_eq!(bench.at(ms(1000)), [3]);
    assert_eq!(bench.wire.deliver(ms(1000), 3, &mut |_, _| {}), Err(Declined::NoPacket(3)));
    bench.wire.lose(ms(1000), 1).expect("it is there");
    bench.with(|wire, now, mut deliver| wire.duplicate(now, 2, &mut deliver)).expect("it is there");
    bench.wire.hold_back(ms(1000), 2, ms(7)).expect("it is there");
    bench.wire.set(ms(1000), WireSpec::default()).expect("it can be so");
    assert_eq!(bench.at(ms(1001)), [4, 2], "the copy too is held, under a number of its own");
    assert_eq!((bench.at(ms(1006)), bench.at(ms(1007))), (vec![], vec![2]));
    assert_eq!(
        bench.told(),
        [
            "sent 1",
            "sent 2",
            "sent 3",
            "sent 4",
            "arrived 3",
            "lost 1",
            "2 doubled as 5",
            "delayed 2",
            "arrived 4",
            "arrived 5",
            "arrived 2"
        ]
    );
}

#[test]
fn what_a_wire_cannot_hold_any_longer_is_delivered_and_said() {
    let mut bench = Bench::new(WireSpec { held: true, ..slow() });
    bench.send(1..=6);
    assert_eq!(bench.at(ms(0)), [1, 2]);
    assert_eq!(bench.wire.packets.len(), LIMITS.packets);
    assert_eq!(bench.told().iter().filter(|said| *said == "Released(1)").count(), 2);
}

#[test]
fn the_same_seed_does_the_same_to_the_same_packets() {
    let spec = WireSpec { seed: 5, lose: 200, duplicate: 100, reorder: 100, ..WireSpec::default() };
    let run = |spec: &WireSpec, pause: u64| {
        let mut bench = Bench::new(spec.clone());
        let mut fates = Vec::new();
        for port in 1..=100 {
            bench.send([port]);
            let later = bench.now + ms(pause);
            bench.at(later);
            let told = bench.told().into_iter();
            fates.extend(told.filter(|said| !said.starts_with("arrived") && !said.starts_with("Released")));
        }
        fates
    };
    assert_eq!(run(&spec, 0), run(&spec, 3), "however late they come");
    assert_ne!(run(&spec, 0), run(&WireSpec { seed: 6, ..spec.clone() }, 0));
}

#[test]
fn a_cut_cable_loses_what_leaves_and_what_would_arrive() {
    let mut bench = Bench::new(slow());
    bench.send([1]);
    bench.wire.connect(ms(0), HostId(1), false).expect("it is there");
    bench.send([2]);
    assert_eq!(bench.at(ms(20)), []);
    bench.wire.connect(ms(20), HostId(1), true).expect("it is there");
    bench.send([3]);
    assert_eq!(bench.at(ms(30)), [3]);
    assert_eq!(bench.wire.connect(ms(30), HostId(2), true), Err(Declined::NoHost(HostId(2))));
    let lost: Vec<_> = bench.told().into_iter().filter(|said| said.starts_with("lost")).collect();
    assert_eq!(lost, ["lost 2", "lost 1"]);
}

#[test]
fn a_dead_host_gets_nothing_and_what_its_former_life_left_is_not_taken() {
    let mut bench = Bench::new(slow());
    bench.send([1]);
    bench.wire.power(ms(1), HostId(1), None);
    bench.with(|wire, now, mut deliver| wire.take(now, B, 0, &udp(B, 1, 9), &mut deliver));
    assert_eq!(bench.at(ms(20)), []);
    bench.wire.power(ms(20), HostId(1), Some(8));
    bench.with(|wire, now, mut deliver| wire.take(now, B, 0, &udp(B, 1, 9), &mut deliver));
    assert_eq!(bench.at(ms(40)), [], "it is of life 0");
    bench.with(|wire, now, mut deliver| wire.take(now, B, 8, &udp(B, 1, 10), &mut deliver));
    assert_eq!(bench.at(ms(50)), [10]);
    assert_eq!(bench.told(), ["sent 1", "host 1 off", "lost 1", "host 1 on", "sent 2", "arrived 2"]);
}

#[test]
fn an_address_that_nobody_has_is_unreachable_and_one_for_all_is_lost() {
    let mut bench = Bench::new(slow());
    for to in [77, 255] {
        bench.with(|wire, now, mut deliver| wire.take(now, A, 0, &udp(A, to, 5), &mut deliver));
    }
    bench.at(ms(10));
    assert_eq!(bench.told(), ["sent 1", "sent 3", "lost 3", "1 unreachable: EHOSTUNREACH"]);
}

#[test]
fn what_cannot_be_told_is_carried_and_counted() {
    let mut bench = Bench::new(WireSpec { held: true, ..WireSpec::default() });
    let mut fragment = udp(A, 2, 1);
    fragment[6] = 0x20;
    bench.with(|wire, now, mut deliver| wire.take(now, A, 0, &fragment, &mut deliver));
    assert_eq!(bench.got.len(), 1, "nobody could name it, so that it is not held");
    bench.with(|wire, now, mut deliver| wire.take(now, A, 0, &[0x60; 60], &mut deliver));
    assert_eq!((bench.got.len(), bench.wire.carried()), (1, Carried { packets: 2, untold: 2 }));
}

/// Packets that are nearly right: right ones with a few bytes changed, and cut anywhere.
fn nearly() -> impl Strategy<Value = Vec<u8>> {
    let changes = proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6);
    (any::<bool>(), 1..5_u8, any::<u16>(), changes, any::<Option<prop::sample::Index>>()).prop_map(
        |(tcp, to, port, changes, cut)| {
            let mut bytes = Vec::new();
            let ip = PacketBuilder::ipv4([10, 0, 0, 1], [10, 0, 0, to], 64);
            if tcp {
                ip.tcp(port % 4, 7, port.into(), 1000)
                    .ack(port.into())
                    .write(&mut bytes, &[1; 20])
                    .expect("room");
            } else {
                ip.udp(port, 7).write(&mut bytes, &[1; 20]).expect("room");
            }
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            if let Some(cut) = cut {
                bytes.truncate(cut.index(bytes.len()));
            }
            bytes
        },
    )
}

/// Steps as `any_wire` reads them, most of them packets that are nearly right.
fn steps() -> impl Strategy<Value = Vec<u8>> {
    let packet = (any::<u8>(), nearly()).prop_map(|(who, packet)| {
        let len = (packet.len() as u16).to_le_bytes();
        [&[12, who, len[0], len[1]], &packet[..]].concat()
    });
    let other = (any::<u8>(), any::<u8>(), 0..40_u8, any::<u8>());
    let other =
        other.prop_map(|(kind, who, low, high)| vec![kind, who, low, if kind % 16 < 3 { 0 } else { high }]);
    let step = prop_oneof![3 => packet, 2 => other, 1 => proptest::collection::vec(any::<u8>(), 0..100)];
    proptest::collection::vec(step, 0..60).prop_map(|steps| steps.concat())
}

proptest! {
    #[test]
    fn no_packet_and_no_request_breaks_a_wire(bytes in steps()) {
        any_wire(&bytes);
    }

    #[test]
    fn no_bytes_break_a_wire(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        any_wire(&bytes);
    }
}
