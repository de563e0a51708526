//! How long a copy of a kernel with 8 established connections takes: `cargo run --release -p kernel --example clone`.
#![allow(
    clippy::disallowed_types,
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a measurement, not the simulator"
)]

use std::hint::black_box;
use std::time::Instant;

use kernel::{Kernel, Network};
use syscall::{Address, Call, CallId, Domain, Fd, HostId, Kernel as _, MsgFlags, SocketType, TaskId};

const CONNECTIONS: i32 = 8;
const ROUNDS: u32 = 20_000;

fn call(kernel: &mut Kernel, task: TaskId, call: Call) {
    kernel.submit(CallId(1), task, call);
    while !kernel.run(CallId(1)) {
        let first = kernel.deliverable()[0];
        kernel.deliver(first);
    }
    kernel.poll_completed().expect("it has completed").outcome.expect("it does not fail");
}

fn main() {
    let mut kernel = Kernel::new(Network::Wire { mtu: 1500, delay_us: 100 }, 2);
    let (client, server) = (kernel.spawn(HostId(0)), kernel.spawn(HostId(1)));
    let address = Address::from(([10, 0, 0, 2], 7000));
    let socket = Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };
    call(&mut kernel, server, socket.clone());
    call(&mut kernel, server, Call::Bind { fd: Fd(3), address });
    call(&mut kernel, server, Call::Listen { fd: Fd(3), backlog: 16 });
    for k in 0..CONNECTIONS {
        call(&mut kernel, client, socket.clone());
        call(&mut kernel, client, Call::Connect { fd: Fd(3 + k), address });
        call(&mut kernel, server, Call::Accept { fd: Fd(3) });
        let data = vec![b'x'; 3000].into();
        call(&mut kernel, client, Call::Send { fd: Fd(3 + k), data, flags: MsgFlags::default() });
    }
    let events = kernel.drain_events().len();
    let started = Instant::now();
    for _ in 0..ROUNDS {
        black_box(kernel.clone());
    }
    let clone_ns = started.elapsed().as_nanos() / u128::from(ROUNDS);
    let sockets: Vec<_> = kernel.descriptors(client).into_iter().map(|(_, id)| id).collect();
    let started = Instant::now();
    for k in 0..ROUNDS {
        black_box(kernel.room(sockets[k as usize % sockets.len()]));
    }
    let room_ns = started.elapsed().as_nanos() / u128::from(ROUNDS);
    println!("{CONNECTIONS} connections, {events} events drained: clone {clone_ns} ns, room {room_ns} ns");
}
