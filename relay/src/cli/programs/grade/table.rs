//! Reports as a table, as JSON, as CSV.

use std::borrow::Cow;
use std::io::{self, Write as _};

use exercises::{Exercise, Report, Verdict};
use serde_json::json;
use store::export::plain;

use super::Submission;

/// Version of what is printed as JSON.
const VERSION: u32 = 1;

/// A submission and what came of it.
type Row<'r> = (&'r Submission, &'r Report);

/// The columns of version 1 of the CSV.
const COLUMNS: [&str; 10] =
    ["submission", "verdict", "row", "file", "line", "kernel", "live", "rounds", "states", "says"];

/// A table: a line each, and below it what is said of it.
pub(super) fn text(exercise: &Exercise, rows: &[Row<'_>]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let width = rows.iter().map(|(it, _)| shown(&it.name).chars().count()).max().unwrap_or(0).clamp(10, 32);
    writeln!(out, "{}: who stands {} passes\n", exercise.name, exercise.bound_in_words())?;
    writeln!(
        out,
        "{:<width$}  {:<9}  {:<4}  {:>6}  {:>9}  live",
        "submission", "verdict", "row", "rounds", "states"
    )?;
    for (submission, report) in rows {
        let row = report.broken.as_ref().and_then(|it| it.row.as_deref()).unwrap_or("-");
        writeln!(
            out,
            "{:<width$}  {:<9}  {row:<4}  {:>6}  {:>9}  {}",
            shown(&submission.name),
            report.verdict.word(),
            stood(exercise, report),
            world::number(report.states),
            live(report)
        )?;
        writeln!(out, "    {}", shown(&report.says))?;
        match &report.live {
            Some(exercises::Live::Failed(why)) => writeln!(out, "    On the real kernel: {}", shown(why))?,
            Some(exercises::Live::NotRun(why)) if report.verdict == Verdict::Passed => {
                writeln!(out, "    Not run live: {}", shown(why))?;
            }
            _ => {}
        }
    }
    let passed = rows.iter().filter(|(_, report)| report.is_fine()).count();
    writeln!(out, "\n{passed} of {} passed", rows.len())?;
    if let [(_, report)] = rows {
        alone(&mut out, report)?;
    }
    Ok(())
}

/// What there is to say of one submission besides: each round, the failing run.
fn alone(out: &mut impl io::Write, report: &Report) -> io::Result<()> {
    for round in &report.rounds {
        writeln!(out, "  {}", shown(&round.words()))?;
    }
    let Some(broken) = &report.broken else { return Ok(()) };
    writeln!(out)?;
    for step in &broken.steps {
        let mark = if step.unusual.is_some() { '*' } else { ' ' };
        let line = if step.line > 0 { format!(":{}", step.line) } else { String::new() };
        writeln!(out, "{mark} {:<16} {}", format!("{}{line}", step.program), shown(&step.says))?;
        if let Some(why) = &step.unusual {
            writeln!(out, "  {:<16} ^ {why}", "")?;
        }
    }
    if let Some(lesson) = &broken.lesson {
        writeln!(out, "\nLesson: /lessons/{lesson}")?;
    }
    Ok(())
}

pub(super) fn json(exercise: &Exercise, rows: &[Row<'_>]) -> io::Result<()> {
    let submissions = rows.iter().map(|(submission, report)| {
        let mut all = json!({ "submission": submission.name });
        if let (Some(all), Ok(serde_json::Value::Object(report))) =
            (all.as_object_mut(), serde_json::to_value(report))
        {
            all.extend(report);
        }
        all
    });
    let all = json!({
        "version": VERSION,
        "exercise": exercise.name,
        "unusual": exercise.unusual,
        "rounds": exercise.rounds.len(),
        "submissions": submissions.collect::<Vec<_>>(),
    });
    writeln!(io::stdout().lock(), "{all:#}")
}

pub(super) fn csv(exercise: &Exercise, rows: &[Row<'_>]) -> io::Result<()> {
    let mut csv =
        csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(io::stdout().lock());
    csv.write_record(COLUMNS)?;
    for (submission, report) in rows {
        let broken = report.broken.as_ref();
        let kernel = broken.map_or("", |it| if it.linux { "Linux" } else { "POSIX" });
        let cells: [Cow<'_, str>; COLUMNS.len()] = [
            plain(&submission.name),
            report.verdict.word().into(),
            broken.and_then(|it| it.row.as_deref()).unwrap_or_default().into(),
            plain(broken.map_or("", |it| &it.file)),
            broken.map(|it| it.line.to_string()).unwrap_or_default().into(),
            kernel.into(),
            live(report).into(),
            stood(exercise, report).into(),
            report.states.to_string().into(),
            plain(&report.says),
        ];
        csv.write_record(cells.iter().map(|cell| cell.as_bytes()))?;
    }
    csv.flush()
}

/// Rounds that it stood, of all. No fraction: a spreadsheet would take it for a date.
fn stood(exercise: &Exercise, report: &Report) -> String {
    let stood = report.rounds.iter().filter(|it| it.verdict == Verdict::Passed).count();
    format!("{stood} of {}", exercise.rounds.len())
}

fn live(report: &Report) -> &'static str {
    report.live.as_ref().map_or("-", exercises::Live::words)
}

/// A text as it may stand in a terminal: without control characters, which could say other things there.
fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_commands_a_terminal() {
        assert_eq!(shown("a\u{1b}[2Jb\n"), "a\u{fffd}[2Jb\u{fffd}");
    }
}
