//! How a driver moves the kernel on: calls in, completions out; segments and timers when it says so.

use syscall::{
    Call, CallId, Completed, Errno, Fd, Kernel as Syscalls, Observed, Outcome, Returned, SocketId,
    SourceRange, StreamRange, TaskId, TcpState, What,
};

use crate::calls::Progress;
use crate::kernel::{Kernel, Pending};

impl Syscalls for Kernel {
    fn submit(&mut self, id: CallId, task: TaskId, call: Call) {
        self.submit_from(id, task, call, None);
    }

    fn cancel(&mut self, id: CallId) {
        let Some(place) = self.pending.iter().position(|p| p.id == id) else { return };
        let pending = self.pending.remove(place);
        let socket = self.socket_of(&pending);
        let progress = match (&pending.call, socket) {
            (Call::Send { .. }, Some(socket)) if pending.done > 0 => self.sent(socket, pending.done),
            (Call::Recv { .. }, Some(socket)) if pending.done > 0 => self.received(socket, pending.done),
            _ => Progress::Done(Err(Errno::ECANCELED)),
        };
        self.log.cause = None;
        self.finish(pending, socket, progress);
    }

    fn poll_completed(&mut self) -> Option<Completed> {
        self.completed.pop_front()
    }
}

impl Kernel {
    /// `submit`, with the place in the program's text for the story.
    pub fn submit_from(&mut self, id: CallId, task: TaskId, call: Call, source: Option<SourceRange>) {
        let (waits, deadline, done, woken_by) = (false, None, 0, None);
        self.pending.push(Pending { id, task, call, source, waits, deadline, done, woken_by });
    }

    /// Go on with a submitted call as far as it gets; answers whether it has completed. Unknown calls are ignored.
    pub fn run(&mut self, id: CallId) -> bool {
        let Some(place) = self.pending.iter().position(|p| p.id == id) else { return false };
        let mut pending = self.pending.remove(place);
        let socket = self.socket_of(&pending);
        self.log.cause = pending.woken_by;
        let progress = self.attempt(&mut pending);
        let completed = !matches!(progress, Progress::Waits);
        if completed {
            self.finish(pending, socket, progress);
        } else {
            if !pending.waits {
                let place = self.place_of(pending.task, socket);
                let what = What::Waits { call: pending.call.clone() };
                self.push_event(place, pending.source.clone(), None, what);
            }
            pending.waits = true;
            pending.woken_by = None;
            self.pending.insert(place, pending);
        }
        self.log.cause = None;
        self.forget_the_dead();
        completed
    }

    fn socket_of(&self, pending: &Pending) -> Option<SocketId> {
        pending.call.fd().and_then(|fd| self.lookup(pending.task, fd).ok())
    }

    /// Tell the outcome, in the story and to the driver.
    fn finish(&mut self, pending: Pending, socket: Option<SocketId>, progress: Progress) {
        let (outcome, range): (Outcome, Option<StreamRange>) = match progress {
            Progress::Moved(outcome, range) => (outcome, Some(range)),
            Progress::Done(outcome) => (outcome, None),
            Progress::Waits => return,
        };
        let observed = socket
            .filter(|id| self.socket(*id).connection.is_some() && !matches!(pending.call, Call::Close { .. }))
            .map(|id| self.observe(id));
        let socket = match &outcome {
            Ok(Returned::Fd(fd)) => self.lookup(pending.task, *fd).ok(),
            _ => socket,
        };
        let place = self.place_of(pending.task, socket);
        let what = What::Returned { call: pending.call, outcome: outcome.clone(), observed };
        self.push_event(place, pending.source, range, what);
        self.complete(pending.id, outcome);
    }

    /// What this end's kernel would tell.
    pub(crate) fn observe(&self, id: SocketId) -> Observed {
        let socket = self.socket(id);
        let small = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        let closed = socket.state == TcpState::Closed;
        Observed {
            outq: if closed { 0 } else { small(socket.send.outq()) },
            outq_unsent: if closed { 0 } else { small(socket.send.unsent_bytes()) },
            inq: small(socket.receive.inq()),
            state: Some(socket.state),
            mss: socket.send.mss,
        }
    }

    /// How many bytes a non-blocking send of any length would take on this socket now: tried on a copy.
    pub fn room(&self, socket: SocketId) -> u64 {
        /// More than any send buffer has room for.
        const PLENTY: u32 = 64 << 20;
        let open = matches!(self.socket(socket).state, TcpState::Established | TcpState::CloseWait);
        if !open || self.socket(socket).write_shut || self.socket(socket).error.is_some() {
            return 0;
        }
        u64::from(self.trial_of_a_call().copy_in(socket, PLENTY))
    }

    /// The descriptors of a task's process, in order, and their sockets.
    pub fn descriptors(&self, task: TaskId) -> Vec<(Fd, SocketId)> {
        self.process(self.pid(task)).descriptors.iter().map(|(fd, id)| (*fd, *id)).collect()
    }
}
