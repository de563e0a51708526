//! Where things lie: the checkout, the build's folders, and the per-user cache of tools.

use std::path::{Path, PathBuf};

/// The checkout's root.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// A path below the root.
pub(crate) fn at(path: &str) -> PathBuf {
    // The root is `…/xtask/..`; without the detour, paths in messages read as one expects.
    let root = root().canonicalize().unwrap_or_else(|_| root().to_owned());
    if path.is_empty() { root } else { root.join(path) }
}

/// Cargo's target folder.
pub(crate) fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => at("").join(dir),
        None => at("target"),
    }
}

/// The web build's own target folder: another toolchain may build it, and a rebuilt one needs it empty.
pub(crate) fn web_target() -> PathBuf {
    target().join("web")
}

/// A program of the native build.
pub(crate) fn binary(profile: &str, name: &str) -> PathBuf {
    let folder = if profile == "dev" { "debug" } else { profile };
    target().join(folder).join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

/// The per-user folder for tools: `$XDG_CACHE_HOME/socketscope`, or `~/.cache/socketscope`.
pub(crate) fn cache() -> PathBuf {
    let base = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|dir| dir.is_absolute());
    base.or_else(|| std::env::home_dir().map(|home| home.join(".cache")))
        .unwrap_or_else(target)
        .join("socketscope")
}

/// The project's version.
pub(crate) const VERSION: &str = env!("CARGO_PKG_VERSION");
