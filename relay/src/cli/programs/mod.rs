//! Programs in Python on the command line: `socketscope python`, `socketscope run` and `socketscope live`.

pub(super) mod live;
pub(super) mod python;
#[cfg(target_os = "linux")]
mod real;
pub(super) mod run;
mod several;
mod transcript;

use std::path::Path;
use std::process::ExitCode;

use ::python::{Limits, Machine, Program, Refusal, Unfit};

/// Why a program does not start: what is said on standard error, and the exit code.
struct Refused {
    says: String,
    code: u8,
}

impl Refused {
    fn tell(self) -> ExitCode {
        eprintln!("{}", self.says.trim_end());
        ExitCode::from(self.code)
    }
}

/// The machine of the program in a file.
fn load(file: &Path, arguments: &[String], limits: Limits) -> Result<Machine, Refused> {
    let text = std::fs::read(file).map_err(|error| Refused {
        says: format!("socketscope: cannot open {}: {error}", file.display()),
        code: 2,
    })?;
    let text = String::from_utf8(text).map_err(|error| Refused {
        says: format!("socketscope: {} is not UTF-8: {error}", file.display()),
        code: 1,
    })?;
    let name = file.to_string_lossy();
    let program =
        Program::compile(&text, &name).map_err(|unfit| Refused { says: words(&name, unfit), code: 1 })?;
    Ok(Machine::new(&program, arguments, limits))
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
