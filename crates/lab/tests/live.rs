//! A session's lab on hosts of its own: several peers, processes on several hosts, the wire's events, and a hand on it. Where
//! this machine offers no hosts, the tests say so and pass.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use lab::{Done, Ground, Held, Limits, LiveRun, OpenError, Report, WireLimits};
use protocol::{LabSpec, PeerSpec, WireRequest, WireSpec};
use syscall::{
    Call, CallId, ConnectionId, Direction, Domain, Errno, Event, Fd, HostId, MsgFlags, OptionValue, Returned,
    SocketOption, SocketType, TaskId, What,
};
use tokio::sync::Semaphore;

const FD: Fd = Fd(3);
const TCP: Call = Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };
const LEARNER: TaskId = TaskId(0);

struct Bench {
    lab: LiveRun,
    next: u64,
    story: Vec<Event>,
    held: Vec<Held>,
}

fn open(spec: &LabSpec, ground: &Ground, limits: Limits) -> Result<LiveRun, OpenError> {
    LiveRun::open(spec, ground, common::make_peer(), limits, Arc::new(Semaphore::new(1000)))
}

impl Bench {
    async fn with(spec: &LabSpec, ground: &Ground) -> Self {
        let lab = open(spec, ground, Limits::default()).unwrap();
        let mut bench = Self { lab, next: 0, story: Vec::new(), held: Vec::new() };
        loop {
            if let Report::Opened(addresses) = bench.report().await {
                assert_eq!(addresses.len(), spec.peers.len());
                return bench;
            }
        }
    }

    async fn report(&mut self) -> Report {
        let next = poll_fn(|cx| self.lab.poll_report(cx));
        let report = tokio::time::timeout(Duration::from_secs(20), next).await.expect("the lab goes on");
        match &report {
            Report::Happened(event) => self.story.push(event.clone()),
            Report::Holds(held) => self.held.push(held.clone()),
            _ => {}
        }
        report
    }

    fn submit(&mut self, task: TaskId, call: Call) -> CallId {
        self.next += 1;
        self.lab.submit(CallId(self.next), task, call);
        CallId(self.next)
    }

    async fn ended(&mut self, id: CallId) -> Done {
        loop {
            if let Report::Learner(done, _) = self.report().await {
                assert_eq!(done.id, id);
                return done;
            }
        }
    }

    async fn call(&mut self, task: TaskId, call: Call) -> Done {
        let id = self.submit(task, call);
        self.ended(id).await
    }

    async fn ok(&mut self, task: TaskId, call: Call) -> Returned {
        let said = call.to_string();
        self.call(task, call).await.outcome.unwrap_or_else(|errno| panic!("{said}: {errno}"))
    }

    /// Goes on until the story has such an event, and answers that.
    async fn until(&mut self, is: impl Fn(&What) -> bool) -> Event {
        loop {
            if let Some(event) = self.story.iter().find(|event| is(&event.what)) {
                return event.clone();
            }
            self.report().await;
        }
    }

    /// Goes on for a while.
    async fn pass(&mut self, time: Duration) {
        let end = tokio::time::Instant::now() + time;
        while tokio::time::timeout_at(end, self.report()).await.is_ok() {}
    }

    async fn connected(&mut self, address: &str) {
        self.ok(LEARNER, TCP).await;
        self.ok(LEARNER, Call::Connect { fd: FD, address: address.parse().unwrap() }).await;
    }
}

fn send(text: &str) -> Call {
    Call::Send { fd: FD, data: text.into(), flags: MsgFlags::default() }
}
fn recv(len: u32) -> Call {
    Call::Recv { fd: FD, len, flags: MsgFlags::default() }
}

/// The number of the first segment with data that this host sent.
fn data_from(host: u16, what: &What) -> Option<u32> {
    match what {
        What::SegmentSent { segment } if !segment.range.is_empty() => {
            let own = if segment.range.direction == Direction::Forth { 0 } else { 1 };
            (own == host).then_some(segment.id)
        }
        _ => None,
    }
}

fn echo() -> LabSpec {
    LabSpec::with(PeerSpec::named("echo"))
}

#[tokio::test]
async fn what_crosses_the_wire_is_told_in_the_streams_own_numbers() {
    for ground in common::grounds() {
        let mut bench = Bench::with(&echo(), &ground).await;
        bench.connected("10.0.0.2:7000").await;
        bench.ok(LEARNER, send("hello")).await;
        bench.ok(LEARNER, recv(100)).await;
        bench.until(|what| matches!(what, What::SegmentArrived { segment, .. } if segment.ack == 5)).await;
        let sent = bench.story.iter().filter_map(|event| match &event.what {
            What::SegmentSent { segment } => Some((event.host.0, segment.clone())),
            _ => None,
        });
        let sent: Vec<_> = sent.collect();
        let said: Vec<_> = sent
            .iter()
            .take(4)
            .map(|(host, s)| (*host, s.flags.to_string(), s.range.start, s.range.end))
            .collect();
        assert_eq!(
            said,
            [
                (0, "SYN".into(), 0, 0),
                (1, "SYN ACK".into(), 0, 0),
                (0, "ACK".into(), 0, 0),
                (0, "PSH ACK".into(), 0, 5)
            ]
        );
        assert!(sent.iter().all(|(_, segment)| segment.range.connection == ConnectionId(0)));
        assert!(sent.iter().all(|(_, segment)| segment.flags.syn || segment.window > 1000), "unscaled");
        let arrived =
            bench.story.iter().filter(|event| matches!(event.what, What::SegmentArrived { .. })).count();
        assert!(arrived >= 4);
        assert!(bench.story.windows(2).all(|pair| pair[0].at <= pair[1].at && pair[1].index == 0));
    }
}

#[tokio::test]
async fn several_peers_and_processes_on_several_hosts_talk_over_one_wire() {
    for ground in common::grounds() {
        let third = PeerSpec { host: HostId(2), port: 7001, ..PeerSpec::named("echo") };
        let spec =
            LabSpec { hosts: 3, peers: vec![PeerSpec::named("echo"), third], wire: WireSpec::default() };
        let mut bench = Bench::with(&spec, &ground).await;
        let other = TaskId(7);
        bench.lab.start(other, HostId(2)).unwrap();
        bench.lab.start(other, HostId(2)).unwrap();
        for (task, address) in
            [(LEARNER, "10.0.0.2:7000"), (LEARNER, "10.0.0.3:7001"), (other, "10.0.0.2:7000")]
        {
            let Returned::Fd(fd) = bench.ok(task, TCP).await else { panic!() };
            bench.ok(task, Call::Connect { fd, address: address.parse().unwrap() }).await;
            bench.ok(task, Call::Send { fd, data: "x".into(), flags: MsgFlags::default() }).await;
            bench.ok(task, Call::Recv { fd, len: 1, flags: MsgFlags::default() }).await;
            if task == other {
                let Returned::Address(own) = bench.ok(task, Call::Getsockname { fd }).await else { panic!() };
                assert_eq!(own.ip().to_string(), "10.0.0.3");
            }
            // An echo serves one connection after the other.
            bench.ok(task, Call::Close { fd }).await;
        }
        assert!(bench.lab.start(TaskId(8), HostId(3)).unwrap_err().contains("no host 3"));
        for task in 1..4 {
            let started = bench.lab.start(TaskId(task), HostId(0));
            assert_eq!(started.is_ok(), task < 3, "4 processes at once: {started:?}");
        }
        assert!(bench.lab.start(TaskId(1000), HostId(0)).is_err());
        assert_eq!(bench.lab.tell(2, "nobody").unwrap_err().kind(), std::io::ErrorKind::NotFound);
    }
}

#[tokio::test]
async fn a_held_packet_waits_for_the_hand_and_can_be_lost_copied_and_delivered() {
    for ground in common::grounds() {
        let mut bench = Bench::with(&echo(), &ground).await;
        bench.connected("10.0.0.2:7000").await;
        bench.lab.wire(WireRequest::Set(WireSpec { held: true, ..WireSpec::default() })).unwrap();
        bench.ok(LEARNER, send("hello")).await;
        let sent = bench.until(|what| data_from(0, what).is_some()).await;
        let packet = data_from(0, &sent.what).unwrap();
        bench.lab.wire(WireRequest::Duplicate { packet }).unwrap();
        let copied = bench.until(|what| matches!(what, What::SegmentDuplicated { .. })).await;
        let What::SegmentDuplicated { segment, copy } = copied.what else { panic!() };
        assert_eq!(segment.id, packet);
        bench.lab.wire(WireRequest::Lose { packet }).unwrap();
        assert!(bench.lab.wire(WireRequest::Deliver { packet }).is_err(), "it is gone");
        bench.lab.wire(WireRequest::Deliver { packet: copy }).unwrap();
        let arrived = bench
            .until(|what| matches!(what, What::SegmentArrived { segment, .. } if segment.id == copy))
            .await;
        assert_eq!((arrived.host, arrived.range.unwrap().len()), (HostId(1), 5));
        assert!(
            bench
                .story
                .iter()
                .any(|event| matches!(&event.what, What::SegmentLost { segment } if segment.id == packet))
        );
        // The echo and its acknowledgement wait too.
        bench.until(|what| data_from(1, what).is_some()).await;
        let early = bench.submit(LEARNER, recv(100));
        bench.pass(Duration::from_millis(20)).await;
        assert!(!bench.story.iter().any(|event| matches!(&event.what, What::SegmentArrived { segment, .. } if segment.range.direction == Direction::Back && !segment.range.is_empty())));
        bench.lab.wire(WireRequest::Set(WireSpec::default())).unwrap();
        let done = bench.ended(early).await;
        assert_eq!(done.outcome, Ok(Returned::Data("hello".into())));
    }
}

#[tokio::test]
async fn a_host_that_dies_says_nothing_and_one_that_returns_remembers_nothing() {
    for ground in common::grounds() {
        let mut bench = Bench::with(&echo(), &ground).await;
        bench.connected("10.0.0.2:7000").await;
        bench.ok(LEARNER, send("hello")).await;
        bench.ok(LEARNER, recv(100)).await;
        let acknowledged = |what: &What| {
            matches!(what, What::SegmentArrived { segment, .. }
                if segment.range.direction == Direction::Forth && segment.ack == 5)
        };
        bench.until(acknowledged).await;
        bench.lab.wire(WireRequest::Power { host: HostId(1), on: false }).unwrap();
        assert!(bench.lab.wire(WireRequest::Power { host: HostId(1), on: false }).is_err(), "it is off");
        let before = bench.story.len();
        bench.pass(Duration::from_millis(50)).await;
        let said: Vec<_> = bench.story[before..].iter().map(|event| event.what.clone()).collect();
        assert_eq!(said, [What::HostPower { on: false }], "no FIN, no RST");
        bench.ok(LEARNER, send("anybody?")).await;
        bench.until(|what| matches!(what, What::SegmentLost { .. })).await;
        bench.lab.wire(WireRequest::Power { host: HostId(1), on: true }).unwrap();
        // What is sent again meets a kernel that knows nothing of it.
        let answer = bench
            .until(|what| matches!(what, What::SegmentArrived { segment, .. } if segment.flags.rst))
            .await;
        assert_eq!(answer.host, HostId(0));
        assert_eq!(bench.call(LEARNER, recv(100)).await.outcome, Err(Errno::ECONNRESET));
        // The peer runs anew.
        bench.ok(LEARNER, Call::Close { fd: FD }).await;
        bench.connected("10.0.0.2:7000").await;
        bench.ok(LEARNER, send("again")).await;
        assert_eq!(bench.ok(LEARNER, recv(100)).await, Returned::Data("again".into()));
    }
}

#[tokio::test]
async fn the_learners_own_host_can_die_and_its_calls_end_with_it() {
    for ground in common::grounds() {
        let mut bench = Bench::with(&echo(), &ground).await;
        bench.connected("10.0.0.2:7000").await;
        let waits = bench.submit(LEARNER, recv(100));
        bench.lab.wire(WireRequest::Power { host: HostId(0), on: false }).unwrap();
        assert_eq!(bench.ended(waits).await.outcome, Err(Errno::ECANCELED));
        assert_eq!(bench.call(LEARNER, TCP).await.outcome, Err(Errno::ESRCH));
        assert!(bench.lab.start(LEARNER, HostId(0)).is_err(), "it is off");
        bench.lab.wire(WireRequest::Power { host: HostId(0), on: true }).unwrap();
        bench.lab.start(LEARNER, HostId(0)).unwrap();
        bench.connected("10.0.0.2:7000").await;
    }
}

#[tokio::test]
async fn a_cut_cable_means_true_retransmissions_and_then_a_time_out() {
    for ground in common::grounds() {
        let mut bench = Bench::with(&echo(), &ground).await;
        bench.connected("10.0.0.2:7000").await;
        let (option, value) = (SocketOption::TcpUserTimeout, OptionValue::Int(700));
        bench.ok(LEARNER, Call::Setsockopt { fd: FD, option, value }).await;
        bench.lab.wire(WireRequest::Cable { host: HostId(1), connected: false }).unwrap();
        bench.ok(LEARNER, send("hello")).await;
        assert_eq!(bench.call(LEARNER, recv(100)).await.outcome, Err(Errno::ETIMEDOUT));
        let lost = |what: &What| matches!(what, What::SegmentLost { segment } if segment.retransmission);
        let again = bench.story.iter().filter(|event| lost(&event.what)).count();
        assert!(again >= 1, "{:?}", bench.story);
        bench.lab.wire(WireRequest::Cable { host: HostId(1), connected: true }).unwrap();
        bench.until(|what| *what == What::HostCable { connected: true }).await;
    }
}

#[tokio::test]
async fn a_host_that_vanished_is_noticed_by_nobody_until_a_time_out() {
    for ground in common::grounds() {
        let mut bench = Bench::with(&echo(), &ground).await;
        bench.connected("10.0.0.2:7000").await;
        let (option, value) = (SocketOption::TcpUserTimeout, OptionValue::Int(700));
        bench.ok(LEARNER, Call::Setsockopt { fd: FD, option, value }).await;
        bench.lab.wire(WireRequest::Power { host: HostId(1), on: false }).unwrap();
        assert_eq!(bench.ok(LEARNER, send("hello")).await, Returned::Count(5), "to the dead");
        assert_eq!(bench.call(LEARNER, recv(100)).await.outcome, Err(Errno::ETIMEDOUT));
    }
}

#[tokio::test]
async fn a_wire_that_loses_copies_and_reorders_by_seed_carries_a_stream_whole() {
    for ground in common::grounds() {
        let (lose, duplicate, reorder) = (120, 100, 100);
        let wire = WireSpec { delay_us: 1000, lose, duplicate, reorder, seed: 11, ..WireSpec::default() };
        let mut bench = Bench::with(&LabSpec { wire, ..echo() }, &ground).await;
        bench.connected("10.0.0.2:7000").await;
        let text: String = (0..10_000).map(|number| format!("{number:5}")).collect();
        bench.ok(LEARNER, send(&text)).await;
        let mut back = Vec::new();
        while back.len() < text.len() {
            let Returned::Data(data) = bench.ok(LEARNER, recv(30_000)).await else { panic!() };
            back.extend_from_slice(&data);
        }
        assert!(back == text.as_bytes());
        for (name, happened) in [
            ("lost", (|what| matches!(what, What::SegmentLost { .. })) as fn(&What) -> bool),
            ("copied", |what| matches!(what, What::SegmentDuplicated { .. })),
            ("delayed", |what| matches!(what, What::SegmentDelayed { .. })),
            ("sent again", |what| matches!(what, What::SegmentSent { segment } if segment.retransmission)),
        ] {
            assert!(bench.story.iter().any(|event| happened(&event.what)), "nothing was {name}");
        }
    }
}

#[tokio::test]
async fn a_slow_cable_takes_its_time() {
    for ground in common::grounds() {
        let wire = WireSpec { bytes_per_second: 50_000, ..WireSpec::default() };
        let mut bench = Bench::with(&LabSpec { wire, ..echo() }, &ground).await;
        bench.connected("10.0.0.2:7000").await;
        let since = tokio::time::Instant::now();
        bench.ok(LEARNER, send(&"x".repeat(10_000))).await;
        let all = MsgFlags { waitall: true, ..MsgFlags::default() };
        bench.ok(LEARNER, Call::Recv { fd: FD, len: 10_000, flags: all }).await;
        assert!(since.elapsed() >= Duration::from_millis(200), "{:?}", since.elapsed());
    }
}

#[tokio::test]
async fn the_smallest_and_the_largest_packets_that_a_wire_can_have_work() {
    for ground in common::grounds() {
        for (mtu, mss) in [(68, 68 - 52), (65_535, 65_535 - 52)] {
            let wire = WireSpec { mtu, ..WireSpec::default() };
            let mut bench = Bench::with(&LabSpec { wire, ..echo() }, &ground).await;
            bench.connected("10.0.0.2:7000").await;
            bench.ok(LEARNER, send(&"x".repeat(500))).await;
            let all = MsgFlags { waitall: true, ..MsgFlags::default() };
            bench.ok(LEARNER, Call::Recv { fd: FD, len: 500, flags: all }).await;
            let longest = bench.story.iter().filter_map(|event| event.range).map(|range| range.len()).max();
            assert!(longest <= Some(mss), "{longest:?} over {mtu}");
        }
    }
}

#[tokio::test]
async fn packets_do_not_wait_for_a_slow_reader_and_the_gap_is_said() {
    for ground in common::grounds() {
        let wire = WireLimits { events: 10, packets: 20, ..WireLimits::default() };
        let mut lab = open(&echo(), &ground, Limits { wire, ..Limits::default() }).unwrap();
        let udp = Call::Socket { domain: Domain::Inet, kind: SocketType::Dgram };
        lab.submit(CallId(1), LEARNER, udp);
        let mut sent = 1;
        let mut burst = |lab: &mut LiveRun| {
            for _ in 0..100 {
                sent += 1;
                let (data, flags) = ("x".into(), MsgFlags::default());
                let address = "10.0.0.2:9".parse().unwrap();
                lab.submit(CallId(sent), LEARNER, Call::Sendto { fd: FD, data, flags, address });
            }
        };
        burst(&mut lab);
        // The wire's task runs while nobody asks what happened.
        tokio::time::sleep(Duration::from_millis(200)).await;
        let told = |lab: &mut LiveRun| {
            let (mut events, mut missed, mut released) = (0, 0, 0);
            let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
            while let std::task::Poll::Ready(report) = lab.poll_report(&mut cx) {
                match report {
                    Report::Happened(event) => {
                        events += 1;
                        assert!(!matches!(event.what, What::DatagramLost { .. }));
                    }
                    Report::Missed(some) => missed += some,
                    Report::Released(some) => released += some,
                    _ => {}
                }
            }
            (events, missed, released)
        };
        let (events, missed, released) = told(&mut lab);
        assert!(events <= 10 && missed > 100 && released == 0, "{events} told, {missed} missed, {released}");
        lab.wire(WireRequest::Set(WireSpec { held: true, ..WireSpec::default() })).unwrap();
        burst(&mut lab);
        tokio::time::sleep(Duration::from_millis(200)).await;
        let (_, _, released) = told(&mut lab);
        assert!(released >= 80 - 3, "of 100 datagrams, 20 are held: {released}");
    }
}

#[tokio::test]
async fn a_closed_port_answers_a_datagram_and_the_answer_names_it() {
    for ground in common::grounds() {
        let mut bench = Bench::with(&echo(), &ground).await;
        let udp = Call::Socket { domain: Domain::Inet, kind: SocketType::Dgram };
        bench.ok(LEARNER, udp).await;
        bench.ok(LEARNER, Call::Connect { fd: FD, address: "10.0.0.2:9".parse().unwrap() }).await;
        bench.ok(LEARNER, send("anybody?")).await;
        let told = bench.until(|what| matches!(what, What::Unreachable { .. })).await;
        let What::Unreachable { packet, errno } = told.what else { panic!() };
        assert_eq!((told.host, errno), (HostId(0), Errno::ECONNREFUSED));
        let sent = |what: &What| matches!(what, What::DatagramSent { datagram } if datagram.id == packet);
        assert!(bench.story.iter().any(|event| sent(&event.what)), "{:?}", bench.story);
        assert_eq!(bench.call(LEARNER, recv(10)).await.outcome, Err(Errno::ECONNREFUSED));
    }
}

#[tokio::test]
async fn what_the_kernel_holds_is_told_when_it_changes_between_calls() {
    for ground in common::grounds() {
        let spec = LabSpec::with(PeerSpec::named("sleepy"));
        let mut bench = Bench::with(&spec, &ground).await;
        bench.connected("10.0.0.2:7000").await;
        while !matches!(bench.report().await, Report::Peer(0, done, _) if matches!(done.call, Call::Accept { .. }))
        {
        }
        bench.ok(LEARNER, send("hello")).await;
        // The learner's five bytes are acknowledged; the peer has them in its buffer.
        while !bench.held.iter().any(|held| held.peer == Some(0) && held.observed.inq == 5)
            || bench
                .held
                .iter()
                .rfind(|held| held.task == Some(LEARNER))
                .is_none_or(|held| held.observed.outq != 0)
        {
            bench.report().await;
        }
        bench.pass(Duration::from_millis(100)).await;
        let same = |pair: &[&Held]| pair[0].observed == pair[1].observed;
        for owner in [Some(0), None] {
            let of: Vec<_> = bench.held.iter().filter(|held| held.peer == owner).collect();
            assert!(!of.windows(2).any(same), "told on change only: {of:?}");
        }
    }
}

#[tokio::test]
async fn a_specification_that_cannot_be_is_refused_with_a_sentence() {
    let limits = Limits::default();
    let wire = |wire: WireSpec| LabSpec { wire, ..echo() };
    for (spec, why) in [
        (LabSpec { hosts: 0, ..echo() }, "1 to 4 hosts"),
        (LabSpec { hosts: 5, ..echo() }, "1 to 4 hosts"),
        (LabSpec { hosts: 1, ..echo() }, "on host 1"),
        (LabSpec { peers: vec![PeerSpec::named("echo"); 9], ..echo() }, "at most 8 peers"),
        (LabSpec::with(PeerSpec::named("nobody")), "no peer `nobody`"),
        (LabSpec::with(PeerSpec { port: 0, ..PeerSpec::named("echo") }), "needs a port"),
        (wire(WireSpec { mtu: 67, ..WireSpec::default() }), "at least 68"),
        (wire(WireSpec { lose: 1001, ..WireSpec::default() }), "Of 1000"),
        (wire(WireSpec { held: true, ..WireSpec::default() }), "no wire"),
    ] {
        let refused = open(&spec, &Ground::LOOPBACK, limits).err().unwrap().to_string();
        assert!(refused.contains(why), "{refused}");
    }
    let mut lab = open(&echo(), &Ground::LOOPBACK, limits).unwrap();
    let asked = lab.wire(WireRequest::Power { host: HostId(1), on: false });
    assert!(asked.unwrap_err().to_string().contains("no wire"));
    assert!(lab.capture().is_err());
}
