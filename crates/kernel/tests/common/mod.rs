//! Two hosts, a wire between them, and a script of calls and faults; what happened is checked as a printed list.
#![allow(dead_code, reason = "each test uses its part")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::fmt::Write as _;

use kernel::{Kernel, Network};
use syscall::{
    Address, Call, CallId, ConnectionId, Direction, Domain, Errno, Event, Fd, HostId, How, Kernel as _,
    MsgFlags, OptionValue, Outcome, Returned, SocketId, SocketOption, SocketType, TaskId, TcpInfo, TcpState,
    What,
};

pub(crate) const CLIENT: TaskId = TaskId(0);
pub(crate) const SERVER: TaskId = TaskId(1);
pub(crate) const HERE: HostId = HostId(0);
pub(crate) const THERE: HostId = HostId(1);
/// The client's socket, and the server's listener.
pub(crate) const FD: Fd = Fd(3);
/// The server's end of the first connection.
pub(crate) const CONN: Fd = Fd(4);
pub(crate) const NO_FLAGS: MsgFlags =
    MsgFlags { dontwait: false, peek: false, waitall: false, nosignal: false };
pub(crate) const DONTWAIT: MsgFlags = MsgFlags { dontwait: true, nosignal: true, ..NO_FLAGS };

/// Two hosts and what happens to them.
pub(crate) struct Lab {
    pub(crate) kernel: Kernel,
    calls: u64,
    /// Events that were printed.
    told: usize,
}

impl Lab {
    pub(crate) fn new(delay_us: u64) -> Self {
        let mut kernel = Kernel::new(Network::Wire { mtu: 1500, delay_us }, 2);
        kernel.spawn(HERE);
        kernel.spawn(THERE);
        Self { kernel, calls: 0, told: 0 }
    }

    pub(crate) fn address() -> Address {
        "10.0.0.2:7000".parse().unwrap()
    }

    /// A listener on the second host.
    pub(crate) fn listening(delay_us: u64, backlog: i32) -> Self {
        let mut lab = Self::new(delay_us);
        lab.socket(SERVER);
        lab.call(SERVER, Call::Bind { fd: FD, address: Self::address() }).unwrap();
        lab.call(SERVER, Call::Listen { fd: FD, backlog }).unwrap();
        lab
    }

    /// Client and server, connected; their handshake is not told.
    pub(crate) fn connected(delay_us: u64) -> Self {
        let mut lab = Self::listening(delay_us, 1);
        lab.socket(CLIENT);
        lab.connect();
        lab.settle();
        lab.call(SERVER, Call::Accept { fd: FD }).unwrap();
        lab.told();
        lab
    }

    /// The same with SO_SNDBUF of the client and SO_RCVBUF of the server as asked, before the handshake; all is told.
    pub(crate) fn with_buffers(delay_us: u64, sndbuf: i32, rcvbuf: i32) -> Self {
        let mut lab = Self::listening(delay_us, 1);
        lab.set(SERVER, FD, SocketOption::SoRcvbuf, rcvbuf);
        lab.socket(CLIENT);
        lab.set(CLIENT, FD, SocketOption::SoSndbuf, sndbuf);
        lab.connect();
        lab.call(SERVER, Call::Accept { fd: FD }).unwrap();
        lab
    }

    /// Let the client connect, whatever travels arriving.
    pub(crate) fn connect(&mut self) {
        let id = self.start(CLIENT, Call::Connect { fd: FD, address: Self::address() });
        self.settle();
        assert!(self.kernel.run(id));
        assert_eq!(self.outcome(), Ok(Returned::Done));
    }

    pub(crate) fn socket(&mut self, task: TaskId) -> Fd {
        match self.call(task, Call::Socket { domain: Domain::Inet, kind: SocketType::Stream }) {
            Ok(Returned::Fd(fd)) => fd,
            other => panic!("socket answers a descriptor, not {other:?}"),
        }
    }

    /// Begin a call and run it as far as it gets.
    pub(crate) fn start(&mut self, task: TaskId, call: Call) -> CallId {
        self.calls += 1;
        let id = CallId(self.calls);
        self.kernel.submit(id, task, call);
        self.kernel.run(id);
        id
    }

    pub(crate) fn outcome(&mut self) -> Outcome {
        self.kernel.poll_completed().expect("a completed call").outcome
    }

    /// A call that does not wait.
    pub(crate) fn call(&mut self, task: TaskId, call: Call) -> Outcome {
        let text = call.to_string();
        self.start(task, call);
        match self.kernel.poll_completed() {
            Some(completed) => completed.outcome,
            None => panic!("{text} waits"),
        }
    }

    pub(crate) fn send(&mut self, task: TaskId, fd: Fd, len: usize) -> Outcome {
        self.call(task, Call::Send { fd, data: vec![b'x'; len].into(), flags: DONTWAIT })
    }

    pub(crate) fn recv(&mut self, task: TaskId, fd: Fd) -> Result<usize, Errno> {
        match self.call(task, Call::Recv { fd, len: 1 << 20, flags: DONTWAIT }) {
            Ok(Returned::Data(data)) => Ok(data.len()),
            Err(errno) => Err(errno),
            other => panic!("recv answers bytes, not {other:?}"),
        }
    }

    pub(crate) fn close(&mut self, task: TaskId, fd: Fd) {
        self.call(task, Call::Close { fd }).unwrap();
    }

    pub(crate) fn shutdown(&mut self, task: TaskId, fd: Fd, how: How) -> Outcome {
        self.call(task, Call::Shutdown { fd, how })
    }

    pub(crate) fn set(&mut self, task: TaskId, fd: Fd, option: SocketOption, value: i32) {
        let value = OptionValue::Int(value);
        self.call(task, Call::Setsockopt { fd, option, value }).unwrap();
    }

    pub(crate) fn set_linger(&mut self, task: TaskId, fd: Fd, seconds: u16) {
        let value = OptionValue::Linger { on: true, seconds };
        self.call(task, Call::Setsockopt { fd, option: SocketOption::SoLinger, value }).unwrap();
    }

    pub(crate) fn error(&mut self, task: TaskId, fd: Fd) -> Option<Errno> {
        match self.call(task, Call::Getsockopt { fd, option: SocketOption::SoError }) {
            Ok(Returned::Option(OptionValue::Error(error))) => error,
            other => panic!("SO_ERROR is an error, not {other:?}"),
        }
    }

    pub(crate) fn info(&mut self, task: TaskId, fd: Fd) -> TcpInfo {
        match self.call(task, Call::Getsockopt { fd, option: SocketOption::TcpInfo }) {
            Ok(Returned::Option(OptionValue::TcpInfo(info))) => info,
            other => panic!("TCP_INFO is a TcpInfo, not {other:?}"),
        }
    }

    /// The states of the two ends of the first connection.
    pub(crate) fn states(&self) -> (TcpState, Option<TcpState>) {
        let state = |sends| self.kernel.end_info(ConnectionId(0), sends).map(|end| end.state);
        (state(Direction::Forth).unwrap(), state(Direction::Back))
    }

    pub(crate) fn socket_of(&self, sends: Direction) -> SocketId {
        self.kernel.end_info(ConnectionId(0), sends).unwrap().socket
    }

    /// The numbers of the segments on the wire, the oldest first.
    pub(crate) fn wire(&self) -> Vec<u32> {
        self.kernel.in_flight().map(|p| p.segment.id).collect()
    }

    /// Lose everything that is on the wire.
    pub(crate) fn lose_all(&mut self) {
        for id in self.wire() {
            assert!(self.kernel.lose(id));
        }
    }

    /// Let everything on the wire arrive, and what that makes travel; no timer fires.
    pub(crate) fn settle(&mut self) {
        while let Some(&id) = self.kernel.deliverable().first() {
            assert!(self.kernel.deliver(id));
        }
    }

    /// What is due next: a segment, or a host's timer.
    fn next(&self) -> Option<(u64, Result<u32, HostId>)> {
        let segments = self.kernel.in_flight().map(|p| (p.due, Ok(p.segment.id)));
        let timers = [HERE, THERE]
            .into_iter()
            .filter_map(|host| self.kernel.next_timer(host).map(|(due, ..)| (due, Err(host))));
        segments.chain(timers).min_by_key(|(due, _)| *due)
    }

    /// Let everything happen that is due in the next so many milliseconds.
    pub(crate) fn pass(&mut self, ms: u64) {
        let until = self.kernel.now() + ms * 1000;
        while let Some((_, what)) = self.next().filter(|(due, _)| *due <= until) {
            match what {
                Ok(id) => assert!(self.kernel.deliver(id)),
                Err(host) => assert!(self.kernel.fire_timer(host)),
            }
        }
        self.kernel.pass_time(until);
    }

    /// As [`pass`](Self::pass), but the wire loses everything.
    pub(crate) fn pass_losing(&mut self, ms: u64) {
        let until = self.kernel.now() + ms * 1000;
        self.lose_all();
        loop {
            let timer = |host| self.kernel.next_timer(host).map(|(due, ..)| (due, host));
            let Some((due, host)) = [HERE, THERE].into_iter().filter_map(timer).min() else { break };
            if due > until {
                break;
            }
            self.kernel.fire_timer(host);
            self.lose_all();
        }
        self.kernel.pass_time(until);
    }

    /// What has happened since this was last asked, a line an event: milliseconds, host, what.
    pub(crate) fn told(&mut self) -> String {
        let mut text = String::new();
        let events = self.kernel.events();
        for event in &events[self.told..] {
            if let Some(line) = line(event) {
                writeln!(text, "{:>9.1} {} {line}", event.at as f64 / 1000.0, event.host).unwrap();
            }
        }
        self.told = events.len();
        text
    }

    /// Check what has happened since this was last asked; indentation is of no account.
    #[track_caller]
    pub(crate) fn check(&mut self, expected: &str) {
        let tidy = |text: &str| {
            text.lines()
                .map(|l| l.split_whitespace().collect::<Vec<_>>().join(" "))
                .filter(|l| !l.is_empty())
                .collect::<Vec<_>>()
                .join("\n")
        };
        let told = self.told();
        assert!(tidy(&told) == tidy(expected), "expected\n{}\ntold\n{told}", tidy(expected));
    }
}

/// An event in a few words; calls that end at once say nothing.
fn line(event: &Event) -> Option<String> {
    Some(match &event.what {
        What::SegmentSent { segment } => {
            let again = if segment.retransmission { " again" } else { "" };
            let way = if event.host == HERE { ">" } else { "<" };
            format!("{way} {}{again}", segment_text(segment))
        }
        What::SegmentLost { segment } => format!("lost {}", segment_text(segment)),
        What::SegmentDuplicated { segment, .. } => format!("copied {}", segment_text(segment)),
        What::SegmentDelayed { segment } => format!("delayed {}", segment_text(segment)),
        What::Timer { name } => format!("timer {name}"),
        What::State { from, to, .. } => format!("{from} -> {to}"),
        What::Unreachable { errno, .. } => format!("unreachable {errno}"),
        What::HostPower { on } => format!("power {}", if *on { "on" } else { "off" }),
        What::HostCable { connected } => format!("cable {}", if *connected { "mended" } else { "cut" }),
        _ => return None,
    })
}

fn segment_text(segment: &syscall::Segment) -> String {
    let range = segment.range;
    let bytes = if range.is_empty() { String::new() } else { format!(" {}..{}", range.start, range.end) };
    let ack = if segment.flags.ack { format!(" ack {}", segment.ack) } else { String::new() };
    let flags = segment.flags.to_string().replace(" ACK", "");
    let flags = if flags == "PSH" || flags == "ACK" { String::new() } else { flags };
    format!("{flags}{bytes}{ack}").trim().to_owned()
}
