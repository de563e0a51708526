//! `cargo xtask dist`
use crate::process::Result;
use std::process::ExitCode;
pub(crate) fn dist() -> Result<ExitCode> {
    Err("not yet".into())
}
