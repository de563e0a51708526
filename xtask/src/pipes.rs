//! What TCP says beyond its bytes, through a session and through a pipe of messages.

use std::process::ExitCode;

use crate::process::{Cmd, Result};
use crate::project;

/// The pipe between WebSocket messages and TCP that docs/pipes.md has figures of.
const WEBSOCKIFY: &str = "websockify==0.13.0";

/// The journeys of a TCP connection through a session and through websockify, which lies in the cache afterwards.
pub(crate) fn pipes() -> Result<ExitCode> {
    let folder = project::cache().join("websockify");
    let program = folder.join("bin/websockify");
    if !program.is_file() {
        Cmd::new("python3").args(["-m", "venv"]).arg(&folder).run()?;
        let pip = Cmd::new(folder.join("bin/pip")).args(["install", "--quiet", WEBSOCKIFY]);
        pip.run().map_err(|why| format!("{why}; it comes from PyPI, which must be reachable once"))?;
    }
    let test = ["-p", "relay", "--test", "pipe", "what_websockify_loses", "--", "--ignored", "--nocapture"];
    let test = Cmd::cargo("test").args(test).env("SOCKETSCOPE_WEBSOCKIFY", &program);
    test.dir(&project::at("")).run()?;
    Ok(ExitCode::SUCCESS)
}
