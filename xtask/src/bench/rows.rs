//! The raw rows of a measurement: what was measured, in which unit, in which round, and how much.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::process::Result;
use crate::project;

const HEAD: &str = "what,unit,round,value\n";

/// A file of rows, `target/bench/NAME.csv`.
pub(super) struct Rows(PathBuf);

impl Rows {
    /// An empty file with its head.
    pub(super) fn begin(name: &str) -> Result<Self> {
        let dir = project::target().join("bench");
        fs::create_dir_all(&dir)?;
        let file = dir.join(format!("{name}.csv"));
        fs::write(&file, HEAD)?;
        Ok(Self(file))
    }

    pub(super) fn file(&self) -> &Path {
        &self.0
    }

    /// The file, for a program that adds rows.
    pub(super) fn append(&self) -> Result<File> {
        Ok(File::options().append(true).open(&self.0)?)
    }

    /// Adds rows.
    pub(super) fn add(&self, rows: &str) -> Result {
        Ok(writeln!(self.append()?, "{}", rows.trim_end())?)
    }

    /// The middle of all values of one kind.
    ///
    /// # Errors
    /// If there is none.
    pub(super) fn median(&self, what: &str, unit: &str) -> Result<f64> {
        median(values(&fs::read_to_string(&self.0)?, what, unit))
            .ok_or_else(|| format!("{} has no row {what},{unit}", self.0.display()).into())
    }

    /// The largest of all values of one kind.
    ///
    /// # Errors
    /// If there is none.
    pub(super) fn largest(&self, what: &str, unit: &str) -> Result<f64> {
        let largest = values(&fs::read_to_string(&self.0)?, what, unit).into_iter().reduce(f64::max);
        largest.ok_or_else(|| format!("{} has no row {what},{unit}", self.0.display()).into())
    }

    /// One kind over another: the middle of each round's ratio, for what disturbs a round disturbs both.
    ///
    /// # Errors
    /// If there is no round with both.
    pub(super) fn ratio(&self, over: &str, under: &str, unit: &str) -> Result<f64> {
        let text = fs::read_to_string(&self.0)?;
        let rounds = values(&text, over, unit).into_iter().zip(values(&text, under, unit));
        median(rounds.map(|(over, under)| over / under).collect())
            .ok_or_else(|| format!("{} has no rows {over} and {under}", self.0.display()).into())
    }
}

/// All values of one kind, in their order.
fn values(text: &str, what: &str, unit: &str) -> Vec<f64> {
    let of_kind = text.lines().filter_map(|line| line.strip_prefix(&format!("{what},{unit},")));
    of_kind.filter_map(|rest| rest.split(',').nth(1)?.parse().ok()).collect()
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    Some(if values.len() % 2 == 1 { upper } else { f64::midpoint(values[values.len() / 2 - 1], upper) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_of_its_own_kind_and_of_an_even_number_between_the_two() {
        let text = format!("{HEAD}a,ns,0,9\na,ns,1,1\nab,ns,0,100\na,ns,2,2\na,us,0,50\na,ns,3,4\n");
        assert_eq!(median(values(&text, "a", "ns")), Some(3.0));
        assert_eq!(median(values(&text, "a", "us")), Some(50.0));
        assert_eq!(median(values(&text, "b", "ns")), None);
    }
}
