//! Programs to damage, how they are damaged, and a host that answers anything.

pub(crate) mod answers;
pub(crate) mod mutant;
pub(crate) mod play;

use std::fs;
use std::path::Path;

/// Every program of the goldens, in the order of their names.
pub(crate) fn programs() -> Vec<String> {
    let goldens = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens");
    let mut paths = Vec::new();
    for folder in fs::read_dir(goldens).expect("the goldens are here").flatten() {
        let Ok(files) = fs::read_dir(folder.path()) else { continue };
        paths.extend(files.flatten().map(|file| file.path()));
    }
    paths.retain(|path| path.extension().is_some_and(|it| it == "py"));
    paths.sort();
    paths.iter().map(|path| fs::read_to_string(path).expect("a program is text")).collect()
}
