//! A compiler for wasm32-unknown-unknown: the active one, rustup's addition to it, or Debian's.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use super::{debian, first_on_path, say, sysroot};
use crate::process::{Cmd, Result, on_path};

/// The target of the browser's side.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
/// rustup needs seconds where it has a network; where it has none it may try for minutes.
const RUSTUP_LIMIT: Duration = Duration::from_secs(180);

/// Which compiler builds for the browser.
pub(super) enum Toolchain {
    /// The active one.
    Active,
    /// A private one; its programs lie in this folder.
    Private(PathBuf),
}

impl Toolchain {
    /// Takes the first of the routes that works. Later runs find it made and reach for no network.
    ///
    /// `SOCKETSCOPE_WASM=debian` leaves out rustup, to try the last route where the first would do.
    pub(super) fn set_up() -> Result<Self> {
        let skip_rustup = std::env::var_os("SOCKETSCOPE_WASM").is_some_and(|route| route == "debian");
        if !skip_rustup && active_has_target() {
            return Ok(Self::Active);
        }
        if let Some(made) = sysroot::made_before() {
            return Ok(Self::Private(made));
        }
        if !skip_rustup && add_by_rustup() {
            return Ok(Self::Active);
        }
        if debian::is_here() {
            return sysroot::make().map(Self::Private);
        }
        Err(format!(
            "the compiler has no target {TARGET}, which the browser's side is built for, and rustup could not add it.\n\
             Type `rustup target add {TARGET}` where there is a network (a Rust that did not come from rustup has it in \
             a package of its own), then run the command again."
        )
        .into())
    }

    /// The variables that choose it, with these folders on PATH as well.
    pub(super) fn env(&self, tools: &[PathBuf]) -> Vec<(OsString, Option<OsString>)> {
        let mut folders = tools.to_vec();
        let Self::Private(bin) = self else { return vec![first_on_path(&folders)] };
        folders.push(bin.clone());
        let mut env = vec![first_on_path(&folders)];
        // Each of these would lead back to the active toolchain.
        for name in ["RUSTUP_TOOLCHAIN", "RUSTC", "RUSTDOC", "RUSTC_WRAPPER", "LD_LIBRARY_PATH"] {
            env.push((name.into(), None));
        }
        env
    }
}

fn active_has_target() -> bool {
    let lib = Cmd::new("rustc").args(["--print", "target-libdir", "--target", TARGET]).output();
    lib.is_ok_and(|lib| sysroot::holds_std(lib.as_ref()))
}

fn add_by_rustup() -> bool {
    if on_path("rustup").is_none() {
        return false;
    }
    say(&format!("the target {TARGET}, by rustup"), "the browser's side is compiled for it", "10 seconds");
    let added = Cmd::new("rustup").args(["target", "add", TARGET]).env("RUSTUP_MAX_RETRIES", "1");
    let added = added.succeeds_within(RUSTUP_LIMIT) && active_has_target();
    if !added {
        eprintln!("        rustup could not add it; trying Debian's packages");
    }
    added
}
