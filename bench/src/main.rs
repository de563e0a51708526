//! `measure`: the measuring side of `cargo xtask bench`; it prints raw rows `what,unit,round,value`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod call;
mod carry;
mod cpu;
mod find;
mod lab_proxy;
mod learners;
mod options;
mod pipe;
mod placement;
mod plain;
mod python;
mod relay;
mod room;
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
    /// What a copy of two Python programs costs.
    Fork {
        /// The number of this round, for the rows.
        #[arg(long)]
        round: u32,
    },
    /// How many states a search looks at in a second.
    States {
        /// The number of this round, for the rows.
        #[arg(long)]
        round: u32,
        /// Most states.
        #[arg(long)]
        most: u64,
    },
    /// What a million states weigh.
    Weight,
    /// How long it takes to find what breaks programs.
    Find {
        /// The number of this round, for the rows.
        #[arg(long)]
        round: u32,
        /// The folder of a case: a server and a client.
        #[arg(long)]
        case: std::path::PathBuf,
    },
    /// Programs that loop, on the Python machine and on CPython in turn.
    Loops(python::Loops),
    /// Run a program that makes no calls on the Python machine.
    Program {
        /// Its file.
        #[arg(long)]
        file: std::path::PathBuf,
    },
    /// Calls through servers that run already, in turn.
    Call(call::Options),
    /// Calls of many sessions at once, through both in turn.
    Many(call::Many),
    /// A stream there and back through what stands between, in turn.
    Pipe(pipe::Options),
    /// What sessions weigh that do nothing.
    Idle(learners::Idle),
    /// How fast sessions open.
    Opened(learners::Opened),
    /// How long the steps of a whole class take.
    Class(learners::Class),
    /// How soon a class's work is acknowledged and on its teachers' boards, and what a learner weighs.
    Rooms(room::Rooms),
    /// How long the record of a long course takes to come.
    Record(room::Record),
    /// How long the refusals of a wrong and a closed room's code take.
    Codes(room::Codes),
    /// What one session can do to the others, and a tab that does not read to the relay.
    Hostile(learners::Hostile),
    /// Be hostile: ask as fast as possible.
    Flood {
        /// Where the relay listens.
        #[arg(long)]
        relay: String,
    },
    /// Be what answers behind a bridge: a TCP echo on a free port, which is printed.
    Echo,
    /// Be the yardstick of a bridge: a TCP proxy on a free port, which is printed.
    Proxy {
        /// Where it leads.
        #[arg(long)]
        to: std::net::SocketAddr,
    },
    /// Be the yardstick of the relay's pipe: a TCP proxy to the echo of a lab, on a free port, which is printed.
    LabProxy,
    /// Be the yardstick: a plain axum server on a free port, which is printed.
    Plain,
}

fn main() -> ExitCode {
    let done = match Cli::parse().what {
        What::Sim { round, runs, turns } => {
            sim::measure(round, runs, turns);
            Ok(())
        }
        What::Fork { round } => {
            python::fork(round);
            Ok(())
        }
        What::States { round, most } => {
            find::states(round, most);
            Ok(())
        }
        What::Weight => find::weight().map_err(Into::into),
        What::Find { round, case } => find::find(round, &case).map_err(Into::into),
        What::Loops(options) => python::loops(&options).map_err(Into::into),
        What::Program { file } => python::program(&file).map_err(Into::into),
        What::Call(options) => client(call::measure(&options)),
        What::Many(options) => client(call::many(&options)),
        What::Pipe(options) => client(pipe::measure(&options)),
        What::Idle(options) => client(learners::idle(&options)),
        What::Opened(options) => client(learners::opened(&options)),
        What::Class(options) => client(learners::class(&options)),
        What::Rooms(options) => client(room::rooms(&options)),
        What::Record(options) => client(room::record(&options)),
        What::Codes(options) => client(room::codes(&options)),
        What::Hostile(options) => client(learners::hostile(&options)),
        What::Flood { relay } => client(learners::flood(&relay)),
        What::Echo => carry::echo(),
        What::Proxy { to } => carry::proxy(to),
        What::LabProxy => lab_proxy::serve(),
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
