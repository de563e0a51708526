//! Programs of our own, with what CPython 3.11 was seen to do with each: standard output, standard error, exit status.
//!
//! `RECORD=1 cargo test -p python --test goldens` writes the records anew, where python3.11 exists; `ONLY=text` keeps the programs
//! whose name contains the text; `PENDING=1` writes the list of those that the machine does not do yet anew.

mod harness;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Mutex;

use harness::machine::{Ended, play};
use harness::{compare, cpython, programs};

#[test]
fn every_program_has_a_record_and_every_record_a_program() {
    let without: Vec<String> =
        programs::all().into_iter().filter(|it| it.record.is_none()).map(|it| it.name).collect();
    assert!(without.is_empty() || recording(), "RECORD=1 is needed for {without:?}");
    for program in programs::all() {
        let folder = program.path.parent().expect("it is in a folder").to_owned();
        let names = |extension| -> BTreeSet<_> {
            programs::files(&folder, extension).iter().map(|it| it.with_extension("")).collect()
        };
        assert!(
            recording() || names("json").is_subset(&names("py")),
            "a record without a program: {folder:?}"
        );
    }
}

#[test]
fn there_are_many_programs_and_many_of_them_of_sockets() {
    let all = programs::all();
    let of_sockets = all.iter().filter(|program| program.name.starts_with("sockets/")).count();
    let only = std::env::var_os("ONLY").is_some();
    assert!(
        only || (all.len() >= 300 && of_sockets >= 60),
        "{} programs, {of_sockets} of sockets",
        all.len()
    );
}

#[test]
fn cpython_does_again_what_is_committed() {
    let Some(python) = cpython::find() else {
        eprintln!("python3.11 is not here: the records are taken on trust");
        return;
    };
    let queue = Mutex::new(programs::all().into_iter());
    let wrong = Mutex::new(Vec::new());
    let work = || {
        while let Some(program) = { queue.lock().expect("nobody panics with it").next() } {
            let committed = program.committed();
            let seen = cpython::run(&python, &program);
            if recording() && program.record.as_ref() != Some(&seen) {
                let text = serde_json::to_string_pretty(&seen).expect("a record is plain data") + "\n";
                fs::write(program.path.with_extension("json"), text).expect("a record can be written");
            } else if let Some(difference) = compare::difference(&committed, &seen) {
                wrong.lock().expect("nobody panics with it").push(format!("{}\n{difference}", program.name));
            }
        }
    };
    std::thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(work))));
    let mut wrong = wrong.into_inner().expect("nobody panicked with it");
    wrong.sort();
    assert!(wrong.is_empty(), "{} programs differ\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_machine_does_what_cpython_does() {
    let pending = programs::pending();
    let queue = Mutex::new(programs::all().into_iter());
    let differ = Mutex::new(BTreeMap::new());
    let work = || {
        while let Some(program) = { queue.lock().expect("nobody panics with it").next() } {
            if let Some(difference) = machine_differs(&program) {
                differ.lock().expect("nobody panics with it").insert(program.name.clone(), difference);
            }
        }
    };
    std::thread::scope(|scope| (0..2).for_each(|_| drop(scope.spawn(work))));
    let differ = differ.into_inner().expect("nobody panicked with it");
    if std::env::var_os("PENDING").is_some_and(|value| value == "1") {
        let names: String = differ.keys().map(|name| format!("{name}\n")).collect();
        fs::write(programs::root().join("pending.txt"), names).expect("the list can be written");
        return;
    }
    // A person who looks at some programs wants to see what is pending, too.
    let looking = std::env::var_os("ONLY").is_some();
    let new: Vec<String> = differ
        .iter()
        .filter(|(name, _)| looking || !pending.contains(*name))
        .map(|(name, difference)| format!("{name}\n{difference}"))
        .collect();
    assert!(new.is_empty(), "{} programs differ from CPython\n{}", new.len(), new.join("\n"));
    let done: Vec<&String> = pending.iter().filter(|name| !looking && !differ.contains_key(*name)).collect();
    assert!(done.is_empty(), "these are done: take them out of pending.txt\n{done:#?}");
}

/// What the machine does differently; a panic is a difference.
fn machine_differs(program: &programs::Program) -> Option<String> {
    let text = fs::read_to_string(&program.path).expect("a program is text");
    let committed = program.committed();
    let played = || play(&program.file(), &text, &committed.argv, &committed.stdin);
    match std::panic::catch_unwind(played) {
        // What the machine is known to refuse is not there to be run.
        Ok(Ended { refused, .. }) if programs::refused().contains(&program.name) => {
            (!refused).then(|| "  it is not refused any more: take it out of refused.txt\n".into())
        }
        Ok(Ended { record, limit: None, .. }) => compare::difference(&committed, &record),
        Ok(Ended { limit: Some(limit), .. }) => Some(format!("  {limit}\n")),
        Err(panic) => {
            let says = panic.downcast_ref::<String>().map(String::as_str);
            let says = says.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("");
            Some(format!("  panicked: {says}\n"))
        }
    }
}

/// Whether records are to be written anew.
fn recording() -> bool {
    std::env::var_os("RECORD").is_some_and(|value| value == "1")
}
