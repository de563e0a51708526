//! Other programs: started with a clean environment, heard, waited for, and stopped when they take too long.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// A sentence for the person at the terminal: what happened, and what to do.
pub(crate) type Problem = Box<dyn std::error::Error>;
/// What every step answers.
pub(crate) type Result<T = ()> = std::result::Result<T, Problem>;

/// One program to run.
#[derive(Clone)]
pub(crate) struct Cmd {
    program: OsString,
    args: Vec<OsString>,
    envs: Vec<(OsString, Option<OsString>)>,
    dir: Option<PathBuf>,
}

impl Cmd {
    /// A program, found on PATH or by its path.
    pub(crate) fn new(program: impl AsRef<OsStr>) -> Self {
        Self { program: program.as_ref().into(), args: Vec::new(), envs: Vec::new(), dir: None }
    }

    /// `cargo` of the active toolchain, told to leave the lock file as it is.
    pub(crate) fn cargo(subcommand: &str) -> Self {
        let cargo = Self::new("cargo").arg(subcommand);
        if subcommand == "fmt" || subcommand == "install" { cargo } else { cargo.arg("--locked") }
    }

    /// One argument more.
    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.args.push(arg.as_ref().into());
        self
    }

    /// Arguments more.
    pub(crate) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    /// Sets a variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.envs.push((name.into(), Some(value.as_ref().into())));
        self
    }

    /// Removes a variable.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.envs.push((name.into(), None));
        self
    }

    /// Sets and removes variables.
    pub(crate) fn with(mut self, envs: &[(OsString, Option<OsString>)]) -> Self {
        self.envs.extend_from_slice(envs);
        self
    }

    /// Where it runs.
    pub(crate) fn dir(mut self, dir: &Path) -> Self {
        self.dir = Some(dir.to_owned());
        self
    }

    /// Runs it with this terminal; an exit status other than 0 is a problem.
    pub(crate) fn run(&self) -> Result {
        let status = self.command().stdin(Stdio::null()).status().map_err(|e| self.not_started(&e))?;
        self.judge(status)
    }

    /// Runs it with all that it says going to a file; an exit status other than 0 is a problem.
    pub(crate) fn run_into(&self, log: &File) -> Result {
        let status = self
            .command()
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log.try_clone()?)
            .status()
            .map_err(|e| self.not_started(&e))?;
        self.judge(status)
    }

    /// Runs it with its standard output going to a file, its standard error to this terminal.
    pub(crate) fn run_printing_into(&self, file: &File) -> Result {
        let command = &mut self.command();
        let status = command.stdin(Stdio::null()).stdout(file.try_clone()?).status();
        self.judge(status.map_err(|e| self.not_started(&e))?)
    }

    /// What it says on standard output, without the last line end; its standard error is dropped unless it fails.
    pub(crate) fn output(&self) -> Result<String> {
        let out = self.command().stdin(Stdio::null()).output().map_err(|e| self.not_started(&e))?;
        if !out.status.success() {
            let said = String::from_utf8_lossy(&out.stderr);
            return Err(format!("{self} ended with {}: {}", out.status, said.trim()).into());
        }
        Ok(String::from_utf8_lossy(&out.stdout).trim_end().to_owned())
    }

    /// Runs it in silence for at most so long; whether it ended well in time.
    pub(crate) fn succeeds_within(&self, limit: Duration) -> bool {
        let child = self.command().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let Ok(mut child) = child else { return false };
        let start = Instant::now();
        loop {
            match child.try_wait() {
                Ok(Some(status)) => return status.success(),
                Ok(None) if start.elapsed() < limit => std::thread::sleep(Duration::from_millis(50)),
                // It is stopped and reaped; that it could not be stopped changes no answer.
                _ => {
                    let _ = child.kill();
                    let _ = child.wait();
                    return false;
                }
            }
        }
    }

    /// The command of the standard library, for whoever needs a child of its own.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        // `cargo run` tells this program about its own package; what we start must not take that for its own.
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if text == "CARGO" || text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                command.env_remove(&name);
            }
        }
        for (name, value) in &self.envs {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.args(&self.args);
        if let Some(dir) = &self.dir {
            command.current_dir(dir);
        }
        command
    }

    fn not_started(&self, error: &std::io::Error) -> Problem {
        format!("{} could not be started: {error}", self.program.to_string_lossy()).into()
    }

    fn judge(&self, status: ExitStatus) -> Result {
        if status.success() { Ok(()) } else { Err(format!("{self} ended with {status}").into()) }
    }
}

impl std::fmt::Display for Cmd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}", self.program.to_string_lossy())?;
        for arg in &self.args {
            write!(f, " {}", arg.to_string_lossy())?;
        }
        write!(f, "`")
    }
}

/// Where a program lies on PATH.
pub(crate) fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(program)).find(|file| file.is_file())
}

/// PATH with these folders before all others.
pub(crate) fn path_with(first: &[PathBuf]) -> OsString {
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let all = first.iter().cloned().chain(std::env::split_paths(&rest));
    std::env::join_paths(all).expect("folders that came from PATH, or that we made, hold no separator")
}

/// The last lines of a file.
pub(crate) fn tail(file: &Path, lines: usize) -> String {
    let mut bytes = Vec::new();
    if File::open(file).and_then(|mut file| file.read_to_end(&mut bytes)).is_err() {
        return String::new();
    }
    let text = String::from_utf8_lossy(&bytes);
    let all: Vec<&str> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_takes_too_long_is_stopped() {
        let start = Instant::now();
        assert!(!Cmd::new("sleep").arg("60").succeeds_within(Duration::from_millis(100)));
        assert!(start.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn a_failure_names_the_command_and_what_it_said() {
        let problem =
            Cmd::new("sh").args(["-c", "echo so >&2; exit 3"]).output().expect_err("it exits with 3");
        assert!(problem.to_string().contains("exit 3"), "{problem}");
        assert!(problem.to_string().ends_with("so"), "{problem}");
    }

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let problem = Cmd::new("no-such-program-here").run().expect_err("it is not there");
        assert!(problem.to_string().starts_with("no-such-program-here could not be started"), "{problem}");
    }
}
