//! `truth mutate [WORD ...]`: switches one rule of the simulated kernel off at a time, in a copy, and notes who complains.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// What is copied: the simulated kernel, its vocabulary, and whoever is to complain.
const COPIED: [&str; 4] = ["crates/syscall", "crates/kernel", "crates/linux", "crates/truth"];
/// Random scripts that a mutation has to survive.
const SCRIPTS: &str = "400";
/// Rows that are named; there may be more.
const NAMED: usize = 6;

/// Try each mutation, or only those whose rule holds one of these words; answers how many nobody noticed.
pub(crate) fn mutate(words: &[&str]) -> Result<usize, Box<dyn std::error::Error>> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).canonicalize()?;
    let copy = copy(&root)?;
    let mut noted =
        String::from("# Who notices that a rule is switched off. Made by `cargo xtask mutate`.\n");
    let mut unnoticed = 0;
    for mutation in truth::mutations() {
        let path = copy.join(&mutation.file);
        let text = std::fs::read_to_string(&path)?;
        if text.matches(&mutation.from).count() != 1 {
            return Err(format!("`{}`: its line is not in {} once", mutation.rule, mutation.file).into());
        }
        let by = if words.is_empty() || words.iter().any(|word| mutation.rule.contains(word)) {
            std::fs::write(&path, text.replace(&mutation.from, &mutation.to))?;
            let by = noticed(&copy)?.unwrap_or_default();
            std::fs::write(&path, text)?;
            println!("{}\n    {}", mutation.rule, if by.is_empty() { "NOBODY NOTICES" } else { &by });
            by
        } else {
            let before = truth::caught().into_iter().find(|caught| caught.rule == mutation.rule);
            before.map(|caught| caught.by).unwrap_or_default()
        };
        unnoticed += usize::from(by.is_empty());
        write!(noted, "\n[[caught]]\nrule = {:?}\nby = {by:?}\n", mutation.rule)?;
    }
    std::fs::write(root.join("crates/truth/mutations-caught.toml"), noted)?;
    Ok(unnoticed)
}

/// A workspace of its own below `target`, so that nothing here touches the sources.
fn copy(root: &Path) -> io::Result<PathBuf> {
    let copy = target(root);
    std::fs::create_dir_all(copy.join("crates"))?;
    for folder in COPIED {
        copy_folder(&root.join(folder), &copy.join(folder))?;
    }
    std::fs::copy(root.join("Cargo.lock"), copy.join("Cargo.lock"))?;
    let manifest = std::fs::read_to_string(root.join("Cargo.toml"))?;
    let (before, rest) = manifest.split_once("members = [").unwrap_or((&manifest, ""));
    let (_, after) = rest.split_once(']').unwrap_or(("", rest));
    let members: Vec<_> = COPIED.iter().map(|folder| format!("{folder:?}")).collect();
    let after: String = after.lines().filter(|line| !line.starts_with("default-members")).fold(
        String::new(),
        |mut text, line| {
            text.push_str(line);
            text.push('\n');
            text
        },
    );
    std::fs::write(copy.join("Cargo.toml"), format!("{before}members = [{}]{after}", members.join(", ")))?;
    Ok(copy)
}

/// Below Cargo's own folder.
fn target(root: &Path) -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => root.join(folder).join("mutate"),
        None => root.join("target/mutate"),
    }
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Who complains: the table, else random scripts, else the kernel's own tests.
fn noticed(copy: &Path) -> io::Result<Option<String>> {
    let table = cargo(copy, &["run", "-q", "-p", "truth", "--", "sim"])?;
    let text = String::from_utf8_lossy(&table.stdout).into_owned();
    let rows: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("fail")).map(str::trim).collect();
    if !rows.is_empty() {
        let more =
            if rows.len() > NAMED { format!(" and {} more", rows.len() - NAMED) } else { String::new() };
        return Ok(Some(format!("rows {}{more}", rows[..rows.len().min(NAMED)].join(", "))));
    }
    if !table.status.success() {
        return Ok(Some(if text.is_empty() {
            "the compiler".into()
        } else {
            "the table: it does not end".into()
        }));
    }
    let test = [
        "test",
        "-q",
        "-p",
        "truth",
        "--test",
        "differential",
        "random",
        "--",
        "--include-ignored",
        "--nocapture",
    ];
    let scripts = cargo(copy, &test)?;
    if !scripts.status.success() {
        let text = String::from_utf8_lossy(&scripts.stdout).into_owned();
        let kind = text.lines().find_map(|line| line.strip_prefix("difference: ")).unwrap_or("not told");
        return Ok(Some(format!("random scripts: {kind}")));
    }
    let tests = cargo(copy, &["test", "-q", "-p", "kernel"])?;
    if !tests.status.success() {
        let text = String::from_utf8_lossy(&tests.stdout).into_owned();
        let name = text
            .lines()
            .find_map(|line| line.trim().strip_prefix("---- ")?.split_whitespace().next().map(str::to_owned));
        return Ok(Some(format!("test {}", name.unwrap_or_else(|| "of the kernel".into()))));
    }
    Ok(None)
}

fn cargo(copy: &Path, arguments: &[&str]) -> io::Result<Output> {
    Command::new("cargo")
        .args(arguments)
        .current_dir(copy)
        .env("CARGO_TARGET_DIR", copy.join("target"))
        .env("CARGO_NET_OFFLINE", "true")
        .env("SOAK_SCRIPTS", SCRIPTS)
        .env("SOAK_SHRINK", "0")
        .output()
}
