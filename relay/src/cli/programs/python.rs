//! `socketscope python`: one program as python3.11 runs it, on this machine's own kernel.

use std::path::PathBuf;
#[cfg(not(target_os = "linux"))]
use std::process::ExitCode;

use clap::Args;

#[cfg(target_os = "linux")]
pub(in crate::cli) use linux::run;

/// What to run.
#[derive(Args, Clone, Debug)]
pub(in crate::cli) struct Options {
    /// The program's text
    file: PathBuf,
    /// What the program finds in sys.argv behind its own name
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

#[cfg(not(target_os = "linux"))]
pub(in crate::cli) fn run(Options { file, arguments: _ }: &Options) -> ExitCode {
    let file = file.display();
    eprintln!(
        "socketscope: `socketscope python` uses this machine's own kernel, which has to be Linux. `socketscope run {file}` \
         runs the program on a simulated host."
    );
    ExitCode::FAILURE
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io::{self, Write as _};
    use std::process::ExitCode;

    use ::python::{Limits, Machine, Stream};
    use runs::{End, Run, Tells as _, Told};
    use syscall::HostId;

    use super::super::real::Real;
    use super::super::{compile, read, read_line};
    use super::Options;

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
        let name = options.file.to_string_lossy();
        let program = match read(&options.file).and_then(|text| compile(&text, &name)) {
            Ok(program) => program,
            Err(refused) => return refused.tell(),
        };
        let ground = match lab::Lab::open(lab::Mode::Loopback, 1) {
            Ok(mut lab) => {
                lab.set_names(&["localhost"]);
                Real::new(lab)
            }
            Err(problem) => {
                eprintln!("socketscope: no sockets on this machine: {problem}");
                return ExitCode::FAILURE;
            }
        };
        let mut run = Run::new(ground);
        run.start(&name, HostId(0), Machine::new(&program, &options.arguments, LIMITS));
        drive(&mut run)
    }

    /// Until the first process has ended, and its children.
    fn drive(run: &mut Run<Real>) -> ExitCode {
        loop {
            match run.step() {
                None | Some(Told::Forked { .. } | Told::Returned { .. } | Told::Exited { .. }) => {}
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
                Some(Told::Over(End::Done)) => {
                    // As a process's status is: its lowest eight bits.
                    return ExitCode::from((run.status(0).unwrap_or(0) & 0xff) as u8);
                }
                Some(Told::Over(End::Idle | End::Deadlock { .. } | End::Crowded(_))) => {
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
}
