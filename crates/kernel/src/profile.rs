//! The POSIX profile: a call that moves bytes may move any number from 1 to what it could, and end with that.

use syscall::{Bytes, Call, CallId, Outcome, Returned, TaskId};

use crate::calls::Progress;
use crate::files::File;
use crate::kernel::{Kernel, Pending};

impl Kernel {
    /// As [`run`](Self::run), but a call that moves bytes moves at most `most` (at least 1) and ends with them. A write
    /// of up to 4096 bytes to a pipe goes in whole, as POSIX promises, and so does a datagram.
    pub fn run_at_most(&mut self, id: CallId, most: u32) -> bool {
        if let Some(pending) = self.pending.iter_mut().find(|p| p.id == id) {
            pending.most = Some(most.max(1));
        }
        let completed = self.run(id);
        if let Some(pending) = self.pending.iter_mut().find(|p| p.id == id) {
            pending.most = None;
        }
        completed
    }

    /// How many bytes this call would move if it ran now, tried on a copy; 0 if none. `None` if it is no call that may
    /// move fewer than it could.
    pub fn most(&self, id: CallId) -> Option<u32> {
        let pending = self.pending.iter().find(|p| p.id == id)?;
        self.moves_any_number(pending).then(|| self.would_move(Pending::clone(pending)))
    }

    /// The same of a call that nobody has submitted yet.
    pub fn most_of(&self, task: TaskId, call: &Call) -> Option<u32> {
        let pending = Pending::new(CallId(0), task, call.clone(), None);
        (self.is_alive(task) && self.moves_any_number(&pending)).then(|| self.would_move(pending))
    }

    fn would_move(&self, mut pending: Pending) -> u32 {
        let before = pending.done;
        let progress = self.trial_of_a_call().attempt(&mut pending);
        let moved = match progress {
            Progress::Waits => pending.done,
            Progress::Done(outcome) | Progress::Moved(outcome, _) => amount(&outcome),
            Progress::Killed => 0,
        };
        moved.saturating_sub(before)
    }

    fn moves_any_number(&self, pending: &Pending) -> bool {
        let Some(id) = pending.call.fd().and_then(|fd| self.file_of(pending, fd).ok()) else { return false };
        match (&pending.call, self.file(id)) {
            (Call::Write { data, .. }, File::Pipe(_)) => data.len() as u32 > crate::sizes::PAGE,
            (Call::Read { .. }, File::Pipe(_)) => true,
            (
                Call::Send { .. }
                | Call::Sendto { .. }
                | Call::Write { .. }
                | Call::Recv { .. }
                | Call::Recvfrom { .. }
                | Call::Read { .. },
                file,
            ) => match file {
                File::Tcp(_) => true,
                File::Local(socket) => socket.kind == syscall::SocketType::Stream,
                File::Udp(_) | File::Pipe(_) => false,
            },
            _ => false,
        }
    }
}

fn amount(outcome: &Outcome) -> u32 {
    let len = |data: &Bytes| data.len() as u32;
    match outcome {
        Ok(Returned::Count(n)) => *n,
        Ok(Returned::Data(data) | Returned::Datagram { data, .. }) => len(data),
        _ => 0,
    }
}
