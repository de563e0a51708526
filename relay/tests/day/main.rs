//! Many sessions of every kind at one relay with hosts of its own: cut, dropped, reset, silent, with faults on their wires and
//! their helper killed under them. Afterwards nothing of them is left: no session, process, descriptor or network namespace,
//! and no memory.
//!
//! A few with every run of the tests; `cargo xtask soak sessions` makes ten thousand.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;
mod learner;
mod traces;

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use common::process::Serving;
use learner::{Ended, Programs};
use tokio::sync::Mutex;
use traces::Traces;
use world::Rng;

/// Learners at once.
const AT_ONCE: u64 = 24;
/// The helper is killed once in so many sessions.
const KILL_EVERY: u64 = 250;
/// How long sessions outlive their connections here.
const RESUME: Duration = Duration::from_secs(1);
/// How long the last session may take to be gone without a trace, beyond that.
const GONE: Duration = Duration::from_secs(10);
/// How much more memory relay and helper may have after all sessions than after the first tenth: allocators keep what they had
/// at the worst moment.
const MEMORY_KIB: u64 = 8 << 10;

/// A relay in a user namespace of its own, in which there may be so many network namespaces: those that nobody returns are
/// missed before long.
fn counted(namespaces: u32, pool: u32) -> Option<Serving> {
    let inside = format!("echo {namespaces} > /proc/sys/user/max_net_namespaces && exec \"$0\" \"$@\"");
    let unshare = |program: &str, arguments: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "sh", "-c", &inside, program]).args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    match unshare("true", &[]).output() {
        Ok(tried) if tried.status.success() => {}
        other => {
            eprintln!("NOT TESTED HERE: no user namespace with a limit of its own: {other:?}");
            return None;
        }
    }
    let resume = format!("{}s", RESUME.as_secs());
    let options = ["serve", "--port", "0", "--ready-json", "--metrics", "off", "--resume", &resume];
    let pool = pool.to_string();
    let room = [
        "--sessions-per-address",
        "2000",
        "--hosts",
        "2000",
        "--lab-pool",
        &pool,
        "--calls-per-second",
        "2000",
    ];
    let mut command = unshare(env!("CARGO_BIN_EXE_socketscope"), &[&options[..], &room].concat());
    // Nobody reads what it says.
    command.stderr(Stdio::null());
    let serving = Serving::of(command);
    if serving.ready["mode"] == "loopback" {
        eprintln!("NOT TESTED HERE: this machine offers no hosts of our own");
        return None;
    }
    Some(serving)
}

/// What became of all sessions so far.
#[derive(Default)]
struct Tally {
    ended: AtomicU64,
    calls: AtomicU64,
    labs: AtomicU64,
    resumed: AtomicU64,
    refused: AtomicU64,
}

impl Tally {
    fn add(&self, ended: &Ended) {
        for (sum, more) in [
            (&self.calls, ended.calls),
            (&self.labs, ended.labs),
            (&self.resumed, ended.resumed),
            (&self.refused, ended.refused),
        ] {
            sum.fetch_add(more, Ordering::Relaxed);
        }
    }

    fn line(&self) -> String {
        let get = |number: &AtomicU64| number.load(Ordering::Relaxed);
        format!(
            "{} sessions, {} labs, {} calls, {} connections taken up again, {} refusals",
            get(&self.ended),
            get(&self.labs),
            get(&self.calls),
            get(&self.resumed),
            get(&self.refused),
        )
    }
}

/// `pool`: networks that the relay keeps ready.
fn sessions(sessions: u64, seed: u64, (namespaces, pool): (u32, u32)) {
    let Some(serving) = counted(namespaces, pool) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(day(&serving, sessions, seed, pool));
}

async fn day(serving: &Serving, sessions: u64, seed: u64, pool: u32) {
    let (began, tally) = (Instant::now(), Arc::new(Tally::default()));
    let (port, relay) = (serving.port, serving.child.id());
    // The first show what is there when nothing is.
    let warm = (sessions / 10).max(AT_ONCE);
    let programs = Arc::new(Programs::new());
    // Of a few sessions, one of the later ones has its helper killed.
    let kill_every = KILL_EVERY.min(sessions);
    let one = (port, relay, kill_every);
    live(&programs, &tally, one, 0..warm, seed).await;
    let first = Traces::of_none_left(port, relay, RESUME + GONE).await;
    let room = traces::room(port).await;
    let before = Traces::of_none_left(port, relay, RESUME + GONE).await;
    let read = [before.relay_files, before.helper_files].iter().all(|n| *n > 0);
    assert!(read && before.relay_kib > 0 && before.helper_kib > 0, "what is not read cannot grow: {before}");
    eprintln!("after {}: {first}; room for {room} hosts, then {before}", tally.line());
    live(&programs, &tally, one, warm..sessions, seed).await;
    let after = Traces::of_none_left(port, relay, RESUME + GONE).await;
    let left = traces::room(port).await;
    let last = Traces::of_none_left(port, relay, RESUME + GONE).await;
    eprintln!("after {}: {after}; room for {left} hosts, then {last}", tally.line());
    eprintln!("{:.0} s", began.elapsed().as_secs_f64());
    // At the moment when the machine is full, what is made ready for others may be in the way.
    assert!(left.abs_diff(room) <= 2 * pool, "network namespaces are missing: {left} of {room}");
    assert_eq!((last.relay_files, last.helper_files), (before.relay_files, before.helper_files));
    assert!(last.relay_kib <= before.relay_kib + MEMORY_KIB, "the relay's memory grows");
    assert!(last.helper_kib <= before.helper_kib + MEMORY_KIB, "the helper's memory grows");
    let (labs, refused) = (tally.labs.load(Ordering::Relaxed), tally.refused.load(Ordering::Relaxed));
    assert!(refused <= labs / 10, "{refused} of {labs} labs were refused");
}

/// The sessions of these numbers, some at once.
async fn live(
    programs: &Arc<Programs>,
    tally: &Arc<Tally>,
    (port, relay, kill_every): (u16, u32, u64),
    numbers: std::ops::Range<u64>,
    seed: u64,
) {
    let numbers = Arc::new(Mutex::new(numbers));
    let learners = (0..AT_ONCE).map(|_| {
        let (programs, tally, numbers) = (Arc::clone(programs), Arc::clone(tally), Arc::clone(&numbers));
        tokio::spawn(async move {
            loop {
                let Some(number) = numbers.lock().await.next() else { return };
                if number % kill_every == kill_every / 2 {
                    traces::kill_helper(relay);
                }
                let rng = Rng::new(seed.wrapping_mul(1 << 32).wrapping_add(number));
                tally.add(&learner::live(port, rng, &programs).await);
                let ended = tally.ended.fetch_add(1, Ordering::Relaxed) + 1;
                if ended.is_multiple_of(1000) {
                    eprintln!("{}: {}", tally.line(), Traces::now(relay));
                }
            }
        })
    });
    for learner in learners.collect::<Vec<_>>() {
        learner.await.expect("what a learner met is right");
    }
}

#[test]
fn sessions_of_every_kind_leave_nothing_behind() {
    sessions(60, 1, (151, 0));
}

/// For `cargo xtask soak sessions`.
#[test]
#[ignore = "takes minutes"]
fn a_day_of_sessions_leaves_nothing_behind() {
    let number = |name: &str, else_| std::env::var(name).map_or(else_, |text| text.parse::<u64>().unwrap());
    let pool = u32::try_from(number("SOAK_POOL", 4)).unwrap();
    sessions(number("SOAK_SESSIONS", 10_000), number("SOAK_SEED", 1), (601, pool));
}
