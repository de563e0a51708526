//! The Python machine: what a copy of two programs costs, and how long loops take beside CPython.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use python::{Limits, Machine, Program, Stop, Until};

/// Batches of copies in a round, and copies in a batch.
const BATCHES: u32 = 100;
const COPIES: u32 = 100;

/// Prints the row of a round: the best of many batches, for other work on the machine only adds.
pub(crate) fn fork(round: u32) {
    let pair = bench::fork::pair();
    let batch = || {
        let start = Instant::now();
        for _ in 0..COPIES {
            drop(black_box(bench::fork::copy(&pair)));
        }
        start.elapsed().as_nanos() / u128::from(COPIES)
    };
    let best = (0..BATCHES).map(|_| batch()).min().unwrap_or_default();
    println!("native,ns,{round},{best}");
}

/// What loops are measured with.
#[derive(clap::Args)]
pub(crate) struct Loops {
    /// The number of this round, for the rows.
    #[arg(long)]
    round: u32,
    /// The folder of the programs.
    #[arg(long)]
    programs: PathBuf,
    /// CPython 3.11 itself, not what starts it.
    #[arg(long)]
    python: PathBuf,
}

/// Prints two rows a program: processor time of the whole process, on the machine and on CPython, one after the other.
///
/// # Errors
/// If a program cannot be run, or the two print different things.
pub(crate) fn loops(Loops { round, programs, python }: &Loops) -> Result<(), String> {
    let entries = fs::read_dir(programs).map_err(|e| format!("{}: {e}", programs.display()))?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.sort();
    let own = std::env::current_exe().map_err(|e| e.to_string())?;
    for file in files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let (ours, said) = timed(Command::new(&own).args(["program", "--file"]).arg(&file))?;
        let (theirs, wanted) = timed(Command::new(python).arg("-I").arg(&file))?;
        if said != wanted {
            return Err(format!("{name}: CPython prints something else"));
        }
        println!("{name}_machine,ms,{round},{ours:.1}\n{name}_cpython,ms,{round},{theirs:.1}");
    }
    Ok(())
}

/// Processor time of a child in milliseconds, and what it printed.
fn timed(command: &mut Command) -> Result<(f64, Vec<u8>), String> {
    let before = children_ms();
    let done = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().map_err(|e| e.to_string())?;
    if !done.status.success() {
        return Err(format!("{command:?} ended with {}", done.status));
    }
    Ok((children_ms() - before, done.stdout))
}

/// Processor time of all children that have ended, in milliseconds.
fn children_ms() -> f64 {
    // SAFETY: all zeros is a valid rusage.
    let mut used: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer is to a rusage that lives as long as the call.
    unsafe { libc::getrusage(libc::RUSAGE_CHILDREN, &raw mut used) };
    let ms = |time: libc::timeval| time.tv_sec as f64 * 1000.0 + time.tv_usec as f64 / 1000.0;
    ms(used.ru_utime) + ms(used.ru_stime)
}

/// Runs a program that makes no calls on the machine.
///
/// # Errors
/// If it cannot be read or does anything but compute and print.
pub(crate) fn program(file: &Path) -> Result<(), String> {
    let text = fs::read_to_string(file).map_err(|e| format!("{}: {e}", file.display()))?;
    let program = Program::compile(&text, "it.py").map_err(|unfit| format!("{unfit:?}"))?;
    let limits = Limits { instructions: u64::MAX, memory_bytes: 1 << 30, ..Limits::default() };
    let mut machine = Machine::new(&program, &[], limits);
    loop {
        match machine.run(0, Until::Event, &mut u64::MAX.clone()) {
            Stop::Output { text, .. } => print!("{text}"),
            Stop::Exit(0) => return Ok(()),
            other => return Err(format!("{}: {other:?}", file.display())),
        }
    }
}
