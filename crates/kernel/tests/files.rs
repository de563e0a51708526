//! Pipes, pairs and datagrams; addresses and ports. Every number and error is what Linux 6.18 answered to the same calls.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod common;

use common::{CLIENT, DONTWAIT, FD, HERE, Lab, NO_FLAGS, SERVER};
use syscall::{
    Address, Call, Domain, Errno, Fd, How, IoctlRequest, MsgFlags, OptionValue, Outcome, Pid, PollFd,
    Readiness, Returned, SocketOption, SocketType,
};

const A: Fd = Fd(3);
const B: Fd = Fd(4);

fn count(n: u32) -> Outcome {
    Ok(Returned::Count(n))
}

fn data(text: &str) -> Outcome {
    Ok(Returned::Data(text.into()))
}

fn bytes(n: usize) -> syscall::Bytes {
    vec![b'x'; n].into()
}

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

struct One(Lab);

impl One {
    fn new() -> Self {
        let mut lab = Lab::new(100);
        lab.kernel.set_ignores_sigpipe(Pid(1), true);
        Self(lab)
    }

    fn pipe() -> Self {
        let mut one = Self::new();
        assert_eq!(one.call(Call::Pipe), Ok(Returned::Pair(A, B)));
        for fd in [A, B] {
            one.call(Call::SetBlocking { fd, blocking: false }).unwrap();
        }
        one
    }

    fn pair(kind: SocketType) -> Self {
        let mut one = Self::new();
        let pair = one.call(Call::Socketpair { domain: Domain::Unix, kind });
        assert_eq!(pair, Ok(Returned::Pair(A, B)));
        one
    }

    fn udp() -> Self {
        let mut one = Self::new();
        one.udp_socket();
        one
    }

    fn udp_socket(&mut self) -> Fd {
        match self.call(Call::Socket { domain: Domain::Inet, kind: SocketType::Dgram }) {
            Ok(Returned::Fd(fd)) => fd,
            other => panic!("a descriptor, not {other:?}"),
        }
    }

    fn call(&mut self, call: Call) -> Outcome {
        self.0.call(CLIENT, call)
    }

    fn write(&mut self, fd: Fd, n: usize) -> Outcome {
        self.call(Call::Write { fd, data: bytes(n) })
    }

    fn read(&mut self, fd: Fd, len: u32) -> Outcome {
        self.call(Call::Read { fd, len })
    }

    fn send(&mut self, fd: Fd, text: &str) -> Outcome {
        self.call(Call::Send { fd, data: text.into(), flags: DONTWAIT })
    }

    fn recv(&mut self, fd: Fd, len: u32) -> Outcome {
        self.call(Call::Recv { fd, len, flags: DONTWAIT })
    }

    fn ioctl(&mut self, fd: Fd, request: IoctlRequest) -> Outcome {
        self.call(Call::Ioctl { fd, request })
    }

    fn poll(&mut self, fd: Fd) -> String {
        let events =
            Readiness { readable: true, writable: true, peer_finished: true, ..Readiness::default() };
        match self.call(Call::Poll { fds: vec![PollFd { fd, events }], timeout_us: Some(0) }) {
            Ok(Returned::Polled(entries)) => entries[0].to_string(),
            other => panic!("poll answers its entries, not {other:?}"),
        }
    }

    /// How many messages of this size go, and how many bytes in all.
    fn fill(&mut self, fd: Fd, n: usize) -> (u32, u32) {
        let (mut messages, mut total) = (0, 0);
        loop {
            let flags = DONTWAIT;
            let call = match self.call(Call::Send { fd, data: bytes(n), flags }) {
                Err(Errno::ENOTSOCK) => self.write(fd, n),
                other => other,
            };
            match call {
                Ok(Returned::Count(n)) => (messages, total) = (messages + 1, total + n),
                Err(Errno::EAGAIN) => return (messages, total),
                other => panic!("a count or EAGAIN, not {other:?}"),
            }
        }
    }
}

#[test]
fn a_pipe_holds_sixteen_pages_and_short_writes_share_one_only_whole() {
    for (len, messages, total) in [
        (1, 65_536, 65_536),
        (1000, 64, 64_000),
        (3000, 16, 48_000),
        (4096, 16, 65_536),
        (4097, 11, 45_066),
        (5000, 11, 54_096),
        (10_000, 7, 64_096),
        (70_000, 1, 65_536),
    ] {
        let mut one = One::pipe();
        assert_eq!(one.fill(B, len), (messages, total), "{len}");
        assert_eq!(one.ioctl(A, IoctlRequest::Siocinq), count(total));
        assert_eq!(one.ioctl(B, IoctlRequest::Siocinq), count(total), "either end tells it");
        assert_eq!(one.ioctl(B, IoctlRequest::Siocoutq), Err(Errno::ENOTTY));
    }
    let mut one = One::pipe();
    (0..16).for_each(|_| assert_eq!(one.write(B, 3000), count(3000)));
    assert_eq!(one.poll(B), "0", "a page must be free");
    assert_eq!(one.write(B, 1000), count(1000));
    assert_eq!(one.write(B, 1000), Err(Errno::EAGAIN));
    one.read(A, 100).unwrap();
    assert_eq!(one.poll(B), "0");
    one.read(A, 2900).unwrap();
    assert_eq!(one.poll(B), "POLLOUT");
    assert_eq!(one.write(B, 4096), count(4096));
}

#[test]
fn a_pipe_is_no_socket_and_each_end_does_one_thing() {
    let mut one = One::pipe();
    assert_eq!(one.send(B, "x"), Err(Errno::ENOTSOCK));
    assert_eq!(one.recv(A, 1), Err(Errno::ENOTSOCK));
    assert_eq!(one.call(Call::Getsockname { fd: A }), Err(Errno::ENOTSOCK));
    assert_eq!(one.read(B, 1), Err(Errno::EBADF));
    assert_eq!(one.write(A, 1), Err(Errno::EBADF));
    assert_eq!(one.write(A, 0), Err(Errno::EBADF));
    assert_eq!(one.read(A, 0), data(""));
    assert_eq!(one.read(A, 1), Err(Errno::EAGAIN));
    assert_eq!((one.poll(A), one.poll(B)), ("0".into(), "POLLOUT".into()));
    one.call(Call::Close { fd: B }).unwrap();
    assert_eq!(one.poll(A), "POLLHUP");
    assert_eq!(one.read(A, 1), data(""));
    let mut one = One::pipe();
    one.call(Call::Close { fd: A }).unwrap();
    assert_eq!(one.poll(B), "POLLOUT|POLLERR");
    assert_eq!(one.write(B, 1), Err(Errno::EPIPE));
    assert_eq!(one.write(B, 0), count(0));
}

#[test]
fn a_writer_that_waits_goes_on_when_the_pipe_is_read() {
    let mut one = One::pipe();
    one.call(Call::SetBlocking { fd: B, blocking: true }).unwrap();
    let lab = &mut one.0;
    let thread = lab.kernel.spawn_thread(CLIENT);
    let id = lab.start(CLIENT, Call::Write { fd: B, data: bytes(100_000) });
    assert!(!lab.kernel.can_go_on(id));
    assert_eq!(lab.call(thread, Call::Read { fd: A, len: 50_000 }), Ok(Returned::Data(bytes(50_000))));
    assert!(lab.kernel.can_go_on(id) && lab.kernel.run(id));
    assert_eq!(lab.outcome(), count(100_000));
}

#[test]
fn a_pair_of_streams_takes_what_linux_takes() {
    for (len, messages, total) in [
        (1, 278, 278),
        (200, 167, 33_400),
        (1000, 93, 93_000),
        (4000, 44, 176_000),
        (16_000, 13, 208_000),
        (50_000, 5, 236_544),
        (300_000, 1, 219_264),
    ] {
        let mut one = One::pair(SocketType::Stream);
        assert_eq!(one.fill(A, len), (messages, total), "{len}");
        assert_eq!(one.ioctl(B, IoctlRequest::Siocinq), count(total));
    }
    for (len, messages) in [(1, 278), (4000, 26), (16_000, 13), (32_768, 6), (50_000, 4)] {
        assert_eq!(One::pair(SocketType::Dgram).fill(A, len).0, messages, "{len}");
    }
}

#[test]
fn a_pair_ends_as_linux_ends_it() {
    let mut one = One::pair(SocketType::Stream);
    assert_eq!(one.recv(A, 1), Err(Errno::EAGAIN));
    let to = address("127.0.0.1:9");
    let sendto = Call::Sendto { fd: A, data: "x".into(), flags: NO_FLAGS, address: to };
    assert_eq!(one.call(sendto), Err(Errno::EISCONN));
    assert_eq!(one.call(Call::Bind { fd: A, address: to }), Err(Errno::EINVAL));
    assert_eq!(one.call(Call::Connect { fd: A, address: to }), Err(Errno::EINVAL));
    assert_eq!(one.call(Call::Accept { fd: A }), Err(Errno::EINVAL));
    let nodelay = Call::Setsockopt { fd: A, option: SocketOption::TcpNodelay, value: OptionValue::Int(1) };
    assert_eq!(one.call(nodelay), Err(Errno::EOPNOTSUPP));
    one.call(Call::Close { fd: B }).unwrap();
    assert_eq!(one.poll(A), "POLLIN|POLLOUT|POLLHUP|POLLRDHUP");
    assert_eq!((one.recv(A, 1), one.send(A, "x")), (data(""), Err(Errno::EPIPE)));
    // Closed with our data unread.
    let mut one = One::pair(SocketType::Stream);
    one.send(A, "abc").unwrap();
    one.call(Call::Close { fd: B }).unwrap();
    assert_eq!((one.recv(A, 1), one.recv(A, 1)), (Err(Errno::ECONNRESET), data("")));
    // Half closed.
    let mut one = One::pair(SocketType::Stream);
    one.call(Call::Shutdown { fd: A, how: How::Write }).unwrap();
    assert_eq!((one.send(A, "x"), one.recv(B, 1)), (Err(Errno::EPIPE), data("")));
    assert_eq!((one.poll(A), one.poll(B)), ("POLLOUT".into(), "POLLIN|POLLOUT|POLLRDHUP".into()));
    // Datagrams keep their edges; a peer that is gone refuses once.
    let mut one = One::pair(SocketType::Dgram);
    one.send(A, "hello").unwrap();
    one.send(A, "").unwrap();
    assert_eq!((one.recv(B, 2), one.recv(B, 9)), (data("he"), data("")));
    one.call(Call::Close { fd: A }).unwrap();
    assert_eq!(one.recv(B, 1), Err(Errno::EAGAIN));
    assert_eq!((one.send(B, "x"), one.send(B, "x")), (Err(Errno::ECONNREFUSED), Err(Errno::ENOTCONN)));
    assert_eq!(
        one.call(Call::Socketpair { domain: Domain::Inet, kind: SocketType::Stream }),
        Err(Errno::EOPNOTSUPP)
    );
}

#[test]
fn a_fresh_udp_socket_answers_as_linux_does() {
    let mut one = One::udp();
    assert_eq!(one.send(A, "x"), Err(Errno::EDESTADDRREQ));
    assert_eq!(one.recv(A, 1), Err(Errno::EAGAIN));
    assert_eq!(one.call(Call::Listen { fd: A, backlog: 1 }), Err(Errno::EOPNOTSUPP));
    assert_eq!(one.call(Call::Accept { fd: A }), Err(Errno::EOPNOTSUPP));
    assert_eq!(one.call(Call::Shutdown { fd: A, how: How::Write }), Err(Errno::ENOTCONN));
    let nodelay = Call::Setsockopt { fd: A, option: SocketOption::TcpNodelay, value: OptionValue::Int(1) };
    assert_eq!(one.call(nodelay), Err(Errno::ENOPROTOOPT));
    let mut one = One::udp();
    assert_eq!(one.poll(A), "POLLOUT");
    let mut sendto = |len, to: &str| {
        let (data, flags, address) = (bytes(len), NO_FLAGS, address(to));
        one.call(Call::Sendto { fd: A, data, flags, address })
    };
    assert_eq!(sendto(65_507, "127.0.0.1:9"), count(65_507));
    assert_eq!(sendto(65_508, "127.0.0.1:9"), Err(Errno::EMSGSIZE));
    assert_eq!(sendto(1, "127.0.0.1:0"), Err(Errno::EINVAL));
    assert_eq!(sendto(1, "255.255.255.255:9"), Err(Errno::EACCES));
    assert_eq!(sendto(1, "[::1]:9"), Err(Errno::EAFNOSUPPORT));
    assert_eq!(sendto(1, "240.0.0.1:9"), Err(Errno::EINVAL));
}

#[test]
fn datagrams_keep_their_edges_and_are_cut_or_dropped() {
    let mut one = One::udp();
    one.call(Call::Bind { fd: A, address: address("127.0.0.1:7000") }).unwrap();
    let b = one.udp_socket();
    one.call(Call::Connect { fd: b, address: address("127.0.0.1:7000") }).unwrap();
    let Ok(Returned::Address(from)) = one.call(Call::Getsockname { fd: b }) else { panic!("an address") };
    for text in ["hello", "", "abc"] {
        one.send(b, text).unwrap();
    }
    assert_eq!(one.ioctl(A, IoctlRequest::Siocinq), count(5));
    assert_eq!((one.recv(A, 2), one.recv(A, 9)), (data("he"), data("")));
    let recvfrom = Call::Recvfrom { fd: A, len: 9, flags: DONTWAIT };
    assert_eq!(one.call(recvfrom), Ok(Returned::Datagram { data: "abc".into(), from }));
    // A full buffer drops what comes: 1000 sent, 92 kept.
    for _ in 0..1000 {
        one.call(Call::Write { fd: b, data: bytes(1000) }).unwrap();
    }
    let kept = (0..).take_while(|_| one.recv(A, 2000).is_ok()).count();
    assert_eq!(kept, 92);
}

#[test]
fn nobody_at_the_port_is_told_to_a_connected_socket_only() {
    let mut one = One::udp();
    one.call(Call::Connect { fd: A, address: address("127.0.0.1:9") }).unwrap();
    assert_eq!(one.send(A, "x"), count(1));
    assert_eq!(one.poll(A), "POLLOUT|POLLERR");
    assert_eq!((one.recv(A, 1), one.recv(A, 1)), (Err(Errno::ECONNREFUSED), Err(Errno::EAGAIN)));
    assert_eq!(
        (one.send(A, "x"), one.send(A, "x"), one.send(A, "x")),
        (count(1), Err(Errno::ECONNREFUSED), count(1))
    );
    assert_eq!(one.recv(A, 1), Err(Errno::ECONNREFUSED));
    // A connected socket hears its peer only: for others nobody is there.
    let b = one.udp_socket();
    one.call(Call::Bind { fd: b, address: address("127.0.0.1:7000") }).unwrap();
    one.call(Call::Connect { fd: b, address: address("127.0.0.1:5") }).unwrap();
    one.call(Call::Connect { fd: A, address: address("127.0.0.1:7000") }).unwrap();
    one.send(A, "x").unwrap();
    assert_eq!(one.recv(b, 1), Err(Errno::EAGAIN));
    assert_eq!(one.recv(A, 1), Err(Errno::ECONNREFUSED));
    // Two on one port need SO_REUSEADDR both; the one bound last hears.
    let c = one.udp_socket();
    let bind = Call::Bind { fd: c, address: address("127.0.0.1:7000") };
    assert_eq!(one.call(bind.clone()), Err(Errno::EADDRINUSE));
    for fd in [b, c] {
        let (option, value) = (SocketOption::SoReuseaddr, OptionValue::Int(1));
        one.call(Call::Setsockopt { fd, option, value }).unwrap();
    }
    assert_eq!(one.call(bind), Ok(Returned::Done));
}

#[test]
fn the_wire_loses_copies_and_reorders_datagrams() {
    let mut one = One::udp();
    let to = address("10.0.0.2:7000");
    let lab = &mut one.0;
    lab.call(SERVER, Call::Socket { domain: Domain::Inet, kind: SocketType::Dgram }).unwrap();
    lab.call(SERVER, Call::Bind { fd: FD, address: to }).unwrap();
    for text in ["lost", "late", "twice"] {
        let (data, flags) = (text.into(), NO_FLAGS);
        lab.call(CLIENT, Call::Sendto { fd: A, data, flags, address: to }).unwrap();
    }
    let numbers: Vec<u32> = lab.kernel.datagrams_in_flight().map(|p| p.datagram.id).collect();
    assert!(lab.kernel.lose(numbers[0]) && lab.kernel.delay(numbers[1]) && lab.kernel.duplicate(numbers[2]));
    lab.settle();
    let mut got = Vec::new();
    while let Ok(Returned::Data(data)) = lab.call(SERVER, Call::Recv { fd: FD, len: 9, flags: DONTWAIT }) {
        got.push(String::from_utf8_lossy(&data).into_owned());
    }
    assert_eq!(got, ["twice", "twice", "late"]);
}

#[test]
fn ports_below_1024_ask_for_privilege_and_ports_run_out() {
    let mut lab = Lab::new(100);
    lab.socket(CLIENT);
    let bind = |fd, text: &str| Call::Bind { fd, address: address(text) };
    assert_eq!(lab.call(CLIENT, bind(FD, "0.0.0.0:80")), Err(Errno::EACCES));
    lab.kernel.set_unprivileged_port_start(HERE, 80);
    assert_eq!(lab.call(CLIENT, bind(FD, "0.0.0.0:79")), Err(Errno::EACCES));
    assert_eq!(lab.call(CLIENT, bind(FD, "0.0.0.0:80")), Ok(Returned::Done));
    assert_eq!(lab.call(CLIENT, bind(FD, "0.0.0.0:81")), Err(Errno::EINVAL));
    let second = lab.socket(CLIENT);
    lab.kernel.set_privileged(Pid(1), true);
    assert_eq!(lab.call(CLIENT, bind(second, "127.0.0.1:80")), Err(Errno::EADDRINUSE), "0.0.0.0 has it");
    assert_eq!(lab.call(CLIENT, bind(second, "10.0.0.2:1")), Err(Errno::EADDRNOTAVAIL));
    assert_eq!(lab.call(CLIENT, bind(second, "127.9.9.9:1")), Ok(Returned::Done));
    lab.kernel.set_port_range(HERE, 50_000, 50_002);
    let drawn: Vec<_> = (0..4)
        .map(|_| {
            let fd = lab.socket(CLIENT);
            lab.call(CLIENT, bind(fd, "0.0.0.0:0")).map(|_| {
                match lab.call(CLIENT, Call::Getsockname { fd }) {
                    Ok(Returned::Address(address)) => address.port(),
                    other => panic!("an address, not {other:?}"),
                }
            })
        })
        .collect();
    assert_eq!(drawn, [Ok(50_001), Ok(50_000), Ok(50_002), Err(Errno::EADDRINUSE)], "odd ones first");
    let fd = lab.socket(CLIENT);
    assert_eq!(lab.call(CLIENT, Call::Connect { fd, address: Lab::address() }), Err(Errno::EADDRNOTAVAIL));
}

#[test]
fn recv_and_read_of_nothing_differ() {
    let mut lab = Lab::connected(100);
    let recv = |fd, flags| Call::Recv { fd, len: 0, flags };
    assert_eq!(lab.call(CLIENT, recv(FD, DONTWAIT)), Err(Errno::EAGAIN));
    assert_eq!(lab.call(CLIENT, Call::Read { fd: FD, len: 0 }), data(""));
    lab.send(SERVER, common::CONN, 3).unwrap();
    lab.settle();
    assert_eq!(lab.call(CLIENT, recv(FD, NO_FLAGS)), data(""));
    let peek = MsgFlags { peek: true, waitall: true, ..NO_FLAGS };
    let id = lab.start(CLIENT, Call::Recv { fd: FD, len: 5, flags: peek });
    assert!(!lab.kernel.can_go_on(id), "MSG_WAITALL waits with MSG_PEEK too");
    lab.send(SERVER, common::CONN, 2).unwrap();
    lab.settle();
    assert!(lab.kernel.run(id));
    assert_eq!(lab.outcome(), data("xxxxx"));
    assert_eq!(lab.recv(CLIENT, FD), Ok(5), "it is all still there");
    let fresh = lab.socket(CLIENT);
    assert_eq!(lab.call(CLIENT, recv(fresh, NO_FLAGS)), Err(Errno::ENOTCONN));
    assert_eq!(lab.call(CLIENT, Call::Read { fd: fresh, len: 0 }), data(""));
}

#[test]
fn a_connect_that_failed_is_told_of_once_and_the_socket_is_fresh() {
    let mut lab = Lab::new(100);
    lab.socket(CLIENT);
    lab.call(CLIENT, Call::SetBlocking { fd: FD, blocking: false }).unwrap();
    let connect = || Call::Connect { fd: FD, address: Lab::address() };
    assert_eq!(lab.call(CLIENT, connect()), Err(Errno::EINPROGRESS));
    assert_eq!(lab.call(CLIENT, connect()), Err(Errno::EALREADY));
    lab.settle();
    assert_eq!(lab.recv(CLIENT, FD), Err(Errno::ECONNREFUSED));
    assert_eq!(lab.recv(CLIENT, FD), Ok(0));
    assert_eq!(lab.call(CLIENT, connect()), Err(Errno::ECONNABORTED));
    assert_eq!(lab.recv(CLIENT, FD), Err(Errno::ENOTCONN));
    assert_eq!(lab.call(CLIENT, connect()), Err(Errno::EINPROGRESS));
    // shutdown while connecting makes it fresh, with an error to tell.
    assert_eq!(lab.shutdown(CLIENT, FD, How::Read), Ok(Returned::Done));
    assert_eq!(lab.error(CLIENT, FD), Some(Errno::ECONNRESET));
    lab.settle();
    assert_eq!(lab.call(CLIENT, Call::Listen { fd: FD, backlog: 1 }), Ok(Returned::Done));
    assert_eq!(lab.call(CLIENT, connect()), Err(Errno::EISCONN), "a listener");
    // A connection that was reset stays one.
    let mut lab = Lab::connected(100);
    lab.set_linger(SERVER, common::CONN, 0);
    lab.close(SERVER, common::CONN);
    lab.settle();
    assert_eq!(lab.call(CLIENT, connect()), Err(Errno::EISCONN));
    assert_eq!(lab.call(CLIENT, Call::Listen { fd: FD, backlog: 1 }), Err(Errno::EINVAL));
    assert_eq!(lab.recv(CLIENT, FD), Err(Errno::ECONNRESET));
}
