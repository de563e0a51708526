//! The search for a schedule that breaks programs: how fast, how heavy, and how soon.

use std::fs;
use std::path::Path;
use std::time::Instant;

use clinic::{Answer, Case, Hunt, Options};
use python::Limits;
use world::{Buffers, Network, ProgramSpec, Runs, Scenario};

/// Bytes of the message whose every division is looked at.
const SIZE: u32 = 12;
/// States of the search whose snapshots are bytes: it is slow.
const FEW: u64 = 300;
/// Bytes of a message with more than a million states.
const LARGE: u32 = 40;

/// Prints the rows of a round: microseconds a state of each way.
pub(crate) fn states(round: u32, most: u64) {
    let time = |search: &dyn Fn() -> u64| {
        let start = Instant::now();
        let states = search();
        start.elapsed().as_secs_f64() * 1e6 / states as f64
    };
    println!("native,us,{round},{:.3}", time(&|| bench::explore::states(SIZE, most)));
    println!("serialised,us,{round},{:.3}", time(&|| bench::explore::serialised(SIZE, FEW)));
}

/// Prints what a process weighs that has looked at a million states.
///
/// # Errors
/// If this system does not say.
pub(crate) fn weight() -> Result<(), String> {
    let states = bench::explore::states(LARGE, 1_000_000);
    if states < 1_000_000 {
        return Err(format!("there are only {states} states"));
    }
    let status = fs::read_to_string("/proc/self/status").map_err(|error| error.to_string())?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib: f64 =
        peak.and_then(|it| it.trim().trim_end_matches(" kB").trim().parse().ok()).ok_or("no VmHWM")?;
    println!("million,MB,0,{:.1}", kib * 1024.0 / 1e6);
    Ok(())
}

/// Prints how long it takes until the mistake of a case has its name.
///
/// # Errors
/// If the programs cannot be read or run, or what is found has not the name that the case gives it.
pub(crate) fn find(round: u32, folder: &Path) -> Result<(), String> {
    let read = |file: &str| {
        fs::read_to_string(folder.join(file)).map_err(|error| format!("{}/{file}: {error}", folder.display()))
    };
    let about: toml::Table =
        read("case.toml")?.parse().map_err(|error: toml::de::Error| error.to_string())?;
    let files = about.get("programs").and_then(toml::Value::as_array).ok_or("a case names its programs")?;
    let spec = |file: &toml::Value| {
        let name = file.as_str().unwrap_or_default().to_owned();
        let source = read(&name)?;
        let console = ProgramSpec::console(&name, "local");
        Ok::<_, String>(ProgramSpec { runs: Runs::Python, file: name, source, ..console })
    };
    let programs = files.iter().map(spec).collect::<Result<Vec<_>, _>>()?;
    let scenario = Scenario {
        buffers: buffers(&about),
        ..Scenario::new(Network::Loopback, vec!["local".into()], programs)
    };
    let row = about.get("row").and_then(toml::Value::as_str).filter(|row| *row != "none");
    let start = Instant::now();
    let compiled = runs::compile(&scenario).map_err(|_| format!("{}: cannot be run", folder.display()))?;
    let case = Case { scenario, options: Options::default(), draws: 0, limits: Limits::default() };
    let mut hunt = Hunt::new(case, compiled).map_err(|error| error.to_string())?;
    let named = match hunt.finish() {
        Answer::Broken(found) => found.row.map(|row| row.to_string()).as_deref() == row,
        _ => false,
    };
    let ms = start.elapsed().as_secs_f64() * 1e3;
    if !named {
        return Err(format!("{}: its mistake is not found", folder.display()));
    }
    println!("find,ms,{round},{ms:.2}");
    Ok(())
}

/// What a case says of the buffers of its sockets.
fn buffers(about: &toml::Table) -> Option<Buffers> {
    let sizes = about.get("buffers")?.as_array()?;
    let size = |at: usize| u32::try_from(sizes.get(at)?.as_integer()?).ok();
    Some(Buffers { sndbuf: size(0)?, rcvbuf: size(1)? })
}
