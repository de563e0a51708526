//! What every peer does first: a listening socket, and then one connection after another.

use syscall::{Action, Address, Call, Domain, Fd, OptionValue, Outcome, Returned, SocketOption, SocketType};

/// How many connections may wait to be accepted.
const BACKLOG: i32 = 16;

/// Where and how a peer listens, and how far it has come.
#[derive(Clone, Debug, Hash)]
pub struct Listen {
    address: Address,
    rcvbuf: i32,
    step: Step,
}

#[derive(Clone, Copy, Debug, Hash)]
enum Step {
    Socket,
    Buffer,
    Bind,
    Listen,
    Accept,
}

/// What comes of a step.
pub(crate) enum Next {
    Do(Action),
    Connected(Fd),
}

/// A call without a line of text.
pub(crate) fn call(call: Call) -> Action {
    Action::Call { call, line: 0, origin: None }
}

impl Listen {
    /// At this address, with SO_RCVBUF set to so many bytes before the handshake, so that it holds for every
    /// connection.
    pub fn new(address: Address, rcvbuf: i32) -> Self {
        Self { address, rcvbuf, step: Step::Socket }
    }

    /// Goes on with the outcome of the last call; `listener` is its descriptor once there is one. A failure of the
    /// set-up ends the program with status 1; a failed accept is tried again, since the next may succeed.
    pub(crate) fn resume(&mut self, listener: &mut Fd, outcome: Option<Outcome>) -> Next {
        let fd = *listener;
        let next = match (self.step, outcome) {
            (_, None) => Call::Socket { domain: Domain::Inet, kind: SocketType::Stream },
            (Step::Socket, Some(Ok(Returned::Fd(fd)))) => {
                *listener = fd;
                self.step = Step::Buffer;
                let value = OptionValue::Int(self.rcvbuf);
                Call::Setsockopt { fd, option: SocketOption::SoRcvbuf, value }
            }
            (Step::Buffer, Some(Ok(_))) => {
                self.step = Step::Bind;
                Call::Bind { fd, address: self.address }
            }
            (Step::Bind, Some(Ok(_))) => {
                self.step = Step::Listen;
                Call::Listen { fd, backlog: BACKLOG }
            }
            (Step::Accept, Some(Ok(Returned::Accepted { fd, .. }))) => return Next::Connected(fd),
            (Step::Listen | Step::Accept, Some(Ok(_))) => {
                self.step = Step::Accept;
                Call::Accept { fd }
            }
            (Step::Accept, Some(Err(syscall::Errno::ECONNABORTED))) => Call::Accept { fd },
            (_, Some(_)) => return Next::Do(Action::Exit(1)),
        };
        Next::Do(call(next))
    }
}
