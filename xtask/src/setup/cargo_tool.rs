//! Tools that Cargo builds from crates.io, each at one version, in a folder of its own in the per-user cache.

use std::fmt;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use super::say;
use crate::process::{Cmd, Result, on_path};
use crate::project;

/// A crate with a program in it.
pub(crate) struct CargoTool {
    name: &'static str,
    program: &'static str,
    version: &'static str,
    why: &'static str,
    usual: &'static str,
    /// Whether it is measured: then it is built as its authors would.
    measured: bool,
}

/// Builds and bundles the browser's side. Newer ones need a newer compiler than the project.
pub(crate) const TRUNK: CargoTool = CargoTool {
    name: "trunk",
    program: "trunk",
    version: "0.21.14",
    why: "builds and bundles the browser's side",
    usual: "6 to 9 minutes, once",
    measured: false,
};

/// Must be the very version of the crate wasm-bindgen in Cargo.lock.
pub(crate) const WASM_BINDGEN: CargoTool = CargoTool {
    name: "wasm-bindgen-cli",
    program: "wasm-bindgen",
    version: "0.2.129",
    why: "makes the JavaScript that the wasm is called through",
    usual: "3 to 6 minutes, once",
    measured: false,
};

/// Checks licences, sources and advisories of all dependencies.
pub(crate) const CARGO_DENY: CargoTool = CargoTool {
    name: "cargo-deny",
    program: "cargo-deny",
    version: "0.20.2",
    why: "checks the licences and sources of all dependencies",
    usual: "3 to 5 minutes, once",
    measured: false,
};

/// The yardstick of `cargo xtask bench page`.
pub(crate) const MDBOOK: CargoTool = CargoTool {
    name: "mdbook",
    program: "mdbook",
    version: "0.5.4",
    why: "makes the page that a lesson's speed is compared with",
    usual: "3 to 5 minutes, once",
    measured: false,
};

/// A yardstick of `cargo xtask bench pipe`: the newest on crates.io, since 1.14.1 stood still after some 400 MB.
pub(crate) const WEBSOCAT: CargoTool = CargoTool {
    name: "websocat",
    program: "websocat",
    version: "4.0.0-alpha3",
    why: "stands between a WebSocket and a TCP connection, as the relay's pipes do",
    usual: "1 to 3 minutes, once",
    measured: true,
};

/// The tools are used for seconds: what is built quickly serves better than what runs quickly. Half the time that their own
/// release profiles take.
const QUICKLY: [(&str, &str); 3] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    ("CARGO_PROFILE_RELEASE_LTO", "false"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
];

impl CargoTool {
    /// The program; builds it first where it is nowhere.
    pub(crate) fn program(&self) -> Result<PathBuf> {
        Ok(self.set_up()?.join(format!("{}{}", self.program, std::env::consts::EXE_SUFFIX)))
    }

    /// The folder that the program lies in; builds it first where it is nowhere.
    pub(crate) fn set_up(&self) -> Result<PathBuf> {
        if let Some(found) = on_path(self.program).filter(|file| self.is_right(file)) {
            return Ok(found.parent().expect("a file on PATH lies in a folder").to_owned());
        }
        let root = project::cache().join("tools").join(format!("{}-{}", self.name, self.version));
        let program = root.join("bin").join(format!("{}{}", self.program, std::env::consts::EXE_SUFFIX));
        if !self.is_right(&program) {
            say(&format!("{self}, by cargo install, into {}", root.display()), self.why, self.usual);
            let install = Cmd::cargo("install").args(["--locked", "--version", self.version, self.name]);
            let install = install.arg("--root").arg(&root).dir(&std::env::temp_dir());
            let install = if std::io::stderr().is_terminal() { install } else { install.arg("--quiet") };
            let settings = if self.measured { &[][..] } else { &QUICKLY };
            let install = settings.iter().fold(install, |install, (name, value)| install.env(name, value));
            install.without("CARGO_TARGET_DIR").without("RUSTFLAGS").run().map_err(|problem| {
                format!("{self} could not be built: {problem}.\nWith a network, run the same command again.")
            })?;
        }
        Ok(root.join("bin"))
    }

    fn is_right(&self, program: &Path) -> bool {
        let says = program.is_file().then(|| Cmd::new(program).arg("--version").output());
        says.and_then(Result::ok).is_some_and(|said| {
            said.split_whitespace().any(|word| word.trim_start_matches('v') == self.version)
        })
    }
}

impl fmt::Display for CargoTool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wasm_bindgen_is_the_version_of_the_crate() {
        let lock = std::fs::read_to_string(project::at("Cargo.lock")).expect("the lock file is there");
        // Nothing in the workspace may use it yet; once something does, the two must agree.
        if let Some((_, rest)) = lock.split_once("name = \"wasm-bindgen\"\n") {
            assert!(rest.starts_with(&format!("version = \"{}\"", WASM_BINDGEN.version)), "{WASM_BINDGEN}");
        }
    }
}
