//! The real calls that a call of the vocabulary comes to, noted by [`sys`](crate::sys) as it makes them.
//!
//! Whoever works on a call plays its [`Tape`] in with [`on`]; until that ends, every real call that this thread makes for
//! a lab's descriptor is noted on it, whichever way it was come to. So none is forgotten, and none is noted that was not made.

use std::cell::RefCell;
use std::collections::VecDeque;

use syscall::{Errno, RealCall, RealStep, RealSteps, Woke};
use tokio::time::Instant;

/// What was done for one call so far.
#[derive(Default)]
pub(crate) struct Tape {
    opened: Option<Instant>,
    /// So many steps of the beginning are kept, and so many of the end; where that is none, calls are only counted.
    most: usize,
    first: Vec<RealStep>,
    between: u32,
    last: VecDeque<RealStep>,
    /// Since when the call waits.
    asleep: Option<Instant>,
    looks: Looks,
}

/// The instrument's own looks at what kernels hold, which are no part of a call.
#[derive(Default)]
struct Looks {
    /// Whether one is being taken.
    now: bool,
    /// Those that were taken, if somebody wants them.
    kept: Option<Vec<RealCall>>,
}

thread_local! {
    static PLAYING: RefCell<Option<Tape>> = const { RefCell::new(None) };
}

/// Notes the real calls of `work` on this tape.
pub(crate) fn on<T>(tape: &mut Tape, work: impl FnOnce() -> T) -> T {
    let before = PLAYING.replace(Some(std::mem::take(tape)));
    let result = work();
    *tape = PLAYING.replace(before).unwrap_or_default();
    result
}

/// The same for looks that are no part of the call.
pub(crate) fn looking<T>(tape: &mut Tape, work: impl FnOnce() -> T) -> T {
    if tape.looks.kept.is_none() && PLAYING.with_borrow(Option::is_none) {
        return work();
    }
    tape.looks.now = true;
    let result = on(tape, work);
    tape.looks.now = false;
    result
}

/// Notes one call that was made: its name, what it returned, its arguments.
pub(crate) fn note(name: &'static str, outcome: Result<i64, Errno>, arguments: impl FnOnce() -> String) {
    note_of(false, name, outcome, arguments);
}

/// The same of one that the helper made.
pub(crate) fn note_helper(
    name: &'static str,
    outcome: Result<i64, Errno>,
    arguments: impl FnOnce() -> String,
) {
    note_of(true, name, outcome, arguments);
}

fn note_of(
    helper: bool,
    name: &'static str,
    outcome: Result<i64, Errno>,
    arguments: impl FnOnce() -> String,
) {
    PLAYING.with_borrow_mut(|playing| {
        let Some(tape) = playing else { return };
        let kept = if tape.looks.now { tape.looks.kept.is_some() } else { true };
        if !kept {
            return;
        }
        if tape.most == 0 && !tape.looks.now {
            tape.between += 1;
            return;
        }
        let at = tape.opened.map_or(0, |opened| micros(opened.elapsed()));
        let call = RealCall { name: name.into(), arguments: arguments(), outcome, at, helper };
        match (&mut tape.looks.kept, tape.looks.now) {
            (Some(looks), true) => looks.push(call),
            _ => tape.push(RealStep::Made(call)),
        }
    });
}

/// Notes what ended a wait, if there was one.
pub(crate) fn woke(until: Woke) {
    PLAYING.with_borrow_mut(|playing| {
        if let Some(tape) = playing {
            tape.woke(until);
        }
    });
}

fn micros(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

impl Tape {
    /// An empty one, for a lab that was opened then. `looks`: whether those are kept as well.
    pub(crate) fn new(opened: Instant, most: usize, looks: bool) -> Self {
        let looks = Looks { now: false, kept: looks.then(Vec::new) };
        Self { opened: Some(opened), most, looks, ..Self::default() }
    }

    /// The call waits from now on, if it does not already.
    pub(crate) fn sleeps(&mut self) {
        self.asleep.get_or_insert_with(Instant::now);
    }

    /// The same as [`woke`], while nobody plays this tape.
    pub(crate) fn woke(&mut self, until: Woke) {
        if let Some(since) = self.asleep.take() {
            self.push(RealStep::Waited { until, us: micros(since.elapsed()) });
        }
    }

    fn push(&mut self, step: RealStep) {
        if self.first.len() < self.most {
            return self.first.push(step);
        }
        self.last.push_back(step);
        if self.last.len() > self.most {
            self.between += u32::from(matches!(self.last.pop_front(), Some(RealStep::Made(_))));
        }
    }

    /// What was done, and which looks were taken.
    pub(crate) fn finish(self) -> (RealSteps, Vec<RealCall>) {
        let Self { first, between, last, looks, .. } = self;
        (RealSteps { first, between, last: last.into() }, looks.kept.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(tape: &mut Tape, numbers: std::ops::Range<i64>) {
        on(tape, || numbers.for_each(|n| note("close", Ok(n), || n.to_string())));
    }

    fn tape(most: usize) -> Tape {
        Tape::new(Instant::now(), most, false)
    }

    #[test]
    fn of_many_steps_the_first_and_the_last_are_kept_and_the_rest_counted() {
        let mut tape = tape(2);
        made(&mut tape, 0..3);
        tape.sleeps();
        tape.woke(Woke::Readable);
        tape.woke(Woke::Writable);
        made(&mut tape, 3..7);
        let (steps, looks) = tape.finish();
        assert_eq!((steps.first.len(), steps.between, steps.last.len(), looks.len()), (2, 3, 2, 0));
        assert_eq!(steps.calls(), 7);
        assert_eq!(steps.lines()[2..], ["... and 3 more calls", "close(5) = 5", "close(6) = 6"]);
    }

    #[test]
    fn where_no_step_is_kept_calls_are_counted_and_their_arguments_not_written() {
        let mut tape = tape(0);
        on(&mut tape, || note("close", Ok(0), || panic!("nobody reads it")));
        assert_eq!(tape.finish().0.calls(), 1);
    }

    #[test]
    fn looks_are_no_part_of_a_call_and_what_nobody_plays_is_noted_nowhere() {
        let mut quiet = tape(8);
        looking(&mut quiet, || note("ioctl", Ok(0), String::new));
        assert!(quiet.finish().0.is_empty());
        let mut told = Tape::new(Instant::now(), 8, true);
        looking(&mut told, || note("ioctl", Ok(0), String::new));
        note("close", Ok(0), String::new);
        made(&mut told, 0..1);
        let (steps, looks) = told.finish();
        assert_eq!((steps.calls(), looks.len(), &*looks[0].name), (1, 1, "ioctl"));
    }
}
