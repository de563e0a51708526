//! `socketscope notes` as a person or a program meets it.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::process::run;
use serde_json::Value;

const LISTING: &str =
    "import socket\ns = socket.socket()\ns.connect((\"localhost\"), 80)\nprint s.recv(10)\n";

#[test]
fn a_listing_is_told_line_by_line_and_repaired() {
    let folder = tempfile::tempdir().unwrap();
    let out_path = folder.path().join("repaired.py").display().to_string();
    let (code, out, err) = run(&["notes", "-", "--repaired", &out_path], LISTING);
    assert_eq!((code, err.as_str()), (1, ""));
    assert!(out.starts_with("-: written for Python 2\n"), "{out}");
    assert!(out.contains("\n-:3:10: B1 ") && out.contains("\n-:4:1: C37 "), "{out}");
    let (code, out, _) = run(&["notes", &out_path], "");
    assert_eq!(code, 0, "{out}");
}

#[test]
fn the_review_is_json_as_well_and_a_missing_file_is_told() {
    let (code, out, _) = run(&["notes", "-", "--json"], LISTING);
    let told: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (code, &told["version"], &told["review"]["findings"][0]["row"]),
        (1, &Value::from(1), &Value::from("B1"))
    );
    let (code, _, err) = run(&["notes", "/no/such/file.py"], "");
    assert!(code == 2 && err.contains("cannot read"), "{err}");
}
