//! Random scripts of calls on both kernels: the simulated one must do what the real one did.
//!
//! `cargo xtask soak` runs the ignored test `soak` and says with `SOAK_SCRIPTS`, `SOAK_SECONDS`, `SOAK_SEED` and
//! `SOAK_WORKERS` how long, from where, and with how many workers a processor. A copy of the test outlives later builds if
//! `SOAK_AGENT` leads to a copy of the program `truth`.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod compare;
mod moves;
mod progress;
mod run;
mod tell;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::process::Command;
use std::sync::{Mutex, RwLock};
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use truth::{Nursery, Real};

use compare::{Verdict, compare};
use moves::{Move, TASKS, script};
use progress::Progress;
use run::{Record, Run, Step};
use tell::{kind, tell};

/// A difference that is there each time is one; a machine that is busy makes others.
const TRIES: u32 = 6;
/// Of these, tries while other workers go on.
const CROWDED: u32 = 2;

fn nursery(worker: usize) -> std::io::Result<Nursery> {
    let agent = std::env::var("SOAK_AGENT").unwrap_or_else(|_| env!("CARGO_BIN_EXE_truth").into());
    let mut agent = Command::new(agent);
    agent.args(["agent", &worker.to_string()]);
    Nursery::start(agent)
}

fn any_moves() -> impl Strategy<Value = Vec<Move>> {
    let one = (0..TASKS as u8, 0..100_u8, any::<u8>(), any::<u8>(), any::<u8>());
    let one = one.prop_map(|(task, kind, a, b, c)| Move { task, kind, a, b, c });
    proptest::collection::vec(one, 1..40)
}

fn real(nursery: &mut Nursery, steps: &[Step]) -> Vec<Record> {
    nursery.fresh_network().expect("a network can be made");
    let mut driver = Real::new(nursery);
    let mut run = Run::new(&mut driver, TASKS);
    steps.iter().map(|step| run.step(step)).collect()
}

/// How many scripts came out how.
#[derive(Default)]
struct Tally {
    scripts: u64,
    calls: u64,
    by_timing: u64,
    not_offered: BTreeMap<String, u64>,
    known: BTreeMap<&'static str, u64>,
}

/// Differences of one kind are told once.
type Known = Mutex<BTreeSet<String>>;

/// Workers at work; one that doubts what it sees tries again while no other does.
type Crowd = RwLock<()>;

fn check(
    nursery: &mut Nursery,
    moves: &[Move],
    tally: &mut Tally,
    known: &Known,
    crowd: &Crowd,
) -> Result<(), String> {
    let (steps, left_out) = script(moves);
    let mut last = String::new();
    for attempt in 0..TRIES {
        let records = if attempt < CROWDED {
            let _with_others = crowd.read().unwrap();
            real(nursery, &steps)
        } else {
            let _alone = crowd.write().unwrap();
            real(nursery, &steps)
        };
        match compare(&steps, &records, TASKS) {
            Verdict::Same { by_timing } => {
                tally.count(&steps, by_timing, left_out);
                return Ok(());
            }
            Verdict::Known(name) => {
                tally.count(&steps, false, left_out);
                *tally.known.entry(name).or_default() += 1;
                return Ok(());
            }
            Verdict::Different(difference) => {
                let compare::Difference { step, real, simulated } = *difference;
                let kind = kind(&steps[step], &real, &simulated);
                if known.lock().unwrap().contains(&kind) {
                    return Ok(());
                }
                last = format!("{kind}\n{}", tell(&steps, &records, step, &real, &simulated));
            }
        }
    }
    Err(last)
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.scripts += other.scripts;
        self.calls += other.calls;
        self.by_timing += other.by_timing;
        for (name, count) in other.not_offered {
            *self.not_offered.entry(name).or_default() += count;
        }
        for (name, count) in other.known {
            *self.known.entry(name).or_default() += count;
        }
    }

    fn count(&mut self, steps: &[Step], by_timing: bool, left_out: Vec<String>) {
        self.scripts += 1;
        self.calls += steps.len() as u64;
        self.by_timing += u64::from(by_timing);
        for name in left_out {
            *self.not_offered.entry(name).or_default() += 1;
        }
    }
}

/// Which scripts, and when to stop.
struct Plan {
    /// The number of the first block of scripts.
    seed: u64,
    /// How many scripts.
    scripts: u64,
    /// When to stop all the same.
    until: Option<Instant>,
    /// Differences of different kinds that are enough.
    most: usize,
    /// Workers for each processor: most of the time a worker waits.
    workers: usize,
    /// Whether to say now and then how far it is.
    aloud: bool,
}

/// Scripts of a block; a block is made from its number alone.
const BLOCK: u64 = 100;

impl Plan {
    fn blocks(&self) -> Range<u64> {
        self.seed..self.seed + self.scripts.div_ceil(BLOCK)
    }

    /// Scripts of this block: the last may have fewer.
    fn size(&self, block: u64) -> u32 {
        let before = (block - self.seed) * BLOCK;
        (self.scripts - before).min(BLOCK) as u32
    }
}

/// What the workers share.
struct Shared {
    tally: Mutex<Tally>,
    known: Known,
    crowd: Crowd,
    found: Mutex<usize>,
    progress: Mutex<Progress>,
}

/// Compare both kernels with as many workers as the plan says, each in a network of its own.
fn differential(plan: &Plan) {
    if let Err(why) = nursery(0) {
        return println!("SKIPPED, nothing was compared: {why}");
    }
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let shared = Shared {
        tally: Mutex::default(),
        known: Known::default(),
        crowd: Crowd::default(),
        found: Mutex::default(),
        progress: Mutex::new(Progress::new(plan.blocks(), plan.scripts)),
    };
    std::thread::scope(|scope| {
        for worker in 0..processors * plan.workers {
            let (plan, shared) = (&plan, &shared);
            scope.spawn(move || work(plan, shared, worker));
        }
    });
    let tally = shared.tally.into_inner().unwrap();
    println!(
        "{} scripts, {} steps, {} by another timing; listed differences: {:?}; not offered: {:?}",
        tally.scripts, tally.calls, tally.by_timing, tally.known, tally.not_offered
    );
    if let Some(next) = shared.progress.into_inner().unwrap().next() {
        println!("stopped early: --seed {next} goes on from here");
    }
    let found = shared.found.into_inner().unwrap();
    assert!(found == 0, "{found} differences");
}

/// One worker: a block after another until there is none, or enough was found, or time is up.
fn work(plan: &Plan, shared: &Shared, worker: usize) {
    let nursery = RefCell::new(nursery(worker).unwrap());
    let over = || {
        plan.until.is_some_and(|until| Instant::now() > until) || *shared.found.lock().unwrap() >= plan.most
    };
    while !over() {
        let Some(block) = shared.progress.lock().unwrap().take() else { return };
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&block.to_le_bytes());
        let config = Config {
            cases: plan.size(block),
            max_shrink_iters: setting("SOAK_SHRINK").unwrap_or(300) as u32,
            failure_persistence: None,
            ..Config::default()
        };
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        // What fails once is made shorter, which counts for nothing.
        let (shrinks, stopped) = (Cell::new(false), Cell::new(false));
        let result = TestRunner::new_with_rng(config, rng).run(&any_moves(), |moves| {
            if over() {
                stopped.set(true);
                return Ok(());
            }
            let mut aside = Tally::default();
            let checked = check(&mut nursery.borrow_mut(), &moves, &mut aside, &shared.known, &shared.crowd);
            if !shrinks.get() {
                shared.tally.lock().unwrap().add(aside);
            }
            shrinks.set(shrinks.get() || checked.is_err());
            checked.map_err(TestCaseError::fail)
        });
        if let Err(TestError::Fail(reason, _)) = result {
            let kind = reason.message().lines().next().unwrap_or_default();
            if shared.known.lock().unwrap().insert(kind.into()) {
                println!(
                    "\ndifference: {reason}\nfound by: cargo xtask soak --seed {block} --scripts {BLOCK}\n"
                );
                *shared.found.lock().unwrap() += 1;
            }
        }
        if !stopped.get() {
            let line = shared.progress.lock().unwrap().done(block, &shared.tally.lock().unwrap());
            if let Some(line) = line.filter(|_| plan.aloud) {
                println!("{line}");
            }
        }
    }
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn random_scripts_end_alike_on_both_kernels() {
    differential(&Plan {
        seed: setting("SOAK_SEED").unwrap_or(1),
        scripts: setting("SOAK_SCRIPTS").unwrap_or(2000),
        until: None,
        most: 1,
        workers: setting("SOAK_WORKERS").unwrap_or(1) as usize,
        aloud: false,
    });
}

#[test]
#[ignore = "long: cargo xtask soak"]
fn soak() {
    differential(&Plan {
        seed: setting("SOAK_SEED").unwrap_or(1),
        scripts: setting("SOAK_SCRIPTS").unwrap_or(1_000_000),
        until: setting("SOAK_SECONDS").map(|seconds| Instant::now() + Duration::from_secs(seconds)),
        most: 50,
        workers: setting("SOAK_WORKERS").unwrap_or(4) as usize,
        aloud: true,
    });
}
