//! The truth table: what comes of it on this machine, and who notices that a rule of the simulated kernel is switched off.

use std::process::ExitCode;

use crate::process::{Cmd, Result};
use crate::project;

/// Who notices that a rule is switched off: written to crates/truth/mutations-caught.toml.
pub(crate) fn mutate() -> Result<ExitCode> {
    Cmd::cargo("run").args(["-p", "truth", "--", "mutate"]).dir(&project::at("")).run()?;
    Ok(ExitCode::SUCCESS)
}

/// Plays the table on this machine's kernel, over loopback and over a lab's wire: written to crates/truth/recorded for the page.
pub(crate) fn record() -> Result<ExitCode> {
    Cmd::cargo("run").args(["--release", "-p", "truth", "--", "record"]).dir(&project::at("")).run()?;
    let wire = ["--release", "-p", "relay", "--test", "truth", "record", "--", "--ignored", "--nocapture"];
    Cmd::cargo("test").args(wire).dir(&project::at("")).run()?;
    Ok(ExitCode::SUCCESS)
}
