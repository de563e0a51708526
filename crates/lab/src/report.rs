//! What a live run tells, and why there may be none.

use std::fmt;
use std::net::SocketAddrV4;

use protocol::LabReport;
use syscall::{Errno, Event, Fd, Micros, Observed, Returned, TaskId};

use crate::namespaces::Failure;
use crate::{Done, Visitor};

/// What happened in a lab.
#[derive(Clone, Debug)]
pub enum Report {
    /// The lab is ready: whichever of its peers listens does so, at these addresses in their order.
    Opened(Vec<SocketAddrV4>),
    /// A call of the learner has ended, then.
    Learner(Done, Micros),
    /// A call of a visitor has ended, with its own number.
    Visitor(Visitor, Done, Micros),
    /// A call of this peer has ended. Its calls on its control channel are not told.
    Peer(u16, Done, Micros),
    /// This peer's program has ended with this status.
    PeerExited(u16, i32),
    /// Something happened on the wire, or to a host. Its `index` is 0. What a host did with what arrived, no packet says: the
    /// bytes of a segment that were accepted are those that it had not acknowledged, and a datagram counts as accepted
    /// unless an `Unreachable` follows.
    Happened(Event),
    /// Here so many events of the wire are missing: they were more than could be told.
    Missed(u64),
    /// The wire held more than it may: so many packets, the oldest, were delivered.
    Released(u64),
    /// What a kernel holds for an end is no longer what was told last.
    Holds(Held),
    /// Nothing has happened for as long as [`Limits::silence`](crate::Limits::silence) allows: the lab is to be dropped.
    Silent,
}

impl Done {
    /// What is told of a call of this peer that ended then.
    pub fn of_peer(self, peer: u16, at: Micros) -> LabReport {
        let received = self.received();
        let outcome = self.outcome.map(|returned| match returned {
            Returned::Data(data) => Returned::Data(LabReport::excerpt(&data)),
            other => other,
        });
        LabReport::Peer { peer, call: self.call, outcome, received, here: self.here, at }
    }
}

/// What a kernel holds for one end of a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The visitor whose end it is, if it is one's.
    pub visitor: Option<Visitor>,
    /// The learner's, or the visitor's, task whose end it is; none for a peer's.
    pub task: Option<TaskId>,
    /// The peer's place in the specification, where it is a peer's end.
    pub peer: Option<u16>,
    /// The descriptor.
    pub fd: Fd,
    /// What it holds.
    pub observed: Observed,
    /// When it was asked, in microseconds since the lab was opened.
    pub at: Micros,
}

/// Why there is no lab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OpenError {
    /// No more sockets.
    Sockets(Errno),
    /// No hosts.
    Machine(Failure),
    /// The specification asks for what no lab can be; a sentence says why.
    Specification(String),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sockets(errno) => {
                write!(f, "the kernel gives no more sockets ({errno}): close another lab and try again")
            }
            Self::Machine(failure) => {
                write!(f, "the machine gives no hosts: {failure}. {}", failure.remedy())
            }
            Self::Specification(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for OpenError {}
