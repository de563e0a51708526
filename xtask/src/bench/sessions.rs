//! Sessions in numbers: what an idle one weighs, how many open in a second, a whole class, and what one can do to the others.

use super::other::{Other, build, measure as client};
use super::{Figure, Rows};
use crate::artifacts::{self, Profile};
use crate::check::Server;
use crate::process::Result;

/// Most of an idle session with a pair on loopback, and of a lab of two hosts, in KiB.
const SESSION_KIB: f64 = 16.0;
const LAB_KIB: f64 = 800.0;
/// Most that a plain server may open more.
const OPENED: f64 = 1.0 / 0.8;
/// Most of the slowest hundredth of a class's steps, in milliseconds.
const STEP_MS: f64 = 100.0;
/// Most by which one session may slow the others down.
const HOSTILE: f64 = 1.5;
/// Most that a tab which does not read may take, in KiB: what may wait for it, and what is kept for it.
const STOPPED_KIB: f64 = 1024.0;

/// From one address.
pub(super) const ROOM: [&str; 4] = ["--sessions-per-address", "10000", "--sessions", "10000"];
pub(super) const LOOPBACK: [&str; 2] = ["--lab-mode", "loopback"];
/// Each made when it is asked for: what is ready beforehand would not be counted.
const HOSTS: [&str; 4] = ["--hosts", "2000", "--lab-pool", "0"];

pub(super) fn relay(options: &[&[&str]]) -> Result<Server> {
    Server::start_with(&artifacts::build(Profile::Release)?, &options.concat())
}

pub(super) fn idle(rows: &Rows, short: bool) -> Result<Vec<Figure>> {
    let (sessions, labs) = if short { ("200", "50") } else { ("2000", "500") };
    build()?;
    let run = |relay: &Server, sessions: &str| {
        let run = client().args(["idle", "--relay", &relay.address, "--sessions", sessions]);
        run.arg("--relay-pid").arg(relay.id().to_string()).output()
    };
    let pairs = run(&relay(&[&ROOM, &LOOPBACK])?, sessions)?;
    let labs = run(&relay(&[&ROOM, &HOSTS])?, labs)?;
    rows.add(&pairs)?;
    rows.add(&labs.replace("session,", "lab,"))?;
    Ok(vec![
        Figure::new("idle_session_pss_kib", rows.median("session", "pss_kib")?, Some(SESSION_KIB)),
        Figure::new("idle_lab_kernel_kib", rows.median("lab", "kernel_kib")?, Some(LAB_KIB)),
        Figure::new("idle_session_kernel_kib", rows.median("session", "kernel_kib")?, None),
        Figure::new("idle_lab_pss_kib", rows.median("lab", "pss_kib")?, None),
    ])
}

pub(super) fn opened(rows: &Rows, short: bool) -> Result<Vec<Figure>> {
    let rounds = if short { "5" } else { "50" };
    let relay = relay(&[&LOOPBACK])?;
    build()?;
    let plain = Other::measure(&["plain"])?;
    let run = client().args(["opened", "--rounds", rounds, "--relay", &relay.address]);
    run.args(["--plain", &plain.address]).run_printing_into(&rows.append()?)?;
    Ok(vec![
        Figure::new(
            "opened_plain_over_relay",
            rows.ratio("plain", "relay", "opened_per_second")?,
            Some(OPENED),
        ),
        Figure::new("opened_per_second", rows.median("relay", "opened_per_second")?, None),
    ])
}

pub(super) fn class(rows: &Rows, short: bool) -> Result<Vec<Figure>> {
    let (learners, in_labs, steps, rounds) =
        if short { ("200", "30", "5", "3") } else { ("2000", "300", "20", "30") };
    build()?;
    {
        let (loopback, labs) = (relay(&[&ROOM, &LOOPBACK])?, relay(&[&ROOM])?);
        let run = client().args(["class", "--relay", &loopback.address, "--labs", &labs.address]);
        let run = run.args(["--learners", learners, "--in-labs", in_labs, "--steps", steps]);
        run.run_printing_into(&rows.append()?)?;
    }
    let alone = relay(&[&LOOPBACK])?;
    let run = client().args(["hostile", "--relay", &alone.address, "--rounds", rounds]);
    let run = run.arg("--relay-pid").arg(alone.id().to_string());
    run.run_printing_into(&rows.append()?)?;
    Ok(vec![
        Figure::new("class_loopback_p99_ms", rows.median("loopback", "p99_ms")?, Some(STEP_MS)),
        Figure::new("class_labs_p99_ms", rows.median("labs", "p99_ms")?, Some(STEP_MS)),
        Figure::new("class_hostile_over_quiet", rows.ratio("hostile", "quiet", "p99_us")?, Some(HOSTILE)),
        Figure::new("class_stopped_tab_kib", rows.median("stopped", "kib_per_tab")?, Some(STOPPED_KIB)),
    ])
}
