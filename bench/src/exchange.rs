//! One exchange for several simulated stacks: a connection on loopback over which a message goes there and back, again
//! and again. Each message there and back is four calls: send, receive, send, receive.

use kernel::{Kernel, Network};
use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet};
use smoltcp::phy::{Loopback, Medium};
use smoltcp::socket::tcp;
use smoltcp::time::{Duration, Instant};
use smoltcp::wire::{HardwareAddress, IpAddress, IpCidr};
use syscall::{
    Address, Bytes, Call, CallId, Domain, Fd, HostId, Kernel as _, MsgFlags, Outcome, Returned, SocketType,
    TaskId,
};

/// Bytes of a message.
pub const MESSAGE: usize = 1024;
/// Calls that move a message there and back.
pub const CALLS: u64 = 4;

/// A task of our kernel, and the calls that it makes, one after the other.
struct Host {
    kernel: Kernel,
    next: u64,
}

impl Host {
    fn start(&mut self, task: TaskId, call: Call) -> CallId {
        self.next += 1;
        let id = CallId(self.next);
        self.kernel.submit(id, task, call);
        self.kernel.run(id);
        id
    }

    fn call(&mut self, task: TaskId, call: Call) -> Outcome {
        let id = self.start(task, call);
        let done = self.kernel.poll_completed().expect("nothing of this exchange waits");
        assert_eq!(done.id, id, "calls end in the order in which they are made");
        done.outcome
    }

    fn pass(&mut self, task: TaskId, fd: Fd, message: &Bytes) {
        let flags = MsgFlags::default();
        let sent = self.call(task, Call::Send { fd, data: message.clone(), flags });
        assert_eq!(sent, Ok(Returned::Count(MESSAGE as u32)), "a message fits the buffers");
    }

    fn take(&mut self, task: TaskId, fd: Fd) {
        let got = self.call(task, Call::Recv { fd, len: MESSAGE as u32, flags: MsgFlags::default() });
        assert!(matches!(got, Ok(Returned::Data(data)) if data.len() == MESSAGE), "a message comes whole");
    }
}

/// This project's kernel: every call and segment is an event of the story, taken out of the kernel after each turn as a
/// stage does.
pub fn ours(turns: u32) {
    let kernel = Kernel::new(Network::Loopback, 1);
    let mut host = Host { kernel, next: 0 };
    let (server, client) = (host.kernel.spawn(HostId(0)), host.kernel.spawn(HostId(0)));
    let address = Address::from(([127, 0, 0, 1], 7000));
    let (listener, end, accepted) = (Fd(3), Fd(3), Fd(4));
    let socket = Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };
    for (task, call) in [
        (server, socket.clone()),
        (server, Call::Bind { fd: listener, address }),
        (server, Call::Listen { fd: listener, backlog: 1 }),
        (client, socket),
        (client, Call::Connect { fd: end, address }),
        (server, Call::Accept { fd: listener }),
    ] {
        host.call(task, call).expect("a connection on loopback is made");
    }
    let message = Bytes::from(vec![b'm'; MESSAGE]);
    for _ in 0..turns {
        host.pass(client, end, &message);
        host.take(server, accepted);
        host.pass(server, accepted, &message);
        host.take(client, end);
        std::hint::black_box(host.kernel.drain_events());
    }
}

/// smoltcp's own loopback device, which computes no checksums, and two of its sockets. Time stands still while there is
/// something to do.
pub fn smoltcp(turns: u32) {
    let mut device = Loopback::new(Medium::Ip);
    let mut now = Instant::from_millis(0);
    let mut interface = Interface::new(Config::new(HardwareAddress::Ip), &mut device, now);
    interface.update_ip_addrs(|addresses| {
        let own = IpCidr::new(IpAddress::v4(127, 0, 0, 1), 8);
        addresses.push(own).expect("a new interface has room for an address");
    });
    let buffer = || tcp::SocketBuffer::new(vec![0; 65_536]);
    let mut sockets = SocketSet::new(Vec::new());
    let server = sockets.add(tcp::Socket::new(buffer(), buffer()));
    let client = sockets.add(tcp::Socket::new(buffer(), buffer()));
    sockets.get_mut::<tcp::Socket>(server).listen(7000).expect("the port is free");
    let to = (IpAddress::v4(127, 0, 0, 1), 7000);
    let socket = sockets.get_mut::<tcp::Socket>(client);
    socket.connect(interface.context(), to, 49_152).expect("the socket is fresh");
    let message = vec![b'm'; MESSAGE];
    let mut room = vec![0; MESSAGE];
    let mut poll_until = |sockets: &mut SocketSet<'_>, done: &dyn Fn(&mut SocketSet<'_>) -> bool| {
        while !done(sockets) {
            interface.poll(now, &mut device, sockets);
            if done(sockets) {
                break;
            }
            now += interface.poll_delay(now, sockets).unwrap_or(Duration::ZERO);
        }
    };
    let open = |sockets: &mut SocketSet<'_>| {
        sockets.get_mut::<tcp::Socket>(server).may_send() && sockets.get_mut::<tcp::Socket>(client).may_send()
    };
    poll_until(&mut sockets, &open);
    let mut go = |sockets: &mut SocketSet<'_>, from: SocketHandle, to: SocketHandle| {
        let sent = sockets.get_mut::<tcp::Socket>(from).send_slice(&message).expect("the connection stands");
        assert_eq!(sent, MESSAGE, "a message fits the buffers");
        let whole = |sockets: &mut SocketSet<'_>| sockets.get_mut::<tcp::Socket>(to).recv_queue() >= MESSAGE;
        poll_until(sockets, &whole);
        let got = sockets.get_mut::<tcp::Socket>(to).recv_slice(&mut room).expect("the connection stands");
        assert_eq!(got, MESSAGE, "a message comes whole");
    };
    for _ in 0..turns {
        go(&mut sockets, client, server);
        go(&mut sockets, server, client);
    }
}

/// turmoil-net's sockets under its own scheduler for one host.
#[cfg(not(target_arch = "wasm32"))]
pub fn turmoil(turns: u32) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use turmoil_net::shim::tokio::net::{TcpListener, TcpStream};

    const ADDRESS: &str = "127.0.0.1:7000";
    turmoil_net::fixture::lo(async move {
        let listener = TcpListener::bind(ADDRESS).await.expect("the port is free");
        let (accepted, connected) = tokio::join!(listener.accept(), TcpStream::connect(ADDRESS));
        let (mut server, _) = accepted.expect("a connection on loopback is made");
        let mut client = connected.expect("a connection on loopback is made");
        let message = vec![b'm'; MESSAGE];
        let mut room = vec![0; MESSAGE];
        for _ in 0..turns {
            client.write_all(&message).await.expect("the connection stands");
            server.read_exact(&mut room).await.expect("the connection stands");
            server.write_all(&message).await.expect("the connection stands");
            client.read_exact(&mut room).await.expect("the connection stands");
        }
    });
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_stack_does_the_exchange() {
        super::ours(3);
        super::smoltcp(3);
        super::turmoil(3);
    }
}
