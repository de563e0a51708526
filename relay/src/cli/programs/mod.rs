//! Programs in Python on the command line: `socketscope python`, `socketscope run` and `socketscope live`.

pub(super) mod again;
pub(super) mod explore;
pub(super) mod grade;
pub(super) mod live;
pub(super) mod python;
#[cfg(target_os = "linux")]
mod real;
pub(super) mod run;
#[cfg(target_os = "linux")]
mod seen;
mod several;
mod transcript;

use std::io::{self, BufRead as _};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use ::python::{Program, Refusal, Unfit};

/// How long a run on a real kernel may take, where it is only looked at how it comes out.
const LIVE_MOST: Duration = Duration::from_secs(15);

/// What `run` and `live` end with.
pub(super) const EXIT_CODES: &str = "Exit codes: 0 all have ended well, or wait for new connections that nobody is left to make; \
    1 a program failed, or cannot be run; 2 usage; 3 deadlock; 4 a limit was reached";

/// What `explore` ends with.
pub(super) const EXPLORE_EXIT_CODES: &str = "Exit codes: 0 no run breaks the programs; 1 one does, or they cannot be run; 2 usage; \
    4 none was found, and not all were tried";

/// What `grade` ends with.
pub(super) const GRADE_EXIT_CODES: &str = "Exit codes: 0 every submission passed; 1 one did not; 2 usage; 4 none failed, and not all could \
    be decided";

/// Why programs do not start: what is said on standard error, and the exit code.
struct Refused {
    says: String,
    code: u8,
}

impl Refused {
    /// All of these at once; none where there are none. What cannot be read is a mistake of the command line.
    fn all(refused: Vec<Self>) -> Option<Self> {
        let code = refused.iter().map(|it| it.code).max()?;
        let says: Vec<_> = refused.iter().map(|it| it.says.trim_end()).collect();
        Some(Self { says: says.join("\n"), code })
    }

    fn tell(self) -> ExitCode {
        eprintln!("{}", self.says.trim_end());
        ExitCode::from(self.code)
    }
}

/// The text in a file.
fn read(file: &Path) -> Result<String, Refused> {
    let text = std::fs::read(file).map_err(|error| Refused {
        says: format!("socketscope: cannot open {}: {error}", file.display()),
        code: 2,
    })?;
    String::from_utf8(text).map_err(|error| Refused {
        says: format!("socketscope: {} is not UTF-8: {error}", file.display()),
        code: 1,
    })
}

/// The program of this text, which stands in this file.
fn compile(text: &str, file: &str) -> Result<Program, Refused> {
    Program::compile(text, file).map_err(|unfit| Refused { says: words(file, unfit), code: 1 })
}

/// Why a text is not run: what CPython says, or each thing that is not supported, with what serves instead.
fn words(file: &str, unfit: Unfit) -> String {
    match unfit {
        Unfit::Syntax(fault) => fault.to_string(),
        Unfit::Refused(refusals) => {
            let line = |r: &Refusal| format!("{file}:{}: {}. Instead: {}.\n", r.line, r.says, r.instead);
            refusals.iter().map(line).collect()
        }
    }
}

/// A line of standard input with its end; none at the end, and where it cannot be read.
fn read_line() -> Option<String> {
    let mut line = Vec::new();
    let read = io::stdin().lock().read_until(b'\n', &mut line).ok()?;
    (read > 0).then(|| String::from_utf8_lossy(&line).into_owned())
}
