//! The boxes of claim and measurement: each line is measured again by a program of `truth/`, and what differs from the recording is printed.
//!
//! `RECORD=1` writes `truth/recorded.toml`; with `ONLY=T2` it measures that row again and keeps the others.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Command;
use std::sync::Mutex;

use lessons::boxes::{Line, Recorded};

type Lines = BTreeMap<String, Line>;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/truth");
/// Programs that run at the same time: most of them mostly wait.
const AT_ONCE: usize = 4;
/// How often a program may say something else before it counts.
const TRIES: usize = 3;

/// A line of which this run says something else than the recording.
#[derive(Debug, PartialEq)]
struct Difference {
    says: String,
    fails: bool,
}

/// What a run of the row's program says otherwise. Only exact lines must be the same, and only on the same kernel and Python.
fn differences(row: &str, recorded: &Lines, now: &Lines, same: bool) -> Vec<Difference> {
    let mut found = Vec::new();
    for (label, was) in recorded {
        let Some(is) = now.get(label) else {
            found.push(Difference { says: format!("{row}: not measured: {label}"), fails: true });
            continue;
        };
        if is == was {
            continue;
        }
        let fails = same && matches!((was, is), (Line::Exact(_), Line::Exact(_)));
        let says = match is {
            Line::Unable(why) => format!("{row}: {label}: cannot be measured here: {why}"),
            _ => format!("{row}: {label}: recorded {}, now {}", was.says(), is.says()),
        };
        found.push(Difference { says, fails });
    }
    let new = now.keys().filter(|label| !recorded.contains_key(*label));
    found.extend(
        new.map(|label| Difference {
            says: format!("{row}: measured and not recorded: {label}"),
            fails: true,
        }),
    );
    found
}

/// The output of a command, without the end of its line; none where it is not there.
fn output(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).output().ok().filter(|it| it.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().into())
}

/// The rows that have a program.
fn rows() -> Vec<String> {
    let names = std::fs::read_dir(FOLDER).unwrap().map(|it| it.unwrap().file_name().into_string().unwrap());
    let mut rows: Vec<String> = names
        .filter_map(|it| it.strip_suffix(".py").filter(|it| it.starts_with('T')).map(Into::into))
        .collect();
    rows.sort_by_key(|row| row[1..].parse::<u32>().unwrap());
    rows
}

/// Runs the program of a row.
fn measure(row: &str) -> Result<Lines, String> {
    let output = Command::new("timeout")
        .args(["120", "python3", "-B", &format!("{row}.py")])
        .current_dir(FOLDER)
        .output()
        .map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        return Err(format!("{}\n{said}{}", output.status, String::from_utf8_lossy(&output.stderr)));
    }
    let lines: BTreeMap<String, serde_json::Value> =
        serde_json::from_str(&said).map_err(|error| format!("{error}:\n{said}"))?;
    let line = |says: serde_json::Value| match says {
        serde_json::Value::String(says) => Ok(Line::Exact(says)),
        kind => serde_json::from_value(kind).map_err(|error| error.to_string()),
    };
    lines.into_iter().map(|(label, says)| Ok((label, line(says)?))).collect()
}

/// Runs the programs of these rows, this many at the same time.
fn measure_all(rows: &[String], at_once: usize) -> BTreeMap<String, Result<Lines, String>> {
    let left = Mutex::new(rows.iter());
    let done = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(|| {
                loop {
                    let Some(row) = left.lock().unwrap().next() else { break };
                    let measured = measure(row);
                    done.lock().unwrap().insert(row.clone(), measured);
                }
            });
        }
    });
    done.into_inner().unwrap()
}

/// The recording in the order of the curriculum.
fn written(recorded: &Recorded) -> String {
    let text = |it: &str| toml::Value::from(it).to_string();
    let mut out = String::from(
        "# What the programs of this folder measured. RECORD=1 cargo test -p lessons --test boxes writes it.\n",
    );
    for (key, value) in [("kernel", &recorded.kernel), ("python", &recorded.python), ("date", &recorded.date)]
    {
        writeln!(out, "{key} = {}", text(value)).unwrap();
    }
    let mut rows: Vec<_> = recorded.rows.iter().collect();
    rows.sort_by_key(|(row, _)| row[1..].parse::<u32>().unwrap());
    for (row, lines) in rows {
        writeln!(out, "\n[rows.{row}]").unwrap();
        for (label, line) in lines {
            let kind = match line {
                Line::Exact(_) => "exact",
                Line::About(_) => "about",
                Line::Timing(_) => "timing",
                Line::ByHand(_) => "\"by hand\"",
                Line::Unable(_) => "unable",
            };
            // A text between single quotes of TOML has no escapes, and may have no such quote.
            let label =
                if label.contains(['\'', '\n']) { format!("{label:?}") } else { format!("'{label}'") };
            writeln!(out, "{label} = {{ {kind} = {} }}", text(line.says())).unwrap();
        }
    }
    out
}

fn record(path: &str, kernel: String, python: String) {
    let only = std::env::var("ONLY").ok();
    let rows: Vec<_> = rows().into_iter().filter(|row| only.as_ref().is_none_or(|it| it == row)).collect();
    let mut recorded =
        Recorded { date: output("date", &["-u", "+%F"]).unwrap(), kernel, python, rows: BTreeMap::new() };
    if only.is_some() {
        let before: Recorded = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert_eq!((&before.kernel, &before.python), (&recorded.kernel, &recorded.python), "record all rows");
        recorded.rows = before.rows;
    }
    for (row, lines) in measure_all(&rows, 1) {
        let lines = lines.unwrap_or_else(|error| panic!("{row}: {error}"));
        let unable = lines.values().any(|it| matches!(it, Line::Unable(_)));
        assert!(!unable, "{row} cannot be measured here: {lines:?}");
        recorded.rows.insert(row, lines);
    }
    let text = written(&recorded);
    assert_eq!(toml::from_str::<Recorded>(&text).unwrap(), recorded);
    std::fs::write(path, text).unwrap();
}

#[test]
fn what_the_boxes_say_is_measured_again() {
    let (Some(kernel), Some(python)) = (
        output("uname", &["-sr"]).and_then(|it| it.strip_prefix("Linux ").map(String::from)),
        output("python3", &["-c", "import platform; print(platform.python_version())"]),
    ) else {
        eprintln!("skipped: this is no Linux with python3, so nothing was measured");
        return;
    };
    let path = format!("{FOLDER}/recorded.toml");
    if std::env::var_os("RECORD").is_some() {
        record(&path, kernel, python);
        return;
    }
    let recorded: Recorded = toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let minor = |version: &str| version.split('.').take(2).map(String::from).collect::<Vec<_>>();
    let same = recorded.kernel == kernel && minor(&recorded.python) == minor(&python);
    let mut rows = rows();
    let without: Vec<_> = recorded.rows.keys().filter(|row| !rows.contains(row)).collect();
    assert!(without.is_empty(), "recorded, and without a program: {without:?}");
    let mut says = String::new();
    let mut fails = String::new();
    for attempt in 1..=TRIES {
        // What was loud on a loaded machine is tried again alone.
        let runs = measure_all(&rows, if attempt == 1 { AT_ONCE } else { 1 });
        rows.clear();
        fails.clear();
        for (row, run) in runs {
            let none = Lines::new();
            let found = match run {
                Ok(now) => differences(&row, recorded.rows.get(&row).unwrap_or(&none), &now, same),
                Err(error) => {
                    vec![Difference { says: format!("{row}: no measurement: {error}"), fails: true }]
                }
            };
            let broken = found.iter().any(|it| it.fails);
            for Difference { says: it, fails: broken } in found {
                writeln!(if broken { &mut fails } else { &mut says }, "{it}").unwrap();
            }
            if broken {
                rows.push(row);
            }
        }
        if fails.is_empty() {
            break;
        }
    }
    if !says.is_empty() {
        // Not by a macro: a test that passes would keep it to itself.
        let (was, python_was) = (&recorded.kernel, &recorded.python);
        let head = format!(
            "Recorded on Linux {was}, Python {python_was}; this is Linux {kernel}, Python {python}. Otherwise now:"
        );
        std::io::stderr().write_all(format!("{head}\n{says}").as_bytes()).unwrap();
    }
    assert!(fails.is_empty(), "in {TRIES} runs:\n{fails}");
}

#[test]
fn an_exact_line_fails_on_the_same_kernel_and_every_other_difference_is_told() {
    let lines =
        |it: &[(&str, Line)]| it.iter().cloned().map(|(label, line)| (label.into(), line)).collect::<Lines>();
    let exact = |says: &str| Line::Exact(says.into());
    let told = |was: Line, is: Line, same| {
        let found = differences("T2", &lines(&[("a", was)]), &lines(&[("a", is)]), same);
        found.into_iter().map(|it| (it.says, it.fails)).collect::<Vec<_>>()
    };
    assert_eq!(told(exact("1"), exact("1"), true), []);
    assert_eq!(told(exact("1"), exact("2"), true), [("T2: a: recorded 1, now 2".into(), true)]);
    assert_eq!(told(exact("1"), exact("2"), false), [("T2: a: recorded 1, now 2".into(), false)]);
    let (fast, slow) = (Line::Timing("1 ms".into()), Line::Timing("9 s".into()));
    assert_eq!(told(fast, slow, true), [("T2: a: recorded 1 ms, now 9 s".into(), false)]);
    assert_eq!(
        told(exact("1"), Line::Unable("no root".into()), true),
        [("T2: a: cannot be measured here: no root".into(), false)]
    );
    let (one, none) = (lines(&[("a", exact("1"))]), Lines::new());
    assert!(differences("T2", &one, &none, false)[0].fails, "a line that is measured no longer");
    assert!(differences("T2", &none, &one, false)[0].fails, "a line that nobody recorded");
}
