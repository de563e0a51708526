//! Processes on a ground: whose turn it is, and what becomes of each stop of a machine.

use std::collections::VecDeque;

use python::{Answer, Machine, Stop, Until};
use syscall::{Call, CallId, Completed, HostId, Micros, Outcome, Pid, Returned, SourceRange, TaskId};

use crate::order::Order;
use crate::process::{Doing, Process, Thread};
use crate::{End, Ground, Stuck, Tells, Told};

/// Instructions that a thread runs before it is another's turn.
const SLICE: u64 = 20_000;

/// Turns without a wait before a moment passes and it is another's turn.
const TURNS: u32 = 100;

/// Processes on a ground.
///
/// Order of use: [`start`](Self::start) each program, then as [`Tells`] says.
#[derive(Clone)]
pub struct Run<G> {
    pub(crate) ground: G,
    pub(crate) processes: Vec<Process>,
    /// The process and the place there of each thread, in the order of their start.
    pub(crate) tasks: Vec<(usize, usize)>,
    /// The order in which they take their turns, as long as that can be.
    pub(crate) order: Option<Order>,
    /// The thread that ran last, by its process and its place there.
    last: (usize, usize),
    /// Turns since time last passed.
    turns: u32,
    next_call: u64,
    told: VecDeque<Told>,
}

/// How far a thread got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Went {
    /// It has done what is nobody's turn, and can go on.
    On,
    /// To a line, as was asked.
    ToALine,
    /// It does something that is a turn of its own, waits, or has ended.
    ToItsTurn,
}

impl<G: Ground> Run<G> {
    /// A run without a process.
    pub const fn new(ground: G) -> Self {
        Self {
            ground,
            processes: Vec::new(),
            tasks: Vec::new(),
            order: None,
            last: (0, 0),
            turns: 0,
            next_call: 1,
            told: VecDeque::new(),
        }
    }

    /// Start a program as a process on a host. Answers its number.
    pub fn start(&mut self, name: &str, host: HostId, machine: Machine) -> usize {
        let task = self.ground.spawn(host);
        self.tasks.push((self.processes.len(), 0));
        self.processes.push(Process::new(name, machine, task));
        self.processes.len() - 1
    }

    /// Let them run until each waits, in at most so many turns: who is started next finds those who listen already.
    pub fn settle(&mut self, turns: u32) {
        for _ in 0..turns {
            self.hand_out();
            let Some((process, place)) = self.next_thread() else { return };
            self.last = (process, place);
            self.turn(process, place);
        }
    }

    /// The name that a process was started with.
    pub fn name(&self, process: usize) -> &str {
        &self.processes[process].name
    }

    /// What a process ended with, if it has.
    pub fn status(&self, process: usize) -> Option<i32> {
        self.processes[process].ended
    }

    /// The kernel, to look at.
    pub const fn ground(&self) -> &G {
        &self.ground
    }

    /// The kernel, to be asked something when the run is over.
    pub const fn ground_mut(&mut self) -> &mut G {
        &mut self.ground
    }

    /// The thread whose turn it is: the one that ran last as long as it can, else the next that can.
    fn next_thread(&self) -> Option<(usize, usize)> {
        let processes = &self.processes;
        let all = || {
            let processes = processes.iter().enumerate();
            processes
                .flat_map(|(number, process)| (0..process.threads.len()).map(move |place| (number, place)))
        };
        let (last, can) = (self.last, |at: &(usize, usize)| processes[at.0].can_run(at.1));
        all().filter(|at| *at >= last).find(can).or_else(|| all().find(can))
    }

    /// Run one thread until it stops; who holds a call makes it.
    fn turn(&mut self, number: usize, place: usize) {
        let thread = &mut self.processes[number].threads[place];
        if let Doing::Holds(held) = std::mem::replace(&mut thread.doing, Doing::Runs) {
            let (call, source) = *held;
            return self.submit(number, place, call, source);
        }
        self.run_to(number, place, Until::Event);
    }

    /// Make a call.
    pub(crate) fn submit(&mut self, number: usize, place: usize, call: Call, source: SourceRange) {
        let thread = &mut self.processes[number].threads[place];
        let id = CallId(self.next_call);
        self.next_call += 1;
        (thread.doing, thread.line) = (Doing::Call(id, call.to_string()), source.line);
        self.ground.submit(id, thread.task, call, source);
    }

    /// Run one thread until it stops. While an order is followed, a call is not made yet, but held.
    pub(crate) fn run_to(&mut self, number: usize, place: usize, until: Until) -> Went {
        let process = &mut self.processes[number];
        process.threads[place].doing = Doing::Runs;
        let id = process.threads[place].number;
        let mut slice = SLICE;
        let stop = process.machine.run(id, until, &mut slice);
        let line = process.machine.own_line(id);
        let thread = &mut process.threads[place];
        let went = match stop {
            Stop::Output { .. } | Stop::Now | Stop::Started(_) => Went::On,
            Stop::Line(_) => Went::ToALine,
            _ => Went::ToItsTurn,
        };
        match stop {
            Stop::Line(_) => {}
            Stop::Slice => self.turns += TURNS / 10,
            Stop::Output { stream, text } => {
                self.told.push_back(Told::Wrote { process: number, stream, text })
            }
            Stop::Call { call, origin, .. } => {
                let source = SourceRange { line, origin };
                if self.order.is_some() {
                    (thread.doing, thread.line) = (Doing::Holds(Box::new((call, source))), line);
                } else {
                    self.submit(number, place, call, source);
                }
            }
            Stop::Input => {
                thread.doing = Doing::Reads;
                self.told.push_back(Told::Asks { process: number });
            }
            Stop::Sleep(us) => thread.doing = Doing::Sleeps(self.ground.now().saturating_add(us)),
            Stop::Now => {
                let (monotonic_us, wall_us) = (self.ground.now(), self.ground.wall());
                process.machine.answer(id, Answer::Time { monotonic_us, wall_us });
            }
            Stop::Wait { wait, timeout_us } => {
                let until = timeout_us.map(|us| self.ground.now().saturating_add(us));
                thread.doing = Doing::Waits(wait, until);
            }
            Stop::Started(new) => {
                let task = self.ground.thread(thread.task);
                process.machine.answer(id, Answer::Done);
                self.tasks.push((number, process.threads.len()));
                process.threads.push(Thread { number: new, task, doing: Doing::Runs, line: 0 });
            }
            Stop::Ended => thread.doing = Doing::Ended,
            Stop::Exit(status) => {
                process.ended = Some(status);
                self.ground.exit(process.task(), status);
                self.told.push_back(Told::Exited { process: number, status });
            }
            Stop::Limit(limit) => {
                process.ended = Some(1);
                self.ground.exit(process.task(), 1);
                self.told.push_back(Told::Limited { process: number, limit });
            }
        }
        went
    }

    /// Hand the outcomes of calls that have completed to the threads that made them.
    pub(crate) fn hand_out(&mut self) {
        while let Some(Completed { id, outcome }) = self.ground.next_completed() {
            let made = |thread: &Thread| matches!(thread.doing, Doing::Call(call, _) if call == id);
            let Some((number, place)) = self.processes.iter().enumerate().find_map(|(number, process)| {
                process.threads.iter().position(made).map(|place| (number, place))
            }) else {
                continue;
            };
            if let Ok(Returned::Forked(pid)) = outcome {
                self.adopt(number, place, pid);
            }
            self.answer(number, place, Answer::Outcome(outcome));
        }
    }

    fn answer(&mut self, number: usize, place: usize, answer: Answer) {
        let process = &mut self.processes[number];
        let thread = &mut process.threads[place];
        thread.doing = Doing::Runs;
        process.machine.answer(thread.number, answer);
    }

    /// The child of a fork has the thread that forked, and no other.
    fn adopt(&mut self, parent: usize, place: usize, pid: Pid) {
        let task: TaskId = self.ground.child(pid);
        let from = &self.processes[parent];
        let thread = Thread { task, ..from.threads[place].clone() };
        let name = format!("{} {pid}", from.name);
        let child = Process { name, threads: vec![thread], ..from.clone() };
        let process = self.processes.len();
        self.tasks.push((process, 0));
        self.processes.push(child);
        let outcome: Outcome = Ok(Returned::Forked(Pid(0)));
        self.answer(process, 0, Answer::Outcome(outcome));
        self.told.push_back(Told::Forked { process, parent });
    }

    /// Nobody can run: time passes, or all is over.
    fn wait(&mut self) {
        self.turns = 0;
        let due = self.processes.iter().filter_map(Process::due).min();
        if self.ground.wait(due) {
            self.wake(self.ground.now());
            return;
        }
        let reads = |process: &Process| process.threads.iter().any(|t| matches!(t.doing, Doing::Reads));
        let asks = self.processes.iter().position(|process| process.ended.is_none() && reads(process));
        if let Some(process) = asks {
            self.told.push_back(Told::Asks { process });
            return;
        }
        self.told.push_back(Told::Over(self.end()));
    }

    /// Threads whose time has come go on.
    pub(crate) fn wake(&mut self, now: Micros) {
        for number in 0..self.processes.len() {
            for place in 0..self.processes[number].threads.len() {
                match self.processes[number].threads[place].doing {
                    Doing::Sleeps(until) if until <= now => self.answer(number, place, Answer::Done),
                    Doing::Waits(_, Some(until)) if until <= now => {
                        self.answer(number, place, Answer::TimedOut)
                    }
                    _ => {}
                }
            }
        }
    }

    /// How it ended, when nothing can happen any more.
    fn end(&self) -> End {
        let live = || self.processes.iter().enumerate().filter(|(_, process)| process.ended.is_none());
        if live().next().is_none() {
            return End::Done;
        }
        let threads = live().flat_map(|(number, p)| p.threads.iter().map(move |thread| (number, thread)));
        let threads: Vec<_> = threads.filter(|(_, t)| !matches!(t.doing, Doing::Ended)).collect();
        let listens = |thread: &Thread| match &thread.doing {
            Doing::Call(id, _) => self.ground.waits_for_clients(*id),
            // It waits for one of the others.
            Doing::Waits(python::Wait::Join(_), None) => true,
            _ => false,
        };
        let some_listen = threads.iter().any(|(_, thread)| matches!(&thread.doing, Doing::Call(..)));
        if some_listen && threads.iter().all(|(_, thread)| listens(thread)) {
            return End::Idle;
        }
        let stuck = threads.into_iter().map(|(process, thread)| stuck(process, thread)).collect();
        End::Deadlock { stuck, circle: Vec::new() }
    }
}

impl<G: Ground> Tells for Run<G> {
    fn step(&mut self) -> Option<Told> {
        if let Some(told) = self.told.pop_front() {
            return Some(told);
        }
        if self.order.is_some() {
            self.follow();
            return self.told.pop_front();
        }
        if self.turns >= TURNS {
            self.turns = 0;
            self.ground.moment();
            self.wake(self.ground.now());
            self.last.1 += 1;
        }
        self.hand_out();
        match self.next_thread() {
            Some((process, place)) => {
                (self.last, self.turns) = ((process, place), self.turns + 1);
                self.turn(process, place);
            }
            None => self.wait(),
        }
        self.told.pop_front()
    }

    fn give(&mut self, process: usize, line: Option<String>) {
        let process = &mut self.processes[process];
        if let Some(thread) = process.threads.iter_mut().find(|t| matches!(t.doing, Doing::Reads)) {
            thread.doing = Doing::Runs;
            process.machine.answer(thread.number, Answer::Line(line));
        }
    }
}

fn stuck(process: usize, thread: &Thread) -> Stuck {
    let waits = match &thread.doing {
        Doing::Call(_, call) => format!("in {call}"),
        Doing::Waits(python::Wait::Lock(_), _) => "for a lock".into(),
        Doing::Waits(python::Wait::Join(other), _) => format!("for the end of thread {other}"),
        Doing::Sleeps(_) => "in a sleep".into(),
        Doing::Reads => "for a line of input".into(),
        Doing::Runs | Doing::Holds(_) | Doing::Ended => "for nothing".into(),
    };
    Stuck { process, thread: thread.number, waits, line: thread.line }
}
