//! Hosts of our own and the wire between them, in every mode that this machine offers. Where it offers none, the tests say
//! so and pass: nothing else can be shown there.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::{Duration, Instant};

use common::caller::{Caller, PATIENCE, TCP, at};
use lab::{Lab, Mode, Setup};
use protocol::WireSpec;
use syscall::{
    Call, Domain, Errno, Fd, HostId, MsgFlags, OptionValue, Returned, SocketOption, SocketType, TaskId,
    TcpInfo,
};

const FD: Fd = Fd(3);

struct Bench {
    lab: Lab,
    made: u64,
    client: TaskId,
    server: TaskId,
}

impl Caller for Bench {
    fn lab(&mut self) -> (&mut Lab, &mut u64) {
        (&mut self.lab, &mut self.made)
    }
}

impl Bench {
    fn new(setup: &Setup) -> Self {
        let mut lab = setup.open().unwrap();
        let (client, server) = (lab.spawn(HostId(0)), lab.spawn(HostId(1)));
        Self { lab, made: 0, client, server }
    }

    /// A connection over the wire: the server's descriptor of it; the client's is the first.
    fn connected(&mut self) -> Fd {
        let (client, server) = (self.client, self.server);
        self.ok(server, TCP);
        self.ok(server, Call::Bind { fd: FD, address: at("10.0.0.2:7000") });
        self.ok(server, Call::Listen { fd: FD, backlog: 5 });
        self.ok(client, TCP);
        self.ok(client, Call::Connect { fd: FD, address: at("10.0.0.2:7000") });
        match self.ok(server, Call::Accept { fd: FD }) {
            Returned::Accepted { fd, peer } => {
                assert!(peer.to_string().starts_with("10.0.0.1:"), "{peer}");
                fd
            }
            other => panic!("{other:?}"),
        }
    }

    fn set(&mut self, task: TaskId, option: SocketOption, number: i32) {
        self.ok(task, Call::Setsockopt { fd: FD, option, value: OptionValue::Int(number) });
    }

    /// What the client's kernel knows of its connection.
    fn info(&mut self) -> TcpInfo {
        let info = Call::Getsockopt { fd: FD, option: SocketOption::TcpInfo };
        let Returned::Option(OptionValue::TcpInfo(info)) = self.ok(self.client, info) else { panic!() };
        info
    }
}

fn connect(address: &str) -> Call {
    Call::Connect { fd: FD, address: at(address) }
}
fn send(fd: Fd, len: usize) -> Call {
    Call::Send { fd, data: vec![b'x'; len].into(), flags: MsgFlags::default() }
}
fn recv(fd: Fd) -> Call {
    Call::Recv { fd, len: 100, flags: MsgFlags::default() }
}

fn everywhere(change: impl Fn(Setup) -> Setup, test: impl Fn(&mut Bench)) {
    for setup in common::setups(2).iter().filter(|setup| setup.mode != Mode::Loopback) {
        eprintln!("in mode {}", setup.mode);
        test(&mut Bench::new(&change(setup.clone())));
    }
}

#[test]
fn a_connection_crosses_the_wire_in_segments_that_fit_it() {
    everywhere(
        |setup| setup,
        |bench| {
            let served = bench.connected();
            bench.ok(bench.client, send(FD, 50_000));
            assert_eq!(bench.info().snd_mss, 1448);
            let all = Call::Recv {
                fd: served,
                len: 50_000,
                flags: MsgFlags { waitall: true, ..MsgFlags::default() },
            };
            let Returned::Data(data) = bench.ok(bench.server, all) else { panic!() };
            assert_eq!(data.len(), 50_000);
            assert!(bench.lab.hand().unwrap().carried().packets >= 35 + 3);
        },
    );
}

#[test]
fn the_delay_and_the_largest_packet_are_as_asked() {
    let slow = Duration::from_millis(30);
    everywhere(
        |setup| Setup { wire: WireSpec { mtu: 600, delay_us: 30_000, ..WireSpec::default() }, ..setup },
        |bench| {
            bench.ok(bench.server, TCP);
            bench.ok(bench.server, Call::Bind { fd: FD, address: at("0.0.0.0:7000") });
            bench.ok(bench.server, Call::Listen { fd: FD, backlog: 5 });
            bench.ok(bench.client, TCP);
            let started = Instant::now();
            bench.ok(bench.client, connect("10.0.0.2:7000"));
            assert!(started.elapsed() >= 2 * slow, "{:?}", started.elapsed());
            let option = SocketOption::TcpMaxseg;
            let mss = bench.ok(bench.client, Call::Getsockopt { fd: FD, option });
            assert_eq!(mss, Returned::Option(OptionValue::Int(600 - 40 - 12)));
        },
    );
}

#[test]
fn nothing_leads_out_and_every_kernel_says_so_itself() {
    everywhere(
        |setup| setup,
        |bench| {
            for (to, errno) in [
                ("10.0.0.77:1", Errno::EHOSTUNREACH),
                ("10.0.0.2:1", Errno::ECONNREFUSED),
                ("127.0.0.1:1", Errno::ECONNREFUSED),
                ("192.0.2.1:80", Errno::ENETUNREACH),
                ("169.254.169.254:80", Errno::ENETUNREACH),
                ("8.8.8.8:53", Errno::ENETUNREACH),
            ] {
                bench.ok(bench.client, TCP);
                bench.submit(bench.client, connect(to));
                let done = bench.lab.next_done(PATIENCE).unwrap();
                assert_eq!((done.outcome, done.by), (Err(errno), lab::Answered::Kernel), "{to}");
                bench.ok(bench.client, Call::Close { fd: FD });
            }
        },
    );
}

#[test]
fn a_lost_segment_is_sent_again_and_a_cut_cable_ends_in_a_time_out() {
    everywhere(
        |setup| setup,
        |bench| {
            let served = bench.connected();
            let hand = bench.lab.hand().unwrap().clone();
            hand.lose(HostId(0), 1);
            bench.ok(bench.client, send(FD, 10));
            let Returned::Data(data) = bench.ok(bench.server, recv(served)) else { panic!() };
            assert_eq!(data.len(), 10);
            assert!(bench.info().total_retrans >= 1);
            // What is on its way when the cable is cut would time out before anything more is sent.
            while bench.info().unacked > 0 {
                bench.lab.pass(Duration::from_millis(1));
            }
            hand.cut(HostId(1), true);
            bench.set(bench.client, SocketOption::TcpUserTimeout, 500);
            bench.ok(bench.client, send(FD, 10));
            assert_eq!(bench.call(bench.client, recv(FD)), Err(Errno::ETIMEDOUT));
        },
    );
}

#[test]
fn ports_below_1024_are_for_the_privileged_and_taken_ones_for_nobody() {
    everywhere(
        |setup| Setup { hosts: 2, ..setup },
        |bench| {
            let bind = Call::Bind { fd: FD, address: at("0.0.0.0:80") };
            bench.ok(bench.server, TCP);
            bench.submit(bench.server, bind.clone());
            let done = bench.lab.next_done(PATIENCE).unwrap();
            assert_eq!((done.outcome, done.by), (Err(Errno::EACCES), lab::Answered::Kernel));
            bench.lab.set_privileged(bench.server, true);
            bench.ok(bench.server, bind.clone());
            bench.ok(bench.server, Call::Listen { fd: FD, backlog: 1 });
            bench.ok(bench.client, TCP);
            bench.ok(bench.client, connect("10.0.0.2:80"));
            let second = bench.ok(bench.server, TCP);
            let Returned::Fd(second) = second else { panic!() };
            let again = Call::Bind { fd: second, address: at("0.0.0.0:80") };
            assert_eq!(bench.call(bench.server, again), Err(Errno::EADDRINUSE));
        },
    );
}

#[test]
fn both_hosts_have_every_port_and_time_wait_is_the_kernels_own() {
    everywhere(
        |setup| setup,
        |bench| {
            let served = bench.connected();
            // The server closes first: its end stays in TIME-WAIT, and its port is in use.
            bench.ok(bench.server, Call::Close { fd: served });
            bench.ok(bench.client, recv(FD));
            bench.ok(bench.client, Call::Close { fd: FD });
            bench.lab.pass(Duration::from_millis(20));
            bench.ok(bench.server, Call::Close { fd: FD });
            let bind = Call::Bind { fd: FD, address: at("0.0.0.0:7000") };
            bench.ok(bench.server, TCP);
            assert_eq!(bench.call(bench.server, bind.clone()), Err(Errno::EADDRINUSE));
            bench.ok(bench.client, TCP);
            bench.ok(bench.client, bind);
        },
    );
}

#[test]
fn datagrams_cross_the_wire_and_one_is_lost() {
    everywhere(
        |setup| setup,
        |bench| {
            let udp = Call::Socket { domain: Domain::Inet, kind: SocketType::Dgram };
            bench.ok(bench.server, udp.clone());
            bench.ok(bench.server, Call::Bind { fd: FD, address: at("10.0.0.2:5000") });
            bench.ok(bench.client, udp);
            let sendto = |text: &str| Call::Sendto {
                fd: FD,
                data: text.into(),
                flags: MsgFlags::default(),
                address: at("10.0.0.2:5000"),
            };
            bench.lab.hand().unwrap().lose(HostId(0), 1);
            bench.ok(bench.client, sendto("lost"));
            bench.ok(bench.client, sendto("found"));
            let recvfrom = Call::Recvfrom { fd: FD, len: 100, flags: MsgFlags::default() };
            let Returned::Datagram { data, from } = bench.ok(bench.server, recvfrom) else { panic!() };
            assert_eq!((&data[..], from.ip()), (&b"found"[..], "10.0.0.1".parse().unwrap()));
        },
    );
}
