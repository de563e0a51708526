//! The list of third-party crates that are inside the binary and the wasm, with their licences and notices.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::process::{Cmd, Result};
use crate::project;

/// What is shipped.
const SHIPPED: [&str; 2] = ["relay", "frontend"];
/// How files with a licence or a notice are named.
const NAMES: [&str; 5] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE"];

/// The whole list, ready to be written to a file.
pub(super) fn list() -> Result<String> {
    let mut inside = BTreeSet::new();
    for member in SHIPPED {
        let tree = Cmd::cargo("tree").args(["--package", member, "--edges", "normal", "--prefix", "none"]);
        let tree = tree.args(["--target", "all", "--format", "{p}"]).dir(&project::at("")).output()?;
        inside.extend(tree.lines().filter_map(name_and_version));
    }
    let metadata = Cmd::cargo("metadata").args(["--format-version", "1"]).dir(&project::at("")).output()?;
    Ok(text(&serde_json::from_str(&metadata)?, &inside))
}

/// `serde 1.0.1` from `serde v1.0.1 (*)`.
fn name_and_version(line: &str) -> Option<String> {
    let mut words = line.split_whitespace();
    Some(format!("{} {}", words.next()?, words.next()?.strip_prefix('v')?))
}

fn text(metadata: &Value, inside: &BTreeSet<String>) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut packages: Vec<(String, &Value)> = metadata["packages"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|package| package["source"].is_string())
        .map(|package| (format!("{} {}", text(&package["name"]), text(&package["version"])), package))
        .filter(|(name, _)| inside.contains(name))
        .collect();
    packages.sort_by(|a, b| a.0.cmp(&b.0));
    let mut list = format!(
        "Socketscope {} contains these {} crates from crates.io.\n\nIn short\n--------\n",
        project::VERSION,
        packages.len()
    );
    for (name, package) in &packages {
        let _ = writeln!(list, "{name}: {} ({})", text(&package["license"]), text(&package["repository"]));
    }
    for (name, package) in &packages {
        let manifest = text(&package["manifest_path"]);
        let _ = write!(list, "\n\n{:=<100}\n{name}: {}\n", "", text(&package["license"]));
        for notice in Path::new(&manifest).parent().map(notices).unwrap_or_default() {
            let _ = write!(list, "\n{}\n", notice.trim_end());
        }
    }
    list
}

/// The licence texts and notices in a crate's folder.
fn notices(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<_> = entries
        .filter(|file| {
            let name = file.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
            file.is_file() && NAMES.iter().any(|start| name.starts_with(start))
        })
        .collect();
    files.sort();
    files.iter().filter_map(|file| fs::read_to_string(file).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_tree_is_read_with_and_without_marks() {
        assert_eq!(name_and_version("serde v1.0.1 (*)").as_deref(), Some("serde 1.0.1"));
        assert_eq!(name_and_version("world v0.1.0 (/w/crates/world)").as_deref(), Some("world 0.1.0"));
        assert_eq!(name_and_version(""), None);
    }

    #[test]
    fn only_crates_from_a_registry_that_are_inside_are_listed() {
        let metadata = serde_json::json!({ "packages": [
            { "name": "a", "version": "1.0.0", "license": "MIT", "source": "registry", "manifest_path": "/none/Cargo.toml" },
            { "name": "b", "version": "1.0.0", "license": "MIT", "source": "registry", "manifest_path": "/none/Cargo.toml" },
            { "name": "world", "version": "0.1.0", "source": null },
        ] });
        let list = text(&metadata, &BTreeSet::from(["a 1.0.0".to_owned(), "world 0.1.0".to_owned()]));
        assert!(
            list.contains("a 1.0.0: MIT") && !list.contains("b 1.0.0") && !list.contains("world"),
            "{list}"
        );
    }
}
