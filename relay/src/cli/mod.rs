//! The command line: which command, with which options, and its exit code (0 fine, 1 failed, 2 usage).

mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A microscope for sockets: lessons, a simulator, and real kernels.
#[derive(Debug, Parser)]
#[command(name = "socketscope", version, about, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: serve::Options,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the site and its relay on this machine (what is done where no command is given)
    Serve(serve::Options),
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match cli.command.unwrap_or(Command::Serve(cli.serve)) {
        Command::Serve(options) => serve::run(&options),
    }
}

/// Content mistakes, each with its place and remedy.
fn problems(problems: &[lessons::Problem]) -> ExitCode {
    for problem in problems {
        eprintln!("{problem}");
    }
    ExitCode::FAILURE
}
