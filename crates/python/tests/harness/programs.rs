//! The programs on disk, each with the record beside it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// What a program is given, and what it was seen to do.
///
/// Texts are lists of lines, each with its end, so that a record is read as the output was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Record {
    /// `sys.argv` after the program's name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) argv: Vec<String>,
    /// Standard input.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) stdin: Vec<String>,
    /// Standard output.
    #[serde(default)]
    pub(crate) stdout: Vec<String>,
    /// Standard error, reduced (see README.md beside the programs).
    #[serde(default)]
    pub(crate) stderr: Vec<String>,
    /// What the process ended with.
    #[serde(default)]
    pub(crate) status: i32,
}

/// A program of the goldens.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    /// `folder/name`, how a person names it.
    pub(crate) name: String,
    /// Where its text is.
    pub(crate) path: PathBuf,
    /// What CPython was seen to do; none before it is recorded.
    pub(crate) record: Option<Record>,
}

impl Program {
    /// The file's own name, as tracebacks show it.
    pub(crate) fn file(&self) -> String {
        self.path.file_name().expect("a program is a file").to_string_lossy().into_owned()
    }

    /// What is committed, or nothing given and nothing seen.
    pub(crate) fn committed(&self) -> Record {
        self.record.clone().unwrap_or_default()
    }
}

/// Where the programs are: this file belongs to tests of more than one crate.
pub(crate) fn root() -> PathBuf {
    let mut above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
    let found = above.find_map(|folder| {
        let goldens = folder.join("crates/python/tests/goldens");
        goldens.is_dir().then_some(goldens)
    });
    found.expect("the programs are in this workspace")
}

/// The programs that the machine does not do yet.
pub(crate) fn pending() -> BTreeSet<String> {
    list("pending.txt")
}

/// The programs that the machine refuses before the run, on purpose.
pub(crate) fn refused() -> BTreeSet<String> {
    list("refused.txt")
}

fn list(name: &str) -> BTreeSet<String> {
    let list = fs::read_to_string(root().join(name)).unwrap_or_default();
    list.lines().map(str::to_owned).collect()
}

/// All programs, in the order of their names. `ONLY=text` keeps those whose name contains the text.
pub(crate) fn all() -> Vec<Program> {
    let mut found = Vec::new();
    for folder in folders() {
        for path in files(&root().join(&folder), "py") {
            let name = format!("{folder}/{}", path.file_stem().expect("it has a name").to_string_lossy());
            let record = fs::read_to_string(path.with_extension("json")).ok();
            let record = record.map(|text| {
                serde_json::from_str(&text).unwrap_or_else(|error| panic!("the record of {name}: {error}"))
            });
            found.push(Program { name, path, record });
        }
    }
    if let Ok(only) = std::env::var("ONLY") {
        found.retain(|program| program.name.contains(&only));
    }
    found
}

/// The folders of programs, in order.
fn folders() -> Vec<String> {
    let entries = fs::read_dir(root()).expect("the goldens are here").filter_map(Result::ok);
    let folders = entries.filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> =
        folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// The files of a folder that end so, in order.
pub(crate) fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.filter_map(Result::ok).map(|entry| entry.path());
    let mut paths: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|it| it == extension)).collect();
    paths.sort();
    paths
}

/// A text as lines, each with its end.
pub(crate) fn lines(text: &str) -> Vec<String> {
    text.split_inclusive('\n').map(str::to_owned).collect()
}
