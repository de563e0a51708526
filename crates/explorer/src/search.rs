//! The search itself.

use std::collections::{HashMap, HashSet, VecDeque};

use syscall::TaskId;
use world::{ChoiceKey, Move, Rng, Touch, World};

use crate::spin::{self, SUSPICIOUS};
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

/// What is known of a state that was looked at.
#[derive(Clone, Copy)]
struct Seen {
    /// How many more unusual choices were allowed there.
    left: u32,
    /// Tasks whose run was left out there, as bits.
    asleep: u64,
}

/// A state on the way, and what is still to be tried there.
struct Frame {
    run: Run,
    key: u64,
    /// Choices to try, the last first, each with its cost.
    todo: Vec<(ChoiceKey, u32)>,
    left: u32,
    asleep: u64,
    /// What the run of each task that was tried touches.
    touches: Vec<(TaskId, Touch)>,
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
    seen: HashMap<u64, Seen>,
    /// States of all bounds.
    known: HashSet<u64>,
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
    judged: HashSet<u64>,
    findings: Vec<Noted>,
    ends: Vec<u64>,
    done: Option<Verdict>,
}

impl Search {
    /// From this moment on; programs that have not run yet begin in turn ([`Options::in_turn`]).
    pub fn new(world: World, options: Options) -> Self {
        let mut root = Run::new(world, &options);
        let (began, failure) = if options.in_turn { root.begin() } else { Default::default() };
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
            seen: HashMap::new(),
            known: HashSet::new(),
            queue: VecDeque::new(),
            tree: Vec::new(),
            progress: Progress::default(),
            cut: false,
            deep: false,
            sampled: false,
            judged: HashSet::new(),
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
            let Some(key) = run.world.pick(rng) else {
                self.progress.ends += 1;
                let failure = run.at_end(&self.options);
                return failure.map(|failure| Found { failure, way });
            };
            way.push(key);
            self.progress.choices += 1;
            if let Some(failure) = run.take(key) {
                return Some(Found { failure, way });
            }
            if run.watch.still >= SUSPICIOUS {
                return spin::verdict(&run).err().map(|failure| Found { failure, way });
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
        self.known.insert(key);
        self.progress.states = self.known.len() as u64;
        if self.options.order == Order::Breadth {
            self.tree.push((0, ChoiceKey::Run(TaskId(0))));
            self.queue.push_back((0, run));
            return;
        }
        self.seen.insert(key, Seen { left: self.left(), asleep: 0 });
        if let Some(failure) = self.ended(&mut run) {
            self.done = Some(Verdict::Broken(Found { failure, way: Vec::new() }));
        }
        let frame = self.frame(run, key, self.left(), 0);
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

    fn frame(&mut self, run: Run, key: u64, left: u32, asleep: u64) -> Frame {
        let (todo, touches) = self.todo(&run, left, asleep);
        Frame { run, key, todo, left, asleep, touches }
    }

    /// What to try in a state, the last first; with the costs.
    fn todo(&mut self, run: &Run, left: u32, asleep: u64) -> (Vec<(ChoiceKey, u32)>, Vec<(TaskId, Touch)>) {
        let world = &run.world;
        let mut moves = world.moves();
        let runs = moves.iter().any(|it| matches!(it.key, ChoiceKey::Run(_)));
        // The kernel's own time passes when nobody can run.
        moves.retain(|it| !(runs && matches!(it.key, ChoiceKey::Timer(_))));
        let mut touches = Vec::new();
        if self.reduces() {
            for it in &moves {
                if let ChoiceKey::Run(task) = it.key {
                    touches.push((task, world.touch(task)));
                }
            }
            // What touches nothing but its own process may as well come first.
            let private = touches.iter().find(|(_, touch)| touch.is_private()).map(|(task, _)| *task);
            if let Some(task) = private {
                moves.retain(|it| it.key == ChoiceKey::Run(task));
            }
            moves.retain(|it| !matches!(it.key, ChoiceKey::Run(task) if is_in(asleep, task)));
        }
        let mut todo = Vec::new();
        for (place, Move { key, most, .. }) in moves.into_iter().enumerate() {
            let cost = u32::from(place > 0);
            self.offer(&mut todo, key, cost, left);
            if let (ChoiceKey::Run(task), Some(most)) = (key, most) {
                let counts = self.counts(most);
                for count in counts {
                    self.offer(&mut todo, ChoiceKey::Part(task, count), 1, left);
                }
            }
        }
        todo.reverse();
        (todo, touches)
    }

    fn offer(&mut self, todo: &mut Vec<(ChoiceKey, u32)>, key: ChoiceKey, cost: u32, left: u32) {
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
        let Some(frame) = self.frames.last_mut() else {
            return self.next_bound();
        };
        let Some((key, cost)) = frame.todo.pop() else {
            self.frames.pop();
            self.way.pop();
            return;
        };
        if self.known.len() as u64 >= self.options.states {
            self.done = Some(Verdict::Incomplete);
            return;
        }
        let mut run = frame.run.clone();
        self.progress.choices += 1;
        self.way.push(key);
        if let Some(failure) = run.take(key) {
            return self.broken(failure);
        }
        let left = if self.bound.is_some() { frame.left - cost } else { frame.left };
        let asleep = sleepers(frame, key, &run);
        if let ChoiceKey::Run(task) = key
            && self.options.reduce
            && self.bound.is_none()
        {
            frame.asleep |= bit(task);
        }
        let state = run.key();
        // Who ran last goes on by itself: with a bound on unusual choices that is part of the state.
        let state = if self.bound.is_some() { state ^ last_ran(key) } else { state };
        if self.is_known(state, left, asleep) {
            self.look_for_spin(state, &run);
            if self.done.is_none() {
                self.way.pop();
            }
            return;
        }
        if run.watch.still >= SUSPICIOUS && run.watch.still.is_multiple_of(SUSPICIOUS) {
            if let Err(failure) = spin::verdict(&run) {
                return self.broken(failure);
            }
            self.deep = true;
            self.way.pop();
            return;
        }
        if let Some(failure) = self.ended(&mut run) {
            return self.broken(failure);
        }
        if deep {
            self.deep = true;
            self.way.pop();
            return;
        }
        let frame = self.frame(run, state, left, asleep);
        self.frames.push(frame);
    }

    fn broken(&mut self, failure: Failure) {
        self.done = Some(Verdict::Broken(Found { failure, way: self.way.clone() }));
    }

    /// Whether nothing new can come of this state; if not, it is known from now on.
    fn is_known(&mut self, state: u64, left: u32, asleep: u64) -> bool {
        if self.known.insert(state) {
            self.progress.states += 1;
        }
        let Some(seen) = self.seen.get_mut(&state) else {
            self.seen.insert(state, Seen { left, asleep });
            return false;
        };
        if seen.left >= left && seen.asleep & !asleep == 0 {
            return true;
        }
        *seen = if left > seen.left {
            Seen { left, asleep }
        } else {
            Seen { left: left.min(seen.left), asleep: seen.asleep & asleep }
        };
        false
    }

    /// A way that leads back to where it was, on which nobody got anywhere.
    fn look_for_spin(&mut self, state: u64, run: &Run) {
        let Some(place) = self.frames.iter().rposition(|frame| frame.key == state) else { return };
        let round = (self.frames.len() - place) as u32;
        if run.watch.still < round || !self.judged.insert(state) {
            return;
        }
        match spin::verdict(run) {
            Err(failure) => self.broken(failure),
            Ok(Some(noted)) if !self.findings.contains(&noted) => self.findings.push(noted),
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
        let (todo, _) = self.todo(&run, u32::MAX, 0);
        for (key, _) in todo.into_iter().rev() {
            self.progress.choices += 1;
            let mut next = run.clone();
            if let Some(failure) = next.take(key) {
                return self.found_in_tree(place, Some(key), failure);
            }
            if !self.known.insert(next.key()) {
                if next.watch.still > 0
                    && self.judged.insert(next.key())
                    && let Err(failure) = spin::verdict(&next)
                {
                    return self.found_in_tree(place, Some(key), failure);
                }
                continue;
            }
            self.progress.states += 1;
            if next.watch.still >= SUSPICIOUS {
                if let Err(failure) = spin::verdict(&next) {
                    return self.found_in_tree(place, Some(key), failure);
                }
                self.deep = true;
                continue;
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

const fn bit(task: TaskId) -> u64 {
    if task.0 < 64 { 1 << task.0 } else { 0 }
}

const fn is_in(asleep: u64, task: TaskId) -> bool {
    asleep & bit(task) != 0
}

fn last_ran(key: ChoiceKey) -> u64 {
    let task = match key {
        ChoiceKey::Run(task) | ChoiceKey::Part(task, _) | ChoiceKey::Wake(task) => u64::from(task.0) + 1,
        _ => 0,
    };
    task.wrapping_mul(0xA24B_AED4_963E_E407)
}

/// The tasks that need not run next behind this choice: they were tried before it, and the two have nothing to do with each other.
fn sleepers(frame: &Frame, key: ChoiceKey, after: &Run) -> u64 {
    let (ChoiceKey::Run(task) | ChoiceKey::Part(task, _)) = key else { return 0 };
    if frame.asleep == 0 {
        return 0;
    }
    let touch = |task: TaskId| frame.touches.iter().find(|(known, _)| *known == task).map(|(_, touch)| touch);
    let Some(own) = touch(task) else { return 0 };
    // What ends or begins a program touches everything.
    if after.world.tasks() != frame.run.world.tasks() {
        return 0;
    }
    let mut asleep = 0;
    for number in 0..64 {
        let other = TaskId(number);
        if is_in(frame.asleep, other) && touch(other).is_some_and(|other| own.is_apart_from(other)) {
            asleep |= bit(other);
        }
    }
    asleep
}
