//! The table on this machine's kernel.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::process::Command;
use std::sync::Mutex;

use truth::{Nursery, Real, Report, Row, Status, run_row, table};

/// Rows at once: most of the time they wait.
const AT_ONCE: usize = 8;
/// A machine that is busy may upset what depends on time: what failed beside others is played so often alone. A row that
/// is wrong is wrong each time.
const ALONE: usize = 5;

fn nursery() -> std::io::Result<Nursery> {
    let mut agent = Command::new(env!("CARGO_BIN_EXE_truth"));
    agent.arg("agent");
    Nursery::start(agent)
}

fn run(nursery: &mut Nursery, row: &Row) -> Report {
    nursery.fresh_network().unwrap();
    run_row(row, &mut Real::new(nursery)).unwrap()
}

#[test]
fn this_machines_kernel_does_what_the_table_says() {
    match nursery() {
        Ok(nursery) if nursery.is_measured() => {}
        Ok(_) => println!("another kernel than the table's: bounds are checked, not figures"),
        Err(why) => return println!("SKIPPED, nothing was checked: {why}"),
    }
    let sections = table().unwrap();
    let rows = Mutex::new(sections.iter().flat_map(|section| &section.rows));
    let upset = Mutex::new(Vec::new());
    let work = || {
        let mut nursery = nursery().unwrap();
        loop {
            let Some(row) = rows.lock().unwrap().next() else { return };
            if run(&mut nursery, row).status == Status::Fail {
                upset.lock().unwrap().push(row);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(work);
        }
    });
    let failed: Vec<_> = upset.into_inner().unwrap().into_iter().filter_map(alone).collect();
    assert!(failed.is_empty(), "{} rows fail\n{}", failed.len(), failed.join("\n"));
}

/// Plays a row until it passes; else what came of it the last time.
fn alone(row: &Row) -> Option<String> {
    let mut nursery = nursery().unwrap();
    let mut lines = String::new();
    for _ in 0..ALONE {
        let report = run(&mut nursery, row);
        if report.status != Status::Fail {
            return None;
        }
        let wrong = report.story.iter().filter(|played| !played.fine);
        lines = wrong.map(|p| format!("\n    {}\n        came: {}", p.line, p.came)).collect();
    }
    Some(format!("{}{lines}", row.id))
}
