//! `cargo xtask`: sets up what the project needs, builds it, serves it, checks it, measures it and packs it.
//!
//! Each command does its own set-up ([`setup`]) and remembers what is done, so that a second run is quick.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod artifacts;
mod bench;
mod check;
mod dev;
mod dist;
mod faults;
mod pipes;
mod process;
mod project;
mod rustc;
mod serve;
mod setup;
mod soak;
mod stamp;
mod truth;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Builds, serves, checks, measures and packs Socketscope.")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Set up, build everything, and serve the site on 127.0.0.1:8080.
    Serve {
        /// Build and stop before serving.
        #[arg(long)]
        build_only: bool,
        /// Handed to `socketscope serve`, for example `--port 9000`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<String>,
    },
    /// Set up and check everything: format, lints, tests, docs, licences, sizes, journeys in a browser.
    Test {
        /// Leave out what needs a browser.
        #[arg(long)]
        quick: bool,
        /// Only the steps whose name holds this word; may be given more than once.
        #[arg(long, value_name = "WORD")]
        only: Vec<String>,
    },
    /// Serve a quick build, and rebuild and reload whenever a source changes.
    Dev {
        /// Handed to `socketscope serve`, for example `--port 9000`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        options: Vec<String>,
    },
    /// Make the archive that a teacher downloads, and its checksum, in target/dist.
    Dist,
    /// Measure, keep the raw rows, and compare with the target.
    Bench {
        /// What to measure.
        name: bench::Bench,
        /// Fewer rounds: to see that it works, not to publish.
        #[arg(long)]
        short: bool,
    },
    /// What takes longer than a test may. Without a word behind it: compare random scripts of calls on the simulated and
    /// the real kernel.
    Soak(soak::Soak),
    /// Make something fail under load, and see that nothing is lost that was acknowledged.
    Faults {
        /// What; each in turn where none is named.
        name: Option<faults::Fault>,
        /// How often it is killed.
        #[arg(long, default_value_t = 100)]
        times: u32,
    },
    /// Play the truth table on this machine's kernel, over loopback and over a lab's wire, and write down what came for its page.
    Truth,
    /// Half-close, reset and back-pressure through a session and through websockify, which comes from PyPI.
    Pipes,
    /// Switch the simulated kernel's rules off, one at a time, and see who notices.
    Mutate,
    /// Set up only, all of it: tools for the web build, browser, licence checker.
    Setup,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = rustc::check_version().and_then(|()| match cli.task {
        Task::Serve { build_only, options } => serve::serve(build_only, &options),
        Task::Test { quick, only } => check::test(quick, &only),
        Task::Dev { options } => dev::dev(&options),
        Task::Dist => dist::dist(),
        Task::Bench { name, short } => bench::bench(name, short),
        Task::Soak(soak) => soak::soak(&soak),
        Task::Faults { name, times } => faults::faults(name, times),
        Task::Truth => truth::record(),
        Task::Pipes => pipes::pipes(),
        Task::Mutate => truth::mutate(),
        Task::Setup => setup::everything().map(|()| ExitCode::SUCCESS),
    });
    done.unwrap_or_else(|problem| {
        eprintln!("\nxtask: {problem}");
        ExitCode::FAILURE
    })
}
