//! Whatever is called in whatever order, by several processes, with forks, signals and every fault of a network: no panic,
//! and the books are right.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hasher as _};

use kernel::{Kernel, Network};
use proptest::prelude::*;
use syscall::{
    Address, Call, CallId, ConnectionId, Direction, Domain, Errno, Fd, HostId, How, IoctlRequest,
    Kernel as _, MsgFlags, OptionValue, PollFd, Readiness, Returned, Signal, SocketOption, SocketType,
    TaskId,
};

/// A server at task 1, a client connected to it at task 0, a socket at task 2; each with a pair and a pipe.
fn prelude(hosts: u16) -> Vec<Deed> {
    let socket = || Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };
    let address = Address::from(([0, 0, 0, 0], 7000));
    let server = Address::from(([10, 0, 0, hosts as u8], 7000));
    let fd = Fd(3);
    let pair = |kind| Call::Socketpair { domain: Domain::Unix, kind };
    let mut calls = vec![
        (0, socket()),
        (1, socket()),
        (2, socket()),
        (1, Call::Bind { fd, address }),
        (1, Call::Listen { fd, backlog: 1 }),
        (0, Call::Connect { fd, address: server }),
        (1, Call::Accept { fd }),
    ];
    for task in 0..3 {
        let kind = SocketType::Dgram;
        let address = Address::from(([0, 0, 0, 0], 7000 + task as u16));
        calls.push((task, Call::Socket { domain: Domain::Inet, kind }));
        let fd = Fd(if task == 1 { 5 } else { 4 });
        calls.push((task, Call::Bind { fd, address }));
        calls.extend([(task, pair(SocketType::Stream)), (task, Call::Pipe), (task, pair(SocketType::Dgram))]);
    }
    let deliver = [Deed::Deliver(0), Deed::Deliver(0), Deed::Deliver(0)];
    calls.into_iter().map(|(task, call)| Deed::Call(task, call)).chain(deliver).collect()
}

/// What is done next.
#[derive(Clone, Debug)]
enum Deed {
    Call(usize, Call),
    Deliver(usize),
    Timer(u16),
    Pass(u64),
    Cancel(usize),
    Part(usize, u32),
    Signal(usize, Signal),
    Thread(usize),
    Limit(usize, u32),
    /// Something happens to a packet: it is lost, copied or held back.
    Packet(u8, usize),
    /// Something happens to a host: its cable, its power.
    Host(u8, u16),
}

fn fd() -> impl Strategy<Value = Fd> {
    prop_oneof![
        30 => prop::sample::select(vec![3, 3, 3, 4, 4, 5, 6, 7, 8, 9, 10]),
        1 => prop::sample::select(vec![-1, 0, 2, 1023, 1024, i32::MAX, i32::MIN]),
    ]
    .prop_map(Fd)
}

fn address() -> impl Strategy<Value = Address> {
    let ips = prop::sample::select(vec![
        "10.0.0.1",
        "10.0.0.2",
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",
        "10.0.0.9",
        "8.8.8.8",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "::1",
        "::",
    ]);
    (ips, prop::sample::select(vec![0_u16, 80, 7000, 7000, 7000, 7001, 65_535]))
        .prop_map(|(ip, port)| Address::new(ip.parse().expect("these are addresses"), port))
}

fn flags() -> impl Strategy<Value = MsgFlags> {
    any::<[bool; 4]>().prop_map(|[dontwait, peek, waitall, nosignal]| MsgFlags {
        dontwait,
        peek,
        waitall,
        nosignal,
    })
}

fn len() -> impl Strategy<Value = u32> {
    prop_oneof![6 => 0..50_000_u32, 2 => 0..3_u32, 1 => Just(u32::MAX), 1 => 65_000..400_000_u32]
}

fn data() -> impl Strategy<Value = syscall::Bytes> {
    prop_oneof![6 => 0..50_000_usize, 2 => 0..3_usize, 1 => 65_000..400_000_usize]
        .prop_map(|len| vec![b'x'; len].into())
}

fn value() -> impl Strategy<Value = OptionValue> {
    prop_oneof![
        any::<i32>().prop_map(OptionValue::Int),
        (-1..200_i32).prop_map(OptionValue::Int),
        any::<u64>().prop_map(OptionValue::TimeMicros),
        (0..50_000_u64).prop_map(OptionValue::TimeMicros),
        (any::<bool>(), 0..3_u16).prop_map(|(on, seconds)| OptionValue::Linger { on, seconds }),
        Just(OptionValue::Error(None)),
    ]
}

fn option() -> impl Strategy<Value = SocketOption> {
    use SocketOption as O;
    prop::sample::select(vec![
        O::SoReuseaddr,
        O::SoError,
        O::SoSndbuf,
        O::SoRcvbuf,
        O::SoKeepalive,
        O::SoLinger,
        O::SoRcvtimeo,
        O::SoSndtimeo,
        O::SoType,
        O::SoAcceptconn,
        O::TcpNodelay,
        O::TcpCork,
        O::TcpMaxseg,
        O::TcpKeepidle,
        O::TcpKeepintvl,
        O::TcpKeepcnt,
        O::TcpUserTimeout,
        O::TcpSyncnt,
        O::TcpQuickack,
        O::TcpInfo,
    ])
}

fn kind() -> impl Strategy<Value = (Domain, SocketType)> {
    prop::sample::select(vec![
        (Domain::Inet, SocketType::Stream),
        (Domain::Inet, SocketType::Stream),
        (Domain::Inet, SocketType::Dgram),
        (Domain::Unix, SocketType::Stream),
        (Domain::Unix, SocketType::Dgram),
        (Domain::Inet6, SocketType::Stream),
    ])
}

fn fds() -> impl Strategy<Value = Vec<Fd>> {
    prop::collection::vec(fd(), 0..3)
}

fn timeout() -> impl Strategy<Value = Option<u64>> {
    prop::option::of(prop_oneof![0..9_000_u64, Just(u64::MAX)])
}

fn transfer() -> impl Strategy<Value = Call> {
    prop_oneof![
        6 => (fd(), data(), flags()).prop_map(|(fd, data, flags)| Call::Send { fd, data, flags }),
        6 => (fd(), len(), flags()).prop_map(|(fd, len, flags)| Call::Recv { fd, len, flags }),
        2 => (fd(), data(), flags(), address())
            .prop_map(|(fd, data, flags, address)| Call::Sendto { fd, data, flags, address }),
        2 => (fd(), len(), flags()).prop_map(|(fd, len, flags)| Call::Recvfrom { fd, len, flags }),
        3 => (fd(), len()).prop_map(|(fd, len)| Call::Read { fd, len }),
        3 => (fd(), data()).prop_map(|(fd, data)| Call::Write { fd, data }),
    ]
}

fn call() -> impl Strategy<Value = Call> {
    let how = prop::sample::select(vec![How::Read, How::Write, How::Both]);
    let request =
        prop::sample::select(vec![IoctlRequest::Siocinq, IoctlRequest::Siocoutq, IoctlRequest::Siocoutqnsd]);
    let name =
        prop::sample::select(vec!["", "localhost", "host1", "HOST2", "::1", "10.0.0.2", "nobody", "\0"]);
    let ready = any::<[bool; 4]>().prop_map(|[readable, writable, peer_finished, priority]| Readiness {
        readable,
        writable,
        peer_finished,
        priority,
        ..Readiness::default()
    });
    let polled = prop::collection::vec((fd(), ready).prop_map(|(fd, events)| PollFd { fd, events }), 0..3);
    let open = prop_oneof![
        4 => kind().prop_map(|(domain, kind)| Call::Socket { domain, kind }),
        1 => kind().prop_map(|(domain, kind)| Call::Socketpair { domain, kind }),
        1 => Just(Call::Pipe),
        1 => Just(Call::Fork),
        2 => fd().prop_map(|fd| Call::Dup { fd }),
    ];
    let connect = prop_oneof![
        (fd(), address()).prop_map(|(fd, address)| Call::Bind { fd, address }),
        (fd(), -1..3_i32).prop_map(|(fd, backlog)| Call::Listen { fd, backlog }),
        fd().prop_map(|fd| Call::Accept { fd }),
        (fd(), address()).prop_map(|(fd, address)| Call::Connect { fd, address }),
    ];
    let ask = prop_oneof![
        (fd(), option(), value()).prop_map(|(fd, option, value)| Call::Setsockopt { fd, option, value }),
        (fd(), option()).prop_map(|(fd, option)| Call::Getsockopt { fd, option }),
        fd().prop_map(|fd| Call::Getpeername { fd }),
        fd().prop_map(|fd| Call::Getsockname { fd }),
        (fd(), any::<bool>()).prop_map(|(fd, blocking)| Call::SetBlocking { fd, blocking }),
        (fd(), request).prop_map(|(fd, request)| Call::Ioctl { fd, request }),
        Just(Call::Gethostname),
        name.prop_map(|name| Call::Getaddrinfo { name: name.into() }),
    ];
    let wait = prop_oneof![
        (fds(), fds(), fds(), timeout()).prop_map(|(read, write, except, timeout_us)| Call::Select {
            read,
            write,
            except,
            timeout_us
        }),
        (polled, timeout()).prop_map(|(fds, timeout_us)| Call::Poll { fds, timeout_us }),
    ];
    let end = prop_oneof![
        1 => (fd(), how).prop_map(|(fd, how)| Call::Shutdown { fd, how }),
        1 => fd().prop_map(|fd| Call::Close { fd }),
    ];
    prop_oneof![3 => open, 5 => connect, 10 => transfer(), 4 => ask, 2 => wait, 2 => end]
}

fn deed() -> impl Strategy<Value = Deed> {
    let signal = prop::sample::select(vec![
        Signal::Sigusr1,
        Signal::Sigusr1,
        Signal::Sigusr1,
        Signal::Sigpipe,
        Signal::Sigkill,
    ]);
    prop_oneof![
        12 => (any::<usize>(), call()).prop_map(|(task, call)| Deed::Call(task, call)),
        12 => any::<usize>().prop_map(Deed::Deliver),
        2 => (0..2_u16).prop_map(Deed::Timer),
        2 => (0..100_000_u64).prop_map(Deed::Pass),
        2 => any::<usize>().prop_map(Deed::Cancel),
        4 => (any::<usize>(), 1..3000_u32).prop_map(|(pick, most)| Deed::Part(pick, most)),
        1 => (any::<usize>(), signal).prop_map(|(task, signal)| Deed::Signal(task, signal)),
        1 => any::<usize>().prop_map(Deed::Thread),
        1 => (any::<usize>(), 0..12_u32).prop_map(|(task, limit)| Deed::Limit(task, limit)),
        2 => (0..4_u8, any::<usize>()).prop_map(|(what, pick)| Deed::Packet(what, pick)),
        1 => (0..20_u8, 0..2_u16).prop_map(|(what, host)| Deed::Host(what, host)),
    ]
}

struct Run {
    kernel: Kernel,
    tasks: Vec<TaskId>,
    /// Calls that have not completed.
    waiting: Vec<(CallId, TaskId)>,
    calls: u64,
    completed: BTreeSet<CallId>,
    events: u32,
}

impl Run {
    fn new(network: Network, hosts: u16) -> Self {
        let mut kernel = Kernel::new(network, hosts);
        let tasks: Vec<_> = (0..3).map(|k| kernel.spawn(HostId(k % hosts))).collect();
        kernel.set_ignores_sigpipe(kernel.pid(tasks[0]), true);
        kernel.set_ignores_sigpipe(kernel.pid(tasks[1]), true);
        Self { kernel, tasks, waiting: Vec::new(), calls: 0, completed: BTreeSet::new(), events: 0 }
    }

    fn task(&self, pick: usize) -> TaskId {
        self.tasks[pick % self.tasks.len()]
    }

    fn do_it(&mut self, deed: Deed) {
        match deed {
            Deed::Call(task, call) => {
                self.calls += 1;
                let (id, task) = (CallId(self.calls), self.task(task));
                self.kernel.submit(id, task, call);
                if self.kernel.is_alive(task) {
                    self.waiting.push((id, task));
                }
            }
            Deed::Deliver(pick) => {
                let offered = self.kernel.deliverable();
                if !offered.is_empty() {
                    assert!(self.kernel.deliver(offered[pick % offered.len()]));
                }
            }
            Deed::Packet(what, pick) => {
                let kernel = &mut self.kernel;
                let segments = kernel.in_flight().map(|p| p.segment.id);
                let all: Vec<u32> =
                    segments.chain(kernel.datagrams_in_flight().map(|p| p.datagram.id)).collect();
                if !all.is_empty() {
                    let packet = all[pick % all.len()];
                    assert!(match what {
                        0 => kernel.lose(packet),
                        1 => kernel.duplicate(packet),
                        2 => kernel.delay(packet),
                        _ => kernel.deliver(packet),
                    });
                }
            }
            Deed::Host(what, host) if host < self.kernel.host_count() => {
                let host = HostId(host);
                match what {
                    0 => self.kernel.host_down(host),
                    1..5 => self.kernel.host_up(host),
                    5..8 => self.kernel.cut(host),
                    _ => self.kernel.mend(host),
                };
            }
            Deed::Host(..) => {}
            Deed::Timer(host) => {
                self.kernel.fire_timer(HostId(host));
            }
            Deed::Pass(us) => self.kernel.pass_time(self.kernel.now() + us),
            Deed::Cancel(pick) if !self.waiting.is_empty() => {
                self.kernel.cancel(self.waiting[pick % self.waiting.len()].0);
            }
            Deed::Part(pick, most) if !self.waiting.is_empty() => {
                self.run_part(self.waiting[pick % self.waiting.len()].0, most);
            }
            Deed::Cancel(_) | Deed::Part(..) => {}
            Deed::Signal(task, signal) => {
                self.kernel.send_signal(self.kernel.pid(self.task(task)), signal);
            }
            Deed::Thread(task) if self.tasks.len() < 8 => {
                let thread = self.kernel.spawn_thread(self.task(task));
                self.tasks.push(thread);
            }
            Deed::Thread(_) => {}
            Deed::Limit(task, limit) => {
                self.kernel.set_descriptor_limit(self.kernel.pid(self.task(task)), limit);
            }
        }
    }

    /// A call that moves any number of bytes moves as many as it said it could, or as it was allowed to.
    fn run_part(&mut self, id: CallId, most: u32) {
        let could = self.kernel.most(id);
        let fresh = self.kernel.clone().most(id) == could;
        assert!(fresh, "asking changes nothing");
        if !self.kernel.run_at_most(id, most) {
            return;
        }
        let Some(done) = self.kernel.poll_completed() else { return };
        assert!(self.completed.insert(done.id), "each call completes once");
        if let Some(could @ 1..) = could {
            let moved = match &done.outcome {
                Ok(Returned::Count(n)) => *n,
                Ok(Returned::Data(data)) => data.len() as u32,
                other => panic!("it could move {could} bytes and answered {other:?}"),
            };
            assert!(moved >= could.min(most), "moved {moved} of {could}, allowed {most}");
        }
    }

    fn settle(&mut self) {
        let kernel = &mut self.kernel;
        for _ in 0..3 {
            self.waiting.retain(|(id, _)| !(kernel.can_go_on(*id) && kernel.run(*id)));
        }
        while let Some(done) = self.kernel.poll_completed() {
            assert!(self.completed.insert(done.id), "each call completes once");
        }
        self.waiting.retain(|(id, task)| !self.completed.contains(id) && self.kernel.is_alive(*task));
        while let Some(child) = self.kernel.next_forked() {
            if self.tasks.len() < 8 {
                self.tasks.push(child);
            } else {
                self.kernel.exit(child, 0);
            }
        }
        self.check_books();
    }

    fn check_books(&mut self) {
        let kernel = &self.kernel;
        let future = |kernel: &Kernel| {
            let mut hasher = DefaultHasher::new();
            kernel.hash_future(&mut hasher);
            hasher.finish()
        };
        if self.calls.is_multiple_of(16) {
            assert_eq!(future(kernel), future(&kernel.clone()));
        }
        for connection in (0..kernel.connection_count()).map(ConnectionId) {
            for direction in [Direction::Forth, Direction::Back] {
                let s = kernel.stream_info(connection, direction);
                assert!(s.acknowledged <= s.sent && s.sent <= s.written && s.read <= s.arrived, "{s:?}");
                if let Some(end) = kernel.end_info(connection, direction) {
                    kernel.room(end.socket);
                }
            }
        }
        for event in self.kernel.drain_events() {
            self.events += 1;
            assert_eq!(event.index, self.events);
            assert!(event.cause.is_none_or(|cause| cause < event.index));
        }
        assert_eq!(self.kernel.event_count(), self.events);
    }

    fn end(mut self) {
        let left = std::mem::take(&mut self.waiting);
        for (id, _) in &left {
            self.kernel.cancel(*id);
        }
        let mut ended = BTreeSet::new();
        while let Some(done) = self.kernel.poll_completed() {
            assert_eq!(done.outcome.is_ok(), done.outcome != Err(Errno::ECANCELED));
            ended.insert(done.id);
        }
        assert_eq!(ended, left.into_iter().map(|(id, _)| id).collect(), "each call completes");
        for task in self.tasks.clone() {
            self.kernel.exit(task, 0);
        }
        self.check_books();
    }
}

fn run_deeds(network: Network, hosts: u16, deeds: Vec<Deed>) {
    let mut run = Run::new(network, hosts);
    for deed in prelude(hosts).into_iter().chain(deeds) {
        run.do_it(deed);
        run.settle();
    }
    run.end();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_calls_over_a_wire(deeds in prop::collection::vec(deed(), 0..120)) {
        run_deeds(Network::Wire { mtu: 1500, delay_us: 500 }, 2, deeds);
    }

    #[test]
    fn any_calls_on_loopback(deeds in prop::collection::vec(deed(), 0..120)) {
        run_deeds(Network::Loopback, 1, deeds);
    }
}
