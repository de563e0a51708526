//! Every call of the vocabulary on a real kernel, in every mode that this machine offers.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::{Duration, Instant};

use common::caller::{Caller, PATIENCE, TCP, at};
use lab::{Lab, Setup};
use syscall::{
    Bytes, Call, CallId, Domain, Errno, Fd, HostId, How, IoctlRequest, Kernel as _, MsgFlags, OptionValue,
    Outcome, PollFd, Readiness, Returned, SocketOption, SocketType, TaskId, TcpState,
};

const PLAIN: MsgFlags = MsgFlags { dontwait: false, peek: false, waitall: false, nosignal: false };
const DONTWAIT: MsgFlags = MsgFlags { dontwait: true, ..PLAIN };
const WAITALL: MsgFlags = MsgFlags { waitall: true, ..PLAIN };
const SERVER: &str = "10.0.0.1:8000";

/// A lab of one host, and two processes on it.
struct Bench {
    lab: Lab,
    made: u64,
    a: TaskId,
    b: TaskId,
}

impl Caller for Bench {
    fn lab(&mut self) -> (&mut Lab, &mut u64) {
        (&mut self.lab, &mut self.made)
    }
}

impl Bench {
    fn new(setup: &Setup) -> Self {
        let mut lab = setup.open().unwrap();
        let (a, b) = (lab.spawn(HostId(0)), lab.spawn(HostId(0)));
        Self { lab, made: 0, a, b }
    }

    fn waits(&mut self, task: TaskId, call: Call) -> CallId {
        let id = self.submit(task, call);
        assert_eq!(self.lab.next_completed(Duration::from_millis(30)), None);
        id
    }

    /// A connection from A to B, both buffers set before the handshake: A's descriptor, B's, B's listener.
    fn connected(&mut self, buffer: i32) -> (Fd, Fd, Fd) {
        let (a, b) = (self.a, self.b);
        let listener = self.fd(b, TCP);
        self.option(b, listener, SocketOption::SoRcvbuf, OptionValue::Int(buffer));
        self.ok(b, Call::Bind { fd: listener, address: at(SERVER) });
        self.ok(b, Call::Listen { fd: listener, backlog: 5 });
        let client = self.fd(a, TCP);
        self.option(a, client, SocketOption::SoSndbuf, OptionValue::Int(buffer));
        self.ok(a, Call::Connect { fd: client, address: at(SERVER) });
        (client, self.fd(b, Call::Accept { fd: listener }), listener)
    }

    fn state(&mut self, task: TaskId, fd: Fd) -> TcpState {
        match self.ok(task, Call::Getsockopt { fd, option: SocketOption::TcpInfo }) {
            Returned::Option(OptionValue::TcpInfo(info)) => info.state,
            other => panic!("{other:?}"),
        }
    }
}

fn udp() -> Call {
    Call::Socket { domain: Domain::Inet, kind: SocketType::Dgram }
}
fn pair(kind: SocketType) -> Call {
    Call::Socketpair { domain: Domain::Unix, kind }
}
fn send(fd: Fd, data: impl Into<Bytes>) -> Call {
    Call::Send { fd, data: data.into(), flags: PLAIN }
}
fn sendto(fd: Fd, data: &str, to: &str) -> Call {
    Call::Sendto { fd, data: data.into(), flags: PLAIN, address: at(to) }
}
fn recv(fd: Fd, len: u32, flags: MsgFlags) -> Call {
    Call::Recv { fd, len, flags }
}
fn data(bytes: &str) -> Outcome {
    Ok(Returned::Data(bytes.into()))
}
fn ten_to(len: usize) -> Bytes {
    vec![b'x'; len].into()
}

fn everywhere(test: impl Fn(&mut Bench)) {
    for setup in common::setups(1) {
        eprintln!("in mode {}", setup.mode);
        test(&mut Bench::new(setup));
    }
}

#[test]
fn datagrams_keep_their_borders_and_say_who_sent_them() {
    everywhere(|bench| {
        let (a, b) = (bench.a, bench.b);
        let (sender, receiver) = (bench.fd(a, udp()), bench.fd(b, udp()));
        bench.ok(b, Call::Bind { fd: receiver, address: at("10.0.0.1:5000") });
        bench.ok(a, Call::Bind { fd: sender, address: at("10.0.0.1:5001") });
        assert_eq!(bench.ok(a, sendto(sender, "first", "10.0.0.1:5000")), Returned::Count(5));
        bench.ok(a, sendto(sender, "", "10.0.0.1:5000"));
        bench.ok(a, sendto(sender, "a long one", "10.0.0.1:5000"));
        bench.lab.pass(Duration::from_millis(20));
        let count = bench.ok(b, Call::Ioctl { fd: receiver, request: IoctlRequest::Siocinq });
        assert_eq!(count, Returned::Count(5), "of the next datagram");
        let from = |text: &str| Returned::Datagram { data: text.into(), from: at("10.0.0.1:5001") };
        let recvfrom = |flags| Call::Recvfrom { fd: receiver, len: 6, flags };
        assert_eq!(bench.ok(b, recvfrom(MsgFlags { peek: true, ..PLAIN })), from("first"));
        assert_eq!(bench.ok(b, recvfrom(PLAIN)), from("first"));
        assert_eq!(bench.ok(b, recvfrom(PLAIN)), from(""));
        assert_eq!(bench.ok(b, recvfrom(WAITALL)), from("a long"), "the rest is gone");
        assert_eq!(bench.call(b, recvfrom(DONTWAIT)), Err(Errno::EAGAIN));
        let waiting = bench.waits(b, recvfrom(PLAIN));
        bench.submit(a, sendto(sender, "later", "10.0.0.1:5000"));
        assert_eq!(bench.lab.next_completed(PATIENCE).unwrap().outcome, Ok(Returned::Count(5)));
        assert_eq!(bench.ended(waiting), Ok(from("later")));
        // What a socket sent is read though it is closed.
        bench.ok(a, sendto(sender, "gone", "10.0.0.1:5000"));
        bench.ok(a, Call::Close { fd: sender });
        assert_eq!(bench.ok(b, Call::Recvfrom { fd: receiver, len: 10, flags: PLAIN }), from("gone"));
    });
}

#[test]
fn a_connected_datagram_socket_hears_that_nobody_is_there() {
    everywhere(|bench| {
        let a = bench.a;
        let fd = bench.fd(a, udp());
        assert_eq!(bench.call(a, send(fd, "x")), Err(Errno::EDESTADDRREQ));
        bench.ok(a, Call::Connect { fd, address: at("127.0.0.1:5000") });
        assert_eq!(bench.ok(a, Call::Getpeername { fd }), Returned::Address(at("127.0.0.1:5000")));
        let waiting = bench.waits(a, recv(fd, 10, PLAIN));
        bench.submit(a, send(fd, "x"));
        assert_eq!(bench.lab.next_completed(PATIENCE).unwrap().outcome, Ok(Returned::Count(1)));
        assert_eq!(bench.ended(waiting), Err(Errno::ECONNREFUSED));
        assert_eq!(bench.call(a, Call::Listen { fd, backlog: 1 }), Err(Errno::EOPNOTSUPP));
        assert_eq!(bench.call(a, Call::Accept { fd }), Err(Errno::EOPNOTSUPP));
        let large = bench.call(a, send(fd, ten_to(70_000)));
        assert_eq!(large, Err(Errno::EMSGSIZE));
    });
}

#[test]
fn a_pipe_is_no_socket_and_carries_bytes_one_way() {
    everywhere(|bench| {
        let a = bench.a;
        assert_eq!(bench.ok(a, Call::Pipe), Returned::Pair(Fd(3), Fd(4)));
        let (reader, writer) = (Fd(3), Fd(4));
        let read = |len| Call::Read { fd: reader, len };
        let write = |data: Bytes| Call::Write { fd: writer, data };
        assert_eq!(bench.call(a, recv(reader, 1, PLAIN)), Err(Errno::ENOTSOCK));
        assert_eq!(bench.call(a, Call::Getsockname { fd: reader }), Err(Errno::ENOTSOCK));
        assert_eq!(bench.call(a, Call::Read { fd: writer, len: 1 }), Err(Errno::EBADF));
        let waiting = bench.waits(a, read(10));
        bench.submit(a, write("hello".into()));
        assert_eq!(bench.lab.next_completed(PATIENCE).unwrap().outcome, Ok(Returned::Count(5)));
        assert_eq!(bench.ended(waiting), data("hello"));
        // A pipe holds 65536 bytes.
        let large = bench.waits(a, write(ten_to(100_000)));
        let inq = Call::Ioctl { fd: reader, request: IoctlRequest::Siocinq };
        assert_eq!(bench.ok(a, inq), Returned::Count(65_536));
        let mut taken = 0;
        while taken < 100_000 {
            bench.submit(a, read(100_000));
            loop {
                let done = bench.lab.next_completed(PATIENCE).unwrap();
                match done.outcome.unwrap() {
                    Returned::Data(bytes) => break taken += bytes.len(),
                    other => assert_eq!((done.id, other), (large, Returned::Count(100_000))),
                }
            }
        }
        bench.ok(a, Call::Close { fd: reader });
        assert_eq!(bench.call(a, write("x".into())), Err(Errno::EPIPE));
        assert_eq!(bench.ok(a, Call::Pipe), Returned::Pair(Fd(3), Fd(5)));
        bench.ok(a, Call::Close { fd: Fd(5) });
        assert_eq!(bench.call(a, read(1)), data(""));
    });
}

#[test]
fn a_pair_is_connected_in_both_ways_and_keeps_borders_if_it_is_of_datagrams() {
    everywhere(|bench| {
        let a = bench.a;
        let Returned::Pair(one, two) = bench.ok(a, pair(SocketType::Stream)) else { panic!() };
        bench.ok(a, send(one, "ab"));
        bench.ok(a, send(one, "cd"));
        assert_eq!(bench.call(a, recv(two, 10, PLAIN)), data("abcd"));
        bench.ok(a, Call::Shutdown { fd: two, how: How::Write });
        assert_eq!(bench.call(a, recv(one, 10, PLAIN)), data(""));
        let Returned::Pair(one, two) = bench.ok(a, pair(SocketType::Dgram)) else { panic!() };
        bench.ok(a, send(one, "ab"));
        bench.ok(a, send(one, "cd"));
        assert_eq!(bench.call(a, recv(two, 10, WAITALL)), data("ab"));
        assert_eq!(bench.call(a, recv(two, 1, PLAIN)), data("c"));
        let inet = Call::Socketpair { domain: Domain::Inet, kind: SocketType::Stream };
        assert_eq!(bench.call(a, inet), Err(Errno::EOPNOTSUPP));
    });
}

#[test]
fn after_fork_a_connection_ends_when_both_processes_have_closed_it() {
    everywhere(|bench| {
        let (client, server, _) = bench.connected(65_536);
        let (a, b) = (bench.a, bench.b);
        let Returned::Forked(pid) = bench.ok(b, Call::Fork) else { panic!() };
        let child = Lab::task_of(pid);
        bench.ok(b, Call::Close { fd: server });
        assert_eq!(bench.call(b, recv(server, 1, PLAIN)), Err(Errno::EBADF));
        bench.ok(child, send(server, "from the child"));
        assert_eq!(bench.call(a, recv(client, 100, PLAIN)), data("from the child"));
        assert_eq!(bench.call(a, recv(client, 100, DONTWAIT)), Err(Errno::EAGAIN));
        let waiting = bench.waits(a, recv(client, 100, PLAIN));
        bench.lab.exit(child);
        assert_eq!(bench.ended(waiting), data(""), "the last descriptor is closed");
        assert_eq!(bench.call(child, Call::Pipe), Err(Errno::ESRCH));
    });
}

#[test]
fn the_child_shares_what_the_parent_sets_on_an_open_file() {
    everywhere(|bench| {
        let a = bench.a;
        let Returned::Pair(one, two) = bench.ok(a, pair(SocketType::Stream)) else { panic!() };
        let Returned::Forked(pid) = bench.ok(a, Call::Fork) else { panic!() };
        bench.ok(Lab::task_of(pid), Call::SetBlocking { fd: one, blocking: false });
        assert_eq!(bench.call(a, recv(one, 1, PLAIN)), Err(Errno::EAGAIN));
        bench.lab.exit(a);
        bench.ok(Lab::task_of(pid), send(two, "x"));
    });
}

#[test]
fn a_blocking_send_that_is_cut_short_returns_what_was_taken() {
    everywhere(|bench| {
        let (client, server, _) = bench.connected(4096);
        let (a, b) = (bench.a, bench.b);
        let limit = OptionValue::TimeMicros(100_000);
        bench.option(a, client, SocketOption::SoSndtimeo, limit);
        let started = Instant::now();
        let Returned::Count(first) = bench.ok(a, send(client, ten_to(100_000))) else { panic!() };
        assert!(started.elapsed() >= Duration::from_millis(100));
        assert!((4096..30_000).contains(&first), "{first}");
        assert_eq!(bench.call(a, send(client, ten_to(1000))), Err(Errno::EAGAIN));
        bench.option(a, client, SocketOption::SoSndtimeo, OptionValue::TimeMicros(0));
        // A signal with a full buffer, and one after a part.
        let full = bench.waits(a, send(client, ten_to(1000)));
        bench.lab.interrupt(a);
        assert_eq!(bench.ended(full), Err(Errno::EINTR));
        let part = bench.submit(a, send(client, ten_to(100_000)));
        let mut read = 0;
        while read < 8192 {
            match bench.call_aside(b, recv(server, 4096, PLAIN)) {
                Returned::Data(bytes) => read += bytes.len(),
                other => panic!("{other:?}"),
            }
        }
        bench.lab.pass(Duration::from_millis(300));
        bench.lab.interrupt(a);
        let Ok(Returned::Count(count)) = bench.ended(part) else { panic!() };
        assert!(count > 0 && count < 100_000, "{count}");
    });
}

impl Bench {
    /// A call that ends at once while others wait.
    fn call_aside(&mut self, task: TaskId, call: Call) -> Returned {
        let id = self.submit(task, call);
        let done = self.lab.next_completed(PATIENCE).unwrap();
        assert_eq!(done.id, id);
        done.outcome.unwrap()
    }
}

#[test]
fn an_error_after_a_partial_count_is_the_next_calls() {
    everywhere(|bench| {
        let (client, server, _) = bench.connected(4096);
        let (a, b) = (bench.a, bench.b);
        let sending = bench.waits(a, send(client, ten_to(100_000)));
        bench.submit(b, Call::Close { fd: server });
        let mut outcomes =
            [bench.lab.next_completed(PATIENCE).unwrap(), bench.lab.next_completed(PATIENCE).unwrap()];
        outcomes.sort_by_key(|done| done.id != sending);
        let Ok(Returned::Count(count)) = outcomes[0].outcome else { panic!("{outcomes:?}") };
        assert!(count > 0);
        assert_eq!(bench.call(a, send(client, "x")), Err(Errno::ECONNRESET));
        assert_eq!(bench.call(a, send(client, "x")), Err(Errno::EPIPE));
    });
}

#[test]
fn waitall_waits_for_all_and_gives_what_there_was_at_the_end() {
    everywhere(|bench| {
        let (client, server, _) = bench.connected(65_536);
        let (a, b) = (bench.a, bench.b);
        bench.ok(a, send(client, "hel"));
        let waiting = bench.waits(b, recv(server, 5, WAITALL));
        bench.call_aside(a, send(client, "lo, world"));
        assert_eq!(bench.ended(waiting), data("hello"));
        let peek = MsgFlags { peek: true, ..WAITALL };
        assert_eq!(bench.call(b, recv(server, 3, peek)), data(", w"));
        let waiting = bench.waits(b, recv(server, 20, peek));
        bench.call_aside(a, Call::Shutdown { fd: client, how: How::Write });
        assert_eq!(bench.ended(waiting), data(", world"));
        assert_eq!(bench.call(b, recv(server, 20, WAITALL)), data(", world"));
        let limit = OptionValue::TimeMicros(20_000);
        bench.option(a, client, SocketOption::SoRcvtimeo, limit);
        bench.ok(b, send(server, "part"));
        assert_eq!(bench.call(a, recv(client, 10, peek)), data("part"), "after the time-out");
        assert_eq!(bench.call(a, recv(client, 10, WAITALL)), data("part"));
        assert_eq!(bench.call(a, recv(client, 10, WAITALL)), Err(Errno::EAGAIN));
    });
}

#[test]
fn a_reset_in_the_middle_of_waitall_is_the_next_calls() {
    everywhere(|bench| {
        let (client, server, _) = bench.connected(65_536);
        let (a, b) = (bench.a, bench.b);
        bench.ok(a, send(client, "part"));
        let waiting = bench.waits(b, recv(server, 10, WAITALL));
        let linger = OptionValue::Linger { on: true, seconds: 0 };
        bench.option_aside(a, client, SocketOption::SoLinger, linger);
        bench.call_aside(a, Call::Close { fd: client });
        assert_eq!(bench.ended(waiting), data("part"));
        assert_eq!(bench.call(b, recv(server, 10, PLAIN)), Err(Errno::ECONNRESET));
        assert_eq!(bench.call(b, recv(server, 10, PLAIN)), data(""));
    });
}

#[test]
fn waitall_on_a_local_socket_loses_the_error_behind_the_last_bytes_and_peeking_does_not() {
    let peek = MsgFlags { peek: true, ..WAITALL };
    let not_waiting = MsgFlags { waitall: true, ..DONTWAIT };
    let reset = Err(Errno::ECONNRESET);
    for (flags, next) in
        [(PLAIN, reset.clone()), (peek, data("x")), (WAITALL, data("")), (not_waiting, data(""))]
    {
        everywhere(|bench| {
            let a = bench.a;
            let Returned::Pair(one, two) = bench.ok(a, pair(SocketType::Stream)) else { panic!() };
            bench.ok(a, send(one, "x"));
            bench.ok(a, send(two, "nobody reads that"));
            if flags.peek {
                assert_eq!(bench.call(a, recv(two, 3, flags)), data("x"), "though more could come");
            }
            bench.ok(a, Call::Close { fd: one });
            assert_eq!(bench.call(a, recv(two, 3, flags)), data("x"));
            assert_eq!(bench.call(a, recv(two, 3, PLAIN)), next, "after {flags}");
        });
    }
    // So does one that waited for more.
    everywhere(|bench| {
        let a = bench.a;
        let Returned::Pair(one, two) = bench.ok(a, pair(SocketType::Stream)) else { panic!() };
        bench.ok(a, send(one, "x"));
        bench.ok(a, send(two, "nobody reads that"));
        let waiting = bench.waits(a, recv(two, 3, WAITALL));
        bench.submit(a, Call::Close { fd: one });
        let ended = [(); 2].map(|()| bench.lab.next_completed(PATIENCE).unwrap());
        let outcome = ended.into_iter().find(|done| done.id == waiting).unwrap().outcome;
        assert_eq!(outcome, data("x"));
        assert_eq!(bench.call(a, recv(two, 3, PLAIN)), data(""));
    });
}

impl Bench {
    fn option_aside(&mut self, task: TaskId, fd: Fd, option: SocketOption, value: OptionValue) {
        self.call_aside(task, Call::Setsockopt { fd, option, value });
    }
}

#[test]
fn a_close_that_lingers_waits_for_the_last_byte_or_for_its_time() {
    everywhere(|bench| {
        let (client, server, listener) = bench.connected(4096);
        let (a, b) = (bench.a, bench.b);
        let linger = |seconds| OptionValue::Linger { on: true, seconds };
        bench.option(a, client, SocketOption::SoLinger, linger(20));
        assert_eq!(
            bench.ok(a, Call::Getsockopt { fd: client, option: SocketOption::SoLinger }),
            Returned::Option(linger(20))
        );
        let Returned::Count(count) =
            bench.ok(a, Call::Send { fd: client, data: ten_to(9000), flags: DONTWAIT })
        else {
            panic!()
        };
        let closing = bench.waits(a, Call::Close { fd: client });
        assert_eq!(
            bench.call(a, Call::Close { fd: client }),
            Err(Errno::EBADF),
            "the number is free at once"
        );
        let mut read = 0;
        let mut closed = false;
        while read < count {
            bench.submit(b, recv(server, 4096, PLAIN));
            loop {
                let done = bench.lab.next_completed(PATIENCE).unwrap();
                match done.outcome.unwrap() {
                    Returned::Data(bytes) => break read += bytes.len() as u32,
                    other => assert_eq!((done.id, other), (closing, Returned::Done)),
                }
                closed = true;
            }
        }
        assert!(closed || bench.ended(closing) == Ok(Returned::Done));

        let second = bench.fd(a, TCP);
        bench.option(a, second, SocketOption::SoSndbuf, OptionValue::Int(4096));
        bench.ok(a, Call::Connect { fd: second, address: at(SERVER) });
        bench.fd(b, Call::Accept { fd: listener });
        bench.ok(a, Call::Send { fd: second, data: ten_to(9000), flags: DONTWAIT });
        bench.ok(a, Call::Send { fd: second, data: ten_to(9000), flags: DONTWAIT });
        bench.option(a, second, SocketOption::SoLinger, linger(1));
        let started = Instant::now();
        assert_eq!(bench.call(a, Call::Close { fd: second }), Ok(Returned::Done));
        let took = started.elapsed();
        assert!((950..10_000).contains(&took.as_millis()), "{took:?}");
    });
}

#[test]
fn linger_is_read_back_as_it_was_set_and_accepted_connections_have_their_listeners() {
    everywhere(|bench| {
        let (client, server, listener) = bench.connected(4096);
        let (a, b) = (bench.a, bench.b);
        let linger = |on, seconds| OptionValue::Linger { on, seconds };
        let read = |bench: &mut Bench, task, fd| {
            bench.ok(task, Call::Getsockopt { fd, option: SocketOption::SoLinger })
        };
        for end in [(a, client), (b, server), (b, listener)] {
            assert_eq!(read(bench, end.0, end.1), Returned::Option(linger(false, 0)));
        }
        bench.option(b, listener, SocketOption::SoLinger, linger(true, 7));
        let second = bench.fd(a, TCP);
        bench.ok(a, Call::Connect { fd: second, address: at(SERVER) });
        let accepted = bench.fd(b, Call::Accept { fd: listener });
        assert_eq!(read(bench, b, accepted), Returned::Option(linger(true, 7)));
        assert_eq!(read(bench, a, second), Returned::Option(linger(false, 0)));
        // Whoever closes says so with a FIN, whatever was set before.
        bench.option(b, accepted, SocketOption::SoLinger, linger(false, 0));
        assert_eq!(read(bench, b, accepted), Returned::Option(linger(false, 7)), "the kernel remembers");
        bench.ok(b, Call::Close { fd: accepted });
        assert_eq!(bench.call(a, recv(second, 10, PLAIN)), data(""));
        // A struct timeval has its seconds where those of a struct linger and whether it is on are.
        let time = OptionValue::TimeMicros(((9 << 32) + 1) * 1_000_000);
        bench.option(b, listener, SocketOption::SoLinger, time);
        assert_eq!(read(bench, b, listener), Returned::Option(linger(true, 9)));
    });
}

#[test]
fn tcp_info_and_the_buffers_tell_of_both_ends() {
    everywhere(|bench| {
        let (client, server, listener) = bench.connected(65_536);
        let (a, b) = (bench.a, bench.b);
        bench.ok(a, send(client, ten_to(1000)));
        bench.lab.pass(Duration::from_millis(60));
        let ioctl = |fd, request| Call::Ioctl { fd, request };
        assert_eq!(bench.ok(b, ioctl(server, IoctlRequest::Siocinq)), Returned::Count(1000));
        assert_eq!(bench.ok(a, ioctl(client, IoctlRequest::Siocoutq)), Returned::Count(0));
        assert_eq!(bench.ok(a, ioctl(client, IoctlRequest::Siocoutqnsd)), Returned::Count(0));
        assert_eq!(bench.call(b, ioctl(listener, IoctlRequest::Siocinq)), Err(Errno::EINVAL));
        let info = Call::Getsockopt { fd: client, option: SocketOption::TcpInfo };
        let Returned::Option(OptionValue::TcpInfo(info)) = bench.ok(a, info) else { panic!() };
        assert_eq!((info.state, info.unacked, info.retransmits), (TcpState::Established, 0, 0));
        assert!(info.rtt_us > 0 && info.rto_us >= 200_000 && info.snd_cwnd >= 2, "{info:?}");
        assert!(info.snd_mss >= 536 && info.snd_wnd > 0, "{info:?}");
        assert_eq!(info.bytes_acked, 1001, "the SYN counts");
        assert_eq!(bench.state(b, listener), TcpState::Listen);
        let quick =
            Call::Setsockopt { fd: client, option: SocketOption::TcpQuickack, value: OptionValue::Int(1) };
        bench.ok(a, quick);
        let wrong =
            Call::Setsockopt { fd: client, option: SocketOption::TcpInfo, value: OptionValue::Int(1) };
        assert_eq!(bench.call(a, wrong), Err(Errno::ENOPROTOOPT));
    });
}

#[test]
fn poll_and_select_tell_of_pipes_datagrams_and_listeners_alike() {
    everywhere(|bench| {
        let (a, b) = (bench.a, bench.b);
        bench.ok(a, Call::Pipe);
        let (reader, writer) = (Fd(3), Fd(4));
        let datagrams = bench.fd(a, udp());
        bench.ok(a, Call::Bind { fd: datagrams, address: at("127.0.0.1:5000") });
        let listener = bench.fd(a, TCP);
        bench.ok(a, Call::Bind { fd: listener, address: at(SERVER) });
        bench.ok(a, Call::Listen { fd: listener, backlog: 1 });
        let select = Call::Select {
            read: vec![reader, datagrams, listener],
            write: vec![],
            except: vec![],
            timeout_us: None,
        };
        let selected = |fd| Ok(Returned::Selected { read: vec![fd], write: vec![], except: vec![] });
        let waiting = bench.waits(a, select.clone());
        bench.call_aside(a, Call::Write { fd: writer, data: "x".into() });
        assert_eq!(bench.ended(waiting), selected(reader));
        bench.ok(a, Call::Read { fd: reader, len: 1 });
        let waiting = bench.waits(a, select.clone());
        let sender = Fd(3);
        bench.submit(b, udp());
        assert_eq!(bench.lab.next_completed(PATIENCE).unwrap().outcome, Ok(Returned::Fd(sender)));
        bench.call_aside(b, sendto(sender, "x", "127.0.0.1:5000"));
        assert_eq!(bench.ended(waiting), selected(datagrams));
        bench.ok(a, recv(datagrams, 1, PLAIN));
        let waiting = bench.waits(a, select);
        bench.submit(b, TCP);
        assert_eq!(bench.lab.next_completed(PATIENCE).unwrap().outcome, Ok(Returned::Fd(Fd(4))));
        bench.submit(b, Call::Connect { fd: Fd(4), address: at(SERVER) });
        let both = [bench.lab.next_completed(PATIENCE).unwrap(), bench.lab.next_completed(PATIENCE).unwrap()];
        assert!(both.iter().any(|done| done.id == waiting && done.outcome == selected(listener)), "{both:?}");
        bench.ok(a, Call::Close { fd: reader });
        let asked = Readiness { writable: true, ..Readiness::default() };
        let poll = Call::Poll { fds: vec![PollFd { fd: writer, events: asked }], timeout_us: None };
        let broken = Readiness { writable: true, error: true, ..Readiness::default() };
        assert_eq!(bench.ok(a, poll), Returned::Polled(vec![broken]));
    });
}

#[test]
fn names_are_the_labs_own() {
    everywhere(|bench| {
        let a = bench.a;
        assert!(matches!(bench.ok(a, Call::Gethostname), Returned::Name(_)));
        let ask = |name: &str| Call::Getaddrinfo { name: name.into() };
        assert_eq!(bench.ok(a, ask("localhost")), Returned::Addresses(vec!["127.0.0.1".parse().unwrap()]));
        assert_eq!(bench.ok(a, ask("10.0.0.7")), Returned::Addresses(vec!["10.0.0.7".parse().unwrap()]));
        assert_eq!(bench.ok(a, ask("example.com")), Returned::Addresses(vec![]));
    });
}

#[test]
fn arguments_that_make_no_sense_are_the_kernels_own_errors() {
    everywhere(|bench| {
        let a = bench.a;
        let fd = bench.fd(a, TCP);
        assert_eq!(bench.call(a, Call::Bind { fd, address: at("[::1]:5") }), Err(Errno::EAFNOSUPPORT));
        assert_eq!(bench.call(a, Call::Connect { fd, address: at("[::1]:5") }), Err(Errno::EAFNOSUPPORT));
        assert_eq!(bench.call(a, Call::Bind { fd, address: at("10.0.0.77:5") }), Err(Errno::EADDRNOTAVAIL));
        assert_eq!(bench.call(a, Call::Connect { fd, address: at("8.8.8.8:53") }), Err(Errno::ENETUNREACH));
        let datagrams = bench.fd(a, udp());
        assert_eq!(bench.call(a, sendto(datagrams, "x", "8.8.8.8:53")), Err(Errno::ENETUNREACH));
        assert_eq!(bench.call(a, sendto(datagrams, "x", "[::1]:5")), Err(Errno::EAFNOSUPPORT));
        assert_eq!(bench.call(a, sendto(fd, "x", "127.0.0.1:5")), Err(Errno::EPIPE));
        let six = Call::Socket { domain: Domain::Inet6, kind: SocketType::Stream };
        assert_eq!(bench.call(a, six), Err(Errno::EAFNOSUPPORT));
        let nodelay = Call::Getsockopt { fd: datagrams, option: SocketOption::TcpNodelay };
        assert_eq!(bench.call(a, nodelay), Err(Errno::EOPNOTSUPP));
        bench.lab.submit(CallId(u64::MAX), TaskId(99), Call::Pipe);
        assert_eq!(bench.lab.next_completed(PATIENCE).unwrap().outcome, Err(Errno::ESRCH));
    });
}
