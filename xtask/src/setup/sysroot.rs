//! A private toolchain from Debian's Rust packages, with the standard library built for wasm from Debian's source.
//!
//! Debian ships the compiler of its browsers as `rustc-web`, and the library's source with all that it needs, but not
//! the library built for wasm32-unknown-unknown. It is built once, about a minute, into a folder of the per-user
//! cache that looks like a toolchain. Nothing outside that folder is changed.

use std::fs;
use std::path::{Path, PathBuf};

use super::wasm::TARGET;
use super::{debian, say};
use crate::process::{Cmd, Result};
use crate::project;

const PACKAGES: [&str; 6] =
    ["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy", "rustfmt-web", "lld-22"];
const COMPILER: &str = "/usr/bin/rustc";
const SOURCE: &str = "/usr/lib/rustlib/src";

/// The programs' folder, where the toolchain was made before and from the compiler that is installed now.
pub(super) fn made_before() -> Option<PathBuf> {
    let root = root();
    let made_from = fs::read_to_string(root.join("complete")).ok()?;
    (made_from == compiler_version().ok()? && holds_std(&library(&root))).then(|| root.join("bin"))
}

/// Whether a folder holds a built standard library.
pub(super) fn holds_std(library: &Path) -> bool {
    let names = fs::read_dir(library).into_iter().flatten().flatten().map(|entry| entry.file_name());
    names
        .map(|name| name.to_string_lossy().into_owned())
        .any(|name| name.starts_with("libstd-") && name.ends_with(".rlib"))
}

/// Installs the packages, makes the toolchain, and answers its programs' folder.
pub(super) fn make() -> Result<PathBuf> {
    debian::install(&PACKAGES, "a compiler that can build for the browser", "1 to 3 minutes")?;
    let root = root();
    say(
        &format!("the standard library for {TARGET}, from Debian's source, into {}", root.display()),
        "the browser's side is linked with it",
        "1 to 2 minutes, once",
    );
    let version = compiler_version()?;
    if root.exists() {
        fs::remove_dir_all(&root)?;
    }
    lay_out(&root)?;
    build_std(&root)?;
    if !holds_std(&library(&root)) {
        return Err(
            format!("the standard library was built but did not arrive in {}.", root.display()).into()
        );
    }
    // What was compiled against an older build of the library cannot be linked with this one.
    let web = project::web_target();
    if web.exists() {
        fs::remove_dir_all(web)?;
    }
    fs::write(root.join("complete"), version)?;
    Ok(root.join("bin"))
}

fn root() -> PathBuf {
    project::cache().join("wasm-toolchain")
}

fn library(root: &Path) -> PathBuf {
    root.join("lib/rustlib").join(TARGET).join("lib")
}

fn compiler_version() -> Result<String> {
    Cmd::new(COMPILER).arg("--version").output()
}

fn host() -> Result<String> {
    let said = Cmd::new(COMPILER).arg("-vV").output()?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.ok_or("Debian's rustc does not say which host it is for.")?.to_owned())
}

/// Makes the folders and links that the compiler looks for.
fn lay_out(root: &Path) -> Result {
    let of_host = root.join("lib/rustlib").join(host()?);
    for dir in [root.join("bin"), of_host.join("bin"), library(root)] {
        fs::create_dir_all(dir)?;
    }
    // The compiler takes for its root the folder above the one its driver library was loaded from, with links
    // followed: so the library itself must be here, and must be the one that is loaded.
    let driver = driver()?;
    let here = root.join("lib").join(driver.file_name().expect("the driver is a file"));
    if fs::hard_link(&driver, &here).is_err() {
        fs::copy(&driver, &here)?;
    }
    for program in ["rustc", "rustdoc", "clippy-driver"] {
        let script = format!(
            "#!/bin/sh\nLD_LIBRARY_PATH={}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}} exec /usr/bin/{program} \"$@\"\n",
            root.join("lib").display()
        );
        let file = root.join("bin").join(program);
        fs::write(&file, script)?;
        make_executable(&file)?;
    }
    symlink("/usr/bin/cargo", root.join("bin/cargo"))?;
    symlink("/usr/bin/rustfmt", root.join("bin/rustfmt"))?;
    // These two look for their helpers beside themselves, links followed.
    for program in ["cargo-clippy", "cargo-fmt"] {
        fs::copy(Path::new("/usr/bin").join(program), root.join("bin").join(program))?;
    }
    symlink(Path::new("/usr/lib/rustlib").join(host()?).join("lib"), of_host.join("lib"))?;
    symlink(linker()?, of_host.join("bin/rust-lld"))?;
    symlink(SOURCE, root.join("lib/rustlib/src"))?;
    Ok(())
}

/// The library that Debian's compiler loads.
fn driver() -> Result<PathBuf> {
    let said = Cmd::new("ldd").arg(COMPILER).output()?;
    let path = said
        .lines()
        .filter(|line| line.contains("librustc_driver-"))
        .find_map(|line| line.split_whitespace().nth(2));
    Ok(path.map(PathBuf::from).ok_or("Debian's rustc loads no librustc_driver; is it another rustc?")?)
}

/// Debian's newest linker for wasm.
fn linker() -> Result<PathBuf> {
    let versions = fs::read_dir("/usr/lib")?.flatten().map(|entry| entry.path().join("bin/lld"));
    let newest = versions.filter(|file| file.is_file()).max();
    Ok(newest.ok_or("Debian's package lld-22 is installed, but /usr/lib/llvm-22/bin/lld is not there.")?)
}

#[cfg(unix)]
fn symlink(to: impl AsRef<Path>, link: PathBuf) -> Result {
    Ok(std::os::unix::fs::symlink(to, link)?)
}

#[cfg(unix)]
fn make_executable(file: &Path) -> Result {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(file, fs::Permissions::from_mode(0o755))?)
}

#[cfg(not(unix))]
fn symlink(_: impl AsRef<Path>, _: PathBuf) -> Result {
    Err("Debian's packages are for Debian.".into())
}

#[cfg(not(unix))]
fn make_executable(_: &Path) -> Result {
    Err("Debian's packages are for Debian.".into())
}

/// Builds the library as a dependency of an empty crate, and copies it to its place.
fn build_std(root: &Path) -> Result {
    let seed = root.join("seed");
    fs::create_dir_all(seed.join("src"))?;
    fs::create_dir_all(seed.join(".cargo"))?;
    fs::write(seed.join("src/lib.rs"), "#![no_std]\n")?;
    fs::write(
        seed.join("Cargo.toml"),
        "[package]\nname = \"seed\"\nversion = \"0.0.0\"\nedition = \"2021\"\n[workspace]\n",
    )?;
    fs::write(
        seed.join(".cargo/config.toml"),
        format!(
            "[source.crates-io]\nreplace-with = \"debian\"\n[source.debian]\ndirectory = \"{SOURCE}/rust/library/vendor\"\n"
        ),
    )?;
    let mut build = Cmd::new("/usr/bin/cargo")
        .args(["build", "--quiet", "--offline", "--release", "--target", TARGET])
        .arg("-Zbuild-std=std,panic_abort,panic_unwind,proc_macro,test")
        .dir(&seed)
        .env("CARGO_TARGET_DIR", seed.join("target"))
        .env("RUSTC", COMPILER)
        // A released compiler builds its own library with these two set.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("__CARGO_DEFAULT_LIB_METADATA", "stablestd")
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
        .env("RUSTFLAGS", "-Cembed-bitcode=yes");
    for name in [
        "RUSTUP_TOOLCHAIN",
        "CARGO_BUILD_TARGET",
        "CARGO_ENCODED_RUSTFLAGS",
        "LD_LIBRARY_PATH",
        "RUSTC_WRAPPER",
    ] {
        build = build.without(name);
    }
    build.run()?;
    let built = seed.join("target").join(TARGET).join("release/deps");
    for entry in fs::read_dir(built)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libseed-") {
            fs::copy(entry.path(), library(root).join(name))?;
        }
    }
    Ok(fs::remove_dir_all(seed)?)
}
