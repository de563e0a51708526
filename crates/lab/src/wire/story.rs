//! What the wire tells: its events, through a queue of bounded length, so that packets never wait for a reader.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};

use syscall::Event;

/// What the wire of a lab tells, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "nearly all of them are events, and none is kept for long")]
pub enum Told {
    /// What happened. Its `index` is 0, since whoever keeps the story numbers it; its `at` counts from the lab's opening.
    Event(Event),
    /// Here so many events are missing: nobody listened, and packets do not wait.
    Missed(u64),
    /// The wire held more than it may: so many packets, the oldest, were delivered instead.
    Released(u64),
}

#[derive(Debug)]
pub(super) struct Story {
    queue: VecDeque<Told>,
    most: usize,
    missed: u64,
    released: u64,
    reader: Option<Waker>,
}

impl Story {
    pub(super) fn new(most: usize) -> Self {
        Self { queue: VecDeque::new(), most, missed: 0, released: 0, reader: None }
    }

    pub(super) fn tell(&mut self, event: Event) {
        if self.queue.len() >= self.most {
            self.missed += 1;
        } else {
            self.catch_up();
            self.queue.push_back(Told::Event(event));
        }
        self.wake();
    }

    /// A packet was delivered though it was to be held.
    pub(super) fn released(&mut self) {
        self.released += 1;
        self.wake();
    }

    /// The gap is told where it is.
    fn catch_up(&mut self) {
        if self.released > 0 {
            self.queue.push_back(Told::Released(std::mem::take(&mut self.released)));
        }
        if self.missed > 0 {
            self.queue.push_back(Told::Missed(std::mem::take(&mut self.missed)));
        }
    }

    fn wake(&mut self) {
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }

    pub(super) fn next(&mut self) -> Option<Told> {
        if self.queue.is_empty() {
            self.catch_up();
        }
        self.queue.pop_front()
    }

    /// The same, waited for.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Told> {
        if let Some(told) = self.next() {
            return Poll::Ready(told);
        }
        match &mut self.reader {
            Some(reader) => reader.clone_from(cx.waker()),
            none => *none = Some(cx.waker().clone()),
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use syscall::{HostId, What};

    use super::*;

    fn event(at: u64) -> Event {
        let what = What::HostPower { on: true };
        Event::of_host(at, HostId(0), what)
    }

    #[test]
    fn what_a_slow_reader_missed_is_counted_at_its_place() {
        let mut story = Story::new(2);
        (0..5).for_each(|at| story.tell(event(at)));
        assert_eq!(story.next(), Some(Told::Event(event(0))));
        story.tell(event(5));
        let rest: Vec<_> = std::iter::from_fn(|| story.next()).collect();
        assert_eq!(rest, [Told::Event(event(1)), Told::Missed(3), Told::Event(event(5))]);
        (0..3).for_each(|at| story.tell(event(at)));
        assert_eq!(std::iter::from_fn(|| story.next()).last(), Some(Told::Missed(1)));
    }

    #[test]
    fn memory_stays_within_the_bound_however_long_nobody_reads() {
        let mut story = Story::new(10);
        for at in 0..10_000 {
            story.tell(event(at));
            story.released();
            if at % 7 == 0 {
                story.next();
            }
            assert!(story.queue.len() <= 12);
        }
    }
}
