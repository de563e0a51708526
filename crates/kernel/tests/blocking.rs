//! What becomes of a call that waits when another process sets O_NONBLOCK on the file that both have open. Linux 6.18 was
//! asked the same: a socket's flag counts when the call begins (`sock_recvmsg` and its like), a pipe's whenever it looks.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod common;

use common::{CLIENT, CONN, FD, Lab, NO_FLAGS, SERVER};
use syscall::{Call, CallId, Domain, Fd, MsgFlags, Returned, SocketOption, SocketType, TaskId};

const WAITALL: MsgFlags = MsgFlags { waitall: true, ..NO_FLAGS };

fn recv(fd: Fd, flags: MsgFlags) -> Call {
    Call::Recv { fd, len: 3, flags }
}

/// Let this call wait, have a child of its process set O_NONBLOCK, and wake it for nothing.
fn made_non_blocking(lab: &mut Lab, task: TaskId, call: Call) -> CallId {
    let fd = call.fd().unwrap();
    lab.call(task, Call::Fork).unwrap();
    let child = lab.kernel.next_forked().unwrap();
    let id = lab.start(task, call);
    assert!(!lab.kernel.can_go_on(id), "it waits");
    lab.call(child, Call::SetBlocking { fd, blocking: false }).unwrap();
    assert!(!lab.kernel.run(id), "it goes on waiting");
    id
}

#[test]
fn a_receiver_on_tcp_goes_on_waiting() {
    for (flags, got) in [(NO_FLAGS, 1), (WAITALL, 3)] {
        let mut lab = Lab::connected(100);
        let id = made_non_blocking(&mut lab, SERVER, recv(CONN, flags));
        for sent in 1..=got {
            lab.send(CLIENT, FD, 1).unwrap();
            lab.settle();
            assert_eq!(lab.kernel.run(id), sent == got, "{flags}");
        }
        assert_eq!(lab.outcome(), Ok(Returned::Data("xxx"[..got].into())));
    }
}

#[test]
fn a_sender_on_tcp_goes_on_waiting() {
    let mut lab = Lab::connected(100);
    lab.set(CLIENT, FD, SocketOption::SoSndbuf, 4096);
    let data = vec![b'x'; 500_000].into();
    let id = made_non_blocking(&mut lab, CLIENT, Call::Send { fd: FD, data, flags: NO_FLAGS });
    lab.pass(100);
    assert!(lab.kernel.can_go_on(id), "the other end took what was sent");
    assert!(!lab.kernel.run(id), "and there is more");
}

#[test]
fn accept_and_connect_go_on_waiting() {
    let mut lab = Lab::listening(100, 1);
    let accept = made_non_blocking(&mut lab, SERVER, Call::Accept { fd: FD });
    lab.socket(CLIENT);
    let connect = made_non_blocking(&mut lab, CLIENT, Call::Connect { fd: FD, address: Lab::address() });
    lab.settle();
    assert!(lab.kernel.run(connect));
    assert_eq!(lab.outcome(), Ok(Returned::Done));
    assert!(lab.kernel.run(accept));
    assert!(matches!(lab.outcome(), Ok(Returned::Accepted { fd: Fd(4), .. })));
}

#[test]
fn local_and_udp_sockets_do_the_same() {
    let mut lab = Lab::new(100);
    for kind in [SocketType::Stream, SocketType::Dgram] {
        let pair = lab.call(CLIENT, Call::Socketpair { domain: Domain::Unix, kind });
        let Ok(Returned::Pair(a, b)) = pair else { panic!("{pair:?}") };
        let id = made_non_blocking(&mut lab, CLIENT, recv(a, NO_FLAGS));
        lab.send(CLIENT, b, 2).unwrap();
        assert!(lab.kernel.run(id));
        assert_eq!(lab.outcome(), Ok(Returned::Data("xx".into())));
    }
    let socket = lab.call(SERVER, Call::Socket { domain: Domain::Inet, kind: SocketType::Dgram });
    assert_eq!(socket, Ok(Returned::Fd(FD)));
    lab.call(SERVER, Call::Bind { fd: FD, address: Lab::address() }).unwrap();
    made_non_blocking(&mut lab, SERVER, recv(FD, NO_FLAGS));
}

#[test]
fn a_pipe_looks_at_the_flag_again() {
    let mut lab = Lab::new(100);
    let (reader, writer) = (Fd(3), Fd(4));
    assert_eq!(lab.call(CLIENT, Call::Pipe), Ok(Returned::Pair(reader, writer)));
    lab.call(CLIENT, Call::Fork).unwrap();
    let child = lab.kernel.next_forked().unwrap();
    let id = lab.start(CLIENT, Call::Write { fd: writer, data: vec![b'x'; 70_000].into() });
    lab.call(child, Call::SetBlocking { fd: writer, blocking: false }).unwrap();
    lab.call(child, Call::Read { fd: reader, len: 4096 }).unwrap();
    assert!(lab.kernel.run(id));
    assert_eq!(lab.outcome(), Ok(Returned::Count(69_632)), "what there was room for, and one page more");
}
