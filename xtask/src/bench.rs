//! `cargo xtask bench`
use crate::process::Result;
use std::process::ExitCode;
/// What can be measured.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum Bench {
    /// x
    Call,
    /// y
    Page,
    /// z
    Sim,
}
pub(crate) fn bench(_: Bench, _: bool) -> Result<ExitCode> {
    Err("not yet".into())
}
