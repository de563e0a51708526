//! `socketscope explore`: searches for a run that breaks programs.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;
use clinic::{Answer, Case, Check, Diagnosis, Hunt, Recorded, Who};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use runs::Programs;
use serde_json::{Value, json};
use world::{Buffers, Faults, LINK, MAX_LINK, Network, Record, Scenario};

use super::Refused;
use super::again::{Asked, Failing, Live, again};
use super::run::buffers;
use super::several::{Several, refuse};

/// Version of what is printed as JSON.
const VERSION: u32 = 1;

/// Runs that a seed draws where not all states could be looked at.
const DRAWS: u32 = 1000;

/// What to search, and how far.
#[derive(Args, Clone, Debug)]
pub(in crate::cli) struct Options {
    #[command(flatten)]
    several: Several,
    /// What a program must have written to its standard output when a run is over: the text of a file; may be said several times
    #[arg(long, value_name = "PROGRAM=FILE", value_parser = check)]
    check: Vec<(String, PathBuf)>,
    /// What may go wrong besides: lose, duplicate, reorder, signal, kill, power, cable, or all
    #[arg(long, value_name = "FAULT,…", value_delimiter = ',', value_parser = FAULTS.map(|(name, _)| name))]
    faults: Vec<String>,
    /// States to look at
    #[arg(long, value_name = "STATES", default_value_t = 300_000)]
    budget: u64,
    /// Look at all states, however many there are
    #[arg(long, conflicts_with = "budget")]
    complete: bool,
    /// Most unusual choices in one run [default: any number]
    #[arg(long, value_name = "N")]
    unusual: Option<u32>,
    /// SO_SNDBUF and SO_RCVBUF of new TCP sockets in bytes, as net.ipv4.tcp_wmem and tcp_rmem set them [default: Linux's]
    #[arg(long, value_name = "SND/RCV", value_parser = buffers)]
    buffers: Option<Buffers>,
    #[command(flatten)]
    live: Asked,
}

/// Allows a fault.
type Allow = fn(&mut Faults);

/// What may go wrong, by name.
const FAULTS: [(&str, Allow); 8] = [
    ("lose", |it| it.lose = true),
    ("duplicate", |it| it.duplicate = true),
    ("reorder", |it| it.reorder = true),
    ("signal", |it| it.signal = true),
    ("kill", |it| it.kill = true),
    ("power", |it| it.power = true),
    ("cable", |it| it.cable = true),
    ("all", |it| *it = Faults::ALL),
];

fn check(text: &str) -> Result<(String, PathBuf), String> {
    let (program, file) =
        text.split_once('=').ok_or("a check is a program and a file: client=expected.txt")?;
    if program.is_empty() || file.is_empty() {
        return Err("a check is a program and a file: client=expected.txt".into());
    }
    Ok((program.into(), file.into()))
}

/// What is searched.
struct Ask {
    case: Case,
    programs: Programs,
    names: Vec<String>,
    json: bool,
}

/// Exit codes: 0 no run breaks the programs; 1 one does, or they cannot be run; 4 none was found, and not all were tried.
pub(in crate::cli) fn run(options: &Options) -> ExitCode {
    let found = ask(options).and_then(|ask| {
        let hunt = Hunt::new(ask.case.clone(), ask.programs.clone()).map_err(|error| refuse(&error))?;
        Ok((ask, hunt))
    });
    let (ask, mut hunt) = match found {
        Ok(found) => found,
        Err(refused) => return refused.tell(),
    };
    let answer = hunt.finish().clone();
    let live = options.live.live.map(|runs| live(&ask, &answer, runs));
    let live = live.as_ref();
    // Whoever closed our output does not want the rest.
    let _ = if ask.json { print_json(&ask, &hunt, &answer, live) } else { print(&ask, &hunt, &answer, live) };
    match answer {
        Answer::Broken(_) => ExitCode::FAILURE,
        Answer::Stands { .. } => ExitCode::SUCCESS,
        Answer::Incomplete => ExitCode::from(4),
    }
}

fn ask(options: &Options) -> Result<Ask, Refused> {
    let (scenario, programs) = options.several.scenario(Network::Wire { mtu: 1500, delay_us: 100 })?;
    let names: Vec<_> = scenario.programs.iter().map(|program| program.name.clone()).collect();
    let mut checks = Vec::new();
    for (name, file) in &options.check {
        let place = names.iter().position(|it| it == name);
        let program = place.ok_or_else(|| Refused {
            says: format!("socketscope: no program is called {name}; there are {}", names.join(", ")),
            code: 2,
        })? as u32;
        checks.push(Check::Prints { program, text: super::read(file)? });
    }
    let mut faults = Faults::default();
    for (_, set) in FAULTS.iter().filter(|(name, _)| options.faults.iter().any(|it| it == name)) {
        set(&mut faults);
    }
    let scenario = Scenario { faults, buffers: options.buffers, ..scenario };
    let states = if options.complete { u64::MAX } else { options.budget };
    let search = clinic::Options { states, unusual: options.unusual, checks, ..clinic::Options::default() };
    let case = Case { scenario, options: search, draws: DRAWS, limits: options.several.limits() };
    Ok(Ask { case, programs, names, json: options.several.json() })
}

/// What this machine's own kernel does with what was found.
fn live(ask: &Ask, answer: &Answer, runs: u32) -> Live {
    let Answer::Broken(found) = answer else {
        return Live::NotRun("no run was found that breaks the programs".into());
    };
    Failing::found(found, &ask.programs, &ask.case).map_or_else(Live::NotRun, |failing| again(&failing, runs))
}

fn token(record: &Record) -> Option<String> {
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&record.to_bytes()).ok()?;
    let token = format!("{LINK}{}", URL_SAFE_NO_PAD.encode(packed.finish().ok()?));
    (token.len() <= MAX_LINK).then_some(token)
}

fn recorded(ask: &Ask, found: &Diagnosis) -> Option<Recorded> {
    found.record(&ask.programs, ask.case.limits).ok()
}

fn link(ask: &Ask, found: &Diagnosis) -> Option<String> {
    token(&recorded(ask, found)?.record)
}

fn print(ask: &Ask, hunt: &Hunt, answer: &Answer, live: Option<&Live>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let names: Vec<_> = ask.names.iter().map(String::as_str).collect();
    let states = hunt.progress().states;
    if let Answer::Broken(found) = answer {
        writeln!(out, "broken: {}", found.says)?;
        writeln!(out, "{}", clinic::verdict(answer, states))?;
        live.map_or(Ok(()), |live| writeln!(out, "{}", live.says()))?;
        if let Some(row) = found.row {
            writeln!(out, "{row}: {}. Lesson: /lessons/{}", row.title(), row.lesson())?;
        }
        writeln!(out)?;
        for step in found.steps(&ask.programs, ask.case.limits) {
            let mark = if step.unusual.is_some() { '*' } else { ' ' };
            let name = step.program.and_then(|it| names.get(it as usize)).copied().unwrap_or_default();
            let line = if step.line > 0 { format!(":{}", step.line) } else { String::new() };
            writeln!(out, "{mark} {:<16} {}", format!("{name}{line}"), step.says)?;
            if let Some(why) = step.unusual {
                writeln!(out, "  {:<16} ^ {why}", "")?;
            }
        }
        writeln!(out)?;
        if let Some(link) = link(ask, found) {
            writeln!(out, "socketscope replay '{link}'")?;
        }
        writeln!(out, "{} states tried", world::number(states))?;
    } else {
        writeln!(out, "{}", clinic::verdict(answer, states))?;
        live.map_or(Ok(()), |live| writeln!(out, "{}", live.says()))?;
    }
    for noted in &hunt.findings() {
        writeln!(out, "note: {}", clinic::finding(noted, &names))?;
    }
    Ok(())
}

fn print_json(ask: &Ask, hunt: &Hunt, answer: &Answer, live: Option<&Live>) -> io::Result<()> {
    let progress = hunt.progress();
    let names: Vec<_> = ask.names.iter().map(String::as_str).collect();
    let findings = hunt.findings();
    let findings = findings.iter().map(|it| clinic::finding(it, &names));
    let (kind, broken) = match answer {
        Answer::Broken(found) => ("broken", broken(ask, found)),
        Answer::Stands { .. } => ("stands", Value::Null),
        Answer::Incomplete => ("incomplete", Value::Null),
    };
    let stands = match answer {
        Answer::Stands { unusual, every_count } => json!({ "unusual": unusual, "every_count": every_count }),
        _ => Value::Null,
    };
    let all = json!({
        "version": VERSION,
        "answer": kind,
        "says": clinic::verdict(answer, progress.states),
        "broken": broken,
        "within": stands,
        "live": live.map(Live::json),
        "findings": findings.collect::<Vec<_>>(),
        "states": progress.states,
        "choices": progress.choices,
    });
    writeln!(io::stdout().lock(), "{all}")
}

fn broken(ask: &Ask, found: &Diagnosis) -> Value {
    let name = |program: u32| ask.names.get(program as usize);
    let steps = found.steps(&ask.programs, ask.case.limits).into_iter().map(|step| {
        json!({ "program": step.program.and_then(name), "line": step.line, "says": step.says, "unusual": step.unusual })
    });
    json!({
        "says": found.says,
        "row": found.row.map(|row| row.to_string()),
        "lesson": found.row.map(|row| row.lesson()),
        "program": name(found.place.0),
        "line": found.place.1,
        "linux": found.who == Who::Linux,
        "way": found.way.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "steps": steps.collect::<Vec<_>>(),
        "link": link(ask, found),
        "at": found.first_unusual().zip(recorded(ask, found)).map(|(first, run)| run.behind(first)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_a_program_and_a_file() {
        assert_eq!(check("client=out.txt"), Ok(("client".into(), "out.txt".into())));
        for wrong in ["client", "=out.txt", "client="] {
            assert!(check(wrong).is_err(), "{wrong}");
        }
    }
}
