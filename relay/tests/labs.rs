//! Labs of hosts of one's own, through the relay: the wire, further processes, what is refused, and what becomes of them
//! when the helper or the relay is killed.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::time::{Duration, Instant};

use common::process::Serving;
use common::{Client, FD, PLAIN, Relay, send, start_with, with_hosts};
use protocol::{FromClient, LabReport, LabRequest, LabSpec, PeerSpec, WireRequest, WireSpec};
use relay::settings::{LabMode, Metrics};
use relay::{Limits, Settings};
use syscall::{Call, Errno, HostId, Returned, TaskId, What};

fn sleepy() -> LabSpec {
    LabSpec::with(PeerSpec { rcvbuf: Some(4096), ..PeerSpec::named("sleepy") })
}

/// The next report that is no call's and no peer's.
async fn said(client: &mut Client) -> LabReport {
    loop {
        match client.report().await {
            LabReport::Peer { .. } | LabReport::Holds { .. } | LabReport::Completed { .. } => {}
            other => return other,
        }
    }
}

async fn refusal(client: &mut Client, request: LabRequest) -> String {
    client.send(&FromClient::Lab(request)).await;
    loop {
        if let LabReport::Refused { reason } = said(client).await {
            return reason;
        }
    }
}

#[tokio::test]
async fn packets_are_told_held_and_captured() {
    let Some(relay) = with_hosts(Limits::default()).await else { return };
    let mut client = relay.session().await;
    client.open(sleepy()).await.unwrap();
    client.connected(4096).await;
    // The handshake was seen.
    assert!(
        client
            .happened
            .iter()
            .any(|event| matches!(&event.what, What::SegmentSent { segment } if segment.flags.syn))
    );
    let held = WireSpec { held: true, ..WireSpec::default() };
    client.send(&FromClient::Lab(LabRequest::Wire(WireRequest::Set(held)))).await;
    client.happened.clear();
    client.call(send(10)).await.unwrap();
    let packet = loop {
        let found = client.happened.iter().find_map(|event| match &event.what {
            What::SegmentSent { segment } if segment.range.end > segment.range.start => Some(segment.id),
            _ => None,
        });
        if let Some(id) = found {
            break id;
        }
        client.report().await;
    };
    client.tell("100").await;
    client.send(&FromClient::Lab(LabRequest::Wire(WireRequest::Deliver { packet }))).await;
    assert_eq!(client.peer_did("recv").await, 10);
    let reason = refusal(&mut client, LabRequest::Wire(WireRequest::Deliver { packet: 9999 })).await;
    assert!(!reason.is_empty());

    client.send(&FromClient::Lab(LabRequest::Capture)).await;
    let mut file = Vec::new();
    loop {
        if let LabReport::Captured { part, left } = said(&mut client).await {
            file.extend_from_slice(&part);
            if left == 0 {
                break;
            }
        }
    }
    // A section header block (pcapng), and addresses of the lab.
    assert_eq!(file[..4], [0x0a, 0x0d, 0x0d, 0x0a]);
    assert!(file.windows(8).any(|bytes| bytes == [10, 0, 0, 1, 10, 0, 0, 2]));
}

/// Waits until `/metrics` says so many networks to be ready.
async fn ready(relay: &Relay, networks: usize) {
    let line = format!("\nsocketscope_labs_ready {networks}\n");
    let began = Instant::now();
    loop {
        let (_, text) = common::ask_at(relay.metrics.unwrap(), "GET", "/metrics", "").await;
        let text = String::from_utf8(text).unwrap();
        if text.contains(&line) {
            return;
        }
        assert!(began.elapsed() < common::PATIENCE, "{text}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn networks_are_kept_ready_and_made_anew_when_one_is_given_away() {
    let Some(relay) = with_hosts(Limits { pool: 2, ..Limits::default() }).await else { return };
    ready(&relay, 2).await;
    let mut clients = Vec::new();
    for _ in 0..4 {
        let mut client = relay.session().await;
        client.open(sleepy()).await.unwrap();
        client.connected(4096).await;
        clients.push(client);
    }
    ready(&relay, 2).await;
    relay.stop.cancel();
    assert!(relay.ended.await.unwrap());
}

#[tokio::test]
async fn a_started_process_serves_on_another_host() {
    let Some(relay) = with_hosts(Limits::default()).await else { return };
    let mut client = relay.session().await;
    client.open(LabSpec { hosts: 3, peers: vec![], wire: WireSpec::default() }).await.unwrap();
    client.send(&FromClient::Lab(LabRequest::Start { task: TaskId(1), host: HostId(2) })).await;
    let socket = Call::Socket { domain: syscall::Domain::Inet, kind: syscall::SocketType::Stream };
    let address = "10.0.0.3:80".parse().unwrap();
    let here = TaskId(0);
    let there = TaskId(1);
    assert_eq!(client.call_as(there, socket.clone()).await, Ok(Returned::Fd(FD)));
    client.call_as(there, Call::Bind { fd: FD, address }).await.unwrap();
    client.call_as(there, Call::Listen { fd: FD, backlog: 1 }).await.unwrap();
    client.call_as(here, socket).await.unwrap();
    client.call_as(here, Call::Connect { fd: FD, address }).await.unwrap();
    let Ok(Returned::Fd(accepted)) =
        client.call_as(there, Call::Accept { fd: FD }).await.map(|returned| match returned {
            Returned::Accepted { fd, .. } => Returned::Fd(fd),
            other => other,
        })
    else {
        panic!()
    };
    client.call_as(here, send(5)).await.unwrap();
    let got = client.call_as(there, Call::Recv { fd: accepted, len: 10, flags: PLAIN }).await;
    assert_eq!(got, Ok(Returned::Data("xxxxx".into())));
    let reason = refusal(&mut client, LabRequest::Start { task: TaskId(2), host: HostId(9) }).await;
    assert!(reason.contains("host"), "{reason}");
}

#[tokio::test]
async fn what_a_lab_may_not_have_is_refused_with_a_sentence() {
    let Some(relay) = with_hosts(Limits { hosts: 3, ..Limits::default() }).await else { return };
    let mut client = relay.session().await;
    let hosts = |hosts| LabSpec { hosts, peers: vec![], wire: WireSpec::default() };
    assert!(client.open(hosts(0)).await.is_err());
    let reason = client.open(hosts(4)).await.unwrap_err();
    assert!(reason.contains("3 hosts in all labs") && reason.contains("Try again"), "{reason}");
    client.open(hosts(2)).await.unwrap();
    let mut second = relay.session().await;
    assert!(second.open(hosts(2)).await.unwrap_err().contains("Try again"));
    client.finish().await;
    second.open(hosts(2)).await.expect("what a session had is free when it ends");
    let nobody = LabSpec::with(PeerSpec::named("nobody"));
    assert!(second.open(nobody).await.unwrap_err().contains("sleepy"));
    let elsewhere = LabSpec::with(PeerSpec { host: HostId(7), ..PeerSpec::named("echo") });
    assert!(second.open(elsewhere).await.unwrap_err().contains("not in the lab"));
}

#[tokio::test]
async fn what_is_asked_while_a_lab_is_made_waits_for_it() {
    let Some(relay) = with_hosts(Limits::default()).await else { return };
    let mut client = relay.session().await;
    client.send(&FromClient::Lab(LabRequest::Open { lab: sleepy() })).await;
    let socket = Call::Socket { domain: syscall::Domain::Inet, kind: syscall::SocketType::Stream };
    let first = client.submit(socket).await;
    let closed = client.submit(Call::Close { fd: FD }).await;
    for id in [first, closed] {
        loop {
            if let LabReport::Completed { id: done, outcome, .. } = client.report().await {
                assert_eq!(done, id);
                assert!(outcome.is_ok(), "{outcome:?}");
                break;
            }
        }
    }
}

#[tokio::test]
async fn a_peers_settings_are_taken_or_refused_by_name() {
    let settings = Settings { metrics: Metrics::Off, lab_mode: LabMode::Loopback, ..Settings::default() };
    let relay = start_with(settings).await;
    let mut client = relay.session().await;
    let wrong =
        LabSpec::with(PeerSpec { settings: [("nonsense".into(), 1)].into(), ..PeerSpec::named("echo") });
    let reason = client.open(wrong).await.unwrap_err();
    assert!(reason.contains("nonsense"), "{reason}");
    let peer =
        peers::CATALOGUE.iter().find(|about| !about.settings.is_empty()).expect("some peer has settings");
    let setting = &peer.settings[0];
    let named =
        PeerSpec { settings: [(setting.name.into(), setting.default)].into(), ..PeerSpec::named(peer.name) };
    client.open(LabSpec::with(named)).await.unwrap();
}

/// A session with a relay that is another process, and what its helper's process number is.
async fn process_with_hosts() -> Option<(Serving, Client, u32)> {
    let serving = Serving::start(&["--metrics", "off"]);
    if serving.ready["mode"] == "loopback" {
        eprintln!("NOT TESTED HERE: this machine offers no hosts of our own");
        return None;
    }
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], serving.port));
    let (ws, _) = tokio_tungstenite::connect_async(common::request(address, &[])).await.unwrap();
    let mut client = Client::of(ws);
    client.hello(None).await;
    client.open(sleepy()).await.unwrap();
    client.connected(4096).await;
    let helper = children(serving.child.id()).pop().expect("a helper");
    Some((serving, client, helper))
}

/// The processes that this one started.
fn children(pid: u32) -> Vec<u32> {
    let mut found = Vec::new();
    for thread in std::fs::read_dir(format!("/proc/{pid}/task")).unwrap().flatten() {
        let text = std::fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        found.extend(text.split_whitespace().map(|pid| pid.parse::<u32>().unwrap()));
    }
    found
}

/// Waits until there is no such process any more; a zombie is gone.
async fn gone(pid: u32) {
    let began = Instant::now();
    loop {
        let state = std::fs::read_to_string(format!("/proc/{pid}/stat"));
        match state {
            Ok(stat) if !stat.contains(") Z") => {}
            _ => return,
        }
        assert!(began.elapsed() < common::PATIENCE, "{pid} stays");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

fn kill(pid: u32) {
    // SAFETY: sends a signal; the number is that of a process that we saw as our child's child.
    assert_eq!(unsafe { libc::kill(pid.cast_signed(), libc::SIGKILL) }, 0);
}

#[tokio::test]
async fn when_the_helper_is_killed_its_labs_end_with_a_reason_and_the_next_ones_work() {
    let Some((serving, mut client, helper)) = process_with_hosts().await else { return };
    kill(helper);
    match said_but_packets(&mut client).await {
        LabReport::Closed { reason } => assert!(reason.contains("open the lab again"), "{reason}"),
        other => panic!("{other:?}"),
    }
    assert_eq!(client.call(send(1)).await, Err(Errno::ENETDOWN));
    client.open(sleepy()).await.unwrap();
    client.connected(4096).await;
    let next = children(serving.child.id());
    assert!(next.len() == 1 && next[0] != helper, "{next:?}");
}

async fn said_but_packets(client: &mut Client) -> LabReport {
    loop {
        match said(client).await {
            LabReport::Happened { .. } => {}
            other => return other,
        }
    }
}

#[tokio::test]
async fn a_killed_relay_leaves_no_helper_behind() {
    let Some((mut serving, _client, helper)) = process_with_hosts().await else { return };
    serving.child.kill().unwrap();
    serving.child.wait().unwrap();
    gone(helper).await;
}

#[tokio::test]
async fn a_stopped_relay_takes_its_helper_with_it() {
    let Some((serving, mut client, helper)) = process_with_hosts().await else { return };
    serving.signal(libc::SIGTERM);
    assert_eq!(client.closed().await.0, relay::Closing::GOING_AWAY);
    gone(helper).await;
}

#[tokio::test]
async fn a_relay_that_makes_no_live_runs_says_so() {
    let settings = Settings { metrics: Metrics::Off, lab_mode: LabMode::Off, ..Settings::default() };
    let relay = start_with(settings).await;
    let mut client = relay.session().await;
    assert_eq!(client.mode, "none");
    assert!(client.open(sleepy()).await.unwrap_err().contains("no live runs"));
}

#[test]
fn a_mode_that_is_not_to_be_had_ends_with_its_remedy() {
    let none = [("SOCKETSCOPE_LAB_MODE", "magic")];
    let output = common::process::socketscope(&["serve", "--port", "0"]).envs(none).output().unwrap();
    let says = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(says.contains("SOCKETSCOPE_LAB_MODE") && says.contains("namespaces-veth"), "{says}");
}
