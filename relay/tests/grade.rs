//! `socketscope grade`: as a teacher types it, with submissions that are right, wrong, no programs, or meant to do harm.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

const SUBMISSIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../lessons/tests/submissions/send-all");
const SOLUTION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../lessons/exercises/send-all/solution.py");

fn grade(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_socketscope"));
    command.arg("grade").args(args).output().expect("the command starts")
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn in_folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::write(dir.path().join(name), text).expect("it is written");
    }
    dir
}

fn path(dir: &Path) -> &str {
    dir.to_str().expect("a path in UTF-8")
}

#[test]
fn a_class_is_a_table_with_what_is_wrong_with_each() {
    let output = grade(&["send-all", SUBMISSIONS, "--unusual", "1"]);
    let told = text(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(
        told.starts_with("send-all: who stands every schedule with at most 1 unusual choice passes"),
        "{told}"
    );
    let row = |name: &str| told.lines().find(|line| line.starts_with(name)).unwrap_or_default().to_owned();
    assert!(row("once ").contains("broken") && row("once ").contains("B8"), "{told}");
    assert!(row("library ").contains("unfit"), "{told}");
    assert!(told.trim_end().ends_with("0 of 6 passed"), "{told}");
}

#[test]
fn a_right_submission_passes_and_says_how_much_it_stood() {
    let output = grade(&["send-all", SOLUTION, "--unusual", "1", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let all: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    let one = &all["submissions"][0];
    assert_eq!((&all["version"], &one["verdict"]), (&1.into(), &"passed".into()), "{all}");
    assert!(one["states"].as_u64().is_some_and(|states| states > 100), "{all}");
    assert_eq!(one["rounds"].as_array().map(Vec::len), Some(2));
    assert_eq!(one["live"], Value::Null);
}

#[test]
fn live_says_what_came_of_it_or_that_it_was_not_run() {
    let output = grade(&[
        "half-close",
        &SOLUTION.replace("send-all", "half-close"),
        "--unusual",
        "0",
        "--live",
        "--json",
    ]);
    let all: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    let live = &all["submissions"][0]["live"]["live"];
    assert!(live == "passed" || live == "not_run", "{all}");
}

#[test]
fn no_submission_harms_the_next() {
    let right = fs::read_to_string(SOLUTION).expect("it is there");
    let dir = in_folder(&[
        ("a-memory.py", "data = [b'x' * 1000000]\nwhile True:\n    data = data + data\n"),
        ("b-deep.py", "def f(n):\n    return f(n + 1)\nf(0)\n"),
        ("c-endless.py", "while True:\n    pass\n"),
        ("d-syntax.py", "x = = 1\n"),
        (
            "e-threads.py",
            "import threading\nimport time\nwhile True:\n    threading.Thread(target=time.sleep, args=(9,)).start()\n",
        ),
        ("=f.py", "import os\nos.system('true')\n"),
        ("z-right.py", &right),
    ]);
    let output = grade(&["send-all", path(dir.path()), "--unusual", "0", "--seconds", "20", "--csv"]);
    let told = text(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    let rows: Vec<_> = told.lines().collect();
    assert_eq!(rows.len(), 8, "{told}");
    assert!(
        rows[1].starts_with("'=f,broken") && rows[1].contains("AttributeError"),
        "a name is no formula: {told}"
    );
    for row in &rows[1..7] {
        let verdict = row.split(',').nth(1).unwrap_or_default();
        assert!(["broken", "unfit", "undecided", "stopped"].contains(&verdict), "{told}");
    }
    assert!(rows[7].starts_with("z-right,passed"), "{told}");
}

#[test]
fn who_takes_too_long_is_not_decided_and_no_more() {
    let output = grade(&["chat", &SOLUTION.replace("send-all", "chat"), "--unusual", "9", "--seconds", "1"]);
    assert_eq!(output.status.code(), Some(4), "{}", text(&output));
    assert!(text(&output).contains("undecided"), "{}", text(&output));
}

#[test]
fn a_teachers_own_exercise_is_a_folder_and_its_mistakes_are_told() {
    let dir = in_folder(&[("exercise.md", "+++\ntitle = \"A\"\nrond = 1\n+++\n")]);
    let output = grade(&[path(dir.path()), SOLUTION]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("exercise.md:3: "), "{told}");
    let unknown = grade(&["sendall", SOLUTION]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("there are send-all, "));
}
