//! The vocabulary of stream sockets, spelled as POSIX spells it.
//!
//! Two kernels answer it: a simulated one (crate `kernel`) and real ones (crate `lab`). Programs, transcripts, figures
//! and tests speak this vocabulary only and do not care which of the two answered.
//!
//! The contract, in the order of use:
//!
//! 1. A program is resumed with the outcome of its last call and answers with an [`Action`]: a [`Call`], a line it
//!    reached, or its exit ([`Program`]).
//! 2. The driver *submits* the call to a [`Kernel`] under a fresh [`CallId`]. A kernel never answers at once.
//! 3. Later [`Kernel::poll_completed`] gives that call's [`Outcome`]: what POSIX says it returns, or an [`Errno`].
//!    A call that has not completed may be cancelled.
//! 4. What happened is told as a list of [`Event`]s. Every view reads that list.
//!
//! This crate depends on nothing, has no clock, no thread and no state. With the feature `serde` every type has a text
//! form (JSON) and a binary form (CBOR).

mod bytes;
mod call;
mod errno;
mod event;
mod ids;
mod kernel;
mod option;
mod outcome;
mod program;
mod real;

pub use bytes::Bytes;
pub use call::{Call, Domain, How, IoctlRequest, MsgFlags, PollFd, Readiness, SocketType};
pub use errno::Errno;
pub use event::{
    Datagram, Direction, EVENT_VERSION, Event, Observed, Segment, SegmentFlags, Signal, SourceRange,
    StreamRange, TcpState, What,
};
pub use ids::{CallId, ConnectionId, Fd, HostId, Pid, SocketId, TaskId, Tid};
pub use kernel::{Completed, Kernel};
pub use option::{OptionValue, SocketOption, TcpInfo};
pub use outcome::{Outcome, Returned};
pub use program::{Action, Origin, Program};
pub use real::{RealCall, RealStep, RealSteps, Woke};

/// An Internet address and port, as `struct sockaddr_in` or `sockaddr_in6` carries it.
pub type Address = std::net::SocketAddr;

/// Time since the start of the story, in microseconds. Virtual in the simulator, measured in a live run.
pub type Micros = u64;
