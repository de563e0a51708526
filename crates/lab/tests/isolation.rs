//! No address leads out of a lab: a hundred forms of it are tried from inside, by TCP and by UDP, while a bait listens on every
//! address of this machine. Where there are no hosts, the test says so and passes.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::time::Duration;

use lab::{Lab, Mode};
use syscall::{Call, CallId, Domain, Errno, Fd, HostId, Kernel as _, MsgFlags, Outcome, SocketType, TaskId};

const FD: Fd = Fd(3);

/// Listens on all addresses of the machine, and has to stay alone.
struct Bait {
    tcp: TcpListener,
    udp: UdpSocket,
}

impl Bait {
    fn new() -> Self {
        // On both kinds of address, where this machine has both.
        let any = |port| [format!("[::]:{port}"), format!("0.0.0.0:{port}")];
        let tcp = any(0).iter().find_map(|at| TcpListener::bind(at).ok()).unwrap();
        let port = tcp.local_addr().unwrap().port();
        let udp = any(port).iter().find_map(|at| UdpSocket::bind(at).ok()).unwrap();
        tcp.set_nonblocking(true).unwrap();
        udp.set_nonblocking(true).unwrap();
        Self { tcp, udp }
    }

    fn port(&self) -> u16 {
        self.tcp.local_addr().unwrap().port()
    }

    fn is_alone(&self, after: IpAddr) {
        assert_eq!(self.tcp.accept().unwrap_err().kind(), ErrorKind::WouldBlock, "{after} led out");
        assert_eq!(self.udp.recv(&mut [0; 8]).unwrap_err().kind(), ErrorKind::WouldBlock, "{after} led out");
    }
}

/// The machine's own addresses, as its routing table has them.
fn own_addresses() -> BTreeSet<Ipv4Addr> {
    let table = std::fs::read_to_string("/proc/net/fib_trie").unwrap_or_default();
    let lines: Vec<_> = table.lines().collect();
    let local = lines.windows(2).filter(|pair| pair[1].contains("host LOCAL"));
    local.filter_map(|pair| pair[0].rsplit(' ').next()?.parse().ok()).collect()
}

fn addresses() -> Vec<IpAddr> {
    let mut all: Vec<IpAddr> = own_addresses().into_iter().map(IpAddr::V4).collect();
    let v4 = [
        // This host, every host, and forms of loopback.
        "0.0.0.0 0.0.0.1 0.1.2.3 0.255.255.255 127.0.0.1 127.0.0.2 127.0.0.53 127.0.1.1 127.1.0.1 127.127.127.127",
        "127.255.255.254 127.255.255.255 255.255.255.255 255.255.255.254 255.0.0.0",
        // The lab's own network: its hosts, its ends, and who is not there.
        "10.0.0.0 10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.77 10.0.0.253 10.0.0.254 10.0.0.255",
        // Private networks, and their usual gateways.
        "10.0.1.1 10.0.2.2 10.0.2.15 10.1.0.1 10.8.0.1 10.10.10.10 10.96.0.1 10.96.0.10 10.244.0.1 10.255.255.254",
        "172.16.0.1 172.17.0.1 172.17.0.2 172.18.0.1 172.20.0.1 172.31.255.254 192.168.0.1 192.168.1.1 192.168.1.254",
        "192.168.49.1 192.168.56.1 192.168.64.1 192.168.65.2 192.168.99.100 192.168.100.1 192.168.122.1 192.168.178.1 192.168.255.255",
        // Link-local addresses, and the metadata of clouds.
        "169.254.0.1 169.254.1.1 169.254.169.253 169.254.169.254 169.254.170.2 169.254.255.254 100.100.100.200 168.63.129.16 192.0.0.192",
        // Shared, documentation, benchmark, relay and reserved ranges.
        "100.64.0.1 100.127.255.254 192.0.0.8 192.0.2.1 198.18.0.1 198.19.255.254 198.51.100.1 203.0.113.1 192.88.99.1 240.0.0.1 250.1.2.3",
        // Multicast.
        "224.0.0.1 224.0.0.2 224.0.0.22 224.0.0.251 224.0.0.252 232.1.1.1 233.252.0.1 239.0.0.1 239.255.255.250",
        // The world.
        "1.1.1.1 1.0.0.1 8.8.8.8 8.8.4.4 9.9.9.9 4.4.4.4 17.0.0.1 64.6.64.6 76.76.2.0 93.184.215.14 128.0.0.1 140.82.112.3 151.101.1.1 185.199.108.153 191.255.255.255 208.67.222.222 223.255.255.254",
    ];
    all.extend(v4.iter().flat_map(|line| line.split(' ')).map(|text| text.parse::<IpAddr>().unwrap()));
    let v6 = "::1 :: ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1 fe80::1 fd00::1 fd00:ec2::254 ff02::1 2001:4860:4860::8888 64:ff9b::8.8.8.8 2002:7f00:1::1";
    all.extend(v6.split(' ').map(|text| text.parse::<IpAddr>().unwrap()));
    all
}

fn call(lab: &mut Lab, task: TaskId, number: &mut u64, call: Call) -> Option<Outcome> {
    *number += 1;
    lab.submit(CallId(*number), task, call);
    let ended = lab.next_completed(Duration::from_secs(5));
    if ended.is_none() {
        lab.cancel(CallId(*number));
        lab.next_completed(Duration::from_secs(1)).unwrap();
    }
    ended.map(|done| done.outcome)
}

#[test]
fn no_form_of_address_leads_out_of_a_lab() {
    let addresses = addresses();
    assert!(addresses.len() >= 100, "{}", addresses.len());
    for setup in common::setups(2).iter().filter(|setup| setup.mode != Mode::Loopback) {
        let bait = Bait::new();
        let mut lab = setup.open().unwrap();
        let task = lab.spawn(HostId(0));
        let mut number = 0;
        for address in &addresses {
            let to = SocketAddr::new(*address, bait.port());
            for kind in [SocketType::Stream, SocketType::Dgram] {
                call(&mut lab, task, &mut number, Call::Socket { domain: Domain::Inet, kind })
                    .unwrap()
                    .unwrap();
                let flags = MsgFlags::default();
                let tried = if kind == SocketType::Stream {
                    let connected = call(&mut lab, task, &mut number, Call::Connect { fd: FD, address: to });
                    let connected = connected.unwrap_or_else(|| panic!("{address}: nobody answers"));
                    let errno = connected.expect_err("somebody answers");
                    let expected = [
                        Errno::ECONNREFUSED,
                        Errno::ENETUNREACH,
                        Errno::EHOSTUNREACH,
                        Errno::EAFNOSUPPORT,
                        Errno::EACCES,
                        Errno::EINVAL,
                    ];
                    assert!(expected.contains(&errno), "{address}: {errno}");
                    Err(errno)
                } else {
                    let sent = Call::Sendto { fd: FD, data: "out".into(), flags, address: to };
                    call(&mut lab, task, &mut number, sent).unwrap()
                };
                // Whatever was sent is answered by the lab alone: with nothing, or with an error.
                if tried.is_ok() {
                    lab.pass(Duration::from_millis(2));
                    let flags = MsgFlags { dontwait: true, ..flags };
                    let answered = call(&mut lab, task, &mut number, Call::Recv { fd: FD, len: 10, flags });
                    answered.unwrap().expect_err("somebody answers");
                }
                call(&mut lab, task, &mut number, Call::Close { fd: FD }).unwrap().unwrap();
                bait.is_alone(*address);
            }
        }
        // The bait works: it is this machine's own network that reaches it.
        std::net::TcpStream::connect(("127.0.0.1", bait.port())).unwrap();
        bait.tcp.set_nonblocking(false).unwrap();
        bait.tcp.accept().unwrap();
    }
}
