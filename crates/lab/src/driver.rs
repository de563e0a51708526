//! A session's lab: the learner's calls, and a peer that is a program like any other.

use std::io::Write as _;
use std::net::SocketAddrV4;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use syscall::{
    Action, Call, CallId, Errno, Fd, HostId, Kernel as _, Micros, Outcome, Program, Returned, TaskId,
};
use tokio::sync::Semaphore;
use tokio::time::{Instant, Sleep, sleep};

use crate::{Done, Limits, Loopback, ProcessId, RealKernel};

/// A program that a lab can run.
pub type PeerProgram = Box<dyn Program + Send>;

/// A peer that makes so many calls in a row without waiting lets others run in between.
const CALLS_IN_A_ROW: u32 = 64;
/// A peer that only passes lines without a call is stopped after so many.
const LINES_IN_A_ROW: u32 = 10_000;

/// What happened in a lab.
#[derive(Debug)]
pub enum Report {
    /// The peer listens there.
    Listening(SocketAddrV4),
    /// A call of the learner has ended.
    Learner(Done, Micros),
    /// A call of the peer has ended. Its calls on its control channel are not told.
    Peer(Done, Micros),
    /// The peer's program has ended with this status.
    PeerExited(i32),
    /// Nothing has happened for as long as [`Limits::silence`] allows: the lab is to be dropped.
    Silent,
}

/// Why there is no lab.
#[derive(Debug)]
pub struct OpenError(Errno);

impl std::fmt::Display for OpenError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the kernel gives no more sockets ({}): close another lab and try again", self.0)
    }
}
impl std::error::Error for OpenError {}

/// A learner's process and a peer's on real sockets. All of them close with it.
///
/// Order of use: [`submit`](Self::submit), [`cancel`](Self::cancel) and [`tell`](Self::tell) at any time;
/// [`poll_report`](Self::poll_report) from a tokio task until it is pending.
pub struct LiveRun {
    kernel: RealKernel,
    peer: PeerProgram,
    learner: ProcessId,
    process: ProcessId,
    control: UnixStream,
    opened: Instant,
    next_peer_call: u64,
    peer_listens: Option<SocketAddrV4>,
    exited: Option<i32>,
    /// When something happened last, and a timer that is set anew only when it is over: a call costs no timer.
    touched: Instant,
    silence: Duration,
    silent: Pin<Box<Sleep>>,
}

/// The descriptor of a peer's control channel.
const CONTROL: Fd = Fd(0);
/// Tasks of the learner's children by `fork` are their pids less one, and pids start here: below it, every task is a
/// thread of the learner's first process.
const FIRST_TASK: u32 = 1000;
/// The hosts' names.
const NAMES: [&str; 2] = ["learner", "peer"];
/// Peers' calls are numbered from here; a learner's must stay below.
const PEER_CALLS: u64 = 1 << 63;

impl LiveRun {
    /// A lab on loopback with this peer on host 1. `budget` counts the sockets of all labs together.
    ///
    /// # Errors
    /// If the budget or the kernel's own limits are used up.
    pub fn open(peer: PeerProgram, limits: Limits, budget: Arc<Semaphore>) -> Result<Self, OpenError> {
        let network = Box::new(Loopback::new(2));
        let mut kernel = RealKernel::new(network, limits, budget).with_tasks_from(FIRST_TASK);
        kernel.set_names(&NAMES);
        let learner = kernel.spawn(HostId(0));
        // The lab is all theirs.
        kernel.set_privileged(learner, true);
        let (process, control): (_, OwnedFd) = kernel.spawn_peer(HostId(1)).map_err(OpenError)?;
        let mut lab = Self {
            kernel,
            peer,
            learner,
            process,
            control: control.into(),
            opened: Instant::now(),
            next_peer_call: PEER_CALLS,
            peer_listens: None,
            exited: None,
            touched: Instant::now(),
            silence: limits.silence,
            silent: Box::pin(sleep(limits.silence)),
        };
        lab.resume_peer(None);
        Ok(lab)
    }

    /// Makes a call of the learner's process, or of a child that `fork` answered: its task is its pid less one. `id` is
    /// below 2^63.
    pub fn submit(&mut self, id: CallId, task: TaskId, call: Call) {
        self.touched = Instant::now();
        let process = self.kernel.process(task).filter(|p| self.kernel.descends(*p, self.learner));
        self.kernel.submit_as(process.unwrap_or(self.learner), id, call);
    }

    /// Stops waiting in a call of the learner's.
    pub fn cancel(&mut self, id: CallId) {
        if id.0 < PEER_CALLS {
            self.kernel.cancel(id);
        }
    }

    /// Says a line on the peer's control channel.
    ///
    /// # Errors
    /// If the peer has too many lines unread, or is gone.
    pub fn tell(&mut self, text: &str) -> std::io::Result<()> {
        self.touched = Instant::now();
        let line = format!("{text}\n");
        match self.control.write(line.as_bytes())? {
            count if count == line.len() => Ok(()),
            _ => Err(std::io::ErrorKind::WouldBlock.into()),
        }
    }

    /// The next thing that happened.
    pub fn poll_report(&mut self, cx: &mut Context<'_>) -> Poll<Report> {
        for _ in 0..CALLS_IN_A_ROW {
            if let Some(address) = self.peer_listens.take() {
                return Poll::Ready(Report::Listening(address));
            }
            if let Some(status) = self.exited.take() {
                return Poll::Ready(Report::PeerExited(status));
            }
            let done = match self.kernel.next_done() {
                Some(done) => done,
                None => {
                    if self.kernel.poll_wait(cx).is_pending() {
                        return self.poll_silence(cx);
                    }
                    continue;
                }
            };
            if let Some(report) = self.tell_of(done) {
                return Poll::Ready(report);
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn poll_silence(&mut self, cx: &mut Context<'_>) -> Poll<Report> {
        loop {
            ready!(self.silent.as_mut().poll(cx));
            let left = self.silence.saturating_sub(self.touched.elapsed());
            if left.is_zero() {
                return Poll::Ready(Report::Silent);
            }
            self.silent.as_mut().reset(Instant::now() + left);
        }
    }

    fn tell_of(&mut self, done: Done) -> Option<Report> {
        self.touched = Instant::now();
        let at = u64::try_from(self.opened.elapsed().as_micros()).unwrap_or(u64::MAX);
        if done.process != self.process {
            return Some(Report::Learner(done, at));
        }
        if let (Call::Listen { fd, .. }, Ok(_)) = (&done.call, &done.outcome) {
            self.peer_listens = self.kernel.lesson_address(self.process, *fd);
        }
        self.resume_peer(Some(done.outcome.clone()));
        (done.call.fd() != Some(CONTROL)).then_some(Report::Peer(done, at))
    }

    fn resume_peer(&mut self, mut outcome: Option<Outcome>) {
        for _ in 0..LINES_IN_A_ROW {
            match self.peer.resume(outcome.take()) {
                Action::Line(_) => {}
                Action::Exit(status) => return self.exited = Some(status),
                Action::Call { call, .. } => {
                    let id = CallId(self.next_peer_call);
                    self.next_peer_call += 1;
                    return self.kernel.submit_as(self.process, id, call);
                }
            }
        }
        self.exited = Some(1);
    }
}

/// How many bytes a peer's call received.
impl Done {
    /// Bytes received, for `recv`; else 0.
    pub fn received(&self) -> u32 {
        match &self.outcome {
            Ok(Returned::Data(data)) => u32::try_from(data.len()).unwrap_or(u32::MAX),
            _ => 0,
        }
    }
}
