//! Packages of Debian and its kin.

use std::process::Stdio;

use super::say;
use crate::process::{Cmd, Result, on_path};

/// Whether this system installs packages with apt-get.
pub(super) fn is_here() -> bool {
    on_path("apt-get").is_some() && on_path("dpkg-query").is_some()
}

/// The command that a person types for these packages.
pub(super) fn command_line(packages: &[&str]) -> String {
    format!("sudo apt-get install --no-install-recommends {}", packages.join(" "))
}

/// Installs those of the packages that are missing; says what to type where this user may not.
pub(super) fn install(packages: &[&str], why: &str, usual: &str) -> Result {
    let missing: Vec<&str> = packages.iter().copied().filter(|package| !is_installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = command_line(&missing);
    if !is_root() {
        return Err(format!("packages are missing ({why}), and only root can install them.\nType `{by_hand}`, then run the command again.").into());
    }
    say(&format!("Debian's packages {}, by apt-get", missing.join(" ")), why, usual);
    let apt = || {
        Cmd::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive").args(["-qq", "-o", "Dpkg::Use-Pty=0"])
    };
    // An old list is better than none: whether the packages are to be had shows in the next step.
    let _ = apt().arg("update").command().stdin(Stdio::null()).status();
    let install = apt().args(["install", "--yes", "--no-install-recommends"]).args(&missing);
    let done = install.command().stdin(Stdio::null()).stdout(Stdio::null()).status();
    match done {
        Ok(status) if status.success() => Ok(()),
        _ => Err(format!("apt-get could not install the packages ({why}).\nType `{by_hand}` to see why, then run the command again.").into()),
    }
}

fn is_installed(package: &str) -> bool {
    let query = Cmd::new("dpkg-query").args(["-W", "-f=${db:Status-Status}", package]);
    query.output().is_ok_and(|said| said == "installed")
}

#[cfg(unix)]
fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}
