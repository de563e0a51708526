//! Set-up: everything the project needs beyond a Rust toolchain, each thing installed once and kept per user.
//!
//! A step that finds its thing says nothing. A step that installs says what, why, and how long that usually takes.
//! A step that cannot install says in one sentence what to type.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::process::{Cmd, Result, path_with};
use crate::project;

mod browser;
mod cargo_tool;
mod debian;
mod node;
mod python;
mod sysroot;
mod wasm;

pub(crate) use browser::chromium;
pub(crate) use cargo_tool::{CARGO_DENY, MDBOOK, TRUNK, WASM_BINDGEN, WEBSOCAT};
pub(crate) use node::{link_modules, modules};
pub(crate) use python::websockify;
pub(crate) use wasm::TARGET;

/// Says what is about to be installed.
fn say(what: &str, why: &str, usual: &str) {
    eprintln!("set-up: {what}\n        {why}; usually takes {usual}");
}

/// What the web build runs with.
pub(crate) struct Web {
    toolchain: wasm::Toolchain,
    tools: Vec<PathBuf>,
    versions: String,
}

impl Web {
    /// Finds or installs the wasm target, Trunk, wasm-bindgen and wasm-opt.
    pub(crate) fn set_up() -> Result<Self> {
        let toolchain = wasm::Toolchain::set_up()?;
        // What may need a person comes before what takes minutes.
        let wasm_opt = node::wasm_opt()?;
        let tools = vec![TRUNK.set_up()?, WASM_BINDGEN.set_up()?, wasm_opt];
        let compiler = Cmd::new("rustc").arg("--version").with(&toolchain.env(&[])).output()?;
        let versions = format!("{compiler}, {TRUNK}, {WASM_BINDGEN}, binaryen {}", node::BINARYEN);
        Ok(Self { toolchain, tools, versions })
    }

    /// The compiler's and the tools' versions, in one line.
    pub(crate) fn versions(&self) -> &str {
        &self.versions
    }

    /// The variables for a wasm build: the compiler that has the target, the tools, a target folder of its own, and
    /// flags that keep this machine's folders out of what is built.
    pub(crate) fn env(&self) -> Vec<(OsString, Option<OsString>)> {
        let mut env = self.toolchain.env(&self.tools);
        let mut set = |name: &str, value: OsString| env.push((name.into(), Some(value)));
        set("CARGO_TARGET_DIR", project::web_target().into());
        set("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", short_paths().into());
        set("TRUNK_SKIP_VERSION_CHECK", "true".into());
        // Trunk takes only `true` and `false` here, and stops at the customary `1`.
        env.push(("NO_COLOR".into(), None));
        env.push(("RUSTFLAGS".into(), None));
        env
    }
}

/// Flags that shorten the folders in panic messages.
fn short_paths() -> String {
    let cargo = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")))
        .unwrap_or_default();
    format!(
        "--remap-path-prefix={}=/cargo --remap-path-prefix={}=/socketscope",
        cargo.display(),
        project::at("").display()
    )
}

/// All of it, as `cargo xtask test` needs it.
pub(crate) fn everything() -> Result {
    // What may need a person comes before what takes minutes.
    wasm::Toolchain::set_up()?;
    chromium()?;
    modules("e2e")?;
    modules("editor")?;
    let web = Web::set_up()?;
    CARGO_DENY.set_up()?;
    eprintln!("set-up is complete: {}", web.versions());
    Ok(())
}

/// Variables that put these folders first on PATH.
fn first_on_path(folders: &[PathBuf]) -> (OsString, Option<OsString>) {
    ("PATH".into(), Some(path_with(folders)))
}
