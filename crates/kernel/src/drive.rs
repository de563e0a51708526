//! How a driver moves the kernel on: calls in, completions out; segments and timers when it says so.

use syscall::{
    Call, CallId, Completed, Errno, Fd, Kernel as Syscalls, Observed, Outcome, Returned, Signal, SocketId,
    SourceRange, StreamRange, TaskId, TcpState, What,
};

use crate::calls::Progress;
use crate::kernel::{Kernel, Pending};
use crate::send::Fin;
use crate::socket::Socket;

impl Syscalls for Kernel {
    fn submit(&mut self, id: CallId, task: TaskId, call: Call) {
        self.submit_from(id, task, call, None);
    }

    fn cancel(&mut self, id: CallId) {
        let Some(place) = self.pending.iter().position(|p| p.id == id) else { return };
        let mut pending = self.pending.remove(place);
        let file = self.target_of(&pending);
        let progress = match (&pending.call, file) {
            (Call::Close { .. }, _) if pending.waits => Progress::Done(Ok(Returned::Done)),
            (Call::Send { .. } | Call::Sendto { .. } | Call::Write { .. }, Some(file))
                if pending.done > 0 =>
            {
                self.sent(&pending, file)
            }
            (Call::Recv { .. } | Call::Recvfrom { .. } | Call::Read { .. }, Some(file))
                if pending.done > 0 =>
            {
                if self.tcp(file).is_some() {
                    let count = pending.done;
                    self.given(&mut pending, file, count, false)
                } else {
                    Progress::Done(Ok(Returned::Data(pending.got.take())))
                }
            }
            _ => Progress::Done(Err(Errno::ECANCELED)),
        };
        self.log.cause = None;
        self.finish(pending, file, progress);
        self.forget_the_dead();
    }

    fn poll_completed(&mut self) -> Option<Completed> {
        self.completed.pop_front()
    }
}

impl Kernel {
    /// `submit`, with the place in the program's text for the story.
    pub fn submit_from(&mut self, id: CallId, task: TaskId, call: Call, source: Option<SourceRange>) {
        if !self.is_alive(task) {
            return;
        }
        let fresh = Pending::new(id, task, call, source);
        let pending = match self.spare_call.0.take() {
            Some(mut spare) => {
                *spare = fresh;
                spare
            }
            None => Box::new(fresh),
        };
        self.pending.push(pending);
    }

    /// Go on with a submitted call as far as it gets; answers whether it is over. Unknown calls are ignored. A call that
    /// SIGPIPE ends has no outcome, and its process is gone ([`is_alive`](Self::is_alive)).
    pub fn run(&mut self, id: CallId) -> bool {
        let Some(place) = self.pending.iter().position(|p| p.id == id) else { return false };
        let mut pending = self.pending.remove(place);
        let file = self.target_of(&pending);
        self.log.cause = pending.woken_by;
        let progress = self.attempt(&mut pending);
        let over = !matches!(progress, Progress::Waits);
        match progress {
            Progress::Killed => {
                self.let_go(&pending);
                self.end_by_signal(self.pid(pending.task), Signal::Sigpipe, pending.source);
            }
            Progress::Waits => {
                if !pending.waits {
                    let place = self.place_of(pending.task, file);
                    let what = What::Waits { call: pending.call.clone() };
                    self.push_event(place, pending.source.clone(), None, what);
                    self.hold(&mut pending, file);
                }
                pending.waits = true;
                pending.woken_by = None;
                self.pending.insert(place, pending);
            }
            Progress::Done(_) | Progress::Moved(..) => self.finish(pending, file, progress),
        }
        self.note_wakeups(self.log.count);
        self.log.cause = None;
        self.forget_the_dead();
        over
    }

    /// The file that a call is about, if it is open.
    fn target_of(&self, pending: &Pending) -> Option<SocketId> {
        pending.call.fd().and_then(|fd| self.file_of(pending, fd).ok())
    }

    /// A call that waits keeps its file open.
    fn hold(&mut self, pending: &mut Pending, file: Option<SocketId>) {
        if let (None, Some(id)) = (pending.file, file) {
            pending.file = Some(id);
            pending.holds = true;
            *self.file_mut(id).references() += 1;
        }
    }

    /// Tell the outcome, in the story and to the driver.
    fn finish(&mut self, mut pending: Box<Pending>, socket: Option<SocketId>, progress: Progress) {
        let (outcome, range): (Outcome, Option<StreamRange>) = match progress {
            Progress::Moved(outcome, range) => (outcome, Some(range)),
            Progress::Done(outcome) => (outcome, None),
            Progress::Waits | Progress::Killed => return,
        };
        let observed = socket
            .filter(|id| self.tcp(*id).is_some_and(|socket| socket.connection.is_some()))
            .filter(|_| !matches!(pending.call, Call::Close { .. }))
            .map(|id| self.observe(id));
        let socket = match &outcome {
            Ok(Returned::Fd(fd)) => self.lookup(pending.task, *fd).ok(),
            _ => socket,
        };
        self.let_go(&pending);
        let place = self.place_of(pending.task, socket);
        let call = std::mem::replace(&mut pending.call, Call::Pipe);
        let what = What::Returned { call, outcome: outcome.clone(), observed };
        self.push_frequent_event(place, pending.source.take(), range, what);
        self.complete(pending.id, outcome);
        self.spare_call.0 = Some(pending);
    }

    /// What this end's kernel would tell.
    pub(crate) fn observe(&self, id: SocketId) -> Observed {
        let socket = self.socket(id);
        let small = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        let closed = socket.state == TcpState::Closed;
        let fin = u64::from(socket.send.fin_is_outstanding());
        let unsent_fin = u64::from(socket.send.fin == Fin::Queued);
        Observed {
            // A FIN counts as a byte until it is acknowledged.
            outq: if closed { 0 } else { small(socket.send.outq() + fin) },
            outq_unsent: if closed { 0 } else { small(socket.send.unsent_bytes() + unsent_fin) },
            inq: small(socket.receive.inq()),
            state: Some(socket.state),
            mss: socket.send.mss,
        }
    }

    /// How many bytes a non-blocking send of any length would take on this socket now: tried on a copy.
    pub fn room(&self, socket: SocketId) -> u64 {
        /// More than any send buffer has room for.
        const PLENTY: u32 = 64 << 20;
        let open = |s: &Socket| {
            matches!(s.state, TcpState::Established | TcpState::CloseWait)
                && !s.write_shut
                && s.error.is_none()
        };
        if !self.tcp(socket).is_some_and(open) {
            return 0;
        }
        u64::from(self.trial_of_a_call().copy_in(socket, PLENTY, false))
    }

    /// The descriptors of a task's process, in order, and their sockets.
    pub fn descriptors(&self, task: TaskId) -> Vec<(Fd, SocketId)> {
        self.process(self.pid(task)).descriptors.all().to_vec()
    }
}
