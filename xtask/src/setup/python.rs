//! Programs from PyPI, each in a virtual environment of its own in the per-user cache.

use std::path::PathBuf;

use super::say;
use crate::process::{Cmd, Result};
use crate::project;

const WEBSOCKIFY: &str = "0.13.0";

/// The bridge that `cargo xtask bench pipe` and `cargo xtask pipes` compare with; installs it first where it is not there.
pub(crate) fn websockify() -> Result<PathBuf> {
    let root = project::cache().join("tools").join(format!("websockify-{WEBSOCKIFY}"));
    let program = root.join("bin/websockify");
    if !program.is_file() {
        let what = format!("websockify {WEBSOCKIFY}, by pip, into {}", root.display());
        say(
            &what,
            "stands between a WebSocket and a TCP connection, as the relay's pipes do",
            "a minute, once",
        );
        let package = format!("websockify=={WEBSOCKIFY}");
        let made = Cmd::new("python3").args(["-m", "venv"]).arg(&root).run();
        made.and_then(|()| Cmd::new(root.join("bin/pip")).args(["install", "--quiet", &package]).run())
            .map_err(|problem| {
                format!(
                    "websockify could not be installed: {problem}.\nIt needs python3 with venv, and PyPI."
                )
            })?;
    }
    Ok(program)
}
