//! The counts that a real kernel was seen to answer, row by row.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use kernel::{Kernel, Network};
use syscall::{
    Address, Bytes, Call, CallId, ConnectionId, Direction, Domain, Errno, Fd, HostId, Kernel as _, MsgFlags,
    OptionValue, Outcome, Returned, SocketOption, SocketType, TaskId,
};

struct Pair {
    kernel: Kernel,
    sender: TaskId,
    receiver: TaskId,
    calls: u64,
    data: Bytes,
}

const NONBLOCKING: MsgFlags = MsgFlags { dontwait: true, peek: false, waitall: false, nosignal: false };

impl Pair {
    /// A connected pair, buffers set before the handshake.
    fn new(network: Network, sndbuf: Option<i32>, rcvbuf: Option<i32>) -> Self {
        let hosts = if network == Network::Loopback { 1 } else { 2 };
        let mut kernel = Kernel::new(network, hosts);
        let receiver = kernel.spawn(HostId(hosts - 1));
        let sender = kernel.spawn(HostId(0));
        let mut pair = Self { kernel, sender, receiver, calls: 0, data: vec![b'x'; 8 << 20].into() };
        let address: Address = if hosts == 1 { "127.0.0.1:7000" } else { "10.0.0.2:7000" }.parse().unwrap();
        let fd = Fd(3);
        for (task, option, asked) in
            [(receiver, SocketOption::SoRcvbuf, rcvbuf), (sender, SocketOption::SoSndbuf, sndbuf)]
        {
            pair.call(task, Call::Socket { domain: Domain::Inet, kind: SocketType::Stream }).unwrap();
            if let Some(asked) = asked {
                pair.call(task, Call::Setsockopt { fd, option, value: OptionValue::Int(asked) }).unwrap();
            }
        }
        pair.call(receiver, Call::Bind { fd, address }).unwrap();
        pair.call(receiver, Call::Listen { fd, backlog: 1 }).unwrap();
        pair.call(sender, Call::Connect { fd, address }).unwrap();
        pair.call(receiver, Call::Accept { fd }).unwrap();
        pair
    }

    /// A call that ends now, or after what is on the wire has arrived.
    fn call(&mut self, task: TaskId, call: Call) -> Outcome {
        self.calls += 1;
        let id = CallId(self.calls);
        self.kernel.submit(id, task, call);
        while !self.kernel.run(id) {
            let segment = self.kernel.deliverable()[0];
            self.kernel.deliver(segment);
        }
        self.kernel.poll_completed().unwrap().outcome
    }

    fn sends(&mut self, chunk: usize) -> Vec<u32> {
        let mut counts = Vec::new();
        loop {
            let data = self.data.slice(0..chunk);
            match self.call(self.sender, Call::Send { fd: Fd(3), data, flags: NONBLOCKING }) {
                Ok(Returned::Count(n)) => counts.push(n),
                Err(Errno::EAGAIN) => return counts,
                other => panic!("send answers a count or EAGAIN, not {other:?}"),
            }
        }
    }

    fn read(&mut self, len: u32) -> usize {
        match self.call(self.receiver, Call::Recv { fd: Fd(4), len, flags: NONBLOCKING }) {
            Ok(Returned::Data(data)) => data.len(),
            other => panic!("there was something to read, not {other:?}"),
        }
    }

    /// Let everything happen that is due before then.
    fn pass(&mut self, until: u64) {
        loop {
            let segment = self.kernel.in_flight().next().map(|p| (p.due, p.segment.id));
            let timer = [HostId(0), HostId(1)]
                .into_iter()
                .filter_map(|h| self.kernel.next_timer(h).map(|(due, ..)| (due, h)))
                .min();
            match (segment, timer) {
                (Some((due, id)), timer) if due <= until && timer.is_none_or(|t| due <= t.0) => {
                    self.kernel.deliver(id);
                }
                (_, Some((due, host))) if due <= until => {
                    self.kernel.fire_timer(host);
                }
                _ => break,
            }
        }
        self.kernel.pass_time(until);
    }

    fn later(&mut self, moments: &[u64]) -> Vec<u32> {
        let start = self.kernel.now();
        let mut counts = Vec::new();
        for moment in moments {
            self.pass(start + moment);
            counts.extend(self.sends(8 << 20));
        }
        counts
    }

    fn end(&self) -> (u32, u32, u32) {
        let c = ConnectionId(0);
        let sender = self.kernel.end_info(c, Direction::Forth).unwrap().observed;
        let receiver = self.kernel.end_info(c, Direction::Back).unwrap().observed;
        (sender.mss, sender.outq, receiver.inq)
    }
}

fn text(counts: &[u32]) -> String {
    counts.iter().map(u32::to_string).collect::<Vec<_>>().join(" ")
}

/// The row as the table has it, from the simulator.
fn simulated(network: Network, row: &[&str]) -> String {
    let asked = |text: &str| text.parse().ok();
    let mut pair = Pair::new(network, asked(row[0]), asked(row[1]));
    let first = pair.sends(8 << 20);
    let moments: Vec<u64> = match network {
        Network::Loopback => (1..=8).map(|k| k * 20_000).collect(),
        Network::Wire { .. } => vec![2_000, 45_000, 90_000],
    };
    let later = pair.later(&moments);
    let (mss, outq, inq) = pair.end();
    format!("{},{},{mss},{},{},{outq},{inq}", row[0], row[1], text(&first), text(&later))
}

fn check(network: Network, table: &str) {
    let mut wrong = Vec::new();
    for line in table.lines().filter(|l| !l.starts_with('#')) {
        let row: Vec<_> = line.split(',').collect();
        let measured = row[..7].join(",");
        let agrees = row.get(7).copied().unwrap_or("all");
        let ours = simulated(network, &row);
        let columns = |n: usize| ours.split(',').take(n).eq(measured.split(',').take(n));
        let fine = match agrees {
            "all" => ours == measured,
            "first" => columns(4),
            _ => true,
        };
        if !fine {
            wrong.push(format!("measured  {measured}\nsimulated {ours}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn loopback_answers_as_linux_does() {
    check(Network::Loopback, include_str!("golden/linux-6.18-bbr-loopback.csv"));
}

#[test]
fn a_wire_answers_as_linux_does() {
    check(Network::Wire { mtu: 1500, delay_us: 50 }, include_str!("golden/linux-6.18-bbr-wire-1500.csv"));
}

#[test]
fn small_sends_are_charged_their_overhead() {
    for (chunk, expected) in [(1, 13), (10, 130), (100, 1200), (500, 6048), (1000, 8000), (4096, 10240)] {
        let mut pair = Pair::new(Network::Loopback, Some(4096), Some(4096));
        let option = SocketOption::TcpNodelay;
        pair.call(pair.sender, Call::Setsockopt { fd: Fd(3), option, value: OptionValue::Int(1) }).unwrap();
        assert_eq!(pair.sends(chunk).iter().sum::<u32>(), expected, "{chunk} bytes a send");
    }
}

#[test]
fn small_sends_with_nagle_are_joined() {
    for (chunk, expected) in [(100, 6000), (500, 7500), (1000, 9000)] {
        let mut pair = Pair::new(Network::Loopback, Some(4096), Some(4096));
        assert_eq!(pair.sends(chunk).iter().sum::<u32>(), expected, "{chunk} bytes a send");
    }
}

/// Read by 256 bytes until `select` says writable; answers how much that took and what is taken then.
fn drain(asked: i32) -> (usize, Vec<u32>) {
    let mut pair = Pair::new(Network::Loopback, Some(asked), Some(asked));
    pair.sends(8 << 20);
    pair.later(&[50_000]);
    let writable = |pair: &Pair| pair.kernel.end_info(ConnectionId(0), Direction::Forth).unwrap().writable;
    let mut read = 0;
    loop {
        let patience = pair.kernel.now() + 50_000;
        while !writable(&pair) && pair.kernel.now() < patience {
            pair.pass(pair.kernel.now() + 1_000);
        }
        if writable(&pair) {
            return (read, pair.sends(8 << 20));
        }
        read += pair.read(256);
    }
}

#[test]
fn select_says_writable_after_as_much_reading_as_measured() {
    assert_eq!(drain(1), (2880, vec![1728, 576]));
    assert_eq!(drain(4096), (2048, vec![4096]));
    assert_eq!(drain(16384), (16384, vec![16384]));
    assert_eq!(drain(65536), (65536, vec![94834]));
}

#[test]
fn nothing_is_taken_until_a_whole_buffer_is_read() {
    let mut pair = Pair::new(Network::Loopback, Some(4096), Some(4096));
    pair.sends(8 << 20);
    pair.later(&[50_000]);
    for read in (0..2048).step_by(256) {
        assert_eq!(pair.sends(8 << 20), [0; 0], "{read} bytes read");
        assert_eq!(pair.read(256), 256);
        pair.pass(pair.kernel.now() + 50_000);
    }
    assert_eq!(pair.sends(8 << 20), [4096]);
}
