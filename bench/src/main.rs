//! `measure`: the measuring side of `cargo xtask bench`; it prints raw rows `what,unit,round,value`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod call;
mod cpu;
mod plain;
mod relay;
mod sim;

#[derive(Parser)]
#[command(about = "Prints raw rows: what,unit,round,value.")]
struct Cli {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Simulated calls a second, natively, and the copy of a world.
    Sim {
        /// The number of this round, for the rows.
        #[arg(long)]
        round: u32,
        /// Runs of the scenario in a round.
        #[arg(long)]
        runs: u32,
        /// Messages there and back in a round of the exchange.
        #[arg(long)]
        turns: u32,
    },
    /// Calls through servers that run already, in turn.
    Call(call::Options),
    /// Be the yardstick: a plain axum server on a free port, which is printed.
    Plain,
}

fn main() -> ExitCode {
    let done = match Cli::parse().what {
        What::Sim { round, runs, turns } => {
            sim::measure(round, runs, turns);
            Ok(())
        }
        What::Call(options) => client(call::measure(&options)),
        What::Plain => plain::serve(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("measure: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// One thread is enough for one call at a time, and disturbs least.
fn client(work: impl Future<Output = Result<(), relay::Problem>>) -> Result<(), relay::Problem> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}
