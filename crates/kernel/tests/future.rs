//! The digest of what may still happen: equal for states that behave alike, different for all others.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::hash::{DefaultHasher, Hasher as _};

use kernel::{Kernel, Network};
use syscall::{
    Address, Call, CallId, Domain, Fd, HostId, Kernel as _, MsgFlags, OptionValue, Returned, SocketOption,
    SocketType, TaskId,
};

const CLIENT: TaskId = TaskId(0);
const SERVER: TaskId = TaskId(1);
const FD: Fd = Fd(3);
const CONN: Fd = Fd(4);

#[derive(Clone)]
struct Pair {
    kernel: Kernel,
    calls: u64,
}

impl Pair {
    /// A listener at the server.
    fn new() -> Self {
        let mut kernel = Kernel::new(Network::Wire { mtu: 1500, delay_us: 100 }, 2);
        kernel.spawn(HostId(0));
        kernel.spawn(HostId(1));
        let mut pair = Self { kernel, calls: 0 };
        pair.call(SERVER, Call::Socket { domain: Domain::Inet, kind: SocketType::Stream });
        pair.call(SERVER, Call::Bind { fd: FD, address: Self::address() });
        pair.call(SERVER, Call::Listen { fd: FD, backlog: 1 });
        pair
    }

    fn address() -> Address {
        "10.0.0.2:7000".parse().unwrap()
    }

    /// The same with a connection.
    fn connected() -> Self {
        let mut pair = Self::new();
        pair.connect();
        pair
    }

    fn connect(&mut self) {
        self.call(CLIENT, Call::Socket { domain: Domain::Inet, kind: SocketType::Stream });
        self.call(CLIENT, Call::Connect { fd: FD, address: Self::address() });
        self.call(SERVER, Call::Accept { fd: FD });
    }

    /// A call, and what it needs to end.
    fn call(&mut self, task: TaskId, call: Call) -> Returned {
        self.calls += 1;
        let id = CallId(self.calls);
        self.kernel.submit(id, task, call);
        while !self.kernel.run(id) {
            self.deliver();
        }
        self.kernel.poll_completed().unwrap().outcome.unwrap()
    }

    fn deliver(&mut self) -> bool {
        let first = self.kernel.deliverable().first().copied();
        first.is_some_and(|packet| self.kernel.deliver(packet))
    }

    /// Everything on the wire arrives and every timer fires.
    fn rest(&mut self) {
        while self.deliver() || self.kernel.fire_timer(HostId(0)) || self.kernel.fire_timer(HostId(1)) {}
    }

    fn send(&mut self, task: TaskId, fd: Fd, len: usize) {
        self.call(task, Call::Send { fd, data: vec![b'x'; len].into(), flags: MsgFlags::default() });
    }

    fn recv(&mut self, task: TaskId, fd: Fd, len: u32) {
        let flags = MsgFlags { waitall: true, ..MsgFlags::default() };
        self.call(task, Call::Recv { fd, len, flags });
    }

    /// A question and an answer.
    fn exchange(&mut self) {
        self.send(CLIENT, FD, 100);
        self.recv(SERVER, CONN, 100);
        self.send(SERVER, CONN, 100);
        self.recv(CLIENT, FD, 100);
    }

    fn future(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.kernel.hash_future(&mut hasher);
        hasher.finish()
    }

    fn full(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        self.kernel.hash_state(&mut hasher);
        hasher.finish()
    }
}

#[test]
fn a_conversation_that_goes_round_comes_to_equal_states_at_other_times_and_offsets() {
    let mut pair = Pair::connected();
    (0..200).for_each(|_| pair.exchange());
    let once = (pair.future(), pair.full(), pair.kernel.now());
    pair.exchange();
    assert!(once.2 < pair.kernel.now());
    assert_eq!(once.0, pair.future());
    assert_ne!(once.1, pair.full(), "the full digest tells them apart");
}

#[test]
fn in_the_middle_of_an_exchange_too() {
    let mut pair = Pair::connected();
    (0..200).for_each(|_| pair.exchange());
    let mut later = pair.clone();
    (0..7).for_each(|_| later.exchange());
    for pair in [&mut pair, &mut later] {
        pair.send(CLIENT, FD, 3000);
        pair.deliver();
    }
    assert_eq!(pair.future(), later.future());
    assert!(pair.kernel.in_flight().next().is_some(), "something is on the wire");
}

#[test]
fn connections_that_are_over_leave_no_trace() {
    let mut pair = Pair::new();
    let before = pair.future();
    for _ in 0..3 {
        pair.connect();
        pair.exchange();
        pair.call(CLIENT, Call::Close { fd: FD });
        pair.call(SERVER, Call::Close { fd: CONN });
        pair.rest();
        assert_eq!(pair.future(), before);
    }
    let mut fresh = Pair::new();
    fresh.connect();
    pair.connect();
    assert_eq!(pair.future(), fresh.future(), "a port that nobody asked for is only a name");
}

#[test]
fn what_may_happen_differently_has_another_digest() {
    let pair = Pair::connected();
    let mut seen = vec![pair.future()];
    let mut differs = |what: &str, change: &dyn Fn(&mut Pair)| {
        let mut other = pair.clone();
        change(&mut other);
        let future = other.future();
        assert!(!seen.contains(&future), "{what} changes what may happen");
        seen.push(future);
    };
    let set = |pair: &mut Pair, option, value| {
        pair.call(CLIENT, Call::Setsockopt { fd: FD, option, value });
    };
    differs("a smaller buffer", &|p| set(p, SocketOption::SoSndbuf, OptionValue::Int(4096)));
    differs("a time limit", &|p| set(p, SocketOption::SoRcvtimeo, OptionValue::TimeMicros(8000)));
    differs("an unread byte", &|p| {
        p.send(CLIENT, FD, 1);
        p.deliver();
    });
    differs("a byte under way", &|p| p.send(CLIENT, FD, 1));
    differs("other bytes under way", &|p| {
        p.call(CLIENT, Call::Send { fd: FD, data: "y".into(), flags: MsgFlags::default() });
    });
    differs("two unread bytes", &|p| {
        p.send(CLIENT, FD, 2);
        p.deliver();
    });
    differs("a timer that is nearer", &|p| {
        p.send(CLIENT, FD, 2);
        p.deliver();
        p.kernel.pass_time(p.kernel.now() + 500);
    });
    differs("a packet that is nearer", &|p| {
        p.send(CLIENT, FD, 1);
        p.kernel.pass_time(p.kernel.now() + 50);
    });
    differs("a second descriptor", &|p| {
        p.call(CLIENT, Call::Dup { fd: FD });
    });
    differs("a call that waits", &|p| {
        let timeout_us = Some(1000);
        p.kernel.submit(
            CallId(99),
            CLIENT,
            Call::Select { read: vec![FD], write: vec![], except: vec![], timeout_us },
        );
        p.kernel.run(CallId(99));
    });
    differs("a call that waits longer", &|p| {
        let timeout_us = Some(1001);
        p.kernel.submit(
            CallId(99),
            CLIENT,
            Call::Select { read: vec![FD], write: vec![], except: vec![], timeout_us },
        );
        p.kernel.run(CallId(99));
    });
}
