//! `socketscope doctor`: what live lessons can show here, found out by trying, with one remedy for each lack.

use std::future::poll_fn;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use protocol::{LabReport, LabRequest, LabSpec, PeerSpec};
use serde_json::json;
use syscall::{Call, CallId, Domain, Fd, MsgFlags, Outcome, Returned, SocketType, TaskId};

use crate::labs::{Grounds, Labs};
use crate::settings::{LabMode, Settings};

/// Descriptors that a class needs: 64 learners with a few sockets each, and their WebSockets.
const ENOUGH_FILES: u64 = 1024;
const PATIENCE: Duration = Duration::from_secs(5);

/// One thing that was looked at.
pub(super) struct Finding {
    pub(super) name: &'static str,
    pub(super) found: String,
    /// What to do, where it is not as it should be.
    pub(super) remedy: Option<String>,
    /// Whether live lessons cannot run without it.
    pub(super) needed: bool,
    /// Whether this machine cannot know it; the remedy says how to find out.
    pub(super) unknown: bool,
}

/// What to look at.
#[derive(Args, Clone, Debug)]
pub(super) struct Options {
    /// As JSON
    #[arg(long)]
    json: bool,
    /// Whether others in the same network can reach a relay here: addresses, firewall, what to try from a phone
    #[arg(long)]
    room: bool,
    /// The relay's port, for --room
    #[arg(long, default_value_t = 8080, requires = "room")]
    port: u16,
}

pub(super) fn run(options: &Options) -> ExitCode {
    if options.room {
        let findings = super::room::findings(options.port);
        let fine = findings.iter().all(|f| !f.needed || f.remedy.is_none());
        if options.json {
            super::print(
                &json!({ "v": 1, "version": crate::VERSION, "ok": fine, "findings": entries(&findings) })
                    .to_string(),
            );
        } else {
            show(&findings);
        }
        return if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    machine(options.json)
}

fn entries(findings: &[Finding]) -> Vec<serde_json::Value> {
    let entry = |f: &Finding| json!({ "name": f.name, "found": f.found, "ok": f.remedy.is_none(), "needed": f.needed, "known": !f.unknown, "remedy": f.remedy });
    findings.iter().map(entry).collect()
}

fn show(findings: &[Finding]) {
    for Finding { name, found, remedy, unknown, .. } in findings {
        let mark = match remedy {
            None => "ok  ",
            Some(_) if *unknown => "?   ",
            Some(_) => "LACK",
        };
        super::print(&format!("{mark} {name}: {found}"));
        if let Some(remedy) = remedy {
            super::print(&format!("     {remedy}"));
        }
    }
}

fn machine(as_json: bool) -> ExitCode {
    #[cfg(target_os = "linux")]
    let modes = lab::Mode::offers(&lab::HelperProgram::Own, HOSTS);
    #[cfg(target_os = "linux")]
    let mode = modes.iter().find(|offer| offer.tried.is_ok()).map_or("none", |offer| offer.mode.name());
    #[cfg(not(target_os = "linux"))]
    let mode = "none";
    let kernel = crate::kernel(mode);
    let mut findings = vec![
        Finding {
            name: "system",
            found: format!("{} {}", kernel.system, kernel.release).trim().into(),
            remedy: (!lab::LIVE).then(|| "Live lessons need Linux; everything else works here.".into()),
            needed: true,
            unknown: false,
        },
        Finding {
            name: "front end",
            found: if crate::has_front_end() { "inside this program" } else { "not in this build" }.into(),
            remedy: (!crate::has_front_end()).then(|| "Build it with: cargo xtask serve".into()),
            needed: false,
            unknown: false,
        },
    ];
    #[cfg(target_os = "linux")]
    findings.extend(own_hosts(&modes));
    if lab::LIVE {
        findings.push(live());
        findings.push(congestion(&kernel.congestion));
        findings.extend(open_files());
    }
    let fine = findings.iter().all(|f| !f.needed || f.remedy.is_none());
    if as_json {
        #[cfg(target_os = "linux")]
        let modes = modes_json(&modes);
        #[cfg(not(target_os = "linux"))]
        let modes = json!([]);
        super::print(&json!({ "v": 1, "version": crate::VERSION, "mode": kernel.mode, "modes": modes, "ok": fine, "findings": entries(&findings) }).to_string());
    } else {
        show(&findings);
        super::print(&format!("Live lessons: {}", if fine { &kernel.mode } else { "not on this machine" }));
    }
    if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Hosts of a lab that is tried: a learner's and a peer's.
#[cfg(target_os = "linux")]
const HOSTS: u16 = 2;

/// How a relay and `calls --lab` keep hosts apart here: the best mode, and what the one before it lacks.
#[cfg(target_os = "linux")]
fn own_hosts(modes: &[lab::Offer]) -> Option<Finding> {
    let best = modes.iter().position(|offer| offer.tried.is_ok())?;
    // Only the first mode lacks nothing; what each other lacks is said of the first, which is what to aim at.
    let lacking = modes[..best].first().and_then(|offer| offer.tried.err());
    Some(Finding {
        name: "hosts of our own",
        found: match lacking {
            Some(failure) => format!("{} ({failure})", modes[best].mode),
            None => modes[best].mode.to_string(),
        },
        remedy: lacking.map(|failure| failure.remedy()),
        needed: false,
        unknown: false,
    })
}

#[cfg(target_os = "linux")]
fn modes_json(modes: &[lab::Offer]) -> serde_json::Value {
    let entry = |offer: &lab::Offer| {
        let failure = offer.tried.err();
        json!({ "name": offer.mode.name(), "ok": offer.tried.is_ok(), "found": failure.map(|f| f.to_string()), "remedy": failure.map(|f| f.remedy()) })
    };
    modes.iter().map(entry).collect()
}

fn congestion(name: &str) -> Finding {
    let unknown = name.is_empty();
    Finding {
        name: "congestion control",
        found: if unknown { "unknown" } else { name }.into(),
        remedy: unknown.then(|| "Mount /proc, so that lessons can name it.".into()),
        needed: false,
        unknown: false,
    }
}

/// From /proc: what this process may open.
fn open_files() -> Option<Finding> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find(|line| line.starts_with("Max open files"))?;
    let soft: u64 = line.split_whitespace().nth(3)?.parse().unwrap_or(u64::MAX);
    Some(Finding {
        name: "open files",
        found: format!("{soft} at once"),
        remedy: (soft < ENOUGH_FILES).then(|| format!("A class needs more: ulimit -n {ENOUGH_FILES}")),
        needed: false,
        unknown: false,
    })
}

/// A real connection to a peer in a lab of its own.
fn live() -> Finding {
    let settings = Settings { lab_mode: LabMode::Loopback, ..Settings::default() };
    let grounds = Grounds::new(&settings, Arc::default()).map(Arc::new);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let tried = match runtime {
        Ok(runtime) => runtime.block_on(async {
            tokio::time::timeout(PATIENCE, connection(grounds?))
                .await
                .unwrap_or_else(|_| Err("no answer in 5 s".into()))
        }),
        Err(error) => Err(error.to_string()),
    };
    let (found, remedy) = match tried {
        Ok(found) => (found, None),
        Err(why) => (
            why,
            Some(
                "Check that 127.0.0.1 is up (ip link set lo up) and that no sandbox forbids sockets.".into(),
            ),
        ),
    };
    Finding { name: "loopback sockets", found, remedy, needed: true, unknown: false }
}

async fn connection(grounds: Arc<Grounds>) -> Result<String, String> {
    let mut labs = Labs::new(grounds);
    let lab = LabSpec::with(PeerSpec { rcvbuf: Some(4096), ..PeerSpec::named("sleepy") });
    if let Some(LabReport::Refused { reason }) = labs.request(LabRequest::Open { lab }) {
        return Err(reason);
    }
    let address = loop {
        match poll_fn(|cx| labs.poll_report(cx)).await {
            LabReport::Opened { peers } => break peers[0],
            LabReport::Refused { reason } => return Err(reason),
            _ => {}
        }
    };
    let fd = Fd(3);
    let mut last = None;
    for (id, call) in [
        Call::Socket { domain: Domain::Inet, kind: SocketType::Stream },
        Call::Connect { fd, address },
        Call::SetBlocking { fd, blocking: false },
        Call::Send { fd, data: vec![b'x'; 60_000].into(), flags: MsgFlags::default() },
    ]
    .into_iter()
    .enumerate()
    {
        let name = call.name();
        labs.request(LabRequest::Submit { id: CallId(id as u64 + 1), task: TaskId(0), call });
        let (outcome, here): (Outcome, _) = loop {
            if let LabReport::Completed { outcome, here, .. } = poll_fn(|cx| labs.poll_report(cx)).await {
                break (outcome, here);
            }
        };
        let returned = outcome.map_err(|errno| format!("{name} failed: {errno}"))?;
        last = Some((returned, here));
    }
    match last {
        Some((Returned::Count(count), Some(here))) if here.outq > 0 => Ok(format!(
            "send took {count} of 60000 bytes, {} of them in the send buffer (SIOCOUTQ)",
            here.outq
        )),
        _ => Err("SIOCOUTQ does not tell what the send buffer holds".into()),
    }
}
