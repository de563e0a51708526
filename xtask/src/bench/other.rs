//! Programs that a measurement is made against, or through; each is stopped when it is dropped.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::process::{Cmd, Result};
use crate::project;

/// How long a program may take until it listens.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running program.
pub(super) struct Other {
    child: Child,
    /// `127.0.0.1:40123`.
    pub(super) address: String,
}

/// Builds the measuring program.
pub(super) fn build() -> Result {
    let build = Cmd::cargo("build").args(["--quiet", "--release", "--package", "bench", "--bin", "measure"]);
    build.dir(&project::at("")).run()
}

/// The measuring program, which [`build`] has built.
pub(super) fn measure() -> Cmd {
    Cmd::new(project::binary("release", "measure"))
}

impl Other {
    /// The measuring program as one of its servers, which say where they listen.
    pub(super) fn measure(arguments: &[&str]) -> Result<Self> {
        let command = measure().args(arguments.iter().copied());
        let mut child = command.command().stdin(Stdio::null()).stdout(Stdio::piped()).spawn()?;
        let mut address = String::new();
        BufReader::new(child.stdout.take().expect("standard output is a pipe")).read_line(&mut address)?;
        Ok(Self { child, address: address.trim().to_owned() })
    }

    /// A program that is told where to listen.
    pub(super) fn told(program: impl AsRef<OsStr>, arguments: impl Fn(&str) -> Vec<String>) -> Result<Self> {
        // Free now; nobody else asks for any port in between.
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.to_string();
        let command = Cmd::new(program).args(arguments(&address));
        let mut command = command.command();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let other = Self { child, address };
        let began = Instant::now();
        while TcpStream::connect(&other.address).is_err() {
            if began.elapsed() > PATIENCE {
                return Err(format!("nobody listens on {} after {PATIENCE:?}", other.address).into());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(other)
    }

    /// Its process.
    pub(super) fn id(&self) -> String {
        self.child.id().to_string()
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        // It is gone afterwards in any case.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
