//! What every peer that listens does first.

use syscall::{Address, Call, Domain, Fd, OptionValue, Outcome, Returned, SocketOption, SocketType};

/// How many connections may wait to be accepted, where a peer has no reason for another figure.
pub(crate) const BACKLOG: u32 = 16;

/// Where a peer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// Where it listens, or what it connects to.
    pub address: Address,
    /// SO_RCVBUF, in bytes as asked: set before the handshake, so that it holds for every connection.
    pub rcvbuf: i32,
}

/// How far a listening socket has come.
#[derive(Clone, Debug, Hash)]
pub(crate) struct Listen {
    place: Place,
    backlog: u32,
    step: Step,
    /// The socket, once there is one.
    pub(crate) fd: Option<Fd>,
}

#[derive(Clone, Copy, Debug, Hash)]
enum Step {
    Start,
    Socket,
    Buffer,
    Bind,
    Listen,
}

/// What comes of a step.
pub(crate) enum SetUp {
    Do(Call),
    Listening(Fd),
    Failed,
}

/// The call that makes a TCP socket.
pub(crate) const SOCKET: Call = Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };

/// The call that sets the receive buffer.
pub(crate) const fn buffer(fd: Fd, place: &Place) -> Call {
    Call::Setsockopt { fd, option: SocketOption::SoRcvbuf, value: OptionValue::Int(place.rcvbuf) }
}

impl Listen {
    pub(crate) const fn new(place: Place, backlog: u32) -> Self {
        Self { place, backlog, step: Step::Start, fd: None }
    }

    /// Goes on with the outcome of the last call.
    pub(crate) fn resume(&mut self, outcome: Option<Outcome>) -> SetUp {
        let done = matches!(outcome, Some(Ok(_)));
        let (step, call) = match (self.step, self.fd, outcome) {
            (Step::Start, _, _) => (Step::Socket, SOCKET),
            (Step::Socket, _, Some(Ok(Returned::Fd(fd)))) => {
                self.fd = Some(fd);
                (Step::Buffer, buffer(fd, &self.place))
            }
            (Step::Buffer, Some(fd), _) if done => {
                (Step::Bind, Call::Bind { fd, address: self.place.address })
            }
            (Step::Bind, Some(fd), _) if done => {
                (Step::Listen, Call::Listen { fd, backlog: i32::try_from(self.backlog).unwrap_or(i32::MAX) })
            }
            (Step::Listen, Some(fd), _) if done => return SetUp::Listening(fd),
            (Step::Socket | Step::Buffer | Step::Bind | Step::Listen, _, _) => return SetUp::Failed,
        };
        self.step = step;
        SetUp::Do(call)
    }
}
