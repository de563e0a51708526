//! The truth table: who notices that a rule of the simulated kernel is switched off.

use std::process::ExitCode;

use crate::process::{Cmd, Result};
use crate::project;

/// Who notices that a rule is switched off: written to crates/truth/mutations-caught.toml.
pub(crate) fn mutate() -> Result<ExitCode> {
    Cmd::cargo("run").args(["-p", "truth", "--", "mutate"]).dir(&project::at("")).run()?;
    Ok(ExitCode::SUCCESS)
}
