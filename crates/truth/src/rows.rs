//! The truth table: sections of rows, from `rows/*.toml`.

use serde::Deserialize;

use crate::line::Line;
use crate::{Driver, Played, parse, play};

/// The files, in the order of the page.
const FILES: [(&str, &str); 10] = [
    ("sizes.toml", include_str!("../rows/sizes.toml")),
    ("sends.toml", include_str!("../rows/sends.toml")),
    ("draining.toml", include_str!("../rows/draining.toml")),
    ("blocking.toml", include_str!("../rows/blocking.toml")),
    ("reading.toml", include_str!("../rows/reading.toml")),
    ("closing.toml", include_str!("../rows/closing.toml")),
    ("connecting.toml", include_str!("../rows/connecting.toml")),
    ("timing.toml", include_str!("../rows/timing.toml")),
    ("python.toml", include_str!("../rows/python.toml")),
    ("corners.toml", include_str!("../rows/corners.toml")),
];

/// Rows about one subject.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its title.
    pub title: String,
    /// What all its rows share, as a sentence.
    pub about: String,
    /// Its rows.
    #[serde(rename = "row")]
    pub rows: Vec<Row>,
}

/// One statement and the script that shows it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Its name in links and tests.
    pub id: String,
    /// The measured statements that it shows, by number.
    pub facts: Vec<String>,
    /// What Linux does, as a sentence.
    pub claim: String,
    /// Whether the figures belong to one kernel, or the statement to every Linux.
    pub scope: Scope,
    /// The script, as `parse::script` reads it.
    pub script: String,
    /// What more there is to say.
    #[serde(default)]
    pub note: Option<String>,
    /// Why the simulator does not do all of it, where it does not.
    #[serde(default)]
    pub simplified: Option<String>,
}

/// Whether this is the kernel whose figures the table has, by its release and how it controls congestion.
pub fn is_measured(release: &str, congestion: &str) -> bool {
    release.starts_with("6.18.") && congestion == "bbr"
}

/// Where a row holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Its figures belong to Linux 6.18 with bbr on loopback; bounds hold elsewhere.
    Figures,
    /// It holds on every Linux.
    Everywhere,
}

impl Scope {
    /// In words.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Figures => "figures of Linux 6.18, bbr, loopback; bounds elsewhere",
            Self::Everywhere => "every Linux",
        }
    }
}

/// How a row fares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Every line came as expected.
    Pass,
    /// Some line did not, and nothing excuses it.
    Fail,
    /// The row says what of it is simplified.
    Simplified,
}

impl Status {
    /// In a word.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Simplified => "simplified",
        }
    }
}

/// A row that was run.
#[derive(Clone, Debug)]
pub struct Report {
    /// How it fared.
    pub status: Status,
    /// What came of each line.
    pub story: Vec<Played>,
}

/// A mistake in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableError(pub String);

impl std::fmt::Display for TableError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for TableError {}

impl Row {
    /// Its lines.
    ///
    /// # Errors
    /// The first mistake in its script.
    pub fn lines(&self) -> Result<Vec<Line>, TableError> {
        parse::script(&self.script).map_err(|why| TableError(format!("row {}: {why}", self.id)))
    }
}

/// Every section of the table.
///
/// # Errors
/// The first mistake in a file.
pub fn table() -> Result<Vec<Section>, TableError> {
    let read = |(name, text): &(&str, &str)| {
        toml::from_str::<Section>(text).map_err(|e| TableError(format!("{name}: {e}")))
    };
    FILES.iter().map(read).collect()
}

/// Run a row from a fresh start.
///
/// # Errors
/// The first mistake in its script.
pub fn run_row(row: &Row, driver: &mut dyn Driver) -> Result<Report, TableError> {
    let story = play(driver, &row.lines()?);
    let fine = story.iter().all(|played| played.fine);
    let status = match (&row.simplified, fine) {
        (None, true) => Status::Pass,
        (None, false) => Status::Fail,
        (Some(_), _) => Status::Simplified,
    };
    Ok(Report { status, story })
}

/// The whole table as the simulator fares now; run once.
///
/// # Panics
/// If a file of the table has a mistake, which its tests would have told.
pub fn simulated() -> &'static [(Section, Vec<Report>)] {
    static ALL: std::sync::OnceLock<Vec<(Section, Vec<Report>)>> = std::sync::OnceLock::new();
    ALL.get_or_init(|| {
        let run = |row: &Row| run_row(row, &mut crate::Sim::new()).expect("the table is tested");
        let section = |section: Section| {
            let reports = section.rows.iter().map(run).collect();
            (section, reports)
        };
        table().expect("the table is tested").into_iter().map(section).collect()
    })
}
