//! A call that waits: for what, until when, and what it has done so far.

use std::collections::BTreeMap;
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use syscall::{Bytes, Call, CallId, Errno, Fd, MsgFlags, Readiness, Returned};
use tokio::time::{Sleep, sleep};

use crate::file::{File, FileId};
use crate::sys;

/// Once a connection is broken, tokio calls its socket ready for ever. A call that finds nothing in so many looks in a
/// row looks again after [`RECHECK`] instead, and each time twice as late, up to [`RECHECK_MOST`].
const MAX_LOOKS: u32 = 4;
const RECHECK: Duration = Duration::from_millis(10);
const RECHECK_MOST: Duration = Duration::from_millis(160);

/// What one try gives.
pub(crate) enum Raw {
    Count(u32),
    Data(Bytes),
    Accepted(OwnedFd),
    Connected,
    Ready(Vec<Readiness>),
}

/// What a call has done before it waits.
#[derive(Default)]
pub(crate) struct Progress {
    pub(crate) sent: usize,
    pub(crate) collected: Vec<u8>,
}

/// A call that waits.
pub(crate) struct Waiting {
    pub(crate) id: CallId,
    pub(crate) process: usize,
    pub(crate) call: Call,
    /// The sockets it waits for, with what is asked of each; for `send`, `recv`, `accept`, `connect` one.
    pub(crate) files: Vec<(FileId, Readiness)>,
    pub(crate) progress: Progress,
    pub(crate) most: usize,
    deadline: Option<Pin<Box<Sleep>>>,
    recheck: Option<Pin<Box<Sleep>>>,
    /// How long the next look is put off.
    put_off: Duration,
}

/// How a wait goes on.
pub(crate) enum Woken {
    Ended(Result<Raw, Errno>),
    TimedOut,
}

impl Waiting {
    pub(crate) fn new(
        (id, process): (CallId, usize),
        call: Call,
        files: Vec<(FileId, Readiness)>,
        progress: Progress,
        most: usize,
        timeout_us: Option<u64>,
    ) -> Self {
        let deadline = timeout_us.map(|us| Box::pin(sleep(Duration::from_micros(us))));
        Self { id, process, call, files, progress, most, deadline, recheck: None, put_off: RECHECK }
    }

    pub(crate) fn waits_for(&self, file: FileId) -> bool {
        self.files.iter().any(|(id, _)| *id == file)
    }

    pub(crate) fn poll(&mut self, files: &mut BTreeMap<FileId, File>, cx: &mut Context<'_>) -> Poll<Woken> {
        if let Poll::Ready(result) = self.poll_io(files, cx) {
            return Poll::Ready(Woken::Ended(result));
        }
        match &mut self.deadline {
            Some(deadline) => deadline.as_mut().poll(cx).map(|()| Woken::TimedOut),
            None => Poll::Pending,
        }
    }

    fn poll_io(
        &mut self,
        files: &mut BTreeMap<FileId, File>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Raw, Errno>> {
        if let Some(recheck) = &mut self.recheck {
            ready!(recheck.as_mut().poll(cx));
            self.recheck = None;
        }
        for (id, _) in &self.files {
            if let Some(file) = files.get_mut(id) {
                file.watch()?;
            }
        }
        // Whoever was put off before has had its looks in a row.
        let looks = if self.put_off == RECHECK { MAX_LOOKS } else { 1 };
        for _ in 0..looks {
            // The guards are taken before the try: what becomes ready in between is then not cleared.
            let mut guards = Vec::with_capacity(self.files.len());
            for (id, asked) in &self.files {
                let Some(watched) = files.get(id).and_then(File::watched) else { continue };
                let io = |_| Errno::ENOMEM;
                let reads = asked.readable || asked.priority || asked.peer_finished;
                if reads && let Poll::Ready(guard) = watched.poll_read_ready(cx) {
                    guards.push(guard.map_err(io)?);
                }
                if asked.writable
                    && let Poll::Ready(guard) = watched.poll_write_ready(cx)
                {
                    guards.push(guard.map_err(io)?);
                }
            }
            if guards.is_empty() {
                self.put_off = RECHECK;
                return Poll::Pending;
            }
            if let Some(result) = attempt(&self.call, &self.files, files, &mut self.progress, self.most) {
                return Poll::Ready(result);
            }
            guards.iter_mut().for_each(tokio::io::unix::AsyncFdReadyGuard::clear_ready);
        }
        let mut recheck = Box::pin(sleep(self.put_off));
        self.put_off = (self.put_off * 2).min(RECHECK_MOST);
        // A fresh timer is never over at once; this registers the waker.
        let _ = recheck.as_mut().poll(cx);
        self.recheck = Some(recheck);
        Poll::Pending
    }
}

/// One try of a call that may wait; `None` if it would wait now.
pub(crate) fn attempt(
    call: &Call,
    asked: &[(FileId, Readiness)],
    files: &BTreeMap<FileId, File>,
    progress: &mut Progress,
    most: usize,
) -> Option<Result<Raw, Errno>> {
    if let Call::Select { .. } | Call::Poll { .. } = call {
        return look(matches!(call, Call::Select { .. }), asked, files);
    }
    let file = files.get(&asked.first()?.0)?;
    let fd = file.fd();
    match call {
        Call::Send { data, .. } => loop {
            match sys::send(fd, &data[progress.sent..]) {
                Ok(count) => progress.sent += count,
                Err(Errno::EAGAIN) => return None,
                Err(errno) => return Some(so_far(progress).ok_or(errno)),
            }
            if progress.sent == data.len() {
                return Some(Ok(Raw::Count(progress.sent as u32)));
            }
        },
        Call::Recv { flags, .. } => loop {
            let left = most - progress.collected.len();
            match receive(fd, left, *flags) {
                Ok(data) if flags.waitall && !flags.peek && !data.is_empty() && data.len() < left => {
                    progress.collected.extend_from_slice(&data);
                }
                Ok(data) if progress.collected.is_empty() => return Some(Ok(Raw::Data(data))),
                Ok(data) => {
                    progress.collected.extend_from_slice(&data);
                    return so_far(progress).map(Ok);
                }
                Err(Errno::EAGAIN) => return None,
                Err(errno) => return Some(so_far(progress).ok_or(errno)),
            }
        },
        Call::Accept { .. } => match sys::accept(fd) {
            Err(Errno::EAGAIN) => None,
            other => Some(other.map(Raw::Accepted)),
        },
        // Asked again, the kernel says how it ended and, after a failure, lets the socket start anew; reading SO_ERROR
        // would leave it in between.
        Call::Connect { .. } => match file.pair.map(|(_, real)| sys::connect(fd, real)) {
            Some(Err(Errno::EALREADY | Errno::EINPROGRESS)) => None,
            Some(other) => Some(other.map(|()| Raw::Connected)),
            // Another call on this socket has ended the attempt and took its error.
            None => Some(Err(Errno::ECONNABORTED)),
        },
        _ => Some(Err(Errno::ENOSYS)),
    }
}

fn look(
    select: bool,
    asked: &[(FileId, Readiness)],
    files: &BTreeMap<FileId, File>,
) -> Option<Result<Raw, Errno>> {
    let present = asked.iter().filter_map(|(id, events)| Some((files.get(id)?.fd(), *events)));
    let entries: Vec<_> = present.collect();
    let counts = |(said, (_, asked)): (&Readiness, &(_, Readiness))| {
        if select { concerns_select(said, asked) } else { *said != Readiness::default() }
    };
    match sys::poll(&entries) {
        Ok(ready) if !ready.iter().zip(asked).any(counts) => None,
        other => Some(other.map(Raw::Ready)),
    }
}

/// `poll` tells a hang-up unasked; `select` counts it as readable and nothing else.
fn concerns_select(said: &Readiness, asked: &Readiness) -> bool {
    (asked.readable && is_readable(said))
        || (asked.writable && is_writable(said))
        || (asked.priority && said.priority)
}

fn is_readable(said: &Readiness) -> bool {
    said.readable || said.hangup || said.error
}

fn is_writable(said: &Readiness) -> bool {
    said.writable || said.error
}

/// What a call that is stopped half-way has done, if anything.
pub(crate) fn so_far(progress: &mut Progress) -> Option<Raw> {
    if progress.sent > 0 {
        return Some(Raw::Count(progress.sent as u32));
    }
    let collected = std::mem::take(&mut progress.collected);
    (!collected.is_empty()).then(|| Raw::Data(collected.into()))
}

/// One `recv` into a buffer of the thread's, so that an idle lab holds none.
pub(crate) fn receive(fd: std::os::fd::BorrowedFd<'_>, most: usize, flags: MsgFlags) -> Result<Bytes, Errno> {
    thread_local! {
        static BUFFER: std::cell::RefCell<Vec<u8>> = const { std::cell::RefCell::new(Vec::new()) };
    }
    BUFFER.with_borrow_mut(|buffer| {
        if buffer.len() < most {
            buffer.resize(most, 0);
        }
        let count = sys::recv(fd, &mut buffer[..most], flags)?;
        Ok(Bytes::from(&buffer[..count]))
    })
}

/// What a `select` or `poll` that found nothing answers.
pub(crate) fn nothing_ready(call: &Call) -> Option<Returned> {
    match call {
        Call::Select { .. } => Some(Returned::Selected { read: vec![], write: vec![], except: vec![] }),
        Call::Poll { fds, .. } => Some(Returned::Polled(vec![Readiness::default(); fds.len()])),
        _ => None,
    }
}

/// The three lists of `select` from what `poll` said of the descriptors, as Linux derives them (fs/select.c).
pub(crate) fn selected(lists: [&[Fd]; 3], said: &BTreeMap<Fd, Readiness>) -> Returned {
    let pick = |list: &[Fd], test: fn(&Readiness) -> bool| {
        list.iter().copied().filter(|fd| said.get(fd).is_some_and(test)).collect()
    };
    Returned::Selected {
        read: pick(lists[0], is_readable),
        write: pick(lists[1], is_writable),
        except: pick(lists[2], |r| r.priority),
    }
}
