//! Pipes: 16 pages of memory, a reading and a writing end (`pipe(7)`).

use std::collections::VecDeque;

use syscall::{Bytes, Errno, HostId, Readiness, Returned, SocketId, TaskId};

use crate::calls::{Progress, Step, done};
use crate::files::File;
use crate::kernel::{Kernel, Pending};
use crate::sizes::{PAGE, PIPE_PAGES};

/// One end of a pipe.
#[derive(Clone, Debug, Hash)]
pub(crate) struct PipeEnd {
    pub(crate) host: HostId,
    pub(crate) references: u32,
    pub(crate) blocking: bool,
    /// The other end, until it is closed.
    pub(crate) other: Option<SocketId>,
    /// What is in the pipe, kept with the end that reads; none at the end that writes.
    pages: Option<VecDeque<Page>>,
    /// At the end that writes: what the end that read has left behind. It still fills the pipe.
    left: VecDeque<Page>,
}

/// A page in use: a short write shares it with the one before if both fit.
#[derive(Clone, Debug, Hash)]
struct Page {
    chunks: VecDeque<Bytes>,
    /// Where in the page the first unread byte is.
    start: u32,
    len: u32,
}

impl PipeEnd {
    /// Whether it is the end that reads.
    pub(crate) const fn reads(&self) -> bool {
        self.pages.is_some()
    }
}

impl Page {
    fn new(bytes: Bytes) -> Self {
        Self { start: 0, len: bytes.len() as u32, chunks: VecDeque::from([bytes]) }
    }

    /// Take up to `most` bytes off its front.
    fn take(&mut self, most: u32, into: &mut Vec<u8>) {
        let mut left = most.min(self.len);
        self.start += left;
        self.len -= left;
        while left > 0 {
            let Some(chunk) = self.chunks.pop_front() else { return };
            let part = chunk.len().min(left as usize);
            into.extend_from_slice(&chunk[..part]);
            left -= part as u32;
            if part < chunk.len() {
                self.chunks.push_front(chunk.slice(part..chunk.len()));
            }
        }
    }
}

/// Take over as much of `bytes` as there is room for (`pipe_write`): the odd part may go into the last page, the rest
/// begins fresh ones. So a write of up to a page goes in whole or not at all.
fn fill(pages: &mut VecDeque<Page>, bytes: &Bytes, fresh_call: bool) -> usize {
    let mut taken = 0;
    let odd = bytes.len() % PAGE as usize;
    if let Some(last) = pages.back_mut()
        && fresh_call
        && odd > 0
        && last.start + last.len + odd as u32 <= PAGE
    {
        last.chunks.push_back(bytes.slice(0..odd));
        last.len += odd as u32;
        taken = odd;
    }
    while taken < bytes.len() && pages.len() < PIPE_PAGES {
        let part = (bytes.len() - taken).min(PAGE as usize);
        pages.push_back(Page::new(bytes.slice(taken..taken + part)));
        taken += part;
    }
    taken
}

impl PipeEnd {
    /// All but who the other end is.
    pub(crate) fn hash_future(&self, hasher: &mut impl std::hash::Hasher) {
        use std::hash::Hash as _;
        Self { other: self.other.map(|_| SocketId(0)), ..self.clone() }.hash(hasher);
    }

    /// Bytes that wait to be read.
    fn held(&self) -> u32 {
        self.pages.iter().flatten().chain(&self.left).map(|page| page.len).sum()
    }
}

impl Kernel {
    pub(crate) fn call_pipe(&mut self, task: TaskId) -> Step {
        let host = self.process(self.pid(task)).host;
        let end = |pages| PipeEnd {
            host,
            references: 0,
            blocking: true,
            other: None,
            pages,
            left: VecDeque::new(),
        };
        let reader = self.add_file(File::Pipe(end(Some(VecDeque::new()))));
        let writer = self.add_file(File::Pipe(PipeEnd { other: Some(reader), ..end(None) }));
        if let Some(end) = self.pipe_mut(reader) {
            end.other = Some(writer);
        }
        let (reader, writer) = self.open_two(task, reader, writer)?;
        done(Returned::Pair(reader, writer))
    }

    fn pipe(&self, id: SocketId) -> Option<&PipeEnd> {
        match self.files.get(id.0) {
            Some(File::Pipe(end)) => Some(end),
            _ => None,
        }
    }

    fn pipe_mut(&mut self, id: SocketId) -> Option<&mut PipeEnd> {
        match self.files.get_mut(id.0) {
            Some(File::Pipe(end)) => Some(end),
            _ => None,
        }
    }

    /// What the pipe of either end holds.
    pub(crate) fn pipe_held(&self, id: SocketId) -> u32 {
        let Some(end) = self.pipe(id) else { return 0 };
        match (&end.pages, end.other) {
            (None, Some(reader)) => self.pipe(reader).map_or(0, PipeEnd::held),
            _ => end.held(),
        }
    }

    pub(crate) fn read_pipe(&mut self, pending: &mut Pending, id: SocketId, len: u32) -> Step {
        let most = pending.most_of(len);
        let Some(end) = self.pipe_mut(id) else { return Err(Errno::EBADF) };
        let (blocking, writer) = (end.blocking, end.other);
        let Some(pages) = &mut end.pages else { return Err(Errno::EBADF) };
        let mut bytes = Vec::new();
        while (bytes.len() as u32) < most {
            let Some(page) = pages.front_mut() else { break };
            page.take(most - bytes.len() as u32, &mut bytes);
            if page.len == 0 {
                pages.pop_front();
            }
        }
        if !bytes.is_empty() || len == 0 || writer.is_none() {
            return done(Returned::Data(bytes.into()));
        }
        self.wait_or(pending, blocking, Errno::EAGAIN)
    }

    pub(crate) fn write_pipe(&mut self, pending: &mut Pending, id: SocketId, data: &Bytes) -> Step {
        let Some(end) = self.pipe(id) else { return Err(Errno::EBADF) };
        if end.pages.is_some() {
            return Err(Errno::EBADF);
        }
        if data.is_empty() {
            return done(Returned::Count(0));
        }
        let blocking = end.blocking;
        let Some(reader) = end.other else {
            return self.nobody_reads(pending, false);
        };
        // Up to a page is atomic, whatever the profile.
        let len =
            if data.len() as u32 <= PAGE { data.len() as u32 } else { pending.most_of(data.len() as u32) };
        let rest = data.slice(pending.done as usize..len as usize);
        let fresh = pending.done == 0;
        if let Some(pages) = self.pipe_mut(reader).and_then(|end| end.pages.as_mut()) {
            pending.done += fill(pages, &rest, fresh) as u32;
        }
        if pending.done == len {
            return done(Returned::Count(len));
        }
        self.wait_for_room(pending, blocking)
    }

    /// As `pipe_poll` tells it: writable when a whole page is free.
    pub(crate) fn pipe_readiness(&self, id: SocketId) -> Readiness {
        let Some(end) = self.pipe(id) else { return Readiness::default() };
        if let Some(pages) = &end.pages {
            return Readiness {
                readable: !pages.is_empty(),
                hangup: end.other.is_none(),
                ..Readiness::default()
            };
        }
        let pages = end.other.and_then(|reader| self.pipe(reader)).and_then(|end| end.pages.as_ref());
        let full = pages.unwrap_or(&end.left).len() >= PIPE_PAGES;
        Readiness { writable: !full, error: end.other.is_none(), ..Readiness::default() }
    }

    pub(crate) fn close_pipe(&mut self, id: SocketId) {
        let Some(end) = self.pipe_mut(id) else { return };
        let (other, left) = (end.other, end.pages.as_mut().map(std::mem::take).unwrap_or_default());
        if let Some(end) = other.and_then(|other| self.pipe_mut(other)) {
            end.other = None;
            end.left = left;
        }
    }

    /// There is no room for the rest: a call that may not wait tells how much has gone.
    pub(crate) fn wait_for_room(&self, pending: &Pending, may_wait: bool) -> Step {
        match self.wait_or(pending, may_wait, Errno::EAGAIN) {
            Err(_) if pending.done > 0 => done(Returned::Count(pending.done)),
            step => step,
        }
    }

    /// Nobody reads what is sent: a call tells what has gone before, the next one that it is over.
    pub(crate) fn nobody_reads(&self, pending: &Pending, nosignal: bool) -> Step {
        if pending.done > 0 {
            done(Returned::Count(pending.done))
        } else {
            self.broken_pipe(pending, nosignal)
        }
    }

    /// Nobody reads what is sent: SIGPIPE, unless the process or the call does without it, and EPIPE.
    pub(crate) fn broken_pipe(&self, pending: &Pending, nosignal: bool) -> Step {
        let ignores = self.process(self.pid(pending.task)).ignores_sigpipe;
        if nosignal || ignores { Err(Errno::EPIPE) } else { Ok(Progress::Killed) }
    }
}
