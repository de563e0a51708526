//! A world with several connections on which data is under way: what a copy of a world costs is measured with it.

use std::collections::BTreeMap;

use syscall::{Address, Call, Domain, Fd, MsgFlags, SocketType};
use world::{Network, Op, ProgramSpec, Runs, Scenario, Step, World};

/// How many connections.
pub const CONNECTIONS: usize = 8;

/// A server that accepts and never reads, and clients that fill its buffers; their story is drained.
pub fn crowd() -> World {
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
    programs.extend((1..=CONNECTIONS).map(|k| program(format!("Client {k}"), "clients", client())));
    let network = Network::Wire { mtu: 1500, delay_us: 100 };
    let scenario = Scenario::new(network, vec!["server".into(), "clients".into()], programs);
    let mut world = World::new(&scenario).expect("the scenario above has no mistakes");
    while world.view().connections.iter().filter(|c| c.forth.arrived > 10_000).count() < CONNECTIONS {
        assert!(world.step(), "every client connects and sends");
    }
    world.drain();
    world
}

fn program(name: String, host: &str, ops: Vec<Op>) -> ProgramSpec {
    let source = "\n".repeat(ops.len());
    let step = |(k, op)| Step { line: k as u32 + 1, op, on: BTreeMap::new() };
    let steps = ops.into_iter().enumerate().map(step).collect();
    ProgramSpec { runs: Runs::Script, source, steps, ..ProgramSpec::console(name, host) }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_crowd_is_that_many_connections_with_packets_under_way() {
        let view = super::crowd().view();
        assert_eq!(view.connections.len(), super::CONNECTIONS);
        assert!(!view.wire.is_empty());
    }
}
