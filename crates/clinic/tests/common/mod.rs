//! The cases in `tests/rows`: folders with programs and what is known of them.

use std::fs;
use std::path::{Path, PathBuf};

use world::{Buffers, Network, ProgramSpec, Runs, Scenario};

fn folders(of: &Path) -> Vec<PathBuf> {
    let found = fs::read_dir(of).expect("the folder is there").map(|it| it.expect("it can be read").path());
    let mut found: Vec<_> = found.filter(|it| it.is_dir()).collect();
    found.sort();
    found
}

/// The folders of cases, by name.
pub(crate) fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rows");
    folders(&root).iter().flat_map(|row| folders(row)).collect()
}

/// A file of a case.
pub(crate) fn text(case: &Path, file: &str) -> String {
    fs::read_to_string(case.join(file)).expect("a case has its files")
}

/// Programs of one host, started in this order: names of files with texts.
pub(crate) fn scenario(programs: Vec<(String, String)>, buffers: Option<(u32, u32)>) -> Scenario {
    let spec = |(file, source): (String, String)| {
        let console = ProgramSpec::console(&file, "local");
        ProgramSpec { runs: Runs::Python, file, source, ..console }
    };
    let programs = programs.into_iter().map(spec).collect();
    let buffers = buffers.map(|(sndbuf, rcvbuf)| Buffers { sndbuf, rcvbuf });
    Scenario { buffers, ..Scenario::new(Network::Loopback, vec!["local".into()], programs) }
}
