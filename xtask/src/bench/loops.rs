//! Ten programs that loop, on the machine and on CPython 3.11 in turn.

use std::fs;
use std::path::Path;

use super::{Figure, Rows, other};
use crate::process::{Cmd, Result};
use crate::project;

/// Most that the programs may take over CPython's time: the geometric mean.
const MEAN: f64 = 3.0;
/// Least milliseconds of a program, so that starting an interpreter is no part of what is compared.
const LEAST_MS: f64 = 300.0;

pub(super) fn measure(rows: &Rows, short: bool) -> Result<Vec<Figure>> {
    let python = python()?;
    other::build()?;
    let folder = project::at("bench/loops");
    for round in 0..if short { 1 } else { 5 } {
        let loops = other::measure().args(["loops", "--round", &round.to_string(), "--python", &python]);
        loops.arg("--programs").arg(&folder).run_printing_into(&rows.append()?)?;
    }
    let mut names: Vec<String> = fs::read_dir(&folder)?
        .flatten()
        .filter_map(|entry| Some(entry.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    let (mut ratios, mut least) = (Vec::new(), f64::INFINITY);
    for name in &names {
        let (ours, theirs) = (format!("{name}_machine"), format!("{name}_cpython"));
        let ratio = rows.ratio(&ours, &theirs, "ms")?;
        eprintln!("{name}: {ratio:.2} x CPython's time");
        ratios.push(ratio);
        least = least.min(rows.median(&ours, "ms")?).min(rows.median(&theirs, "ms")?);
    }
    if least < LEAST_MS {
        return Err(format!("a program takes {least:.0} ms: make it longer").into());
    }
    let mean = (ratios.iter().map(|ratio| ratio.ln()).sum::<f64>() / ratios.len() as f64).exp();
    let worst = ratios.iter().copied().fold(0.0, f64::max);
    Ok(vec![
        Figure::new("loops_over_cpython", mean, Some(MEAN)),
        Figure::new("loops_worst_over_cpython", worst, None),
    ])
}

/// Where CPython 3.11 itself is, behind whatever starts it: the distribution's, which is built to be fast, where there is one.
fn python() -> Result<String> {
    let packaged = "/usr/bin/python3.11";
    let program = if Path::new(packaged).is_file() { packaged } else { "python3.11" };
    let ask = Cmd::new(program).args(["-I", "-c", "import sys; print(sys.executable)"]);
    let said = ask.output().map_err(|problem| format!("python3.11 is needed to compare with: {problem}"))?;
    Ok(said.trim().to_owned())
}
