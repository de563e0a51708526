//! What a lab says it really did, against what `strace` saw it do: every call, in the same order, with the same arguments
//! and results.
//!
//! This program runs itself under `strace` and makes the calls of `script` in every mode that the machine offers. Between
//! its two marks the script's thread does nothing but what a lab does, so that nothing of what it asked of the kernel is
//! left out of the comparison, but for the waiting itself (`epoll_wait` and the runtime's own wake-ups).
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;
mod normal;
mod script;

use std::collections::BTreeSet;
use std::process::Command;

/// Set for the run under `strace`.
const TRACED: &str = "LAB_TRACED";

/// Whether this machine lets a program be traced; if not, why.
fn strace_works() -> Result<(), String> {
    let tried = Command::new("strace").args(["-o", "/dev/null", "true"]).output();
    match tried {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        Err(error) => Err(format!("strace does not start: {error}")),
    }
}

/// The script's own account.
struct Run {
    mode: String,
    said: Vec<String>,
}

#[test]
fn the_real_calls_of_a_lab_are_those_that_strace_saw() {
    if std::env::var_os(TRACED).is_some() {
        common::setups(1).iter().for_each(script::run);
        return;
    }
    if let Err(why) = strace_works() {
        return eprintln!("NOT TESTED HERE: the record of real calls against strace: {why}");
    }
    let log = std::env::temp_dir().join(format!("lab-strace-{}", std::process::id()));
    let output = Command::new("strace")
        .args(["-f", "-s", "64", "-e", "signal=none", "-e", "trace=%network,%desc", "-o"])
        .arg(&log)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "the_real_calls_of_a_lab_are_those_that_strace_saw", "--nocapture"])
        .env(TRACED, "1")
        .output()
        .unwrap();
    let seen = std::fs::read_to_string(&log).unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let runs = runs(&said);
    let seen = normal::between_marks(&seen);
    assert!(!runs.is_empty() && runs.len() == seen.len(), "{} runs, {} seen", runs.len(), seen.len());
    for (mut run, mut seen) in runs.into_iter().zip(seen) {
        asked_first(&mut run.said);
        asked_first(&mut seen);
        compare(&run, &seen);
        eprintln!("mode {}: {} real calls as strace saw them", run.mode, run.said.len());
    }
    // Kept where the comparison failed.
    let _ = std::fs::remove_file(&log);
}

/// Each run's calls in the order of their times.
fn runs(output: &str) -> Vec<Run> {
    let mut runs: Vec<(Run, Vec<(u64, String)>)> = Vec::new();
    for line in output.lines() {
        if let Some(mode) = line.strip_prefix("RUN ") {
            runs.push((Run { mode: mode.into(), said: vec![] }, vec![]));
        } else if let Some(rest) = line.strip_prefix("REAL ") {
            let (at, call) = rest.split_once(' ').unwrap();
            runs.last_mut().unwrap().1.push((at.parse().unwrap(), call.to_owned()));
        }
    }
    let sorted = |(mut run, mut calls): (Run, Vec<(u64, String)>)| {
        calls.sort_by_key(|(at, _)| *at);
        run.said = calls.into_iter().map(|(_, call)| call).collect();
        run
    };
    runs.into_iter().map(sorted).collect()
}

/// A helper can do what it was asked before the call that asked has returned. What it did stands behind that call, then.
fn asked_first(calls: &mut [String]) {
    for asking in 0..calls.len() {
        if calls[asking].starts_with("sendmsg(") {
            let done = calls[..asking].iter().rev().take_while(|call| call.starts_with("helper: ")).count();
            calls[asking - done..=asking].rotate_right(1);
        }
    }
}

fn compare(run: &Run, seen: &[String]) {
    let said = &run.said;
    let differs = said.iter().zip(seen).position(|(a, b)| a != b);
    if let Some(at) = differs.or((said.len() != seen.len()).then_some(said.len().min(seen.len()))) {
        let part = |list: &[String]| list[at.saturating_sub(6)..(at + 6).min(list.len())].join("\n  ");
        panic!("{}: call {at}\n said:\n  {}\n seen:\n  {}", run.mode, part(said), part(seen));
    }
    let name = |call: &String| call.trim_start_matches("helper: ").split('(').next().unwrap().to_owned();
    let names: BTreeSet<_> = said.iter().map(name).collect();
    for name in [
        "accept4",
        "bind",
        "close",
        "connect",
        "epoll_ctl",
        "fcntl",
        "getpeername",
        "getsockname",
        "getsockopt",
        "ioctl",
        "listen",
        "pipe2",
        "poll",
        "read",
        "recvfrom",
        "sendto",
        "setsockopt",
        "shutdown",
        "socket",
        "socketpair",
        "write",
    ] {
        assert!(names.contains(name), "{}: no {name} among {names:?}", run.mode);
    }
}
