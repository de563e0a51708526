//! Real kernels behind the same vocabulary of calls.
//!
//! [`LiveRun`] is a session's network: the learner's process, a lesson's peer, and the real sockets of both on a
//! [`RealKernel`]. Which addresses they may reach is decided in [`Targets`] alone. Everything runs inside whichever
//! tokio task polls the lab; nothing here spawns a task or holds a thread.
//!
//! Live runs need Linux: elsewhere only [`Targets`] and the plain types are here, and [`LIVE`] is false.

#[cfg(target_os = "linux")]
mod address;
#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod create;
#[cfg(target_os = "linux")]
mod driver;
#[cfg(target_os = "linux")]
mod file;
#[cfg(target_os = "linux")]
mod holds;
#[cfg(target_os = "linux")]
mod idle;
#[cfg(target_os = "linux")]
mod kernel;
#[cfg(target_os = "linux")]
mod lab;
#[cfg(target_os = "linux")]
mod mode;
#[cfg(target_os = "linux")]
mod namespaces;
#[cfg(target_os = "linux")]
mod network;
#[cfg(target_os = "linux")]
mod peer;
#[cfg(target_os = "linux")]
mod pipe;
#[cfg(target_os = "linux")]
mod population;
#[cfg(target_os = "linux")]
mod process;
#[cfg(target_os = "linux")]
mod report;
#[cfg(target_os = "linux")]
mod sys;
mod targets;
#[cfg(target_os = "linux")]
mod trace;
#[cfg(target_os = "linux")]
mod waiting;
#[cfg(target_os = "linux")]
mod wire;

#[cfg(target_os = "linux")]
pub use driver::{Ground, LiveRun, Visitor};
#[cfg(target_os = "linux")]
pub use idle::EndsBy;
#[cfg(target_os = "linux")]
pub use kernel::{Done, ProcessId, RealKernel};
#[cfg(target_os = "linux")]
pub use lab::{Lab, Setup};
#[cfg(target_os = "linux")]
pub use mode::{Mode, Offer, UnknownMode};
#[cfg(target_os = "linux")]
pub use namespaces::{Failure, HELPER, Hand, Helper, HelperProgram, Namespaces, Pool, Step, helper_main};
#[cfg(target_os = "linux")]
pub use network::{Loopback, Network, Refusal};
#[cfg(target_os = "linux")]
pub use peer::{MakePeer, PeerProgram};
#[cfg(target_os = "linux")]
pub use pipe::Pipe;
pub use protocol::Answered;
#[cfg(target_os = "linux")]
pub use report::{Held, OpenError, Report};
#[cfg(target_os = "linux")]
pub use sys::raise_open_files;
pub use targets::Targets;
#[cfg(target_os = "linux")]
pub use wire::{Carried, Declined, Told, any_wire};

use std::time::Duration;

/// Whether this build can make live runs.
pub const LIVE: bool = cfg!(target_os = "linux");

/// What a lab may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Descriptors that a process and its children by `fork` open, beside accepted connections; then EMFILE.
    pub sockets: u32,
    /// Accepted connections open at once in these processes; then EMFILE.
    pub accepted: u32,
    /// A process and its children by `fork`; then EAGAIN.
    pub processes: u32,
    /// Processes of other sessions in a lab that is shared; at most 512.
    pub visitors: u16,
    /// Descriptors that each of them, and its children by `fork`, open, beside accepted connections; then EMFILE.
    pub visitor_sockets: u32,
    /// SO_SNDBUF and SO_RCVBUF as asked, in bytes: set on every socket before its handshake, and the most that a
    /// learner gets. `None` leaves the kernel's own.
    pub buffer: Option<i32>,
    /// Most bytes that one `recv` of the learner takes, so that its answer fits a message: a larger one is answered
    /// with fewer bytes, as POSIX allows, and a larger datagram is cut.
    pub recv: usize,
    /// The same for a peer.
    pub peer_recv: usize,
    /// Calls of the learner that wait at once; then ENOBUFS.
    pub waiting: usize,
    /// Of the real calls that are made for one call, and the waits between them, so many of the beginning are told and so
    /// many of the end.
    pub steps: usize,
    /// Bytes that waiting calls of the learner hold: what is to be sent, and what `recv` may have to collect; then
    /// ENOBUFS.
    pub waiting_bytes: usize,
    /// A lab in which nothing happens for so long ends.
    pub silence: Duration,
    /// Hosts of a lab.
    pub hosts: u16,
    /// Peers of a lab.
    pub peers: u16,
    /// What its wire may hold.
    pub wire: WireLimits,
}

/// What a wire may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WireLimits {
    /// Packets under way or held; beyond it the oldest is delivered.
    pub packets: usize,
    /// Their bytes; likewise.
    pub bytes: usize,
    /// Events that wait to be read; beyond it they are only counted.
    pub events: usize,
    /// Bytes of packets that are kept for a capture; beyond it the oldest are forgotten.
    pub capture: usize,
}

impl WireLimits {
    /// For somebody's own machine.
    pub const fn own() -> Self {
        Self { packets: 16 << 10, bytes: 16 << 20, events: 16 << 10, capture: 64 << 20 }
    }
}

impl Default for WireLimits {
    fn default() -> Self {
        Self { packets: 1024, bytes: 1 << 20, events: 1024, capture: 512 << 10 }
    }
}

impl Limits {
    /// Most entries of a `poll`, or of a list of `select`: as many descriptors as there can be, as RLIMIT_NOFILE bounds
    /// them in poll(2); then EINVAL.
    pub fn entries(&self) -> usize {
        const STANDARD: usize = 3;
        self.sockets as usize + self.accepted as usize + STANDARD
    }
}

impl Limits {
    /// For somebody's own machine: only what a process may have by default on Linux, and the kernel's own buffers.
    pub const fn own() -> Self {
        Self {
            sockets: 1021,
            accepted: 1021,
            processes: 64,
            visitors: 512,
            visitor_sockets: 16,
            buffer: None,
            recv: 16 << 20,
            peer_recv: 16 << 20,
            waiting: 4096,
            steps: 512,
            waiting_bytes: 256 << 20,
            silence: Duration::MAX,
            hosts: 254,
            peers: 254,
            wire: WireLimits::own(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sockets: 16,
            accepted: 256,
            processes: 4,
            visitors: 250,
            visitor_sockets: 4,
            buffer: Some(64 << 10),
            recv: 32 << 10,
            peer_recv: 64 << 10,
            waiting: 64,
            steps: 8,
            waiting_bytes: 256 << 10,
            silence: Duration::from_secs(600),
            hosts: 4,
            peers: 8,
            wire: WireLimits::default(),
        }
    }
}
