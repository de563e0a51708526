//! `truth`: the table on this machine's kernel, or on the simulated one.

mod mutate;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        #[cfg(target_os = "linux")]
        ["agent", ref worker @ ..] => {
            match truth::agent_main(worker.first().and_then(|worker| worker.parse().ok())) {
                Ok(()) => ExitCode::SUCCESS,
                Err(_) => ExitCode::FAILURE,
            }
        }
        ["play", "sim"] => play(&mut truth::Sim::new()),
        #[cfg(target_os = "linux")]
        ["play", "real"] => match nursery() {
            Ok(mut nursery) => play(&mut truth::Real::new(&mut nursery)),
            Err(why) => {
                eprintln!("truth: no real kernel for scripts: {why}");
                ExitCode::FAILURE
            }
        },
        ["mutate", ref words @ ..] => match mutate::mutate(words) {
            Ok(0) => ExitCode::SUCCESS,
            Ok(unnoticed) => {
                eprintln!("truth: {unnoticed} rules can be switched off and nobody notices");
                ExitCode::FAILURE
            }
            Err(why) => {
                eprintln!("truth: {why}");
                ExitCode::from(2)
            }
        },
        ["sim", ref ids @ ..] => show(ids, |row| truth::run_row(row, &mut truth::Sim::new())),
        #[cfg(target_os = "linux")]
        ["real", ref ids @ ..] => real(ids),
        #[cfg(target_os = "linux")]
        ["record"] => match record() {
            Ok(file) => {
                println!("{}", file.display());
                ExitCode::SUCCESS
            }
            Err(why) => {
                eprintln!("truth: nothing was recorded: {why}");
                ExitCode::FAILURE
            }
        },
        _ => {
            eprintln!("usage: truth sim|real [ROW ...], play sim|real < SCRIPT, mutate [WORD ...] or record");
            ExitCode::from(2)
        }
    }
}

/// A script from standard input.
fn play(driver: &mut dyn truth::Driver) -> ExitCode {
    let text = std::io::read_to_string(std::io::stdin()).unwrap_or_default();
    match truth::script(&text) {
        Ok(lines) => {
            for played in truth::play(driver, &lines) {
                println!("{}\n        {}   ({} us)", played.line, played.came, played.took);
            }
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("truth: {why}");
            ExitCode::from(2)
        }
    }
}

#[cfg(target_os = "linux")]
fn nursery() -> std::io::Result<truth::Nursery> {
    let mut agent = std::process::Command::new(std::env::current_exe()?);
    agent.arg("agent");
    truth::Nursery::start(agent)
}

#[cfg(target_os = "linux")]
fn real(ids: &[&str]) -> ExitCode {
    let mut nursery = match nursery() {
        Ok(nursery) => nursery,
        Err(why) => {
            eprintln!("truth: no real kernel for scripts: {why}");
            return ExitCode::FAILURE;
        }
    };
    show(ids, |row| {
        nursery.fresh_network().map_err(|e| truth::TableError(e.to_string()))?;
        truth::run_row(row, &mut truth::Real::new(&mut nursery))
    })
}

/// Plays each row some times on this machine's kernel and writes down what came, for the page.
#[cfg(target_os = "linux")]
fn record() -> Result<std::path::PathBuf, Box<dyn std::error::Error>> {
    const RUNS: u32 = 5;
    let mut nursery = nursery()?;
    let mut recording = truth::Recording::new(nursery.kernel().0, nursery.kernel().1, "loopback", RUNS);
    for row in truth::table()?.iter().flat_map(|section| &section.rows) {
        let mut stories = Vec::new();
        for _ in 0..RUNS {
            nursery.fresh_network()?;
            stories.push(truth::run_row(row, &mut truth::Real::new(&mut nursery))?.story);
        }
        recording.add(row, &stories);
    }
    Ok(recording.write("loopback")?)
}

fn show(
    ids: &[&str],
    mut run: impl FnMut(&truth::Row) -> Result<truth::Report, truth::TableError>,
) -> ExitCode {
    let sections = match truth::table() {
        Ok(sections) => sections,
        Err(why) => {
            eprintln!("truth: {why}");
            return ExitCode::FAILURE;
        }
    };
    let mut failed = 0;
    for row in sections.iter().flat_map(|s| &s.rows) {
        if !ids.is_empty() && !ids.contains(&row.id.as_str()) {
            continue;
        }
        match run(row) {
            Ok(report) => {
                println!("{:10} {}", report.status.text(), row.id);
                let all = !ids.is_empty();
                for played in report.story.iter().filter(|p| all || !p.fine) {
                    let mark = if played.fine { ' ' } else { '!' };
                    println!("  {mark} {}", played.line);
                    if !played.came.is_empty() {
                        println!("        {}   ({} us)", played.came, played.took);
                    }
                }
                failed += u32::from(report.status == truth::Status::Fail);
            }
            Err(why) => {
                eprintln!("truth: {why}");
                failed += 1;
            }
        }
    }
    println!("{failed} rows fail");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
