//! Faults that must lose nothing: each is a test that is made to happen more often than `cargo xtask test` does.

use std::process::ExitCode;

use clap::ValueEnum;

use crate::process::{Cmd, Result};
use crate::project;

/// What is made to fail.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Fault {
    /// What rooms keep: killed under load, a full disk, a database that another program holds.
    Store,
    /// A whole relay with a class in it: the same, and connections cut at every byte.
    Rooms,
}

impl Fault {
    /// Its tests.
    const fn tests(self) -> &'static [&'static str] {
        match self {
            Self::Store => &["-p", "store", "--test", "faults"],
            Self::Rooms => &["-p", "relay", "--test", "rooms", "faults"],
        }
    }
}

/// This fault, or each of them.
pub(crate) fn faults(fault: Option<Fault>, times: u32) -> Result<ExitCode> {
    let all = fault.as_ref().map_or(Fault::value_variants(), std::slice::from_ref);
    for fault in all {
        let command = Cmd::cargo("test").arg("--quiet").args(fault.tests()).args(["--", "--nocapture"]);
        command.env("FAULTS_TIMES", times.to_string()).dir(&project::at("")).run()?;
    }
    Ok(ExitCode::SUCCESS)
}
