//! What may end a call that waits: asked of a lab that nobody outside can reach, to tell whether anything will happen.

use syscall::{Call, CallId, TcpState};

use crate::kernel::RealKernel;
use crate::sys;
use crate::waiting::Waiting;

/// What may end a call that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndsBy {
    /// A new connection, and nothing else.
    Clients,
    /// What other programs do.
    Others,
    /// Time, whatever the others do: it has a time-out, or the kernel gives it up by itself.
    Time,
}

impl RealKernel {
    /// What may end this call; none where it does not wait. The kernel is asked which sockets listen.
    pub fn ends_by(&self, id: CallId) -> Option<EndsBy> {
        let waiting = self.waiting.iter().find(|waiting| waiting.id == id)?;
        Some(match &waiting.call {
            _ if waiting.has_deadline() => EndsBy::Time,
            Call::Connect { .. } => EndsBy::Time,
            Call::Accept { .. } => EndsBy::Clients,
            Call::Select { .. } | Call::Poll { .. } if self.all_listen(waiting) => EndsBy::Clients,
            _ => EndsBy::Others,
        })
    }

    fn all_listen(&self, waiting: &Waiting) -> bool {
        let listens =
            |id| self.files.get(id).is_some_and(|file| sys::tcp_state(file.fd()) == Some(TcpState::Listen));
        !waiting.files.is_empty() && waiting.files.iter().all(|(id, _)| listens(id))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use syscall::{Domain, Fd, HostId, Kernel as _, MsgFlags, PollFd, Readiness, SocketType, TaskId};

    use super::*;
    use crate::{Lab, Mode};

    /// A lab with a listening socket, descriptor 3, and a connected pair, 4 and 5; and a call that waits there.
    fn waits_in(call: Call) -> Option<EndsBy> {
        let mut lab = Lab::open(Mode::Loopback, 1).expect("sockets");
        let task = lab.spawn(HostId(0));
        let kind = SocketType::Stream;
        let (fd, address) = (Fd(3), "127.0.0.1:7000".parse().expect("an address"));
        for (id, call) in [
            Call::Socket { domain: Domain::Inet, kind },
            Call::Bind { fd, address },
            Call::Listen { fd, backlog: 1 },
            Call::Socketpair { domain: Domain::Unix, kind },
        ]
        .into_iter()
        .enumerate()
        {
            made(&mut lab, id as u64, task, call);
        }
        lab.submit(CallId(100), task, call);
        lab.ends_by(CallId(100))
    }

    fn made(lab: &mut Lab, id: u64, task: TaskId, call: Call) {
        lab.submit(CallId(id), task, call);
        let done = lab.next_completed(Duration::from_secs(5)).expect("it does not wait");
        done.outcome.expect("the kernel does it");
    }

    fn poll(fds: &[i32], timeout_us: Option<u64>) -> Call {
        let events = Readiness { readable: true, ..Readiness::default() };
        Call::Poll { fds: fds.iter().map(|fd| PollFd { fd: Fd(*fd), events }).collect(), timeout_us }
    }

    #[test]
    fn who_waits_on_listening_sockets_alone_waits_for_clients() {
        assert_eq!(waits_in(Call::Accept { fd: Fd(3) }), Some(EndsBy::Clients));
        assert_eq!(waits_in(poll(&[3], None)), Some(EndsBy::Clients));
        assert_eq!(waits_in(poll(&[3, 4], None)), Some(EndsBy::Others));
    }

    #[test]
    fn who_waits_for_bytes_waits_for_others_and_who_has_a_time_limit_for_it() {
        let recv = Call::Recv { fd: Fd(4), len: 1, flags: MsgFlags::default() };
        assert_eq!(waits_in(recv), Some(EndsBy::Others));
        assert_eq!(waits_in(poll(&[3], Some(60_000_000))), Some(EndsBy::Time));
        assert_eq!(waits_in(Call::Close { fd: Fd(4) }), None, "it has ended");
    }
}
