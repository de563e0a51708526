//! The journeys in a real browser, which lie in e2e.

use std::fs;

use serde_json::Value;

use super::{Context, Count};
use crate::process::{Cmd, Result};
use crate::{project, setup};

pub(super) fn check(context: &mut Context) -> Result<Count> {
    let chromium = setup::chromium()?;
    setup::link_modules("e2e")?;
    let journeys = Cmd::new("node").arg("e2e/run.mjs").arg("--binary").arg(context.binary()?);
    let done = journeys.arg("--chromium").arg(chromium).dir(&project::at("")).run_into(&context.log()?);
    let log = fs::read_to_string(&context.log)?;
    let Some(summary) = log.lines().rev().find_map(summary) else {
        return Err(done.err().unwrap_or_else(|| "the journeys ended without their summary".into()));
    };
    // The log is shown only after a failure; how long each journey took is worth a look at any time.
    let mut lines = log.lines().peekable();
    while let Some(line) = lines.next() {
        let failed = line.starts_with("FAIL ");
        if failed || line.starts_with("ok ") {
            // Why it failed stands below it, indented; its first line says what, wherever the log is cut.
            let why =
                lines.peek().filter(|next| failed && next.starts_with("  ")).map_or("", |next| next.trim());
            eprintln!("    {line}{}{why}", if why.is_empty() { "" } else { ": " });
        }
    }
    Ok(summary)
}

/// The line `{"passed":11,"failed":0}`.
fn summary(line: &str) -> Option<Count> {
    let value: Value = serde_json::from_str(line).ok()?;
    let number = |name: &str| value[name].as_u64().and_then(|n| u32::try_from(n).ok());
    Some(Count { passed: number("passed")?, failed: number("failed")?, ..Count::default() })
}
