//! The command line: which command, with which options, and its exit code (0 fine, 1 failed, 2 usage).

mod bridge;
mod calls;
mod client;
mod config;
mod doctor;
mod export;
mod health;
mod notes;
mod programs;
mod replay;
mod room;
mod rooms;
mod serve;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// See what happens between send and recv: lessons on stream sockets, a simulator to step through, and real kernels.
#[derive(Debug, Parser)]
#[command(name = "socketscope", version, args_conflicts_with_subcommands = true)]
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
    /// Make system calls, given as JSON lines on standard input, and print their outcomes
    #[command(after_long_help = calls::help())]
    Calls(calls::Options),
    /// Replay a recorded run, from a link or a file, and print its events and how it ended
    Replay(replay::Options),
    /// Say what a listing in Python gets wrong, line by line, without running it, and write the repaired program
    Notes(notes::Options),
    /// Run a program in Python as python3.11 does; its sockets are real ones on loopback, which reach nobody else (the exit
    /// status is the program's own)
    Python(programs::python::Options),
    /// Run programs in Python, each as a process on simulated hosts, and print what they write, each behind its name
    #[command(after_help = programs::EXIT_CODES)]
    Run(programs::run::Options),
    /// Run programs in Python as `run` does, on this machine's own kernel: on hosts of our own where it offers them, else on
    /// loopback
    #[command(after_help = programs::EXIT_CODES)]
    Live(programs::live::Options),
    /// Search the schedules that programs in Python must bear (who runs, how many bytes each call moves) for one that breaks them, and
    /// name the mistake
    #[command(after_help = programs::EXPLORE_EXIT_CODES)]
    Explore(programs::explore::Options),
    /// Judge a folder of submissions to an exercise, each by itself: a table, or JSON, or CSV
    #[command(after_help = programs::GRADE_EXIT_CODES)]
    Grade(programs::grade::Options),
    /// Judge one submission, which comes on standard input: what `grade` starts for each
    #[command(hide = true)]
    GradeOne,
    /// Join a program of any language on this machine to a peer in a relay's lab, byte for byte: half-close and reset kept
    Bridge(bridge::Options),
    /// List the lessons and what they teach
    Lessons {
        /// As JSON, with every row of the curriculum
        #[arg(long)]
        json: bool,
    },
    /// Say what live lessons can show on this machine, and what would better it; with --room, who can reach it
    Doctor(doctor::Options),
    /// Print every setting of `serve`, its value here and where that comes from
    Config(config::Options),
    /// Ask the relay with these settings, on this machine, whether it is well (exit code 1: it is not)
    Health {
        #[command(flatten)]
        flags: config::Flags,
    },
    /// List, export, back up, restore and delete the rooms that are kept on this machine
    Rooms(rooms::Options),
    /// Write the site into a folder, for any static host (live parts then say that no relay is there)
    ExportSite(export::Options),
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    // Before there is any thread: a lab's helper process is this program once more.
    #[cfg(target_os = "linux")]
    if std::env::args().nth(1).as_deref() == Some(lab::HELPER) {
        return lab::helper_main();
    }
    let cli = Cli::parse();
    match cli.command.unwrap_or(Command::Serve(cli.serve)) {
        Command::Serve(options) => serve::run(&options),
        Command::Calls(options) => calls::run(&options),
        Command::Replay(options) => replay::run(&options),
        Command::Notes(options) => notes::run(&options),
        Command::Python(options) => programs::python::run(&options),
        Command::Run(options) => programs::run::run(&options),
        Command::Live(options) => programs::live::run(&options),
        Command::Explore(options) => programs::explore::run(&options),
        Command::Grade(options) => programs::grade::run(&options),
        Command::GradeOne => programs::grade::one(),
        Command::Bridge(options) => bridge::run(&options),
        Command::Lessons { json } => lessons(json),
        Command::Doctor(options) => doctor::run(&options),
        Command::Config(options) => config::run(&options),
        Command::Health { flags } => health::run(&flags),
        Command::Rooms(options) => rooms::run(&options),
        Command::ExportSite(options) => export::run(&options),
    }
}

fn lessons(json: bool) -> ExitCode {
    let lessons = match lessons::Lessons::embedded() {
        Ok(lessons) => lessons,
        Err(found) => return problems(&found),
    };
    if json {
        return print(&format!("{:#}", lessons.coverage_json()));
    }
    let line = |l: &lessons::Lesson| format!("/lessons/{}  {}", l.slug, l.front.title);
    print(&lessons.lessons.iter().map(line).collect::<Vec<_>>().join("\n"))
}

/// Prints on standard output; whoever closed it does not want the rest.
fn print(text: &str) -> ExitCode {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout(), "{text}");
    ExitCode::SUCCESS
}

/// Content mistakes, each with its place and remedy.
fn problems(problems: &[lessons::Problem]) -> ExitCode {
    for problem in problems {
        eprintln!("{problem}");
    }
    ExitCode::FAILURE
}
