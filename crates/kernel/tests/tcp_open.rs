//! How connections begin: lost handshakes, full queues, both at once, addresses without a host.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{CLIENT, CONN, FD, HERE, Lab, SERVER, THERE};
use syscall::{Address, Call, Direction, Errno, Fd, Returned, SocketOption, TcpState};

fn connect(fd: Fd) -> Call {
    Call::Connect { fd, address: Lab::address() }
}

#[test]
fn an_unanswered_syn_is_sent_ten_times_more() {
    let mut lab = Lab::listening(1000, 1);
    lab.socket(CLIENT);
    let id = lab.start(CLIENT, connect(FD));
    lab.pass_losing(200_000);
    let sent = |e: &&syscall::Event| matches!(e.what, syscall::What::SegmentSent { .. });
    let times: Vec<_> = lab.kernel.events().iter().filter(sent).map(|e| e.at / 1_000_000).collect();
    // Measured: 1.0, 2.0, 3.0, 4.1, 5.1, 7.1, 11.3 s; tcp_syn_retries 6 and tcp_syn_linear_timeouts 4 say the rest.
    assert_eq!(times, [0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67]);
    assert!(lab.kernel.run(id));
    assert_eq!(lab.outcome(), Err(Errno::ETIMEDOUT));
    let last =
        lab.kernel.events().iter().rev().find(|e| matches!(e.what, syscall::What::State { .. })).unwrap();
    assert_eq!(last.at / 1_000_000, 131);
}

#[test]
fn tcp_syncnt_ends_it_earlier() {
    let mut lab = Lab::listening(1000, 1);
    lab.socket(CLIENT);
    lab.set(CLIENT, FD, SocketOption::TcpSyncnt, 1);
    let id = lab.start(CLIENT, connect(FD));
    lab.pass_losing(7_500);
    assert!(lab.kernel.run(id));
    assert_eq!(lab.outcome(), Err(Errno::ETIMEDOUT));
}

#[test]
fn a_lost_syn_ack_is_sent_again_by_its_timer_and_for_the_syn() {
    let mut lab = Lab::listening(1000, 1);
    lab.socket(CLIENT);
    let id = lab.start(CLIENT, connect(FD));
    let syn = lab.wire()[0];
    lab.kernel.deliver(syn);
    lab.lose_all();
    lab.pass(1500);
    lab.check(
        "
        0.0 0 CLOSED -> SYN-SENT
        0.0 0 > SYN
        1.0 1 LISTEN -> SYN-RECEIVED
        1.0 1 < SYN ack 0
        1.0 1 lost SYN ack 0
        1000.0 0 timer retransmission
        1000.0 0 > SYN again
        1001.0 1 < SYN ack 0 again
        1001.0 1 timer retransmission
        1001.0 1 < SYN ack 0 again
        1002.0 0 SYN-SENT -> ESTABLISHED
        1002.0 0 > ack 0
        1002.0 0 > ack 0
        1003.0 1 SYN-RECEIVED -> ESTABLISHED
    ",
    );
    assert!(lab.kernel.run(id));
}

#[test]
fn a_half_open_connection_is_forgotten_after_a_minute() {
    let mut lab = Lab::listening(1000, 1);
    lab.socket(CLIENT);
    lab.start(CLIENT, connect(FD));
    let syn = lab.wire()[0];
    lab.kernel.deliver(syn);
    lab.pass_losing(62_000);
    assert_eq!(lab.states().1, Some(TcpState::SynReceived));
    lab.pass_losing(2_000);
    assert_eq!(lab.states().1, Some(TcpState::Closed));
}

#[test]
fn an_address_without_a_host_is_answered_by_the_network() {
    let mut lab = Lab::new(1000);
    lab.socket(CLIENT);
    let id = lab.start(CLIENT, Call::Connect { fd: FD, address: "10.0.0.77:7000".parse().unwrap() });
    lab.pass(10);
    lab.check(
        "
        0.0 0 CLOSED -> SYN-SENT
        0.0 0 > SYN
        1.0 0 unreachable EHOSTUNREACH
        1.0 0 SYN-SENT -> CLOSED
    ",
    );
    assert!(lab.kernel.run(id));
    assert_eq!(lab.outcome(), Err(Errno::EHOSTUNREACH));
    lab.socket(CLIENT);
    let elsewhere = Call::Connect { fd: CONN, address: "192.0.2.1:7000".parse().unwrap() };
    assert_eq!(lab.call(CLIENT, elsewhere), Err(Errno::ENETUNREACH));
}

#[test]
fn both_connect_at_once_and_are_one_connection() {
    let mut lab = Lab::new(1000);
    let (here, there): (Address, Address) =
        ("10.0.0.1:5001".parse().unwrap(), "10.0.0.2:5002".parse().unwrap());
    lab.socket(CLIENT);
    lab.socket(SERVER);
    lab.call(CLIENT, Call::Bind { fd: FD, address: here }).unwrap();
    lab.call(SERVER, Call::Bind { fd: FD, address: there }).unwrap();
    let a = lab.start(CLIENT, Call::Connect { fd: FD, address: there });
    let b = lab.start(SERVER, Call::Connect { fd: FD, address: here });
    lab.pass(10);
    lab.check(
        "
        0.0 0 CLOSED -> SYN-SENT
        0.0 0 > SYN
        0.0 1 CLOSED -> SYN-SENT
        0.0 1 < SYN
        1.0 1 SYN-SENT -> SYN-RECEIVED
        1.0 1 < SYN ack 0
        1.0 0 SYN-SENT -> SYN-RECEIVED
        1.0 0 > SYN ack 0
        2.0 0 SYN-RECEIVED -> ESTABLISHED
        2.0 0 > ack 0
        2.0 1 SYN-RECEIVED -> ESTABLISHED
        2.0 1 < ack 0
    ",
    );
    for id in [a, b] {
        assert!(lab.kernel.run(id));
        assert_eq!(lab.outcome(), Ok(Returned::Done));
    }
    lab.send(CLIENT, FD, 5).unwrap();
    lab.send(SERVER, FD, 7).unwrap();
    lab.pass(10);
    assert_eq!((lab.recv(CLIENT, FD), lab.recv(SERVER, FD)), (Ok(7), Ok(5)));
    lab.close(CLIENT, FD);
    lab.pass(50);
    assert_eq!(lab.recv(SERVER, FD), Ok(0));
}

#[test]
fn the_last_ack_is_forgotten_while_the_queue_is_full_and_data_opens_the_connection_later() {
    let mut lab = Lab::listening(1000, 0);
    let fds: Vec<_> = (0..2).map(|_| lab.socket(CLIENT)).collect();
    for &fd in &fds {
        lab.call(CLIENT, Call::SetBlocking { fd, blocking: false }).unwrap();
        assert_eq!(lab.call(CLIENT, connect(fd)), Err(Errno::EINPROGRESS));
    }
    lab.settle();
    for &fd in &fds {
        assert_eq!(lab.info(CLIENT, fd).state, TcpState::Established, "both clients believe so");
    }
    lab.told();
    lab.send(CLIENT, fds[1], 5).unwrap();
    lab.pass(1500);
    lab.check(
        "
        3.0 0 > 0..5 ack 0
        207.0 0 timer tail-loss probe
        207.0 0 > 0..5 ack 0 again
        411.0 0 timer retransmission
        411.0 0 > 0..5 ack 0 again
        819.0 0 timer retransmission
        819.0 0 > 0..5 ack 0 again
        1001.0 1 timer retransmission
        1001.0 1 < SYN ack 0 again
        1002.0 0 > ack 0
    ",
    );
    let accepted = lab.call(SERVER, Call::Accept { fd: FD });
    assert!(matches!(accepted, Ok(Returned::Accepted { fd: CONN, .. })));
    lab.pass(3000);
    lab.check(
        "
        1635.0 0 timer retransmission
        1635.0 0 > 0..5 ack 0 again
        1636.0 1 SYN-RECEIVED -> ESTABLISHED
        1636.0 1 < ack 5
    ",
    );
    lab.call(SERVER, Call::Accept { fd: FD }).unwrap();
    assert_eq!(lab.recv(SERVER, Fd(5)), Ok(5));
}

#[test]
fn a_full_queue_drops_the_syn() {
    let mut lab = Lab::listening(1000, 0);
    lab.socket(CLIENT);
    lab.connect();
    let second = lab.socket(CLIENT);
    let id = lab.start(CLIENT, connect(second));
    lab.told();
    lab.pass(2500);
    lab.call(SERVER, Call::Accept { fd: FD }).unwrap();
    lab.pass(1000);
    lab.check(
        "
        1003.0 0 timer retransmission
        1003.0 0 > SYN again
        2003.0 0 timer retransmission
        2003.0 0 > SYN again
        3003.0 0 timer retransmission
        3003.0 0 > SYN again
        3004.0 1 LISTEN -> SYN-RECEIVED
        3004.0 1 < SYN ack 0
        3005.0 0 SYN-SENT -> ESTABLISHED
        3005.0 0 > ack 0
        3006.0 1 SYN-RECEIVED -> ESTABLISHED
    ",
    );
    assert!(lab.kernel.run(id));
}

#[test]
fn closing_the_listener_resets_what_it_had_queued() {
    let mut lab = Lab::listening(1000, 0);
    lab.socket(CLIENT);
    lab.connect();
    let second = lab.socket(CLIENT);
    lab.call(CLIENT, Call::SetBlocking { fd: second, blocking: false }).unwrap();
    lab.told();
    lab.close(SERVER, FD);
    lab.pass(10);
    lab.check(
        "
        3.0 1 < RST ack 0
        3.0 1 ESTABLISHED -> CLOSED
        4.0 0 ESTABLISHED -> CLOSED
    ",
    );
    assert_eq!(lab.recv(CLIENT, FD), Err(Errno::ECONNRESET));
    assert_eq!(lab.call(CLIENT, connect(second)), Err(Errno::EINPROGRESS));
    lab.pass(10);
    assert_eq!(lab.error(CLIENT, second), Some(Errno::ECONNREFUSED));
}

#[test]
fn tcp_maxseg_holds_both_ways() {
    let mut lab = Lab::listening(1000, 0);
    lab.socket(CLIENT);
    lab.set(CLIENT, FD, SocketOption::TcpMaxseg, 500);
    lab.connect();
    lab.call(SERVER, Call::Accept { fd: FD }).unwrap();
    assert_eq!((lab.info(CLIENT, FD).snd_mss, lab.info(SERVER, CONN).snd_mss), (488, 488));
    lab.told();
    lab.send(SERVER, CONN, 1000).unwrap();
    lab.check(
        "
        3.0 1 < 0..488 ack 0
        3.0 1 < 488..976 ack 0
        3.0 1 < 976..1000 ack 0
    ",
    );
}

#[test]
fn a_dead_host_says_nothing_and_a_living_one_without_a_listener_refuses() {
    let mut lab = Lab::new(1000);
    lab.kernel.host_down(THERE);
    lab.socket(CLIENT);
    let id = lab.start(CLIENT, connect(FD));
    lab.pass(500);
    assert_eq!(lab.states().0, TcpState::SynSent);
    lab.kernel.host_up(THERE);
    lab.pass(1000);
    assert!(lab.kernel.run(id));
    assert_eq!(lab.outcome(), Err(Errno::ECONNREFUSED));
    assert!(lab.kernel.timers(HERE).is_empty());
    assert_eq!(lab.kernel.end_info(syscall::ConnectionId(0), Direction::Back), None);
}

#[test]
fn an_old_copy_of_a_syn_opens_nothing() {
    let mut lab = Lab::listening(1000, 1);
    lab.socket(CLIENT);
    lab.start(CLIENT, connect(FD));
    let syn = lab.wire()[0];
    lab.kernel.duplicate(syn);
    let copy = lab.wire()[1];
    lab.kernel.deliver(syn);
    lab.kernel.delay(copy);
    let answer = lab.wire()[0];
    lab.kernel.deliver(answer);
    let ack = *lab.wire().last().unwrap();
    lab.kernel.deliver(ack);
    lab.call(SERVER, Call::Accept { fd: FD }).unwrap();
    lab.set_linger(SERVER, CONN, 0);
    lab.close(SERVER, CONN);
    lab.told();
    lab.kernel.deliver(copy);
    lab.pass(2000);
    lab.check(
        "
        4.0 0 ESTABLISHED -> CLOSED
    ",
    );
}
