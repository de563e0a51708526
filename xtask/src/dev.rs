//! `cargo xtask dev`
use crate::process::Result;
use std::process::ExitCode;
pub(crate) fn dev(_: &[String]) -> Result<ExitCode> {
    Err("not yet".into())
}
