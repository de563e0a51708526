//! The table on the simulated kernel.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;

use truth::{Sim, Status, run_row, table};

/// Every statement that was measured, by number; each is shown by at least one row.
const FACTS: &str = "H1 H2 Z1 Z2 Z3 Z4 Z5 N1 N2 N3 N4 N5 N6 N7 N8 N9 N10 N11 D1 D2 D3 D4 B1 B2 B3 B4 B5 \
    R1 R2 R3 R4 R5 R6 C1 C2 C3 C4 C5 C6 C7 C8 C9 C10 C11 K1 K2 K3 K4 K5 K6 K7 K8 K9 T1 T2 P1 P2 P3";

#[test]
fn every_measured_statement_has_a_row() {
    let sections = table().unwrap();
    let rows = || sections.iter().flat_map(|s| &s.rows);
    let shown: BTreeSet<&str> = rows().flat_map(|r| r.facts.iter().map(String::as_str)).collect();
    let known: BTreeSet<&str> = FACTS.split_whitespace().collect();
    assert_eq!(shown, known);
    let ids: BTreeSet<&str> = rows().map(|r| r.id.as_str()).collect();
    assert_eq!(ids.len(), rows().count(), "two rows have one id");
}

/// Rows that the simulator cannot do yet.
const NOT_YET: &str = "";

#[test]
fn every_script_can_be_read() {
    for row in table().unwrap().iter().flat_map(|s| &s.rows) {
        row.lines().unwrap();
    }
}

#[test]
fn the_simulator_does_what_linux_does() {
    let mut failed = Vec::new();
    for row in table().unwrap().iter().flat_map(|s| &s.rows) {
        let report = run_row(row, &mut Sim::new()).unwrap();
        let expected = NOT_YET.split_whitespace().any(|id| id == row.id);
        if report.status == Status::Pass && expected {
            println!("{} passes now: it need not stand in NOT_YET", row.id);
        }
        if report.status == Status::Fail && !expected {
            let lines = report.story.iter().filter(|played| !played.fine);
            let lines: Vec<_> = lines
                .map(|p| format!("    {}\n        came: {} ({} ms)", p.line, p.came, p.took / 1000))
                .collect();
            failed.push(format!("{}\n{}", row.id, lines.join("\n")));
        }
    }
    assert!(failed.is_empty(), "{} rows fail\n{}", failed.len(), failed.join("\n"));
}
