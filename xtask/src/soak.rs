//! What takes longer than a test may: random scripts on both kernels, arbitrary bytes where others write, a day of sessions.

use std::process::ExitCode;
use std::time::Instant;

use clap::{Args, Subcommand};

use crate::process::{Cmd, Result};
use crate::project;

/// What is run for long.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Soak {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    scripts: Scripts,
}

#[derive(Subcommand)]
enum What {
    /// Any bytes for whoever reads what others write: messages, frames, packets, programs, and what a session is asked in any order.
    Fuzz {
        /// Executions of each target.
        #[arg(long, default_value_t = 2_000_000)]
        executions: u64,
        /// Only targets whose name holds this word.
        #[arg(long, value_name = "WORD")]
        only: Option<String>,
    },
    /// Sessions of every kind at one relay: cut, silent, with faults on their wires, their helper killed; nothing is left of them.
    Sessions {
        /// How many.
        #[arg(long, default_value_t = 10_000)]
        sessions: u64,
        /// What they do is chosen by it.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Networks that the relay keeps ready; with none there must be room for exactly as many hosts as before.
        #[arg(long, default_value_t = 4)]
        pool: u32,
    },
}

#[derive(Args)]
struct Scripts {
    /// The number of the first hundred scripts; a run says now and then which one goes on where it is.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Stop after so many scripts.
    #[arg(long, default_value_t = 1_000_000)]
    scripts: u64,
    /// Stop after so many seconds.
    #[arg(long)]
    seconds: Option<u64>,
}

/// Tests by properties that read whatever comes: how they are called, and how `cargo test` finds them. A run of the tests makes
/// a few hundred executions of each.
const FUZZ: [(&str, &[&str]); 7] = [
    ("protocol: any bytes", &["-p", "protocol", "--test", "messages", "any_bytes_are_a_message_or_an_error"]),
    (
        "protocol: damaged messages",
        &["-p", "protocol", "--test", "messages", "a_damaged_message_is_a_message_or_an_error"],
    ),
    ("programs: nearly right", &["-p", "python", "--test", "fuzz", "a_damaged_program_runs_or_is_refused"]),
    ("session: anything in any order", &["-p", "relay", "--lib", "whatever_is_said_in_whatever_order"]),
    ("frames: anything that a client writes", &["-p", "relay", "--lib", "whatever_a_client_writes"]),
    ("packets: nearly right", &["-p", "lab", "--lib", "no_packet_and_no_request_breaks_a_wire"]),
    ("packets: any bytes", &["-p", "lab", "--lib", "no_bytes_break_a_wire"]),
];

pub(crate) fn soak(soak: &Soak) -> Result<ExitCode> {
    match &soak.what {
        None => scripts(&soak.scripts),
        Some(What::Fuzz { executions, only }) => fuzz(*executions, only.as_deref()),
        Some(What::Sessions { sessions, seed, pool }) => {
            release_test(
                &["-p", "relay", "--test", "day", "a_day_of_sessions"],
                &["--ignored", "--nocapture"],
            )
            .env("SOAK_SESSIONS", sessions.to_string())
            .env("SOAK_SEED", seed.to_string())
            .env("SOAK_POOL", pool.to_string())
            .run()?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Random scripts on both kernels; every kind of difference is printed once, shrunk.
fn scripts(Scripts { seed, scripts, seconds }: &Scripts) -> Result<ExitCode> {
    let mut test =
        release_test(&["-p", "truth", "--test", "differential", "soak"], &["--ignored", "--nocapture"])
            .env("SOAK_SEED", seed.to_string())
            .env("SOAK_SCRIPTS", scripts.to_string());
    if let Some(seconds) = seconds {
        test = test.env("SOAK_SECONDS", seconds.to_string());
    }
    test.run()?;
    Ok(ExitCode::SUCCESS)
}

/// Each target by itself, so that one that fails stops no other.
fn fuzz(executions: u64, only: Option<&str>) -> Result<ExitCode> {
    let mut failed = 0;
    for (name, test) in FUZZ.iter().filter(|(name, _)| only.is_none_or(|word| name.contains(word))) {
        // Built before the clock runs. A name that finds nothing would pass whatever happens.
        if !release_test(test, &["--list"]).output()?.contains(": test") {
            return Err(format!("{name}: there is no such test").into());
        }
        let start = Instant::now();
        let done = release_test(test, &[]).env("PROPTEST_CASES", executions.to_string()).run();
        let seconds = start.elapsed().as_secs_f64();
        let word = if done.is_ok() { "pass" } else { "fail" };
        println!("{name}: {executions} executions in {seconds:.0} s, {word}");
        failed += u32::from(done.is_err());
    }
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn release_test(test: &[&str], options: &[&str]) -> Cmd {
    let command = Cmd::cargo("test").args(["--quiet", "--release"]).args(test).arg("--").args(options);
    command.dir(&project::at(""))
}
