//! What happens because time passes: delayed ACK and Nagle, cork, keepalive, zero-window probes.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{CLIENT, CONN, FD, HERE, Lab, SERVER};
use kernel::Timer;
use syscall::{Call, Errno, Kernel as _, Returned, SocketOption, TcpState};

/// The client writes 10 bytes twice and reads the answer; the server answers when it has both. Answers milliseconds.
fn exchange(lab: &mut Lab) -> u64 {
    let start = lab.kernel.now();
    lab.send(CLIENT, FD, 10).unwrap();
    lab.send(CLIENT, FD, 10).unwrap();
    let mut there = 0;
    loop {
        lab.pass(1);
        there += lab.recv(SERVER, CONN).unwrap_or(0);
        if there == 20 {
            lab.send(SERVER, CONN, 10).unwrap();
            there = 0;
        }
        if lab.recv(CLIENT, FD).is_ok() {
            return (lab.kernel.now() - start) / 1000;
        }
    }
}

#[test]
fn write_write_read_meets_the_delayed_ack_but_for_the_first_time() {
    let mut lab = Lab::connected(50);
    assert!(exchange(&mut lab) <= 4, "the first acknowledgements are quick");
    for _ in 0..4 {
        // Measured: 44 ms on loopback, 43 to 47 over a wire.
        assert!((42..=45).contains(&exchange(&mut lab)));
    }
    lab.set(CLIENT, FD, SocketOption::TcpNodelay, 1);
    assert!(exchange(&mut lab) <= 4);
    assert!(exchange(&mut lab) <= 4);
}

#[test]
fn tcp_quickack_spares_the_wait() {
    let mut lab = Lab::connected(50);
    exchange(&mut lab);
    lab.set(SERVER, CONN, SocketOption::TcpQuickack, 1);
    assert!(exchange(&mut lab) <= 4);
    assert!(exchange(&mut lab) >= 42, "it does not last: the answer has begun a conversation");
}

#[test]
fn cork_holds_a_short_segment_for_a_fifth_of_a_second() {
    let mut lab = Lab::connected(1000);
    lab.set(CLIENT, FD, SocketOption::TcpCork, 1);
    lab.send(CLIENT, FD, 10).unwrap();
    lab.pass(300);
    lab.check(
        "
        207.0 0 timer cork
        207.0 0 > 0..10 ack 0
        208.0 1 < ack 10
    ",
    );
    lab.send(CLIENT, FD, 2000).unwrap();
    lab.pass(20);
    lab.check(
        "
        303.0 0 > 10..1458 ack 0
        304.0 1 < ack 1458
    ",
    );
    lab.set(CLIENT, FD, SocketOption::TcpCork, 0);
    lab.check(
        "
        323.0 0 > 1458..2010 ack 0
    ",
    );
}

#[test]
fn keepalive_asks_and_then_gives_up() {
    let mut lab = Lab::connected(1000);
    let options = [
        (SocketOption::SoKeepalive, 1),
        (SocketOption::TcpKeepidle, 1),
        (SocketOption::TcpKeepintvl, 1),
        (SocketOption::TcpKeepcnt, 3),
    ];
    for (option, value) in options {
        lab.set(CLIENT, FD, option, value);
    }
    assert_eq!(lab.kernel.next_timer(HERE).map(|(_, timer, _)| timer), Some(Timer::Keepalive));
    lab.pass(2500);
    lab.check(
        "
        1003.0 0 timer keepalive
        1003.0 0 > ack 0
        1004.0 1 < ack 0
        2005.0 0 timer keepalive
        2005.0 0 > ack 0
        2006.0 1 < ack 0
    ",
    );
    let socket = lab.socket_of(syscall::Direction::Forth);
    assert!(lab.kernel.is_futile(Timer::Keepalive, socket), "it would be answered for ever");
    lab.kernel.cut(HERE);
    assert!(!lab.kernel.is_futile(Timer::Keepalive, socket));
    lab.pass(4000);
    lab.check(
        "
        2503.0 0 cable cut
        3007.0 0 timer keepalive
        3007.0 0 > ack 0
        3007.0 0 lost ack 0
        4007.0 0 timer keepalive
        4007.0 0 > ack 0
        4007.0 0 lost ack 0
        5007.0 0 timer keepalive
        5007.0 0 > ack 0
        5007.0 0 lost ack 0
        6007.0 0 timer keepalive
        6007.0 0 > RST ack 0
        6007.0 0 lost RST ack 0
        6007.0 0 ESTABLISHED -> CLOSED
    ",
    );
    assert_eq!(lab.recv(CLIENT, FD), Err(Errno::ETIMEDOUT));
}

/// 4096 and 4096 bytes asked for, nobody reads, and everything that is sent has arrived.
fn full() -> Lab {
    let mut lab = Lab::with_buffers(50, 4096, 4096);
    while lab.send(CLIENT, FD, 1 << 20).is_ok() || lab.kernel.now() < 20_000 {
        lab.pass(1);
    }
    lab.told();
    lab
}

#[test]
fn a_closed_window_is_probed_with_doubled_waits() {
    let mut lab = full();
    lab.pass(1200);
    lab.check(
        "
        42.2 1 timer delayed ACK
        42.2 1 < ack 4344
        250.2 0 timer zero-window probe
        250.2 0 > ack 0
        250.3 1 < ack 4344
        666.2 0 timer zero-window probe
        666.2 0 > ack 0
        666.3 1 < ack 4344
    ",
    );
    let info = lab.info(CLIENT, FD);
    assert_eq!((info.probes, info.backoff, info.snd_wnd), (0, 2, 0));
    lab.pass(3_600_000);
    assert_eq!(lab.states().0, TcpState::Established, "as long as the probes are answered");
}

#[test]
fn probes_that_nobody_answers_end_the_connection() {
    let mut lab = full();
    lab.pass_losing(2_000_000);
    assert_eq!(lab.error(CLIENT, FD), Some(Errno::ETIMEDOUT));
}

#[test]
fn tcp_user_timeout_ends_a_connection_whose_window_stays_closed() {
    let mut lab = full();
    lab.set(CLIENT, FD, SocketOption::TcpUserTimeout, 1000);
    let start = lab.kernel.now();
    while lab.states().0 == TcpState::Established {
        lab.pass(1);
    }
    // A second after the first probe. Measured: 1.3 s.
    assert!((1200..1300).contains(&((lab.kernel.now() - start) / 1000)), "{}", lab.kernel.now() - start);
    assert_eq!(lab.error(CLIENT, FD), Some(Errno::ETIMEDOUT));
}

#[test]
fn a_blocking_send_of_200_000_bytes_waits_for_a_slow_reader() {
    let mut lab = Lab::with_buffers(50, 4096, 4096);
    let data = vec![b'x'; 200_000].into();
    let id = lab.start(CLIENT, Call::Send { fd: FD, data, flags: common::NO_FLAGS });
    assert_eq!(lab.kernel.poll_completed(), None, "send waits");
    let mut sent = None;
    let start = lab.kernel.now();
    while sent.is_none() {
        lab.pass(10);
        let _ = lab.call(SERVER, Call::Recv { fd: CONN, len: 4000, flags: common::DONTWAIT });
        while sent.is_none() && lab.kernel.can_go_on(id) {
            sent = lab.kernel.run(id).then(|| lab.outcome());
        }
    }
    assert_eq!(sent, Some(Ok(Returned::Count(200_000))));
    let ms = (lab.kernel.now() - start) / 1000;
    assert!((450..900).contains(&ms), "{ms} ms");
}

#[test]
fn whoever_waits_for_ever_comes_to_the_end_of_time_and_can_go_on() {
    let mut lab = Lab::listening(50, 1);
    lab.socket(CLIENT);
    let patient = Call::Select { read: vec![], write: vec![], except: vec![], timeout_us: Some(u64::MAX) };
    for _ in 0..2 {
        let id = lab.start(CLIENT, patient.clone());
        lab.kernel.pass_time(u64::MAX);
        lab.kernel.run(id);
        assert!(matches!(lab.outcome(), Ok(Returned::Selected { .. })), "its time is up");
    }
    lab.connect();
    lab.send(CLIENT, FD, 10).unwrap();
    lab.settle();
}
