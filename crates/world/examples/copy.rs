//! How long copies and looks take, of a world with 8 connections: `cargo run --release -p world --example copy`.
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a measurement, not the simulator"
)]

use std::hint::black_box;
use std::time::Instant;

use syscall::{Address, Call, Domain, Fd, MsgFlags, SocketType};
use world::{Network, Op, ProgramSpec, Runs, Scenario, Step, World};

const CLIENTS: usize = 8;
const BATCHES: u32 = 50;
const ROUNDS: u32 = 50;

fn program(name: String, host: &str, ops: Vec<Op>) -> ProgramSpec {
    let source = "\n".repeat(ops.len());
    let step = |(k, op)| Step { line: k as u32 + 1, op, on: Default::default() };
    let steps = ops.into_iter().enumerate().map(step).collect();
    ProgramSpec { name, host: host.into(), runs: Runs::Script, file: String::new(), source, steps }
}

/// A server that accepts and never reads; clients that fill its buffers.
fn scenario() -> Scenario {
    let address = Address::from(([10, 0, 0, 1], 7000));
    let (fd, flags) = (Fd(3), MsgFlags::default());
    let socket = || Op::Call(Call::Socket { domain: Domain::Inet, kind: SocketType::Stream });
    let server = vec![
        socket(),
        Op::Call(Call::Bind { fd, address }),
        Op::Call(Call::Listen { fd, backlog: 16 }),
        Op::Call(Call::Accept { fd }),
        Op::Goto(4),
    ];
    let client = || {
        vec![
            Op::Data { name: "data".into(), len: 2_000_000 },
            socket(),
            Op::Call(Call::Connect { fd, address }),
            Op::Send { fd, from: "data".into(), most: None, count: "n".into(), flags },
        ]
    };
    let mut programs = vec![program("Server".into(), "server", server)];
    programs.extend((1..=CLIENTS).map(|k| program(format!("Client {k}"), "clients", client())));
    let network = Network::Wire { mtu: 1500, delay_us: 100 };
    Scenario::new(network, vec!["server".into(), "clients".into()], programs)
}

/// The best of many batches: other work on the machine only adds.
fn measure<T>(what: &str, mut act: impl FnMut() -> T) {
    let mut best = u128::MAX;
    for _ in 0..BATCHES {
        let started = Instant::now();
        for _ in 0..ROUNDS {
            black_box(act());
        }
        best = best.min(started.elapsed().as_nanos() / u128::from(ROUNDS));
    }
    println!("{what:<20} {best:>8} ns");
}

fn main() {
    let mut world = World::new(&scenario()).expect("the scenario above is right");
    while world.view().connections.iter().filter(|c| c.forth.arrived > 10_000).count() < CLIENTS {
        assert!(world.step(), "eight clients connect and send");
    }
    world.drain();
    println!("{} connections, {} packets travel", world.view().connections.len(), world.view().wire.len());
    measure("copy", || world.clone());
    measure("copy and a step", || {
        let mut copy = world.clone();
        copy.step();
        copy
    });
    measure("choices", || world.choices());
    measure("view", || world.view());
    measure("digest", || world.digest());
    measure("future digest", || world.future_digest());
}
