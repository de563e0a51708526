//! `socketscope calls`: system calls as JSON lines in, their outcomes as JSON lines out, on either kernel.

mod live;
mod sim;

use std::io::{self, BufRead as _, Write as _};
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};
use syscall::Call;

/// Version of what is printed.
const VERSION: u32 = 1;

/// Where the calls are made, and what is at the other end.
#[derive(Args, Clone, Debug)]
pub(super) struct Options {
    #[command(flatten)]
    target: Target,
    /// The lesson's peer, at 10.0.0.2:7000: echo or sleepy
    #[arg(long, default_value = "sleepy")]
    peer: String,
    /// SO_RCVBUF of the peer's listener, in bytes
    #[arg(long, default_value_t = 4096)]
    rcvbuf: u32,
}

#[derive(Args, Clone, Debug)]
#[group(required = true, multiple = false)]
struct Target {
    /// In the simulated kernel: two hosts, a wire of MTU 1500 and 100 us
    #[arg(long)]
    sim: bool,
    /// On this machine's own kernel, over loopback (Linux)
    #[arg(long)]
    lab: bool,
    /// Through a relay: http://127.0.0.1:8080
    #[arg(long, value_name = "URL")]
    relay: Option<String>,
}

/// One line of input.
#[derive(Debug, PartialEq)]
pub(super) enum Line {
    Call(Call),
    /// A line for the peer's control channel.
    Tell(String),
    /// Time to pass, in milliseconds.
    Sleep(u64),
}

/// Why the command ends early.
pub(super) enum Stop {
    /// Something that a person can repair, said on standard error; exit code 1.
    Failed(String),
    /// Nothing can ever happen any more while a call waits; exit code 3.
    Deadlock,
    /// Whoever reads our output has gone.
    Unread,
}

impl Line {
    fn parse(text: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text).map_err(|e| format!("not JSON: {e}"))?;
        if let Some(told) = value.get("tell") {
            let text = told.as_str().ok_or(r#"`tell` takes a text: {"tell": "4096"}"#)?;
            return Ok(Self::Tell(text.into()));
        }
        if let Some(ms) = value.get("sleep_ms") {
            return ms
                .as_u64()
                .map(Self::Sleep)
                .ok_or_else(|| r#"`sleep_ms` takes a number: {"sleep_ms": 50}"#.into());
        }
        serde_json::from_value(value).map(Self::Call).map_err(|e| {
            format!(r#"not a call: {e}. Say for example {{"recv": {{"fd": 3, "len": 100}}}}, {{"tell": "4096"}} or {{"sleep_ms": 50}}"#)
        })
    }
}

/// Prints one object of output.
pub(super) fn print(mut object: Value) -> Result<(), Stop> {
    if let Some(object) = object.as_object_mut() {
        object.insert("v".into(), VERSION.into());
    }
    let mut out = io::stdout().lock();
    writeln!(out, "{object}").and_then(|()| out.flush()).map_err(|_| Stop::Unread)
}

/// All lines, parsed before the first is performed: a mistake in line 9 is said before line 1 has any effect.
fn lines() -> Result<Vec<(usize, Line)>, ExitCode> {
    let mut lines = Vec::new();
    let mut wrong = false;
    for (index, text) in io::stdin().lock().lines().enumerate() {
        let number = index + 1;
        let parsed = match text {
            Ok(text) if text.trim().is_empty() => continue,
            Ok(text) => Line::parse(&text),
            Err(error) => Err(error.to_string()),
        };
        match parsed {
            Ok(line) => lines.push((number, line)),
            Err(why) => {
                eprintln!("socketscope: line {number}: {why}");
                wrong = true;
            }
        }
    }
    if wrong { Err(ExitCode::from(2)) } else { Ok(lines) }
}

pub(super) fn run(options: &Options) -> ExitCode {
    if !peers::NAMES.contains(&options.peer.as_str()) {
        eprintln!("socketscope: there is no peer `{}`; there are: {}", options.peer, peers::NAMES.join(", "));
        return ExitCode::from(2);
    }
    let lines = match lines() {
        Ok(lines) => lines,
        Err(code) => return code,
    };
    let peer = protocol::PeerSpec { name: options.peer.clone(), rcvbuf: Some(options.rcvbuf) };
    let result = match &options.target {
        Target { sim: true, .. } => sim::run(&peer, lines),
        Target { relay: Some(url), .. } => live::run_relay(url, peer, lines),
        Target { .. } => live::run_lab(peer, lines),
    };
    match result {
        Ok(()) | Err(Stop::Unread) => ExitCode::SUCCESS,
        Err(Stop::Deadlock) => {
            eprintln!("socketscope: the call waits for something that can never happen");
            ExitCode::from(3)
        }
        Err(Stop::Failed(why)) => {
            eprintln!("socketscope: {why}");
            ExitCode::FAILURE
        }
    }
}

/// What is printed of a line that is about to be performed.
pub(super) fn heading(number: usize, call: &Call) -> Value {
    json!({ "line": number, "call": call.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_call_a_word_to_the_peer_or_a_pause() {
        assert_eq!(Line::parse(r#"{"tell": "4096"}"#), Ok(Line::Tell("4096".into())));
        assert_eq!(Line::parse(r#"{"sleep_ms": 50}"#), Ok(Line::Sleep(50)));
        assert_eq!(
            Line::parse(r#"{"close": {"fd": 3}}"#),
            Ok(Line::Call(Call::Close { fd: syscall::Fd(3) }))
        );
        for wrong in ["", "close", r#"{"sleep_ms": -1}"#, r#"{"tell": 4}"#, r#"{"clsoe": {"fd": 3}}"#] {
            assert!(Line::parse(wrong).is_err(), "{wrong}");
        }
    }
}
