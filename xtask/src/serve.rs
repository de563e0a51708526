//! `cargo xtask serve`: from a clean clone to the site in a browser.

use std::process::ExitCode;

use crate::artifacts::{self, Profile};
use crate::process::{Cmd, Result};

/// Builds what has changed and becomes the server.
pub(crate) fn serve(build_only: bool, options: &[String]) -> Result<ExitCode> {
    let binary = artifacts::build(Profile::Release)?;
    if build_only {
        eprintln!("{} is ready.", binary.display());
        return Ok(ExitCode::SUCCESS);
    }
    become_program(&Cmd::new(binary).arg("serve").args(options))
}

/// On Unix this process turns into the server, so that Ctrl-C and signals reach the server itself.
#[cfg(unix)]
fn become_program(server: &Cmd) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt;
    Err(format!("{server} could not be started: {}", server.command().exec()).into())
}

#[cfg(not(unix))]
fn become_program(server: &Cmd) -> Result<ExitCode> {
    let status = server.command().status()?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
