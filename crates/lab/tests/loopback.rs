//! The vocabulary over real sockets on loopback: relations hold on every kernel, numbers are its own.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::future::poll_fn;
use std::sync::Arc;
use std::time::Duration;

use lab::{Answered, Done, Ground, Limits, LiveRun, Report};
use protocol::{LabSpec, PeerSpec};
use syscall::{
    Bytes, Call, CallId, Domain, Errno, Fd, How, MsgFlags, OptionValue, PollFd, Readiness, Returned,
    SocketOption, SocketType, TaskId, TcpState,
};
use tokio::sync::Semaphore;

const FD: Fd = Fd(3);
const PLAIN: MsgFlags = MsgFlags { dontwait: false, peek: false, waitall: false, nosignal: false };
const SOCKET: Call = Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };

/// A lab with this peer, driven by the test's own task.
struct Bench {
    lab: LiveRun,
    next: u64,
    /// The peer's calls, in their order.
    peer: Vec<Done>,
}

impl Bench {
    async fn with(peer: &str, rcvbuf: i32, limits: Limits) -> Self {
        let spec = LabSpec::with(PeerSpec { rcvbuf: u32::try_from(rcvbuf).ok(), ..PeerSpec::named(peer) });
        let budget = Arc::new(Semaphore::new(1000));
        let lab = LiveRun::open(&spec, &Ground::LOOPBACK, common::make_peer(), limits, budget).unwrap();
        let mut bench = Self { lab, next: 0, peer: Vec::new() };
        loop {
            if let Report::Opened(addresses) = bench.report().await {
                assert_eq!(addresses, ["10.0.0.2:7000".parse().unwrap()]);
                return bench;
            }
        }
    }

    async fn report(&mut self) -> Report {
        let next = poll_fn(|cx| self.lab.poll_report(cx));
        let report = tokio::time::timeout(Duration::from_secs(20), next).await.expect("the lab goes on");
        if let Report::Peer(_, done, _) = &report {
            self.peer.push(done.clone());
        }
        report
    }

    fn submit(&mut self, call: Call) -> CallId {
        self.next += 1;
        self.lab.submit(CallId(self.next), TaskId(0), call);
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

    async fn call(&mut self, call: Call) -> Done {
        let id = self.submit(call);
        self.ended(id).await
    }

    async fn ok(&mut self, call: Call) -> Returned {
        self.call(call).await.outcome.unwrap()
    }

    async fn connected(&mut self, sndbuf: i32) {
        assert_eq!(self.ok(SOCKET).await, Returned::Fd(FD));
        let value = OptionValue::Int(sndbuf);
        self.ok(Call::Setsockopt { fd: FD, option: SocketOption::SoSndbuf, value }).await;
        self.ok(connect("10.0.0.2:7000")).await;
    }

    async fn peer_did(&mut self, name: &str) -> Done {
        loop {
            if let Some(index) = self.peer.iter().position(|d| d.call.name() == name) {
                return self.peer.remove(index);
            }
            self.report().await;
        }
    }
}

fn connect(address: &str) -> Call {
    Call::Connect { fd: FD, address: address.parse().unwrap() }
}
fn send(len: usize) -> Call {
    Call::Send { fd: FD, data: vec![b'x'; len].into(), flags: PLAIN }
}
fn recv(fd: Fd, len: u32) -> Call {
    Call::Recv { fd, len, flags: PLAIN }
}
fn count(done: &Done) -> u32 {
    match done.outcome {
        Ok(Returned::Count(count)) => count,
        ref other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_send_takes_a_part_then_eagain_then_more_after_the_peer_has_read() {
    let mut bench = Bench::with("sleepy", 4096, Limits::default()).await;
    bench.connected(4096).await;
    bench.peer_did("accept").await;
    bench.ok(Call::SetBlocking { fd: FD, blocking: false }).await;

    let first = bench.call(send(20_000)).await;
    let mut sum = count(&first);
    assert!(0 < sum && sum < 20_000, "{sum}");
    assert_eq!(first.by, Answered::Kernel);
    let (here, there) = (first.here.unwrap(), first.there.unwrap());
    assert_eq!(here.state, Some(TcpState::Established));
    assert!(here.mss > 0 && here.outq <= sum && here.outq_unsent <= here.outq);
    assert!(u64::from(here.outq) + u64::from(there.inq) >= u64::from(sum));

    let full = loop {
        let next = bench.call(send(20_000)).await;
        match next.outcome {
            Ok(_) => sum += count(&next),
            Err(Errno::EAGAIN) => break next,
            other => panic!("{other:?}"),
        }
        assert!(sum < 100_000, "an unread connection took {sum} bytes");
    };
    assert!(full.there.unwrap().inq > 0);

    bench.lab.tell(0, "no number").unwrap();
    bench.lab.tell(0, "65536").unwrap();
    let read = bench.peer_did("recv").await;
    assert!(read.received() > 0);
    assert!(read.here.is_some());
    // The window opens a moment later: a wait for POLLOUT ends, and the next send takes more.
    let asked = Readiness { writable: true, ..Readiness::default() };
    let poll = Call::Poll { fds: vec![PollFd { fd: FD, events: asked }], timeout_us: Some(10_000_000) };
    assert_eq!(bench.ok(poll).await, Returned::Polled(vec![asked]));
    assert!(count(&bench.call(send(20_000)).await) > 0);
}

#[tokio::test]
async fn a_blocking_send_waits_without_a_thread_until_all_is_taken() {
    let mut bench = Bench::with("echo", 4096, Limits::default()).await;
    bench.connected(4096).await;
    let id = bench.submit(send(50_000));
    let reader = TaskId(1);
    let mut received = 0;
    let mut sent = false;
    while received < 50_000 {
        bench.next += 1;
        let read = CallId(bench.next);
        bench.lab.submit(read, reader, recv(FD, 100_000));
        loop {
            let Report::Learner(done, _) = bench.report().await else { continue };
            if done.id == id {
                assert_eq!(count(&done), 50_000);
                sent = true;
                continue;
            }
            let Ok(Returned::Data(data)) = done.outcome else { panic!("{:?}", done.outcome) };
            assert!(!data.is_empty() && data.len() <= Limits::default().recv);
            received += data.len();
            break;
        }
    }
    assert!(sent || count(&bench.ended(id).await) == 50_000);
    bench.ok(Call::Shutdown { fd: FD, how: How::Write }).await;
    assert_eq!(bench.ok(recv(FD, 10)).await, Returned::Data(Bytes::new()));
}

#[tokio::test]
async fn what_is_not_in_the_table_is_answered_by_the_relay() {
    let mut bench = Bench::with("echo", 4096, Limits::default()).await;
    bench.ok(SOCKET).await;
    for (address, errno) in [
        ("10.0.0.2:7001", Errno::ECONNREFUSED),
        ("10.0.0.77:1", Errno::EHOSTUNREACH),
        ("127.0.0.1:22", Errno::ECONNREFUSED),
        ("93.184.216.34:80", Errno::ENETUNREACH),
    ] {
        let done = bench.call(connect(address)).await;
        assert_eq!((done.outcome, done.by), (Err(errno), Answered::Relay), "{address}");
        assert!(done.here.is_none());
    }
    // The same socket still connects.
    bench.ok(connect("10.0.0.2:7000")).await;
}

#[tokio::test]
async fn a_learner_may_be_client_and_server_of_itself() {
    let mut bench = Bench::with("echo", 4096, Limits::default()).await;
    let address = "127.0.0.1:8000".parse().unwrap();
    let (listener, client, server) = (Fd(3), Fd(4), Fd(5));
    bench.ok(SOCKET).await;
    bench.ok(Call::Bind { fd: listener, address }).await;
    assert_eq!(
        bench.call(Call::Bind { fd: listener, address }).await.outcome,
        Err(Errno::EINVAL),
        "bound already"
    );
    bench.ok(Call::Listen { fd: listener, backlog: 5 }).await;
    assert_eq!(bench.ok(Call::Getsockname { fd: listener }).await, Returned::Address(address));
    bench.ok(SOCKET).await;
    assert_eq!(bench.call(Call::Bind { fd: client, address }).await.outcome, Err(Errno::EADDRINUSE));
    bench.ok(Call::Connect { fd: client, address }).await;
    let Returned::Accepted { fd, peer } = bench.ok(Call::Accept { fd: listener }).await else { panic!() };
    assert_eq!(fd, server);
    assert_eq!(bench.ok(Call::Getsockname { fd: client }).await, Returned::Address(peer));
    assert_eq!(bench.ok(Call::Getpeername { fd: server }).await, Returned::Address(peer));
    assert_eq!(bench.ok(Call::Getpeername { fd: client }).await, Returned::Address(address));
    bench.ok(Call::Send { fd: client, data: "hello".into(), flags: PLAIN }).await;
    let seen = bench.call(recv(server, 2)).await;
    assert_eq!(seen.outcome, Ok(Returned::Data("he".into())));
    assert_eq!(seen.here.unwrap().inq, 3);
    let select =
        Call::Select { read: vec![listener, server], write: vec![client], except: vec![], timeout_us: None };
    let ready = Returned::Selected { read: vec![server], write: vec![client], except: vec![] };
    assert_eq!(bench.ok(select).await, ready);
    bench.ok(Call::Close { fd: client }).await;
    assert_eq!(bench.ok(recv(server, 9)).await, Returned::Data("llo".into()));
    assert_eq!(bench.ok(recv(server, 9)).await, Returned::Data(Bytes::new()));
}

#[tokio::test]
async fn errors_are_the_kernels_own() {
    let mut bench = Bench::with("echo", 4096, Limits::default()).await;
    for call in [recv(Fd(9), 1), Call::Close { fd: Fd(-1) }, Call::Getsockname { fd: Fd(0) }] {
        assert_eq!(bench.call(call).await.outcome, Err(Errno::EBADF));
    }
    bench.ok(SOCKET).await;
    assert_eq!(bench.call(recv(FD, 1)).await.outcome, Err(Errno::ENOTCONN));
    assert_eq!(bench.call(send(1)).await.outcome, Err(Errno::EPIPE));
    assert_eq!(bench.call(Call::Accept { fd: FD }).await.outcome, Err(Errno::EINVAL));
    let shutdown = Call::Shutdown { fd: FD, how: How::Both };
    assert_eq!(bench.call(shutdown).await.outcome, Err(Errno::ENOTCONN));
    let six = bench.call(Call::Socket { domain: Domain::Inet6, kind: SocketType::Stream }).await;
    assert_eq!((six.outcome, six.by), (Err(Errno::EAFNOSUPPORT), Answered::Relay));
    let value = OptionValue::Int(1 << 30);
    bench.ok(Call::Setsockopt { fd: FD, option: SocketOption::SoRcvbuf, value }).await;
    let option = SocketOption::SoRcvbuf;
    let read_back = bench.ok(Call::Getsockopt { fd: FD, option }).await;
    assert_eq!(read_back, Returned::Option(OptionValue::Int(2 * 65536)), "the limit, doubled by the kernel");
}

#[tokio::test]
async fn the_seventeenth_descriptor_is_emfile_and_a_closed_one_is_given_again() {
    let mut bench = Bench::with("echo", 4096, Limits::default()).await;
    for number in 3..19 {
        assert_eq!(bench.ok(SOCKET).await, Returned::Fd(Fd(number)));
    }
    assert_eq!(bench.call(SOCKET).await.outcome, Err(Errno::EMFILE));
    bench.ok(Call::Close { fd: Fd(7) }).await;
    assert_eq!(bench.ok(Call::Dup { fd: Fd(3) }).await, Returned::Fd(Fd(7)));
    bench.ok(Call::Close { fd: Fd(3) }).await;
    assert_eq!(bench.call(recv(Fd(7), 1)).await.outcome, Err(Errno::ENOTCONN), "the duplicate lives");
}

#[tokio::test]
async fn children_of_the_learner_are_few_and_share_its_limit_and_the_peer_is_out_of_reach() {
    let mut bench = Bench::with("echo", 4096, Limits::default()).await;
    for _ in 0..5 {
        bench.ok(SOCKET).await;
    }
    let Returned::Forked(first) = bench.ok(Call::Fork).await else { panic!() };
    let Returned::Forked(second) = bench.ok(Call::Fork).await else { panic!() };
    assert_ne!(first, second);
    let third = bench.call(Call::Fork).await;
    assert_eq!((third.outcome, third.by), (Err(Errno::EAGAIN), Answered::Relay), "15 of 16 are open");
    bench.ok(SOCKET).await;
    assert_eq!(bench.call(SOCKET).await.outcome, Err(Errno::EMFILE));
    // The child's task is its pid less one. The task between the learner's and its children's is the peer's: for the
    // learner there is no such process.
    let in_child = CallId(100);
    bench.lab.submit(in_child, TaskId(first.0 - 1), Call::Close { fd: FD });
    assert_eq!(bench.ended(in_child).await.outcome, Ok(Returned::Done));
    bench.lab.submit(CallId(101), TaskId(first.0 - 2), Call::Getsockname { fd: Fd(1) });
    assert_eq!(bench.ended(CallId(101)).await.outcome, Err(Errno::ESRCH));
    assert_eq!(bench.call(recv(FD, 1)).await.outcome, Err(Errno::ENOTCONN), "open in the parent");
}

#[tokio::test]
async fn waits_end_by_time_or_by_cancelling() {
    let mut bench = Bench::with("sleepy", 4096, Limits::default()).await;
    bench.connected(4096).await;
    let value = OptionValue::TimeMicros(1000);
    bench.ok(Call::Setsockopt { fd: FD, option: SocketOption::SoRcvtimeo, value }).await;
    assert_eq!(bench.call(recv(FD, 1)).await.outcome, Err(Errno::EAGAIN));
    let select = Call::Select { read: vec![FD], write: vec![], except: vec![], timeout_us: Some(1000) };
    let nothing = Returned::Selected { read: vec![], write: vec![], except: vec![] };
    assert_eq!(bench.ok(select).await, nothing);
    let asked = Readiness { readable: true, ..Readiness::default() };
    let id = bench.submit(Call::Poll { fds: vec![PollFd { fd: FD, events: asked }], timeout_us: None });
    bench.lab.cancel(id);
    let done = bench.ended(id).await;
    assert_eq!((done.outcome, done.by), (Err(Errno::ECANCELED), Answered::Relay));
    let entry = |fd, events| PollFd { fd: Fd(fd), events };
    let writable = Readiness { writable: true, ..Readiness::default() };
    let fds = vec![entry(99, asked), entry(-1, asked), entry(3, asked), entry(3, writable)];
    let invalid = Readiness { invalid: true, ..Readiness::default() };
    let nothing = Readiness::default();
    let polled = bench.ok(Call::Poll { fds, timeout_us: None }).await;
    assert_eq!(polled, Returned::Polled(vec![invalid, nothing, nothing, writable]));
    // Two descriptors of one socket, asked for different things.
    assert_eq!(bench.ok(Call::Dup { fd: FD }).await, Returned::Fd(Fd(4)));
    let select = Call::Select { read: vec![FD], write: vec![Fd(4)], except: vec![], timeout_us: None };
    let ready = Returned::Selected { read: vec![], write: vec![Fd(4)], except: vec![] };
    assert_eq!(bench.ok(select).await, ready);
}

#[tokio::test]
async fn a_refused_connect_leaves_a_socket_that_connects_again() {
    let mut bench = Bench::with("echo", 4096, Limits::default()).await;
    let (bound, client) = (Fd(3), Fd(4));
    let address = "10.0.0.1:9000".parse().unwrap();
    bench.ok(SOCKET).await;
    bench.ok(Call::Bind { fd: bound, address }).await;
    bench.ok(SOCKET).await;
    let done = bench.call(Call::Connect { fd: client, address }).await;
    assert_eq!((done.outcome, done.by), (Err(Errno::ECONNREFUSED), Answered::Kernel), "bound, not listening");
    bench.ok(Call::Listen { fd: bound, backlog: 1 }).await;
    bench.ok(Call::SetBlocking { fd: client, blocking: false }).await;
    let again = bench.call(Call::Connect { fd: client, address }).await.outcome;
    assert!(matches!(again, Ok(_) | Err(Errno::EINPROGRESS)), "{again:?}");
    let select = Call::Select { read: vec![], write: vec![client], except: vec![], timeout_us: None };
    bench.ok(select).await;
    let error = bench.ok(Call::Getsockopt { fd: client, option: SocketOption::SoError }).await;
    assert_eq!(error, Returned::Option(OptionValue::Error(None)));
}

#[tokio::test]
async fn a_connection_is_accepted_though_its_client_has_closed() {
    let mut bench = Bench::with("echo", 4096, Limits::default()).await;
    bench.ok(SOCKET).await;
    bench.ok(Call::Bind { fd: FD, address: "127.0.0.1:80".parse().unwrap() }).await;
    bench.ok(Call::Listen { fd: FD, backlog: 5 }).await;
    let client = Fd(4);
    bench.ok(SOCKET).await;
    bench.ok(Call::Connect { fd: client, address: "127.0.0.1:80".parse().unwrap() }).await;
    bench.ok(Call::Send { fd: client, data: "left behind".into(), flags: PLAIN }).await;
    let Returned::Address(from) = bench.ok(Call::Getsockname { fd: client }).await else { panic!() };
    bench.ok(Call::Close { fd: client }).await;
    let accepted = bench.ok(Call::Accept { fd: FD }).await;
    assert_eq!(accepted, Returned::Accepted { fd: client, peer: from });
    assert_eq!(bench.ok(recv(client, 100)).await, Returned::Data("left behind".into()));
    assert_eq!(bench.ok(recv(client, 100)).await, Returned::Data(Bytes::new()));
}

#[tokio::test]
async fn select_and_poll_take_as_many_entries_as_there_can_be_descriptors() {
    let limits = Limits::default();
    let mut bench = Bench::with("echo", 4096, limits).await;
    bench.ok(SOCKET).await;
    let poll = |count: usize| {
        let entry = PollFd { fd: FD, events: Readiness { writable: true, ..Readiness::default() } };
        Call::Poll { fds: vec![entry; count], timeout_us: Some(0) }
    };
    let select = |count: usize| Call::Select {
        read: vec![],
        write: vec![FD; count],
        except: vec![],
        timeout_us: Some(0),
    };
    bench.ok(poll(limits.entries())).await;
    bench.ok(select(limits.entries())).await;
    for call in [poll(limits.entries() + 1), select(limits.entries() + 1)] {
        let done = bench.call(call).await;
        assert_eq!((done.outcome, done.by), (Err(Errno::EINVAL), Answered::Relay));
    }
}

#[tokio::test]
async fn what_waiting_calls_hold_is_bounded_and_no_count_is_lost() {
    let limits = Limits { waiting_bytes: 100_000, ..Limits::default() };
    let mut bench = Bench::with("sleepy", 4096, limits).await;
    bench.connected(4096).await;
    let waits = bench.submit(send(60_000));
    let done = bench.call(send(60_000)).await;
    assert_eq!((done.outcome, done.by), (Err(Errno::ENOBUFS), Answered::Relay));
    bench.lab.cancel(waits);
    assert!(count(&bench.ended(waits).await) > 0);

    let mut bench = Bench::with("sleepy", 4096, Limits { waiting_bytes: 10, ..limits }).await;
    bench.connected(4096).await;
    let taken = bench.call(send(60_000)).await;
    assert!((1..60_000).contains(&count(&taken)));
    assert_eq!(taken.by, Answered::Kernel);
}

#[tokio::test]
async fn a_lab_in_which_nothing_happens_says_so() {
    let limits = Limits { silence: Duration::from_millis(20), ..Limits::default() };
    let mut bench = Bench::with("echo", 4096, limits).await;
    assert!(matches!(bench.report().await, Report::Silent));
}
