//! CPython 3.11, where this computer has it.

use std::process::Command;

use super::process::observe;
use super::programs::{Program, Record};

/// The interpreter itself, behind whatever starts it.
pub(crate) fn find() -> Option<String> {
    let said = Command::new("python3.11").args(["-c", "import sys; print(sys.executable)"]).output().ok()?;
    let path = String::from_utf8(said.stdout).ok()?;
    said.status.success().then(|| path.trim().to_owned())
}

/// Run a program and say what was seen.
///
/// `-I`: nothing of this computer's own settings; a new seed for the hashes of texts each time.
pub(crate) fn run(python: &str, program: &Program) -> Record {
    observe(&[python, "-I", "-X", "utf8", "-X", "no_debug_ranges"], program)
}
