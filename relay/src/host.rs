//! What this machine is: its kernel, and what live runs can show here.

use std::fs;

use protocol::KernelInfo;

fn line(path: &str) -> Option<String> {
    fs::read_to_string(path).ok().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The kernel that answers live runs, in labs of this mode.
pub fn kernel(mode: &str) -> KernelInfo {
    let or_empty = |path| line(path).unwrap_or_default();
    KernelInfo {
        system: line("/proc/sys/kernel/ostype").unwrap_or_else(|| system().into()),
        release: or_empty("/proc/sys/kernel/osrelease"),
        mode: mode.into(),
        congestion: or_empty("/proc/sys/net/ipv4/tcp_congestion_control"),
    }
}

/// As `uname` spells it, where this program knows it without asking.
fn system() -> &'static str {
    match std::env::consts::OS {
        "linux" => "Linux",
        "macos" => "Darwin",
        "windows" => "Windows",
        other => other,
    }
}
