//! Who ought to have been woken.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use syscall::{Address, Call, Domain, Fd, MsgFlags, OptionValue, SocketOption, SocketType, TaskId};
use world::{Input, Network, ProgramSpec, Scenario, World};

const SERVER: TaskId = TaskId(0);
const CLIENT: TaskId = TaskId(1);
const FD: Fd = Fd(3);
const CONN: Fd = Fd(4);

fn console(name: &str) -> ProgramSpec {
    ProgramSpec::console(name, "here")
}

fn tell(world: &mut World, task: TaskId, call: Call) {
    world.give(task, Input::Call(call)).unwrap();
    while world.step() {}
}

/// Two consoles on one host, connected; the client's send buffer is as small as can be.
fn connected() -> World {
    let programs = vec![console("Server"), console("Client")];
    let mut world = World::new(&Scenario::new(Network::Loopback, vec!["here".into()], programs)).unwrap();
    let address = Address::from(([127, 0, 0, 1], 7000));
    let socket = Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };
    let (option, value) = (SocketOption::SoSndbuf, OptionValue::Int(1));
    for (task, call) in [
        (SERVER, socket.clone()),
        (SERVER, Call::Bind { fd: FD, address }),
        (SERVER, Call::Listen { fd: FD, backlog: 1 }),
        (CLIENT, socket),
        (CLIENT, Call::Setsockopt { fd: FD, option, value }),
        (CLIENT, Call::Connect { fd: FD, address }),
        (SERVER, Call::Accept { fd: FD }),
    ] {
        tell(&mut world, task, call);
    }
    world
}

#[test]
fn who_waits_for_what_nobody_will_wake_it_for_does_not_oversleep() {
    let flags = MsgFlags::default();
    let mut world = connected();
    tell(&mut world, SERVER, Call::Recv { fd: CONN, len: 0, flags });
    assert!(world.end().is_some_and(|end| end == world::End::Deadlock), "nothing has come");
    assert_eq!(world.oversleeper(), None, "it would end with nothing, but has nothing to wake it");
    let address = Address::from(([127, 0, 0, 1], 7000));
    for len in (60_000..70_000).step_by(250) {
        let mut world = connected();
        let data = vec![b'x'; len].into();
        tell(&mut world, CLIENT, Call::Sendto { fd: FD, data, flags, address });
        assert_eq!(world.oversleeper(), None, "a send of {len} bytes");
    }
}
