//! The messages.

use serde::{Deserialize, Serialize};
use syscall::{Address, Bytes, Call, CallId, Errno, Event, Fd, HostId, Observed, Outcome, RealSteps, TaskId};

use crate::lab::{LabSpec, WireRequest};
use crate::room::{RoomReport, RoomRequest};

/// From the browser, or any other client, to the relay. The first message is `Hello`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromClient {
    /// Opens a session, or goes on with one.
    Hello(Hello),
    /// To the session's lab.
    Lab(LabRequest),
    /// To the session's room.
    Room(RoomRequest),
    /// Every report up to this number has arrived; the relay may forget them.
    Ack {
        /// The number.
        through: u64,
    },
}

/// The first message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hello {
    /// [`VERSION`](crate::VERSION).
    pub version: u16,
    /// The session to go on with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resume: Option<Resume>,
    /// The relay's access token, where it asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// Which session to go on with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resume {
    /// Its name, from `Welcome`.
    pub session: String,
    /// Its secret, from `Welcome`.
    pub key: String,
    /// The last report that has arrived; later ones are sent again.
    pub last: u64,
}

/// To the lab.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabRequest {
    /// Throw away the lab, if there is one, and make a fresh one.
    Open {
        /// What it is made of.
        lab: LabSpec,
    },
    /// Start a process of the learner's, with one task, beside the first, which is task 0 on host 0. Without effect if
    /// there is such a task.
    Start {
        /// Its task, below 1000.
        task: TaskId,
        /// Its host.
        host: HostId,
    },
    /// Make a call. A number that was used before is not done again: its answer, if there is one, is sent again.
    Submit {
        /// The client's number of it.
        id: CallId,
        /// The client's task that waits for it.
        task: TaskId,
        /// The call.
        call: Call,
    },
    /// Stop waiting in a call.
    Cancel {
        /// The call's number.
        id: CallId,
    },
    /// Say this on a peer's control channel: `sleepy` reads as many bytes as the decimal number says.
    Tell {
        /// Its place in [`LabSpec::peers`].
        #[serde(default)]
        peer: u16,
        /// The text, without a line end.
        text: String,
    },
    /// To the wire between hosts.
    Wire(WireRequest),
    /// Let those whom the session's room says be guests in the lab that is open, until it is closed.
    Offer {
        /// Who.
        share: Share,
    },
    /// Throw away the lab, if there is one, and be a guest in the lab that the session's room has for it: with one process,
    /// task 0, on the host that the room says.
    Visit {
        /// Whose.
        share: Share,
    },
    /// Send every packet that the wire has carried so far, as a pcapng file.
    Capture,
    /// Throw away the lab.
    Close,
}

/// What two sessions have one lab for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Share {
    /// Two learners, each the client or the server of the other: the first of the pair, on host 0, offers, the other visits on host 1. The
    /// wire is both's.
    Pair,
    /// A class: the teacher offers, and learners visit on host 0. The wire is the teacher's.
    Class,
}

/// From the relay.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromRelay {
    /// The answer to `Hello`.
    Welcome {
        /// The session's name.
        session: String,
        /// Its secret: whoever has it goes on with the session.
        key: String,
        /// Whether this is the session that was asked for; if not, it is a fresh one.
        resumed: bool,
        /// What kernel answers.
        kernel: KernelInfo,
        /// What the session may use.
        limits: Limits,
    },
    /// Another answer to `Hello`: this session lives at another relay.
    Elsewhere {
        /// The WebSocket address to go to.
        url: String,
    },
    /// From the lab.
    Lab {
        /// Its number in the session, rising by one from 1.
        seq: u64,
        /// What it says.
        report: LabReport,
    },
    /// From the room.
    Room {
        /// Its number in the session; labs and rooms share one row of numbers.
        seq: u64,
        /// What it says.
        report: RoomReport,
    },
}

/// What kernel answers, as `uname` names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KernelInfo {
    /// `Linux`.
    pub system: String,
    /// `6.18.44`.
    pub release: String,
    /// How sockets are kept apart: `namespaces-tun`, `namespaces-veth`, `privileged-tun`, `privileged-veth`, `loopback`;
    /// `none` where there are no live runs. Only the first four have a wire.
    pub mode: String,
    /// Congestion control: `cubic`, `bbr`; empty where unknown.
    pub congestion: String,
}

impl KernelInfo {
    /// Whether labs of this mode have hosts of their own, with a wire between them.
    pub fn has_wire(&self) -> bool {
        self.mode.starts_with("namespaces") || self.mode.starts_with("privileged")
    }
}

/// What a session may use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Sockets open at once.
    pub sockets: u32,
    /// Calls a second; beyond it they are delayed.
    pub calls_per_second: u32,
    /// Largest SO_SNDBUF and SO_RCVBUF, in bytes as asked.
    pub buffer: u32,
    /// Seconds that a session outlives its WebSocket.
    pub resume_s: u32,
}

/// From the lab.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabReport {
    /// The lab is ready, and its peers that listen do so.
    Opened {
        /// Each peer's address in the lab, in their order.
        peers: Vec<Address>,
    },
    /// A call of the client has ended.
    Completed {
        /// The client's number of it.
        id: CallId,
        /// Its outcome.
        outcome: Outcome,
        /// Who answered: only what a kernel answered is real.
        by: Answered,
        /// The real calls that the relay made for it; empty where it made none.
        #[serde(default, skip_serializing_if = "RealSteps::is_empty")]
        real: RealSteps,
        /// What the kernel held for this end directly after; absent where the call was about no connection.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        here: Option<Observed>,
        /// What it held for the other end, where that end is in this lab too.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        there: Option<Observed>,
        /// When it ended, in microseconds since the lab was opened.
        at: u64,
    },
    /// A call of a peer has ended.
    Peer {
        /// Its place in [`LabSpec::peers`].
        #[serde(default)]
        peer: u16,
        /// The call.
        call: Call,
        /// Its outcome; bytes received are cut to the first 32.
        outcome: Outcome,
        /// How many bytes it really received, for `recv`.
        received: u32,
        /// What the kernel held for the peer's end directly after.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        here: Option<Observed>,
        /// When, in microseconds since the lab was opened.
        at: u64,
    },
    /// Something happened that no call tells: a packet on the wire, a host that vanishes, a program that ends. Its `index`
    /// is 0, since the client numbers the story; its `cause` is absent.
    Happened {
        /// What.
        event: Event,
    },
    /// What a kernel holds for one end of a connection is no longer what was told last.
    Holds {
        /// The learner's task whose end it is; absent for a peer's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        task: Option<TaskId>,
        /// The peer's place, where it is a peer's end.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        peer: Option<u16>,
        /// The descriptor.
        fd: Fd,
        /// What it holds now.
        observed: Observed,
        /// When, in microseconds since the lab was opened.
        at: u64,
    },
    /// The next part of a capture.
    Captured {
        /// The bytes.
        part: Bytes,
        /// How many bytes follow.
        left: u64,
    },
    /// Something that nobody asked for and no other report tells: what is not shown here, what a full wire did by itself, a
    /// peer that has ended. It answers no request.
    Notice {
        /// A sentence for the learner.
        says: String,
    },
    /// A request other than a call was refused; the reason is a sentence for the learner.
    Refused {
        /// Why, and what to do.
        reason: String,
    },
    /// The lab is gone: thrown away, timed out, or ended with the relay.
    Closed {
        /// Why.
        reason: String,
    },
}

/// Who answered a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answered {
    /// A real kernel, by real system calls.
    Kernel,
    /// The relay, in the kernel's stead: its table of addresses, its limits, or a call it does not offer.
    Relay,
}

impl LabReport {
    /// A call that the relay answered itself.
    pub fn refused_call(id: CallId, errno: Errno, at: u64) -> Self {
        let (outcome, by, real) = (Err(errno), Answered::Relay, RealSteps::default());
        Self::Completed { id, outcome, by, real, here: None, there: None, at }
    }

    /// The first bytes of what a peer received, as reports carry them.
    pub fn excerpt(data: &Bytes) -> Bytes {
        data.slice(0..data.len().min(32))
    }
}
