//! Several programs, each a process: which files on which hosts, and how a run of them is told and ends.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ::python::{Limits, Program};
use clap::Args;
use runs::{End, Programs, Tells, Told};
use world::{Network, ProgramSpec, Runs, Scenario, ScenarioError};

use super::transcript::{Form, Transcript};
use super::{Refused, compile, read, read_line};

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

/// What of a run is told besides.
#[derive(Args, Clone, Debug)]
pub(super) struct Tracing {
    /// Also print every call with what it returned, and on a real kernel the real calls that were made for it
    #[arg(long, value_name = "FORM")]
    trace: Option<Form>,
}

fn named(text: &str) -> Result<(String, PathBuf), String> {
    let (name, file) = text.split_once('=').ok_or("a host is a name and a file: alpha=server.py")?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if !is_name || file.is_empty() {
        return Err("a host is a name of letters and digits, and a file: alpha=server.py".into());
    }
    Ok((name.into(), file.into()))
}

/// A program that can be started.
pub(super) struct Ready {
    /// The place of its host among [`Several::hosts`].
    pub(super) host: usize,
    pub(super) name: String,
    /// Its path, as it was said.
    pub(super) file: String,
    pub(super) text: String,
    pub(super) program: Program,
}

impl Several {
    /// The hosts' names, in their order.
    pub(super) fn hosts(&self) -> Vec<&str> {
        let own = self.host.iter().map(|(name, _)| name.as_str());
        own.chain((!self.files.is_empty()).then_some(LOCAL)).collect()
    }

    /// The programs, in the order of their start; or what is wrong with each of them that cannot be started.
    pub(super) fn ready(&self) -> Result<Vec<Ready>, Refused> {
        let own = self.host.iter().enumerate().map(|(number, (_, file))| (number, file));
        let shared = self.files.iter().map(|file| (self.host.len(), file));
        let mut names = Vec::new();
        let mut ready = Vec::new();
        let mut refused = Vec::new();
        for (host, path) in own.chain(shared) {
            let name = name_of(path, &names);
            names.push(name.clone());
            let file = path.to_string_lossy().into_owned();
            match read(path).and_then(|text| Ok((compile(&text, &file)?, text))) {
                Ok((program, text)) => ready.push(Ready { host, name, file, text, program }),
                Err(why) => refused.push(why),
            }
        }
        Refused::all(refused).map_or(Ok(ready), Err)
    }

    /// The programs in a world: their hosts on this wire, or one host without any.
    pub(super) fn scenario(&self, wire: Network) -> Result<(Scenario, Programs), Refused> {
        let hosts: Vec<String> = self.hosts().into_iter().map(Into::into).collect();
        let ready = self.ready()?.into_iter();
        let (programs, compiled): (_, Vec<_>) = ready
            .map(|Ready { host, name, file, text: source, program }| {
                let console = ProgramSpec::console(name, hosts[host].clone());
                (ProgramSpec { runs: Runs::Python, file, source, ..console }, program)
            })
            .unzip();
        let network = if hosts.len() > 1 { wire } else { Network::Loopback };
        Ok((Scenario::new(network, hosts, programs), compiled.into_iter().collect()))
    }

    /// What each program may use.
    pub(super) fn limits(&self) -> Limits {
        Limits { instructions: self.limit, ..Limits::default() }
    }

    /// Whether JSON is printed.
    pub(super) const fn json(&self) -> bool {
        self.json
    }

    /// What is printed of the run.
    pub(super) fn transcript(&self, tracing: &Tracing) -> Transcript {
        let form = tracing.trace.unwrap_or(Form::Text);
        let form = if self.json { Form::Json } else { form };
        Transcript::new(form, tracing.trace.is_some())
    }
}

/// Every mistake in a scenario, a line each.
pub(super) fn refuse(error: &ScenarioError) -> Refused {
    let says: Vec<_> = error.problems.iter().map(|problem| format!("socketscope: {problem}")).collect();
    Refused { says: says.join("\n"), code: 2 }
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

/// Lets a run of these programs go on until nothing happens any more. Who reads standard input gets the terminal's next
/// line. `also` tells, before each thing that is told, what else there is.
///
/// Exit codes: 0 all have ended well or wait for new connections; 1 a program failed; 3 deadlock; 4 a limit was reached.
pub(super) fn play(
    mut run: impl Tells,
    names: Vec<String>,
    mut transcript: Transcript,
    mut also: impl FnMut(&mut Transcript) -> std::io::Result<()>,
) -> ExitCode {
    names.into_iter().for_each(|name| transcript.started(name));
    let end = loop {
        let told = run.step();
        let mut written = also(&mut transcript);
        written = written.and_then(|()| match told {
            None | Some(Told::Over(_)) => Ok(()),
            Some(Told::Wrote { process, stream, ref text }) => transcript.wrote(process, stream, text),
            Some(Told::Returned { process, line, ref call, ref outcome, at }) => {
                transcript.returned(process, line, call, outcome, at)
            }
            Some(Told::Asks { process }) => {
                transcript.flush(process).map(|()| run.give(process, read_line()))
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
        End::Crowded(_) => ExitCode::from(4),
        _ if transcript.was_limited() => ExitCode::from(4),
        End::Deadlock { .. } => ExitCode::from(3),
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
