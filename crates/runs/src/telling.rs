//! A world that runs by itself, told as a run on a kernel is.

use std::collections::VecDeque;

use python::{Limit, Stream};
use syscall::{Event, Micros, Pid, Returned, TaskId, Tid, What};
use world::{Input, Rng, World};

use crate::{End, Ending, Python, Stuck, Tells, Told, ending, waits};

/// How long a thread waits for a line of input while others go on, in microseconds: what somebody takes to type one.
const TYPING: Micros = 1_000_000;
/// Threads and processes that may ever be started.
const MOST_TASKS: u32 = 4096;

/// A world of programs in Python that runs by itself: by the world's own order, or by a seed's.
///
/// Nothing is kept of what was told, so a run may be as long as its programs' limits let it.
pub struct Telling {
    world: World,
    /// Who draws what happens next, if anybody does.
    draws: Option<Rng>,
    /// Who reads standard input, and since when.
    reads: Option<(TaskId, Micros)>,
    told: VecDeque<Told>,
}

impl Telling {
    /// This world from now on; what has happened there and was not drained is told first.
    pub fn new(world: World) -> Self {
        let mut telling = Self { world, draws: None, reads: None, told: VecDeque::new() };
        telling.listen();
        telling
    }

    /// The same, in which this seed draws what happens next among all that the world offers.
    #[must_use]
    pub fn drawn_by(mut self, seed: u64) -> Self {
        self.draws = Some(Rng::new(seed));
        self
    }

    /// The world, to look at.
    pub const fn world(&self) -> &World {
        &self.world
    }

    /// Let the next thing happen; `false` if there is none.
    fn go_on(&mut self) -> bool {
        match &mut self.draws {
            Some(rng) => self.world.step_seeded(rng),
            None => self.world.step(),
        }
    }

    /// Whether somebody has waited for a line of input for as long as others may go on meanwhile.
    fn reads_long(&mut self) -> bool {
        let now = self.world.now();
        let known = self.reads;
        let asks = self.world.asks();
        self.reads = asks.map(|task| known.filter(|(reads, _)| *reads == task).unwrap_or((task, now)));
        self.reads.is_some_and(|(_, since)| now - since >= TYPING)
    }

    /// Take in what has happened.
    fn listen(&mut self) {
        for event in self.world.drain().events {
            self.hear(event);
        }
    }

    fn hear(&mut self, event: Event) {
        let Some(process) = event.pid.map(number) else { return };
        let line = event.source.as_ref().map_or(0, |source| source.line);
        match event.what {
            What::Wrote { error, text } => {
                // The limit that ended it is told with its end.
                let limit = event.tid.and_then(|tid| self.limit(tid)).filter(|_| error);
                if limit.is_none_or(|limit| text != format!("{limit}\n")) {
                    let stream = if error { Stream::Stderr } else { Stream::Stdout };
                    self.told.push_back(Told::Wrote { process, stream, text });
                }
            }
            What::Returned { call, outcome, .. } => {
                let child = match outcome {
                    Ok(Returned::Forked(child)) => Some(number(child)),
                    _ => None,
                };
                self.told.push_back(Told::Returned { process, line, call, outcome, at: event.at });
                self.told.extend(child.map(|child| Told::Forked { process: child, parent: process }));
            }
            What::Exited { status, .. } => {
                let limit = event.tid.and_then(|tid| self.limit(tid));
                self.told.push_back(match limit {
                    Some(limit) => Told::Limited { process, limit },
                    None => Told::Exited { process, status },
                });
            }
            _ => {}
        }
    }

    /// The limit that a thread's program has reached.
    fn limit(&self, tid: Tid) -> Option<Limit> {
        // Threads are numbered as tasks are, from 1.
        let (guest, _) = self.world.guest(TaskId(tid.0 - 1))?;
        guest.as_any()?.downcast_ref::<Python>()?.limited()
    }

    /// What there is to tell when nothing happens any more.
    fn end(&self) -> Told {
        match ending(&self.world) {
            Some(Ending::Reads(task)) => self.asks(task),
            Some(Ending::Deadlock { stuck, circle }) => {
                let places = circle.iter().filter_map(|task| stuck.iter().position(|it| it == task));
                let circle = places.collect();
                Told::Over(End::Deadlock { stuck: self.stuck(&stuck), circle })
            }
            Some(Ending::Idle) => Told::Over(End::Idle),
            Some(Ending::Done) | None => Told::Over(End::Done),
        }
    }

    fn asks(&self, task: TaskId) -> Told {
        let view = self.world.view();
        let program = view.programs.iter().find(|it| it.task == task);
        Told::Asks { process: program.map_or(0, |it| number(it.pid)) }
    }

    fn stuck(&self, tasks: &[TaskId]) -> Vec<Stuck> {
        let view = self.world.view();
        let stuck = view.programs.iter().filter(|it| tasks.contains(&it.task));
        stuck
            .map(|it| Stuck {
                process: number(it.pid),
                thread: self.world.guest(it.task).map_or(0, |(_, thread)| thread),
                waits: waits(&self.world, &view, it.task),
                line: it.line,
            })
            .collect()
    }
}

impl Tells for Telling {
    fn step(&mut self) -> Option<Told> {
        if self.told.is_empty() {
            if self.world.guest(TaskId(MOST_TASKS)).is_some() {
                return Some(Told::Over(End::Crowded(MOST_TASKS)));
            }
            if self.reads_long() {
                let (task, _) = self.reads?;
                return Some(self.asks(task));
            }
            if self.go_on() {
                self.listen();
            } else {
                return Some(self.end());
            }
        }
        self.told.pop_front()
    }

    fn give(&mut self, _process: usize, line: Option<String>) {
        if let Some(task) = self.world.asks() {
            // It reads, so it takes the line.
            let taken = self.world.give(task, Input::Line(line));
            debug_assert_eq!(taken, Ok(()), "who reads takes a line");
            self.reads = None;
            self.listen();
        }
    }
}

/// Processes are told by their numbers from 0, and have theirs from 1 in the order of their start.
fn number(pid: Pid) -> usize {
    pid.0 as usize - 1
}
