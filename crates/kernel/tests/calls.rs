//! What each call answers where a real Linux kernel was asked the same.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use kernel::{Kernel, Network};
use syscall::{
    Address, Call, CallId, ConnectionId, Direction, Domain, Errno, Fd, HostId, How, Kernel as _, MsgFlags,
    OptionValue, Outcome, PollFd, Readiness, Returned, SocketOption, SocketType, TaskId, TcpState, What,
};

const CLIENT: TaskId = TaskId(0);
const SERVER: TaskId = TaskId(1);
const FD: Fd = Fd(3);
const CONN: Fd = Fd(4);
const NO_FLAGS: MsgFlags = MsgFlags { dontwait: false, peek: false, waitall: false, nosignal: false };

struct Host {
    kernel: Kernel,
    calls: u64,
}

fn server_address() -> Address {
    "127.0.0.1:7000".parse().unwrap()
}

impl Host {
    fn new() -> Self {
        let mut kernel = Kernel::new(Network::Loopback, 1);
        for _ in 0..2 {
            let task = kernel.spawn(HostId(0));
            kernel.set_ignores_sigpipe(kernel.pid(task), true);
        }
        Self { kernel, calls: 0 }
    }

    /// Client and server, connected; the server's end is [`CONN`].
    fn connected() -> Self {
        let mut host = Self::listening(1);
        host.socket(CLIENT);
        host.call(CLIENT, Call::Connect { fd: FD, address: server_address() }).unwrap();
        host.call(SERVER, Call::Accept { fd: FD }).unwrap();
        host
    }

    fn listening(backlog: i32) -> Self {
        let mut host = Self::new();
        host.socket(SERVER);
        host.call(SERVER, Call::Bind { fd: FD, address: server_address() }).unwrap();
        host.call(SERVER, Call::Listen { fd: FD, backlog }).unwrap();
        host
    }

    fn socket(&mut self, task: TaskId) -> Fd {
        match self.call(task, Call::Socket { domain: Domain::Inet, kind: SocketType::Stream }) {
            Ok(Returned::Fd(fd)) => fd,
            other => panic!("socket answers a descriptor, not {other:?}"),
        }
    }

    fn start(&mut self, task: TaskId, call: Call) -> (CallId, bool) {
        self.calls += 1;
        let id = CallId(self.calls);
        self.kernel.submit(id, task, call);
        assert_eq!(self.kernel.poll_completed(), None, "nothing completes inside submit");
        (id, self.kernel.run(id))
    }

    fn outcome(&mut self) -> Outcome {
        self.kernel.poll_completed().expect("a completed call").outcome
    }

    /// A call that does not wait.
    fn call(&mut self, task: TaskId, call: Call) -> Outcome {
        let text = call.to_string();
        let (_, completed) = self.start(task, call);
        assert!(completed, "{text} waits");
        self.outcome()
    }

    fn send(&mut self, task: TaskId, fd: Fd, text: &str) -> Outcome {
        self.call(task, Call::Send { fd, data: text.into(), flags: NO_FLAGS })
    }

    fn recv(&mut self, task: TaskId, fd: Fd) -> Outcome {
        self.call(task, Call::Recv { fd, len: 100, flags: MsgFlags { dontwait: true, ..NO_FLAGS } })
    }

    fn state(&self, sends: Direction) -> TcpState {
        self.kernel.end_info(ConnectionId(0), sends).unwrap().state
    }

    fn poll(&mut self, task: TaskId, fd: Fd) -> String {
        let events =
            Readiness { readable: true, writable: true, peer_finished: true, ..Readiness::default() };
        match self.call(task, Call::Poll { fds: vec![PollFd { fd, events }], timeout_us: Some(0) }) {
            Ok(Returned::Polled(entries)) => entries[0].to_string(),
            other => panic!("poll answers its entries, not {other:?}"),
        }
    }

    fn error(&mut self, task: TaskId, fd: Fd) -> Option<Errno> {
        match self.call(task, Call::Getsockopt { fd, option: SocketOption::SoError }) {
            Ok(Returned::Option(OptionValue::Error(error))) => error,
            other => panic!("SO_ERROR is an error, not {other:?}"),
        }
    }

    fn option(&mut self, fd: Fd, option: SocketOption, asked: i32) -> i32 {
        self.call(CLIENT, Call::Setsockopt { fd, option, value: OptionValue::Int(asked) }).unwrap();
        match self.call(CLIENT, Call::Getsockopt { fd, option }) {
            Ok(Returned::Option(OptionValue::Int(n))) => n,
            other => panic!("a size is a number, not {other:?}"),
        }
    }
}

fn data(text: &str) -> Outcome {
    Ok(Returned::Data(text.into()))
}

fn count(n: u32) -> Outcome {
    Ok(Returned::Count(n))
}

#[test]
fn a_fresh_socket_answers_as_linux_does() {
    let mut host = Host::new();
    host.socket(CLIENT);
    assert_eq!(host.send(CLIENT, FD, "x"), Err(Errno::EPIPE));
    assert_eq!(host.recv(CLIENT, FD), Err(Errno::ENOTCONN));
    assert_eq!(host.call(CLIENT, Call::Shutdown { fd: FD, how: How::Write }), Err(Errno::ENOTCONN));
    assert_eq!(host.call(CLIENT, Call::Accept { fd: FD }), Err(Errno::EINVAL));
    assert_eq!(host.poll(CLIENT, FD), "POLLOUT|POLLHUP");
}

#[test]
fn an_unknown_descriptor_is_ebadf() {
    let mut host = Host::new();
    assert_eq!(host.send(CLIENT, FD, "x"), Err(Errno::EBADF));
    assert_eq!(host.call(CLIENT, Call::Close { fd: Fd(-1) }), Err(Errno::EBADF));
    let fd = host.socket(CLIENT);
    host.call(CLIENT, Call::Close { fd }).unwrap();
    assert_eq!(host.call(CLIENT, Call::Close { fd }), Err(Errno::EBADF));
}

#[test]
fn buffer_sizes_are_doubled_between_floor_and_cap() {
    let mut host = Host::new();
    let fd = host.socket(CLIENT);
    assert_eq!(host.option(fd, SocketOption::SoSndbuf, 4096), 8192);
    assert_eq!(host.option(fd, SocketOption::SoSndbuf, 1), 4608);
    assert_eq!(host.option(fd, SocketOption::SoSndbuf, -1), 8 << 20);
    assert_eq!(host.option(fd, SocketOption::SoRcvbuf, 65536), 131_072);
    assert_eq!(host.option(fd, SocketOption::SoRcvbuf, 1), 2304);
}

#[test]
fn two_sends_may_give_one_recv_and_peek_leaves_the_bytes() {
    let mut host = Host::connected();
    assert_eq!(host.recv(SERVER, CONN), Err(Errno::EAGAIN));
    host.send(CLIENT, FD, "hello").unwrap();
    host.send(CLIENT, FD, "world").unwrap();
    let peek = MsgFlags { peek: true, ..NO_FLAGS };
    assert_eq!(host.call(SERVER, Call::Recv { fd: CONN, len: 3, flags: peek }), data("hel"));
    assert_eq!(host.recv(SERVER, CONN), data("helloworld"));
    host.send(SERVER, CONN, "back").unwrap();
    assert_eq!(host.recv(CLIENT, FD), data("back"));
}

#[test]
fn waitall_waits_for_all() {
    let mut host = Host::connected();
    let flags = MsgFlags { waitall: true, ..NO_FLAGS };
    let (id, completed) = host.start(SERVER, Call::Recv { fd: CONN, len: 10, flags });
    assert!(!completed);
    host.send(CLIENT, FD, "hello").unwrap();
    assert!(!host.kernel.run(id));
    host.send(CLIENT, FD, "world!").unwrap();
    assert!(host.kernel.run(id));
    assert_eq!(host.outcome(), data("helloworld"));
    assert_eq!(host.recv(SERVER, CONN), data("!"));
}

#[test]
fn a_closed_port_refuses() {
    let mut host = Host::new();
    let fd = host.socket(CLIENT);
    let connect = Call::Connect { fd, address: server_address() };
    assert_eq!(host.call(CLIENT, connect.clone()), Err(Errno::ECONNREFUSED));
    let fd = host.socket(CLIENT);
    host.call(CLIENT, Call::SetBlocking { fd, blocking: false }).unwrap();
    let connect = Call::Connect { fd, address: server_address() };
    assert_eq!(host.call(CLIENT, connect.clone()), Err(Errno::EINPROGRESS));
    assert_eq!(host.poll(CLIENT, fd), "POLLIN|POLLOUT|POLLERR|POLLHUP|POLLRDHUP");
    assert_eq!(host.error(CLIENT, fd), Some(Errno::ECONNREFUSED));
    assert_eq!(host.error(CLIENT, fd), None);
    assert_eq!(host.call(CLIENT, connect.clone()), Err(Errno::ECONNABORTED));
    assert_eq!(host.call(CLIENT, connect), Err(Errno::EINPROGRESS));
}

#[test]
fn a_non_blocking_connect_succeeds_once_and_is_connected_then() {
    let mut host = Host::listening(1);
    let fd = host.socket(CLIENT);
    host.call(CLIENT, Call::SetBlocking { fd, blocking: false }).unwrap();
    let connect = Call::Connect { fd, address: server_address() };
    assert_eq!(host.call(CLIENT, connect.clone()), Err(Errno::EINPROGRESS));
    assert_eq!(host.poll(CLIENT, fd), "POLLOUT");
    assert_eq!(host.error(CLIENT, fd), None);
    assert_eq!(host.call(CLIENT, connect.clone()), Ok(Returned::Done));
    assert_eq!(host.call(CLIENT, connect), Err(Errno::EISCONN));
}

#[test]
fn bind_refuses_what_linux_refuses() {
    let mut host = Host::listening(1);
    let fd = host.socket(CLIENT);
    let mut bind = |address: &str| host.call(CLIENT, Call::Bind { fd, address: address.parse().unwrap() });
    assert_eq!(bind("127.0.0.1:7000"), Err(Errno::EADDRINUSE));
    assert_eq!(bind("10.9.9.9:7001"), Err(Errno::EADDRNOTAVAIL));
    assert_eq!(bind("127.0.0.1:80"), Err(Errno::EACCES));
    assert_eq!(bind("10.0.0.1:7001"), Ok(Returned::Done));
    assert_eq!(bind("127.0.0.1:7002"), Err(Errno::EINVAL));
}

#[test]
fn a_backlog_of_n_admits_one_more_and_the_next_waits_in_syn_sent() {
    let mut host = Host::listening(1);
    for _ in 0..2 {
        let fd = host.socket(CLIENT);
        host.call(CLIENT, Call::Connect { fd, address: server_address() }).unwrap();
    }
    let fd = host.socket(CLIENT);
    let (id, completed) = host.start(CLIENT, Call::Connect { fd, address: server_address() });
    assert!(!completed);
    host.call(SERVER, Call::Accept { fd: FD }).unwrap();
    assert!(!host.kernel.can_go_on(id), "the SYN has to be sent again first");
    while !host.kernel.can_go_on(id) {
        assert!(host.kernel.fire_timer(HostId(0)));
    }
    assert!(host.kernel.run(id));
    assert_eq!(host.outcome(), Ok(Returned::Done));
    assert_eq!(host.kernel.now(), 1_000_000);
}

#[test]
fn half_closed_the_peer_may_still_send() {
    let mut host = Host::connected();
    host.send(CLIENT, FD, "last words").unwrap();
    host.call(CLIENT, Call::Shutdown { fd: FD, how: How::Write }).unwrap();
    assert_eq!(
        (host.state(Direction::Forth), host.state(Direction::Back)),
        (TcpState::FinWait1, TcpState::CloseWait)
    );
    while host.kernel.now() < 100_000 && host.kernel.fire_timer(HostId(0)) {}
    assert_eq!(host.state(Direction::Forth), TcpState::FinWait2);
    assert_eq!(host.send(CLIENT, FD, "more"), Err(Errno::EPIPE));
    assert_eq!(host.poll(SERVER, CONN), "POLLIN|POLLOUT|POLLRDHUP");
    assert_eq!(host.recv(SERVER, CONN), data("last words"));
    assert_eq!(host.recv(SERVER, CONN), data(""));
    assert_eq!(host.send(SERVER, CONN, "answer"), count(6));
    assert_eq!(host.recv(CLIENT, FD), data("answer"));
    host.call(SERVER, Call::Close { fd: CONN }).unwrap();
    assert_eq!(
        (host.state(Direction::Forth), host.state(Direction::Back)),
        (TcpState::TimeWait, TcpState::Closed)
    );
}

#[test]
fn the_peer_closed_cleanly_the_first_send_succeeds_the_next_is_epipe() {
    let mut host = Host::connected();
    host.call(SERVER, Call::Close { fd: CONN }).unwrap();
    assert_eq!(host.recv(CLIENT, FD), data(""));
    assert_eq!(host.send(CLIENT, FD, "anybody there?"), count(14));
    assert_eq!(host.send(CLIENT, FD, "hello?"), Err(Errno::EPIPE));
    assert_eq!(host.recv(CLIENT, FD), data(""));
}

#[test]
fn the_peer_closes_with_our_data_unread_and_we_are_reset() {
    let mut host = Host::connected();
    host.send(CLIENT, FD, "unread").unwrap();
    host.call(SERVER, Call::Close { fd: CONN }).unwrap();
    let mut other = Host { kernel: host.kernel.clone(), calls: host.calls };
    assert_eq!(host.recv(CLIENT, FD), Err(Errno::ECONNRESET));
    assert_eq!(host.recv(CLIENT, FD), data(""));
    assert_eq!(host.send(CLIENT, FD, "x"), Err(Errno::EPIPE));
    assert_eq!(other.send(CLIENT, FD, "x"), Err(Errno::ECONNRESET));
    assert_eq!(other.send(CLIENT, FD, "x"), Err(Errno::EPIPE));
}

#[test]
fn an_answer_that_came_before_the_reset_can_still_be_read() {
    let mut host = Host::connected();
    host.send(CLIENT, FD, "unread").unwrap();
    host.send(SERVER, CONN, "answer").unwrap();
    host.call(SERVER, Call::Close { fd: CONN }).unwrap();
    assert_eq!(host.recv(CLIENT, FD), data("answer"));
    assert_eq!(host.recv(CLIENT, FD), Err(Errno::ECONNRESET));
    assert_eq!(host.recv(CLIENT, FD), data(""));
}

#[test]
fn shut_for_reading_an_end_still_gets_what_comes_later() {
    let mut host = Host::connected();
    host.call(SERVER, Call::Shutdown { fd: CONN, how: How::Read }).unwrap();
    assert_eq!(host.recv(SERVER, CONN), data(""));
    host.send(CLIENT, FD, "late").unwrap();
    assert_eq!(host.recv(SERVER, CONN), data("late"));
    assert_eq!(host.recv(SERVER, CONN), data(""));
}

#[test]
fn closing_a_listener_resets_those_that_wait_in_its_queue() {
    let mut host = Host::listening(1);
    let fd = host.socket(CLIENT);
    host.call(CLIENT, Call::Connect { fd, address: server_address() }).unwrap();
    assert_eq!(host.send(CLIENT, fd, "early"), count(5));
    host.call(SERVER, Call::Close { fd: FD }).unwrap();
    assert_eq!(host.recv(CLIENT, fd), Err(Errno::ECONNRESET));
}

#[test]
fn a_blocking_send_gives_the_full_count_once_the_peer_reads() {
    let mut host = Host::connected();
    let length = 6_000_000;
    let call = Call::Send { fd: FD, data: vec![7; length].into(), flags: NO_FLAGS };
    let (id, completed) = host.start(CLIENT, call);
    assert!(!completed);
    let (mut read, mut sent) = (0, None);
    while read < length {
        match host.call(SERVER, Call::Recv { fd: CONN, len: 1 << 20, flags: NO_FLAGS }) {
            Ok(Returned::Data(data)) => read += data.len(),
            other => panic!("recv answers bytes, not {other:?}"),
        }
        while sent.is_none() && host.kernel.can_go_on(id) {
            sent = host.kernel.run(id).then(|| host.outcome());
        }
        if host.kernel.end_info(ConnectionId(0), Direction::Back).unwrap().observed.inq == 0 && read < length
        {
            assert!(host.kernel.fire_timer(HostId(0)), "{read} of {length} bytes read and nothing under way");
        }
    }
    assert_eq!(sent, Some(count(length as u32)));
}

#[test]
fn a_cancelled_call_answers_what_it_had_done() {
    let mut host = Host::connected();
    let (id, completed) = host.start(SERVER, Call::Recv { fd: CONN, len: 10, flags: NO_FLAGS });
    assert!(!completed);
    host.kernel.cancel(id);
    assert_eq!(host.outcome(), Err(Errno::ECANCELED));
    let call = Call::Send { fd: FD, data: vec![7; 6_000_000].into(), flags: NO_FLAGS };
    let (id, _) = host.start(CLIENT, call);
    host.kernel.cancel(id);
    assert!(matches!(host.outcome(), Ok(Returned::Count(n)) if n > 4_000_000 && n < 6_000_000));
}

#[test]
fn select_says_writable_when_a_third_is_free() {
    let mut host = Host::connected();
    let select = |timeout_us| Call::Select { read: vec![], write: vec![FD], except: vec![], timeout_us };
    let write = |fds: Vec<Fd>| Ok(Returned::Selected { read: vec![], write: fds, except: vec![] });
    assert_eq!(host.call(CLIENT, select(None)), write(vec![FD]));
    let flags = MsgFlags { dontwait: true, ..NO_FLAGS };
    host.call(CLIENT, Call::Send { fd: FD, data: vec![7; 6_000_000].into(), flags }).unwrap();
    let (id, completed) = host.start(CLIENT, select(Some(30_000)));
    assert!(!completed);
    assert_eq!(host.kernel.deadline(id), Some(30_000));
    host.kernel.pass_time(30_000);
    assert!(host.kernel.run(id));
    assert_eq!(host.outcome(), write(vec![]));
}

#[test]
fn rebinding_over_time_wait_needs_so_reuseaddr_on_both_listeners() {
    for reuse in [false, true] {
        let mut host = Host::new();
        let set = |host: &mut Host, fd| {
            let value = OptionValue::Int(i32::from(reuse));
            host.call(SERVER, Call::Setsockopt { fd, option: SocketOption::SoReuseaddr, value }).unwrap();
        };
        let listener = host.socket(SERVER);
        set(&mut host, listener);
        host.call(SERVER, Call::Bind { fd: listener, address: server_address() }).unwrap();
        host.call(SERVER, Call::Listen { fd: listener, backlog: 1 }).unwrap();
        let fd = host.socket(CLIENT);
        host.call(CLIENT, Call::Connect { fd, address: server_address() }).unwrap();
        host.call(SERVER, Call::Accept { fd: listener }).unwrap();
        host.call(SERVER, Call::Close { fd: CONN }).unwrap();
        host.kernel.fire_timer(HostId(0));
        host.call(CLIENT, Call::Close { fd }).unwrap();
        assert_eq!(host.state(Direction::Back), TcpState::TimeWait);
        host.call(SERVER, Call::Close { fd: listener }).unwrap();
        let again = host.socket(SERVER);
        set(&mut host, again);
        let expected = if reuse { Ok(Returned::Done) } else { Err(Errno::EADDRINUSE) };
        assert_eq!(host.call(SERVER, Call::Bind { fd: again, address: server_address() }), expected);
    }
}

#[test]
fn events_name_their_causes() {
    let host = Host::connected();
    let events = host.kernel.events();
    for event in events {
        match &event.what {
            What::SegmentArrived { segment, .. } => {
                let sent = &events[event.cause.unwrap() as usize - 1];
                assert!(matches!(&sent.what, What::SegmentSent { segment: s } if s.id == segment.id));
            }
            _ => assert!(event.cause.is_none_or(|cause| cause < event.index)),
        }
    }
}
