//! Processes of a lab whose calls are made one after the other.

use std::time::Duration;

use lab::Lab;
use syscall::{
    Address, Call, CallId, Domain, Fd, Kernel as _, OptionValue, Outcome, Returned, SocketOption, SocketType,
    TaskId,
};

/// How long a call may take.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// A TCP socket.
pub const TCP: Call = Call::Socket { domain: Domain::Inet, kind: SocketType::Stream };

/// Whoever makes calls in a lab.
pub trait Caller {
    /// Its lab, and how many calls it has made there.
    fn lab(&mut self) -> (&mut Lab, &mut u64);

    /// The call begins.
    fn submit(&mut self, task: TaskId, call: Call) -> CallId {
        let (lab, made) = self.lab();
        *made += 1;
        lab.submit(CallId(*made), task, call);
        CallId(*made)
    }

    /// The call's end, which is the next one.
    fn ended(&mut self, id: CallId) -> Outcome {
        let done = self.lab().0.next_completed(PATIENCE).expect("the call ends");
        assert_eq!(done.id, id);
        done.outcome
    }

    /// The call from beginning to end.
    fn call(&mut self, task: TaskId, call: Call) -> Outcome {
        let id = self.submit(task, call);
        self.ended(id)
    }

    /// What the call returns, which may not fail.
    fn ok(&mut self, task: TaskId, call: Call) -> Returned {
        let said = call.to_string();
        self.call(task, call).unwrap_or_else(|errno| panic!("{said}: {errno}"))
    }

    /// The descriptor that the call makes.
    fn fd(&mut self, task: TaskId, call: Call) -> Fd {
        match self.ok(task, call) {
            Returned::Fd(fd) | Returned::Accepted { fd, .. } => fd,
            other => panic!("{other:?}"),
        }
    }

    /// Sets an option.
    fn option(&mut self, task: TaskId, fd: Fd, option: SocketOption, value: OptionValue) {
        self.ok(task, Call::Setsockopt { fd, option, value });
    }
}

/// An address as text.
pub fn at(text: &str) -> Address {
    text.parse().unwrap()
}
