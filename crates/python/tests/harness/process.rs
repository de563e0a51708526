//! A program of the goldens as a process of whatever runs Python.

use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};

use super::compare::reduced;
use super::programs::{Program, Record, lines};

/// Start a program in its folder with what its record says that it is given, and say what was seen. `command` is what comes
/// before the file's name.
pub(crate) fn observe(command: &[&str], program: &Program) -> Record {
    let given = program.committed();
    // Seconds. No program needs one; a computer under load gives few.
    let mut timed = Command::new("timeout");
    timed.arg("60").args(command).arg(program.file()).args(&given.argv);
    timed.current_dir(program.path.parent().expect("it is in a folder"));
    let piped = timed.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().expect("it starts");
    let mut input = child.stdin.take().expect("it is piped");
    // A program may end without reading.
    let _ = input.write_all(given.stdin.concat().as_bytes());
    drop(input);
    let ended = child.wait_with_output().expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Record {
        stdout: lines(&text(&ended.stdout)),
        stderr: lines(&reduced(&text(&ended.stderr), &program.file())),
        // As a shell tells it.
        status: ended
            .status
            .code()
            .or(ended.status.signal().map(|signal| 128 + signal))
            .expect("it has ended"),
        ..given
    }
}
