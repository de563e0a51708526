//! Whatever is called in whatever order: no panic, and the books are right.

use kernel::{Kernel, Network};
use proptest::prelude::*;
use syscall::{
    Address, Call, CallId, ConnectionId, Direction, Domain, Errno, Fd, HostId, How, Kernel as _, MsgFlags,
    OptionValue, PollFd, Readiness, SocketOption, SocketType, TaskId,
};

/// A server at task 1, a client connected to it at task 0, a socket at task 2.
fn prelude(hosts: u16) -> Vec<Deed> {
    let socket = || Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };
    let address = Address::from(([0, 0, 0, 0], 7000));
    let server = Address::from(([10, 0, 0, hosts as u8], 7000));
    let fd = Fd(3);
    let calls = [
        (0, socket()),
        (1, socket()),
        (2, socket()),
        (1, Call::Bind { fd, address }),
        (1, Call::Listen { fd, backlog: 1 }),
        (0, Call::Connect { fd, address: server }),
        (1, Call::Accept { fd }),
    ];
    let deliver = [Deed::Deliver(0), Deed::Deliver(0), Deed::Deliver(0)];
    calls.map(|(task, call)| Deed::Call(task, call)).into_iter().chain(deliver).collect()
}

/// What is done next.
#[derive(Clone, Debug)]
enum Deed {
    Call(u32, Call),
    Deliver(usize),
    Timer(u16),
    Pass(u64),
    Cancel(usize),
}

fn fd() -> impl Strategy<Value = Fd> {
    prop::sample::select(vec![3, 3, 3, 4, 4, 4, 5, 2]).prop_map(Fd)
}

fn address() -> impl Strategy<Value = Address> {
    let ips =
        prop::sample::select(vec!["10.0.0.1", "10.0.0.2", "127.0.0.1", "0.0.0.0", "10.0.0.9", "8.8.8.8"]);
    (ips, prop::sample::select(vec![0_u16, 80, 7000, 7000, 7000, 7001]))
        .prop_map(|(ip, port)| Address::new(ip.parse().expect("these are addresses"), port))
}

fn flags() -> impl Strategy<Value = MsgFlags> {
    (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(dontwait, peek, waitall)| MsgFlags {
        dontwait,
        peek: peek && waitall,
        waitall,
        nosignal: false,
    })
}

fn call() -> impl Strategy<Value = Call> {
    let option = prop::sample::select(vec![
        SocketOption::SoSndbuf,
        SocketOption::SoRcvbuf,
        SocketOption::SoReuseaddr,
        SocketOption::SoError,
        SocketOption::TcpNodelay,
        SocketOption::SoLinger,
    ]);
    let how = prop::sample::select(vec![How::Read, How::Write, How::Both]);
    let ready = Readiness { readable: true, writable: true, ..Readiness::default() };
    prop_oneof![
        3 => Just(Call::Socket { domain: Domain::Inet, kind: SocketType::Stream }),
        2 => (fd(), address()).prop_map(|(fd, address)| Call::Bind { fd, address }),
        3 => (fd(), -1..3_i32).prop_map(|(fd, backlog)| Call::Listen { fd, backlog }),
        4 => fd().prop_map(|fd| Call::Accept { fd }),
        4 => (fd(), address()).prop_map(|(fd, address)| Call::Connect { fd, address }),
        8 => (fd(), 0..50_000_usize, flags())
            .prop_map(|(fd, len, flags)| Call::Send { fd, data: vec![b'x'; len].into(), flags }),
        8 => (fd(), 0..50_000_u32, flags()).prop_map(|(fd, len, flags)| Call::Recv { fd, len, flags }),
        1 => (fd(), how).prop_map(|(fd, how)| Call::Shutdown { fd, how }),
        1 => fd().prop_map(|fd| Call::Close { fd }),
        2 => (fd(), option.clone(), any::<i32>())
            .prop_map(|(fd, option, n)| Call::Setsockopt { fd, option, value: OptionValue::Int(n) }),
        1 => (fd(), option).prop_map(|(fd, option)| Call::Getsockopt { fd, option }),
        1 => fd().prop_map(|fd| Call::Getpeername { fd }),
        1 => (fd(), any::<bool>()).prop_map(|(fd, blocking)| Call::SetBlocking { fd, blocking }),
        1 => (fd(), fd(), 0..9_u64).prop_map(|(a, b, ms)| Call::Select {
            read: vec![a],
            write: vec![b],
            except: vec![],
            timeout_us: Some(ms * 1000)
        }),
        1 => fd().prop_map(move |fd| Call::Poll { fds: vec![PollFd { fd, events: ready }], timeout_us: None }),
    ]
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        6 => (0..3_u32, call()).prop_map(|(task, call)| Deed::Call(task, call)),
        6 => any::<usize>().prop_map(Deed::Deliver),
        1 => (0..2_u16).prop_map(Deed::Timer),
        1 => (0..100_000_u64).prop_map(Deed::Pass),
        1 => any::<usize>().prop_map(Deed::Cancel),
    ]
}

fn check_books(kernel: &Kernel) {
    for connection in (0..kernel.connection_count()).map(ConnectionId) {
        for direction in [Direction::Forth, Direction::Back] {
            let s = kernel.stream_info(connection, direction);
            assert!(s.acknowledged <= s.sent && s.sent <= s.written && s.read <= s.arrived, "{s:?}");
            if let Some(end) = kernel.end_info(connection, direction) {
                let held = end.charged as u64;
                assert!(held >= u64::from(end.observed.outq_unsent), "{end:?}");
                kernel.room(end.socket);
            }
        }
    }
    for (k, event) in kernel.events().iter().enumerate() {
        assert_eq!(event.index as usize, k + 1);
    }
}

fn run_deeds(network: Network, hosts: u16, deeds: Vec<Deed>) {
    let mut kernel = Kernel::new(network, hosts);
    for k in 0..3 {
        kernel.spawn(HostId(k % hosts));
    }
    let mut waiting: Vec<CallId> = Vec::new();
    let (mut calls, mut completed) = (0, 0);
    for deed in prelude(hosts).into_iter().chain(deeds) {
        match deed {
            Deed::Call(task, call) => {
                calls += 1;
                kernel.submit(CallId(calls), TaskId(task), call);
                waiting.push(CallId(calls));
            }
            Deed::Deliver(pick) => {
                let offered = kernel.deliverable();
                if !offered.is_empty() {
                    assert!(kernel.deliver(offered[pick % offered.len()]));
                }
            }
            Deed::Timer(host) => {
                kernel.fire_timer(HostId(host));
            }
            Deed::Pass(us) => kernel.pass_time(kernel.now() + us),
            Deed::Cancel(pick) if !waiting.is_empty() => kernel.cancel(waiting[pick % waiting.len()]),
            Deed::Cancel(_) => {}
        }
        waiting.retain(|id| !(kernel.can_go_on(*id) && kernel.run(*id)));
        while kernel.poll_completed().is_some() {
            completed += 1;
        }
        check_books(&kernel);
    }
    for id in 1..=calls {
        kernel.cancel(CallId(id));
    }
    while let Some(done) = kernel.poll_completed() {
        assert_eq!(done.outcome.is_ok(), done.outcome != Err(Errno::ECANCELED));
        completed += 1;
    }
    assert_eq!(completed, calls, "each call completes exactly once");
    for task in 0..3 {
        kernel.exit(TaskId(task), 0);
    }
    check_books(&kernel);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_calls_over_a_wire(deeds in prop::collection::vec(deed(), 0..120)) {
        run_deeds(Network::Wire { mtu: 1500, delay_us: 500 }, 2, deeds);
    }

    #[test]
    fn any_calls_on_loopback(deeds in prop::collection::vec(deed(), 0..120)) {
        run_deeds(Network::Loopback, 1, deeds);
    }
}
