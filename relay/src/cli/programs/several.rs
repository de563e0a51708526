//! Several programs, each a process: which files on which hosts, and how a run of them is told and ends.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ::python::{Limits, Machine};
use clap::Args;
use runs::{End, Ground, Run, Told};
use syscall::HostId;

use super::transcript::Transcript;
use super::{Refused, load};

/// The host of the files that have none of their own.
const LOCAL: &str = "local";

/// What to run, whatever the kernel.
#[derive(Args, Clone, Debug)]
#[command(group = clap::ArgGroup::new("programs").required(true).multiple(true))]
pub(super) struct Several {
    /// Programs of one host, started in this order: `localhost` leads from one to the other
    #[arg(group = "programs")]
    files: Vec<PathBuf>,
    /// A program on a host of its own, which others reach by that name; may be said several times
    #[arg(long, value_name = "NAME=FILE", value_parser = named, group = "programs")]
    host: Vec<(String, PathBuf)>,
    /// Instructions that each program may run
    #[arg(long, default_value_t = 200_000_000)]
    limit: u64,
    /// One JSON object a line instead of text: what was written, what ended
    #[arg(long)]
    json: bool,
}

fn named(text: &str) -> Result<(String, PathBuf), String> {
    let (name, file) = text.split_once('=').ok_or("a host is a name and a file: alpha=server.py")?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if !is_name || file.is_empty() {
        return Err("a host is a name of letters and digits, and a file: alpha=server.py".into());
    }
    Ok((name.into(), file.into()))
}

/// A program that is ready to start.
pub(super) struct Ready {
    host: HostId,
    name: String,
    machine: Machine,
}

impl Several {
    /// The hosts' names, in their order.
    pub(super) fn hosts(&self) -> Vec<&str> {
        let own = self.host.iter().map(|(name, _)| name.as_str());
        own.chain((!self.files.is_empty()).then_some(LOCAL)).collect()
    }

    /// The programs, in the order of their start.
    pub(super) fn ready(&self) -> Result<Vec<Ready>, Refused> {
        let own = self.host.iter().enumerate().map(|(number, (_, file))| (number, file));
        let shared = self.files.iter().map(|file| (self.host.len(), file));
        let mut names = Vec::new();
        let mut ready = Vec::new();
        for (host, file) in own.chain(shared) {
            let limits = Limits { instructions: self.limit, ..Limits::default() };
            let machine = load(file, &[], limits)?;
            let name = name_of(file, &names);
            names.push(name.clone());
            ready.push(Ready { host: HostId(u16::try_from(host).unwrap_or(u16::MAX)), name, machine });
        }
        Ok(ready)
    }

    /// Whether one object a line is printed.
    pub(super) fn json(&self) -> bool {
        self.json
    }
}

/// The file's name without its ending; a second one of that name has a number.
fn name_of(file: &Path, taken: &[String]) -> String {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    if !taken.contains(&stem) {
        return stem;
    }
    let numbered = (2..).map(|number| format!("{stem}{number}"));
    numbered.into_iter().find(|name| !taken.contains(name)).unwrap_or(stem)
}

/// Runs the programs until nothing happens any more. `also` tells, before each thing that is told, what else there is.
///
/// Exit codes: 0 all have ended well or wait for new connections; 1 a program failed; 3 deadlock; 4 a limit was reached.
pub(super) fn play<G: Ground>(
    mut run: Run<G>,
    programs: Vec<Ready>,
    mut transcript: Transcript,
    mut also: impl FnMut(&mut Transcript) -> std::io::Result<()>,
) -> ExitCode {
    for Ready { host, name, machine } in programs {
        run.start(&name, host, machine);
        transcript.started(name);
    }
    let end = loop {
        let told = run.step();
        let mut written = also(&mut transcript);
        written = written.and_then(|()| match told {
            None | Some(Told::Over(_)) => Ok(()),
            Some(Told::Wrote { process, stream, ref text }) => transcript.wrote(process, stream, text),
            // Nobody types at one of several programs.
            Some(Told::Asks { process }) => {
                run.give(process, None);
                Ok(())
            }
            Some(Told::Forked { process, parent }) => transcript.forked(process, parent),
            Some(Told::Exited { process, status }) => transcript.exited(process, status),
            Some(Told::Limited { process, ref limit }) => transcript.limited(process, &limit.to_string()),
        });
        if written.is_err() {
            // Whoever reads our output has gone.
            return ExitCode::FAILURE;
        }
        if let Some(Told::Over(end)) = told {
            break end;
        }
    };
    let _ = transcript.over(&end);
    match end {
        _ if run.limited() => ExitCode::from(4),
        End::Deadlock(_) => ExitCode::from(3),
        End::Done | End::Idle if transcript.failed() => ExitCode::FAILURE,
        End::Done | End::Idle => ExitCode::SUCCESS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_and_a_file() {
        assert_eq!(named("alpha=a.py"), Ok(("alpha".into(), "a.py".into())));
        for wrong in ["alpha", "=a.py", "alpha=", "al pha=a.py"] {
            assert!(named(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_second_program_of_a_name_has_a_number() {
        let mut names = Vec::new();
        for file in ["a/client.py", "client.py", "server.py", "b/client.py"] {
            names.push(name_of(Path::new(file), &names));
        }
        assert_eq!(names, ["client", "client2", "server", "client3"]);
    }
}
