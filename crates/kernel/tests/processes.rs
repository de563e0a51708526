//! Processes, descriptors and signals. Where a number or an error is given, Linux 6.18 was asked the same.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod common;

use common::{CLIENT, CONN, DONTWAIT, FD, HERE, Lab, NO_FLAGS, SERVER, THERE};
use syscall::{
    Call, CallId, Domain, Errno, Fd, Kernel as _, MsgFlags, OptionValue, Pid, Returned, Signal, SocketOption,
    SocketType, TaskId, TcpState, What,
};

fn send(fd: Fd, len: usize, flags: MsgFlags) -> Call {
    Call::Send { fd, data: vec![b'x'; len].into(), flags }
}

fn recv(fd: Fd, len: u32, flags: MsgFlags) -> Call {
    Call::Recv { fd, len, flags }
}

fn time_limit(lab: &mut Lab, task: TaskId, fd: Fd, option: SocketOption, ms: u64) {
    let value = OptionValue::TimeMicros(ms * 1000);
    lab.call(task, Call::Setsockopt { fd, option, value }).unwrap();
}

/// Time passes until this call may go on; then it has to end.
fn wait(lab: &mut Lab, id: CallId, ms: u64) -> syscall::Outcome {
    lab.pass(ms);
    assert!(lab.kernel.can_go_on(id), "it may go on");
    assert!(lab.kernel.run(id), "it ends");
    lab.outcome()
}

#[test]
fn a_dup_keeps_the_connection_open_until_the_last_descriptor_is_closed() {
    let mut lab = Lab::connected(100);
    let second = lab.call(CLIENT, Call::Dup { fd: FD });
    assert_eq!(second, Ok(Returned::Fd(Fd(4))));
    lab.close(CLIENT, FD);
    lab.settle();
    assert_eq!(lab.states().0, TcpState::Established);
    assert_eq!(lab.send(CLIENT, Fd(4), 3), Ok(Returned::Count(3)));
    lab.close(CLIENT, Fd(4));
    lab.settle();
    assert_eq!(lab.states().0, TcpState::FinWait1);
}

#[test]
fn parent_and_child_share_the_socket_and_its_flags() {
    let mut lab = Lab::connected(100);
    let forked = lab.call(SERVER, Call::Fork);
    let child = lab.kernel.next_forked().unwrap();
    assert_eq!(forked, Ok(Returned::Forked(lab.kernel.pid(child))));
    assert_eq!(lab.kernel.next_forked(), None);
    lab.call(child, Call::SetBlocking { fd: CONN, blocking: false }).unwrap();
    assert_eq!(lab.call(SERVER, recv(CONN, 1, NO_FLAGS)), Err(Errno::EAGAIN), "O_NONBLOCK is the file's");
    lab.close(SERVER, CONN);
    lab.settle();
    assert_eq!(lab.states().1, Some(TcpState::Established), "the child has it open");
    lab.kernel.exit(child, 0);
    lab.settle();
    assert_eq!(lab.states().1, Some(TcpState::FinWait1));
    assert!(!lab.kernel.is_alive(child));
}

#[test]
fn descriptors_run_out_and_accept_says_so_before_it_looks_at_the_socket() {
    let mut lab = Lab::new(100);
    lab.kernel.set_descriptor_limit(Pid(1), 5);
    lab.socket(CLIENT);
    assert_eq!(lab.call(CLIENT, Call::Pipe), Err(Errno::EMFILE));
    lab.socket(CLIENT);
    let unix = Call::Socketpair { domain: Domain::Unix, kind: SocketType::Stream };
    for call in [
        Call::Socket { domain: Domain::Inet, kind: SocketType::Stream },
        Call::Dup { fd: FD },
        unix,
        Call::Accept { fd: FD },
    ] {
        assert_eq!(lab.call(CLIENT, call), Err(Errno::EMFILE));
    }
    assert_eq!(lab.call(CLIENT, Call::Dup { fd: Fd(9) }), Err(Errno::EBADF));
    let inet6 = Call::Socket { domain: Domain::Inet6, kind: SocketType::Stream };
    assert_eq!(lab.call(CLIENT, inet6), Err(Errno::EAFNOSUPPORT));
    lab.close(CLIENT, FD);
    assert_eq!(lab.socket(CLIENT), FD, "the lowest free one");
}

#[test]
fn a_killed_process_is_a_clean_fin_and_with_unread_data_a_reset() {
    // kill -9 of the peer: idle: recv 0; with unread data: recv ECONNRESET.
    for (unread, answer) in [(0, Ok(0)), (5, Err(Errno::ECONNRESET))] {
        let mut lab = Lab::connected(100);
        if unread > 0 {
            lab.send(CLIENT, FD, unread).unwrap();
            lab.settle();
        }
        assert!(lab.kernel.send_signal(Pid(2), Signal::Sigkill));
        assert_eq!(lab.kernel.ended_by(Pid(2)), Some(Signal::Sigkill));
        let killed = |what: &What| matches!(what, What::Killed { left_open, .. } if *left_open == [FD, CONN]);
        assert!(lab.kernel.events().iter().any(|event| killed(&event.what)));
        lab.settle();
        assert_eq!(lab.recv(CLIENT, FD), answer);
        assert!(!lab.kernel.send_signal(Pid(2), Signal::Sigkill), "it is dead");
    }
}

#[test]
fn sigpipe_ends_a_process_unless_it_or_the_call_does_without() {
    let broken = |flags, ignores| {
        let mut lab = Lab::connected(100);
        lab.kernel.set_ignores_sigpipe(Pid(1), ignores);
        lab.shutdown(CLIENT, FD, syscall::How::Write).unwrap();
        let id = lab.start(CLIENT, send(FD, 1, flags));
        (lab.kernel.poll_completed().map(|done| done.outcome), lab.kernel.can_go_on(id), lab)
    };
    let nosignal = MsgFlags { nosignal: true, ..NO_FLAGS };
    assert_eq!(broken(nosignal, false).0, Some(Err(Errno::EPIPE)));
    assert_eq!(broken(NO_FLAGS, true).0, Some(Err(Errno::EPIPE)));
    let (outcome, _, lab) = broken(NO_FLAGS, false);
    assert_eq!(outcome, None, "nobody is there to be told");
    assert_eq!(lab.kernel.ended_by(Pid(1)), Some(Signal::Sigpipe));
    assert!(!lab.kernel.is_alive(CLIENT));
}

#[test]
fn a_signal_interrupts_what_waits_or_gives_what_was_done() {
    let mut lab = Lab::connected(100);
    let id = lab.start(SERVER, recv(CONN, 10, NO_FLAGS));
    assert!(!lab.kernel.can_go_on(id));
    lab.kernel.send_signal(Pid(2), Signal::Sigusr1);
    assert_eq!(wait(&mut lab, id, 0), Err(Errno::EINTR));
    // With MSG_WAITALL and some bytes there: these.
    lab.send(CLIENT, FD, 4).unwrap();
    lab.settle();
    let id = lab.start(SERVER, recv(CONN, 10, MsgFlags { waitall: true, ..NO_FLAGS }));
    lab.kernel.send_signal(Pid(2), Signal::Sigusr1);
    assert_eq!(wait(&mut lab, id, 0), Ok(Returned::Data("xxxx".into())));
    for call in [
        Call::Select { read: vec![CONN], write: vec![], except: vec![], timeout_us: None },
        Call::Poll { fds: vec![], timeout_us: None },
        Call::Accept { fd: FD },
    ] {
        let id = lab.start(SERVER, call);
        lab.kernel.send_signal(Pid(2), Signal::Sigusr1);
        assert_eq!(wait(&mut lab, id, 0), Err(Errno::EINTR));
    }
    lab.kernel.send_signal(Pid(2), Signal::Sigusr1);
    assert_eq!(
        lab.call(SERVER, recv(CONN, 1, DONTWAIT)),
        Err(Errno::EAGAIN),
        "nobody waited: nothing happens"
    );
}

#[test]
fn a_blocking_send_that_is_interrupted_tells_how_much_it_sent() {
    let mut lab = Lab::connected(100);
    let id = lab.start(CLIENT, send(FD, 1 << 20, NO_FLAGS));
    lab.pass(200);
    lab.kernel.send_signal(Pid(1), Signal::Sigusr1);
    let sent = wait(&mut lab, id, 0);
    assert!(matches!(sent, Ok(Returned::Count(n)) if n > 0 && n < 1 << 20), "{sent:?}");
    let id = lab.start(CLIENT, send(FD, 1 << 20, NO_FLAGS));
    lab.kernel.send_signal(Pid(1), Signal::Sigusr1);
    assert_eq!(wait(&mut lab, id, 0), Err(Errno::EINTR), "the buffer is full");
}

#[test]
fn time_limits_give_eagain_or_what_was_done() {
    let mut lab = Lab::connected(100);
    time_limit(&mut lab, SERVER, CONN, SocketOption::SoRcvtimeo, 100);
    let id = lab.start(SERVER, recv(CONN, 10, NO_FLAGS));
    lab.pass(99);
    assert!(!lab.kernel.can_go_on(id));
    assert_eq!(wait(&mut lab, id, 1), Err(Errno::EAGAIN));
    time_limit(&mut lab, SERVER, FD, SocketOption::SoRcvtimeo, 100);
    let id = lab.start(SERVER, Call::Accept { fd: FD });
    assert_eq!(wait(&mut lab, id, 100), Err(Errno::EAGAIN));
    time_limit(&mut lab, CLIENT, FD, SocketOption::SoSndtimeo, 200);
    let id = lab.start(CLIENT, send(FD, 1 << 20, NO_FLAGS));
    let sent = wait(&mut lab, id, 200);
    assert!(matches!(sent, Ok(Returned::Count(n)) if n > 0 && n < 1 << 20), "{sent:?}");
    let id = lab.start(CLIENT, send(FD, 1, NO_FLAGS));
    let full = lab.kernel.poll_completed().map(|done| done.outcome);
    assert_eq!(full.unwrap_or_else(|| wait(&mut lab, id, 200)), Err(Errno::EAGAIN));
    // A limit is a whole number of ticks of 4 ms: 500 us were read back as 4000.
    lab.call(
        SERVER,
        Call::Setsockopt { fd: CONN, option: SocketOption::SoRcvtimeo, value: OptionValue::TimeMicros(500) },
    )
    .unwrap();
    assert_eq!(
        lab.call(SERVER, Call::Getsockopt { fd: CONN, option: SocketOption::SoRcvtimeo }),
        Ok(Returned::Option(OptionValue::TimeMicros(4000)))
    );
}

#[test]
fn connect_with_a_time_limit_is_in_progress_when_it_is_over() {
    let mut lab = Lab::new(100_000);
    lab.socket(CLIENT);
    time_limit(&mut lab, CLIENT, FD, SocketOption::SoSndtimeo, 100);
    let connect = || Call::Connect { fd: FD, address: Lab::address() };
    let id = lab.start(CLIENT, connect());
    assert_eq!(wait(&mut lab, id, 100), Err(Errno::EINPROGRESS));
    let id = lab.start(CLIENT, connect());
    assert_eq!(wait(&mut lab, id, 100), Err(Errno::ECONNREFUSED), "the second call hears of it");
}

#[test]
fn close_waits_as_long_as_so_linger_says_or_until_all_is_over() {
    // SO_LINGER {1, 1 s}, no reader: close blocks 1.01 to 1.04 s.
    let mut lab = Lab::connected(100);
    lab.set_linger(CLIENT, FD, 1);
    while lab.send(CLIENT, FD, 1 << 20).is_ok() {}
    let id = lab.start(CLIENT, Call::Close { fd: FD });
    lab.pass(999);
    assert!(!lab.kernel.can_go_on(id));
    assert_eq!(wait(&mut lab, id, 1), Ok(Returned::Done));
    // With nothing to bring over it ends with the FIN's acknowledgement, though the socket does not block.
    let mut lab = Lab::connected(100);
    lab.set_linger(CLIENT, FD, 1);
    lab.call(CLIENT, Call::SetBlocking { fd: FD, blocking: false }).unwrap();
    let id = lab.start(CLIENT, Call::Close { fd: FD });
    assert!(!lab.kernel.can_go_on(id));
    assert_eq!(wait(&mut lab, id, 100), Ok(Returned::Done));
}

#[test]
fn a_call_that_waits_goes_on_when_another_thread_closes_its_descriptor() {
    let mut lab = Lab::connected(100);
    let thread = lab.kernel.spawn_thread(SERVER);
    let id = lab.start(SERVER, recv(CONN, 10, NO_FLAGS));
    lab.close(thread, CONN);
    lab.settle();
    assert_eq!(lab.states().1, Some(TcpState::Established), "the call has it open");
    lab.send(CLIENT, FD, 4).unwrap();
    assert_eq!(wait(&mut lab, id, 1), Ok(Returned::Data("xxxx".into())));
    lab.settle();
    assert_eq!(lab.states().1, Some(TcpState::FinWait1), "and was the last to have it");
}

#[test]
fn hosts_know_each_others_names_and_their_own() {
    let mut lab = Lab::new(100);
    lab.kernel.set_names(&["alice", "bob"]);
    assert_eq!(lab.call(CLIENT, Call::Gethostname), Ok(Returned::Name("alice".into())));
    let resolve = |lab: &mut Lab, name: &str| match lab.call(CLIENT, Call::Getaddrinfo { name: name.into() })
    {
        Ok(Returned::Addresses(all)) => all.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        other => panic!("addresses, not {other:?}"),
    };
    for (name, answer) in [
        ("alice", "10.0.0.1"),
        ("BOB", "10.0.0.2"),
        ("localhost", "127.0.0.1"),
        ("10.1.2.3", "10.1.2.3"),
        ("::1", "::1"),
        ("", "0.0.0.0"),
        ("carol", ""),
    ] {
        assert_eq!(resolve(&mut lab, name), answer, "{name}");
    }
    lab.kernel.set_debian_names(HERE, true);
    assert_eq!(resolve(&mut lab, "alice"), "127.0.1.1");
    assert_eq!(resolve(&mut lab, "bob"), "10.0.0.2");
}

#[test]
fn a_listener_on_loopback_is_not_reached_from_another_host() {
    let mut lab = Lab::new(100);
    lab.socket(SERVER);
    lab.call(SERVER, Call::Bind { fd: FD, address: "127.0.0.1:7000".parse().unwrap() }).unwrap();
    lab.call(SERVER, Call::Listen { fd: FD, backlog: 1 }).unwrap();
    lab.socket(CLIENT);
    let id = lab.start(CLIENT, Call::Connect { fd: FD, address: Lab::address() });
    assert_eq!(wait(&mut lab, id, 1), Err(Errno::ECONNREFUSED));
    let local = lab.kernel.spawn(THERE);
    lab.socket(local);
    // Another host's loopback is out of reach; one's own is not.
    let address = "127.0.0.1:7000".parse().unwrap();
    assert_eq!(lab.call(local, Call::Connect { fd: FD, address }), Ok(Returned::Done));
    assert_eq!(lab.call(CLIENT, Call::Connect { fd: FD, address }), Err(Errno::ECONNREFUSED));
}
