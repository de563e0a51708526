//! What the kernel holds for each connection, told when it changes between calls.
//!
//! Nobody says when a kernel's queues change, but most of it shows on the wire: when a packet of a connection leaves or
//! arrives, that end is asked, at most once in [`PAUSE`], and once more when it is quiet.

use std::collections::{BTreeMap, VecDeque};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use syscall::{Fd, Observed};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::file::{FileId, Kind, Pair};
use crate::kernel::{ProcessId, RealKernel};
use crate::process::Process;
use crate::sys;

/// Between two looks at one end.
const PAUSE: Duration = Duration::from_millis(5);
/// Changes that wait to be read; beyond it the oldest is forgotten, since a later one says more.
const MOST: usize = 256;

/// What is to be looked at, and what is to be told.
#[derive(Default)]
pub(crate) struct Holds {
    due: BTreeMap<FileId, Due>,
    told: VecDeque<(ProcessId, Fd, Observed)>,
    timer: Option<Pin<Box<Sleep>>>,
}

/// One end that is to be looked at.
#[derive(Clone, Copy)]
struct Due {
    at: Instant,
    /// When a packet of it last passed. A kernel may take a moment to see to it, so the last look comes [`PAUSE`] later.
    stirred: Instant,
}

impl Holds {
    /// What there is to tell of a process that is no more.
    pub(crate) fn forget(&mut self, process: ProcessId) {
        self.told.retain(|(of, ..)| *of != process);
    }
}

impl RealKernel {
    /// The next end of a connection for which the kernel no longer holds what was told of it last, by a call or here.
    /// Whoever polls this also polls what the wire tells: that wakes when there is something to look at.
    pub fn poll_holds(&mut self, cx: &mut Context<'_>) -> Poll<(ProcessId, Fd, Observed)> {
        self.note_stirred();
        if self.holds.due.is_empty() && self.holds.told.is_empty() {
            return Poll::Pending;
        }
        let now = Instant::now();
        let due: Vec<_> =
            self.holds.due.iter().filter(|(_, due)| due.at <= now).map(|(id, due)| (*id, *due)).collect();
        for (id, Due { stirred, .. }) in due {
            self.holds.due.remove(&id);
            if self.look_at(id, now) && now - stirred < PAUSE {
                self.holds.due.insert(id, Due { at: now + PAUSE, stirred });
            }
        }
        if let Some(told) = self.holds.told.pop_front() {
            return Poll::Ready(told);
        }
        if let Some(next) = self.holds.due.values().map(|due| due.at).min() {
            let timer = self.holds.timer.get_or_insert_with(|| Box::pin(sleep_until(next)));
            if timer.deadline() != next {
                timer.as_mut().reset(next);
            }
            if timer.as_mut().poll(cx).is_ready() {
                cx.waker().wake_by_ref();
            }
        }
        Poll::Pending
    }

    fn note_stirred(&mut self) {
        let Some(hand) = self.network.hand() else { return };
        let stirred = hand.stirred();
        if stirred.is_empty() {
            return;
        }
        let ends = self.files.iter().filter(|(_, file)| file.kind == Kind::Tcp);
        let now = Instant::now();
        for (id, file) in ends.filter(|(_, file)| file.pair.is_some_and(|pair| stirred.contains(&pair))) {
            let at = file.looked.map_or(now, |before| before + PAUSE);
            self.holds.due.entry(*id).or_insert(Due { at, stirred: now }).stirred = now;
        }
    }

    /// Whose the end is.
    pub(crate) fn owner(&self, id: FileId) -> Option<(ProcessId, Fd)> {
        let holds = |(index, process): (usize, &Process)| Some((ProcessId(index), process.fd(id)?));
        self.processes.iter().enumerate().find_map(holds)
    }

    /// Whose the ends of this connection are.
    pub(crate) fn ends_of(&self, (one, other): Pair) -> impl Iterator<Item = ProcessId> {
        let ends = self.files.iter().filter(move |(_, file)| {
            file.pair.is_some_and(|pair| pair == (one, other) || pair == (other, one))
        });
        ends.filter_map(|(id, _)| self.owner(*id)).map(|(process, _)| process)
    }

    /// Looks at one end; false where it is no more.
    fn look_at(&mut self, id: FileId, now: Instant) -> bool {
        let Some(file) = self.files.get_mut(&id) else { return false };
        file.looked = Some(now);
        let observed = sys::observe(file.fd());
        if file.told.as_ref() == Some(&observed) {
            return true;
        }
        file.told = Some(observed.clone());
        if let Some((process, fd)) = self.owner(id) {
            self.holds.told.push_back((process, fd, observed));
            self.holds.told.drain(..self.holds.told.len().saturating_sub(MOST));
        }
        true
    }
}
