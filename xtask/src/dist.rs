//! `cargo xtask dist`: the archive that a teacher downloads: the binary, how to use it, all licences, and a checksum.
//!
//! The order, times, owners and modes in the archive are fixed, so that the same binary gives the same bytes.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha256};

use crate::artifacts::{self, Profile};
use crate::process::{Cmd, Result, on_path};
use crate::{project, stamp};

mod licences;

/// The time of every file in the archive: 2026-01-01, in seconds since 1970.
const FILE_TIME: u64 = 1_767_225_600;

/// Builds everything and packs it into `target/dist`.
pub(crate) fn dist() -> Result<ExitCode> {
    let built = artifacts::build(Profile::Release)?;
    let dir = project::target().join("dist");
    fs::create_dir_all(&dir)?;
    let binary = strip(&built, &dir)?;
    let name = format!("socketscope-{}-{}", project::VERSION, platform());
    let archive = dir.join(format!("{name}.tar.gz"));
    pack(&archive, &name, &contents(&binary)?)?;
    let sum = checksum(&archive)?;
    let file = archive.file_name().expect("the archive has a name").to_string_lossy().into_owned();
    fs::write(dir.join(format!("{file}.sha256")), format!("{sum}  {file}\n"))?;
    let bytes = fs::metadata(&archive)?.len();
    println!("{} ({:.1} MB)\nsha256 {sum}", archive.display(), bytes as f64 / 1e6);
    println!("check it with: cd {} && sha256sum --check {file}.sha256", dir.display());
    Ok(ExitCode::SUCCESS)
}

/// `x86_64-linux`.
fn platform() -> String {
    format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS)
}

/// A copy of the binary without symbols; where no `strip` is installed, an ordinary copy.
fn strip(binary: &Path, dir: &Path) -> Result<PathBuf> {
    let copy = dir.join(binary.file_name().expect("the binary has a name"));
    fs::copy(binary, &copy)?;
    if on_path("strip").is_some() {
        Cmd::new("strip").arg(&copy).run()?;
    } else {
        eprintln!("dist: no `strip` on PATH, so the binary keeps its symbols");
    }
    Ok(copy)
}

/// One file in the archive.
struct Entry {
    name: String,
    mode: u32,
    bytes: Vec<u8>,
}

impl Entry {
    fn read(name: &str, file: &Path) -> Result<Self> {
        let bytes = fs::read(file).map_err(|e| format!("{} could not be read: {e}", file.display()))?;
        Ok(Self { name: name.to_owned(), mode: 0o644, bytes })
    }
}

fn contents(binary: &Path) -> Result<Vec<Entry>> {
    let program = binary.file_name().expect("the binary has a name").to_string_lossy();
    let mut entries = vec![Entry { mode: 0o755, ..Entry::read(&program, binary)? }];
    let mut texts: Vec<PathBuf> = stamp::sources(&project::at("docs"))?;
    texts.extend(["LICENSE-APACHE", "LICENSE-MIT", "README.md", "lessons/README.md"].map(project::at));
    for text in texts {
        let name = text.strip_prefix(project::at("")).unwrap_or(&text).to_string_lossy().into_owned();
        entries.push(Entry::read(&name, &text)?);
    }
    let mut fonts: Vec<PathBuf> = stamp::sources(&project::at("static/fonts"))?;
    fonts.retain(|file| file.extension().is_some_and(|extension| extension == "txt"));
    for font in fonts {
        let name = font.file_name().expect("a font's licence has a name").to_string_lossy().into_owned();
        entries.push(Entry::read(&format!("licences/{name}"), &font)?);
    }
    let bytes = licences::list()?.into_bytes();
    entries.push(Entry { name: "licences/THIRD-PARTY.txt".into(), mode: 0o644, bytes });
    entries.push(Entry::read("licences/EDITOR.txt", &project::at("editor/dist/editor.txt"))?);
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

fn pack(archive: &Path, folder: &str, entries: &[Entry]) -> Result {
    // The name and time in gzip's own head would make each archive another.
    let gzip = GzBuilder::new().mtime(0).write(File::create(archive)?, Compression::best());
    let mut tar = tar::Builder::new(gzip);
    for entry in entries {
        let mut header = tar::Header::new_ustar();
        header.set_size(entry.bytes.len() as u64);
        header.set_mode(entry.mode);
        header.set_mtime(FILE_TIME);
        header.set_uid(0);
        header.set_gid(0);
        tar.append_data(&mut header, format!("{folder}/{}", entry.name), entry.bytes.as_slice())?;
    }
    tar.into_inner()?.finish()?.flush()?;
    Ok(())
}

fn checksum(file: &Path) -> Result<String> {
    let mut hash = Sha256::new();
    hash.update(fs::read(file)?);
    Ok(stamp::hex(hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_contents_give_the_same_archive() {
        let dir = std::env::temp_dir();
        let archive = |n: u32| dir.join(format!("xtask-dist-{}-{n}.tar.gz", std::process::id()));
        for n in [1, 2] {
            let entry = |name: &str, mode| Entry { name: name.to_owned(), mode, bytes: name.into() };
            pack(&archive(n), "x-1", &[entry("socketscope", 0o755), entry("README.md", 0o644)])
                .expect("writable");
        }
        let sums = [1, 2].map(|n| checksum(&archive(n)).expect("readable"));
        let listed = Cmd::new("tar").arg("-tvzf").arg(archive(1)).output();
        for n in [1, 2] {
            fs::remove_file(archive(n)).expect("it was just written");
        }
        assert_eq!(sums[0], sums[1]);
        if let Ok(listed) = listed {
            assert!(listed.contains("-rwxr-xr-x") && listed.contains("x-1/README.md"), "{listed}");
        }
    }
}
