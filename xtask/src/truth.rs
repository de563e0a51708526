//! What takes longer than a test may: the differential test for hours, and the simulated kernel with its rules off.

use std::process::ExitCode;

use crate::process::{Cmd, Result};
use crate::project;

/// Random scripts on both kernels; every kind of difference is printed once, shrunk.
pub(crate) fn soak(seed: u64, scripts: u64, seconds: Option<u64>) -> Result<ExitCode> {
    let mut test = Cmd::cargo("test")
        .args([
            "--release",
            "-p",
            "truth",
            "--test",
            "differential",
            "soak",
            "--",
            "--ignored",
            "--nocapture",
        ])
        .dir(&project::at(""))
        .env("SOAK_SEED", seed.to_string())
        .env("SOAK_SCRIPTS", scripts.to_string());
    if let Some(seconds) = seconds {
        test = test.env("SOAK_SECONDS", seconds.to_string());
    }
    test.run()?;
    Ok(ExitCode::SUCCESS)
}

/// Who notices that a rule is switched off: written to crates/truth/mutations-caught.toml.
pub(crate) fn mutate() -> Result<ExitCode> {
    Cmd::cargo("run").args(["-p", "truth", "--", "mutate"]).dir(&project::at("")).run()?;
    Ok(ExitCode::SUCCESS)
}
