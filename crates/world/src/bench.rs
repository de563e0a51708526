//! A loop that measures how fast worlds run, natively and in a browser alike.

use std::collections::BTreeMap;

use syscall::{Address, Call, Domain, Errno, Fd, MsgFlags, OptionValue, SocketOption, SocketType, What};

use crate::{Network, Op, ProgramSpec, Runs, Scenario, Step, World};

/// Run a partial send from start to end `rounds` times; answers how many calls the programs made in all.
pub fn run(rounds: u32) -> u64 {
    let scenario = partial_send();
    let mut calls = 0;
    for _ in 0..rounds {
        let mut world = World::new(&scenario).expect("the scenario below is right");
        while world.step() {}
        calls += world.events().iter().filter(|e| matches!(e.what, What::Returned { .. })).count() as u64;
    }
    calls
}

/// 20,000 bytes through 4096-byte buffers over a wire.
fn partial_send() -> Scenario {
    let address = Address::from(([10, 0, 0, 2], 7000));
    let fd = Fd(3);
    let flags = MsgFlags::default();
    let socket = Op::Call(Call::Socket { domain: Domain::Inet, kind: SocketType::Stream });
    let buffer = |option| Op::Call(Call::Setsockopt { fd, option, value: OptionValue::Int(4096) });
    let receiver = vec![
        socket.clone(),
        buffer(SocketOption::SoRcvbuf),
        Op::Call(Call::Bind { fd, address }),
        Op::Call(Call::Listen { fd, backlog: 1 }),
        Op::Call(Call::Accept { fd }),
        Op::Empty { name: "got".into() },
        Op::Recv { fd: Fd(4), len: 4096, total: None, into: "got".into(), flags },
        Op::IfEnd { goto: 10 },
        Op::Goto(7),
        Op::Call(Call::Close { fd: Fd(4) }),
    ];
    let sender = vec![
        Op::Data { name: "data".into(), len: 20_000 },
        socket,
        buffer(SocketOption::SoSndbuf),
        Op::Call(Call::Connect { fd, address }),
        Op::Call(Call::SetBlocking { fd, blocking: false }),
        Op::IfAllTaken { name: "data".into(), goto: 10 },
        Op::Send { fd, from: "data".into(), most: None, count: "n".into(), flags },
        Op::Goto(6),
        Op::Call(Call::Select { read: vec![], write: vec![fd], except: vec![], timeout_us: None }),
        Op::Call(Call::Close { fd }),
    ];
    let mut programs = vec![program("Receiver", receiver), program("Sender", sender)];
    programs[1].steps[6].on = BTreeMap::from([(Errno::EAGAIN, 9)]);
    programs[1].steps.insert(9, Step { line: 9, op: Op::Goto(6), on: BTreeMap::new() });
    let hosts = vec!["Sender".into(), "Receiver".into()];
    Scenario::new(Network::Wire { mtu: 1500, delay_us: 1000 }, hosts, programs)
}

/// Each step on a line of its own.
fn program(name: &str, ops: Vec<Op>) -> ProgramSpec {
    let source = "\n".repeat(ops.len());
    let step = |(k, op)| Step { line: k as u32 + 1, op, on: BTreeMap::new() };
    let steps = ops.into_iter().enumerate().map(step).collect();
    ProgramSpec {
        name: name.into(),
        host: name.into(),
        runs: Runs::Script,
        file: String::new(),
        source,
        steps,
    }
}
