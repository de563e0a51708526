//! Tools that run on Node.js, from npm, by the lock files that lie in the checkout.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::say;
use crate::process::{Cmd, Result, on_path};
use crate::{project, stamp};

/// The version of wasm-opt.
pub(crate) const BINARYEN: &str = "132";
/// The oldest Node.js that the tools run on.
const OLDEST_NODE: u32 = 20;

/// The folder that wasm-opt lies in.
pub(super) fn wasm_opt() -> Result<PathBuf> {
    let right = |file: &PathBuf| {
        Cmd::new(file)
            .arg("--version")
            .output()
            .is_ok_and(|said| said.contains(&format!("version {BINARYEN}")))
    };
    if let Some(found) = on_path("wasm-opt").filter(right) {
        return Ok(found.parent().expect("a file on PATH lies in a folder").to_owned());
    }
    Ok(modules("xtask/npm")?.join(".bin"))
}

/// Installs what a folder's package-lock.json lists, once per lock file, and answers the `node_modules` folder.
pub(crate) fn modules(folder: &str) -> Result<PathBuf> {
    let from = project::at(folder);
    let lock = fs::read(from.join("package-lock.json"))?;
    let manifest = fs::read(from.join("package.json"))?;
    let mut hash = Sha256::new();
    hash.update(&lock);
    hash.update(&manifest);
    let name = format!("{}-{}", folder.replace('/', "-"), &stamp::hex(hash)[..12]);
    let dir = project::cache().join("npm").join(name);
    let done = dir.join("complete");
    if !done.is_file() {
        check_node()?;
        let (why, usual) = match folder {
            "e2e" => ("drives the browser in tests and looks for barriers", "10 seconds"),
            "bench" => ("measures a page as a slow phone sees it", "20 seconds"),
            "editor" => ("editor and search of the pages, and what bundles them", "5 seconds"),
            _ => ("makes the wasm small (wasm-opt)", "5 seconds"),
        };
        say(
            &format!("the packages of {folder}/package-lock.json, by npm, into {}", dir.display()),
            why,
            usual,
        );
        fs::create_dir_all(&dir)?;
        fs::write(dir.join("package-lock.json"), lock)?;
        fs::write(dir.join("package.json"), manifest)?;
        let ci =
            Cmd::new("npm").args(["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]);
        ci.dir(&dir).run()?;
        fs::write(&done, "")?;
    }
    Ok(dir.join("node_modules"))
}

/// Installs a folder's packages and makes them findable from its scripts.
pub(crate) fn link_modules(folder: &str) -> Result {
    let modules = modules(folder)?;
    let link = project::at(folder).join("node_modules");
    if fs::read_link(&link).is_ok_and(|to| to == modules) {
        return Ok(());
    }
    if link.is_symlink() {
        fs::remove_file(&link)?;
    } else if link.exists() {
        return Ok(());
    }
    symlink(&modules, &link)
}

#[cfg(unix)]
fn symlink(to: &Path, link: &Path) -> Result {
    Ok(std::os::unix::fs::symlink(to, link)?)
}

#[cfg(not(unix))]
fn symlink(_: &Path, link: &Path) -> Result {
    let folder = link.parent().expect("the link lies in a folder of the checkout");
    Cmd::new("npm").args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).dir(folder).run()
}

/// Fails, with what to do, where Node.js is missing or too old.
fn check_node() -> Result {
    let said = Cmd::new("node").arg("--version").output().unwrap_or_default();
    let major = said.trim_start_matches('v').split('.').next().and_then(|number| number.parse::<u32>().ok());
    let npm = on_path(if cfg!(windows) { "npm.cmd" } else { "npm" }).is_some();
    if major.is_some_and(|major| major >= OLDEST_NODE) && npm {
        return Ok(());
    }
    let found = match major {
        Some(_) if !npm => "there is no npm beside it".to_owned(),
        Some(_) => format!("this is {said}"),
        None => "there is none".to_owned(),
    };
    Err(format!(
        "Node.js {OLDEST_NODE} or newer with npm is needed for wasm-opt, to bundle the editor, and for the journeys in a browser, and {found}.\n\
         Install it from https://nodejs.org (Debian 13 and newer: `sudo apt-get install nodejs npm`), \
         then run the command again."
    )
    .into())
}
