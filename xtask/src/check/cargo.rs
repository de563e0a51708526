//! The checks that Cargo and its helpers make: format, lints, tests, docs, licences.

use std::fs;
use std::time::Duration;

use super::{Context, Count};
use crate::process::{Cmd, Result};
use crate::{project, setup};

/// The crates that run in the browser.
const WASM: [&str; 8] = ["frontend", "figures", "scene", "world", "kernel", "peers", "syscall", "protocol"];
/// The advisory database comes over the network; where there is none, it must be known soon.
const DATABASE_LIMIT: Duration = Duration::from_secs(60);

pub(super) fn format(context: &mut Context) -> Result<Count> {
    component("rustfmt", "fmt")?;
    in_root(Cmd::cargo("fmt").args(["--all", "--check"]), context)
        .map_err(|_| "some files are not formatted; type `cargo fmt --all`".into())
}

pub(super) fn clippy_host(context: &mut Context) -> Result<Count> {
    component("clippy", "clippy")?;
    let clippy =
        Cmd::cargo("clippy").args(["--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"]);
    in_root(clippy, context)
}

pub(super) fn clippy_wasm(context: &mut Context) -> Result<Count> {
    let crates = WASM.iter().flat_map(|name| ["--package", name]);
    let clippy = Cmd::cargo("clippy").args(["--quiet", "--target", "wasm32-unknown-unknown"]).args(crates);
    let clippy = clippy.args(["--features", "frontend/peers,frontend/engine"]);
    in_root(clippy.args(["--", "-D", "warnings"]).with(&context.web()?.env()), context)
}

/// The tests of all crates, with everything that can be chosen chosen.
fn all_tests() -> Cmd {
    Cmd::cargo("test").args(["--quiet", "--workspace", "--all-features"])
}

/// Builds the tests, and with them the binary that they and the journeys start.
pub(super) fn build(context: &mut Context) -> Result<Count> {
    in_root(all_tests().arg("--no-run"), context)?;
    context.binary = Some(project::binary("dev", "socketscope"));
    Ok(Count::PASSED)
}

pub(super) fn tests(context: &mut Context) -> Result<Count> {
    let done = in_root(all_tests().arg("--no-fail-fast").env("INSTA_UPDATE", "no"), context);
    let count = Count::of_cargo(&fs::read_to_string(&context.log)?);
    match done {
        // Something did not compile, or stopped before it could count.
        Err(problem) if count.failed == 0 => Err(problem),
        Ok(_) if count.passed == 0 => Err("no test ran".into()),
        _ => Ok(count),
    }
}

/// The same recorded runs and programs as natively, in wasm: their events and ends must be those; and what stops no machine
/// natively stops none there.
pub(super) fn tests_wasm(context: &mut Context) -> Result<Count> {
    // Cargo would hand `--quiet` on to a runner that does not know it.
    let web = context.web()?.env();
    let test = |arguments: &[&str]| {
        let test =
            Cmd::cargo("test").args(["--target", "wasm32-unknown-unknown"]).args(arguments.iter().copied());
        test.with(&web).env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
    };
    in_root(test(&["--package", "world", "--test", "links"]), context)?;
    // As the worker is built: how deep its stack goes is a matter of that.
    in_root(test(&["--package", "python", "--test", "alike", "--profile", "wasm"]), context)?;
    let count = Count::of_cargo(&fs::read_to_string(&context.log)?);
    if count.passed == 0 { Err("no test ran".into()) } else { Ok(count) }
}

pub(super) fn docs(context: &mut Context) -> Result<Count> {
    let doc = Cmd::cargo("doc").args(["--quiet", "--workspace", "--no-deps", "--document-private-items"]);
    in_root(doc.env("RUSTDOCFLAGS", "-D warnings"), context)
}

pub(super) fn deny(context: &mut Context) -> Result<Count> {
    let program = setup::CARGO_DENY.set_up()?.join("cargo-deny");
    let deny = Cmd::new(&program).arg("--locked");
    in_root(deny.clone().args(["check", "bans", "licenses", "sources"]), context)?;
    if deny.clone().args(["fetch", "db"]).dir(&project::at("")).succeeds_within(DATABASE_LIMIT) {
        in_root(deny.args(["check", "--disable-fetch", "advisories"]), context)
    } else {
        Ok(Count::passed_with("advisories left out: their database cannot be reached from here"))
    }
}

fn in_root(command: Cmd, context: &Context) -> Result<Count> {
    command.dir(&project::at("")).run_into(&context.log()?)?;
    Ok(Count::PASSED)
}

/// Fails, with what to do, where a part of the toolchain is missing.
fn component(name: &str, subcommand: &str) -> Result {
    if Cmd::new("cargo").args([subcommand, "--version"]).output().is_ok() {
        return Ok(());
    }
    Err(format!(
        "the toolchain has no {name}; type `rustup component add {name}`, then run the command again"
    )
    .into())
}
