//! What the kernel holds for each connection, told when it changes between calls.
//!
//! Nobody says when a kernel's queues change, but most of it shows on the wire: when a packet of a connection leaves or
//! arrives, that end is asked, at most once in [`PAUSE`].

use std::collections::{BTreeMap, VecDeque};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use syscall::{Fd, Observed};
use tokio::time::{Instant, Sleep, sleep_until};

use crate::file::{FileId, Kind};
use crate::kernel::{ProcessId, RealKernel};
use crate::sys;

/// Between two looks at one end.
const PAUSE: Duration = Duration::from_millis(5);
/// Changes that wait to be read; beyond it the oldest is forgotten, since a later one says more.
const MOST: usize = 256;

/// What is to be looked at, and what is to be told.
#[derive(Default)]
pub(crate) struct Holds {
    due: BTreeMap<FileId, Instant>,
    told: VecDeque<(ProcessId, Fd, Observed)>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl RealKernel {
    /// The next end of a connection for which the kernel no longer holds what was told of it last, by a call or here.
    /// Whoever polls this also polls what the wire tells: that wakes when there is something to look at.
    pub fn poll_holds(&mut self, cx: &mut Context<'_>) -> Poll<(ProcessId, Fd, Observed)> {
        self.note_stirred();
        let now = Instant::now();
        let due: Vec<_> = self.holds.due.iter().filter(|(_, at)| **at <= now).map(|(id, _)| *id).collect();
        for id in due {
            self.holds.due.remove(&id);
            self.look_at(id, now);
        }
        if let Some(told) = self.holds.told.pop_front() {
            return Poll::Ready(told);
        }
        if let Some(next) = self.holds.due.values().min().copied() {
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
        for (id, file) in ends.filter(|(_, file)| file.pair.is_some_and(|pair| stirred.contains(&pair))) {
            let at = file.looked.map_or_else(Instant::now, |before| before + PAUSE);
            self.holds.due.entry(*id).or_insert(at);
        }
    }

    fn look_at(&mut self, id: FileId, now: Instant) {
        let Some(file) = self.files.get_mut(&id) else { return };
        file.looked = Some(now);
        let observed = sys::observe(file.fd());
        if file.told.as_ref() == Some(&observed) {
            return;
        }
        file.told = Some(observed.clone());
        let owner = self.processes.iter().enumerate().find_map(|(p, process)| Some((p, process.fd(id)?)));
        if let Some((process, fd)) = owner {
            self.holds.told.push_back((ProcessId(process), fd, observed));
            self.holds.told.drain(..self.holds.told.len().saturating_sub(MOST));
        }
    }
}
