//! What TCP says beyond its bytes, through a session and through a pipe of messages.

use std::process::ExitCode;

use crate::process::{Cmd, Result};
use crate::{project, setup};

/// The journeys of a TCP connection through a session and through websockify, which lies in the cache afterwards.
pub(crate) fn pipes() -> Result<ExitCode> {
    let program = setup::websockify()?;
    let test = ["-p", "relay", "--test", "pipe", "what_websockify_loses", "--", "--ignored", "--nocapture"];
    let test = Cmd::cargo("test").args(test).env("SOCKETSCOPE_WEBSOCKIFY", &program);
    test.dir(&project::at("")).run()?;
    Ok(ExitCode::SUCCESS)
}
