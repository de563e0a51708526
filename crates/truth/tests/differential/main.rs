//! Random scripts of calls on both kernels: the simulated one must do what the real one did.
//!
//! `SOAK_SCRIPTS`, `SOAK_SECONDS` and `SOAK_SEED` make the ignored test `soak` longer; `cargo xtask soak` sets them.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod compare;
mod moves;
mod run;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use syscall::Call;
use truth::{Nursery, Real};

use compare::{Verdict, compare, letter, say};
use moves::{Move, TASKS, script};
use run::{Record, Run, Step};

/// A difference that is there each time is one; a machine that is busy makes others.
const TRIES: u32 = 4;

fn nursery(cpu: usize) -> std::io::Result<Nursery> {
    let mut agent = Command::new(env!("CARGO_BIN_EXE_truth"));
    agent.args(["agent", &cpu.to_string()]);
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

fn check(nursery: &mut Nursery, moves: &[Move], tally: &Mutex<Tally>, known: &Known) -> Result<(), String> {
    let (steps, left_out) = script(moves);
    let mut last = String::new();
    for _ in 0..TRIES {
        let records = real(nursery, &steps);
        match compare(&steps, &records, TASKS) {
            Verdict::Same { by_timing } => {
                tally.lock().unwrap().count(&steps, by_timing, left_out);
                return Ok(());
            }
            Verdict::Known(name) => {
                let mut tally = tally.lock().unwrap();
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
    fn count(&mut self, steps: &[Step], by_timing: bool, left_out: Vec<String>) {
        self.scripts += 1;
        self.calls += steps.len() as u64;
        self.by_timing += u64::from(by_timing);
        for name in left_out {
            *self.not_offered.entry(name).or_default() += 1;
        }
    }
}

/// What kind of difference it is: the call and both ends, without numbers.
fn kind(step: &Step, real: &Record, simulated: &Record) -> String {
    let call = match step {
        Step::Call(_, Call::Setsockopt { option, .. } | Call::Getsockopt { option, .. }) => {
            option.to_string()
        }
        Step::Call(_, call) => call.name().into(),
        other => line(other),
    };
    let plain = |record: &Record| {
        let text = say(record);
        let text: String = text.chars().filter(|c| c.is_ascii_alphabetic() || *c == '|').collect();
        text.chars().take(60).collect::<String>()
    };
    format!("{call}: real {}, simulated {}", plain(real), plain(simulated))
}

/// The script up to the difference, to read and to run again.
fn tell(steps: &[Step], records: &[Record], at: usize, real: &Record, simulated: &Record) -> String {
    let mut text = String::new();
    for (step, record) in steps.iter().zip(records).take(at) {
        text.push_str(&format!("{} -> {}\n", line(step), say(record)));
    }
    text.push_str(&format!(
        "{}\n    real:      {}\n    simulated: {}\n",
        line(&steps[at]),
        say(real),
        say(simulated)
    ));
    for step in &steps[..=at] {
        text.push_str(&format!("{}\n", json(step)));
    }
    text
}

fn line(step: &Step) -> String {
    match step {
        Step::Call(task, call) => format!("{}: {call}", letter(*task)),
        Step::Pass(us) => format!("pass {} ms", *us as f64 / 1000.0),
        Step::Signal(task) => format!("signal {}", letter(*task)),
        Step::Kill(task) => format!("kill {}", letter(*task)),
    }
}

/// As `socketscope calls` reads it.
fn json(step: &Step) -> String {
    match step {
        Step::Call(task, call) => {
            // A call without arguments is its name alone.
            let value = match serde_json::to_value(call).expect("a call is plain data") {
                serde_json::Value::Object(object) => object,
                name => {
                    [(name.as_str().unwrap_or_default().into(), serde_json::json!({}))].into_iter().collect()
                }
            };
            let mut value = serde_json::Value::Object(value);
            value["task"] = (*task).into();
            value.to_string()
        }
        Step::Pass(us) => serde_json::json!({ "sleep_ms": us / 1000 }).to_string(),
        Step::Signal(task) => serde_json::json!({ "signal": task }).to_string(),
        Step::Kill(task) => serde_json::json!({ "kill": task }).to_string(),
    }
}

/// Scripts from a seed, on each processor its own, until so many differences of different kinds are found.
fn differential(seed: u64, scripts: u64, until: Option<Instant>, most: usize) {
    if let Err(why) = nursery(0) {
        return println!("SKIPPED, nothing was compared: {why}");
    }
    let at_once = std::thread::available_parallelism().map_or(1, usize::from);
    let (tally, found, known) = (Mutex::new(Tally::default()), Mutex::new(Vec::new()), Known::default());
    let over = || {
        until.is_some_and(|until| Instant::now() > until)
            || found.lock().unwrap().len() >= most
            || tally.lock().unwrap().scripts >= scripts
    };
    let work = |worker: usize| {
        let nursery = RefCell::new(nursery(worker).unwrap());
        for round in 0_u64.. {
            if over() {
                return;
            }
            let mut bytes = [0; 32];
            bytes[..8].copy_from_slice(&seed.to_le_bytes());
            bytes[8..16].copy_from_slice(&round.to_le_bytes());
            bytes[16] = worker as u8;
            let config =
                Config { cases: 100, max_shrink_iters: 300, failure_persistence: None, ..Config::default() };
            let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
            let result = TestRunner::new_with_rng(config, rng).run(&any_moves(), |moves| {
                if over() {
                    return Ok(());
                }
                let checked = check(&mut nursery.borrow_mut(), &moves, &tally, &known);
                checked.map_err(TestCaseError::fail)
            });
            if let Err(TestError::Fail(reason, _)) = result {
                let kind = reason.message().lines().next().unwrap_or_default();
                known.lock().unwrap().insert(kind.into());
                println!("\n{reason}");
                found.lock().unwrap().push(reason.message().to_owned());
            }
        }
    };
    let work = &work;
    std::thread::scope(|scope| {
        for worker in 0..at_once {
            scope.spawn(move || work(worker));
        }
    });
    let tally = tally.into_inner().unwrap();
    println!(
        "{} scripts, {} steps, {} by another timing; listed differences: {:?}; not offered: {:?}",
        tally.scripts, tally.calls, tally.by_timing, tally.known, tally.not_offered
    );
    let found = found.into_inner().unwrap();
    assert!(found.is_empty(), "{} differences", found.len());
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
fn random_scripts_end_alike_on_both_kernels() {
    differential(setting("SOAK_SEED").unwrap_or(1), setting("SOAK_SCRIPTS").unwrap_or(2000), None, 1);
}

#[test]
#[ignore = "long: cargo xtask soak"]
fn soak() {
    let until = setting("SOAK_SECONDS").map(|seconds| Instant::now() + Duration::from_secs(seconds));
    let scripts = setting("SOAK_SCRIPTS").unwrap_or(1_000_000);
    differential(setting("SOAK_SEED").unwrap_or(1), scripts, until, 50);
}
