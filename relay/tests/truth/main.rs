//! The truth table through the protocol: every row that a session can express, on a real relay's labs.
//!
//! On one host that talks to itself it must come out exactly where the table was measured on this kernel, else within its
//! bounds; over a lab's wire, whose segments have 1448 bytes, within its bounds.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../common/mod.rs"]
mod common;
mod driver;

use std::sync::Mutex;

use common::{Relay, start, with_hosts};
use driver::{Place, Session};
use relay::Limits;
use tokio::runtime::{Handle, Runtime};
use truth::{Line, Op, Recording, Report, Row, Status, run_row, table};

/// Rows at once: most of the time they wait.
const AT_ONCE: usize = 6;
/// A machine that is busy may upset what depends on time; a row that is wrong is wrong each time.
const TRIES: u32 = 6;

/// Rows that a session cannot express, beside those with signals.
const NOT_HERE: [(&str, &str); 1] =
    [("bind-privileged", "In a lab every port is its learner's: nobody there is without privilege.")];

/// Rows whose figures depend on how much each send offers, or how soon the next one follows: a message is smaller and slower than
/// a call. Their bounds hold.
const BOUNDS: [&str; 5] = [
    "pinned-default",
    "sends-default-default",
    "small-sends-1",
    "small-sends-nagle-1",
    "small-sends-nagle-100",
];

/// What loopback's table of owners answers in the kernel's stead, so that nobody reaches another's port.
const OWNERS: [(&str, &str); 9] = [
    ("connect-refused-nonblocking", "it refuses at once where nobody of this lab listens"),
    ("maxseg-unanswered", "likewise: the kernel has sent nothing"),
    ("maxseg-forgotten", "likewise: no connect of the kernel's has failed"),
    ("quickack-forgotten", "likewise"),
    ("address-lost-in-bind", "a lab's addresses all stand for 127.0.0.1, and a port of it for another"),
    ("rebind-time-wait-plain", "a lab's port stands for another each time"),
    ("rebind-time-wait-one", "likewise"),
    ("udp-connected-to-port-zero", "no port 0 stands for one of the machine's"),
    ("drawn-port-taken-back", "a drawn port is the lab's until its socket closes"),
];

/// What is otherwise where segments are cut for a wire, and lines rest between each other.
const WIRE: [(&str, &str); 2] = [
    (
        "quickack-after-the-own-end",
        "a FIN without data is acknowledged, and the wait over, within milliseconds",
    ),
    ("fin-takes-window", "what is left when the window opens is not what is left on loopback"),
];

/// Why a session cannot play this row, if it cannot.
fn why_not(row: &Row) -> Option<&'static str> {
    let signals = |line: &Line| {
        matches!(line, Line::Signal(_) | Line::Kill(_) | Line::Do { op: Op::SigpipeDefault, .. })
    };
    if row.lines().unwrap().iter().any(signals) {
        return Some("It takes a signal: a session's processes send and get none.");
    }
    NOT_HERE.iter().find(|(id, _)| *id == row.id).map(|(_, why)| *why)
}

/// As much as the table asks for: descriptors, buffers and bytes as on a machine of one's own.
fn limits() -> Limits {
    let (many, much) = (10_000_000, 1 << 30);
    Limits {
        lab: lab::Limits::own(),
        message: 2 << 20,
        outbound: 64 << 20,
        kept: 64 << 20,
        calls_per_second: many,
        calls_burst: many,
        bytes_per_second: much,
        bytes_burst: much,
        session_bytes: u64::MAX,
        ..Limits::default()
    }
}

fn play(runtime: &Handle, relay: &Relay, place: Place, row: &Row) -> Report {
    let exact = place == Place::OneHost && !BOUNDS.contains(&row.id.as_str());
    let mut session = Session::open(runtime, relay, place, exact);
    let report = run_row(row, &mut session).unwrap();
    session.finish();
    report
}

/// Why a row fails each time that it is played; none once it does not.
fn fails(runtime: &Handle, relay: &Relay, place: Place, row: &Row) -> Option<String> {
    let mut last = None;
    for _ in 0..TRIES {
        let report = play(runtime, relay, place, row);
        if report.status != Status::Fail {
            return None;
        }
        last = Some(report);
    }
    let report = last?;
    let lines = report.story.iter().filter(|played| !played.fine);
    let lines: Vec<_> =
        lines.map(|p| format!("    {}\n        came: {} ({} us)", p.line, p.came, p.took)).collect();
    Some(format!("{}\n{}", row.id, lines.join("\n")))
}

/// Every row but these, some at once; what depends on time and was upset by the others is played again alone.
fn every_row(runtime: &Handle, relay: &Relay, place: Place, but: &[(&str, &str)]) {
    let sections = table().unwrap();
    let rows = sections.iter().flat_map(|section| &section.rows);
    let rows = rows.filter(|row| why_not(row).is_none() && but.iter().all(|(id, _)| *id != row.id));
    let (rows, upset, played) = (Mutex::new(rows), Mutex::new(Vec::new()), Mutex::new(0));
    let work = || {
        loop {
            let Some(row) = rows.lock().unwrap().next() else { return };
            if fails(runtime, relay, place, row).is_some() {
                upset.lock().unwrap().push(row);
            }
            *played.lock().unwrap() += 1;
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(work);
        }
    });
    let (upset, played) = (upset.into_inner().unwrap(), played.into_inner().unwrap());
    eprintln!("{played} rows");
    assert!(played > 90, "{played} rows");
    let failed: Vec<_> = upset.into_iter().filter_map(|row| fails(runtime, relay, place, row)).collect();
    assert!(failed.is_empty(), "{} rows fail\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn the_table_holds_through_the_protocol_on_loopback() {
    let runtime = Runtime::new().unwrap();
    let relay = runtime.block_on(start(limits()));
    every_row(runtime.handle(), &relay, Place::OneHost, &OWNERS);
}

#[test]
fn the_table_holds_through_the_protocol_inside_a_host_of_its_own() {
    let runtime = Runtime::new().unwrap();
    let Some(relay) = runtime.block_on(with_hosts(limits())) else { return };
    every_row(runtime.handle(), &relay, Place::OneHost, &[]);
}

#[test]
fn the_tables_bounds_hold_over_a_labs_wire() {
    let runtime = Runtime::new().unwrap();
    let Some(relay) = runtime.block_on(with_hosts(limits())) else { return };
    every_row(runtime.handle(), &relay, Place::TwoHosts, &WIRE);
}

/// For `cargo xtask truth`: each row some times over a lab's wire, one after the other, written down for the page.
#[test]
#[ignore = "it writes a file of the repository"]
fn record() {
    const RUNS: u32 = 5;
    let runtime = Runtime::new().unwrap();
    let relay = runtime.block_on(with_hosts(limits())).expect("hosts of our own");
    let kernel = relay::kernel("");
    let network = "a lab's wire, MTU 1500, no delay";
    let mut recording = Recording::new(&kernel.release, &kernel.congestion, network, RUNS);
    for row in table().unwrap().iter().flat_map(|section| &section.rows) {
        match why_not(row) {
            Some(why) => recording.leave_out(row, why),
            None => {
                let play = |_| play(runtime.handle(), &relay, Place::TwoHosts, row).story;
                recording.add(row, &(0..RUNS).map(play).collect::<Vec<_>>());
            }
        }
    }
    println!("{}", recording.write("wire").unwrap().display());
}
