//! The reference: each error that a page shows by a program is what the simulated kernel answers, and every call has a page.
//! `tests/python.rs` has CPython print the same on this machine's kernel.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;

use lessons::Lessons;
use lessons::reference::{Fails, Page, errno};
use python::Limits;
use runs::Turns;
use syscall::What;
use world::{Network, ProgramSpec, Runs, Scenario, World};

/// Steps of a program at most.
const MOST: u32 = 200_000;

fn embedded() -> Lessons {
    Lessons::embedded().unwrap_or_else(|problems| {
        let lines: Vec<_> = problems.iter().map(ToString::to_string).collect();
        panic!("{}", lines.join("\n"));
    })
}

fn run(source: &str) -> World {
    let program = ProgramSpec {
        runs: Runs::Python,
        file: "server.py".into(),
        source: source.into(),
        ..ProgramSpec::console("Server", "here")
    };
    let scenario = Scenario::new(Network::Loopback, vec!["here".into()], vec![program]);
    let mut world = runs::world(&scenario, Turns::Calls, Limits::default()).unwrap();
    for _ in 0..MOST {
        if !world.step() {
            return world;
        }
    }
    panic!("no end after {MOST} steps:\n{source}");
}

/// What is wrong with an example of this page.
fn wrong(page: &Page, fails: &Fails) -> Option<String> {
    let world = run(&fails.source);
    let printed: String = world
        .events()
        .iter()
        .filter_map(|event| match &event.what {
            What::Wrote { text, .. } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    let answered: BTreeSet<_> = world
        .events()
        .iter()
        .filter_map(|event| match &event.what {
            What::Returned { call, outcome: Err(errno), .. } => Some((call.name(), *errno)),
            _ => None,
        })
        .collect();
    let named = |name: &str| page.front.names.iter().any(|it| it == name);
    let wanted = errno(&fails.errno);
    let is_answered = wanted.is_none_or(|errno| answered.iter().any(|it| named(it.0) && it.1 == errno));
    let at = format!("{}, {}", page.slug(), fails.errno);
    if printed != fails.prints {
        return Some(format!("{at}: it prints {printed:?}, and should {:?}", fails.prints));
    }
    (!is_answered).then(|| format!("{at}: the calls are answered {answered:?}"))
}

#[test]
fn each_error_is_what_the_simulated_kernel_answers() {
    let reference = embedded().reference;
    let examples = reference.calls().flat_map(|page| page.fails.iter().map(move |fails| (page, fails)));
    let examples = examples.filter(|(_, fails)| !fails.source.is_empty());
    let wrong: Vec<_> = examples.filter_map(|(page, fails)| wrong(page, fails)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
