//! `socketscope python`: one program as python3.11 runs it, on this machine's own kernel.

use std::io::{self, BufRead as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use ::python::{Limits, Stream};
use clap::Args;
use runs::{End, Run, Told};
use syscall::HostId;

use super::load;

/// What to run.
#[derive(Args, Clone, Debug)]
pub(in crate::cli) struct Options {
    /// The program's text
    file: PathBuf,
    /// What the program finds in sys.argv behind its own name
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

/// Instructions, memory and output are the machine's own, which has more than a page.
const LIMITS: Limits = Limits {
    instructions: u64::MAX,
    memory_bytes: 1 << 30,
    depth: 1000,
    int_bits: 64 << 20,
    output_bytes: u64::MAX,
};

/// The program's own exit status; 2 as CPython's where there is no such file.
pub(in crate::cli) fn run(options: &Options) -> ExitCode {
    let machine = match load(&options.file, &options.arguments, LIMITS) {
        Ok(machine) => machine,
        Err(refused) => return refused.tell(),
    };
    #[cfg(target_os = "linux")]
    let ground = match lab::Lab::open(lab::Mode::Loopback, 1) {
        Ok(mut lab) => {
            lab.set_names(&["localhost"]);
            super::real::Real::new(lab)
        }
        Err(problem) => {
            eprintln!("socketscope: no sockets on this machine: {problem}");
            return ExitCode::FAILURE;
        }
    };
    // Elsewhere there are no real sockets for it: it has the simulated ones, which reach nobody else either.
    #[cfg(not(target_os = "linux"))]
    let ground = runs::Simulated::new(kernel::Network::Loopback, &["localhost"]);
    let mut run = Run::new(ground);
    run.start(&options.file.to_string_lossy(), HostId(0), machine);
    drive(&mut run)
}

/// Until the first process has ended, and its children.
fn drive<G: runs::Ground>(run: &mut Run<G>) -> ExitCode {
    loop {
        match run.step() {
            None | Some(Told::Forked { .. }) => {}
            Some(Told::Wrote { stream, text, .. }) => {
                if write(stream, &text).is_err() {
                    return ExitCode::FAILURE;
                }
            }
            Some(Told::Asks { process }) => run.give(process, read_line()),
            Some(Told::Limited { limit, .. }) => {
                eprintln!("socketscope: {limit}");
                return ExitCode::from(4);
            }
            Some(Told::Exited { .. }) => {}
            Some(Told::Over(End::Done)) => {
                // As a process's status is: its lowest eight bits.
                return ExitCode::from((run.status(0).unwrap_or(0) & 0xff) as u8);
            }
            Some(Told::Over(End::Idle | End::Deadlock(_))) => {
                eprintln!("socketscope: the program waits, and nothing can wake it");
                return ExitCode::from(3);
            }
        }
    }
}

fn write(stream: Stream, text: &str) -> io::Result<()> {
    match stream {
        Stream::Stdout => {
            let mut out = io::stdout().lock();
            out.write_all(text.as_bytes())?;
            out.flush()
        }
        Stream::Stderr => io::stderr().lock().write_all(text.as_bytes()),
    }
}

/// A line of standard input with its end; none at the end, and where it cannot be read.
fn read_line() -> Option<String> {
    let mut line = Vec::new();
    let read = io::stdin().lock().read_until(b'\n', &mut line).ok()?;
    (read > 0).then(|| String::from_utf8_lossy(&line).into_owned())
}
