//! Remembers what a build was made from, so that it is not made again from the same.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::process::Result;
use crate::project;

/// Folders that are made by builds, or that no build reads.
const NOT_SOURCES: [&str; 4] = ["target", "dist", "node_modules", "results"];

/// A build's inputs and outputs as one number each, kept in `target/xtask`.
pub(crate) struct Stamp {
    file: PathBuf,
    inputs: String,
    output: PathBuf,
}

impl Stamp {
    /// A build named `name`, which reads `sources` and what `settings` tell, and fills the folder `output`.
    pub(crate) fn new(name: &str, sources: &[PathBuf], settings: &[&str], output: &Path) -> Result<Self> {
        let mut hash = Sha256::new();
        for setting in settings {
            hash.update(setting.as_bytes());
            hash.update([0]);
        }
        for source in sources {
            add(&mut hash, source)?;
        }
        let file = project::target().join("xtask").join(format!("{name}.stamp"));
        Ok(Self { file, inputs: hex(hash), output: output.to_owned() })
    }

    /// Whether the output was made from these inputs and nobody has changed it since.
    pub(crate) fn holds(&self) -> bool {
        match (fs::read_to_string(&self.file), self.text()) {
            (Ok(kept), Ok(now)) => self.output.is_dir() && kept == now,
            _ => false,
        }
    }

    /// Remembers that the output has just been made from the inputs.
    pub(crate) fn keep(&self) -> Result {
        fs::create_dir_all(self.file.parent().expect("a stamp's file lies in a folder"))?;
        Ok(fs::write(&self.file, self.text()?)?)
    }

    fn text(&self) -> Result<String> {
        let mut hash = Sha256::new();
        for file in all_files(&self.output, &|_| true)? {
            add_file(&mut hash, &file)?;
        }
        Ok(format!("from {}\nmade {}\n", self.inputs, hex(hash)))
    }
}

/// The source files below a folder (or the one file), in a fixed order.
pub(crate) fn sources(path: &Path) -> Result<Vec<PathBuf>> {
    all_files(path, &|name| !name.starts_with('.') && !NOT_SOURCES.contains(&name))
}

fn add(hash: &mut Sha256, path: &Path) -> Result {
    for file in sources(path)? {
        add_file(hash, &file)?;
    }
    Ok(())
}

fn add_file(hash: &mut Sha256, file: &Path) -> Result {
    let bytes = fs::read(file).map_err(|e| format!("{} could not be read: {e}", file.display()))?;
    hash.update(file.as_os_str().as_encoded_bytes());
    hash.update([0]);
    hash.update((bytes.len() as u64).to_le_bytes());
    hash.update(bytes);
    Ok(())
}

fn all_files(path: &Path, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    if let Ok(entries) = fs::read_dir(path) {
        for entry in entries {
            let entry = entry?;
            if wanted(&entry.file_name().to_string_lossy()) {
                found.extend(all_files(&entry.path(), wanted)?);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The finished sum in hexadecimal.
pub(crate) fn hex(hash: Sha256) -> String {
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder below target that is empty at the start of the test and gone at its end.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let dir = std::env::temp_dir().join(format!("xtask-stamp-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&dir);
            fs::create_dir_all(dir.join("in/target")).expect("a temporary folder can be made");
            fs::create_dir_all(dir.join("out")).expect("a temporary folder can be made");
            fs::write(dir.join("in/a.rs"), "a").expect("a temporary file can be written");
            Self(dir)
        }

        fn stamp(&self, settings: &[&str]) -> Stamp {
            let mut stamp =
                Stamp::new("x", &[self.0.join("in")], settings, &self.0.join("out")).expect("readable");
            stamp.file = self.0.join("x.stamp");
            stamp
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn holds_until_a_source_a_setting_or_the_output_changes() {
        let folder = Folder::new("changes");
        assert!(!folder.stamp(&["1"]).holds(), "nothing was made yet");
        folder.stamp(&["1"]).keep().expect("writable");
        assert!(folder.stamp(&["1"]).holds());
        assert!(!folder.stamp(&["2"]).holds(), "another tool version");
        fs::write(folder.0.join("out/extra"), "").expect("writable");
        assert!(!folder.stamp(&["1"]).holds(), "someone wrote into the output");
        folder.stamp(&["1"]).keep().expect("writable");
        fs::write(folder.0.join("in/a.rs"), "b").expect("writable");
        assert!(!folder.stamp(&["1"]).holds(), "a source changed");
    }

    #[test]
    fn what_builds_leave_behind_is_no_source() {
        let folder = Folder::new("left");
        folder.stamp(&[]).keep().expect("writable");
        fs::write(folder.0.join("in/target/x"), "").expect("writable");
        assert!(folder.stamp(&[]).holds());
    }
}
