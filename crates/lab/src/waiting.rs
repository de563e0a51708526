//! A call that waits: for what, until when, and what it has done so far.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use syscall::{Address, Bytes, Call, CallId, Errno, Fd, IoctlRequest, MsgFlags, Readiness, Returned, Woke};
use tokio::time::{Sleep, sleep};

use crate::calls::is_closing;
use crate::file::{File, FileId, Files, Kind};
use crate::sys::{self, Owned};
use crate::trace::{self, Tape};

/// For bytes of which the kernel does not say who sent them.
const UNNAMED: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0);

/// Once a connection is broken, tokio calls its socket ready for ever. A call that finds nothing in so many looks in a
/// row looks again after [`RECHECK`] instead, and each time twice as late, up to [`RECHECK_MOST`].
const MAX_LOOKS: u32 = 4;
const RECHECK: Duration = Duration::from_millis(10);
const RECHECK_MOST: Duration = Duration::from_millis(160);
/// A send that waits inside Linux takes what an acknowledgement frees though `poll` does not yet call the socket
/// writable (that asks for a third of the buffer): after each part it looks again once. A delayed acknowledgement takes
/// 40 ms.
const LOOK_AGAIN: Duration = Duration::from_millis(55);

/// What one try gives.
pub(crate) enum Raw {
    Count(u32),
    /// Bytes and who sent them, where the kernel says so.
    Data(Bytes, SocketAddrV4),
    /// A connection and its other end's address.
    Accepted(Owned, SocketAddrV4),
    Done,
    Ready(Vec<Readiness>),
}

/// What a call has done before it waits.
#[derive(Default)]
pub(crate) struct Progress {
    pub(crate) sent: usize,
    pub(crate) collected: Vec<u8>,
    /// Where datagrams really go.
    pub(crate) to: Option<Address>,
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
    pub(crate) tape: Tape,
    deadline: Option<Pin<Box<Sleep>>>,
    recheck: Option<Pin<Box<Sleep>>>,
    /// How long the next look is put off.
    put_off: Duration,
    /// The one look again after so many bytes were sent, until it is over.
    again: Option<(usize, Option<Pin<Box<Sleep>>>)>,
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
        (progress, tape): (Progress, Tape),
        most: usize,
        timeout_us: Option<u64>,
    ) -> Self {
        let deadline = timeout_us.map(|us| Box::pin(sleep(Duration::from_micros(us))));
        Self {
            id,
            process,
            call,
            files,
            progress,
            most,
            tape,
            deadline,
            recheck: None,
            put_off: RECHECK,
            again: None,
        }
    }

    /// Whether its wait ends by itself.
    pub(crate) fn has_deadline(&self) -> bool {
        self.deadline.is_some()
    }

    pub(crate) fn waits_for(&self, file: FileId) -> bool {
        self.files.iter().any(|(id, _)| *id == file)
    }

    /// Goes on as far as it can; its real calls are noted on its tape.
    pub(crate) fn poll(&mut self, files: &mut Files, cx: &mut Context<'_>) -> Poll<Woken> {
        let mut tape = std::mem::take(&mut self.tape);
        let polled = trace::on(&mut tape, || self.poll_noted(files, cx));
        if polled.is_pending() {
            tape.sleeps();
        }
        self.tape = tape;
        polled
    }

    fn poll_noted(&mut self, files: &mut Files, cx: &mut Context<'_>) -> Poll<Woken> {
        if let Poll::Ready(result) = self.poll_io(files, cx) {
            return Poll::Ready(Woken::Ended(result));
        }
        if let Poll::Ready(result) = self.poll_again(files, cx) {
            return Poll::Ready(Woken::Ended(result));
        }
        match &mut self.deadline {
            Some(deadline) => deadline.as_mut().poll(cx).map(|()| {
                trace::woke(Woke::TimeOut);
                Woken::TimedOut
            }),
            None => Poll::Pending,
        }
    }

    fn poll_again(&mut self, files: &Files, cx: &mut Context<'_>) -> Poll<Result<Raw, Errno>> {
        loop {
            let sent = self.progress.sent;
            if self.again.as_ref().is_none_or(|(after, _)| *after != sent) {
                self.again = (sent > 0).then(|| (sent, Some(Box::pin(sleep(LOOK_AGAIN)))));
            }
            let Some((_, Some(timer))) = &mut self.again else { return Poll::Pending };
            ready!(timer.as_mut().poll(cx));
            self.again = Some((sent, None));
            trace::woke(Woke::Again);
            if let Some(result) = attempt(&self.call, &self.files, files, &mut self.progress, self.most) {
                return Poll::Ready(result);
            }
        }
    }

    fn poll_io(&mut self, files: &mut Files, cx: &mut Context<'_>) -> Poll<Result<Raw, Errno>> {
        if let Some(recheck) = &mut self.recheck {
            ready!(recheck.as_mut().poll(cx));
            trace::woke(Woke::Again);
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
                let Some(watched) = files.get(id).and_then(|file| file.watched()) else { continue };
                let io = |_| Errno::ENOMEM;
                let reads = asked.readable || asked.priority || asked.peer_finished;
                if reads && let Poll::Ready(guard) = watched.poll_read_ready(cx) {
                    trace::woke(Woke::Readable);
                    guards.push(guard.map_err(io)?);
                }
                // An error of a datagram socket wakes its writers only.
                let writes = asked.writable || files.get(id).is_some_and(|f| f.kind == Kind::Udp);
                if writes && let Poll::Ready(guard) = watched.poll_write_ready(cx) {
                    trace::woke(Woke::Writable);
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
    files: &Files,
    progress: &mut Progress,
    most: usize,
) -> Option<Result<Raw, Errno>> {
    if let Call::Select { .. } | Call::Poll { .. } = call {
        return look(matches!(call, Call::Select { .. }), asked, files);
    }
    let file = files.get(&asked.first()?.0)?;
    match call {
        Call::Send { data, .. } | Call::Sendto { data, .. } | Call::Write { data, .. } => {
            attempt_output(call, data.len(), file, progress)
        }
        Call::Recv { flags, .. } | Call::Recvfrom { flags, .. } => {
            attempt_input(call, *flags, file, progress, most)
        }
        Call::Read { .. } => attempt_input(call, MsgFlags::default(), file, progress, most),
        Call::Accept { .. } => match once(call, file, progress, most) {
            Err(Errno::EAGAIN) => None,
            other => Some(other),
        },
        // Asked again, the kernel says how it ended and, after a failure, lets the socket start anew; reading SO_ERROR
        // would leave it in between.
        Call::Connect { .. } => match file.pair.map(|(_, real)| sys::connect(file.fd(), real.into())) {
            Some(Err(Errno::EALREADY | Errno::EINPROGRESS)) => None,
            Some(other) => Some(other.map(|()| Raw::Done)),
            // Another call on this socket has ended the attempt and took its error.
            None => Some(Err(Errno::ECONNABORTED)),
        },
        Call::Close { .. } => {
            let waits = sys::tcp_state(file.fd()).is_some_and(is_closing);
            (!waits).then_some(Ok(Raw::Done))
        }
        _ => Some(Err(Errno::ENOSYS)),
    }
}

/// Exactly one system call.
pub(crate) fn once(call: &Call, file: &File, progress: &Progress, most: usize) -> Result<Raw, Errno> {
    let fd = file.fd();
    let count = |count: usize| Raw::Count(count as u32);
    match call {
        Call::Send { data, .. } => sys::send(fd, &data[progress.sent..]).map(count),
        Call::Sendto { data, address, .. } => {
            sys::sendto(fd, &data[progress.sent..], progress.to.unwrap_or(*address)).map(count)
        }
        Call::Write { data, .. } => sys::write(fd, &data[progress.sent..]).map(count),
        Call::Recv { flags, .. } | Call::Recvfrom { flags, .. } => {
            receive(most - progress.collected.len(), |buffer| sys::recvfrom(fd, buffer, *flags))
        }
        // `read` does not say who sent a datagram, and strangers must be told from others.
        Call::Read { .. } if file.kind == Kind::Udp => {
            receive(most, |buffer| sys::recvfrom(fd, buffer, MsgFlags::default()))
        }
        Call::Read { .. } => receive(most, |buffer| Ok((sys::read(fd, buffer)?, UNNAMED))),
        Call::Accept { .. } => sys::accept(fd).map(|(fd, from)| Raw::Accepted(fd.into(), from)),
        _ => Err(Errno::ENOSYS),
    }
}

/// A blocking `send` or `write` returns when the kernel has taken everything, or with what it took before an error: that
/// error is the next call's.
fn attempt_output(
    call: &Call,
    len: usize,
    file: &File,
    progress: &mut Progress,
) -> Option<Result<Raw, Errno>> {
    loop {
        if progress.sent > 0 && sys::readiness(file.fd(), Readiness::default()).error {
            return so_far(progress).map(Ok);
        }
        match once(call, file, progress, 0) {
            Ok(Raw::Count(count)) => progress.sent += count as usize,
            Ok(other) => return Some(Ok(other)),
            Err(Errno::EAGAIN) => return None,
            Err(errno) => return Some(so_far(progress).ok_or(errno)),
        }
        if progress.sent >= len || !file.kind.is_stream() {
            return Some(Ok(Raw::Count(progress.sent as u32)));
        }
    }
}

/// A blocking `recv` returns with the first bytes; with MSG_WAITALL on a stream, with all that was asked for, or with
/// what was there before the end or an error: that error is the next call's, except on a local socket, which loses it.
fn attempt_input(
    call: &Call,
    flags: MsgFlags,
    file: &File,
    progress: &mut Progress,
    most: usize,
) -> Option<Result<Raw, Errno>> {
    if flags.peek {
        progress.collected.clear();
    }
    loop {
        let left = most - progress.collected.len();
        if !progress.collected.is_empty() && has_failed(file) {
            return so_far(progress).map(Ok);
        }
        match once(call, file, progress, most) {
            Ok(Raw::Data(data, from)) => {
                // Who peeks at a local socket never waits for more.
                let waitall =
                    flags.waitall && file.kind.is_stream() && !(flags.peek && file.kind == Kind::Unix);
                let short = waitall && !data.is_empty() && data.len() < left;
                if progress.collected.is_empty() && (!short || flags.peek && is_at_end(file)) {
                    return Some(Ok(Raw::Data(data, from)));
                }
                progress.collected.extend_from_slice(&data);
                if short && flags.peek {
                    return None;
                }
                if !short {
                    return so_far(progress).map(Ok);
                }
            }
            Ok(other) => return Some(Ok(other)),
            // To who waits on datagrams, Linux answers nothing at all once reading is shut down; EAGAIN is for who does not.
            Err(Errno::EAGAIN) if !file.kind.is_stream() && is_shut(file) => {
                return Some(Ok(Raw::Data(Bytes::default(), UNNAMED)));
            }
            Err(Errno::EAGAIN) => return None,
            Err(errno) => return Some(so_far(progress).ok_or(errno)),
        }
    }
}

/// Whether its reading is shut down.
fn is_shut(file: &File) -> bool {
    sys::readiness(file.fd(), Readiness { peer_finished: true, ..Readiness::default() }).peer_finished
}

/// Whether a receive would now give an error and take it away. A local socket's may: there Linux takes it too.
fn has_failed(file: &File) -> bool {
    file.kind != Kind::Unix
        && sys::readiness(file.fd(), Readiness::default()).error
        && sys::ioctl(file.fd(), IoctlRequest::Siocinq) == Ok(0)
}

/// Whether nothing follows what is in the receive buffer.
fn is_at_end(file: &File) -> bool {
    let said = sys::readiness(file.fd(), Readiness { peer_finished: true, ..Readiness::default() });
    said.peer_finished || said.hangup || said.error
}

fn look(select: bool, asked: &[(FileId, Readiness)], files: &Files) -> Option<Result<Raw, Errno>> {
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
    (!collected.is_empty()).then(|| Raw::Data(collected.into(), UNNAMED))
}

/// One receive into a buffer of the thread's, so that an idle lab holds none.
fn receive(
    most: usize,
    call: impl FnOnce(&mut [u8]) -> Result<(usize, SocketAddrV4), Errno>,
) -> Result<Raw, Errno> {
    thread_local! {
        static BUFFER: std::cell::RefCell<Vec<u8>> = const { std::cell::RefCell::new(Vec::new()) };
    }
    BUFFER.with_borrow_mut(|buffer| {
        if buffer.len() < most {
            buffer.resize(most, 0);
        }
        let (count, from) = call(&mut buffer[..most])?;
        Ok(Raw::Data(Bytes::from(&buffer[..count]), from))
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
