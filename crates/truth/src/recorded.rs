//! What came of the rows where they were measured last, for the page: `recorded/*.toml`, written by `cargo xtask truth`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::{Played, Row};

/// The files, in the order of the page's columns.
const FILES: [(&str, &str); 2] = [
    ("loopback.toml", include_str!("../recorded/loopback.toml")),
    ("wire.toml", include_str!("../recorded/wire.toml")),
];

/// One network's recording.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// The kernel, and how it controls congestion: `Linux 6.18.44, bbr`.
    pub kernel: String,
    /// What lies between the processes, as a phrase.
    pub network: String,
    /// How often each row was played.
    pub runs: u32,
    /// By the row's name: what came of each of its lines. What varied stands with `or` between.
    #[serde(default)]
    rows: BTreeMap<String, Vec<String>>,
    /// By the row's name: the sum of the script that was played.
    #[serde(default)]
    scripts: BTreeMap<String, String>,
    /// By the row's name: why it was not played there.
    #[serde(default)]
    left_out: BTreeMap<String, String>,
}

/// Every recording.
///
/// # Panics
/// If a file has a mistake, which its test would have told.
pub fn recorded() -> [Recorded; 2] {
    FILES.map(|(name, text)| toml::from_str(text).unwrap_or_else(|e| panic!("{name}: {e}")))
}

impl Recorded {
    /// What came of each line of a row; none if it has not been played since it was written so.
    pub fn row(&self, row: &Row) -> Option<&[String]> {
        let same = self.scripts.get(&row.id).is_some_and(|script| *script == sum(&row.script));
        self.rows.get(&row.id).filter(|_| same).map(Vec::as_slice)
    }

    /// Why a row was not played there, if it was not.
    pub fn left_out(&self, id: &str) -> Option<&str> {
        self.left_out.get(id).map(String::as_str)
    }
}

/// The sum of a script, without what it expects: that may be corrected without playing it again. FNV-1a of 64 bits.
fn sum(script: &str) -> String {
    let played = script.lines().map(|line| line.split(" -> ").next().unwrap_or(line).trim_end());
    let bytes = played.flat_map(|line| line.bytes().chain([b'\n']));
    let sum = bytes
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{sum:016x}")
}

/// A recording that is being made.
pub struct Recording(Recorded);

impl Recording {
    /// Of this kernel, by its release and how it controls congestion, and this network.
    pub fn new(release: &str, congestion: &str, network: &str, runs: u32) -> Self {
        // Behind the hyphen stands who built it.
        let release = release.split('-').next().unwrap_or(release);
        let (kernel, network) = (format!("Linux {release}, {congestion}"), network.to_owned());
        let (rows, scripts, left_out) = Default::default();
        Self(Recorded { kernel, network, runs, rows, scripts, left_out })
    }

    /// What came of a row, each time.
    pub fn add(&mut self, row: &Row, stories: &[Vec<Played>]) {
        let lines = stories.iter().map(Vec::len).min().unwrap_or(0);
        let came = (0..lines).map(|line| {
            let mut seen: Vec<&str> = Vec::new();
            for story in stories {
                // Of a list too long to be shown whole, how long it is and its sum.
                let came = story[line].came.as_str();
                let came = came.rsplit_once(" ... ").map_or(came, |(_, sum)| sum);
                if !seen.contains(&came) {
                    seen.push(came);
                }
            }
            seen.join(" or ")
        });
        self.0.rows.insert(row.id.clone(), came.collect());
        self.0.scripts.insert(row.id.clone(), sum(&row.script));
    }

    /// A row that was not played.
    pub fn leave_out(&mut self, row: &Row, why: impl Into<String>) {
        self.0.left_out.insert(row.id.clone(), why.into());
    }

    /// Writes it where the page will find it; answers where that is.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, name: &str) -> std::io::Result<PathBuf> {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("recorded").join(format!("{name}.toml"));
        let text = toml::to_string(&self.0).map_err(std::io::Error::other)?;
        std::fs::write(
            &path,
            format!("# Written by `cargo xtask truth`; not to be changed by hand.\n{text}"),
        )?;
        Ok(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recording_can_be_read_and_knows_what_it_has_not() {
        for recorded in recorded() {
            assert!(recorded.runs > 0 && recorded.kernel.starts_with("Linux"), "{recorded:?}");
            let rows = crate::table().unwrap().into_iter().flat_map(|section| section.rows);
            for mut row in rows {
                let Some(came) = recorded.row(&row) else { continue };
                assert_eq!(came, recorded.rows[&row.id]);
                row.script = row.script.replacen(") -> ", ") -> 7 or ", 1);
                assert!(recorded.row(&row).is_some(), "what is expected of it is no part of it");
                row.script = row.script.replacen('(', "(1", 1);
                assert_eq!(recorded.row(&row), None, "a row that was changed since");
            }
            assert!(recorded.scripts.len() == recorded.rows.len());
        }
    }
}
