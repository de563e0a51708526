//! The search itself.

use std::collections::VecDeque;

use syscall::TaskId;
use world::{ChoiceKey, Move, Rng, World};

use crate::seen::Seen;
use crate::spin::{self, Ahead, SUSPICIOUS};
use crate::{Failure, Noted, Options, Order, Run};

/// Bounds on unusual choices that are tried one after the other before any number is.
const BOUNDS: [u32; 5] = [0, 1, 2, 3, 5];

/// A failure and the way to it.
#[derive(Clone, Debug)]
pub struct Found {
    /// What broke.
    pub failure: Failure,
    /// The choices that lead there, from where the search began.
    pub way: Vec<ChoiceKey>,
}

/// How a search ended.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// A schedule breaks the programs.
    Broken(Found),
    /// None does: every state within the bounds was looked at.
    Stands {
        /// Most unusual choices of a run; none: any number.
        unusual: Option<u32>,
        /// Every count of every call was tried.
        every_count: bool,
    },
    /// None was found, and not all was looked at.
    Incomplete,
}

/// How far a search is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Different states.
    pub states: u64,
    /// Choices taken.
    pub choices: u64,
    /// Runs followed to an end.
    pub ends: u64,
    /// The bound on unusual choices that is being tried; none: any number.
    pub unusual: Option<u32>,
}

/// Choices to try, the last first, each with its cost in unusual choices.
type Todo = Vec<(ChoiceKey, u32)>;

/// A state on the way, and what is still to be tried there.
struct Frame {
    run: Run,
    key: u64,
    todo: Todo,
    left: u32,
    /// Choices that are left out for now: of tasks that have nothing to do with those in `todo`.
    rest: Todo,
}

/// A search: [`go_on`](Self::go_on) until it answers a verdict. It can be left at any time.
pub struct Search {
    root: Run,
    /// What was done before.
    began: Vec<ChoiceKey>,
    options: Options,
    /// The bounds that are left to try, the last first.
    bounds: Vec<Option<u32>>,
    bound: Option<u32>,
    way: Vec<ChoiceKey>,
    frames: Vec<Frame>,
    /// How many more unusual choices were allowed in a state that was looked at.
    seen: Seen<u32>,
    /// States of all bounds.
    known: Seen<()>,
    /// Of a search in breadth: what to look at next, by its place in `tree`.
    queue: VecDeque<(u32, Run)>,
    /// Each state's parent and the choice that led to it.
    tree: Vec<(u32, ChoiceKey)>,
    progress: Progress,
    /// Something was left out for want of budget on unusual choices.
    cut: bool,
    /// Something was left out for want of depth.
    deep: bool,
    sampled: bool,
    judged: Seen<()>,
    findings: Vec<Noted>,
    ends: Vec<u64>,
    done: Option<Verdict>,
}

impl Search {
    /// From this moment on; programs that have not run yet begin in turn ([`Options::in_turn`]).
    pub fn new(world: World, options: Options) -> Self {
        let mut root = Run::new(world, &options);
        let (began, failure) = if options.in_turn {
            root.begin()
        } else {
            (Vec::new(), root.broken.take().map(|broken| *broken))
        };
        root.world.anchor();
        let mut bounds: Vec<_> = match (options.order, options.unusual) {
            (Order::Breadth, most) => vec![most],
            (Order::Depth, None) => BOUNDS.iter().copied().map(Some).chain([None]).collect(),
            (Order::Depth, Some(most)) => {
                BOUNDS.iter().copied().filter(|bound| *bound < most).chain([most]).map(Some).collect()
            }
        };
        bounds.reverse();
        let done = failure.map(|failure| Verdict::Broken(Found { failure, way: Vec::new() }));
        let mut search = Self {
            root,
            began,
            options,
            bounds,
            bound: None,
            way: Vec::new(),
            frames: Vec::new(),
            seen: Seen::new(),
            known: Seen::new(),
            queue: VecDeque::new(),
            tree: Vec::new(),
            progress: Progress::default(),
            cut: false,
            deep: false,
            sampled: false,
            judged: Seen::new(),
            findings: Vec::new(),
            ends: Vec::new(),
            done,
        };
        if search.done.is_none() {
            search.next_bound();
        }
        search
    }

    /// How far it is.
    pub const fn progress(&self) -> Progress {
        self.progress
    }

    /// What was worth a word so far.
    pub fn findings(&self) -> &[Noted] {
        &self.findings
    }

    /// The states in which runs ended, as numbers that tell them apart; rising.
    pub fn ends(&self) -> Vec<u64> {
        let mut ends = self.ends.clone();
        ends.sort_unstable();
        ends.dedup();
        ends
    }

    /// What was done so that every program had begun; ways begin behind it.
    pub fn began(&self) -> &[ChoiceKey] {
        &self.began
    }

    /// Where the search began.
    pub const fn root(&self) -> &Run {
        &self.root
    }

    /// Look at so many choices more. Answers a verdict when there is one.
    pub fn go_on(&mut self, choices: u64) -> Option<&Verdict> {
        let until = self.progress.choices.saturating_add(choices);
        while self.done.is_none() && self.progress.choices < until {
            match self.options.order {
                Order::Depth => self.deeper(),
                Order::Breadth => self.broader(),
            }
        }
        self.done.as_ref()
    }

    /// Look at so many states more than up to now, where the search ended only because it had looked at as many as it was to. Whether
    /// it goes on.
    pub fn look_further(&mut self, states: u64) -> bool {
        let waits = matches!(self.done, Some(Verdict::Incomplete)) && !self.frames.is_empty();
        if waits {
            self.options.states = (self.known.len() as u64).saturating_add(states);
            self.done = None;
        }
        waits
    }

    /// The verdict, if there is one.
    pub const fn verdict(&self) -> Option<&Verdict> {
        self.done.as_ref()
    }

    /// Look until there is a verdict.
    pub fn finish(&mut self) -> &Verdict {
        while self.go_on(u64::MAX).is_none() {}
        self.done.as_ref().expect("it has just been made")
    }

    /// Follow one run that a seed draws, from the beginning to its end.
    pub fn draw(&mut self, rng: &mut Rng) -> Option<Found> {
        let (mut run, mut way) = (self.root.clone(), Vec::new());
        while way.len() < self.options.depth {
            let moves = moves(&run.world);
            if moves.is_empty() {
                self.progress.ends += 1;
                let failure = run.at_end(&self.options);
                return failure.map(|failure| Found { failure, way });
            }
            let Move { mut key, most, .. } = moves[rng.below(moves.len() as u64) as usize];
            if let (ChoiceKey::Run(task), Some(most @ 2..)) = (key, most)
                && rng.below(2) == 0
            {
                key = ChoiceKey::Part(task, 1 + rng.below(u64::from(most) - 1) as u32);
            }
            way.push(key);
            self.progress.choices += 1;
            if let Some(failure) = run.take(key) {
                return Some(Found { failure, way });
            }
            if run.watch.still >= SUSPICIOUS && run.watch.still.is_multiple_of(SUSPICIOUS) {
                match spin::verdict(&run) {
                    Ok(Ahead::Somewhere) => {}
                    Ok(_) => return None,
                    Err(failure) => return Some(Found { failure, way }),
                }
            }
        }
        None
    }

    fn left(&self) -> u32 {
        self.bound.unwrap_or(u32::MAX)
    }

    /// Whether what commutes need not be tried both ways: only where any number of unusual choices is allowed, since the
    /// way that is left out may be the one with fewer of them.
    const fn reduces(&self) -> bool {
        self.options.reduce && self.bound.is_none()
    }

    fn next_bound(&mut self) {
        let whole = !self.cut && !self.deep;
        let begun = self.progress.choices > 0;
        let Some(bound) = self.bounds.pop().filter(|_| !begun || self.cut) else {
            let every_count = !self.sampled;
            let unusual = if self.cut { self.bound } else { None };
            let stands = Verdict::Stands { unusual, every_count };
            self.done = Some(if whole || (self.cut && !self.deep) { stands } else { Verdict::Incomplete });
            return;
        };
        (self.bound, self.cut, self.deep) = (bound, false, false);
        self.progress.unusual = bound;
        self.seen.clear();
        let mut run = self.root.clone();
        let key = run.key();
        self.known.insert(key, ());
        self.progress.states = self.known.len() as u64;
        if self.options.order == Order::Breadth {
            self.tree.push((0, ChoiceKey::Run(TaskId(0))));
            self.queue.push_back((0, run));
            return;
        }
        self.seen.insert(key, self.left());
        if let Some(failure) = self.ended(&mut run) {
            self.done = Some(Verdict::Broken(Found { failure, way: Vec::new() }));
        }
        let frame = self.frame(run, key, self.left());
        self.frames.push(frame);
        // The bound of nothing unusual has taken no choice where there is none at all.
        self.progress.choices += 1;
    }

    /// A run that is at its end: whether that is a failure.
    fn ended(&mut self, run: &mut Run) -> Option<Failure> {
        run.world.end()?;
        self.progress.ends += 1;
        let failure = run.at_end(&self.options);
        self.take_findings(run);
        self.ends.push(run.key());
        if self.ends.len() > 1 << 16 {
            self.ends = self.ends();
        }
        failure
    }

    fn take_findings(&mut self, run: &Run) {
        for noted in run.findings() {
            if !self.findings.contains(noted) {
                self.findings.push(*noted);
            }
        }
    }

    fn frame(&mut self, run: Run, key: u64, left: u32) -> Frame {
        let (todo, rest) = self.todo(&run, left);
        Frame { run, key, todo, left, rest }
    }

    /// What to try in a state, the last first, and what may be left out if that goes well; with the costs.
    fn todo(&mut self, run: &Run, left: u32) -> (Todo, Todo) {
        let moves = moves(&run.world);
        // Time and faults have to do with everybody.
        let runs = moves.iter().all(|it| it.usual && matches!(it.key, ChoiceKey::Run(_)));
        let apart = if runs && self.reduces() { run.world.apart() } else { None };
        let (mut todo, mut rest) = (Vec::new(), Vec::new());
        for (place, Move { key, most, .. }) in moves.into_iter().enumerate() {
            let of = if let ChoiceKey::Run(task) = key { Some(task) } else { None };
            let later = apart.as_ref().is_some_and(|apart| !of.is_some_and(|task| apart.contains(&task)));
            let into = if later { &mut rest } else { &mut todo };
            self.offer(into, key, u32::from(place > 0), left);
            if let (Some(task), Some(most)) = (of, most) {
                for count in self.counts(most) {
                    self.offer(into, ChoiceKey::Part(task, count), 1, left);
                }
            }
        }
        todo.reverse();
        rest.reverse();
        (todo, rest)
    }

    fn offer(&mut self, todo: &mut Todo, key: ChoiceKey, cost: u32, left: u32) {
        if cost > left {
            self.cut = true;
        } else {
            todo.push((key, cost));
        }
    }

    /// The numbers of bytes that are tried besides all.
    fn counts(&mut self, most: u32) -> Vec<u32> {
        if most <= self.options.every_count {
            return (1..most).collect();
        }
        self.sampled = true;
        let mut counts = vec![1, 2, most / 2, most - 1];
        counts.dedup();
        counts
    }

    /// Take the next choice in depth.
    fn deeper(&mut self) {
        let deep = self.frames.len() >= self.options.depth;
        let (known, states) = (self.known.len() as u64, self.options.states);
        let Some(frame) = self.frames.last_mut() else {
            return self.next_bound();
        };
        // What is left to do stays, for whoever allows more.
        if known >= states && !frame.todo.is_empty() {
            self.done = Some(Verdict::Incomplete);
            return;
        }
        let Some((key, cost)) = frame.todo.pop() else {
            self.frames.pop();
            self.way.pop();
            return;
        };
        let mut run = frame.run.clone();
        self.progress.choices += 1;
        self.way.push(key);
        if let Some(failure) = run.take(key) {
            return self.broken(failure);
        }
        let left = if self.bound.is_some() { frame.left - cost } else { frame.left };
        // What ends or begins a task has to do with everybody.
        let grown = run.world.tasks() != frame.run.world.tasks();
        let plain = run.key();
        if self.known.insert(plain, ()) {
            self.progress.states += 1;
        }
        // Who ran last goes on by itself: with a bound on unusual choices that is part of the state.
        let state = if self.bound.is_some() { plain ^ last_ran(key) } else { plain };
        let known = self.is_known(state, left);
        if grown || known {
            // Nobody may be left out for ever.
            if let Some(frame) = self.frames.last_mut() {
                frame.todo.splice(0..0, std::mem::take(&mut frame.rest));
            }
        }
        if known {
            self.look_for_spin(state, &run);
            if self.done.is_none() {
                self.way.pop();
            }
            return;
        }
        if run.watch.still >= SUSPICIOUS && run.watch.still.is_multiple_of(SUSPICIOUS) {
            match spin::verdict(&run) {
                Ok(Ahead::Somewhere) => {}
                Ok(_) => {
                    self.deep = true;
                    self.way.pop();
                    return;
                }
                Err(failure) => return self.broken(failure),
            }
        }
        if let Some(failure) = self.ended(&mut run) {
            return self.broken(failure);
        }
        if deep {
            self.deep = true;
            self.way.pop();
            return;
        }
        let frame = self.frame(run, state, left);
        self.frames.push(frame);
    }

    fn broken(&mut self, failure: Failure) {
        self.done = Some(Verdict::Broken(Found { failure, way: self.way.clone() }));
    }

    /// Whether nothing new can come of this state; if not, it is known from now on.
    fn is_known(&mut self, state: u64, left: u32) -> bool {
        let Some(before) = self.seen.get_mut(state) else {
            self.seen.insert(state, left);
            return false;
        };
        let known = *before >= left;
        *before = left.max(*before);
        known
    }

    /// A way that leads back to where it was, on which nobody got anywhere.
    fn look_for_spin(&mut self, state: u64, run: &Run) {
        let Some(place) = self.frames.iter().rposition(|frame| frame.key == state) else { return };
        let round = (self.frames.len() - place) as u32;
        if run.watch.still < round || !self.judged.insert(state, ()) {
            return;
        }
        match spin::verdict(run) {
            Err(failure) => self.broken(failure),
            Ok(Ahead::Asks(noted)) if !self.findings.contains(&noted) => self.findings.push(noted),
            Ok(_) => {}
        }
    }

    /// Look at the next state in breadth.
    fn broader(&mut self) {
        let Some((place, mut run)) = self.queue.pop_front() else {
            return self.next_bound_of_breadth();
        };
        if let Some(failure) = self.ended(&mut run) {
            return self.found_in_tree(place, None, failure);
        }
        let (todo, rest) = self.todo(&run, u32::MAX);
        for (key, _) in rest.into_iter().chain(todo).rev() {
            self.progress.choices += 1;
            let mut next = run.clone();
            if let Some(failure) = next.take(key) {
                return self.found_in_tree(place, Some(key), failure);
            }
            if !self.known.insert(next.key(), ()) {
                if next.watch.still > 0
                    && self.judged.insert(next.key(), ())
                    && let Err(failure) = spin::verdict(&next)
                {
                    return self.found_in_tree(place, Some(key), failure);
                }
                continue;
            }
            self.progress.states += 1;
            if next.watch.still >= SUSPICIOUS && next.watch.still.is_multiple_of(SUSPICIOUS) {
                match spin::verdict(&next) {
                    Ok(Ahead::Somewhere) => {}
                    Ok(_) => {
                        self.deep = true;
                        continue;
                    }
                    Err(failure) => return self.found_in_tree(place, Some(key), failure),
                }
            }
            if self.progress.states >= self.options.states {
                self.done = Some(Verdict::Incomplete);
                return;
            }
            self.tree.push((place, key));
            self.queue.push_back((self.tree.len() as u32 - 1, next));
        }
    }

    fn next_bound_of_breadth(&mut self) {
        let every_count = !self.sampled;
        self.done = Some(if self.deep {
            Verdict::Incomplete
        } else {
            Verdict::Stands { unusual: None, every_count }
        });
    }

    fn found_in_tree(&mut self, mut place: u32, last: Option<ChoiceKey>, failure: Failure) {
        let mut way: Vec<_> = last.into_iter().collect();
        while place > 0 {
            let (parent, key) = self.tree[place as usize];
            way.push(key);
            place = parent;
        }
        way.reverse();
        self.done = Some(Verdict::Broken(Found { failure, way }));
    }
}

/// What a search may let happen. A kernel's own time passes when nobody can run and nothing is on its way: else any connection could be
/// starved until it is given up.
fn moves(world: &World) -> Vec<Move> {
    let mut moves = world.moves();
    if moves.iter().any(|it| matches!(it.key, ChoiceKey::Run(_) | ChoiceKey::Deliver(_))) {
        moves.retain(|it| !matches!(it.key, ChoiceKey::Timer(_)));
    }
    moves
}

fn last_ran(key: ChoiceKey) -> u64 {
    let task = match key {
        ChoiceKey::Run(task) | ChoiceKey::Part(task, _) | ChoiceKey::Wake(task) => u64::from(task.0) + 1,
        _ => 0,
    };
    task.wrapping_mul(0xA24B_AED4_963E_E407)
}
