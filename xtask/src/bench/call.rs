//! A call through the relay, against a plain axum handler that makes the same system calls, and a bare echo.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use super::{Figure, Rows};
use crate::artifacts::{self, Profile};
use crate::check::Server;
use crate::process::{Cmd, Result};
use crate::project;

/// Most that the relay may cost, as a multiple of the plain handler.
const MOST: f64 = 1.3;
/// The relay delays who calls faster than a learner; what is measured here is not that delay.
const NO_DELAY: [&str; 6] =
    ["--calls-per-second", "10000000", "--bytes-per-second", "1000000000", "--lab-mode", "loopback"];

pub(super) fn measure(rows: &Rows, short: bool) -> Result<Vec<Figure>> {
    let rounds = if short { "20" } else { "300" };
    let relay = Server::start_with(&artifacts::build(Profile::Release)?, &NO_DELAY)?;
    let build = Cmd::cargo("build").args(["--quiet", "--release", "--package", "bench", "--bin", "measure"]);
    build.dir(&project::at("")).run()?;
    let plain = Plain::start()?;
    let client = Cmd::new(project::binary("release", "measure")).args(["call", "--rounds", rounds]);
    let client = client.args(["--relay", &relay.address, "--plain", &plain.address]);
    let client = client.arg("--relay-pid").arg(relay.id().to_string());
    client.arg("--plain-pid").arg(plain.child.id().to_string()).run_printing_into(&rows.append()?)?;
    let p50 = |what| rows.median(what, "ns");
    let cpu = |what| rows.median(what, "cpu_ns_per_call");
    Ok(vec![
        Figure::new("call_p50_over_plain", p50("relay")? / p50("plain")?, Some(MOST)),
        Figure::new("call_cpu_over_plain", cpu("relay")? / cpu("plain")?, Some(MOST)),
        Figure::new("call_p50_over_echo", p50("relay")? / p50("echo")?, None),
        Figure::new("call_p50_us", p50("relay")? / 1000.0, None),
    ])
}

/// The plain server; it is stopped when this is dropped.
struct Plain {
    child: Child,
    address: String,
}

impl Plain {
    fn start() -> Result<Self> {
        let command = Cmd::new(project::binary("release", "measure")).arg("plain");
        let mut child = command.command().stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut address = String::new();
        BufReader::new(child.stdout.take().expect("standard output is a pipe")).read_line(&mut address)?;
        Ok(Self { child, address: address.trim().to_owned() })
    }
}

impl Drop for Plain {
    fn drop(&mut self) {
        // It is gone afterwards in any case.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
