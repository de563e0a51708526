//! Faults: killed under load, a full disk, a database that another program holds.
//!
//! `cargo xtask faults store --times N` kills more often.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{OnDisk, another_process, integrity, new_room, row, rows, told_database};
use protocol::room::LearnerId;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _};
use store::{Error, Sqlite, Store};

const DEVICES: [&str; 2] = ["0123456789abcdef", "fedcba9876543210"];
const LEARNERS: u32 = 4;

/// How often the store is killed.
fn times() -> u32 {
    std::env::var("FAULTS_TIMES").ok().and_then(|times| times.parse().ok()).unwrap_or(3)
}

#[tokio::test]
async fn killed_under_load_it_has_lost_nothing_that_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rooms.db");
    let store = Sqlite::open(&file).await.unwrap();
    store.create(new_room("AAAA")).await.unwrap();
    for n in 1..=LEARNERS {
        store.enter("AAAA", &format!("Learner {n}"), &n.to_be_bytes(), 1).await.unwrap();
    }
    store.close().await.unwrap();
    let (mut acknowledged, mut told) = (BTreeMap::new(), 0);
    for time in 0..times() {
        told += kill_one(&file, 20 + u64::from(time * 37 % 300), &mut acknowledged);
        assert_eq!(integrity(&file).await, "ok");
        let store = Sqlite::open(&file).await.unwrap();
        check(&store, &acknowledged).await;
        store.close().await.unwrap();
    }
    let kept: u64 = acknowledged.values().sum();
    println!(
        "killed {} times; {told} answers told, {kept} rows acknowledged, none lost, none twice",
        times()
    );
}

/// Lets it write until it has acknowledged so often, kills it, and reads the rest of what it told. Answers how often it told.
fn kill_one(file: &Path, after: u64, acknowledged: &mut BTreeMap<(u32, usize), u64>) -> u64 {
    let mut child = another_process("append_until_killed", file).stdout(Stdio::piped()).spawn().unwrap();
    let (mut told, mut lines) = (0, BufReader::new(child.stdout.take().unwrap()).lines());
    while let Some(Ok(line)) = lines.next() {
        let Some(numbers) = line.strip_prefix("kept ") else { continue };
        // The last line may be cut.
        let numbers: Vec<u64> = numbers.split(' ').map_while(|n| n.parse().ok()).collect();
        let [learner, device, through, 0] = numbers[..] else { continue };
        let highest = acknowledged.entry((learner as u32, device as usize)).or_default();
        *highest = (*highest).max(through);
        told += 1;
        if told == after {
            child.kill().unwrap();
        }
    }
    assert!(told >= after, "it ended by itself after {told} answers");
    child.wait().unwrap();
    told
}

/// Every learner's rows from both devices: all that were acknowledged, each once, in order, as they were sent.
async fn check(store: &Sqlite, acknowledged: &BTreeMap<(u32, usize), u64>) {
    let mut kept: BTreeMap<(u32, usize), u64> = BTreeMap::new();
    let mut seq = 0;
    loop {
        let part = store.since("AAAA", seq, 5000).await.unwrap();
        for stored in &part {
            assert_eq!(stored.seq, seq + 1);
            seq = stored.seq;
            let device = DEVICES.iter().position(|device| *device == stored.device).unwrap();
            let highest = kept.entry((stored.learner.0, device)).or_default();
            assert_eq!(stored.row, row(*highest + 1));
            *highest += 1;
        }
        if part.is_empty() {
            break;
        }
    }
    for (whose, through) in acknowledged {
        assert!(kept.get(whose) >= Some(through), "{whose:?}: {:?} of {through}", kept.get(whose));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the other process of a test"]
async fn append_until_killed() {
    let Some(file) = told_database() else { return };
    let store: std::sync::Arc<dyn Store> = std::sync::Arc::new(Sqlite::open(&file).await.unwrap());
    let mut tasks = Vec::new();
    for learner in 1..=LEARNERS {
        for (place, device) in DEVICES.into_iter().enumerate() {
            let store = store.clone();
            tasks.push(tokio::spawn(async move {
                let mut highest = store.highest("AAAA", LearnerId(learner), device).await.unwrap();
                for round in 1.. {
                    // Some of what is kept already is sent again.
                    let again = highest.saturating_sub(round % 4);
                    let sent = rows(again + 1..=highest + 1 + round % 13);
                    highest = store.append("AAAA", LearnerId(learner), device, sent, 1).await.unwrap();
                    // The 0 says that the line is whole.
                    let line = format!("kept {learner} {place} {highest} 0\n");
                    std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
                }
            }));
        }
    }
    for task in tasks {
        task.await.unwrap();
    }
}

#[test]
fn on_a_full_disk_it_says_so_keeps_what_it_has_and_goes_on_when_there_is_space() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rooms.db");
    let inner = another_process("fill_the_disk", &file);
    // A file system of a megabyte, seen by that process alone.
    let mut outer = Command::new("unshare");
    outer.args(["--user", "--map-root-user", "--mount", "sh", "-c"]);
    outer.arg("mount -t tmpfs -o size=1m none \"$0\" || exit 77; exec \"$@\"").arg(folder.path());
    outer.arg(inner.get_program()).args(inner.get_args());
    outer.envs(inner.get_envs().filter_map(|(name, value)| Some((name, value?))));
    match outer.output() {
        Ok(output) if output.status.success() => {
            let said = String::from_utf8_lossy(&output.stdout);
            assert!(said.contains("filled, and went on"), "{said}");
        }
        Ok(output) if output.status.code() == Some(77) || output.stderr.starts_with(b"unshare:") => {
            let why = String::from_utf8_lossy(&output.stderr);
            println!("left out: no file system can be mounted here ({})", why.trim());
        }
        Ok(output) => {
            let (out, err) =
                (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            panic!("{out}{err}");
        }
        Err(error) => println!("left out: there is no program unshare here ({error})"),
    }
}

#[tokio::test]
#[ignore = "the other process of a test"]
async fn fill_the_disk() {
    let Some(file) = told_database() else { return };
    let filler = file.with_file_name("filler");
    fs::write(&filler, vec![1; 400 << 10]).unwrap();
    let store = Sqlite::open(&file).await.unwrap();
    store.create(new_room("AAAA")).await.unwrap();
    let anna = store.enter("AAAA", "Anna", b"key", 1).await.unwrap();
    let mut through = 0;
    let refused = loop {
        match store.append("AAAA", anna, DEVICES[0], rows(through + 1..=through + 100), 1).await {
            Ok(kept) => through = kept,
            Err(error) => break error,
        }
    };
    assert_eq!(refused, Error::Full);
    assert!(refused.to_string().contains("the disk is full"));
    // It stays so, and what was acknowledged is there.
    let again = store.append("AAAA", anna, DEVICES[0], rows(through + 1..=through + 100), 1).await;
    assert_eq!(again, Err(Error::Full));
    assert_eq!(store.highest("AAAA", anna, DEVICES[0]).await, Ok(through));
    assert_eq!(store.since("AAAA", 0, 100_000).await.unwrap().len() as u64, through);
    assert!(through > 0);
    let backup = store.backup(&file.with_file_name("backup")).await;
    assert_eq!(backup, Err(Error::Full));
    fs::remove_file(&filler).unwrap();
    let kept = store.append("AAAA", anna, DEVICES[0], rows(through + 1..=through + 100), 1).await;
    assert_eq!(kept, Ok(through + 100));
    store.close().await.unwrap();
    assert_eq!(integrity(&file).await, "ok");
    let names: Vec<_> =
        fs::read_dir(file.parent().unwrap()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "{names:?}");
    println!("filled, and went on");
}

#[tokio::test]
async fn while_another_program_holds_the_database_it_says_so_in_time_and_goes_on_afterwards() {
    let on_disk = OnDisk::new().await;
    let store = &on_disk.store;
    store.create(new_room("AAAA")).await.unwrap();
    let anna = store.enter("AAAA", "Anna", b"key", 1).await.unwrap();
    let mut other = SqliteConnectOptions::new().filename(on_disk.file()).connect().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let start = Instant::now();
    let refused = store.append("AAAA", anna, DEVICES[0], rows(1..=3), 1).await;
    assert_eq!(refused, Err(Error::Locked));
    assert!(start.elapsed() < Duration::from_secs(30));
    // Reading goes on meanwhile.
    assert_eq!(store.since("AAAA", 0, 10).await, Ok(vec![]));
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    assert_eq!(store.append("AAAA", anna, DEVICES[0], rows(1..=3), 1).await, Ok(3));
    other.close().await.unwrap();
}
