//! The calls that are made under `strace`: most of the vocabulary, those that wait and those that fail among them.

use std::io::Write as _;
use std::time::Duration;

use lab::{Answered, Done, Lab, Setup};
use syscall::{
    Bytes, Call, CallId, Domain, Errno, Fd, HostId, How, IoctlRequest, Kernel as _, MsgFlags, OptionValue,
    Outcome, PollFd, Readiness, RealStep, Returned, SocketOption, SocketType, TaskId, Woke,
};

use crate::common::caller::{Caller, PATIENCE, TCP, at};

const PLAIN: MsgFlags = MsgFlags { dontwait: false, peek: false, waitall: false, nosignal: false };
const DONTWAIT: MsgFlags = MsgFlags { dontwait: true, ..PLAIN };
const SERVER: &str = "10.0.0.1:8000";

/// Two processes on one host, and every call that has ended.
struct Script {
    lab: Lab,
    made: u64,
    a: TaskId,
    b: TaskId,
    done: Vec<Done>,
}

/// Makes all calls in this mode, then says what the lab says of them.
pub(crate) fn run(setup: &Setup) {
    let mut lab = setup.open().unwrap();
    lab.keep_looks();
    let (a, b) = (lab.spawn(HostId(0)), lab.spawn(HostId(0)));
    let mut script = Script { lab, made: 0, a, b, done: Vec::new() };
    mark("BEGIN");
    script.streams();
    script.endings();
    script.datagrams();
    script.local();
    script.refusals();
    mark("END");
    script.tell(&setup.mode.to_string());
}

/// A line on standard output by one `write`, which `strace` sees.
fn mark(says: &str) {
    let mut out = std::io::stdout();
    out.write_all(format!("{says}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

impl Caller for Script {
    fn lab(&mut self) -> (&mut Lab, &mut u64) {
        (&mut self.lab, &mut self.made)
    }

    /// So may others end before it.
    fn ended(&mut self, id: CallId) -> Outcome {
        loop {
            if let Some(done) = self.done.iter().find(|done| done.id == id) {
                return done.outcome.clone();
            }
            let done = self.lab.next_done(PATIENCE).expect("the call ends");
            self.done.push(done);
        }
    }
}

impl Script {
    fn tell(&self, mode: &str) {
        let mut text = format!("RUN {mode}\n");
        let mut waits = Vec::new();
        for done in &self.done {
            let by_kernel = done.real.calls() > 0 || done.by == Answered::Relay;
            assert!(by_kernel, "{}: no kernel can have said {:?}", done.call, done.outcome);
            for step in done.real.first.iter().chain(&done.real.last) {
                match step {
                    RealStep::Made(call) => text += &format!("REAL {} {call}\n", call.at),
                    RealStep::Waited { until, .. } => waits.push(*until),
                }
            }
            done.looks.iter().for_each(|call| text += &format!("REAL {} {call}\n", call.at));
        }
        for until in [Woke::Readable, Woke::Writable, Woke::TimeOut, Woke::Stopped] {
            assert!(waits.contains(&until), "no wait ended by {until:?} in {waits:?}");
        }
        print!("{text}");
    }

    /// A call that has to wait for the next ones.
    fn waits(&mut self, task: TaskId, call: Call) -> CallId {
        let id = self.submit(task, call);
        self.lab.pass(Duration::from_millis(5));
        id
    }

    /// A connection from A to B: A's descriptor, B's.
    fn connected(&mut self, listener: Fd) -> (Fd, Fd) {
        let (a, b) = (self.a, self.b);
        let client = self.fd(a, TCP);
        self.option(a, client, SocketOption::SoSndbuf, OptionValue::Int(4096));
        let accepting = self.waits(b, Call::Accept { fd: listener });
        self.ok(a, Call::Connect { fd: client, address: at(SERVER) });
        let Ok(Returned::Accepted { fd, .. }) = self.ended(accepting) else { panic!("accept") };
        (client, fd)
    }

    fn listener(&mut self) -> Fd {
        let b = self.b;
        let fd = self.fd(b, TCP);
        self.option(b, fd, SocketOption::SoRcvbuf, OptionValue::Int(4096));
        self.ok(b, Call::Bind { fd, address: at(SERVER) });
        assert_eq!(self.call(b, Call::Bind { fd, address: at("10.0.0.1:8001") }), Err(Errno::EINVAL));
        self.ok(b, Call::Listen { fd, backlog: 5 });
        self.ok(b, Call::Getsockname { fd });
        self.ok(b, Call::Getsockopt { fd, option: SocketOption::SoAcceptconn });
        fd
    }

    fn streams(&mut self) {
        let (a, b) = (self.a, self.b);
        let listener = self.listener();
        let (client, server) = self.connected(listener);
        self.ok(a, Call::Getpeername { fd: client });
        self.ok(a, Call::Getsockname { fd: client });
        assert_eq!(self.call(a, Call::Connect { fd: client, address: at(SERVER) }), Err(Errno::EISCONN));
        self.option(a, client, SocketOption::TcpNodelay, OptionValue::Int(1));

        let waiting = self.waits(b, recv(server, 100, PLAIN));
        self.ok(a, send(client, b"hello".to_vec()));
        assert_eq!(self.ended(waiting), Ok(Returned::Data("hello".into())));
        let all = MsgFlags { waitall: true, ..PLAIN };
        let waiting = self.waits(b, recv(server, 10, all));
        self.ok(a, send(client, b"12345".to_vec()));
        self.lab.pass(Duration::from_millis(5));
        self.ok(a, Call::Write { fd: client, data: "67890".into() });
        assert_eq!(self.ended(waiting), Ok(Returned::Data("1234567890".into())));

        // More than both buffers hold.
        let sending = self.waits(a, send(client, vec![b'x'; 60_000]));
        let mut read = 0;
        while read < 60_000 {
            match self.ok(b, recv(server, 4096, PLAIN)) {
                Returned::Data(bytes) => read += bytes.len(),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(self.ended(sending), Ok(Returned::Count(60_000)));

        let limit = OptionValue::TimeMicros(20_000);
        self.option(b, server, SocketOption::SoRcvtimeo, limit);
        self.ok(b, Call::Getsockopt { fd: server, option: SocketOption::SoRcvtimeo });
        assert_eq!(self.call(b, Call::Read { fd: server, len: 7 }), Err(Errno::EAGAIN));
        self.option(b, server, SocketOption::SoRcvtimeo, OptionValue::TimeMicros(0));
        let stopped = self.waits(b, recv(server, 1, PLAIN));
        self.lab.cancel(stopped);
        assert_eq!(self.ended(stopped), Err(Errno::ECANCELED));
        self.looks_of_its_own(client, server, listener);
    }

    fn looks_of_its_own(&mut self, client: Fd, server: Fd, listener: Fd) {
        let (a, b) = (self.a, self.b);
        let readable = Readiness { readable: true, ..Readiness::default() };
        let writable = Readiness { writable: true, peer_finished: true, ..Readiness::default() };
        let entries =
            vec![PollFd { fd: server, events: readable }, PollFd { fd: listener, events: readable }];
        self.ok(b, Call::Poll { fds: entries.clone(), timeout_us: Some(0) });
        let waiting = self.waits(b, Call::Poll { fds: entries, timeout_us: None });
        self.ok(a, send(client, b"?".to_vec()));
        self.ended(waiting).unwrap();
        let select =
            Call::Select { read: vec![server], write: vec![server], except: vec![], timeout_us: Some(1000) };
        self.ok(b, select);
        self.ok(a, Call::Poll { fds: vec![PollFd { fd: client, events: writable }], timeout_us: None });
        for request in [IoctlRequest::Siocinq, IoctlRequest::Siocoutq, IoctlRequest::Siocoutqnsd] {
            self.ok(b, Call::Ioctl { fd: server, request });
        }
        assert!(self.call(b, Call::Ioctl { fd: listener, request: IoctlRequest::Siocinq }).is_err());
        let peek = MsgFlags { peek: true, ..DONTWAIT };
        self.ok(b, recv(server, 3, peek));
        self.ok(b, Call::SetBlocking { fd: server, blocking: false });
        self.ok(b, Call::Recvfrom { fd: server, len: 3, flags: PLAIN });
        assert_eq!(self.call(b, recv(server, 3, PLAIN)), Err(Errno::EAGAIN));
        self.ok(b, Call::SetBlocking { fd: server, blocking: true });
        for option in
            [SocketOption::TcpInfo, SocketOption::SoError, SocketOption::SoType, SocketOption::SoLinger]
        {
            self.ok(a, Call::Getsockopt { fd: client, option });
        }
        let value = OptionValue::Int(1);
        let wrong = Call::Setsockopt { fd: client, option: SocketOption::TcpMaxseg, value };
        assert_eq!(self.call(a, wrong), Err(Errno::EINVAL));
        let lingers = OptionValue::Linger { on: true, seconds: 5 };
        self.option(a, client, SocketOption::SoLinger, lingers);
        assert_eq!(self.call(b, Call::Accept { fd: Fd(99) }), Err(Errno::EBADF));
        // A duplicate, a child, and what is left of both.
        let second = self.fd(b, Call::Dup { fd: server });
        let Returned::Forked(pid) = self.ok(b, Call::Fork) else { panic!("fork") };
        self.ok(Lab::task_of(pid), send(second, b"from the child".to_vec()));
        self.ok(b, Call::Close { fd: second });
        self.ok(a, recv(client, 100, PLAIN));
        self.ok(a, Call::Shutdown { fd: client, how: How::Write });
        assert_eq!(self.ok(b, recv(server, 1, PLAIN)), Returned::Data("".into()));
        self.ok(a, Call::Close { fd: client });
        self.ok(b, Call::Close { fd: server });
        self.ok(Lab::task_of(pid), Call::Close { fd: server });
        self.ok(Lab::task_of(pid), Call::Close { fd: second });
    }

    /// Resets, refusals, a connection that is not waited for, a close that waits.
    fn endings(&mut self) {
        let (a, b) = (self.a, self.b);
        let listener = Fd(3);
        let (client, server) = self.connected(listener);
        let waiting = self.waits(a, recv(client, 10, PLAIN));
        self.option(b, server, SocketOption::SoLinger, OptionValue::Linger { on: true, seconds: 0 });
        self.ok(b, Call::Close { fd: server });
        assert_eq!(self.ended(waiting), Err(Errno::ECONNRESET));
        assert_eq!(self.call(a, send(client, b"x".to_vec())), Err(Errno::EPIPE));
        self.ok(a, Call::Close { fd: client });

        let (client, server) = self.connected(listener);
        self.option(a, client, SocketOption::SoLinger, OptionValue::Linger { on: true, seconds: 20 });
        let Returned::Count(sent) =
            self.ok(a, Call::Send { fd: client, data: vec![b'y'; 20_000].into(), flags: DONTWAIT })
        else {
            panic!("send")
        };
        let closing = self.waits(a, Call::Close { fd: client });
        let mut read = 0;
        while read < sent {
            let Returned::Data(bytes) = self.ok(b, recv(server, 8192, PLAIN)) else { panic!("recv") };
            read += bytes.len() as u32;
        }
        self.ok(b, recv(server, 1, PLAIN));
        self.ended(closing).unwrap();
        self.ok(b, Call::Close { fd: server });

        let fd = self.fd(a, TCP);
        assert_eq!(self.call(a, Call::Connect { fd, address: at("10.0.0.1:9") }), Err(Errno::ECONNREFUSED));
        self.ok(a, Call::SetBlocking { fd, blocking: false });
        let _ = self.call(a, Call::Connect { fd, address: at(SERVER) });
        let entry = PollFd { fd, events: Readiness { writable: true, ..Readiness::default() } };
        self.ok(a, Call::Poll { fds: vec![entry], timeout_us: None });
        self.ok(a, Call::Getsockopt { fd, option: SocketOption::SoError });
        self.ok(b, Call::Accept { fd: listener });
        self.ok(b, Call::SetBlocking { fd: listener, blocking: false });
        assert_eq!(self.call(b, Call::Accept { fd: listener }), Err(Errno::EAGAIN));
        self.ok(a, Call::Close { fd });
    }

    fn datagrams(&mut self) {
        let (a, b) = (self.a, self.b);
        let (from, to) = (self.fd(a, udp()), self.fd(b, udp()));
        self.ok(b, Call::Bind { fd: to, address: at("10.0.0.1:5000") });
        let sendto = |address: &str| Call::Sendto {
            fd: from,
            data: "a datagram".into(),
            flags: PLAIN,
            address: at(address),
        };
        let waiting = self.waits(b, Call::Recvfrom { fd: to, len: 4, flags: PLAIN });
        self.ok(a, sendto("10.0.0.1:5000"));
        self.ended(waiting).unwrap();
        self.ok(a, sendto("10.0.0.1:5000"));
        self.ok(b, Call::Read { fd: to, len: 100 });
        assert_eq!(self.call(a, sendto("8.8.8.8:53")), Err(Errno::ENETUNREACH));
        self.ok(a, Call::Connect { fd: from, address: at("10.0.0.1:5001") });
        self.ok(a, send(from, b"to nobody".to_vec()));
        assert_eq!(self.call(a, send(from, b"again".to_vec())), Err(Errno::ECONNREFUSED));
        self.ok(a, Call::Close { fd: from });
        self.ok(b, Call::Close { fd: to });
    }

    /// Without any network.
    fn local(&mut self) {
        let a = self.a;
        for kind in [SocketType::Stream, SocketType::Dgram] {
            let Returned::Pair(one, two) = self.ok(a, Call::Socketpair { domain: Domain::Unix, kind }) else {
                panic!("socketpair")
            };
            let waiting = self.waits(a, Call::Read { fd: two, len: 10 });
            self.ok(a, Call::Write { fd: one, data: "x".into() });
            self.ended(waiting).unwrap();
            self.ok(a, Call::Shutdown { fd: one, how: How::Both });
            let _ = self.call(a, send(one, b"x".to_vec()));
            let _ = self.call(a, Call::Getsockname { fd: one });
            self.ok(a, Call::Close { fd: one });
            self.ok(a, Call::Close { fd: two });
        }
        let Returned::Pair(reader, writer) = self.ok(a, Call::Pipe) else { panic!("pipe") };
        let waiting = self.waits(a, Call::Read { fd: reader, len: 10 });
        self.ok(a, Call::Write { fd: writer, data: "through".into() });
        self.ended(waiting).unwrap();
        self.ok(a, Call::Close { fd: reader });
        assert_eq!(self.call(a, Call::Write { fd: writer, data: "x".into() }), Err(Errno::EPIPE));
        assert_eq!(self.call(a, recv(writer, 1, PLAIN)), Err(Errno::ENOTSOCK));
        self.ok(a, Call::Close { fd: writer });
    }

    fn refusals(&mut self) {
        let a = self.a;
        let inet = Call::Socketpair { domain: Domain::Inet, kind: SocketType::Stream };
        assert_eq!(self.call(a, inet), Err(Errno::EOPNOTSUPP));
        let fd = self.fd(a, TCP);
        assert_eq!(self.call(a, Call::Getpeername { fd }), Err(Errno::ENOTCONN));
        assert_eq!(self.call(a, recv(fd, 1, PLAIN)), Err(Errno::ENOTCONN));
        assert_eq!(self.call(a, send(fd, b"x".to_vec())), Err(Errno::EPIPE));
        assert_eq!(self.call(a, Call::Bind { fd, address: at("10.0.0.77:5") }), Err(Errno::EADDRNOTAVAIL));
        assert_eq!(self.call(a, Call::Bind { fd, address: at("[::1]:5") }), Err(Errno::EAFNOSUPPORT));
        assert_eq!(self.call(a, Call::Bind { fd, address: at("10.0.0.1:80") }), Err(Errno::EACCES));
        assert_eq!(self.call(a, Call::Accept { fd }), Err(Errno::EINVAL));
        let nodelay = Call::Getsockopt { fd, option: SocketOption::TcpNodelay };
        self.ok(a, nodelay);
        let read_only = Call::Setsockopt { fd, option: SocketOption::SoError, value: OptionValue::Int(0) };
        assert_eq!(self.call(a, read_only), Err(Errno::ENOPROTOOPT));
        self.ok(a, Call::Gethostname);
    }
}

fn udp() -> Call {
    Call::Socket { domain: Domain::Inet, kind: SocketType::Dgram }
}
fn send(fd: Fd, data: impl Into<Bytes>) -> Call {
    Call::Send { fd, data: data.into(), flags: PLAIN }
}
fn recv(fd: Fd, len: u32, flags: MsgFlags) -> Call {
    Call::Recv { fd, len, flags }
}
