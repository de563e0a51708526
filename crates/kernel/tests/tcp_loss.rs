//! What is lost is sent again, as Linux 6.18 was seen to do it over a wire that loses chosen packets (1 ms each way).
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{CLIENT, CONN, FD, Lab, SERVER};
use syscall::{Call, Direction, Errno, Returned, SocketOption, TcpState};

/// Nothing quickens the first acknowledgements any more, and the round trip is known.
fn warmed_up() -> Lab {
    let mut lab = Lab::connected(1000);
    lab.send(CLIENT, FD, 100).unwrap();
    lab.pass(100);
    lab.recv(SERVER, CONN).unwrap();
    lab.told();
    lab
}

/// Lose the n-th segments (from 0) that are on the wire now.
fn lose(lab: &mut Lab, places: &[usize]) {
    let wire = lab.wire();
    for place in places {
        assert!(lab.kernel.lose(wire[*place]));
    }
}

#[test]
fn one_segment_is_asked_after_once_then_sent_again_with_doubled_waits() {
    let mut lab = warmed_up();
    let start = lab.kernel.now();
    lab.send(CLIENT, FD, 100).unwrap();
    lab.pass_losing(4000);
    let times: Vec<_> = lab
        .kernel
        .events()
        .iter()
        .filter(|e| e.at >= start)
        .filter_map(|e| match &e.what {
            syscall::What::Timer { name } => Some(format!("{} {name}", (e.at - start) / 1000)),
            _ => None,
        })
        .collect();
    // Measured: 204, 412, 832, 1664, 3328 ms.
    assert_eq!(
        times,
        [
            "204 tail-loss probe",
            "408 retransmission",
            "816 retransmission",
            "1632 retransmission",
            "3264 retransmission"
        ]
    );
    let info = lab.info(CLIENT, FD);
    assert_eq!((info.retransmits, info.backoff, info.total_retrans, info.unacked), (4, 4, 5, 1));
    lab.pass(4000);
    assert_eq!(lab.recv(SERVER, CONN), Ok(100));
    assert_eq!(lab.info(CLIENT, FD).retransmits, 0);
    lab.told();
}

#[test]
fn a_lost_segment_that_three_others_overtook_is_sent_again_at_once() {
    let mut lab = warmed_up();
    lab.send(CLIENT, FD, 14_480).unwrap();
    lose(&mut lab, &[2]);
    lab.pass(20);
    lab.check(
        "
        103.0 0 > 100..1548 ack 0
        103.0 0 > 1548..2996 ack 0
        103.0 0 > 2996..4444 ack 0
        103.0 0 > 4444..5892 ack 0
        103.0 0 > 5892..7340 ack 0
        103.0 0 > 7340..8788 ack 0
        103.0 0 > 8788..10236 ack 0
        103.0 0 > 10236..11684 ack 0
        103.0 0 > 11684..13132 ack 0
        103.0 0 > 13132..14580 ack 0
        103.0 0 lost 2996..4444 ack 0
        104.0 1 < ack 1548
        104.0 1 < ack 2996
        104.0 1 < ack 2996
        104.0 1 < ack 2996
        104.0 1 < ack 2996
        104.0 1 < ack 2996
        104.0 1 < ack 2996
        104.0 1 < ack 2996
        104.0 1 < ack 2996
        105.0 0 > 2996..4444 ack 0 again
        106.0 1 < ack 14580
    ",
    );
}

#[test]
fn two_overtook_it_and_the_wait_for_it_is_short() {
    let mut lab = warmed_up();
    lab.send(CLIENT, FD, 5792).unwrap();
    lose(&mut lab, &[2]);
    lab.pass(20);
    lab.check(
        "
        103.0 0 > 100..1548 ack 0
        103.0 0 > 1548..2996 ack 0
        103.0 0 > 2996..4444 ack 0
        103.0 0 > 4444..5892 ack 0
        103.0 0 lost 2996..4444 ack 0
        104.0 1 < ack 1548
        104.0 1 < ack 2996
        104.0 1 < ack 2996
        109.5 0 timer reordering
        109.5 0 > 2996..4444 ack 0 again
        110.5 1 < ack 5892
    ",
    );
}

#[test]
fn the_last_two_lost_are_found_by_a_probe() {
    let mut lab = warmed_up();
    lab.send(CLIENT, FD, 5792).unwrap();
    lose(&mut lab, &[2, 3]);
    lab.pass(40);
    lab.check(
        "
        103.0 0 > 100..1548 ack 0
        103.0 0 > 1548..2996 ack 0
        103.0 0 > 2996..4444 ack 0
        103.0 0 > 4444..5892 ack 0
        103.0 0 lost 2996..4444 ack 0
        103.0 0 lost 4444..5892 ack 0
        104.0 1 < ack 1548
        104.0 1 < ack 2996
        119.0 0 timer tail-loss probe
        119.0 0 > 4444..5892 ack 0 again
        120.0 1 < ack 2996
        125.5 0 timer reordering
        125.5 0 > 2996..4444 ack 0 again
        126.5 1 < ack 5892
    ",
    );
}

#[test]
fn a_segment_that_was_only_late_is_not_sent_again() {
    let mut lab = warmed_up();
    lab.send(CLIENT, FD, 5792).unwrap();
    let second = lab.wire()[1];
    lab.kernel.delay(second);
    lab.pass(20);
    lab.check(
        "
        103.0 0 > 100..1548 ack 0
        103.0 0 > 1548..2996 ack 0
        103.0 0 > 2996..4444 ack 0
        103.0 0 > 4444..5892 ack 0
        103.0 0 delayed 1548..2996 ack 0
        104.0 1 < ack 1548
        104.0 1 < ack 1548
        104.0 1 < ack 1548
        105.0 1 < ack 5892
    ",
    );
    assert_eq!(lab.info(CLIENT, FD).total_retrans, 0);
}

#[test]
fn a_copy_is_acknowledged_and_given_to_nobody() {
    let mut lab = warmed_up();
    lab.send(CLIENT, FD, 10).unwrap();
    let only = lab.wire()[0];
    lab.kernel.duplicate(only);
    lab.pass(100);
    lab.check(
        "
        103.0 0 > 100..110 ack 0
        103.0 0 copied 100..110 ack 0
        104.0 1 < ack 110
        104.0 1 < ack 110
    ",
    );
    assert_eq!(lab.recv(SERVER, CONN), Ok(10));
}

#[test]
fn a_lost_acknowledgement_is_made_good_by_the_next() {
    let mut lab = warmed_up();
    lab.send(CLIENT, FD, 10).unwrap();
    let data = lab.wire()[0];
    lab.kernel.deliver(data);
    lab.pass_losing(60);
    lab.pass(1000);
    lab.check(
        "
        103.0 0 > 100..110 ack 0
        104.0 1 < ack 110
        104.0 1 lost ack 110
        307.0 0 timer tail-loss probe
        307.0 0 > 100..110 ack 0 again
        308.0 1 < ack 110
    ",
    );
}

#[test]
fn a_connection_that_hears_nothing_is_given_up_after_a_quarter_of_an_hour() {
    let mut lab = warmed_up();
    let start = lab.kernel.now();
    lab.send(CLIENT, FD, 100).unwrap();
    while lab.states().0 == TcpState::Established {
        lab.pass_losing(1000);
    }
    // tcp_retries2 = 15: "a hypothetical 924.6 seconds" (ip-sysctl), at the next time-out after them.
    assert_eq!((lab.kernel.now() - start) / 1_000_000, 929);
    assert_eq!(lab.recv(CLIENT, FD), Err(Errno::ETIMEDOUT));
    assert_eq!(lab.recv(CLIENT, FD), Ok(0));
    assert_eq!(lab.send(CLIENT, FD, 1), Err(Errno::EPIPE));
    assert_eq!(lab.states().1, Some(TcpState::Established), "the other end knows nothing");
}

#[test]
fn tcp_user_timeout_ends_it_earlier() {
    let mut lab = warmed_up();
    lab.set(CLIENT, FD, SocketOption::TcpUserTimeout, 1000);
    let start = lab.kernel.now();
    lab.send(CLIENT, FD, 100).unwrap();
    while lab.states().0 == TcpState::Established {
        lab.pass_losing(1);
    }
    // Measured: 1.42 s, a second after the first retransmission.
    assert_eq!((lab.kernel.now() - start) / 1000, 1408);
    assert_eq!(lab.error(CLIENT, FD), Some(Errno::ETIMEDOUT));
}

#[test]
fn an_orphan_is_given_up_sooner_and_tells_nobody() {
    let mut lab = warmed_up();
    let start = lab.kernel.now();
    lab.send(CLIENT, FD, 100).unwrap();
    lab.close(CLIENT, FD);
    while lab.states().0 != TcpState::Closed {
        lab.pass_losing(1000);
    }
    assert!((100..210).contains(&((lab.kernel.now() - start) / 1_000_000)), "{}", lab.kernel.now() - start);
    assert!(!lab.told().contains("RST"));
}

#[test]
fn every_byte_of_a_closed_connection_arrives_whatever_is_lost() {
    let mut lab = warmed_up();
    lab.set(CLIENT, FD, SocketOption::SoSndbuf, 65_536);
    lab.send(CLIENT, FD, 40_000).unwrap();
    lab.close(CLIENT, FD);
    let mut got = 0;
    for k in 0..400 {
        if k % 3 == 0
            && let Some(&id) = lab.wire().first()
        {
            lab.kernel.lose(id);
        }
        lab.pass(20);
        got += lab.recv(SERVER, CONN).unwrap_or(0);
    }
    assert_eq!(got, 40_000);
    assert_eq!(lab.states(), (TcpState::FinWait2, Some(TcpState::CloseWait)));
    assert_eq!(lab.kernel.stream_info(syscall::ConnectionId(0), Direction::Forth).acknowledged, 40_100);
}

#[test]
fn an_old_copy_of_a_syn_makes_no_second_connection() {
    let mut lab = Lab::listening(100, 1);
    lab.socket(CLIENT);
    let id = lab.start(CLIENT, Call::Connect { fd: FD, address: Lab::address() });
    let syn = lab.wire()[0];
    assert!(lab.kernel.duplicate(syn));
    let copy = lab.wire()[1];
    for _ in 0..3 {
        assert!(lab.kernel.delay(copy));
    }
    let first = |lab: &Lab| lab.wire().into_iter().find(|id| *id != copy);
    while let Some(packet) = first(&lab) {
        lab.kernel.deliver(packet);
    }
    assert!(lab.kernel.run(id));
    assert_eq!(lab.outcome(), Ok(Returned::Done));
    lab.call(SERVER, Call::Accept { fd: FD }).unwrap();
    lab.send(CLIENT, FD, 10).unwrap();
    lab.close(SERVER, CONN);
    while let Some(packet) = first(&lab) {
        lab.kernel.deliver(packet);
    }
    assert_eq!(lab.states().1, Some(TcpState::Closed), "the server has reset what it did not read");
    assert!(lab.kernel.deliver(copy));
    let accept = Call::Accept { fd: FD };
    lab.call(SERVER, Call::SetBlocking { fd: FD, blocking: false }).unwrap();
    assert_eq!(lab.call(SERVER, accept), Err(Errno::EAGAIN));
    assert_eq!(lab.states().1, Some(TcpState::Closed));
}

#[test]
fn an_acknowledgement_that_was_overtaken_closes_no_window() {
    let mut lab = Lab::listening(1000, 1);
    lab.set(SERVER, FD, SocketOption::SoRcvbuf, 16_384);
    lab.socket(CLIENT);
    lab.connect();
    lab.call(SERVER, syscall::Call::Accept { fd: FD }).unwrap();
    lab.send(CLIENT, FD, 11_584).unwrap();
    while lab.info(SERVER, CONN).bytes_received < 11_584 {
        let oldest = lab.kernel.deliverable()[0];
        lab.kernel.deliver(oldest);
    }
    assert!(lab.kernel.fire_timer(common::THERE), "the last acknowledgement is delayed");
    let before = *lab.wire().last().unwrap();
    lab.recv(SERVER, CONN).unwrap();
    let update = *lab.wire().last().unwrap();
    let told = |lab: &Lab, id| {
        let segment = lab.kernel.in_flight().find(|p| p.segment.id == id).unwrap().segment;
        (segment.ack, segment.window)
    };
    let ((ack, small), (same, large)) = (told(&lab, before), told(&lab, update));
    assert!(ack == same && 0 < small && small < large, "{ack} {small}, {same} {large}");
    lab.kernel.deliver(update);
    lab.kernel.deliver(before);
    assert_eq!(lab.info(CLIENT, FD).snd_wnd, large);
}
