//! The wire at work: a task that takes every packet from one host's device and hands it to another's when it is due.

use std::future::poll_fn;
use std::io;
use std::net::Ipv4Addr;
use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker, ready};
use std::time::{Duration, SystemTime};

use nix::errno::Errno;
use protocol::{WireRequest, WireSpec};
use syscall::HostId;
use tokio::io::unix::AsyncFd;
use tokio::time::{Instant, Sleep};

use super::device;
use crate::WireLimits;
use crate::wire::{Carried, Declined, Told, Wire};

/// Packets that are handled before others may run.
const PACKETS_IN_A_ROW: u32 = 64;

/// Packets of a host that are still read when its wire ends: as many as its device holds.
const MOST_LEFT: u32 = 4000;

/// A host's end of the wire.
#[derive(Debug)]
pub(super) struct End {
    /// Closing a packet socket takes milliseconds: that is done where nobody waits.
    fd: Option<AsyncFd<OwnedFd>>,
    /// The life of the host that it belongs to.
    life: u64,
    /// Where packets go out of a packet socket; a TUN needs no address.
    far: Option<libc::sockaddr_ll>,
}

impl End {
    /// `interface` is that of a packet socket, or 0 for a TUN. To be called inside a tokio runtime.
    pub(super) fn new(fd: OwnedFd, life: u64, interface: u32) -> io::Result<Self> {
        // SAFETY: an `OwnedFd` keeps its one descriptor open and unchanged until it is dropped.
        let fd = Some(unsafe { AsyncFd::register(fd) }?);
        Ok(Self { fd, life, far: (interface != 0).then(|| device::far_end(interface)) })
    }

    fn io(&self) -> &AsyncFd<OwnedFd> {
        self.fd.as_ref().expect("only dropping an end takes its device away")
    }

    fn read(&self, buffer: &mut [u8]) -> Result<usize, syscall::Errno> {
        crate::sys::read(self.io().get_ref().as_fd(), buffer)
    }

    /// A packet for which the host has no room is lost, as on any wire.
    fn write(&self, packet: &[u8]) {
        let fd = self.io().get_ref().as_fd();
        let _: Result<(), Errno> = match &self.far {
            Some(far) => device::write_far(fd, packet, far),
            None => crate::sys::write(fd, packet).map(drop).map_err(|_| Errno::EIO),
        };
    }
}

impl Drop for End {
    fn drop(&mut self) {
        let Some(fd) = self.fd.take().map(AsyncFd::into_inner) else { return };
        if self.far.is_some()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            runtime.spawn_blocking(move || drop(fd));
        }
    }
}

/// The wire between a lab's hosts, for whoever lays a hand on it, from any thread. What is to be done at once is done
/// inside the call.
#[derive(Clone, Debug)]
pub struct Hand {
    shared: Arc<Mutex<Shared>>,
    opened: Instant,
}

#[derive(Debug)]
struct Shared {
    wire: Wire,
    /// By host; none while it is off.
    ends: Vec<Option<Arc<End>>>,
    driver: Option<Waker>,
}

impl Hand {
    /// A wire between these hosts, which have no ends yet.
    pub(super) fn new(spec: WireSpec, limits: WireLimits, hosts: &[(Ipv4Addr, String)]) -> Self {
        let since_1970 = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let wire = Wire::new(spec, limits, hosts, since_1970);
        let ends = hosts.iter().map(|_| None).collect();
        let shared = Arc::new(Mutex::new(Shared { wire, ends, driver: None }));
        Self { shared, opened: Instant::now() }
    }

    /// When the wire's time began.
    pub(crate) const fn opened(&self) -> Instant {
        self.opened
    }

    /// Changes the wire, delivers what has become due, and lets its task look at it anew.
    fn with<T>(&self, change: impl FnOnce(&mut Wire, Duration, &mut dyn FnMut(usize, &[u8])) -> T) -> T {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let Shared { wire, ends, driver } = &mut *shared;
        let mut deliver = |to: usize, packet: &[u8]| {
            if let Some(Some(end)) = ends.get(to) {
                end.write(packet);
            }
        };
        let answer = change(wire, self.opened.elapsed(), &mut deliver);
        if let Some(driver) = driver.take() {
            driver.wake();
        }
        answer
    }

    /// The same for what changes nothing that the wire's task waits for.
    fn peek<T>(&self, look: impl FnOnce(&mut Wire) -> T) -> T {
        look(&mut self.shared.lock().unwrap_or_else(PoisonError::into_inner).wire)
    }

    /// How long a packet is under way from now on. Timers of whole milliseconds measure it; zero is at once.
    pub fn delay(&self, delay: Duration) {
        self.with(|wire, now, _| wire.set_delay(now, delay));
    }

    /// Cuts a host's cable, or mends it. What is under way to it or from it is lost when it would arrive.
    pub fn cut(&self, host: HostId, cut: bool) {
        // A host that is not there has no cable.
        let _ = self.with(|wire, now, _| wire.connect(now, host, !cut));
    }

    /// Loses the next so many packets that a host sends.
    pub fn lose(&self, host: HostId, packets: u32) {
        self.with(|wire, _, _| wire.lose_next(host, packets));
    }

    /// How many packets the wire has carried so far.
    pub fn carried(&self) -> Carried {
        self.peek(|wire| wire.carried())
    }

    /// The latest packets as a pcapng file.
    pub fn capture(&self) -> Vec<u8> {
        self.peek(|wire| wire.file())
    }

    /// The next thing to tell, if there is one.
    pub fn told(&self) -> Option<Told> {
        self.peek(Wire::told)
    }

    /// The same, waited for, by one task at a time.
    pub fn poll_told(&self, cx: &mut Context<'_>) -> Poll<Told> {
        self.peek(|wire| wire.poll_told(cx))
    }

    /// Who connected, and to whom.
    pub(crate) fn between(
        &self,
        connection: syscall::ConnectionId,
    ) -> Option<(std::net::SocketAddrV4, std::net::SocketAddrV4)> {
        self.peek(|wire| wire.between(connection))
    }

    pub(crate) fn stirred(
        &self,
    ) -> std::collections::BTreeSet<(std::net::SocketAddrV4, std::net::SocketAddrV4)> {
        self.peek(Wire::stirred)
    }

    /// Everything that is done to the wire alone: power is not.
    pub(crate) fn request(&self, request: WireRequest) -> Result<(), Declined> {
        self.with(|wire, now, mut deliver| match request {
            WireRequest::Set(spec) => wire.set(now, spec),
            WireRequest::Deliver { packet } => wire.deliver(now, packet, &mut deliver),
            WireRequest::Lose { packet } => wire.lose(now, packet),
            WireRequest::Duplicate { packet } => wire.duplicate(now, packet, &mut deliver),
            WireRequest::Delay { packet, by_us } => {
                wire.hold_back(now, packet, Duration::from_micros(by_us.into()))
            }
            WireRequest::Cable { host, connected } => wire.connect(now, host, connected),
            WireRequest::Power { host, .. } => wire.is_on(host).map(drop),
        })
    }

    /// Whether a host runs.
    pub(crate) fn is_on(&self, host: HostId) -> Result<bool, Declined> {
        self.peek(|wire| wire.is_on(host))
    }

    /// A host begins its first life with this end.
    pub(super) fn born(&self, host: HostId, end: End) {
        self.with(|wire, _, _| wire.born(host, end.life));
        self.replace(host, Some(end));
    }

    /// A host dies, or begins another life with this end.
    pub(super) fn power(&self, host: HostId, end: Option<End>) {
        self.with(|wire, now, _| wire.power(now, host, end.as_ref().map(|end| end.life)));
        self.replace(host, end);
    }

    fn replace(&self, host: HostId, end: Option<End>) {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let before = match shared.ends.get_mut(usize::from(host.0)) {
            Some(place) => std::mem::replace(place, end.map(Arc::new)),
            None => None,
        };
        if let Some(driver) = shared.driver.take() {
            driver.wake();
        }
        drop(shared);
        drop(before);
    }

    /// Reads what hosts have sent and the wire's task has not taken yet: it says which numbers they expect.
    fn read_all(&self) {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let mut buffer = vec![0; usize::from(u16::MAX)];
        let Shared { wire, ends, .. } = &mut *shared;
        for (from, end) in ends.iter().enumerate() {
            let Some(end) = end else { continue };
            for _ in 0..MOST_LEFT {
                let Ok(len) = end.read(&mut buffer) else { break };
                wire.take(self.opened.elapsed(), from, end.life, &buffer[..len], &mut |_, _| {});
            }
        }
    }

    /// Takes every host off the wire: whoever still has a hand on it holds no device. Where nobody else can, their
    /// connections end with it.
    pub(super) fn end(&self, connections_too: bool) {
        if connections_too {
            self.read_all();
            self.with(|wire, _, mut deliver| wire.end_connections(&mut deliver));
        }
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        let ends = std::mem::take(&mut shared.ends);
        drop(shared);
        drop(ends);
    }
}

/// Carries packets, of at most so many bytes, for as long as it is polled.
pub(super) async fn carry(hand: Hand, mtu: u16) {
    let mut driver = Driver { hand, buffer: vec![0; usize::from(mtu)], ends: Vec::new() };
    let mut timer = Box::pin(tokio::time::sleep(Duration::ZERO));
    poll_fn(|cx| driver.poll(cx, timer.as_mut())).await;
}

struct Driver {
    hand: Hand,
    buffer: Vec<u8>,
    /// As they were when it was woken last.
    ends: Vec<Option<Arc<End>>>,
}

impl Driver {
    fn poll(&mut self, cx: &mut Context<'_>, mut timer: std::pin::Pin<&mut Sleep>) -> Poll<()> {
        let mut shared = self.hand.shared.lock().unwrap_or_else(PoisonError::into_inner);
        self.ends.clone_from(&shared.ends);
        shared.driver = Some(cx.waker().clone());
        drop(shared);
        for from in 0..self.ends.len() {
            if let Some(end) = self.ends[from].clone()
                && self.poll_end(from, &end, cx).is_ready()
            {
                // Its device is gone, and so is the host: nothing comes from it any more.
                self.ends[from] = None;
            }
        }
        // The hand gives a device that it takes away to whoever closes it where nobody waits.
        self.ends.clear();
        loop {
            let opened = self.hand.opened;
            let mut shared = self.hand.shared.lock().unwrap_or_else(PoisonError::into_inner);
            let Shared { wire, ends, .. } = &mut *shared;
            let next = wire.run(opened.elapsed(), &mut writes(ends));
            drop(shared);
            let Some(next) = next else { return Poll::Pending };
            // Whoever is due in a century is not waited for.
            let at = opened.checked_add(next).unwrap_or_else(|| opened + Duration::from_secs(86_400));
            timer.as_mut().reset(at);
            ready!(timer.as_mut().poll(cx));
        }
    }

    fn poll_end(&mut self, from: usize, end: &End, cx: &mut Context<'_>) -> Poll<()> {
        for _ in 0..PACKETS_IN_A_ROW {
            let Ok(mut guard) = ready!(end.io().poll_read_ready(cx)) else {
                return Poll::Ready(());
            };
            match end.read(&mut self.buffer) {
                Ok(len) => {
                    drop(guard);
                    let mut shared = self.hand.shared.lock().unwrap_or_else(PoisonError::into_inner);
                    let Shared { wire, ends, .. } = &mut *shared;
                    let now = self.hand.opened.elapsed();
                    wire.take(now, from, end.life, &self.buffer[..len], &mut writes(ends));
                }
                Err(syscall::Errno::EAGAIN) => guard.clear_ready(),
                Err(syscall::Errno::EINTR) => {}
                Err(_) => return Poll::Ready(()),
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

fn writes(ends: &[Option<Arc<End>>]) -> impl FnMut(usize, &[u8]) {
    |to, packet| {
        if let Some(Some(end)) = ends.get(to) {
            end.write(packet);
        }
    }
}
