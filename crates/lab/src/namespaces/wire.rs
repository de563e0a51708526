//! The wire between hosts: a task that takes every packet from one and hands it to the other, in order, after a while.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::net::Ipv4Addr;
use std::os::fd::{AsFd as _, OwnedFd};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use nix::errno::Errno;
use tokio::io::unix::AsyncFd;
use tokio::time::{Instant, Sleep};

use super::device;

/// Packets that are handled before others may run.
const PACKETS_IN_A_ROW: u32 = 64;
/// The largest IP packet.
const LARGEST: usize = 65_535;
/// Bytes under way; what comes on top is lost, as in any queue.
const MOST_HELD: usize = 16 << 20;
/// Who tells that there is no such host: the last address of the network.
const ROUTER: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 254);

/// A host's end of the wire.
pub(super) struct End {
    fd: AsyncFd<OwnedFd>,
    address: Ipv4Addr,
    /// Where packets go out of a packet socket; a TUN needs no address.
    far: Option<libc::sockaddr_ll>,
}

impl End {
    /// `interface` is that of a packet socket, or 0 for a TUN. To be called inside a tokio runtime.
    pub(super) fn new(fd: OwnedFd, address: Ipv4Addr, interface: u32) -> io::Result<Self> {
        // SAFETY: an `OwnedFd` keeps its one descriptor open and unchanged until it is dropped.
        let fd = unsafe { AsyncFd::register(fd) }?;
        Ok(Self { fd, address, far: (interface != 0).then(|| device::far_end(interface)) })
    }

    fn read(&self, buffer: &mut [u8]) -> Result<usize, syscall::Errno> {
        crate::sys::read(self.fd.get_ref().as_fd(), buffer)
    }

    /// A packet for which the host has no room is lost, as on any wire.
    fn write(&self, packet: &[u8]) {
        let fd = self.fd.get_ref().as_fd();
        let _: Result<(), Errno> = match &self.far {
            Some(far) => device::write_far(fd, packet, far),
            None => crate::sys::write(fd, packet).map(drop).map_err(|_| Errno::EIO),
        };
    }
}

/// What is done to packets, by whoever holds it, at any time.
#[derive(Clone, Debug, Default)]
pub struct Hand(Arc<Mutex<Held>>);

#[derive(Debug, Default)]
struct Held {
    delay: Duration,
    /// By host: whether its cable is cut, and how many of the next packets that it sends are lost.
    cut: Vec<bool>,
    lose: Vec<u32>,
    carried: u64,
}

impl Hand {
    fn held<T>(&self, change: impl FnOnce(&mut Held) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How long a packet is under way from now on. Timers of whole milliseconds measure it; zero is at once.
    pub fn delay(&self, delay: Duration) {
        self.held(|held| held.delay = delay);
    }

    /// Cuts a host's cable, or mends it. What is under way to it is lost when it would arrive.
    pub fn cut(&self, host: syscall::HostId, cut: bool) {
        self.held(|held| set(&mut held.cut, host, cut));
    }

    /// Loses the next so many packets that a host sends.
    pub fn lose(&self, host: syscall::HostId, packets: u32) {
        self.held(|held| set(&mut held.lose, host, packets));
    }

    /// Packets that the wire has taken from hosts so far, the lost ones too.
    pub fn carried(&self) -> u64 {
        self.held(|held| held.carried)
    }

    /// How long a packet from this host is under way; `None` if it is lost.
    fn take(&self, from: usize) -> Option<Duration> {
        self.held(|held| {
            held.carried += 1;
            let loses = held.lose.get_mut(from).filter(|left| **left > 0);
            let lost = loses.map(|left| *left -= 1).is_some() || held.cut.get(from) == Some(&true);
            (!lost).then_some(held.delay)
        })
    }

    fn may_arrive(&self, at: usize) -> bool {
        self.held(|held| held.cut.get(at) != Some(&true))
    }
}

fn set<T: Clone + Default>(list: &mut Vec<T>, host: syscall::HostId, value: T) {
    let index = usize::from(host.0);
    if list.len() <= index {
        list.resize(index + 1, T::default());
    }
    list[index] = value;
}

/// Carries packets for as long as it is polled.
pub(super) async fn carry(ends: Vec<End>, hand: Hand) {
    let mut wire = Wire { ends, hand, under_way: VecDeque::new(), bytes: 0, buffer: vec![0; LARGEST] };
    let mut timer = Box::pin(tokio::time::sleep(Duration::ZERO));
    poll_fn(|cx| wire.poll(cx, timer.as_mut())).await;
}

struct Wire {
    ends: Vec<End>,
    hand: Hand,
    /// When each arrives, where, and what it is. In order: a delay that shrinks lets nobody overtake.
    under_way: VecDeque<(Instant, usize, Vec<u8>)>,
    bytes: usize,
    buffer: Vec<u8>,
}

impl Wire {
    /// Ready when an end is gone.
    fn poll(&mut self, cx: &mut Context<'_>, mut timer: std::pin::Pin<&mut Sleep>) -> Poll<()> {
        for from in 0..self.ends.len() {
            if self.poll_end(from, cx).is_ready() {
                return Poll::Ready(());
            }
        }
        loop {
            let now = Instant::now();
            while let Some((_, to, packet)) = self.under_way.pop_front_if(|(due, ..)| *due <= now) {
                self.bytes -= packet.len();
                if self.hand.may_arrive(to) {
                    self.ends[to].write(&packet);
                }
            }
            let Some((due, ..)) = self.under_way.front() else { return Poll::Pending };
            timer.as_mut().reset(*due);
            ready!(timer.as_mut().poll(cx));
        }
    }

    fn poll_end(&mut self, from: usize, cx: &mut Context<'_>) -> Poll<()> {
        for _ in 0..PACKETS_IN_A_ROW {
            let Ok(mut guard) = ready!(self.ends[from].fd.poll_read_ready(cx)) else {
                return Poll::Ready(());
            };
            match self.ends[from].read(&mut self.buffer) {
                Ok(len) => {
                    drop(guard);
                    self.take(from, len);
                }
                Err(syscall::Errno::EAGAIN) => guard.clear_ready(),
                Err(syscall::Errno::EINTR) => {}
                Err(_) => return Poll::Ready(()),
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Takes a packet from a host.
    fn take(&mut self, from: usize, len: usize) {
        let packet = &self.buffer[..len];
        let Some(destination) = destination(packet) else { return };
        let Some(delay) = self.hand.take(from) else { return };
        let (to, packet) = match self.ends.iter().position(|end| end.address == destination) {
            Some(to) => (to, packet.to_vec()),
            None => (from, unreachable(packet, self.ends[from].address)),
        };
        if delay.is_zero() && self.under_way.is_empty() {
            if self.hand.may_arrive(to) {
                self.ends[to].write(&packet);
            }
        } else if self.bytes + packet.len() <= MOST_HELD {
            let last = self.under_way.back().map_or(Instant::now(), |(due, ..)| *due);
            self.bytes += packet.len();
            self.under_way.push_back(((Instant::now() + delay).max(last), to, packet));
        }
    }
}

/// Where an IPv4 packet goes; `None` for anything else (RFC 791 section 3.1).
fn destination(packet: &[u8]) -> Option<Ipv4Addr> {
    let octets: [u8; 4] = packet.get(16..20)?.try_into().ok()?;
    (packet[0] >> 4 == 4).then(|| octets.into())
}

/// ICMP destination unreachable, host unreachable, with the packet's first bytes (RFC 792).
fn unreachable(packet: &[u8], to: Ipv4Addr) -> Vec<u8> {
    const HEADER: usize = 20;
    let quoted = &packet[..packet.len().min(HEADER + 8)];
    let mut out = vec![0x45, 0, 0, 0, 0, 0, 0, 0, 64, 1, 0, 0];
    out.extend(ROUTER.octets());
    out.extend(to.octets());
    out.extend([3, 1, 0, 0, 0, 0, 0, 0]);
    out.extend(quoted);
    let len = out.len() as u16;
    out[2..4].copy_from_slice(&len.to_be_bytes());
    let sum = checksum(&out[..HEADER]);
    out[10..12].copy_from_slice(&sum.to_be_bytes());
    let sum = checksum(&out[HEADER..]);
    out[HEADER + 2..HEADER + 4].copy_from_slice(&sum.to_be_bytes());
    out
}

/// The Internet checksum (RFC 1071).
fn checksum(bytes: &[u8]) -> u16 {
    let word = |pair: &[u8]| u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0));
    let sum: u32 = bytes.chunks(2).map(word).sum();
    let folded = (sum & 0xffff) + (sum >> 16);
    !(((folded & 0xffff) + (folded >> 16)) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unreachable_message_adds_up() {
        let packet: Vec<u8> = (0..40).collect();
        let message = unreachable(&packet, Ipv4Addr::new(10, 0, 0, 1));
        assert_eq!(message.len(), 20 + 8 + 28);
        assert_eq!((checksum(&message[..20]), checksum(&message[20..])), (0, 0));
        assert_eq!(destination(&message), Some(Ipv4Addr::new(10, 0, 0, 1)));
        assert_eq!(destination(&[0x60; 40]), None, "IPv6");
        assert_eq!(destination(&[]), None);
    }
}
