//! How connections end: every state on the way out, and what each end is told (KERNEL-FACTS, measured on Linux 6.18).
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use common::{CLIENT, CONN, DONTWAIT, FD, HERE, Lab, SERVER, THERE};
use syscall::{Call, Errno, How, Kernel as _, Returned, TcpState};

#[test]
fn a_close_goes_through_fin_wait_and_time_wait() {
    let mut lab = Lab::connected(1000);
    lab.close(CLIENT, FD);
    lab.pass(100);
    lab.close(SERVER, CONN);
    lab.pass(61_000);
    lab.check(
        "
        3.0 0 ESTABLISHED -> FIN-WAIT-1
        3.0 0 > FIN ack 0
        4.0 1 ESTABLISHED -> CLOSE-WAIT
        6.0 1 timer delayed ACK
        6.0 1 < ack 1
        7.0 0 FIN-WAIT-1 -> FIN-WAIT-2
        103.0 1 CLOSE-WAIT -> LAST-ACK
        103.0 1 < FIN ack 1
        104.0 0 > ack 1
        104.0 0 FIN-WAIT-2 -> TIME-WAIT
        105.0 1 LAST-ACK -> CLOSED
        60104.0 0 timer TIME-WAIT
        60104.0 0 TIME-WAIT -> CLOSED
    ",
    );
}

#[test]
fn two_that_close_at_once_both_wait() {
    let mut lab = Lab::connected(5000);
    lab.close(CLIENT, FD);
    lab.close(SERVER, CONN);
    lab.pass(61_000);
    lab.check(
        "
        15.0 0 ESTABLISHED -> FIN-WAIT-1
        15.0 0 > FIN ack 0
        15.0 1 ESTABLISHED -> FIN-WAIT-1
        15.0 1 < FIN ack 0
        20.0 1 < ack 1
        20.0 1 FIN-WAIT-1 -> CLOSING
        20.0 0 > ack 1
        20.0 0 FIN-WAIT-1 -> CLOSING
        25.0 0 CLOSING -> TIME-WAIT
        25.0 1 CLOSING -> TIME-WAIT
        60025.0 0 timer TIME-WAIT
        60025.0 0 TIME-WAIT -> CLOSED
        60025.0 1 timer TIME-WAIT
        60025.0 1 TIME-WAIT -> CLOSED
    ",
    );
}

#[test]
fn an_end_that_nobody_has_open_does_not_wait_for_ever_in_fin_wait_2() {
    let mut lab = Lab::connected(1000);
    lab.close(CLIENT, FD);
    lab.pass(100);
    assert_eq!(lab.states(), (TcpState::FinWait2, Some(TcpState::CloseWait)));
    lab.pass(61_000);
    assert_eq!(lab.states(), (TcpState::Closed, Some(TcpState::CloseWait)));
    let mut held = Lab::connected(1000);
    held.shutdown(CLIENT, FD, How::Write).unwrap();
    held.pass(3_600_000);
    assert_eq!(held.states().0, TcpState::FinWait2, "a program still has it open");
}

#[test]
fn a_lost_fin_is_sent_again() {
    let mut lab = Lab::connected(1000);
    lab.shutdown(CLIENT, FD, How::Write).unwrap();
    lab.pass_losing(1000);
    lab.pass(2000);
    lab.check(
        "
        3.0 0 ESTABLISHED -> FIN-WAIT-1
        3.0 0 > FIN ack 0
        3.0 0 lost FIN ack 0
        207.0 0 timer tail-loss probe
        207.0 0 > FIN ack 0 again
        207.0 0 lost FIN ack 0
        411.0 0 timer retransmission
        411.0 0 > FIN ack 0 again
        411.0 0 lost FIN ack 0
        819.0 0 timer retransmission
        819.0 0 > FIN ack 0 again
        819.0 0 lost FIN ack 0
        1635.0 0 timer retransmission
        1635.0 0 > FIN ack 0 again
        1636.0 1 ESTABLISHED -> CLOSE-WAIT
        1638.0 1 timer delayed ACK
        1638.0 1 < ack 1
        1639.0 0 FIN-WAIT-1 -> FIN-WAIT-2
    ",
    );
}

#[test]
fn the_last_ack_is_lost_and_time_wait_says_it_again() {
    let mut lab = Lab::connected(1000);
    lab.close(CLIENT, FD);
    lab.pass(100);
    lab.told();
    lab.close(SERVER, CONN);
    let fin = lab.wire()[0];
    lab.kernel.deliver(fin);
    lab.lose_all();
    lab.pass(1000);
    lab.check(
        "
        103.0 1 CLOSE-WAIT -> LAST-ACK
        103.0 1 < FIN ack 1
        104.0 0 > ack 1
        104.0 0 FIN-WAIT-2 -> TIME-WAIT
        104.0 0 lost ack 1
        307.0 1 timer tail-loss probe
        307.0 1 < FIN ack 1 again
        308.0 0 > ack 1
        309.0 1 LAST-ACK -> CLOSED
    ",
    );
    let (due, timer, _) = lab.kernel.next_timer(HERE).unwrap();
    assert_eq!((due, timer.name()), (60_308_000, "TIME-WAIT"), "the wait begins anew");
}

#[test]
fn data_for_an_end_that_was_closed_is_answered_by_a_reset() {
    let mut lab = Lab::connected(1000);
    lab.close(CLIENT, FD);
    lab.pass(50);
    lab.told();
    // The first send succeeds: nobody has said that the other end is closed for reading too.
    assert_eq!(lab.send(SERVER, CONN, 4), Ok(Returned::Count(4)));
    lab.pass(10);
    lab.check(
        "
        53.0 1 < 0..4 ack 1
        54.0 0 > RST ack 0
        54.0 0 FIN-WAIT-2 -> CLOSED
        55.0 1 CLOSE-WAIT -> CLOSED
    ",
    );
    assert_eq!(lab.send(SERVER, CONN, 4), Err(Errno::EPIPE));
    assert_eq!(lab.recv(SERVER, CONN), Ok(0));
}

#[test]
fn data_after_both_ways_were_shut_is_answered_by_a_reset() {
    let mut lab = Lab::connected(1000);
    lab.shutdown(CLIENT, FD, How::Both).unwrap();
    lab.pass(50);
    lab.send(SERVER, CONN, 4).unwrap();
    lab.pass(10);
    assert_eq!(lab.states(), (TcpState::Closed, Some(TcpState::Closed)));
    assert_eq!(lab.error(SERVER, CONN), Some(Errno::EPIPE));
}

#[test]
fn closing_with_unread_data_resets() {
    let mut lab = Lab::connected(1000);
    lab.send(CLIENT, FD, 100).unwrap();
    lab.pass(100);
    lab.told();
    lab.close(SERVER, CONN);
    lab.pass(10);
    lab.check(
        "
        103.0 1 < RST ack 100
        103.0 1 ESTABLISHED -> CLOSED
        104.0 0 ESTABLISHED -> CLOSED
    ",
    );
    assert_eq!(lab.recv(CLIENT, FD), Err(Errno::ECONNRESET));
    assert_eq!(lab.recv(CLIENT, FD), Ok(0));
    assert_eq!(lab.send(CLIENT, FD, 1), Err(Errno::EPIPE));
}

#[test]
fn linger_zero_resets_and_forgets_what_is_unsent() {
    let mut lab = Lab::with_buffers(1000, 65_536, 1);
    assert_eq!(lab.send(CLIENT, FD, 1 << 20), Ok(Returned::Count(55_296)));
    lab.pass(100);
    lab.set_linger(CLIENT, FD, 0);
    lab.close(CLIENT, FD);
    lab.pass(10);
    assert_eq!(lab.states(), (TcpState::Closed, Some(TcpState::Closed)));
    assert_eq!(lab.recv(SERVER, CONN), Ok(1152));
    assert_eq!(lab.recv(SERVER, CONN), Err(Errno::ECONNRESET));
}

#[test]
fn linger_waits_until_the_fin_is_acknowledged_or_the_time_is_over() {
    for reads in [false, true] {
        let mut lab = Lab::connected(1000);
        lab.set_linger(CLIENT, FD, 1);
        let start = lab.kernel.now();
        lab.send(CLIENT, FD, 50_000).unwrap();
        let id = lab.start(CLIENT, Call::Close { fd: FD });
        assert_eq!(lab.kernel.poll_completed(), None, "close waits");
        if !reads {
            lab.pass_losing(1);
            let due = lab.kernel.deadline(id).unwrap();
            assert_eq!((due - start) / 1000, 1000);
            lab.pass_losing(1100);
        }
        for _ in 0..100 {
            lab.pass(10);
            let _ = lab.recv(SERVER, CONN);
        }
        assert!(lab.kernel.run(id));
        assert_eq!(lab.outcome(), Ok(Returned::Done));
    }
}

#[test]
fn a_reset_that_overtakes_data_is_asked_for_again() {
    let mut lab = Lab::connected(1000);
    lab.send(CLIENT, FD, 10).unwrap();
    lab.pass(100);
    lab.told();
    lab.send(SERVER, CONN, 100).unwrap();
    let data = lab.wire()[0];
    lab.close(SERVER, CONN);
    lab.kernel.delay(data);
    lab.kernel.delay(data);
    lab.kernel.delay(data);
    lab.kernel.delay(data);
    lab.pass(10);
    lab.check(
        "
        103.0 1 < 0..100 ack 10
        103.0 1 < RST ack 10
        103.0 1 ESTABLISHED -> CLOSED
        103.0 1 delayed 0..100 ack 10
        103.0 1 delayed 0..100 ack 10
        103.0 1 delayed 0..100 ack 10
        103.0 1 delayed 0..100 ack 10
        104.0 0 > ack 0
        105.0 1 < RST
        106.0 0 ESTABLISHED -> CLOSED
        108.0 0 > RST
    ",
    );
    assert_eq!(lab.recv(CLIENT, FD), Err(Errno::ECONNRESET));
}

#[test]
fn a_host_that_died_is_silent_and_knows_nothing_when_it_returns() {
    let mut lab = Lab::connected(1000);
    lab.kernel.host_down(THERE);
    lab.send(CLIENT, FD, 10).unwrap();
    lab.pass(1000);
    assert_eq!(lab.states().0, TcpState::Established);
    lab.kernel.host_up(THERE);
    lab.pass(1000);
    lab.check(
        "
        3.0 1 power off
        3.0 0 > 0..10 ack 0
        4.0 0 lost 0..10 ack 0
        207.0 0 timer tail-loss probe
        207.0 0 > 0..10 ack 0 again
        208.0 0 lost 0..10 ack 0
        411.0 0 timer retransmission
        411.0 0 > 0..10 ack 0 again
        412.0 0 lost 0..10 ack 0
        819.0 0 timer retransmission
        819.0 0 > 0..10 ack 0 again
        820.0 0 lost 0..10 ack 0
        1003.0 1 power on
        1635.0 0 timer retransmission
        1635.0 0 > 0..10 ack 0 again
        1636.0 1 < RST
        1637.0 0 ESTABLISHED -> CLOSED
    ",
    );
    assert_eq!(lab.recv(CLIENT, FD), Err(Errno::ECONNRESET));
    assert!(lab.kernel.is_up(THERE) && lab.kernel.timers(THERE).is_empty());
}

#[test]
fn a_cut_cable_is_forgiven() {
    let mut lab = Lab::connected(1000);
    lab.send(CLIENT, FD, 10).unwrap();
    assert!(lab.kernel.cut(HERE) && !lab.kernel.cut(HERE));
    lab.pass(500);
    lab.kernel.mend(HERE);
    lab.pass(1000);
    lab.check(
        "
        3.0 0 > 0..10 ack 0
        3.0 0 cable cut
        3.0 0 lost 0..10 ack 0
        207.0 0 timer tail-loss probe
        207.0 0 > 0..10 ack 0 again
        207.0 0 lost 0..10 ack 0
        411.0 0 timer retransmission
        411.0 0 > 0..10 ack 0 again
        411.0 0 lost 0..10 ack 0
        503.0 0 cable mended
        819.0 0 timer retransmission
        819.0 0 > 0..10 ack 0 again
        820.0 1 < ack 10
    ",
    );
    assert_eq!(lab.recv(SERVER, CONN), Ok(10));
}

#[test]
fn a_large_close_brings_everything_over() {
    let mut lab = Lab::with_buffers(1000, 65_536, 1);
    lab.send(CLIENT, FD, 1 << 20).unwrap();
    lab.close(CLIENT, FD);
    let mut got = 0;
    while lab.states().1 != Some(TcpState::CloseWait) {
        got += lab.recv(SERVER, CONN).unwrap_or(0);
        lab.pass(10);
    }
    got += lab.recv(SERVER, CONN).unwrap_or(0);
    assert_eq!(got, 55_296);
    assert_eq!(
        lab.call(SERVER, Call::Recv { fd: CONN, len: 10, flags: DONTWAIT }),
        Ok(Returned::Data("".into()))
    );
}
