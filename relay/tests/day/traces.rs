//! What a relay and its helper have of this machine.

use std::fmt;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use protocol::{FromClient, LabReport, LabRequest, LabSpec, WireSpec};
use serde_json::Value;

use crate::common::{Client, ask_at};

/// Of both processes.
pub(crate) struct Traces {
    pub(crate) relay_files: usize,
    pub(crate) helper_files: usize,
    pub(crate) relay_kib: u64,
    pub(crate) helper_kib: u64,
}

impl fmt::Display for Traces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { relay_files, helper_files, relay_kib, helper_kib } = self;
        write!(f, "relay {relay_kib} KiB, {relay_files} files; helper {helper_kib} KiB, {helper_files} files")
    }
}

/// The processes that this one started, zombies among them.
pub(crate) fn children(pid: u32) -> Vec<u32> {
    let mut found = Vec::new();
    for thread in std::fs::read_dir(format!("/proc/{pid}/task")).unwrap().flatten() {
        let text = std::fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        found.extend(text.split_whitespace().map(|pid| pid.parse::<u32>().unwrap()));
    }
    found
}

pub(crate) fn kill_helper(relay: u32) {
    for helper in children(relay) {
        // SAFETY: sends a signal; the number is that of a process that we saw as our child's child.
        unsafe { libc::kill(helper.cast_signed(), libc::SIGKILL) };
    }
}

fn files(pid: u32) -> usize {
    std::fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count)
}

/// What it has in memory that belongs to no file.
fn kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(0)
}

impl Traces {
    /// Whatever goes on.
    pub(crate) fn now(relay: u32) -> Self {
        let helpers = children(relay);
        Self {
            relay_files: files(relay),
            helper_files: helpers.iter().map(|pid| files(*pid)).sum(),
            relay_kib: kib(relay),
            helper_kib: helpers.iter().map(|pid| kib(*pid)).sum(),
        }
    }

    /// When the last session is gone and nothing changes any more.
    pub(crate) async fn of_none_left(port: u16, relay: u32, patience: Duration) -> Self {
        let began = Instant::now();
        let (mut before, mut same_for) = (Self::now(relay), 0);
        loop {
            tokio::time::sleep(Duration::from_millis(500)).await;
            // Before the relay is asked, over a connection that is a file too.
            let now = Self::now(relay);
            let (_, body) = ask_at(SocketAddr::from(([127, 0, 0, 1], port)), "GET", "/healthz", "").await;
            let sessions = serde_json::from_slice::<Value>(&body).unwrap()["sessions"].clone();
            let same = (now.relay_files, now.helper_files) == (before.relay_files, before.helper_files);
            let helpers = children(relay).len();
            same_for = if same { same_for + 1 } else { 0 };
            // After a machine was full, networks are made ready again within two seconds.
            if sessions == 0 && helpers <= 1 && same_for >= 5 {
                return now;
            }
            assert!(began.elapsed() < patience, "{sessions} sessions, {helpers} helpers, {now}");
            before = now;
        }
    }
}

/// How many hosts can be had: labs of one host each, until there are no more. All are given back.
pub(crate) async fn room(port: u16) -> u32 {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let (mut clients, mut hosts) = (Vec::new(), 0);
    loop {
        let (ws, _) = tokio_tungstenite::connect_async(crate::common::request(address, &[])).await.unwrap();
        let mut client = Client::of(ws);
        client.hello(None).await;
        let lab = LabSpec { hosts: 1, peers: vec![], wire: WireSpec::default() };
        client.send(&FromClient::Lab(LabRequest::Open { lab })).await;
        let report = client.report().await;
        clients.push(client);
        match report {
            LabReport::Opened { .. } => hosts += 1,
            LabReport::Refused { reason } => {
                assert!(reason.contains("errno 28"), "{reason}");
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    for client in clients {
        client.finish().await;
    }
    hosts
}
